//! The scaling view: the network at several widths, and which of its numbers move with the width.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, rows};
use crate::app::mouse::Gesture;
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::engine::request::Request;
use crate::engine::scaling::{Column, ScalingNews, WidthScan, shown};

/// Its name.
pub const NAME: ViewName = ViewName("scaling");

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('8')] Action::Show(NAME), NAME.0, 55,
                "the network at several widths: what moves with the width";
        },
        keys: rows! { Category::View(NAME);
            [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "series", 56,
                "scaling view: next, previous series";
            [Key::Right; Key::Left] Action::Layer(1) => Action::Layer(-1), "layer", 60,
                "scaling view: the next layer, the one before; Esc ends";
            [Key::PageDown; Key::PageUp] Action::Layer(10) => Action::Layer(-10), "ten layers", 0,
                "scaling view: ten layers further, back";
        },
        panels: PANELS,
        shows_pins: false,
        has_layers: true,
    },
    new: || Box::<Scaling>::default(),
};

const PANELS: &[(&str, &str)] = &[(
    "scaling",
    "The network at widths from 128 to 4096, or at those that it can have, measured one after the other. The slope of a series is that of log10 of its mean square over log10 of the width: decades for ten times as many units. \
         It is 0 where the initializer follows the width, as 1/fan_in does; a fixed standard deviation gives 1 for every matrix in a row. What moves is tuned anew at every width: this is the coordinate check before step 1. \
         At the left the slope of the series under the cursor at every layer, at the right its size at every width at the layer under the cursor, or at the last.",
)];

/// Said of a network that has one width alone.
pub const ONE_WIDTH: &str = "this network has one width alone";

/// The view.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scaling {
    chosen: usize,
}

impl Scaling {
    /// The series that are shown, and which of them is under the cursor.
    #[must_use]
    pub fn series(&self, news: &ScalingNews) -> (Vec<Column>, usize) {
        let columns = shown(&news.snapshots);
        let chosen = self.chosen.min(columns.len().saturating_sub(1));
        (columns, chosen)
    }
}

impl View for Scaling {
    fn request(&self, context: &Context) -> Option<Request> {
        Some(Request::Scaling(Arc::clone(&context.spec)))
    }

    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        let Action::Choose(direction) = action else {
            return false;
        };
        if let Some(news) = context.known::<WidthScan>() {
            let (columns, chosen) = self.series(news);
            self.chosen = direction.along(chosen, columns.len());
        }
        true
    }

    fn point(&mut self, [row, _]: [usize; 2], gesture: Gesture, _: &mut Context) -> bool {
        if gesture.is_press() {
            self.chosen = row;
        }
        gesture.is_press()
    }

    fn cursor(&self, _: &Context) -> Option<[usize; 2]> {
        (self.chosen > 0).then_some([self.chosen, 0])
    }

    fn place(&mut self, [row, _]: [usize; 2], _: &mut Context) {
        self.chosen = row;
    }

    fn hint(&self, _: &Context) -> Option<(Action, String)> {
        Some((Action::Choose(Forward), "shows the next series".into()))
    }

    fn command_line(&self, context: &Context) -> Option<String> {
        Some(format!("initscope scaling {}", context.spec.flags()))
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        match context.known::<WidthScan>() {
            Some(news) if news.snapshots.len() > 1 => None,
            Some(news) if news.widths.len() < 2 => Some(ONE_WIDTH.into()),
            _ => Some("two widths are not measured yet".into()),
        }
    }
}

//! The scope: three curves over the layers, the distribution by layer, the network and its verdict.

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, KeyRow, rows};
use crate::app::mouse::Gesture;
use crate::app::panel::Panel;
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::net::spec::field;

/// Its name.
pub const NAME: ViewName = ViewName::SCOPE;

/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('1')] Action::Show(NAME), NAME.0, 0,
                "the view with three curves over the layers";
        },
        keys: rows! { Category::View(NAME);
            [Key::Right; Key::Left] Action::Layer(1) => Action::Layer(-1), "layer", 60,
                "scope view: the numbers of the first layer, of the next, of the one before; Esc ends it";
            [Key::Down; Key::Up] Action::Choose(Forward) => Action::Choose(Back), "panel", 61,
                "scope view: next, previous panel; a click on its title does the same";
            [Key::Enter] Action::Zoom, "zoom", 59,
                "scope view: this panel alone with a full scale; Esc puts it back";
            [Key::PageDown; Key::PageUp] Action::Layer(10) => Action::Layer(-10), "ten layers", 0,
                "scope view: ten layers further, back";
        },
        panels: PANELS,
        shows_pins: false,
        has_layers: true,
    },
    new: || Box::<Scope>::default(),
};

const PANELS: &[(&str, &str)] = &[
    (
        "signal",
        "The variance of the pre-activations z over units and inputs, layer by layer from the input (left) to the output (right), on a log scale in decades. \
         A flat row halfway up is healthy, a slope downward vanishes, a slope upward explodes.",
    ),
    (
        "gradient",
        "The mean square of the loss gradient with respect to z; it starts at the output (right) and is read towards the input (left). \
         Low on the left means that the first layers learn nothing.",
    ),
    (
        "distinguishability",
        "The share of the signal that differs between inputs, where full height is 1. \
         Once it has fallen, the network answers every input alike, however healthy the signal looks.",
    ),
    (
        "how a curve is drawn",
        "A column is one layer, or the range of several when there are more layers than columns; a full block is reached by every draw and layer of the column, lighter shades by fewer, 80 % of the draws lie between the lightest and the full ones. \
         A line is the infinite-width prediction where it leaves the curve, sparse dots are the edges of a tall band in which 8 of 10 draws of this width are expected, where the draws leave it; 0 is an exact zero, \u{221e} an overflow, and the numbers at the left edge are the ends of the scale.",
    ),
    (
        "z by layer",
        "How far the distribution of z is from a Gaussian of the same size: the share of the units that would have to move, blank below 5 %, darker from there on, full from 40 %. \
         Alone on the screen it is the distribution itself, from +4 root mean squares at the top to -4 at the bottom, darker where more units are; a thin line or two edges mean that the units all do the same.",
    ),
    (
        "network",
        "What is simulated, with the key that changes each line; the line changed last is bold. \
         Plain layers z = W x + b, x = phi(z), all of one width, or residual blocks (block=, arch=); recurrence and dropout are not simulated.",
    ),
    (
        "verdict",
        "What fails first, at which layer, and how fast: decades of mean square per layer, the gradient's counted backward. \
         Inside the expected band means that the draws lie where theory expects 8 of 10 at this width: what fails there is the initializer, not bad luck.",
    ),
    (
        "mouse",
        "A click on a line of the network panel or the wheel over it changes it (the right button goes back), a click on a curve puts the cursor on that layer, on a line of a list the cursor there, on the phase plane the network there; a click on a key in the last line presses it. \
         To select text for copying, hold Shift (in some terminals Option or Fn), or leave the mouse to the terminal by its key below or by --no-mouse.",
    ),
    (
        "layer",
        "Left and Right walk along the layers: median over draws, the 10-90 % band (in a narrow box half of it, in decades) and theory (there by how many decades it is above the median) of everything that is measured. \
         Below is how z is distributed at that layer, beside the Gaussian that theory expects.",
    ),
    (
        "ensemble",
        "How many independent networks have been drawn, of how many at most, and the standard error that remains in decades. \
         When it is smaller than the screen can show, everything stands still.",
    ),
];

/// The view.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// The panel under the cursor.
    chosen: Option<Panel>,
    /// Whether it fills the screen.
    zoomed: bool,
}

impl Scope {
    /// The panel under the cursor.
    #[must_use]
    pub fn chosen(&self) -> Option<Panel> {
        self.chosen
    }

    /// The panel that fills the screen.
    #[must_use]
    pub fn zoomed(&self) -> Option<Panel> {
        self.chosen.filter(|_| self.zoomed)
    }

    /// The cursor to a panel, and what can be done with it.
    fn choose(&mut self, panel: Panel, context: &mut Context) {
        self.chosen = Some(panel);
        let key = |action| context.key_of(action);
        let told = match self.zoomed {
            true => format!("{panel}; {} shows all panels", key(Action::Back)),
            false => format!("{panel}; {} shows it alone", key(Action::Zoom)),
        };
        context.message = Some(told);
    }

    fn zoom(&mut self, context: &mut Context) {
        self.zoomed = !self.zoomed;
        let panel = self.chosen.unwrap_or(Panel::Signal);
        self.choose(panel, context);
        if !self.zoomed {
            context.message = None;
        }
    }
}

impl View for Scope {
    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Zoom => self.zoom(context),
            Action::Choose(direction) => {
                let all = Panel::NAMED;
                let here = all
                    .iter()
                    .position(|(panel, _)| Some(*panel) == self.chosen);
                let next = match (here, direction) {
                    (Some(here), _) => direction.around(here, all.len()),
                    (None, Forward) => 0,
                    (None, Back) => all.len() - 1,
                };
                self.choose(all[next].0, context);
            }
            _ => return false,
        }
        true
    }

    fn back(&mut self) -> bool {
        let open = self.chosen.is_some();
        if !std::mem::take(&mut self.zoomed) {
            self.chosen = None;
        }
        open
    }

    /// The title of a panel, by its place in [`Panel::NAMED`]: the cursor there, on the cursor the panel alone.
    fn point(&mut self, [panel, _]: [usize; 2], gesture: Gesture, context: &mut Context) -> bool {
        match (Panel::NAMED.get(panel), gesture) {
            (Some((panel, _)), Gesture::Left) if self.chosen == Some(*panel) => self.zoom(context),
            (Some((panel, _)), Gesture::Left) => self.choose(*panel, context),
            (_, Gesture::Right) => {
                self.back();
            }
            _ => return false,
        }
        true
    }

    fn row_now(&self, row: &KeyRow, _: &Context) -> Option<KeyRow> {
        let name = match row.action {
            Action::Zoom if self.zoomed => "all panels",
            _ => row.name,
        };
        Some(KeyRow { name, ..*row })
    }

    /// From the first look at the panels to the remedy, the pin beside it, and on to the next activation.
    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        let verdict = context.snapshot()?.verdict.as_ref()?;
        if !verdict.is_healthy() {
            return Some(match context.advice().map(|advice| advice.remedy()) {
                None if context.touched.is_none() => {
                    (Action::Help, "explains keys and panels".into())
                }
                None => return None,
                Some(Some(choice)) => {
                    (Action::Remedy, format!("applies {}", context.named(choice)))
                }
                Some(None) => (
                    Action::Show(ViewName::ADVICE),
                    "ranks the initializers".into(),
                ),
            });
        }
        let pinned = context.pins.find(&context.spec).is_some();
        let another = Action::Step(&field::ACTIVATION, Direction::Forward);
        if context.spec.has_stages() {
            return Some((another, "tries another activation".into()));
        }
        Some(match (context.touched, context.pins().count()) {
            (None, 0) => (another, "tries another activation".into()),
            (Some(_), 0) => (Action::Pin, "pins this to compare".into()),
            _ if pinned => (another, "tries another activation".into()),
            _ => (
                Action::Show(ViewName::COMPARE),
                "shows it beside what is pinned".into(),
            ),
        })
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        no_draw(context)
    }
}

/// Why there are no curves of the network yet.
pub(super) fn no_draw(context: &Context) -> Option<String> {
    let drawn = context.snapshot().is_some_and(|known| known.draws > 0);
    (!drawn).then(|| "the first draw is not complete yet".into())
}

//! The compare view: the network and what is pinned, curve over curve.

use std::sync::Arc;

use crate::app::action::Direction::{Back, Forward};
use crate::app::action::{Action, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, rows};
use crate::app::mouse::Gesture;
use crate::app::pins::{MOST, Pin};
use crate::app::view::{View, ViewRow};
use crate::app::view_info::ViewInfo;
use crate::app::views::scope::no_draw;
use crate::net::framework::Framework;
use crate::net::spec::{Bias, Spec};

/// Its name.
pub const NAME: ViewName = ViewName::COMPARE;
/// Its row.
pub(super) const ROW: ViewRow = ViewRow {
    info: ViewInfo {
        name: NAME,
        opens: rows! { Category::Picture;
            [Char('2')] Action::Show(NAME), NAME.0, 32,
                "the network and what is pinned, curve over curve";
        },
        keys: rows! { Category::View(NAME);
            [Key::Down, Char('j'); Key::Up, Char('k')] Action::Choose(Forward) => Action::Choose(Back), "pin", 31,
                "compare view: next, previous pin";
            [Key::Enter] Action::Swap, "swap", 28,
                "compare view: the network and the pin under the cursor change places";
            [Char('v')] Action::CompareDefaults, "frameworks", 27,
                "compare view: the default layers of its framework and of three others";
            [Key::Right; Key::Left] Action::Layer(1) => Action::Layer(-1), "layer", 60,
                "compare view: what all have at the next layer, the one before; Esc ends";
            [Key::PageDown; Key::PageUp] Action::Layer(10) => Action::Layer(-10), "ten layers", 0,
                "compare view: ten layers further, back";
        },
        panels: PANELS,
        shows_pins: true,
        has_layers: true,
    },
    new: || Box::new(Compare),
};

const PANELS: &[(&str, &str)] = &[(
    "compare",
    "The network and up to three pinned ones over each other, each with a colour and a character of its own; pins are measured while the network itself stands still. \
         The table has each verdict and how many layers the deepest healthy network of its kind has (~ is an estimate, > means that nothing was found to fail), and for a pin the decades by which it ends above or below the network; ~ is what theory expects before the first draw.",
)];

/// The frameworks whose default layers are compared with that of the network; no two have the same law.
const FRAMEWORKS: [Framework; MOST + 1] = [
    Framework::PyTorch,
    Framework::Keras,
    Framework::Candle,
    Framework::Flax,
];

/// The view.
#[derive(Clone, Copy, Debug)]
pub struct Compare;

impl View for Compare {
    fn act(&mut self, action: Action, context: &mut Context) -> bool {
        match action {
            Action::Choose(direction) => context.pins.choose(direction),
            Action::CompareDefaults => compare_defaults(context),
            _ => return false,
        }
        true
    }

    fn point(&mut self, [place, _]: [usize; 2], gesture: Gesture, context: &mut Context) -> bool {
        if gesture.is_press() {
            context.pins.point_at(place);
        }
        gesture.is_press()
    }

    fn cursor(&self, context: &Context) -> Option<[usize; 2]> {
        let chosen = context.chosen_pin()?;
        let place = context.pins().position(|(place, _)| place == chosen)?;
        (place > 0).then_some([place, 0])
    }

    fn place(&mut self, [place, _]: [usize; 2], context: &mut Context) {
        context.pins.point_at(place);
    }

    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        Some(match context.pins().next() {
            None => (Action::CompareDefaults, "compares four frameworks".into()),
            Some(_) => (Action::Swap, "swaps the network and the pin".into()),
        })
    }

    fn no_numbers(&self, context: &Context) -> Option<String> {
        let drawn = |pin: &Pin| pin.snapshot.as_ref().is_some_and(|known| known.draws > 0);
        no_draw(context).or_else(|| {
            let pinned = context.pins().all(|(_, pin)| drawn(pin));
            (!pinned).then(|| "the first draw of a pin is not complete yet".into())
        })
    }
}

/// The default layers of four frameworks for this activation, width and depth: that of the network's own framework becomes the
/// network, those of three others the pins.
fn compare_defaults(context: &mut Context) {
    let plain = |spec: &Spec| {
        let spec = spec.with(|draft| {
            draft.initializer = None;
            draft.gain = 1.0;
            draft.bias = Bias::Auto;
        });
        spec.map(Arc::new).ok()
    };
    let of = |framework: Framework| {
        let spec = context.spec.with(|draft| {
            draft.framework = framework;
            draft.described = None;
        });
        plain(&spec.ok()?)
    };
    let Some(present) = plain(&context.spec) else {
        return;
    };
    let others = FRAMEWORKS.into_iter().filter_map(of);
    let laws = |spec: &Spec| (spec.weight_law(2), spec.bias_law(2));
    let others = others.filter(|other| laws(other) != laws(&present));
    let others: Vec<Arc<Spec>> = others.take(MOST).collect();
    context.pins = context.pins.replaced(others);
    context.message = Some("what four frameworks do by default".into());
    if present != context.spec {
        context.set_spec(present);
    }
}

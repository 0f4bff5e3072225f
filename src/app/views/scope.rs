//! The scope: three curves over the layers, the distribution by layer, the network and its verdict.

use crate::app::action::{Action, Direction, ViewName};
use crate::app::context::Context;
use crate::app::key::Key::{self, Char};
use crate::app::keys::row::{Category, rows};
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
            [Key::PageDown; Key::PageUp] Action::Layer(10) => Action::Layer(-10), "ten layers", 0,
                "scope view: ten layers further, back";
        },
        panels: PANELS,
        shows_pins: false,
        has_layers: true,
    },
    new: || Box::new(Scope),
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
         A thin line is the infinite-width prediction where it leaves the curve, and the edges of a tall band in which 8 of 10 draws of this width are expected; 0 is an exact zero, \u{221e} an overflow, and the numbers at the left edge are the ends of the scale.",
    ),
    (
        "z by layer",
        "The distribution of z at each layer in units of its own root mean square, from +4 at the top to -4 at the bottom, darker where more units are. \
         A spread cloud is healthy; a thin line or two edges mean that the units all do the same.",
    ),
    (
        "network",
        "What is simulated, with the key that changes each line; the line changed last is bold. \
         It is a plain network: fully connected layers z = W x + b, x = phi(z), all of one width; residual connections, normalization, convolution, attention, recurrence and dropout are not simulated.",
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
#[derive(Clone, Copy, Debug)]
pub struct Scope;

impl View for Scope {
    /// From the first look at the panels to the remedy, the pin beside it, and on to the next activation.
    fn hint(&self, context: &Context) -> Option<(Action, String)> {
        let verdict = context.snapshot()?.verdict.as_ref()?;
        if !verdict.is_healthy() {
            return Some(match context.advice().map(|advice| advice.remedy()) {
                None if context.touched.is_none() => (Action::Help, "explains the panels".into()),
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

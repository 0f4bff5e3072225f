//! The text of the help: two sentences on what each panel shows, and every key from the [key table](keys).

use crate::app::action::Category;
use crate::app::keys::{self, KeyMap};
use crate::app::state::View;

/// What a line of the help is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(String),
    /// Keys and what they do.
    Key(String, String),
    /// Running text, or an empty line.
    Text(String),
}

/// Where a panel is, its name, and two sentences on what it shows.
pub const PANELS: &[(View, &str, &str)] = &[
    (
        View::Scope,
        "signal",
        "The variance of the pre-activations z over units and inputs, layer by layer from the input (left) to the output (right), on a log scale in decades. \
         A flat row halfway up is healthy, a slope downward vanishes, a slope upward explodes.",
    ),
    (
        View::Scope,
        "gradient",
        "The mean square of the loss gradient with respect to z; it starts at the output (right) and is read towards the input (left). \
         Low on the left means that the first layers learn nothing.",
    ),
    (
        View::Scope,
        "distinguishability",
        "The share of the signal that differs between inputs, where full height is 1. \
         Once it has fallen, the network answers every input alike, however healthy the signal looks.",
    ),
    (
        View::Scope,
        "how a curve is drawn",
        "A column is one layer, or the range of several when there are more layers than columns; a full block is reached by every draw and layer of the column, lighter shades by fewer, 80 % of the draws lie between the lightest and the full ones. \
         A thin line is the infinite-width prediction where it leaves the curve, and the edges of a tall band in which 8 of 10 draws of this width are expected; 0 is an exact zero, \u{221e} an overflow, and the numbers at the left edge are the ends of the scale.",
    ),
    (
        View::Scope,
        "z by layer",
        "The distribution of z at each layer in units of its own root mean square, from +4 at the top to -4 at the bottom, darker where more units are. \
         A spread cloud is healthy; a thin line or two edges mean that the units all do the same.",
    ),
    (
        View::Scope,
        "network",
        "What is simulated, with the key that changes each line; the line changed last is bold. \
         It is a plain network: fully connected layers z = W x + b, x = phi(z), all of one width; residual connections, normalization, convolution, attention, recurrence and dropout are not simulated.",
    ),
    (
        View::Scope,
        "verdict",
        "What fails first, at which layer, and how fast: decades of mean square per layer, the gradient's counted backward. \
         Inside the expected band means that the draws lie where theory expects 8 of 10 at this width: what fails there is the initializer, not bad luck.",
    ),
    (
        View::Scope,
        "mouse",
        "A click on a line of the network panel or the wheel over it changes it (the right button goes back), a click on a curve puts the cursor on that layer, on a line of a list the cursor there, on the phase plane the network there; a click on a key in the last line presses it. \
         To select text for copying, hold Shift (in some terminals Option or Fn), or leave the mouse to the terminal by its key below or by --no-mouse.",
    ),
    (
        View::Scope,
        "layer",
        "Left and Right walk along the layers: median over draws, the 10-90 % band (in a narrow box half of it, in decades) and theory (there by how many decades it is above the median) of everything that is measured. \
         Below is how z is distributed at that layer, beside the Gaussian that theory expects.",
    ),
    (
        View::Scope,
        "ensemble",
        "How many independent networks have been drawn, of how many at most, and the standard error that remains in decades. \
         When it is smaller than the screen can show, everything stands still.",
    ),
    (
        View::Advice,
        "advice",
        "Every initializer for this activation, depth and width, best first, as theory expects it at this width; under it the lines that realise exactly that law. \
         limit is the share of a limit of the verdict that one draw in ten uses up: above 100 % the network is not safe.",
    ),
    (
        View::Compare,
        "compare",
        "The network and up to three pinned ones over each other, each with a colour and a character of its own; pins are measured while the network itself stands still. \
         The table has each verdict and how many layers the deepest healthy network of its kind has (~ is an estimate, > means that nothing was found to fail), and for a pin the decades by which it ends above or below the network; ~ is what theory expects before the first draw.",
    ),
    (
        View::Atlas,
        "atlas",
        "Every activation with every initializer at this depth and width, in the framework's dialect, with gain 1 and without bias but for the default layer; ~ is what theory expects, the rest is measured (three draws, one where that fails in the first quarter). \
         A number is how many layers the deepest healthy network of the kind has, read off the curves where this one fails, by theory where it is healthy (>: more, nothing found to fail), or the decades by which a channel drifts over the whole depth; the character before it grows with the harm.",
    ),
    (
        View::Train,
        "train",
        "The network and the pins learn the digits (or your labelled data): loss and accuracy of the minibatches, the mean over the steps of a column, and for every matrix, the head last, the norm of its gradient and of its change in units of its weights; faint is the first step. \
         The dotted line is what chance costs: a network LEARNS (✓) that leaves less than half of it, STALLS (✗) that leaves 95 % or more, and is SLOW (→) in between: more steps or another rate may tell. Beside it stand the three channels before step 1, to tell the outcome from.",
    ),
    (
        View::Factors,
        "factors",
        "An experiment around the network: one factor is varied at a time, and each bar is the largest difference between two of its levels, full up to the lower end of its 95 % interval and shaded to the upper; of activation x initializer, half the largest difference of differences. \
         Drifts and distinguishability are measured before step 1, in decades; after the training, uncertainty left is the share of what chance costs, and a run learns that leaves less than half.",
    ),
    (
        View::Phase,
        "phase plane",
        "What becomes of deep layers for every weight and bias variance: sigma_w is the root of fan_in Var W, sigma_b that of Var b, both of layers 2 and up. \
         On the edge between ordered and chaotic chi_perp is 1 and signals travel farthest; xi_c and xi_grad are the layers over which differences between inputs and gradients fall by e.",
    ),
];

/// Columns and rows of text that the help shows on a screen of this size.
#[must_use]
pub fn page((columns, rows): (u16, u16)) -> (usize, usize) {
    (
        usize::from(columns.min(84)).saturating_sub(4),
        usize::from(rows).saturating_sub(2),
    )
}

/// The help, wrapped to this many columns: what this view shows and its keys, the keys that mean the same everywhere, then the
/// other views and what is open now and then.
#[must_use]
pub fn lines(columns: usize, view: View, keys: &KeyMap) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    let of_view = |category: &Category| category.view() == Some(view);
    let everywhere = [Category::Network, Category::Picture, Category::Program];
    panels(&mut lines, columns, |of| of == view);
    let here = Category::ALL.into_iter().filter(of_view);
    for category in here.chain(everywhere) {
        table(&mut lines, columns, category, keys);
    }
    panels(&mut lines, columns, |of| of != view);
    for category in Category::ALL {
        if !of_view(&category) && !everywhere.contains(&category) {
            table(&mut lines, columns, category, keys);
        }
    }
    lines
}

fn panels(lines: &mut Vec<HelpLine>, columns: usize, chosen: impl Fn(View) -> bool) {
    for (_, name, text) in PANELS.iter().filter(|(of, _, _)| chosen(*of)) {
        heading(lines, name);
        lines.extend(wrapped(text, columns).into_iter().map(HelpLine::Text));
    }
}

/// The keys of a category, but those that nothing is bound to.
fn table(lines: &mut Vec<HelpLine>, columns: usize, category: Category, map: &KeyMap) {
    heading(lines, &format!("keys: {category}"));
    for row in keys::rows().filter(|row| row.category == category) {
        let keys = map.all(row);
        if keys.is_empty() {
            continue;
        }
        // more keys than there is room for push the explanation to the right
        let room = columns.saturating_sub(INDENT.max(keys.chars().count() + 1));
        for (i, text) in wrapped(row.does, room).into_iter().enumerate() {
            let keys = if i == 0 { keys.clone() } else { String::new() };
            lines.push(HelpLine::Key(keys, text));
        }
    }
}

/// Columns that the keys of a [`HelpLine::Key`] take.
pub const INDENT: usize = 18;

fn heading(lines: &mut Vec<HelpLine>, text: &str) {
    if !lines.is_empty() {
        lines.push(HelpLine::Text(String::new()));
    }
    lines.push(HelpLine::Heading(text.to_owned()));
}

/// Breaks a text at spaces into lines of at most `columns` characters (a longer word stays whole).
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_key_and_begins_with_what_is_on_the_screen() {
        let map = KeyMap::default();
        for view in View::ALL {
            let lines = lines(76, view, &map);
            for row in keys::rows() {
                let told =
                    |line: &HelpLine| matches!(line, HelpLine::Key(k, _) if *k == map.all(row));
                assert!(lines.iter().any(told), "{}", row.name);
            }
            let first = PANELS.iter().find(|(of, _, _)| *of == view);
            let (_, name, text) = first.expect("every view is explained");
            assert_eq!(lines[0], HelpLine::Heading((*name).to_owned()));
            assert!(text.contains(". "), "{name} in two sentences");
        }
    }

    #[test]
    fn keys_fit_in_front_of_their_explanation() {
        for row in keys::rows() {
            let keys = KeyMap::default().all(row);
            assert!(keys.chars().count() < INDENT, "{keys}");
        }
    }

    #[test]
    fn text_wraps_at_spaces_and_loses_nothing() {
        let text = "a bc def g";
        assert_eq!(wrapped(text, 4), ["a bc", "def", "g"]);
        assert_eq!(wrapped(text, 0).join(" "), text);
        assert_eq!(wrapped("", 9), [""]);
    }
}

//! The one table of keys: what is pressed, what it is called, what it does. Footer, help and README come from it.

use crate::app::action::{Action, Category, Coordinate, Direction, Parameter, Scroll};
use crate::app::key::Key;
use crate::app::state::View;

/// One row of [`KEYS`].
#[derive(Clone, Copy, Debug)]
pub struct KeyRow {
    /// Keys that go forward; the first is the one to show.
    pub keys: &'static [Key],
    /// What they do.
    pub action: Action,
    /// Keys that go back, with what they do; the first is the one to show.
    pub back: Option<(&'static [Key], Action)>,
    /// One or two words, as in the footer and the network panel.
    pub name: &'static str,
    /// One line, as in the help and the README.
    pub does: &'static str,
    /// Heading.
    pub category: Category,
    /// Place in line for the footer, 1 first; 0 is never shown there.
    pub rank: u8,
}

impl KeyRow {
    /// The keys of the footer: `a/A`, `space`.
    #[must_use]
    pub fn short(&self) -> String {
        match self.back {
            Some((back, _)) => format!("{}/{}", self.keys[0], back[0]),
            None => self.keys[0].to_string(),
        }
    }

    /// All keys, as in the help: `a  A`, `q  Q  Ctrl-C`.
    #[must_use]
    pub fn all(&self) -> String {
        let back = self.back.map_or(&[][..], |(back, _)| back);
        let names: Vec<String> = self
            .keys
            .iter()
            .chain(back)
            .map(ToString::to_string)
            .collect();
        names.join(" ")
    }

    /// The action of a key, where this row has it.
    #[must_use]
    pub fn action_of(&self, key: Key) -> Option<Action> {
        if self.keys.contains(&key) {
            return Some(self.action);
        }
        self.back
            .filter(|(keys, _)| keys.contains(&key))
            .map(|(_, action)| action)
    }
}

/// The row of a pair of letters that steps a parameter.
const fn step(
    parameter: Parameter,
    keys: &'static [Key],
    back: &'static [Key],
    name: &'static str,
    does: &'static str,
    rank: u8,
) -> KeyRow {
    KeyRow {
        keys,
        action: Action::Step(parameter, Direction::Forward),
        back: Some((back, Action::Step(parameter, Direction::Back))),
        name,
        does,
        category: Category::Network,
        rank,
    }
}

const fn plain(
    keys: &'static [Key],
    action: Action,
    name: &'static str,
    does: &'static str,
    category: Category,
    rank: u8,
) -> KeyRow {
    KeyRow {
        keys,
        action,
        back: None,
        name,
        does,
        category,
        rank,
    }
}

use Key::{Char, Ctrl, F};

/// Every key of the dashboard.
pub const KEYS: &[KeyRow] = &[
    step(
        Parameter::Activation,
        &[Char('a')],
        &[Char('A')],
        "activation",
        "next, previous activation function",
        1,
    ),
    step(
        Parameter::Initializer,
        &[Char('i')],
        &[Char('I')],
        "initializer",
        "next, previous initializer; one place is the framework's default layer",
        5,
    ),
    step(
        Parameter::Framework,
        &[Char('f')],
        &[Char('F')],
        "framework",
        "next, previous framework: dialect of the initializer and default layer",
        8,
    ),
    step(
        Parameter::Width,
        &[Char('w')],
        &[Char('W')],
        "width",
        "wider, narrower layers",
        6,
    ),
    step(
        Parameter::Depth,
        &[Char('d')],
        &[Char('D')],
        "depth",
        "deeper, shallower network",
        7,
    ),
    step(
        Parameter::Bias,
        &[Char('b')],
        &[Char('B')],
        "bias",
        "more, less bias variance",
        9,
    ),
    step(
        Parameter::Gain,
        &[Char('g')],
        &[Char('G')],
        "gain",
        "larger, smaller multiplier of the weights",
        10,
    ),
    step(
        Parameter::Input,
        &[Char('n')],
        &[Char('N')],
        "input",
        "next, previous input: noise, digits, your data",
        11,
    ),
    step(
        Parameter::Seed,
        &[Char('s')],
        &[Char('S')],
        "seed",
        "new seed, the one before",
        12,
    ),
    plain(
        &[Char('r')],
        Action::Remedy,
        "remedy",
        "apply the best initializer for this activation, depth and width",
        Category::Network,
        4,
    ),
    plain(
        &[Key::Home, Char('0')],
        Action::Reset,
        "reset",
        "back to what the program was started with",
        Category::Network,
        14,
    ),
    plain(
        &[Char(' ')],
        Action::Freeze,
        "freeze",
        "hold the picture still, let it go",
        Category::Picture,
        13,
    ),
    KeyRow {
        keys: &[Char('x')],
        action: Action::Quantity(Direction::Forward),
        back: Some((&[Char('X')], Action::Quantity(Direction::Back))),
        name: "z or x",
        does: "signal panel: variance or mean square of z, of x = phi(z)",
        category: Category::Picture,
        rank: 15,
    },
    plain(
        &[Char('1')],
        Action::Show(View::Scope),
        "scope",
        "the view with three curves over the layers",
        Category::Picture,
        0,
    ),
    plain(
        &[Char('4')],
        Action::Show(View::Phase),
        "phase",
        "the phase plane of the activation, with the network on it",
        Category::Picture,
        16,
    ),
    KeyRow {
        keys: &[Key::Right],
        action: Action::Move(Coordinate::SigmaW, Direction::Forward),
        back: Some((
            &[Key::Left],
            Action::Move(Coordinate::SigmaW, Direction::Back),
        )),
        name: "sigma_w",
        does: "phase view: the network one point to larger, smaller sigma_w",
        category: Category::Phase,
        rank: 17,
    },
    KeyRow {
        keys: &[Key::Up],
        action: Action::Move(Coordinate::SigmaB, Direction::Forward),
        back: Some((
            &[Key::Down],
            Action::Move(Coordinate::SigmaB, Direction::Back),
        )),
        name: "sigma_b",
        does: "phase view: the network one point to larger, smaller sigma_b",
        category: Category::Phase,
        rank: 18,
    },
    plain(
        &[Key::Enter],
        Action::Snap,
        "edge",
        "phase view: to the edge of chaos at this sigma_b",
        Category::Phase,
        19,
    ),
    plain(
        &[Char('5')],
        Action::Show(View::Advice),
        "advice",
        "every initializer ranked for this network, with the lines to paste",
        Category::Picture,
        20,
    ),
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Choose(Direction::Forward),
        back: Some((&[Key::Up, Char('k')], Action::Choose(Direction::Back))),
        name: "choice",
        does: "advice view: next, previous choice",
        category: Category::Advice,
        rank: 21,
    },
    KeyRow {
        keys: &[Key::Right],
        action: Action::Target(Direction::Forward),
        back: Some((&[Key::Left], Action::Target(Direction::Back))),
        name: "paste for",
        does: "advice view: lines to paste for the next, previous framework",
        category: Category::Advice,
        rank: 22,
    },
    plain(
        &[Key::Enter],
        Action::Apply,
        "apply",
        "advice view: the choice becomes the network",
        Category::Advice,
        23,
    ),
    plain(
        &[Char('y')],
        Action::Copy,
        "copy",
        "advice view: the lines into your terminal's clipboard, also over SSH",
        Category::Advice,
        24,
    ),
    plain(
        &[Char('?'), F(1), Char('h')],
        Action::Help,
        "help",
        "this help, and away with it",
        Category::Program,
        2,
    ),
    plain(
        &[Char('q'), Char('Q'), Ctrl('c')],
        Action::Quit,
        "quit",
        "quit",
        Category::Program,
        3,
    ),
    plain(
        &[Key::Esc],
        Action::Close,
        "close",
        "close the help; quit when none is open",
        Category::Program,
        0,
    ),
    plain(
        &[Ctrl('z')],
        Action::Suspend,
        "suspend",
        "back to the shell; fg returns",
        Category::Program,
        0,
    ),
    plain(
        &[Ctrl('l')],
        Action::Redraw,
        "redraw",
        "paint the whole screen anew",
        Category::Program,
        0,
    ),
    KeyRow {
        keys: &[Key::Down, Char('j')],
        action: Action::Scroll(Scroll::Lines(1)),
        back: Some((&[Key::Up, Char('k')], Action::Scroll(Scroll::Lines(-1)))),
        name: "line",
        does: "one line down, up",
        category: Category::Help,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::PageDown],
        action: Action::Scroll(Scroll::Pages(1)),
        back: Some((&[Key::PageUp], Action::Scroll(Scroll::Pages(-1)))),
        name: "page",
        does: "one page down, up",
        category: Category::Help,
        rank: 0,
    },
    KeyRow {
        keys: &[Key::End],
        action: Action::Scroll(Scroll::Bottom),
        back: Some((&[Key::Home], Action::Scroll(Scroll::Top))),
        name: "ends",
        does: "to the end, to the beginning",
        category: Category::Help,
        rank: 0,
    },
];

/// What a key means in a view; while the help is open its own keys come first.
#[must_use]
pub fn action(key: Key, help_open: bool, view: View) -> Option<Action> {
    let of = |help: bool| {
        KEYS.iter()
            .filter(move |row| (row.category == Category::Help) == help)
            .filter(|row| row.category.view().is_none_or(|only| only == view))
            .find_map(move |row| row.action_of(key))
    };
    help_open.then(|| of(true)).flatten().or_else(|| of(false))
}

/// The row that steps a parameter.
#[must_use]
pub fn row_of(parameter: Parameter) -> &'static KeyRow {
    KEYS.iter()
        .find(|row| row.action == Action::Step(parameter, Direction::Forward))
        .expect("every parameter has a row, see the tests")
}

#[cfg(test)]
mod tests;

//! A lecture on the dashboard: what it consists of, and the [`Player`] that plays it.
//!
//! A lecture presses the keys that a person would press and says a caption under the dashboard. Time reaches the player as a
//! number of milliseconds, so that the screen and a recording play the same lecture.

pub mod caption;
pub mod claim;
pub mod player;
pub mod question;
pub mod reading;
pub mod script_op;
pub mod value;

use crate::app::key::Key;
use crate::app::look::Look;
use crate::app::panel::Panel;
use crate::net::spec::{Field, Spec};

pub use caption::{Caption, Declared, Template};
pub use claim::Claim;
pub use player::{Cue, Mode, Note, Player, Position, Sequel};
pub use question::{Question, Tally};
pub use reading::READINGS;
pub use value::Value;

/// Milliseconds of the lecture's own time.
pub type Millis = u64;

/// Time from one key to the next where the script does not say.
pub const PACE: Millis = 900;
/// Time from one typed character to the next.
pub const TYPING: Millis = 120;
/// The smallest screen that a lecture is written for: the smallest dashboard with a caption of three lines.
pub const SMALLEST: (u16, u16) = (40, 16);
/// The largest.
pub const LARGEST: (u16, u16) = (300, 100);
/// Rows of the caption, its upper border included, where there is room.
pub const CAPTION: u16 = 6;

/// Everything that a script says.
#[derive(Clone, Debug)]
pub struct Lecture {
    /// What it is about, in a line.
    pub title: String,
    /// Columns and rows of the whole screen.
    pub size: (u16, u16),
    /// Colours and characters.
    pub look: Look,
    /// What the dashboard opens with.
    pub spec: Spec,
    /// What happens, one after another.
    pub steps: Vec<Step>,
}

/// One step of a script.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where it stands in the script, from 1.
    pub line: usize,
    /// What happens.
    pub what: What,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum What {
    /// Keys are pressed, one after another, and some time after each.
    Keys(Vec<Key>, Millis),
    /// A key that steps a parameter is pressed until the parameter has this value, and some time after each.
    KeyTo(Key, ParameterValue, Millis),
    /// Characters are typed; a line feed is the Enter key.
    Type(String),
    /// A caption that stands until the next one, and for how long the lecture waits for its reader.
    Say(Template, Millis),
    /// Nothing, for so long.
    Wait(Millis),
    /// The simulation goes on.
    Until(Goal),
    /// A chapter begins.
    Mark(String),
    /// A panel is pointed out; `None` ends that.
    Highlight(Option<Panel>),
    /// The audience is asked.
    Ask(Box<Ask>),
}

/// The value that a parameter is to reach.
#[derive(Clone, Debug, PartialEq)]
pub struct ParameterValue {
    /// Which parameter.
    pub parameter: &'static Field,
    /// Its value, as typed.
    pub value: String,
}

/// How far the simulation is to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Goal {
    /// So many complete draws, or the end.
    Draws(usize),
    /// Nothing more will come.
    Settled,
}

/// A question to the audience, answered by measuring every choice.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The question.
    pub question: Template,
    /// What can be answered; `a`, `b`, `c` and so on.
    pub choices: Vec<Choice>,
    /// Which of [`READINGS`] is measured for every choice.
    pub measure: &'static reading::Reading,
    /// Which measured number is the answer.
    pub best: Best,
    /// Number of the choice that the lecture goes on with, so that a measurement that says otherwise is noticed.
    pub answer: usize,
    /// How long a recording lets its audience think.
    pub think: Millis,
    /// How long the measured answer stands.
    pub hold: Millis,
}

/// One possible answer.
#[derive(Clone, Debug)]
pub struct Choice {
    /// In words.
    pub text: String,
    /// Keys that show it on the dashboard.
    pub keys: Vec<What>,
    /// Numbers in its words, to be true once it is shown.
    pub claims: Vec<Claim>,
    /// What is measured of it where the question does not say.
    pub measure: Option<&'static reading::Reading>,
}

/// Which number answers a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Best {
    /// The largest.
    Largest,
    /// The smallest.
    Smallest,
    /// The one nearest to zero.
    Steadiest,
}

impl Best {
    /// Names, as scripts write them.
    pub const ALL: [(Self, &'static str); 3] = [
        (Self::Largest, "largest"),
        (Self::Smallest, "smallest"),
        (Self::Steadiest, "steadiest"),
    ];
}

/// The part of a screen that the dashboard has while the caption stands under it: the caption gives way first.
#[must_use]
pub fn dashboard((columns, rows): (u16, u16)) -> (u16, u16) {
    (columns, rows - caption_rows(rows))
}

/// Rows of the caption on a screen of so many.
#[must_use]
pub fn caption_rows(rows: u16) -> u16 {
    rows.saturating_sub(12).clamp(4, CAPTION).min(rows)
}

//! A question to the audience while it stands under the dashboard.

use std::sync::Arc;

use crate::app::lecture::value::Value;
use crate::app::lecture::{Ask, Best, Caption};

/// A question, what was answered, what has been measured.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is asked.
    pub ask: Arc<Ask>,
    /// The question in words.
    pub text: Caption,
    /// The choice that the audience took.
    pub taken: Option<usize>,
    /// What was measured of the first so many choices; `None` where there was nothing to measure.
    pub measured: Vec<Option<Value>>,
}

/// How a question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// Nobody has answered yet.
    Open,
    /// The choices are being measured.
    Measuring,
    /// This one is right.
    Right(usize),
}

impl Question {
    /// How it stands.
    #[must_use]
    pub fn tally(&self) -> Tally {
        if self.measured.len() == self.ask.choices.len() {
            return self.best().map_or(Tally::Measuring, Tally::Right);
        }
        match (self.taken, self.measured.len()) {
            (None, 0) => Tally::Open,
            _ => Tally::Measuring,
        }
    }

    /// The choice whose measured number is the best; the first of equal ones.
    fn best(&self) -> Option<usize> {
        let score = |value: &Option<Value>| {
            let number = value.as_ref().and_then(Value::number)?;
            let score = match self.ask.best {
                Best::Largest => number,
                Best::Smallest => -number,
                Best::Steadiest => -number.abs(),
            };
            (!score.is_nan()).then_some(score)
        };
        let scores = self.measured.iter().enumerate();
        let known = scores.filter_map(|(i, value)| Some((i, score(value)?)));
        known
            .fold(None, |best: Option<(usize, f64)>, (i, score)| match best {
                Some((_, top)) if score <= top => best,
                _ => Some((i, score)),
            })
            .map(|(i, _)| i)
    }
}

/// The letter of a choice: `a`, `b`, `c` and so on.
#[must_use]
pub fn letter(choice: usize) -> char {
    char::from(b'a' + u8::try_from(choice).unwrap_or(25).min(25))
}

//! Moments of a lecture, for stills.

use crate::app::lecture::{Lecture, Millis, What};
use crate::cast::recorder::Recorder;
use crate::net::foreign::shown;

/// When a still of a lecture is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Once this step has happened and what follows takes time.
    Step(usize),
    /// At this time.
    Time(Millis),
}

/// Why there is no such moment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// Neither the name of a mark nor a time.
    #[error(
        "`{}` is neither a mark nor a time such as 12.5 or 1:23; {marks}",
        shown(text)
    )]
    Unknown {
        /// What was typed.
        text: String,
        /// The marks, in words.
        marks: String,
    },
    /// The lecture is shorter.
    #[error("the lecture is over after {0}")]
    Over(String),
}

impl Moment {
    /// The moment of a text: when the first caption of a chapter, named by its mark, has been said; or a time in seconds or
    /// minutes and seconds.
    ///
    /// # Errors
    /// The lecture has no such mark, and it is no time.
    pub fn find(lecture: &Lecture, text: &str) -> Result<Self, MomentError> {
        let mark_of = |step: &What| match step {
            What::Mark(label) => Some(label.clone()),
            _ => None,
        };
        let marks: Vec<(usize, String)> = (0..)
            .zip(&lecture.steps)
            .filter_map(|(n, step)| Some((n, mark_of(&step.what)?)))
            .collect();
        if let Some((mark, _)) = marks.iter().find(|(_, label)| label == text) {
            let chapter = lecture.steps.iter().enumerate().skip(mark + 1);
            let first = chapter
                .take_while(|(_, step)| mark_of(&step.what).is_none())
                .find(|(_, step)| matches!(step.what, What::Say(..) | What::Ask(_)));
            return Ok(Self::Step(first.map_or(*mark, |(n, _)| n)));
        }
        time(text)
            .map(Self::Time)
            .ok_or_else(|| MomentError::Unknown {
                text: text.to_owned(),
                marks: in_words(&marks),
            })
    }

    /// Whether what the recorder shows is what stands there at this moment; to be asked after every step.
    ///
    /// # Errors
    /// The lecture is over before.
    pub fn is_reached(self, recorder: &Recorder) -> Result<bool, MomentError> {
        let player = recorder.player();
        match self {
            Self::Step(step) => {
                Ok(recorder.is_over() || player.progress().0 > step && player.due().is_some())
            }
            Self::Time(time) if recorder.is_over() && recorder.now() < time => {
                Err(MomentError::Over(clock(recorder.now())))
            }
            Self::Time(time) => Ok(recorder.now() > time || recorder.is_over()),
        }
    }
}

fn in_words(marks: &[(usize, String)]) -> String {
    match marks {
        [] => "the lecture has no marks".into(),
        marks => {
            let labels: Vec<String> = marks
                .iter()
                .map(|(_, label)| format!("`{}`", shown(label)))
                .collect();
            format!("the marks are {}", labels.join(", "))
        }
    }
}

/// Seconds such as `12.5`, or minutes and seconds such as `1:23.5`.
fn time(text: &str) -> Option<Millis> {
    const LONGEST: f64 = 1e6;
    let (minutes, seconds) = match text.split_once(':') {
        Some((minutes, seconds)) => (minutes.parse::<u32>().ok()?, seconds),
        None => (0, text),
    };
    let digits = |c: char| c.is_ascii_digit() || c == '.';
    let seconds: f64 = Some(seconds)
        .filter(|text| text.chars().all(digits))?
        .parse()
        .ok()?;
    let below = if text.contains(':') { 60.0 } else { LONGEST };
    (seconds < below).then(|| u64::from(minutes) * 60_000 + (seconds * 1000.0).round() as Millis)
}

/// A time as it may be typed.
fn clock(time: Millis) -> String {
    let (minutes, millis) = (time / 60_000, time % 60_000);
    format!("{minutes}:{:02}.{:03}", millis / 1000, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seconds_or_minutes_and_seconds() {
        for (text, expected) in [
            ("0", Some(0)),
            ("12.5", Some(12_500)),
            ("100", Some(100_000)),
            ("1:23", Some(83_000)),
            ("1:02.25", Some(62_250)),
            ("1:60", None),
            ("-1", None),
            ("nan", None),
            ("1e3", None),
            ("", None),
            (":", None),
            ("one", None),
        ] {
            assert_eq!(time(text), expected, "{text}");
        }
        assert_eq!(clock(83_042), "1:23.042");
        assert_eq!(time(&clock(83_042)), Some(83_042));
    }
}

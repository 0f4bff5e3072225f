//! Captions: text in which measured numbers stand at `{name}`.

use crate::app::lecture::Millis;
use crate::app::lecture::claim::{Claim, undeclared};
use crate::app::lecture::reading::{self, READINGS, Reading};
use crate::app::lecture::value::Value;
use crate::app::state::Model;

/// Characters a second that a caption leaves its reader; subtitles for adults have 15 to 20.
const READING_SPEED: u64 = 15;
/// Time to notice that there is a new caption.
const NOTICE: Millis = 1200;
/// Characters that a measured number is taken for, before it is measured.
const NUMBER: usize = 5;

/// A caption before its numbers are measured.
#[derive(Clone, Debug)]
pub struct Template {
    segments: Vec<Segment>,
    claims: Vec<Claim>,
}

/// Numbers that a caption may say by itself.
#[derive(Clone, Debug, Default)]
pub struct Declared {
    /// Those that have a source.
    pub facts: Vec<String>,
    /// Those that are compared with the dashboard when they are said.
    pub claims: Vec<Claim>,
}

#[derive(Clone, Debug)]
enum Segment {
    Text(String),
    Measured(&'static Reading),
}

/// A caption with the numbers that stood on the dashboard when it was said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Caption {
    /// Words and numbers in turn.
    pub parts: Vec<CaptionPart>,
}

/// A part of a caption.
#[derive(Clone, Debug, PartialEq)]
pub enum CaptionPart {
    /// As it stands in the script.
    Text(String),
    /// Measured.
    Value(Value),
}

/// Why a text is no caption, and from which byte of it on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Bytes before what is wrong.
    pub at: usize,
    /// What is wrong, what is allowed.
    pub why: String,
}

impl Template {
    /// Reads a caption: `{name}` is one of [`READINGS`]. Every other number must be declared.
    ///
    /// # Errors
    /// A name that is none, a brace without its partner, a number that is neither measured nor declared.
    pub fn parse(text: &str, declared: &Declared) -> Result<Self, TemplateError> {
        let claims = declared.claims.iter().map(|claim| &claim.said);
        let numbers: Vec<&str> = claims.chain(&declared.facts).map(String::as_str).collect();
        let mut segments = Vec::new();
        let mut rest = text;
        let at = |rest: &str| text.len() - rest.len();
        while let Some(open) = rest.find(['{', '}']) {
            let (before, from) = rest.split_at(open);
            let fail = |why: String| Err(TemplateError { at: at(from), why });
            undeclared(before, &numbers).map_or(Ok(()), |(offset, number)| {
                Err(TemplateError {
                    at: at(rest) + offset,
                    why: not_measured(number),
                })
            })?;
            segments.push(Segment::Text(before.to_owned()));
            let Some((name, after)) = from.strip_prefix('{').and_then(|f| f.split_once('}')) else {
                return fail("a brace without its partner; a measured number is `{name}`".into());
            };
            let Some(row) = reading::row(name) else {
                return fail(reading::unknown(name));
            };
            segments.push(Segment::Measured(row));
            rest = after;
        }
        if let Some((offset, number)) = undeclared(rest, &numbers) {
            return Err(TemplateError {
                at: at(rest) + offset,
                why: not_measured(number),
            });
        }
        segments.push(Segment::Text(rest.to_owned()));
        Ok(Self {
            segments,
            claims: declared.claims.clone(),
        })
    }

    /// Whether it has numbers that depend on the simulation.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let claimed = self.claims.iter().map(|claim| claim.row);
        self.readings().chain(claimed).any(|row| row.measured)
    }

    /// What is measured for it.
    pub fn readings(&self) -> impl Iterator<Item = &'static Reading> + '_ {
        self.segments.iter().filter_map(|piece| match piece {
            Segment::Measured(row) => Some(*row),
            Segment::Text(_) => None,
        })
    }

    /// How long a reader needs.
    #[must_use]
    pub fn reading_time(&self) -> Millis {
        let characters: usize = self
            .segments
            .iter()
            .map(|piece| match piece {
                Segment::Text(text) => text.chars().count(),
                Segment::Measured(_) => NUMBER,
            })
            .sum();
        reading_time(characters)
    }

    /// The caption with the numbers of this moment.
    ///
    /// # Errors
    /// A reading that the dashboard does not have now, a number that it contradicts.
    pub fn fill(&self, model: &Model) -> Result<Caption, String> {
        for claim in &self.claims {
            claim.check(model)?;
        }
        let parts = self.segments.iter().map(|piece| match piece {
            Segment::Text(text) => Ok(CaptionPart::Text(text.clone())),
            Segment::Measured(row) => (row.read)(model)
                .map(CaptionPart::Value)
                .ok_or_else(|| format!("`{{{}}}` has no value here", row.name)),
        });
        Ok(Caption {
            parts: parts.collect::<Result<_, _>>()?,
        })
    }
}

/// How long a reader needs for so many characters.
#[must_use]
pub fn reading_time(characters: usize) -> Millis {
    NOTICE + characters as u64 * 1000 / READING_SPEED
}

fn not_measured(number: &str) -> String {
    format!(
        "`{number}` is neither measured nor declared: write one of the readings in braces ({}, ...), say which it is (where = {{ \"{number}\" = \"depth\" }}), or declare it with its source under [facts]",
        READINGS[0].name
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_measured_or_declared() {
        let facts = Declared {
            facts: vec!["5/3".into(), "2010".into()],
            claims: Vec::new(),
        };
        for fine in [
            "a gain of 5/3, since 2010.",
            "relu6 and float16 are names",
            "{width} wide",
            "",
        ] {
            assert!(Template::parse(fine, &facts).is_ok(), "{fine}");
        }
        let error = |text: &str| {
            let error = Template::parse(text, &facts).expect_err(text);
            (error.at, error.why)
        };
        let (at, why) = error("a gain of 1.6 here");
        assert_eq!(at, 10);
        assert!(
            why.starts_with("`1.6` is neither measured nor declared"),
            "{why}"
        );
        assert_eq!(error("{width} and 30-layer").0, 12);
        assert_eq!(error("5/3 and {widht}").0, 8);
        assert_eq!(error("a } b").0, 2);
        assert_eq!(error("a {width").0, 2);
    }

    #[test]
    fn a_longer_caption_stands_longer() {
        let time = |text| {
            Template::parse(text, &Declared::default())
                .expect("fine")
                .reading_time()
        };
        assert_eq!(time("fifteen letters"), NOTICE + 1000);
        assert!(time("{width}") > time(""));
    }
}

//! Numbers that a caption says by itself, in digits or in words, and what the dashboard says of them.

use crate::app::lecture::reading::Reading;
use crate::app::state::Model;

/// Numbers in words. `one` is none of them: it is said of everything.
const WORDS: &[(&str, f64)] = &[
    ("half", 0.5),
    ("twice", 2.0),
    ("double", 2.0),
    ("two", 2.0),
    ("three", 3.0),
    ("four", 4.0),
    ("five", 5.0),
    ("six", 6.0),
    ("seven", 7.0),
    ("eight", 8.0),
    ("nine", 9.0),
    ("ten", 10.0),
    ("twelve", 12.0),
    ("twenty", 20.0),
    ("thirty", 30.0),
    ("fifty", 50.0),
    ("hundred", 100.0),
    ("thousand", 1000.0),
    ("million", 1e6),
];

/// Share of a number that the measured one may be away from it.
const CLOSE: f64 = 0.005;

/// A number that is said, and the reading that it has to be.
#[derive(Clone, Debug)]
pub struct Claim {
    /// As it is said: `twice`, `5/3`.
    pub said: String,
    /// What is measured.
    pub row: &'static Reading,
}

impl Claim {
    /// Compares what is said with the dashboard.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn check(&self, model: &Model) -> Result<(), String> {
        let Self { said, row } = self;
        let value = (row.read)(model).and_then(|value| value.plain());
        match value {
            None => Err(format!("`{{{}}}` has no number here", row.name)),
            Some(value) if agrees(said, value) => Ok(()),
            Some(value) => Err(format!(
                "`{said}` is said, and `{{{}}}` is {value}",
                row.name
            )),
        }
    }
}

/// The number of a word, of digits, or of a fraction.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let word = WORDS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(text));
    let fraction = || {
        let (above, below) = text.split_once('/')?;
        Some(above.parse::<f64>().ok()? / below.parse::<f64>().ok()?)
    };
    let digits = || text.starts_with(|c: char| c.is_ascii_digit());
    word.map(|(_, number)| *number).or_else(|| {
        digits()
            .then(|| text.parse().ok().or_else(fraction))
            .flatten()
    })
}

/// Whether a measured number rounds to what is said of it, and is within half a percent of it.
fn agrees(said: &str, measured: f64) -> bool {
    let Some(number) = number(said) else {
        return false;
    };
    let digits = said.split_once('.').map_or(0, |(_, behind)| behind.len());
    let unit = 10.0_f64.powi(-i32::try_from(digits).unwrap_or(i32::MAX));
    (measured - number).abs() <= (unit / 2.0).min(CLOSE * number.abs())
}

/// Words behind which a number is a place, not a quantity.
const PLACES: [&str; 12] = [
    "chapter", "lecture", "part", "section", "figure", "fig", "table", "eq", "eqs", "equation",
    "page", "view",
];

/// What there are a few of on the screen or in the talk, so that how many is no measurement.
const COUNTED: [&str; 14] = [
    "networks",
    "panels",
    "curves",
    "lines",
    "views",
    "questions",
    "answers",
    "choices",
    "papers",
    "reasons",
    "things",
    "ways",
    "sides",
    "words",
];

/// Whether a number is part of a name: the year of `He et al. 2015`, a `Chapter 2`, `GPT-2`, the `3rd`, `two networks`.
fn is_name(before: &str, number: &str, behind: &str) -> bool {
    let digits = number.bytes().all(|b| b.is_ascii_digit());
    let year = digits && (1900..=2099).contains(&number.parse().unwrap_or(0));
    let trimmed = before.trim_end_matches([' ', ',', '(', '.']);
    let mut words = trimmed.rsplit(|c: char| !c.is_alphanumeric());
    let (last, one_before) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let cited = last == "al" || one_before == "and" && capital(last);
    let place = PLACES.contains(&&*last.to_lowercase());
    let model = before.strip_suffix('-').is_some_and(|name| {
        let name = name.rsplit(|c: char| !c.is_alphanumeric()).next();
        name.is_some_and(|name| name.contains(char::is_uppercase))
    });
    let ordinal = ["st", "nd", "rd", "th"].into_iter().any(|end| {
        let rank = number.strip_suffix(end);
        rank.is_some_and(|rank| !rank.is_empty() && rank.bytes().all(|b| b.is_ascii_digit()))
    });
    let next = behind
        .trim_start()
        .split(|c: char| !c.is_alphabetic())
        .next();
    let few = ["two", "three", "four"].contains(&&*number.to_lowercase());
    year && cited
        || digits && (place || model)
        || ordinal
        || few && COUNTED.contains(&next.unwrap_or(""))
}

/// The first number that a text says by itself and that is none of these, with the bytes before it. Digits within a name
/// (`relu6`) are no number.
pub(super) fn undeclared<'a>(text: &'a str, declared: &[&str]) -> Option<(usize, &'a str)> {
    let known = |number: &str| declared.iter().any(|it| it.eq_ignore_ascii_case(number));
    let mut before = ' ';
    let mut from = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        match from {
            None if c.is_alphanumeric() && !(before.is_alphanumeric() || before == '_') => {
                from = Some(at);
            }
            Some(start) => {
                let digits = text[start..].starts_with(|c: char| c.is_ascii_digit());
                let sign = c == '-' && matches!(before, '^' | 'e');
                let inside = c.is_alphanumeric() || c == '_';
                let goes_on = inside || digits && ("./^".contains(c) || sign);
                if !goes_on {
                    let word = text[start..at].trim_end_matches(['.', '/']);
                    let is_number = digits || number(word).is_some();
                    let names = is_name(&text[..start], word, &text[start + word.len()..]);
                    if is_number && !known(word) && !names {
                        return Some((start, word));
                    }
                    from = None;
                }
            }
            None => {}
        }
        before = c;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_found_in_digits_and_in_words() {
        for (text, found) in [
            ("a gain of 1.6.", Some((10, "1.6"))),
            ("relu6 and float16 are names", None),
            ("fan_in2 x_3", None),
            ("a 30-layer network", Some((2, "30"))),
            ("below 10^-3.", Some((6, "10^-3"))),
            ("Twice the variance", Some((0, "Twice"))),
            ("a thirty-layer network", Some((2, "thirty"))),
            ("often, and weights", None),
            ("only one of them", None),
            ("infinite, nan and inf", None),
            ("5/3 of it", None),
            ("as He et al. 2015 say", None),
            ("(Glorot and Bengio, 2010)", None),
            ("Width 2010", Some((6, "2010"))),
            ("Chapter 2, eq. 10", None),
            ("GPT-2 and ResNet-50", None),
            ("a gain-2 layer", Some((7, "2"))),
            ("the 3rd of them", None),
            ("Two networks side by side", None),
            ("two decades", Some((0, "two"))),
        ] {
            assert_eq!(undeclared(text, &["5/3"]), found, "{text}");
        }
        assert_eq!(undeclared("TWICE", &["twice"]), None);
    }

    #[test]
    fn a_measured_number_agrees_with_the_one_it_rounds_to() {
        for (said, measured, fine) in [
            ("twice", 2.000_000_1, true),
            ("twice", 1.98, false),
            ("30", 30.0, true),
            ("30", 29.0, false),
            ("1.67", 5.0 / 3.0, true),
            ("1.66", 5.0 / 3.0, false),
            ("5/3", 1.6667, true),
            ("0", 0.0, true),
            ("0", 0.001, false),
            ("half", f64::NAN, false),
        ] {
            assert_eq!(agrees(said, measured), fine, "{said} {measured}");
        }
    }
}

//! Ranges and ladders of values, written in one text.
//!
//! | text | values |
//! | --- | --- |
//! | `0..9` | 0, 1, ..., 9 |
//! | `0.5..2+0.25` | 0.5, 0.75, ..., 2: equal steps |
//! | `64..4096*2` | 64, 128, ..., 4096: equal factors |
//!
//! Both ends are included; the last value is the last that is not beyond the end. Start, step and factor may be constant expressions
//! (`sqrt(2)`), the end is a number. A value that is no whole number has twelve digits.

use crate::net::written::{number, value};

/// Values that a range has at most.
pub const LONGEST: usize = 1_000_000;

/// Beyond it a double does not hold every whole number.
const WHOLE: f64 = 9_007_199_254_740_992.0;

/// Differences that are errors of rounding, relative to the larger end.
const SLACK: f64 = 1e-12;

/// Why a text is no range though it looks like one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}`: {why}; a range is `A..B`, `A..B+STEP` or `A..B*FACTOR`, for example `64..4096*2`"
)]
pub struct RangeError {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

#[derive(Clone, Copy)]
enum Step {
    Plus(f64),
    Times(f64),
}

/// The values of a range as texts; `None` where the text is none, because two numbers do not stand around `..`.
///
/// # Errors
/// The range is empty or endless, or has more than [`LONGEST`] values.
pub fn expand(text: &str) -> Result<Option<Vec<String>>, RangeError> {
    let Some((start, end, rest)) = parts(text) else {
        return Ok(None);
    };
    let wrong = |why: String| RangeError {
        text: text.to_owned(),
        why,
    };
    let step = |of: &str| value::<f64>(of).filter(|step| step.is_finite());
    let step = match rest.split_at_checked(1) {
        None => Step::Plus(1.0),
        Some(("+", by)) => match step(by) {
            Some(by) if by > 0.0 => Step::Plus(by),
            _ => return Err(wrong(format!("the step `{by}` is no number above 0"))),
        },
        Some(("*", by)) => match step(by) {
            Some(by) if by > 1.0 => Step::Times(by),
            _ => return Err(wrong(format!("the factor `{by}` is no number above 1"))),
        },
        Some(_) => return Err(wrong(format!("`{rest}` after the end is neither + nor *"))),
    };
    if start > end {
        return Err(wrong("the start is above the end".into()));
    }
    if matches!(step, Step::Times(_)) && start <= 0.0 {
        return Err(wrong("a start of 0 or less never grows by a factor".into()));
    }
    let slack = SLACK * start.abs().max(end.abs());
    let at = |place: usize| {
        let x = match step {
            Step::Plus(by) => by.mul_add(place as f64, start),
            Step::Times(by) => start * by.powi(i32::try_from(place).unwrap_or(i32::MAX)),
        };
        // whole numbers are exact
        let near = |mark: f64| x.fract() != 0.0 && (x - mark).abs() <= slack;
        [end, 0.0].into_iter().find(|mark| near(*mark)).unwrap_or(x)
    };
    let values = || (0..).map(at).take_while(|x| *x <= end);
    if values().take(LONGEST + 1).count() > LONGEST {
        return Err(wrong(format!("it has more than {LONGEST} values")));
    }
    Ok(Some(values().map(written).collect()))
}

/// Start, end, and what stands behind the end.
fn parts(text: &str) -> Option<(f64, f64, &str)> {
    let (start, rest) = text.split_once("..")?;
    let start = value::<f64>(start).filter(|start| start.is_finite())?;
    let rest = rest.trim();
    let mut exponent = false;
    let length = rest
        .char_indices()
        .find(|(at, c)| {
            let signed = (*at == 0 || exponent) && matches!(c, '+' | '-');
            exponent = matches!(c, 'e' | 'E');
            !(signed || exponent || c.is_ascii_digit() || *c == '.')
        })
        .map_or(rest.len(), |(at, _)| at);
    let end = rest[..length].parse::<f64>().ok()?;
    end.is_finite().then(|| (start, end, rest[length..].trim()))
}

/// A value as it would be typed.
fn written(x: f64) -> String {
    if x.fract() == 0.0 && x.abs() < WHOLE {
        return (x as i64).to_string();
    }
    let short: f64 = format!("{x:.11e}").parse().expect("a number");
    number(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<String> {
        expand(text).expect("a range").expect("two numbers")
    }

    #[test]
    fn steps_and_factors_reach_both_ends() {
        assert_eq!(values("3..6"), ["3", "4", "5", "6"]);
        assert_eq!(values("64..1000*2"), ["64", "128", "256", "512"]);
        assert_eq!(values("0.1..0.5+0.1"), ["0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(values("-1..1 + 1/2"), ["-1", "-0.5", "0", "0.5", "1"]);
        assert_eq!(values("-0.3..0+0.1"), ["-0.3", "-0.2", "-0.1", "0"]);
        assert_eq!(
            values("1e-4..1*10"),
            ["0.0001", "0.001", "0.01", "0.1", "1"]
        );
        assert_eq!(values("1..4*sqrt(2)").len(), 5);
        assert_eq!(values("7..7"), ["7"]);
    }

    #[test]
    fn whole_numbers_keep_all_digits() {
        let seeds = values("123456789012345..123456789012347");
        assert_eq!(seeds[1], "123456789012346");
    }

    #[test]
    fn what_has_no_two_numbers_is_a_value() {
        for text in [
            "relu",
            "../data.csv",
            "max(x, 0.1*x)",
            "1.5",
            "a..b",
            "x..3",
        ] {
            assert_eq!(expand(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn a_range_that_ends_nowhere_is_told() {
        for (text, why) in [
            ("9..1", "the start is above the end"),
            ("1..9*1", "the factor `1` is no number above 1"),
            ("0..9*2", "a start of 0 or less never grows by a factor"),
            ("1..9+0", "the step `0` is no number above 0"),
            ("1..9x2", "`x2` after the end is neither + nor *"),
            ("0..1e300", "it has more than 1000000 values"),
        ] {
            let error = expand(text).expect_err(text);
            assert_eq!(error.why, why, "{text}");
        }
    }
}

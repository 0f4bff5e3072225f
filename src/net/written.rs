//! How numbers and fields are written in messages: as a person would type them where they are to be changed.

use std::fmt::{Display, LowerExp};
use std::str::FromStr;

use crate::net::activation::constant;
use crate::net::call::plain;

/// Where a field is set, and so how a message writes what to set instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// On the command line.
    Flag,
    /// In a TOML file.
    File,
    /// In the palette of the dashboard.
    Palette,
}

impl Written {
    /// `--input-dim`, or `input_dim`.
    #[must_use]
    pub fn name(self, field: &str) -> String {
        match self {
            Self::Flag => format!("--{}", field.replace('_', "-")),
            Self::File | Self::Palette => field.to_owned(),
        }
    }

    /// `--engine auto`, or `engine = "auto"`.
    #[must_use]
    pub fn value(self, field: &str, value: &str) -> String {
        let name = self.name(field);
        let bare = || ["true", "false"].contains(&value) || value.parse::<f64>().is_ok();
        match self {
            Self::Flag | Self::Palette => format!("{name} {value}"),
            Self::File if bare() => format!("{name} = {value}"),
            Self::File => format!("{name} = \"{value}\""),
        }
    }

    /// `try --engine auto`, `write engine = "auto"` or `type engine auto`.
    #[must_use]
    pub fn advice(self, field: &str, value: &str) -> String {
        let verb = match self {
            Self::Flag => "try",
            Self::File => "write",
            Self::Palette => "type",
        };
        format!("{verb} {}", self.value(field, value))
    }
}

/// The value of a number or a constant expression: `1e-2`, `5/3`, `1/sqrt(512)`, `math.sqrt(2)`, `4*768`; `None` for anything else.
#[must_use]
pub fn value<T: FromStr>(text: &str) -> Option<T> {
    let text = text.trim();
    let computed = || constant(&plain(text))?.to_string().parse().ok();
    text.parse().ok().or_else(computed)
}

/// A number in full length from 0.0001 to a million, beyond them with an exponent where that is shorter: `0.5`, `1e-6`, `1e30`.
#[must_use]
pub fn number<T: Display + LowerExp>(x: T) -> String {
    let (plain, short) = (x.to_string(), format!("{x:e}"));
    let exponent = short.split_once('e').and_then(|(_, e)| e.parse().ok());
    let far = exponent.is_some_and(|e: i32| !(-4..6).contains(&e));
    if far && short.len() < plain.len() {
        short
    } else {
        plain
    }
}

/// Decades with so many digits behind the point; from a thousand on it is only said that they are more, and infinities are words.
#[must_use]
pub fn decades(x: f64, digits: usize) -> String {
    match x {
        _ if x == f64::INFINITY => "inf".to_owned(),
        _ if x == f64::NEG_INFINITY => "-inf".to_owned(),
        _ if x >= 999.5 => ">999".to_owned(),
        _ if x <= -999.5 => "<-999".to_owned(),
        _ => format!("{x:.digits$}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_as_short_as_a_person_would_type_it() {
        for (x, text) in [
            (0.0, "0"),
            (0.5, "0.5"),
            (0.0001, "0.0001"),
            (1e-6, "1e-6"),
            (123_456.0, "123456"),
            (1e6, "1e6"),
            (-1e30, "-1e30"),
            (123_456_789.5, "123456789.5"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(number(x), text);
        }
        assert_eq!(
            (number(16384), number(99_999_999)),
            ("16384".into(), "99999999".into())
        );
    }

    #[test]
    fn decades_have_a_bounded_form() {
        let told = [-8.693, 7e56, -7e56, f64::NEG_INFINITY, 999.4].map(|x| decades(x, 2));
        assert_eq!(told, ["-8.69", ">999", "<-999", "-inf", "999.40"]);
    }

    #[test]
    fn a_field_is_written_as_a_flag_or_as_a_line_of_a_file() {
        let (flag, file) = (Written::Flag, Written::File);
        assert_eq!(flag.advice("input_dim", "64"), "try --input-dim 64");
        assert_eq!(file.advice("input_dim", "64"), "write input_dim = 64");
        assert_eq!(file.value("engine", "auto"), "engine = \"auto\"");
        assert_eq!(file.value("mouse", "true"), "mouse = true");
        assert_eq!(Written::Palette.advice("seed", "7"), "type seed 7");
    }
}

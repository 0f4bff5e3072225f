//! What an incomplete text says of a network: `tanh`, `tanh/he_normal`, `128x30 gain=2`, `he_normal framework=pytorch`.

use super::text::{halves, syntax, words};
use super::{FIELDS, Field, Given, SpecError, field};
use crate::net::activation::{ACTIVATIONS, Activation, ActivationError};
use crate::net::initializer::{INITIALIZERS, Initializer};
use crate::net::name::{did_you_mean, same};

impl Given {
    /// Reads a network of which everything may be missing: activation, initializer or both with a slash between them, WIDTHxDEPTH,
    /// `key=value`, in any order.
    ///
    /// # Errors
    /// A word that is none of these, or what is said twice.
    pub fn part(text: &str) -> Result<Self, SpecError> {
        let mut given = Self::default();
        for word in words(text)? {
            for (field, value) in meant(&word)? {
                if !given.insert(field, value) {
                    return Err(syntax(&word, &format!("`{}` is there twice", field.name)));
                }
            }
        }
        Ok(given)
    }

    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether activation, initializer, width and depth are said, as in a text form.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let mut head = FIELDS.iter().filter(|field| field.head);
        head.all(|field| self.get(field.name).is_some())
    }
}

type Meant<'a> = Vec<(&'static Field, &'a str)>;

fn meant(word: &str) -> Result<Meant<'_>, SpecError> {
    if let Some((width, depth)) = size(word) {
        return Ok(vec![(&field::WIDTH, width), (&field::DEPTH, depth)]);
    }
    let pair = word.split_once('=');
    let is_key = |key: &str| {
        key.chars()
            .all(|c| c.is_ascii_alphabetic() || "_-".contains(c))
    };
    match pair.filter(|(key, _)| !key.is_empty() && is_key(key)) {
        Some((key, value)) => match FIELDS.iter().find(|field| same(field.name, key)) {
            Some(field) => Ok(vec![(field, value)]),
            None => {
                let names: Vec<&str> = FIELDS.iter().map(|field| field.name).collect();
                let meant = did_you_mean(key, names.iter().copied());
                let problem = format!("unknown key{meant}; allowed: {}", names.join(", "));
                Err(syntax(word, &problem))
            }
        },
        None => head(word),
    }
}

/// Units and layers.
fn size(word: &str) -> Option<(&str, &str)> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    word.split_once('x')
        .filter(|(width, depth)| number(width) && number(depth))
}

/// Activation, initializer, or both.
fn head(word: &str) -> Result<Meant<'_>, SpecError> {
    if word.parse::<f64>().is_ok() {
        return Err(syntax(word, "not WIDTHxDEPTH"));
    }
    let is_initializer = |text: &str| text == "default" || text.parse::<Initializer>().is_ok();
    let parsed = word.parse::<Activation>();
    if let Some((activation, initializer)) = halves(word)
        && (initializer.is_empty() || is_initializer(initializer) || parsed.is_err())
    {
        let both = [
            (&field::ACTIVATION, activation),
            (&field::INITIALIZER, initializer),
        ];
        return Ok(both
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect());
    }
    match parsed {
        Err(ActivationError::Unknown { .. }) if is_initializer(word) => {
            Ok(vec![(&field::INITIALIZER, word)])
        }
        Err(ActivationError::Unknown { .. }) => {
            let names = ACTIVATIONS.iter().map(|row| row.name);
            let names = names.chain(INITIALIZERS.iter().map(|row| row.name));
            let problem = format!(
                "neither activation, initializer, WIDTHxDEPTH nor key=value{}",
                did_you_mean(word, names)
            );
            Err(syntax(word, &problem))
        }
        // also with an error that the field tells
        _ => Ok(vec![(&field::ACTIVATION, word)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        match Given::part(text) {
            Ok(given) => {
                let each = FIELDS
                    .iter()
                    .filter_map(|field| Some(format!("{}={}", field.name, given.get(field.name)?)));
                each.collect::<Vec<_>>().join(" ")
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn everything_may_be_missing_and_stand_in_any_order() {
        for (text, fields) in [
            ("", ""),
            ("tanh", "activation=tanh"),
            ("he_normal", "initializer=he_normal"),
            ("tanh/he_normal", "activation=tanh initializer=he_normal"),
            ("tanh/", "activation=tanh"),
            ("/default", "initializer=default"),
            ("128x30 tanh", "activation=tanh width=128 depth=30"),
            ("gain=2 width=64", "gain=2 width=64"),
            (
                "x/(1+exp(-x)) 8x4",
                "activation=x/(1+exp(-x)) width=8 depth=4",
            ),
            (
                "leaky_relu(negative_slope=0.3)",
                "activation=leaky_relu(negative_slope=0.3)",
            ),
        ] {
            assert_eq!(said(text), fields, "{text}");
        }
    }

    #[test]
    fn what_is_none_of_it_is_told_with_what_was_meant() {
        assert!(
            said("tahn").contains("neither activation, initializer"),
            "{}",
            said("tahn")
        );
        assert!(
            said("tanh gian=2").contains("did you mean `gain`"),
            "{}",
            said("tanh gian=2")
        );
        assert!(said("tanh 64").contains("cannot read `64`: not WIDTHxDEPTH"));
        assert!(said("tanh relu").contains("`activation` is there twice"));
    }
}

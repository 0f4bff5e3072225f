//! The keys of one table of a TOML file that people write, and the place of what is wrong in it.

use std::borrow::Cow;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::lecture::Millis;
use crate::net::foreign::{is_hidden, shown};

/// What is wrong, and at which byte.
#[derive(Debug)]
pub(crate) struct Fail {
    pub(crate) at: usize,
    pub(crate) why: String,
}

impl Fail {
    pub(crate) fn new<T>(place: &Spanned<T>, why: impl Into<String>) -> Self {
        Self {
            at: place.span().start,
            why: why.into(),
        }
    }
}

/// A TOML file as a table with places.
pub(crate) fn document(source: &str) -> Result<Spanned<DeTable<'_>>, Fail> {
    DeTable::parse(source).map_err(|error| Fail {
        at: error.span().map_or(0, |span| span.start),
        why: error.message().to_owned(),
    })
}

/// Line and column of a byte, in characters, both from 1.
pub(crate) fn place(source: &str, byte: usize) -> (usize, usize) {
    let before = source.get(..byte.min(source.len())).unwrap_or(source);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

/// A value with its place.
pub(crate) type Value<'a> = &'a Spanned<DeValue<'a>>;

/// A table all of whose keys are allowed.
pub(crate) struct Fields<'a> {
    table: &'a DeTable<'a>,
    /// Where the table begins.
    at: usize,
    /// What it is, for errors.
    what: &'static str,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(
        table: &'a DeTable<'a>,
        at: usize,
        what: &'static str,
        allowed: &[&str],
    ) -> Result<Self, Fail> {
        // in the order of the file
        let mut keys: Vec<_> = table.keys().collect();
        keys.sort_by_key(|key| key.span().start);
        let unknown = keys
            .into_iter()
            .find(|key| !allowed.contains(&&**key.get_ref()));
        match unknown {
            Some(key) => {
                let name: &Cow<'_, str> = key.get_ref();
                Err(Fail::new(
                    key,
                    format!(
                        "{what} has no `{}`; allowed: {}",
                        shown(name),
                        allowed.join(", ")
                    ),
                ))
            }
            None => Ok(Self { table, at, what }),
        }
    }

    /// The value of a key that may be left out.
    pub(crate) fn optional(&self, key: &str) -> Option<Value<'a>> {
        self.table.get(key)
    }

    pub(crate) fn require(&self, key: &str) -> Result<Value<'a>, Fail> {
        self.optional(key).ok_or_else(|| Fail {
            at: self.at,
            why: format!("{} needs `{key}`", self.what),
        })
    }

    /// An error at the value of a key.
    pub(crate) fn wrong(&self, key: &str, why: impl Into<String>) -> Fail {
        self.optional(key).map_or_else(
            || Fail {
                at: self.at,
                why: String::new(),
            },
            |value| Fail::new(value, why),
        )
    }

    /// A text of at least one character.
    pub(crate) fn text(&self, key: &str) -> Result<String, Fail> {
        let value = self.require(key)?;
        match value.get_ref().as_str() {
            // lines of a caption may be wrapped
            Some(text) if text.contains(|c| is_hidden(c) && !matches!(c, '\n' | '\r' | '\t')) => {
                let text = shown(text);
                let why = format!(
                    "`{key}` has characters that act on a terminal: `{text}`; leave them out"
                );
                Err(Fail::new(value, why))
            }
            Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
            Some(_) => Err(Fail::new(value, format!("`{key}` is empty"))),
            None => Err(Fail::new(value, format!("`{key}` is a text in quotes"))),
        }
    }

    /// One of these words.
    pub(crate) fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<T, Fail> {
        let text = self.text(key)?;
        let found = words.iter().find(|(word, _)| *word == text);
        found.map(|(_, meaning)| *meaning).ok_or_else(|| {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            self.wrong(
                key,
                format!(
                    "`{}` is no {key}; allowed: {}",
                    shown(&text),
                    known.join(", ")
                ),
            )
        })
    }

    /// A whole number from 0.
    pub(crate) fn whole(&self, key: &str) -> Result<u64, Fail> {
        let value = self.require(key)?;
        let whole = match value.get_ref() {
            DeValue::Integer(integer) => {
                u64::from_str_radix(integer.as_str(), integer.radix()).ok()
            }
            _ => None,
        };
        whole.ok_or_else(|| Fail::new(value, format!("`{key}` is a whole number from 0")))
    }

    /// A time in seconds.
    pub(crate) fn seconds(&self, key: &str) -> Result<Millis, Fail> {
        const LONGEST: f64 = 600.0;
        let value = self.require(key)?;
        let text = match value.get_ref() {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => "",
        };
        match text.parse::<f64>() {
            Ok(seconds) if (0.0..=LONGEST).contains(&seconds) => {
                Ok((seconds * 1000.0).round() as Millis)
            }
            _ => Err(Fail::new(
                value,
                format!("`{key}` is a time of 0 to {LONGEST} seconds"),
            )),
        }
    }

    /// A time in seconds, or another where the key is left out.
    pub(crate) fn seconds_or(&self, key: &str, otherwise: Millis) -> Result<Millis, Fail> {
        match self.optional(key) {
            Some(_) => self.seconds(key),
            None => Ok(otherwise),
        }
    }

    /// The place of a byte of a text, for errors within it.
    pub(crate) fn within(&self, key: &str, source: &str, offset: usize, why: String) -> Fail {
        let Some(value) = self.optional(key) else {
            return Fail { at: self.at, why };
        };
        let span = value.span();
        let text = value.get_ref().as_str().unwrap_or_default();
        // Where the text stands as it is read, its bytes can be pointed at; escapes and wrapped lines move them.
        let start = source
            .get(span.clone())
            .and_then(|quoted| quoted.find(text));
        Fail {
            at: start.map_or(span.start, |start| span.start + start + offset),
            why,
        }
    }
}

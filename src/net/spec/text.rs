//! A spec as one short line: `relu/glorot_uniform 256x64 framework=pytorch bias=0.1`, and back.
//!
//! First the activation and, after the last slash, the initializer (`default` is the framework's default layer); then width
//! x depth; then `key=value` for what differs from the default. A word with blanks, quotes or unusual parentheses stands in
//! double quotes, with `\"`, `\\` and, for a character that would act on a terminal, `\u{1b}` inside.

use std::fmt;
use std::str::FromStr;

use super::field::{ARCH, parsed};
use super::{Draft, Draws, FIELDS, Field, Given, Spec, SpecError};
use crate::net::family;
use crate::net::foreign::is_hidden;
use crate::net::name::{did_you_mean, same};

impl fmt::Display for Draws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Exactly(draws) => draws.fmt(f),
        }
    }
}

impl FromStr for Draws {
    type Err = SpecError;

    /// `auto`, or the number of networks.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => {
                const ALLOWED: &str = "a whole number or `auto`";
                parsed("draws", text, ALLOWED, "128").map(Self::Exactly)
            }
        }
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let draft = self.draft();
        let initializer = draft
            .initializer
            .as_ref()
            .map_or("default".to_owned(), ToString::to_string);
        let head = format!("{}/{initializer}", draft.activation);
        write!(f, "{} {}x{}", quoted(&head), draft.width, draft.depth)?;
        draft
            .changes()
            .try_for_each(|(field, value)| write!(f, " {}={}", field.name, quoted(&value)))
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    /// Reads the short form, or `arch=NAME` with what differs from it; `input=PATH` reads that file. What is no network of the family is told so.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let other = |error| match (error, family::foreign_in(text)) {
            // says which names there are
            (error @ SpecError::Value { field: "arch", .. }, _) | (error, None) => error,
            (_, Some(part)) => SpecError::Family(part),
        };
        read(text).map_err(other)
    }
}

fn read(text: &str) -> Result<Spec, SpecError> {
    let words = words(text)?;
    let named = |word: &String| {
        word.split_once('=')
            .is_some_and(|(key, _)| same(key, ARCH.name))
    };
    if words.iter().any(named) {
        let mut draft = Draft::default();
        Given::part(text)?.apply(&mut draft)?;
        return Spec::new(draft);
    }
    let [head, size, rest @ ..] = &words[..] else {
        return Err(syntax(text, "activation, initializer or size is missing"));
    };
    let (activation, initializer) = halves(head)
        .ok_or_else(|| syntax(head, "no `/initializer` (`/default` is the framework's)"))?;
    let (width, depth) = size
        .split_once('x')
        .ok_or_else(|| syntax(size, "not WIDTHxDEPTH"))?;
    let head = [
        ("activation", activation),
        ("initializer", initializer),
        ("width", width),
        ("depth", depth),
    ];
    let mut given = Given::default();
    for (name, value) in head {
        given.insert(Field::named(name).expect("in the table"), value);
    }
    for word in rest {
        let (key, value) = word
            .split_once('=')
            .ok_or_else(|| syntax(word, "not key=value"))?;
        let keys = || FIELDS.iter().filter(|field| !field.head);
        let Some(field) = keys().find(|field| same(field.name, key)) else {
            let names: Vec<&str> = keys().map(|field| field.name).collect();
            let meant = did_you_mean(key, names.iter().copied());
            let problem = format!("unknown key{meant}; allowed: {}", names.join(", "));
            return Err(syntax(word, &problem));
        };
        if !given.insert(field, value) {
            return Err(syntax(word, &format!("`{}` is there twice", field.name)));
        }
    }
    let mut draft = Draft::default();
    given.apply(&mut draft)?;
    Spec::new(draft)
}

/// What stands before and after the last slash outside parentheses.
pub(super) fn halves(head: &str) -> Option<(&str, &str)> {
    let mut depth = 0;
    let slash = head.char_indices().rev().find(|(_, c)| {
        depth += i32::from(*c == ')') - i32::from(*c == '(');
        depth == 0 && *c == '/'
    });
    slash.map(|(at, _)| (&head[..at], &head[at + 1..]))
}

pub(super) fn syntax(part: &str, problem: &str) -> SpecError {
    let (part, problem) = (part.to_owned(), problem.to_owned());
    SpecError::Syntax { part, problem }
}

/// The word as it is, or in double quotes where reading it back needs them.
fn quoted(word: &str) -> String {
    let mut depth = 0_i32;
    let plain = !word.is_empty()
        && word.chars().all(|c| {
            depth += i32::from(c == '(') - i32::from(c == ')');
            depth >= 0 && !c.is_whitespace() && !is_hidden(c) && !matches!(c, '"' | '\\')
        });
    if plain && depth == 0 {
        return word.to_owned();
    }
    let mut text = String::from("\"");
    for c in word.chars() {
        match c {
            '"' | '\\' => text.extend(['\\', c]),
            _ if is_hidden(c) => text.extend(c.escape_unicode()),
            _ => text.push(c),
        }
    }
    text + "\""
}

/// The character that a backslash and what follows it stand for: `\u{1b}` for one of this number, any other for itself.
fn unescaped(chars: &mut std::str::Chars<'_>) -> Option<char> {
    let (next, mut rest) = (chars.next()?, chars.clone());
    if next == 'u' && rest.next() == Some('{') {
        let digits: String = rest.by_ref().take_while(|c| *c != '}').take(7).collect();
        let number = u32::from_str_radix(&digits, 16).ok();
        if let Some(c) = number.and_then(char::from_u32) {
            *chars = rest;
            return Some(c);
        }
    }
    Some(next)
}

/// Splits at blanks outside parentheses and quotes.
pub(super) fn words(text: &str) -> Result<Vec<String>, SpecError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut depth, mut quote) = (0_usize, false);
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c.is_whitespace() && depth == 0 && !quote {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_default();
        match c {
            '"' => quote = !quote,
            '\\' if quote => word.extend(unescaped(&mut chars)),
            _ => {
                depth = match c {
                    '(' if !quote => depth + 1,
                    ')' if !quote => depth.saturating_sub(1),
                    _ => depth,
                };
                word.push(c);
            }
        }
    }
    if quote || depth > 0 {
        let open = if quote { "\"" } else { ")" };
        return Err(syntax(text, &format!("no closing `{open}`")));
    }
    words.extend(word);
    Ok(words)
}

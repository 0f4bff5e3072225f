//! A spec as one short line: `relu/glorot_uniform 256x64 framework=pytorch bias=0.1`, and back.
//!
//! First the activation and, after the last slash, the initializer (`default` is the framework's default layer); then width
//! x depth; then `key=value` for what differs from the default. A word with blanks, quotes or unusual parentheses stands in
//! double quotes, with `\"`, `\\` and, for a character that would act on a terminal, `\u{1b}` inside.

use std::fmt;
use std::str::FromStr;

use super::{Bias, Draft, Draws, Spec, SpecError};
use crate::net::family;
use crate::net::foreign::is_hidden;
use crate::net::input::{Input, Scale};
use crate::net::name::{did_you_mean, same};

/// The keys after the size, in the order they are written.
const KEYS: &[&str] = &[
    "framework",
    "gain",
    "bias",
    "batch",
    "input",
    "labels",
    "scale",
    "input_dim",
    "seed",
    "draws",
    "engine",
];

impl fmt::Display for Bias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.pad("auto"),
            Self::Preset => f.pad("preset"),
            Self::Normal(std) => std.fmt(f),
        }
    }
}

impl FromStr for Bias {
    type Err = SpecError;

    /// `auto`, `preset`, or the standard deviation.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "auto" => Ok(Self::Auto),
            "preset" => Ok(Self::Preset),
            _ => {
                const ALLOWED: &str = "a standard deviation (0 is no bias), `preset` or `auto`";
                parsed("bias", text, ALLOWED, "0.1").map(Self::Normal)
            }
        }
    }
}

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

impl Draft {
    /// What differs from the default beyond activation, initializer and size: `(key, value)` in the order of the keys.
    pub(super) fn changes(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let scale = self.input.scale().filter(|scale| *scale != Scale::All);
        let values = [
            (self.framework != default.framework).then(|| self.framework.to_string()),
            (self.gain != default.gain).then(|| self.gain.to_string()),
            (self.bias != default.bias).then(|| self.bias.to_string()),
            (self.batch != default.batch).then(|| self.batch.to_string()),
            (self.input != default.input).then(|| self.input.to_string()),
            self.input.label_source().map(str::to_owned),
            scale.map(|scale| scale.to_string()),
            self.input_dim.map(|dim| dim.to_string()),
            (self.seed != default.seed).then(|| self.seed.to_string()),
            (self.draws != default.draws).then(|| self.draws.to_string()),
            (self.engine != default.engine).then(|| self.engine.to_string()),
        ];
        KEYS.iter()
            .zip(values)
            .filter_map(|(key, value)| Some((*key, value?)))
            .collect()
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
            .iter()
            .try_for_each(|(key, value)| write!(f, " {key}={}", quoted(value)))
    }
}

impl FromStr for Spec {
    type Err = SpecError;

    /// Reads the short form; `input=PATH` reads that file. What is no network of the family is told so.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let other = |error| match family::foreign_in(text) {
            Some(part) => SpecError::Family(part),
            None => error,
        };
        read(text).map_err(other)
    }
}

fn read(text: &str) -> Result<Spec, SpecError> {
    let words = words(text)?;
    let [head, size, rest @ ..] = &words[..] else {
        return Err(syntax(text, "activation, initializer or size is missing"));
    };
    let (activation, initializer) = head
        .rsplit_once('/')
        .ok_or_else(|| syntax(head, "no `/initializer` (`/default` is the framework's)"))?;
    let (width, depth) = size
        .split_once('x')
        .ok_or_else(|| syntax(size, "not WIDTHxDEPTH"))?;
    let mut draft = Draft {
        activation: activation.parse()?,
        initializer: match initializer {
            "default" => None,
            name => Some(name.parse()?),
        },
        width: whole("width", width)?,
        depth: whole("depth", depth)?,
        ..Draft::default()
    };
    let mut seen = Vec::new();
    let (mut input, mut labels, mut scale) = (None, None, None);
    for word in rest {
        let (key, value) = word
            .split_once('=')
            .ok_or_else(|| syntax(word, "not key=value"))?;
        let Some(key) = KEYS.iter().find(|known| same(known, key)) else {
            let meant = did_you_mean(key, KEYS.iter().copied());
            let problem = format!("unknown key{meant}; allowed: {}", KEYS.join(", "));
            return Err(syntax(word, &problem));
        };
        if seen.contains(key) {
            return Err(syntax(word, &format!("`{key}` is there twice")));
        }
        match *key {
            "input" => input = Some(value),
            "labels" => labels = Some(value),
            "scale" => scale = Some(value.parse()?),
            _ => set(&mut draft, key, value)?,
        }
        seen.push(*key);
    }
    // what belongs to the input is read with it, in whatever order they stand
    draft.input = Input::read(input.unwrap_or("noise"), labels, scale)?;
    Spec::new(draft)
}

/// Sets one of the [`KEYS`].
fn set(draft: &mut Draft, key: &str, value: &str) -> Result<(), SpecError> {
    match key {
        "framework" => draft.framework = value.parse()?,
        "gain" => draft.gain = parsed("gain", value, "a number", "1.5")?,
        "bias" => draft.bias = value.parse()?,
        "batch" => draft.batch = whole("batch", value)?,
        "input_dim" => draft.input_dim = Some(whole("input_dim", value)?),
        "seed" => draft.seed = whole("seed", value)?,
        "draws" => draft.draws = value.parse()?,
        _ => draft.engine = value.parse()?,
    }
    Ok(())
}

fn syntax(part: &str, problem: &str) -> SpecError {
    let (part, problem) = (part.to_owned(), problem.to_owned());
    SpecError::Syntax { part, problem }
}

fn whole<T: FromStr>(field: &'static str, text: &str) -> Result<T, SpecError> {
    parsed(field, text, "a whole number", "64")
}

fn parsed<T: FromStr>(
    field: &'static str,
    text: &str,
    allowed: &'static str,
    example: &'static str,
) -> Result<T, SpecError> {
    let given = || text.to_owned();
    text.parse().map_err(|_| SpecError::Value {
        field,
        given: given(),
        allowed,
        example,
    })
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
fn words(text: &str) -> Result<Vec<String>, SpecError> {
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

//! A name with arguments in parentheses, as people type it or copy it from a framework's source.
//!
//! `torch.nn.init.kaiming_normal_(layer.weight, a=math.sqrt(5), mode='fan_out')` is the name `kaiming_normal_` with `a=sqrt(5)` and
//! `mode=fan_out`: modules before names, quotes, the tensor that is filled, and arguments that change no law are left out.

use crate::net::name::same;

/// Arguments of the frameworks that say nothing about the law of a weight or the formula of an activation.
const NEUTRAL: &[&str] = &[
    "seed",
    "dtype",
    "generator",
    "inplace",
    "name",
    "key",
    "device",
];

/// A value between the parentheses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    /// What stands before `=`.
    pub(super) key: Option<String>,
    /// The value without quotes.
    pub(super) value: String,
}

/// A name and its arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    pub(super) name: String,
    pub(super) arguments: Vec<Argument>,
}

impl Call {
    /// Reads `name` or `name(value, key=value, ...)`; `None` where parentheses do not match or something follows them.
    pub(super) fn read(text: &str) -> Option<Self> {
        Self::of_plain(&plain(text))
    }

    /// The same of a text that is [`plain`] already.
    pub(super) fn of_plain(text: &str) -> Option<Self> {
        let (name, inner) = match text.split_once('(') {
            None => (text, ""),
            Some((name, rest)) => (name, rest.strip_suffix(')')?),
        };
        let mut arguments = Vec::new();
        let parts = separated(inner)?;
        let last = parts.len() - 1;
        for (position, part) in parts.into_iter().enumerate() {
            let argument = argument(part);
            let nothing = part.trim().is_empty() && position == last;
            let tensor = position == 0 && argument.key.is_none() && is_tensor(&argument.value);
            let key = argument.key.as_deref();
            let neutral = key.is_some_and(|key| NEUTRAL.iter().any(|known| same(known, key)));
            if !(nothing || tensor || neutral) {
                arguments.push(argument);
            }
        }
        Some(Self {
            name: name.trim().to_owned(),
            arguments,
        })
    }
}

/// The parts between commas that stand in no inner parentheses; `None` where parentheses do not match.
fn separated(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.checked_sub(1)?,
            ',' if depth == 0 => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    (depth == 0).then_some(parts)
}

fn argument(part: &str) -> Argument {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let pair = part.split_once('=');
    let pair = pair.filter(|(key, _)| !key.trim().is_empty() && key.trim().chars().all(word));
    Argument {
        key: pair.map(|(key, _)| key.trim().to_owned()),
        value: unquoted(pair.map_or(part, |(_, value)| value)).to_owned(),
    }
}

/// Whether a first argument is what a function of PyTorch fills: `weight`, of whatever it is.
fn is_tensor(value: &str) -> bool {
    let names = ["w", "weight", "bias", "tensor", "param"];
    names.contains(&value) || value.ends_with("_weight")
}

/// The text without the quotes around it and without blanks outside them.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    let inside = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inside('\'').or_else(|| inside('"')).unwrap_or(text).trim()
}

/// The text without quotes around it, and without the modules before its names: `math.sqrt(5)` is `sqrt(5)`.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = unquoted(text);
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    while let Some(first) = rest.chars().next() {
        let inside = out.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        let (word, behind) = rest.split_at(end.unwrap_or(rest.len()));
        let member = behind
            .strip_prefix('.')
            .filter(|next| next.starts_with(letter));
        match member {
            Some(member) if letter(first) && !inside => rest = member,
            _ if word.is_empty() => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
            }
            _ => {
                out.push_str(word);
                rest = behind;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        let call = Call::read(text)?;
        let arguments = call.arguments.iter().map(|argument| match &argument.key {
            Some(key) => format!("{key}={}", argument.value),
            None => argument.value.clone(),
        });
        Some(format!(
            "{} {}",
            call.name,
            arguments.collect::<Vec<_>>().join(" ")
        ))
    }

    #[test]
    fn what_is_copied_from_a_framework_is_a_name_and_its_arguments() {
        for (typed, read) in [
            ("relu", "relu "),
            ("'relu'", "relu "),
            ("nn.ReLU(inplace=True)", "ReLU "),
            (
                "torch.nn.init.kaiming_normal_(self.fc.weight, a=math.sqrt(5), mode='fan_out')",
                "kaiming_normal_ a=sqrt(5) mode=fan_out",
            ),
            (
                "nn.init.trunc_normal_(w, std=.02, a=-2., b=2.)",
                "trunc_normal_ std=.02 a=-2. b=2.",
            ),
            (
                "keras.initializers.RandomNormal(mean=0.0, stddev=0.05, seed=None)",
                "RandomNormal mean=0.0 stddev=0.05",
            ),
            ("orthogonal(max(1, 2), )", "orthogonal max(1, 2)"),
            ("f(,2)", "f  2"),
        ] {
            assert_eq!(shown(typed).as_deref(), Some(read), "{typed}");
        }
        for wrong in ["f(1", "f(1)x", "f(1)(2)", "f(1))"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn modules_go_and_numbers_stay() {
        assert_eq!(
            plain("0.5*x*(1+torch.erf(x/math.sqrt(2.)))"),
            "0.5*x*(1+erf(x/sqrt(2.)))"
        );
        assert_eq!(plain("2.e"), "2.e");
        assert_eq!(plain("x.1"), "x.1");
    }
}

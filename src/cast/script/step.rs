//! The steps of a script.

use toml::Spanned;
use toml::de::DeValue;

use crate::app::key::Key;
use crate::app::lecture::claim::number;
use crate::app::lecture::player::stepped;
use crate::app::lecture::reading;
use crate::app::lecture::{Claim, Declared, Goal, PACE, ParameterValue, Step, Template, What};
use crate::app::panel::Panel;
use crate::cast::fields::{Fail, Fields, place};
use crate::cast::script::ask;
use crate::net::foreign::shown;
use crate::net::spec::{Draft, Field, Spec};
use crate::net::written::Written;

/// What a step can be, with the keys that it may have, its own first.
pub const STEPS: &[(&str, &[&str])] = &[
    ("key", &["key", "to", "for"]),
    ("type", &["type"]),
    ("say", &["say", "where", "for"]),
    ("wait", &["wait"]),
    ("until", &["until"]),
    ("mark", &["mark"]),
    ("highlight", &["highlight"]),
    (
        "ask",
        &[
            "ask", "where", "choices", "measure", "best", "answer", "think", "for",
        ],
    ),
];

/// Time from one press to the next on the way to a value.
const HURRY: u64 = 350;

/// Reads one `[[step]]`.
pub(super) fn read(
    source: &str,
    table: &Spanned<DeValue<'_>>,
    facts: &[String],
) -> Result<Step, Fail> {
    let at = table.span().start;
    let DeValue::Table(inner) = table.get_ref() else {
        return Err(Fail::new(table, "a step is a table, written `[[step]]`"));
    };
    let verbs: Vec<&str> = STEPS.iter().map(|(verb, _)| *verb).collect();
    let mut named = STEPS.iter().filter(|(verb, _)| inner.contains_key(*verb));
    let (Some((verb, allowed)), None) = (named.next(), named.next()) else {
        return Err(Fail {
            at,
            why: format!("a step has exactly one of {}", verbs.join(", ")),
        });
    };
    let fields = Fields::new(inner, at, "this step", allowed)?;
    let what = match *verb {
        "key" => keys(&fields)?,
        "type" => What::Type(fields.text("type")?),
        "say" => {
            let template = template(source, &fields, "say", facts)?;
            let time = fields.seconds_or("for", template.reading_time())?;
            What::Say(template, time)
        }
        "wait" => What::Wait(fields.seconds("wait")?),
        "until" => What::Until(goal(&fields)?),
        "mark" => What::Mark(fields.text("mark")?),
        "highlight" => {
            let places = Panel::NAMED
                .iter()
                .map(|(place, name)| (*name, Some(*place)));
            let names: Vec<_> = places.chain([("nothing", None)]).collect();
            What::Highlight(fields.one_of("highlight", &names)?)
        }
        _ => What::Ask(Box::new(ask::read(source, &fields, facts)?)),
    };
    Ok(Step {
        line: place(source, at).0,
        what,
    })
}

/// The text of a key as a caption.
pub(super) fn template(
    source: &str,
    fields: &Fields<'_>,
    key: &str,
    facts: &[String],
) -> Result<Template, Fail> {
    let text = fields.text(key)?;
    let declared = Declared {
        facts: facts.to_vec(),
        claims: claims(fields, &text)?,
    };
    Template::parse(&text, &declared)
        .map_err(|error| fields.within(key, source, error.at, error.why))
}

/// `where`: numbers that a text says, each with the reading that it is.
pub(super) fn claims(fields: &Fields<'_>, text: &str) -> Result<Vec<Claim>, Fail> {
    let Some(value) = fields.optional("where") else {
        return Ok(Vec::new());
    };
    let DeValue::Table(table) = value.get_ref() else {
        return Err(Fail::new(
            value,
            "`where` is written { NUMBER = \"READING\" }",
        ));
    };
    let claim = |(said, named): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let word: &std::borrow::Cow<'_, str> = said.get_ref();
        if number(word).is_none() || !text.to_lowercase().contains(&word.to_lowercase()) {
            return Err(Fail::new(
                said,
                format!("`{}` is no number that is said here", shown(word)),
            ));
        }
        let name = named.get_ref().as_str().unwrap_or_default();
        let row = reading::row(name);
        let row = row.ok_or_else(|| Fail::new(named, reading::unknown(&shown(name))))?;
        Ok(Claim {
            said: word.to_string(),
            row,
        })
    };
    table.iter().map(claim).collect()
}

fn goal(fields: &Fields<'_>) -> Result<Goal, Fail> {
    if fields.require("until")?.get_ref().as_str() == Some("settled") {
        return Ok(Goal::Settled);
    }
    match fields.whole("until") {
        Ok(draws @ 1..) => Ok(Goal::Draws(draws as usize)),
        _ => Err(fields.wrong(
            "until",
            "`until` is a number of draws from 1, or \"settled\"",
        )),
    }
}

/// `key` with what belongs to it, in a step or a choice.
pub(super) fn keys(fields: &Fields<'_>) -> Result<What, Fail> {
    let text = fields.text("key")?;
    let keys = text
        .split_whitespace()
        .map(str::parse)
        .collect::<Result<Vec<Key>, _>>();
    let keys = keys.map_err(|error| fields.wrong("key", error.to_string()))?;
    if fields.optional("to").is_none() {
        return Ok(What::Keys(keys, fields.seconds_or("for", PACE)?));
    }
    let value = fields.text("to")?;
    let (key, parameter) = match keys[..] {
        [key] => stepped(key).map(|parameter| (key, parameter)),
        _ => None,
    }
    .ok_or_else(|| {
        fields.wrong(
            "key",
            "with `to`, `key` is one that steps a parameter: a, i, f, w, d, b, g, n or s",
        )
    })?;
    let value = as_typed(parameter, &value).map_err(|why| fields.wrong("to", why))?;
    Ok(What::KeyTo(
        key,
        ParameterValue { parameter, value },
        fields.seconds_or("for", HURRY)?,
    ))
}

/// A value in the spelling of the command line.
fn as_typed(field: &Field, value: &str) -> Result<String, String> {
    let mut draft = Draft::default();
    let read = (field.set)(&mut draft, value).and_then(|()| Spec::new(draft));
    let spec = read.map_err(|error| error.message(Written::File))?;
    Ok(field.typed(&spec))
}

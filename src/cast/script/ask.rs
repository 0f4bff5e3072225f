//! Questions of a script.

use toml::de::DeValue;

use crate::app::lecture::caption::reading_time;
use crate::app::lecture::question::letter;
use crate::app::lecture::reading::{READINGS, Reading};
use crate::app::lecture::{Ask, Best, Choice, What};
use crate::cast::fields::{Fail, Fields};
use crate::cast::script::step::{claims, keys, template};

/// Choices of a question.
const COUNT: std::ops::RangeInclusive<usize> = 2..=4;
/// How long an audience thinks beside reading.
const THINK: u64 = 4000;
/// How long the measured answer stands.
const HOLD: u64 = 3000;

/// Reads a step with `ask`.
pub(super) fn read(source: &str, fields: &Fields<'_>, facts: &[String]) -> Result<Ask, Fail> {
    let question = template(source, fields, "ask", facts)?;
    let value = fields.require("choices")?;
    let many = || {
        Fail::new(
            value,
            "a question has 2 to 4 choices, each `{ text = \"...\", key = \"...\" }`",
        )
    };
    let DeValue::Array(tables) = value.get_ref() else {
        return Err(many());
    };
    if !COUNT.contains(&tables.len()) {
        return Err(many());
    }
    let mut choices = Vec::new();
    for table in tables {
        let DeValue::Table(inner) = table.get_ref() else {
            return Err(many());
        };
        let allowed = &["text", "where", "key", "to", "for", "type", "measure"];
        let choice = Fields::new(inner, table.span().start, "a choice", allowed)?;
        if template(source, &choice, "text", facts)?
            .readings()
            .next()
            .is_some()
        {
            return Err(choice.wrong(
                "text",
                "a choice has no readings: nothing is measured before the audience has answered",
            ));
        }
        choices.push(Choice {
            claims: claims(&choice, &choice.text("text")?)?,
            text: choice.text("text")?,
            keys: shown_by(&choice)?,
            measure: choice
                .optional("measure")
                .map(|_| reading(&choice))
                .transpose()?,
        });
    }
    let letters: Vec<(String, usize)> = (0..choices.len())
        .map(|i| (letter(i).to_string(), i))
        .collect();
    let letters: Vec<(&str, usize)> = letters
        .iter()
        .map(|(letter, i)| (letter.as_str(), *i))
        .collect();
    let text: usize = choices
        .iter()
        .map(|choice| choice.text.chars().count())
        .sum();
    Ok(Ask {
        measure: reading(fields)?,
        best: fields.one_of("best", &Best::ALL.map(|(best, name)| (name, best)))?,
        answer: fields.one_of("answer", &letters)?,
        think: fields.seconds_or(
            "think",
            question.reading_time() + reading_time(text) + THINK,
        )?,
        hold: fields.seconds_or("for", HOLD)?,
        question,
        choices,
    })
}

/// What is pressed and then typed to show a choice.
fn shown_by(choice: &Fields<'_>) -> Result<Vec<What>, Fail> {
    let pressed = choice.optional("key").map(|_| keys(choice));
    let typed = choice
        .optional("type")
        .map(|_| choice.text("type").map(What::Type));
    pressed.into_iter().chain(typed).collect()
}

fn reading(fields: &Fields<'_>) -> Result<&'static Reading, Fail> {
    let rows: Vec<(&str, &'static Reading)> = READINGS.iter().map(|row| (row.name, row)).collect();
    fields.one_of("measure", &rows)
}

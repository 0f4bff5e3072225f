//! Reading a grid, every error with its place.
//!
//! ```toml
//! network = "relu/he_normal 128x32"    # what no axis changes
//! measure = "run"                      # run, check or train
//! keep = "verdict"                     # what a row of the table is
//!
//! [grid]                               # an axis a line; the last varies fastest
//! activation = ["relu", "gelu", "max(x, 0.1*x)"]
//! depth = "4..256*2"                   # a ladder
//! gain = ["0.5..1.5+0.25", 2]          # a range and a value
//! draws = 64                           # the same at every point
//!
//! [[zip]]                              # one more axis, of fields that change together
//! width = [64, 256]
//! bias = [0, 0.1]
//! ```

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};

use crate::cast::fields::{Fail, Fields, Value, document, place};
use crate::net::foreign::shown;
use crate::net::name::did_you_mean;
use crate::net::spec::Spec;
use crate::net::written::Written;
use crate::sweep::grid::{Axis, Grid, Keep, Knob, Measure, SCHEMA};
use crate::sweep::range::{LONGEST, expand};

/// The grid of a text; why it is none, with line and column.
pub(super) fn grid(source: &str) -> Result<Grid, String> {
    let read = document(source).and_then(|document| table(document.get_ref()));
    read.map_err(|Fail { at, why }| {
        let (line, column) = place(source, at);
        format!("line {line}, column {column}: {why}")
    })
}

fn table(document: &DeTable<'_>) -> Result<Grid, Fail> {
    let keys = ["network", "measure", "keep", "split", "grid", "zip"];
    let fields = Fields::new(document, 0, "a grid", &keys)?;
    let measure = match fields.optional("measure") {
        Some(_) => fields.one_of("measure", &Measure::NAMES)?,
        None => Measure::default(),
    };
    let keep = match fields.optional("keep") {
        Some(_) => fields.one_of("keep", measure.keeps())?,
        None => usual(measure),
    };
    let network = match fields.optional("network") {
        Some(_) => {
            let spec: Result<Spec, _> = fields.text("network")?.parse();
            let wrong = |error| fields.wrong("network", format!("`network`: {error}"));
            spec.map_err(wrong)?
        }
        None => Spec::default(),
    };
    let split = match fields.optional("split") {
        Some(_) => match fields.whole("split")? {
            0 => return Err(fields.wrong("split", "`split` is a number of draws from 1")),
            draws => Some(draws),
        },
        None => None,
    };
    let mut axes: BTreeMap<usize, Axis> = BTreeMap::new();
    let mut add = |found: Vec<(usize, Axis)>| -> Result<(), Fail> {
        for (at, axis) in found {
            for field in &axis.fields {
                let mut known = axes.values().flat_map(|axis| &axis.fields);
                if known.any(|other| other == field) {
                    let why = format!("`{field}` is on two axes; write it once");
                    return Err(Fail { at, why });
                }
            }
            axes.insert(at, axis);
        }
        Ok(())
    };
    if let Some(value) = fields.optional("grid") {
        let DeValue::Table(table) = value.get_ref() else {
            return Err(Fail::new(
                value,
                "`grid` is a table: write [grid] in a line of its own",
            ));
        };
        add(lines(table, measure)?.into_iter().map(alone).collect())?;
    }
    if let Some(value) = fields.optional("zip") {
        let DeValue::Array(tables) = value.get_ref() else {
            return Err(Fail::new(value, ZIP));
        };
        for value in tables {
            let DeValue::Table(table) = value.get_ref() else {
                return Err(Fail::new(value, ZIP));
            };
            add(vec![together(value, &lines(table, measure)?)?])?;
        }
    }
    Ok(Grid {
        schema: SCHEMA,
        network: network.to_string(),
        measure,
        keep,
        split,
        axes: axes.into_values().collect(),
    })
}

const ZIP: &str = "`zip` is a list of tables: write [[zip]] in a line of its own above each";

/// What is kept where the grid does not say it.
fn usual(measure: Measure) -> Keep {
    measure.keeps()[0].1
}

/// A field with its values, at the place of the line.
struct Line {
    at: usize,
    knob: Knob,
    values: Vec<String>,
}

/// The lines of a table in the order of the file.
fn lines(table: &DeTable<'_>, measure: Measure) -> Result<Vec<Line>, Fail> {
    let mut lines: Vec<_> = table.iter().collect();
    lines.sort_by_key(|(name, _)| name.span().start);
    let line = |(name, value): (&toml::Spanned<std::borrow::Cow<'_, str>>, Value<'_>)| {
        let knob = Knob::named(name.get_ref(), measure)
            .ok_or_else(|| Fail::new(name, unknown(name.get_ref(), measure)))?;
        let mut values = Vec::new();
        match value.get_ref() {
            DeValue::Array(list) => {
                for value in list {
                    values.extend(expanded(knob, value)?);
                }
            }
            _ => values = expanded(knob, value)?,
        }
        if values.is_empty() {
            let why = format!("`{}` has no values; write one at least", knob.name());
            return Err(Fail::new(value, why));
        }
        if values.len() > LONGEST {
            let why = format!("`{}` has more than {LONGEST} values", knob.name());
            return Err(Fail::new(value, why));
        }
        let at = name.span().start;
        Ok(Line { at, knob, values })
    };
    lines.into_iter().map(line).collect()
}

fn unknown(name: &str, measure: Measure) -> String {
    let names: Vec<&str> = Knob::all(measure).map(Knob::name).collect();
    let of_training = measure != Measure::Train && Knob::named(name, Measure::Train).is_some();
    let why = if of_training {
        "; it is of a training: write measure = \"train\"".to_owned()
    } else {
        did_you_mean(name, names.iter().copied())
    };
    format!(
        "no field `{}`{why}; allowed: {}",
        shown(name),
        names.join(", ")
    )
}

/// The values that one value of the file stands for, as they would be written.
fn expanded(knob: Knob, value: Value<'_>) -> Result<Vec<String>, Fail> {
    let name = knob.name();
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(number) if number.radix() == 10 => number.as_str().replace('_', ""),
        DeValue::Float(number) => number.as_str().replace('_', ""),
        _ => {
            let why = format!(
                "`{name}` is a value, a range in quotes such as \"64..4096*2\", or a list of these"
            );
            return Err(Fail::new(value, why));
        }
    };
    let range = expand(&text).map_err(|error| Fail::new(value, format!("`{name}`: {error}")))?;
    let values = range.unwrap_or_else(|| vec![text]);
    let normal = |text: &String| {
        let wrong =
            |error: crate::net::spec::SpecError| Fail::new(value, error.message(Written::File));
        knob.normal(text).map_err(wrong)
    };
    values.iter().map(normal).collect()
}

/// An axis of one field.
fn alone(line: Line) -> (usize, Axis) {
    let axis = Axis {
        fields: vec![line.knob.name().to_owned()],
        values: line.values.into_iter().map(|value| vec![value]).collect(),
    };
    (line.at, axis)
}

/// An axis of fields that change together.
fn together(group: Value<'_>, lines: &[Line]) -> Result<(usize, Axis), Fail> {
    let Some(first) = lines.first() else {
        return Err(Fail::new(
            group,
            "this [[zip]] has no fields; write two at least",
        ));
    };
    let (at, length) = (first.at, first.values.len());
    if let Some(other) = lines.iter().find(|line| line.values.len() != length) {
        let why = format!(
            "`{}` has {} values and `{}` {length}; fields that change together have as many of each",
            other.knob.name(),
            other.values.len(),
            first.knob.name(),
        );
        return Err(Fail { at: other.at, why });
    }
    let value = |place: usize| {
        lines
            .iter()
            .map(|line| line.values[place].clone())
            .collect()
    };
    let axis = Axis {
        fields: lines
            .iter()
            .map(|line| line.knob.name().to_owned())
            .collect(),
        values: (0..length).map(value).collect(),
    };
    Ok((at, axis))
}

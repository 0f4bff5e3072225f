//! Scripts: a lecture as a TOML file.
//!
//! ```toml
//! title = "Why He doubles the variance"
//! size = "100x30"
//! network = "relu/glorot_normal 256x64"
//! seed = 7
//!
//! [facts]
//! 2 = "He et al. 2015, eq. 10: Var W = 2/fan_in"
//!
//! [[step]]
//! say = "After {depth} layers {signal_last} of the signal is left."
//!
//! [[step]]
//! key = "i"
//! to = "he_normal"
//! ```
//!
//! A number in a caption is measured (`{name}`, see [`READINGS`](crate::app::lecture::READINGS)) or declared under `[facts]` with its
//! source; any other is an error. Every error has a line and a column.

mod ask;
mod step;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::lecture::{LARGEST, Lecture, SMALLEST, Step};
use crate::app::look::{Choice, Colour, Look, Palette};
use crate::cast::fields::{Fail, Fields, document, place};
use crate::net::foreign::shown;
use crate::net::spec::Spec;

pub use step::STEPS;

/// Why a script is none, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "line {line}, column {column}: {why}{}",
    more.iter().map(|error| format!("\n{error}")).collect::<String>()
)]
pub struct ScriptError {
    /// From 1.
    pub line: usize,
    /// Characters from the beginning of the line, from 1.
    pub column: usize,
    /// What is wrong, what is allowed.
    pub why: String,
    /// What else is wrong, in the order of the script.
    pub more: Vec<ScriptError>,
}

/// What a script may say at the top.
const KEYS: &[&str] = &["title", "size", "theme", "network", "seed", "facts", "step"];

/// The theme without colours.
const MONO: &str = "mono";

/// Reads a script.
///
/// # Errors
/// Everything that is wrong, of each step the first, with its place.
pub fn parse(source: &str) -> Result<Lecture, ScriptError> {
    let read = document(source).map_err(|fail| vec![fail]);
    let read = read.and_then(|document| lecture(source, &document));
    read.map_err(|mut fails| {
        fails.sort_by_key(|fail| fail.at);
        let told = fails
            .into_iter()
            .rev()
            .fold(Vec::new(), |more, Fail { at, why }| {
                let (line, column) = place(source, at);
                let mut told = vec![ScriptError {
                    line,
                    column,
                    why,
                    more: Vec::new(),
                }];
                told.extend(more);
                told
            });
        let mut told = told.into_iter();
        let first = told.next().expect("a reason");
        ScriptError {
            more: told.collect(),
            ..first
        }
    })
}

fn lecture(source: &str, document: &Spanned<DeTable<'_>>) -> Result<Lecture, Vec<Fail>> {
    let top = Fields::new(document.get_ref(), 0, "a script", KEYS).map_err(|fail| vec![fail])?;
    let mut fails = Vec::new();
    let title = kept(top.text("title"), &mut fails);
    let look = kept(look(&top), &mut fails);
    let size = kept(size(&top), &mut fails);
    let spec = kept(network(&top), &mut fails);
    // without facts every number of theirs would be wrong
    let steps = kept(facts(&top), &mut fails)
        .and_then(|facts| kept(steps(source, &top, &facts), &mut fails));
    let steps = steps.map(|all| all.into_iter().filter_map(|step| kept(step, &mut fails)));
    let steps: Option<Vec<Step>> = steps.map(Iterator::collect);
    match (title, look, size, spec, steps) {
        (Some(title), Some(look), Some(size), Some(spec), Some(steps)) if fails.is_empty() => {
            Ok(Lecture {
                title,
                size,
                look,
                spec,
                steps,
            })
        }
        _ => Err(fails),
    }
}

/// What was read, or nothing and one more reason.
fn kept<T>(read: Result<T, Fail>, fails: &mut Vec<Fail>) -> Option<T> {
    read.map_err(|fail| fails.push(fail)).ok()
}

/// Every step, read or not.
fn steps(
    source: &str,
    top: &Fields<'_>,
    facts: &[String],
) -> Result<Vec<Result<Step, Fail>>, Fail> {
    let steps = top.require("step")?;
    let DeValue::Array(tables) = steps.get_ref() else {
        return Err(Fail::new(steps, "steps are written `[[step]]`"));
    };
    let steps = tables.iter().map(|table| step::read(source, table, facts));
    Ok(steps.collect())
}

/// A theme of the dashboard in all its colours, or none.
fn look(top: &Fields<'_>) -> Result<Look, Fail> {
    let coloured = Palette::NAMES.iter().map(|(name, palette)| {
        let look = Look {
            colour: Colour::True,
            palette: *palette,
            ..Look::default()
        };
        (*name, look)
    });
    let mono = Look {
        colour: Colour::Mono,
        ..Look::default()
    };
    let looks: Vec<(&str, Look)> = coloured.chain([(MONO, mono)]).collect();
    match top.optional("theme") {
        None => Ok(looks[0].1),
        Some(_) => top.one_of("theme", &looks),
    }
}

fn size(top: &Fields<'_>) -> Result<(u16, u16), Fail> {
    let (least, most) = (SMALLEST, LARGEST);
    let allowed = format!(
        "write COLUMNSxROWS from {}x{} to {}x{}, such as \"100x30\"",
        least.0, least.1, most.0, most.1
    );
    let text = top.text("size")?;
    let numbers = text.split_once('x').and_then(|(columns, rows)| {
        Some((columns.parse::<u16>().ok()?, rows.parse::<u16>().ok()?))
    });
    let inside = |(columns, rows): &(u16, u16)| {
        (least.0..=most.0).contains(columns) && (least.1..=most.1).contains(rows)
    };
    numbers
        .filter(inside)
        .ok_or_else(|| top.wrong("size", format!("`{}` is no size; {allowed}", shown(&text))))
}

fn network(top: &Fields<'_>) -> Result<Spec, Fail> {
    let spec = match top.optional("network") {
        None => Spec::default(),
        Some(_) => top
            .text("network")?
            .parse()
            .map_err(|error: crate::net::spec::SpecError| {
                top.wrong("network", error.to_string())
            })?,
    };
    match top.optional("seed") {
        None => Ok(spec),
        Some(_) => {
            let seed = top.whole("seed")?;
            spec.with(|draft| draft.seed = seed)
                .map_err(|error| top.wrong("seed", error.to_string()))
        }
    }
}

/// The numbers that captions may say without measuring them, each with a source.
fn facts(top: &Fields<'_>) -> Result<Vec<String>, Fail> {
    let Some(value) = top.optional("facts") else {
        return Ok(Vec::new());
    };
    let DeValue::Table(table) = value.get_ref() else {
        return Err(Fail::new(
            value,
            "facts are written `[facts]` and then NUMBER = \"SOURCE\"",
        ));
    };
    let fact = |(number, source): (&Spanned<_>, &Spanned<DeValue<'_>>)| match source.get_ref() {
        DeValue::String(text) if !text.trim().is_empty() => {
            let number: &std::borrow::Cow<'_, str> = number.get_ref();
            Ok(number.to_string())
        }
        _ => Err(Fail::new(source, "a fact needs its source as text")),
    };
    table.iter().map(fact).collect()
}

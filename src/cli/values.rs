//! Reading single values: a message in the words of the field, and the names for completion from the tables.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

use crate::app::key::{Key, KeyError};
use crate::app::look::{Choice, LookError};
use crate::app::opening::Opening;
use crate::app::state::LARGEST_SCREEN;
use crate::cli::arguments::Keys;
use crate::engine::training::{PRESETS, Preset};
use crate::net::input::MAX_CLASSES;
use crate::net::optimizer::{OPTIMIZERS, Optimizer};
use crate::net::recipe::{BATCH_SIZE, RATE, RUNS, STEPS};
use crate::net::spec::{DEPTH, Spec, WIDTH};
use crate::net::written::{Written, number, value};
use crate::sweep::script::Engine;
use crate::sweep::shard::MOST_SHARDS;
use crate::sweep::table::Format;
use crate::term::capabilities::FPS;
use crate::ui::layout::SMALLEST;

/// Parses by [`FromStr`]; the names of a table are offered by completion.
#[derive(Clone)]
pub(crate) struct Named<T> {
    names: Vec<&'static str>,
    pub(crate) parse: fn(&str) -> Result<T, String>,
}

impl<T: Clone + Send + Sync + 'static> TypedValueParser for Named<T> {
    type Value = T;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<T, clap::Error> {
        self.parse.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.names.iter().map(PossibleValue::new)))
    }
}

fn parsed<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A network as one text.
pub(crate) fn network(text: &str) -> Result<Spec, String> {
    parsed(text)
}

pub(crate) fn optimizer() -> Named<Optimizer> {
    Named {
        names: OPTIMIZERS.iter().map(|row| row.name).collect(),
        parse: parsed,
    }
}

pub(crate) fn preset() -> Named<&'static Preset> {
    Named {
        names: PRESETS.iter().map(|preset| preset.name).collect(),
        parse: |text| {
            let names = PRESETS.iter().map(|preset| preset.name);
            Preset::named(text).ok_or_else(|| {
                let names: Vec<&str> = names.collect();
                format!("no such experiment; there is {}", names.join(", "))
            })
        },
    }
}

/// The format of a table.
pub(crate) fn table_format() -> Named<Format> {
    Named {
        names: Format::NAMES.iter().map(|(name, _)| *name).collect(),
        parse: |text| {
            let names = Format::NAMES.map(|(name, _)| name).join(", ");
            Format::named(text).ok_or_else(|| format!("no such format; there is {names}"))
        },
    }
}

/// What a script of a sweep is for.
pub(crate) fn engine() -> Named<Engine> {
    Named {
        names: Engine::NAMES.iter().map(|(name, _)| *name).collect(),
        parse: |text| {
            let names = Engine::NAMES.map(|(name, _)| name).join(", ");
            Engine::named(text).ok_or_else(|| format!("no such engine; there is {names}"))
        },
    }
}

/// How many shards a sweep has.
pub(crate) fn shards(text: &str) -> Result<u64, ValueError> {
    const SHARDS: RangeInclusive<u64> = 1..=MOST_SHARDS;
    let within = text.parse().ok().filter(|n| SHARDS.contains(n));
    within.ok_or_else(|| not_whole("shards", &SHARDS, "64"))
}

/// What a flag asks for; `auto` leaves it to the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Wish<T>(pub(crate) Option<T>);

/// One of a few names.
pub(crate) fn choice<T: Choice>() -> Named<T> {
    Named {
        names: T::NAMES.iter().map(|(name, _)| *name).collect(),
        parse: |text| T::of_name(text).map_err(|error: LookError| error.to_string()),
    }
}

/// One of a few names, or `auto`.
pub(crate) fn wish<T: Choice>() -> Named<Wish<T>> {
    let names = T::NAMES.iter().map(|(name, _)| *name);
    Named {
        names: ["auto"].into_iter().chain(names).collect(),
        parse: |text| match text {
            "auto" => Ok(Wish(None)),
            name => T::of_name(name)
                .map(|choice| Wish(Some(choice)))
                .map_err(|error| format!("{error}, auto")),
        },
    }
}

/// Most threads that can be asked for.
const THREADS: RangeInclusive<usize> = 1..=256;

/// Why a value cannot be read: what it is not, and one that can be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.message(Written::Flag))]
pub(crate) struct ValueError {
    problem: String,
    field: &'static str,
    example: &'static str,
}

impl ValueError {
    /// The message with the example as it is written there.
    pub(crate) fn message(&self, by: Written) -> String {
        let example = by.value(self.field, self.example);
        format!("{}; for example {example}", self.problem)
    }
}

fn wrong(field: &'static str, problem: impl Into<String>, example: &'static str) -> ValueError {
    ValueError {
        problem: problem.into(),
        field,
        example,
    }
}

fn whole(
    text: &str,
    field: &'static str,
    range: &RangeInclusive<usize>,
    example: &'static str,
) -> Result<usize, ValueError> {
    value(text).ok_or_else(|| not_whole(field, range, example))
}

fn not_whole<T: Display>(
    field: &'static str,
    range: &RangeInclusive<T>,
    example: &'static str,
) -> ValueError {
    let (low, high) = (range.start(), range.end());
    let problem = format!("not a whole number from {low} to {high}");
    wrong(field, problem, example)
}

/// A number for which `allowed` is true.
fn real(
    text: &str,
    field: &'static str,
    allowed: impl Fn(&f64) -> bool,
    problem: impl Into<String>,
    example: &'static str,
) -> Result<f64, ValueError> {
    let allowed = value(text).filter(allowed);
    allowed.ok_or_else(|| wrong(field, problem, example))
}

pub(crate) fn layer(text: &str) -> Result<usize, ValueError> {
    whole(text, "layer", &DEPTH, "12")
}

/// A line and a column from 1; the first column where none is said.
pub(crate) fn cursor(text: &str) -> Result<[usize; 2], ValueError> {
    Opening::cursor_of(text).ok_or_else(|| {
        wrong(
            "cursor",
            "not a line, or a line and a column, from 1",
            "3,2",
        )
    })
}

pub(crate) fn steps(text: &str) -> Result<usize, ValueError> {
    whole(text, "steps", &STEPS, "300")
}

pub(crate) fn batch_size(text: &str) -> Result<usize, ValueError> {
    whole(text, "batch_size", &BATCH_SIZE, "64")
}

pub(crate) fn runs(text: &str) -> Result<usize, ValueError> {
    whole(text, "runs", &RUNS, "8")
}

pub(crate) fn classes(text: &str) -> Result<usize, ValueError> {
    whole(text, "classes", &(2..=MAX_CLASSES), "10")
}

pub(crate) fn learning_rate(text: &str) -> Result<f64, ValueError> {
    let [low, high] = [*RATE.start(), *RATE.end()].map(number);
    let problem = format!("not a number from {low} to {high}");
    real(text, "learning_rate", |v| RATE.contains(v), problem, "0.1")
}

pub(crate) fn threads(text: &str) -> Result<usize, ValueError> {
    let within = value(text).filter(|v| THREADS.contains(v));
    within.ok_or_else(|| not_whole("threads", &THREADS, "4"))
}

/// One of the widths of a scan; too large ones are told with the memory that they need.
pub(crate) fn width(text: &str) -> Result<usize, ValueError> {
    let within = value(text).filter(|v| WIDTH.contains(v));
    within.ok_or_else(|| not_whole("widths", &WIDTH, "128,512,2048"))
}

/// Minutes of a visit.
const MINUTES: RangeInclusive<u64> = 1..=1440;

pub(crate) fn minutes(text: &str) -> Result<u64, ValueError> {
    let within = value(text).filter(|v| MINUTES.contains(v));
    within.ok_or_else(|| not_whole("minutes", &MINUTES, "10"))
}

/// Bytes that a request may need: from 64 MiB to 1 TiB.
const MEMORY: RangeInclusive<f64> = 67_108_864.0..=1_099_511_627_776.0;

/// Bytes: a number and K, M, G or T, in powers of 1024.
pub(crate) fn memory(text: &str) -> Result<u64, ValueError> {
    let upper = text.to_ascii_uppercase();
    let short = upper.trim_end_matches('B').trim_end_matches('I');
    let units = ["K", "M", "G", "T"].into_iter().zip(1..);
    let unit = units.filter_map(|(name, power)| Some((short.strip_suffix(name)?, power)));
    let (number, power) = unit.last().unwrap_or((short, 0));
    let bytes = value::<f64>(&number.to_ascii_lowercase()).map(|n| n * 1024_f64.powi(power));
    let within = bytes.filter(|bytes| MEMORY.contains(bytes));
    let problem = "not a size from 64M to 1T";
    within.map_or_else(
        || Err(wrong("memory", problem, "2G")),
        |bytes| Ok(bytes as u64),
    )
}

/// Columns and rows of a screen, `100x30`.
pub(crate) fn size(text: &str) -> Result<(u16, u16), ValueError> {
    let parts = text.split_once('x');
    let read = parts.and_then(|(columns, rows)| Some((value(columns)?, value(rows)?)));
    read.filter(|(columns, rows)| {
        (SMALLEST.0..=LARGEST_SCREEN.0).contains(columns)
            && (SMALLEST.1..=LARGEST_SCREEN.1).contains(rows)
    })
    .ok_or_else(|| {
        let [least, most] = [SMALLEST, LARGEST_SCREEN].map(|(c, r)| format!("{c}x{r}"));
        let problem = format!("not columns and rows from {least} to {most}");
        wrong("size", problem, "100x30")
    })
}

/// Keys with blanks between them.
pub(crate) fn keys(text: &str) -> Result<Keys, KeyError> {
    let keys: Result<Vec<Key>, KeyError> = text.split_whitespace().map(str::parse).collect();
    keys.map(Keys)
}

pub(crate) fn fps(text: &str) -> Result<u16, ValueError> {
    let within = value(text).filter(|v| FPS.contains(v));
    within.ok_or_else(|| not_whole("fps", &FPS, "10"))
}

/// `true` or `false`, as a file says it where the command line has two flags.
pub(crate) fn truth(text: &str) -> Result<bool, ValueError> {
    text.parse()
        .map_err(|_| wrong("mouse", "not true or false", "false"))
}

pub(crate) fn max_drift(text: &str) -> Result<f64, ValueError> {
    let allowed = |v: &f64| *v > 0.0 && *v <= 1000.0;
    let problem = "not a number above 0 and at most 1000, decades of mean square";
    real(text, "max_drift", allowed, problem, "2")
}

pub(crate) fn speed(text: &str) -> Result<f64, ValueError> {
    let allowed = |v: &f64| (0.1..=100.0).contains(v);
    let problem = "not a number from 0.1 to 100";
    real(text, "speed", allowed, problem, "1.5")
}

pub(crate) fn max_idle(text: &str) -> Result<f64, ValueError> {
    let allowed = |v: &f64| (0.0..=600.0).contains(v);
    let problem = "not a number of seconds from 0 to 600";
    real(text, "max_idle", allowed, problem, "3")
}

pub(crate) fn sigma_w2(text: &str) -> Result<f64, ValueError> {
    let allowed = |v: &f64| v.is_finite() && *v > 0.0;
    let problem = "not a finite number above 0, fan_in times Var W";
    real(text, "sigma_w2", allowed, problem, "2")
}

pub(crate) fn sigma_b2(text: &str) -> Result<f64, ValueError> {
    let allowed = |v: &f64| v.is_finite() && *v >= 0.0;
    let problem = "not a finite number of at least 0, Var b";
    real(text, "sigma_b2", allowed, problem, "0.05")
}

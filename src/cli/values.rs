//! Reading single values: a message in the words of the field, and the names for completion from the tables.

use std::ops::RangeInclusive;
use std::str::FromStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::{Arg, Command};

use crate::app::key::{Key, KeyError};
use crate::app::look::{Choice, LookError};
use crate::app::state::LARGEST_SCREEN;
use crate::cli::arguments::Keys;
use crate::engine::training::{PRESETS, Preset};
use crate::net::activation::{ACTIVATIONS, Activation};
use crate::net::framework::{FRAMEWORKS, Framework};
use crate::net::initializer::{INITIALIZERS, Initializer, InitializerError};
use crate::net::input::MAX_CLASSES;
use crate::net::optimizer::{OPTIMIZERS, Optimizer};
use crate::net::recipe::{BATCH_SIZE, RATE, RUNS, STEPS};
use crate::net::spec::{BATCH, DEPTH, INPUT_DIM, Spec, WIDTH};
use crate::term::capabilities::FPS;
use crate::ui::layout::SMALLEST;

/// The weights asked for: an initializer, or `default`, the framework's default layer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights(pub(crate) Option<Initializer>);

impl FromStr for Weights {
    type Err = InitializerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "default" {
            Ok(Self(None))
        } else {
            text.parse().map(|named| Self(Some(named)))
        }
    }
}

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

pub(crate) fn activation() -> Named<Activation> {
    Named {
        names: ACTIVATIONS.iter().map(|row| row.name).collect(),
        parse: parsed,
    }
}

pub(crate) fn initializer() -> Named<Weights> {
    let names = ["default"]
        .into_iter()
        .chain(INITIALIZERS.iter().map(|row| row.name));
    Named {
        names: names.collect(),
        parse: parsed,
    }
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

pub(crate) fn framework() -> Named<Framework> {
    Named {
        names: FRAMEWORKS.iter().map(|row| row.name).collect(),
        parse: parsed,
    }
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

/// Why a value cannot be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum ValueError {
    #[error("not a whole number; {name} is {low} to {high}, for example --{flag} {example}")]
    Whole {
        name: &'static str,
        low: usize,
        high: usize,
        flag: &'static str,
        example: usize,
    },
    #[error("{value} is out of range; the number of threads is {} to {}, for example --threads 4", THREADS.start(), THREADS.end())]
    Threads { value: usize },
    #[error("not a whole number from {} to {}; frames a second, for example --fps 10", FPS.start(), FPS.end())]
    Fps,
    #[error("not columns and rows from {}x{} to {}x{}; for example --size 100x30", SMALLEST.0, SMALLEST.1, LARGEST_SCREEN.0, LARGEST_SCREEN.1)]
    Size,
    #[error("not a whole number from 0 to {}; for example --seed 7", u64::MAX)]
    Seed,
    #[error("not a number; the gain multiplies the weights, for example --gain 1.5")]
    Gain,
    #[error(
        "not a number above 0 and at most 1000; decades of mean square, for example --max-drift 2"
    )]
    Drift,
    #[error("not a number from 0.1 to 100; for example --speed 1.5")]
    Speed,
    #[error("not a number of seconds from 0 to 600; for example --max-idle 3")]
    Idle,
    #[error(
        "not a number from {} to {}; for example --learning-rate 0.1",
        RATE.start(),
        RATE.end()
    )]
    Rate,
    #[error("not a finite number above 0; sigma_w2 = fan_in Var W, for example --sigma-w2 2")]
    WeightVariance,
    #[error("not a finite number of at least 0; sigma_b2 = Var b, for example --sigma-b2 0.05")]
    BiasVariance,
}

fn whole(
    text: &str,
    name: &'static str,
    range: &RangeInclusive<usize>,
    flag: &'static str,
    example: usize,
) -> Result<usize, ValueError> {
    let (low, high) = (*range.start(), *range.end());
    text.parse().map_err(|_| ValueError::Whole {
        name,
        low,
        high,
        flag,
        example,
    })
}

pub(crate) fn width(text: &str) -> Result<usize, ValueError> {
    whole(text, "the width", &WIDTH, "width", 256)
}

pub(crate) fn depth(text: &str) -> Result<usize, ValueError> {
    whole(text, "the depth", &DEPTH, "depth", 64)
}

pub(crate) fn batch(text: &str) -> Result<usize, ValueError> {
    whole(text, "the batch", &BATCH, "batch", 16)
}

pub(crate) fn steps(text: &str) -> Result<usize, ValueError> {
    whole(text, "the number of steps", &STEPS, "steps", 300)
}

pub(crate) fn batch_size(text: &str) -> Result<usize, ValueError> {
    whole(
        text,
        "the size of a minibatch",
        &BATCH_SIZE,
        "batch-size",
        64,
    )
}

pub(crate) fn runs(text: &str) -> Result<usize, ValueError> {
    whole(text, "the number of runs", &RUNS, "runs", 8)
}

pub(crate) fn classes(text: &str) -> Result<usize, ValueError> {
    whole(
        text,
        "the number of classes",
        &(2..=MAX_CLASSES),
        "classes",
        10,
    )
}

pub(crate) fn learning_rate(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| RATE.contains(v))
        .ok_or(ValueError::Rate)
}

pub(crate) fn input_dim(text: &str) -> Result<usize, ValueError> {
    whole(
        text,
        "the dimension of the input",
        &INPUT_DIM,
        "input-dim",
        784,
    )
}

pub(crate) fn threads(text: &str) -> Result<usize, ValueError> {
    let value = whole(text, "the number of threads", &THREADS, "threads", 4)?;
    if THREADS.contains(&value) {
        Ok(value)
    } else {
        Err(ValueError::Threads { value })
    }
}

/// Columns and rows of a screen, `100x30`.
pub(crate) fn size(text: &str) -> Result<(u16, u16), ValueError> {
    let parts = text.split_once('x');
    let read = parts.and_then(|(columns, rows)| Some((columns.parse().ok()?, rows.parse().ok()?)));
    read.filter(|(columns, rows)| {
        (SMALLEST.0..=LARGEST_SCREEN.0).contains(columns)
            && (SMALLEST.1..=LARGEST_SCREEN.1).contains(rows)
    })
    .ok_or(ValueError::Size)
}

/// Keys with blanks between them.
pub(crate) fn keys(text: &str) -> Result<Keys, KeyError> {
    let keys: Result<Vec<Key>, KeyError> = text.split_whitespace().map(str::parse).collect();
    keys.map(Keys)
}

pub(crate) fn fps(text: &str) -> Result<u16, ValueError> {
    let value = text.parse().ok();
    value.filter(|v| FPS.contains(v)).ok_or(ValueError::Fps)
}

pub(crate) fn seed(text: &str) -> Result<u64, ValueError> {
    text.parse().map_err(|_| ValueError::Seed)
}

pub(crate) fn gain(text: &str) -> Result<f64, ValueError> {
    text.parse().map_err(|_| ValueError::Gain)
}

pub(crate) fn max_drift(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| *v > 0.0 && *v <= 1000.0)
        .ok_or(ValueError::Drift)
}

pub(crate) fn speed(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| (0.1..=100.0).contains(v))
        .ok_or(ValueError::Speed)
}

pub(crate) fn max_idle(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| (0.0..=600.0).contains(v))
        .ok_or(ValueError::Idle)
}

pub(crate) fn sigma_w2(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| v.is_finite() && *v > 0.0)
        .ok_or(ValueError::WeightVariance)
}

pub(crate) fn sigma_b2(text: &str) -> Result<f64, ValueError> {
    let value = text.parse().ok();
    value
        .filter(|v: &f64| v.is_finite() && *v >= 0.0)
        .ok_or(ValueError::BiasVariance)
}

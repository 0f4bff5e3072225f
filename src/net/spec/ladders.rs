//! What one press of a hotkey does: every ladder of values, and the steps along them.
//!
//! A step goes to the nearest rung beyond the present value, also from a typed value between two rungs; at the end of a
//! ladder, and where the next rung would not be a valid spec (memory), nothing changes. Tables (initializers, frameworks,
//! inputs) are cyclic.

use std::fmt::Display;
use std::sync::Arc;

use Direction::{Back, Forward};

use super::field::SEED;
use super::{Bias, Draft, Field, Spec};
use crate::net::initializer::{INITIALIZERS, Initializer};
use crate::net::input::{Data, Input};
use crate::net::preset;

/// Widths: powers of two.
pub const WIDTHS: &[usize] = &[
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384,
];

/// Depths: powers of two, then the largest.
pub const DEPTHS: &[usize] = &[
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 10000,
];

/// Standard deviations of the bias; below the first is "auto". `0.2236 = sqrt(0.05)` is the bias of Schoenholz et al.
/// 2017, rounded as people quote it.
pub const BIASES: &[f64] = &[
    0.0, 0.05, 0.1, 0.2236, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0,
];

/// Gains: about 10 % apart around 1, with the ones that have a name: `1/sqrt 3` (PyTorch's default layer against
/// LeCun), `1/sqrt 2`, 0.75 (PyTorch's SELU), 1, `sqrt 2` (He against LeCun), 5/3 (PyTorch's tanh).
pub const GAINS: &[f64] = &[
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.577_350_269_189_625_7,
    0.65,
    std::f64::consts::FRAC_1_SQRT_2,
    0.75,
    0.8,
    0.85,
    0.9,
    0.95,
    1.0,
    1.05,
    1.1,
    1.2,
    1.3,
    std::f64::consts::SQRT_2,
    1.5,
    5.0 / 3.0,
    1.8,
    2.0,
    2.5,
    3.0,
    4.0,
    5.0,
    7.0,
    10.0,
    20.0,
    50.0,
    100.0,
];

/// How a key takes one step of a field.
#[derive(Debug)]
pub struct FieldStep {
    /// What its values are like.
    pub values: Values,
    /// Changes the draft; at the end of a ladder nothing.
    take: fn(&mut Draft, Option<&Arc<Data>>, Direction),
    /// Why there is no further step from here, where a ladder or the counting ends.
    end: fn(&Draft, Direction) -> Option<String>,
}

/// Which way along a table or ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Next, larger: lower case.
    Forward,
    /// Previous, smaller: upper case.
    Back,
}

impl Direction {
    /// The place after or before `here` of so many, round and round.
    #[must_use]
    pub fn around(self, here: usize, count: usize) -> usize {
        match self {
            Self::Forward => (here + 1) % count,
            Self::Back => (here + count - 1) % count,
        }
    }

    /// The place after or before `here` of so many, as far as there is one.
    #[must_use]
    pub fn along(self, here: usize, count: usize) -> usize {
        match self {
            Self::Forward => (here + 1).min(count.saturating_sub(1)),
            Self::Back => here.saturating_sub(1),
        }
    }
}

/// What a step goes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// The rows of a table, round and round.
    Table,
    /// The rungs of a ladder, from the least to the most.
    Ladder,
    /// All whole numbers.
    Numbers,
}

impl Spec {
    /// One step of a field, `user` being the data that the program was started with; the same spec at the end, where the field has no
    /// steps and where the next value would not be valid.
    #[must_use]
    pub fn stepped(&self, field: &Field, user: Option<&Arc<Data>>, direction: Direction) -> Self {
        let step = |step: &FieldStep| self.with(|draft| (step.take)(draft, user, direction)).ok();
        field
            .step
            .as_ref()
            .and_then(step)
            .unwrap_or_else(|| self.clone())
    }

    /// The same request with the next seed.
    #[must_use]
    pub fn next_seed(&self) -> Self {
        self.stepped(&SEED, None, Forward)
    }
}

impl Field {
    /// Whether a key changes it along such values.
    #[must_use]
    pub fn has(&self, values: Values) -> bool {
        self.step.as_ref().is_some_and(|step| step.values == values)
    }

    /// Why a step from here changes nothing: the end of the ladder, or the limit on memory before it.
    #[must_use]
    pub fn stuck(&self, spec: &Spec, direction: Direction) -> String {
        let end = self
            .step
            .as_ref()
            .and_then(|step| (step.end)(spec.draft(), direction));
        end.unwrap_or_else(|| "the next step would need more memory than is allowed".into())
    }
}

/// A step along a table, which has no end.
const fn table(take: fn(&mut Draft, Option<&Arc<Data>>, Direction)) -> FieldStep {
    FieldStep {
        values: Values::Table,
        take,
        end: |_, _| None,
    }
}

const fn ladder(
    take: fn(&mut Draft, Option<&Arc<Data>>, Direction),
    end: fn(&Draft, Direction) -> Option<String>,
) -> FieldStep {
    FieldStep {
        values: Values::Ladder,
        take,
        end,
    }
}

/// The next preset at the size that is there; after the last one the plain default.
pub(super) const OF_ARCH: FieldStep = table(|draft, _, direction| preset::step(draft, direction));

/// The next activation of the table, with its default parameters.
pub(super) const OF_ACTIVATION: FieldStep = table(|draft, _, direction| {
    draft.activation = match direction {
        Forward => draft.activation.next(),
        Back => draft.activation.previous(),
    };
});

/// The framework's default layer, then every row of the table, then the default again.
pub(super) const OF_INITIALIZER: FieldStep = table(|draft, _, direction| {
    let ends = [0, INITIALIZERS.len() - 1].map(|at| INITIALIZERS[at].name);
    let mut all = Initializer::all().into_iter();
    draft.initializer = match (&draft.initializer, direction) {
        (None, Forward) => all.next(),
        (None, Back) => all.next_back(),
        (Some(last), Forward) if last.name() == ends[1] => None,
        (Some(first), Back) if first.name() == ends[0] => None,
        (Some(initializer), Forward) => Some(initializer.next()),
        (Some(initializer), Back) => Some(initializer.previous()),
    };
});

/// The next framework; initializer and bias stay as they were asked for.
pub(super) const OF_FRAMEWORK: FieldStep = table(|draft, _, direction| {
    draft.described = None;
    draft.framework = match direction {
        Forward => draft.framework.next(),
        Back => draft.framework.previous(),
    };
});

/// Along [`WIDTHS`].
pub(super) const OF_WIDTH: FieldStep = ladder(
    |draft, _, direction| draft.width = rung(WIDTHS, draft.width, direction),
    |draft, direction| end(draft.width, WIDTHS, direction),
);

/// Along [`DEPTHS`].
pub(super) const OF_DEPTH: FieldStep = ladder(
    |draft, _, direction| draft.depth = rung(DEPTHS, draft.depth, direction),
    |draft, direction| end(draft.depth, DEPTHS, direction),
);

/// Along [`GAINS`].
pub(super) const OF_GAIN: FieldStep = ladder(
    |draft, _, direction| {
        draft.gain = beyond(GAINS, draft.gain, direction).unwrap_or(draft.gain);
    },
    |draft, direction| end(draft.gain, GAINS, direction),
);

/// Along [`BIASES`]; below the first is auto, from which, from the preset and from any other law it begins.
pub(super) const OF_BIAS: FieldStep = ladder(
    |draft, _, direction| {
        draft.bias = match (&draft.bias, direction) {
            (Bias::Normal(std), Forward) => {
                Bias::Normal(beyond(BIASES, *std, Forward).unwrap_or(*std))
            }
            (Bias::Normal(std), Back) => {
                beyond(BIASES, *std, Back).map_or(Bias::Auto, Bias::Normal)
            }
            (_, Forward) => Bias::Normal(BIASES[0]),
            (_, Back) => Bias::Auto,
        };
    },
    |draft, direction| match draft.bias {
        Bias::Normal(std) => end(std, BIASES, direction),
        Bias::Auto | Bias::Preset | Bias::ByFanIn(_) | Bias::Drawn(_) => {
            Some("auto comes first".into())
        }
    },
);

/// Noise, digits, the user's data where there are some, noise again. Leaving noise drops `input_dim`.
pub(super) const OF_INPUT: FieldStep = table(|draft, user, direction| {
    draft.input = match (&draft.input, user, direction) {
        (Input::Noise, _, Forward) | (Input::Noise, None, Back) => Input::Digits,
        (Input::Digits, Some(data), Forward) | (Input::Noise, Some(data), Back) => {
            Input::Data(Arc::clone(data))
        }
        (Input::Data(_), _, Back) => Input::Digits,
        (Input::Digits, ..) | (Input::Data(_), _, Forward) => Input::Noise,
    };
    draft.input_dim = None;
});

/// The next seed, after the last one 0; or the one before.
pub(super) const OF_SEED: FieldStep = FieldStep {
    values: Values::Numbers,
    take: |draft, _, direction| {
        draft.seed = match direction {
            Forward => draft.seed.wrapping_add(1),
            Back => draft.seed.saturating_sub(1),
        };
    },
    end: |_, _| Some("0 is the smallest".into()),
};

/// The first rung beyond a value; the value itself where there is none.
fn rung(ladder: &[usize], value: usize, direction: Direction) -> usize {
    let mut rungs = ladder.iter().copied();
    let found = match direction {
        Forward => rungs.find(|rung| *rung > value),
        Back => rungs.rfind(|rung| *rung < value),
    };
    found.unwrap_or(value)
}

/// The first rung beyond a value by more than one part in a thousand: a smaller step would not be seen.
fn beyond(ladder: &[f64], value: f64, direction: Direction) -> Option<f64> {
    let mut rungs = ladder.iter().copied();
    match direction {
        Forward => rungs.find(|rung| *rung > value * 1.001),
        Back => rungs.rfind(|rung| *rung < value * 0.999),
    }
}

/// The end of a ladder, where a value stands at it.
fn end<T: PartialOrd + Display + Copy>(
    value: T,
    ladder: &[T],
    direction: Direction,
) -> Option<String> {
    let (first, last) = (ladder.first()?, ladder.last()?);
    match direction {
        Forward => (value >= *last).then(|| format!("{last} is the largest")),
        Back => (value <= *first).then(|| format!("{first} is the smallest")),
    }
}

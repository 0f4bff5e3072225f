//! What one press of a hotkey does: every ladder of values, and the steps along them.
//!
//! A step goes to the nearest rung beyond the present value, also from a typed value between two rungs; at the end of a
//! ladder, and where the next rung would not be a valid spec (memory), nothing changes. Tables (initializers, frameworks,
//! inputs) are cyclic.

use std::sync::Arc;

use super::{Bias, Draft, Spec};
use crate::net::initializer::{INITIALIZERS, Initializer};
use crate::net::input::{Data, Input};

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

/// The first rung above `value` by more than one part in a thousand (a smaller step would not be seen).
fn above(ladder: &[f64], value: f64) -> Option<f64> {
    ladder.iter().copied().find(|rung| *rung > value * 1.001)
}

/// The last rung below `value` by more than one part in a thousand.
fn below(ladder: &[f64], value: f64) -> Option<f64> {
    ladder
        .iter()
        .copied()
        .rev()
        .find(|rung| *rung < value * 0.999)
}

impl Spec {
    /// The edit, or the same spec where it would not be valid.
    fn step(&self, edit: impl FnOnce(&mut Draft)) -> Self {
        self.with(edit).unwrap_or_else(|_| self.clone())
    }

    /// The next width of [`WIDTHS`].
    #[must_use]
    pub fn wider(&self) -> Self {
        self.step(|draft| draft.width = rung_above(WIDTHS, draft.width))
    }

    /// The previous width of [`WIDTHS`].
    #[must_use]
    pub fn narrower(&self) -> Self {
        self.step(|draft| draft.width = rung_below(WIDTHS, draft.width))
    }

    /// The next depth of [`DEPTHS`].
    #[must_use]
    pub fn deeper(&self) -> Self {
        self.step(|draft| draft.depth = rung_above(DEPTHS, draft.depth))
    }

    /// The previous depth of [`DEPTHS`].
    #[must_use]
    pub fn shallower(&self) -> Self {
        self.step(|draft| draft.depth = rung_below(DEPTHS, draft.depth))
    }

    /// The next bias of [`BIASES`]; from auto or the preset to 0.
    #[must_use]
    pub fn more_bias(&self) -> Self {
        self.step(|draft| {
            draft.bias = match draft.bias {
                Bias::Auto | Bias::Preset => Bias::Normal(BIASES[0]),
                Bias::Normal(std) => Bias::Normal(above(BIASES, std).unwrap_or(std)),
            }
        })
    }

    /// The previous bias of [`BIASES`]; from 0 or the preset to auto.
    #[must_use]
    pub fn less_bias(&self) -> Self {
        self.step(|draft| {
            draft.bias = match draft.bias {
                Bias::Auto | Bias::Preset => Bias::Auto,
                Bias::Normal(std) => below(BIASES, std).map_or(Bias::Auto, Bias::Normal),
            }
        })
    }

    /// The next gain of [`GAINS`].
    #[must_use]
    pub fn more_gain(&self) -> Self {
        self.step(|draft| draft.gain = above(GAINS, draft.gain).unwrap_or(draft.gain))
    }

    /// The previous gain of [`GAINS`].
    #[must_use]
    pub fn less_gain(&self) -> Self {
        self.step(|draft| draft.gain = below(GAINS, draft.gain).unwrap_or(draft.gain))
    }

    /// The next framework; initializer and bias stay as they were asked for.
    #[must_use]
    pub fn next_framework(&self) -> Self {
        self.step(|draft| draft.framework = draft.framework.next())
    }

    /// The previous framework.
    #[must_use]
    pub fn previous_framework(&self) -> Self {
        self.step(|draft| draft.framework = draft.framework.previous())
    }

    /// The next initializer: the framework's default layer, then every row of the table, then the default again.
    #[must_use]
    pub fn next_initializer(&self) -> Self {
        self.step(|draft| {
            draft.initializer = match &draft.initializer {
                None => Initializer::all().into_iter().next(),
                Some(last) if last.name() == INITIALIZERS[INITIALIZERS.len() - 1].name => None,
                Some(initializer) => Some(initializer.next()),
            }
        })
    }

    /// The previous initializer, the other way round.
    #[must_use]
    pub fn previous_initializer(&self) -> Self {
        self.step(|draft| {
            draft.initializer = match &draft.initializer {
                None => Initializer::all().into_iter().next_back(),
                Some(first) if first.name() == INITIALIZERS[0].name => None,
                Some(initializer) => Some(initializer.previous()),
            }
        })
    }

    /// The next activation of the table, with its default parameters.
    #[must_use]
    pub fn next_activation(&self) -> Self {
        self.step(|draft| draft.activation = draft.activation.next())
    }

    /// The previous activation of the table, with its default parameters.
    #[must_use]
    pub fn previous_activation(&self) -> Self {
        self.step(|draft| draft.activation = draft.activation.previous())
    }

    /// The next input: noise, digits, the user's data where there is one, noise again. Leaving noise drops `input_dim`.
    #[must_use]
    pub fn next_input(&self, user: Option<&Arc<Data>>) -> Self {
        self.with_input(match (&self.draft.input, user) {
            (Input::Noise, _) => Input::Digits,
            (Input::Digits, Some(data)) => Input::Data(Arc::clone(data)),
            (Input::Digits, None) | (Input::Data(_), _) => Input::Noise,
        })
    }

    /// The previous input, the other way round.
    #[must_use]
    pub fn previous_input(&self, user: Option<&Arc<Data>>) -> Self {
        self.with_input(match (&self.draft.input, user) {
            (Input::Noise, Some(data)) => Input::Data(Arc::clone(data)),
            (Input::Noise, None) | (Input::Data(_), _) => Input::Digits,
            (Input::Digits, _) => Input::Noise,
        })
    }

    fn with_input(&self, input: Input) -> Self {
        self.step(|draft| {
            draft.input = input;
            draft.input_dim = None;
        })
    }

    /// The same request with the next seed.
    #[must_use]
    pub fn next_seed(&self) -> Self {
        self.step(|draft| draft.seed = draft.seed.wrapping_add(1))
    }
}

fn rung_above(ladder: &[usize], value: usize) -> usize {
    ladder
        .iter()
        .copied()
        .find(|rung| *rung > value)
        .unwrap_or(value)
}

fn rung_below(ladder: &[usize], value: usize) -> usize {
    ladder
        .iter()
        .copied()
        .rev()
        .find(|rung| *rung < value)
        .unwrap_or(value)
}

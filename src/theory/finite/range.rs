//! Where the laws of finite width are known, and the reason where they are not.
//!
//! The laws are expansions in `1/units`. What they promise was counted: the share of single draws between the 10 % and the 90 %
//! quantile, 80 % where all is right, over twelve activations (relu, leaky_relu, tanh, gelu, silu, selu, elu, sigmoid, hard_tanh, sin,
//! identity, softplus) with usual and with critical variances, batches of 16 (`tests/theory/bands.rs`). At 32 units, 500 draws each, least,
//! median and largest share in percent of what is known and wide enough to be seen:
//!
//! | depth/width | signal, Gaussian | signal, Haar | gradient, Gaussian | gradient, Haar |
//! | --- | --- | --- | --- | --- |
//! | 0.1 | 78, 80, 84 | 80, 83, 84 | 74, 79, 89 | 76, 79, 92 |
//! | 1 | 74, 80, 86 | 77, 79, 86 | 69, 84, 91 | 75, 82, 93 |
//! | 10 | 65, 79, 85 | 74, 80, 84 | 56, 78, 91 | 68, 76, 91 |
//!
//! Beyond that table nothing is claimed.

use std::fmt;

use super::Spread;
use crate::theory::kernel::Kernel;

/// Layers per unit up to which the laws have been tested: 0.1, 1 and 10.
pub const DEEPEST: usize = 10;
/// The same of distinguishability for activations that are neither odd nor homogeneous: there lengths off the curve move it.
pub const DEEPEST_DIFFERENCE: usize = 1;
/// Fewest units per layer with which they have been tested.
pub const NARROWEST: usize = 16;

/// Growth of relative errors of `q` over some layers from which the length map is called unstable.
const UNSTABLE: f64 = 1.5;
/// Shift or standard deviation of a log10 up to which an unstable map is followed by a normal variable.
const LINEAR: f64 = 0.15;

/// Why the law of finite width is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Unknown {
    /// Fewer units than [`NARROWEST`].
    Narrow {
        /// Units per layer.
        units: usize,
    },
    /// More layers than [`DEEPEST`] times the units.
    Deep {
        /// Layers per unit.
        ratio: f64,
    },
    /// More layers than [`DEEPEST_DIFFERENCE`] times the units: distinguishability alone.
    DeepDifference {
        /// Layers per unit.
        ratio: f64,
    },
    /// Draws differ so much in length that gradient and distinguishability do not respond to it linearly.
    Lengths,
    /// The biases have a mean.
    BiasMean,
    /// The map amplifies errors of `q`, and they are wide.
    Unstable {
        /// Factor by which relative errors grow.
        growth: f64,
    },
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |ratio: f64| match ratio {
            small if small < 100.0 => format!("{small:.1}"),
            large => format!("{large:.0}"),
        };
        match *self {
            Self::Narrow { units } => write!(
                f,
                "infinite-width theory shown; band not known at width {units} (tested from {NARROWEST})"
            ),
            Self::Deep { ratio } => write!(
                f,
                "infinite-width theory shown; band not known at depth/width = {} (tested to {DEEPEST})",
                short(ratio)
            ),
            Self::DeepDifference { ratio } => write!(
                f,
                "band of distinguishability not known at depth/width = {} (tested to {DEEPEST_DIFFERENCE})",
                short(ratio)
            ),
            Self::Lengths => {
                f.write_str("bands of gradient and distinguishability not known: draws differ too much in length")
            }
            Self::BiasMean => f.write_str(
                "infinite-width theory shown; band not known for biases with a mean",
            ),
            Self::Unstable { growth } => {
                let growth = match growth {
                    small if small < 1000.0 => format!("{small:.1}"),
                    large => format!("{large:.0e}"),
                };
                write!(
                    f,
                    "unstable map: finite width leaves theory, errors of q grow {growth}-fold; band not known"
                )
            }
        }
    }
}

/// The layers whose laws are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Layers 1 to this one of the signal.
    pub layers: usize,
    /// Layers 1 to this one of distinguishability.
    pub differences: usize,
    /// Whether those of the gradient are, which crosses all layers.
    pub gradient: bool,
    /// Why not all; `None` where all are.
    pub unknown: Option<Unknown>,
}

impl Range {
    /// No law is known.
    pub(super) fn nothing(why: Unknown) -> Self {
        Self {
            layers: 0,
            differences: 0,
            gradient: false,
            unknown: Some(why),
        }
    }

    /// The range of laws of so many layers of so many units, `signal` up to where they were tested; `growth` is the largest factor of errors of `q` from some layer to each one.
    /// `unmoved` is the number of layers up to which lengths move distinguishability little.
    pub(super) fn of(
        kernel: &Kernel,
        signal: &[Spread],
        growth: &[f64],
        unmoved: usize,
        [depth, units]: [usize; 2],
    ) -> Self {
        if units < NARROWEST {
            return Self::nothing(Unknown::Narrow { units });
        }
        let wide = |l: &usize| {
            let law = &signal[*l];
            growth[*l] >= UNSTABLE && !(law.deviation.max(law.shift.abs()) <= LINEAR)
        };
        let unstable = (0..signal.len()).find(wide);
        let deep = (depth > DEEPEST * units).then_some(DEEPEST * units);
        let layers = unstable.unwrap_or(depth).min(deep.unwrap_or(depth));
        let deepest = if scales(kernel) || is_odd(kernel) {
            DEEPEST
        } else {
            DEEPEST_DIFFERENCE
        };
        let differences = layers.min(unmoved).min(deepest * units);
        let ratio = depth as f64 / units as f64;
        let unknown = if unstable.is_some() {
            let largest = growth.iter().copied().fold(1.0, f64::max);
            Some(Unknown::Unstable { growth: largest })
        } else {
            match deep {
                Some(_) => Some(Unknown::Deep { ratio }),
                None if unmoved < depth => Some(Unknown::Lengths),
                None if differences < depth => Some(Unknown::DeepDifference { ratio }),
                None => None,
            }
        };
        Self {
            layers,
            differences,
            gradient: layers == depth && unmoved == depth,
            unknown,
        }
    }
}

/// Whether lengths do not matter to slopes: `phi(a x) = a phi(x)` for `a > 0`.
fn scales(kernel: &Kernel) -> bool {
    kernel.slopes().is_some()
}

/// Whether `phi(-x) = -phi(x)`, at some points.
fn is_odd(kernel: &Kernel) -> bool {
    let phi = kernel.gaussian().activation().phi();
    [0.1, 0.7, 1.3, 2.9, 11.0].into_iter().all(|x| {
        let (up, down) = (phi.value(x), phi.value(-x));
        (up + down).abs() <= 1e-12 * (up.abs() + down.abs())
    })
}

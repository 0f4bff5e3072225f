//! Where the laws of finite width are known, and the reason where they are not.
//!
//! The laws are expansions in `1/units`. What they promise was counted: the share of single draws between the 10 % and the 90 %
//! quantile, over twelve activations (relu, leaky_relu, tanh, gelu, silu, selu, elu, sigmoid, hard_tanh, sin, identity, softplus) with
//! usual and with critical variances, Gaussian and orthogonal weights, 16 and 32 units, batches of 16, 500 draws each
//! (`tests/bands.rs`). Beyond that table nothing is claimed.

use std::fmt;

use super::Spread;

/// Layers per unit up to which the laws have been tested: 0.1, 1 and 10.
pub const DEEPEST: usize = 10;
/// Fewest units per layer with which they have been tested.
pub const NARROWEST: usize = 16;

/// Growth of relative errors of `q` over some layers from which the length map is called unstable.
const UNSTABLE: f64 = 1.5;
/// Shift or standard deviation of a log10 up to which an unstable map is followed by a normal variable.
const LINEAR: f64 = 0.15;

/// Why the law of finite width is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
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
    /// The map amplifies errors of `q`, and they are wide.
    Unstable {
        /// Factor by which relative errors grow.
        growth: f64,
    },
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Narrow { units } => {
                write!(f, "infinite-width theory is shown; the band is not known at width {units}, below {NARROWEST}")
            }
            Self::Deep { ratio } => write!(
                f,
                "infinite-width theory is shown; the band is not known at depth/width = {ratio:.0}, above {DEEPEST}"
            ),
            Self::Unstable { growth } => {
                let growth = match growth {
                    small if small < 1000.0 => format!("{small:.1}"),
                    large => format!("{large:.0e}"),
                };
                write!(f, "unstable map: finite width leaves theory, errors of q grow {growth}-fold; the band is not known")
            }
        }
    }
}

/// The layers whose laws are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Layers 1 to this one of signal and distinguishability.
    pub layers: usize,
    /// Whether those of the gradient are, which crosses all layers.
    pub gradient: bool,
    /// Why not all; `None` where all are.
    pub unknown: Option<Unknown>,
}

impl Range {
    /// The range of laws at `units` per layer; `growth` is the largest factor of errors of `q` from some layer to each one.
    pub(super) fn of(signal: &[Spread], growth: &[f64], units: usize) -> Self {
        let depth = signal.len();
        if units < NARROWEST {
            return Self {
                layers: 0,
                gradient: false,
                unknown: Some(Unknown::Narrow { units }),
            };
        }
        let wide = |l: &usize| {
            let law = &signal[*l];
            growth[*l] >= UNSTABLE && !(law.deviation.max(law.shift.abs()) <= LINEAR)
        };
        let unstable = (0..depth).find(wide);
        let deep = (depth > DEEPEST * units).then_some(DEEPEST * units);
        let layers = unstable.unwrap_or(depth).min(deep.unwrap_or(depth));
        let unknown = if unstable.is_some() {
            let largest = growth.iter().copied().fold(1.0, f64::max);
            Some(Unknown::Unstable { growth: largest })
        } else {
            deep.map(|_| Unknown::Deep {
                ratio: depth as f64 / units as f64,
            })
        };
        Self {
            layers,
            gradient: unknown.is_none(),
            unknown,
        }
    }
}

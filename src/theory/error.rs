//! Where theory has no answer, and why.

use super::gaussian::Gaussian;
use crate::net::written::number;

/// Why theory refuses a request.
///
/// Work and memory of every expectation are limited (see [`Gaussian`]); what would need more is
/// [`Unknown`](Self::Unknown) or [`Unresolved`](Self::Unresolved).
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TheoryError {
    /// The weight variance is no variance.
    #[error("sigma_w2 = {0} is no weight variance; it must be finite and above 0, such as 2")]
    WeightVariance(f64),
    /// The bias variance is no variance.
    #[error("sigma_b2 = {0} is no bias variance; it must be finite and at least 0, such as 0.05")]
    BiasVariance(f64),
    /// The input's second moment is not usable.
    #[error(
        "q0 = {0} is no second moment of the input; it must be finite and above 0 (1 for standard noise)"
    )]
    InputMoment(f64),
    /// The input's overlap is not a correlation.
    #[error(
        "c0 = {0} is no overlap between inputs; it must lie between -1 and 1 (0 for independent noise)"
    )]
    InputOverlap(f64),
    /// There is no layer, unit or input.
    #[error("{what} = 0: theory needs at least 1")]
    Empty {
        /// Which number is 0.
        what: &'static str,
    },
    /// The weights are not centred.
    #[error(
        "weights with mean {mean}: the infinite-width recursion holds for weights of mean 0 only; choose a centred law such as he_normal"
    )]
    WeightMean {
        /// Mean of the weight entries.
        mean: f64,
    },
    /// The biases are not centred, and this theory does not know what that does.
    #[error(
        "biases with mean {}: theory knows them for plain layers whose activation neither jumps nor grows faster than linearly, and not for this; simulation needs none", number(*mean)
    )]
    BiasMean {
        /// Mean of the biases.
        mean: f64,
    },
    /// The biases are uniform and so large that what they are added to is not Gaussian.
    #[error(
        "biases uniform within ±{}: the infinite-width recursion takes z as Gaussian and was tested within ±{} only; simulation needs none", number(*bound), number(*largest)
    )]
    BiasShape {
        /// Half width of their interval.
        bound: f64,
        /// The largest that is covered.
        largest: f64,
    },
    /// The weights do not mix units.
    #[error(
        "identity weights do not mix units: there is no infinite-width recursion for them; choose a random law such as orthogonal"
    )]
    NoMixing,
    /// The maps of this structure are not known.
    #[error(
        "the infinite-width theory of this architecture is not known: {reason}; simulation needs none"
    )]
    Architecture {
        /// Why.
        reason: &'static str,
    },
    /// The length map does not settle.
    #[error(
        "the length map of {activation} at sigma_w2 = {}, sigma_b2 = {} cycles: its slope at q = {q:.6} is {slope:.4}, below -1",
        number(*sigma_w2), number(*sigma_b2)
    )]
    Cycles {
        /// The activation.
        activation: String,
        /// Weight variance.
        sigma_w2: f64,
        /// Bias variance.
        sigma_b2: f64,
        /// The fixed point that repels.
        q: f64,
        /// Slope of the length map there.
        slope: f64,
    },
    /// No expectation over a typed activation can be computed.
    #[error(
        "the infinite-width theory of {activation} is not known: {reason}; simulation needs none"
    )]
    Unknown {
        /// The activation.
        activation: String,
        /// Why.
        reason: String,
    },
    /// The expectation cannot be computed.
    #[error(
        "the Gaussian expectations of {activation} at q = {q:.3e} are not known: it varies too fast at that scale, or is not a number there"
    )]
    Unresolved {
        /// The activation.
        activation: String,
        /// The variance.
        q: f64,
    },
    /// There is no edge of chaos.
    #[error("{activation} has no edge of chaos at sigma_b2 = {}: {reason}", number(*sigma_b2))]
    NoEdge {
        /// The activation.
        activation: String,
        /// Bias variance.
        sigma_b2: f64,
        /// Why.
        reason: &'static str,
    },
}

impl TheoryError {
    /// Why an expectation at `q` is not known.
    pub(super) fn unresolved(gaussian: &Gaussian, q: f64) -> Self {
        let activation = gaussian.activation().to_string();
        match gaussian.unknown() {
            Some(reason) => Self::Unknown {
                activation,
                reason: reason.to_owned(),
            },
            None => Self::Unresolved { activation, q },
        }
    }

    /// Whether it is the expectations that are not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown { .. } | Self::Unresolved { .. })
    }
}

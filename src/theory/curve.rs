//! Predicted curves over depth at infinite width.
//!
//! Forward, `q_l = sigma_w2 E phi(z_{l-1})^2 + sigma_b2` from `q_1 = sigma_w2 q0 + sigma_b2`. Two inputs of overlap `c = 1 - epsilon`
//! keep `epsilon_{l+1} = sigma_w2 D(epsilon_l; q_l)/q_{l+1}`, where the bias drops out. Backward, from cotangents `N(0, 1)` at
//! `x_L` that are independent between inputs, `E (dl/dz_l)^2 = E phi'(z_l)^2 E (dl/dx_l)^2` and `E (dl/dx_{l-1})^2 = fan_out Var W_l
//! E (dl/dz_l)^2`. As overlaps of cotangents vanish in the mean, an entry of `dl/dW_l`, summed over a batch of `B`, has
//! `E (dl/dW_l)^2 = B E (dl/dz_l)^2 E x_{l-1}^2`, and one of `dl/db_l` has `B E (dl/dz_l)^2`.
//! A mean `m` of the biases is that of `z` in every layer: with `psi(y) = phi(y + m)` the same maps hold for `y = z - m`, then `E z^2` is
//! `E y^2 + m^2`, and the overlap of `z` has the same `m^2` above and below.
//! Everything is carried as a logarithm, so 10,000 layers neither under- nor overflow.
//!
//! A stream that passes a branch by adds to it ([`fold`]): `y = s x + b f` has `q' = s^2 q + b^2 q_f` where the two are uncorrelated,
//! the differences between inputs add alike, and the gradient is `s^2 + b^2 chi_f` times that of `y`.

mod fold;
mod overlaps;
mod stream;

pub(super) use fold::State;
pub use fold::{Entry, Fold, fold};

use super::error::TheoryError;
use crate::net::activation::Activation;
use crate::net::bias::BiasLaw;
use crate::net::initializer::WeightLaw;
use crate::net::tape::{Section, Tape};

/// The variances of one layer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LayerLaw {
    /// `fan_in Var W`: what the forward pass multiplies by.
    pub sigma_w2: f64,
    /// `Var b`.
    pub sigma_b2: f64,
    /// `E b`.
    pub mean_b: f64,
    /// `fan_out Var W`: what the backward pass multiplies by.
    pub back_w2: f64,
    /// Whether rows are orthonormal rather than independent: a draw then keeps lengths exactly.
    pub orthogonal: bool,
}

impl LayerLaw {
    /// A square layer of independent weights.
    #[must_use]
    pub fn square(sigma_w2: f64, sigma_b2: f64) -> Self {
        Self {
            sigma_w2,
            sigma_b2,
            mean_b: 0.0,
            back_w2: sigma_w2,
            orthogonal: false,
        }
    }

    /// The variances of a `fan_out x fan_in` layer with centred biases.
    ///
    /// # Errors
    /// As [`LayerLaw::with_mean`]; [`TheoryError::BiasMean`] for biases with a mean.
    pub fn of(
        weights: &WeightLaw,
        bias: &BiasLaw,
        fan_in: usize,
        fan_out: usize,
    ) -> Result<Self, TheoryError> {
        Self::with_mean(weights, bias, fan_in, fan_out).and_then(|law| match law.mean_b {
            0.0 => Ok(law),
            mean => Err(TheoryError::BiasMean { mean }),
        })
    }

    /// The variances of a `fan_out x fan_in` layer, and the mean of its biases.
    ///
    /// # Errors
    /// [`TheoryError::WeightMean`] for weights that are not centred,
    /// [`TheoryError::NoMixing`] for identity matrices, [`TheoryError::WeightVariance`] for weights that are all zero,
    /// [`TheoryError::BiasShape`] for uniform biases that a Gaussian does not stand for.
    pub fn with_mean(
        weights: &WeightLaw,
        bias: &BiasLaw,
        fan_in: usize,
        fan_out: usize,
    ) -> Result<Self, TheoryError> {
        if matches!(weights, WeightLaw::Identity { .. }) {
            return Err(TheoryError::NoMixing);
        }
        let mean = weights.mean(fan_in, fan_out);
        let variance = weights.variance(fan_in, fan_out);
        if mean.abs() * (fan_in as f64).sqrt() > 1e-6 * variance.sqrt() {
            return Err(TheoryError::WeightMean { mean });
        }
        if !(variance.is_finite() && variance > 0.0) {
            return Err(TheoryError::WeightVariance(fan_in as f64 * variance));
        }
        Ok(Self {
            sigma_w2: fan_in as f64 * variance,
            sigma_b2: Self::bias_variance(bias, fan_in)?,
            mean_b: bias.mean(),
            back_w2: fan_out as f64 * variance,
            orthogonal: matches!(weights, WeightLaw::Orthogonal { .. }),
        })
    }

    /// The variance of the centred biases of a layer that reads so many units.
    ///
    /// # Errors
    /// As [`LayerLaw::bias_variance`]; [`TheoryError::BiasMean`] for biases with a mean.
    pub fn bias(bias: &BiasLaw, fan_in: usize) -> Result<f64, TheoryError> {
        match bias.mean() {
            0.0 => Self::bias_variance(bias, fan_in),
            mean => Err(TheoryError::BiasMean { mean }),
        }
    }

    /// The variance of the biases of a layer that reads so many units.
    ///
    /// # Errors
    /// [`TheoryError::BiasShape`] for uniform ones that are no small part of `z`.
    pub fn bias_variance(bias: &BiasLaw, fan_in: usize) -> Result<f64, TheoryError> {
        let largest = LARGEST_UNIFORM.max(1.0 / (fan_in as f64).sqrt());
        match *bias {
            BiasLaw::Uniform { low, high } if high - low > 2.0 * largest * (1.0 + 1e-12) => {
                Err(TheoryError::BiasShape {
                    bound: 0.5 * (high - low),
                    largest,
                })
            }
            _ => Ok(bias.variance()),
        }
    }

    /// The variances of every matrix of a network.
    ///
    /// # Errors
    /// As [`LayerLaw::with_mean`].
    pub fn tape(tape: &Tape) -> Result<Tape<Self>, TheoryError> {
        tape.try_map(|Section { linear, .. }| {
            Self::with_mean(
                &linear.weights,
                &linear.biases,
                linear.fan_in,
                linear.fan_out,
            )
        })
    }
}

/// Half width of uniform biases up to which `z` is taken as Gaussian: computed with `z` the sum of a normal and a uniform number, `E z^2`
/// of tanh, gelu, selu and relu differs by less than 0.004 decades in 30 layers. Larger ones only where they are a default layer's,
/// `1/sqrt(fan_in)`.
const LARGEST_UNIFORM: f64 = 0.25;

/// What to predict.
#[derive(Clone, Copy, Debug)]
pub struct CurveRequest<'a> {
    /// Activation of every layer.
    pub activation: &'a Activation,
    /// Layer 1.
    pub first: LayerLaw,
    /// Layers 2 to `depth`.
    pub rest: LayerLaw,
    /// Number of layers, at least 1.
    pub depth: usize,
    /// Second moment of the input's entries: 1 for standard noise.
    pub q0: f64,
    /// Mean overlap of two inputs, `E x y / q0`: 0 for independent noise.
    pub c0: f64,
    /// Inputs whose gradients are summed, at least 1.
    pub batch: usize,
    /// Whether to follow the overlap of inputs, the costly part.
    pub overlaps: bool,
}

impl CurveRequest<'_> {
    /// What enters the network.
    #[must_use]
    pub fn entry(&self) -> Entry {
        Entry {
            q0: self.q0,
            c0: self.c0,
            batch: self.batch,
            overlaps: self.overlaps,
        }
    }
}

/// The infinite-width values of one network; every vector has one log10 per layer 1 to depth.
///
/// `-inf` is an exact zero, `+inf` an overflow beyond all numbers (the exponential activation).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Curve {
    /// `E z^2`.
    pub z_second_moment: Vec<f64>,
    /// `E x^2`.
    pub x_second_moment: Vec<f64>,
    /// `Var x`.
    pub x_variance: Vec<f64>,
    /// `1 - c` between the `z` of two inputs; empty where not asked for.
    pub distinguishability: Vec<f64>,
    /// `E (dl/dz)^2`.
    pub grad_z: Vec<f64>,
    /// `E (dl/dx)^2`, `x` the layer's output.
    pub grad_x: Vec<f64>,
    /// `E (dl/dW)^2`, summed over the batch before squaring.
    pub grad_w: Vec<f64>,
    /// `E (dl/db)^2`, summed over the batch before squaring.
    pub grad_b: Vec<f64>,
    /// `E (dl/dx)^2` at the input, log10.
    pub grad_input: f64,
    pub(super) states: Vec<State>,
}

impl Curve {
    /// The same with what the laws of finite width need of the first `depth` layers alone.
    pub(super) fn shortened(&self, depth: usize) -> Self {
        let mut shortened = self.clone();
        shortened.states.truncate(depth);
        shortened
    }
}

/// Predicts the curves.
///
/// # Errors
/// Refuses variances, moments, overlaps and sizes outside their range and expectations that cannot be computed.
pub fn curve(request: &CurveRequest<'_>) -> Result<Curve, TheoryError> {
    let entry = request.entry();
    if request.depth == 0 {
        return Err(TheoryError::Empty { what: "depth" });
    }
    check(&[request.first, request.rest], &entry)?;
    let CurveRequest {
        first,
        rest,
        activation,
        depth,
        ..
    } = *request;
    fold(Tape::plain(first, rest, activation, depth), entry)
}

/// Refuses variances and inputs outside their range.
fn check(laws: &[LayerLaw], entry: &Entry) -> Result<(), TheoryError> {
    for law in laws {
        for w in [law.sigma_w2, law.back_w2] {
            if !(w.is_finite() && w > 0.0) {
                return Err(TheoryError::WeightVariance(w));
            }
        }
        if !(law.sigma_b2.is_finite() && law.sigma_b2 >= 0.0) {
            return Err(TheoryError::BiasVariance(law.sigma_b2));
        }
        if !law.mean_b.is_finite() {
            return Err(TheoryError::BiasMean { mean: law.mean_b });
        }
    }
    if !(entry.q0.is_finite() && entry.q0 > 0.0) {
        return Err(TheoryError::InputMoment(entry.q0));
    }
    if !(entry.c0.abs() <= 1.0) {
        return Err(TheoryError::InputOverlap(entry.c0));
    }
    if entry.batch == 0 {
        return Err(TheoryError::Empty { what: "batch" });
    }
    Ok(())
}

//! What one draw leaves behind.

use crate::sim::frame::Frame;
use crate::sim::layer_sums::LayerSums;
use crate::sim::signal::Inputs;
use crate::sim::units::Units;

/// Bins of a histogram of `z / rms(z)`: equal widths over [-4, 4], the outer ones collecting what is outside.
pub const BINS: usize = 32;

/// Numbers that a histogram counts at most.
pub const SAMPLES: usize = 1024;

/// One layer of one draw. Logarithms are decimal; `-inf` is an exact zero, `+inf` an overflow, NaN undefined.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// `mean z^2` over units and inputs.
    pub z_second_moment: f64,
    /// Variance of `z` over units and inputs.
    pub z_variance: f64,
    /// `mean x^2`.
    pub x_second_moment: f64,
    /// Variance of `x`.
    pub x_variance: f64,
    /// Mean square of `dl/dz`.
    pub grad_z: f64,
    /// Mean square of `dl/dx`.
    pub grad_x: f64,
    /// Mean square of the entries of the batch-summed `dl/dW`.
    pub grad_w: f64,
    /// Mean square of the entries of the batch-summed `dl/db`.
    pub grad_b: f64,
    /// Share of `mean z^2` that differs between inputs, none of an exact zero; between sequences at the same position where there are
    /// several, between the tokens of one sequence where there is one; NaN for a batch of one and for an overflow.
    pub distinguishability: f64,
    /// Mean of `z` (not a logarithm).
    pub z_mean: f64,
    /// Mean of `x` (not a logarithm).
    pub x_mean: f64,
    /// Share of units and inputs with a small slope.
    pub saturated: f64,
    /// Share of units with slope 0 for every input.
    pub dead: f64,
    /// log10 of the largest `|z|`, `|x|` and `|dl/dz|`.
    pub peaks: [f64; 3],
    /// What the units have in common.
    pub units: Units,
    /// Counts of `z / rms(z)`.
    pub histogram: [u16; BINS],
}

/// What is measured of the branch of a sub-layer beside its [`Layer`], whose `z` and `x` then are the stream after it, whose `grad_w` is
/// that of the first matrix. Decimal logarithms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Branch {
    /// Mean square of the branch's output, before `alpha`.
    pub output: f64,
    /// Share of it, `alpha` included, in the mean square of the sum.
    pub share: f64,
    /// Mean square of the entries of the batch-summed `dl/dW` of the last matrix.
    pub grad_w: f64,
    /// The same of the second and third matrix that read the input; NaN where there is none.
    pub others: [f64; 2],
    /// Share of the stream's mean square that differs between the tokens of a sequence; NaN of one token.
    pub tokens: f64,
    /// Mean entropy of a row of attention weights, over its largest value; NaN where nothing attends.
    pub entropy: f64,
    /// Mean square of a score; NaN where nothing attends.
    pub scores: f64,
}

impl Branch {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        output: f64::NAN,
        share: f64::NAN,
        grad_w: f64::NAN,
        others: [f64::NAN; 2],
        tokens: f64::NAN,
        entropy: f64::NAN,
        scores: f64::NAN,
    };
}

/// Everything that one draw leaves behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Layers `1..=depth`; fewer while the forward pass is on its way.
    pub layers: Vec<Layer>,
    /// Layers, counted from the output, whose gradients are in.
    pub backward: usize,
    /// Branches of the layers `1..=depth` of a network of blocks; none of a plain one.
    pub branches: Vec<Branch>,
    /// Of two or more rows of data; noise differs.
    pub inputs: Option<Inputs>,
}

impl Record {
    /// The layer at which the draw is dead: the first whose signal or difference between inputs is exactly 0 or whose units all
    /// have slope 0 for every input, else the last without any gradient; `None` while something comes through.
    #[must_use]
    pub fn death(&self) -> Option<usize> {
        let zero = |v: f64| v == f64::NEG_INFINITY;
        // a stream passes a branch by whose units are all shut
        let shut = |l: &Layer| {
            let passed_by = !self.branches.is_empty();
            zero(l.z_second_moment) || zero(l.distinguishability) || (l.dead == 1.0 && !passed_by)
        };
        let first = self.layers.iter().position(shut);
        let at = first.or_else(|| self.layers.iter().rposition(|l| zero(l.grad_z)));
        at.map(|index| index + 1)
    }

    /// Notes that `dl/dx` of `layer` overflowed, and with it everything before it.
    pub fn gradient_overflow(&mut self, layer: usize) {
        for record in &mut self.layers[..layer] {
            [record.grad_z, record.grad_x, record.grad_w, record.grad_b] = [f64::INFINITY; 4];
            record.peaks[2] = f64::INFINITY;
        }
        self.backward = self.layers.len();
    }
}

/// `log10(number 2^exponent)`.
#[must_use]
pub fn log10(number: f64, exponent: i64) -> f64 {
    number.log10() + exponent as f64 * std::f64::consts::LOG10_2
}

/// `number 2^exponent`, with the limits of a double.
fn scaled(number: f64, exponent: i64) -> f64 {
    libm::scalbn(number, exponent.clamp(-5000, 5000) as i32)
}

impl Layer {
    /// The forward half of a layer's record; gradients are NaN until they come.
    #[must_use]
    pub fn forward(layer_sums: &LayerSums, frame: &Frame, units: usize, batch: usize) -> Self {
        let count = layer_sums.count as f64;
        let (top, value) = (frame.scale.top(), frame.degree * frame.exponent);
        let mean = |centred: [f64; 2]| centred[0] / count;
        let variance =
            |centred: [f64; 2]| (centred[1] / count - mean(centred) * mean(centred)).max(0.0);
        let z_square = layer_sums.z_squares / count;
        let spread = layer_sums.spread.max(0.0) / (units as f64 * (batch as f64 - 1.0));
        let distinguishability = if batch < 2 {
            f64::NAN
        } else if z_square == 0.0 {
            f64::NEG_INFINITY
        } else {
            log10(spread, 2 * frame.scale.differences) - log10(z_square, 2 * top)
        };
        let of_z = |square: f64| match square.is_finite() {
            true => log10(square, 2 * top),
            false => f64::INFINITY,
        };
        let overflows = !layer_sums.x_squares.is_finite();
        let of_x = |square: f64| {
            if overflows {
                f64::INFINITY
            } else {
                log10(square, 2 * value)
            }
        };
        Self {
            z_second_moment: of_z(z_square),
            z_variance: of_z(variance(layer_sums.z_centred)),
            x_second_moment: of_x(layer_sums.x_squares / count),
            x_variance: of_x(variance(layer_sums.x_centred)),
            grad_z: f64::NAN,
            grad_x: f64::NAN,
            grad_w: f64::NAN,
            grad_b: f64::NAN,
            distinguishability,
            z_mean: scaled(layer_sums.offset[0] + mean(layer_sums.z_centred), top),
            x_mean: scaled(layer_sums.offset[1] + mean(layer_sums.x_centred), value),
            saturated: layer_sums.saturated / count,
            dead: layer_sums.dead as f64 / units as f64,
            peaks: [
                log10(f64::from(layer_sums.peaks[0]), top),
                log10(f64::from(layer_sums.peaks[1]), value),
                f64::NAN,
            ],
            units: Units::UNKNOWN,
            histogram: [0; BINS],
        }
    }

    /// A layer whose forward values are all zero (`f64::NEG_INFINITY`) or overflowed (`f64::INFINITY`).
    #[must_use]
    pub fn beyond(level: f64) -> Self {
        let value = if level > 0.0 { f64::INFINITY } else { 0.0 };
        Self {
            z_second_moment: level,
            z_variance: level,
            x_second_moment: level,
            x_variance: level,
            grad_z: f64::NAN,
            grad_x: f64::NAN,
            grad_w: f64::NAN,
            grad_b: f64::NAN,
            distinguishability: f64::NAN,
            z_mean: value,
            x_mean: value,
            saturated: 0.0,
            dead: 0.0,
            peaks: [level, level, f64::NAN],
            units: Units::UNKNOWN,
            histogram: [0; BINS],
        }
    }
}

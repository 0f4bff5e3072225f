//! What is measured of panels in double precision.

use crate::math::simd::{self, dispatch};
use crate::sim::record::{Layer, log10};
use crate::sim::saved_layer::histogram;
use crate::sim::stages::lanes::{Lanes, largest, over_lanes};
use crate::sim::stages::phi::Found;
use crate::sim::stages::rows;
use crate::sim::units::Units;

/// Sums over the units and inputs of one panel.
#[derive(Clone, Debug)]
pub struct Panelled {
    /// Mean square.
    pub square: f64,
    /// Mean.
    pub mean: f64,
    /// Variance over units and inputs.
    pub variance: f64,
    /// log10 of the share of the mean square that differs between inputs: sequences at the same position, or the tokens of the only one;
    /// NaN for one lane.
    pub distinguishability: f64,
    /// log10 of the share that differs between the tokens of a sequence; NaN for one token.
    pub tokens: f64,
    /// Largest size.
    pub peak: f64,
    /// What the units have in common.
    pub units: Units,
}

/// Sums over groups of lanes of what is left of squared differences when the mean of the group is taken out.
#[derive(Debug, Default)]
struct Spread {
    /// Of all lanes.
    all: f64,
    /// Between sequences at the same position.
    inputs: f64,
    /// Between tokens of a sequence.
    tokens: f64,
}

impl Spread {
    /// Adds a row of differences from its first number.
    #[inline(always)]
    fn add(&mut self, row: &[f64], lanes: Lanes, by_position: &mut [f64]) {
        let (mut total, mut squares) = (0.0, 0.0);
        by_position.fill(0.0);
        for sequence in row.chunks_exact(lanes.tokens) {
            // tokens that are almost equal may be far from the first number
            let (mut apart, mut squares_apart) = (0.0, 0.0);
            for (value, position) in sequence.iter().zip(&mut *by_position) {
                total += value;
                squares += value * value;
                *position += value;
                let own = value - sequence[0];
                apart += own;
                squares_apart += own * own;
            }
            self.tokens += squares_apart - apart * apart / lanes.tokens as f64;
        }
        let of_positions: f64 = by_position.iter().map(|sum| sum * sum).sum();
        self.all += squares - total * total / lanes.batch as f64;
        self.inputs += squares - of_positions / lanes.sequences() as f64;
    }
}

/// Measures a panel; `ranked` asks for the effective rank.
#[must_use]
pub fn measure(panel: &[f64], lanes: Lanes, ranked: bool) -> Panelled {
    let units = panel.len() / lanes.all;
    let count = (units * lanes.batch) as f64;
    let offset = panel[0];
    // a sum for each lane: they do not wait for each other
    let [
        mut squares,
        mut sums,
        mut centred,
        mut common,
        mut peaks,
        mut differences,
    ] = [(); 6].map(|()| vec![0.0_f64; lanes.batch]);
    let mut by_position = vec![0.0; lanes.tokens];
    let mut spread = Spread::default();
    dispatch!(simd::level(), _ => over_lanes!(lanes => {
        let each = [&mut squares, &mut sums, &mut centred, &mut common, &mut peaks, &mut differences];
        let [squares, sums, centred, common, peaks, differences] = each.map(|v| &mut v[..lanes.batch]);
        for row in panel.chunks_exact(lanes.all) {
            for (b, value) in row[..lanes.batch].iter().enumerate() {
                let shifted = value - offset;
                squares[b] += value * value;
                sums[b] += shifted;
                centred[b] += shifted * shifted;
                differences[b] = value - row[0];
                common[b] += differences[b];
                let size = value.abs();
                peaks[b] = if size > peaks[b] { size } else { peaks[b] };
            }
            spread.add(differences, lanes, &mut by_position);
        }
    }));
    let total = |sums: &[f64]| sums.iter().sum::<f64>();
    let square = total(&squares) / count;
    let shift = total(&sums) / count;
    let between = if ranked {
        // of differences from the first column
        rows::gram(panel, Lanes { tokens: 1, ..lanes })
    } else {
        Vec::new()
    };
    let share = |spread: f64, of: usize| match of {
        1 => f64::NAN,
        _ if square == 0.0 => f64::NEG_INFINITY,
        of => {
            let free = count * (of - 1) as f64 / of as f64;
            (spread.max(0.0) / free / square).log10()
        }
    };
    let tokens = share(spread.tokens, lanes.tokens);
    common.resize(lanes.all, 0.0);
    Panelled {
        square,
        mean: offset + shift,
        variance: (total(&centred) / count - shift * shift).max(0.0),
        distinguishability: match lanes.sequences() {
            1 => tokens,
            several => share(spread.inputs, several),
        },
        tokens,
        peak: peaks.iter().fold(0.0, |a, b| a.max(*b)),
        units: Units::new(
            &between,
            &common,
            spread.all.max(0.0),
            [lanes.all, lanes.batch, units],
        ),
    }
}

/// Mean square over units and real inputs.
#[must_use]
pub fn mean_square(panel: &[f64], lanes: Lanes) -> f64 {
    let mut squares = vec![0.0; lanes.batch];
    dispatch!(simd::level(), _ => over_lanes!(lanes => {
        let squares = &mut squares[..lanes.batch];
        for row in panel.chunks_exact(lanes.all) {
            for (sum, value) in squares.iter_mut().zip(row) {
                *sum += value * value;
            }
        }
    }));
    squares.iter().sum::<f64>() / (panel.len() / lanes.all * lanes.batch) as f64
}

/// Largest size over units and real inputs.
#[must_use]
pub fn peak(panel: &[f64], lanes: Lanes) -> f64 {
    let mut sizes = vec![0.0_f64; lanes.batch];
    dispatch!(simd::level(), _ => over_lanes!(lanes => {
        let sizes = &mut sizes[..lanes.batch];
        for row in panel.chunks_exact(lanes.all) {
            for (size, value) in sizes.iter_mut().zip(row) {
                let own = value.abs();
                *size = if own > *size { own } else { *size };
            }
        }
    }));
    largest(&sizes)
}

/// The forward half of a layer's record: `z` and `x` measured, and what the middle was given.
#[must_use]
pub fn layer(z: &Panelled, x: &Panelled, found: &Found) -> Layer {
    let log = |value: f64| {
        if value.is_finite() {
            log10(value, 0)
        } else {
            f64::INFINITY
        }
    };
    let share = |of: usize, all: usize| of as f64 / all.max(1) as f64;
    let mean_square = found.squares / found.count.max(1) as f64;
    let scale = mean_square.sqrt().max(f64::MIN_POSITIVE);
    let samples: Vec<f32> = found.samples.iter().map(|z| (z / scale) as f32).collect();
    Layer {
        z_second_moment: log(z.square),
        z_variance: log(z.variance),
        x_second_moment: log(x.square),
        x_variance: log(x.variance),
        grad_z: f64::NAN,
        grad_x: f64::NAN,
        grad_w: f64::NAN,
        grad_b: f64::NAN,
        distinguishability: z.distinguishability,
        z_mean: z.mean,
        x_mean: x.mean,
        saturated: share(found.saturated, found.count),
        dead: share(found.dead[0], found.dead[1]),
        peaks: [
            log(z.peak.max(found.peaks[0])),
            log(x.peak.max(found.peaks[1])),
            f64::NAN,
        ],
        units: z.units,
        histogram: histogram(&samples, f64::from(u8::from(mean_square > 0.0))),
    }
}

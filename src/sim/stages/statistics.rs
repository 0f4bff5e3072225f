//! What is measured of panels in double precision.

use crate::sim::record::{Layer, log10};
use crate::sim::saved_layer::histogram;
use crate::sim::stages::phi::Found;
use crate::sim::stages::rows::{self, Lanes};
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
    /// log10 of the share of the mean square that differs between inputs; NaN for one input.
    pub distinguishability: f64,
    /// Largest size.
    pub peak: f64,
    /// What the units have in common.
    pub units: Units,
}

/// Measures a panel; `ranked` asks for the effective rank.
#[must_use]
pub fn measure(panel: &[f64], lanes: Lanes, ranked: bool) -> Panelled {
    let units = panel.len() / lanes.all;
    let count = (units * lanes.batch) as f64;
    let offset = panel[0];
    let (mut squares, mut sum, mut centred, mut spread, mut peak) = (0.0, 0.0, 0.0, 0.0, 0.0_f64);
    let mut common = vec![0.0; lanes.all];
    for row in panel.chunks_exact(lanes.all) {
        let row = &row[..lanes.batch];
        let (mut total, mut square) = (0.0, 0.0);
        for (value, common) in row.iter().zip(&mut common) {
            squares += value * value;
            sum += value - offset;
            centred += (value - offset) * (value - offset);
            let difference = value - row[0];
            total += difference;
            square += difference * difference;
            *common += difference;
            peak = peak.max(value.abs());
        }
        spread += square - total * total / lanes.batch as f64;
    }
    let square = squares / count;
    let shift = sum / count;
    let spread = spread.max(0.0);
    let share = spread / (units as f64 * (lanes.batch as f64 - 1.0)) / square;
    let between = if ranked {
        rows::products(panel, panel, lanes, [true; 2])
    } else {
        Vec::new()
    };
    Panelled {
        square,
        mean: offset + shift,
        variance: (centred / count - shift * shift).max(0.0),
        distinguishability: match lanes.batch {
            1 => f64::NAN,
            _ if square == 0.0 => f64::NEG_INFINITY,
            _ => share.log10(),
        },
        peak,
        units: Units::new(&between, &common, spread, [lanes.all, lanes.batch, units]),
    }
}

/// Mean square over units and real inputs.
#[must_use]
pub fn mean_square(panel: &[f64], lanes: Lanes) -> f64 {
    let rows = panel.chunks_exact(lanes.all);
    let squares = rows.map(|row| row[..lanes.batch].iter().map(|v| v * v).sum::<f64>());
    squares.sum::<f64>() / (panel.len() / lanes.all * lanes.batch) as f64
}

/// Largest size over units and real inputs.
#[must_use]
pub fn peak(panel: &[f64], lanes: Lanes) -> f64 {
    let rows = panel.chunks_exact(lanes.all);
    let largest = |row: &[f64]| {
        row[..lanes.batch]
            .iter()
            .fold(0.0_f64, |a, v| a.max(v.abs()))
    };
    rows.map(largest).fold(0.0, f64::max)
}

/// The forward half of a layer's record: `z` and `x` measured, and what the activation between was given.
#[must_use]
pub fn layer(z: &Panelled, x: &Panelled, found: &Found, units: usize, lanes: Lanes) -> Layer {
    let log = |value: f64| {
        if value.is_finite() {
            log10(value, 0)
        } else {
            f64::INFINITY
        }
    };
    let count = (units * lanes.batch) as f64;
    let mean_square = found.squares / count;
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
        saturated: found.saturated as f64 / count,
        dead: found.dead as f64 / units as f64,
        peaks: [
            log(z.peak.max(found.peaks[0])),
            log(x.peak.max(found.peaks[1])),
            f64::NAN,
        ],
        units: z.units,
        histogram: histogram(&samples, f64::from(u8::from(mean_square > 0.0))),
    }
}

//! Norms over the units of each input, or over the inputs of each unit, forward and back.

use crate::math::simd::{self, dispatch};
use crate::net::block::Norm;
use crate::sim::stages::lanes::{Lanes, over_lanes};

/// What a norm takes out of each input, or of each unit.
#[derive(Clone, Debug)]
pub struct Taken {
    /// `sqrt(variance + eps)`, or of the mean square.
    rho: Vec<f64>,
}

/// What is divided by: where nothing differs, what makes every number 0.
fn divisor(square: f64, eps: f64) -> f64 {
    let rho = (square + eps).sqrt();
    if rho > 0.0 { rho } else { f64::INFINITY }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// [`forward`] over the inputs of each unit.
#[inline(always)]
fn batch_forward(eps: f64, x: &mut [f64], lanes: Lanes) -> Taken {
    let each = x.chunks_exact_mut(lanes.all).map(|row| {
        let row = &mut row[..lanes.batch];
        let centre = mean(row.iter().copied());
        row.iter_mut().for_each(|value| *value -= centre);
        let rho = divisor(mean(row.iter().map(|value| value * value)), eps);
        row.iter_mut().for_each(|value| *value /= rho);
        rho
    });
    Taken {
        rho: each.collect(),
    }
}

/// [`backward`] over the inputs of each unit.
#[inline(always)]
fn batch_backward(taken: &Taken, y: &[f64], g: &mut [f64], lanes: Lanes) {
    let rows = g.chunks_exact_mut(lanes.all).zip(y.chunks_exact(lanes.all));
    for ((g, y), rho) in rows.zip(&taken.rho) {
        let (g, y) = (&mut g[..lanes.batch], &y[..lanes.batch]);
        let centre = mean(g.iter().copied());
        let along = mean(g.iter().zip(y).map(|(g, y)| g * y));
        for (g, y) in g.iter_mut().zip(y) {
            *g = (*g - centre - y * along) / rho;
        }
    }
}

/// [`forward`] over the units of each input.
#[inline(always)]
fn units_forward(centred: bool, eps: f64, x: &mut [f64], lanes: Lanes) -> Taken {
    let units = (x.len() / lanes.all) as f64;
    let [mut means, mut squares] = [(); 2].map(|()| vec![0.0; lanes.batch]);
    let (means, squares) = (&mut means[..lanes.batch], &mut squares[..lanes.batch]);
    if centred {
        for row in x.chunks_exact(lanes.all) {
            for (sum, value) in means.iter_mut().zip(row) {
                *sum += value;
            }
        }
        means.iter_mut().for_each(|sum| *sum /= units);
    }
    for row in x.chunks_exact_mut(lanes.all) {
        let each = row.iter_mut().zip(&*means).zip(&mut *squares);
        for ((value, mean), sum) in each {
            *value -= mean;
            *sum += *value * *value;
        }
    }
    let rho: Vec<f64> = squares
        .iter()
        .map(|sum| divisor(sum / units, eps))
        .collect();
    let divisors = &rho[..lanes.batch];
    for row in x.chunks_exact_mut(lanes.all) {
        for (value, rho) in row.iter_mut().zip(divisors) {
            *value /= rho;
        }
    }
    Taken { rho }
}

/// [`backward`] over the units of each input.
#[inline(always)]
fn units_backward(centred: bool, taken: &Taken, y: &[f64], g: &mut [f64], lanes: Lanes) {
    let units = (g.len() / lanes.all) as f64;
    let [mut means, mut along] = [(); 2].map(|()| vec![0.0; lanes.batch]);
    let (means, along) = (&mut means[..lanes.batch], &mut along[..lanes.batch]);
    let rho = &taken.rho[..lanes.batch];
    for (g, y) in g.chunks_exact(lanes.all).zip(y.chunks_exact(lanes.all)) {
        for (((mean, along), g), y) in means.iter_mut().zip(&mut *along).zip(g).zip(y) {
            *mean += g;
            *along += g * y;
        }
    }
    for (mean, along) in means.iter_mut().zip(&mut *along) {
        *mean = if centred { *mean / units } else { 0.0 };
        *along /= units;
    }
    for (g, y) in g.chunks_exact_mut(lanes.all).zip(y.chunks_exact(lanes.all)) {
        let taken = means.iter().zip(&*along).zip(rho);
        for ((g, y), ((mean, along), rho)) in g.iter_mut().zip(y).zip(taken) {
            *g = (*g - mean - y * along) / rho;
        }
    }
}

/// `y = (x - mean) / sqrt(variance + eps)`, without the mean for [`Norm::Rms`], in place; an input whose units are all alike becomes 0,
/// and so does a unit whose inputs are, for [`Norm::Batch`].
pub fn forward(norm: Norm, eps: f64, x: &mut [f64], lanes: Lanes) -> Taken {
    dispatch!(simd::level(), _ => over_lanes!(lanes => match norm {
        Norm::Batch => batch_forward(eps, x, lanes),
        Norm::Layer => units_forward(true, eps, x, lanes),
        Norm::Rms => units_forward(false, eps, x, lanes),
    }))
}

/// `dl/dx = (g - mean g - y mean(g y)) / rho` from `g = dl/dy` in place, without `mean g` for [`Norm::Rms`]; `y` is what
/// [`forward`] gave.
pub fn backward(norm: Norm, taken: &Taken, y: &[f64], g: &mut [f64], lanes: Lanes) {
    dispatch!(simd::level(), _ => over_lanes!(lanes => match norm {
        Norm::Batch => batch_backward(taken, y, g, lanes),
        Norm::Layer => units_backward(true, taken, y, g, lanes),
        Norm::Rms => units_backward(false, taken, y, g, lanes),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANES: Lanes = Lanes {
        batch: 3,
        all: 16,
        tokens: 1,
    };

    fn panel(seed: f64) -> Vec<f64> {
        (0..7 * LANES.all)
            .map(|i| (seed * (i as f64 + 1.0)).sin() + 0.3)
            .collect()
    }

    /// Central differences of `sum c y` with the step 1e-5: errors of about 1e-10 times the third derivative.
    #[test]
    fn the_way_back_is_the_derivative() {
        for norm in Norm::ALL {
            for eps in [0.0, 0.5] {
                let (x, c) = (panel(0.7), panel(1.9));
                let loss = |x: &[f64]| {
                    let mut y = x.to_vec();
                    forward(norm, eps, &mut y, LANES);
                    let rows = y.chunks_exact(LANES.all).zip(c.chunks_exact(LANES.all));
                    rows.map(|(y, c)| (0..LANES.batch).map(|b| y[b] * c[b]).sum::<f64>())
                        .sum::<f64>()
                };
                let mut y = x.clone();
                let taken = forward(norm, eps, &mut y, LANES);
                let mut g = c.clone();
                backward(norm, &taken, &y, &mut g, LANES);
                for unit in 0..7 {
                    for b in 0..LANES.batch {
                        let at = unit * LANES.all + b;
                        let moved = |by: f64| {
                            let mut x = x.clone();
                            x[at] += by;
                            loss(&x)
                        };
                        let slope = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                        assert!(
                            (slope - g[at]).abs() < 1e-8,
                            "{norm:?} {eps}: {slope} {}",
                            g[at]
                        );
                    }
                }
            }
        }
    }
}

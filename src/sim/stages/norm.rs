//! Norms over the units of each input, or over the inputs of each unit, forward and back.

use crate::net::block::Norm;
use crate::sim::stages::rows::Lanes;

/// What a norm takes out of each input, or of each unit.
#[derive(Clone, Debug)]
pub struct Taken {
    /// `sqrt(variance + eps)`, or of the mean square.
    rho: Vec<f64>,
}

/// `value / rho`; 0 where nothing differs.
fn divided(value: f64, rho: f64) -> f64 {
    if rho > 0.0 { value / rho } else { 0.0 }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

/// [`forward`] over the inputs of each unit.
fn batch_forward(eps: f64, x: &mut [f64], lanes: Lanes) -> Taken {
    let each = x.chunks_exact_mut(lanes.all).map(|row| {
        let row = &mut row[..lanes.batch];
        let centre = mean(row.iter().copied());
        row.iter_mut().for_each(|value| *value -= centre);
        let rho = (mean(row.iter().map(|value| value * value)) + eps).sqrt();
        row.iter_mut()
            .for_each(|value| *value = divided(*value, rho));
        rho
    });
    Taken {
        rho: each.collect(),
    }
}

/// [`backward`] over the inputs of each unit.
fn batch_backward(taken: &Taken, y: &[f64], g: &mut [f64], lanes: Lanes) {
    let rows = g.chunks_exact_mut(lanes.all).zip(y.chunks_exact(lanes.all));
    for ((g, y), rho) in rows.zip(&taken.rho) {
        let (g, y) = (&mut g[..lanes.batch], &y[..lanes.batch]);
        let centre = mean(g.iter().copied());
        let along = mean(g.iter().zip(y).map(|(g, y)| g * y));
        for (g, y) in g.iter_mut().zip(y) {
            *g = divided(*g - centre - y * along, *rho);
        }
    }
}

/// Means over units, one for each real input.
fn means(panel: &[f64], lanes: Lanes, of: impl Fn(usize, usize, f64) -> f64) -> Vec<f64> {
    let units = panel.len() / lanes.all;
    let mut sums = vec![0.0; lanes.batch];
    for (u, row) in panel.chunks_exact(lanes.all).enumerate() {
        for (b, (sum, value)) in sums.iter_mut().zip(row).enumerate() {
            *sum += of(u, b, *value);
        }
    }
    sums.iter().map(|sum| sum / units as f64).collect()
}

/// `y = (x - mean) / sqrt(variance + eps)`, without the mean for [`Norm::Rms`], in place; an input whose units are all alike becomes 0,
/// and so does a unit whose inputs are, for [`Norm::Batch`].
pub fn forward(norm: Norm, eps: f64, x: &mut [f64], lanes: Lanes) -> Taken {
    if norm == Norm::Batch {
        return batch_forward(eps, x, lanes);
    }
    if norm == Norm::Layer {
        let mean = means(x, lanes, |_, _, value| value);
        for row in x.chunks_exact_mut(lanes.all) {
            for (value, mean) in row.iter_mut().zip(&mean) {
                *value -= mean;
            }
        }
    }
    let squares = means(x, lanes, |_, _, value| value * value);
    let rho: Vec<f64> = squares.iter().map(|square| (square + eps).sqrt()).collect();
    for row in x.chunks_exact_mut(lanes.all) {
        for (value, rho) in row.iter_mut().zip(&rho) {
            *value = divided(*value, *rho);
        }
    }
    Taken { rho }
}

/// `dl/dx = (g - mean g - y mean(g y)) / rho` from `g = dl/dy` in place, without `mean g` for [`Norm::Rms`]; `y` is what
/// [`forward`] gave.
pub fn backward(norm: Norm, taken: &Taken, y: &[f64], g: &mut [f64], lanes: Lanes) {
    if norm == Norm::Batch {
        return batch_backward(taken, y, g, lanes);
    }
    let along = means(g, lanes, |u, b, value| value * y[u * lanes.all + b]);
    let mean = match norm {
        Norm::Layer => means(g, lanes, |_, _, value| value),
        Norm::Rms | Norm::Batch => vec![0.0; lanes.batch],
    };
    for (g, y) in g.chunks_exact_mut(lanes.all).zip(y.chunks_exact(lanes.all)) {
        for b in 0..lanes.batch {
            g[b] = divided(g[b] - mean[b] - y[b] * along[b], taken.rho[b]);
        }
    }
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

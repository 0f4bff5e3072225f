//! A matrix over the tokens of every sequence, the same for all units: `Z_i = sum_j M_ij X_j + b_i`.

use crate::math::panel::padded;
use crate::math::stream::{Purpose, StreamKey};
use crate::net::tape::Linear;
use crate::sim::source;
use crate::sim::stages::lanes::Lanes;

/// One matrix over tokens on a batch.
#[derive(Debug)]
pub struct Mixing {
    linear: Linear,
    lanes: Lanes,
}

impl Mixing {
    /// Of the law of a matrix that has as many rows and columns as a sequence has tokens.
    #[must_use]
    pub fn new(linear: Linear, lanes: Lanes) -> Self {
        Self { linear, lanes }
    }

    /// Work of one product with these units, in matrix entries times vectors of inputs.
    #[must_use]
    pub fn cost(&self, units: usize) -> u64 {
        (units * self.lanes.tokens * self.lanes.all / 16).max(1) as u64
    }

    /// The matrix that a key names, row by row.
    fn matrix(&self, key: StreamKey) -> Vec<f64> {
        let tokens = self.lanes.tokens;
        let mut m = vec![0.0; tokens * tokens];
        self.linear
            .weights
            .fill(key, [tokens, tokens], tokens, &mut m);
        m.iter().map(|m| f64::from(*m)).collect()
    }

    /// `out_i += sum_j w_ij x_j` of every sequence of every unit, for the columns of `w` one after the other.
    fn add_product(&self, columns: &[f64], x: &[f64], out: &mut [f64]) {
        let Lanes { batch, all, tokens } = self.lanes;
        for (x, out) in x.chunks_exact(all).zip(out.chunks_exact_mut(all)) {
            let sequences = x[..batch].chunks_exact(tokens);
            for (x, out) in sequences.zip(out[..batch].chunks_exact_mut(tokens)) {
                for (x, column) in x.iter().zip(columns.chunks_exact(tokens)) {
                    for (out, w) in out.iter_mut().zip(column) {
                        *out += w * x;
                    }
                }
            }
        }
    }

    /// `Z` of a panel `X`.
    #[must_use]
    pub fn forward(&self, key: StreamKey, x: &[f64]) -> Vec<f64> {
        let Lanes { batch, all, tokens } = self.lanes;
        let mut z = vec![0.0; x.len()];
        let biases = StreamKey {
            purpose: Purpose::Biases,
            ..key
        };
        if let Some(biases) = source::biases(self.linear.biases, tokens, biases) {
            for row in z.chunks_exact_mut(all) {
                for (z, bias) in row[..batch].iter_mut().zip(biases.iter().cycle()) {
                    *z = f64::from(*bias);
                }
            }
        }
        self.add_product(&transposed(&self.matrix(key), tokens), x, &mut z);
        z
    }

    /// `dl/dX` of `d = dl/dZ`.
    #[must_use]
    pub fn backward(&self, key: StreamKey, d: &[f64]) -> Vec<f64> {
        let mut g = vec![0.0; d.len()];
        self.add_product(&self.matrix(key), d, &mut g);
        g
    }

    /// Mean square of `dl/dM` over its entries, for `d = dl/dZ` and what was mixed.
    #[must_use]
    pub fn weight_gradient(&self, d: &[f64], x: &[f64]) -> f64 {
        let Lanes { batch, all, tokens } = self.lanes;
        let mut sums = vec![0.0; tokens * tokens];
        for (d, x) in d.chunks_exact(all).zip(x.chunks_exact(all)) {
            let sequences = d[..batch].chunks_exact(tokens);
            for (d, x) in sequences.zip(x[..batch].chunks_exact(tokens)) {
                for (d, sums) in d.iter().zip(sums.chunks_exact_mut(tokens)) {
                    for (sum, x) in sums.iter_mut().zip(x) {
                        *sum += d * x;
                    }
                }
            }
        }
        sums.iter().map(|sum| sum * sum).sum::<f64>() / sums.len() as f64
    }
}

fn transposed(square: &[f64], side: usize) -> Vec<f64> {
    let entry = |at: usize| square[at % side * side + at / side];
    (0..square.len()).map(entry).collect()
}

/// A panel with a row a token, and a lane a unit of a sequence, padded: what a matrix over tokens multiplies as any other does.
#[must_use]
pub fn turned(panel: &[f64], lanes: Lanes) -> Vec<f64> {
    let columns = turned_lanes(panel.len() / lanes.all, lanes);
    let mut turned = vec![0.0; lanes.tokens * columns];
    for (unit, row) in panel.chunks_exact(lanes.all).enumerate() {
        for (at, value) in row[..lanes.batch].iter().enumerate() {
            let lane = unit * lanes.sequences() + at / lanes.tokens;
            turned[at % lanes.tokens * columns + lane] = *value;
        }
    }
    turned
}

/// Lanes of what [`turned`] gives of so many units.
#[must_use]
pub fn turned_lanes(units: usize, lanes: Lanes) -> usize {
    padded(units * lanes.sequences())
}

/// The panel of so many units that [`turned`] gave this of.
#[must_use]
pub fn turned_back(turned: &[f32], units: usize, lanes: Lanes) -> Vec<f64> {
    let columns = turned_lanes(units, lanes);
    let mut panel = vec![0.0; units * lanes.all];
    for (unit, row) in panel.chunks_exact_mut(lanes.all).enumerate() {
        for (at, value) in row[..lanes.batch].iter_mut().enumerate() {
            let lane = unit * lanes.sequences() + at / lanes.tokens;
            *value = f64::from(turned[at % lanes.tokens * columns + lane]);
        }
    }
    panel
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::bias::BiasLaw;
    use crate::net::initializer::WeightLaw;

    const LANES: Lanes = Lanes {
        batch: 6,
        all: 16,
        tokens: 3,
    };

    fn panel(units: usize, from: f64) -> Vec<f64> {
        let value = |at: usize| match at % 16 < 6 {
            true => (from + at as f64).sin(),
            false => 0.0,
        };
        (0..units * 16).map(value).collect()
    }

    fn dot(a: &[f64], b: &[f64]) -> f64 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn tokens_of_a_sequence_are_mixed_and_the_way_back_is_the_transpose() {
        let law = |biases| Linear {
            fan_in: 3,
            fan_out: 3,
            weights: WeightLaw::Uniform {
                low: -1.0,
                high: 1.0,
            },
            biases,
        };
        let key = StreamKey {
            seed: 5,
            draw: 1,
            layer: 7,
            purpose: Purpose::Weights,
        };
        let mixing = Mixing::new(law(BiasLaw::Zeros), LANES);
        let (m, x, d) = (mixing.matrix(key), panel(5, 0.3), panel(5, 2.0));
        let z = mixing.forward(key, &x);
        for (unit, sequence, i) in [(0, 0, 0), (4, 1, 2), (2, 1, 1)] {
            let at = |token: usize| unit * 16 + sequence * 3 + token;
            let expected: f64 = (0..3).map(|j| m[i * 3 + j] * x[at(j)]).sum();
            assert!((z[at(i)] - expected).abs() < 1e-15);
        }
        let back = mixing.backward(key, &d);
        assert!((dot(&z, &d) - dot(&x, &back)).abs() < 1e-12);
        // sum_ij M_ij dl/dM_ij = <Z, D>, and each entry by hand
        let entry = |i: usize, j: usize| -> f64 {
            let places = (0..5).flat_map(|unit| [0, 3].map(|first| unit * 16 + first));
            places.map(|at| d[at + i] * x[at + j]).sum()
        };
        let pairs = (0..9).map(|at| entry(at / 3, at % 3));
        let squares: f64 = pairs.map(|sum| sum * sum).sum();
        assert!((mixing.weight_gradient(&d, &x) - squares / 9.0).abs() < 1e-12);
        let biased = Mixing::new(law(BiasLaw::Constant { value: 0.5 }), LANES).forward(key, &x);
        assert!((biased[19] - z[19] - 0.5).abs() < 1e-15 && biased[6] == 0.0);
    }

    #[test]
    fn a_panel_that_is_turned_and_turned_back_is_the_same() {
        let x = panel(5, 1.0);
        let narrow: Vec<f32> = turned(&x, LANES).iter().map(|x| *x as f32).collect();
        assert_eq!(narrow.len(), 3 * 16);
        assert_eq!(
            f64::from(narrow[2 * 16 + 4 * 2 + 1]),
            f64::from(x[4 * 16 + 5] as f32)
        );
        let again = turned_back(&narrow, 5, LANES);
        assert!(x.iter().zip(&again).all(|(a, b)| (a - b).abs() < 1e-7));
    }
}

//! What the units of a layer have in common: the effective rank of centred pre-activations, and the share of them that is the same
//! in all units.
//!
//! `C` (`units x batch`) is `z` minus each unit's mean over the inputs of the batch. Both come from sums over units of the
//! differences `d_b = z_b - z_0` as stored (lane 0 is the first input, whose difference is 0): biases and what all inputs have
//! in common never enter, so that nothing cancels when the inputs have become almost equal.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::simd::LANES;

/// What the units of one layer of one draw have in common; NaN for fewer than two inputs, where no two inputs differ, and where it was
/// not measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Units {
    /// Participation ratio of the squared singular values of `C`, `(sum s_i^2)^2 / sum s_i^4`: 1 to `min(batch - 1, units)`.
    pub effective_rank: f64,
    /// Share of `|C|^2` that is the same in all units, `units |mean over units of C|^2 / |C|^2`: 0 to 1, `1 / units` on average
    /// where units have independent signs.
    pub alike: f64,
}

impl Units {
    /// Nothing is known.
    pub const UNKNOWN: Self = Self {
        effective_rank: f64::NAN,
        alike: f64::NAN,
    };

    /// From `between[a][b] = sum_u d_ua d_ub` (`lanes x lanes`; nothing where the rank is not wanted), `common[b] = sum_u d_ub` and
    /// `spread = |C|^2`; what lane 0 holds does not matter.
    ///
    /// With `H = 1 - 11ᵀ / batch`, `units (mean of C) = H common`.
    #[must_use]
    pub fn new(
        between: &[f64],
        common: &[f64],
        spread: f64,
        [lanes, batch, units]: [usize; 3],
    ) -> Self {
        // no difference at all, or a batch of one
        if batch < 2 || spread <= 0.0 {
            return Self::UNKNOWN;
        }
        let others = || common.iter().take(batch).skip(1);
        let mean: f64 = others().sum::<f64>() / batch as f64;
        let shared = mean * mean + others().map(|s| (s - mean).powi(2)).sum::<f64>();
        Self {
            effective_rank: if between.is_empty() {
                f64::NAN
            } else {
                let Centred { trace, squares } = Centred::new(between, lanes, batch);
                let most = units.min(batch - 1) as f64;
                (trace * trace / squares).max(1.0).min(most)
            },
            alike: (shared / units as f64 / spread).min(1.0),
        }
    }
}

/// Of the centred products `CᵀC = H gram H` of a batch in reference-and-differences form.
#[derive(Clone, Copy, Debug)]
pub struct Centred {
    /// Their trace, `|C|^2`.
    pub trace: f64,
    /// The sum of their squares.
    squares: f64,
}

impl Centred {
    /// From `gram[a][b] = sum_u d_ua d_ub` (`lanes x lanes`); what lane 0 holds does not matter.
    #[must_use]
    pub fn new(gram: &[f64], lanes: usize, batch: usize) -> Self {
        let n = batch as f64;
        let lines = || gram.chunks_exact(lanes).take(batch).skip(1);
        let totals: Vec<f64> = lines().map(|line| line[1..batch].iter().sum()).collect();
        let mean = totals.iter().sum::<f64>() / (n * n);
        // the first input's differences are 0: its row and column hold centring alone
        let edge = totals.iter().map(|t| 2.0 * (mean - t / n).powi(2));
        let (mut trace, mut squares) = (mean, mean * mean + edge.sum::<f64>());
        for (a, line) in lines().enumerate() {
            for (b, value) in line[1..batch].iter().enumerate() {
                let centred = value - (totals[a] + totals[b]) / n + mean;
                squares += centred * centred;
                trace += if a == b { centred } else { 0.0 };
            }
        }
        Self { trace, squares }
    }
}

/// `sums[b] += sum_u panel[u][b]`.
#[inline(always)]
pub fn add_sums<S: Simd>(simd: S, panel: &[f32], lanes: usize, sums: &mut [f64]) {
    for at in (0..lanes).step_by(LANES) {
        let mut sum = f32x16::splat(simd, 0.0);
        for row in panel.chunks_exact(lanes) {
            sum += f32x16::from_slice(simd, &row[at..][..LANES]);
        }
        for (slot, value) in sums[at..][..LANES].iter_mut().zip(sum.as_slice()) {
            *slot += f64::from(*value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LANES: usize = 16;

    /// By the definition: singular values of `C` from its `batch x batch` products in double precision.
    fn naive(z: &[Vec<f64>], batch: usize) -> [f64; 2] {
        let units = z.len() as f64;
        let centred: Vec<Vec<f64>> = z
            .iter()
            .map(|row| {
                let mean = row.iter().sum::<f64>() / batch as f64;
                row.iter().map(|v| v - mean).collect()
            })
            .collect();
        let k = |a: usize, b: usize| centred.iter().map(|r| r[a] * r[b]).sum::<f64>();
        let trace: f64 = (0..batch).map(|a| k(a, a)).sum();
        let pairs = (0..batch).flat_map(|a| (0..batch).map(move |b| (a, b)));
        let squares: f64 = pairs.map(|(a, b)| k(a, b).powi(2)).sum();
        let mean = |b: usize| centred.iter().map(|row| row[b]).sum::<f64>() / units;
        let shared: f64 = (0..batch).map(|b| units * mean(b).powi(2)).sum();
        [trace * trace / squares, shared / trace]
    }

    /// From whole numbers `z` and a common offset of any size.
    fn measured(z: &[Vec<f64>], batch: usize) -> Units {
        let mut gram = vec![0.0; LANES * LANES];
        let mut sums = vec![0.0; LANES];
        let mut spread = 0.0;
        for row in z {
            let mean = row.iter().sum::<f64>() / batch as f64;
            spread += row.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
            // lane 0 is arbitrary
            let d = |b: usize| if b == 0 { 1e9 } else { row[b] - row[0] };
            for a in 0..batch {
                sums[a] += d(a);
                for b in 0..batch {
                    gram[a * LANES + b] += d(a) * d(b);
                }
            }
        }
        Units::new(&gram, &sums, spread, [LANES, batch, z.len()])
    }

    #[test]
    fn differences_give_what_the_definition_gives() {
        for (units, batch) in [(1, 2), (2, 2), (3, 5), (8, 16), (40, 7), (5, 16)] {
            let row = |u: usize| {
                (0..batch).map(move |b| ((u * 7 + b * b * 3 + u * u * b * 5) % 23) as f64)
            };
            let z: Vec<Vec<f64>> = (0..units).map(|u| row(u).collect()).collect();
            let found = measured(&z, batch);
            let [rank, alike] = naive(&z, batch);
            assert!(
                (found.effective_rank - rank).abs() < 1e-9 * rank,
                "{units} x {batch}"
            );
            assert!((found.alike - alike).abs() < 1e-9, "{units} x {batch}");
        }
    }

    #[test]
    fn equal_units_have_rank_one_and_share_everything() {
        let row: Vec<f64> = (0..9).map(|b| f64::from(b * b % 7)).collect();
        let found = measured(&vec![row.clone(); 6], 9);
        assert!((found.effective_rank - 1.0).abs() < 1e-12 && (found.alike - 1.0).abs() < 1e-12);
        // half of them with the other sign: still of rank one, and nothing in common
        let z: Vec<Vec<f64>> = (0..6)
            .map(|u| {
                row.iter()
                    .map(|v| if u % 2 == 0 { *v } else { -v })
                    .collect()
            })
            .collect();
        let found = measured(&z, 9);
        assert!((found.effective_rank - 1.0).abs() < 1e-12 && found.alike.abs() < 1e-12);
    }

    #[test]
    fn where_no_two_inputs_differ_nothing_is_known() {
        for (z, batch) in [(vec![vec![3.0; 4]; 5], 4), (vec![vec![1.0]; 5], 1)] {
            let found = measured(&z, batch);
            assert!(found.effective_rank.is_nan() && found.alike.is_nan());
        }
    }
}

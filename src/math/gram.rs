//! Inner products of the columns of `[unit][lane]` panels: single precision over 64 rows and double precision beyond, or double
//! precision throughout.
//!
//! With `eps = 2^-24` the former are off by `64 eps |a||b|` at most (`1e-7 |a||b|` as a rule), where `|a|`, `|b|` are the columns'
//! lengths; the latter by `rows 2^-53 |a||b|`, for a product of two numbers in single precision is exact in double precision.

use fearless_simd::{Simd, f32x16, f64x8, prelude::*};

use crate::math::product::registers;
use crate::math::simd::LANES;

/// Rows summed in single precision before they are added to a double.
pub const GRAM_ROWS: usize = 64;

/// Doubles in one vector.
const HALF: usize = LANES / 2;

/// Numbers that are widened at once: 32 KiB, a first-level cache.
const HELD: usize = 4096;

/// `gram[a][b] += sum_u p[u][a] p[u][b]` on and above the diagonal of `gram` (`lanes x lanes`); what is below is arbitrary
/// until [`mirror`] is called.
#[inline(always)]
pub fn add_upper_gram<S: Simd>(simd: S, panel: &[f32], lanes: usize, gram: &mut [f64]) {
    for block in panel.chunks(GRAM_ROWS * lanes) {
        blocks::<S, true>(simd, block, block, lanes, gram);
    }
}

/// [`add_upper_gram`] in double precision.
#[inline(always)]
pub fn add_upper_gram_in_doubles<S: Simd>(simd: S, panel: &[f32], lanes: usize, gram: &mut [f64]) {
    let block = (HELD / lanes).max(1) * lanes;
    let mut wide = vec![0.0; block];
    for panel in panel.chunks(block) {
        let wide = &mut wide[..panel.len()];
        for (from, to) in panel.chunks_exact(LANES).zip(wide.chunks_exact_mut(LANES)) {
            let (low, high) = f32x16::from_slice(simd, from).widen();
            low.store_slice(&mut to[..HALF]);
            high.store_slice(&mut to[HALF..]);
        }
        match registers(simd) {
            32 => tiles_in_doubles::<S, 8, 2>(simd, wide, lanes, gram),
            16 => tiles_in_doubles::<S, 4, 1>(simd, wide, lanes, gram),
            _ => tiles_in_doubles::<S, 2, 1>(simd, wide, lanes, gram),
        }
    }
}

/// `cross[a][b] += sum_u left[u][a] right[u][b]`, `lanes x lanes`.
#[inline(always)]
pub fn add_cross<S: Simd>(simd: S, left: &[f32], right: &[f32], lanes: usize, cross: &mut [f64]) {
    let block = GRAM_ROWS * lanes;
    for (left, right) in left.chunks(block).zip(right.chunks(block)) {
        blocks::<S, false>(simd, left, right, lanes, cross);
    }
}

/// Copies what is above the diagonal below it; nothing is left nothing.
pub fn mirror(gram: &mut [f64], lanes: usize) {
    for a in 1..gram.len() / lanes {
        for b in 0..a {
            gram[a * lanes + b] = gram[b * lanes + a];
        }
    }
}

#[inline(always)]
fn blocks<S: Simd, const UPPER: bool>(
    simd: S,
    left: &[f32],
    right: &[f32],
    lanes: usize,
    sums: &mut [f64],
) {
    let wide = lanes.is_multiple_of(2 * LANES);
    match registers(simd) {
        32 if wide && !UPPER => tiles::<S, 8, 2, UPPER>(simd, left, right, lanes, sums),
        32 => tiles::<S, 16, 1, UPPER>(simd, left, right, lanes, sums),
        16 => tiles::<S, 4, 1, UPPER>(simd, left, right, lanes, sums),
        _ => tiles::<S, 2, 1, UPPER>(simd, left, right, lanes, sums),
    }
}

/// The products in tiles of `A` lanes of `left` and `V` vectors of `right`; with `UPPER` those that reach the diagonal.
#[inline(always)]
fn tiles<S: Simd, const A: usize, const V: usize, const UPPER: bool>(
    simd: S,
    left: &[f32],
    right: &[f32],
    lanes: usize,
    sums: &mut [f64],
) {
    for a in (0..lanes).step_by(A) {
        for b in (0..lanes).step_by(V * LANES) {
            if UPPER && b + V * LANES <= a {
                continue;
            }
            let acc = outer_products::<S, A, V>(simd, left, right, lanes, [a, b]);
            for (i, row) in acc.iter().enumerate() {
                let slots = &mut sums[(a + i) * lanes + b..][..V * LANES];
                for (slots, sum) in slots.chunks_exact_mut(LANES).zip(row) {
                    let (low, high) = sum.widen();
                    let (first, last) = slots.split_at_mut(HALF);
                    (f64x8::from_slice(simd, first) + low).store_slice(first);
                    (f64x8::from_slice(simd, last) + high).store_slice(last);
                }
            }
        }
    }
}

/// Sums over rows of the outer products of lanes `a..a + A` of `left` with lanes `b..b + 16 V` of `right`; `at = [a, b]`.
#[inline(always)]
fn outer_products<S: Simd, const A: usize, const V: usize>(
    simd: S,
    left: &[f32],
    right: &[f32],
    lanes: usize,
    at: [usize; 2],
) -> [[f32x16<S>; V]; A] {
    let [a, b] = at;
    let mut acc = [[f32x16::splat(simd, 0.0); V]; A];
    for (left, right) in left.chunks_exact(lanes).zip(right.chunks_exact(lanes)) {
        let left = &left[a..][..A];
        let right = &right[b..][..V * LANES];
        let right: [f32x16<S>; V] =
            std::array::from_fn(|v| f32x16::from_slice(simd, &right[v * LANES..][..LANES]));
        for i in 0..A {
            let left = f32x16::splat(simd, left[i]);
            for v in 0..V {
                acc[i][v] = left.mul_add(right[v], acc[i][v]);
            }
        }
    }
    acc
}

/// The products on and above the diagonal in tiles of `A` lanes and `V` vectors of eight.
#[inline(always)]
fn tiles_in_doubles<S: Simd, const A: usize, const V: usize>(
    simd: S,
    panel: &[f64],
    lanes: usize,
    sums: &mut [f64],
) {
    for a in (0..lanes).step_by(A) {
        for b in (0..lanes).step_by(V * HALF) {
            if b + V * HALF <= a {
                continue;
            }
            let mut acc = [[f64x8::splat(simd, 0.0); V]; A];
            for row in panel.chunks_exact(lanes) {
                let left = &row[a..][..A];
                let right = &row[b..][..V * HALF];
                let right: [f64x8<S>; V] =
                    std::array::from_fn(|v| f64x8::from_slice(simd, &right[v * HALF..][..HALF]));
                for i in 0..A {
                    let left = f64x8::splat(simd, left[i]);
                    for v in 0..V {
                        acc[i][v] = left.mul_add(right[v], acc[i][v]);
                    }
                }
            }
            for (i, row) in acc.iter().enumerate() {
                let slots = &mut sums[(a + i) * lanes + b..][..V * HALF];
                for (slots, sum) in slots.chunks_exact_mut(HALF).zip(row) {
                    (f64x8::from_slice(simd, slots) + *sum).store_slice(slots);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::math::simd::dispatch;

    use super::*;
    use crate::math::simd::levels;

    fn numbers(length: usize, step: usize) -> Vec<f32> {
        (0..length)
            .map(|i| ((i * step) % 23) as f32 - 11.0)
            .collect()
    }

    #[test]
    fn inner_products_of_whole_numbers_are_exact_on_every_instruction_set() {
        for lanes in [16, 32, 48, 64] {
            let units = 150;
            let (left, right) = (numbers(units * lanes, 7), numbers(units * lanes, 5));
            let naive = |x: &[f32], y: &[f32], a: usize, b: usize| {
                let pairs = x.chunks_exact(lanes).zip(y.chunks_exact(lanes));
                pairs.map(|(x, y)| f64::from(x[a] * y[b])).sum::<f64>()
            };
            for (name, level) in levels() {
                let [mut gram, mut doubles, mut cross] = [(); 3].map(|()| vec![0.0; lanes * lanes]);
                dispatch!(level, simd => {
                    add_upper_gram(simd, &left, lanes, &mut gram);
                    add_upper_gram_in_doubles(simd, &left, lanes, &mut doubles);
                    add_cross(simd, &left, &right, lanes, &mut cross);
                });
                mirror(&mut gram, lanes);
                mirror(&mut doubles, lanes);
                assert_eq!(gram, doubles, "{name}");
                for a in 0..lanes {
                    for b in 0..lanes {
                        assert_eq!(gram[a * lanes + b], naive(&left, &left, a, b), "{name}");
                        assert_eq!(cross[a * lanes + b], naive(&left, &right, a, b), "{name}");
                    }
                }
            }
        }
    }
}

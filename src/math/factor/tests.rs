//! Factors of well-conditioned, graded, noisy and hostile Gram matrices.

use std::f64::consts::PI;

use super::*;

/// Units, and size of the graded matrices.
const UNITS: usize = 128;
const WIDE: usize = 64;

/// `XᵀX` of the columns of `x`.
fn gram<const SIZE: usize>(x: &[[f64; SIZE]]) -> Vec<f64> {
    let mut gram = vec![0.0; SIZE * SIZE];
    for row in x {
        for a in 0..SIZE {
            for b in 0..SIZE {
                gram[a * SIZE + b] += row[a] * row[b];
            }
        }
    }
    gram
}

/// Entry `(i, k)` of the orthogonal matrix of cosines.
fn cosine(size: usize, i: usize, k: usize) -> f64 {
    let first = if k == 0 { 0.5_f64.sqrt() } else { 1.0 };
    first * (2.0 / size as f64).sqrt() * (PI * (i as f64 + 0.5) * k as f64 / size as f64).cos()
}

/// A matrix whose singular values fall by `decades` from the first to the last, all its columns of the same kind: cosines times
/// singular values times cosines, and the singular vectors that it was made of.
fn graded(decades: f64) -> Vec<[f64; WIDE]> {
    let entry = |i: usize, b: usize| -> f64 {
        let size = |k: usize| 10_f64.powf(-decades * k as f64 / (WIDE - 1) as f64);
        (0..WIDE)
            .map(|k| cosine(UNITS, i, k) * size(k) * cosine(WIDE, b, k))
            .sum()
    };
    (0..UNITS)
        .map(|i| std::array::from_fn(|b| entry(i, b)))
        .collect()
}

/// `Q = X S`, its first `rank` columns.
fn basis(x: &[[f64; WIDE]], s: &[f64], rank: usize) -> Vec<Vec<f64>> {
    let column = |k: usize, row: &[f64; WIDE]| (0..WIDE).map(|a| row[a] * s[a * WIDE + k]).sum();
    (0..rank)
        .map(|k| x.iter().map(|row| column(k, row)).collect())
        .collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Largest `|N S_k|^2`.
fn amplification(gram: &[f64], s: &[f64], rank: usize) -> f64 {
    let of = |k: usize| -> f64 {
        (0..WIDE)
            .map(|a| gram[a * WIDE + a] * s[a * WIDE + k] * s[a * WIDE + k])
            .sum()
    };
    (0..rank).map(of).fold(0.0, f64::max)
}

#[test]
fn a_basis_of_graded_columns_is_orthonormal_and_spans_what_is_not_dropped() {
    for decades in [0.0, 2.0, 4.0, 8.0, 14.0] {
        let x = graded(decades);
        let gram = gram(&x);
        let mut factor = GramFactor::new(&gram, WIDE, WIDE);
        let s = factor.right_inverse();
        let rank = factor.rank();
        let q = basis(&x, &s, rank);
        let amplified = amplification(&gram, &s, rank);
        // 14 times the inverse of the smallest pivot was the most in networks
        assert!(
            amplified < 14.0 / RANK_TOLERANCE,
            "{decades}: {amplified:e}"
        );
        // inner products off by 128 roundings, and as much by the factorisation
        let bound = 2.0 * 128.0 * f64::EPSILON * amplified;
        for a in 0..rank {
            for b in 0..=a {
                let error = inner(&q[a], &q[b]) - if a == b { 1.0 } else { 0.0 };
                assert!(
                    error.abs() < bound,
                    "{decades}: {a} {b}: {error:e}, {bound:e}"
                );
            }
        }
        // what is left of a column, against its length
        for b in 0..WIDE {
            let column: Vec<f64> = x.iter().map(|row| row[b]).collect();
            let mut left = column.clone();
            for (k, q) in q.iter().enumerate() {
                let r = factor.r()[k * WIDE + b];
                left.iter_mut().zip(q).for_each(|(left, q)| *left -= q * r);
            }
            let share = inner(&left, &left) / inner(&column, &column);
            assert!(share < 1.01 * RANK_TOLERANCE, "{decades}: {b}: {share:e}");
        }
        // the first singular vector, known without any factorisation, lies in the span as far as columns were kept
        let known: Vec<f64> = (0..UNITS).map(|i| cosine(UNITS, i, 0)).collect();
        let inside: f64 = q.iter().map(|q| inner(q, &known).powi(2)).sum();
        assert!(
            (inside - 1.0).abs() < RANK_TOLERANCE.sqrt(),
            "{decades}: {inside}"
        );
    }
}

#[test]
fn noise_of_single_precision_makes_no_column_longer_than_it_is() {
    for decades in [4.0, 8.0] {
        let clean = gram(&graded(decades));
        for factor in [1, 3, 7, 11] {
            let mut noisy = clean.clone();
            for a in 0..WIDE {
                for b in 0..a {
                    // -1e-6, 0 or 1e-6 of the lengths: ten times what sums in single precision show
                    let sign = ((a * 31 + b * 17) * factor % 3) as f64 - 1.0;
                    let lengths = (clean[a * WIDE + a] * clean[b * WIDE + b]).sqrt();
                    noisy[a * WIDE + b] += 1e-6 * sign * lengths;
                    noisy[b * WIDE + a] = noisy[a * WIDE + b];
                }
            }
            let factor = GramFactor::new(&noisy, WIDE, WIDE);
            for b in 0..WIDE {
                let squares: f64 = (0..WIDE).map(|k| factor.r()[k * WIDE + b].powi(2)).sum();
                assert!(squares < noisy[b * WIDE + b] * (1.0 + 1e-12), "{decades}");
            }
        }
    }
}

#[test]
fn a_matrix_made_to_defeat_pivoting_loses_directions_rather_than_all_digits() {
    // Kahan: the pivots fall to 4e-4 alone, the inverse of the whole grows to 1e10
    let (cosine, sine) = (0.34_f64, 0.94_f64);
    let x: Vec<[f64; WIDE]> = (0..WIDE)
        .map(|k| {
            let row = sine.powi(k as i32);
            std::array::from_fn(|b| match b.cmp(&k) {
                std::cmp::Ordering::Less => 0.0,
                std::cmp::Ordering::Equal => row,
                std::cmp::Ordering::Greater => -cosine * row,
            })
        })
        .collect();
    let gram = gram(&x);
    let mut factor = GramFactor::new(&gram, WIDE, WIDE);
    let whole = factor.rank();
    let s = factor.right_inverse();
    assert!(factor.rank() < whole, "{} of {whole}", factor.rank());
    assert!(amplification(&gram, &s, WIDE) <= AMPLIFICATION);
    let unit = multiply(factor.r(), &s, WIDE, WIDE);
    for (at, value) in unit.iter().enumerate() {
        let kept = at % (WIDE + 1) == 0 && at / WIDE < factor.rank();
        // entries of S are 1e5 at most
        assert!(
            (value - f64::from(u8::from(kept))).abs() < 1e-9,
            "{at}: {value}"
        );
    }
}

#[test]
fn columns_far_from_dependent_are_pivoted_in_groups_and_others_among_all() {
    let plain = GramFactor::new(&gram(&graded(0.5)), WIDE, WIDE);
    assert!(!plain.is_graded());
    assert_eq!(plain.reach(), [16, 32, 48, 64]);
    let other = GramFactor::new(&gram(&graded(8.0)), WIDE, WIDE);
    assert!(other.is_graded());
    assert_eq!(other.reach(), [other.rank(); 4]);
}

const SIZE: usize = 16;

#[test]
fn the_factor_reproduces_a_well_conditioned_gram_matrix() {
    let x: Vec<[f64; SIZE]> = (0..40)
        .map(|i| std::array::from_fn(|j| ((i * 7 + j * j * 3 + i * i * j * 5) % 23) as f64 - 11.0))
        .collect();
    let gram = gram(&x);
    let mut factor = GramFactor::new(&gram, SIZE, SIZE);
    assert_eq!(factor.rank(), SIZE);
    let back = transposed_multiply(factor.r(), factor.r(), SIZE, SIZE);
    for (a, b) in back.iter().zip(&gram) {
        assert!((a - b).abs() < 1e-9, "{a} {b}");
    }
    let s = factor.right_inverse();
    let unit = multiply(factor.r(), &s, SIZE, SIZE);
    // Sᵀ K S = 1: the columns of X S are orthonormal
    let frame = transposed_multiply(&s, &multiply(&gram, &s, SIZE, SIZE), SIZE, SIZE);
    for matrix in [unit, frame] {
        for (at, value) in matrix.iter().enumerate() {
            let expected = if at % (SIZE + 1) == 0 { 1.0 } else { 0.0 };
            assert!((value - expected).abs() < 1e-9, "{at}: {value}");
        }
    }
}

#[test]
fn dependent_and_zero_columns_are_dropped_but_reproduced() {
    let x: Vec<[f64; SIZE]> = (0..8)
        .map(|i| {
            let mut row = [0.0; SIZE];
            (row[1], row[2]) = (1.0, f64::from(i) + 1.0);
            row[3] = 1e-12;
            row
        })
        .collect();
    let gram = gram(&x);
    let mut factor = GramFactor::new(&gram, SIZE, SIZE);
    assert_eq!(factor.rank(), 2);
    let s = factor.right_inverse();
    for row in &x {
        for b in 0..SIZE {
            let back: f64 = (0..SIZE)
                .flat_map(|a| (0..2).map(move |k| (a, k)))
                .map(|(a, k)| row[a] * s[a * SIZE + k] * factor.r()[k * SIZE + b])
                .sum();
            assert!((back - row[b]).abs() <= 1e-9 * row[b].abs().max(1e-12));
        }
    }
}

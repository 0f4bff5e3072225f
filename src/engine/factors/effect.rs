//! How much a factor changes a response, and how well that is known.

use crate::math::student::two_sided;

/// All intervals of one factor and response hold together in this share of repetitions.
const CONFIDENCE: f64 = 0.95;

/// Mean and standard error over runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Value {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; NaN for one run.
    pub error: f64,
}

impl Value {
    /// Of the runs of one level.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let square: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        Self {
            mean,
            error: (square / (n * (n - 1.0))).sqrt(),
        }
    }
}

/// The largest difference between two levels of a factor, run by run.
///
/// The interval is Student's for paired differences, for all pairs of levels together (Bonferroni), so that taking the largest
/// does no harm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Mean over runs of the difference, without sign; infinite where one level's response is.
    pub size: f64,
    /// Lower end of the 95 % interval, at least 0; NaN for one run.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Whether all levels gave the same bits in every run.
    pub identical: bool,
    /// The levels, lower response first: indices (of activations, for an interaction).
    pub levels: [usize; 2],
}

/// Of a factor: `values[level][run]`; `None` with fewer than two levels.
pub(super) fn main(values: &[Vec<f64>]) -> Option<Effect> {
    let pairs: Vec<[usize; 2]> = pairs(values.len()).collect();
    let contrasts = pairs.iter().map(|[a, b]| {
        let difference = values[*b]
            .iter()
            .zip(&values[*a])
            .map(|(b, a)| minus(*b, *a));
        (difference.collect(), [*a, *b])
    });
    largest(contrasts.collect())
}

/// Of two factors together, `values[a][b][run]`: the largest difference of differences
/// `(y[a][b] - y[a][b']) - (y[a'][b] - y[a'][b'])`.
pub(super) fn interaction(values: &[Vec<Vec<f64>>]) -> Option<Effect> {
    let columns = values.first().map_or(0, Vec::len);
    let mut contrasts = Vec::new();
    for [a, other] in pairs(values.len()) {
        for [b, last] in pairs(columns) {
            let runs = 0..values[a][b].len();
            let difference = runs.map(|run| {
                let at = |i: usize, j: usize| values[i][j][run];
                minus(
                    minus(at(other, b), at(other, last)),
                    minus(at(a, b), at(a, last)),
                )
            });
            contrasts.push((difference.collect(), [a, other]));
        }
    }
    largest(contrasts)
}

fn pairs(count: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..count).flat_map(move |b| (0..b).map(move |a| [a, b]))
}

/// Equal infinities differ by nothing.
fn minus(a: f64, b: f64) -> f64 {
    if a == b { 0.0 } else { a - b }
}

/// The contrast with the largest mean, its interval for all of them together.
fn largest(contrasts: Vec<(Vec<f64>, [usize; 2])>) -> Option<Effect> {
    let count = contrasts.len() as f64;
    let identical = contrasts
        .iter()
        .all(|(runs, _)| runs.iter().all(|d| *d == 0.0));
    let size = |runs: &[f64]| {
        let mean = Value::of(runs).mean.abs();
        // infinities of both signs
        if mean.is_nan() { f64::INFINITY } else { mean }
    };
    let (runs, [a, b]) = contrasts
        .into_iter()
        .max_by(|x, y| size(&x.0).total_cmp(&size(&y.0)))?;
    let value = Value::of(&runs);
    let half = match runs.len() {
        0 | 1 => f64::NAN,
        n => two_sided(1.0 - (1.0 - CONFIDENCE) / count, n - 1) * value.error,
    };
    let size = size(&runs);
    Some(Effect {
        size,
        low: if half.is_nan() {
            f64::NAN
        } else {
            (size - half).max(0.0)
        },
        high: size + half,
        identical,
        levels: if value.mean < 0.0 { [b, a] } else { [a, b] },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_effect_is_the_largest_paired_difference() {
        let runs = [
            vec![1.0, 2.0, 3.0],
            vec![1.5, 2.5, 3.5],
            vec![0.0, 1.0, 2.5],
        ];
        let effect = main(&runs).expect("levels");
        // level 2 to level 1: 1.5, 1.5, 1: mean 4/3, standard error 1/6; three pairs, t = 7.649 at 2 degrees of freedom
        assert_eq!(effect.levels, [2, 1]);
        assert!((effect.size - 4.0 / 3.0).abs() < 1e-12);
        assert!((effect.high - effect.size - 7.649 / 6.0).abs() < 1e-3);
        assert!(!effect.identical);
    }

    #[test]
    fn levels_with_the_same_bits_have_no_effect_with_certainty() {
        let effect = main(&[vec![0.1, 7.0], vec![0.1, 7.0]]).expect("levels");
        assert_eq!((effect.size, effect.low, effect.high), (0.0, 0.0, 0.0));
        assert!(effect.identical);
        assert_eq!(main(&[vec![1.0]]), None);
    }

    #[test]
    fn factors_that_only_add_do_not_interact() {
        let cell = |a: f64, b: f64| vec![a + b, a + b + 0.5];
        let added = [
            [cell(1.0, 0.0), cell(1.0, 3.0)],
            [cell(2.0, 0.0), cell(2.0, 3.0)],
        ];
        let added: Vec<Vec<Vec<f64>>> = added.map(Vec::from).into();
        assert_eq!(interaction(&added).map(|e| e.size), Some(0.0));
        let crossed = [
            [cell(0.0, 0.0), cell(0.0, 3.0)],
            [cell(0.0, 3.0), cell(0.0, 0.0)],
        ];
        let crossed: Vec<Vec<Vec<f64>>> = crossed.map(Vec::from).into();
        assert_eq!(interaction(&crossed).map(|e| e.size), Some(6.0));
    }
}

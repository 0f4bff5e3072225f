//! How much a factor changes a response, and how well that is known.

use crate::math::student::{normal_two_sided, two_sided};

/// All intervals of one factor and response hold together in this share of repetitions.
const CONFIDENCE: f64 = 0.95;

/// Mean and standard error over runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean.
    pub mean: f64,
    /// Standard error of the mean; NaN for one run.
    pub error: f64,
}

impl Estimate {
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

/// Wilson's score interval of a share: `successes` of `n >= 1`, for a normal quantile `z`; between 0 and 1, and never of width 0.
fn wilson(share: f64, n: f64, z: f64) -> [f64; 2] {
    let shrunk = 1.0 + z * z / n;
    let centre = share + z * z / (2.0 * n);
    let half = z * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    [
        ((centre - half) / shrunk).max(0.0),
        ((centre + half) / shrunk).min(1.0),
    ]
}

/// The 95 % interval of a share of runs.
#[must_use]
pub fn share_interval(values: &[f64]) -> [f64; 2] {
    let z = normal_two_sided(CONFIDENCE);
    wilson(Estimate::of(values).mean, values.len() as f64, z)
}

/// The largest difference between two levels of a factor, run by run.
///
/// The interval is Student's for paired differences, that of a share (0 or 1 a run) Newcombe's of Wilson's intervals of all shares
/// (Newcombe 1998, method 10, which takes them for independent); for all pairs of levels together (Bonferroni), so that taking the
/// largest does no harm. Of two factors together it is half the difference of the differences, so that a share has an effect of 1 at
/// most.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MainEffect {
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

/// A weighted sum of the levels or cells, and the two of them that it is told by.
struct Contrast<'a> {
    terms: Vec<(f64, &'a [f64])>,
    levels: [usize; 2],
}

/// What the numbers of a response are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResponseScale {
    /// Any number, or infinite.
    Number,
    /// Between 0 and 1.
    Part,
    /// 0 or 1 in every run.
    Share,
}

/// Of a factor: `values[level][run]`; `None` with fewer than two levels.
pub(super) fn main(values: &[Vec<f64>], scale: ResponseScale) -> Option<MainEffect> {
    let contrasts = pairs(values.len()).map(|[a, b]| Contrast {
        terms: vec![(1.0, &values[b][..]), (-1.0, &values[a][..])],
        levels: [a, b],
    });
    largest(&contrasts.collect::<Vec<_>>(), scale)
}

/// Of two factors together, `values[a][b][run]`: the largest half difference of differences
/// `((y[a][b] - y[a][b']) - (y[a'][b] - y[a'][b'])) / 2`.
pub(super) fn interaction(values: &[Vec<Vec<f64>>], scale: ResponseScale) -> Option<MainEffect> {
    let columns = values.first().map_or(0, Vec::len);
    let mut contrasts = Vec::new();
    for [a, other] in pairs(values.len()) {
        for [b, last] in pairs(columns) {
            contrasts.push(Contrast {
                terms: vec![
                    (0.5, &values[other][b][..]),
                    (-0.5, &values[other][last][..]),
                    (-0.5, &values[a][b][..]),
                    (0.5, &values[a][last][..]),
                ],
                levels: [a, other],
            });
        }
    }
    largest(&contrasts, scale)
}

fn pairs(count: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..count).flat_map(move |b| (0..b).map(move |a| [a, b]))
}

/// Opposite infinities cancel.
fn plus(a: f64, b: f64) -> f64 {
    if a == -b { 0.0 } else { a + b }
}

impl Contrast<'_> {
    /// The sum run by run; equal infinities differ by nothing.
    fn runs(&self) -> Vec<f64> {
        let runs = self.terms.first().map_or(0, |(_, values)| values.len());
        let sum = |run: usize| {
            let parts = self
                .terms
                .iter()
                .map(|(weight, values)| weight * values[run]);
            let parts: Vec<f64> = parts.collect();
            let two = parts
                .chunks(2)
                .map(|two| two.iter().copied().fold(0.0, plus));
            two.fold(0.0, plus)
        };
        (0..runs).map(sum).collect()
    }

    /// The interval of the mean at this level of confidence; of shares without regard to which runs they are of.
    fn interval(&self, mean: f64, runs: &[f64], confidence: f64, scale: ResponseScale) -> [f64; 2] {
        let n = runs.len();
        if n < 2 {
            return [f64::NAN; 2];
        }
        if scale != ResponseScale::Share {
            let half = two_sided(confidence, n - 1) * Estimate::of(runs).error;
            let most = if scale == ResponseScale::Part {
                1.0
            } else {
                f64::INFINITY
            };
            return [mean - half, mean + half].map(|end| end.clamp(-most, most));
        }
        let z = normal_two_sided(confidence);
        let (mut below, mut above) = (0.0, 0.0);
        for (weight, values) in &self.terms {
            let share = Estimate::of(values).mean;
            let [low, high] = wilson(share, n as f64, z);
            let (down, up) = (weight * (share - low), weight * (high - share));
            let (down, up) = if *weight > 0.0 {
                (down, up)
            } else {
                (up, down)
            };
            below += down * down;
            above += up * up;
        }
        [
            (mean - f64::sqrt(below)).max(-1.0),
            (mean + f64::sqrt(above)).min(1.0),
        ]
    }
}

/// The contrast with the largest mean, its interval for all of them together.
fn largest(contrasts: &[Contrast<'_>], scale: ResponseScale) -> Option<MainEffect> {
    let confidence = 1.0 - (1.0 - CONFIDENCE) / contrasts.len() as f64;
    let told = contrasts.iter().map(|contrast| (contrast, contrast.runs()));
    let told: Vec<(&Contrast<'_>, Vec<f64>)> = told.collect();
    let identical = told.iter().all(|(_, runs)| runs.iter().all(|d| *d == 0.0));
    let size = |runs: &[f64]| {
        let mean = Estimate::of(runs).mean.abs();
        // infinities of both signs
        if mean.is_nan() { f64::INFINITY } else { mean }
    };
    let (contrast, runs) = told
        .iter()
        .max_by(|x, y| size(&x.1).total_cmp(&size(&y.1)))?;
    let mean = Estimate::of(runs).mean;
    let [low, high] = contrast.interval(mean, runs, confidence, scale);
    let ([low, high], [a, b]) = if mean < 0.0 {
        ([-high, -low], [contrast.levels[1], contrast.levels[0]])
    } else {
        ([low, high], contrast.levels)
    };
    Some(MainEffect {
        size: size(runs),
        // what is NaN stays so
        low: if low < 0.0 { 0.0 } else { low },
        high,
        identical,
        levels: [a, b],
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
        let effect = main(&runs, ResponseScale::Number).expect("levels");
        // level 2 to level 1: 1.5, 1.5, 1: mean 4/3, standard error 1/6; three pairs, t = 7.649 at 2 degrees of freedom
        assert_eq!(effect.levels, [2, 1]);
        assert!((effect.size - 4.0 / 3.0).abs() < 1e-12);
        assert!((effect.high - effect.size - 7.649 / 6.0).abs() < 1e-3);
        assert!(!effect.identical);
    }

    #[test]
    fn levels_with_the_same_bits_have_no_effect_with_certainty() {
        let effect =
            main(&[vec![0.1, 7.0], vec![0.1, 7.0]], ResponseScale::Number).expect("levels");
        assert_eq!((effect.size, effect.low, effect.high), (0.0, 0.0, 0.0));
        assert!(effect.identical);
        assert_eq!(main(&[vec![1.0]], ResponseScale::Number), None);
    }

    #[test]
    fn factors_that_only_add_do_not_interact() {
        let cell = |a: f64, b: f64| vec![a + b, a + b + 0.5];
        let added = [
            [cell(1.0, 0.0), cell(1.0, 3.0)],
            [cell(2.0, 0.0), cell(2.0, 3.0)],
        ];
        let added: Vec<Vec<Vec<f64>>> = added.map(Vec::from).into();
        assert_eq!(
            interaction(&added, ResponseScale::Number).map(|e| e.size),
            Some(0.0)
        );
        let crossed = [
            [cell(0.0, 0.0), cell(0.0, 3.0)],
            [cell(0.0, 3.0), cell(0.0, 0.0)],
        ];
        let crossed: Vec<Vec<Vec<f64>>> = crossed.map(Vec::from).into();
        assert_eq!(
            interaction(&crossed, ResponseScale::Number).map(|e| e.size),
            Some(3.0)
        );
    }

    #[test]
    fn the_interval_of_a_share_is_wilsons() {
        // Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
        for (successes, n, low, high) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let [l, h] = wilson(successes / n, n, normal_two_sided(0.95));
            assert!((l - low).abs() < 6e-5 && (h - high).abs() < 6e-5, "{l} {h}");
        }
    }

    #[test]
    fn shares_differ_by_0_to_100_percent_and_never_with_certainty() {
        let runs = |learn: usize| (0..8).map(|r| if r < learn { 1.0 } else { 0.0 }).collect();
        for a in 0..=8 {
            for b in 0..=8 {
                let (x, y): (Vec<f64>, Vec<f64>) = (runs(a), runs(b));
                let grid = [[x.clone(), y.clone()], [y.clone(), x.clone()]].map(Vec::from);
                let effects = [
                    main(&[x, y], ResponseScale::Share),
                    interaction(&grid, ResponseScale::Share),
                ];
                for effect in effects.map(|effect| effect.expect("two levels")) {
                    let share = 0.0..=1.0;
                    assert!(share.contains(&effect.low) && share.contains(&effect.high));
                    assert!(effect.low <= effect.size && effect.size <= effect.high);
                    assert!(effect.high - effect.low > 0.05, "{effect:?}");
                }
            }
        }
        // Newcombe 1998, Statistics in Medicine 17, 873, method 10: 56 of 70 against 48 of 80
        let runs = |learn: usize, n: usize| -> Vec<f64> {
            (0..n).map(|r| if r < learn { 1.0 } else { 0.0 }).collect()
        };
        let z = normal_two_sided(0.95);
        let ends = [(56.0, 70.0), (48.0, 80.0)].map(|(x, n)| wilson(x / n, n, z));
        let [below, above] = [
            (0.8 - ends[0][0]).hypot(ends[1][1] - 0.6),
            (ends[0][1] - 0.8).hypot(0.6 - ends[1][0]),
        ];
        assert!((0.2 - below - 0.0524).abs() < 1e-4 && (0.2 + above - 0.3339).abs() < 1e-4);
        let [low, high] = share_interval(&runs(20, 20));
        assert!(low > 0.83 && low < 0.84 && high == 1.0);
    }
}

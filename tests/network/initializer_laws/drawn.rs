//! What the library draws for its users: whole matrices against the exact laws, against the textbook, against the simulation.

use initscope::math::stream::{Purpose, StreamKey};
use initscope::net::bias::BiasLaw;
use initscope::net::framework::Framework;
use initscope::net::initializer::{Initializer, WeightLaw, zeros_per_column};
use initscope::sim::source::biases;
use ndarray::{Array2, Axis};
use rand::{RngExt, SeedableRng};
use rand_distr::Distribution;
use rand_xoshiro::Xoshiro256PlusPlus;

use super::sampled::{dense, key, matrix};

/// Probability that a correct sampler fails any of the comparisons of one test, with another seed.
const ALPHA: f64 = 1e-3;

/// Largest distance between two empirical distributions, over the bound that it exceeds with probability `alpha` at most:
/// `P(D > λ sqrt(2/n)) <= 2 exp(-2λ²)` for two samples of `n >= 458` (Wei & Dudley 2012). Ties make it smaller.
fn distance(mut a: Vec<f32>, mut b: Vec<f32>, alpha: f64) -> f64 {
    assert!(a.len() == b.len() && a.len() >= 458);
    a.sort_unstable_by(f32::total_cmp);
    b.sort_unstable_by(f32::total_cmp);
    let n = a.len() as f64;
    let below = |all: &[f32], x: f32| all.partition_point(|v| *v <= x) as f64 / n;
    let gap = a
        .iter()
        .chain(&b)
        .map(|x| (below(&a, *x) - below(&b, *x)).abs())
        .fold(0.0, f64::max);
    let lambda = (-(alpha / 2.0).ln() / 2.0).sqrt();
    gap / (lambda * (2.0 / n).sqrt())
}

/// Every initializer in every dialect, square, tall and wide; equal laws once.
fn cases() -> Vec<(String, WeightLaw, usize, usize)> {
    let mut cases: Vec<(String, WeightLaw, usize, usize)> = Vec::new();
    for (fan_in, fan_out) in [(6, 6), (9, 4), (3, 8)] {
        for initializer in Initializer::all() {
            for framework in Framework::ALL {
                let law = initializer.law(framework, fan_in, fan_out, 1.0);
                if !cases
                    .iter()
                    .any(|(_, l, i, o)| (*l, *i, *o) == (law, fan_in, fan_out))
                {
                    let name = format!("{initializer} of {framework:?}, {fan_in} -> {fan_out}");
                    cases.push((name, law, fan_in, fan_out));
                }
            }
        }
    }
    cases
}

/// One entry of each of 4,000 matrices, so that entries are independent whatever the law: its distribution is the textbook's, its
/// mean and second moment are the exact ones. Three comparisons a case, Bonferroni; the two moments by the normal limit.
#[test]
fn every_initializer_draws_its_law_in_every_dialect_and_shape() {
    let cases = cases();
    let alpha = ALPHA / (3 * cases.len()) as f64;
    let deviations = normal_quantile(alpha);
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(16);
    let draws = 4000;
    for (name, law, i, o) in &cases {
        let drawn: Vec<f32> = (0..draws)
            .map(|_| {
                let w = law.sample(*i, *o, &mut rng);
                w[[rng.random_range(0..*o), rng.random_range(0..*i)]]
            })
            .collect();
        let entry = law.entry(*i, *o);
        let textbook = (0..draws).map(|_| entry.sample(&mut rng)).collect();
        let moment = |power: i32| {
            let sum: f64 = drawn.iter().map(|w| f64::from(*w).powi(power)).sum();
            sum / f64::from(draws)
        };
        let far = distance(drawn.clone(), textbook, alpha);
        assert!(far <= 1.0, "{name}: {far} of the allowed distance");
        let (mean, variance) = (law.mean(*i, *o), law.variance(*i, *o));
        let allowed = deviations * (variance / f64::from(draws)).sqrt() + 1e-6 * mean.abs();
        assert!(
            (moment(1) - mean).abs() <= allowed,
            "{name}: mean {}",
            moment(1)
        );
        // about the mean: sd of (w - mean)² is variance · sqrt(kurtosis - 1)
        let spread = moment(2) - 2.0 * mean * moment(1) + mean * mean;
        let kurtosis = law.kurtosis(*i, *o).unwrap_or(1.0);
        let allowed = deviations * variance * ((kurtosis - 1.0) / f64::from(draws)).sqrt()
            + 1e-6 * law.second_moment(*i, *o);
        assert!(
            (spread - variance).abs() <= allowed,
            "{name}: {spread} not {variance}"
        );
    }
}

/// `x` with `P(|N(0, 1)| > x) = alpha`, by bisection.
fn normal_quantile(alpha: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if libm::erfc(middle * std::f64::consts::FRAC_1_SQRT_2) > alpha {
            low = middle;
        } else {
            high = middle;
        }
    }
    high
}

/// 131,072 entries of one matrix of each law with independent entries, and as many biases, against the textbook.
#[test]
fn the_fast_fills_are_the_textbook_distributions() {
    let (fan_in, fan_out) = (256, 512);
    let count = fan_in * fan_out;
    let truncated = |raw_std: f64, cut: f64| WeightLaw::TruncatedNormal {
        mean: 0.0,
        raw_std,
        low: -cut,
        high: cut,
    };
    let cut = |mean, raw_std, low, high| WeightLaw::TruncatedNormal {
        mean,
        raw_std,
        low,
        high,
    };
    let weights = [
        WeightLaw::Normal {
            mean: 0.0,
            std: 0.3,
        },
        WeightLaw::Normal {
            mean: -1.0,
            std: 0.3,
        },
        cut(0.5, 1.0, 0.0, 3.0),
        cut(-0.1, 0.02, -2.0, -0.09),
        cut(2.0, 0.5, 1.9, 2.0),
        WeightLaw::Uniform {
            low: -0.1,
            high: 0.1,
        },
        WeightLaw::Uniform {
            low: 0.0,
            high: 0.01,
        },
        truncated(0.05, 0.1),
        truncated(3.0, 2.0),
        truncated(0.6, 2.0),
        truncated(0.3, 2.0),
        truncated(1e4, 2.0),
    ];
    let laws = [
        BiasLaw::Normal {
            mean: 0.0,
            std: 0.2,
        },
        BiasLaw::Normal {
            mean: 0.5,
            std: 0.2,
        },
        BiasLaw::symmetric(0.05),
        BiasLaw::Uniform {
            low: -0.1,
            high: 0.2,
        },
    ];
    let alpha = ALPHA / (weights.len() + laws.len()) as f64;
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(17);
    for law in weights {
        let drawn = law
            .sample(fan_in, fan_out, &mut rng)
            .into_raw_vec_and_offset()
            .0;
        let entry = law.entry(fan_in, fan_out);
        let textbook = (0..count).map(|_| entry.sample(&mut rng)).collect();
        let far = distance(drawn, textbook, alpha);
        assert!(far <= 1.0, "{law:?}: {far} of the allowed distance");
    }
    for law in laws {
        let key = StreamKey {
            seed: rng.random(),
            draw: 0,
            layer: 1,
            purpose: Purpose::Biases,
        };
        let drawn = biases(law, count, key).expect("not all zero");
        let textbook = law.sample_iter(&mut rng).take(count).collect();
        let far = distance(drawn, textbook, alpha);
        assert!(far <= 1.0, "{law:?}: {far} of the allowed distance");
    }
}

#[test]
fn the_matrix_is_the_simulations_own() {
    for (name, law, i, o) in cases() {
        let mut ours = vec![0.0; i * o];
        law.fill(key(5), [o, i], i, &mut ours);
        let simulated = matrix(&*dense(law, i, o), i, o, 5);
        for (a, b) in ours.iter().zip(&simulated) {
            // the reflectors of an orthogonal matrix round as they go; a column of any other law is exact
            let allowed = match law {
                WeightLaw::Orthogonal { .. } => 1e-6,
                _ => 0.0,
            };
            assert!((a - b).abs() <= allowed, "{name}: {a} not {b}");
        }
    }
}

#[test]
fn an_orthogonal_matrix_of_any_shape_is_orthogonal_times_its_gain() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(18);
    for (fan_in, fan_out) in [(1, 1), (40, 40), (100, 17), (17, 100), (1, 30), (200, 130)] {
        let law = WeightLaw::Orthogonal { gain: 1.5 };
        let q = law.sample(fan_in, fan_out, &mut rng).mapv(f64::from);
        let squared = if fan_out >= fan_in {
            q.t().dot(&q)
        } else {
            q.dot(&q.t())
        };
        let wanted = Array2::<f64>::eye(fan_in.min(fan_out)) * 2.25;
        let off = (squared - wanted)
            .mapv(f64::abs)
            .into_iter()
            .fold(0.0, f64::max);
        // so many reflectors, each exact to a few rounding errors of 2^-24
        let allowed = fan_in.max(fan_out) as f64 * 1e-6;
        assert!(off < allowed, "{fan_in} -> {fan_out}: {off}");
    }
}

#[test]
fn a_sparse_matrix_has_its_zeros_in_every_column_and_not_in_the_same_rows() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(19);
    for (sparsity, fan_in, fan_out) in
        [(0.1, 50, 30), (0.33, 200, 50), (0.9, 300, 100), (1.0, 4, 3)]
    {
        let law = WeightLaw::Sparse { sparsity, std: 1.0 };
        let zero = law.sample(fan_in, fan_out, &mut rng).mapv(|w| w == 0.0);
        let zeros = zeros_per_column(sparsity, fan_out);
        for column in zero.axis_iter(Axis(1)) {
            assert_eq!(column.iter().filter(|z| **z).count(), zeros);
        }
        let mut patterns: Vec<Vec<bool>> = zero.axis_iter(Axis(1)).map(|c| c.to_vec()).collect();
        patterns.sort();
        patterns.dedup();
        assert!(patterns.len() == 1 || patterns.len() > fan_in / 2);
        assert_eq!(patterns.len() == 1, zeros == fan_out);
    }
}

#[test]
fn conventions_are_those_of_the_frameworks_and_what_is_not_random_is_exact() {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(20);
    let mut of = |text: &str, framework: Framework| {
        let initializer: Initializer = text.parse().expect("a name");
        initializer
            .law(framework, 400, 300, 1.0)
            .sample(400, 300, &mut rng)
    };
    let ends = |w: &Array2<f32>| {
        let largest = w.iter().copied().fold(f32::MIN, f32::max);
        (w.iter().copied().fold(f32::MAX, f32::min), largest)
    };
    // Keras cuts a named normal at two raw standard deviations, PyTorch does not
    let cut = (2.0 * (2.0 / 400_f64).sqrt() / 0.879_625_661_034_239_8) as f32 * 1.000_001;
    let (low, high) = ends(&of("he_normal", Framework::Keras));
    assert!(-cut <= low && high <= cut && high > 0.99 * cut);
    assert!(ends(&of("he_normal", Framework::PyTorch)).1 > 1.2 * cut);
    // Flax draws from 0 on
    let (low, high) = ends(&of("random_uniform(0.1)", Framework::Flax));
    assert!((0.0..1e-4).contains(&low) && (0.0999..=0.1).contains(&high));
    assert!(ends(&of("random_uniform(0.1)", Framework::Keras)).0 < -0.0999);
    // PyTorch cuts at two, whatever the standard deviation
    let (low, high) = ends(&of("truncated_normal(3)", Framework::PyTorch));
    assert!((-2.000_001..-1.99).contains(&low) && (1.99..2.000_001).contains(&high));
    let eye = of("identity", Framework::PyTorch);
    assert_eq!(eye.dim(), (300, 400));
    assert!(
        eye.indexed_iter()
            .all(|((r, c), w)| *w == f32::from(r == c))
    );
    assert!(of("ones", Framework::Flax).iter().all(|w| *w == 1.0));
    assert!(of("zeros", Framework::Burn).iter().all(|w| *w == 0.0));
    assert!(
        of("constant(-0.25)", Framework::Candle)
            .iter()
            .all(|w| *w == -0.25)
    );
}

#[test]
fn a_generator_in_the_same_state_draws_the_same_matrix() {
    let he: Initializer = "he_uniform".parse().expect("a name");
    let draw = |seed| he.sample(70, 30, &mut Xoshiro256PlusPlus::seed_from_u64(seed));
    assert_eq!(draw(1), draw(1));
    assert_ne!(draw(1), draw(2));
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(1);
    assert_ne!(he.sample(70, 30, &mut rng), he.sample(70, 30, &mut rng));
}

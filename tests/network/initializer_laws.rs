//! The laws against `tests/data/initializers.csv`: exact moments, and what PyTorch, Keras and JAX drew (see the README there).

mod drawn;
mod reference;
mod sampled;

use initscope::net::framework::Framework;
use initscope::net::initializer::{Initializer, WeightLaw};

use reference::laws;

/// `a` is `b` up to `ulps` units of double precision, relative.
fn close(a: f64, b: f64, ulps: f64) -> bool {
    a == b || (a - b).abs() <= ulps * f64::EPSILON * b.abs()
}

#[test]
fn mean_std_and_support_are_those_of_the_exact_law() {
    for (row, law) in laws() {
        let (i, o) = (row.fan_in, row.fan_out);
        assert!(close(law.mean(i, o), row.mean, 2.0), "{}: mean", row.name());
        let std = law.std(i, o);
        assert!(
            close(std, row.std, 4.0),
            "{}: {std} not {}",
            row.name(),
            row.std
        );
        let (low, high) = law.support();
        let same = close(low, row.support.0, 4.0) && close(high, row.support.1, 4.0);
        assert!(
            same,
            "{}: [{low}, {high}] not {:?}",
            row.name(),
            row.support
        );
        if let (WeightLaw::TruncatedNormal { raw_std, .. }, Some(raw)) = (law, row.raw_std) {
            assert!(close(raw_std, raw, 4.0), "{}: raw std", row.name());
        }
    }
}

#[test]
fn kurtosis_is_that_of_the_exact_law_to_the_digits_of_the_table() {
    for (row, law) in laws() {
        // The table has 10 digits.
        match (law.kurtosis(row.fan_in, row.fan_out), row.kurtosis) {
            (Some(ours), Some(exact)) => {
                assert!(
                    (ours / exact - 1.0).abs() < 1e-9,
                    "{}: {ours} not {exact}",
                    row.name()
                );
            }
            (ours, exact) => assert_eq!(ours, exact, "{}", row.name()),
        }
    }
}

/// Standardised even moments 4, 6, 8 of the entries, where they are independent and symmetric about the mean.
fn moments(law: WeightLaw, fan_out: usize) -> Option<[f64; 3]> {
    Some(match law {
        WeightLaw::Normal { .. } => [3.0, 15.0, 105.0],
        WeightLaw::Uniform { .. } => [9.0 / 5.0, 27.0 / 7.0, 81.0 / 9.0],
        WeightLaw::TruncatedNormal { raw_std, high, .. } => {
            // E x^k = (k-1) E x^(k-2) - 2 c^(k-1) pdf(c) / mass, cut at ±c.
            let c = high / raw_std;
            let pdf = (-c * c / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let tail = 2.0 * pdf / libm::erf(c / 2_f64.sqrt());
            let mut raw = vec![1.0];
            for k in [2, 4, 6, 8] {
                raw.push(f64::from(k - 1) * raw[raw.len() - 1] - c.powi(k - 1) * tail);
            }
            [2, 3, 4].map(|half: usize| raw[half] / raw[1].powi(half as i32))
        }
        WeightLaw::Sparse { sparsity, .. } => {
            let p = 1.0 - (sparsity * fan_out as f64).ceil() / fan_out as f64;
            [3.0 / p, 15.0 / p.powi(2), 105.0 / p.powi(3)]
        }
        _ => return None,
    })
}

/// Standard error of the sample kurtosis of independent entries, from their standardised moments 4, 6 and 8.
fn kurtosis_se([m4, m6, m8]: [f64; 3], draws: f64) -> f64 {
    // Delta method for m4 / m2²: Var = Var x⁴ + 4 m4² Var x² - 4 m4 Cov(x⁴, x²).
    let variance = (m8 - m4 * m4) + 4.0 * m4 * m4 * (m4 - 1.0) - 4.0 * m4 * (m6 - m4);
    (variance / draws).sqrt()
}

/// Every sampled mean, std and kurtosis within 4 standard errors: 373 comparisons with random numbers, so the table of a
/// correct sampler fails with probability below 373 * 6.3e-5 = 2.4 % (it is fixed, and passes).
#[test]
fn what_the_libraries_drew_is_within_four_standard_errors() {
    let mut compared = 0;
    for (row, law) in laws() {
        let (i, o) = (row.fan_in, row.fan_out);
        let (mean, std) = (law.mean(i, o), law.std(i, o));
        let check = |what: &str, measured: f64, ours: f64, se: f64| {
            // f32 entries and sums: 1e-6 relative beside the sampling error; the table has 6 digits of the errors.
            let allowed = 4.0 * se * (1.0 + 1e-2) + 1e-6 * ours.abs();
            let off = (measured - ours).abs();
            assert!(
                off <= allowed,
                "{}: {what} {measured} not {ours} ± {se}",
                row.name()
            );
        };
        match law {
            // One matrix, nothing random: the measured moments are the moments.
            WeightLaw::Identity { .. } | WeightLaw::Constant { .. } => {
                check("mean", row.measured[0], mean, 0.0);
                check("std", row.measured[1], std, 0.0);
            }
            // ||O||_F is exact, so E[w²] has no error; entries are nearly independent in the mean only.
            WeightLaw::Orthogonal { .. } => {
                let second = row.measured[0].hypot(row.measured[1]);
                check("root mean square", second, std, 0.0);
                check("mean", row.measured[0], mean, row.se_mean);
                compared += 1;
            }
            _ => {
                check("mean", row.measured[0], mean, row.se_mean);
                check("std", row.measured[1], std, row.se_std);
                let [m4, m6, m8] = moments(law, o).expect("independent entries");
                let se = kurtosis_se([m4, m6, m8], row.draws);
                check("kurtosis", row.measured[2], m4, se);
                compared += 3;
            }
        }
    }
    assert_eq!(compared, 373);
}

#[test]
fn famous_names_have_the_bounds_of_their_papers() {
    let law = |text: &str, framework| -> WeightLaw {
        text.parse::<Initializer>()
            .expect("a name")
            .law(framework, 300, 100, 1.0)
    };
    let WeightLaw::Uniform { low, high } = law("glorot_uniform", Framework::Keras) else {
        panic!("uniform");
    };
    assert_eq!(
        (low, high),
        (-(6.0 / 400_f64).sqrt(), (6.0 / 400_f64).sqrt())
    );
    assert_eq!(
        law("he_normal", Framework::Burn),
        WeightLaw::Normal {
            mean: 0.0,
            std: (2.0 / 300_f64).sqrt()
        }
    );
    assert_eq!(
        law("random_uniform(0.2)", Framework::Flax),
        WeightLaw::Uniform {
            low: 0.0,
            high: 0.2
        }
    );
    assert_eq!(
        law("truncated_normal(3)", Framework::PyTorch),
        WeightLaw::TruncatedNormal {
            mean: 0.0,
            raw_std: 3.0,
            low: -2.0,
            high: 2.0
        }
    );
}

#[test]
fn the_gain_multiplies_every_moment_of_every_law_in_every_dialect() {
    for initializer in Initializer::all() {
        for framework in Framework::ALL {
            let [plain, tripled] = [1.0, 3.0].map(|gain| initializer.law(framework, 48, 20, gain));
            assert!(
                close(tripled.std(48, 20), 3.0 * plain.std(48, 20), 4.0),
                "{initializer}"
            );
            assert!(
                close(tripled.mean(48, 20), 3.0 * plain.mean(48, 20), 4.0),
                "{initializer}"
            );
            let kurtosis = |law: WeightLaw| law.kurtosis(48, 20).unwrap_or(0.0);
            assert!(
                close(kurtosis(tripled), kurtosis(plain), 16.0),
                "{initializer}"
            );
        }
    }
}

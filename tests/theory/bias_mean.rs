//! Biases with a mean: against sums of a plain grid, and against simulation.

use std::f64::consts::PI;
use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::prediction::predict;
use initscope::engine::snapshot::{LayerStats, Summary};
use initscope::math::special::normal_cdf;
use initscope::net::activation::Activation;
use initscope::net::spec::Spec;
use initscope::report::table::Rows;
use initscope::report::theory::Propagation;
use initscope::theory::curve::{CurveRequest, LayerLaw, curve};

fn of(name: &str) -> Activation {
    name.parse().expect("an activation")
}

/// `E f(u)` over N(0, 1), by the trapezoidal rule within 9 standard deviations: 1e-12 for smooth `f`, the square of its step for a corner.
fn mean(f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1.0 / 64.0;
    let term = |i: i32| {
        let x = f64::from(i) * STEP;
        (-0.5 * x * x).exp() / (2.0 * PI).sqrt() * STEP * f(x)
    };
    (-576..=576).map(term).sum()
}

/// `E f(u, v)` over two independent ones.
fn expect(f: impl Fn(f64, f64) -> f64) -> f64 {
    mean(|u| mean(|v| f(u, v)))
}

/// `[E z^2, E x^2, 1 - c, E (dl/dz)^2]` of each layer, straight from the definition of the network, with `z = mean + sqrt(v) u`.
fn naive(phi: &Activation, law: LayerLaw, depth: usize) -> Vec<[f64; 4]> {
    let phi = phi.phi();
    let (mut v, mut covariance) = (law.sigma_w2 + law.sigma_b2, law.sigma_b2);
    let mut layers = Vec::new();
    for _ in 0..depth {
        let z = |u: f64| law.mean_b + v.sqrt() * u;
        let c = covariance / v;
        let pair = |u: f64, w: f64| [z(u), z(c * u + (1.0 - c * c).max(0.0).sqrt() * w)];
        let second = mean(|u| phi.value(z(u)).powi(2));
        let product = expect(|u, w| pair(u, w).map(|z| phi.value(z)).iter().product());
        let slope = mean(|u| phi.derivative(z(u)).powi(2));
        let q = v + law.mean_b.powi(2);
        layers.push([q, second, (v - covariance) / q, slope]);
        (v, covariance) = (
            law.sigma_w2 * second + law.sigma_b2,
            law.sigma_w2 * product + law.sigma_b2,
        );
    }
    let mut above = 1.0;
    for layer in layers.iter_mut().rev() {
        layer[3] *= above;
        above = layer[3] * law.back_w2;
    }
    layers
}

#[test]
fn curves_are_those_of_a_plain_sum() {
    // what the tables of overlaps promise, in each of six layers
    const SMOOTH: [f64; 2] = [6e-7; 2];
    // a corner between the points of the grid: its step squared for values, half its step times a density of 0.4 for slopes, which jump
    const CORNER: [f64; 2] = [1e-4, 6.0 * 0.4 / 128.0];
    for (name, sigma_w2, sigma_b2, mean_b, tolerance) in [
        ("tanh", 1.5, 0.0, 0.4, SMOOTH),
        ("tanh", 2.0, 0.05, -0.7, SMOOTH),
        ("gelu", 1.8, 0.01, 0.3, SMOOTH),
        ("relu", 2.0, 0.0, 0.1, CORNER),
        ("relu", 2.0, 0.1, -0.2, CORNER),
    ] {
        let law = LayerLaw {
            mean_b,
            ..LayerLaw::square(sigma_w2, sigma_b2)
        };
        let activation = of(name);
        let found = curve(&CurveRequest {
            activation: &activation,
            first: law,
            rest: law,
            depth: 6,
            q0: 1.0,
            c0: 0.0,
            batch: 2,
            overlaps: true,
        })
        .expect("known");
        for (l, want) in naive(&activation, law, 6).iter().enumerate() {
            let got = [
                found.z_second_moment[l],
                found.x_second_moment[l],
                found.distinguishability[l],
                found.grad_z[l],
            ];
            for (n, (got, want)) in got.iter().zip(want).enumerate() {
                let (want, tolerance) = (want.log10(), tolerance[usize::from(n == 3)]);
                assert!(
                    (got - want).abs() < tolerance,
                    "{name} mean {mean_b}, layer {}: {got}, not {want}",
                    l + 1
                );
            }
        }
    }
}

#[test]
fn a_mean_of_zero_changes_nothing() {
    let tanh = of("tanh");
    let law = LayerLaw::square(1.5, 0.1);
    let still = Propagation::predict(&tanh, law, 8).expect("known");
    let zero = Propagation::predict(&tanh, LayerLaw { mean_b: 0.0, ..law }, 8).expect("known");
    assert_eq!(still.json(), zero.json());
    assert!(!still.json().contains("bias_mean"));
    let tiny = LayerLaw {
        mean_b: 1e-9,
        ..law
    };
    let tiny = Propagation::predict(&tanh, tiny, 8).expect("known");
    assert!(tiny.json().contains("\"bias_mean\":1e-9"));
    let numbers = |text: String| -> Vec<f64> {
        let cells = text.split([',', '\n']);
        cells.filter_map(|cell| cell.parse().ok()).collect()
    };
    for (a, b) in numbers(still.csv()).iter().zip(numbers(tiny.csv())) {
        assert!((a - b).abs() < 1e-7, "{a} and {b}");
    }
}

#[test]
fn the_limit_is_that_of_deep_layers() {
    for (name, sigma_w2, mean_b) in [("tanh", 2.5, 0.3), ("gelu", 1.0, -0.5), ("relu", 1.0, 0.2)] {
        let law = LayerLaw {
            mean_b,
            ..LayerLaw::square(sigma_w2, 0.0)
        };
        let found = Propagation::predict(&of(name), law, 400).expect("known");
        let json: serde_json::Value = serde_json::from_str(&found.json()).expect("JSON");
        let limit = |key: &str| json["fixed_point"][key].as_f64().expect("a number");
        let last = &json["layers"][399];
        let deep = |key: &str| 10_f64.powf(last[key].as_f64().expect("a number"));
        let q = deep("z_second_moment_log10");
        assert!((limit("q_star") / q - 1.0).abs() < 1e-6, "{name}: {q}");
        let c = 1.0 - deep("distinguishability_log10");
        assert!((limit("c_star") - c).abs() < 1e-6, "{name}: {c}");
    }
    let dying = LayerLaw {
        mean_b: -0.5,
        ..LayerLaw::square(1.0, 0.0)
    };
    let table = Propagation::predict(&of("relu"), dying, 4)
        .expect("known")
        .table(Rows::All);
    assert!(
        table.contains("Var z falls to 0, q to the square of the mean, exponentially"),
        "{table}"
    );
    assert!(table.contains("q_star        0.25"), "{table}");
}

#[test]
fn what_is_not_known_says_so() {
    for text in [
        "relu_squared/he_normal 64x4 bias=constant(0.1)",
        "hardshrink/he_normal 64x4 bias=normal(0.1,mean=0.2)",
    ] {
        let spec: Spec = text.parse().expect("a network");
        let error = predict(&spec).expect_err("refused").to_string();
        assert!(error.starts_with("biases with mean "), "{error}");
    }
}

/// Networks with a mean in their biases, drawn at two widths. What finite width does to the mean of a logarithm falls as one over the width: four
/// times as wide, the gap between theory and draws is a quarter, here at most half of it. Noise of both: alpha = 1 % over all comparisons
/// (Bonferroni, normal quantile over 32 draws widened to Student's by `1 + (z^2 + 1)/(4 draws)`, Cornish-Fisher), times the standard errors.
#[test]
fn draws_come_nearer_to_theory_as_one_over_the_width() {
    const ALPHA: f64 = 0.01;
    const DRAWS: f64 = 32.0;
    let networks = [
        ("tanh/variance_scaling(1.5,fan_in,normal)", "constant(0.3)"),
        ("relu/he_normal", "constant(0.1)"),
        ("relu/he_normal", "normal(0.1,mean=-0.2)"),
        ("gelu/he_normal", "constant(-0.5)"),
        ("selu/orthogonal", "uniform(0.1,0.3)"),
        ("sigmoid/glorot_normal", "constant(1)"),
    ];
    const DEPTH: usize = 6;
    let comparisons = (networks.len() * DEPTH * 3) as f64;
    let z =
        initscope::math::root::brent(0.0, 8.0, |z| normal_cdf(-z) - ALPHA / (2.0 * comparisons));
    let quantile = z * (1.0 + (z * z + 1.0) / (4.0 * DRAWS));
    for (head, bias) in networks {
        // the gap and its standard error, three curves a layer
        let gaps = |width: usize| -> Vec<[f64; 2]> {
            let text = format!(
                "{head} {width}x{DEPTH} bias={bias} framework=pytorch batch=16 draws=32 seed=3"
            );
            let spec: Spec = text.parse().expect("a network");
            let expected = predict(&spec).expect("known");
            let note = expected.note.as_deref();
            assert!(note.is_some_and(|n| n.ends_with("biases with a mean")));
            let theory = [
                &expected.signal,
                &expected.gradient,
                &expected.distinguishability,
            ];
            let snapshot = Engine::new(Arc::new(spec)).run();
            let known = |(l, layer): (usize, &LayerStats)| {
                let gradient = layer.grad_z.expect("arrived");
                let measured = [layer.z_second_moment, gradient, layer.distinguishability];
                let pairs = measured.into_iter().zip(theory);
                pairs
                    .map(|(measured, theory): (Summary, _)| {
                        [measured.log10_mean - theory[l].mid, measured.log10_se]
                    })
                    .collect::<Vec<_>>()
            };
            snapshot.layers.iter().enumerate().flat_map(known).collect()
        };
        for (at, ([narrow, a], [wide, b])) in gaps(256).into_iter().zip(gaps(1024)).enumerate() {
            let allowed = 0.5 * narrow.abs() + quantile * (0.5 * a).hypot(b);
            assert!(
                wide.abs() <= allowed,
                "{head} {bias}, curve {} of layer {}: off by {wide:.5} at 1024 and {narrow:.5} at 256, allowed {allowed:.5}",
                at % 3,
                at / 3 + 1
            );
        }
    }
}

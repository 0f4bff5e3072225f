//! The matrix-free law against the dense one: the same distribution of everything that is measured.
//!
//! Two-sample Kolmogorov-Smirnov tests over every statistic of every layer, `N` networks each way, different seeds. The
//! family-wise alpha is 0.1 % (Bonferroni over all comparisons): `D > sqrt(-ln(alpha / (2 m)) / 2) sqrt(2 / N)` rejects.

use std::sync::Arc;

use initscope::net::framework::Framework;
use initscope::net::spec::{Bias, Draft, Draws, Method, Spec};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::{Layer, Record};
use initscope::sim::team::Team;
use rayon::prelude::*;

const ALPHA: f64 = 1e-3;
const NETWORKS: u32 = 3000;

type Field = (&'static str, fn(&Layer) -> f64);

const FIELDS: [Field; 9] = [
    ("z second moment", |l| l.z_second_moment),
    ("z variance", |l| l.z_variance),
    ("x second moment", |l| l.x_second_moment),
    ("x variance", |l| l.x_variance),
    ("grad z", |l| l.grad_z),
    ("grad x", |l| l.grad_x),
    ("grad W", |l| l.grad_w),
    ("grad b", |l| l.grad_b),
    ("distinguishability", |l| l.distinguishability),
];

struct Case {
    activation: &'static str,
    initializer: &'static str,
    gain: f64,
    width: usize,
    input_dim: Option<usize>,
    batch: usize,
    bias: f64,
}

fn case(activation: &'static str, initializer: &'static str, gain: f64, width: usize) -> Case {
    Case {
        activation,
        initializer,
        gain,
        width,
        input_dim: None,
        batch: 5,
        bias: 0.0,
    }
}

fn draws(case: &Case, method: Method, seed: u64) -> Vec<Record> {
    let spec = Spec::new(Draft {
        activation: case.activation.parse().unwrap(),
        initializer: Some(case.initializer.parse().unwrap()),
        framework: Framework::PyTorch,
        gain: case.gain,
        bias: Bias::Normal(case.bias),
        width: case.width,
        input_dim: case.input_dim,
        depth: 6,
        batch: case.batch,
        seed,
        draws: Draws::Exactly(1),
        ..Draft::default()
    })
    .unwrap();
    let plan = Arc::new(Plan::with_method(&spec, method));
    (0..NETWORKS)
        .into_par_iter()
        .map(|index| {
            let mut draw = Draw::new(Arc::clone(&plan), index);
            draw.advance(u64::MAX / 4, Team::Alone);
            draw.into_record()
        })
        .collect()
}

/// Largest distance between two empirical distribution functions.
fn distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let (mut i, mut j, mut worst) = (0, 0, 0.0_f64);
    while i < a.len() && j < b.len() {
        let at = a[i].min(b[j]);
        i += a[i..].iter().take_while(|v| **v <= at).count();
        j += b[j..].iter().take_while(|v| **v <= at).count();
        worst = worst.max((i as f64 / a.len() as f64 - j as f64 / b.len() as f64).abs());
    }
    worst
}

#[test]
fn matrix_free_networks_have_the_law_of_dense_ones() {
    let cases = [
        case("relu", "he_normal", 1.0, 8),
        case("relu", "he_normal", 1.0, 48),
        case("tanh", "lecun_normal", 1.0, 32),
        case("tanh", "lecun_normal", 2.0, 32),
        Case {
            bias: 0.3,
            batch: 20,
            ..case("gelu", "he_normal", 1.0, 40)
        },
        Case {
            input_dim: Some(20),
            ..case("tanh", "glorot_normal", 1.3, 32)
        },
        Case {
            input_dim: Some(80),
            batch: 1,
            ..case("selu", "lecun_normal", 1.0, 24)
        },
        case("tanh", "orthogonal", 1.0, 32),
        case("tanh", "orthogonal", 1.7, 32),
        case("relu", "orthogonal", 1.4, 64),
    ];
    let comparisons = cases.len() * 6 * FIELDS.len();
    let bound = (-(ALPHA / (2.0 * comparisons as f64)).ln() / 2.0).sqrt()
        * (2.0 / f64::from(NETWORKS)).sqrt();
    let (mut failures, mut made, mut largest) = (Vec::new(), 0, 0.0_f64);
    for case in &cases {
        let dense = draws(case, Method::Dense, 1);
        let free = draws(case, Method::MatrixFree, 2);
        for layer in 0..6 {
            for (name, field) in FIELDS {
                let pick = |records: &[Record]| {
                    records
                        .iter()
                        .map(|r| field(&r.layers[layer]))
                        .collect::<Vec<_>>()
                };
                let (a, b) = (pick(&dense), pick(&free));
                if case.batch == 1 && name == "distinguishability" {
                    assert!(a.iter().chain(&b).all(|v| v.is_nan()));
                    continue;
                }
                let d = distance(a, b);
                made += 1;
                largest = largest.max(d);
                if d > bound {
                    failures.push(format!(
                        "{} {} gain {} width {}: layer {} {name}: D = {d:.4} > {bound:.4}",
                        case.activation,
                        case.initializer,
                        case.gain,
                        case.width,
                        layer + 1
                    ));
                }
            }
        }
    }
    println!("{made} comparisons, largest distance {largest:.4}, bound {bound:.4}");
    assert!(failures.is_empty(), "{failures:#?}");
}

#[test]
fn distinguishability_keeps_falling_at_the_rate_of_theory_far_below_single_precision() {
    // PyTorch's default layer with ReLU: the random bias fixes the signal, differences shrink by sigma_w^2 / 2 = 1/6 a layer
    let spec = Spec::new(Draft {
        activation: "relu".parse().unwrap(),
        framework: Framework::PyTorch,
        width: 512,
        depth: 80,
        draws: Draws::Exactly(1),
        ..Draft::default()
    })
    .unwrap();
    let plan = Arc::new(Plan::new(&spec));
    let rates: Vec<f64> = (0..24)
        .into_par_iter()
        .map(|index| {
            let mut draw = Draw::new(Arc::clone(&plan), index);
            draw.advance(u64::MAX / 4, Team::Alone);
            let layers = draw.into_record().layers;
            (layers[79].distinguishability - layers[29].distinguishability) / 50.0
        })
        .collect();
    let mean = rates.iter().sum::<f64>() / 24.0;
    let variance = rates.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / 23.0;
    // four standard errors, and the drift -beta/2 of a product of random factors: 5 / (2 n) nats a layer at most
    let tolerance =
        4.0 * (variance / 24.0).sqrt() + 5.0 / (2.0 * 512.0) * std::f64::consts::LOG10_E;
    let expected = (1.0_f64 / 6.0).log10();
    assert!(
        (mean - expected).abs() < tolerance,
        "{mean} against {expected}, tolerance {tolerance}"
    );
}

//! The matrix-free law against the dense one: the same distribution of everything that is measured.
//!
//! Shallow networks: two-sample Kolmogorov-Smirnov tests over every statistic of every layer, `N` networks each way, different seeds. The
//! family-wise alpha is 0.1 % (Bonferroni over all comparisons): `D > sqrt(-ln(alpha / (2 m)) / 2) sqrt(2 / N)` rejects.
//!
//! Deep and wide ones, whose inputs become nearly dependent: two-sample rank sums (Mann-Whitney) over every statistic of every
//! layer, family-wise alpha 1 % (Bonferroni: `p < alpha / m` rejects, with the normal law of the rank sum, whose tails are longer
//! than the exact ones). They need no moments and bear networks that have died. With `INITSCOPE_WHOLE_GRID` every cell of the grid
//! that fits its share of time, otherwise a few.

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
    depth: usize,
    networks: u32,
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
        depth: 6,
        networks: NETWORKS,
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
        depth: case.depth,
        batch: case.batch,
        seed,
        draws: Draws::Exactly(1),
        ..Draft::default()
    })
    .unwrap();
    let plan = Arc::new(Plan::with_method(&spec, method));
    (0..case.networks)
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
        case("tanh", "orthogonal", 1.0, 48),
        case("tanh", "orthogonal", 1.7, 48),
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

/// Two-sided p-value of the rank-sum test, ties sharing their ranks.
fn rank_sum(a: &[f64], b: &[f64]) -> f64 {
    let marked = a.iter().map(|v| (*v, true));
    let mut all: Vec<(f64, bool)> = marked.chain(b.iter().map(|v| (*v, false))).collect();
    all.sort_unstable_by(|x, y| x.0.total_cmp(&y.0));
    let (n, m, total) = (a.len() as f64, b.len() as f64, all.len() as f64);
    let (mut sum, mut ties, mut at) = (0.0, 0.0, 0);
    while at < all.len() {
        let same = all[at..].iter().take_while(|v| v.0 == all[at].0).count();
        let rank = at as f64 + (same as f64 + 1.0) / 2.0;
        sum += rank * all[at..at + same].iter().filter(|v| v.1).count() as f64;
        ties += (same as f64).powi(3) - same as f64;
        at += same;
    }
    let variance = n * m / 12.0 * (total + 1.0 - ties / (total * (total - 1.0)));
    let z = (sum - n * (total + 1.0) / 2.0) / variance.sqrt();
    if variance > 0.0 {
        libm::erfc(z.abs() / std::f64::consts::SQRT_2)
    } else {
        1.0
    }
}

/// Multiply-adds of one network, both ways.
fn work(batch: usize, width: usize, depth: usize) -> f64 {
    let (lanes, width) = (batch.next_multiple_of(16) as f64, width as f64);
    let layer = 2.0 * width * width * lanes + 7.0 * width * lanes * lanes + 3.0 * lanes.powi(3);
    depth as f64 * (layer + 60.0 * width * lanes + 2e5)
}

/// Every batch, width, activation and law at the greatest depth (4, 2, 1 or half the width) of which 16 networks fit into the
/// cell's share of the work; up to 200 networks.
fn grid() -> Vec<Case> {
    const SHARE: f64 = 1e10;
    let mut cells = Vec::new();
    for batch in [8, 16, 32, 64, 128, 256] {
        for width in [16_usize, 32, 64, 128, 256, 512] {
            let depths = [4 * width, 2 * width, width, width / 2];
            let fits = |depth: &usize| 16.0 * work(batch, width, *depth) <= SHARE;
            let Some(depth) = depths.into_iter().find(fits) else {
                println!("batch {batch} width {width}: left out, too much work");
                continue;
            };
            let networks = (SHARE / work(batch, width, depth)).min(200.0) as u32;
            for activation in ["relu", "leaky_relu", "tanh", "gelu", "hard_tanh"] {
                let cell = |initializer, gain| Case {
                    batch,
                    depth,
                    networks,
                    ..case(activation, initializer, gain, width)
                };
                cells.push(cell("he_normal", 1.0));
                // smaller orthogonal layers are dense either way
                if width >= 3 * batch.next_multiple_of(16) {
                    cells.push(cell(
                        "orthogonal",
                        if activation == "tanh" { 1.0 } else { 1.414 },
                    ));
                }
            }
        }
    }
    cells
}

/// A few cells of the grid, and inputs of one dimension, which a smooth activation spreads over all decades of size.
fn part_of_the_grid() -> Vec<Case> {
    let cell = |activation, initializer, gain, [width, depth, batch]: [usize; 3], networks| Case {
        batch,
        depth,
        networks,
        ..case(activation, initializer, gain, width)
    };
    vec![
        cell("relu", "he_normal", 1.0, [64, 100, 32], 60),
        cell("relu", "he_normal", 1.0, [32, 128, 16], 60),
        cell("leaky_relu", "he_normal", 1.0, [64, 64, 64], 24),
        cell("relu", "orthogonal", 1.414, [96, 96, 32], 32),
        Case {
            input_dim: Some(1),
            bias: 0.5,
            ..cell("tanh", "he_normal", 1.0, [64, 64, 32], 60)
        },
    ]
}

#[test]
fn deep_networks_and_wide_batches_have_the_law_of_dense_ones() {
    const ALPHA: f64 = 0.01;
    let whole = std::env::var_os("INITSCOPE_WHOLE_GRID").is_some();
    let cells = if whole { grid() } else { part_of_the_grid() };
    let mut found = Vec::new();
    for cell in &cells {
        let dense = draws(cell, Method::Dense, 1);
        let free = draws(cell, Method::MatrixFree, 2);
        let before = found.len();
        for layer in 0..cell.depth {
            for (name, field) in FIELDS {
                let pick = |records: &[Record]| -> Vec<f64> {
                    records.iter().map(|r| field(&r.layers[layer])).collect()
                };
                let p = rank_sum(&pick(&dense), &pick(&free));
                found.push((p, format!("layer {} {name}", layer + 1)));
            }
        }
        let (least, place) = found[before..]
            .iter()
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .unwrap();
        let name = format!(
            "{}/{}({}) {}x{} batch {}, {} networks",
            cell.activation,
            cell.initializer,
            cell.gain,
            cell.width,
            cell.depth,
            cell.batch,
            cell.networks
        );
        let count = found.len() - before;
        println!("{name}: least p of {count} {least:.1e} at {place}");
        found[before..]
            .iter_mut()
            .for_each(|f| f.1 = format!("{name}: {}", f.1));
    }
    let bound = ALPHA / found.len() as f64;
    let failed: Vec<_> = found.iter().filter(|f| !(f.0 >= bound)).collect();
    println!(
        "{} cells, {} comparisons, bound {bound:.1e}",
        cells.len(),
        found.len()
    );
    assert!(
        failed.is_empty(),
        "{}: {:#?}",
        failed.len(),
        &failed[..failed.len().min(20)]
    );
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

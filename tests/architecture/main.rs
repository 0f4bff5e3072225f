//! Architectures that the program does not have, each one row made of the operations that it has: residual networks of constant scale.
//! They are simulated dense and matrix-free, forward and backward, and predicted, by the same code as plain ones.
//!
//! - Exact: every measured statistic of a dense network against a naive one in double precision with the same weights, gradients by
//!   difference quotients of the loss. Tolerance: sums of at most 32 products in at most 12 maps, rounded at `2^-24` each: `5e-5` of
//!   a mean square at the very worst, in decades `2e-5`; twice that.
//! - In law: dense against matrix-free by two-sample Kolmogorov-Smirnov tests over every statistic of every layer, family-wise alpha
//!   0.1 % (Bonferroni).
//! - Theory: means over draws against the maps `q' = q + s^2 q_f`, `chi = 1 + s^2 chi_f` by Student's t, family-wise alpha 1 %
//!   (Bonferroni), with `1/n` a layer for what theory leaves out.

use std::sync::Arc;

use initscope::math::team::Team;
use initscope::net::architecture::{Architecture, linear};
use initscope::net::spec::{Method, Spec};
use initscope::net::tape::{JoinScale, Linear, Op, Section, Tape};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::{Layer, Record};
use initscope::theory::curve::{Curve, Entry, LayerLaw, fold};
use initscope::theory::error::TheoryError;
use rayon::prelude::*;

mod exact;
mod memory;
mod stages;

/// Scale of every branch.
const S: f64 = 0.6;

/// The activation first: the stream is what activations are given, and Gaussian.
const PREACTIVATED: Architecture = Architecture {
    name: "preactivated",
    equation: "y' = y + s (W phi(y) + b)",
    tape: |spec| {
        let block = vec![
            Op::Fork,
            phi(spec),
            Op::Linear(linear(spec, 2)),
            join(1.0, S),
        ];
        let first = vec![Op::Linear(linear(spec, 1))];
        Tape::new(first, block, spec.depth() - 1, vec![phi(spec)])
    },
};

/// The activation last.
const POSTACTIVATED: Architecture = Architecture {
    name: "postactivated",
    equation: "x' = x + s phi(W x + b)",
    tape: |spec| {
        let block = vec![
            Op::Fork,
            Op::Linear(linear(spec, 2)),
            phi(spec),
            join(1.0, S),
        ];
        let first = vec![Op::Linear(linear(spec, 1)), phi(spec)];
        Tape::new(first, block, spec.depth() - 1, Vec::new())
    },
};

/// Two matrices a block, with more units between them than outside, and a factor of the stream.
const BOTTLE: Architecture = Architecture {
    name: "two matrices",
    equation: "y' = 0.8 y - s (V phi(W phi(y) + b) + c)",
    tape: |spec| {
        let (width, middle) = (spec.width(), spec.width() + spec.width() / 2);
        let matrix = |fan_in, fan_out| {
            let initializer = spec.effective_initializer();
            Op::Linear(Linear {
                fan_in,
                fan_out,
                weights: initializer.law(spec.framework(), fan_in, fan_out, spec.gain()),
                biases: spec.bias_law(2),
            })
        };
        let block = vec![
            Op::Fork,
            phi(spec),
            matrix(width, middle),
            phi(spec),
            matrix(middle, width),
            join(0.8, -S),
        ];
        let first = vec![Op::Linear(linear(spec, 1))];
        Tape::new(first, block, (spec.depth() - 1) / 2, vec![phi(spec)])
    },
};

const ALL: [Architecture; 3] = [PREACTIVATED, POSTACTIVATED, BOTTLE];

fn phi(spec: &Spec) -> Op<Linear> {
    Op::Phi(spec.activation().clone())
}

fn join(skip: f64, branch: f64) -> Op<Linear> {
    Op::Join(JoinScale { skip, branch })
}

fn record(spec: &Spec, tape: &Tape, method: Method, draw: u32) -> Record {
    let plan = Arc::new(Plan::with_tape(spec, tape, method));
    let mut draw = Draw::new(plan, draw);
    draw.advance(u64::MAX / 4, Team::Alone);
    draw.into_record()
}

type Field = (&'static str, fn(&Layer) -> f64);

const FIELDS: [Field; 7] = [
    ("z second moment", |l| l.z_second_moment),
    ("x second moment", |l| l.x_second_moment),
    ("grad z", |l| l.grad_z),
    ("grad x", |l| l.grad_x),
    ("grad W", |l| l.grad_w),
    ("grad b", |l| l.grad_b),
    ("distinguishability", |l| l.distinguishability),
];

/// Largest distance between two empirical distribution functions.
pub(crate) fn distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
    a.sort_unstable_by(f64::total_cmp);
    b.sort_unstable_by(f64::total_cmp);
    let below =
        |sorted: &[f64], at: f64| sorted.partition_point(|v| *v <= at) as f64 / sorted.len() as f64;
    let both = a.iter().chain(&b);
    both.map(|at| (below(&a, *at) - below(&b, *at)).abs())
        .fold(0.0, f64::max)
}

#[test]
fn matrix_free_draws_have_the_law_of_dense_ones() {
    const ALPHA: f64 = 1e-3;
    const DEPTH: usize = 5;
    let whole = std::env::var_os("INITSCOPE_WHOLE_GRID").is_some();
    let draws: u32 = if whole { 10_000 } else { 1000 };
    let cases = [
        "tanh/he_normal 32x5 bias=0.3 batch=5 framework=pytorch",
        "relu/he_normal 40x5 batch=5 input_dim=20 framework=pytorch",
        "gelu/orthogonal 48x5 batch=5",
    ];
    let comparisons = cases.len() * ALL.len() * DEPTH * FIELDS.len();
    let bound =
        (-(ALPHA / (2.0 * comparisons as f64)).ln() / 2.0).sqrt() * (2.0 / f64::from(draws)).sqrt();
    let mut largest = 0.0_f64;
    for text in cases {
        for architecture in ALL {
            let records = |method, seed| -> Vec<Record> {
                let spec: Spec = text.parse().expect("a spec");
                let spec = spec.with(|draft| draft.seed = seed).expect("a spec");
                let tape = (architecture.tape)(&spec);
                (0..draws)
                    .into_par_iter()
                    .map(|draw| record(&spec, &tape, method, draw))
                    .collect()
            };
            let (dense, free) = (records(Method::Dense, 1), records(Method::MatrixFree, 2));
            for layer in 0..DEPTH {
                for (what, field) in FIELDS {
                    let pick = |records: &[Record]| -> Vec<f64> {
                        records.iter().map(|r| field(&r.layers[layer])).collect()
                    };
                    let found = distance(pick(&dense), pick(&free));
                    largest = largest.max(found);
                    let name = architecture.name;
                    assert!(
                        found <= bound,
                        "{name} {text}, layer {}, {what}: D = {found:.4} > {bound:.4}",
                        layer + 1
                    );
                }
            }
        }
    }
    println!("{comparisons} comparisons, largest distance {largest:.4}, bound {bound:.4}");
}

fn predicted(spec: &Spec, architecture: Architecture) -> Result<Curve, TheoryError> {
    let laws = LayerLaw::tape(&(architecture.tape)(spec))?;
    fold(
        laws,
        Entry {
            q0: spec.input().mean_square(),
            c0: spec.input().overlap(),
            batch: spec.batch(),
            overlaps: spec.batch() > 1,
        },
    )
}

#[test]
fn the_folded_maps_are_those_of_a_residual_network() {
    // ReLU with He's weights: q_f = q, chi_f = 1; q' = (1 + s^2) q and the same for the gradient
    let spec: Spec = "relu/he_normal 64x9 batch=1 framework=pytorch"
        .parse()
        .expect("a spec");
    let curve = predicted(&spec, PREACTIVATED).expect("known");
    let step = (1.0 + S * S).log10();
    let first = 2_f64.log10();
    for (l, q) in curve.z_second_moment.iter().enumerate() {
        assert!(
            (q - first - l as f64 * step).abs() < 1e-9,
            "layer {}",
            l + 1
        );
    }
    for (l, g) in curve.grad_z.iter().enumerate() {
        let above = (8 - l) as f64;
        assert!(
            (g - 0.5_f64.log10() - above * step).abs() < 1e-9,
            "layer {}",
            l + 1
        );
    }
    // a branch whose mean is not 0 is correlated with the stream
    let refused = predicted(&spec, POSTACTIVATED).expect_err("no map");
    assert!(
        matches!(refused, TheoryError::Architecture { .. }),
        "{refused}"
    );
    let odd: Spec = "tanh/he_normal 64x9 batch=1 framework=pytorch"
        .parse()
        .expect("a spec");
    assert!(predicted(&odd, POSTACTIVATED).is_ok());
}

/// Two-sided quantile of Student's t with 63 degrees of freedom for `1e-2 / (2 * 192)` on a side, by the normal quantile 4.06 and the
/// first terms of Fisher's expansion, `t = u + (u^3 + u) / (4 n) + (5 u^5 + 16 u^3 + 3 u) / (96 n^2)`.
const T: f64 = 4.06 + (66.9 + 4.06) / 252.0 + (5515.0 + 1071.0 + 12.0) / 381_024.0;

#[test]
fn the_ensemble_lies_where_the_folded_maps_expect_it() {
    const DRAWS: u32 = 64;
    const UNITS: f64 = 512.0;
    let cases = [
        (
            "relu/he_normal 512x16 batch=4 framework=pytorch",
            PREACTIVATED,
        ),
        (
            "tanh/he_normal 512x16 batch=4 bias=0.2 framework=pytorch",
            PREACTIVATED,
        ),
        ("gelu/he_normal 512x17 batch=4 framework=pytorch", BOTTLE),
        (
            "tanh/glorot_normal 512x16 batch=4 framework=pytorch",
            POSTACTIVATED,
        ),
    ];
    let mut largest = 0.0_f64;
    for (seed, (text, architecture)) in cases.into_iter().enumerate() {
        let spec: Spec = text.parse().expect("a spec");
        let spec = spec.with(|draft| draft.seed = seed as u64).expect("a spec");
        let tape = (architecture.tape)(&spec);
        let curve = predicted(&spec, architecture).expect("known");
        let records: Vec<Record> = (0..DRAWS)
            .into_par_iter()
            .map(|draw| record(&spec, &tape, Method::Auto, draw))
            .collect();
        let depth = tape.depth();
        for l in 0..depth {
            let channels: [(Field, f64, usize); 3] = [
                (
                    ("signal", |l| l.z_second_moment),
                    curve.z_second_moment[l],
                    l + 1,
                ),
                (("gradient", |l| l.grad_z), curve.grad_z[l], depth),
                (
                    ("difference", |l| l.z_second_moment + l.distinguishability),
                    curve.z_second_moment[l] + curve.distinguishability[l],
                    l + 1,
                ),
            ];
            for ((what, field), expected, layers) in channels {
                let ratios = || {
                    let values = records.iter().map(|r| field(&r.layers[l]));
                    values.map(|v| 10_f64.powf(v - expected))
                };
                let count = f64::from(DRAWS);
                let mean = ratios().sum::<f64>() / count;
                let variance = ratios().map(|r| (r - mean).powi(2)).sum::<f64>() / (count - 1.0);
                let bound = T * (variance / count).sqrt() + layers as f64 / UNITS;
                let error = (mean - 1.0).abs();
                largest = largest.max(error / bound);
                let name = architecture.name;
                assert!(
                    error < bound,
                    "{name} {text}, layer {}, {what}: {mean:.4} of what theory expects, bound {bound:.4}",
                    l + 1
                );
            }
        }
    }
    println!("largest share of a bound {largest:.2}");
}

#[test]
fn a_thousand_blocks_that_double_the_stream_are_carried_by_exponents() {
    // alone beside He's weights, s = 1: q and the squared gradient double in every block, 2^1200 = 10^361
    let spec: Spec = "relu/he_normal 256x1201 batch=4 framework=pytorch"
        .parse()
        .expect("a spec");
    let block = vec![
        Op::Fork,
        phi(&spec),
        Op::Linear(linear(&spec, 2)),
        join(1.0, 1.0),
    ];
    let first = vec![Op::Linear(linear(&spec, 1))];
    let tape = Tape::new(first, block, 1200, vec![phi(&spec)]);
    let record = record(&spec, &tape, Method::Auto, 0);
    let [first, last] = [0, 1200].map(|l| &record.layers[l]);
    let doubled = 1200.0 * 2_f64.log10();
    // the logarithm of one draw: a noise of variance near 5/n and a shift near 5/(2 n) nats a block at most
    let (n, blocks) = (256.0_f64, 1200.0_f64);
    let nats = 5.0 * (5.0 * blocks / n).sqrt() + 2.5 * blocks / n;
    let bound = nats / std::f64::consts::LN_10;
    let signal = last.z_second_moment - first.z_second_moment - doubled;
    let gradient = first.grad_z - last.grad_z - doubled;
    assert!(signal.abs() < bound, "{signal} decades, bound {bound}");
    assert!(gradient.abs() < bound, "{gradient} decades, bound {bound}");
    assert!(last.distinguishability.is_finite() && last.distinguishability < 0.0);
}

#[test]
fn a_branch_of_scale_zero_leaves_the_stream_alone() {
    let spec: Spec = "tanh/he_normal 48x6 batch=4 framework=pytorch"
        .parse()
        .expect("a spec");
    let block = vec![
        Op::Fork,
        phi(&spec),
        Op::Linear(linear(&spec, 2)),
        join(1.0, 0.0),
    ];
    let first = vec![Op::Linear(linear(&spec, 1))];
    let tape = Tape::new(first, block, 5, vec![phi(&spec)]);
    for method in [Method::Dense, Method::MatrixFree] {
        let layers = record(&spec, &tape, method, 0).layers;
        for pair in layers.windows(2) {
            assert_eq!(pair[0].z_second_moment, pair[1].z_second_moment);
            assert!((pair[0].grad_z - pair[1].grad_z).abs() < 1e-6);
            assert_eq!(pair[1].grad_w, f64::NEG_INFINITY);
        }
    }
}

/// What a section is, in words: the test reads the structure that it has built.
#[test]
fn sections_are_the_operations_between_matrices() {
    let spec: Spec = "relu/he_normal 8x100 framework=pytorch"
        .parse()
        .expect("a spec");
    let tape = (PREACTIVATED.tape)(&spec);
    assert_eq!((tape.depth(), tape.distinct().len()), (100, 3));
    let kind = |section: &Section<Linear>| {
        let stream = section.before.map(|op| (op.join.is_some(), op.fork));
        (stream, section.phi.is_some(), section.after)
    };
    assert_eq!(kind(tape.section(1)), (Some((false, true)), true, None));
    assert_eq!(kind(tape.section(50)), (Some((true, true)), true, None));
    assert_eq!(kind(tape.section(100)), (Some((true, false)), true, None));
}

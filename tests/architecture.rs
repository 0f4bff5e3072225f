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

use initscope::math::panel::{Panel, padded};
use initscope::math::stream::{Key, Purpose};
use initscope::math::team::Team;
use initscope::net::activation::Activation;
use initscope::net::architecture::{Architecture, linear};
use initscope::net::spec::{Method, Spec};
use initscope::net::tape::{Linear, Op, Scale, Section, Stream, Tape};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::{Layer, Record};
use initscope::sim::source::{cotangents, noise_inputs};
use initscope::theory::curve::{Entry, LayerLaw, fold};
use initscope::theory::error::TheoryError;
use initscope::train::matrix::Matrix;
use initscope::train::plan::Shape;
use rayon::prelude::*;

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
    Op::Join(Scale { skip, branch })
}

fn record(spec: &Spec, tape: &Tape, method: Method, draw: u32) -> Record {
    let plan = Arc::new(Plan::with_tape(spec, tape, method));
    let mut draw = Draw::new(plan, draw);
    draw.advance(u64::MAX / 4, Team::Alone);
    draw.into_record()
}

/// A network with its weights in double precision, one input and one unit at a time.
struct Naive<'a> {
    tape: &'a Tape,
    activation: &'a Activation,
    /// Weights and bias of every unit of every section.
    matrices: Vec<Vec<Vec<f64>>>,
    inputs: Vec<Vec<f64>>,
    cotangents: Vec<Vec<f64>>,
}

/// Something added to one number of one input's way: section, place (0: what the activation is given, 1: what it gives), unit, by.
type Nudge = (usize, usize, usize, f64);

impl<'a> Naive<'a> {
    /// The network that is draw 0 of a dense simulation.
    fn new(spec: &'a Spec, tape: &'a Tape) -> Self {
        let (batch, lanes) = (spec.batch(), padded(spec.batch()));
        let key = |layer, purpose| Key {
            seed: spec.seed(),
            draw: 0,
            layer,
            purpose,
        };
        let matrix = |number: usize| {
            let Linear {
                fan_in,
                fan_out,
                weights,
                biases,
            } = tape.section(number).linear;
            let shape = Shape {
                fan_in,
                fan_out,
                stride: (fan_in + 1).next_multiple_of(16),
                weights,
                biases,
            };
            let matrix = Matrix::new(shape, 0, spec.seed(), 0, number as u32);
            let row = |unit: usize| {
                let bias = [matrix.bias(unit)];
                let row = matrix.weights(unit).iter().chain(&bias);
                row.map(|w| f64::from(*w)).collect()
            };
            (0..fan_out).map(row).collect()
        };
        let columns = |panel: &Panel, differences: bool| -> Vec<Vec<f64>> {
            let number = |unit: usize, b: usize| f64::from(panel.data()[unit * lanes + b]);
            let of = |b: usize| {
                (0..panel.units())
                    .map(|unit| match differences && b > 0 {
                        true => number(unit, 0) + number(unit, b),
                        false => number(unit, b),
                    })
                    .collect()
            };
            (0..batch).map(of).collect()
        };
        let inputs = noise_inputs(spec.input_dim(), batch, lanes, key(0, Purpose::Inputs));
        let last = tape.section(tape.depth()).linear.fan_out;
        let mut ends = Panel::zeros(last, lanes);
        let above = tape.depth() as u32 + 1;
        cotangents(&mut ends, batch, key(above, Purpose::Cotangents));
        Self {
            tape,
            activation: spec.activation(),
            matrices: (1..=tape.depth()).map(matrix).collect(),
            inputs: columns(&inputs, true),
            cotangents: columns(&ends, false),
        }
    }

    /// What every activation is given and gives, and the part of the loss, of input `b`.
    fn way(&self, b: usize, nudge: Option<Nudge>) -> (Vec<[Vec<f64>; 2]>, f64) {
        let function = self.activation.phi();
        let nudged = |section: usize, place: usize, values: &mut [f64]| {
            if let Some((.., unit, by)) = nudge.filter(|n| (n.0, n.1) == (section, place)) {
                values[unit] += by;
            }
        };
        let mut flow = self.inputs[b].clone();
        let mut stream = Vec::new();
        let mut found = Vec::new();
        for number in 1..=self.tape.depth() {
            let section = self.tape.section(number);
            let pass = |op: Option<Stream>, flow: &mut Vec<f64>, stream: &mut Vec<f64>| {
                let Some(op) = op else { return };
                if let Some(Scale { skip, branch }) = op.join {
                    for (f, s) in flow.iter_mut().zip(stream.iter()) {
                        *f = skip * s + branch * *f;
                    }
                }
                if op.fork {
                    stream.clone_from(flow);
                }
            };
            let unit = |row: &Vec<f64>| {
                let (bias, weights) = row.split_last().expect("a bias");
                bias + weights.iter().zip(&flow).map(|(w, x)| w * x).sum::<f64>()
            };
            flow = self.matrices[number - 1].iter().map(unit).collect();
            // a nudge of what the activation is given moves the stream with it
            if section.before.is_some_and(|op| op.fork) {
                let mut joined = flow.clone();
                pass(
                    section.before.map(|op| Stream { fork: false, ..op }),
                    &mut joined,
                    &mut stream,
                );
                nudged(number, 0, &mut joined);
                stream.clone_from(&joined);
                flow = joined;
            } else {
                pass(section.before, &mut flow, &mut stream);
                nudged(number, 0, &mut flow);
            }
            let given = flow.clone();
            if section.phi.is_some() {
                flow.iter_mut().for_each(|z| *z = function.value(*z));
            }
            nudged(number, 1, &mut flow);
            found.push([given, flow.clone()]);
            pass(section.after, &mut flow, &mut stream);
        }
        let loss = flow.iter().zip(&self.cotangents[b]).map(|(x, c)| x * c);
        (found, loss.sum())
    }

    fn loss(&self) -> f64 {
        (0..self.inputs.len()).map(|b| self.way(b, None).1).sum()
    }
}

fn decades(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    (values.map(|v| v * v).sum::<f64>() / count).log10()
}

#[test]
fn a_dense_draw_is_the_naive_network_forward_and_backward() {
    const STEP: f64 = 1e-5;
    let mut worst = 0.0_f64;
    for text in [
        "tanh/glorot_uniform 10x5 bias=0.3 batch=3 seed=3 engine=dense",
        "relu/he_normal 9x5 batch=4 seed=4 engine=dense input_dim=14",
        "gelu/orthogonal 12x5 bias=0.1 batch=2 seed=5 engine=dense",
    ] {
        let spec: Spec = text.parse().expect("a spec");
        for architecture in ALL {
            let tape = (architecture.tape)(&spec);
            let found = record(&spec, &tape, Method::Dense, 0);
            let mut naive = Naive::new(&spec, &tape);
            let batch = spec.batch();
            let ways: Vec<_> = (0..batch).map(|b| naive.way(b, None).0).collect();
            for (l, layer) in found.layers.iter().enumerate() {
                let units = tape.section(l + 1).linear.fan_out;
                let all = |place: usize| {
                    ways.iter()
                        .flat_map(move |way| way[l][place].iter().copied())
                };
                let spread: f64 = (0..units)
                    .map(|unit| {
                        let of = ways.iter().map(|way| way[l][0][unit]);
                        let mean = of.clone().sum::<f64>() / batch as f64;
                        of.map(|z| (z - mean).powi(2)).sum::<f64>() / (batch as f64 - 1.0)
                    })
                    .sum();
                let share = (spread / units as f64).log10() - decades(all(0));
                let slope = |place: usize, b: usize, unit: usize| {
                    let at = |by: f64| naive.way(b, Some((l + 1, place, unit, by))).1;
                    (at(STEP) - at(-STEP)) / (2.0 * STEP)
                };
                let slopes = |place: usize| -> Vec<f64> {
                    let pairs = (0..batch).flat_map(|b| (0..units).map(move |unit| (b, unit)));
                    pairs.map(|(b, unit)| slope(place, b, unit)).collect()
                };
                let (given, gives) = (slopes(0), slopes(1));
                let fan_in = tape.section(l + 1).linear.fan_in;
                let mut entries = Vec::with_capacity(units * (fan_in + 1));
                for unit in 0..units {
                    for entry in 0..=fan_in {
                        let mut at = |by: f64| {
                            let before = naive.matrices[l][unit][entry];
                            naive.matrices[l][unit][entry] += by;
                            let loss = naive.loss();
                            naive.matrices[l][unit][entry] = before;
                            loss
                        };
                        entries.push((at(STEP) - at(-STEP)) / (2.0 * STEP));
                    }
                }
                let part = |bias: bool| {
                    let of = entries.chunks_exact(fan_in + 1);
                    of.flat_map(move |row| if bias { &row[fan_in..] } else { &row[..fan_in] })
                        .copied()
                };
                let pairs = [
                    ("signal", layer.z_second_moment, decades(all(0))),
                    ("output", layer.x_second_moment, decades(all(1))),
                    ("difference", layer.distinguishability, share),
                    ("dl/dz", layer.grad_z, decades(given.iter().copied())),
                    ("dl/dx", layer.grad_x, decades(gives.iter().copied())),
                    ("dl/dW", layer.grad_w, decades(part(false))),
                    ("dl/db", layer.grad_b, decades(part(true))),
                ];
                for (what, found, right) in pairs {
                    let error = (found - right).abs();
                    worst = worst.max(error);
                    let name = architecture.name;
                    assert!(
                        error < 4e-5,
                        "{name} {text}, layer {}, {what}: {found} for {right}",
                        l + 1
                    );
                }
            }
        }
    }
    println!("largest error {worst:.1e} decades");
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
fn distance(mut a: Vec<f64>, mut b: Vec<f64>) -> f64 {
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
    const DRAWS: u32 = 1000;
    const DEPTH: usize = 5;
    let cases = [
        "tanh/he_normal 32x5 bias=0.3 batch=5",
        "relu/he_normal 40x5 batch=5 input_dim=20",
        "gelu/orthogonal 48x5 batch=5",
    ];
    let comparisons = cases.len() * ALL.len() * DEPTH * FIELDS.len();
    let bound =
        (-(ALPHA / (2.0 * comparisons as f64)).ln() / 2.0).sqrt() * (2.0 / f64::from(DRAWS)).sqrt();
    let mut largest = 0.0_f64;
    for text in cases {
        for architecture in ALL {
            let records = |method, seed| -> Vec<Record> {
                let spec: Spec = text.parse().expect("a spec");
                let spec = spec.with(|draft| draft.seed = seed).expect("a spec");
                let tape = (architecture.tape)(&spec);
                (0..DRAWS)
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

fn predicted(
    spec: &Spec,
    architecture: Architecture,
) -> Result<initscope::theory::curve::Curve, TheoryError> {
    let laws = LayerLaw::tape(&(architecture.tape)(spec))?;
    fold(
        &laws,
        &Entry {
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
    let spec: Spec = "relu/he_normal 64x9 batch=1".parse().expect("a spec");
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
    let odd: Spec = "tanh/he_normal 64x9 batch=1".parse().expect("a spec");
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
        ("relu/he_normal 512x16 batch=4", PREACTIVATED),
        ("tanh/he_normal 512x16 batch=4 bias=0.2", PREACTIVATED),
        ("gelu/he_normal 512x17 batch=4", BOTTLE),
        ("tanh/glorot_normal 512x16 batch=4", POSTACTIVATED),
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
            let channels: [(&str, fn(&Layer) -> f64, f64, usize); 3] = [
                (
                    "signal",
                    |l| l.z_second_moment,
                    curve.z_second_moment[l],
                    l + 1,
                ),
                ("gradient", |l| l.grad_z, curve.grad_z[l], depth),
                (
                    "difference",
                    |l| l.z_second_moment + l.distinguishability,
                    curve.z_second_moment[l] + curve.distinguishability[l],
                    l + 1,
                ),
            ];
            for (what, field, expected, layers) in channels {
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
    let spec: Spec = "relu/he_normal 256x1201 batch=4".parse().expect("a spec");
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
    let spec: Spec = "tanh/he_normal 48x6 batch=4".parse().expect("a spec");
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
    let spec: Spec = "relu/he_normal 8x100".parse().expect("a spec");
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

/// Resident memory of this process at its highest since `reset`, bytes.
#[cfg(target_os = "linux")]
fn peak(reset: bool) -> u64 {
    if reset {
        std::fs::write("/proc/self/clear_refs", "5").expect("the kernel forgets the peak");
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number") << 10
}

/// Plain networks whole and with checkpoints, a stream beside each of them, and a wide batch.
#[cfg(target_os = "linux")]
const MEASURED: [(&str, bool); 5] = [
    ("relu/he_normal 4096x200", false),
    ("relu/he_normal 4096x2000", false),
    ("relu/he_normal 4096x100", true),
    ("relu/he_normal 4096x900", true),
    ("relu/he_normal 2048x40 batch=128", false),
];

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_a_draw_is_what_its_plan_says() {
    const CHILD: &str = "INITSCOPE_MEASURED_DRAW";
    let plan = |(text, residual): (&str, bool)| {
        let spec: Spec = text.parse().expect("a spec");
        let tape = if residual {
            (PREACTIVATED.tape)(&spec)
        } else {
            spec.tape()
        };
        Plan::with_tape(&spec, &tape, Method::Auto)
    };
    if let Ok(case) = std::env::var(CHILD) {
        // a process of its own: nothing else is allocated
        let plan = plan(MEASURED[case.parse::<usize>().expect("a number")]);
        let before = peak(true);
        let mut draw = Draw::new(Arc::new(plan), 0);
        draw.advance(u64::MAX / 4, Team::Alone);
        println!("took {}", peak(false) - before);
        return;
    }
    for (at, case) in MEASURED.into_iter().enumerate() {
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "--nocapture",
                "the_memory_of_a_draw_is_what_its_plan_says",
            ])
            .env(CHILD, at.to_string())
            .output()
            .expect("a child");
        let said = String::from_utf8_lossy(&output.stdout);
        let took = said.lines().find_map(|line| line.split("took ").nth(1));
        let took: u64 = took
            .and_then(|took| took.trim().parse().ok())
            .expect("a size");
        let plan = plan(case).bytes();
        let share = took as f64 / plan as f64;
        println!("{case:?}: {took} bytes, {share:.3} of the plan");
        // what the plan does not count: records, and what the allocator keeps; what it counts in full: a segment as it is largest
        assert!(
            (0.8..1.1).contains(&share),
            "{case:?}: {took} bytes, plan {plan}"
        );
    }
}

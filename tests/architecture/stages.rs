//! Networks of blocks, and plain layers with a norm.
//!
//! - Against the reference curves of `tests/data/architectures` (float64, autograd), within the test that their README states:
//!   `|ours - mean| <= 4.5 sqrt(se^2 + our_se^2) + 0.002` decades; theory within 1e-3 of their `meanfield`, behind BatchNorm within its 0.003, with attention within 0.01.
//! - Dense against matrix-free by two-sample Kolmogorov-Smirnov tests over every statistic of every layer, family-wise alpha 0.1 %
//!   (Bonferroni).
//! - Gradients of a dense draw, and of a training, against central differences of the whole loss.

mod naive;
mod recipes;
mod references;
mod trained;

use std::path::PathBuf;
use std::sync::Arc;

use initscope::engine::Engine;
use initscope::net::block::{Branch, Norm};
use initscope::net::spec::{Method, Spec};
use initscope::report::json::json;
use initscope::sim::record::Record;
use initscope::sim::stages::draw::StageDraw;
use initscope::sim::stages::plan::Plan;
use initscope::theory::stages::{StageCurve, stage_curve};
use rayon::prelude::*;
use serde_json::Value;

use references::REFERENCES;

fn spec(text: &str) -> Spec {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub(super) fn draws(spec: &Spec, method: Method, count: u32) -> Vec<Record> {
    let plan = Arc::new(Plan::with_method(spec, method));
    let one = |index| {
        let mut draw = StageDraw::new(Arc::clone(&plan), index);
        draw.advance(u64::MAX / 4);
        assert!(draw.is_done());
        draw.take_record()
    };
    (0..count).into_par_iter().map(one).collect()
}

/// What a curve of the reference is called here.
type Of = fn(&Record, usize) -> f64;

/// Curves of points, whose first is the input.
const POINTS: [(&str, Of); 4] = [
    ("x2", |r, l| r.layers[l].x_second_moment),
    ("gx2", |r, l| r.layers[l].grad_x),
    ("dist_inputs", |r, l| {
        if r.branches.is_empty() {
            f64::NAN
        } else {
            r.layers[l].distinguishability
        }
    }),
    ("dist_tokens", |r, l| r.branches[l].tokens),
];

/// Which layers a curve is of.
type Which = fn(&Branch) -> bool;

const ATTENDS: Which = |branch| matches!(branch, Branch::Attention(_));
const MLP: Which = |branch| !matches!(branch, Branch::Attention(_));
const ALL: Which = |_| true;

/// Curves of layers.
const LAYERS: [(&str, Which, Of); 13] = [
    ("h2", ALL, |r, l| r.layers[l].z_second_moment),
    ("gh2", ALL, |r, l| r.layers[l].grad_z),
    ("dist_inputs_h", ALL, |r, l| r.layers[l].distinguishability),
    ("f2", ALL, |r, l| r.branches[l].output),
    ("score2", ATTENDS, |r, l| r.branches[l].scores),
    ("entropy", ATTENDS, |r, l| r.branches[l].entropy),
    ("gw2_wq", ATTENDS, |r, l| r.layers[l].grad_w),
    ("gw2_wk", ATTENDS, |r, l| r.branches[l].others[0]),
    ("gw2_wv", ATTENDS, |r, l| r.branches[l].others[1]),
    ("gw2_wo", ATTENDS, |r, l| r.branches[l].grad_w),
    // the only matrix of a branch is its last
    ("gw2_w1", MLP, |r, l| match r.layers[l].grad_w {
        none if none.is_nan() => r.branches[l].grad_w,
        first => first,
    }),
    ("gw2_w3", MLP, |r, l| r.branches[l].others[0]),
    ("gw2_w2", MLP, |r, l| r.branches[l].grad_w),
];

/// Layers of a spec, from 0, that a curve is of.
fn those(spec: &Spec, which: Which) -> Vec<usize> {
    let of = |layer: &usize| match spec.block() {
        None => true,
        Some(block) => which(&block.sub_layers()[layer % spec.sub_layers()].branch),
    };
    (0..spec.layers()).filter(of).collect()
}

fn reference(name: &str) -> Value {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/data/architectures"]
        .iter()
        .collect();
    let text = std::fs::read_to_string(path.join(format!("{name}.json"))).expect("a reference");
    serde_json::from_str(&text).expect("JSON")
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    let number = |value: &Value| value.as_f64().unwrap_or(f64::NAN);
    Some(value.as_array()?.iter().map(number).collect())
}

#[test]
fn curves_are_those_of_the_reference() {
    let mut largest = (0.0_f64, String::new());
    let mut compared = 0;
    for (name, text, count) in REFERENCES {
        let (file, spec) = (reference(name), spec(text));
        let records = draws(&spec, Method::Auto, count);
        let points = POINTS
            .iter()
            .map(|(curve, of)| (curve, those(&spec, ALL), of, 1));
        let layers = LAYERS
            .iter()
            .map(|(curve, which, of)| (curve, those(&spec, *which), of, 0));
        for (curve, own, of, from) in points.chain(layers) {
            let found = &file["log10"][*curve];
            let (Some(mean), Some(se)) = (numbers(&found["mean"]), numbers(&found["se"])) else {
                continue;
            };
            let last = usize::from(from == 1 && spec.draft().last_norm.is_some());
            assert_eq!(mean.len(), own.len() + from + last, "{name} {curve}");
            // where tokens are alike to the last digit, queries and keys have the rounding's gradient
            let alike = numbers(&file["log10"]["dist_tokens"]["mean"]).unwrap_or_default();
            let of_scores = ["gw2_wq", "gw2_wk"].contains(curve);
            for (at, layer) in own.into_iter().enumerate() {
                if of_scores && alike[layer].is_nan() {
                    continue;
                }
                let (mean, se) = (mean[at + from], se[at + from]);
                let values: Vec<f64> = records.iter().map(|r| of(r, layer)).collect();
                if mean.is_nan() {
                    // or a share below 1e-26 in some draw there
                    let zero = values.iter().any(|v| *v < -25.5 || v.is_nan());
                    assert!(zero, "{name} {curve} {}: not 0", layer + 1);
                    continue;
                }
                let n = values.len() as f64;
                let own = values.iter().sum::<f64>() / n;
                if own.is_nan() {
                    continue;
                }
                let variance = values.iter().map(|v| (v - own).powi(2)).sum::<f64>() / (n - 1.0);
                let bound = 4.5 * (se * se + variance / n).sqrt() + 0.002;
                let share = (own - mean).abs() / bound;
                compared += 1;
                if share > largest.0 {
                    largest = (share, format!("{name} {curve} {}", layer + 1));
                }
                assert!(
                    share <= 1.0,
                    "{name} {curve} {}: {own:.4}, reference {mean:.4}, bound {bound:.4}",
                    layer + 1
                );
            }
        }
    }
    println!(
        "{compared} points, largest share of a bound {:.2}: {}",
        largest.0, largest.1
    );
    assert_eq!(compared, 3767);
}

#[test]
fn theory_is_that_of_the_reference() {
    let mut largest = 0.0_f64;
    let mut compared = 0;
    for (name, text, _) in REFERENCES {
        let (file, spec) = (reference(name), spec(text));
        if file["meanfield"].is_null() {
            assert!(stage_curve(&spec).is_err(), "{name}");
            continue;
        }
        let curve = stage_curve(&spec).unwrap_or_else(|error| panic!("{name}: {error}"));
        let StageCurve {
            z_second_moment,
            x_second_moment,
            distinguishability,
            grad_z,
            grad_x,
            branch,
            tokens,
            ..
        } = &curve;
        let mut curves = vec![("x2", x_second_moment, 1), ("gx2", grad_x, 1)];
        // what they say of BatchNorm is Monte Carlo, good to about 0.003
        let allowed = match spec.norm() {
            _ if spec.tokens() > 1 => 0.01,
            Some(Norm::Batch) => 3e-3,
            _ => 1e-3,
        };
        curves.push(("dist_tokens", tokens, 1));
        if spec.block().is_some() {
            curves.extend([("dist_inputs", distinguishability, 1), ("f2", branch, 0)]);
        } else {
            curves.extend([
                ("h2", z_second_moment, 0),
                ("gh2", grad_z, 0),
                ("dist_inputs_h", distinguishability, 0),
            ]);
        }
        for (curve, own, from) in curves {
            let Some(expected) = numbers(&file["meanfield"][format!("log10_{curve}")]) else {
                continue;
            };
            for (layer, own) in own.iter().enumerate() {
                let expected = expected[layer + from];
                if expected.is_nan() {
                    assert!(!own.is_finite(), "{name} {curve} {}: {own}", layer + 1);
                    continue;
                }
                compared += 1;
                largest = largest.max((own - expected).abs());
                assert!(
                    (own - expected).abs() <= allowed,
                    "{name} {curve} {}: {own:.5}, reference {expected:.5}",
                    layer + 1
                );
            }
        }
    }
    println!("{compared} points, largest error {largest:.1e}");
    assert_eq!(compared, 2152);
}

/// Norms and activations in places that no reference has. What finite width adds falls as one over it: at four times the width a quarter of the
/// gap is left, within 4.5 standard errors of both and 0.002 decades (alpha 1e-5 a point).
#[test]
fn draws_of_batch_norm_come_nearer_to_theory_as_one_over_the_width() {
    for text in [
        "tanh/lecun_normal 128x6 block=pre(bn,mlp(2)) batch=8 framework=pytorch",
        "relu/he_normal 128x6 block=respost(bn,mlp(1,bn)) batch=16 framework=pytorch",
        "relu/he_normal 128x3 block=pre(bn,preact(2,bn))+res(preact(1),alpha=0.5) batch=8 final=bn framework=pytorch",
        "tanh/lecun_normal 128x4 block=pre(rms,preact(2,bn)) batch=8 framework=pytorch",
    ] {
        let gaps = |width: usize, count: u32| -> Vec<(f64, f64)> {
            let spec = spec(text)
                .with(|draft| draft.width = width)
                .expect("a spec");
            let theory = stage_curve(&spec).unwrap_or_else(|error| panic!("{text}: {error}"));
            let records = draws(&spec, Method::Auto, count);
            let known: [(&[f64], Of); 3] = [
                (&theory.x_second_moment, |r, l| r.layers[l].x_second_moment),
                (&theory.grad_x, |r, l| r.layers[l].grad_x),
                (&theory.grad_w[3], |r, l| r.branches[l].grad_w),
            ];
            let points = known.into_iter().flat_map(|(curve, of)| {
                curve
                    .iter()
                    .enumerate()
                    .map(move |(l, expected)| (*expected, of, l))
            });
            let gap = |(expected, of, l): (f64, Of, usize)| {
                let n = f64::from(count);
                let mean = records.iter().map(|r| of(r, l)).sum::<f64>() / n;
                let squares = records
                    .iter()
                    .map(|r| (of(r, l) - mean).powi(2))
                    .sum::<f64>();
                (mean - expected, (squares / (n - 1.0) / n).sqrt())
            };
            points.map(gap).collect()
        };
        let (narrow, wide) = (gaps(128, 200), gaps(512, 100));
        for (at, ((near, error), (far, other))) in wide.iter().zip(&narrow).enumerate() {
            let bound = 0.25 * far.abs() + 4.5 * (error + 0.25 * other) + 0.002;
            assert!(near.abs() <= bound, "{text}, {at}: {near:.4} > {bound:.4}");
        }
    }
    // sums with what BatchNorm has passed are not Gaussian
    for text in [
        "gelu/lecun_normal 64x4 block=post(bn,mlp(2))",
        "gelu/lecun_normal 64x4 block=peri(bn,mlp(2))",
        "gelu/lecun_normal 64x4 block=respost(bn,mlp(1))+res(preact(1))",
    ] {
        let error = stage_curve(&spec(text)).expect_err(text).to_string();
        assert!(error.contains("not Gaussian"), "{text}: {error}");
    }
}

/// Blocks in every place, several sub-layers, factors, biases, ratios, norms within plain layers.
const CASES: [&str; 11] = [
    "gelu/normal(0.15) 48x3 block=pre(ln,mlp(2)) bias=0.2 batch=6 framework=pytorch",
    "tanh/normal(0.15) 48x3 block=post(rms,mlp(1.5),skip=0.9,alpha=0.7) bias=0.1 batch=6 framework=pytorch",
    "relu/he_normal 48x2 block=res(mlp(1),alpha=1/sqrt(L))+pre(ln,mlp(2)) batch=5 final=ln framework=pytorch",
    "relu/he_normal 48x4 norm=ln batch=6 bias=0.3 framework=pytorch",
    "silu/he_normal 48x4 norm=rms eps=0.1 batch=6 input_dim=30 framework=pytorch",
    "relu/lecun_normal 48x3 block=pre(rms,mlp(4)) out=0.5 embed=0.1 eps=1e-3 final=rms batch=6 framework=pytorch",
    "silu/normal(0.15) 48x2 block=peri(ln,attn(3,causal,rope,kv=1),q=1.5)+respost(rms,glu(2),up=0.7) bias=0.2 batch=8 tokens=4 framework=pytorch",
    "gelu/normal(0.15) 48x2 block=post(ln,attn(4,scale=3))+pre(rms,glu(1)) initial=ln embed=0.1+0.2 batch=8 tokens=4 framework=pytorch",
    "relu/he_normal 48x4 norm=bn batch=6 framework=pytorch",
    "gelu/normal(0.15) 48x2 block=pre(bn,preact(2,bn))+res(preact(1),alpha=0.5)+respost(bn,mlp(1.5),phi) bias=0.2 batch=6 framework=pytorch",
    "tanh/normal(0.15) 48x3 block=res(attn(2),skip=0) out=1/sqrt(2l) batch=6 framework=pytorch",
];

fn statistics(record: &Record) -> Vec<f64> {
    let layers = record.layers.iter().flat_map(|l| {
        [
            l.z_second_moment,
            l.x_second_moment,
            l.distinguishability,
            l.grad_z,
            l.grad_x,
            l.grad_w,
            l.grad_b,
        ]
    });
    let branches = record.branches.iter().flat_map(|b| {
        let [second, third] = b.others;
        [
            b.output, b.share, b.grad_w, second, third, b.tokens, b.entropy, b.scores,
        ]
    });
    let all: Vec<f64> = layers.chain(branches).collect();
    all.into_iter().filter(|value| !value.is_nan()).collect()
}

#[test]
fn matrix_free_draws_of_stages_have_the_law_of_dense_ones() {
    const ALPHA: f64 = 1e-3;
    let whole = std::env::var_os("INITSCOPE_WHOLE_GRID").is_some();
    let count: u32 = if whole { 10_000 } else { 1500 };
    let each: Vec<usize> = CASES
        .iter()
        .map(|text| statistics(&draws(&spec(text), Method::Dense, 1)[0]).len())
        .collect();
    let comparisons: usize = each.iter().sum();
    let bound =
        (-(ALPHA / (2.0 * comparisons as f64)).ln() / 2.0).sqrt() * (2.0 / f64::from(count)).sqrt();
    let mut largest = 0.0_f64;
    for text in CASES {
        let of = |method, seed| {
            let spec = spec(text).with(|draft| draft.seed = seed).expect("a spec");
            let records = draws(&spec, method, count);
            records.iter().map(statistics).collect::<Vec<_>>()
        };
        let (dense, free) = (of(Method::Dense, 1), of(Method::MatrixFree, 2));
        for at in 0..dense[0].len() {
            let pick = |all: &[Vec<f64>]| all.iter().map(|one| one[at]).collect();
            let found = super::distance(pick(&dense), pick(&free));
            largest = largest.max(found);
            assert!(
                found <= bound,
                "{text}, statistic {at}: D = {found:.4} > {bound:.4}"
            );
        }
    }
    println!("{comparisons} comparisons, largest distance {largest:.4}, bound {bound:.4}");
}

#[test]
fn a_draw_of_stages_is_the_same_in_small_steps_and_on_any_number_of_threads() {
    for text in CASES.iter().copied().chain([
        "relu/he_uniform 96x3 block=pre(ln,mlp(4)) batch=20",
        "relu/orthogonal 96x3 block=post(ln,mlp(2)) batch=20",
        "silu/he_uniform 96x2 block=pre(rms,attn(4,causal))+pre(rms,glu(2)) batch=20 tokens=5",
        "relu/he_normal 96x3 block=post(ln,attn(4))+post(ln,mlp(2)) copies=yes batch=16",
        "relu/he_normal 96x3 block=res(mix,alpha=0.1)+pre(ln,mlp(2)) batch=20 tokens=5 standardized=yes",
    ]) {
        let spec = spec(text);
        // not a number is not equal to itself
        let written = |record: &Record| format!("{record:?}");
        let whole = written(&draws(&spec, Method::Auto, 1)[0]);
        let plan = Arc::new(Plan::new(&spec));
        let mut draw = StageDraw::new(plan, 0);
        let mut steps = 0;
        while !draw.is_done() {
            draw.advance(1);
            steps += 1;
        }
        assert!(steps >= 2 * spec.layers(), "{text}: {steps} steps");
        assert_eq!(written(&draw.take_record()), whole, "{text}");
        let document = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            let spec = spec
                .with(|d| d.draws = "9".parse().expect("draws"))
                .expect("a spec");
            let pool = pool.build().expect("threads");
            json(&pool.install(|| Engine::new(Arc::new(spec)).run()))
        };
        assert_eq!(document(1), document(4), "{text}");
    }
}

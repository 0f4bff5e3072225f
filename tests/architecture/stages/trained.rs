//! Networks of stages in training: their gradient against difference quotients of the loss of a naive network in double precision, and
//! their matrices against those of the simulation.

use std::sync::Arc;

use initscope::math::team::Team;
use initscope::net::recipe::Recipe;
use initscope::train::batch::parts;
use initscope::train::matrix::Matrix;
use initscope::train::network::Network;
use initscope::train::plan::Plan;

use super::naive::{Naive, Rows, norm, times};
use super::spec;

/// Mean cross-entropy of a minibatch by the definition.
fn naive_loss(plan: &Plan, matrices: &[Rows], examples: &[u32]) -> f64 {
    let spec = plan.spec();
    let names = plan.names().expect("stages");
    let named = |name: &str| Some(&matrices[names.iter().position(|known| known == name)?]);
    let tokens = spec.tokens();
    let data = plan.data().rows().expect("digits");
    let token = |example: u32, token: usize| -> Vec<f64> {
        let row = data.row(example as usize);
        let units = row.len() / tokens;
        let own: Vec<f64> = (0..units)
            .map(|unit| f64::from(row[token * units + unit]))
            .collect();
        let Some(embedding) = named("embedding") else {
            return own;
        };
        let mut x = times(embedding, &own);
        if let Some(positions) = named("positions") {
            for (x, row) in x.iter_mut().zip(positions) {
                *x += row[token];
            }
        }
        x
    };
    let inputs: Rows = (examples.iter())
        .flat_map(|example| (0..tokens).map(|t| token(*example, t)).collect::<Rows>())
        .collect();
    let draft = spec.draft();
    let of_stage = |number: usize| -> Vec<Rows> {
        let own = |name: &str| {
            let mut parts = name.split('.');
            parts.next() == Some(&number.to_string()) && parts.next() != Some("alpha")
        };
        let found = names.iter().zip(matrices).filter(|(name, _)| own(name));
        found.map(|(_, rows)| rows.clone()).collect()
    };
    let naive = Naive {
        spec,
        matrices: (1..=spec.layers()).map(of_stage).collect(),
        alphas: (1..=spec.layers())
            .map(|number| named(&format!("{number}.alpha")).map(|rows| rows[0][0]))
            .collect(),
        inputs: norm(draft.initial_norm, draft.eps, &inputs),
        cotangents: Vec::new(),
    };
    let end = naive.way(None).pop().expect("an end");
    let head = named("head").expect("a head");
    let losses = end.chunks(tokens).zip(examples).map(|(sequence, example)| {
        let units = 0..spec.width();
        let mean = |unit: usize| sequence.iter().map(|x| x[unit]).sum::<f64>() / tokens as f64;
        let outputs = times(head, &units.map(mean).collect::<Vec<f64>>());
        let total: f64 = outputs.iter().map(|o| o.exp()).sum();
        total.ln() - outputs[usize::from(plan.labels().of()[*example as usize])]
    });
    losses.sum::<f64>() / examples.len() as f64
}

/// Rounding of single precision, relative to the largest entry of a gradient: sums of at most 64 products in each of up to 10 matrices,
/// forward and back, `2 * 10 * 64 * 2^-24 = 8e-5` at the very worst.
const TOLERANCE: f64 = 8e-5;

#[test]
fn the_gradient_of_a_training_of_stages_is_the_difference_quotient_of_the_loss() {
    const STEP: f64 = 1e-5;
    // no kink, so that a step crosses none
    for (text, count) in [
        (
            "gelu/he_uniform 16x2 block=pre(ln,mlp(2)) bias=0.2 final=ln embed=0.5",
            37,
        ),
        ("tanh/he_uniform 16x3 norm=ln bias=0.3", 37),
        ("tanh/he_uniform 16x3 norm=bn bias=0.3", 20),
        (
            "gelu/he_uniform 16x2 block=pre(bn,preact(2,bn)) bias=0.2 final=bn eps=1e-3",
            20,
        ),
        (
            "tanh/he_uniform 12x3 block=respost(bn,mlp(1.5,bn),alpha=0.7,phi) initial=bn",
            20,
        ),
        (
            "silu/he_uniform 16x1 block=peri(ln,attn(4,causal,rope,kv=2),q=1.5)+respost(rms,glu(2),up=0.7) bias=0.2",
            7,
        ),
        (
            "gelu/he_uniform 16x1 block=post(ln,attn(2,scale=2))+pre(rms,glu(1)) initial=ln embed=0.5+0.7 final=ln",
            7,
        ),
        (
            "gelu/he_uniform 16x1 block=pre(rms,attn(4,rope,qk=rms),q=3) bias=0.2 final=rms eps=1e-3",
            7,
        ),
        (
            "tanh/he_uniform 16x2 block=res(attn(2),alpha=0)+res(mlp(1),alpha=0)",
            7,
        ),
        (
            "tanh/he_uniform 16x2 block=post(ln,attn(2))+post(ln,mlp(2)) copies=yes out=1/sqrt(2l)",
            7,
        ),
        (
            "gelu/he_uniform 16x1 block=res(mix,alpha=0.7)+post(ln,mix)+pre(ln,mlp(1)) bias=0.2",
            7,
        ),
        (
            "silu/he_uniform 64x1 block=pre(rms,preact(1))+res(preact(2,ln),alpha=0.5) input=digits",
            20,
        ),
    ] {
        let spec = spec(text);
        let recipe = Recipe {
            batch_size: count,
            ..Recipe::default()
        };
        let plan = Arc::new(Plan::new(&spec, &recipe).expect("trainable"));
        let mut network = Network::new(Arc::clone(&plan), 0);
        while network.build(Team::Alone) {}
        let mut parts = parts(&plan, 1);
        let examples: Vec<u32> = (0..count as u32).map(|i| 40 * i).collect();
        let answers = network.pass(&mut parts, &examples, Team::Alone);
        let loss = answers.iter().map(|(loss, _)| loss).sum::<f64>() / count as f64;
        let matrices = network.matrices().iter();
        let mut at: Vec<Rows> = matrices.map(super::super::exact::rows).collect();
        let right = naive_loss(&plan, &at, &examples);
        assert!(
            (loss / right - 1.0).abs() < TOLERANCE,
            "{text}: {loss} {right}"
        );
        for l in 0..at.len() {
            let name = &plan.names().expect("stages")[l];
            let gradient = network.gradient(&parts, l);
            let entries = gradient.iter().flatten();
            let largest = entries.fold(0.0_f32, |a, g| a.max(g.abs()));
            let columns = gradient[0].len();
            for entry in (0..gradient.len() * columns).step_by(13) {
                let (unit, column) = (entry / columns, entry % columns);
                if name == "positions" && column + 1 == columns {
                    assert_eq!(gradient[unit][column], 0.0, "positions have no bias");
                    continue;
                }
                let mut loss_at = |by: f64| {
                    let before = at[l][unit][column];
                    at[l][unit][column] = before + by;
                    let loss = naive_loss(&plan, &at, &examples);
                    at[l][unit][column] = before;
                    loss
                };
                let quotient = (loss_at(STEP) - loss_at(-STEP)) / (2.0 * STEP);
                let error = (f64::from(gradient[unit][column]) - quotient).abs();
                // a difference of losses is known to 1e-16 / 1e-5
                assert!(
                    error < TOLERANCE * f64::from(largest) + 1e-10,
                    "{text}: {name} {unit} {column}: {} for {quotient}, largest {largest}",
                    gradient[unit][column]
                );
            }
        }
    }
}

/// Those of the naive network in `naive.rs`, which a dense draw agrees with: reads from the stream `8 n` on, the last at `8 n + 7`.
#[test]
fn a_training_of_stages_begins_with_the_matrices_of_a_dense_draw() {
    for (text, own) in [
        (
            "tanh/he_uniform 16x2 block=pre(ln,attn(2))+post(rms,glu(1)) bias=0.1 seed=4",
            [1, 2, 3, 4],
        ),
        (
            "tanh/he_uniform 16x2 block=pre(ln,attn(2))+post(rms,glu(1)) bias=0.1 copies=yes",
            [1, 2, 1, 2],
        ),
    ] {
        let spec = spec(text);
        let plan = Arc::new(Plan::new(&spec, &Recipe::default()).expect("trainable"));
        let mut network = Network::new(Arc::clone(&plan), 3);
        while network.build(Team::Alone) {}
        let names = plan.names().expect("stages");
        let matrix = |name: String| {
            let l = names.iter().position(|known| *known == name);
            &network.matrices()[l.unwrap_or_else(|| panic!("no {name}"))]
        };
        for number in 1..=spec.layers() {
            let reads: &[&str] = match number % 2 {
                1 => &["q", "k", "v"],
                _ => &["gate", "up"],
            };
            let streams = (0..).zip(reads).chain([(7, &"last")]);
            for (stream, role) in streams {
                let known = matrix(format!("{number}.{role}"));
                let layer = 8 * own[number - 1] + stream;
                let drawn = Matrix::new(*known.shape(), 0, spec.seed(), 3, layer);
                assert_eq!(
                    super::super::exact::rows(known),
                    super::super::exact::rows(&drawn),
                    "{text}: {number}.{role}"
                );
            }
        }
    }
}

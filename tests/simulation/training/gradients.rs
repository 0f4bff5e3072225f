//! The gradient against difference quotients of a naive network in double precision, and against the simulation.

use std::sync::Arc;

use initscope::math::panel::Panel;
use initscope::math::simd;
use initscope::math::stream::{Purpose, StreamKey};
use initscope::math::team::Team;
use initscope::net::recipe::Recipe;
use initscope::net::spec::Method;
use initscope::sim::draw::{Draw, Plan as Simulation};
use initscope::sim::source::{cotangents, data_inputs};
use initscope::train::batch::{MinibatchPart, parts};
use initscope::train::network::Network;
use initscope::train::plan::Plan;

use super::plan;

fn network(plan: &Arc<Plan>) -> Network {
    let mut network = Network::new(Arc::clone(plan), 0);
    while network.build(Team::Alone) {}
    network
}

/// The parameters in double precision: matrix, unit, weights and bias.
type Parameters = Vec<Vec<Vec<f64>>>;

fn parameters(network: &Network) -> Parameters {
    let matrices = network.matrices().iter();
    let rows = |matrix: &initscope::train::matrix::Matrix| {
        (0..matrix.shape().fan_out)
            .map(|unit| {
                let bias = [matrix.bias(unit)];
                let row = matrix.weights(unit).iter().chain(&bias);
                row.map(|w| f64::from(*w)).collect()
            })
            .collect()
    };
    matrices.map(rows).collect()
}

/// Mean cross-entropy of a minibatch, by the definition, one example and one unit at a time.
fn naive_loss(plan: &Plan, parameters: &Parameters, examples: &[u32]) -> f64 {
    let rows = plan.spec().input().rows().expect("digits");
    let phi = plan.spec().activation().phi();
    let losses = examples.iter().map(|example| {
        let mut x: Vec<f64> = rows
            .row(*example as usize)
            .iter()
            .map(|x| f64::from(*x))
            .collect();
        for (l, matrix) in parameters.iter().enumerate() {
            let z = matrix.iter().map(|row| {
                let (bias, weights) = row.split_last().expect("a bias");
                bias + weights.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>()
            });
            let hidden = l + 1 < parameters.len();
            x = z.map(|z| if hidden { phi.value(z) } else { z }).collect();
        }
        let total: f64 = x.iter().map(|o| o.exp()).sum();
        total.ln() - x[usize::from(plan.labels().of()[*example as usize])]
    });
    losses.sum::<f64>() / examples.len() as f64
}

#[test]
fn the_gradient_is_the_difference_quotient_of_the_loss() {
    let specs = [
        "tanh/glorot_normal 12x3 bias=0.3",
        "gelu/he_uniform 9x2 bias=preset framework=pytorch",
        "sigmoid/orthogonal 20x1",
        "relu/default 17x4 framework=candle",
        "x*sigmoid(1.702*x)/variance_scaling(1.5) 12x3 bias=0.1",
    ];
    let examples: Vec<u32> = (0..37).map(|i| 40 * i).collect();
    for spec in specs {
        let recipe = Recipe {
            batch_size: examples.len(),
            ..Recipe::default()
        };
        let plan = plan(spec, &recipe);
        let network = network(&plan);
        let mut parts = parts(&plan, 1);
        let answers = network.pass(&mut parts, &examples, Team::Alone);
        let mut at = parameters(&network);
        let loss = answers.iter().map(|(loss, _)| loss).sum::<f64>() / answers.len() as f64;
        // sums of at most 65 products in each of up to 5 layers: 5 * 65 * 2^-24 = 2e-5 at the very worst
        let naive = naive_loss(&plan, &at, &examples);
        assert!((loss / naive - 1.0).abs() < 2e-5, "{spec}: {loss} {naive}");
        for l in 0..at.len() {
            let gradient = network.gradient(&parts, l);
            let largest = gradient
                .iter()
                .flatten()
                .fold(0.0_f32, |a, g| a.max(g.abs()));
            let count = gradient.len() * gradient[0].len();
            // an eleventh of the entries, biases among them
            for entry in (0..count).step_by(11) {
                let (i, j) = (entry / gradient[0].len(), entry % gradient[0].len());
                let mut loss_at = |h: f64| {
                    let before = at[l][i][j];
                    at[l][i][j] = before + h;
                    let loss = naive_loss(&plan, &at, &examples);
                    at[l][i][j] = before;
                    loss
                };
                let h = 1e-5;
                let quotient = (loss_at(h) - loss_at(-h)) / (2.0 * h);
                let error = (f64::from(gradient[i][j]) - quotient).abs();
                // forward and back: twice the rounding of the loss, relative to the largest entry of the matrix
                assert!(
                    error < 4e-5 * f64::from(largest),
                    "{spec}: {l} {i} {j}: {error}"
                );
            }
        }
    }
}

#[test]
fn before_step_1_signal_and_gradient_are_those_of_the_simulation() {
    for text in [
        "tanh/glorot_uniform 96x12 bias=0.1 seed=5 input=digits",
        "relu/he_normal 80x20 framework=pytorch seed=6 input=digits",
        "selu/orthogonal 64x16 input=digits",
        "gelu/sparse(0.3) 50x6 input=digits",
    ] {
        let recipe = Recipe {
            batch_size: 16,
            ..Recipe::default()
        };
        let plan = plan(text, &recipe);
        let spec = plan.spec();
        let simulation = Simulation::with_method(spec, Method::Dense);
        let mut draw = Draw::new(Arc::new(simulation), 0);
        while !draw.is_done() {
            draw.advance(1 << 24, Team::Alone);
        }
        let record = draw.take_record();

        let key = |layer, purpose| StreamKey {
            seed: spec.seed(),
            draw: 0,
            layer,
            purpose,
        };
        let depth = spec.depth();
        let network = network(&plan);
        let mut part = MinibatchPart::new(&plan, 16);
        part.load(
            &spec.input().rows().expect("digits"),
            &drawn(spec, key(0, Purpose::Inputs)),
        );
        part.forward(network.matrices());
        let mean_square = |panel: &[f32]| {
            let sum: f64 = panel.iter().map(|x| f64::from(*x).powi(2)).sum();
            (sum / panel.len() as f64).log10()
        };
        let signal: Vec<f64> = (0..depth).map(|l| mean_square(part.delta(l))).collect();

        // the simulation's loss is a sum of cotangents times the last activations
        let mut c = Panel::zeros(spec.width(), 16);
        cotangents(&mut c, 16, key(depth as u32 + 1, Purpose::Cotangents));
        let z = part.delta(depth - 1).to_vec();
        let (mut x, mut slope) = (vec![0.0; z.len()], vec![0.0; z.len()]);
        let phi = spec.activation().phi();
        phi.eval(simd::level(), &z, &mut x, &mut slope);
        for ((d, c), slope) in part
            .delta_mut(depth - 1)
            .iter_mut()
            .zip(c.data())
            .zip(&slope)
        {
            *d = c * slope;
        }
        part.backward(&network.matrices()[..depth]);
        for (l, layer) in record.layers.iter().enumerate() {
            // products of up to 96 terms through 40 layers at 2^-24 each: 96 * 40 * 6e-8 = 2e-4 relative at the very worst, in decades
            // of the square 2e-4; the roundings do not conspire, a tenth of it
            let errors = [
                signal[l] - layer.z_second_moment,
                mean_square(part.delta(l)) - layer.grad_z,
            ];
            for error in errors {
                assert!(error.abs() < 2e-5, "{text}, layer {}: {error}", l + 1);
            }
        }
    }
}

/// The digits that the simulation draws with this key.
fn drawn(spec: &initscope::net::spec::Spec, key: StreamKey) -> Vec<u32> {
    let rows = spec.input().rows().expect("digits");
    let panel = data_inputs(&rows, 16, 16, key);
    let value = |unit: usize, b: usize| {
        let line = &panel.data()[unit * 16..];
        if b == 0 { line[0] } else { line[0] + line[b] }
    };
    let distance = |row: u32, b: usize| -> f32 {
        let row = rows.row(row as usize);
        row.iter()
            .enumerate()
            .map(|(unit, x)| (x - value(unit, b)).powi(2))
            .sum()
    };
    (0..16)
        .map(|b| {
            (0..rows.nrows() as u32)
                .min_by(|i, j| distance(*i, b).total_cmp(&distance(*j, b)))
                .expect("rows")
        })
        .collect()
}

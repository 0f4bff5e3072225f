//! Against a naive network in double precision with the same weights, one input and one unit at a time.

use std::sync::Arc;

use initscope::math::panel::{Panel, padded};
use initscope::math::stream::{Purpose, StreamKey};
use initscope::math::team::Team;
use initscope::net::activation::Activation;
use initscope::net::recipe::Recipe;
use initscope::net::spec::{Method, Spec};
use initscope::net::tape::{JoinScale, Linear, Stream, Tape};
use initscope::sim::source::{cotangents, noise_inputs};
use initscope::train::batch::parts;
use initscope::train::matrix::Matrix;
use initscope::train::network::Network;
use initscope::train::plan::{Plan, Shape};

use super::{ALL, record};

/// A network with its weights in double precision, one input and one unit at a time.
struct Naive<'a> {
    tape: &'a Tape,
    activation: &'a Activation,
    /// Weights and bias of every unit of every section.
    matrices: Vec<Vec<Vec<f64>>>,
    inputs: Vec<Vec<f64>>,
    /// One for each input, at the end.
    cotangents: Vec<Vec<f64>>,
}

/// Something added to one number of one input's way: section, place (0: what the activation is given, 1: what it gives), unit, by.
type Nudge = (usize, usize, usize, f64);

impl<'a> Naive<'a> {
    /// The network that is draw 0 of a dense simulation.
    fn new(spec: &'a Spec, tape: &'a Tape) -> Self {
        let (batch, lanes) = (spec.batch(), padded(spec.batch()));
        let key = |layer, purpose| StreamKey {
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
            rows(&Matrix::new(shape, 0, spec.seed(), 0, number as u32))
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

    /// What every activation is given and gives, and what leaves the last section, of input `b`.
    fn way(&self, b: usize, nudge: Option<Nudge>) -> (Vec<[Vec<f64>; 2]>, Vec<f64>) {
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
                if let Some(JoinScale { skip, branch }) = op.join {
                    for (f, s) in flow.iter_mut().zip(stream.iter()) {
                        *f = skip * s + branch * *f;
                    }
                }
                if op.fork {
                    stream.clone_from(flow);
                }
            };
            let units = self.matrices[number - 1].iter();
            flow = units.map(|row| dot(row, &flow)).collect();
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
        (found, flow)
    }

    /// The part of the loss of input `b`.
    fn part(&self, b: usize, nudge: Option<Nudge>) -> f64 {
        let end = self.way(b, nudge).1;
        end.iter()
            .zip(&self.cotangents[b])
            .map(|(x, c)| x * c)
            .sum()
    }

    fn loss(&self) -> f64 {
        (0..self.inputs.len()).map(|b| self.part(b, None)).sum()
    }

    /// Mean cross-entropy of the last matrix as a head.
    fn cross_entropy(&self, labels: &[u16]) -> f64 {
        let losses = labels.iter().enumerate().map(|(b, label)| {
            let end = self.way(b, None).1;
            let head = self.matrices.last().expect("a head");
            let outputs: Vec<f64> = head.iter().map(|row| dot(row, &end)).collect();
            let total: f64 = outputs.iter().map(|o| o.exp()).sum();
            total.ln() - outputs[usize::from(*label)]
        });
        losses.sum::<f64>() / labels.len() as f64
    }
}

/// A row of weights and its bias on one input.
fn dot(row: &[f64], x: &[f64]) -> f64 {
    let (bias, weights) = row.split_last().expect("a bias");
    bias + weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>()
}

/// The weights and biases of a matrix, unit by unit.
pub(crate) fn rows(matrix: &Matrix) -> Vec<Vec<f64>> {
    let row = |unit: usize| {
        let bias = [matrix.bias(unit)];
        let row = matrix.weights(unit).iter().chain(&bias);
        row.map(|w| f64::from(*w)).collect()
    };
    (0..matrix.shape().fan_out).map(row).collect()
}

/// Activations without jumps.
const SMOOTH: [&str; 14] = [
    "identity",
    "relu",
    "leaky_relu",
    "tanh",
    "sigmoid",
    "gelu",
    "silu",
    "elu",
    "selu",
    "softplus",
    "mish",
    "softsign",
    "hard_tanh",
    "relu6",
];

fn decades(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let count = values.clone().count() as f64;
    (values.map(|v| v * v).sum::<f64>() / count).log10()
}

#[test]
fn a_dense_draw_is_the_naive_network_forward_and_backward() {
    const STEP: f64 = 1e-5;
    let mut worst = 0.0_f64;
    let mut texts = [
        "tanh/glorot_uniform 10x5 bias=0.3 batch=3 seed=3 engine=dense",
        "relu/he_normal 9x5 batch=4 seed=4 engine=dense input_dim=14 framework=pytorch",
        "gelu/orthogonal 12x5 bias=0.1 batch=2 seed=5 engine=dense",
    ]
    .into_iter()
    .map(str::to_owned)
    .collect::<Vec<_>>();
    if std::env::var_os("INITSCOPE_WHOLE_GRID").is_some() {
        for activation in SMOOTH {
            for law in ["he_uniform", "glorot_normal", "orthogonal"] {
                for rest in ["batch=3 bias=0.2", "batch=1", "batch=17 seed=8 input_dim=3"] {
                    texts.push(format!("{activation}/{law} 8x5 {rest} engine=dense"));
                }
            }
        }
    }
    println!("{} networks of {} architectures", texts.len(), ALL.len());
    for text in &texts {
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
                    let at = |by: f64| naive.part(b, Some((l + 1, place, unit, by)));
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
                    if batch == 1 && what == "difference" {
                        assert!(found.is_nan());
                        continue;
                    }
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

#[test]
fn the_gradient_of_a_training_is_the_difference_quotient_of_the_loss() {
    const STEP: f64 = 1e-5;
    let examples: Vec<u32> = (0..37).map(|i| 40 * i).collect();
    for text in [
        "tanh/glorot_normal 12x5 bias=0.3 framework=pytorch",
        "gelu/he_uniform 10x5 input=digits",
    ] {
        let spec: Spec = text.parse().expect("a spec");
        for architecture in ALL {
            let recipe = Recipe {
                batch_size: examples.len(),
                ..Recipe::default()
            };
            let plan = Plan::with_architecture(&spec, &recipe, &architecture).expect("trainable");
            let plan = Arc::new(plan);
            let mut network = Network::new(Arc::clone(&plan), 0);
            while network.build(Team::Alone) {}
            let mut parts = parts(&plan, 1);
            let answers = network.pass(&mut parts, &examples, Team::Alone);
            let loss = answers.iter().map(|(loss, _)| loss).sum::<f64>() / answers.len() as f64;
            let data = plan.spec().input().rows().expect("digits");
            let wide = |example: &u32| {
                data.row(*example as usize)
                    .iter()
                    .map(|x| f64::from(*x))
                    .collect()
            };
            let labels: Vec<u16> = examples
                .iter()
                .map(|e| plan.labels().of()[*e as usize])
                .collect();
            let tape = (architecture.tape)(plan.spec());
            let mut naive = Naive {
                tape: &tape,
                activation: spec.activation(),
                matrices: network.matrices().iter().map(rows).collect(),
                inputs: examples.iter().map(wide).collect(),
                cotangents: Vec::new(),
            };
            let name = format!("{} {text}", architecture.name);
            // as in the test of plain networks: sums of at most 65 products in each of up to 6 layers
            let right = naive.cross_entropy(&labels);
            assert!(
                (loss / right - 1.0).abs() < 2.5e-5,
                "{name}: {loss} {right}"
            );
            for l in 0..naive.matrices.len() {
                let gradient = network.gradient(&parts, l);
                let largest = gradient
                    .iter()
                    .flatten()
                    .fold(0.0_f32, |a, g| a.max(g.abs()));
                let columns = gradient[0].len();
                for entry in (0..gradient.len() * columns).step_by(11) {
                    let (unit, at) = (entry / columns, entry % columns);
                    let mut loss_at = |by: f64| {
                        let before = naive.matrices[l][unit][at];
                        naive.matrices[l][unit][at] += by;
                        let loss = naive.cross_entropy(&labels);
                        naive.matrices[l][unit][at] = before;
                        loss
                    };
                    let quotient = (loss_at(STEP) - loss_at(-STEP)) / (2.0 * STEP);
                    let error = (f64::from(gradient[unit][at]) - quotient).abs();
                    assert!(
                        error < 5e-5 * f64::from(largest),
                        "{name}: {l} {unit} {at}: {error}"
                    );
                }
            }
        }
    }
}

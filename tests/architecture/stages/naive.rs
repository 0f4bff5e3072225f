//! A network of stages in double precision with the weights of a dense draw, one input at a time: its loss, and the derivative of the
//! loss by any number of the stream by central differences.

use initscope::math::attention::Attend;
use initscope::math::panel::{Panel, padded};
use initscope::math::stream::{Purpose, StreamKey};
use initscope::net::block::Norm;
use initscope::net::spec::{Method, Spec};
use initscope::net::stage::Middle;
use initscope::net::tape::Linear;
use initscope::sim::source::{cotangents, noise_inputs};
use initscope::train::matrix::Matrix;
use initscope::train::plan::Shape;

use super::{draws, spec};

/// Rows of weights with the bias of each at the end.
pub(super) type Rows = Vec<Vec<f64>>;

pub(super) struct Naive<'a> {
    pub(super) spec: &'a Spec,
    /// The matrices of every stage: those that read the input, then the last.
    pub(super) matrices: Vec<Vec<Rows>>,
    /// What multiplies the branch of a stage in place of what the spec says.
    pub(super) alphas: Vec<Option<f64>>,
    pub(super) inputs: Rows,
    pub(super) cotangents: Rows,
}

/// Something added to one number: of the stream after a stage (0: the inputs), of a unit of an input.
type Nudge = (usize, usize, usize, f64);

/// A norm of all inputs.
pub(super) fn norm(norm: Option<Norm>, eps: f64, inputs: &[Vec<f64>]) -> Rows {
    let alone = |x: &Vec<f64>, centred: bool| -> Vec<f64> {
        let n = x.len() as f64;
        let mean = if centred {
            x.iter().sum::<f64>() / n
        } else {
            0.0
        };
        let rho = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n + eps).sqrt();
        x.iter().map(|v| (v - mean) / rho).collect()
    };
    let turned = |rows: &[Vec<f64>]| -> Rows {
        let columns = 0..rows[0].len();
        columns
            .map(|at| rows.iter().map(|row| row[at]).collect())
            .collect()
    };
    match norm {
        None => inputs.to_vec(),
        Some(Norm::Layer) => inputs.iter().map(|x| alone(x, true)).collect(),
        Some(Norm::Rms) => inputs.iter().map(|x| alone(x, false)).collect(),
        Some(Norm::Batch) => {
            let units = turned(inputs);
            let normed: Rows = units.iter().map(|unit| alone(unit, true)).collect();
            turned(&normed)
        }
    }
}

pub(super) fn times(rows: &Rows, x: &[f64]) -> Vec<f64> {
    let dot = |row: &Vec<f64>| {
        let (bias, weights) = row.split_last().expect("a bias");
        weights.iter().zip(x).map(|(w, x)| w * x).sum::<f64>() + bias
    };
    rows.iter().map(dot).collect()
}

impl<'a> Naive<'a> {
    fn new(spec: &'a Spec) -> Self {
        let (batch, lanes) = (spec.batch(), padded(spec.batch()));
        let key = |layer, purpose| StreamKey {
            seed: spec.seed(),
            draw: 0,
            layer,
            purpose,
        };
        let rows = |linear: Linear, number: usize| -> Rows {
            let Linear {
                fan_in,
                fan_out,
                weights,
                biases,
            } = linear;
            let stride = (fan_in + 1).next_multiple_of(16);
            let shape = Shape {
                fan_in,
                fan_out,
                stride,
                weights,
                biases,
            };
            let matrix = Matrix::new(shape, 0, spec.seed(), 0, number as u32);
            super::super::exact::rows(&matrix)
        };
        let columns = |panel: &Panel, differences: bool| -> Rows {
            let number = |unit: usize, b: usize| f64::from(panel.data()[unit * lanes + b]);
            let of = |b: usize| {
                let units = 0..panel.units();
                units
                    .map(|unit| match differences && b > 0 {
                        true => number(unit, 0) + number(unit, b),
                        false => number(unit, b),
                    })
                    .collect()
            };
            (0..batch).map(of).collect()
        };
        let noise = columns(
            &noise_inputs(spec.input_dim(), batch, lanes, key(0, Purpose::Inputs)),
            true,
        );
        let tokens = spec.tokens();
        let positions = noise_inputs(
            spec.input_dim(),
            tokens,
            padded(tokens),
            key(1, Purpose::Inputs),
        );
        let at = |unit: usize, token: usize| -> f64 {
            let row = &positions.data()[unit * padded(tokens)..];
            f64::from(row[0])
                + if token > 0 {
                    f64::from(row[token])
                } else {
                    0.0
                }
        };
        let draft = spec.draft();
        let input = |(b, x): (usize, &Vec<f64>)| -> Vec<f64> {
            let units = x.iter().enumerate();
            units
                .map(|(unit, x)| draft.embed * x + draft.position * at(unit, b % tokens))
                .collect()
        };
        let inputs: Rows = noise.iter().enumerate().map(input).collect();
        let inputs = norm(draft.initial_norm, draft.eps, &inputs);
        let mut ends = Panel::zeros(spec.width(), lanes);
        let above = 8 * (spec.layers() as u32 + 1);
        cotangents(&mut ends, batch, key(above, Purpose::Cotangents));
        let matrices = (1..=spec.layers()).map(|number| {
            let stage = spec.stage(number);
            let own = match draft.copies {
                true => (number - 1) % spec.sub_layers() + 1,
                false => number,
            };
            let reads = stage.reads.iter().enumerate();
            let mut all: Vec<Rows> = reads.map(|(k, read)| rows(*read, 8 * own + k)).collect();
            all.extend(
                stage
                    .residual
                    .map(|residual| rows(residual.last, 8 * own + 7)),
            );
            all
        });
        Self {
            matrices: matrices.collect(),
            alphas: vec![None; spec.layers()],
            inputs,
            cotangents: columns(&ends, false),
            spec,
        }
    }

    /// The activation of all inputs.
    fn activated(&self, inputs: &[Vec<f64>]) -> Rows {
        let phi = self.spec.activation().phi();
        let one = |x: &Vec<f64>| x.iter().map(|x| phi.value(*x)).collect();
        inputs.iter().map(one).collect()
    }

    /// What stands between the matrices, for all inputs.
    fn middle(&self, middle: &Middle, z: &[Vec<Vec<f64>>]) -> Rows {
        let (phi, eps) = (self.spec.activation().phi(), self.spec.draft().eps);
        let each = z.iter();
        match middle {
            Middle::Activation(inner) => {
                let first: Rows = each.map(|z| z[0].clone()).collect();
                self.activated(&norm(*inner, eps, &first))
            }
            Middle::Gate => each
                .map(|z| {
                    z[0].iter()
                        .zip(&z[1])
                        .map(|(gate, up)| phi.value(*gate) * up)
                        .collect()
                })
                .collect(),
            Middle::Tokens(_) => each.map(|z| z[0].clone()).collect(),
            Middle::Attention(attend) => (0..z.len())
                .map(|b| {
                    let heads = 0..attend.heads;
                    heads
                        .flat_map(|head| self.head(attend, z, b, head))
                        .collect()
                })
                .collect(),
        }
    }

    /// What a matrix over tokens gives.
    fn mixed(&self, rows: &Rows, a: &[Vec<f64>]) -> Rows {
        let tokens = self.spec.tokens();
        let token = |b: usize| {
            let sequence = &a[b / tokens * tokens..][..tokens];
            let units = 0..self.spec.width();
            let unit = |unit| sequence.iter().map(|a| a[unit]).collect::<Vec<f64>>();
            units.map(|n| times(rows, &unit(n))[b % tokens]).collect()
        };
        (0..a.len()).map(token).collect()
    }

    /// What one head gives token `b`.
    fn head(&self, attend: &Attend, z: &[Vec<Vec<f64>>], b: usize, head: usize) -> Vec<f64> {
        let (tokens, d) = (self.spec.tokens(), attend.units);
        let shared = head * attend.kv_heads / attend.heads;
        let rows = |b: usize, which: usize, head: usize| {
            let mut rows = z[b][which][head * d..(head + 1) * d].to_vec();
            if let Some(eps) = attend.qk_norm.filter(|_| which < 2) {
                let square = rows.iter().map(|v| v * v).sum::<f64>() / d as f64;
                rows.iter_mut().for_each(|v| *v /= (square + eps).sqrt());
            }
            if !attend.rope || which == 2 {
                return rows;
            }
            let turned = |r: usize| {
                let angle =
                    (b % tokens) as f64 / 10000_f64.powf(2.0 * (r % (d / 2)) as f64 / d as f64);
                let (sin, cos) = angle.sin_cos();
                if r < d / 2 {
                    rows[r] * cos - rows[r + d / 2] * sin
                } else {
                    rows[r] * cos + rows[r - d / 2] * sin
                }
            };
            (0..d).map(turned).collect()
        };
        let first = b / tokens * tokens;
        let seen = first..if attend.causal { b + 1 } else { first + tokens };
        let query = rows(b, 0, head);
        let weights = seen.clone().map(|j| {
            let key = rows(j, 1, shared);
            (attend.scale * query.iter().zip(&key).map(|(q, k)| q * k).sum::<f64>()).exp()
        });
        let weights: Vec<f64> = weights.collect();
        let total: f64 = weights.iter().sum();
        let mut output = vec![0.0; d];
        for (weight, j) in weights.iter().zip(seen) {
            for (sum, v) in output.iter_mut().zip(rows(j, 2, shared)) {
                *sum += weight / total * v;
            }
        }
        output
    }

    /// The stream after every stage and at the end, of every input.
    pub(super) fn way(&self, nudge: Option<Nudge>) -> Vec<Rows> {
        let eps = self.spec.draft().eps;
        let mut x = self.inputs.clone();
        let mut found = Vec::new();
        for number in 1..=self.spec.layers() {
            let stage = self.spec.stage(number);
            let matrices = &self.matrices[number - 1];
            let reads = &matrices[..stage.reads.len()];
            let mut u = norm(stage.pre, eps, &x);
            if stage.entered {
                u = self.activated(&u);
            }
            let read = |u: &Vec<f64>| match reads {
                [] => vec![u.clone()],
                _ => reads.iter().map(|rows| times(rows, u)).collect(),
            };
            let z: Vec<Vec<Vec<f64>>> = u.iter().map(read).collect();
            let a = self.middle(&stage.middle, &z);
            x = match stage.residual {
                None => a,
                Some(residual) => {
                    let last = matrices.last().expect("a last matrix");
                    let branch: Rows = match stage.middle {
                        Middle::Tokens(_) => self.mixed(last, &a),
                        _ => a.iter().map(|a| times(last, a)).collect(),
                    };
                    let branch = norm(residual.norm, eps, &branch);
                    let alpha = self.alphas[number - 1].unwrap_or(residual.alpha);
                    let sums = x.iter().zip(&branch).map(|(x, f)| {
                        let pairs = x.iter().zip(f);
                        pairs.map(|(x, f)| residual.skip * x + alpha * f).collect()
                    });
                    let sums: Rows = sums.collect();
                    let sums = norm(stage.post, eps, &sums);
                    match stage.activated {
                        true => self.activated(&sums),
                        false => sums,
                    }
                }
            };
            if let Some((_, unit, b, by)) = nudge.filter(|n| n.0 == number) {
                x[b][unit] += by;
            }
            found.push(x.clone());
        }
        found.push(norm(self.spec.draft().last_norm, eps, &x));
        found
    }

    fn loss(&self, nudge: Nudge) -> f64 {
        let end = self.way(Some(nudge)).pop().expect("an end");
        let pairs = end.iter().flatten().zip(self.cotangents.iter().flatten());
        pairs.map(|(x, c)| x * c).sum()
    }
}

fn log10_mean_square(values: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0);
    for value in values {
        sum += value * value;
        count += 1;
    }
    (sum / f64::from(count)).log10()
}

/// Products of at most 96 numbers rounded at `2^-24` in at most 8 matrices, forward and back: `1e-4` of a mean square at the very worst.
const TOLERANCE: f64 = 5e-5;

/// Central differences with the step 1e-5: `1e-10` of a third derivative, and a rounding of `1e-16 / 1e-5` of the loss.
const STEP: f64 = 1e-5;

#[test]
fn a_dense_draw_is_a_naive_network_and_its_gradient_the_derivative_of_the_loss() {
    // no kink, so that a step crosses none
    for text in [
        "gelu/he_uniform 16x3 block=pre(ln,mlp(2)) bias=0.2 batch=3",
        "tanh/he_uniform 16x3 block=post(rms,mlp(1.5),skip=0.9,alpha=0.7) bias=0.1 batch=3",
        "silu/he_uniform 16x2 block=res(mlp(1),alpha=1/sqrt(L))+pre(rms,mlp(3)) batch=3 final=ln eps=1e-3",
        "tanh/he_uniform 16x3 norm=ln bias=0.3 batch=3",
        "tanh/he_uniform 16x3 norm=bn bias=0.3 batch=5",
        "gelu/he_uniform 16x3 block=pre(bn,preact(2,bn)) bias=0.2 batch=4 final=bn eps=1e-3",
        "tanh/he_uniform 16x3 block=respost(bn,mlp(1.5,bn),alpha=0.7,phi) initial=bn batch=4",
        "silu/he_uniform 16x2 block=pre(rms,preact(1))+res(preact(2,ln),alpha=0.5)+post(bn,glu(1)) bias=0.2 batch=5",
        "silu/he_uniform 16x2 block=peri(ln,attn(4,causal,rope,kv=2),q=1.5)+respost(rms,glu(2),up=0.7) bias=0.2 batch=6 tokens=3",
        "gelu/he_uniform 16x2 block=post(ln,attn(2,scale=2))+pre(rms,glu(1)) initial=ln embed=0.5+0.7 batch=4 tokens=2 final=ln",
        "tanh/he_uniform 16x3 block=post(ln,attn(2))+post(ln,mlp(2)) copies=yes out=1/sqrt(2l) batch=4",
        "silu/he_uniform 16x2 block=pre(rms,attn(4,causal,rope,scale=2,qk=rms),k=3)+pre(rms,mlp(1)) bias=0.2 batch=6 tokens=3 eps=1e-3",
        "gelu/he_uniform 16x2 block=res(mix,alpha=0.7)+post(ln,mix)+respost(rms,mix)+res(mlp(1)) bias=0.2 batch=6 tokens=3",
        "tanh/he_uniform 20x3 block=res(preact(2),first=1/sqrt(0.96+0.04l))+pre(rms,glu(1)) standardized=yes gain=1.6 bias=0.1 batch=3",
    ] {
        let spec = spec(text);
        let naive = Naive::new(&spec);
        let record = draws(&spec, Method::Dense, 1).remove(0);
        let way = naive.way(None);
        for number in 1..=spec.layers() {
            let layer = &record.layers[number - 1];
            let stream = way[number - 1].iter().flatten().copied();
            let expected = log10_mean_square(stream);
            assert!(
                (layer.x_second_moment - expected).abs() < TOLERANCE,
                "{text}, {number}: {} {expected}",
                layer.x_second_moment
            );
            let units = 0..spec.width();
            let places = units.flat_map(|unit| (0..spec.batch()).map(move |b| (unit, b)));
            let slopes = places.map(|(unit, b)| {
                let loss = |by| naive.loss((number, unit, b, by));
                (loss(STEP) - loss(-STEP)) / (2.0 * STEP)
            });
            let expected = log10_mean_square(slopes);
            assert!(
                (layer.grad_x - expected).abs() < TOLERANCE,
                "{text}, gradient {number}: {} {expected}",
                layer.grad_x
            );
        }
    }
}

//! A network of stages in double precision with the weights of a dense draw, one input at a time: its loss, and the derivative of the
//! loss by any number of the stream by central differences.

use initscope::math::panel::{Panel, padded};
use initscope::math::stream::{Purpose, StreamKey};
use initscope::net::block::Norm;
use initscope::net::spec::{Method, Spec};
use initscope::net::tape::Linear;
use initscope::sim::source::{cotangents, noise_inputs};
use initscope::train::matrix::Matrix;
use initscope::train::plan::Shape;

use super::{draws, spec};

/// Rows of weights with the bias of each at the end.
type Rows = Vec<Vec<f64>>;

struct Naive<'a> {
    spec: &'a Spec,
    /// Both matrices of every stage.
    matrices: Vec<[Rows; 2]>,
    inputs: Rows,
    cotangents: Rows,
}

/// Something added to one number: of the stream after a stage (0: the inputs), of a unit of an input.
type Nudge = (usize, usize, usize, f64);

fn norm(norm: Option<Norm>, eps: f64, x: &[f64]) -> Vec<f64> {
    let Some(norm) = norm else { return x.to_vec() };
    let n = x.len() as f64;
    let mean = match norm {
        Norm::Layer => x.iter().sum::<f64>() / n,
        Norm::Rms => 0.0,
    };
    let rho = (x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / n + eps).sqrt();
    x.iter().map(|v| (v - mean) / rho).collect()
}

fn times(rows: &Rows, x: &[f64]) -> Vec<f64> {
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
        let mut inputs = columns(
            &noise_inputs(spec.input_dim(), batch, lanes, key(0, Purpose::Inputs)),
            true,
        );
        inputs
            .iter_mut()
            .flatten()
            .for_each(|x| *x *= spec.draft().embed);
        let mut ends = Panel::zeros(spec.width(), lanes);
        let above = 2 * spec.layers() as u32 + 1;
        cotangents(&mut ends, batch, key(above, Purpose::Cotangents));
        let matrices = (1..=spec.layers()).map(|number| {
            let stage = spec.stage(number);
            let second = stage
                .residual
                .map_or_else(Vec::new, |residual| rows(residual.second, 2 * number));
            [rows(stage.first, 2 * number - 1), second]
        });
        Self {
            matrices: matrices.collect(),
            inputs,
            cotangents: columns(&ends, false),
            spec,
        }
    }

    /// The stream after every stage and at the end, of one input.
    fn way(&self, b: usize, nudge: Option<Nudge>) -> Vec<Vec<f64>> {
        let eps = self.spec.draft().eps;
        let phi = self.spec.activation().phi();
        let mut x = self.inputs[b].clone();
        let mut found = Vec::new();
        for number in 1..=self.spec.layers() {
            let stage = self.spec.stage(number);
            let [first, second] = &self.matrices[number - 1];
            let z = times(first, &norm(stage.pre, eps, &x));
            let a: Vec<f64> = norm(stage.inner, eps, &z)
                .iter()
                .map(|z| phi.value(*z))
                .collect();
            x = match stage.residual {
                None => a,
                Some(residual) => {
                    let f = times(second, &a);
                    let pairs = x.iter().zip(f);
                    let sum: Vec<f64> = pairs
                        .map(|(x, f)| residual.skip * x + residual.alpha * f)
                        .collect();
                    norm(stage.post, eps, &sum)
                }
            };
            if let Some((_, unit, _, by)) = nudge.filter(|n| n.0 == number && n.2 == b) {
                x[unit] += by;
            }
            found.push(x.clone());
        }
        found.push(norm(self.spec.draft().last_norm, eps, &x));
        found
    }

    fn loss(&self, b: usize, nudge: Nudge) -> f64 {
        let end = self.way(b, Some(nudge)).pop().expect("an end");
        end.iter()
            .zip(&self.cotangents[b])
            .map(|(x, c)| x * c)
            .sum()
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
    ] {
        let spec = spec(text);
        let naive = Naive::new(&spec);
        let record = draws(&spec, Method::Dense, 1).remove(0);
        let ways: Vec<_> = (0..spec.batch()).map(|b| naive.way(b, None)).collect();
        for number in 1..=spec.layers() {
            let layer = &record.layers[number - 1];
            let stream = ways.iter().flat_map(|way| way[number - 1].iter().copied());
            let expected = log10_mean_square(stream);
            assert!(
                (layer.x_second_moment - expected).abs() < TOLERANCE,
                "{text}, {number}: {} {expected}",
                layer.x_second_moment
            );
            let units = 0..spec.width();
            let places = units.flat_map(|unit| (0..spec.batch()).map(move |b| (unit, b)));
            let slopes = places.map(|(unit, b)| {
                let loss = |by| naive.loss(b, (number, unit, b, by));
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

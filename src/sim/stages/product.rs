//! Products with the matrices that read the same input, stacked: `Z_k = W_k X`, then `G = sum_k W_k' D_k`.

mod streamed;

use std::ops::Range;

use crate::math::factor::{GramFactor, multiply, transposed_multiply};
use crate::math::stream::{Purpose, StreamKey};
use crate::net::spec::Method;
use crate::net::tape::Linear;
use crate::sim::law::{Law, LawAction, action};
use crate::sim::source;
use crate::sim::stages::rows::{self, Basis, Buffers, Lanes, Narrow, Single};

pub use streamed::Stream;

/// One matrix of a stack.
#[derive(Debug)]
struct Part {
    linear: Linear,
    /// Standard deviation of an entry of a Gaussian law.
    std: f64,
    /// Makes it block by block, where that is the way.
    law: Option<Box<dyn Law>>,
}

/// Matrices of one input: all of them Gaussian and never formed, or all made block by block.
#[derive(Debug)]
pub struct Product {
    /// Units that they read.
    pub fan_in: usize,
    /// Units that they give, all together.
    pub fan_out: usize,
    parts: Vec<Part>,
    lanes: Lanes,
}

/// Outputs `Z`, without biases.
#[derive(Debug)]
enum Outputs {
    /// Of all matrices, one under the other.
    Wide(Vec<f64>),
    /// Of every matrix as it was mixed.
    Narrow(Vec<Narrow>),
}

/// What the way back must know of `Z = W X`.
#[derive(Debug)]
pub struct Passed {
    z: Outputs,
    /// `X`, where no matrix is formed.
    x: Narrow,
    /// `X'X` of the first input and differences.
    pub gram: Vec<f64>,
    /// `S`: the columns of `X S` are orthonormal.
    s: Vec<f64>,
    rank: usize,
}

/// What is multiplied of the gradient `D` at what a matrix gives.
#[derive(Debug)]
pub struct Gradient {
    /// The sums `D~` that go with differences of what the matrix was given.
    sums: Narrow,
    /// `D~'D~`: `|D X'|^2` is the sum of its products with `X~'X~`, free of cancellation where `D` sums to nearly 0 over columns of
    /// `X` that are nearly equal. The first entry is the square of the sum over all columns.
    pub gram: Vec<f64>,
}

impl Gradient {
    /// Of the sums.
    #[must_use]
    pub(in crate::sim::stages) fn new(sums: Narrow, lanes: Lanes) -> Self {
        Self {
            gram: sums.gram(lanes),
            sums,
        }
    }

    /// Its memory is free again.
    pub(in crate::sim::stages) fn recycle(self, buffers: &mut Buffers) {
        buffers.give(self.sums.into_rows());
    }
}

/// A product on the way back.
#[derive(Debug)]
pub enum Begun {
    /// It is complete.
    Formed(Single),
    /// It is on its way.
    Streamed(Stream),
}

impl Default for Passed {
    fn default() -> Self {
        Self::of(Vec::new())
    }
}

impl Passed {
    /// Of outputs alone.
    #[must_use]
    pub fn of(z: Vec<f64>) -> Self {
        Self {
            z: Outputs::Wide(z),
            x: Narrow::default(),
            gram: Vec::new(),
            s: Vec::new(),
            rank: 0,
        }
    }

    /// The same with these outputs.
    #[must_use]
    pub fn giving(self, z: Vec<f64>) -> Self {
        Self {
            z: Outputs::Wide(z),
            ..self
        }
    }

    /// The outputs of every matrix in single precision, where they are.
    #[must_use]
    pub(in crate::sim::stages) fn narrow(&self) -> Option<&[Narrow]> {
        match &self.z {
            Outputs::Wide(_) => None,
            Outputs::Narrow(parts) => Some(parts),
        }
    }

    /// Its memory is free again.
    pub(in crate::sim::stages) fn recycle(self, buffers: &mut Buffers) {
        buffers.give(self.x.into_rows());
        if let Outputs::Narrow(parts) = self.z {
            parts
                .into_iter()
                .for_each(|part| buffers.give(part.into_rows()));
        }
    }

    /// Units of the outputs of all matrices.
    #[must_use]
    pub fn units(&self, lanes: Lanes) -> usize {
        let numbers = match &self.z {
            Outputs::Wide(z) => z.len(),
            Outputs::Narrow(parts) => parts.iter().map(Narrow::len).sum(),
        };
        numbers / lanes.all
    }

    /// Writes some rows of the outputs of all matrices, which stand one under the other, without biases.
    pub fn write(&self, lanes: Lanes, rows: Range<usize>, out: &mut [f64]) {
        match &self.z {
            Outputs::Wide(z) => {
                out.copy_from_slice(&z[rows.start * lanes.all..rows.end * lanes.all]);
            }
            Outputs::Narrow(parts) => {
                let (mut first, mut rest) = (0, out);
                for part in parts {
                    let end = first + part.len() / lanes.all;
                    let own =
                        rows.start.clamp(first, end) - first..rows.end.clamp(first, end) - first;
                    if !own.is_empty() {
                        let (out, behind) = rest.split_at_mut(own.len() * lanes.all);
                        part.widen(lanes, own, out);
                        rest = behind;
                    }
                    first = end;
                }
            }
        }
    }
}

impl Product {
    /// The action of matrices of one input on a batch.
    #[must_use]
    pub fn new(stack: &[Linear], lanes: Lanes, method: Method) -> Self {
        let zero = |linear: &Linear| linear.weights.support() == (0.0, 0.0);
        let gaussian = |linear: &Linear| zero(linear) || linear.weights.is_gaussian();
        let method = match method {
            method if stack.iter().all(gaussian) => method,
            _ => Method::Dense,
        };
        let ways = stack.iter().map(|linear| {
            let Linear {
                fan_in,
                fan_out,
                weights,
                ..
            } = *linear;
            action(weights, fan_in, fan_out, lanes.all, method)
        });
        let ways: Vec<LawAction> = ways.collect();
        // a stack is streamed where one of it is, save for matrices of zeros alone
        let streamed = ways
            .iter()
            .zip(stack)
            .any(|(way, linear)| matches!(way, LawAction::Streamed(_)) && !zero(linear));
        let parts = stack.iter().zip(ways).map(|(linear, way)| {
            let law = match way {
                LawAction::Streamed(law) => Some(law),
                LawAction::Free(_) => None,
            };
            Part {
                linear: *linear,
                std: match zero(linear) {
                    true => 0.0,
                    false => linear.weights.std(linear.fan_in, linear.fan_out),
                },
                law: law.filter(|_| streamed),
            }
        });
        Self {
            fan_in: stack.first().map_or(0, |linear| linear.fan_in),
            fan_out: stack.iter().map(|linear| linear.fan_out).sum(),
            parts: parts.collect(),
            lanes,
        }
    }

    /// Rows of every matrix's output within all of them.
    fn ranges(&self) -> impl Iterator<Item = (&Part, Range<usize>)> {
        let mut from = 0;
        self.parts.iter().map(move |part| {
            let begin = from;
            from += part.linear.fan_out;
            (part, begin..from)
        })
    }

    /// The rows of a panel of all outputs that are one matrix's.
    fn rows<'p>(&self, panel: &'p [f64], rows: Range<usize>) -> &'p [f64] {
        &panel[rows.start * self.lanes.all..rows.end * self.lanes.all]
    }

    /// Entries of every matrix.
    pub fn shapes(&self) -> impl Iterator<Item = usize> {
        let entries = |part: &Part| part.linear.fan_in * part.linear.fan_out;
        self.parts.iter().map(entries)
    }

    /// Whether every entry of every matrix is 0.
    fn is_zero(&self) -> bool {
        self.parts.iter().all(|part| part.std == 0.0)
    }

    /// Work of one product, in matrix entries times vectors of inputs.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let lanes = self.lanes.all as u64;
        let units = (self.fan_in + self.fan_out) as u64 * lanes;
        let laws = self.parts.iter().filter_map(|part| part.law.as_ref());
        let streamed = laws.map(|law| (law.forward_parts() * law.part_cost(self.lanes.all)) as u64);
        match streamed.sum() {
            _ if self.is_zero() => units,
            0 => units * lanes / 4 + lanes.pow(3),
            streamed => streamed,
        }
    }

    /// The biases of all matrices, one after the other; empty where all are zero.
    #[must_use]
    pub fn biases(&self, key: StreamKey) -> Vec<f32> {
        if self.parts.iter().all(|part| part.linear.biases.is_zero()) {
            return Vec::new();
        }
        let each = (0..).zip(&self.parts).flat_map(|(number, part)| {
            let Linear {
                fan_out, biases, ..
            } = part.linear;
            let key = StreamKey {
                purpose: Purpose::Biases,
                ..matrix_key(key, number)
            };
            source::biases(biases, fan_out, key).unwrap_or_else(|| vec![0.0; fan_out])
        });
        each.collect()
    }

    /// Starts `Z = W X`: complete where nothing is streamed.
    #[must_use]
    pub fn begin(
        &self,
        key: StreamKey,
        x: Narrow,
        buffers: &mut Buffers,
    ) -> (Passed, Option<Stream>) {
        let lanes = self.lanes;
        let mut passed = Passed {
            gram: x.gram(lanes),
            ..Passed::default()
        };
        if self.is_zero() {
            passed.z = Outputs::Wide(vec![0.0; self.fan_out * lanes.all]);
            return (passed, None);
        }
        if self.parts.iter().any(|part| part.law.is_some()) {
            let stream = self.stream(&x);
            buffers.give(x.into_rows());
            return (passed, Some(stream));
        }
        let mut factor = GramFactor::new(&passed.gram, lanes.all, lanes.all);
        if factor.is_graded() {
            passed.gram = x.gram_in_doubles(lanes);
            factor = GramFactor::new(&passed.gram, lanes.all, lanes.all);
        }
        passed.s = factor.right_inverse();
        passed.rank = factor.rank();
        passed.x = x;
        let each = self.ranges().map(|(part, own)| {
            let mixing: Vec<f64> = factor.r().iter().map(|r| r * part.std).collect();
            let room = buffers.take(own.len() * lanes.all);
            let fresh = rows::fresh(key, own, lanes.all, room);
            rows::mix(fresh, &mixing, passed.rank, lanes)
        });
        passed.z = Outputs::Narrow(each.collect());
        (passed, None)
    }

    /// What is multiplied of the gradients `D_k` at the outputs of every matrix.
    #[must_use]
    pub fn gradients(&self, d: &[f64], buffers: &mut Buffers) -> Vec<Gradient> {
        let each = self.ranges().map(|(_, rows)| {
            let sums = Narrow::of(self.rows(d, rows), self.lanes, Basis::Sums, buffers);
            Gradient::new(sums, self.lanes)
        });
        each.collect()
    }

    /// Starts `G = sum_k W_k' D_k`, where [`begin`](Self::begin) left `passed`, of the [`gradients`](Self::gradients) of `d`: done at
    /// once where nothing is streamed.
    #[must_use]
    pub fn begin_back(
        &self,
        key: StreamKey,
        passed: &Passed,
        d: &[f64],
        gradients: &[Gradient],
        buffers: &mut Buffers,
    ) -> Begun {
        let lanes = self.lanes;
        if self.is_zero() {
            return Begun::Formed(Single {
                rows: vec![0.0; self.fan_in * lanes.all],
                scale: 1.0,
            });
        }
        if self.parts.iter().any(|part| part.law.is_some()) {
            return Begun::Streamed(self.stream_back(d));
        }
        // rows of T are N(0, sum_k std_k^2 D_k'D_k)
        let mut covariance = vec![0.0; lanes.all * lanes.all];
        for (part, d) in self.parts.iter().zip(gradients) {
            let gram = rows::plain_gram(&d.gram, lanes);
            for (sum, value) in covariance.iter_mut().zip(gram) {
                *sum += part.std * part.std * value;
            }
        }
        let spread = GramFactor::new(&covariance, lanes.all, lanes.all);
        let (mixing, rank) = (spread.r(), spread.rank());
        let back = StreamKey {
            purpose: Purpose::Backward,
            ..key
        };
        let room = buffers.take(self.fan_in * lanes.all);
        let fresh = rows::fresh(back, 0..self.fan_in, lanes.all, room);
        let mut z_dot_d = vec![0.0; lanes.all * lanes.all];
        if let Outputs::Narrow(parts) = &passed.z {
            for (z, d) in parts.iter().zip(gradients) {
                for (sum, own) in z_dot_d.iter_mut().zip(z.cross(&d.sums, lanes)) {
                    *sum += own;
                }
            }
        }
        let overlap = rows::overlap(&passed.x, &fresh, lanes);
        // X'G = Z'D, so what X sees of T gives way to it: S S' (Z'D - X'N mixing)
        let mut span = multiply(&overlap, mixing, lanes.all, rank);
        for (span, known) in span.iter_mut().zip(&z_dot_d) {
            *span = known - *span;
        }
        let span = transposed_multiply(&passed.s, &span, lanes.all, lanes.all);
        let span = multiply(&passed.s, &span, lanes.all, passed.rank);
        let mixing = &mixing[..rank * lanes.all];
        Begun::Formed(rows::form(fresh, mixing, &passed.x, &span, lanes))
    }
}

/// The key of a matrix of a stack.
fn matrix_key(stack: StreamKey, number: u32) -> StreamKey {
    StreamKey {
        layer: stack.layer + number,
        ..stack
    }
}

//! Products with one matrix: `Z = W X`, then `G = W' D`.

use std::ops::Range;

use crate::math::factor::{GramFactor, multiply, transposed_multiply};
use crate::math::panel::Panel;
use crate::math::stream::{Purpose, StreamKey};
use crate::net::bias::BiasLaw;
use crate::net::spec::Method;
use crate::net::tape::Linear;
use crate::sim::law::{Law, LawAction, action};
use crate::sim::stages::rows::{self, Lanes};
use crate::sim::team::Team;

/// How the matrix acts.
#[derive(Debug)]
enum Action {
    /// Every entry is 0.
    Zero,
    /// Independent `N(0, std^2)` entries, never formed.
    Free { std: f64 },
    /// Made block by block.
    Streamed(Box<dyn Law>),
}

/// One matrix with its biases.
#[derive(Debug)]
pub struct Product {
    /// Units that it reads.
    pub fan_in: usize,
    /// Units that it gives.
    pub fan_out: usize,
    /// Law of its biases.
    pub biases: BiasLaw,
    action: Action,
    lanes: Lanes,
}

/// What the way back must know of `Z = W X`.
#[derive(Debug, Default)]
pub struct Passed {
    /// `Z`, without biases.
    pub z: Vec<f64>,
    /// `X'X` of the first input and differences.
    pub gram: Vec<f64>,
    /// `S`: the columns of `X S` are orthonormal.
    s: Vec<f64>,
    rank: usize,
}

/// A streamed product on its way.
#[derive(Debug)]
pub struct Stream {
    from: Panel,
    to: Panel,
    /// What the numbers of the first input and of the others stand for: themselves times these.
    scales: [f64; 2],
    part: usize,
}

/// The power of two nearest above a size, 1 for 0 and what is not finite.
fn power_above(largest: f64) -> f64 {
    if largest > 0.0 && largest.is_finite() {
        libm::scalbn(1.0, libm::ilogb(largest) + 1)
    } else {
        1.0
    }
}

impl Product {
    /// The action of a matrix on a batch.
    #[must_use]
    pub fn new(linear: &Linear, lanes: Lanes, method: Method) -> Self {
        let Linear {
            fan_in,
            fan_out,
            weights,
            biases,
        } = *linear;
        let zero = weights.support() == (0.0, 0.0);
        let method = match (weights, method) {
            (law, method) if law.is_gaussian() => method,
            _ => Method::Dense,
        };
        let action = match action(weights, fan_in, fan_out, lanes.all, method) {
            _ if zero => Action::Zero,
            LawAction::Streamed(law) => Action::Streamed(law),
            LawAction::Free(_) => Action::Free {
                std: weights.std(fan_in, fan_out),
            },
        };
        Self {
            fan_in,
            fan_out,
            biases,
            action,
            lanes,
        }
    }

    /// Work of one product, in matrix entries times vectors of inputs.
    #[must_use]
    pub fn cost(&self) -> u64 {
        let (units, lanes) = (self.fan_in + self.fan_out, self.lanes.all as u64);
        match &self.action {
            Action::Zero => units as u64 * lanes,
            Action::Free { .. } => units as u64 * lanes * lanes / 4 + lanes.pow(3),
            Action::Streamed(law) => (law.forward_parts() * law.part_cost(self.lanes.all)) as u64,
        }
    }

    /// Starts `Z = W X`: complete where nothing is streamed.
    #[must_use]
    pub fn begin(&self, key: StreamKey, x: &[f64]) -> (Passed, Option<Stream>) {
        let lanes = self.lanes;
        let gram = rows::products(x, x, lanes, [true; 2]);
        let mut passed = Passed {
            gram,
            ..Passed::default()
        };
        match &self.action {
            Action::Zero => passed.z = vec![0.0; self.fan_out * lanes.all],
            Action::Free { std } => {
                let mut factor = GramFactor::new(&passed.gram, lanes.all, lanes.all);
                passed.s = factor.right_inverse();
                passed.rank = factor.rank();
                let mixing: Vec<f64> = factor.r().iter().map(|r| r * std).collect();
                let fresh = rows::fresh(key, self.fan_out, lanes.all);
                passed.z = vec![0.0; self.fan_out * lanes.all];
                rows::mix(&fresh, &mixing, passed.rank, lanes, &mut passed.z);
            }
            Action::Streamed(law) => {
                let stream = self.stream(x, self.fan_in, law.output_units(), true);
                return (passed, Some(stream));
            }
        }
        (passed, None)
    }

    /// Goes on with a streamed `Z = W X` as far as a budget allows; whether it is complete, and the work.
    pub fn go_on(&self, key: StreamKey, stream: &mut Stream, budget: u64) -> (bool, u64) {
        self.go(
            stream,
            budget,
            |law| law.forward_parts(),
            |law, parts, from, to| {
                law.forward(key, parts, from, to, Team::Alone);
            },
        )
    }

    /// Takes what a complete stream gives.
    pub fn take(&self, passed: &mut Passed, stream: &Stream) {
        passed.z = self.numbers(stream, self.fan_out, true);
    }

    /// Starts `G = W' D`, where `X` is what [`begin`](Self::begin) was given: done at once where nothing is streamed.
    pub fn begin_back(
        &self,
        key: StreamKey,
        passed: &Passed,
        x: &[f64],
        d: &[f64],
        d_gram: &[f64],
    ) -> Result<Vec<f64>, Stream> {
        let lanes = self.lanes;
        let mut g = vec![0.0; self.fan_in * lanes.all];
        match &self.action {
            Action::Zero => {}
            Action::Free { std } => {
                let spread = GramFactor::new(d_gram, lanes.all, lanes.all);
                let mixing: Vec<f64> = spread.r().iter().map(|r| r * std).collect();
                let back = StreamKey {
                    purpose: Purpose::Backward,
                    ..key
                };
                let fresh = rows::fresh(back, self.fan_in, lanes.all);
                let z_dot_d = rows::products(&passed.z, d, lanes, [true, false]);
                let overlap = rows::overlap(x, &fresh, lanes);
                // U'D - S'X'T = S' (Z'D - X'N mixing)
                let mut span = multiply(&overlap, &mixing, lanes.all, spread.rank());
                for (span, known) in span.iter_mut().zip(&z_dot_d) {
                    *span = known - *span;
                }
                let span = transposed_multiply(&passed.s, &span, lanes.all, lanes.all);
                let span = multiply(&passed.s, &span, lanes.all, passed.rank);
                let rank = spread.rank();
                rows::form(&fresh, &mixing[..rank * lanes.all], x, &span, lanes, &mut g);
            }
            Action::Streamed(law) => {
                let units = law.output_units().max(self.fan_in);
                return Err(self.stream(d, self.fan_out, units, false));
            }
        }
        Ok(g)
    }

    /// Goes on with a streamed `G = W' D` as far as a budget allows; whether it is complete, and the work.
    pub fn go_back(&self, key: StreamKey, stream: &mut Stream, budget: u64) -> (bool, u64) {
        self.go(
            stream,
            budget,
            |law| law.backward_parts(),
            |law, parts, from, to| {
                law.backward(key, parts, from, to, Team::Alone);
            },
        )
    }

    /// What a complete stream back gives.
    #[must_use]
    pub fn take_back(&self, stream: &Stream) -> Vec<f64> {
        self.numbers(stream, self.fan_in, false)
    }

    /// Does as many of the parts of a streamed product as a budget allows.
    fn go(
        &self,
        stream: &mut Stream,
        budget: u64,
        parts: impl Fn(&dyn Law) -> usize,
        run: impl Fn(&dyn Law, Range<usize>, &Panel, &mut Panel),
    ) -> (bool, u64) {
        let Action::Streamed(law) = &self.action else {
            return (true, 0);
        };
        let parts = parts(&**law);
        let each = law.part_cost(self.lanes.all).max(1) as u64;
        let begin = stream.part;
        let end = parts.min(begin + (budget / each).max(1) as usize);
        run(&**law, begin..end, &stream.from, &mut stream.to);
        stream.part = end;
        (end == parts, (end - begin) as u64 * each)
    }

    /// Single precision holds the first input and the differences from it at sizes of their own.
    fn stream(&self, x: &[f64], units: usize, to: usize, differences: bool) -> Stream {
        let lanes = self.lanes;
        let mut largest = [0.0_f64; 2];
        let number = |row: &[f64], b: usize| match b {
            0 => row[0],
            b if differences => row[b] - row[0],
            b => row[b],
        };
        for row in x.chunks_exact(lanes.all).take(units) {
            for b in 0..lanes.batch {
                let slot = &mut largest[usize::from(b > 0 && differences)];
                *slot = slot.max(number(row, b).abs());
            }
        }
        let scales = largest.map(power_above);
        let mut from = Panel::zeros(units.max(to), lanes.all);
        let out = from.data_mut().chunks_exact_mut(lanes.all);
        for (row, out) in x.chunks_exact(lanes.all).take(units).zip(out) {
            for (b, out) in out[..lanes.batch].iter_mut().enumerate() {
                let scale = scales[usize::from(b > 0 && differences)];
                *out = (number(row, b) / scale) as f32;
            }
        }
        Stream {
            from,
            to: Panel::zeros(units.max(to), lanes.all),
            scales,
            part: 0,
        }
    }

    fn numbers(&self, stream: &Stream, units: usize, differences: bool) -> Vec<f64> {
        let lanes = self.lanes;
        let mut z = vec![0.0; units * lanes.all];
        let from = stream.to.data().chunks_exact(lanes.all);
        for (row, z) in from.zip(z.chunks_exact_mut(lanes.all)) {
            for (b, z) in z[..lanes.batch].iter_mut().enumerate() {
                *z = f64::from(row[b]) * stream.scales[usize::from(b > 0 && differences)];
            }
            if differences {
                let first = z[0];
                for value in &mut z[1..lanes.batch] {
                    *value += first;
                }
            }
        }
        z
    }
}

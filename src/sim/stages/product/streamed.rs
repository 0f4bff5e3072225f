//! Stacked products with matrices that are made block by block.

use super::{Product, matrix_key};
use crate::math::panel::Panel;
use crate::math::stream::StreamKey;
use crate::sim::law::Law;
use crate::sim::stages::rows::{self, Basis, Narrow, Scales};
use crate::sim::team::Team;

/// Streamed products on their way: one matrix after the other, each part by part.
#[derive(Debug)]
pub struct Stream {
    /// What the present matrix is given.
    from: Panel,
    to: Panel,
    /// What the numbers of a column stand for, see [`Scales`].
    scales: Scales,
    /// The present matrix, and the next part of it.
    matrix: usize,
    part: usize,
    /// What the matrices before it gave: their outputs one under the other, or on the way back their sum.
    done: Vec<f64>,
}

impl Stream {
    /// What a complete stream gives: `Z`, or on the way back `G`.
    #[must_use]
    pub fn into_numbers(self) -> Vec<f64> {
        self.done
    }
}

impl Product {
    /// The law of a matrix and the rows of its output.
    fn streamed(&self, matrix: usize) -> Option<(&dyn Law, std::ops::Range<usize>)> {
        let (part, rows) = self.ranges().nth(matrix)?;
        Some((&**part.law.as_ref()?, rows))
    }

    /// Starts `Z = W X`.
    pub(super) fn stream(&self, x: &Narrow) -> Stream {
        let laws = self.parts.iter().filter_map(|part| part.law.as_ref());
        let units = laws.map(|law| law.output_units()).max().unwrap_or(0);
        let lanes = self.lanes.all;
        let mut from = Panel::zeros(units.max(self.fan_in), lanes);
        from.data_mut()[..x.rows.len()].copy_from_slice(&x.rows);
        self.loaded(from, x.scales)
    }

    /// Starts `G = sum_k W_k' D_k`.
    pub(super) fn stream_back(&self, d: &[f64]) -> Stream {
        let mut stream = self.loaded_back(d, 0);
        stream.done = vec![0.0; self.fan_in * self.lanes.all];
        stream
    }

    fn loaded_back(&self, d: &[f64], matrix: usize) -> Stream {
        let (law, rows) = self.streamed(matrix).expect("a streamed matrix");
        let units = law.output_units().max(self.fan_in);
        let d = self.rows(d, rows);
        let mut from = Panel::zeros(units, self.lanes.all);
        let scales = rows::narrowed(
            d,
            self.lanes,
            Basis::Columns,
            &mut from.data_mut()[..d.len()],
        );
        self.loaded(from, scales)
    }

    /// Goes on with `Z = W X` as far as a budget allows; whether it is complete, and the work.
    pub fn go_on(&self, key: StreamKey, stream: &mut Stream, budget: u64) -> (bool, u64) {
        let mut work = 0;
        while let Some((law, rows)) = self.streamed(stream.matrix) {
            let key = matrix_key(key, stream.matrix as u32);
            let (from, to) = (&stream.from, &mut stream.to);
            let (end, cost) = self.go(
                law.forward_parts(),
                law,
                stream.part,
                budget - work.min(budget),
            );
            law.forward(key, stream.part..end, from, to, Team::Alone);
            (stream.part, work) = (end, work + cost);
            if end < law.forward_parts() {
                return (false, work);
            }
            stream.done.extend(self.numbers(stream, rows.len(), true));
            (stream.matrix, stream.part) = (stream.matrix + 1, 0);
            if work >= budget && stream.matrix < self.parts.len() {
                return (false, work);
            }
        }
        (true, work)
    }

    /// Goes on with `G = sum_k W_k' D_k` as far as a budget allows; whether it is complete, and the work.
    pub fn go_back(
        &self,
        key: StreamKey,
        d: &[f64],
        stream: &mut Stream,
        budget: u64,
    ) -> (bool, u64) {
        let mut work = 0;
        while let Some((law, _)) = self.streamed(stream.matrix) {
            let key = matrix_key(key, stream.matrix as u32);
            let (from, to) = (&stream.from, &mut stream.to);
            let (end, cost) = self.go(
                law.backward_parts(),
                law,
                stream.part,
                budget - work.min(budget),
            );
            law.backward(key, stream.part..end, from, to, Team::Alone);
            (stream.part, work) = (end, work + cost);
            if end < law.backward_parts() {
                return (false, work);
            }
            let own = self.numbers(stream, self.fan_in, false);
            let mut done = std::mem::take(&mut stream.done);
            for (sum, own) in done.iter_mut().zip(&own) {
                *sum += own;
            }
            let next = stream.matrix + 1;
            if next == self.parts.len() {
                (stream.matrix, stream.done) = (next, done);
                return (true, work);
            }
            *stream = Stream {
                matrix: next,
                done,
                ..self.loaded_back(d, next)
            };
            if work >= budget {
                return (false, work);
            }
        }
        (true, work)
    }

    /// The end of the parts that a budget allows from `begin` on, and their cost.
    fn go(&self, parts: usize, law: &dyn Law, begin: usize, budget: u64) -> (usize, u64) {
        let each = law.part_cost(self.lanes.all).max(1) as u64;
        let end = parts.min(begin + (budget / each).max(1) as usize);
        (end, (end - begin) as u64 * each)
    }

    /// At the beginning of the first matrix.
    fn loaded(&self, from: Panel, scales: Scales) -> Stream {
        Stream {
            to: Panel::zeros(from.units(), from.lanes()),
            from,
            scales,
            matrix: 0,
            part: 0,
            done: Vec::new(),
        }
    }

    fn numbers(&self, stream: &Stream, units: usize, differences: bool) -> Vec<f64> {
        let narrow = &stream.to.data()[..units * self.lanes.all];
        rows::widened(narrow, self.lanes, differences, stream.scales)
    }
}

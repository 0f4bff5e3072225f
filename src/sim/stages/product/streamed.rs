//! Stacked products with matrices that are made block by block.

use super::{Product, matrix_key};
use crate::math::panel::Panel;
use crate::math::stream::StreamKey;
use crate::sim::law::Law;
use crate::sim::team::Team;

/// Streamed products on their way: one matrix after the other, each part by part.
#[derive(Debug)]
pub struct Stream {
    /// What the present matrix is given.
    from: Panel,
    to: Panel,
    /// What the numbers of a column stand for, by its [class](Lanes::class) where they are differences: themselves times these.
    scales: [f64; 3],
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

/// The power of two nearest above a size, 1 for 0 and what is not finite.
fn power_above(largest: f64) -> f64 {
    if largest > 0.0 && largest.is_finite() {
        libm::scalbn(1.0, libm::ilogb(largest) + 1)
    } else {
        1.0
    }
}

impl Product {
    /// The law of a matrix and the rows of its output.
    fn streamed(&self, matrix: usize) -> Option<(&dyn Law, std::ops::Range<usize>)> {
        let (part, rows) = self.ranges().nth(matrix)?;
        Some((&**part.law.as_ref()?, rows))
    }

    /// Starts `Z = W X`.
    pub(super) fn stream(&self, x: &[f64]) -> Stream {
        let laws = self.parts.iter().filter_map(|part| part.law.as_ref());
        let units = laws.map(|law| law.output_units()).max().unwrap_or(0);
        self.loaded(x, self.fan_in, units.max(self.fan_in), true)
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
        let (own, count) = (self.rows(d, rows.clone()), rows.len());
        self.loaded(own, count, units, false)
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

    /// Single precision holds the first column and differences at sizes of their own.
    fn loaded(&self, x: &[f64], units: usize, panel: usize, differences: bool) -> Stream {
        let lanes = self.lanes;
        let class = |lane: usize| if differences { lanes.class(lane) } else { 0 };
        let mut own = vec![0.0; lanes.all];
        let mut take = |row: &[f64], use_of: &mut dyn FnMut(&[f64])| {
            own.copy_from_slice(row);
            if differences {
                lanes.take_apart(&mut own);
            }
            use_of(&own);
        };
        let mut largest = [0.0_f64; 3];
        let rows = || x.chunks_exact(lanes.all).take(units);
        for row in rows() {
            take(row, &mut |row| {
                for (lane, value) in row[..lanes.batch].iter().enumerate() {
                    let slot = &mut largest[class(lane)];
                    *slot = slot.max(value.abs());
                }
            });
        }
        let scales = largest.map(power_above);
        let mut from = Panel::zeros(panel, lanes.all);
        for (row, out) in rows().zip(from.data_mut().chunks_exact_mut(lanes.all)) {
            take(row, &mut |row| {
                for (lane, value) in row[..lanes.batch].iter().enumerate() {
                    out[lane] = (value / scales[class(lane)]) as f32;
                }
            });
        }
        Stream {
            from,
            to: Panel::zeros(panel, lanes.all),
            scales,
            matrix: 0,
            part: 0,
            done: Vec::new(),
        }
    }

    fn numbers(&self, stream: &Stream, units: usize, differences: bool) -> Vec<f64> {
        let lanes = self.lanes;
        let class = |lane: usize| if differences { lanes.class(lane) } else { 0 };
        let mut z = vec![0.0; units * lanes.all];
        let from = stream.to.data().chunks_exact(lanes.all);
        for (row, z) in from.zip(z.chunks_exact_mut(lanes.all)) {
            for (lane, z) in z[..lanes.batch].iter_mut().enumerate() {
                *z = f64::from(row[lane]) * stream.scales[class(lane)];
            }
            if differences {
                lanes.put_together(z);
            }
        }
        z
    }
}

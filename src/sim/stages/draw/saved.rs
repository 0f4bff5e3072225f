//! What a stage of a draw leaves for the way back, and what its middle is given of it.

use std::ops::Range;

use crate::sim::stages::attends::Attends;
use crate::sim::stages::hidden::Hidden;
use crate::sim::stages::middle::Middle;
use crate::sim::stages::plan::{Node, Plan};
use crate::sim::stages::product::Passed;
use crate::sim::stages::rows::{Buffers, Lanes};

/// What the way back needs of one stage.
#[derive(Debug, Default)]
pub(super) struct Saved {
    /// The stream that enters.
    pub(super) x: Vec<f64>,
    pub(super) reads: Passed,
    pub(super) last: Passed,
    /// Biases of both; empty where they are zero.
    pub(super) biases: [Vec<f32>; 2],
}

impl Saved {
    /// What the last matrix leaves, or those that read the input.
    pub(super) fn passed(&self, last: bool) -> &Passed {
        if last { &self.last } else { &self.reads }
    }

    pub(super) fn passed_mut(&mut self, last: bool) -> &mut Passed {
        if last {
            &mut self.last
        } else {
            &mut self.reads
        }
    }

    /// Writes some rows of what the last matrix, or those that read the input, gives with its biases.
    pub(super) fn write(&self, last: bool, lanes: Lanes, rows: Range<usize>, out: &mut [f64]) {
        self.passed(last).write(lanes, rows.clone(), out);
        let biases = &self.biases[usize::from(last)];
        if !biases.is_empty() {
            add_biases(out, &biases[rows], lanes);
        }
    }

    /// Queries, keys and values, where single precision does for them.
    pub(super) fn attends<'a>(&'a self, plan: &Plan, node: &'a Node) -> Option<Attends<'a>> {
        let Middle::Attention(attention) = &node.middle else {
            return None;
        };
        let parts = self.reads.narrow().filter(|_| self.biases[0].is_empty())?;
        Attends::new(attention, parts, plan.lanes)
    }

    /// Hidden units, where single precision does for them.
    pub(super) fn hidden<'a>(&'a self, plan: &'a Plan, node: &Node) -> Option<Hidden<'a>> {
        let parts = self.reads.narrow().filter(|_| node.middle.is_by_rows())?;
        Hidden::new(parts, &self.biases[0], plan.with())
    }

    /// Its memory is free again.
    pub(super) fn recycle(self, buffers: &mut Buffers) {
        self.reads.recycle(buffers);
        self.last.recycle(buffers);
    }

    /// All of that.
    pub(super) fn wide(&self, last: bool, lanes: Lanes) -> Vec<f64> {
        let units = self.passed(last).units(lanes);
        let mut z = vec![0.0; units * lanes.all];
        self.write(last, lanes, 0..units, &mut z);
        z
    }
}

/// Adds a bias to every input.
fn add_biases(panel: &mut [f64], biases: &[f32], lanes: Lanes) {
    for (row, bias) in panel.chunks_exact_mut(lanes.all).zip(biases) {
        for value in row {
            *value += f64::from(*bias);
        }
    }
}

//! Some examples on their way through the stages of a network that is trained: what is between its matrices is what the
//! [simulation](crate::sim::stages) does, in double precision.

use std::ops::Range;
use std::sync::Arc;

use ndarray::ArrayView2;

use crate::math::panel::padded;
use crate::sim::stages::lanes::Lanes;
use crate::sim::stages::middle::{Given, Middle, With};
use crate::sim::stages::mixing;
use crate::sim::stages::passage::{BranchOutput, Passage, norm_back, normed};
use crate::sim::stages::phi::Applied;
use crate::train::matrix::Matrix;
use crate::train::panels::Panels;
use crate::train::plan::Shape;
use crate::train::staged::{Staged, Uses};

/// Some examples in a network of stages.
#[derive(Debug)]
pub(super) struct StagePart {
    staged: Arc<Staged>,
    examples: usize,
    lanes: Lanes,
    /// Of the stages that differ.
    middles: Vec<Middle>,
    applied: Applied,
    /// What every stage leaves for the way back.
    saved: Vec<Saved>,
    /// The stream before the norm ahead of the first stage.
    entered: Vec<f64>,
    /// The stream.
    x: Vec<f64>,
    /// The gradient of the stream.
    g: Vec<f64>,
}

/// What the way back needs of a stage.
#[derive(Debug)]
struct Saved {
    x: Vec<f64>,
    given: Given,
    branch: Option<BranchOutput>,
}

/// The embedding of what the network is shown, and what is added at every position.
const EMBEDDING: usize = 0;
const POSITIONS: usize = 1;

impl StagePart {
    pub(super) fn new(staged: &Arc<Staged>, examples: usize) -> Self {
        let tokens = staged.spec.tokens();
        let lanes = Lanes {
            batch: examples * tokens,
            all: padded(examples * tokens),
            tokens,
        };
        let middles = staged.stages.iter().map(|stage| Middle::new(stage, lanes));
        Self {
            middles: middles.collect(),
            applied: Applied::new(staged.spec.activation()),
            staged: Arc::clone(staged),
            examples,
            lanes,
            saved: Vec::new(),
            entered: Vec::new(),
            x: Vec::new(),
            g: Vec::new(),
        }
    }

    /// Room for what the matrices multiply and give.
    pub(super) fn panels(&self, shapes: &[Shape]) -> Panels {
        let head = shapes.len() - 1;
        let lanes = |l: usize| match self.staged.mixed_units(l) {
            _ if l == head => padded(self.examples),
            Some(units) => mixing::turned_lanes(units, self.lanes),
            None => self.lanes.all,
        };
        let mut panels = Panels::new(shapes, self.staged.sources.clone(), lanes);
        if self.adds_positions() {
            panels.leave_out_bias(POSITIONS);
            for lane in 0..self.lanes.batch {
                let (line, input) = panels.lane_mut(POSITIONS, lane);
                let position = lane % self.lanes.tokens;
                line[position] = 1.0;
                input[position * self.lanes.all + lane] = 1.0;
            }
        }
        panels
    }

    fn adds_positions(&self) -> bool {
        self.staged.embeds && self.lanes.tokens > 1
    }

    /// Sections of the network: what stands before the stages, the stages, the head.
    pub(super) fn sections(&self) -> usize {
        self.staged.layers() + 2
    }

    fn with(&self) -> With<'_> {
        With {
            applied: &self.applied,
            eps: self.staged.spec.draft().eps,
            lanes: self.lanes,
        }
    }

    fn passage(&self, number: usize) -> Passage<'_> {
        Passage {
            stage: self.staged.stage(number),
            middle: &self.middles[self.staged.like(number)],
            with: self.with(),
        }
    }

    /// Takes these rows of the data: what the embedding is given, or the stream.
    pub(super) fn load(
        &mut self,
        panels: &mut Panels,
        rows: &ArrayView2<'_, f32>,
        examples: &[u32],
    ) {
        let Lanes { all, tokens, .. } = self.lanes;
        let units = rows.ncols() / tokens;
        self.x = vec![0.0; if self.staged.embeds { 0 } else { units * all }];
        for (number, example) in examples.iter().enumerate() {
            let row = rows.row(*example as usize);
            for (at, value) in row.iter().enumerate() {
                let (unit, lane) = (at % units, number * tokens + at / units);
                if self.staged.embeds {
                    let (line, input) = panels.lane_mut(EMBEDDING, lane);
                    line[unit] = *value;
                    input[unit * all + lane] = *value;
                } else {
                    self.x[unit * all + lane] = f64::from(*value);
                }
            }
        }
    }

    pub(super) fn forward(
        &mut self,
        panels: &mut Panels,
        matrices: &[Matrix],
        sections: Range<usize>,
    ) {
        for section in sections {
            match section {
                0 => self.enter(panels, matrices),
                n if n > self.staged.layers() => self.end(panels, matrices),
                n => self.stage(n, panels, matrices),
            }
        }
    }

    fn enter(&mut self, panels: &mut Panels, matrices: &[Matrix]) {
        self.saved.clear();
        if self.staged.embeds {
            panels.multiply(EMBEDDING, &matrices[EMBEDDING]);
            self.x = wide(panels.delta(EMBEDDING));
        }
        if self.adds_positions() {
            panels.multiply(POSITIONS, &matrices[POSITIONS]);
            for (x, own) in self.x.iter_mut().zip(panels.delta(POSITIONS)) {
                *x += f64::from(*own);
            }
        }
        let norm = self.staged.spec.draft().initial_norm;
        if norm.is_some() {
            let (y, _) = normed(norm, &self.x, self.with());
            self.entered = std::mem::replace(&mut self.x, y);
        }
    }

    fn stage(&mut self, number: usize, panels: &mut Panels, matrices: &[Matrix]) {
        let x = std::mem::take(&mut self.x);
        let passage = self.passage(number);
        let Uses { reads, last, .. } = self.staged.uses(number).clone();
        let mut z = passage.entered(&x);
        if !reads.is_empty() {
            panels.give(reads.start, &z, self.lanes.batch);
            z.clear();
            for l in reads {
                panels.multiply(l, &matrices[l]);
                z.extend(panels.delta(l).iter().map(|z| f64::from(*z)));
            }
        }
        let given = passage.given(z);
        let a = passage.middle.forward(passage.with, &given, None);
        let (branch, left) = match last {
            None => (None, a),
            Some(l) => {
                let branch = passage.branch(self.multiplied(l, &a, panels, matrices));
                let sum = passage.sum(&x, &branch, self.alpha(number, matrices));
                (Some(branch), passage.left(sum))
            }
        };
        self.saved.push(Saved { x, given, branch });
        self.x = left;
    }

    /// What the last matrix of a branch gives of this.
    fn multiplied(
        &self,
        l: usize,
        a: &[f64],
        panels: &mut Panels,
        matrices: &[Matrix],
    ) -> Vec<f64> {
        let Some(units) = self.staged.mixed_units(l) else {
            panels.give(l, a, self.lanes.batch);
            panels.multiply(l, &matrices[l]);
            return wide(panels.delta(l));
        };
        panels.give(
            l,
            &mixing::turned(a, self.lanes),
            units * self.lanes.sequences(),
        );
        panels.multiply(l, &matrices[l]);
        mixing::turned_back(panels.delta(l), units, self.lanes)
    }

    /// The gradient at what the last matrix of a branch is given, from that at what it gives.
    fn multiplied_back(
        &self,
        l: usize,
        d: &[f64],
        panels: &mut Panels,
        matrices: &[Matrix],
    ) -> Vec<f64> {
        let Some(units) = self.staged.mixed_units(l) else {
            panels.set_delta(l, d, self.lanes.batch);
            let mut inner = vec![0.0; matrices[l].shape().fan_in * self.lanes.all];
            panels.multiply_back::<false>(l, &matrices[l], &mut inner);
            return wide(&inner);
        };
        panels.set_delta(
            l,
            &mixing::turned(d, self.lanes),
            units * self.lanes.sequences(),
        );
        let mut inner = vec![0.0; self.lanes.tokens * mixing::turned_lanes(units, self.lanes)];
        panels.multiply_back::<false>(l, &matrices[l], &mut inner);
        mixing::turned_back(&inner, units, self.lanes)
    }

    /// What multiplies the branch of a stage.
    fn alpha(&self, number: usize, matrices: &[Matrix]) -> f64 {
        match self.staged.uses(number).alpha {
            Some(l) => f64::from(matrices[l].bias(0)),
            None => (self.staged.stage(number).residual).map_or(0.0, |residual| residual.alpha),
        }
    }

    /// The last norm, the mean over the tokens and the head.
    fn end(&mut self, panels: &mut Panels, matrices: &[Matrix]) {
        let head = matrices.len() - 1;
        let (y, _) = normed(self.staged.spec.draft().last_norm, &self.x, self.with());
        let Lanes { all, tokens, batch } = self.lanes;
        let columns = padded(self.examples);
        let mut means = vec![0.0; y.len() / all * columns];
        for (means, y) in means.chunks_exact_mut(columns).zip(y.chunks_exact(all)) {
            let sequences = y[..batch].chunks_exact(tokens);
            for (mean, tokens) in means.iter_mut().zip(sequences) {
                *mean = tokens.iter().sum::<f64>() / tokens.len() as f64;
            }
        }
        panels.give(head, &means, self.examples);
        panels.multiply(head, &matrices[head]);
    }

    pub(super) fn backward(
        &mut self,
        panels: &mut Panels,
        matrices: &[Matrix],
        sections: Range<usize>,
    ) {
        for section in sections.rev() {
            match section {
                0 => self.enter_back(panels),
                n if n > self.staged.layers() => self.end_back(panels, matrices),
                n => self.stage_back(n, panels, matrices),
            }
        }
    }

    fn end_back(&mut self, panels: &Panels, matrices: &[Matrix]) {
        let head = matrices.len() - 1;
        let Lanes { all, tokens, .. } = self.lanes;
        let columns = padded(self.examples);
        let mut means = vec![0.0; self.x.len() / all * columns];
        panels.multiply_back::<false>(head, &matrices[head], &mut means);
        let mut g = vec![0.0; self.x.len()];
        for (g, means) in g.chunks_exact_mut(all).zip(means.chunks_exact(columns)) {
            for (tokens_of, mean) in g.chunks_exact_mut(tokens).zip(&means[..self.examples]) {
                tokens_of.fill(f64::from(*mean) / tokens as f64);
            }
        }
        let norm = self.staged.spec.draft().last_norm;
        if norm.is_some() {
            let (y, taken) = normed(norm, &self.x, self.with());
            norm_back(norm, taken.as_ref(), &y, &mut g, self.with());
        }
        self.g = g;
    }

    fn stage_back(&mut self, number: usize, panels: &mut Panels, matrices: &[Matrix]) {
        let saved = self.saved.pop().expect("a stage that was passed");
        let mut g = std::mem::take(&mut self.g);
        let passage = self.passage(number);
        let (batch, all) = (self.lanes.batch, self.lanes.all);
        let Uses { reads, last, alpha } = self.staged.uses(number).clone();
        let mut d = match (last, &saved.branch) {
            (Some(l), Some(branch)) => {
                let multiplier = self.alpha(number, matrices);
                passage.left_back(|| passage.sum(&saved.x, branch, multiplier), &mut g);
                if let Some(alpha) = alpha {
                    let products = g.chunks_exact(all).zip(branch.panel.chunks_exact(all));
                    let mut sums = vec![0.0; all];
                    for (g, f) in products {
                        for (sum, (g, f)) in sums.iter_mut().zip(g.iter().zip(f)) {
                            *sum += g * f;
                        }
                    }
                    panels.set_delta(alpha, &sums, batch);
                }
                let mut d = passage.sum_back(&mut g, multiplier);
                passage.branch_back(branch, &mut d);
                self.multiplied_back(l, &d, panels, matrices)
            }
            _ => std::mem::take(&mut g),
        };
        d = passage.middle.backward(passage.with, &saved.given, d);
        if !reads.is_empty() {
            let units = matrices[reads.start].shape().fan_in;
            let mut entering = vec![0.0; units * all];
            let mut from = 0;
            for l in reads {
                let rows = matrices[l].shape().fan_out * all;
                panels.set_delta(l, &d[from..from + rows], batch);
                panels.multiply_back::<true>(l, &matrices[l], &mut entering);
                from += rows;
            }
            d = wide(&entering);
        }
        passage.entered_back(&saved.x, &mut d);
        if last.is_some() {
            for (d, g) in d.iter_mut().zip(&g) {
                *d += g;
            }
        }
        self.g = d;
    }

    fn enter_back(&mut self, panels: &mut Panels) {
        let norm = self.staged.spec.draft().initial_norm;
        let mut g = std::mem::take(&mut self.g);
        if norm.is_some() {
            let (y, taken) = normed(norm, &self.entered, self.with());
            norm_back(norm, taken.as_ref(), &y, &mut g, self.with());
        }
        if self.staged.embeds {
            panels.set_delta(EMBEDDING, &g, self.lanes.batch);
        }
        if self.adds_positions() {
            panels.set_delta(POSITIONS, &g, self.lanes.batch);
        }
    }
}

fn wide(narrow: &[f32]) -> Vec<f64> {
    narrow.iter().map(|value| f64::from(*value)).collect()
}

//! What one stage does to panels beside the products of its matrices, forward and back.

use crate::net::block::Norm;
use crate::net::stage::{Residual, Stage};
use crate::sim::stages::middle::{Given, Middle, With};
use crate::sim::stages::norm::{self, Taken};

/// The operations of a stage on a batch, its matrices left out.
#[derive(Clone, Copy, Debug)]
pub struct Passage<'a> {
    /// What the stage computes.
    pub stage: &'a Stage,
    /// What stands between its matrices.
    pub middle: &'a Middle,
    /// What all operations need.
    pub with: With<'a>,
}

/// A branch's output after its norm, and what the norm took.
#[derive(Debug)]
pub struct BranchOutput {
    /// `[unit][lane]`, `alpha` not yet.
    pub panel: Vec<f64>,
    taken: Option<Taken>,
}

impl Passage<'_> {
    /// Where there is a stream.
    fn residual(&self) -> &Residual {
        (self.stage.residual.as_ref()).expect("a stage with a stream")
    }

    /// What the matrices read of the stream `x`, or the middle where there are none.
    #[must_use]
    pub fn entered(&self, x: &[f64]) -> Vec<f64> {
        let (u, _) = normed(self.stage.pre, x, self.with);
        match self.stage.entered {
            true => self.with.activated(&u),
            false => u,
        }
    }

    /// `dl/dx` in place of `d`, the derivative by what [`entered`](Self::entered) gives.
    pub fn entered_back(&self, x: &[f64], d: &mut [f64]) {
        if self.stage.pre.is_none() && !self.stage.entered {
            return;
        }
        let (u, taken) = normed(self.stage.pre, x, self.with);
        if self.stage.entered {
            self.with.activated_back(&u, d);
        }
        norm_back(self.stage.pre, taken.as_ref(), &u, d, self.with);
    }

    /// What the middle is given, the outputs `z` of the matrices with their biases.
    #[must_use]
    pub fn given(&self, z: Vec<f64>) -> Given {
        self.middle.given(self.with, z)
    }

    /// The branch's output of what its last matrix gives with its biases.
    #[must_use]
    pub fn branch(&self, mut z: Vec<f64>) -> BranchOutput {
        let norm = self.residual().norm;
        let taken = norm.map(|norm| norm::forward(norm, self.with.eps, &mut z, self.with.lanes));
        BranchOutput { panel: z, taken }
    }

    /// Whether the way back depends on the branch's output.
    #[must_use]
    pub fn branch_counts(&self) -> bool {
        self.stage.post.is_some() || self.stage.activated || self.residual().norm.is_some()
    }

    /// `dl/dz` of the last matrix in place of `d`, the derivative by the branch's output.
    pub fn branch_back(&self, branch: &BranchOutput, d: &mut [f64]) {
        let taken = branch.taken.as_ref();
        norm_back(self.residual().norm, taken, &branch.panel, d, self.with);
    }

    /// `skip x + alpha f`.
    #[must_use]
    pub fn sum(&self, x: &[f64], branch: &BranchOutput, alpha: f64) -> Vec<f64> {
        let skip = self.residual().skip;
        let pairs = x.iter().zip(&branch.panel);
        pairs.map(|(x, f)| skip * x + alpha * f).collect()
    }

    /// What leaves the stage of that sum.
    #[must_use]
    pub fn left(&self, sum: Vec<f64>) -> Vec<f64> {
        if self.stage.post.is_none() && !self.stage.activated {
            return sum;
        }
        let (y, _) = normed(self.stage.post, &sum, self.with);
        match self.stage.activated {
            true => self.with.activated(&y),
            false => y,
        }
    }

    /// The derivative by the sum in place of `g`, that by what [`left`](Self::left) gives of it; the sum is asked for where it counts.
    pub fn left_back(&self, sum: impl FnOnce() -> Vec<f64>, g: &mut [f64]) {
        if self.stage.post.is_none() && !self.stage.activated {
            return;
        }
        let (y, taken) = normed(self.stage.post, &sum(), self.with);
        if self.stage.activated {
            self.with.activated_back(&y, g);
        }
        norm_back(self.stage.post, taken.as_ref(), &y, g, self.with);
    }

    /// The derivative by the branch's output of that by the sum, which becomes that by the stream beside the branch.
    #[must_use]
    pub fn sum_back(&self, g: &mut [f64], alpha: f64) -> Vec<f64> {
        let skip = self.residual().skip;
        let d = g.iter().map(|g| alpha * g).collect();
        g.iter_mut().for_each(|g| *g *= skip);
        d
    }
}

/// The panel after a norm, and what was taken; as it is where there is none.
#[must_use]
pub fn normed(norm: Option<Norm>, x: &[f64], with: With<'_>) -> (Vec<f64>, Option<Taken>) {
    let mut y = x.to_vec();
    let taken = norm.map(|norm| norm::forward(norm, with.eps, &mut y, with.lanes));
    (y, taken)
}

/// The way back through [`normed`], which gave `y`; nothing where there is no norm.
pub fn norm_back(
    norm: Option<Norm>,
    taken: Option<&Taken>,
    y: &[f64],
    g: &mut [f64],
    with: With<'_>,
) {
    if let (Some(norm), Some(taken)) = (norm, taken) {
        norm::backward(norm, taken, y, g, with.lanes);
    }
}

//! A network before step 1, as the simulation sees it: exact far below what single precision holds.

use crate::math::team::Team;
use crate::net::spec::{Method, Spec};
use crate::sim::network::{NetworkDraw, NetworkPlan};
use crate::sim::record::{Layer, Record};

/// Work of one piece of a [`Measurement`], in matrix entries times vectors of inputs: a few milliseconds on one core.
const QUANTUM: u64 = 3 << 20;

/// Fewest inputs that can differ.
const SEVERAL: usize = 2;

/// The three channels before step 1, for every hidden layer, log10: `-inf` is an exact zero, `+inf` an overflow.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// Mean of `z^2` over units and inputs.
    pub signal: Vec<f64>,
    /// Mean of `(dl/dz)^2` from independent `N(0, 1)` cotangents at the output of the last hidden layer, whatever the classes.
    pub gradient: Vec<f64>,
    /// Share of the mean of `z^2` that differs between inputs; `-inf` where all of them are 0.
    pub distinguishability: Vec<f64>,
}

impl From<&Record> for Start {
    fn from(record: &Record) -> Self {
        let of = |field: fn(&Layer) -> f64| record.layers.iter().map(field).collect();
        let differs = |layer: &Layer| match layer.z_second_moment {
            f64::NEG_INFINITY => f64::NEG_INFINITY,
            _ => layer.distinguishability,
        };
        Self {
            signal: of(|layer| layer.z_second_moment),
            gradient: of(|layer| layer.grad_z),
            distinguishability: record.layers.iter().map(differs).collect(),
        }
    }
}

/// One network being measured.
#[derive(Debug)]
pub(super) struct Measurement {
    draw: NetworkDraw,
}

impl Measurement {
    /// Of draw `run`: the weights that the training draws, and a batch of the data of its own.
    pub(super) fn new(spec: &Spec, run: usize) -> Self {
        let several = spec.with(|draft| draft.batch = draft.batch.max(SEVERAL));
        // a matrix that is never formed is another draw than one that is trained
        let plan = NetworkPlan::with_method(several.as_ref().unwrap_or(spec), Method::Dense);
        Self {
            draw: plan.draw(run as u32),
        }
    }

    /// A bounded piece of it.
    pub(super) fn advance(&mut self, team: Team) {
        let threads = match team {
            Team::Alone => 1,
            Team::Pool => rayon::current_num_threads() as u64,
        };
        self.draw.advance(QUANTUM * threads, team);
    }

    /// What was measured, once it is complete.
    pub(super) fn start(&self) -> Option<Start> {
        self.draw.is_done().then(|| Start::from(self.draw.record()))
    }
}

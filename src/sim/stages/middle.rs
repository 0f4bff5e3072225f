//! What stands between the matrices of a stage: activation, gate or attention.

use crate::math::attention::{Attention, Seen, Sequences};
use crate::net::block::Norm;
use crate::net::stage::{self, Stage};
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::norm::{self, Taken};
use crate::sim::stages::phi::{Applied, Found};
use crate::sim::stages::rows::Lanes;

/// The operation between the matrices of one stage on a batch.
#[derive(Debug)]
pub enum Middle {
    /// `phi(N z)`, or `phi(z)`.
    Activation(Option<Norm>),
    /// `phi(z_gate) z_up`.
    Gate,
    /// Attention.
    Attention(Attention),
}

/// What all operations need.
#[derive(Clone, Copy, Debug)]
pub struct With<'a> {
    /// The activation.
    pub applied: &'a Applied,
    /// What norms add to the variance.
    pub eps: f64,
    /// The lanes of all panels.
    pub lanes: Lanes,
}

impl With<'_> {
    /// The activation of a panel.
    #[must_use]
    pub fn activated(self, u: &[f64]) -> Vec<f64> {
        let mut a = Vec::new();
        self.applied.pass(u, self.lanes, &mut a, None, None);
        a
    }

    /// `dl/du` in place of `d`, the derivative by what [`activated`](Self::activated) gives.
    pub fn activated_back(self, u: &[f64], d: &mut [f64]) {
        let (mut a, mut slopes) = (Vec::new(), Vec::new());
        (self.applied).pass(u, self.lanes, &mut a, Some(&mut slopes), None);
        for (d, slope) in d.iter_mut().zip(&slopes) {
            *d *= slope;
        }
    }
}

/// What the way back needs of an operation: its input, after its norm.
#[derive(Debug)]
pub struct Given {
    z: Vec<f64>,
    taken: Option<Taken>,
}

impl Middle {
    /// Of a stage.
    #[must_use]
    pub fn new(stage: &Stage, lanes: Lanes) -> Self {
        match stage.middle {
            stage::Middle::Activation(norm) => Self::Activation(norm),
            stage::Middle::Gate => Self::Gate,
            stage::Middle::Attention(attend) => {
                let lanes = Sequences {
                    all: lanes.all,
                    tokens: lanes.tokens,
                    count: lanes.sequences(),
                };
                Self::Attention(Attention::new(attend, lanes))
            }
        }
    }

    /// Which numbers its histogram counts, of `read` units that it is given.
    #[must_use]
    pub fn sampling(&self, read: usize, lanes: Lanes) -> Sampling {
        let units = match self {
            Self::Gate => read / 2,
            Self::Activation(_) | Self::Attention(_) => read,
        };
        Sampling::new(units, lanes.batch)
    }

    /// Its input, the outputs `z` of the matrices with their biases.
    #[must_use]
    pub fn given(&self, with: With<'_>, mut z: Vec<f64>) -> Given {
        let norm = match self {
            Self::Activation(norm) => *norm,
            Self::Gate | Self::Attention(_) => None,
        };
        let taken = norm.map(|norm| norm::forward(norm, with.eps, &mut z, with.lanes));
        Given { z, taken }
    }

    /// What it gives, and what is found on the way where that is wanted.
    #[must_use]
    pub fn forward(
        &self,
        with: With<'_>,
        given: &Given,
        found: Option<(&mut Found, Sampling)>,
    ) -> Vec<f64> {
        let mut a = Vec::new();
        let z = &given.z[..];
        match self {
            Self::Activation(_) => with.applied.pass(z, with.lanes, &mut a, None, found),
            Self::Gate => {
                let (gate, up) = z.split_at(z.len() / 2);
                with.applied.pass(gate, with.lanes, &mut a, None, found);
                for (a, up) in a.iter_mut().zip(up) {
                    *a *= up;
                }
            }
            Self::Attention(attention) => match found {
                None => a = attention.forward(z, None),
                Some((found, _)) => {
                    let mut seen = Seen::default();
                    a = attention.forward(z, Some(&mut seen));
                    found.squares = seen.scores[0];
                    found.count = seen.scores[1] as usize;
                    found.peaks[0] = seen.peak;
                    found.entropy = Some(seen.mean_entropy());
                    found.samples = seen.samples;
                }
            },
        }
        a
    }

    /// `dl/dz` from `d`, the derivative by what it gives.
    #[must_use]
    pub fn backward(&self, with: With<'_>, given: &Given, mut d: Vec<f64>) -> Vec<f64> {
        let z = &given.z[..];
        match self {
            Self::Activation(norm) => {
                with.activated_back(z, &mut d);
                if let (Some(norm), Some(taken)) = (norm, &given.taken) {
                    norm::backward(*norm, taken, z, &mut d, with.lanes);
                }
                d
            }
            Self::Gate => {
                let (gate, up) = z.split_at(z.len() / 2);
                let (mut a, mut slopes) = (Vec::new(), Vec::new());
                with.applied
                    .pass(gate, with.lanes, &mut a, Some(&mut slopes), None);
                let mut both = Vec::with_capacity(z.len());
                let each = d.iter().zip(up).zip(&slopes);
                both.extend(each.map(|((d, up), slope)| d * up * slope));
                both.extend(d.iter().zip(&a).map(|(d, a)| d * a));
                both
            }
            Self::Attention(attention) => attention.backward(z, &d),
        }
    }
}

//! What stands between the matrices of a stage: activation, gate, attention, or nothing.

use crate::math::attention::{Attention, Read, Seen, Sequences, rows_of};
use crate::math::simd::{self, dispatch};
use crate::net::block::Norm;
use crate::net::stage::{self, Stage};
use crate::net::tape::ROWS;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::norm::{self, Taken};
use crate::sim::stages::phi::{Applied, Found, Room};
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
    /// Nothing, before a matrix of tokens.
    Tokens,
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
    /// Numbers of [`ROWS`] rows.
    fn piece(self) -> usize {
        ROWS * self.lanes.all
    }

    /// The activation of a panel.
    #[must_use]
    pub fn activated(self, u: &[f64]) -> Vec<f64> {
        let mut a = Vec::with_capacity(u.len());
        let mut room = Room::new(self.lanes);
        for u in u.chunks(self.piece()) {
            let [x, _] = self.applied.some(u, self.lanes, &mut room);
            a.extend_from_slice(x);
        }
        a
    }

    /// `dl/du` in place of `d`, the derivative by what [`activated`](Self::activated) gives.
    pub fn activated_back(self, u: &[f64], d: &mut [f64]) {
        let mut room = Room::new(self.lanes);
        let pieces = u.chunks(self.piece()).zip(d.chunks_mut(self.piece()));
        for (u, d) in pieces {
            let [_, slopes] = self.applied.some(u, self.lanes, &mut room);
            multiply(d, slopes);
        }
    }

    /// What the activation, or a gate, gives of some rows: of `z`, and of what passes the gate. What is found on the way is noted of
    /// the rows from this one on.
    fn forward_rows(
        self,
        z: &[f64],
        up: Option<&[f64]>,
        room: &mut Room,
        found: Option<(&mut Found, Sampling, usize)>,
        out: &mut [f64],
    ) {
        let [x, slopes] = self.applied.some(z, self.lanes, room);
        if let Some((found, sampling, first)) = found {
            let panels = [z, x, slopes];
            (self.applied).note(panels, self.lanes, first, sampling, found);
        }
        out.copy_from_slice(x);
        if let Some(up) = up {
            multiply(out, up);
        }
    }

    /// `dl/dz` in place of `d`, the derivative by what [`forward_rows`](Self::forward_rows) gives, and of what passes the gate, which is
    /// given with room for that.
    fn backward_rows(
        self,
        z: &[f64],
        up: Option<(&[f64], &mut [f64])>,
        room: &mut Room,
        d: &mut [f64],
    ) {
        let [x, slopes] = self.applied.some(z, self.lanes, room);
        if let Some((up, passing)) = up {
            passing.copy_from_slice(d);
            multiply(passing, x);
            multiply(d, up);
        }
        multiply(d, slopes);
    }
}

/// What attention gives, and what is found of its scores.
#[must_use]
pub fn attended(attention: &Attention, z: &Read<'_>, found: Option<&mut Found>) -> Vec<f64> {
    let Some(found) = found else {
        return attention.forward(z, None);
    };
    let mut seen = Seen::default();
    let a = attention.forward(z, Some(&mut seen));
    *found = found_of(seen);
    a
}

/// What is found of scores.
#[must_use]
pub fn found_of(seen: Seen) -> Found {
    Found {
        squares: seen.scores[0],
        count: seen.scores[1] as usize,
        peaks: [seen.peak, 0.0],
        entropy: Some(seen.mean_entropy()),
        samples: seen.samples,
        ..Found::default()
    }
}

/// Number by number.
fn multiply(values: &mut [f64], by: &[f64]) {
    dispatch!(simd::level(), _ => for (value, by) in values.iter_mut().zip(by) {
        *value *= by;
    });
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
            stage::Middle::Tokens(_) => Self::Tokens,
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
            Self::Activation(_) | Self::Attention(_) | Self::Tokens => read,
        };
        Sampling::new(units, lanes.batch)
    }

    /// Whether a row that it gives depends on one row of its input, or two with a gate, and not on others.
    #[must_use]
    pub fn is_by_rows(&self) -> bool {
        matches!(self, Self::Activation(None) | Self::Gate)
    }

    /// Whether one half of its input is a gate for the other.
    fn is_gate(&self) -> bool {
        matches!(self, Self::Gate)
    }

    /// Its input, the outputs `z` of the matrices with their biases.
    #[must_use]
    pub fn given(&self, with: With<'_>, mut z: Vec<f64>) -> Given {
        let norm = match self {
            Self::Activation(norm) => *norm,
            Self::Gate | Self::Attention(_) | Self::Tokens => None,
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
        mut found: Option<(&mut Found, Sampling)>,
    ) -> Vec<f64> {
        if let Self::Attention(attention) = self {
            let found = found.map(|(found, _)| found);
            return attended(attention, &rows_of(&given.z, with.lanes.all), found);
        }
        if let Self::Tokens = self {
            return given.z.clone();
        }
        let (z, up) = self.halves(&given.z);
        let mut a = vec![0.0; z.len()];
        let mut room = Room::new(with.lanes);
        let piece = with.piece();
        for (at, (z, a)) in z.chunks(piece).zip(a.chunks_mut(piece)).enumerate() {
            let up = up.map(|up| &up[at * piece..][..z.len()]);
            let noted = found.as_mut().map(|(f, s)| (&mut **f, *s, at * ROWS));
            with.forward_rows(z, up, &mut room, noted, a);
        }
        a
    }

    /// A gate and what passes it; all where there is none.
    fn halves<'z>(&self, z: &'z [f64]) -> (&'z [f64], Option<&'z [f64]>) {
        if !self.is_gate() {
            return (z, None);
        }
        let (gate, up) = z.split_at(z.len() / 2);
        (gate, Some(up))
    }

    /// `dl/dz` from `d`, the derivative by what it gives.
    #[must_use]
    pub fn backward(&self, with: With<'_>, given: &Given, mut d: Vec<f64>) -> Vec<f64> {
        if let Self::Attention(attention) = self {
            return attention.backward(&rows_of(&given.z, with.lanes.all), &d);
        }
        if let Self::Tokens = self {
            return d;
        }
        let (z, up) = self.halves(&given.z);
        let size = d.len();
        d.resize(given.z.len(), 0.0);
        let (own, passing) = d.split_at_mut(size);
        let mut room = Room::new(with.lanes);
        let piece = with.piece();
        for (at, (z, d)) in z.chunks(piece).zip(own.chunks_mut(piece)).enumerate() {
            let rows = at * piece..at * piece + z.len();
            let up = up.map(|up| (&up[rows.clone()], &mut passing[rows]));
            with.backward_rows(z, up, &mut room, d);
        }
        if let (Self::Activation(Some(norm)), Some(taken)) = (self, &given.taken) {
            norm::backward(*norm, taken, z, &mut d, with.lanes);
        }
        d
    }
}

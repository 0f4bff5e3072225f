//! Activation and gate on hidden units in single precision, as they are multiplied: the first column and differences from it.
//!
//! With `x = phi(z)`, and `a = x u` of a gate, differences from the first column keep their digits:
//!
//! ```text
//! x_b - x_0 = phi(z_b) - phi(z_0),  or (phi'(z_b) + phi'(z_0)) (z_b - z_0) / 2 where z_b is near z_0
//! a_b - a_0 = (x_b - x_0) u_b + x_0 (u_b - u_0)
//! ```
//!
//! Where all columns are [one group](Lanes::is_one_group) and their numbers fit; [`Middle`](crate::sim::stages::middle::Middle) does
//! the same in double precision everywhere else.

use crate::math::simd::{self, dispatch};
use crate::net::tape::ROWS;
use crate::sim::layer_sums::Sampling;
use crate::sim::stages::lanes::{Lanes, over_lanes, sum_single};
use crate::sim::stages::middle::With;
use crate::sim::stages::phi::Found;
use crate::sim::stages::product::Gradient;
use crate::sim::stages::rows::{Basis, Buffers, Narrow, Single, fits};

/// Hidden units of a stage: outputs of the matrix under the activation, and of that beside it where there is a gate, with their biases.
#[derive(Clone, Copy, Debug)]
pub struct Hidden<'a> {
    z: &'a [f32],
    up: Option<&'a [f32]>,
    biases: [&'a [f32]; 2],
    with: With<'a>,
}

/// Some rows with all columns as they are, and what the activation makes of them.
struct Room {
    z: Vec<f32>,
    up: Vec<f32>,
    value: Vec<f32>,
    slope: Vec<f32>,
}

impl Room {
    fn new(lanes: Lanes) -> Self {
        let [z, up, value, slope] = [(); 4].map(|()| vec![0.0; ROWS * lanes.all]);
        Self {
            z,
            up,
            value,
            slope,
        }
    }
}

impl<'a> Hidden<'a> {
    /// Of the outputs of one matrix or two, and the biases of both; `None` where single precision does not do.
    #[must_use]
    pub fn new(parts: &'a [Narrow], biases: &'a [f32], with: With<'a>) -> Option<Self> {
        let lanes = with.lanes;
        if !lanes.is_one_group() || !parts.iter().all(Narrow::is_unscaled) {
            return None;
        }
        let own = parts[0].rows.len() / lanes.all;
        let (first, second) = biases.split_at(own.min(biases.len()));
        Some(Self {
            z: &parts[0].rows,
            up: parts.get(1).map(|part| &part.rows[..]),
            biases: [first, second],
            with,
        })
    }

    /// Some rows from number `first` on: the activation of them, and what passes the gate.
    fn some<'r>(&self, first: usize, size: usize, room: &'r mut Room) -> Rows<'r>
    where
        'a: 'r,
    {
        let lanes = self.with.lanes;
        let own = first * lanes.all..first * lanes.all + size;
        let z = &self.z[own.clone()];
        let Room {
            z: whole,
            up: passing,
            value,
            slope,
        } = room;
        let (whole, passing) = (&mut whole[..size], &mut passing[..size]);
        let [of_z, of_up] = self.biases.map(|biases| biases.get(first..).unwrap_or(&[]));
        let up = self.up.map(|up| &up[own]);
        dispatch!(simd::level(), _ => over_lanes!(lanes => {
            join(z, of_z, lanes, whole);
            if let Some(up) = up {
                join(up, of_up, lanes, passing);
            }
        }));
        let (value, slope) = (&mut value[..size], &mut slope[..size]);
        self.with.applied.single(whole, lanes, value, slope);
        Rows {
            apart: z,
            z: whole,
            value,
            slope,
            up: up.map(|up| (up, &*passing)),
        }
    }

    /// What is given to the last matrix, and what is found on the way; `None` where single precision does not do.
    #[must_use]
    pub fn forward(self, sampling: Sampling, buffers: &mut Buffers) -> Option<(Narrow, Found)> {
        let mut found = Found::default();
        let lanes = self.with.lanes;
        let mut rows = buffers.take(self.z.len());
        let (mut room, mut largest) = (Room::new(lanes), vec![0.0; lanes.all]);
        for (at, out) in rows.chunks_mut(ROWS * lanes.all).enumerate() {
            let own = self.some(at * ROWS, out.len(), &mut room);
            let panels = [own.z, own.value, own.slope];
            (self.with.applied).note(panels, lanes, at * ROWS, sampling, &mut found);
            dispatch!(simd::level(), _ => over_lanes!(lanes => {
                self.with.applied.differences(own.apart, panels, lanes, out);
                if let Some((apart, up)) = own.up {
                    gate(apart, up, lanes, out);
                }
                sizes(out, lanes, &mut largest);
            }));
        }
        if fits(&largest, lanes, Basis::Differences) {
            return Some((Narrow::unscaled(rows), found));
        }
        buffers.give(rows);
        None
    }

    /// The gradients at the outputs of the matrices of that by what is given to the last.
    #[must_use]
    pub fn backward(self, d: Single, buffers: &mut Buffers) -> Vec<Gradient> {
        let lanes = self.with.lanes;
        let Single { mut rows, scale } = d;
        let mut passing = match self.up {
            Some(up) => buffers.take(up.len()),
            None => Vec::new(),
        };
        let mut room = Room::new(lanes);
        let [mut own_sizes, mut up_sizes] = [(); 2].map(|()| vec![0.0; lanes.all]);
        for (at, d) in rows.chunks_mut(ROWS * lanes.all).enumerate() {
            let own = self.some(at * ROWS, d.len(), &mut room);
            let up = own.up.map(|(_, up)| {
                let place = at * ROWS * lanes.all;
                (up, &mut passing[place..place + up.len()])
            });
            dispatch!(simd::level(), _ => over_lanes!(lanes => {
                if let Some((up, passing)) = up {
                    for (passing, (d, value)) in passing.iter_mut().zip(d.iter().zip(own.value)) {
                        *passing = d * value;
                    }
                    multiply(d, up);
                    sum_up(passing, lanes);
                    sizes(passing, lanes, &mut up_sizes);
                }
                multiply(d, own.slope);
                sum_up(d, lanes);
                sizes(d, lanes, &mut own_sizes);
            }));
        }
        let whole = [(rows, own_sizes), (passing, up_sizes)].into_iter();
        let whole = whole.take(1 + usize::from(self.up.is_some()));
        whole
            .map(|(rows, sizes)| Gradient::new(Narrow::balanced(rows, &sizes, scale, lanes), lanes))
            .collect()
    }
}

/// Some rows on their way.
struct Rows<'r> {
    /// The first column and differences of what the activation is given.
    apart: &'r [f32],
    /// The same with all columns.
    z: &'r [f32],
    value: &'r [f32],
    slope: &'r [f32],
    /// What passes the gate, both ways.
    up: Option<(&'r [f32], &'r [f32])>,
}

/// All columns with a bias of every row, of the first and differences; the padding as the first.
#[inline(always)]
pub(super) fn join(apart: &[f32], biases: &[f32], lanes: Lanes, whole: &mut [f32]) {
    let rows = apart.chunks_exact(lanes.all);
    let each = rows.zip(whole.chunks_exact_mut(lanes.all));
    for (at, (apart, whole)) in each.enumerate() {
        let first = apart[0] + biases.get(at).copied().unwrap_or(0.0);
        for (whole, apart) in whole.iter_mut().zip(apart) {
            *whole = first + apart;
        }
        whole[0] = first;
    }
}

/// What a gate leaves in place of the activation, both as the first column and differences.
#[inline(always)]
fn gate(apart: &[f32], up: &[f32], lanes: Lanes, x: &mut [f32]) {
    let passing = apart
        .chunks_exact(lanes.all)
        .zip(up.chunks_exact(lanes.all));
    for ((apart, up), x) in passing.zip(x.chunks_exact_mut(lanes.all)) {
        let first = x[0];
        for ((x, apart), up) in x[..lanes.batch].iter_mut().zip(apart).zip(up) {
            *x = *x * up + first * apart;
        }
        x[0] = first * up[0];
    }
}

/// The largest size of every column in it and before.
#[inline(always)]
pub(super) fn sizes(rows: &[f32], lanes: Lanes, largest: &mut [f32]) {
    let largest = &mut largest[..lanes.all];
    for row in rows.chunks_exact(lanes.all) {
        for (largest, value) in largest.iter_mut().zip(row) {
            let size = value.abs();
            *largest = if size > *largest { size } else { *largest };
        }
    }
}

/// In place of the first column the sum of all.
#[inline(always)]
pub(super) fn sum_up(rows: &mut [f32], lanes: Lanes) {
    for row in rows.chunks_exact_mut(lanes.all) {
        row[0] = sum_single(&row[..lanes.batch]);
    }
}

#[inline(always)]
fn multiply(values: &mut [f32], by: &[f32]) {
    for (value, by) in values.iter_mut().zip(by) {
        *value *= by;
    }
}

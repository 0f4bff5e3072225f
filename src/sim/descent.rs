//! The way down through one layer, a few units at a time: `dl/dx` made (where the law above is matrix-free), multiplied by the
//! slopes, summed to what the law of this layer needs; then what the law of the layer below needs is brought back.

use fearless_simd::{Simd, dispatch, f32x16, prelude::*};

use crate::math::gram::{add_cross, add_upper_gram};
use crate::math::product::{matrix_times_panel, matrix_times_triangle};
use crate::math::simd::{self, LANES};
use crate::math::stream::Key;
use crate::net::activation::Activation;
use crate::sim::ascent::{add_any_gram, fresh_rows};
use crate::sim::forward::{ROWS, Stored, Workspace, block};
use crate::sim::frame::Frame;
use crate::sim::matrix_free::Turn;
use crate::sim::team::{Sums, open};

/// The first half: `D = phi' G`.
#[derive(Clone, Copy, Debug)]
pub struct Arrive<'a> {
    /// `G = N turn + X along`, with `N` in the panel of fresh numbers and `X` in that of outputs; `None` where `G` is in its
    /// panel.
    pub formed: Option<(&'a Turn, &'a [f32])>,
    /// Whether `D` replaces `G` in the panel.
    pub keep: bool,
    /// Whether `ZᵀD` is wanted.
    pub seen: bool,
}

/// The second half: outputs and slopes of the layer below, from its pre-activations.
#[derive(Clone, Copy, Debug)]
pub struct Fetch<'a> {
    /// The function.
    pub activation: &'a Activation,
    /// How it reads pre-activations.
    pub frame: &'a Frame,
    /// Whether the Gram matrix of the outputs is wanted.
    pub gram: bool,
    /// Fresh numbers for the transposed product of the layer between, and whether their own Gram matrix is wanted.
    pub fresh: Option<(Key, bool)>,
}

/// What all parts of a layer share.
#[derive(Clone, Copy, Debug)]
pub struct Descent<'a> {
    /// First half.
    pub arrive: Option<Arrive<'a>>,
    /// Second half.
    pub fetch: Option<Fetch<'a>>,
    /// Columns of panels.
    pub lanes: usize,
}

/// One part of the panels.
#[derive(Debug)]
pub struct Part<'a> {
    /// Number of its first unit, a multiple of [`ROWS`].
    pub first: usize,
    /// Pre-activations of this layer.
    pub z: &'a [f32],
    /// Pre-activations of the layer below.
    pub z_below: &'a [f32],
    /// Their biases, or none.
    pub biases: &'a [f32],
    /// `G`, then `D`.
    pub g: &'a mut [f32],
    /// Outputs of this layer, then of the one below.
    pub x: &'a mut [f32],
    /// Slopes of this layer, then of the one below.
    pub slope: &'a mut [f32],
    /// Fresh numbers for the product above, then for the one below.
    pub fresh: &'a mut [f32],
    /// What it finds.
    pub sums: &'a mut Sums,
}

impl Descent<'_> {
    /// Does one part.
    pub fn run(&self, part: &mut Part<'_>, work: &mut Workspace) {
        let lanes = self.lanes;
        for start in (0..part.x.len()).step_by(ROWS * lanes) {
            let range = start..part.x.len().min(start + ROWS * lanes);
            let (x, slope) = (&mut part.x[range.clone()], &mut part.slope[range.clone()]);
            let first = part.first + start / lanes;
            if let Some(arrive) = &self.arrive {
                let scratch = &mut work.rows[0][..range.len()];
                let rows = Rows {
                    z: if arrive.seen {
                        &part.z[range.clone()]
                    } else {
                        &[]
                    },
                    g: if arrive.formed.is_none() || arrive.keep {
                        &mut part.g[range.clone()]
                    } else {
                        scratch
                    },
                    x,
                    slope,
                    fresh: if arrive.formed.is_some() {
                        &part.fresh[range.clone()]
                    } else {
                        &[]
                    },
                };
                dispatch!(simd::level(), simd => arrive.rows(simd, rows, part.sums, lanes));
            }
            if let Some(fetch) = &self.fetch {
                let stored = Stored {
                    z: &part.z_below[range.clone()],
                    biases: part.biases.get(start / lanes..).unwrap_or_default(),
                    frame: fetch.frame,
                    activation: fetch.activation,
                };
                block(stored, x, Some(slope), None, first, work);
                let sums = &mut *part.sums;
                dispatch!(simd::level(), simd => {
                    if fetch.gram {
                        add_any_gram(simd, x, lanes, open(&mut sums.gram, lanes));
                    }
                    if let Some((key, gram)) = fetch.fresh {
                        let fresh = &mut part.fresh[range.clone()];
                        fresh_rows(simd, key, first, fresh);
                        add_cross(simd, x, fresh, lanes, open(&mut sums.overlap, lanes));
                        if gram {
                            add_upper_gram(simd, fresh, lanes, open(&mut sums.fresh, lanes));
                        }
                    }
                });
            }
        }
    }
}

/// [`ROWS`] rows of the panels; those that are not needed are empty.
struct Rows<'a> {
    z: &'a [f32],
    g: &'a mut [f32],
    x: &'a [f32],
    slope: &'a [f32],
    fresh: &'a [f32],
}

impl Arrive<'_> {
    #[inline(always)]
    fn rows<S: Simd>(&self, simd: S, rows: Rows<'_>, sums: &mut Sums, lanes: usize) {
        let g = rows.g;
        if let Some((turn, along)) = self.formed {
            matrix_times_triangle(simd, rows.fresh, &turn.rows, &turn.reach, g, lanes);
            matrix_times_panel::<S, true>(simd, rows.x, lanes, along, g, lanes);
        }
        let mut squares = f32x16::splat(simd, 0.0);
        let mut peak = squares;
        for (g, slope) in g
            .chunks_exact_mut(LANES)
            .zip(rows.slope.chunks_exact(LANES))
        {
            let v = f32x16::from_slice(simd, g);
            squares = v.mul_add(v, squares);
            let d = v * f32x16::from_slice(simd, slope);
            peak = peak.max(d.abs());
            d.store_slice(g);
        }
        sums.peak = peak.as_slice().iter().fold(sums.peak, |a, b| a.max(*b));
        sums.squares += f64::from(squares.reduce_sum());
        add_upper_gram(simd, g, lanes, open(&mut sums.power, lanes));
        if self.seen {
            add_cross(simd, rows.z, g, lanes, open(&mut sums.seen, lanes));
        }
    }
}

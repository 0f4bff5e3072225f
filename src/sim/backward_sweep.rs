//! The way down through one layer, a few units at a time: `dl/dx` made (where the law above is matrix-free), multiplied by the
//! slopes, summed to what the law of this layer needs; then what the law of the layer below needs is brought back.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::gram::{add_cross, add_upper_gram};
use crate::math::product::{matrix_times_panel, matrix_times_triangle};
use crate::math::simd::{self, LANES, dispatch};
use crate::math::stream::StreamKey;
use crate::net::activation::Activation;
use crate::net::tape::Stream;
use crate::sim::forward::{ROWS, Stored, Workspace, block};
use crate::sim::forward_sweep::{add_any_gram, fresh_rows};
use crate::sim::frame::Frame;
use crate::sim::join::{JoinGradient, StreamGradient};
use crate::sim::matrix_free::Mixing;
use crate::sim::team::{Sums, zeroed};

/// The first half: `D = phi' G`.
#[derive(Clone, Copy, Debug)]
pub struct Arrive<'a> {
    /// `G = N mixing + X span_part`, with `N` in the panel of fresh numbers and `X` in that of outputs; `None` where `G` is in its
    /// panel.
    pub formed: Option<(&'a Mixing, &'a [f32])>,
    /// Whether `D` replaces `G` in the panel.
    pub keep: bool,
    /// Whether `ZᵀD` is wanted.
    pub z_dot_d: bool,
    /// The way back through the sums with the stream before and after the activation.
    pub joins: [Option<JoinGradient>; 2],
}

/// What the numbers of a gradient stand for on the way back through one section: `2^exponent` times themselves.
#[derive(Clone, Copy, Debug, Default)]
pub struct GradientExponents {
    /// Those of `dl/dx`, at what the activation gives.
    pub x: i64,
    /// Those of the gradient at what the activation is given, the stream's included.
    pub z: i64,
    /// Those of `D`, at what the linear operation gives.
    pub d: i64,
    /// The way back through the sums with the stream before and after the activation.
    pub joins: [Option<JoinGradient>; 2],
}

impl GradientExponents {
    /// Of a gradient at the end of the section that stands for `2^exponent` times its numbers, where slopes stand for `2^slope`.
    #[must_use]
    pub fn new(
        exponent: i64,
        slope: i64,
        [before, after]: [Option<Stream>; 2],
        stream: &mut StreamGradient,
    ) -> Self {
        let mut d = exponent;
        let after = after.map(|op| JoinGradient::new(op, &mut d, stream));
        let x = d;
        d += slope;
        let before = before.map(|op| JoinGradient::new(op, &mut d, stream));
        Self {
            x,
            z: before.map_or(x + slope, |join| join.exponent),
            d,
            joins: [before, after],
        }
    }
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
    pub fresh: Option<(StreamKey, bool)>,
}

/// What all parts of a layer share.
#[derive(Clone, Copy, Debug)]
pub struct BackwardSweep<'a> {
    /// First half.
    pub arrive: Option<Arrive<'a>>,
    /// Second half.
    pub fetch: Option<Fetch<'a>>,
    /// Columns of panels.
    pub lanes: usize,
}

/// One part of the panels.
#[derive(Debug)]
pub struct BackwardPart<'a> {
    /// Number of its first unit, a multiple of [`ROWS`].
    pub first: usize,
    /// Pre-activations of this layer.
    pub z: &'a [f32],
    /// What the activation of the layer below is given.
    pub z_below: &'a [f32],
    /// The stream after the activation of the layer below, which is its output; or none.
    pub stream_below: &'a [f32],
    /// Their biases, or none.
    pub biases: &'a [f32],
    /// `G`, then `D`.
    pub g: &'a mut [f32],
    /// Gradient of the stream, or none.
    pub stream: &'a mut [f32],
    /// Outputs of this layer, then of the one below.
    pub x: &'a mut [f32],
    /// Slopes of this layer, then of the one below.
    pub slope: &'a mut [f32],
    /// Fresh numbers for the product above, then for the one below.
    pub fresh: &'a mut [f32],
    /// What it finds.
    pub sums: &'a mut Sums,
}

impl BackwardSweep<'_> {
    /// Does one part.
    pub fn run(&self, part: &mut BackwardPart<'_>, work: &mut Workspace) {
        let lanes = self.lanes;
        for start in (0..part.x.len()).step_by(ROWS * lanes) {
            let range = start..part.x.len().min(start + ROWS * lanes);
            let (x, slope) = (&mut part.x[range.clone()], &mut part.slope[range.clone()]);
            let first = part.first + start / lanes;
            if let Some(arrive) = &self.arrive {
                let scratch = &mut work.rows[0][..range.len()];
                let rows = Rows {
                    z: if arrive.z_dot_d {
                        &part.z[range.clone()]
                    } else {
                        &[]
                    },
                    g: if arrive.formed.is_none() || arrive.keep {
                        &mut part.g[range.clone()]
                    } else {
                        scratch
                    },
                    stream: part.stream.get_mut(range.clone()).unwrap_or_default(),
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
                if let Some(stream) = part.stream_below.get(range.clone()) {
                    x.copy_from_slice(stream);
                }
                let sums = &mut *part.sums;
                dispatch!(simd::level(), simd => {
                    if fetch.gram {
                        add_any_gram(simd, x, lanes, zeroed(&mut sums.gram, lanes));
                    }
                    if let Some((key, gram)) = fetch.fresh {
                        let fresh = &mut part.fresh[range.clone()];
                        fresh_rows(simd, key, first, fresh);
                        add_cross(simd, x, fresh, lanes, zeroed(&mut sums.overlap, lanes));
                        if gram {
                            add_upper_gram(simd, fresh, lanes, zeroed(&mut sums.fresh, lanes));
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
    stream: &'a mut [f32],
    x: &'a [f32],
    slope: &'a [f32],
    fresh: &'a [f32],
}

impl Arrive<'_> {
    #[inline(always)]
    fn rows<S: Simd>(&self, simd: S, rows: Rows<'_>, sums: &mut Sums, lanes: usize) {
        let g = rows.g;
        if let Some((mixing, span_part)) = self.formed {
            matrix_times_triangle(simd, rows.fresh, &mixing.rows, &mixing.reach, g, lanes);
            matrix_times_panel::<S, true>(simd, rows.x, lanes, span_part, g, lanes);
        }
        let [before, after] = &self.joins;
        if let Some(join) = after {
            sums.joined[1] += join.rows(simd, g, rows.stream).0;
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
        let mut peak = peak.as_slice().iter().fold(0.0, |a: f32, b| a.max(*b));
        if let Some(join) = before {
            let found;
            (found, peak) = join.rows(simd, g, rows.stream);
            sums.joined[0] += found;
        }
        sums.peak = sums.peak.max(peak);
        sums.squares += f64::from(squares.reduce_sum());
        add_upper_gram(simd, g, lanes, zeroed(&mut sums.d_gram, lanes));
        if self.z_dot_d {
            add_cross(simd, rows.z, g, lanes, zeroed(&mut sums.z_dot_d, lanes));
        }
    }
}

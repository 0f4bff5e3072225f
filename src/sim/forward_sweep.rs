//! The way up through one layer, a few units at a time: pre-activations made (where the law is matrix-free), joined with the stream
//! where there is one, passed through the activation, measured, and summed to the Gram matrix that the next layer's law needs.

use fearless_simd::Simd;

use crate::math::gram::{add_upper_gram, add_upper_gram_in_doubles};
use crate::math::product::matrix_times_triangle;
use crate::math::simd::{self, dispatch};
use crate::math::stream::{Stream, StreamKey, fill_normal};
use crate::net::activation::Activation;
use crate::sim::forward::{ROWS, Stored, Workspace, block, squares_fit};
use crate::sim::frame::Frame;
use crate::sim::join::Join;
use crate::sim::layer_sums::Sampling;
use crate::sim::matrix_free::Mixing;
use crate::sim::team::{Sums, zeroed};
use crate::sim::units::add_sums;

/// Where pre-activations come from.
#[derive(Clone, Copy, Debug)]
pub enum PreActivations<'a> {
    /// They are in the panel.
    Given,
    /// `Z = N mixing` with fresh numbers of this key.
    Fresh {
        /// Name of the numbers.
        key: StreamKey,
        /// By what.
        mixing: &'a Mixing,
    },
    /// `Z = N mixing`, and `N` is in the panel.
    Mixed {
        /// By what.
        mixing: &'a Mixing,
    },
}

/// In what the inner products of a Gram matrix are summed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Single precision over [`ROWS`] rows.
    Single,
    /// Double precision, where columns are nearly dependent.
    Double,
}

/// What all parts of a layer share.
#[derive(Clone, Copy, Debug)]
pub struct ForwardSweep<'a> {
    /// The function.
    pub activation: &'a Activation,
    /// How it reads what is given to it.
    pub frame: &'a Frame,
    /// Where pre-activations come from.
    pub source: PreActivations<'a>,
    /// The sums with the stream before and after the activation.
    pub joins: [Option<Join>; 2],
    /// What is measured; nothing when pre-activations are only brought back.
    pub sampling: Option<Sampling>,
    /// Whether the effective rank is measured too.
    pub ranked: bool,
    /// Whether the Gram matrix of the output is wanted, and how.
    pub gram: Option<Precision>,
    /// Columns of panels.
    pub lanes: usize,
}

/// One part of a layer.
#[derive(Debug)]
pub struct ForwardPart<'a> {
    /// Number of its first unit, a multiple of [`ROWS`].
    pub first: usize,
    /// Its pre-activations, made or read.
    pub z: &'a mut [f32],
    /// Its biases, or none.
    pub biases: &'a [f32],
    /// The stream that joins before and after the activation (or none) and what it becomes.
    pub streams: [(&'a [f32], &'a mut [f32]); 2],
    /// Its outputs, where they are kept.
    pub x: Option<&'a mut [f32]>,
    /// What it finds.
    pub sums: &'a mut Sums,
}

impl ForwardSweep<'_> {
    /// Does one part.
    pub fn run(&self, part: &mut ForwardPart<'_>, work: &mut Workspace) {
        let lanes = self.lanes;
        let level = simd::level();
        let [mut numbers, mut rows] = std::mem::take(&mut work.rows);
        for (at, z) in part.z.chunks_mut(ROWS * lanes).enumerate() {
            let n = z.len();
            let first = part.first + at * ROWS;
            match self.source {
                PreActivations::Given => {}
                PreActivations::Fresh { key, mixing } => dispatch!(level, simd => {
                    fresh_rows(simd, key, first, &mut numbers);
                    matrix_times_triangle(simd, &numbers, &mixing.rows, &mixing.reach, z, lanes);
                }),
                PreActivations::Mixed { mixing } => {
                    numbers[..n].copy_from_slice(z);
                    dispatch!(level, simd => matrix_times_triangle(simd, &numbers, &mixing.rows, &mixing.reach, z, lanes));
                }
            }
            let range = at * ROWS * lanes..at * ROWS * lanes + n;
            let mut biases = part.biases.get(at * ROWS..).unwrap_or_default();
            let [before, after] = &mut part.streams;
            let mut given = &*z;
            if let Some(join) = &self.joins[0] {
                let (stream, y) = before;
                let stream = stream.get(range.clone()).unwrap_or_default();
                let y = &mut y[range.clone()];
                let sums = &mut part.sums.streams[0];
                dispatch!(level, simd => add(sums, join.rows(simd, [stream, &*z, biases], y, lanes)));
                given = y;
                biases = &[];
            }
            if self.sampling.is_some() {
                let Sums {
                    between, common, ..
                } = &mut *part.sums;
                common.resize(lanes, 0.0);
                dispatch!(level, simd => add_sums(simd, given, lanes, common));
                if self.ranked {
                    dispatch!(level, simd => add_upper_gram(simd, given, lanes, zeroed(between, lanes)));
                }
            }
            let stored = Stored {
                z: given,
                biases,
                frame: self.frame,
                activation: self.activation,
            };
            let x = match &mut part.x {
                Some(x) => &mut x[at * ROWS * lanes..][..n],
                None => &mut rows[..n],
            };
            let layer_sums = self
                .sampling
                .map(|sampling| (&mut part.sums.layer_sums, sampling));
            block(stored, x, None, layer_sums, first, work);
            if let Some(join) = &self.joins[1] {
                let (stream, y) = after;
                let stream = stream.get(range.clone()).unwrap_or_default();
                let y = &mut y[range];
                let sums = &mut part.sums.streams[1];
                dispatch!(level, simd => add(sums, join.rows(simd, [stream, &*x, &[]], y, lanes)));
                x.copy_from_slice(y);
            }
            if let Some(precision) = self.gram {
                let gram = zeroed(&mut part.sums.gram, lanes);
                dispatch!(level, simd => match precision {
                    Precision::Single => add_any_gram(simd, x, lanes, gram),
                    Precision::Double => add_upper_gram_in_doubles(simd, x, lanes, gram),
                });
            }
        }
        work.rows = [numbers, rows];
    }
}

/// Adds two sums.
fn add(sums: &mut [f64; 2], found: [f64; 2]) {
    sums[0] += found[0];
    sums[1] += found[1];
}

/// [`add_upper_gram`] of numbers of any size: what does not fit is brought to the size of 1 for it.
#[inline(always)]
pub fn add_any_gram<S: Simd>(simd: S, panel: &[f32], lanes: usize, gram: &mut [f64]) {
    let largest = panel.iter().fold(0.0, |a: f32, x| a.max(x.abs()));
    if squares_fit(largest) || !largest.is_finite() {
        return add_upper_gram(simd, panel, lanes, gram);
    }
    let exponent = libm::ilogbf(largest);
    let small: Vec<f32> = panel.iter().map(|x| libm::scalbnf(*x, -exponent)).collect();
    let mut sums = vec![0.0; gram.len()];
    add_upper_gram(simd, &small, lanes, &mut sums);
    for (sum, own) in gram.iter_mut().zip(sums) {
        *sum += libm::scalbn(own, 2 * exponent);
    }
}

/// Fills a part of a panel with fresh numbers, adding their Gram matrix (on and above the diagonal) to `gram`.
pub fn fill(key: StreamKey, first: usize, panel: &mut [f32], lanes: usize, gram: &mut [f64]) {
    dispatch!(simd::level(), simd => {
        for (at, rows) in panel.chunks_mut(ROWS * lanes).enumerate() {
            fresh_rows(simd, key, first + at * ROWS, rows);
            add_upper_gram(simd, rows, lanes, gram);
        }
    });
}

/// Independent `N(0, 1)` numbers for the rows from `first` on (a multiple of [`ROWS`]), at most [`ROWS`] of them.
#[inline(always)]
pub fn fresh_rows<S: Simd>(simd: S, key: StreamKey, first: usize, rows: &mut [f32]) {
    let mut stream = Stream::new(simd, key, (first / ROWS) as u64);
    fill_normal(simd, &mut stream, 1.0, rows);
}

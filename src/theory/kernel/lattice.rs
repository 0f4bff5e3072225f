//! Moments on a lattice of `ln q`, where scans for critical points look.

use std::f64::consts::LN_2;
use std::sync::OnceLock;

use crate::theory::gaussian::Moments;

/// Step in `ln q`: sixteen points in an octave of `q`.
const STEP: f64 = LN_2 / 16.0;
/// Points that are computed at once.
const BLOCK: usize = 2;
/// Range in `ln q`: `q` from 2e-4 to 1e6.
const RANGE: (f64, f64) = (-8.52, 13.82);
/// Points in all, both ends of the range included.
const POINTS: usize = ((RANGE.1 - RANGE.0) / STEP) as usize + 2;
/// Blocks in all.
pub(super) const BLOCKS: usize = POINTS.div_ceil(BLOCK);

/// Each block is computed when it is first read.
#[derive(Debug)]
pub(super) struct Lattice([OnceLock<Box<[Moments]>>; BLOCKS]);

/// `ln q` at the last point of a block.
pub(super) fn last(block: usize) -> f64 {
    RANGE.0 + STEP * (POINTS.min(BLOCK * (block + 1)) - 1) as f64
}

impl Lattice {
    /// Nothing is computed.
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| OnceLock::new()))
    }

    /// `ln q` and the moments in a block, which `moments(q)` computes.
    pub(super) fn block(
        &self,
        block: usize,
        moments: impl Fn(f64) -> Moments,
    ) -> impl Iterator<Item = (f64, &Moments)> {
        let first = BLOCK * block;
        let points = (first..POINTS.min(first + BLOCK)).map(|i| RANGE.0 + STEP * i as f64);
        let known =
            self.0[block].get_or_init(|| points.clone().map(|u| moments(u.exp())).collect());
        points.zip(known)
    }
}

//! What enters a layer: its numbers, what they stand for, and their Gram matrix.

use fearless_simd::dispatch;

use crate::math::panel::Panel;
use crate::math::product::add_gram;
use crate::math::simd;
use crate::sim::panel_scale::{PanelScale, power};

/// A layer's input in reference-and-differences form.
#[derive(Clone, Debug)]
pub struct Signal {
    /// `[unit][lane]`, lane 0 the first input, the others differences from it.
    pub x: Panel,
    /// What the numbers stand for.
    pub scale: PanelScale,
    /// `lanes x lanes` inner products of the columns of `x` as stored (differences included).
    pub gram: Vec<f64>,
}

impl Signal {
    /// A signal with its Gram matrix.
    #[must_use]
    pub fn new(x: Panel, scale: PanelScale) -> Self {
        let lanes = x.lanes();
        let mut gram = vec![0.0; lanes * lanes];
        dispatch!(simd::level(), simd => add_gram(simd, x.data(), lanes, &mut gram));
        Self { x, scale, gram }
    }

    /// `XᵀX` over the inputs themselves, in units of `2^(2 top)`, row by row (`lanes x lanes`).
    ///
    /// With input `b = r + d_b` (reference and difference), `<b, b'> = <r, r> + <r, d_b> + <r, d_b'> + <d_b, d_b'>`.
    #[must_use]
    pub fn full_gram(&self) -> Vec<f64> {
        let lanes = self.x.lanes();
        let top = self.scale.top();
        let reference = f64::from(power(self.scale.reference - top));
        let difference = f64::from(power(self.scale.differences - top));
        let base = reference * reference * self.gram[0];
        let cross = |b: usize| {
            if b == 0 {
                0.0
            } else {
                reference * difference * self.gram[b]
            }
        };
        let mut full = vec![0.0; lanes * lanes];
        for (a, row) in full.chunks_exact_mut(lanes).enumerate() {
            for (b, value) in row.iter_mut().enumerate() {
                let both = if a == 0 || b == 0 {
                    0.0
                } else {
                    difference * difference * self.gram[a * lanes + b]
                };
                *value = base + cross(a) + cross(b) + both;
            }
        }
        full
    }
}

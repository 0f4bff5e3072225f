//! What enters a layer, in reference-and-differences form: its Gram matrix over the inputs themselves.

use fearless_simd::dispatch;

use crate::math::factor::GramFactor;
use crate::math::gram::{add_upper_gram, add_upper_gram_in_doubles, mirror};
use crate::math::panel::Panel;
use crate::math::simd;
use crate::sim::panel_scale::{PanelScale, power};

/// `XᵀX` of a panel as stored (`lanes x lanes`, row by row), differences included, and whether its columns are nearly dependent;
/// in double precision where they are.
#[must_use]
pub fn stored_gram(x: &Panel) -> (Vec<f64>, bool) {
    let lanes = x.lanes();
    let mut gram = vec![0.0; lanes * lanes];
    dispatch!(simd::level(), simd => add_upper_gram(simd, x.data(), lanes, &mut gram));
    mirror(&mut gram, lanes);
    let graded = GramFactor::new(&gram, lanes, lanes).is_graded();
    if graded {
        gram.fill(0.0);
        dispatch!(simd::level(), simd => add_upper_gram_in_doubles(simd, x.data(), lanes, &mut gram));
        mirror(&mut gram, lanes);
    }
    (gram, graded)
}

/// `XᵀX` over the inputs themselves, in units of `2^(2 top)`, from that of the panel as stored, whose numbers stand for `scale`.
///
/// With input `b = r + d_b` (reference and difference), `<b, b'> = <r, r> + <r, d_b> + <r, d_b'> + <d_b, d_b'>`.
#[must_use]
pub fn full_gram(stored: &[f64], lanes: usize, scale: PanelScale) -> Vec<f64> {
    let top = scale.top();
    let reference = f64::from(power(scale.reference - top));
    let difference = f64::from(power(scale.differences - top));
    let base = reference * reference * stored[0];
    let cross: Vec<f64> = (0..lanes)
        .map(|b| {
            if b == 0 {
                0.0
            } else {
                reference * difference * stored[b]
            }
        })
        .collect();
    let mut full = vec![0.0; lanes * lanes];
    let rows = full.chunks_exact_mut(lanes).zip(stored.chunks_exact(lanes));
    for (a, (row, stored)) in rows.enumerate() {
        let both = if a == 0 { 0.0 } else { difference * difference };
        for (b, value) in row.iter_mut().enumerate() {
            let both = if b == 0 { 0.0 } else { both * stored[b] };
            *value = base + cross[a] + cross[b] + both;
        }
    }
    full
}

//! What enters a layer, in reference-and-differences form: its Gram matrix over the inputs themselves.

use crate::math::factor::GramFactor;
use crate::math::gram::{add_upper_gram, add_upper_gram_in_doubles, mirror};
use crate::math::panel::Panel;
use crate::math::simd::{self, dispatch};
use crate::sim::panel_scale::{PanelScale, power};
use crate::sim::units::Centred;

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

/// What the inputs of one batch have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inputs {
    /// log10 of the share of their mean square that differs between them, as a layer's distinguishability.
    pub difference: f64,
    /// How many of them are distinct, in single precision.
    pub distinct: usize,
    /// How many there are.
    pub batch: usize,
}

impl Inputs {
    /// Of a batch in reference-and-differences form with its products as stored; `None` for a batch of one.
    #[must_use]
    pub fn new(x: &Panel, stored: &[f64], batch: usize) -> Option<Self> {
        if batch < 2 {
            return None;
        }
        let lanes = x.lanes();
        let full = full_gram(stored, lanes, PanelScale::default());
        let squares: f64 = (0..batch).map(|b| full[b * lanes + b]).sum();
        let spread = Centred::new(stored, lanes, batch).trace.max(0.0);
        Some(Self {
            difference: (spread / (batch - 1) as f64 / (squares / batch as f64)).log10(),
            distinct: distinct(x, batch),
            batch,
        })
    }
}

/// How many of the first columns are distinct, but for a chance of `batch^2 / 2^64`.
fn distinct(x: &Panel, batch: usize) -> usize {
    /// Of the 64-bit hash of Fowler, Noll and Vo.
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let mut hashes = vec![0xcbf2_9ce4_8422_2325_u64; batch];
    for row in x.data().chunks_exact(x.lanes()) {
        // the first input is at no distance from itself
        for (hash, value) in hashes.iter_mut().zip(row).skip(1) {
            *hash = (*hash ^ u64::from((value + 0.0).to_bits())).wrapping_mul(PRIME);
        }
        hashes[0] = hashes[0].wrapping_mul(PRIME);
    }
    hashes.sort_unstable();
    hashes.dedup();
    hashes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_inputs_are_counted_once() {
        let mut x = Panel::zeros(3, 16);
        // the first, itself again, another twice, a third
        for (row, [r, d, e]) in x.data_mut().chunks_exact_mut(16).zip([
            [5.0, 1.0, 0.0],
            [2.0, -0.5, 0.0],
            [-1.0, 0.0, 1e-9],
        ]) {
            row[..5].copy_from_slice(&[r, -0.0, d, d, e]);
        }
        assert_eq!(distinct(&x, 5), 3);
        let found = Inputs::new(&x, &stored_gram(&x).0, 2).expect("two inputs");
        assert_eq!((found.difference, found.distinct), (f64::NEG_INFINITY, 1));
        assert_eq!(Inputs::new(&x, &stored_gram(&x).0, 1), None);
    }

    #[test]
    fn two_inputs_at_right_angles_differ_by_all_they_are() {
        let mut x = Panel::zeros(2, 16);
        // (1, 0) and (0, 1)
        x.data_mut()[..2].copy_from_slice(&[1.0, -1.0]);
        x.data_mut()[16..18].copy_from_slice(&[0.0, 1.0]);
        let found = Inputs::new(&x, &stored_gram(&x).0, 2).expect("two inputs");
        assert!(
            found.difference.abs() < 1e-12 && found.distinct == 2,
            "{found:?}"
        );
    }
}

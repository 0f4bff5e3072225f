//! Exponents of a panel: what its numbers stand for.

use fearless_simd::{Simd, f32x16, prelude::*};

use crate::math::panel::Panel;
use crate::math::simd::{self, LANES, dispatch};

/// Numbers are brought back to the size of 1 when their root mean square leaves `[2^-SLACK, 2^SLACK]`.
const SLACK: i64 = 4;

/// Exponents beyond this stand for zero or overflow: `|log10|` near 3e11, which only a doubly exponential net reaches.
pub const EXPONENT_LIMIT: i64 = 1 << 40;

/// `value = 2^exponent * number`, with one exponent for the reference (lane 0) and one for the differences (other lanes).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PanelScale {
    /// Exponent of lane 0.
    pub reference: i64,
    /// Exponent of every other lane.
    pub differences: i64,
}

impl PanelScale {
    /// The larger exponent: the size of the panel's values.
    #[must_use]
    pub fn top(self) -> i64 {
        self.reference.max(self.differences)
    }
}

/// `2^exponent` in single precision, 0 where it underflows and at most `2^126`.
#[must_use]
pub fn power(exponent: i64) -> f32 {
    libm::scalbnf(1.0, exponent.clamp(-200, 126) as i32)
}

/// Sums of squares in single precision that neither overflowed nor lost digits.
const FITS: std::ops::RangeInclusive<f64> = 1e-30..=1e36;

/// Sums of squares of the numbers in lane 0 and in the others, over the first `units` rows.
///
/// The others are summed without lane 0, which may be larger by more than the digits of single precision.
#[inline(always)]
fn squares<S: Simd>(simd: S, panel: &Panel, units: usize) -> (f64, f64) {
    let lanes = panel.lanes();
    let mut mask = [1.0; LANES];
    mask[0] = 0.0;
    let mask = f32x16::from_slice(simd, &mask);
    let rows = (64 * LANES / lanes).max(1);
    let (mut reference, mut others) = (0.0, 0.0);
    for block in panel.data()[..units * lanes].chunks(rows * lanes) {
        let mut sums = f32x16::splat(simd, 0.0);
        for row in block.chunks_exact(lanes) {
            let (first, rest) = row.split_at(LANES);
            let first = f32x16::from_slice(simd, first) * mask;
            sums = first.mul_add(first, sums);
            for v in rest.chunks_exact(LANES) {
                let v = f32x16::from_slice(simd, v);
                sums = v.mul_add(v, sums);
            }
            reference += f64::from(row[0]) * f64::from(row[0]);
        }
        let sum = f64::from(sums.reduce_sum());
        others += if FITS.contains(&sum) {
            sum
        } else {
            // squares that single precision does not hold, or zeros
            let wide = |v: &f32| f64::from(*v) * f64::from(*v);
            let row = |row: &[f32]| row[1..].iter().map(wide).sum::<f64>();
            block.chunks_exact(lanes).map(row).sum()
        };
    }
    (reference, others)
}

#[inline(always)]
fn multiply<S: Simd>(simd: S, panel: &mut Panel, units: usize, factors: &[f32]) {
    let lanes = panel.lanes();
    for row in panel.data_mut()[..units * lanes].chunks_exact_mut(lanes) {
        for (v, factor) in row.chunks_exact_mut(LANES).zip(factors.chunks_exact(LANES)) {
            (f32x16::from_slice(simd, v) * f32x16::from_slice(simd, factor)).store_slice(v);
        }
    }
}

/// Multiplies lane 0 and the other lanes of the first `units` rows by powers of two.
pub fn shift(panel: &mut Panel, units: usize, reference: i64, differences: i64) {
    let mut factors = vec![power(differences); panel.lanes()];
    factors[0] = power(reference);
    dispatch!(simd::level(), simd => multiply(simd, panel, units, &factors));
}

/// What [`settle`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Size {
    /// Every number is zero.
    Zero,
    /// `log2` of the largest root mean square (of lane 0, of the differences), exponents included.
    Finite(f64),
    /// A number was infinite or not a number, or the exponent left the range that is carried.
    Overflow,
}

/// Brings a panel's numbers back to the size of 1, exactly (powers of two only), moving what was taken into the exponents.
pub fn settle(panel: &mut Panel, units: usize, batch: usize, scale: &mut PanelScale) -> Size {
    let (reference, differences) = dispatch!(simd::level(), simd => squares(simd, panel, units));
    let others = (units * (batch - 1)).max(1);
    let means = [reference / units as f64, differences / others as f64];
    let (size, [a, b]) = settle_squares(means, scale);
    if (a, b) != (0, 0) {
        // a power of two beyond the format's range is taken in two exact steps
        shift(panel, units, -a / 2, -b / 2);
        shift(panel, units, -a - (-a / 2), -b - (-b / 2));
    }
    size
}

/// What [`settle`] does to numbers with these mean squares (in lane 0, of the differences): the size, and the powers of two to
/// take out of lane 0 and of the others, which are moved into `scale`.
pub fn settle_squares(means: [f64; 2], scale: &mut PanelScale) -> (Size, [i64; 2]) {
    let [reference, differences] = means.map(size);
    if [reference, differences]
        .into_iter()
        .flatten()
        .any(|s| !s.is_finite())
    {
        return (Size::Overflow, [0; 2]);
    }
    let (a, b) = (step(reference), step(differences));
    scale.reference += a;
    scale.differences += b;
    match (reference, differences) {
        (None, None) => return (Size::Zero, [0; 2]),
        (None, _) => scale.reference = scale.differences,
        (_, None) => scale.differences = scale.reference,
        _ => {}
    }
    let top = [
        reference.map(|s| s - a as f64 + scale.reference as f64),
        differences.map(|s| s - b as f64 + scale.differences as f64),
    ]
    .into_iter()
    .flatten()
    .fold(f64::NEG_INFINITY, f64::max);
    let size = if scale.top() > EXPONENT_LIMIT {
        Size::Overflow
    } else if scale.top() < -EXPONENT_LIMIT {
        Size::Zero
    } else {
        Size::Finite(top)
    };
    (size, [a, b])
}

/// `log2` of the root of a mean square, or `None` for zero; not finite when the square is not.
fn size(mean: f64) -> Option<f64> {
    (mean != 0.0).then(|| 0.5 * mean.log2())
}

/// The power of two that brings numbers of this size back to 1; 0 while they are near it.
fn step(size: Option<f64>) -> i64 {
    match size {
        Some(s) if s.abs() > SLACK as f64 => s.round() as i64,
        _ => 0,
    }
}

/// The power of two that brings numbers with this mean square back to the size of 1; `None` when the square is not finite.
#[must_use]
pub fn settled_exponent(mean: f64) -> Option<i64> {
    mean.is_finite().then(|| step(size(mean)))
}

/// [`settle`] with one exponent for all lanes: the gradient's, whose lanes are no differences.
pub fn settle_alike(panel: &mut Panel, units: usize, batch: usize, exponent: &mut i64) -> Size {
    let (first, others) = dispatch!(simd::level(), simd => squares(simd, panel, units));
    let mean = (first + others) / (units * batch) as f64;
    let Some(by) = settled_exponent(mean) else {
        return Size::Overflow;
    };
    if *exponent > EXPONENT_LIMIT {
        return Size::Overflow;
    }
    if by != 0 {
        shift(panel, units, -by / 2, -by / 2);
        shift(panel, units, -by - (-by / 2), -by - (-by / 2));
        *exponent += by;
    }
    size(mean).map_or(Size::Zero, |found| Size::Finite(found + *exponent as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_beside_a_large_reference_keep_their_size() {
        let (units, batch) = (48, 3);
        let mut panel = Panel::zeros(units, LANES);
        for row in panel.data_mut().chunks_exact_mut(LANES) {
            (row[0], row[1], row[2]) = (3e5, 1.0, -1.0);
        }
        let mut scale = PanelScale::default();
        let size = settle(&mut panel, units, batch, &mut scale);
        // 3e5 = 2^18.19
        assert_eq!((scale.reference, scale.differences), (18, 0));
        assert!(matches!(size, Size::Finite(s) if (s - 3e5_f64.log2()).abs() < 1e-6));
        assert_eq!(panel.data()[1], 1.0);
    }
}

//! Moments at one variance by interpolation.
//!
//! As functions of `ln q` expectations over `N(0, q)` are analytic in the strip `|Im ln q| < pi/2` whatever the
//! activation, so 16 Chebyshev points per octave reach `1e-14`. Towards 0 and infinity the moments are divided by their
//! leading power of `s = sqrt(q)` and interpolated in `s` or `1/s`, down to 0. Each table is judged by its last coefficients;
//! where these have not fallen far enough, direct quadrature takes over.

use std::f64::consts::LN_2;

use super::Scaled;
use crate::math::chebyshev::Interpolant;
use crate::theory::gaussian::{Gaussian, MOMENTS, Moments};

/// Octaves of `q` from `2^-128` to `2^128`.
pub(super) const OCTAVES: usize = 256;
const HALF: f64 = 128.0;
/// Samples of a table.
pub(super) const POINTS: usize = 16;
/// `|ln q|` up to which `q` is a number.
pub(super) const LARGEST: f64 = 700.0;

/// The moments at any `q` whose logarithm is beyond the number `largest`: without a term nothing is known of them, unless they
/// have overflowed before.
pub(super) fn beyond(gaussian: &Gaussian, largest: f64) -> [f64; MOMENTS] {
    let moments = gaussian.moments(largest.exp());
    if moments.second.is_infinite() {
        moments.to_array()
    } else {
        [f64::NAN; MOMENTS]
    }
}

/// Errors of `ln q` that do not count.
const ROUNDING: f64 = 1e-13;

/// Largest accepted share of the last coefficients for the quantities that drive curves (second moment, variance, slope, ...).
const SHARP: f64 = 2e-13;
/// The same for those that only set the width of bands.
const BROAD: f64 = 1e-8;

type Table = Interpolant<POINTS, MOMENTS>;

pub(super) fn octave(ln_q: f64) -> usize {
    (ln_q / LN_2 + HALF).clamp(0.0, OCTAVES as f64 - 1.0) as usize
}

/// `ln q` at both ends of an octave.
pub(super) fn octave_range(index: usize) -> (f64, f64) {
    let low = (index as f64 - HALF) * LN_2;
    (low, low + LN_2)
}

/// Leading powers of `s` of the moments of a function of degree `d` in `x` whose derivative's even moments scale like
/// `s^(p (degree - 1)) s^slope` (`slope = -1` where the function is flat but for a region of fixed width).
pub(super) fn powers(degree: i32, slope: i32) -> [i32; MOMENTS] {
    let d = degree;
    let e = if slope < 0 { 0 } else { (d - 1).max(0) };
    let variance = if slope < 0 { 0 } else { 2 * d.max(1) };
    let mixed = if slope < 0 { -1 } else { 2 * d + 2 * e };
    let by_q = if slope < 0 { -3 } else { 2 * e };
    [
        d,
        2 * d,
        variance,
        4 * d,
        e + slope,
        2 * e + slope,
        4 * e + slope,
        mixed,
        by_q,
        2 * d,
        2 * e + slope,
        2 * e + slope,
    ]
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Zero,
    Infinity,
}

impl Side {
    /// `ln q` where the table of this side begins at the earliest.
    pub(super) fn farthest(self) -> f64 {
        match self {
            Self::Zero => -4.0 * LN_2,
            Self::Infinity => 4.0 * LN_2,
        }
    }

    /// 1 where the end is a function of `s`, -1 where of `1/s`.
    pub(super) fn sign(self) -> f64 {
        match self {
            Self::Zero => 1.0,
            Self::Infinity => -1.0,
        }
    }
}

/// Everything beyond a boundary, as a function of `s` towards 0 or of `1/s` towards infinity.
#[derive(Debug)]
pub(super) struct End {
    side: Side,
    boundary: f64,
    powers: [i32; MOMENTS],
    table: Option<Table>,
    last: [f64; MOMENTS],
}

impl End {
    pub(super) fn new(gaussian: &Gaussian, side: Side) -> Self {
        let shape = gaussian.shape();
        let powers = match (side, shape.at_zero, shape.at_infinity) {
            (Side::Zero, Some(term), _) => powers(term.degree as i32, 0),
            (Side::Infinity, _, Some(term)) if term.degree > 0 => powers(term.degree as i32, 0),
            (Side::Infinity, _, Some(_)) => powers(0, -1),
            (Side::Zero, None, _) | (Side::Infinity, _, None) => powers(0, 0),
        };
        let known = side == Side::Zero || shape.at_infinity.is_some();
        let normalised = |x: f64| {
            let s = if side == Side::Zero { x } else { 1.0 / x };
            let mut all = gaussian.moments(s * s).to_array();
            for (value, power) in all.iter_mut().zip(powers) {
                *value *= s.powi(-power);
            }
            all
        };
        // A kink at k leaves exp(-k^2 / (2 s^2)), and the whole value where the function is 0 up to its first kink.
        let nearest = shape
            .kinks
            .iter()
            .map(|k| k.abs())
            .filter(|k| *k > 0.0)
            .fold(f64::INFINITY, f64::min);
        let empty = shape
            .at_zero
            .is_some_and(|g| g.left == 0.0 && g.right == 0.0);
        let clear = if empty { 38.0 } else { 6.0 };
        let found = (2..=7)
            .map(|j| 2.0_f64.powi(-j))
            .filter(|edge| known && (side == Side::Infinity || nearest > clear * edge));
        let found = found
            .map(|edge| (edge, Table::new(0.0, edge, normalised)))
            .find(|(_, table)| resolved(table));
        let octaves_end = if known {
            -HALF * LN_2
        } else {
            f64::NEG_INFINITY
        };
        let boundary = found
            .as_ref()
            .map_or(octaves_end, |(edge, _)| 2.0 * edge.ln());
        // Fourth powers of a function of this degree still are numbers there.
        let degree = f64::from(powers[0]).max(3.0);
        let last = if known {
            normalised(2.0_f64.powf(-0.5 * HALF * 3.0 / degree))
        } else {
            [f64::NAN; MOMENTS]
        };
        Self {
            side,
            boundary: side.sign() * boundary,
            powers,
            table: found.map(|(_, table)| table),
            last,
        }
    }

    /// `ln q` where the table begins; infinite where there is none.
    pub(super) fn boundary(&self) -> f64 {
        self.boundary
    }

    pub(super) fn at(&self, ln_q: f64) -> Scaled {
        let x = (0.5 * self.side.sign() * ln_q).exp();
        let moments = self.table.as_ref().map_or(self.last, |table| table.at(x));
        Scaled {
            moments,
            powers: self.powers,
        }
    }
}

/// One octave of `q`.
#[derive(Debug)]
pub(super) enum Octave {
    Table(Box<Table>),
    Direct,
    /// Some expectation in it cannot be computed.
    Unknown,
}

impl Octave {
    /// Of an octave whose first [samples](Self::sample) are known.
    pub(super) fn new(gaussian: &Gaussian, index: usize, samples: &[Moments]) -> Self {
        let (low, high) = octave_range(index);
        let mut unknown = false;
        let mut samples = samples.iter();
        let table = Table::new(low, high, |u| {
            let known = samples.next();
            let moments = known.map_or_else(|| gaussian.moments(u.exp()), Clone::clone);
            unknown |= moments.second.is_nan();
            moments.to_array()
        });
        if unknown {
            Self::Unknown
        } else if resolved(&table) {
            Self::Table(Box::new(table))
        } else {
            Self::Direct
        }
    }

    /// Sample `i` of the [`POINTS`] that make a table.
    pub(super) fn sample(gaussian: &Gaussian, index: usize, i: usize) -> Moments {
        let (low, high) = octave_range(index);
        gaussian.moments(Table::point(low, high, i).exp())
    }

    /// The moments in octave `index`, which also stands for what is beyond the first and the last up to [`LARGEST`].
    pub(super) fn at(&self, gaussian: &Gaussian, index: usize, ln_q: f64) -> [f64; MOMENTS] {
        let (low, high) = octave_range(index);
        match self {
            Self::Unknown => [f64::NAN; MOMENTS],
            // Rounding may put the end of an octave just beyond it: SELU stands at q = 1.
            Self::Table(table) if low - ROUNDING <= ln_q && ln_q <= high + ROUNDING => {
                table.at(ln_q.clamp(low, high))
            }
            Self::Table(_) | Self::Direct => gaussian.moments(ln_q.exp()).to_array(),
        }
    }
}

/// Whether the last coefficients are small beside the size of each moment; moments that may change sign are measured
/// against a hundredth of the positive moment that bounds them.
fn resolved(table: &Table) -> bool {
    let tail = table.tail();
    let size = Moments::from_array(tail.map(|(_, size)| size));
    let bound = Moments {
        mean: 0.01 * size.second.sqrt(),
        slope_mean: 0.01 * size.slope_second.sqrt(),
        second_by_q: 0.01 * size.second_by_q,
        second_z: size.second,
        slope_second_z: size.slope_second,
        slope_second_zz: size.slope_second,
        ..size
    };
    let accepted = Moments {
        mean: BROAD,
        second: SHARP,
        variance: SHARP,
        fourth: BROAD,
        slope_mean: BROAD,
        slope_second: SHARP,
        slope_fourth: BROAD,
        mixed: BROAD,
        second_by_q: 1e2 * SHARP,
        second_z: BROAD,
        slope_second_z: BROAD,
        slope_second_zz: BROAD,
    };
    let limits = bound.to_array().into_iter().zip(accepted.to_array());
    tail.iter()
        .zip(limits)
        .all(|((last, size), (bound, accepted))| {
            *last <= accepted * bound.max(*size) + f64::MIN_POSITIVE && size.is_finite()
        })
}

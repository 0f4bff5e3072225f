//! Where an expression is not analytic, and how badly.

use crate::net::activation::Smoothness;

use super::branches::{Branches, ZeroKind};
use super::scan::{Cell, Scan, zeros};

/// At most this many kinks are listed, those nearest to 0: `abs(sin(x))` has them for ever.
const MOST: usize = 64;

/// Non-analytic points.
#[derive(Debug, Default)]
pub(super) struct Kinks {
    /// Each with its smoothness and the slopes on its left and right, ascending.
    pub(super) points: Vec<Kink>,
}

/// A non-analytic point.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kink {
    pub(super) x: f64,
    pub(super) smoothness: Smoothness,
    /// The slopes on its left and right.
    pub(super) slopes: [f64; 2],
}

impl Kinks {
    /// Every kink in the cells of `scan`, or those nearest to 0.
    pub(super) fn new(branches: &Branches<'_>, scan: &Scan) -> Self {
        let breaks = |cell: &&Cell| matches!(cell.kind, ZeroKind::Switch | ZeroKind::Root);
        let mut cells: Vec<&Cell> = scan.cells.iter().filter(breaks).collect();
        cells.sort_by(|a, b| a.distance().total_cmp(&b.distance()));
        let mut points: Vec<Kink> = Vec::new();
        for cell in cells {
            if points.len() >= MOST || branches.exhausted() {
                break;
            }
            for x in zeros(branches, cell) {
                let known = |kink: &Kink| (kink.x - x).abs() <= 2.0 * offset(x);
                if !points.iter().any(known) {
                    points.extend(kink(branches, x, cell.kind));
                }
            }
        }
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        Self { points }
    }

    /// The smoothness at the worst point.
    pub(super) fn smoothness(&self) -> Smoothness {
        let has = |s| self.points.iter().any(|kink| kink.smoothness == s);
        [Smoothness::Jump, Smoothness::Kink, Smoothness::C1]
            .into_iter()
            .find(|s| has(*s))
            .unwrap_or(Smoothness::Analytic)
    }
}

/// How far beside `x` the sides are read: further than rounding, nearer than anything else happens.
pub(super) fn offset(x: f64) -> f64 {
    if x == 0.0 {
        0.5_f64.powi(40)
    } else {
        1e-9 * x.abs()
    }
}

/// The kink at `x`, where a watched quantity vanishes, or `None` where the expression does not notice.
fn kink(branches: &Branches<'_>, x: f64, kind: ZeroKind) -> Option<Kink> {
    let h = 1.0_f64.max(x.abs()) / 128.0;
    let around = [branches.at(x - h), branches.at(x + h)];
    if kind == ZeroKind::Root {
        return root(branches, x, around.map(|at| at.slope));
    }
    let sides = [x - offset(x), x + offset(x)].map(|x| branches.sides(x));
    if sides[0] == sides[1] {
        return None;
    }
    let limits = [0, 1].map(|i| branches.continued(x, &sides[i]));
    let [Some(left), Some(right)] = limits else {
        return None;
    };
    let slopes = [left.slope, right.slope];
    let steepest = greatest(&[slopes, around.map(|at| at.slope)]);
    let largest = greatest(&[[left.value, right.value], around.map(|at| at.value)]);
    let step = (right.value - left.value).abs();
    let bend = (right.slope - left.slope).abs();
    let smoothness = if step > 1e-12 * (largest + steepest * x.abs()) {
        Smoothness::Jump
    } else if bend.is_nan() || bend > 1e-9 * steepest {
        Smoothness::Kink
    } else if [0.3, 0.01, 1e-4]
        .iter()
        .any(|d| differ(branches, x + d, &sides))
    {
        Smoothness::C1
    } else {
        return None;
    };
    Some(Kink {
        x,
        smoothness,
        slopes,
    })
}

/// The largest finite size.
fn greatest(numbers: &[[f64; 2]]) -> f64 {
    let sizes = numbers.iter().flatten().map(|v| v.abs());
    sizes.filter(|v| v.is_finite()).fold(0.0, f64::max)
}

/// Whether the pieces on the two sides are different functions, seen at `x`.
fn differ(branches: &Branches<'_>, x: f64, sides: &[Vec<i8>; 2]) -> bool {
    let [left, right] = [0, 1].map(|i| branches.continued(x, &sides[i]));
    let (Some(left), Some(right)) = (left, right) else {
        return true;
    };
    let (a, b) = (left.value, right.value);
    let same = a == b || a.is_nan() && b.is_nan();
    !same && !((a - b).abs() <= 1e-12 * a.abs().max(b.abs()))
}

/// The kink where the argument of a root or logarithm vanishes, by the change of the slope close to it.
fn root(branches: &Branches<'_>, x: f64, around: [f64; 2]) -> Option<Kink> {
    let scale = 1.0_f64.max(x.abs());
    let slopes = |d: f64| [x - d * scale, x + d * scale].map(|x| branches.at(x).slope);
    let (far, near) = (slopes(1e-4), slopes(1e-6));
    let [wide, close] = [far, near].map(|s| (s[1] - s[0]).abs());
    let steepest = greatest(&[far, around]);
    let smoothness = if close.is_nan() || close > 1e-6 * steepest && close > 0.5 * wide {
        Smoothness::Kink
    } else if close > 0.05 * wide && wide > 1e-6 * steepest {
        Smoothness::C1
    } else {
        return None;
    };
    Some(Kink {
        x,
        smoothness,
        slopes: near,
    })
}

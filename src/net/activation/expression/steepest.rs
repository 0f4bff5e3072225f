//! The supremum of `|phi'|`.

use super::branches::Branches;
use super::domain::REACH;
use super::kinks::Kinks;
use super::scan::Scan;

/// The supremum of `|phi'|` away from jumps, infinite where it grows without bound.
///
/// The steepest sample with `|x| <= 100` is refined by golden section; the slopes beside the kinks and far out count too.
pub(super) fn derivative_sup(branches: &Branches<'_>, scan: &Scan, kinks: &Kinks) -> f64 {
    let slope = |x: f64| branches.at(x).slope.abs();
    let mut best = (0.0, 0.0);
    let mut outside = 0.0_f64;
    for (i, sample) in scan.samples.iter().enumerate() {
        let steep = sample.at.slope.abs();
        if sample.x.abs() > REACH {
            outside = outside.max(steep);
        } else if steep > best.1 {
            best = (i as f64, steep);
        }
    }
    let (index, steepest) = (best.0 as usize, best.1);
    let beside = |i: usize| scan.samples[i.clamp(0, scan.samples.len() - 1)].x;
    let refined = golden(beside(index.saturating_sub(1)), beside(index + 1), slope);
    let corners = kinks.points.iter().flat_map(|kink| kink.slopes);
    let sup = corners
        .map(f64::abs)
        .chain([steepest, refined])
        .fold(0.0, f64::max);
    if outside > 2.0 * sup {
        return f64::INFINITY;
    }
    let sup = sup.max(outside);
    [1.0, -1.0]
        .iter()
        .fold(sup, |sup, sign| sup.max(far(|x| slope(sign * x), sup)))
}

/// The slope at infinity: infinite where it still grows there, and 0 where it is no number.
fn far(slope: impl Fn(f64) -> f64, sup: f64) -> f64 {
    let [a, b, c] = [1e4, 1e6, 1e8].map(slope);
    if c == f64::INFINITY {
        return f64::INFINITY;
    }
    // What grows like a logarithm or a power does not slow down from one pair of decades to the next.
    if c > sup * (1.0 + 1e-9) && c - b > 0.5 * (b - a) && c - b > 1e-9 * c {
        return f64::INFINITY;
    }
    c.max(0.0)
}

/// The maximum of `f` in `a..=b`, where it rises and then falls.
fn golden(a: f64, b: f64, f: impl Fn(f64) -> f64) -> f64 {
    const RATIO: f64 = 0.618_033_988_749_894_9;
    let (mut a, mut b) = (a, b);
    let mut greatest = 0.0_f64;
    for _ in 0..80 {
        let (left, right) = (b - (b - a) * RATIO, a + (b - a) * RATIO);
        let (at_left, at_right) = (f(left), f(right));
        greatest = greatest.max(at_left).max(at_right);
        if at_left > at_right {
            b = right;
        } else {
            a = left;
        }
    }
    greatest
}

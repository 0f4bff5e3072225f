//! Where an expression is a finite number.

use super::branches::{Branches, ZeroKind};
use super::error::ExpressionError;
use super::kinks::offset;
use super::scan::{Cell, Sample, Scan, bisect, rounded, zeros};

/// An expression must be defined for `|x|` up to this.
pub(super) const REACH: f64 = 100.0;

/// Refuses an expression that is not a number, infinite at 0, or has a pole, anywhere in `-REACH..=REACH`.
pub(super) fn check(
    text: &str,
    branches: &Branches<'_>,
    scan: &Scan,
) -> Result<(), ExpressionError> {
    let text = || text.to_owned();
    let mut near: Vec<&Sample> = scan.samples.iter().filter(|s| s.x.abs() <= REACH).collect();
    near.sort_by(|a, b| a.x.abs().total_cmp(&b.x.abs()));
    if near[0].at.value.is_infinite() {
        let (text, at) = (text(), 0.0);
        return Err(ExpressionError::Pole { text, at });
    }
    if let Some(bad) = near.iter().find(|s| s.at.value.is_nan()) {
        let (text, place) = (text(), place(branches, bad.x));
        return Err(ExpressionError::Undefined { text, place });
    }
    // Between samples: where a denominator vanishes, or what a root or logarithm is taken of.
    let mut cells: Vec<&Cell> = scan.cells.iter().collect();
    cells.retain(|c| matches!(c.kind, ZeroKind::Pole | ZeroKind::Root) && c.distance() <= REACH);
    cells.sort_by(|a, b| a.distance().total_cmp(&b.distance()));
    for cell in cells {
        if branches.exhausted() {
            break;
        }
        for x in zeros(branches, cell) {
            let pole = match cell.kind {
                ZeroKind::Pole => grows(branches, x),
                _ => branches.at(x).value.is_infinite(),
            };
            if pole {
                let (text, at) = (text(), pole_at(branches, x));
                return Err(ExpressionError::Pole { text, at });
            }
            let beside = [x - offset(x), x + offset(x)];
            if let Some(bad) = beside.iter().find(|x| branches.at(**x).value.is_nan()) {
                let (text, place) = (text(), place(branches, *bad));
                return Err(ExpressionError::Undefined { text, place });
            }
        }
    }
    Ok(())
}

/// Whether the value grows like a power as `pole` is approached from either side.
fn grows(branches: &Branches<'_>, pole: f64) -> bool {
    let size = |d: f64| branches.at(pole + d * 1.0_f64.max(pole.abs())).value.abs();
    [-1.0, 1.0].iter().any(|sign| {
        let (far, near) = (size(sign * 1e-6), size(sign * 1e-9));
        !(near <= 10.0 * far)
    })
}

/// A double zero of a denominator is found to half of the digits: if the expression is infinite at the number without the
/// others, that is the pole.
fn pole_at(branches: &Branches<'_>, x: f64) -> f64 {
    let short = rounded(x, 7);
    if branches.at(short).value.is_infinite() {
        short
    } else {
        shown(x)
    }
}

/// In words, where the expression stops being a number on the way from 0 to `bad`.
fn place(branches: &Branches<'_>, bad: f64) -> String {
    let is_number = |x: f64| !branches.at(x).value.is_nan();
    if !is_number(0.0) {
        return "at x = 0".to_owned();
    }
    let (last, _) = if bad < 0.0 {
        let (first, last) = bisect(bad, 0.0, |x| !is_number(x));
        (last, first)
    } else {
        bisect(0.0, bad, is_number)
    };
    let side = if bad < 0.0 { "left" } else { "right" };
    // A number on its own, as 1 is for (x^2-1)/(x-1), has numbers behind it.
    if is_number(bad + 1e-9 * bad) {
        return format!("at x = {}", shown(bad));
    }
    format!("{side} of x = {}", shown(last))
}

/// What is smaller than any pre-activation is 0.
fn shown(x: f64) -> f64 {
    if x.abs() < 1e-12 { 0.0 } else { rounded(x, 12) }
}

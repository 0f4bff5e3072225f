//! Leading powers at 0 and at infinity, found by evaluation and claimed only where several scales confirm them.

use crate::net::activation::LeadingTerm;

use super::branches::Branches;
use super::kinks::offset;

/// The highest power that may lead.
const HIGHEST: i32 = 8;

/// `2^k`
fn two_to(k: i32) -> f64 {
    2.0_f64.powi(k)
}

/// The term at 0: none where the value or its limit from either side is not 0, or where no power up to [`HIGHEST`] leads.
pub(super) fn at_zero(branches: &Branches<'_>) -> Option<LeadingTerm> {
    let value = |x: f64| branches.at(x).value;
    let limit = |side: f64| {
        let sides = branches.sides(side * offset(0.0));
        branches.continued(0.0, &sides)
    };
    let (left, right) = (limit(-1.0)?, limit(1.0)?);
    if value(0.0) != 0.0 || left.value.abs().max(right.value.abs()) > f64::MIN_POSITIVE {
        return None;
    }
    // Exactly 0 on a whole side counts as a coefficient 0 of every degree.
    let empty = [-1.0, 1.0].map(|side| (10..50).all(|k| value(side * two_to(-k)) == 0.0));
    if empty == [true; 2] {
        return Some(LeadingTerm::new(1, 0.0, 0.0));
    }
    let slopes = [-left.slope, right.slope];
    let candidates = (1..=HIGHEST).map(|degree| {
        let coefficient = |i: usize| {
            if degree == 1 && slopes[i].is_normal() {
                slopes[i]
            } else {
                let side = [-1.0, 1.0][i];
                extrapolated(|h| value(side * h) / h.powi(degree))
            }
        };
        (degree, [coefficient(0), coefficient(1)])
    });
    for (degree, coefficients) in candidates {
        let leads = |i: usize| empty[i] || coefficients[i].is_normal();
        if !(leads(0) && leads(1)) {
            continue;
        }
        let [left, right] = [0, 1].map(|i| if empty[i] { 0.0 } else { coefficients[i] + 0.0 });
        let term = LeadingTerm::new(degree as u32, left, right);
        return confirmed_at_zero(branches, term).then_some(term);
    }
    None
}

/// The limit of `f(h)` for h -> 0 by Neville's scheme on six halvings of `h`, from where it settles best; 0 if nowhere.
fn extrapolated(f: impl Fn(f64) -> f64) -> f64 {
    let (limit, change) = [3, 6, 9]
        .map(|first| neville(&f, first))
        .into_iter()
        .fold((0.0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
    if change <= 1e-6 { limit } else { 0.0 }
}

/// The limit from `h = 2^-first, 2^-(first + 1), ...`, and how much the last extrapolation changed it, relatively.
fn neville(f: &impl Fn(f64) -> f64, first: i32) -> (f64, f64) {
    const POINTS: usize = 6;
    let mut row: [f64; POINTS] = std::array::from_fn(|i| f(two_to(-first - i as i32)));
    let mut change = 0.0;
    for level in 1..POINTS {
        for i in 0..POINTS - level {
            change = (row[i + 1] - row[i]) / (two_to(level as i32) - 1.0);
            row[i] = row[i + 1] + change;
        }
    }
    (row[0], (change / row[0]).abs())
}

/// Whether the error near 0 shrinks in proportion to `|x|`, down to the rounding of what the expression adds up.
fn confirmed_at_zero(branches: &Branches<'_>, term: LeadingTerm) -> bool {
    let degree = term.degree as i32;
    [-1.0, 1.0].iter().all(|side| {
        let c = if *side < 0.0 { term.left } else { term.right };
        [12, 20, 40].iter().all(|k| {
            let h = two_to(-k);
            let want = c * h.powi(degree);
            let error = (branches.at(side * h).value - want).abs();
            let noise = 8.0 * f64::EPSILON * branches.largest(side * h);
            error <= 1e3 * h * want.abs() + noise
        })
    })
}

/// The term at infinity, with the accuracy [`Shape::at_infinity`](crate::net::activation::Shape::at_infinity) states.
pub(super) fn at_infinity(branches: &Branches<'_>) -> Option<LeadingTerm> {
    let value = |x: f64| branches.at(x).value;
    let sides = [-1.0, 1.0];
    let reaches = |k: i32| sides.iter().all(|side| value(side * two_to(k)).is_finite());
    // Where 2^60 overflows on the way, as in ln(1 + exp(x)), the largest arguments below exp's limit decide. At 2^60
    // x/(1+x) has reached its limit, at 2^40 relu(x)-relu(x-1) is not yet lost in rounding.
    let (scales, from) = if [20, 30, 40, 60].into_iter().all(reaches) {
        ([20, 30, 40], [60, 40])
    } else {
        ([7, 8, 9], [9, 9])
    };
    let term = |degree: i32, from: i32| {
        let coefficients = sides.map(|side| match (degree, from) {
            (1, 9) => (value(side * 512.0) - value(side * 256.0)) / 256.0,
            _ => value(side * two_to(from)) / two_to(from * degree),
        });
        let largest = coefficients[0].abs().max(coefficients[1].abs());
        // What rounding would not show beside the other side is 0.
        let [left, right] = coefficients.map(|c| {
            if c.abs() < 1e-17 * largest {
                0.0
            } else {
                c + 0.0
            }
        });
        LeadingTerm::new(degree as u32, left, right)
    };
    let known = |term: &LeadingTerm| {
        let sum = term.left.abs() + term.right.abs();
        sum.is_finite() && (term.degree == 0 || sum > 1e-17)
    };
    (0..=HIGHEST)
        .flat_map(|degree| from.map(|from| term(degree, from)))
        .find(|term| known(term) && confirmed_at_infinity(&value, *term, scales))
}

/// Whether at three growing scales the error vanishes (degree 0), is bounded (degree 1), or at least of lower order.
fn confirmed_at_infinity(value: &impl Fn(f64) -> f64, term: LeadingTerm, scales: [i32; 3]) -> bool {
    let degree = term.degree as i32;
    let size = term.left.abs() + term.right.abs();
    [-1.0, 1.0].iter().all(|side| {
        let c = if *side < 0.0 { term.left } else { term.right };
        let errors = scales.map(|k| {
            let want = c * two_to(k * degree);
            let rounding = 4.0 * f64::EPSILON * want.abs();
            ((value(side * two_to(k)) - want).abs() - rounding).max(0.0)
        });
        let [near, middle, far] = errors;
        if degree == 0 {
            return far <= middle && middle <= near.min(1e-3);
        }
        let slack = 4.0 * (1.0 + size);
        let bounded = middle <= near + slack && far <= middle + slack;
        let lower_order = |(error, k): (&f64, i32)| *error <= size * two_to(k * degree - k / 2);
        (degree > 1 || bounded) && errors.iter().zip(scales).all(lower_order)
    })
}

/// Whether the expression is this term everywhere.
pub(super) fn is_homogeneous(branches: &Branches<'_>, term: LeadingTerm) -> bool {
    (-20..=20).all(|k| {
        [-1.0, 1.0].iter().all(|side| {
            // Not powers of 2, of which rounding sees nothing.
            let x = side * 1.3 * two_to(k);
            let c = if x < 0.0 { term.left } else { term.right };
            let want = c * x.abs().powi(term.degree as i32);
            (branches.at(x).value - want).abs() <= 1e-14 * want.abs()
        })
    })
}

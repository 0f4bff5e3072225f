//! Zeros of functions of one variable.

/// A zero of a continuous `f` between `a` and `b`, where `f(a)` and `f(b)` differ in sign or one of them is 0.
///
/// Brent's method (Algorithms for Minimization without Derivatives, 1973, chapter 4): never worse than bisection, to the
/// last bits of the argument. A NaN of `f` ends it where it stands.
pub fn brent(mut a: f64, mut b: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    let (mut fa, mut fb) = (f(a), f(b));
    let (mut c, mut fc) = (a, fa);
    let mut step = b - a;
    let mut last = step;
    for _ in 0..MOST {
        if fc.abs() < fb.abs() {
            (a, b, c) = (b, c, b);
            (fa, fb, fc) = (fb, fc, fb);
        }
        let tolerance = 2.0 * f64::EPSILON * b.abs();
        let middle = 0.5 * (c - b);
        if fb == 0.0 || middle.abs() <= tolerance || fb.is_nan() {
            break;
        }
        if last.abs() < tolerance || fa.abs() <= fb.abs() {
            (step, last) = (middle, middle);
        } else {
            let s = fb / fa;
            let (mut p, mut q) = if a == c {
                (2.0 * middle * s, 1.0 - s)
            } else {
                let (u, r) = (fa / fc, fb / fc);
                (
                    s * (2.0 * middle * u * (u - r) - (b - a) * (r - 1.0)),
                    (u - 1.0) * (r - 1.0) * (s - 1.0),
                )
            };
            if p > 0.0 {
                q = -q;
            }
            p = p.abs();
            if 2.0 * p < (3.0 * middle * q - (tolerance * q).abs()).min((last * q).abs()) {
                (last, step) = (step, p / q);
            } else {
                (step, last) = (middle, middle);
            }
        }
        (a, fa) = (b, fb);
        b += if step.abs() > tolerance {
            step
        } else {
            tolerance.copysign(middle)
        };
        fb = f(b);
        if (fb > 0.0) == (fc > 0.0) {
            (c, fc) = (a, fa);
            step = b - a;
            last = step;
        }
    }
    b
}

/// Evaluations that a search takes at most; both need fewer than 100 where `f` is a number.
const MOST: usize = 200;

/// The place between `a` and `b` where a unimodal `f` is least, by golden sections to a relative width of `1e-9`.
pub fn least(mut a: f64, mut b: f64, mut f: impl FnMut(f64) -> f64) -> f64 {
    let golden = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut x, mut y) = (b - golden * (b - a), a + golden * (b - a));
    let (mut fx, mut fy) = (f(x), f(y));
    for _ in 0..MOST {
        if !((b - a).abs() > 1e-9 * (a.abs() + b.abs()).max(1.0)) {
            break;
        }
        if fx < fy {
            (b, y, fy) = (y, x, fx);
            x = b - golden * (b - a);
            fx = f(x);
        } else {
            (a, x, fx) = (x, y, fy);
            y = a + golden * (b - a);
            fy = f(y);
        }
    }
    0.5 * (a + b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brent_finds_smooth_steep_and_flat_zeros() {
        assert!((brent(0.0, 2.0, |x| x * x - 2.0) - 2.0_f64.sqrt()).abs() < 1e-15);
        assert!(
            (brent(-3.0, 1.0, |x| (10.0 * x).tanh() + 0.5) + 0.054_930_614_433_405_49).abs()
                < 1e-16
        );
        assert!(brent(-1.0, 4.0, |x| x.powi(7)).abs() < 1e-2);
        assert_eq!(brent(0.0, 1.0, |x| x), 0.0);
    }

    #[test]
    fn golden_sections_find_the_bottom() {
        assert!((least(0.0, 3.0, |x| (x - 1.25).powi(2)) - 1.25).abs() < 1e-7);
    }
}

//! Expectations over two correlated Gaussians, by direct quadrature.
//!
//! `(u1, u2)` have mean 0, variance `q` and correlation `c`. With `m = (u1 + u2)/2`, `d = (u1 - u2)/2` they become
//! independent: `m ~ N(0, q (1 + c)/2)`, `d ~ N(0, q (1 - c)/2)`, and the integrand is symmetric in `d`. For a fixed `d`
//! the kinks in `m` are those of `phi(m + d)` and `phi(m - d)`; the remaining integral over `d` has kinks only where two
//! of them meet, at half the distances between the kinks of `phi`. For `c < 0` the roles of `m` and `d` are exchanged by writing
//! `-u2` for `u2`, so that the outer variable is always the narrow one.

use std::array;
use std::cell::Cell;
use std::f64::consts::PI;

use super::gaussian::{Allowance, Gaussian, density};
use crate::math::quadrature::{Integrals, NODES, RULE};

/// `1 - c` below which the deficit is integrated from its slope: there `phi(u1) - phi(u2)` would lose more than two digits.
const NEARLY_EQUAL: f64 = 1e-4;

impl Gaussian {
    /// `[E phi(u1) phi(u2), E phi'(u1) phi'(u2)]` at variance `q` and correlation `1 - epsilon`, `0 <= epsilon <= 2`
    /// (`phi'` almost everywhere). Relative error about `1e-14` (absolute in units of `E phi^2` where signs cancel).
    #[must_use]
    pub fn products(&self, q: f64, epsilon: f64) -> [f64; 2] {
        self.products_within(q, epsilon, &self.allowance())
    }

    fn products_within(&self, q: f64, epsilon: f64, allowance: &Allowance) -> [f64; 2] {
        let phi = self.activation().phi();
        if epsilon == 0.0 {
            let m = self.moments(q);
            return [m.second, m.slope_second];
        }
        self.pair_expectation(q, epsilon, allowance, |u1, u2, root| {
            let ([x1, s1], [x2, s2]) = (phi.both(u1), phi.both(u2));
            [(x1 * root) * (x2 * root), (s1 * root) * (s2 * root)]
        })
    }

    /// The deficit `D(epsilon) = E phi^2 - E phi(u1) phi(u2) = E (phi(u1) - phi(u2))^2 / 2` at correlation `1 - epsilon`,
    /// `0 <= epsilon <= 2`, free of cancellation for every `epsilon` down to the smallest number.
    ///
    /// Below `1e-4` it is `q` times the integral of `E phi'(u1) phi'(u2)`, jumps included, over the correlation (Price's
    /// theorem); above, the mean square of the difference.
    #[must_use]
    pub fn deficit(&self, q: f64, epsilon: f64) -> f64 {
        self.deficit_within(q, epsilon, &self.allowance())
    }

    /// The same as a part of a search; NaN beyond its allowance.
    pub(super) fn deficit_within(&self, q: f64, epsilon: f64, allowance: &Allowance) -> f64 {
        if epsilon == 0.0 {
            return 0.0;
        }
        if epsilon < NEARLY_EQUAL {
            return q * self.integrated_slope(q, epsilon, allowance);
        }
        let phi = self.activation().phi();
        let [square] = self.pair_expectation(q, epsilon, allowance, |u1, u2, root| {
            let difference = (phi.value(u1) - phi.value(u2)) * root;
            [difference * difference]
        });
        0.5 * square
    }

    /// `integral_0^epsilon E phi'(u1) phi'(u2) d(1 - c)`, in `t = sqrt((1 - c)/epsilon)`, in which a kink leaves no root.
    fn integrated_slope(&self, q: f64, epsilon: f64, allowance: &Allowance) -> f64 {
        let reach = (q * epsilon).sqrt();
        let panels = 1 + reach.log2().ceil().max(0.0) as i32;
        let mut left = 0.0;
        let mut sum = 0.0;
        for panel in 0..panels {
            let right = 2.0_f64.powi(panel + 1 - panels);
            let (centre, half) = (0.5 * (left + right), 0.5 * (right - left));
            for &(x, w) in &RULE {
                let t = half * x + centre;
                let at = epsilon * t * t;
                let [_, slopes] = self.products_within(q, at, allowance);
                sum += half * w * 2.0 * t * (slopes + self.jumps_within(q, at, allowance));
                if allowance.is_spent() {
                    return f64::NAN;
                }
            }
            left = right;
        }
        epsilon * sum
    }

    /// What jumps add to `E phi'(u1) phi'(u2)` at correlation `1 - epsilon`: a jump `J` at `k` is a delta function in `phi'`,
    /// which meets `phi'` once for each of the two arguments, and itself and every other jump once.
    #[must_use]
    pub fn jump_slope(&self, q: f64, epsilon: f64) -> f64 {
        self.jumps_within(q, epsilon, &self.allowance())
    }

    fn jumps_within(&self, q: f64, epsilon: f64, allowance: &Allowance) -> f64 {
        let phi = self.activation().phi();
        let lost = epsilon * (2.0 - epsilon);
        let sd = (q * lost).sqrt();
        // Mean of phi'(u2) given u1 = k: u2 ~ N(k (1 - epsilon), q (1 - c^2)).
        let given = |k: f64| {
            let (mean, shift) = (k * (1.0 - epsilon), k * epsilon);
            let reach = mean.abs() + 60.0 * sd;
            if allowance.is_spent() {
                return f64::NAN;
            }
            let (Some(right), Some(left)) = (self.breaks(false, reach), self.breaks(true, reach))
            else {
                return f64::NAN;
            };
            let mut cuts: Vec<f64> = left
                .iter()
                .map(|x| -x)
                .chain([0.0])
                .chain(right)
                .map(|p| (p - k) + shift)
                .collect();
            cuts.sort_by(f64::total_cmp);
            let split = cuts.partition_point(|c| *c <= 0.0);
            let evaluations = Cell::new(0);
            let slope = |t: f64| {
                evaluations.set(evaluations.get() + 1);
                [phi.derivative(mean + t) * density(t, sd * sd)]
            };
            let mut all = Integrals::<1>::default();
            all.walk(sd, cuts[split..].iter().copied(), slope);
            all.walk(sd, cuts[..split].iter().rev().map(|c| -c), |t| slope(-t));
            // with the sums over the other jumps
            allowance.spend(evaluations.get() + self.jumps().len());
            all.value[0]
        };
        let mut sum = 0.0;
        for a in self.jumps() {
            let height = a.right - a.left;
            sum += 2.0 * height * density(a.at, q) * given(a.at);
            for b in self.jumps() {
                let apart = (b.at - a.at) + a.at * epsilon;
                sum += height * (b.right - b.left) * density(a.at, q) * density(apart, sd * sd);
            }
        }
        sum
    }

    /// `E f(u1, u2)` for a symmetric `f`, which gets the square root of the Gaussian weight as its third argument and must
    /// apply it twice.
    fn pair_expectation<const K: usize>(
        &self,
        q: f64,
        epsilon: f64,
        allowance: &Allowance,
        f: impl Fn(f64, f64, f64) -> [f64; K],
    ) -> [f64; K] {
        let (sign, epsilon) = if epsilon > 1.0 {
            (-1.0, 2.0 - epsilon)
        } else {
            (1.0, epsilon)
        };
        if epsilon <= 0.0 {
            return self.integrate(q, |x, z| f(x, sign * x, (-0.25 * z * z).exp()));
        }
        let sd_m = (q * (1.0 - 0.5 * epsilon)).sqrt();
        let sd_d = (0.5 * q * epsilon).sqrt();
        // Where the activation cannot be resolved as far as anything may be looked for, where something always is.
        let both = |sds: f64| {
            let reach = sds * (sd_m + sd_d);
            Some((self.breaks(true, reach)?, self.breaks(false, reach)?))
        };
        let found = both(60.0).or_else(|| both(13.0));
        let Some((left, right)) = found.filter(|_| self.unknown().is_none()) else {
            return [f64::NAN; K];
        };
        let points: Vec<f64> = left.iter().map(|x| -x).chain([0.0]).chain(right).collect();
        let meetings = self.meetings(&points, sign);
        let within = |all: &[f64], reach: f64| all.iter().filter(|x| x.abs() < reach).count();
        let outer = 8 + within(&meetings, 12.0 * sd_d);
        let inner = 16 + 2 * within(&points, 12.0 * (sd_m + sd_d));
        if !self.affords_pairs(outer * inner * NODES * NODES) {
            return [f64::NAN; K];
        }
        let inner = |d: f64| {
            if allowance.is_spent() {
                return [f64::NAN; K];
            }
            let mut cuts: Vec<f64> = points.iter().flat_map(|p| [p - d, sign * p + d]).collect();
            cuts.sort_by(f64::total_cmp);
            let mut all = Integrals::<K>::default();
            let split = cuts.partition_point(|c| *c <= 0.0);
            let root = |m: f64| (-0.25 * (m * m / (sd_m * sd_m) + d * d / (sd_d * sd_d))).exp();
            let evaluations = Cell::new(0);
            let at = |m: f64| {
                evaluations.set(evaluations.get() + 1);
                f(m + d, sign * (m - d), root(m))
            };
            all.walk(sd_m, cuts[split..].iter().copied(), at);
            all.walk(sd_m, cuts[..split].iter().rev().map(|c| -c), |m| at(-m));
            allowance.spend(evaluations.get());
            all.value
        };
        let mut all = Integrals::<K>::default();
        all.walk(sd_d, meetings.iter().copied(), inner);
        // f is symmetric, so both signs of d agree unless u2 is mirrored.
        let mut other = if sign > 0.0 {
            all
        } else {
            Integrals::<K>::default()
        };
        if sign < 0.0 {
            other.walk(sd_d, meetings.into_iter(), |d| inner(-d));
        }
        array::from_fn(|k| (all.value[k] + other.value[k]) / (2.0 * PI * sd_m * sd_d))
    }

    /// Where, in the outer variable, kinks of the two factors meet, and the resolution points of the positive side; ascending.
    fn meetings(&self, points: &[f64], sign: f64) -> Vec<f64> {
        let kinks = &self.shape().kinks;
        let mut at: Vec<f64> = points.iter().copied().filter(|p| *p > 0.0).collect();
        at.extend(
            kinks
                .iter()
                .flat_map(|a| kinks.iter().map(move |b| 0.5 * (a - sign * b).abs()))
                .filter(|d| *d > 0.0),
        );
        at.sort_by(f64::total_cmp);
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str) -> Gaussian {
        Gaussian::new(&name.parse().expect("in the table"))
    }

    #[test]
    fn the_deficit_keeps_its_digits_down_to_the_smallest_epsilon() {
        let (sin, exponential, erf) = (of("sin"), of("exponential"), of("erf"));
        for q in [0.3_f64, 2.0] {
            for exponent in [0, -1, -2, -3, -4, -5, -8, -15, -30, -100, -300] {
                let e = 10.0_f64.powi(exponent);
                let half = 0.5 * q * e;
                // E sin sin = exp(-q) sinh(q c); E exp exp = exp(q + q c); E erf erf = (2/pi) asin(2 q c/(1 + 2 q)).
                let sinh = 2.0 * (-q).exp() * (q - half).cosh() * half.sinh();
                let exp = -(2.0 * q).exp() * (-q * e).exp_m1();
                let r = 2.0 * q / (1.0 + 2.0 * q);
                let (a, b) = ((1.0 - r * r).sqrt(), (1.0 - (r - r * e).powi(2)).sqrt());
                let asin = 2.0 / PI
                    * (r * e * (2.0 * r - r * e) / (r * b + (r - r * e) * a))
                        .atan2(a * b + r * (r - r * e));
                let asin = if exponent == 0 {
                    2.0 / PI * r.asin()
                } else {
                    asin
                };
                for (kernel, want) in [(&sin, sinh), (&exponential, exp), (&erf, asin)] {
                    let got = kernel.deficit(q, e);
                    assert!(
                        (got / want - 1.0).abs() < 1e-12,
                        "{kernel:?} q {q} epsilon {e:e}: {got:e}, not {want:e}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_deficit_of_a_kink_and_of_a_jump_have_their_own_powers() {
        // relu: E phi phi = q (sin t + (pi - t) cos t)/(2 pi), so D = q (epsilon/2 - (sin t - t cos t)/(2 pi)).
        let relu = of("relu");
        for e in [1.5_f64, 1.0, 0.3, 1e-2, 1e-3, 1e-5] {
            let t = 2.0 * (0.5 * e).sqrt().asin();
            let want = 0.5 * e - (t.sin() - t * t.cos()) / (2.0 * PI);
            assert!((relu.deficit(1.0, e) / want - 1.0).abs() < 1e-10, "{e:e}");
        }
        // hardshrink: two jumps of 1/2 at 1/2 and -1/2; D -> 2 (1/4) density(1/2) sqrt(epsilon/pi) at q = 1.
        let hard = of("hardshrink");
        let want = 0.25 * (-0.125_f64).exp() / (2.0 * PI).sqrt() * 2.0 / PI.sqrt();
        for e in [1e-10_f64, 1e-20, 1e-30] {
            let got = hard.deficit(1.0, e) / e.sqrt() / want;
            assert!((got - 1.0).abs() < 20.0 * e.sqrt() + 1e-12, "{e:e}: {got}");
        }
    }
}

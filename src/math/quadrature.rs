//! Integrals over the line by Gauss-Legendre panels, for integrands that are smooth between known points.

pub mod mesh;

/// Nodes of one panel: exact for polynomials up to degree 31.
pub const NODES: usize = 16;

/// Widest panel in units of the Gaussian's standard deviation; 16 nodes integrate `exp(-z^2/2) p(z)` over it to rounding.
const PANEL: f64 = 2.0;
/// Beyond this many standard deviations the weight falls so steeply that panels become narrower.
const STEEP: f64 = 8.0;
/// Distance, in standard deviations, that is always covered: the mass beyond is `1e-32`, and `1e-24` of `E z^8`.
const ALWAYS: f64 = 12.0;
/// Distance beyond which nothing is looked for: `exp(-60^2 / 8)` is `1e-195`.
const NEVER: f64 = 60.0;
/// A panel that adds less than this share of the sum of absolute values ends the walk.
const NEGLIGIBLE: f64 = 1e-18;

/// The 16-point Gauss-Legendre rule on `[-1, 1]` as `(node, weight)`, nodes ascending; each number within a few roundings of the exact
/// one (NIST Digital Library of Mathematical Functions, table 3.5.4 and equation 3.5.19).
pub const RULE: [(f64, f64); NODES] = [
    (-0.9894009349916499, 0.027152459411754096),
    (-0.9445750230732326, 0.062253523938647894),
    (-0.8656312023878318, 0.09515851168249279),
    (-0.7554044083550031, 0.12462897125553388),
    (-0.6178762444026437, 0.14959598881657674),
    (-0.458016777657227, 0.16915651939500254),
    (-0.28160355077925875, 0.18260341504492358),
    (-0.09501250983763726, 0.1894506104550685),
    (0.09501250983763739, 0.1894506104550685),
    (0.28160355077925886, 0.18260341504492358),
    (0.4580167776572273, 0.16915651939500254),
    (0.6178762444026438, 0.14959598881657674),
    (0.7554044083550031, 0.12462897125553388),
    (0.8656312023878318, 0.09515851168249279),
    (0.9445750230732326, 0.062253523938647894),
    (0.9894009349916499, 0.027152459411754096),
];

/// The 10-point rule, for integrals that need no more than eight digits.
pub const SHORT_RULE: [(f64, f64); 10] = [
    (-0.9739065285171716, 0.06667134430868814),
    (-0.8650633666889845, 0.1494513491505806),
    (-0.6794095682990244, 0.21908636251598204),
    (-0.43339539412924705, 0.26926671930999635),
    (-0.14887433898163113, 0.29552422471475287),
    (0.14887433898163124, 0.29552422471475287),
    (0.43339539412924716, 0.26926671930999635),
    (0.6794095682990244, 0.21908636251598204),
    (0.8650633666889845, 0.1494513491505806),
    (0.9739065285171717, 0.06667134430868814),
];

/// `K` integrals over the same panels, with the integrals of the absolute values that decide where to stop.
#[derive(Clone, Copy, Debug)]
pub struct Integrals<const K: usize> {
    /// The integrals so far.
    pub value: [f64; K],
    magnitude: [f64; K],
}

impl<const K: usize> Default for Integrals<K> {
    fn default() -> Self {
        Self {
            value: [0.0; K],
            magnitude: [0.0; K],
        }
    }
}

impl<const K: usize> Integrals<K> {
    /// Adds the integrals of `f` over `[a, b]` and returns whether they still mattered.
    pub fn add_panel(&mut self, a: f64, b: f64, f: &mut impl FnMut(f64) -> [f64; K]) -> bool {
        let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
        let mut value = [0.0; K];
        let mut magnitude = [0.0; K];
        for &(x, w) in &RULE {
            let y = f(half * x + centre);
            for k in 0..K {
                value[k] += w * y[k];
                magnitude[k] += w * y[k].abs();
            }
        }
        let mut mattered = self.magnitude.iter().all(|m| *m == 0.0);
        for k in 0..K {
            self.value[k] += half * value[k];
            self.magnitude[k] += half * magnitude[k];
            mattered |= half * magnitude[k] > NEGLIGIBLE * self.magnitude[k];
        }
        mattered
    }

    /// Adds the integrals of `f(t)` over `t` in `[0, infinity)`, where `f` carries a Gaussian weight of standard deviation
    /// `sigma` and is smooth between the ascending, positive `breaks`.
    ///
    /// Panels are at most two `sigma` wide. The walk covers 12 `sigma` and goes on, up to 60, while a panel still adds
    /// more than `1e-18` of the total (growing integrands, mass beyond a far kink).
    pub fn walk(
        &mut self,
        sigma: f64,
        breaks: impl Iterator<Item = f64>,
        mut f: impl FnMut(f64) -> [f64; K],
    ) {
        let end = NEVER * sigma;
        let mut a = 0.0;
        for b in breaks.take_while(|b| *b < end).chain([end]) {
            while a < b {
                let width = PANEL * sigma * (STEEP * sigma / a).min(1.0);
                let right = if b - a <= width {
                    b
                } else {
                    a + (b - a).min(2.0 * width) * 0.5
                };
                if !self.add_panel(a, right, &mut f) && right > ALWAYS * sigma {
                    return;
                }
                a = right;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_of_n_points_is_exact_to_degree_2n_minus_1() {
        for rule in [&RULE[..], &SHORT_RULE] {
            for degree in 0..2 * rule.len() as i32 {
                let sum: f64 = rule.iter().map(|(x, w)| w * x.powi(degree)).sum();
                let exact = if degree % 2 == 0 {
                    2.0 / f64::from(degree + 1)
                } else {
                    0.0
                };
                assert!((sum - exact).abs() < 4e-15, "degree {degree}: {sum}");
            }
        }
    }

    #[test]
    fn nodes_are_roots_of_the_legendre_polynomial_and_weights_belong_to_them() {
        for rule in [&RULE[..], &SHORT_RULE] {
            let n = rule.len() as f64;
            for &(x, w) in rule {
                let (mut before, mut p) = (1.0, x);
                for k in (2_u32..=rule.len() as u32).map(f64::from) {
                    (before, p) = (p, ((2.0 * k - 1.0) * x * p - (k - 1.0) * before) / k);
                }
                let slope = n * (x * p - before) / (x * x - 1.0);
                // a few roundings, which grow near the ends
                assert!((p / slope).abs() < 4.0 * f64::EPSILON, "{x}: {p}");
                let weight = 2.0 / ((1.0 - x * x) * slope * slope);
                assert!((w / weight - 1.0).abs() < 1e-14, "{x}: {w}, {weight}");
            }
        }
    }

    #[test]
    fn a_walk_finds_gaussian_moments_and_the_mass_beyond_a_far_kink() {
        let mut all = Integrals::<2>::default();
        all.walk(3.0, [1.0, 2.5].into_iter(), |t| {
            let z = t / 3.0;
            let w = (-0.5 * z * z).exp() / (3.0 * (2.0 * std::f64::consts::PI).sqrt());
            [w, w * z.powi(8)]
        });
        assert!((all.value[0] - 0.5).abs() < 1e-15, "{:?}", all.value);
        assert!((all.value[1] - 52.5).abs() < 2e-13, "{:?}", all.value);

        let mut tail = Integrals::<1>::default();
        tail.walk(1.0, [20.0].into_iter(), |t| {
            [if t > 20.0 {
                t * (-0.5 * t * t).exp()
            } else {
                0.0
            }]
        });
        let exact = (-200.0_f64).exp();
        assert!(
            (tail.value[0] / exact - 1.0).abs() < 1e-12,
            "{:e}",
            tail.value[0]
        );
    }
}

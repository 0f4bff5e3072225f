//! What an activation does behind BatchNorm.
//!
//! Numbers `z_1 .. z_B` of a unit, Gaussian with one variance and one covariance over the inputs, become `y = sqrt(B) v`, `v` uniform on the
//! unit sphere of the vectors with mean 0, whatever the two were. With `D = diag phi'(y)` and `P = 1 - 11'/B - yy'/B` the gradient at `z` is
//! `P D g / sd`, where `sd^2` is a chi-squared number apart from `v`: its mean square over draws is
//! `B / ((B - 3) d) E tr(P D G D P) / B`, `d` half the mean square of `z_1 - z_2` and `G` the covariance of `g`. Source: Yang et al. (ICLR 2019).

use std::f64::consts::{FRAC_PI_2, PI};

use crate::math::quadrature::{RULE, SHORT_RULE};
use crate::net::activation::Activation;

/// Fewest inputs whose gradient has a mean square.
pub(super) const FEWEST: usize = 4;
/// `|y|` beyond which nothing is left of the weight, and the width of a panel.
const REACH: f64 = 9.0;
const PANEL: f64 = 1.0;
/// Largest relative difference of the two rules, of which the finer errs by the root of the coarser's error at most.
const RESOLVED: f64 = 1e-6;

/// Means over the law of `y`; 1 and 2 are two inputs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Means {
    /// `E phi`.
    pub(super) mean: f64,
    /// `E phi^2`.
    pub(super) second: f64,
    /// `E phi_1 phi_2`.
    pub(super) product: f64,
    /// `E phi'^2`.
    slope: f64,
    /// `E phi'_1 phi'_2`.
    slopes: f64,
    /// `E (y phi')^2`.
    along: f64,
    /// `E y_1 phi'_1 y_2 phi'_2`.
    alongs: f64,
}

impl Means {
    /// Of `y` itself.
    pub(super) fn identity(inputs: usize) -> Self {
        let other = -1.0 / (inputs as f64 - 1.0);
        Self {
            mean: 0.0,
            second: 1.0,
            product: other,
            slope: 1.0,
            slopes: 1.0,
            along: 1.0,
            alongs: other,
        }
    }

    /// Of an activation of `y`; `None` where it jumps, or two rules differ.
    pub(super) fn of(activation: &Activation, inputs: usize) -> Option<Self> {
        let shape = activation.phi().shape();
        if !shape.jumps.is_empty() {
            return None;
        }
        let fine = Sphere::new(activation, &shape.kinks, inputs).means(&RULE);
        let coarse = Sphere::new(activation, &shape.kinks, inputs).means(&SHORT_RULE);
        let near = |a: f64, b: f64, size: f64| (a - b).abs() <= RESOLVED * size;
        let resolved = near(fine.second, coarse.second, fine.second)
            && near(fine.product, coarse.product, fine.second)
            && near(fine.slope, coarse.slope, fine.slope)
            && near(fine.slopes, coarse.slopes, fine.slope)
            && near(fine.along, coarse.along, fine.along)
            && near(fine.alongs, coarse.alongs, fine.along);
        resolved.then_some(fine)
    }

    /// What the mean square of a gradient is multiplied by, but for `d`, where two inputs' gradients have the overlap `shared`.
    pub(super) fn back(&self, inputs: usize, shared: f64) -> f64 {
        let b = inputs as f64;
        let others = (b - 1.0) * shared;
        let whole = self.slope;
        let common = (self.slope + others * self.slopes) / b;
        let along = (self.along + others * self.alongs) / b;
        b / (b - 3.0) * (whole - common - along)
    }
}

/// Sums over `y_1` and `y_2`, both by the angle between them and the sphere's equator.
struct Sphere<'a> {
    activation: &'a Activation,
    /// Ends of panels of `y`.
    ends: Vec<f64>,
    /// Angles of `y_1` at which a kink of the activation leaves the range of `y_2`: a mean over `y_2` has a root there.
    roots: Vec<f64>,
    inputs: f64,
}

impl<'a> Sphere<'a> {
    fn new(activation: &'a Activation, kinks: &[f64], inputs: usize) -> Self {
        let steps = (REACH / PANEL).ceil() as i32;
        let even = (-steps..=steps).map(|i| f64::from(i) * PANEL);
        let mut ends: Vec<f64> = even.chain(kinks.iter().copied()).collect();
        ends.sort_by(f64::total_cmp);
        ends.dedup();
        let inputs = inputs as f64;
        let tilt = (-1.0 / (inputs - 1.0)).asin();
        let cosines = kinks.iter().map(|kink| kink / (inputs - 1.0).sqrt());
        let roots = cosines
            .filter(|cosine| cosine.abs() < 1.0)
            .flat_map(|cosine| {
                let angle = cosine.acos();
                [
                    tilt + angle,
                    tilt - angle,
                    PI - angle - tilt,
                    angle - PI - tilt,
                ]
            });
        Self {
            activation,
            ends,
            roots: roots.collect(),
            inputs,
        }
    }

    /// Angles of `y_1` with their weights: panels end at roots, and their nodes crowd there.
    fn rooted(&self, rule: &[(f64, f64)], radius: f64, power: i32) -> Vec<(f64, f64)> {
        let sines = self.ends.iter().map(|end| end / radius);
        let angles = sines.filter(|sine| sine.abs() < 1.0).map(f64::asin);
        let inside = |angle: &f64| angle.abs() < FRAC_PI_2;
        let mut ends: Vec<f64> = angles
            .chain(self.roots.iter().copied().filter(inside))
            .collect();
        ends.extend([-FRAC_PI_2, FRAC_PI_2]);
        ends.sort_by(f64::total_cmp);
        let each = ends.windows(2).flat_map(|pair| {
            let (low, length) = (pair[0], pair[1] - pair[0]);
            rule.iter().map(move |(x, weight)| {
                let (sin, cos) = (0.25 * PI * (1.0 + x)).sin_cos();
                let angle = low + length * sin * sin;
                let weight = 0.5 * PI * length * sin * cos * weight;
                (angle, weight * angle.cos().powi(power))
            })
        });
        summed_to_one(each.collect())
    }

    /// Angles between those at which `y = scale sin(angle) + offset` is at the end of a panel, with their weights `cos^power`, summed to 1.
    fn smooth(&self, rule: &[(f64, f64)], scale: f64, offset: f64, power: i32) -> Vec<(f64, f64)> {
        let sines = self.ends.iter().map(|end| (end - offset) / scale);
        let angles = sines.filter(|sine| sine.abs() < 1.0).map(f64::asin);
        let ends: Vec<f64> = std::iter::once(-FRAC_PI_2)
            .chain(angles)
            .chain([FRAC_PI_2])
            .collect();
        let mut nodes = Vec::with_capacity(ends.len() * rule.len());
        for pair in ends.windows(2) {
            let (centre, half) = (0.5 * (pair[0] + pair[1]), 0.5 * (pair[1] - pair[0]));
            nodes.extend(rule.iter().map(|(x, weight)| {
                let angle = centre + half * x;
                (angle, half * weight * angle.cos().powi(power))
            }));
        }
        summed_to_one(nodes)
    }

    fn means(&self, rule: &[(f64, f64)]) -> Means {
        let phi = self.activation.phi();
        let dimensions = self.inputs as i32 - 1;
        let radius = (self.inputs - 1.0).sqrt();
        let overlap = -1.0 / (self.inputs - 1.0);
        let across = (1.0 - overlap * overlap).sqrt();
        let mut means = Means::default();
        for (angle, weight) in self.smooth(rule, radius, 0.0, dimensions - 2) {
            let y = radius * angle.sin();
            let [value, slope] = phi.both(y);
            means.mean += weight * value;
            means.second += weight * value * value;
            means.slope += weight * slope * slope;
            means.along += weight * (y * slope).powi(2);
        }
        for (angle, weight) in self.rooted(rule, radius, dimensions - 2) {
            if weight == 0.0 {
                continue;
            }
            let (sin, cos) = angle.sin_cos();
            let y = radius * sin;
            let [value, slope] = phi.both(y);
            let (scale, offset) = (radius * across * cos, overlap * y);
            let mut other = [0.0; 3];
            for (angle, weight) in self.smooth(rule, scale, offset, dimensions - 3) {
                let y = scale * angle.sin() + offset;
                let [value, slope] = phi.both(y);
                other[0] += weight * value;
                other[1] += weight * slope;
                other[2] += weight * y * slope;
            }
            means.product += weight * value * other[0];
            means.slopes += weight * slope * other[1];
            means.alongs += weight * y * slope * other[2];
        }
        means
    }
}

fn summed_to_one(mut nodes: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let total: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    nodes.iter_mut().for_each(|(_, weight)| *weight /= total);
    nodes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of the identity everything is known; of ReLU `E phi^2` is a half by symmetry, both slopes are 1 in the share `1/4 + asin(c)/(2 pi)` of the
    /// circle, and for many inputs its gradient grows by `pi / (pi - 1)` a layer (Yang et al. 2019) where that of the layer above has the
    /// overlap that BatchNorm leaves.
    #[test]
    fn means_are_those_of_the_sphere() {
        for inputs in [4, 8, 32] {
            let identity = "linear".parse().expect("in the table");
            let found = Means::of(&identity, inputs).expect("smooth");
            let known = Means::identity(inputs);
            for (a, b) in [
                (found.second, known.second),
                (found.product, known.product),
                (found.along, known.along),
                (found.alongs, known.alongs),
                (found.back(inputs, 0.0), known.back(inputs, 0.0)),
            ] {
                assert!((a - b).abs() < 1e-9, "{inputs}: {a} {b}");
            }
            let relu = "relu".parse().expect("in the table");
            let found = Means::of(&relu, inputs).expect("resolved");
            assert!((found.second - 0.5).abs() < 1e-9, "{}", found.second);
            let overlap = -1.0 / (inputs as f64 - 1.0);
            let both = 0.25 + overlap.asin() / (2.0 * PI);
            assert!((found.slopes - both).abs() < 1e-9, "{}", found.slopes);
        }
        for activation in [
            "tanh",
            "gelu",
            "sigmoid",
            "silu",
            "elu",
            "leaky_relu",
            "softplus",
            "erf",
        ] {
            let phi = activation.parse().expect("in the table");
            for inputs in [4, 5, 8, 16, 256] {
                assert!(Means::of(&phi, inputs).is_some(), "{activation} {inputs}");
            }
        }
        let relu = "relu".parse().expect("in the table");
        let many = Means::of(&relu, 4096).expect("resolved");
        let differs = many.second - many.product;
        let rate = many.back(4096, -1.0 / 4095.0) / differs;
        let limit = std::f64::consts::PI / (std::f64::consts::PI - 1.0);
        assert!((rate / limit - 1.0).abs() < 1e-3, "{rate} {limit}");
    }
}

//! What an activation does with a sum that a constant is added to.

use std::sync::Arc;

use fearless_simd::Level;

use super::{LeadingTerm, Phi, Shape};

/// `psi(x) = phi(x + by)`.
#[derive(Debug)]
pub(super) struct Shifted {
    phi: Arc<dyn Phi>,
    by: f64,
    shape: Shape,
}

impl Shifted {
    /// `None` where `phi` jumps, grows faster than linearly, or leaves 0 at `by` by a higher power: the [`Shape`] of the sum is not known.
    pub(super) fn new(phi: Arc<dyn Phi>, by: f64) -> Option<Self> {
        let shape = phi.shape();
        let steep = shape.at_infinity.is_some_and(|term| term.degree > 1);
        if steep || !shape.jumps.is_empty() {
            return None;
        }
        let at_zero = match phi.value(by) {
            0.0 => Some(leading_term(&*phi, &shape.kinks, by)?),
            _ => None,
        };
        let moved = |points: &[f64]| points.iter().map(|point| point - by).collect();
        let mut features: Vec<f64> = moved(&shape.features);
        // what varies over a distance of 1 does so around 0 in the table
        features.push(-by);
        features.sort_by(f64::total_cmp);
        Some(Self {
            shape: Shape {
                kinks: moved(&shape.kinks),
                features,
                at_zero,
                homogeneous: false,
                ..shape
            },
            phi,
            by,
        })
    }
}

/// A distance from 0, in units of that to the next kink, over which a smooth function is a line to a part in a thousand.
const NEARBY: f64 = 1.0 / 1_048_576.0;

/// The term of `phi(x + by)` at 0, where `phi(by) = 0`; `None` where one side is neither linear there nor flat.
fn leading_term(phi: &dyn Phi, kinks: &[f64], by: f64) -> Option<LeadingTerm> {
    let slope = |sign: f64| {
        let beyond = kinks.iter().map(|kink| sign * (kink - by));
        let reach = beyond.filter(|far| *far > 0.0).fold(1.0, f64::min);
        let flat = (1..=40).all(|k| phi.value(by + sign * reach * (-f64::from(k)).exp2()) == 0.0);
        let beside = if sign < 0.0 {
            by.next_down()
        } else {
            by.next_up()
        };
        match phi.derivative(beside) {
            _ if flat => Some(0.0),
            slope => {
                // of a higher power the line to a point nearby is steeper by far
                let near = sign * reach * NEARBY;
                let line = phi.value(by + near) / near;
                ((line - slope).abs() < 1e-3 * slope.abs()).then_some(sign * slope)
            }
        }
    };
    Some(LeadingTerm::new(1, slope(-1.0)?, slope(1.0)?))
}

impl Phi for Shifted {
    fn value(&self, x: f64) -> f64 {
        self.phi.value(x + self.by)
    }

    fn derivative(&self, x: f64) -> f64 {
        self.phi.derivative(x + self.by)
    }

    fn eval(&self, level: Level, z: &[f32], x: &mut [f32], dx: &mut [f32]) {
        let sums: Vec<f32> = z.iter().map(|z| z + self.by as f32).collect();
        self.phi.eval(level, &sums, x, dx);
    }

    fn values(&self, x: &mut [f64]) {
        for x in &mut *x {
            *x += self.by;
        }
        self.phi.values(x);
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn both(&self, x: f64) -> [f64; 2] {
        self.phi.both(x + self.by)
    }

    fn rounding(&self, x: f64) -> [f64; 2] {
        self.phi.rounding(x + self.by)
    }

    fn steps(&self) -> [usize; 2] {
        self.phi.steps()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::activation::Activation;

    fn shifted(name: &str, by: f64) -> Option<Activation> {
        name.parse::<Activation>().expect("a name").shifted(by)
    }

    #[test]
    fn values_kinks_and_slopes_move() {
        let relu = shifted("relu", 0.5).expect("known");
        let (phi, shape) = (relu.phi(), relu.phi().shape());
        assert_eq!((phi.value(0.25), phi.value(-0.75)), (0.75, 0.0));
        assert_eq!(phi.both(-0.25), [0.25, 1.0]);
        assert_eq!((shape.kinks, shape.at_zero), (vec![-0.5], None));
        assert!(!shape.homogeneous);
        let mut x = [0.0, -1.0];
        phi.values(&mut x);
        assert_eq!(x, [0.5, 0.0]);
    }

    #[test]
    fn a_zero_at_the_shift_is_flat_or_linear() {
        let term = |name: &str, by| shifted(name, by).expect("known").phi().shape().at_zero;
        assert_eq!(term("relu", -0.5), Some(LeadingTerm::new(1, 0.0, 0.0)));
        assert_eq!(term("softshrink", 0.5), Some(LeadingTerm::new(1, 0.0, 1.0)));
        let sine = term("sin", std::f64::consts::PI);
        assert_eq!(sine, None, "sin of the rounded pi is not 0");
        assert_eq!(term("x-1", 1.0), Some(LeadingTerm::new(1, -1.0, 1.0)));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for (name, by) in [
            ("relu_squared", 0.1),
            ("hardshrink", 0.1),
            ("(x-1)^2/(1+x^2)", 1.0),
        ] {
            assert!(shifted(name, by).is_none(), "{name} {by}");
        }
        assert_eq!(shifted("hardshrink", 0.0), "hardshrink".parse().ok());
    }
}

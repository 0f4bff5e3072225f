//! How one layer's pre-activations are passed through the activation: in which units, and where exponents go.

use crate::net::activation::{Activation, LeadingTerm, Shape};
use crate::sim::panel_scale::{PanelScale, power};

/// Below `2^-SMALL` a non-homogeneous activation of degree 1 at 0 is replaced by its term (relative error `O(2^-SMALL)`).
const SMALL: f64 = -40.0;
/// The same for leading_terms of higher degree, whose values would leave single precision earlier: those of degree d at `2^(-100/d)`.
const SMALL_HIGHER: f64 = -20.0;
const SMALLEST: f64 = -100.0;

/// `log2` of the size below which a term replaces its activation.
fn small(degree: u32) -> f64 {
    match degree {
        1 => SMALL,
        d => SMALL_HIGHER.max(SMALLEST / f64::from(d)),
    }
}
/// Above `2^LARGE` an activation that grows linearly is replaced by its term at infinity.
const LARGE: f64 = 60.0;

/// What evaluates the activation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Evaluate {
    /// The activation itself.
    Itself,
    /// Its leading term near 0 or infinity.
    LeadingTerm(LeadingTerm),
}

/// Units of one layer's pass.
///
/// With `t` the exponent of the evaluation (0 unless something homogeneous is evaluated), the argument is `zeta = z 2^-t`,
/// the value `phi 2^(-degree t)` and the derivative `phi' 2^(-(degree - 1) t)`.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What is evaluated.
    pub evaluate: Evaluate,
    /// Exponent of the evaluation.
    pub exponent: i64,
    /// Degree of homogeneity, 0 where `exponent` is 0.
    pub degree: i64,
    /// Multiplies lane 0 of the stored panel to give `z 2^-top`.
    pub reference: f32,
    /// Multiplies the biases, which are added to lane 0, to give them in units of `2^top`.
    pub bias: f32,
    /// Multiplies the other lanes to give differences of `z 2^-top`.
    pub differences: f32,
    /// Multiplies `z 2^-top` to give the argument `zeta`.
    pub argument: f32,
    /// Multiplies `zeta` to give `z 2^-top`.
    pub back: f32,
    /// Multiplies a difference of values to give the stored difference of the output.
    pub direct: f32,
    /// Kinks in units of `zeta`, at most four.
    pub kinks: Vec<f32>,
    /// Whether a difference must be small against `|zeta|` (not just small) for the derivative to give it.
    pub relative: bool,
    /// `|phi'|` below this, in units of the evaluation, counts as saturated.
    pub saturation: f32,
    /// Exponents of the pre-activations, biases included.
    pub scale: PanelScale,
}

/// Share of the supremum of `|phi'|` below which a unit counts as saturated.
pub const SATURATION: f64 = 0.05;

impl Frame {
    /// The frame for pre-activations whose largest root mean square is `2^size`, stored with `scale`.
    #[must_use]
    pub fn new(shape: &Shape, scale: PanelScale, size: f64) -> Self {
        let small = shape.at_zero.filter(|g| size < small(g.degree));
        let large = shape.at_infinity.filter(|g| g.degree >= 1 && size > LARGE);
        let (evaluate, term) = match (shape.homogeneous, small.or(large)) {
            (true, _) => (Evaluate::Itself, shape.at_zero),
            (false, Some(term)) => (Evaluate::LeadingTerm(term), Some(term)),
            (false, None) => (Evaluate::Itself, None),
        };
        let top = scale.top();
        let (exponent, degree) = term.map_or((0, 0), |g| (top, i64::from(g.degree)));
        let kinks = match term {
            Some(g) if g.degree == 1 && g.left == -g.right => vec![],
            Some(_) => vec![0.0],
            None => shape.kinks.iter().map(|k| *k as f32).collect(),
        };
        let threshold = SATURATION * shape.derivative_sup;
        let saturation = if threshold.is_finite() {
            threshold * (-((degree - 1).max(0) * exponent) as f64).exp2()
        } else {
            0.0
        };
        Self {
            evaluate,
            exponent,
            degree,
            reference: power(scale.reference - top),
            bias: power(-top),
            differences: power(scale.differences - top),
            argument: power(top - exponent),
            back: power(exponent - top),
            direct: power(exponent - scale.differences),
            kinks,
            relative: term.or(shape.at_zero).is_some_and(|g| g.degree > 1),
            saturation: saturation.min(f64::from(f32::MAX)) as f32,
            scale,
        }
    }

    /// The frame for stored pre-activations to whose lane 0 biases of the size `2^bias` will be added.
    #[must_use]
    pub fn with_biases(shape: &Shape, scale: PanelScale, size: f64, bias: i64) -> Self {
        let both = PanelScale {
            reference: scale.reference.max(bias),
            ..scale
        };
        let frame = Self::new(shape, both, size.max(bias as f64));
        Self {
            reference: power(scale.reference - both.top()),
            ..frame
        }
    }

    /// Exponents of the output panel: the reference's values and the differences.
    #[must_use]
    pub fn output(&self) -> PanelScale {
        let slope = self.slope_exponent();
        PanelScale {
            reference: self.degree * self.exponent,
            differences: self.scale.differences + slope,
        }
    }

    /// Exponent of the derivative: `phi' = 2^slope_exponent` times the number computed.
    #[must_use]
    pub fn slope_exponent(&self) -> i64 {
        (self.degree - 1).max(0) * self.exponent
    }

    /// `x[i] = phi(zeta[i])` and `dx[i] = phi'(zeta[i])` in the frame's units.
    pub fn eval(&self, activation: &Activation, zeta: &[f32], x: &mut [f32], dx: &mut [f32]) {
        match self.evaluate {
            Evaluate::Itself => activation
                .phi()
                .eval(crate::math::simd::level(), zeta, x, dx),
            Evaluate::LeadingTerm(term) => eval_leading_term(term, zeta, x, dx),
        }
    }
}

/// `x = c |zeta|^degree` and its derivative.
fn eval_leading_term(term: LeadingTerm, zeta: &[f32], x: &mut [f32], dx: &mut [f32]) {
    let (left, right) = (term.left as f32, term.right as f32);
    let degree = term.degree as i32;
    for ((z, x), d) in zeta.iter().zip(x).zip(dx) {
        let (c, sign) = if *z > 0.0 { (right, 1.0) } else { (left, -1.0) };
        let below = z.abs().powi(degree - 1);
        *x = c * below * z.abs();
        *d = c * sign * degree as f32 * below;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cubic_leading_term_has_the_values_and_slopes_of_the_cubic() {
        let term = LeadingTerm {
            degree: 3,
            left: -0.5,
            right: 0.5,
        };
        let (mut x, mut dx) = ([0.0; 3], [0.0; 3]);
        eval_leading_term(term, &[-2.0, 0.0, 3.0], &mut x, &mut dx);
        assert_eq!((x, dx), ([-4.0, 0.0, 13.5], [6.0, 0.0, 13.5]));
    }

    #[test]
    fn relu_is_evaluated_at_the_size_of_one_whatever_its_exponent() {
        let relu: Activation = "relu".parse().unwrap();
        let scale = PanelScale {
            reference: -5000,
            differences: -5010,
        };
        let frame = Frame::new(&relu.phi().shape(), scale, -5000.0);
        assert_eq!(
            (frame.exponent, frame.argument, frame.differences),
            (-5000, 1.0, power(-10))
        );
        assert_eq!(frame.output(), scale);
        assert_eq!(frame.direct, power(10));
    }

    #[test]
    fn tanh_of_tiny_numbers_is_its_leading_term_and_of_ordinary_ones_itself() {
        let shape = "tanh".parse::<Activation>().unwrap().phi().shape();
        let tiny = Frame::new(
            &shape,
            PanelScale {
                reference: -900,
                differences: -900,
            },
            -900.0,
        );
        assert!(matches!(tiny.evaluate, Evaluate::LeadingTerm(_)));
        assert_eq!(tiny.output().reference, -900);
        let ordinary = Frame::new(
            &shape,
            PanelScale {
                reference: 2,
                differences: 2,
            },
            2.0,
        );
        assert_eq!(
            (ordinary.evaluate, ordinary.exponent, ordinary.argument),
            (Evaluate::Itself, 0, 4.0)
        );
    }
}

//! Activations as expressions in `x`, such as `x*sigmoid(1.702*x)`.
//!
//! **What may be typed.** Numbers (`1e-3`), `x`, `pi`, `e`, `+ - * /`, `^` or `**` (right to left, tighter than a sign:
//! `-x^2` is `-(x^2)`), parentheses, the functions of [`names`](function::names), and every activation of the table with
//! its parameters behind its argument: `gelu(2*x)`, `leaky_relu(x, 0.2)`.
//!
//! **How it is computed.** The text becomes a postfix program, and a run of the program on dual numbers gives the value
//! and the exact derivative (forward mode). The same program runs on one `f64` for theory and on sixteen for simulation:
//! in double precision throughout, because what a person types cancels (`x-tanh(x)`, `softplus(x)-log(2)`), and in
//! single precision that would draw false physics where signals vanish.
//!
//! **Why not a crate.** `exmex`, the maintained parser that differentiates, reads `exp(-x^2)` as `exp(x^2)`: its unary
//! operators bind tighter than any binary one. It tells no columns, and has no derivative of `max`, `min` or functions of
//! ours.
//!
//! **At a corner** the slope is the flatter of the two for `max` and `min`, 0 for `abs`, `relu` and `sign`.

use std::sync::Arc;

use fearless_simd::Level;

use crate::math::simd::{self, dispatch};

use super::kernel::check_lengths;
use super::{ACTIVATIONS, Activation, LeadingTerm, Phi, Shape};

mod branches;
mod domain;
mod dual;
mod error;
mod features;
mod function;
mod kinks;
mod lanes;
mod leading_terms;
mod parser;
mod program;
mod scan;
mod stable;
mod steepest;
mod token;

pub use error::ExpressionError;

use branches::Branches;
use dual::Dual;
use kinks::Kinks;
use program::Program;
use scan::Scan;

/// An expression in `x` that is defined on the real line around 0.
#[derive(Debug)]
struct Expression {
    program: Program,
    shape: Shape,
}

/// Reads `text` as an expression in `x`; the activation's text is `text` without blanks.
pub(super) fn parse(text: &str) -> Result<Activation, ExpressionError> {
    let program = parser::parse(text)?;
    let shape = shape(text, &program)?;
    let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let phi = Arc::new(Expression { program, shape });
    Ok(Activation::custom(&compact, phi))
}

pub(in crate::net) use parser::constant;

/// Whether `text`, which names no activation, was meant as an expression.
pub(super) fn is_meant(text: &str) -> bool {
    let Ok(spots) = token::tokens(text) else {
        return !text
            .chars()
            .all(|c| c.is_alphanumeric() || "_- .".contains(c));
    };
    let own = |name: &str| {
        let named = ACTIVATIONS.iter().any(|row| row.name == name);
        !named && function::names().any(|known| known == name)
    };
    spots.iter().enumerate().any(|(i, spot)| match &spot.token {
        token::Token::Word(name) => matches!(name.as_str(), "x" | "X") || i == 0 && own(name),
        token::Token::Sign(sign) => matches!(sign, '+' | '*' | '/' | '^') || i == 0,
        token::Token::Number(_) => i == 0,
        token::Token::End => false,
    })
}

fn shape(text: &str, program: &Program) -> Result<Shape, ExpressionError> {
    let branches = Branches::new(program);
    let scan = Scan::new(&branches);
    domain::check(text, &branches, &scan)?;
    let kinks = Kinks::new(&branches, &scan);
    let features = features::features(&branches, &scan);
    if branches.exhausted() {
        let text = text.to_owned();
        return Err(ExpressionError::Work { text });
    }
    let all = |keep: fn(&kinks::Kink) -> bool| {
        let points = kinks.points.iter().filter(|kink| keep(kink));
        points.map(|kink| kink.x).collect()
    };
    let at_infinity = leading_terms::at_infinity(&branches);
    let homogeneous = at_infinity.filter(|term| leading_terms::is_homogeneous(&branches, *term));
    let at_zero = leading_terms::at_zero(&branches).map(|term| homogeneous.unwrap_or(term));
    Ok(Shape {
        smoothness: kinks.smoothness(),
        kinks: all(|_| true),
        jumps: all(|kink| kink.smoothness == super::Smoothness::Jump),
        at_zero,
        at_infinity,
        homogeneous: at_zero.is_some() && homogeneous.is_some(),
        derivative_sup: steepest::derivative_sup(&branches, &scan, &kinks),
        features,
    })
}

impl Expression {
    /// Value and slope; where the expression overflows on the way to a limit that is known, its term at infinity.
    fn at(&self, x: f64) -> Dual<f64> {
        let reached = self.program.at(x);
        match self.shape.at_infinity {
            Some(term) if !(reached.value.is_finite() && reached.slope.is_finite()) => {
                beyond(term, x, reached)
            }
            _ => reached,
        }
    }
}

/// `reached` far out, with the term at infinity in place of an overflow or NaN. The slope beside an infinite value is void.
fn beyond(term: LeadingTerm, x: f64, reached: Dual<f64>) -> Dual<f64> {
    if x.is_nan() || x.abs() < domain::REACH {
        return reached;
    }
    let (c, sign) = if x < 0.0 {
        (term.left, -1.0)
    } else {
        (term.right, 1.0)
    };
    let degree = term.degree as i32;
    let slope = sign * c * f64::from(degree) * x.abs().powi(degree - 1);
    if reached.value.is_finite() {
        return Dual { slope, ..reached };
    }
    let value = c * x.abs().powi(degree);
    Dual { value, slope }
}

/// Whether no number is infinite or NaN: the largest exponent of all is that of a finite number.
fn all_finite(numbers: &[f32]) -> bool {
    let largest = numbers
        .iter()
        .fold(0, |largest, x| largest.max(x.abs().to_bits()));
    largest < f32::INFINITY.to_bits()
}

impl Phi for Expression {
    fn value(&self, x: f64) -> f64 {
        self.at(x).value
    }

    fn derivative(&self, x: f64) -> f64 {
        self.at(x).slope
    }

    fn eval(&self, level: Level, z: &[f32], x: &mut [f32], dx: &mut [f32]) {
        check_lengths(z, x, dx);
        dispatch!(level, s => lanes::drive(s, &self.program, z, x, dx));
        if self.shape.at_infinity.is_some() && !(all_finite(x) && all_finite(dx)) {
            for ((z, x), dx) in z.iter().zip(x).zip(dx) {
                let at = self.at(f64::from(*z));
                (*x, *dx) = (at.value as f32, at.slope as f32);
            }
        }
    }

    fn values(&self, x: &mut [f64]) {
        let arguments = self.shape.at_infinity.map(|_| x.to_vec());
        dispatch!(simd::level(), s => lanes::values(s, &self.program, x));
        for (value, argument) in x.iter_mut().zip(arguments.iter().flatten()) {
            if !value.is_finite() {
                *value = self.at(*argument).value;
            }
        }
    }

    fn shape(&self) -> Shape {
        self.shape.clone()
    }

    fn both(&self, x: f64) -> [f64; 2] {
        let at = self.at(x);
        [at.value, at.slope]
    }

    fn rounding(&self, x: f64) -> [f64; 2] {
        self.program.rounding(x)
    }

    fn steps(&self) -> [usize; 2] {
        let sum =
            |steps: fn(&program::Instruction) -> usize| self.program.ops.iter().map(steps).sum();
        [
            sum(program::Instruction::steps),
            sum(program::Instruction::steps_in_a_row),
        ]
    }
}

//! Activation functions: one small implementation and one row each.
//!
//! **At a kink** the derivative is what PyTorch's autograd returns (Keras' or JAX' where PyTorch lacks the
//! function): 0 for relu at 0, for relu6 at 0 and 6, for hard_tanh, the hard sigmoids, softshrink, hardshrink and
//! threshold at their corners, for sparse_sigmoid at -1 and 1; the slope for the leaky rectifiers at 0; the derivative
//! from the left for elu, celu and selu at 0 (alpha, 1, 1.758); 0 and 1 for hard_swish at -3 and 3.
//!
//! ```
//! use initscope::net::activation::Activation;
//!
//! let act: Activation = "LeakyReLU(0.2)".parse()?;
//! assert_eq!(act.to_string(), "leaky_relu(0.2)");
//! assert_eq!(act.phi().value(-1.0), -0.2);
//! assert_eq!(act.next().name(), "prelu");
//! # Ok::<(), initscope::net::activation::ActivationError>(())
//! ```

use std::fmt;
use std::sync::Arc;

use fearless_simd::Level;

use crate::net::framework::Framework;

mod arguments;
mod clipped;
mod dialect;
mod exponential;
mod expression;
mod gated;
mod kernel;
mod parse;
mod rectified;
mod row;
mod shape;
mod shifted;
mod sigmoidal;
mod table;

pub use dialect::Dialect;
pub use expression::ExpressionError;
pub(super) use expression::constant;
pub use parse::ActivationError;
pub use row::{ActivationRow, Parameter};
pub use shape::{LeadingTerm, Shape, Smoothness};
pub use table::ACTIVATIONS;

/// An elementwise activation `phi` with its derivative, in double precision for theory and as slices for simulation.
pub trait Phi: Send + Sync + fmt::Debug {
    /// `phi(x)` for finite x, relative error a few ulp.
    fn value(&self, x: f64) -> f64;
    /// `phi'(x)` for finite x, relative error a few ulp but near its zeros; at a kink the value PyTorch's autograd returns.
    fn derivative(&self, x: f64) -> f64;
    /// `x[i] = phi(z[i])`, `dx[i] = phi'(z[i])` in single precision; all three slices have the same length, a multiple of 16.
    fn eval(&self, level: Level, z: &[f32], x: &mut [f32], dx: &mut [f32]);
    /// `x[i] = phi(x[i])` for finite numbers, to a few ulp of `max(|x|, |phi(x)|)`: for sums over many points.
    fn values(&self, x: &mut [f64]);
    /// What theory and simulation must know beyond values.
    fn shape(&self) -> Shape;
    /// `[phi(x), phi'(x)]`.
    fn both(&self, x: f64) -> [f64; 2] {
        [self.value(x), self.derivative(x)]
    }
    /// Absolute rounding errors of `value` and `derivative` at x where terms cancel; 0 where both are good to a few ulp.
    fn rounding(&self, _x: f64) -> [f64; 2] {
        [0.0; 2]
    }
    /// Steps of arithmetic that an evaluation of a typed activation amounts to: `both` at one number, `values` at one of many. A step
    /// takes about 5 ns and 1 ns.
    fn steps(&self) -> [usize; 2] {
        [1; 2]
    }
}

/// One activation function with its parameters: cheap to clone, compared by its text form and what that means.
///
/// A name whose parameter is left out is what a framework means by it, see [`under`](Self::under); as read it is what Keras means.
#[derive(Clone, Debug)]
pub struct Activation {
    text: Arc<str>,
    /// What the text means under its framework, where it does not say that itself.
    meaning: Option<&'static str>,
    row: Option<&'static ActivationRow>,
    phi: Arc<dyn Phi>,
}

impl Activation {
    /// The activation of a table row with the given parameter values, all of them in range.
    fn of_row(row: &'static ActivationRow, values: &[f64]) -> Self {
        Self {
            text: row.text(values).into(),
            meaning: None,
            row: Some(row),
            phi: (row.build)(values),
        }
    }

    /// The row with its default parameters under this name.
    fn of_text(row: &'static ActivationRow, text: Arc<str>) -> Self {
        let defaults: Vec<f64> = row.parameters.iter().map(|p| p.default).collect();
        Self {
            text,
            ..Self::of_row(row, &defaults)
        }
    }

    /// What this text means in a framework: a name without its parameter changes with it, everything else is the same in all.
    #[must_use]
    pub fn under(&self, framework: Framework) -> Self {
        let bare = self.row.filter(|row| *row.name == *self.text);
        let Some((row, dialect)) = bare.and_then(|row| Some((row, row.dialect()?))) else {
            return self.clone();
        };
        let plain = Self::of_text(row, row.name.into());
        match dialect.meaning(framework) {
            None => plain,
            Some(text) => Self {
                meaning: Some(text),
                phi: text
                    .parse::<Self>()
                    .expect("a test reads every meaning")
                    .phi,
                ..plain
            },
        }
    }

    /// An activation outside the table; `text` is what it prints as.
    #[must_use]
    pub fn custom(text: &str, phi: Arc<dyn Phi>) -> Self {
        Self {
            text: text.into(),
            meaning: None,
            row: None,
            phi,
        }
    }

    /// The function `phi(x + by)`, outside the table; itself for 0. `None` where its shape is not known: where the value jumps, grows
    /// faster than linearly, or leaves 0 at `by` by a higher power.
    #[must_use]
    pub fn shifted(&self, by: f64) -> Option<Self> {
        if by == 0.0 {
            return Some(self.clone());
        }
        let phi = shifted::Shifted::new(Arc::clone(&self.phi), by)?;
        let text = format!("{} with a bias of {by}", self.in_full());
        Some(Self::custom(&text, Arc::new(phi)))
    }

    /// Every activation of the table with its default parameters, in table order.
    pub fn all() -> impl Iterator<Item = Self> {
        ACTIVATIONS.iter().map(Self::from)
    }

    /// The function itself.
    #[must_use]
    pub fn phi(&self) -> &dyn Phi {
        &*self.phi
    }

    /// The text form that [`FromStr`](std::str::FromStr) reads back, e.g. `leaky_relu(0.2)`.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text with what its framework adds to it: `leaky_relu(0.2)` for `leaky_relu` in Keras. It is the same function in every
    /// framework.
    #[must_use]
    pub fn in_full(&self) -> &str {
        self.meaning.unwrap_or(&self.text)
    }

    /// The formula of the table; the text of a custom activation.
    #[must_use]
    pub fn formula(&self) -> &str {
        let meant = self.meaning.and_then(|text| text.parse::<Self>().ok()?.row);
        meant.or(self.row).map_or(&self.text, |row| row.formula)
    }

    /// The name without parameters, e.g. `leaky_relu`; the whole text of a custom activation.
    #[must_use]
    pub fn name(&self) -> &str {
        self.row.map_or(&self.text, |row| row.name)
    }

    /// Its row in [`ACTIVATIONS`]; `None` for a custom activation.
    #[must_use]
    pub const fn row(&self) -> Option<&'static ActivationRow> {
        self.row
    }

    /// The next row's activation with default parameters, the first after the last and after a custom one.
    #[must_use]
    pub fn next(&self) -> Self {
        let index = self.index().map_or(0, |i| (i + 1) % ACTIVATIONS.len());
        Self::from(&ACTIVATIONS[index])
    }

    /// The previous row's activation with default parameters, the last before the first and before a custom one.
    #[must_use]
    pub fn previous(&self) -> Self {
        let after = self.index().filter(|i| *i > 0);
        Self::from(&ACTIVATIONS[after.unwrap_or(ACTIVATIONS.len()) - 1])
    }

    fn index(&self) -> Option<usize> {
        let name = self.row?.name;
        ACTIVATIONS.iter().position(|row| row.name == name)
    }
}

/// The row's activation by its bare name, as Keras means it.
impl From<&'static ActivationRow> for Activation {
    fn from(row: &'static ActivationRow) -> Self {
        Self::of_text(row, row.name.into()).under(Framework::Keras)
    }
}

impl PartialEq for Activation {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text && self.meaning == other.meaning
    }
}

impl fmt::Display for Activation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

//! Residual blocks: sub-layers that add a branch to a stream.
//!
//! ```
//! use initscope::net::block::Block;
//!
//! // x' = x + W2 phi(W1 LayerNorm(x)) / sqrt(2N), 4 times as many hidden units as the stream has
//! let block: Block = "pre(ln,mlp(4),alpha=1/sqrt(2N))".parse()?;
//! assert_eq!(block.to_string(), "pre(ln,mlp(4),alpha=1/sqrt(2N))");
//! assert_eq!(block.sub_layers()[0].alpha.value(8, 8), 0.25);
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

mod factor;
mod text;

pub use factor::Factor;
pub(crate) use text::FACTOR;

use std::fmt;
use std::ops::RangeInclusive;

/// Sub-layers of a block at most.
pub const SUB_LAYERS: usize = 8;

/// Hidden units of a branch, in units of the stream.
pub const RATIO: RangeInclusive<f64> = 0.01..=16.0;

/// A normalization over the units of one input, without learned parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Norm {
    /// `y = (x - mean x) / sqrt(var x + eps)` (Ba, Kiros & Hinton 2016).
    Layer,
    /// `y = x / sqrt(mean x^2 + eps)` (Zhang & Sennrich 2019).
    Rms,
}

impl Norm {
    /// Every norm.
    pub const ALL: [Self; 2] = [Self::Layer, Self::Rms];

    /// The name in the text form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Layer => "ln",
            Self::Rms => "rms",
        }
    }

    /// The name in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Layer => "LayerNorm",
            Self::Rms => "RMSNorm",
        }
    }
}

/// Where the norm of a sub-layer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// `x' = skip x + alpha F(N x)`.
    Pre(Norm),
    /// `x' = N(skip x + alpha F(x))`.
    Post(Norm),
    /// `x' = skip x + alpha F(x)`.
    Bare,
}

impl Place {
    /// The norm, wherever it stands.
    #[must_use]
    pub fn norm(self) -> Option<Norm> {
        match self {
            Self::Pre(norm) | Self::Post(norm) => Some(norm),
            Self::Bare => None,
        }
    }
}

/// One step of the stream: `x' = N_post(skip x + alpha F(N_pre x))` with `F(u) = W2 phi(W1 u + b1) + b2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SubLayer {
    /// Where its norm stands.
    pub place: Place,
    /// Hidden units in units of the stream.
    pub ratio: f64,
    /// Multiplies the stream.
    pub skip: Factor,
    /// Multiplies the branch.
    pub alpha: Factor,
}

/// What a network repeats: 1 to [`SUB_LAYERS`] sub-layers.
#[derive(Clone, Debug, PartialEq)]
pub struct Block(Vec<SubLayer>);

impl Block {
    /// The sub-layers in order.
    #[must_use]
    pub fn sub_layers(&self) -> &[SubLayer] {
        &self.0
    }

    /// Whether every sub-layer has a norm.
    #[must_use]
    pub fn is_normed(&self) -> bool {
        self.0.iter().all(|sub| sub.place.norm().is_some())
    }
}

impl fmt::Display for SubLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Place::Pre(norm) => write!(f, "pre({},", norm.name()),
            Place::Post(norm) => write!(f, "post({},", norm.name()),
            Place::Bare => f.write_str("res("),
        }?;
        write!(f, "mlp({})", self.ratio)?;
        for (name, factor) in [("skip", self.skip), ("alpha", self.alpha)] {
            if factor != Factor::ONE {
                write!(f, ",{name}={factor}")?;
            }
        }
        f.write_str(")")
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, sub) in self.0.iter().enumerate() {
            if at > 0 {
                f.write_str("+")?;
            }
            write!(f, "{sub}")?;
        }
        Ok(())
    }
}

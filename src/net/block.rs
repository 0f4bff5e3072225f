//! Residual blocks: sub-layers that add a branch to a stream.
//!
//! ```
//! use initscope::net::block::{Block, Counts};
//!
//! // x' = x + W2 phi(W1 LayerNorm(x)) / sqrt(2N), 4 times as many hidden units as the stream has
//! let block: Block = "pre(ln,mlp(4),alpha=1/sqrt(2N))".parse()?;
//! assert_eq!(block.to_string(), "pre(ln,mlp(4),alpha=1/sqrt(2N))");
//! let last = Counts { blocks: 8, sub_layers: 8, block: 8 };
//! assert_eq!(block.sub_layers()[0].alpha.value(last), 0.25);
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

mod attention;
mod factor;
mod text;

pub use attention::{Attention, Heads};
pub use factor::{Counts, Factor};
pub(crate) use text::FACTOR;

use std::fmt;
use std::ops::RangeInclusive;

/// Sub-layers of a block at most.
pub const SUB_LAYERS: usize = 8;

/// Hidden units of a branch, in units of the stream.
pub const RATIO: RangeInclusive<f64> = 0.01..=16.0;

/// A normalization without learned parameters: over the units of each input, or over the inputs of each unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Norm {
    /// `y = (x - mean x) / sqrt(var x + eps)` (Ba, Kiros & Hinton 2016).
    Layer,
    /// `y = x / sqrt(mean x^2 + eps)` (Zhang & Sennrich 2019).
    Rms,
    /// `y = (x - mean x) / sqrt(var x + eps)` over all inputs of a unit (Ioffe & Szegedy 2015).
    Batch,
}

impl Norm {
    /// Every norm.
    pub const ALL: [Self; 3] = [Self::Layer, Self::Rms, Self::Batch];

    /// The name in the text form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Layer => "ln",
            Self::Rms => "rms",
            Self::Batch => "bn",
        }
    }

    /// The name in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Layer => "LayerNorm",
            Self::Rms => "RMSNorm",
            Self::Batch => "BatchNorm",
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
    /// `x' = skip x + alpha N(F(N x))`.
    Peri(Norm),
    /// `x' = skip x + alpha N(F(x))`.
    ResPost(Norm),
    /// `x' = skip x + alpha F(x)`.
    Bare,
}

impl Place {
    /// Every place of a norm.
    fn of_norm(norm: Norm) -> [Self; 4] {
        [Self::Pre, Self::Post, Self::Peri, Self::ResPost].map(|place| place(norm))
    }

    /// The norm, wherever it stands.
    #[must_use]
    pub fn norm(self) -> Option<Norm> {
        match self {
            Self::Pre(norm) | Self::Post(norm) | Self::Peri(norm) | Self::ResPost(norm) => {
                Some(norm)
            }
            Self::Bare => None,
        }
    }

    /// The name in the text form.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pre(_) => "pre",
            Self::Post(_) => "post",
            Self::Peri(_) => "peri",
            Self::ResPost(_) => "respost",
            Self::Bare => "res",
        }
    }

    /// The norm before the branch.
    #[must_use]
    pub fn before(self) -> Option<Norm> {
        match self {
            Self::Pre(norm) | Self::Peri(norm) => Some(norm),
            Self::Post(_) | Self::ResPost(_) | Self::Bare => None,
        }
    }

    /// The norm of the branch's output.
    #[must_use]
    pub fn within(self) -> Option<Norm> {
        match self {
            Self::Peri(norm) | Self::ResPost(norm) => Some(norm),
            Self::Pre(_) | Self::Post(_) | Self::Bare => None,
        }
    }

    /// The norm of the sum.
    #[must_use]
    pub fn after(self) -> Option<Norm> {
        match self {
            Self::Post(norm) => Some(norm),
            Self::Pre(_) | Self::Peri(_) | Self::ResPost(_) | Self::Bare => None,
        }
    }
}

/// What a sub-layer adds, as a function of `u`, the stream or its norm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Branch {
    /// `F(u) = W2 phi(N(W1 u + b1)) + b2` with so many hidden units to a unit of the stream.
    Mlp {
        /// Hidden units in units of the stream.
        ratio: f64,
        /// The norm before the activation.
        norm: Option<Norm>,
    },
    /// `F(u) = W phi(u) + b` (He et al. 2016).
    Preact1,
    /// `F(u) = W2 phi(N(W1 phi(u) + b1)) + b2`, as many hidden units as the stream has (He et al. 2016).
    Preact2 {
        /// The norm before the second activation.
        norm: Option<Norm>,
    },
    /// `F(u) = W2 (phi(W1 u + b1) (W3 u + b3)) + b2`, the product unit by unit (Shazeer 2020).
    Glu {
        /// Hidden units in units of the stream.
        ratio: f64,
    },
    /// Attention of the tokens of a sequence to each other.
    Attention(Attention),
    /// `F(u)_i = sum_j M_ij u_j + b_i` of tokens `i` and `j` of a sequence, the same matrix for all units (Touvron et al. 2021, ResMLP).
    Mix,
}

impl Branch {
    /// The norm before its activation, or before the second one.
    #[must_use]
    pub fn norm(&self) -> Option<Norm> {
        match self {
            Self::Mlp { norm, .. } | Self::Preact2 { norm } => *norm,
            Self::Preact1 | Self::Glu { .. } | Self::Attention(_) | Self::Mix => None,
        }
    }

    /// Its matrices in order: those that read `u`, then the last.
    #[must_use]
    pub fn roles(&self) -> &'static [Role] {
        match self {
            Self::Preact1 | Self::Mix => &[Role::Last],
            Self::Mlp { .. } | Self::Preact2 { .. } => &[Role::First, Role::Last],
            Self::Glu { .. } => &[Role::Gate, Role::Up, Role::Last],
            Self::Attention(_) => &[Role::Query, Role::Key, Role::Value, Role::Last],
        }
    }
}

/// What a matrix of a branch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The first of two.
    First,
    /// Under the activation of a gated branch.
    Gate,
    /// Beside the gate.
    Up,
    /// Queries of attention.
    Query,
    /// Keys of attention.
    Key,
    /// Values of attention.
    Value,
    /// Back to the stream; the only matrix of a branch that mixes tokens.
    Last,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 7] = [
        Self::First,
        Self::Gate,
        Self::Up,
        Self::Query,
        Self::Key,
        Self::Value,
        Self::Last,
    ];

    /// The name of its factor in the text form, and of its gradient in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Gate => "gate",
            Self::Up => "up",
            Self::Query => "q",
            Self::Key => "k",
            Self::Value => "v",
            Self::Last => "last",
        }
    }

    /// Whether the factor `in` of the network multiplies it.
    #[must_use]
    pub fn is_inward(self) -> bool {
        matches!(self, Self::First | Self::Gate | Self::Up | Self::Value)
    }
}

/// One step of the stream: `x' = N_post(skip x + alpha N_branch(F(N_pre x)))`, or `phi` of that.
#[derive(Clone, Debug, PartialEq)]
pub struct SubLayer {
    /// Where its norm stands.
    pub place: Place,
    /// What it adds.
    pub branch: Branch,
    /// Multiplies the stream.
    pub skip: Factor,
    /// Multiplies the branch.
    pub alpha: Factor,
    /// Whether the activation follows the sum and its norm.
    pub activated: bool,
    /// What multiplies its matrices beside the factors of the network, in the order of [`Role`]; none is 1.
    pub scales: Vec<(Role, Factor)>,
}

impl SubLayer {
    /// What multiplies one of its matrices beside the factors of the network.
    #[must_use]
    pub fn scale(&self, role: Role) -> Factor {
        let own = self.scales.iter().find(|(of, _)| *of == role);
        own.map_or(Factor::ONE, |(_, factor)| *factor)
    }

    /// All its factors with their names.
    pub fn factors(&self) -> impl Iterator<Item = (&'static str, Factor)> {
        let scales = self
            .scales
            .iter()
            .map(|(role, factor)| (role.name(), *factor));
        [("skip", self.skip), ("alpha", self.alpha)]
            .into_iter()
            .chain(scales)
    }
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

    /// The same sub-layers, every norm of them there.
    #[must_use]
    pub fn placed(&self, place: Place) -> Self {
        let subs = self.0.iter().map(|sub| SubLayer {
            place,
            ..sub.clone()
        });
        Self(subs.collect())
    }

    /// Every norm in it.
    pub fn norms(&self) -> impl Iterator<Item = Norm> {
        let own = |sub: &SubLayer| [sub.place.norm(), sub.branch.norm()];
        self.0.iter().flat_map(own).flatten()
    }

    /// Whether every sub-layer has a norm.
    #[must_use]
    pub fn is_normed(&self) -> bool {
        self.0.iter().all(|sub| sub.place.norm().is_some())
    }

    /// Whether queries and keys of some attention are normalized.
    #[must_use]
    pub fn norms_scores(&self) -> bool {
        let norms = |sub: &SubLayer| matches!(sub.branch, Branch::Attention(a) if a.qk_norm);
        self.0.iter().any(norms)
    }

    /// Whether tokens attend to each other.
    #[must_use]
    pub fn attends(&self) -> bool {
        let attends = |sub: &SubLayer| matches!(sub.branch, Branch::Attention(_));
        self.0.iter().any(attends)
    }

    /// Whether tokens see each other, by attention or by a matrix.
    #[must_use]
    pub fn mixes_tokens(&self) -> bool {
        let mixes = |sub: &SubLayer| matches!(sub.branch, Branch::Attention(_) | Branch::Mix);
        self.0.iter().any(mixes)
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mlp { ratio, norm: None } => write!(f, "mlp({ratio})"),
            Self::Mlp {
                ratio,
                norm: Some(norm),
            } => write!(f, "mlp({ratio},{})", norm.name()),
            Self::Preact1 => f.write_str("preact(1)"),
            Self::Preact2 { norm: None } => f.write_str("preact(2)"),
            Self::Preact2 { norm: Some(norm) } => write!(f, "preact(2,{})", norm.name()),
            Self::Glu { ratio } => write!(f, "glu({ratio})"),
            Self::Attention(attention) => attention.fmt(f),
            Self::Mix => f.write_str("mix"),
        }
    }
}

/// The place without a branch: `peri(rms)`, `res`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.norm() {
            Some(norm) => write!(f, "({})", norm.name()),
            None => Ok(()),
        }
    }
}

impl fmt::Display for SubLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.place.name())?;
        if let Some(norm) = self.place.norm() {
            write!(f, "{},", norm.name())?;
        }
        write!(f, "{}", self.branch)?;
        for (name, factor) in self.factors() {
            if factor != Factor::ONE {
                write!(f, ",{name}={factor}")?;
            }
        }
        if self.activated {
            f.write_str(",phi")?;
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

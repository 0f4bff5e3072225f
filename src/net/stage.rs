//! A network of blocks, or of plain layers with a norm, as stages: what one of them computes, every number resolved.

use crate::net::block::{Norm, Place, SubLayer};
use crate::net::framework::BiasLaw;
use crate::net::initializer::WeightLaw;
use crate::net::spec::{Bias, Spec};
use crate::net::tape::Linear;

/// A stream beside a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// The matrix from the hidden units back to the stream.
    pub second: Linear,
    /// Multiplies the stream.
    pub skip: f64,
    /// Multiplies the branch.
    pub alpha: f64,
}

/// One stage: with `u = N_pre(x)` and `a = phi(N_inner(W1 u + b1))`, the stage gives `N_post(skip x + alpha (W2 a + b2))`, or `a` where
/// there is no stream.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stage {
    /// The norm before the first matrix.
    pub pre: Option<Norm>,
    /// The first matrix.
    pub first: Linear,
    /// The norm before the activation.
    pub inner: Option<Norm>,
    /// The stream and the second matrix; `None` in a plain layer.
    pub residual: Option<Residual>,
    /// The norm after the sum.
    pub post: Option<Norm>,
}

impl Stage {
    /// The linear operations in order.
    pub fn matrices(&self) -> impl Iterator<Item = &Linear> {
        let second = self.residual.as_ref().map(|residual| &residual.second);
        std::iter::once(&self.first).chain(second)
    }

    /// Bytes of what one stage of a draw leaves for the way back for a batch in `lanes` lanes: stream, hidden units and branch in double
    /// precision, biases, and four small matrices for each matrix.
    #[must_use]
    pub fn saved_bytes(&self, lanes: usize) -> u64 {
        let units = self.first.fan_in + self.matrices().map(|m| m.fan_out).sum::<usize>();
        let biases: usize = self.matrices().map(|m| m.fan_out).sum();
        let count = self.matrices().count();
        (units * lanes * 8 + biases * 4 + 4 * count * lanes * lanes * 8) as u64
    }
}

/// Panels of the widest operation that a draw works with at once.
const PANELS: u64 = 6;

impl Spec {
    /// Whether the network is made of [`Stage`]s: blocks, or plain layers with a norm.
    #[must_use]
    pub fn has_stages(&self) -> bool {
        self.block().is_some() || self.norm().is_some()
    }

    /// Sub-layers of one block; 1 in a plain network.
    #[must_use]
    pub fn sub_layers(&self) -> usize {
        self.block().map_or(1, |block| block.sub_layers().len())
    }

    /// Layers that are measured: sub-layers of all blocks, or plain layers.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.depth() * self.sub_layers()
    }

    /// Stage `1..=layers`.
    #[must_use]
    pub fn stage(&self, number: usize) -> Stage {
        match self.block() {
            Some(block) => {
                let subs = block.sub_layers();
                self.sub_layer(&subs[(number - 1) % subs.len()])
            }
            None => {
                let (fan_in, fan_out) = self.fans(number);
                Stage {
                    pre: None,
                    first: self.matrix(fan_in, fan_out, 1.0),
                    inner: self.norm(),
                    residual: None,
                    post: None,
                }
            }
        }
    }

    fn sub_layer(&self, sub: &SubLayer) -> Stage {
        let width = self.width();
        let hidden = hidden_units(width, sub.ratio);
        let factor = |of: crate::net::block::Factor| of.value(self.depth(), self.layers());
        let (pre, post) = match sub.place {
            Place::Pre(norm) => (Some(norm), None),
            Place::Post(norm) => (None, Some(norm)),
            Place::Bare => (None, None),
        };
        let draft = self.draft();
        Stage {
            pre,
            first: self.matrix(width, hidden, factor(draft.inward)),
            inner: None,
            residual: Some(Residual {
                second: self.matrix(hidden, width, factor(draft.outward)),
                skip: factor(sub.skip),
                alpha: factor(sub.alpha),
            }),
            post,
        }
    }

    /// A matrix of that shape whose entries are multiplied by `scale`, with its biases.
    fn matrix(&self, fan_in: usize, fan_out: usize, scale: f64) -> Linear {
        let law = |gain: f64| {
            self.effective_initializer()
                .law(self.framework(), fan_in, fan_out, gain)
        };
        Linear {
            fan_in,
            fan_out,
            weights: if scale == 0.0 {
                WeightLaw::Constant { value: 0.0 }
            } else {
                law(self.gain() * scale)
            },
            biases: self.biases_of(fan_in),
        }
    }

    /// The law of the biases of a matrix that reads so many units.
    fn biases_of(&self, fan_in: usize) -> BiasLaw {
        match self.bias() {
            Bias::Auto if self.initializer().is_none() => self.framework().default_bias(fan_in),
            Bias::Preset => self.framework().default_bias(fan_in),
            Bias::Normal(std) if std > 0.0 => BiasLaw::Normal { std },
            Bias::Auto | Bias::Normal(_) => BiasLaw::Zeros,
        }
    }

    /// Whether every branch is 0 at the start, and by which factor: `out` or `alpha`.
    #[must_use]
    pub fn zero_branches(&self) -> Option<&'static str> {
        let block = self.block()?;
        let (blocks, layers) = (self.depth(), self.layers());
        let zero = |factor: crate::net::block::Factor| factor.value(blocks, layers) == 0.0;
        if block.sub_layers().iter().all(|sub| zero(sub.alpha)) {
            Some("alpha")
        } else {
            let silent = self.biases_of(self.width()).is_zero();
            (zero(self.draft().outward) && silent).then_some("out")
        }
    }

    /// Bytes that one draw of the stages takes for a batch in `lanes` lanes.
    #[must_use]
    pub fn stage_bytes(&self, lanes: usize) -> u64 {
        let stages = 1..=self.sub_layers();
        let block: u64 = stages
            .clone()
            .map(|n| self.stage(n).saved_bytes(lanes))
            .sum();
        let widest = stages.flat_map(|n| {
            self.stage(n)
                .matrices()
                .map(|m| m.fan_out)
                .collect::<Vec<_>>()
        });
        let widest = widest.max().unwrap_or(0).max(self.input_dim());
        self.depth() as u64 * block + PANELS * (widest * lanes * 8) as u64
    }
}

/// Hidden units of a branch with `ratio` of them to a unit of the stream, at least 1.
#[must_use]
pub fn hidden_units(width: usize, ratio: f64) -> usize {
    ((width as f64 * ratio).round() as usize).max(1)
}

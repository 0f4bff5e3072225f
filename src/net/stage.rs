//! A network of blocks, or of plain layers with a norm, as stages: what one of them computes, every number resolved.

use crate::math::attention::Attend;
use crate::net::architecture::linear;
use crate::net::bias::{Bias, BiasLaw};
use crate::net::block::{Attention, Branch, Counts, Factor, Norm, Role, SubLayer};
use crate::net::initializer::WeightLaw;
use crate::net::spec::Spec;
use crate::net::tape::Linear;

/// A stream beside a branch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// The matrix from what the middle gives back to the stream: of units, or of tokens where nothing is in the middle.
    pub last: Linear,
    /// The norm of the branch's output.
    pub norm: Option<Norm>,
    /// Multiplies the stream.
    pub skip: f64,
    /// Multiplies the branch.
    pub alpha: f64,
}

/// What stands between the matrices that read `u` and the last.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Middle {
    /// `phi(N z)`, or `phi(z)`.
    Activation(Option<Norm>),
    /// `phi(z_gate) z_up`, unit by unit.
    Gate,
    /// Attention of the tokens to each other.
    Attention(Attend),
    /// Nothing: the last matrix mixes the tokens of these units, `f_i = sum_j M_ij u_j + b_i`.
    Tokens(usize),
}

/// One stage: with `u = N_pre(x)`, or `phi` of that, `z_k = W_k u + b_k` and `a` what the middle makes of them, the stage gives
/// `N_post(skip x + alpha N_branch(W_last a + b_last))`, or `phi` of that, or `a` where there is no stream.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// The norm before the matrices.
    pub pre: Option<Norm>,
    /// Whether the matrices read `phi(u)`.
    pub entered: bool,
    /// The matrices that read `u`, none where the middle does; in the order of [`Branch::roles`].
    pub reads: Vec<Linear>,
    /// What is made of their outputs.
    pub middle: Middle,
    /// The stream and the last matrix; `None` in a plain layer.
    pub residual: Option<Residual>,
    /// The norm after the sum.
    pub post: Option<Norm>,
    /// Whether the activation follows it.
    pub activated: bool,
}

impl Stage {
    /// The linear operations in order.
    pub fn matrices(&self) -> impl Iterator<Item = &Linear> {
        let last = self.residual.as_ref().map(|residual| &residual.last);
        self.reads.iter().chain(last)
    }

    /// Units that the middle is given: those of all matrices that read `u`, or of `u`.
    #[must_use]
    pub fn given_units(&self) -> usize {
        match (self.middle, &self.reads[..], &self.residual) {
            (Middle::Tokens(units), ..) => units,
            (_, [], Some(residual)) => residual.last.fan_in,
            (_, reads, _) => reads.iter().map(|m| m.fan_out).sum(),
        }
    }

    /// Every norm that it has.
    pub fn norms(&self) -> impl Iterator<Item = Norm> {
        let inner = match self.middle {
            Middle::Activation(norm) => norm,
            Middle::Gate | Middle::Attention(_) | Middle::Tokens(_) => None,
        };
        let within = self.residual.and_then(|residual| residual.norm);
        [self.pre, inner, within, self.post].into_iter().flatten()
    }

    /// Whether it has a norm anywhere.
    #[must_use]
    pub fn is_normed(&self) -> bool {
        self.norms().next().is_some()
    }

    /// Bytes of what one stage of a draw leaves for the way back for a batch in `lanes` lanes: stream, inputs and outputs of all matrices,
    /// biases, and four small matrices for the reads and the last.
    #[must_use]
    pub fn saved_bytes(&self, lanes: usize) -> u64 {
        if let Middle::Tokens(units) = self.middle {
            // stream, what is mixed and what that gives, in double precision
            return (3 * 8 * units * lanes) as u64;
        }
        let last = self.residual.map_or(0, |residual| residual.last.fan_out);
        let outputs = self.given_units() + last;
        let entering = self.matrices().next().map_or(0, |m| m.fan_in);
        let products = 1 + usize::from(self.residual.is_some());
        // inputs and outputs of matrices that are not formed in single precision, outputs of others in double precision
        let of = |fan_in: usize, given: usize| (8 * given).max(4 * (fan_in + given));
        let reads = of(
            self.reads.first().map_or(0, |m| m.fan_in),
            self.given_units(),
        );
        let last = self
            .residual
            .map_or(0, |own| of(own.last.fan_in, own.last.fan_out));
        let units = 8 * entering + reads + last;
        (units * lanes + outputs * 4 + 4 * products * lanes * lanes * 8) as u64
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

    /// Tokens of a sequence: 1 where nothing attends and none are named.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.draft().sequence()
    }

    /// Sequences seen at once: inputs, where a sequence is one token.
    #[must_use]
    pub fn sequences(&self) -> usize {
        self.batch() / self.tokens()
    }

    /// Layers that are measured: sub-layers of all blocks, or plain layers.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.depth() * self.sub_layers()
    }

    /// What factors count in a block, the first of which has the number 1.
    #[must_use]
    pub fn counts(&self, block: usize) -> Counts {
        Counts {
            blocks: self.depth(),
            sub_layers: self.layers(),
            block,
        }
    }

    /// How many stages differ: stage `n` is that of the number that [`stage_like`](Self::stage_like) gives, which is this at most.
    #[must_use]
    pub fn distinct_stages(&self) -> usize {
        let draft = self.draft();
        match self.block() {
            None => self.layers().min(2),
            Some(block) => {
                let own = block.sub_layers().iter().flat_map(SubLayer::factors);
                let mut all = own
                    .map(|(_, factor)| factor)
                    .chain([draft.outward, draft.inward]);
                match all.any(|factor| factor.varies()) {
                    true => self.layers(),
                    false => self.sub_layers(),
                }
            }
        }
    }

    /// The number of a stage up to [`distinct_stages`](Self::distinct_stages) that is as stage `number` is, for that many `distinct`.
    #[must_use]
    pub fn stage_like(&self, number: usize, distinct: usize) -> usize {
        match self.block() {
            Some(_) => (number - 1) % distinct + 1,
            None => number.min(distinct),
        }
    }

    /// The stage whose matrices stage `number` has: its own, or those of the first block where blocks are copies of it.
    #[must_use]
    pub fn stage_drawn(&self, number: usize) -> usize {
        match self.draft().copies {
            true => (number - 1) % self.sub_layers() + 1,
            false => number,
        }
    }

    /// Stage `1..=layers`.
    #[must_use]
    pub fn stage(&self, number: usize) -> Stage {
        match self.block() {
            Some(block) => {
                let subs = block.sub_layers();
                let at = self.counts((number - 1) / subs.len() + 1);
                self.sub_layer(&subs[(number - 1) % subs.len()], at)
            }
            None => Stage {
                pre: None,
                entered: false,
                reads: vec![linear(self, number)],
                middle: Middle::Activation(self.norm()),
                residual: None,
                post: None,
                activated: false,
            },
        }
    }

    fn sub_layer(&self, sub: &SubLayer, at: Counts) -> Stage {
        let width = self.width();
        let draft = self.draft();
        let scale = |role: Role| {
            let shared = match role {
                Role::Last => draft.outward,
                role if role.is_inward() => draft.inward,
                _ => Factor::ONE,
            };
            shared.value(at) * sub.scale(role).value(at)
        };
        let (middle, hidden, given) = match sub.branch {
            Branch::Mlp { ratio, norm } => {
                let hidden = hidden_units(width, ratio);
                (Middle::Activation(norm), hidden, vec![hidden])
            }
            Branch::Preact1 => (Middle::Activation(None), width, Vec::new()),
            Branch::Preact2 { norm } => (Middle::Activation(norm), width, vec![width]),
            Branch::Glu { ratio } => {
                let hidden = hidden_units(width, ratio);
                (Middle::Gate, hidden, vec![hidden; 2])
            }
            Branch::Mix => (Middle::Tokens(width), width, Vec::new()),
            Branch::Attention(attention) => {
                let attend = resolved(&attention, width, draft.eps);
                let shared = attend.kv_heads * attend.units;
                (
                    Middle::Attention(attend),
                    width,
                    vec![width, shared, shared],
                )
            }
        };
        let matrix = |fan_in: usize, fan_out: usize, role: Role| {
            let plain = self.matrix(fan_in, fan_out, scale(role));
            match middle {
                Middle::Attention(_) => Linear {
                    biases: self.bias_law_of_attention(fan_in),
                    ..plain
                },
                Middle::Activation(_) | Middle::Gate | Middle::Tokens(_) => plain,
            }
        };
        let tokens = self.tokens();
        let last = match middle {
            Middle::Tokens(_) => matrix(tokens, tokens, Role::Last),
            _ => matrix(hidden, width, Role::Last),
        };
        let roles = sub.branch.roles();
        let reads = roles.iter().zip(given);
        Stage {
            pre: sub.place.before(),
            entered: matches!(sub.branch, Branch::Preact2 { .. }),
            reads: reads
                .map(|(role, units)| matrix(width, units, *role))
                .collect(),
            middle,
            residual: Some(Residual {
                last,
                norm: sub.place.within(),
                skip: sub.skip.value(at),
                alpha: sub.alpha.value(at),
            }),
            post: sub.place.after(),
            activated: sub.activated,
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
            weights: match self.gain() * scale {
                0.0 => WeightLaw::Constant { value: 0.0 },
                gain if self.draft().standardized => WeightLaw::Standardized { gain },
                gain => law(gain),
            },
            biases: self.bias_law_of(fan_in),
        }
    }

    /// The law of the biases of a matrix of attention: zeros where the framework decides, as in PyTorch, Keras and Flax.
    fn bias_law_of_attention(&self, fan_in: usize) -> BiasLaw {
        match self.bias() {
            Bias::Auto | Bias::Preset => BiasLaw::Zeros,
            _ => self.bias_law_of(fan_in),
        }
    }

    /// Whether every branch is 0 at the start, and by which factor: `out` or `alpha`.
    #[must_use]
    pub fn zero_branches(&self) -> Option<&'static str> {
        self.block()?;
        let stages = 1..=self.distinct_stages();
        let residuals: Vec<Residual> = stages.filter_map(|n| self.stage(n).residual).collect();
        let silent = |residual: &Residual| {
            residual.last.weights.support() == (0.0, 0.0) && residual.last.biases.is_zero()
        };
        if residuals.iter().all(|residual| residual.alpha == 0.0) {
            Some("alpha")
        } else {
            residuals.iter().all(silent).then_some("out")
        }
    }

    /// Bytes that one draw of the stages takes for a batch in `lanes` lanes.
    #[must_use]
    pub fn stage_bytes(&self, lanes: usize) -> u64 {
        let stages: Vec<Stage> = (1..=self.sub_layers()).map(|n| self.stage(n)).collect();
        let block: u64 = stages.iter().map(|stage| stage.saved_bytes(lanes)).sum();
        let widest = stages.iter().map(Stage::given_units).max();
        let widest = widest.unwrap_or(0).max(self.width()).max(self.input_dim());
        self.depth() as u64 * block + PANELS * (widest * lanes * 8) as u64
    }
}

/// Hidden units of a branch with `ratio` of them to a unit of the stream, at least 1.
#[must_use]
pub fn hidden_units(width: usize, ratio: f64) -> usize {
    ((width as f64 * ratio).round() as usize).max(1)
}

/// Attention over a stream of `width` units, which the heads divide, with the `eps` of norms.
fn resolved(attention: &Attention, width: usize, eps: f64) -> Attend {
    let heads = attention.heads.count(width).unwrap_or(1);
    let units = width / heads;
    Attend {
        heads,
        kv_heads: attention.kv.map_or(heads, |kv| kv.min(heads)),
        units,
        causal: attention.causal,
        rope: attention.rope,
        scale: attention.scale / (units as f64).sqrt(),
        qk_norm: attention.qk_norm.then_some(eps),
    }
}

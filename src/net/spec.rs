//! One always-valid description of what to simulate.
//!
//! A [`Draft`] is what a person asked for, a [`Spec`] what can be done: [`Spec::new`] checks every field and the memory.
//!
//! ```
//! use initscope::net::spec::Spec;
//!
//! let spec: Spec = "relu/glorot_uniform 256x64 bias=0.1 seed=7".parse()?;
//! assert_eq!(spec.depth(), 64);
//! assert_eq!(spec.to_string(), "relu/glorot_uniform 256x64 bias=0.1 seed=7");
//! assert_eq!(
//!     spec.command_line(),
//!     "initscope --activation relu --initializer glorot_uniform --width 256 --depth 64 --bias 0.1 --seed 7"
//! );
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```

use crate::net::activation::Activation;
use crate::net::block::{Block, Factor, Norm};
use crate::net::conv::Conv;
use crate::net::described::{CUSTOM, Described};
use crate::net::framework::Framework;
use crate::net::initializer::Initializer;
use crate::net::input::Input;

mod command;
mod error;
pub mod field;
mod ladders;
mod laws;
mod limits;
mod memory;
mod method;
mod part;
mod structure;
mod text;

pub use crate::net::bias::Bias;
pub use command::{option, shell_word, shell_words};
pub use error::SpecError;
pub use field::{FIELDS, Field, Given};
pub use ladders::{BIASES, DEPTHS, Direction, FieldStep, GAINS, Values, WIDTHS};
pub use limits::{BATCH, BIAS, Caps, DEPTH, DRAWS, GAIN, INPUT_DIM, WIDTH, caps, check_depth};
pub use memory::{AUTO_DRAWS, RECORD_BYTES, TOLD_BYTES, size};
pub use method::Method;

/// How many networks to draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Draws {
    /// Until the standard error is below what a screen can show.
    #[default]
    Auto,
    /// Exactly this many.
    Exactly(usize),
}

/// An unchecked request: what [`Spec::new`] validates.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Activation of every layer.
    pub activation: Activation,
    /// Weight initializer; `None` is the framework's default layer.
    pub initializer: Option<Initializer>,
    /// Dialect and preset.
    pub framework: Framework,
    /// The preset where it is described by hand; its names are those of `framework`.
    pub described: Option<Described>,
    /// Multiplier of the weights' standard deviation.
    pub gain: f64,
    /// Bias law.
    pub bias: Bias,
    /// Units per layer, 1..=16384.
    pub width: usize,
    /// Layers or blocks, 1..=10000.
    pub depth: usize,
    /// Inputs, or tokens of all sequences, seen at once, 1..=256; fewer where data have fewer rows.
    pub batch: usize,
    /// Where inputs come from.
    pub input: Input,
    /// Dimension of the noise input where it differs from the width; must be `None` for data.
    pub input_dim: Option<usize>,
    /// Seed of every random stream.
    pub seed: u64,
    /// Ensemble size.
    pub draws: Draws,
    /// How products with weight matrices are computed.
    pub engine: Method,
    /// The convolution whose fans the matrices of plain layers have.
    pub conv: Option<Conv>,
    /// What is repeated `depth` times; `None` is a plain layer.
    pub block: Option<Block>,
    /// The norm between matrix and activation of every plain layer.
    pub norm: Option<Norm>,
    /// The norm before the first block.
    pub initial_norm: Option<Norm>,
    /// The norm after the last block.
    pub last_norm: Option<Norm>,
    /// Multiplies the last matrix of every branch.
    pub outward: Factor,
    /// Multiplies the first matrices of every branch, of attention that of the values.
    pub inward: Factor,
    /// Tokens of a sequence, which divide the batch; `None` is 16 where tokens see each other, or the batch if that is smaller, else 1.
    pub tokens: Option<usize>,
    /// Standard deviation of the noise that a network with blocks or norms is given.
    pub embed: f64,
    /// Standard deviation of the noise that is added to it for every position, the same for all sequences.
    pub position: f64,
    /// What every norm adds to the variance.
    pub eps: f64,
    /// Whether all blocks begin with the weights of the first.
    pub copies: bool,
    /// Whether the rows of every matrix of a block have mean 0 and norm `gain`, times the factors of the matrix, whatever the initializer.
    pub standardized: bool,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            activation: "relu".parse().expect("relu is in the table"),
            initializer: None,
            framework: Framework::Keras,
            described: None,
            gain: 1.0,
            bias: Bias::Auto,
            width: 256,
            depth: 64,
            batch: 16,
            input: Input::Noise,
            input_dim: None,
            seed: 0,
            draws: Draws::Auto,
            engine: Method::Auto,
            conv: None,
            block: None,
            norm: None,
            initial_norm: None,
            last_norm: None,
            outward: Factor::ONE,
            inward: Factor::ONE,
            tokens: None,
            embed: 1.0,
            position: 0.0,
            eps: 0.0,
            copies: false,
            standardized: false,
        }
    }
}

/// What there is to say about a default layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultLayer {
    /// The layer, e.g. `PyTorch Linear`.
    pub layer: String,
    /// Its weight law.
    pub weights: String,
    /// Its bias law.
    pub bias: String,
    /// What says so.
    pub source: String,
}

impl Draft {
    /// The named initializer, or that of the default layer.
    pub(super) fn initializer_in_force(&self) -> Initializer {
        let described = self.described.as_ref().map(|d| &d.weights);
        let known = self.initializer.as_ref().or(described);
        known
            .cloned()
            .unwrap_or_else(|| self.framework.default_initializer())
    }

    /// Inputs seen at once: no row of data stands twice in a batch.
    fn seen(&self) -> usize {
        let rows = self.input.rows().map(|rows| rows.nrows());
        rows.map_or(self.batch, |rows| self.batch.min(rows))
    }

    /// Tokens of a sequence.
    pub(crate) fn sequence(&self) -> usize {
        let mixes = self.block.as_ref().is_some_and(Block::mixes_tokens);
        let usual = if mixes { TOKENS.min(self.batch) } else { 1 };
        self.tokens.unwrap_or(usual)
    }
}

/// Tokens of a sequence where none are named.
const TOKENS: usize = 16;

/// A valid request: private fields, one constructor.
///
/// Two specs are equal when every field is; data files are compared by the name they were loaded from.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    draft: Draft,
}

impl Default for Spec {
    fn default() -> Self {
        Self::new(Draft::default()).expect("the default draft is valid")
    }
}

impl Spec {
    /// Validates a draft.
    ///
    /// # Errors
    /// Names the first field out of range, the range and what to type; or the memory it would need.
    pub fn new(mut draft: Draft) -> Result<Self, SpecError> {
        limits::check(&draft)?;
        structure::check(&draft)?;
        memory::check(&draft)?;
        method::check(&draft)?;
        draft.activation = draft.activation.under(draft.framework);
        if let Bias::Normal(std) = &mut draft.bias {
            // -0 becomes 0: one law, one text.
            *std += 0.0;
        }
        Ok(Self { draft })
    }

    /// This spec with some fields changed, validated again.
    ///
    /// # Errors
    /// As [`Spec::new`].
    pub fn with(&self, edit: impl FnOnce(&mut Draft)) -> Result<Self, SpecError> {
        let mut draft = self.draft.clone();
        edit(&mut draft);
        Self::new(draft)
    }

    /// The fields, to change some and validate again.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// Activation of every layer.
    #[must_use]
    pub fn activation(&self) -> &Activation {
        &self.draft.activation
    }

    /// The named initializer; `None` is the framework's default layer.
    #[must_use]
    pub fn initializer(&self) -> Option<&Initializer> {
        self.draft.initializer.as_ref()
    }

    /// The initializer in force: the named one, or that of the framework's default layer.
    #[must_use]
    pub fn effective_initializer(&self) -> Initializer {
        self.draft.initializer_in_force()
    }

    /// Dialect and preset.
    #[must_use]
    pub fn framework(&self) -> Framework {
        self.draft.framework
    }

    /// The name of the preset: the framework's, or `custom` where it is described by hand.
    #[must_use]
    pub fn preset_name(&self) -> &'static str {
        match self.draft.described {
            Some(_) => CUSTOM,
            None => self.draft.framework.name(),
        }
    }

    /// What there is to say about the layer that nobody configured.
    #[must_use]
    pub fn default_layer(&self) -> DefaultLayer {
        let preset = self.draft.framework.preset();
        match &self.draft.described {
            Some(described) => DefaultLayer {
                layer: CUSTOM.to_owned(),
                weights: described.weights.to_string(),
                bias: described.bias.to_string(),
                source: "described by hand".to_owned(),
            },
            None => DefaultLayer {
                layer: preset.layer.to_owned(),
                weights: preset.weights.to_owned(),
                bias: preset.bias.to_owned(),
                source: preset.source.to_owned(),
            },
        }
    }

    /// Multiplier of every drawn weight, > 0.
    #[must_use]
    pub fn gain(&self) -> f64 {
        self.draft.gain
    }

    /// Bias as asked for; [`bias_law`](Self::bias_law) resolves it.
    #[must_use]
    pub fn bias(&self) -> &Bias {
        &self.draft.bias
    }

    /// Units per layer.
    #[must_use]
    pub fn width(&self) -> usize {
        self.draft.width
    }

    /// Layers, or blocks where there is a block.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.draft.depth
    }

    /// Inputs seen at once: as many as asked for, or all rows of data that have fewer.
    #[must_use]
    pub fn batch(&self) -> usize {
        self.draft.seen()
    }

    /// Where inputs come from.
    #[must_use]
    pub fn input(&self) -> &Input {
        &self.draft.input
    }

    /// Seed of every random stream.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.draft.seed
    }

    /// How products with weight matrices are computed.
    #[must_use]
    pub fn engine(&self) -> Method {
        self.draft.engine
    }

    /// What is repeated [`depth`](Self::depth) times; `None` is a plain layer.
    #[must_use]
    pub fn block(&self) -> Option<&Block> {
        self.draft.block.as_ref()
    }

    /// The norm between matrix and activation of every plain layer.
    #[must_use]
    pub fn norm(&self) -> Option<Norm> {
        self.draft.norm
    }

    /// Ensemble size.
    #[must_use]
    pub fn draws(&self) -> Draws {
        self.draft.draws
    }

    /// The dimension of the input: that of the data, `input_dim`, or the width.
    #[must_use]
    pub fn input_dim(&self) -> usize {
        self.draft
            .input
            .dim()
            .or(self.draft.input_dim)
            .unwrap_or(self.draft.width)
    }

    /// `(fan_in, fan_out)` of layer `l = 1..=depth`.
    #[must_use]
    pub fn fans(&self, layer: usize) -> (usize, usize) {
        let fan_in = if layer == 1 {
            self.input_dim()
        } else {
            self.draft.width
        };
        (fan_in, self.draft.width)
    }
}

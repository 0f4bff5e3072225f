//! What can be typed after `initscope train`.

use clap::{Args, ValueEnum};

use super::NetworkArguments;
use crate::cli::values;
use crate::engine::training::Preset;
use crate::net::optimizer::Optimizer;

/// `initscope train`.
#[derive(Debug, Args)]
pub(crate) struct TrainArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// Train this network beside the first: `ACTIVATION/INITIALIZER` or fields such as `out=1` over the first one's, or a whole text form; may be repeated
    #[arg(long, value_name = "NETWORK", help_heading = "Training")]
    pub(crate) against: Vec<String>,
    /// A ready-made experiment: thirty-layers (He against Xavier with ReLU, Xavier against He with tanh), branch-scale (residual blocks with 1/sqrt(2N) and without), norm-place (norms before branches and after); flags win over it
    #[arg(long, value_name = "NAME", value_parser = values::preset(), conflicts_with_all = ["text", "against"], help_heading = "Training")]
    pub(crate) preset: Option<&'static Preset>,
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = TrainFormat::Table, help_heading = "Output")]
    pub(crate) format: TrainFormat,
}

/// `initscope factors`.
#[derive(Debug, Args)]
pub(crate) struct FactorsArguments {
    /// The base [default: relu/he_normal 64x20 with the digits]
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    #[command(flatten)]
    pub(crate) recipe: RecipeArguments,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = TrainFormat::Table, help_heading = "Output")]
    pub(crate) format: TrainFormat,
}

/// How networks are trained.
#[derive(Debug, Args)]
#[command(next_help_heading = "Training")]
pub(crate) struct RecipeArguments {
    /// Optimizer: sgd, momentum or adam [default: sgd]
    #[arg(short, long, value_name = "NAME", value_parser = values::optimizer())]
    pub(crate) optimizer: Option<Optimizer>,
    /// Learning rate [default: 0.01 for sgd and momentum, 0.001 for adam]
    #[arg(short, long, visible_alias = "lr", value_name = "RATE", value_parser = values::learning_rate, allow_negative_numbers = true)]
    pub(crate) learning_rate: Option<f64>,
    /// Try the optimizer's six learning rates and keep the best
    #[arg(long, conflicts_with = "learning_rate")]
    pub(crate) sweep: bool,
    /// Minibatches that are learned from, 1 to 100000 [default: 300]
    #[arg(long, value_name = "NUMBER", value_parser = values::steps, allow_negative_numbers = true)]
    pub(crate) steps: Option<usize>,
    /// Examples of a minibatch, 1 to 1024 [default: 64]
    #[arg(long, value_name = "EXAMPLES", value_parser = values::batch_size, allow_negative_numbers = true)]
    pub(crate) batch_size: Option<usize>,
    /// Networks of each kind, 1 to 1000, each from its own draw [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = values::runs, allow_negative_numbers = true)]
    pub(crate) runs: Option<usize>,
    /// Fewer classes: class c becomes c modulo this number
    #[arg(long, value_name = "NUMBER", value_parser = values::classes, allow_negative_numbers = true)]
    pub(crate) classes: Option<usize>,
}

/// How `train` and `factors` print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TrainFormat {
    /// Aligned columns
    Table,
    /// One document, schema 1
    Json,
    /// One row a measurement
    Csv,
}

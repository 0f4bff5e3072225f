//! What can be typed after `initscope theory`.

use clap::{Args, ValueEnum};

use crate::cli::values;
use crate::net::activation::Activation;

/// `initscope theory`.
#[derive(Debug, Args)]
pub(crate) struct TheoryArguments {
    /// A network of blocks or of layers with a norm as one text, in place of activation and variances
    #[arg(value_name = "NETWORK", num_args = 0.., conflicts_with_all = ["activation", "sigma_w2", "sigma_b2", "depth", "critical"])]
    pub(crate) text: Vec<String>,
    /// Activation, such as tanh, leaky_relu(0.2) or 'x*sigmoid(1.702*x)'
    #[arg(short, long, value_name = "NAME", value_parser = values::activation(), hide_possible_values = true, required_unless_present = "text")]
    pub(crate) activation: Option<Activation>,
    /// Weight variance, fan_in times Var W, above 0
    #[arg(
        long,
        value_name = "VARIANCE",
        value_parser = values::sigma_w2,
        allow_negative_numbers = true,
        required_unless_present_any = ["critical", "text"],
        conflicts_with = "critical"
    )]
    pub(crate) sigma_w2: Option<f64>,
    /// Bias variance, at least 0
    #[arg(long, value_name = "VARIANCE", value_parser = values::sigma_b2, allow_negative_numbers = true, default_value_t = 0.0)]
    pub(crate) sigma_b2: f64,
    /// Layers of the curves, 1 to 10000 [default: 64]
    #[arg(short, long, value_name = "LAYERS", value_parser = values::depth, allow_negative_numbers = true, conflicts_with = "critical")]
    pub(crate) depth: Option<usize>,
    /// Solve for the edge of chaos at this bias variance: every critical point, the half-stable points, the gains
    #[arg(long)]
    pub(crate) critical: bool,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = TheoryFormat::Table, help_heading = "Output")]
    pub(crate) format: TheoryFormat,
    /// Every layer in the table, however deep the network
    #[arg(long, help_heading = "Output", conflicts_with = "critical")]
    pub(crate) all: bool,
}

/// How `theory` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TheoryFormat {
    /// Numbers with their meaning, then aligned columns
    Table,
    /// One document, schema 1
    Json,
    /// One row a layer; with --critical, one row a critical point
    Csv,
}

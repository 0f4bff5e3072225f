//! What can be typed after `initscope theory`.

use clap::{Args, ValueEnum};

use super::NetworkArguments;
use crate::cli::values;

/// `initscope theory`.
#[derive(Debug, Args)]
pub(crate) struct TheoryArguments {
    /// Activation, weights, biases and depth count here; infinite width
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// Weight variance, fan_in times Var W, above 0 [default: that of the network's layers from the second on]
    #[arg(
        long,
        value_name = "VARIANCE",
        value_parser = values::sigma_w2,
        allow_negative_numbers = true,
        conflicts_with = "critical",
        help_heading = "Theory"
    )]
    pub(crate) sigma_w2: Option<f64>,
    /// Bias variance, at least 0 [default: 0 with --sigma-w2 and with --critical, else the network's]
    #[arg(long, value_name = "VARIANCE", value_parser = values::sigma_b2, allow_negative_numbers = true, help_heading = "Theory")]
    pub(crate) sigma_b2: Option<f64>,
    /// Solve for the edge of chaos at this bias variance: every critical point, the half-stable points, the gains
    #[arg(long, conflicts_with = "depth", help_heading = "Theory")]
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

/// `initscope scaling`.
#[derive(Debug, Args)]
pub(crate) struct ScalingArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// Widths to measure, two at least [default: 128,256,512,1024,2048,4096]
    #[arg(
        long,
        value_name = "WIDTHS",
        value_delimiter = ',',
        value_parser = values::width,
        conflicts_with = "width",
        help_heading = "Scaling"
    )]
    pub(crate) widths: Option<Vec<usize>>,
    /// How to print the result; CSV has one row a layer and series
    #[arg(long, value_enum, default_value_t = TheoryFormat::Table, help_heading = "Output")]
    pub(crate) format: TheoryFormat,
    /// Every layer in the table, however deep the network
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
}

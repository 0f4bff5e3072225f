//! What can be typed after `initscope advise`, `compare-defaults` and `check`.

use clap::{Args, ValueEnum};

use super::NetworkArguments;
use crate::cli::values;
use crate::engine::verdict::DRIFT_LIMIT;

/// `initscope advise`.
#[derive(Debug, Args)]
pub(crate) struct AdviceArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = AdviceFormat::Table, help_heading = "Output")]
    pub(crate) format: AdviceFormat,
    /// Every choice in the table
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
}

/// `initscope compare-defaults`.
#[derive(Debug, Args)]
pub(crate) struct DefaultsArguments {
    /// Only activation, sizes and input count here
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = AdviceFormat::Table, help_heading = "Output")]
    pub(crate) format: AdviceFormat,
}

/// `initscope check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// Decades of mean square that signal and gradient may drift, above 0, at most 1000
    #[arg(long, value_name = "DECADES", value_parser = values::max_drift, allow_negative_numbers = true, default_value_t = DRIFT_LIMIT)]
    pub(crate) max_drift: f64,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = AdviceFormat::Table, help_heading = "Output")]
    pub(crate) format: AdviceFormat,
}

/// How they print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AdviceFormat {
    /// Aligned columns and sentences
    Table,
    /// One document, schema 1
    Json,
}

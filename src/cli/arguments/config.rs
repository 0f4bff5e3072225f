//! What can be typed about the configuration file.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use super::{LookArguments, NetworkArguments, look};
use crate::app::action::ViewName;
use crate::cli::values;

/// Which configuration file is read.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct FileArguments {
    /// Configuration file [default: initscope/config.toml in $XDG_CONFIG_HOME or ~/.config, where it is there]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration file
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,
}

/// `initscope config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArguments {
    /// Print the path of the file alone
    #[arg(long, conflicts_with = "no_config")]
    pub(crate) path: bool,
    /// Write what the flags say into the file, which is made where there is none; everything else in it stays
    #[arg(long, conflicts_with_all = ["path", "no_config"])]
    pub(crate) write: bool,
    /// Make a file in which everything that can be configured stands as a comment
    #[arg(long, conflicts_with_all = ["path", "no_config", "write"])]
    pub(crate) init: bool,
    #[command(flatten)]
    pub(crate) file: FileArguments,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    #[command(flatten)]
    pub(crate) look: LookArguments,
    /// View that is shown first
    #[arg(long, value_name = "VIEW", value_parser = values::choice::<ViewName>(), hide_possible_values = true, help = look::views(), help_heading = "Look")]
    pub(crate) view: Option<ViewName>,
}

//! What can be typed after `initscope learn`, `play`, `record` and `script`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum, ValueHint};

use super::{FileArguments, LookArguments};
use crate::cast::Format;
use crate::cli::values;

/// `initscope play`.
#[derive(Debug, Args)]
pub(crate) struct PlayArguments {
    /// The script
    #[arg(value_name = "SCRIPT", value_hint = ValueHint::FilePath)]
    pub(crate) script: PathBuf,
    #[command(flatten)]
    pub(crate) entry: EntryArguments,
    #[command(flatten)]
    pub(crate) look: LookArguments,
    #[command(flatten)]
    pub(crate) file: FileArguments,
}

/// `initscope learn`.
#[derive(Debug, Args)]
pub(crate) struct LearnArguments {
    /// Number or name of a lecture; without one they are listed
    #[arg(value_name = "LECTURE")]
    pub(crate) lecture: Option<String>,
    #[command(flatten)]
    pub(crate) entry: EntryArguments,
    #[command(flatten)]
    pub(crate) look: LookArguments,
    #[command(flatten)]
    pub(crate) file: FileArguments,
}

/// Where a lecture begins and how fast it goes.
#[derive(Clone, Debug, Args)]
pub(crate) struct EntryArguments {
    /// Begin with this chapter: its number or the beginning of its name
    #[arg(long, value_name = "CHAPTER")]
    pub(crate) from: Option<String>,
    /// Seconds of the script in a second, 0.1 to 100
    #[arg(long, value_name = "FACTOR", value_parser = values::speed, allow_negative_numbers = true, default_value_t = 1.0)]
    pub(crate) speed: f64,
}

/// `initscope record`.
#[derive(Debug, Args)]
pub(crate) struct RecordArguments {
    /// The scripts, such as demos/*.toml
    #[arg(value_name = "SCRIPT", required = true, value_hint = ValueHint::FilePath)]
    pub(crate) scripts: Vec<PathBuf>,
    /// Where to write the recording of a single script [default: beside it, with the ending .cast]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Version of the asciicast format
    #[arg(long, value_enum, default_value_t = CastFormat::V2)]
    pub(crate) format: CastFormat,
    /// Seconds of the lecture in a second of the recording, 0.1 to 100
    #[arg(long, value_name = "FACTOR", value_parser = values::speed, allow_negative_numbers = true, default_value_t = 1.0)]
    pub(crate) speed: f64,
    /// Longest time in which nothing happens, in seconds of the recording, 0 to 600
    #[arg(long, value_name = "SECONDS", value_parser = values::max_idle, allow_negative_numbers = true)]
    pub(crate) max_idle: Option<f64>,
    /// Replace a file that is there already
    #[arg(long)]
    pub(crate) force: bool,
}

/// `initscope script`.
#[derive(Debug, Subcommand)]
pub(crate) enum ScriptCommand {
    /// Read scripts and play them to the end without a terminal; errors have a line and a column
    Check {
        /// The scripts
        #[arg(value_name = "SCRIPT", required = true, value_hint = ValueHint::FilePath)]
        scripts: Vec<PathBuf>,
    },
}

/// Version of the asciicast format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CastFormat {
    /// Read by every player and converter
    V2,
    /// asciinema 3.0, its player 3.10 and newer
    V3,
}

impl From<CastFormat> for Format {
    fn from(format: CastFormat) -> Self {
        match format {
            CastFormat::V2 => Self::V2,
            CastFormat::V3 => Self::V3,
        }
    }
}

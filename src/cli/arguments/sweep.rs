//! What can be typed after `initscope sweep` and `initscope merge`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::values;
use crate::sweep::script::Engine;
use crate::sweep::shard::Shard;
use crate::sweep::table::Format;

/// `initscope sweep`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct SweepArguments {
    #[command(subcommand)]
    pub(crate) command: Option<SweepCommand>,
    /// The grid, a TOML file
    #[arg(value_name = "GRID", required_unless_present = "view")]
    pub(crate) grid: Option<PathBuf>,
    /// Open a table that sweep or merge has written, as a map in the dashboard; `initscope --table FILE` takes flags of the dashboard beside it
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, conflicts_with_all = ["grid", "plan", "shard", "print", "output", "format", "force"])]
    pub(crate) view: Option<PathBuf>,
    /// Say what it takes, and measure only a few points of it
    #[arg(long, conflicts_with_all = ["shard", "output", "format", "force", "print"])]
    pub(crate) plan: bool,
    /// Measure the points k with k mod N = I, into the directory of -o, on one thread unless --threads says otherwise
    #[arg(long, value_name = "I/N", requires = "output", conflicts_with_all = ["format", "force"])]
    pub(crate) shard: Option<Shard>,
    /// Print a script that does the sweep in --shards into the directory of -o by slurm or parallel; it is not run
    #[arg(long, value_name = "ENGINE", value_parser = values::engine(), requires_all = ["output", "shards"], conflicts_with_all = ["format", "force", "shard"])]
    pub(crate) print: Option<Engine>,
    /// How many shards the script of --print has; a shard is a group of points
    #[arg(long, value_name = "N", value_parser = values::shards, requires = "print")]
    pub(crate) shards: Option<u64>,
    /// The table, in the format of its name (.csv, .jsonl, .parquet); standard output where it is left out. With --shard and --print, a directory
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the table: csv, jsonl or parquet [default: by the end of the name, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = values::table_format(), help_heading = "Output")]
    pub(crate) format: Option<Format>,
    /// Replace the table if it is there
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SweepCommand {
    /// Say which shards in a directory are done, running and missing
    Status {
        /// The directory of the shards
        #[arg(value_name = "DIR")]
        directory: PathBuf,
        /// Print only the numbers of shards to run again, as --array takes them: those that are neither done nor running
        #[arg(long)]
        missing: bool,
    },
}

/// `initscope merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// The directory of the shards
    #[arg(value_name = "DIR")]
    pub(crate) directory: PathBuf,
    /// The table, in the format of its name (.csv, .jsonl, .parquet); standard output where it is left out
    #[arg(short, long, value_name = "FILE", help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// Format of the table: csv, jsonl or parquet [default: by the end of the name, else csv]
    #[arg(long, value_name = "FORMAT", value_parser = values::table_format(), help_heading = "Output")]
    pub(crate) format: Option<Format>,
    /// Replace the table if it is there
    #[arg(long, help_heading = "Output")]
    pub(crate) force: bool,
}

//! What can be typed.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

mod advice;
mod config;
mod kiosk;
mod lecture;
mod limits;
mod look;
mod network;
mod opening;
mod render;
mod sweep;
mod theory;
mod train;

pub(crate) use advice::{AdviceArguments, AdviceFormat, CheckArguments, DefaultsArguments};
pub(crate) use config::{ConfigArguments, FileArguments};
pub(crate) use kiosk::KioskArguments;
pub(crate) use lecture::{
    EntryArguments, LearnArguments, PlayArguments, RecordArguments, ScriptCommand,
};
pub(crate) use limits::LimitArguments;
pub(crate) use look::LookArguments;
pub(crate) use network::NetworkArguments;
pub(crate) use opening::OpeningArguments;
pub(crate) use render::{Keys, RenderArguments};
pub(crate) use sweep::{MergeArguments, SweepArguments, SweepCommand};
pub(crate) use theory::{ScalingArguments, TheoryArguments, TheoryFormat};
pub(crate) use train::{FactorsArguments, RecipeArguments, TrainArguments, TrainFormat};

const EXAMPLES: &str = "\
Examples:
  initscope
  initscope --activation gelu --initializer he_normal --depth 100
  initscope --framework pytorch --activation 'leaky_relu(0.2)'
  initscope tanh/glorot_normal 128x48 --pin 'tanh/he_normal 128x48' --view compare
  initscope run --framework pytorch --depth 30
  initscope run tanh/glorot_normal 512x100 gain=1.5 --format csv > curves.csv
  initscope run --input digits --activation selu --initializer lecun_normal --format json
  initscope theory tanh/he_normal --depth 30
  initscope theory --activation tanh --sigma-w2 1.5 --sigma-b2 0.05
  initscope scaling arch=gpt2 --widths 128,512,2048
  initscope advise --activation gelu --depth 24 --width 1024
  initscope compare-defaults --activation tanh --depth 30
  initscope check --activation relu --initializer he_normal --depth 50
  initscope train relu/he_normal 128x30 --against relu/glorot_normal --sweep
  initscope train --preset thirty-layers
  initscope factors
  initscope sweep demos/sweeps/atlas.toml --plan
  initscope sweep demos/sweeps/atlas.toml -o atlas.csv
  initscope sweep --view atlas.csv
  initscope render gelu/he_normal 512x50 --size 120x40 --theme light -o gelu.svg
  initscope list activations
  initscope config --framework pytorch > ~/.config/initscope/config.toml
  initscope config --write --theme light
  initscope learn 4 --from 2
  initscope play demos/04-he.toml --speed 2
  initscope record demos/04-he.toml -o he.cast
  initscope render demos/04-he.toml --at 0:30 -o he.svg

Environment:
  INITSCOPE_SIMD  instruction set of the kernels: baseline, avx2, avx512 [default: the best this machine has]
  NO_COLOR        when set and not empty, no colours; FORCE_COLOR, CLICOLOR_FORCE and COLORTERM count as elsewhere

Exit codes: 0 done, 1 output or terminal failed or check found the network not healthy, 2 misuse, 75 sweep interrupted
(the same command goes on), 130 interrupted (train and factors print what they have computed)";

/// Shows live whether a signal survives a deep network at initialization, forward and backward.
///
/// Without a command the dashboard opens with the given network: fully connected layers z = W x + b, x = phi(z), all of one width, every
/// W and b drawn by itself, with LayerNorm, RMSNorm or BatchNorm (norm=ln) or none; or residual blocks of such matrices, gates and
/// attention (block='pre(ln,mlp(4))', arch=gpt2). Convolution, recurrence and dropout are not simulated; name one, as in
/// `initscope convolution`, to hear what can still be asked.
#[derive(Debug, Parser)]
#[command(
    name = "initscope",
    after_help = EXAMPLES,
    args_conflicts_with_subcommands = true,
    args_override_self = true,
    disable_version_flag = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    #[command(flatten)]
    pub(crate) look: LookArguments,
    #[command(flatten)]
    pub(crate) opening: OpeningArguments,
    #[command(flatten)]
    pub(crate) file: FileArguments,
    #[command(flatten)]
    pub(crate) limits: LimitArguments,
    #[command(flatten)]
    pub(crate) kiosk: KioskArguments,
    /// Print the version; with --verbose also the instruction set
    #[arg(short = 'V', long)]
    pub(crate) version: bool,
    /// Say more beside --version
    #[arg(long, requires = "version")]
    pub(crate) verbose: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute without a screen and print the curves
    Run(Box<RunArguments>),
    /// Write the dashboard into a file, without a terminal: SVG for slides, text, the numbers behind it
    Render(Box<RenderArguments>),
    /// Print what infinite-width theory says: fixed points, depth scales, curves, critical points
    Theory(Box<TheoryArguments>),
    /// Measure the same network at several widths: what moves with the width before step 1 (the coordinate check)
    Scaling(Box<ScalingArguments>),
    /// Rank every initializer for this activation, depth and width; measure until one is a remedy; print the lines to paste
    Advise(Box<AdviceArguments>),
    /// Show what every framework does when nobody configures the layer
    CompareDefaults(Box<DefaultsArguments>),
    /// Measure a network for CI: exit code 0 when it is healthy, 1 when not
    Check(Box<CheckArguments>),
    /// List the lectures that the program brings along, or play one of them
    Learn(Box<LearnArguments>),
    /// Play a lecture in this terminal: space pauses, Left and Right step, PageUp and PageDown go by chapters, t takes the keyboard
    Play(Box<PlayArguments>),
    /// Record lectures as asciicast files, without a terminal, the same bytes every time
    Record(RecordArguments),
    /// Work on lecture scripts
    Script {
        #[command(subcommand)]
        command: ScriptCommand,
    },
    /// Train networks on labelled examples, side by side: does it learn?
    Train(Box<TrainArguments>),
    /// Vary one factor at a time (activation, initializer, optimizer, classes, storage): what matters?
    Factors(Box<FactorsArguments>),
    /// Measure every point of a grid of networks into one table: on this machine, or in shards on many
    Sweep(Box<SweepArguments>),
    /// Make one table of the shards of a sweep
    Merge(MergeArguments),
    /// Print the configuration in effect, each line with where it comes from
    Config(Box<ConfigArguments>),
    /// List the names that can be typed
    List {
        /// Which table
        #[arg(value_enum)]
        table: Table,
        /// How to print it
        #[arg(long, value_enum, default_value_t = ListFormat::Table)]
        format: ListFormat,
    },
    /// Print the completion script of a shell
    Completions {
        /// Which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the version
    Version {
        /// Also the instruction set and the number of threads
        #[arg(long)]
        verbose: bool,
    },
}

impl Command {
    /// How many threads compute where nobody says it; `None` is as many as elsewhere.
    pub(crate) fn usual_threads(&self) -> Option<usize> {
        match self {
            // one process a core
            Self::Sweep(sweep) if sweep.shard.is_some() => Some(1),
            _ => None,
        }
    }
}

/// `initscope run`.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = RunFormat::Table, help_heading = "Output")]
    pub(crate) format: RunFormat,
    /// Every layer in the table, however deep the network
    #[arg(long, help_heading = "Output")]
    pub(crate) all: bool,
}

/// How `run` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RunFormat {
    /// Aligned columns and the verdict in words
    Table,
    /// One document, schema 1
    Json,
    /// One row a layer, every statistic
    Csv,
}

/// The tables of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Table {
    /// Activation functions
    Activations,
    /// Weight initializers
    Initializers,
    /// Framework presets
    Frameworks,
    /// Networks that people train, as their libraries begin them
    Architectures,
}

/// How `list` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns
    Table,
    /// A JSON array
    Json,
}

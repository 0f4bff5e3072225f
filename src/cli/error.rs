//! Everything that can go wrong, and how it is told.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::app::pins::MOST;
use crate::cli::file::shown_path;
use crate::cli::interrupt::INTERRUPTED;
use crate::cli::output;
use crate::cli::values::ValueError;
use crate::math::simd::SimdError;
use crate::net::foreign;
use crate::net::input::InputError;
use crate::net::spec::SpecError;
use crate::sweep::merge::MergeError;
use crate::sweep::shard::ShardError;
use crate::sweep::table::Format;
use crate::term::TermError;
use crate::theory::error::TheoryError;
use crate::train::plan::PlanError;

/// Why the program ends without having done what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// Also help, which is no error.
    #[error("{0}")]
    Arguments(#[from] clap::Error),
    #[error(
        "`{word}` is neither a command nor a network{}\n\n  commands: {commands}\n  a network reads `relu/he_normal 256x64`",
        nearest.as_ref().map_or(String::new(), |name| format!("; did you mean `{name}`?"))
    )]
    UnknownCommand {
        word: String,
        nearest: Option<String>,
        commands: String,
    },
    #[error(
        "flags stand before `{command}`; type `initscope {command}` first and the flags after it"
    )]
    CommandNotFirst { command: String },
    #[error(
        "{flag} has no meaning here: every framework's default layer is compared; leave it out, or type `initscope run {flag} ...`"
    )]
    NotADefault { flag: String },
    #[error(
        "{what} plain networks, and this one has blocks or norms; leave out --block and --norm, or type `initscope check` or `initscope run`"
    )]
    PlainOnly { what: String },
    #[error("{0}")]
    Spec(#[from] SpecError),
    /// What was typed does not go with what a configuration file says.
    #[error("{problem}, or change {in_file}")]
    BesideFile { problem: String, in_file: String },
    #[error("{0}")]
    Input(#[from] InputError),
    #[error("{0}")]
    Theory(#[from] TheoryError),
    #[error("`{0}`: {1}")]
    Lecture(String, String),
    #[error("{file}: {why}")]
    Script { file: String, why: String },
    #[error(
        "there is no place for a configuration file: neither XDG_CONFIG_HOME nor HOME is an absolute path; type --config FILE"
    )]
    NoConfigPath,
    #[error(
        "nothing to write: say what, as in `initscope config --write --theme light --framework pytorch`"
    )]
    NothingToWrite,
    #[error(
        "`-o` names the recording of a single script; leave it out to write every recording beside its script"
    )]
    OneOutput,
    #[error(
        "`--widths` needs two widths at least, to see what moves between them; try `--widths 128,512,2048`"
    )]
    OneWidth,
    #[error("`{0}` is there already; choose another name, or type --force to replace it")]
    Exists(String),
    #[error("`{0}` is {1}, which is never replaced; choose another name")]
    Special(String, &'static str),
    #[error("cannot read `{file}`: {why}")]
    Unreadable { file: String, why: String },
    #[error("cannot write `{file}`: {why}")]
    Unwritable { file: String, why: io::Error },
    #[error("{0}")]
    Plan(Box<PlanError>),
    #[error("{0}; set INITSCOPE_SIMD to one of them or leave it out")]
    Simd(#[from] SimdError),
    #[error("cannot start the threads: {0}; try --threads 1")]
    Threads(String),
    #[error("RAYON_NUM_THREADS=`{text}`: {why}")]
    ThreadsVariable { text: String, why: ValueError },
    #[error("--kiosk reads no files, and `{0}` is one; leave it out, or type noise or digits")]
    KioskFile(String),
    #[error(
        "--record records a session of the dashboard; leave it out, or type `initscope --record FILE`"
    )]
    NoSession,
    #[error("--kiosk writes no files; leave --record out")]
    KioskRecord,
    #[error("--kiosk reads no files, and `{0}` is one; leave --table out")]
    KioskTable(String),
    #[error("the table view needs a table; type `initscope sweep --view FILE`")]
    NoTable,
    #[error("a session with a table cannot be played back; leave --record or --table out")]
    RecordedTable,
    #[error("{0}")]
    Terminal(#[from] TermError),
    #[error("cannot write the output: {0}")]
    Output(io::Error),
    #[error("cannot listen to Ctrl-C: {0}")]
    Signals(#[from] io::Error),
    #[error(
        "{}: the end of the name says nothing; it is one of .svg, .txt, .ans, .csv, .json, or type --format svg",
        shown_path(.0)
    )]
    Extension(PathBuf),
    #[error(
        "`{}` is a lecture; --at says which moment of it: a mark, or a time such as 12.5 or 1:23",
        shown_path(.0)
    )]
    WhichMoment(PathBuf),
    #[error(
        "--at is a moment of a lecture; type its script: `initscope render demos/04-he.toml --at {0}`"
    )]
    WhichLecture(String),
    #[error(
        "--pin is there {0} times; at most {MOST} networks can be pinned beside the first; leave some out"
    )]
    ManyPins(usize),
    #[error(
        "--pin `{0}` is there twice; a network can be pinned once; leave one out, or type another network"
    )]
    PinnedTwice(String),
    #[error(
        "there are no numbers to write: {0}; keys are pressed by --keys, and --format text shows the view as it is"
    )]
    NoNumbers(String),
    #[error("one of the keys quits the program before anything is written; leave it out of --keys")]
    KeysQuit,
    #[error(
        "{}: the end of the name says nothing; it is one of {}, or type --format csv",
        shown_path(.0),
        Format::NAMES.map(|(name, _)| format!(".{name}")).join(", ")
    )]
    TableName(PathBuf),
    #[error(
        "the data of the sweep in `{0}` are not those that were measured; bring the files back as they were"
    )]
    OtherData(String),
    #[error("a table in parquet is a file; type -o NAME.parquet")]
    NoParquet,
    #[error("{0}")]
    Shard(#[from] ShardError),
    #[error("{0}")]
    Merge(#[from] MergeError),
    #[error("{0}")]
    Stopped(String),
    #[error("interrupted")]
    Interrupted,
}

impl From<PlanError> for CliError {
    fn from(error: PlanError) -> Self {
        Self::Plan(Box::new(error))
    }
}

impl CliError {
    /// Tells the user, on standard error, and says how the program ends.
    pub(crate) fn report(&self) -> ExitCode {
        match self {
            // Help is a result.
            Self::Arguments(error) if !error.use_stderr() => {
                if let Err(lost) = output::written(error.print()) {
                    return lost.report();
                }
            }
            Self::Arguments(error) if is_harmless(error) => drop(error.print()),
            Self::Arguments(error) => output::raw(&foreign::message(&error.to_string())),
            other => output::complain(foreign::message(&other.to_string())),
        }
        ExitCode::from(self.code())
    }

    fn code(&self) -> u8 {
        match self {
            Self::Arguments(error) => u8::from(error.use_stderr()) * 2,
            Self::Output(_) | Self::Signals(_) | Self::Unwritable { .. } | Self::Stopped(_) => 1,
            Self::Shard(ShardError::Io { .. })
            | Self::Merge(MergeError::Shard(ShardError::Io { .. })) => 1,
            Self::Terminal(error) => error.code(),
            Self::Interrupted => INTERRUPTED,
            Self::UnknownCommand { .. }
            | Self::CommandNotFirst { .. }
            | Self::NotADefault { .. }
            | Self::PlainOnly { .. }
            | Self::Spec(_)
            | Self::BesideFile { .. }
            | Self::Extension(_)
            | Self::KeysQuit
            | Self::ManyPins(_)
            | Self::PinnedTwice(_)
            | Self::NoNumbers(_)
            | Self::WhichMoment(_)
            | Self::WhichLecture(_)
            | Self::Input(_)
            | Self::Theory(_)
            | Self::Script { .. }
            | Self::Lecture(..)
            | Self::NoConfigPath
            | Self::NothingToWrite
            | Self::OneOutput
            | Self::OneWidth
            | Self::Exists(_)
            | Self::Special(..)
            | Self::Unreadable { .. }
            | Self::Plan(_)
            | Self::TableName(_)
            | Self::NoParquet
            | Self::OtherData(_)
            | Self::Shard(_)
            | Self::Merge(_)
            | Self::Simd(_)
            | Self::Threads(_)
            | Self::KioskFile(_)
            | Self::KioskRecord
            | Self::KioskTable(_)
            | Self::NoTable
            | Self::RecordedTable
            | Self::NoSession
            | Self::ThreadsVariable { .. } => 2,
        }
    }
}

/// Whether a message with what was typed in it can be printed with its colours.
fn is_harmless(error: &clap::Error) -> bool {
    let text = error.to_string();
    foreign::message(&text) == text
}

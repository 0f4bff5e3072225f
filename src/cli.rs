//! The command line: the only reader of arguments and environment, and the one place where errors are reported.
//!
//! | exit code | meaning |
//! | --- | --- |
//! | 0 | done; also when whoever reads the output has had enough of it (a pipe into `head`) |
//! | 1 | the output (help, too) could not be written, the terminal failed, or `check` found the network not healthy |
//! | 2 | misuse: the message on standard error says what was wrong, what is allowed, what to type |
//! | 75 | a sweep was interrupted and has kept what was measured: the same command goes on |
//! | 130 | interrupted (Ctrl-C) before there was a result; `train` and `factors` print what they have computed |

// they panic where nobody can read them
#![warn(clippy::print_stdout, clippy::print_stderr)]

use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use crate::cli::arguments::{Arguments, Command};
use crate::cli::error::CliError;
use crate::math::simd;
use crate::net::input::ATTRIBUTION;

mod advice;
mod arguments;
mod config;
mod dashboard;
mod environment;
mod error;
mod factors;
mod file;
mod interrupt;
mod kiosk;
mod lecture;
mod list;
mod network;
mod output;
mod render;
mod run;
mod scaling;
mod session;
mod sweep;
mod table;
mod theory;
mod train;
mod values;

pub use config::check_configuration;

/// Runs the program: reads arguments and environment, does what they say, reports what went wrong.
pub fn main() -> ExitCode {
    match obey() {
        Ok(code) => code,
        Err(error) => error.report(),
    }
}

fn obey() -> Result<ExitCode, CliError> {
    interrupt::outlive_file_limits()?;
    let Arguments {
        command,
        network,
        look,
        mut opening,
        file,
        limits,
        kiosk,
        version,
        verbose,
    } = Arguments::try_parse()?;
    // the dashboard by another name
    let command = match command {
        Some(Command::Sweep(sweep)) if sweep.view.is_some() => {
            opening.table = sweep.view;
            None
        }
        command => command,
    };
    limits.impose();
    if let Some(command) = &command {
        limits.set_threads(command.usual_threads())?;
    }
    let done = match command {
        Some(Command::Check(arguments)) => return advice::check(&arguments),
        Some(Command::Train(arguments)) => return train::train(&arguments),
        Some(Command::Factors(arguments)) => return factors::factors(&arguments),
        Some(Command::Sweep(arguments)) => return sweep::sweep(&arguments),
        Some(Command::Merge(arguments)) => sweep::merge(&arguments),
        Some(Command::Run(arguments)) => run::run(&arguments),
        Some(Command::Render(arguments)) => render::render(&arguments),
        Some(Command::Advise(arguments)) => advice::advise(&arguments),
        Some(Command::CompareDefaults(arguments)) => advice::compare_defaults(&arguments),
        Some(Command::Theory(arguments)) => theory::print(&arguments),
        Some(Command::Scaling(arguments)) => scaling::scaling(&arguments),
        Some(Command::Learn(arguments)) => lecture::learn(*arguments),
        Some(Command::Play(arguments)) => lecture::play_script(&arguments),
        Some(Command::Record(arguments)) => lecture::record(&arguments),
        Some(Command::Script { command }) => lecture::script(&command),
        None if version => print_version(verbose),
        Some(Command::Config(arguments)) => config::print(*arguments, limits),
        None if kiosk.kiosk => kiosk::open(&network, look, opening, kiosk),
        None => dashboard::open(network, look, opening, &file, limits),
        Some(Command::List { table, format }) => list::print(table, format),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Arguments::command(), "initscope", &mut script);
            output::print(&String::from_utf8_lossy(&script))
        }
        Some(Command::Version { verbose }) => print_version(verbose),
    };
    done.map(|()| ExitCode::SUCCESS)
}

fn print_version(verbose: bool) -> Result<(), CliError> {
    let mut text = concat!("initscope ", env!("CARGO_PKG_VERSION"), "\n").to_owned();
    if verbose {
        environment::choose_instruction_set()?;
        let known: Vec<&str> = simd::levels().into_iter().map(|(name, _)| name).collect();
        text.push_str(&format!(
            "simd: {} (this machine: {})\n",
            simd::name(),
            known.join(", ")
        ));
        text.push_str(&format!("threads: {}\n", rayon::current_num_threads()));
        text.push_str(&format!("digits: {ATTRIBUTION}\n"));
    }
    output::print(&text)
}

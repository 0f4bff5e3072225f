//! `initscope` without a command: the dashboard; `initscope play` and `learn`: a lecture on it.

use std::sync::Arc;

use crate::cli::arguments::{
    FileArguments, LimitArguments, LookArguments, NetworkArguments, OpeningArguments,
};
use crate::cli::config::{self, Config};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::{lecture, output, session, table};
use crate::term::{self, Inbox, Lectures, Options, Play};
use crate::worker::Threaded;

/// Opens the dashboard with the network asked for; after a change, leaves the command line behind that opens the last one.
pub(crate) fn open(
    network: NetworkArguments,
    look: LookArguments,
    opening: OpeningArguments,
    file: &FileArguments,
    limits: LimitArguments,
) -> Result<(), CliError> {
    let config = Config::load(file)?;
    let greeting = config.is_missing() && network.is_empty();
    if opening.record.is_some() && opening.table.is_some() {
        return Err(CliError::RecordedTable);
    }
    let archive = session::archive(opening.record.clone())?;
    let opening = opening.over(config.view())?;
    let spec = match table::first_network(opening.table.as_ref(), &network) {
        Some(spec) => spec,
        None => config.network(network)?.1,
    };
    environment::choose_instruction_set()?;
    limits.set_threads(config.threads())?;
    let inbox = Inbox::default();
    let mut source =
        Threaded::spawn(inbox.bell()).map_err(|error| CliError::Threads(error.to_string()))?;
    let options = Options {
        opening,
        keys: Arc::clone(config.keys()),
        lectures: lecture::library(),
        keeper: config::keeper(file),
        archive: Some(archive),
        greeting,
        ..Options::detect(environment::variable, &config.look(look).wishes())
    };
    let exit = term::run(&inbox, &mut source, spec, &options)?;
    if exit.changed {
        output::print(&format!("{}\n", exit.command))?;
    }
    match exit.recorded {
        None => Ok(()),
        Some(Ok(told)) => output::print(&format!("# {told}\n")),
        Some(Err(why)) => Err(CliError::Stopped(format!(
            "the session is not recorded: {why}"
        ))),
    }
}

/// Plays a lecture in this terminal; leaves the command line behind that opens the network it ended with.
pub(crate) fn play(play: Play, look: LookArguments, file: &FileArguments) -> Result<(), CliError> {
    let look = Config::load(file)?.look(look);
    environment::choose_instruction_set()?;
    let inbox = Inbox::default();
    let mut source =
        Threaded::spawn(inbox.bell()).map_err(|error| CliError::Threads(error.to_string()))?;
    let options = Options {
        lectures: Lectures {
            speed: play.speed,
            ..lecture::library()
        },
        ..Options::detect(environment::variable, &look.wishes())
    };
    let exit = term::play(&inbox, &mut source, play, &options)?;
    output::print(&format!("{}\n", exit.command))
}

//! `initscope` without a command: the dashboard.

use crate::cli::arguments::{LookArguments, NetworkArguments};
use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::term::{self, Inbox, Options};
use crate::worker::Threaded;

/// Opens the dashboard with the network asked for; after a change, leaves the command line behind that opens the last one.
pub(crate) fn open(network: &NetworkArguments, look: LookArguments) -> Result<(), CliError> {
    let spec = network.spec()?;
    environment::choose_instruction_set()?;
    network.set_threads()?;
    let inbox = Inbox::default();
    let mut source =
        Threaded::spawn(inbox.bell()).map_err(|error| CliError::Threads(error.to_string()))?;
    let options = Options::detect(environment::variable, &look.wishes());
    let exit = term::run(&inbox, &mut source, spec.clone(), &options)?;
    if *exit.spec == spec {
        Ok(())
    } else {
        output::print(&format!("{}\n", exit.spec.command_line()))
    }
}

//! `initscope --kiosk`: the dashboard for visitors of a machine that lends nothing else.

use std::sync::Arc;
use std::time::Duration;

use crate::app::keys::KeyMap;
use crate::cli::arguments::{KioskArguments, LookArguments, NetworkArguments, OpeningArguments};
use crate::cli::error::CliError;
use crate::cli::file::shown_path;
use crate::cli::{environment, lecture, output};
use crate::net::input::Input;
use crate::net::spec::{Caps, DEPTH};
use crate::term::{self, Inbox, Options, Stay};
use crate::worker::Threaded;

/// What a visitor may ask for, so that thirty visitors fit into a small machine; a lecture goes down to the deepest network.
const CAPS: Caps = Caps {
    width: 1024,
    depth: *DEPTH.end(),
    batch: 64,
    draws: 512,
    steps: 2000,
    memory: 256 << 20,
};

/// Opens the dashboard with nothing that reaches outside it; the last line says how to have it at home.
pub(crate) fn open(
    network: &NetworkArguments,
    look: LookArguments,
    opening: OpeningArguments,
    kiosk: KioskArguments,
) -> Result<(), CliError> {
    CAPS.impose();
    let spec = network.spec()?;
    if let Input::Data(data) = spec.input() {
        return Err(CliError::KioskFile(data.name.clone()));
    }
    if opening.record.is_some() {
        return Err(CliError::KioskRecord);
    }
    if let Some(table) = &opening.table {
        return Err(CliError::KioskTable(shown_path(table)));
    }
    let opening = opening.over(None)?;
    environment::choose_instruction_set()?;
    rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build_global()
        .map_err(|error| CliError::Threads(error.to_string()))?;
    let inbox = Inbox::default();
    let mut source =
        Threaded::spawn(inbox.bell()).map_err(|error| CliError::Threads(error.to_string()))?;
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let options = Options {
        opening,
        keys: Arc::new(KeyMap::lent()),
        lectures: lecture::library(),
        stay: Some(Stay {
            idle: minutes(kiosk.idle),
            total: minutes(kiosk.visit),
        }),
        ..Options::detect(environment::variable, &look.wishes())
    };
    let exit = term::run(&inbox, &mut source, spec, &options)?;
    let closed = exit.closed.map_or_else(String::new, |why| why + "\n");
    output::print(&format!(
        "{closed}initscope at home: cargo install initscope\n"
    ))
}

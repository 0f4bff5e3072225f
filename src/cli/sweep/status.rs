//! `initscope sweep status`: how the shards in a directory stand.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::cli::error::CliError;
use crate::cli::output;
use crate::sweep::merge::list;
use crate::sweep::shard::{Folder, State};

use super::work::HEARTBEAT;

/// A process that has given no sign for so long does not run any more.
const SILENT: Duration = Duration::from_secs(6 * HEARTBEAT.as_secs());

/// Prints it: for people, or only the shards to run again.
pub(super) fn print(directory: &Path, only_missing: bool) -> Result<(), CliError> {
    let folder = Folder::open(directory)?;
    let manifest = folder.manifest();
    let units = manifest.units;
    let what = match manifest.grid.split {
        None => "points",
        Some(_) => "pieces of points",
    };
    let [mut done, mut running, mut missing] = [const { Vec::new() }; 3];
    let mut notes = Vec::new();
    for (shard, state) in folder.shards().zip(folder.states()?) {
        let number = shard.number;
        match state {
            State::Done(_) => done.push(number),
            State::Missing => missing.push(number),
            State::Broken(error) => {
                missing.push(number);
                notes.push(format!("{error}\n"));
            }
            State::Begun {
                units: measured,
                journals,
            } => {
                let alive = journals.iter().any(is_alive);
                if alive { &mut running } else { &mut missing }.push(number);
                notes.push(format!(
                    "shard {number}: {measured} of {} {what} measured, {}\n",
                    shard.size(units),
                    if alive {
                        "running"
                    } else {
                        "to be taken up again"
                    },
                ));
            }
        }
    }
    if only_missing {
        return output::print(&format!("{}\n", list(&missing)));
    }
    let mut text = format!(
        "grid {}: {units} {what} in {} shards\n",
        manifest.hash, manifest.shards
    );
    for (word, numbers) in [("done", done), ("running", running), ("missing", missing)] {
        let line = format!("{word:8}{:>7}  {}", numbers.len(), list(&numbers));
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.extend(notes);
    output::print(&text)
}

/// Whether a process has given a sign lately.
fn is_alive(journal: &PathBuf) -> bool {
    let changed = fs::metadata(journal).and_then(|file| file.modified());
    let age = changed.map(|changed| SystemTime::now().duration_since(changed));
    // a clock of another machine may be ahead
    age.is_ok_and(|age| age.map_or(true, |age| age < SILENT))
}

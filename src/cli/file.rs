//! Files that people get: whole or not at all, and never over one that is there.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::cli::error::CliError;
use crate::term::file::{self, Existing};

/// The longest script that is read.
const LONGEST: u64 = 1 << 20;

/// A whole text file.
pub(crate) fn read(path: &Path) -> Result<String, CliError> {
    let mut text = String::new();
    let read =
        fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    let wrong = |why: String| CliError::Unreadable {
        file: path.display().to_string(),
        why,
    };
    match read {
        Ok(length) if length as u64 > LONGEST => Err(wrong("it is longer than 1 MiB".into())),
        Ok(_) => Ok(text),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// Refuses a file that is there, where it is not to be replaced.
pub(crate) fn refuse_to_replace(path: &Path, force: bool) -> Result<(), CliError> {
    if !force && path.symlink_metadata().is_ok() {
        return Err(CliError::Exists(path.display().to_string()));
    }
    Ok(())
}

/// Writes a file in one piece.
pub(crate) fn write(path: &Path, text: &str, force: bool) -> Result<(), CliError> {
    let existing = if force {
        Existing::Replaced
    } else {
        Existing::Kept
    };
    file::write(path, text.as_bytes(), existing).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CliError::Exists(path.display().to_string()),
        _ => CliError::Unwritable {
            file: path.display().to_string(),
            why: error,
        },
    })
}

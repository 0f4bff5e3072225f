//! Files that people get: whole or not at all, and never over one that is there.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::cast::fields::place;
use crate::cli::error::CliError;
use crate::term::file::{self, Existing};

/// The longest script that is read.
const LONGEST: u64 = 1 << 20;

/// A whole text file.
pub(crate) fn read(path: &Path) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    let wrong = |why: String| CliError::Unreadable {
        file: path.display().to_string(),
        why,
    };
    match read {
        Ok(length) if length as u64 > LONGEST => Err(wrong("it is longer than 1 MiB".into())),
        Ok(_) => String::from_utf8(bytes).map_err(|error| {
            let readable = error.utf8_error().valid_up_to();
            let before = String::from_utf8_lossy(&error.as_bytes()[..readable]);
            let (line, column) = place(&before, readable);
            wrong(format!("line {line}, column {column} is not UTF-8"))
        }),
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

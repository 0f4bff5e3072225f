//! Files that people get: whole or not at all, and never over one that is there.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use crate::cast::fields::place;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::net::foreign::shown;
use crate::term::file::{self, Destination, Existing};

/// The name that stands for standard output.
const STANDARD_OUTPUT: &str = "-";

/// A path in a message.
pub(crate) fn shown_path(path: &Path) -> String {
    shown(&path.to_string_lossy())
}

/// The longest script that is read.
const LONGEST: u64 = 1 << 20;

/// A whole text file.
pub(crate) fn read(path: &Path) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_end(&mut bytes));
    let wrong = |why: String| CliError::Unreadable {
        file: shown_path(path),
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

/// Whether results go to standard output: no file is named, or `-`.
pub(crate) fn is_standard_output(path: Option<&Path>) -> bool {
    path.is_none_or(|path| path == Path::new(STANDARD_OUTPUT))
}

/// Refuses a file that is there, where it is not to be replaced, and what is no file and takes no text either.
pub(crate) fn refuse_to_replace(path: &Path, force: bool) -> Result<(), CliError> {
    if is_standard_output(Some(path)) {
        return Ok(());
    }
    match Destination::of(path) {
        Destination::Regular(_) if !force => Err(CliError::Exists(shown_path(path))),
        Destination::Other(what) => Err(CliError::Special(shown_path(path), what)),
        Destination::New(_) | Destination::Regular(_) | Destination::Stream => Ok(()),
    }
}

/// Writes a file in one piece, or prints it where the name is `-`.
pub(crate) fn write(path: &Path, text: &str, force: bool) -> Result<(), CliError> {
    if is_standard_output(Some(path)) {
        return output::print(text);
    }
    let existing = if force {
        Existing::Replaced
    } else {
        Existing::Kept
    };
    file::write(path, text.as_bytes(), existing).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => CliError::Exists(shown_path(path)),
        _ => CliError::Unwritable {
            file: shown_path(path),
            why: error,
        },
    })
}

//! Results on standard output, complaints on standard error.

use std::fmt::Display;
use std::io::{self, ErrorKind, IsTerminal, Write};

use crate::cli::error::CliError;

/// Writes all of it at once; a reader that has had enough is no error.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What became of a result on standard output.
pub(crate) fn written(result: io::Result<()>) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(error)),
        _ => Ok(()),
    }
}

/// An error in one line, over whatever progress stands on standard error.
pub(crate) fn complain(what: impl Display) {
    remark("error", what);
}

/// One line on standard error; that nobody can read it is no reason to panic.
pub(crate) fn remark(kind: &str, what: impl Display) {
    let mut err = io::stderr().lock();
    let erased = if err.is_terminal() { "\r\x1b[K" } else { "" };
    drop(writeln!(err, "{erased}{kind}: {what}"));
}

/// A text on standard error as it is.
pub(crate) fn raw(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

//! Results on standard output.

use std::io::{self, ErrorKind, Write};

use crate::cli::error::CliError;

/// Writes all of it at once; a reader that has had enough is no error.
pub(crate) fn print(text: &str) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(CliError::Output(error)),
        _ => Ok(()),
    }
}

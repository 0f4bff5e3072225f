//! Files that people get: whole or not at all, and never over one that is there.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use tempfile::Builder;

use crate::cli::error::CliError;

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

/// Writes a file in one piece: it is complete under another name before it gets its own.
pub(crate) fn write(path: &Path, text: &str, force: bool) -> Result<(), CliError> {
    let wrong = |why: io::Error| CliError::Unwritable {
        file: path.display().to_string(),
        why,
    };
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let mut builder = Builder::new();
    builder.prefix(".initscope-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // as any new file: what the umask leaves of it
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder
        .tempfile_in(directory.unwrap_or(Path::new(".")))
        .map_err(wrong)?;
    file.write_all(text.as_bytes()).map_err(wrong)?;
    let placed = if force {
        file.persist(path)
    } else {
        file.persist_noclobber(path)
    };
    match placed {
        Ok(_) => Ok(()),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
            Err(CliError::Exists(path.display().to_string()))
        }
        Err(error) => Err(wrong(error.error)),
    }
}

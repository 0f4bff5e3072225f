//! Files: written whole or not at all, never over another one unless that is asked for, and never in place of what is no file.

#[cfg(unix)]
use std::fs::Permissions;
use std::fs::{self, FileType, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::Builder;

/// Whether a file of the same name may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// It stays; the error is of kind `AlreadyExists`.
    Kept,
    /// It is replaced.
    Replaced,
}

/// What a path leads to, links followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Nothing yet; the file will be here.
    New(PathBuf),
    /// A regular file, here.
    Regular(PathBuf),
    /// A pipe or a device of characters, which takes what is written and loses nothing.
    Stream,
    /// What cannot be written as a whole, in words.
    Other(&'static str),
}

/// Links that are followed before one that leads nowhere is given up.
const LINKS: usize = 40;

impl Destination {
    /// Looks where a path leads.
    #[must_use]
    pub fn of(path: &Path) -> Self {
        let mut here = path.to_owned();
        for _ in 0..LINKS {
            match fs::metadata(&here) {
                Ok(found) if found.is_file() => {
                    return Self::Regular(fs::canonicalize(&here).unwrap_or(here));
                }
                Ok(found) if found.is_dir() => return Self::Other("a directory"),
                Ok(found) => return kind(found.file_type()),
                // the end of a link that leads to nothing yet is where the file will be
                Err(_) => match fs::read_link(&here) {
                    Ok(next) => here = here.parent().unwrap_or(Path::new("")).join(next),
                    Err(_) => return Self::New(here),
                },
            }
        }
        Self::Other("a link to itself")
    }
}

#[cfg(unix)]
fn kind(of: FileType) -> Destination {
    use std::os::unix::fs::FileTypeExt;
    if of.is_fifo() || of.is_char_device() {
        Destination::Stream
    } else if of.is_block_device() {
        Destination::Other("a block device")
    } else {
        Destination::Other("a socket")
    }
}

#[cfg(not(unix))]
fn kind(_: FileType) -> Destination {
    Destination::Other("no regular file")
}

/// Writes a file: first beside its place, then at once into it. Links are followed, an old file leaves its mode, and what is written to
/// a pipe or a device of characters goes through it.
///
/// # Errors
/// The file exists and is kept, it is neither a file nor takes text, or the operating system refused; nothing is left behind.
pub fn write(path: &Path, contents: &[u8], existing: Existing) -> io::Result<()> {
    let (place, old) = match Destination::of(path) {
        Destination::New(place) => (place, None),
        Destination::Regular(_) if existing == Existing::Kept => {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        Destination::Regular(place) => {
            let old = fs::metadata(&place)?.permissions();
            (place, Some(old))
        }
        Destination::Stream => {
            let mut stream = OpenOptions::new().write(true).open(path)?;
            return stream.write_all(contents).and_then(|()| stream.flush());
        }
        Destination::Other(what) => return Err(io::Error::other(format!("it is {what}"))),
    };
    let directory = match place.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(".initscope-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // as any new file: what the umask leaves of it
        builder.permissions(Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(directory).map_err(nameless)?;
    file.write_all(contents).map_err(nameless)?;
    if let Some(old) = old {
        #[cfg(unix)]
        let old = {
            use std::os::unix::fs::PermissionsExt;
            // what a program runs as is not for a picture
            Permissions::from_mode(old.mode() & 0o777)
        };
        file.as_file().set_permissions(old)?;
    }
    let placed = match existing {
        Existing::Kept => file.persist_noclobber(&place),
        Existing::Replaced => file.persist(&place),
    };
    placed.map(drop).map_err(|error| nameless(error.error))
}

/// The error without the path of the temporary file, which nobody knows; `tempfile` puts it behind the words of the system.
fn nameless(error: io::Error) -> io::Error {
    match error.to_string().split_once(" at path ") {
        Some((system, _)) => io::Error::new(error.kind(), system.to_owned()),
        None => error,
    }
}

#[cfg(test)]
mod tests;

//! Which points belong to which process, and the files of all of them in one directory.
//!
//! | file | what it is |
//! | --- | --- |
//! | `sweep.json` | the grid, its hash, the number of shards |
//! | `shard-I-of-N.*.journal` | points of a shard that a process has measured; each process has one of its own |
//! | `shard-I-of-N.done` | a complete shard, its points in order |
//!
//! A complete file comes to its name by a temporary one that is written to the disk and renamed, so that it is whole or not there, and
//! two processes at work on one shard harm nobody: their bytes are the same.

mod work;

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use tempfile::{Builder, NamedTempFile};

use crate::sweep::grid::Grid;
use crate::sweep::journal::{self, Complete, Header};
use crate::sweep::points::Points;

pub use work::Work;

/// Shards of a grid at most.
pub const MOST_SHARDS: u64 = 100_000;

/// The name of the file that says what a directory holds.
const MANIFEST: &str = "sweep.json";

/// One shard of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// From 0.
    pub number: u64,
    /// So many.
    pub of: u64,
}

impl Shard {
    /// The only one.
    pub const WHOLE: Self = Self { number: 0, of: 1 };

    /// Its points, of so many: `number`, `number + of`, and so on.
    pub fn points(self, count: u64) -> impl Iterator<Item = u64> {
        (self.number..count).step_by(self.of as usize)
    }

    /// How many of so many points it has.
    #[must_use]
    pub fn size(self, count: u64) -> u64 {
        count.saturating_sub(self.number).div_ceil(self.of)
    }

    fn name(self) -> String {
        format!("shard-{}-of-{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    /// `I/N`.
    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.split_once('/');
        let read = parts.and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
        let shard = read.map(|(number, of)| Self { number, of });
        let within =
            |shard: &Self| (1..=MOST_SHARDS).contains(&shard.of) && shard.number < shard.of;
        shard.filter(within).ok_or_else(|| {
            format!(
                "not I/N with N from 1 to {MOST_SHARDS} and I from 0 to N - 1; for example 3/8, the fourth of eight"
            )
        })
    }
}

/// Why the files of a sweep cannot be used: what is wrong, what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum ShardError {
    #[error("cannot use `{}`: {why}", path.display())]
    Io { path: PathBuf, why: io::Error },
    #[error("`{}` is no directory of a sweep: it has no {MANIFEST} of this program", .0.display())]
    NoSweep(PathBuf),
    #[error(
        "`{}` holds another grid ({theirs}, not {own}); choose another directory, or remove it",
        path.display()
    )]
    OtherGrid {
        path: PathBuf,
        theirs: String,
        own: String,
    },
    #[error(
        "`{}` is divided into {theirs} shards, not {own}; type --shard I/{theirs}, or choose another directory",
        path.display()
    )]
    OtherNumber {
        path: PathBuf,
        theirs: u64,
        own: u64,
    },
    #[error(
        "`{}` was computed by {program} on {simd}, and this is {own}; set INITSCOPE_SIMD and use one version everywhere, or remove the file",
        path.display()
    )]
    OtherProgram {
        path: PathBuf,
        program: String,
        simd: String,
        own: String,
    },
    #[error("`{}` is broken: {why}; run shard {shard} again", path.display())]
    Broken {
        path: PathBuf,
        why: &'static str,
        shard: u64,
    },
}

fn at(path: &Path) -> impl Fn(io::Error) -> ShardError {
    move |why| ShardError::Io {
        path: path.to_owned(),
        why,
    }
}

/// What a directory holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The hash of the grid.
    pub hash: String,
    /// Shards.
    pub shards: u64,
    /// Units of work.
    pub units: u64,
    /// The grid.
    pub grid: Grid,
}

/// The directory of a sweep.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    manifest: Manifest,
}

/// How a shard stands.
#[derive(Debug)]
pub enum State {
    /// Nobody has begun.
    Missing,
    /// Somebody has begun: points that are measured, and the files.
    Begun {
        /// Units of work that are done, once each.
        units: u64,
        /// One for each process that has worked on it.
        journals: Vec<PathBuf>,
    },
    /// It is complete.
    Done(Header),
    /// The file is there but cannot be used.
    Broken(ShardError),
}

impl Folder {
    /// A directory for a grid in so many shards: made, or found as it was left.
    ///
    /// # Errors
    /// It cannot be made, or holds something else.
    pub fn prepare(path: &Path, points: &Points, shards: u64) -> Result<Self, ShardError> {
        fs::create_dir_all(path).map_err(at(path))?;
        let manifest = Manifest {
            hash: points.hash().into(),
            shards,
            units: points.units(),
            grid: points.grid().clone(),
        };
        let file = path.join(MANIFEST);
        if !file.try_exists().map_err(at(&file))? {
            let text = serde_json::to_vec(&manifest).expect("texts and whole numbers");
            let written = temporary(path, "sweep").and_then(|mut temporary| {
                temporary.write_all(&text)?;
                publish(temporary, &file)
            });
            match written {
                // another process has written it, and cleared this one's away
                Err(error) if error.kind() == io::ErrorKind::NotFound && file.exists() => {}
                written => written.map_err(at(&file))?,
            }
        }
        let folder = Self::open(path)?;
        for (_, path) in folder.files(".tmp")?.iter().filter(|(of, _)| of == "sweep") {
            // of a process that was killed while it wrote the grid
            drop(fs::remove_file(path));
        }
        let path = path.to_owned();
        if folder.manifest.hash != manifest.hash {
            let (theirs, own) = (folder.manifest.hash, manifest.hash);
            return Err(ShardError::OtherGrid { path, theirs, own });
        }
        if folder.manifest.shards != shards {
            let (theirs, own) = (folder.manifest.shards, shards);
            return Err(ShardError::OtherNumber { path, theirs, own });
        }
        Ok(folder)
    }

    /// The directory of a sweep that was begun.
    ///
    /// # Errors
    /// It is none.
    pub fn open(path: &Path) -> Result<Self, ShardError> {
        let file = path.join(MANIFEST);
        let none = || ShardError::NoSweep(path.to_owned());
        let text = match fs::read(&file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(none()),
            read => read.map_err(at(&file))?,
        };
        let manifest: Manifest = serde_json::from_slice(&text).map_err(|_| none())?;
        if !(1..=MOST_SHARDS).contains(&manifest.shards) {
            return Err(none());
        }
        let path = path.to_owned();
        Ok(Self { path, manifest })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Every shard of it.
    pub fn shards(&self) -> impl Iterator<Item = Shard> {
        let of = self.manifest.shards;
        (0..of).map(move |number| Shard { number, of })
    }

    /// The file of a complete shard.
    #[must_use]
    pub fn done(&self, shard: Shard) -> PathBuf {
        self.path.join(shard.name() + ".done")
    }

    /// Files in the directory whose name is that of a shard, by the end of the name.
    fn files(&self, end: &str) -> Result<Vec<(String, PathBuf)>, ShardError> {
        let mut found = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(at(&self.path))? {
            let path = entry.map_err(at(&self.path))?.path();
            let name = path.file_name().and_then(|name| name.to_str());
            let shard = name.and_then(|name| name.strip_suffix(end)?.split('.').next());
            if let Some(shard) = shard.map(str::to_owned) {
                found.push((shard, path));
            }
        }
        found.sort();
        Ok(found)
    }

    /// How every shard stands.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub fn states(&self) -> Result<Vec<State>, ShardError> {
        let mut journals = self.files(".journal")?;
        let states = self.shards().map(|shard| {
            let done = self.done(shard);
            if fs::exists(&done).unwrap_or(true) {
                return match self.complete(shard) {
                    Ok(header) => State::Done(header),
                    Err(error) => State::Broken(error),
                };
            }
            let name = shard.name();
            let own: Vec<PathBuf> = journals
                .extract_if(.., |(of, _)| *of == name)
                .map(|(_, path)| path)
                .collect();
            if own.is_empty() {
                return State::Missing;
            }
            let mut measured: Vec<u64> = own
                .iter()
                .filter_map(|path| Some((path, journal::header(path).ok()??.1)))
                .flat_map(|(path, from)| journal::scan(path, from).unwrap_or_default())
                .map(|(point, _)| point)
                .collect();
            measured.sort_unstable();
            measured.dedup();
            State::Begun {
                units: measured.len() as u64,
                journals: own,
            }
        });
        Ok(states.collect())
    }

    /// The first byte of the records of a complete shard.
    ///
    /// # Errors
    /// It is not there, or has no header.
    pub fn begin(&self, shard: Shard) -> Result<u64, ShardError> {
        let path = self.done(shard);
        let found = journal::header(&path).map_err(at(&path))?;
        found.map(|(_, begin)| begin).ok_or(ShardError::Broken {
            path,
            why: "it has no header of this program",
            shard: shard.number,
        })
    }

    /// The header of a complete shard.
    ///
    /// # Errors
    /// It is not there, not whole, or of another grid.
    pub fn complete(&self, shard: Shard) -> Result<Header, ShardError> {
        let path = self.done(shard);
        let found = journal::header(&path).map_err(at(&path))?;
        let length = fs::metadata(&path).map_err(at(&path))?.len();
        let number = shard.number;
        let broken = |why| ShardError::Broken {
            path: path.clone(),
            why,
            shard: number,
        };
        let (header, begin) = found.ok_or_else(|| broken("it has no header of this program"))?;
        if header.grid != self.manifest.hash {
            return Err(ShardError::OtherGrid {
                theirs: header.grid,
                own: self.manifest.hash.clone(),
                path,
            });
        }
        let complete = header.complete.unwrap_or(Complete {
            points: 0,
            bytes: 0,
        });
        if (header.shard, header.of) != (shard.number, shard.of) {
            return Err(broken("it is another shard under this name"));
        }
        if begin + complete.bytes != length || complete.points != shard.size(self.manifest.units) {
            return Err(broken("it is cut off"));
        }
        Ok(header)
    }
}

fn temporary(directory: &Path, name: &str) -> io::Result<NamedTempFile> {
    named(directory, name, ".tmp")
}

/// A new file `NAME.RANDOM.END`, readable as any.
fn named(directory: &Path, name: &str, end: &str) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    let prefix = format!("{name}.");
    builder.prefix(&prefix).suffix(end);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}

/// Gives a file its name once all of it is on the disk.
fn publish(temporary: NamedTempFile, path: &Path) -> io::Result<()> {
    temporary.as_file().sync_all()?;
    temporary.persist(path).map_err(|error| error.error)?;
    #[cfg(unix)]
    if let Some(directory) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        // not every file system can do that for a directory
        drop(File::open(directory).and_then(|directory| directory.sync_all()));
    }
    Ok(())
}

/// Writes a file by way of a temporary one beside it; where that fails, nothing is left.
///
/// # Errors
/// What writing it says, or the operating system.
pub fn write_table<E: From<io::Error>>(
    path: &Path,
    write: impl FnOnce(&File) -> Result<(), E>,
) -> Result<(), E> {
    let directory = path.parent().filter(|p| !p.as_os_str().is_empty());
    let temporary = temporary(directory.unwrap_or(Path::new(".")), ".initscope")?;
    write(temporary.as_file())?;
    Ok(publish(temporary, path)?)
}

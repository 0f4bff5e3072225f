//! A shard being worked on.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{Folder, Shard, ShardError, at, named, publish, temporary};
use crate::sweep::journal::{self, Complete, Header, Journal, Span};
use crate::sweep::points::Points;

/// How often a complete shard is written that another process clears away as left over.
const TRIES: usize = 5;

/// A shard being worked on.
#[derive(Debug)]
pub struct Work {
    folder: Folder,
    shard: Shard,
    header: Header,
    /// For each point of the shard the file it is in, and where.
    known: Vec<Option<(u32, Span)>>,
    left: u64,
    /// Files of earlier processes, and the own one, the last.
    files: Vec<PathBuf>,
    journal: Journal,
}

impl Work {
    /// Takes up a shard where earlier processes have left it; `None` where it is complete.
    ///
    /// # Errors
    /// The directory cannot be used, or holds what does not fit.
    pub fn begin(
        folder: Folder,
        points: &Points,
        shard: Shard,
    ) -> Result<Option<Self>, ShardError> {
        let count = points.units();
        let header = Header::new(points.hash(), shard.number, shard.of);
        let done = folder.done(shard);
        if done.try_exists().map_err(at(&done))? {
            match folder.complete(shard) {
                Ok(theirs) if theirs.is_like(&header) => return Ok(None),
                Ok(theirs) => {
                    return Err(ShardError::OtherProgram {
                        path: done,
                        program: theirs.program,
                        simd: theirs.simd,
                        own: format!("{} on {}", header.program, header.simd),
                    });
                }
                // it is replaced by a whole one
                Err(ShardError::Broken { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let name = shard.name();
        for (_, path) in folder.files(".tmp")?.iter().filter(|(of, _)| *of == name) {
            // of a process that was killed while it published
            drop(fs::remove_file(path));
        }
        let mut known = vec![None; shard.size(count) as usize];
        let mut files = Vec::new();
        for (_, path) in folder
            .files(".journal")?
            .into_iter()
            .filter(|(of, _)| *of == name)
        {
            let found = match left_over(&path, &header) {
                Ok(Some(found)) => found,
                Ok(None) => continue,
                // another process has completed the shard and cleared it away
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(at(&path)(error)),
            };
            for (point, span) in found {
                if point % shard.of == shard.number && point < count {
                    known[(point / shard.of) as usize] = Some((files.len() as u32, span));
                }
            }
            files.push(path);
        }
        let own = named(&folder.path, &name, ".journal").map_err(at(&folder.path))?;
        let (file, path) = own.keep().map_err(|error| at(&folder.path)(error.error))?;
        let journal = Journal::begin(file, &header).map_err(at(&path))?;
        files.push(path);
        let left = known.iter().filter(|place| place.is_none()).count() as u64;
        Ok(Some(Self {
            folder,
            shard,
            header,
            known,
            left,
            files,
            journal,
        }))
    }

    /// Points that are not measured, in their order, of those from `from` on.
    #[must_use]
    pub fn next_from(&self, from: u64) -> Option<u64> {
        let place = from
            .saturating_sub(self.shard.number)
            .div_ceil(self.shard.of);
        let mut behind =
            (place..self.known.len() as u64).filter(|at| self.known[*at as usize].is_none());
        behind
            .next()
            .map(|at| at * self.shard.of + self.shard.number)
    }

    /// Points of the shard.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.known.len() as u64
    }

    /// Points that are not measured.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// Whether another process has completed the shard.
    #[must_use]
    pub fn is_published(&self) -> bool {
        self.folder.complete(self.shard).is_ok()
    }

    /// Keeps the rows of a point.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn keep(&mut self, point: u64, rows: &[u8]) -> Result<(), ShardError> {
        let own = self.files.len() - 1;
        let span = self
            .journal
            .append(point, rows)
            .map_err(at(&self.files[own]))?;
        let place = &mut self.known[(point / self.shard.of) as usize];
        self.left -= u64::from(place.is_none());
        *place = Some((own as u32, span));
        Ok(())
    }

    /// Waits until what is kept is on the disk; the time of the file is then now.
    ///
    /// # Errors
    /// The disk is full, or the like.
    pub fn sync(&mut self) -> Result<(), ShardError> {
        let own = self.files.len() - 1;
        self.journal.sync().map_err(at(&self.files[own]))
    }

    /// The file that this process writes.
    pub fn file(&mut self) -> &mut File {
        self.journal.file()
    }

    /// Makes a file of the complete shard, its points in order, and removes what it was made from.
    ///
    /// # Errors
    /// The disk is full, or the like: then no such file is there, and everything is as before.
    ///
    /// # Panics
    /// Where points are left.
    pub fn publish(mut self) -> Result<(), ShardError> {
        assert_eq!(self.left, 0, "every point is measured");
        let done = self.folder.done(self.shard);
        let mut tries = 0;
        while let Err(error) = self
            .written()
            .and_then(|temporary| publish(temporary, &done))
        {
            tries += 1;
            // another process has cleared away what this one was about to read, or had written
            let cleared = error.kind() == io::ErrorKind::NotFound;
            if cleared && self.is_published() {
                break;
            }
            if !cleared || tries == TRIES {
                return Err(at(&done)(error));
            }
        }
        for path in &self.files {
            drop(fs::remove_file(path));
        }
        Ok(())
    }

    fn written(&mut self) -> io::Result<NamedTempFile> {
        let mut header = self.header.clone();
        let spans = self.known.iter().flatten();
        header.complete = Some(Complete {
            points: self.known.len() as u64,
            bytes: spans.map(|(_, span)| span.length).sum(),
        });
        let mut files: Vec<Option<File>> = self.files.iter().map(|_| None).collect();
        let mut temporary = temporary(&self.folder.path, &self.shard.name())?;
        let mut out = BufWriter::new(temporary.as_file_mut());
        out.write_all(&header.line())?;
        let mut bytes = Vec::new();
        let own = self.files.len() - 1;
        for (file, span) in self.known.iter().flatten() {
            let file = *file as usize;
            let source = if file == own {
                self.journal.file()
            } else {
                match &mut files[file] {
                    Some(open) => open,
                    closed => closed.insert(File::open(&self.files[file])?),
                }
            };
            source.seek(SeekFrom::Start(span.offset))?;
            bytes.resize(span.length as usize, 0);
            source.read_exact(&mut bytes)?;
            out.write_all(&bytes)?;
        }
        out.flush()?;
        drop(out);
        Ok(temporary)
    }
}

/// The points of an earlier process; `None` where it computed them otherwise: they are computed again.
fn left_over(path: &Path, own: &Header) -> io::Result<Option<Vec<(u64, Span)>>> {
    match journal::header(path)? {
        Some((theirs, from)) if theirs.is_like(own) => journal::scan(path, from).map(Some),
        Some(_) => Ok(None),
        // it was killed before it had written the header
        None => Ok(Some(Vec::new())),
    }
}

//! A shard being worked on.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use tempfile::NamedTempFile;

use super::{Folder, Shard, ShardError, at, named, publish, temporary};
use crate::sweep::journal::{self, Complete, Header, Journal, Span};
use crate::sweep::points::Points;

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
            let found = journal::header(&path).map_err(at(&path))?;
            let from = match found {
                Some((theirs, from)) if theirs.is_like(&header) => from,
                // what was computed otherwise is computed again
                Some(_) => continue,
                // a process was killed before it had written the header
                None => u64::MAX,
            };
            for (point, span) in journal::scan(&path, from).map_err(at(&path))? {
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
        match self
            .written()
            .and_then(|temporary| publish(temporary, &done))
        {
            Ok(()) => {}
            // another process has cleared away what this one was about to read
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.is_published() => {}
            Err(error) => return Err(at(&done)(error)),
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

//! The files of all shards as one table, its points in order, in memory that does not grow with their number.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::PathBuf;

use crate::sweep::journal::{HEAD, Head, Header};
use crate::sweep::measure;
use crate::sweep::points::Points;
use crate::sweep::rows;
use crate::sweep::shard::{Folder, Shard, ShardError, State};
use crate::sweep::table::Table;

/// Bytes that are read ahead of all shards together.
const AHEAD: usize = 64 << 20;

/// Why shards make no table: what is wrong, what to do.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum MergeError {
    #[error(transparent)]
    Shard(#[from] ShardError),
    #[error(
        "{missing} of {of} shards of `{}` are not complete: {list}; run each again by its --shard I/{of}, or all of them by --array={list}",
        directory.display()
    )]
    Missing {
        missing: usize,
        of: u64,
        list: String,
        directory: PathBuf,
    },
    #[error(
        "shards of `{}` were computed differently, and their last digits differ: {groups}; set INITSCOPE_SIMD and use one version everywhere, remove the files of some and run these shards again",
        directory.display()
    )]
    Mixed { groups: String, directory: PathBuf },
    /// The table cannot be written.
    #[error("{0}")]
    Write(#[from] io::Error),
    #[error("interrupted")]
    Interrupted,
}

/// Numbers as a job array takes them: `1,5,7-9`.
#[must_use]
pub fn list(numbers: &[u64]) -> String {
    let runs = numbers.chunk_by(|a, b| a + 1 == *b);
    let words = runs.map(|run| match run {
        [one] => one.to_string(),
        [first, second] => format!("{first},{second}"),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    words.collect::<Vec<String>>().join(",")
}

/// Whether all shards are there and were computed alike; by what.
///
/// # Errors
/// They do not make a table: told with what to do.
pub fn check(folder: &Folder) -> Result<Header, MergeError> {
    let directory = folder.path().to_owned();
    let (mut missing, mut ways) = (Vec::new(), BTreeMap::<_, Vec<u64>>::new());
    let mut first = None;
    for (number, state) in (0..).zip(folder.states()?) {
        match state {
            State::Done(header) => {
                let way = format!("{} on {}", header.program, header.simd);
                ways.entry(way).or_default().push(number);
                first.get_or_insert(header);
            }
            State::Broken(error) => return Err(error.into()),
            State::Missing | State::Begun { .. } => missing.push(number),
        }
    }
    if ways.len() > 1 {
        let groups = ways
            .iter()
            .map(|(way, numbers)| format!("{way}: {}", list(numbers)));
        let groups = groups.collect::<Vec<String>>().join("; ");
        return Err(MergeError::Mixed { groups, directory });
    }
    first
        .filter(|_| missing.is_empty())
        .ok_or_else(|| MergeError::Missing {
            missing: missing.len(),
            of: folder.manifest().shards,
            list: list(&missing),
            directory,
        })
}

/// Writes every row of every point into a table, after [`check`], as long as nobody wants it to stop.
///
/// # Errors
/// A shard is broken, the table cannot be written, or it was stopped.
pub fn merge<W: io::Write + Send>(
    folder: &Folder,
    points: &Points,
    table: &mut Table<W>,
    stop: impl Fn() -> bool,
) -> Result<(), MergeError> {
    let shards: Vec<Shard> = folder.shards().collect();
    let ahead = (AHEAD / shards.len()).clamp(4096, 1 << 20);
    let mut sources: Vec<Source> = shards
        .into_iter()
        .map(|shard| Source::new(folder, shard, ahead))
        .collect::<Result<_, ShardError>>()?;
    let measured = points.columns().len() - points.heads()(0).len();
    let heads = points.heads();
    let of = sources.len() as u64;
    for point in 0..points.count() {
        if stop() {
            return Err(MergeError::Interrupted);
        }
        let head = heads(point);
        let mut bytes = Vec::new();
        let pieces = point * points.pieces()..(point + 1) * points.pieces();
        for unit in pieces.clone() {
            bytes.extend(sources[(unit % of) as usize].next(unit)?);
        }
        let source = &sources[(pieces.start % of) as usize];
        if points.grid().split.is_some() {
            let whole = points.point(point).ok();
            let whole = whole.and_then(|whole| measure::joined(whole, &bytes, points.grid().keep));
            bytes = whole.ok_or_else(|| source.broken("its draws are of another point"))?;
        }
        for row in rows::read(&bytes, measured) {
            let row = row.ok_or_else(|| source.broken("its rows are of another table"))?;
            table.row(head.iter().chain(&row))?;
        }
    }
    Ok(())
}

/// A complete shard that is read from its first record on, a piece at a time, and not held open.
struct Source {
    path: PathBuf,
    shard: Shard,
    /// Of the file, behind what is read.
    offset: u64,
    /// Read and not used.
    buffer: Vec<u8>,
    used: usize,
    ahead: usize,
}

impl Source {
    fn new(folder: &Folder, shard: Shard, ahead: usize) -> Result<Self, ShardError> {
        let path = folder.done(shard);
        Ok(Self {
            offset: folder.begin(shard)?,
            path,
            shard,
            buffer: Vec::new(),
            used: 0,
            ahead,
        })
    }

    fn broken(&self, why: &'static str) -> ShardError {
        ShardError::Broken {
            path: self.path.clone(),
            why,
            shard: self.shard.number,
        }
    }

    /// What is kept of its next unit.
    fn next(&mut self, unit: u64) -> Result<Vec<u8>, ShardError> {
        self.have(HEAD as usize)?;
        let bytes = self.buffer[self.used..].first_chunk().expect("there");
        let head = Head::read(bytes);
        self.used += HEAD as usize;
        if head.point != unit {
            return Err(self.broken("a unit is not where it belongs"));
        }
        let length = usize::try_from(head.length).unwrap_or(usize::MAX);
        self.have(length)?;
        let rows = self.buffer[self.used..self.used + length].to_vec();
        self.used += length;
        if !head.fits(&rows) {
            return Err(self.broken("a checksum does not fit"));
        }
        Ok(rows)
    }

    /// Reads on until so many bytes can be used.
    fn have(&mut self, bytes: usize) -> Result<(), ShardError> {
        if self.buffer.len() - self.used >= bytes {
            return Ok(());
        }
        self.buffer.drain(..self.used);
        self.used = 0;
        let more = bytes.max(self.ahead) - self.buffer.len();
        let read = File::open(&self.path).and_then(|mut file| {
            // a length that is no length asks for no memory
            let left = file.metadata()?.len().saturating_sub(self.offset);
            file.seek(SeekFrom::Start(self.offset))?;
            file.take(left.min(more as u64))
                .read_to_end(&mut self.buffer)
        });
        match read {
            Ok(read) => self.offset += read as u64,
            Err(why) => {
                let path = self.path.clone();
                return Err(ShardError::Io { path, why });
            }
        }
        if self.buffer.len() < bytes {
            return Err(self.broken("it is cut off"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_listed_as_a_job_array_takes_them() {
        assert_eq!(list(&[1, 5]), "1,5");
        assert_eq!(list(&[0, 1, 4, 5, 6, 9]), "0,1,4-6,9");
        assert_eq!(list(&[]), "");
    }
}

//! Rows of points in a file that a kill cannot spoil.
//!
//! A header, one line of JSON; then records: the number of the point, the length of its rows and their checksum (64 bits each, least
//! byte first), then the rows. A record is written by one call; what a killed process has written of its last is no record, because
//! the checksum says so, and is dropped by who reads it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash64;

use crate::math::simd;

/// The version of the files.
const SCHEMA: u32 = 1;
/// The longest header that is read.
const LONGEST_HEADER: u64 = 4096;
/// Bytes of a record before its rows.
pub const HEAD: u64 = 24;
/// The program and its version.
pub const PROGRAM: &str = concat!("initscope ", env!("CARGO_PKG_VERSION"));

/// What a file holds, and what computed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    schema: u32,
    /// Name and version of the program.
    pub program: String,
    /// The instruction set: the last digits depend on it.
    pub simd: String,
    /// The hash of the grid.
    pub grid: String,
    /// The shard.
    pub shard: u64,
    /// Of so many.
    pub of: u64,
    /// Points and bytes of all records; `None` while points are being added.
    pub complete: Option<Complete>,
}

/// What a file holds that is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Complete {
    /// Points.
    pub points: u64,
    /// Bytes of their records.
    pub bytes: u64,
}

impl Header {
    /// Of what this process computes.
    #[must_use]
    pub fn new(grid: &str, shard: u64, of: u64) -> Self {
        Self {
            schema: SCHEMA,
            program: PROGRAM.into(),
            simd: simd::name().into(),
            grid: grid.into(),
            shard,
            of,
            complete: None,
        }
    }

    /// Whether both were computed alike: their points can stand in one file.
    #[must_use]
    pub fn is_like(&self, other: &Self) -> bool {
        let complete = None;
        Self {
            complete,
            ..self.clone()
        } == Self {
            complete,
            ..other.clone()
        }
    }

    /// The line at the beginning of the file.
    #[must_use]
    pub fn line(&self) -> Vec<u8> {
        let mut line = serde_json::to_vec(self).expect("texts and whole numbers");
        line.push(b'\n');
        line
    }
}

/// Reads the header of a file; `None` where it has none of this program.
///
/// # Errors
/// The operating system's.
pub fn header(path: &Path) -> io::Result<Option<(Header, u64)>> {
    let mut line = Vec::new();
    let file = BufReader::new(File::open(path)?);
    file.take(LONGEST_HEADER).read_until(b'\n', &mut line)?;
    let header: Option<Header> = serde_json::from_slice(&line).ok();
    let header = header.filter(|header| header.schema == SCHEMA && line.ends_with(b"\n"));
    Ok(header.map(|header| (header, line.len() as u64)))
}

/// The record of a point.
#[must_use]
pub fn record(point: u64, rows: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD as usize + rows.len());
    bytes.extend(point.to_le_bytes());
    bytes.extend((rows.len() as u64).to_le_bytes());
    bytes.extend(checksum(point, rows).to_le_bytes());
    bytes.extend(rows);
    bytes
}

fn checksum(point: u64, rows: &[u8]) -> u64 {
    XxHash64::oneshot(point, rows)
}

/// What stands before the rows of a record.
#[derive(Clone, Copy, Debug)]
pub struct Head {
    /// The point.
    pub point: u64,
    /// Bytes of its rows.
    pub length: u64,
    checksum: u64,
}

impl Head {
    /// Reads it.
    #[must_use]
    pub fn read(bytes: &[u8; HEAD as usize]) -> Self {
        let word = |at: usize| {
            let word = bytes[at..at + 8].try_into().expect("eight bytes");
            u64::from_le_bytes(word)
        };
        Self {
            point: word(0),
            length: word(8),
            checksum: word(16),
        }
    }

    /// Whether these are its rows.
    #[must_use]
    pub fn fits(&self, rows: &[u8]) -> bool {
        self.length == rows.len() as u64 && self.checksum == checksum(self.point, rows)
    }
}

/// Where a record is in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub offset: u64,
    /// Bytes with its head.
    pub length: u64,
}

/// The whole records of a file with their points, from a byte on, up to the first that is torn.
///
/// # Errors
/// The operating system's.
pub fn scan(path: &Path, from: u64) -> io::Result<Vec<(u64, Span)>> {
    let mut file = File::open(path)?;
    let end = file.metadata()?.len();
    file.seek(SeekFrom::Start(from))?;
    let mut file = BufReader::new(file);
    let (mut offset, mut found, mut rows) = (from, Vec::new(), Vec::new());
    while end.saturating_sub(offset) >= HEAD {
        let mut bytes = [0; HEAD as usize];
        file.read_exact(&mut bytes)?;
        let head = Head::read(&bytes);
        if head.length > end - offset - HEAD {
            break;
        }
        rows.resize(head.length as usize, 0);
        file.read_exact(&mut rows)?;
        if !head.fits(&rows) {
            break;
        }
        let length = HEAD + head.length;
        found.push((head.point, Span { offset, length }));
        offset += length;
    }
    Ok(found)
}

/// A file that grows by a record for every point.
#[derive(Debug)]
pub struct Journal {
    file: File,
    end: u64,
}

impl Journal {
    /// Begins an empty file.
    ///
    /// # Errors
    /// The operating system's.
    pub fn begin(mut file: File, header: &Header) -> io::Result<Self> {
        let line = header.line();
        file.write_all(&line)?;
        let end = line.len() as u64;
        Ok(Self { file, end })
    }

    /// Adds the rows of a point, and says where they are.
    ///
    /// # Errors
    /// The operating system's; then the file ends as before, or with a record that is torn.
    pub fn append(&mut self, point: u64, rows: &[u8]) -> io::Result<Span> {
        let bytes = record(point, rows);
        self.file.write_all(&bytes)?;
        let span = Span {
            offset: self.end,
            length: bytes.len() as u64,
        };
        self.end += span.length;
        Ok(span)
    }

    /// Waits until everything is on the disk, and is known to be worked on.
    ///
    /// # Errors
    /// The operating system's.
    pub fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()
    }

    /// The file.
    #[must_use]
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_ends_anywhere_holds_the_records_before() {
        let header = Header::new("0123", 0, 1);
        let begun = tempfile::NamedTempFile::new().expect("a file");
        let mut journal = Journal::begin(begun.reopen().expect("open"), &header).expect("room");
        let start = journal.end;
        let rows: Vec<Vec<u8>> = (0..5_u8).map(|n| vec![n; usize::from(n) * 7]).collect();
        let spans: Vec<Span> = (0..)
            .zip(&rows)
            .map(|(point, rows)| journal.append(point, rows).expect("room"))
            .collect();
        let whole = std::fs::read(begun.path()).expect("readable");
        let (known, from) = super::header(begun.path()).expect("readable").expect("one");
        assert_eq!((&known, from), (&header, start));
        for end in start as usize..=whole.len() {
            std::fs::write(begun.path(), &whole[..end]).expect("room");
            let found = scan(begun.path(), from).expect("readable");
            let before = spans.iter().filter(|s| s.offset + s.length <= end as u64);
            assert_eq!(found.len(), before.count(), "{end}");
        }
        for torn in 0..start as usize {
            std::fs::write(begun.path(), &whole[..torn]).expect("room");
            assert_eq!(super::header(begun.path()).expect("readable"), None);
        }
    }

    #[test]
    fn a_changed_bit_ends_what_is_believed() {
        let begun = tempfile::NamedTempFile::new().expect("a file");
        let header = Header::new("0123", 0, 1);
        let mut journal = Journal::begin(begun.reopen().expect("open"), &header).expect("room");
        let start = journal.end;
        for point in 0..3 {
            journal.append(point, &[1, 2, 3]).expect("room");
        }
        let mut bytes = std::fs::read(begun.path()).expect("readable");
        let second = start as usize + HEAD as usize + 3;
        bytes[second + HEAD as usize] ^= 1;
        std::fs::write(begun.path(), bytes).expect("room");
        assert_eq!(scan(begun.path(), start).expect("readable").len(), 1);
    }
}

//! The lines of a text file as cells, in memory that does not grow: separators are told from the beginning of the file.

use std::io::Read;

use csv_core::ReadRecordResult;

use crate::net::input::InputError;
use crate::net::input::data::MAX_COLUMNS;

/// The longest cell, in bytes.
pub(super) const LONGEST_CELL: usize = 4 << 10;
/// The longest line: [`MAX_COLUMNS`] numbers of 64 characters.
const LONGEST_LINE: usize = 1 << 20;
/// The longest file.
pub(super) const LONGEST_FILE: u64 = 2 << 30;
/// What is read at once, and looked at to tell the separator.
const CHUNK: usize = 64 << 10;
/// Lines that are looked at to tell the separator.
const LOOKED_AT: usize = 8;

/// Cells line by line.
pub(super) struct Lines<'p, R> {
    path: &'p str,
    input: R,
    separator: u8,
    core: csv_core::Reader,
    chunk: Vec<u8>,
    /// What of the chunk is not yet taken.
    left: std::ops::Range<usize>,
    over: bool,
    read: u64,
    /// Line that comes next, from 1.
    line: usize,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

impl<'p, R: Read> Lines<'p, R> {
    pub(super) fn new(path: &'p str, input: R) -> Result<Self, InputError> {
        let mut lines = Self {
            path,
            input,
            separator: b',',
            core: csv_core::Reader::new(),
            chunk: vec![0; CHUNK],
            left: 0..0,
            over: false,
            read: 0,
            line: 1,
            cells: vec![0; LONGEST_LINE],
            ends: vec![0; MAX_COLUMNS + 2],
        };
        lines.fill()?;
        lines.separator = separator(&lines.chunk[lines.left.clone()]);
        lines.core = csv_core::ReaderBuilder::new()
            .delimiter(lines.separator)
            .build();
        Ok(lines)
    }

    /// What stands between two cells.
    pub(super) fn separator(&self) -> u8 {
        self.separator
    }

    /// The next chunk of the file, whole where the file has as much.
    fn fill(&mut self) -> Result<(), InputError> {
        let mut filled = 0;
        while filled < CHUNK && !self.over {
            let got = self
                .input
                .read(&mut self.chunk[filled..])
                .map_err(|error| InputError::Unreadable {
                    path: self.path.to_owned(),
                    reason: error.to_string(),
                })?;
            self.over = got == 0;
            filled += got;
        }
        self.read += filled as u64;
        if self.read > LONGEST_FILE {
            return Err(self.too_long("the file", "2 GiB"));
        }
        self.left = 0..filled;
        Ok(())
    }

    fn too_long(&self, what: &'static str, limit: &'static str) -> InputError {
        InputError::Long {
            path: self.path.to_owned(),
            line: self.line,
            what,
            limit,
        }
    }

    /// The next line that is not blank, with its number; its last cell may be empty, as all others.
    pub(super) fn next(&mut self) -> Result<Option<(usize, Cells<'_>)>, InputError> {
        loop {
            let Some((line, used, count)) = self.record()? else {
                return Ok(None);
            };
            let blank = self.cells_of(used, count).iter().all(|c| c.is_empty());
            if !(blank && (self.separator == b' ' || count == 1)) {
                return Ok(Some((line, self.cells_of(used, count))));
            }
        }
    }

    /// The cells of the line that was read last, from its bytes and how many they are.
    fn cells_of(&self, used: usize, count: usize) -> Cells<'_> {
        Cells {
            bytes: &self.cells[..used],
            ends: &self.ends[..count],
            blanks: self.separator == b' ',
        }
    }

    /// The next line that is not empty: its number, its bytes and its cells.
    fn record(&mut self) -> Result<Option<(usize, usize, usize)>, InputError> {
        // csv_core skips empty lines, too, but does not say how many
        loop {
            if self.left.is_empty() {
                if self.over {
                    return Ok(None);
                }
                self.fill()?;
                continue;
            }
            match self.chunk[self.left.start] {
                b'\n' => self.line += 1,
                b'\r' => {}
                _ => break,
            }
            self.left.start += 1;
        }
        let line = self.line;
        let (mut used, mut count) = (0, 0);
        loop {
            if self.left.is_empty() && !self.over {
                self.fill()?;
            }
            let input = &self.chunk[self.left.clone()];
            let (result, taken, written, ended) =
                self.core
                    .read_record(input, &mut self.cells[used..], &mut self.ends[count..]);
            self.line += input[..taken].iter().filter(|b| **b == b'\n').count();
            self.left.start += taken;
            (used, count) = (used + written, count + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => return Ok(Some((line, used, count))),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull => {
                    self.line = line;
                    return Err(self.too_long("this line", "1 MiB"));
                }
                ReadRecordResult::OutputEndsFull => {
                    self.line = line;
                    return Err(self.too_long("this line", "16384 cells"));
                }
            }
        }
    }
}

/// The cells of one line.
pub(super) struct Cells<'l> {
    bytes: &'l [u8],
    ends: &'l [usize],
    /// Several blanks are one separator.
    blanks: bool,
}

impl<'l> Cells<'l> {
    /// Each without the blanks around it.
    pub(super) fn iter(&self) -> impl Iterator<Item = std::borrow::Cow<'l, str>> + use<'l> {
        let (bytes, ends, blanks) = (self.bytes, self.ends, self.blanks);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        let cells = starts.zip(ends).map(move |(start, end)| {
            let cell = &bytes[start..*end];
            match std::str::from_utf8(cell) {
                Ok(text) => text.trim().into(),
                Err(_) => String::from_utf8_lossy(cell).trim().to_owned().into(),
            }
        });
        cells.filter(move |cell: &std::borrow::Cow<'_, str>| !blanks || !cell.is_empty())
    }
}

/// What separates the cells of a text that begins like this: the first of tab, semicolon, comma and blank that every line has, else
/// a comma.
fn separator(start: &[u8]) -> u8 {
    const KNOWN: [u8; 4] = [b'\t', b';', b',', b' '];
    let mut everywhere = [true; 4];
    let mut here = [0_usize; 4];
    let (mut lines, mut quoted, mut blank) = (0, false, true);
    let mut close = |here: &mut [usize; 4], everywhere: &mut [bool; 4]| {
        for (all, count) in everywhere.iter_mut().zip(here.iter_mut()) {
            *all &= std::mem::take(count) > 0;
        }
        lines += 1;
        lines == LOOKED_AT
    };
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if !blank && close(&mut here, &mut everywhere) {
                    blank = true;
                    break;
                }
                blank = true;
                continue;
            }
            _ if quoted => {}
            // blanks at the edge of a line or beside another separator part nothing
            b' ' => here[3] += usize::from(!blank),
            _ => {
                if let Some(known) = KNOWN.iter().position(|known| known == byte) {
                    here[known] += 1;
                }
            }
        }
        blank &= *byte == b' ';
    }
    if !blank {
        close(&mut here, &mut everywhere);
    }
    // before any line there is nothing to tell
    let any = lines > 0;
    let found = KNOWN.iter().zip(everywhere).find(|(_, all)| *all && any);
    found.map_or(b',', |(known, _)| *known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_separator_is_what_every_line_has() {
        for (text, expected) in [
            ("", b','),
            ("1\n2\n", b','),
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2\n", b';'),
            ("a\tb\n1;5\t2\n", b'\t'),
            ("temp; C,x\n1,2\n", b','),
            ("\"a;b\",c\n\"d;e\",f", b','),
            ("1 2\n3 4\n", b' '),
            ("1, 2\n3, 4\n", b','),
            ("\n\r\n1;2\r\n\r\n", b';'),
        ] {
            assert_eq!(separator(text.as_bytes()), expected, "{text:?}");
        }
    }
}

//! Tables in CSV and JSON lines. A file is read twice: to count its lines, then to take them in.

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek};

use csv_core::ReadRecordResult;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::CubeError;
use super::filling::{Filling, Found};

/// Bytes of a line at most.
const LONGEST_LINE: usize = 1 << 20;
/// Columns at most.
const MOST_COLUMNS: usize = 256;

fn wrong(line: u64, why: &str) -> CubeError {
    CubeError::Foreign(format!("line {line} {why}"))
}

/// TextLines and bytes of a file, which is read from its beginning again.
fn counted(file: &mut File) -> Result<(u64, u64), CubeError> {
    let mut chunk = vec![0; 64 << 10];
    let (mut lines, mut bytes, mut begun) = (0, 0, 0);
    loop {
        let read = file.read(&mut chunk)?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        for line in chunk[..read].split_inclusive(|byte| *byte == b'\n') {
            begun += line.len();
            if begun > LONGEST_LINE {
                return Err(wrong(lines + 1, "is longer than 1 MiB"));
            }
            if line.ends_with(b"\n") {
                lines += 1;
                begun = 0;
            }
        }
    }
    file.rewind()?;
    Ok((lines + u64::from(begun > 0), bytes))
}

/// TextLines of a file with their numbers, from 1.
struct TextLines {
    file: BufReader<File>,
    line: Vec<u8>,
    number: u64,
}

impl TextLines {
    fn new(file: File) -> Self {
        Self {
            file: BufReader::with_capacity(1 << 16, file),
            line: Vec::new(),
            number: 0,
        }
    }

    /// The next one without its end, and its number.
    fn next(&mut self) -> Result<Option<(u64, &str)>, CubeError> {
        self.line.clear();
        self.number += 1;
        // a file that grows meanwhile
        let most = LONGEST_LINE as u64 + 1;
        let read = (&mut self.file)
            .take(most)
            .read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(None);
        }
        let text = std::str::from_utf8(&self.line);
        let text = text.map_err(|_| wrong(self.number, "is not UTF-8"))?;
        Ok(Some((self.number, text.trim_end_matches(['\n', '\r']))))
    }
}

/// A table in CSV.
pub(super) fn csv(mut file: File) -> Result<Filling, CubeError> {
    let (lines, bytes) = counted(&mut file)?;
    let mut lines_of = TextLines::new(file);
    let mut cells = Cells::new();
    let (_, head) = lines_of.next()?.unwrap_or_default();
    let names = cells.read(head).unwrap_or(0);
    let names = (0..names).map(|n| cells.get(n).to_owned()).collect();
    let mut filling = Filling::new(names, lines.saturating_sub(1), bytes)?;
    let columns = filling.names.len();
    loop {
        let Some((number, line)) = lines_of.next()? else {
            return Ok(filling);
        };
        let found = cells.read(line);
        let found =
            found.ok_or_else(|| wrong(number, "has no end of a quote, or too many cells"))?;
        if found != columns {
            return Err(wrong(
                number,
                &format!("has {found} cells, the first {columns}"),
            ));
        }
        for column in 0..columns {
            if !filling.push_text(column, cells.get(column)) {
                return Err(not_of_its_kind(&filling, column, number));
            }
        }
        filling.end_rows(1)?;
    }
}

fn not_of_its_kind(filling: &Filling, column: usize, line: u64) -> CubeError {
    let name = &filling.names[column];
    wrong(
        line,
        &format!("has something in `{name}` that is not of its kind"),
    )
}

/// The cells of a line.
struct Cells {
    reader: csv_core::Reader,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Cells {
    fn new() -> Self {
        Self {
            // the default of a reader is none that reads
            reader: csv_core::Reader::new(),
            text: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// Takes a line apart; how many cells it has, `None` where it is none.
    fn read(&mut self, line: &str) -> Option<usize> {
        self.text.resize(line.len().max(1), 0);
        self.ends.resize(MOST_COLUMNS, 0);
        let reader = &mut self.reader;
        reader.reset();
        let (result, taken, mut used, mut count) =
            reader.read_record(line.as_bytes(), &mut self.text, &mut self.ends);
        let mut last = result;
        if last == ReadRecordResult::InputEmpty && taken == line.len() {
            // the end of the line
            let (result, _, more, ended) =
                reader.read_record(b"\n", &mut self.text[used..], &mut self.ends[count..]);
            (last, used, count) = (result, used + more, count + ended);
        }
        let whole = last == ReadRecordResult::Record;
        let text = whole.then(|| std::str::from_utf8(&self.text[..used]).is_ok());
        (text == Some(true)).then_some(count)
    }

    fn get(&self, cell: usize) -> &str {
        let begin = cell.checked_sub(1).map_or(0, |before| self.ends[before]);
        std::str::from_utf8(&self.text[begin..self.ends[cell]]).unwrap_or_default()
    }
}

/// A table in JSON lines.
pub(super) fn lines(mut file: File) -> Result<Filling, CubeError> {
    let (count, bytes) = counted(&mut file)?;
    let mut lines = TextLines::new(file);
    let mut filling: Option<Filling> = None;
    while let Some((number, line)) = lines.next()? {
        let object: Result<Object<'_>, _> = serde_json::from_str(line);
        let Object(object) =
            object.map_err(|error| wrong(number, &format!("is no row: {error}")))?;
        let filling = match &mut filling {
            Some(filling) => filling,
            None => {
                let names = object.iter().map(|(name, _)| name.to_string()).collect();
                filling.insert(Filling::new(names, count, bytes)?)
            }
        };
        let same = object.len() == filling.names.len()
            && object.iter().zip(&filling.names).all(|(a, b)| a.0 == *b);
        if !same {
            return Err(wrong(number, "has other names than the first"));
        }
        for (column, (_, scalar)) in object.iter().enumerate() {
            let found = match scalar {
                Scalar::Null => Found::Nothing,
                Scalar::Integer(number) => Found::Integer(*number),
                Scalar::Number(number) => Found::Number(*number),
                Scalar::Text(text) => Found::Text(text),
            };
            if !filling.push(column, found) {
                return Err(not_of_its_kind(filling, column, number));
            }
        }
        filling.end_rows(1)?;
    }
    filling.ok_or(CubeError::Empty)
}

/// The names and values of a line, in their order.
struct Object<'a>(Vec<(Cow<'a, str>, Scalar<'a>)>);

/// A value that is no list and no object.
enum Scalar<'a> {
    Null,
    Integer(i64),
    Number(f64),
    Text(Cow<'a, str>),
}

impl<'de> Deserialize<'de> for Object<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Object<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Object<'de>, M::Error> {
                let mut entries = Vec::new();
                while let Some(Scalar::Text(name)) = map.next_key()? {
                    if entries.len() < MOST_COLUMNS {
                        entries.push((name, map.next_value()?));
                    } else {
                        return Err(serde::de::Error::custom("too many names"));
                    }
                }
                Ok(Object(entries))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for Scalar<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Value;
        impl<'de> Visitor<'de> for Value {
            type Value = Scalar<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number, a text or null")
            }

            fn visit_unit<E>(self) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Null)
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Integer(number))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar<'de>, E> {
                Ok(match i64::try_from(number) {
                    Ok(number) => Scalar::Integer(number),
                    Err(_) => Scalar::Text(number.to_string().into()),
                })
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Number(number))
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(text.into()))
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar<'de>, E> {
                Ok(Scalar::Text(text.to_owned().into()))
            }
        }
        deserializer.deserialize_any(Value)
    }
}

//! Tables in files.
//!
//! | format | numbers | nothing in a cell |
//! | --- | --- | --- |
//! | CSV | the shortest decimals that read back as the same double; `inf`, `-inf`, `nan` | empty |
//! | JSON lines | an object a line; what is infinite or not a number is `null` | `null` |
//! | Parquet | doubles and whole numbers of 64 bits as they are | null |
//!
//! A Parquet file has what its numbers depend on in its metadata: [`About`].

mod parquet;

use std::io::{self, BufWriter, Write};

use parquet::Parquet;

use crate::sweep::columns::{Cell, Column};
use crate::sweep::journal::Header;
use crate::sweep::points::Points;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A line a row, commas between cells.
    Csv,
    /// An object of JSON a line.
    Lines,
    /// Columns, compressed.
    Parquet,
}

impl Format {
    /// Every format with its name, which is the end of the name of its files, too.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("csv", Self::Csv),
        ("jsonl", Self::Lines),
        ("parquet", Self::Parquet),
    ];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = Self::NAMES.iter();
        all.copied()
            .find(|(known, _)| *known == name)
            .map(|(_, format)| format)
    }
}

/// The version of the tables: a change that could break a reader makes it larger.
pub const SCHEMA: u32 = 1;
/// The longest grid that stands in the metadata of a table.
const LONGEST_GRID: usize = 64 << 10;

/// What the numbers of a table depend on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// Name and version of the program.
    pub program: String,
    /// The instruction set.
    pub simd: String,
    /// The hash of the resolved grid.
    pub hash: String,
    /// The seed that no axis changes.
    pub seed: u64,
    /// The resolved grid as JSON.
    pub grid: String,
}

impl About {
    /// Of the points of a grid, computed by what a shard says.
    #[must_use]
    pub fn new(points: &Points, by: &Header) -> Self {
        Self {
            program: by.program.clone(),
            simd: by.simd.clone(),
            hash: points.hash().into(),
            seed: points.seed(),
            grid: points.grid().document(),
        }
    }

    /// Keys and values of the metadata; a long grid is left out.
    #[must_use]
    pub fn entries(&self) -> Vec<(&'static str, String)> {
        let mut entries = vec![
            ("initscope.schema", SCHEMA.to_string()),
            ("initscope.program", self.program.clone()),
            ("initscope.simd", self.simd.clone()),
            ("initscope.grid_hash", self.hash.clone()),
            ("initscope.seed", self.seed.to_string()),
        ];
        if self.grid.len() <= LONGEST_GRID {
            entries.push(("initscope.grid", self.grid.clone()));
        }
        entries
    }
}

/// A table being written.
#[derive(Debug)]
pub struct Table<W: Write + Send> {
    columns: Vec<Column>,
    writer: Writer<W>,
}

#[derive(Debug)]
enum Writer<W: Write + Send> {
    Csv(BufWriter<W>),
    Lines(BufWriter<W>),
    Parquet(Box<Parquet<W>>),
}

impl<W: Write + Send> Table<W> {
    /// Begins one with these columns.
    ///
    /// # Errors
    /// The operating system's.
    pub fn begin(format: Format, columns: Vec<Column>, about: &About, out: W) -> io::Result<Self> {
        let writer = match format {
            Format::Csv => {
                let mut out = BufWriter::new(out);
                let names = columns.iter().map(|column| &*column.name);
                writeln!(out, "{}", names.collect::<Vec<&str>>().join(","))?;
                Writer::Csv(out)
            }
            Format::Lines => Writer::Lines(BufWriter::new(out)),
            Format::Parquet => Writer::Parquet(Box::new(Parquet::begin(&columns, about, out)?)),
        };
        Ok(Self { columns, writer })
    }

    /// Adds a row: a cell for each column.
    ///
    /// # Errors
    /// The operating system's.
    pub fn row<'c>(&mut self, cells: impl Iterator<Item = &'c Cell>) -> io::Result<()> {
        match &mut self.writer {
            Writer::Csv(out) => {
                for (place, cell) in cells.enumerate() {
                    if place > 0 {
                        out.write_all(b",")?;
                    }
                    csv_cell(out, cell)?;
                }
                out.write_all(b"\n")
            }
            Writer::Lines(out) => {
                for (place, (column, cell)) in self.columns.iter().zip(cells).enumerate() {
                    let before = if place == 0 { '{' } else { ',' };
                    write!(out, "{before}\"{}\":", column.name)?;
                    json_cell(out, cell)?;
                }
                out.write_all(b"}\n")
            }
            Writer::Parquet(file) => file.row(cells),
        }
    }

    /// Ends the table, and gives back what it was written to.
    ///
    /// # Errors
    /// The operating system's.
    pub fn finish(self) -> io::Result<W> {
        match self.writer {
            Writer::Csv(out) | Writer::Lines(out) => {
                out.into_inner().map_err(io::IntoInnerError::into_error)
            }
            Writer::Parquet(file) => file.finish(),
        }
    }
}

/// A cell in CSV, quoted where it needs it.
#[must_use]
pub fn csv_text(cell: &Cell) -> String {
    let mut bytes = Vec::new();
    let written = csv_cell(&mut bytes, cell);
    written.map_or_else(
        |_| String::new(),
        |()| String::from_utf8_lossy(&bytes).into_owned(),
    )
}

fn csv_cell(out: &mut impl Write, cell: &Cell) -> io::Result<()> {
    match cell {
        Cell::Missing => Ok(()),
        Cell::Integer(number) => write!(out, "{number}"),
        Cell::Number(number) if number.is_nan() => out.write_all(b"nan"),
        Cell::Number(number) => write!(out, "{number}"),
        Cell::Text(text) if text.contains([',', '"', '\n', '\r']) => {
            write!(out, "\"{}\"", text.replace('"', "\"\""))
        }
        Cell::Text(text) => out.write_all(text.as_bytes()),
    }
}

fn json_cell(out: &mut impl Write, cell: &Cell) -> io::Result<()> {
    match cell {
        Cell::Integer(number) => write!(out, "{number}"),
        Cell::Number(number) if number.is_finite() => Ok(serde_json::to_writer(out, number)?),
        Cell::Text(text) => Ok(serde_json::to_writer(out, text)?),
        Cell::Missing | Cell::Number(_) => out.write_all(b"null"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> String {
        let columns = vec![
            Column::integer("point"),
            Column::text("activation"),
            Column::number("rate"),
        ];
        let about = About {
            program: "initscope".into(),
            simd: "baseline".into(),
            hash: "0123".into(),
            seed: 0,
            grid: "{}".into(),
        };
        let mut table = Table::begin(format, columns, &about, Vec::new()).expect("memory");
        let rows = [
            [
                Cell::Integer(0),
                Cell::Text("max(x, \"y\")".into()),
                Cell::Number(1e-7),
            ],
            [
                Cell::Integer(1),
                Cell::Missing,
                Cell::Number(f64::NEG_INFINITY),
            ],
            [
                Cell::Integer(2),
                Cell::Text("relu".into()),
                Cell::Number(f64::NAN),
            ],
        ];
        for row in &rows {
            table.row(row.iter()).expect("memory");
        }
        String::from_utf8(table.finish().expect("memory")).expect("UTF-8")
    }

    #[test]
    fn csv_quotes_what_needs_it_and_keeps_infinities() {
        assert_eq!(
            written(Format::Csv),
            "point,activation,rate\n0,\"max(x, \"\"y\"\")\",0.0000001\n1,,-inf\n2,relu,nan\n"
        );
    }

    #[test]
    fn a_line_of_json_has_every_column() {
        assert_eq!(
            written(Format::Lines),
            "{\"point\":0,\"activation\":\"max(x, \\\"y\\\")\",\"rate\":1e-7}\n\
             {\"point\":1,\"activation\":null,\"rate\":null}\n\
             {\"point\":2,\"activation\":\"relu\",\"rate\":null}\n"
        );
    }
}

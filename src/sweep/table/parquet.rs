//! Tables in Parquet, without Arrow: numbers split into streams of bytes, whole numbers as differences, words by a dictionary, all of it
//! compressed by Snappy.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::About;
use crate::sweep::columns::{Cell, Column, ColumnKind};

/// Cells of a row group, which stay in memory until it is written.
const GROUP: usize = 4 << 20;
/// Rows of a row group at least.
const LEAST: usize = 1024;

/// What stands in one column of a row group.
#[derive(Debug)]
enum Values {
    Integers(Vec<i64>),
    Numbers(Vec<f64>),
    Texts(Vec<ByteArray>),
}

/// A column of a row group: its values, and for each row 1 where it has one.
#[derive(Debug)]
struct Chunk {
    values: Values,
    present: Vec<i16>,
}

impl Chunk {
    fn new(kind: ColumnKind) -> Self {
        let values = match kind {
            ColumnKind::Integer => Values::Integers(Vec::new()),
            ColumnKind::Number => Values::Numbers(Vec::new()),
            ColumnKind::Text => Values::Texts(Vec::new()),
        };
        Self {
            values,
            present: Vec::new(),
        }
    }

    fn push(&mut self, cell: &Cell) {
        let fits = match (&mut self.values, cell) {
            (Values::Integers(all), Cell::Integer(number)) => {
                all.push(*number);
                true
            }
            (Values::Numbers(all), Cell::Number(number)) => {
                all.push(*number);
                true
            }
            (Values::Texts(all), Cell::Text(text)) => {
                all.push(ByteArray::from(&**text));
                true
            }
            _ => false,
        };
        self.present.push(i16::from(fits));
    }

    fn write<W: Write + Send>(
        &self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<(), ParquetError> {
        let column = group.next_column()?;
        let mut column = column.ok_or_else(|| ParquetError::General("a column too many".into()))?;
        let present = Some(&self.present[..]);
        match &self.values {
            Values::Integers(all) => column.typed::<Int64Type>().write_batch(all, present, None),
            Values::Numbers(all) => column.typed::<DoubleType>().write_batch(all, present, None),
            Values::Texts(all) => column
                .typed::<ByteArrayType>()
                .write_batch(all, present, None),
        }?;
        column.close()
    }

    fn clear(&mut self) {
        self.present.clear();
        match &mut self.values {
            Values::Integers(all) => all.clear(),
            Values::Numbers(all) => all.clear(),
            Values::Texts(all) => all.clear(),
        }
    }
}

/// A Parquet file being written.
pub(super) struct Parquet<W: Write + Send> {
    file: SerializedFileWriter<W>,
    chunks: Vec<Chunk>,
    rows: usize,
    most: usize,
}

impl<W: Write + Send> std::fmt::Debug for Parquet<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parquet")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn begin(columns: &[Column], about: &About, out: W) -> io::Result<Self> {
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(about.program.clone())
            .set_key_value_metadata(Some(
                about
                    .entries()
                    .into_iter()
                    .map(|(key, value)| KeyValue::new(key.to_owned(), value))
                    .collect(),
            ));
        for column in columns {
            let path = || ColumnPath::from(&*column.name);
            let encoding = match column.kind {
                ColumnKind::Integer => Encoding::DELTA_BINARY_PACKED,
                ColumnKind::Number => Encoding::BYTE_STREAM_SPLIT,
                ColumnKind::Text => continue,
            };
            properties = properties
                .set_column_dictionary_enabled(path(), false)
                .set_column_encoding(path(), encoding);
        }
        let fields = columns.iter().map(|column| field(column).map(Arc::new));
        let schema = fields.collect::<Result<Vec<_>, _>>().and_then(|fields| {
            let group = Type::group_type_builder("initscope").with_fields(fields);
            group.build()
        });
        let schema = schema.map_err(told)?;
        let file = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties.build()));
        Ok(Self {
            file: file.map_err(told)?,
            chunks: columns
                .iter()
                .map(|column| Chunk::new(column.kind))
                .collect(),
            rows: 0,
            most: (GROUP / columns.len().max(1)).max(LEAST),
        })
    }

    pub(super) fn row<'c>(&mut self, cells: impl Iterator<Item = &'c Cell>) -> io::Result<()> {
        for (chunk, cell) in self.chunks.iter_mut().zip(cells) {
            chunk.push(cell);
        }
        self.rows += 1;
        if self.rows < self.most {
            return Ok(());
        }
        self.group().map_err(told)
    }

    fn group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for chunk in &mut self.chunks {
            chunk.write(&mut group)?;
            chunk.clear();
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> io::Result<W> {
        if self.rows > 0 {
            self.group().map_err(told)?;
        }
        self.file.into_inner().map_err(told)
    }
}

fn field(column: &Column) -> Result<Type, ParquetError> {
    let (physical, logical) = match column.kind {
        ColumnKind::Integer => (PhysicalType::INT64, None),
        ColumnKind::Number => (PhysicalType::DOUBLE, None),
        ColumnKind::Text => (PhysicalType::BYTE_ARRAY, Some(LogicalType::String)),
    };
    Type::primitive_type_builder(&column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()
}

/// The error of the operating system where there was one.
fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

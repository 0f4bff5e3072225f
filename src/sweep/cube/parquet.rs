//! Tables in Parquet: a column of a row group after the other.

use std::fs::File;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use super::CubeError;
use super::filling::{Filling, Found};
use crate::sweep::grid::Grid;
use crate::sweep::points::Points;

/// Rows that are decoded at once.
const BATCH: usize = 8192;

impl From<ParquetError> for CubeError {
    fn from(error: ParquetError) -> Self {
        Self::Foreign(error.to_string())
    }
}

/// A table in Parquet.
pub(super) fn read(file: File) -> Result<Filling, CubeError> {
    let reader = SerializedFileReader::new(file)?;
    let metadata = reader.metadata();
    let schema = metadata.file_metadata().schema_descr();
    let columns = schema.columns();
    let flat = |column: &parquet::schema::types::ColumnDescPtr| {
        column.path().parts().len() == 1
            && column.max_rep_level() == 0
            && column.max_def_level() < 2
    };
    if !columns.iter().all(flat) {
        return Err(CubeError::Foreign("its columns are not flat".into()));
    }
    let names: Vec<String> = columns
        .iter()
        .map(|column| column.name().to_owned())
        .collect();
    let rows = u64::try_from(metadata.file_metadata().num_rows()).unwrap_or(u64::MAX);
    // of the network of each row, which alone is kept as it is
    let networks = names.iter().position(|name| name == "network");
    let texts = networks.map_or(0, |column| {
        let groups = metadata
            .row_groups()
            .iter()
            .map(|group| group.column(column));
        let bytes = groups.map(|column| {
            let plain = column.unencoded_byte_array_data_bytes();
            plain.unwrap_or(column.uncompressed_size()).max(0) as u64
        });
        bytes.fold(0, u64::saturating_add)
    });
    let mut filling = Filling::new(names, rows, texts)?;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(usize::MAX);
        for (column, description) in columns.iter().enumerate() {
            let optional = description.max_def_level() > 0;
            let mut target = Target {
                filling: &mut filling,
                column,
                rows,
                optional,
            };
            match group.get_column_reader(column)? {
                ColumnReader::Int64ColumnReader(reader) => {
                    target.fill(reader, |number| Some(Found::Integer(*number)))?;
                }
                ColumnReader::DoubleColumnReader(reader) => {
                    target.fill(reader, |number| Some(Found::Number(*number)))?;
                }
                ColumnReader::ByteArrayColumnReader(reader) => {
                    target.fill(reader, |bytes| bytes.as_utf8().ok().map(Found::Text))?;
                }
                _ => return Err(target.wrong()),
            }
        }
        filling.end_rows(rows)?;
    }
    if filling.rows as u64 != rows {
        return Err(CubeError::Foreign("it is cut off".into()));
    }
    if !filling.has_networks() {
        let entries = metadata.file_metadata().key_value_metadata();
        let grid = entries
            .into_iter()
            .flatten()
            .find(|entry| entry.key == "initscope.grid");
        let grid =
            grid.and_then(|entry| serde_json::from_str::<Grid>(entry.value.as_deref()?).ok());
        // its data files may be elsewhere
        filling.grid = grid.and_then(|grid| Points::new(grid).ok());
    }
    Ok(filling)
}

/// A column of a row group on its way.
struct Target<'a> {
    filling: &'a mut Filling,
    column: usize,
    rows: usize,
    /// Whether there may be nothing in a row.
    optional: bool,
}

impl Target<'_> {
    fn wrong(&self) -> CubeError {
        let name = &self.filling.names[self.column];
        CubeError::Foreign(format!(
            "its column `{name}` has something that is not of its kind"
        ))
    }

    fn fill<T: DataType>(
        &mut self,
        mut reader: ColumnReaderImpl<T>,
        found: impl for<'v> Fn(&'v T::T) -> Option<Found<'v>>,
    ) -> Result<(), CubeError> {
        let (mut values, mut present) = (Vec::with_capacity(BATCH), Vec::with_capacity(BATCH));
        let mut left = self.rows;
        while left > 0 {
            values.clear();
            present.clear();
            let levels = self.optional.then_some(&mut present);
            let (records, ..) = reader.read_records(left.min(BATCH), levels, None, &mut values)?;
            if records == 0 {
                return Err(CubeError::Foreign("it is cut off".into()));
            }
            let mut values = values.iter();
            for row in 0..records {
                let is_there = !self.optional || present.get(row) == Some(&1);
                let pushed = if is_there {
                    let found = values.next().and_then(&found);
                    found.is_some_and(|found| self.filling.push(self.column, found))
                } else {
                    self.filling.push(self.column, Found::Nothing)
                };
                if !pushed {
                    return Err(self.wrong());
                }
            }
            left -= records;
        }
        Ok(())
    }
}

//! Comma-separated numbers, one example a line; a first line without any number is a header.

use ndarray::Array2;

use super::{InputError, data::check_size};

/// Reads the matrix of a `.csv` file.
pub(super) fn read(path: &str) -> Result<Array2<f64>, InputError> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    decode(path, &bytes)
}

/// Reads the numbers of a `.csv` file with one column.
pub(super) fn read_vector(path: &str) -> Result<Vec<f64>, InputError> {
    let matrix = read(path)?;
    if matrix.ncols() == 1 {
        return Ok(matrix.into_iter().collect());
    }
    Err(InputError::LabelColumns {
        labels: path.to_owned(),
        shape: vec![matrix.nrows() as u64, matrix.ncols() as u64],
    })
}

fn unreadable(path: &str, error: &impl ToString) -> InputError {
    InputError::Unreadable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

/// The matrix in the bytes of a `.csv` file of this name.
pub(super) fn decode(path: &str, bytes: &[u8]) -> Result<Array2<f64>, InputError> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let (mut values, mut columns, mut rows) = (Vec::new(), None, 0);
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(path, &error))?;
        let line = || line(bytes, record.position());
        let is_first = columns.is_none();
        let expected = *columns.get_or_insert(record.len());
        if record.len() != expected {
            return Err(InputError::Ragged {
                path: path.to_owned(),
                line: line(),
                found: record.len(),
                expected,
            });
        }
        let numbers: Vec<Option<f64>> = record.iter().map(|cell| cell.parse().ok()).collect();
        if is_first && numbers.iter().all(Option::is_none) {
            continue;
        }
        for (column, number) in numbers.into_iter().enumerate() {
            values.push(number.ok_or_else(|| InputError::Cell {
                path: path.to_owned(),
                line: line(),
                column: column + 1,
                cell: record[column].to_owned(),
            })?);
        }
        rows += 1;
        check_size(path, rows, expected as u64)?;
    }
    let shape = (rows as usize, columns.unwrap_or(0));
    Ok(Array2::from_shape_vec(shape, values).expect("every row has as many"))
}

/// The line of a record, counted from 1; its position is before the blank lines that the reader skipped.
fn line(bytes: &[u8], position: Option<&csv::Position>) -> usize {
    let from = position.map_or(0, |position| position.byte() as usize);
    let blank = bytes[from..]
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .count();
    let before = &bytes[..from + blank];
    1 + before.iter().filter(|byte| **byte == b'\n').count()
}

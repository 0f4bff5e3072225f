//! Rows as bytes: what a journal keeps of a point.

use std::borrow::Cow;

use crate::sweep::columns::{Cell, Row};

const MISSING: u8 = 0;
const INTEGER: u8 = 1;
const NUMBER: u8 = 2;
const TEXT: u8 = 3;

/// Bytes of a cell that is no text.
pub const CELL_BYTES: u64 = 9;

/// Appends a row: each cell by its kind, then its eight bytes, least first, or the length and the bytes of its text.
pub fn push(bytes: &mut Vec<u8>, row: &[Cell]) {
    for cell in row {
        match cell {
            Cell::Missing => bytes.push(MISSING),
            Cell::Integer(number) => {
                bytes.push(INTEGER);
                bytes.extend(number.to_le_bytes());
            }
            Cell::Number(number) => {
                bytes.push(NUMBER);
                bytes.extend(number.to_bits().to_le_bytes());
            }
            Cell::Text(text) => {
                bytes.push(TEXT);
                bytes.extend((text.len() as u32).to_le_bytes());
                bytes.extend(text.as_bytes());
            }
        }
    }
}

/// The rows of so many cells in these bytes, one after the other; the last is `None` where the bytes are no such rows.
pub fn read(bytes: &[u8], cells: usize) -> impl Iterator<Item = Option<Row>> {
    let mut rest = bytes;
    let mut broken = false;
    std::iter::from_fn(move || {
        if rest.is_empty() || broken {
            return None;
        }
        let row: Option<Row> = (0..cells).map(|_| cell(&mut rest)).collect();
        broken = row.is_none();
        Some(row)
    })
}

fn cell(rest: &mut &[u8]) -> Option<Cell> {
    Some(match take::<1>(rest)?[0] {
        MISSING => Cell::Missing,
        INTEGER => Cell::Integer(i64::from_le_bytes(take(rest)?)),
        NUMBER => Cell::Number(f64::from_bits(u64::from_le_bytes(take(rest)?))),
        TEXT => {
            let length = u32::from_le_bytes(take(rest)?) as usize;
            let (text, behind) = rest.split_at_checked(length)?;
            *rest = behind;
            Cell::Text(Cow::Owned(String::from_utf8(text.to_vec()).ok()?))
        }
        _ => return None,
    })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, behind) = rest.split_first_chunk::<N>()?;
    *rest = behind;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_bit_by_bit_and_broken_ones_are_told() {
        let row = vec![
            Cell::Missing,
            Cell::Integer(-7),
            Cell::Number(f64::NEG_INFINITY),
            Cell::Text("max(x, 0)".into()),
        ];
        let mut bytes = Vec::new();
        push(&mut bytes, &row);
        push(&mut bytes, &row);
        let all: Vec<_> = read(&bytes, 4).collect();
        assert_eq!(all, [Some(row.clone()), Some(row)]);
        assert_eq!(read(&bytes[..bytes.len() - 1], 4).last(), Some(None));
        assert_eq!(read(&[9], 1).last(), Some(None));
    }
}

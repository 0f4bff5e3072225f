//! The file formats of data as bytes in memory, to show that they hold the same numbers.

use std::fmt;
use std::sync::Arc;

use ndarray::{Array2, Axis};

use super::data::check_room;
use super::npy_header::MAGIC;
use super::table::LabelColumn;
use super::{Data, Input, InputError, csv_file, npy_file};

/// A way to store a matrix of examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// NumPy's `.npy`, 64-bit floats.
    NpyF64,
    /// NumPy's `.npy`, 32-bit floats.
    NpyF32,
    /// NumPy's `.npy`, bytes.
    NpyU8,
    /// Comma-separated decimal numbers.
    Csv,
}

impl Storage {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::NpyF64, Self::NpyF32, Self::NpyU8, Self::Csv];

    /// What it is called, e.g. `npy f64`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NpyF64 => "npy f64",
            Self::NpyF32 => "npy f32",
            Self::NpyU8 => "npy u8",
            Self::Csv => "csv",
        }
    }

    /// The bytes of the file; `None` where the format cannot hold these numbers at all (bytes: whole numbers
    /// 0 to 255 only; 32 bits: nothing beyond 3e38).
    #[must_use]
    pub fn encode(self, rows: &Array2<f64>) -> Option<Vec<u8>> {
        match self {
            Self::NpyF64 => Some(npy("<f8", rows, f64::to_le_bytes)),
            Self::NpyF32 if rows.iter().any(|x| (*x as f32).is_infinite()) => None,
            Self::NpyF32 => Some(npy("<f4", rows, |x| (x as f32).to_le_bytes())),
            Self::NpyU8 => {
                let fits = |x: &f64| (0.0..=255.0).contains(x) && x.fract() == 0.0;
                rows.iter()
                    .all(fits)
                    .then(|| npy("|u1", rows, |x| [x as u8]))
            }
            Self::Csv => {
                let line = |row: ndarray::ArrayView1<'_, f64>| {
                    let cells: Vec<String> = row.iter().map(f64::to_string).collect();
                    cells.join(",") + "\n"
                };
                // named, so that nothing is taken for a name or for the number of a row
                let names: Vec<String> = (1..=rows.ncols()).map(|n| format!("x{n}")).collect();
                let text: String = rows.rows().into_iter().map(line).collect();
                Some((names.join(",") + "\n" + &text).into_bytes())
            }
        }
    }

    /// The numbers in the bytes of such a file, by the reader that files go through.
    ///
    /// # Errors
    /// As for a file of the name `name`.
    pub fn decode(self, name: &str, bytes: &[u8]) -> Result<Array2<f64>, InputError> {
        match self {
            Self::Csv => Ok(csv_file::decode(name, bytes, LabelColumn::None)?.rows),
            Self::NpyF64 | Self::NpyF32 | Self::NpyU8 => npy_file::decode(name, bytes),
        }
    }
}

impl Input {
    /// The input written to and read back from a file of this format: the same where all numbers are, bit for bit. `None` for noise,
    /// where the format cannot hold the numbers, and where they no longer vary as they are rounded.
    ///
    /// # Errors
    /// [`InputError::Memory`] where other numbers do not fit beside these.
    pub fn through(&self, storage: Storage) -> Result<Option<Self>, InputError> {
        /// Numbers that are written at once.
        const BLOCK: usize = 1 << 16;
        let Some(numbers) = self.stored() else {
            return Ok(None);
        };
        let name = self.to_string();
        let rows = (BLOCK / numbers.ncols()).max(1);
        let (mut same, mut others) = (0, Vec::new());
        for block in numbers.axis_chunks_iter(Axis(0), rows) {
            let Some(bytes) = storage.encode(&block.to_owned()) else {
                return Ok(None);
            };
            let read = storage.decode(&name, &bytes)?;
            let bits = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits();
            if others.is_empty() && block.iter().zip(&read).all(bits) {
                same += read.len();
                continue;
            }
            if others.is_empty() {
                check_room(&name, numbers.nrows() as u64, numbers.ncols() as u64)?;
                others.extend(numbers.iter().take(same));
            }
            others.extend(&read);
        }
        if others.is_empty() {
            return Ok(Some(self.clone()));
        }
        let read = Array2::from_shape_vec(numbers.dim(), others).expect("as many numbers");
        let data = Data::scaled(&name, Arc::new(read), self.scale().unwrap_or_default());
        let labelled = data.and_then(|data| match self.labels() {
            Some(labels) => data.labelled(labels.clone()),
            None => Ok(data),
        });
        Ok(labelled.ok().map(|data| Self::Data(Arc::new(data))))
    }
}

impl fmt::Display for Storage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A `.npy` file of version 1.0 whose numbers are written by `to`.
fn npy<const N: usize>(descr: &str, rows: &Array2<f64>, to: impl Fn(f64) -> [u8; N]) -> Vec<u8> {
    let (height, width) = rows.dim();
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({height}, {width}), }}");
    // magic, version, length and header end at a multiple of 64, as NumPy has it
    let blanks = 64 - (MAGIC.len() + 4 + header.len() + 1) % 64;
    header.push_str(&" ".repeat(blanks % 64));
    header.push('\n');
    let mut bytes = [MAGIC, &[1, 0]].concat();
    let length = u16::try_from(header.len()).expect("a short header");
    bytes.extend(length.to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(rows.iter().flat_map(|x| to(*x)));
    bytes
}

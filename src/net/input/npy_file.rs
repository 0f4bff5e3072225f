//! NumPy's `.npy`: a two-dimensional array of any float or integer type, either order of memory, either byte order.

use std::fs::File;
use std::io::{self, BufReader, Read};

use ndarray::{Array2, ShapeBuilder};
use npyz::{DType, Deserialize, NpyFile, Order, TypeChar};

use super::{InputError, data::check_size};

/// Reads the matrix of a `.npy` file.
pub(super) fn read(path: &str) -> Result<Array2<f64>, InputError> {
    decode(path, open(path)?)
}

/// The matrix in the bytes of a `.npy` file of this name.
pub(super) fn decode(path: &str, bytes: impl Read) -> Result<Array2<f64>, InputError> {
    let npy = NpyFile::new(bytes).map_err(|error| unreadable(path, &error))?;
    let &[rows, columns] = npy.shape() else {
        return Err(InputError::Dimensions {
            path: path.to_owned(),
            shape: npy.shape().to_vec(),
        });
    };
    check_size(path, rows, columns)?;
    let shape = (rows as usize, columns as usize).set_f(npy.order() == Order::Fortran);
    let values = values(path, npy)?.map_err(|error| unreadable(path, &error))?;
    Ok(Array2::from_shape_vec(shape, values).expect("as many values as the header says"))
}

/// Reads the numbers of a `.npy` file of one dimension, or of two of which one is 1.
pub(super) fn read_vector(path: &str) -> Result<Vec<f64>, InputError> {
    let npy = NpyFile::new(open(path)?).map_err(|error| unreadable(path, &error))?;
    let ([length] | [length, 1] | [1, length]) = *npy.shape() else {
        return Err(InputError::LabelColumns {
            labels: path.to_owned(),
            shape: npy.shape().to_vec(),
        });
    };
    check_size(path, length, 1)?;
    values(path, npy)?.map_err(|error| unreadable(path, &error))
}

fn open(path: &str) -> Result<BufReader<File>, InputError> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(BufReader::new(file))
}

fn unreadable(path: &str, error: &io::Error) -> InputError {
    InputError::Unreadable {
        path: path.to_owned(),
        reason: match error.kind() {
            io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
            _ => error.to_string(),
        },
    }
}

/// Every value as `f64`, in the order of the file.
fn values<R: Read>(path: &str, npy: NpyFile<R>) -> Result<io::Result<Vec<f64>>, InputError> {
    let dtype = npy.dtype();
    let kind = match &dtype {
        DType::Plain(plain) => Some((plain.type_char(), plain.size_field())),
        _ => None,
    };
    Ok(match kind {
        Some((TypeChar::Float, 2)) => cast(npy, |x: npyz::half::f16| x.to_f64()),
        Some((TypeChar::Float, 4)) => cast(npy, |x: f32| f64::from(x)),
        Some((TypeChar::Float, 8)) => cast(npy, |x: f64| x),
        Some((TypeChar::Int, 1)) => cast(npy, |x: i8| f64::from(x)),
        Some((TypeChar::Int, 2)) => cast(npy, |x: i16| f64::from(x)),
        Some((TypeChar::Int, 4)) => cast(npy, |x: i32| f64::from(x)),
        Some((TypeChar::Int, 8)) => cast(npy, |x: i64| x as f64),
        Some((TypeChar::Uint, 1)) => cast(npy, |x: u8| f64::from(x)),
        Some((TypeChar::Uint, 2)) => cast(npy, |x: u16| f64::from(x)),
        Some((TypeChar::Uint, 4)) => cast(npy, |x: u32| f64::from(x)),
        Some((TypeChar::Uint, 8)) => cast(npy, |x: u64| x as f64),
        Some((TypeChar::Bool, _)) => cast(npy, |x: bool| f64::from(u8::from(x))),
        _ => {
            return Err(InputError::Type {
                path: path.to_owned(),
                dtype: dtype.descr(),
            });
        }
    })
}

fn cast<R: Read, T: Deserialize>(npy: NpyFile<R>, to: impl Fn(T) -> f64) -> io::Result<Vec<f64>> {
    let reader = npy.data::<T>().map_err(io::Error::other)?;
    reader.map(|value| value.map(&to)).collect()
}

//! NumPy's `.npy`: a two-dimensional array of any float or integer type, either order of memory, either byte order.

use std::io::Read;

use ndarray::Array2;

use super::InputError;
use super::data::{check_room, check_size};
use super::npy_header::{self, Header, fill};

/// Bytes that are decoded at once; so much more than the file holds is reserved at most.
const CHUNK: usize = 1 << 20;

/// The matrix in the bytes of a `.npy` file of this name.
pub(super) fn decode(path: &str, mut bytes: impl Read) -> Result<Array2<f64>, InputError> {
    let header = header(path, &mut bytes)?;
    let &[rows, columns] = &header.shape[..] else {
        return Err(InputError::Dimensions {
            path: path.to_owned(),
            shape: header.shape,
        });
    };
    check_size(path, rows, columns)?;
    check_room(path, rows, columns)?;
    let shape = (rows as usize, columns as usize);
    // row by row in memory, as everything goes through it
    let values = if header.fortran {
        let (mut matrix, mut n) = (vec![0.0; shape.0 * shape.1], 0);
        each(path, &header, rows * columns, bytes, |value| {
            matrix[n % shape.0 * shape.1 + n / shape.0] = value;
            n += 1;
        })?;
        matrix
    } else {
        values(path, &header, rows * columns, bytes)?
    };
    Ok(Array2::from_shape_vec(shape, values).expect("as many values as the header says"))
}

/// The numbers of a `.npy` file of one dimension, or of two of which one is 1.
pub(super) fn vector(path: &str, mut bytes: impl Read) -> Result<Vec<f64>, InputError> {
    let header = header(path, &mut bytes)?;
    let ([length] | [length, 1] | [1, length]) = header.shape[..] else {
        return Err(InputError::LabelColumns {
            labels: path.to_owned(),
            shape: header.shape,
        });
    };
    check_size(path, length, 1)?;
    check_room(path, length, 1)?;
    values(path, &header, length, bytes)
}

fn header(path: &str, bytes: &mut impl Read) -> Result<Header, InputError> {
    npy_header::read(bytes).map_err(|reason| unreadable(path, reason))
}

fn unreadable(path: &str, reason: String) -> InputError {
    InputError::Unreadable {
        path: path.to_owned(),
        reason,
    }
}

/// How one number becomes an `f64`.
type Decode = fn(&[u8]) -> f64;

/// The decoder of numbers in little-endian bytes.
macro_rules! number {
    ($type:ty, $to:expr) => {
        |bytes| {
            $to(<$type>::from_le_bytes(
                bytes.try_into().expect("as long as the type"),
            ))
        }
    };
}

/// Size and decoder of a type of NumPy, and whether its bytes are big-endian; `None` for what is no number.
fn decoder(descr: &str) -> Option<(usize, Decode, bool)> {
    let mut chars = descr.chars();
    let big = match chars.next()? {
        '>' => true,
        '<' | '|' => false,
        '=' => cfg!(target_endian = "big"),
        _ => return None,
    };
    let (size, decode): (usize, Decode) = match chars.as_str() {
        "f2" => (2, number!(u16, half)),
        "f4" => (4, number!(f32, f64::from)),
        "f8" => (8, number!(f64, |x| x)),
        "i1" => (1, number!(i8, f64::from)),
        "i2" => (2, number!(i16, f64::from)),
        "i4" => (4, number!(i32, f64::from)),
        "i8" => (8, number!(i64, |x| x as f64)),
        "u1" => (1, number!(u8, f64::from)),
        "u2" => (2, number!(u16, f64::from)),
        "u4" => (4, number!(u32, f64::from)),
        "u8" => (8, number!(u64, |x| x as f64)),
        "b1" => (1, |bytes| f64::from(u8::from(bytes[0] != 0))),
        _ => return None,
    };
    Some((size, decode, big))
}

/// A number of 16 bits: sign, five bits of exponent, ten of fraction (IEEE 754 binary16).
fn half(bits: u16) -> f64 {
    let sign = if bits >> 15 == 1 { -1.0 } else { 1.0 };
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 1023));
    sign * match exponent {
        0 => libm::ldexp(fraction, -24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => libm::ldexp(1024.0 + fraction, exponent - 25),
    }
}

/// `count` values as `f64`, in the order of the file.
fn values(
    path: &str,
    header: &Header,
    count: u64,
    bytes: impl Read,
) -> Result<Vec<f64>, InputError> {
    let mut values = Vec::new();
    each(path, header, count, bytes, |value| values.push(value))?;
    Ok(values)
}

/// Hands on `count` values as `f64`, in the order of the file.
fn each(
    path: &str,
    header: &Header,
    count: u64,
    mut bytes: impl Read,
    mut take: impl FnMut(f64),
) -> Result<(), InputError> {
    let Some((size, decode, big)) = decoder(&header.descr) else {
        return Err(InputError::Type {
            path: path.to_owned(),
            dtype: header.descr.clone(),
        });
    };
    let mut left = count as usize;
    let mut chunk = vec![0; CHUNK.min(left * size)];
    while left > 0 {
        let here = (chunk.len() / size).min(left);
        let chunk = &mut chunk[..here * size];
        fill(&mut bytes, chunk).map_err(|reason| unreadable(path, reason))?;
        if big {
            chunk.chunks_exact_mut(size).for_each(<[u8]>::reverse);
        }
        chunk.chunks_exact(size).map(decode).for_each(&mut take);
        left -= here;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixteen_bits_are_the_numbers_of_the_standard() {
        for (bits, value) in [
            (0x3c00, 1.0),
            (0xc000, -2.0),
            (0x7bff, 65504.0),
            (0x0400, 2_f64.powi(-14)),
            (0x0001, 2_f64.powi(-24)),
            (0x03ff, 1023.0 * 2_f64.powi(-24)),
            (0x3555, 0.333_251_953_125),
            (0x7c00, f64::INFINITY),
            (0xfc00, f64::NEG_INFINITY),
        ] {
            assert_eq!(half(bits), value, "{bits:#x}");
        }
        assert!(half(0x7e00).is_nan() && half(0x8000).is_sign_negative());
    }
}

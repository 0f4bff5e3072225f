//! The header of a `.npy` file: a Python dictionary of three keys, read by hand and never beyond 64 KiB.
//!
//! The format is that of `numpy.lib.format`, versions 1.0 to 3.0: `\x93NUMPY`, two bytes of version, the length of the header in two
//! (version 1) or four bytes, little-endian, and the dictionary.

use std::io::{self, Read};

/// What a `.npy` file begins with.
pub(super) const MAGIC: &[u8] = b"\x93NUMPY";
/// The longest header that is read; NumPy writes about a hundred bytes.
const LONGEST: usize = 64 << 10;

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    /// Type of the numbers as written, such as `<f8`; that of a structured array as it stands.
    pub(super) descr: String,
    /// Columns are stored one after another, not rows.
    pub(super) fortran: bool,
    /// Length of every dimension.
    pub(super) shape: Vec<u64>,
}

/// Reads magic, version, length and dictionary; what follows are the numbers.
pub(super) fn read(bytes: &mut impl Read) -> Result<Header, String> {
    let mut start = [0; 8];
    fill(bytes, &mut start)?;
    if &start[..6] != MAGIC {
        return Err("it does not begin as a .npy file does".into());
    }
    let length = match start[6] {
        1 => {
            let mut length = [0; 2];
            fill(bytes, &mut length)?;
            usize::from(u16::from_le_bytes(length))
        }
        2 | 3 => {
            let mut length = [0; 4];
            fill(bytes, &mut length)?;
            u32::from_le_bytes(length) as usize
        }
        version => {
            return Err(format!(
                "it is a .npy file of version {version}, and 1 to 3 are known"
            ));
        }
    };
    if length > LONGEST {
        return Err(format!(
            "its header of {length} bytes is longer than {LONGEST}"
        ));
    }
    let mut text = vec![0; length];
    fill(bytes, &mut text)?;
    // version 3 is UTF-8, the others Latin-1; only names of fields may differ from ASCII
    dictionary(&String::from_utf8_lossy(&text)).ok_or_else(|| {
        "its header is not a dictionary of `descr`, `fortran_order` and `shape`".into()
    })
}

/// Fills the whole of it.
pub(super) fn fill(bytes: &mut impl Read, into: &mut [u8]) -> Result<(), String> {
    bytes.read_exact(into).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "the file ends too early".to_owned(),
        _ => error.to_string(),
    })
}

/// A dictionary with exactly the three keys, in any order.
fn dictionary(text: &str) -> Option<Header> {
    let (mut descr, mut fortran, mut shape) = (None, None, None);
    let mut rest = text.trim().strip_prefix('{')?.trim_start();
    while !rest.starts_with('}') {
        let (key, after) = string(rest)?;
        rest = after.trim_start().strip_prefix(':')?.trim_start();
        let fresh = match key {
            "descr" => {
                let (value, after) = string(rest).or_else(|| list(rest))?;
                rest = after;
                descr.replace(value.to_owned()).is_none()
            }
            "fortran_order" => {
                let (value, after) = truth(rest)?;
                rest = after;
                fortran.replace(value).is_none()
            }
            "shape" => {
                let (value, after) = tuple(rest)?;
                rest = after;
                shape.replace(value).is_none()
            }
            _ => false,
        };
        rest = rest.trim_start();
        rest = match rest.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None => rest,
        };
        if !fresh {
            return None;
        }
    }
    let ends = rest == "}";
    Some(Header {
        descr: descr.filter(|_| ends)?,
        fortran: fortran?,
        shape: shape?,
    })
}

/// `'text'` or `"text"`, without escapes, and what follows.
fn string(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// `[...]`, the fields of a structured array, to its last bracket before the next key.
fn list(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.checked_sub(1)?,
            _ if depth == 0 => return None,
            _ => {}
        }
        if depth == 0 {
            return Some(text.split_at(at + 1));
        }
    }
    None
}

fn truth(text: &str) -> Option<(bool, &str)> {
    let value = |word, value| text.strip_prefix(word).map(|rest| (value, rest));
    value("True", true).or_else(|| value("False", false))
}

/// `(3, 2)`, `(3,)` or `()`; Python 2 wrote `3L`.
fn tuple(text: &str) -> Option<(Vec<u64>, &str)> {
    let (inside, rest) = text.strip_prefix('(')?.split_once(')')?;
    let mut parts: Vec<&str> = inside.split(',').map(str::trim).collect();
    if parts.last() == Some(&"") {
        parts.pop();
    }
    let whole = |part: &&str| part.strip_suffix('L').unwrap_or(part).parse().ok();
    let shape: Option<Vec<u64>> = parts.iter().map(whole).collect();
    Some((shape?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_keys_are_read_in_any_order_and_nothing_else_is() {
        let header = |text| dictionary(text).map(|h| (h.descr, h.fortran, h.shape));
        let plain = Some(("<f8".to_owned(), false, vec![3, 2]));
        for text in [
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }   \n",
            "{\"shape\":(3L,2L),\"descr\":\"<f8\",\"fortran_order\":False}",
        ] {
            assert_eq!(header(text), plain, "{text}");
        }
        let fields = "{'descr': [('a', '<f4'), ('b', [('c', '<i2')])], 'fortran_order': True, 'shape': (), }";
        let fields = header(fields).expect("a structured array");
        assert_eq!((fields.1, fields.2), (true, vec![]));
        assert_eq!(fields.0, "[('a', '<f4'), ('b', [('c', '<i2')])]");
        for text in [
            "",
            "{",
            "{}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2)",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), } x",
            "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': 0, 'shape': (3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999999,)}",
            "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'more': 1}",
        ] {
            assert_eq!(header(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_without_end_is_no_work() {
        for text in [
            "{".repeat(60_000),
            "[".repeat(60_000),
            format!("{{'descr': {}", "[".repeat(60_000)),
        ] {
            assert_eq!(dictionary(&text), None);
        }
    }
}

//! Files that were made to do harm: none takes long or much memory, and no message acts on a terminal.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use initscope::net::foreign::is_hidden;
use initscope::net::input::Input;

use super::{file, npy};

/// The longest time and message of one file.
const LONGEST: Duration = Duration::from_secs(2);
const LONGEST_MESSAGE: usize = 1500;

/// Reads a file with labels and without; `true` where it was refused.
fn tried(path: &str, what: &str) -> bool {
    let mut refused = false;
    for labels in [None, Some("last"), Some("first"), Some("name")] {
        let start = Instant::now();
        if let Err(error) = Input::read(path, labels, None) {
            let message = error.to_string();
            assert!(
                message.chars().count() < LONGEST_MESSAGE,
                "{what}: {message:.300}"
            );
            assert!(!message.contains(is_hidden), "{what}: {message:?}");
            refused = true;
        }
        let taken = start.elapsed();
        assert!(taken < LONGEST, "{what} took {taken:?}");
    }
    refused
}

/// The most memory that this process had so far, in bytes.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[test]
fn files_that_once_hung_aborted_or_set_the_clipboard_are_one_line() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/files");
    for (name, said) in [
        ("npy-brace-hang-30.npy", "its header is not a dictionary"),
        (
            "npy-header-len-4GiB.npy",
            "its header of 4294967295 bytes is longer than 65536",
        ),
        (
            "csv-escape-cell.csv",
            r"`\u{1b}]52;c;ZWNobyBwd25lZA==\u{7}\u{1b}[2J` is not a number",
        ),
    ] {
        let path = folder.join(name);
        let path = path.to_str().expect("an ASCII path");
        let message = Input::load(path).expect_err(name).to_string();
        assert!(message.contains(said), "{message}");
        assert!(tried(path, name));
    }
}

#[test]
fn large_cells_lines_headers_and_sizes_stay_small() {
    let mut braces = b"\x93NUMPY\x02\x00".to_vec();
    braces.extend(60_000_u32.to_le_bytes());
    braces.extend([b'{'; 60_000]);
    let long_shape = format!("({})", "1, ".repeat(15_000));
    let descr = "x".repeat(30_000);
    let big = format!("1,{}\n2,3\n", "a\u{1b}".repeat(500));
    let cases: [(&str, Vec<u8>); 12] = [
        (
            "line.csv",
            [b"1,".repeat(8000), vec![b'7'; 20 << 20]].concat(),
        ),
        (
            "cell.csv",
            [b"1,2\n3,".to_vec(), vec![b'x'; 1 << 20]].concat(),
        ),
        (
            "quote.csv",
            [b"1,2\n3,\"".to_vec(), b"4,5\n".repeat(5 << 20)].concat(),
        ),
        ("commas.csv", vec![b','; 20 << 20]),
        (
            "header.csv",
            [vec![b'n'; 4000], b",b\n1,x\n".to_vec()].concat(),
        ),
        ("escapes.csv", big.into_bytes()),
        ("braces.npy", braces),
        ("shape.npy", npy_long(&long_shape)),
        ("descr.npy", npy(&descr, false, "(2, 3)", &[])),
        ("promise.npy", npy("<f8", false, "(4096, 16384)", &[0; 64])),
        (
            "overflow.npy",
            npy("<f8", false, "(18446744073709551615, 3)", &[]),
        ),
        (
            "escape.npy",
            npy("\u{1b}]52;c;eA==\u{7}", false, "(2, 3)", &[]),
        ),
    ];
    for (name, bytes) in cases {
        assert!(tried(&file(name, &bytes), name), "{name}");
    }
    assert!(peak().is_none_or(|bytes| bytes < 500 << 20), "{:?}", peak());
}

/// A header that needs version 2.
fn npy_long(shape: &str) -> Vec<u8> {
    let header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}\n");
    let mut bytes = b"\x93NUMPY\x02\x00".to_vec();
    bytes.extend((header.len() as u32).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes
}

#[test]
fn mutated_files_are_read_or_refused_within_their_limits() {
    let count = if std::env::var_os("INITSCOPE_WHOLE_GRID").is_some() {
        20_000
    } else {
        400
    };
    let seeds: [Vec<u8>; 6] = [
        npy("<f8", false, "(4, 3)", &[63; 96]),
        npy(
            "|u1",
            true,
            "(3, 4)",
            &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
        ),
        b"a,b,name\n1,2.5,x\n3,-4e2,y\n0,1,x\n".to_vec(),
        b"\"a\";\"b\";name\r\n1,5;2;\"x\"\r\n3;4;\"y;z\"\r\n".to_vec(),
        b"0\t1\t2\n3\t4\t5\n6\t7\t8\n".to_vec(),
        (0..12)
            .flat_map(|n| format!("{n} {} {}\n", n * n, n % 2).into_bytes())
            .collect(),
    ];
    const PIECES: [&[u8]; 14] = [
        b"{",
        b"(",
        b"\"",
        b"\x1b]52;c;eA==\x07",
        b"\xff",
        b"\0",
        b",",
        b";",
        b"\n",
        b"nan",
        b"1e400",
        b"99999999999",
        b"\xe2\x80\xae",
        b"'",
    ];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below.max(1)
    };
    let (mut refused, mut read) = (0, 0);
    for number in 0..count {
        let mut bytes = seeds[number % seeds.len()].clone();
        for _ in 0..=random(4) {
            let at = random(bytes.len());
            match random(6) {
                0 => bytes[at] = random(256) as u8,
                1 => bytes.truncate(at.max(1)),
                2 if bytes.len() > 1 => drop(bytes.remove(at)),
                3 => {
                    let piece = PIECES[random(PIECES.len())];
                    bytes.splice(at..at, piece.iter().copied());
                }
                4 => {
                    let piece = PIECES[random(PIECES.len())].repeat(1 + random(3000));
                    bytes.splice(at..at, piece);
                }
                _ => {
                    let end = (at + random(40)).min(bytes.len());
                    let copy = bytes[at..end].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
        }
        let name = if number % seeds.len() < 2 {
            "mutated.npy"
        } else {
            "mutated.csv"
        };
        let path = file(name, &bytes);
        if tried(&path, &format!("mutation {number}")) {
            refused += 1;
        } else {
            read += 1;
        }
    }
    println!("{refused} of {} were refused", refused + read);
    assert!(refused > count / 4, "{refused} of {count}");
    assert!(peak().is_none_or(|bytes| bytes < 500 << 20), "{:?}", peak());
}

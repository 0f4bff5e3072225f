//! The user's `.npy` and `.csv` files: every type and order, how tables are written, and every way a file can be wrong with its
//! message.

mod hostile;
mod kinds;
mod scaling;
mod tables;

use std::fs;
use std::path::PathBuf;

use initscope::net::input::{ATTRIBUTION, Input};

/// A file of the given bytes in cargo's scratch directory; its path.
fn file(name: &str, bytes: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("the scratch directory is writable");
    path.to_str().expect("an ASCII path").to_owned()
}

/// A `.npy` file, version 1.0, by the letter of the format (numpy.lib.format).
fn npy(descr: &str, fortran: bool, shape: &str, data: &[u8]) -> Vec<u8> {
    let order = if fortran { "True" } else { "False" };
    let mut header =
        format!("{{'descr': '{descr}', 'fortran_order': {order}, 'shape': {shape}, }}");
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let length = u16::try_from(header.len()).expect("a short header");
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend(length.to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(data);
    bytes
}

fn rows(path: &str) -> Vec<Vec<f32>> {
    let input = Input::load(path).unwrap_or_else(|e| panic!("{e}"));
    let rows = input.rows().expect("data have rows");
    rows.rows().into_iter().map(|row| row.to_vec()).collect()
}

/// `[[1, 2, 3], [4, 5, 9]]` standardised: mean 4, variance (9 + 4 + 1 + 0 + 1 + 25) / 6 = 20/3.
fn standardised() -> Vec<Vec<f32>> {
    let std = (20.0_f64 / 3.0).sqrt();
    [[1.0, 2.0, 3.0], [4.0, 5.0, 9.0]]
        .map(|row: [f64; 3]| row.map(|x| ((x - 4.0) / std) as f32).to_vec())
        .to_vec()
}

/// The six numbers in one binary form.
macro_rules! bytes {
    ($values:expr, $type:ty, $to:ident) => {
        $values
            .iter()
            .flat_map(|x: &u8| (*x as $type).$to())
            .collect::<Vec<u8>>()
    };
}

const C_ORDER: [u8; 6] = [1, 2, 3, 4, 5, 9];

#[test]
fn every_numeric_type_of_numpy_gives_the_same_rows() {
    // f2: sign, 5 bits of exponent (bias 15), 10 of mantissa; 1, 2, 3, 4, 5, 9.
    let halves = [0x3c00_u16, 0x4000, 0x4200, 0x4400, 0x4500, 0x4880];
    let files: [(&str, Vec<u8>); 14] = [
        ("<f2", halves.iter().flat_map(|x| x.to_le_bytes()).collect()),
        ("<f4", bytes!(C_ORDER, f32, to_le_bytes)),
        ("<f8", bytes!(C_ORDER, f64, to_le_bytes)),
        (">f4", bytes!(C_ORDER, f32, to_be_bytes)),
        (">f8", bytes!(C_ORDER, f64, to_be_bytes)),
        ("|i1", bytes!(C_ORDER, i8, to_le_bytes)),
        ("<i2", bytes!(C_ORDER, i16, to_le_bytes)),
        ("<i4", bytes!(C_ORDER, i32, to_le_bytes)),
        ("<i8", bytes!(C_ORDER, i64, to_le_bytes)),
        (">i8", bytes!(C_ORDER, i64, to_be_bytes)),
        ("|u1", C_ORDER.to_vec()),
        ("<u2", bytes!(C_ORDER, u16, to_le_bytes)),
        ("<u4", bytes!(C_ORDER, u32, to_le_bytes)),
        ("<u8", bytes!(C_ORDER, u64, to_le_bytes)),
    ];
    for (descr, data) in files {
        let name = format!("type_{}.npy", descr.replace(['<', '>', '|'], "_"));
        let name = name.replace("__", if descr.starts_with('>') { "_big_" } else { "_" });
        let path = file(&name, &npy(descr, false, "(2, 3)", &data));
        assert_eq!(rows(&path), standardised(), "{descr}");
    }
    let signed = npy(
        "|i1",
        false,
        "(1, 2)",
        &[1_i8.to_le_bytes()[0], (-1_i8).to_le_bytes()[0]],
    );
    assert_eq!(rows(&file("signed.npy", &signed)), [[1.0, -1.0]]);
    let truth = npy("|b1", false, "(1, 2)", &[1, 0]);
    assert_eq!(rows(&file("bool.npy", &truth)), [[1.0, -1.0]]);
}

#[test]
fn files_that_numpy_has_written_are_the_same_matrix() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/npy");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("there") {
        let path = entry.expect("readable").path();
        let name = path.to_str().expect("an ASCII path");
        if name.contains("b1") {
            let error = Input::load(name).expect_err("every entry is true");
            assert!(error.to_string().contains("is 1: variance 0"), "{error}");
        } else {
            assert_eq!(rows(name), standardised(), "{name}");
        }
        count += 1;
    }
    assert_eq!(count, 45, "21 types in 2 orders, 3 versions");
}

#[test]
fn fortran_order_is_the_same_matrix() {
    let columns = [1, 4, 2, 5, 3, 9];
    let data = bytes!(columns, f64, to_le_bytes);
    let path = file("fortran.npy", &npy("<f8", true, "(2, 3)", &data));
    assert_eq!(rows(&path), standardised());
}

#[test]
fn csv_rows_are_examples_with_or_without_header() {
    for (name, text) in [
        ("plain.csv", "1,2,3\n4,5,9\n"),
        ("header.csv", "a,b,c\n1,2,3\n4,5,9\n"),
        (
            "loose.csv",
            " a , \"b\" ,c\r\n1 ,\"2\", 3\r\n\r\n 4,5e0,+9.0",
        ),
        ("bom.csv", "\u{feff}1,2,3\n4,5,9\n"),
        ("UPPER.CSV", "1,2,3\n4,5,9\n"),
    ] {
        let path = file(name, text.as_bytes());
        assert_eq!(rows(&path), standardised(), "{name}");
    }
}

#[test]
fn an_input_says_what_was_removed_and_goes_by_its_path() {
    let path = file("said.csv", b"1,2,3\n4,5,9\n");
    let input: Input = path.parse().expect("a file");
    assert_eq!(
        input.description(),
        "2 x 3, standardised: mean 4.00, std 2.58, all columns together"
    );
    assert_eq!(input.to_string(), path);
    assert_eq!(input.dim(), Some(3));
    assert_eq!(input, path.parse().expect("the same file again"));
    assert_ne!(input, Input::Digits);
}

#[test]
fn the_digits_are_standardised_and_attributed() {
    let digits: Input = "digits".parse().expect("a name");
    assert_eq!(digits.dim(), Some(64));
    assert_eq!(
        digits.description(),
        "1797 x 64, standardised: mean 4.88, std 6.02, all columns together"
    );
    let rows = digits.rows().expect("embedded");
    assert_eq!(rows.dim(), (1797, 64));
    let count = rows.len() as f64;
    let mean = rows.iter().map(|x| f64::from(*x)).sum::<f64>() / count;
    let second = rows.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>() / count;
    // Each entry is rounded to f32, an unbiased error below 6e-8 of at most 1.85.
    assert!(
        mean.abs() < 1e-7 && (second - 1.0).abs() < 1e-6,
        "{mean} {second}"
    );
    assert!(ATTRIBUTION.contains("E. Alpaydin") && ATTRIBUTION.contains("CC BY 4.0"));
}

#[test]
fn noise_has_no_rows_and_no_dimension_of_its_own() {
    let noise: Input = "noise".parse().expect("a name");
    assert_eq!(noise, Input::default());
    assert!(noise.rows().is_none() && noise.dim().is_none());
}

/// Loads the bytes and gives the message, the path replaced by `@`.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let path = file(name, bytes);
    let error = Input::load(&path).expect_err(name);
    error.to_string().replace(&path, "@")
}

#[test]
fn a_wrong_csv_is_refused_with_the_place_and_the_way_out() {
    for (name, text, message) in [
        (
            "nan.csv",
            "a,b\n1,2\n3,nan\n",
            "input `@`, row 2, column 2 is NaN; every entry must be finite: fill it or drop the row",
        ),
        (
            "inf.csv",
            "1,2\n-inf,4\n",
            "input `@`, row 2, column 1 is -inf; every entry must be finite: fill it or drop the row",
        ),
        (
            "ragged.csv",
            "a,b,c\n1,2,3\n4,5\n",
            "input `@`, line 3: 2 columns where the first line has 3; every row needs the same number",
        ),
        (
            "word.csv",
            "a,b\n1,2\n\n3,four\n",
            "input `@`, line 4, column 2: `four` is not a number; allowed are numbers, below at most one line of names, and classes in a column that --labels names",
        ),
        (
            "hole.csv",
            "1,2\n3,\n",
            "input `@`, line 2, column 2 is empty; fill it or drop the row",
        ),
        (
            "half_header.csv",
            "1.5,id\n3,4\n",
            "input `@`, line 1, column 2: `id` is not a number; allowed are numbers, below at most one line of names, and classes in a column that --labels names",
        ),
        (
            "mixed.csv",
            "1,5;2\n1.5;3\n",
            "input `@`, line 2, column 1: `1.5` has a decimal point and cells before it the other sign; write all numbers in one way",
        ),
        (
            "thousands.csv",
            "1.234,5;2\n1,5;3\n",
            "input `@`, line 1, column 1: `1.234,5` is not a number; allowed are numbers, below at most one line of names, and classes in a column that --labels names",
        ),
        (
            "empty.csv",
            "",
            "input `@` has no rows; at least one row of numbers is needed",
        ),
        (
            "only_header.csv",
            "a,b\n",
            "input `@` has no rows; at least one row of numbers is needed",
        ),
        (
            "constant.csv",
            "3,3\n3,3\n",
            "every entry of input `@` is 3: variance 0 cannot be standardised; give data that vary, or --input noise",
        ),
        (
            "zero.csv",
            "0,0\n",
            "every entry of input `@` is 0: variance 0 cannot be standardised; give data that vary, or --input noise",
        ),
    ] {
        assert_eq!(refusal(name, text.as_bytes()), message, "{name}");
    }
    let wide = vec!["1"; 16385].join(",");
    assert_eq!(
        refusal("wide.csv", wide.as_bytes()),
        "input `@` has 16385 columns, more than 16384; give fewer columns (are rows and columns swapped?)"
    );
}

#[test]
fn a_wrong_npy_is_refused_with_what_to_type() {
    let four = bytes!([1, 2, 3, 4], f64, to_le_bytes);
    let mut not_finite = four.clone();
    not_finite[8..16].copy_from_slice(&f64::INFINITY.to_le_bytes());
    for (name, bytes, message) in [
        (
            "complex.npy",
            npy("<c16", false, "(2, 1)", &[0; 32]),
            "input `@` has dtype <c16; allowed are floats and integers up to 64 bits: save it with numpy.save(path, x.astype('float32'))",
        ),
        (
            "text.npy",
            npy("<U4", false, "(2, 1)", &[0; 32]),
            "input `@` has dtype <U4; allowed are floats and integers up to 64 bits: save it with numpy.save(path, x.astype('float32'))",
        ),
        (
            "cube.npy",
            npy("<f8", false, "(1, 2, 2)", &four),
            "input `@` has shape [1, 2, 2], not two dimensions; rows are examples: save it with numpy.save(path, x.reshape(len(x), -1))",
        ),
        (
            "line.npy",
            npy("<f8", false, "(4,)", &four),
            "input `@` has shape [4], not two dimensions; rows are examples: save it with numpy.save(path, x.reshape(len(x), -1))",
        ),
        (
            "no_rows.npy",
            npy("<f8", false, "(0, 4)", &[]),
            "input `@` has no rows; at least one row of numbers is needed",
        ),
        (
            "inf.npy",
            npy("<f8", false, "(2, 2)", &not_finite),
            "input `@`, row 1, column 2 is inf; every entry must be finite: fill it or drop the row",
        ),
        (
            "short.npy",
            npy("<f8", false, "(3, 2)", &four),
            "cannot read input `@`: the file ends too early; give the path of a .npy or .csv file",
        ),
        (
            "wide.npy",
            npy("<f8", false, "(2, 16385)", &four),
            "input `@` has 16385 columns, more than 16384; give fewer columns (are rows and columns swapped?)",
        ),
        (
            "large.npy",
            npy("<f8", false, "(100000000, 1000)", &four),
            "input `@` has 100000000 rows of 1000, more than 67108864 entries; give at most 67108 rows: a draw sees only --batch of them",
        ),
    ] {
        assert_eq!(refusal(name, &bytes), message, "{name}");
    }
    assert_eq!(
        refusal("no_magic.npy", b"hello, this is not numpy at all"),
        "cannot read input `@`: it does not begin as a .npy file does; give the path of a .npy or .csv file"
    );
}

#[test]
fn a_wrong_name_is_refused_with_the_allowed_ones() {
    for (typed, message) in [
        (
            "digit",
            "unknown input `digit` (did you mean `digits`?); allowed: noise, digits, or the path of a .npy or .csv file",
        ),
        (
            "x.parquet",
            "unknown input `x.parquet`; allowed: noise, digits, or the path of a .npy or .csv file",
        ),
        (
            "absent.npy",
            "cannot read input `absent.npy`: No such file or directory (os error 2); give the path of a .npy or .csv file",
        ),
        (
            "absent.csv",
            "cannot read input `absent.csv`: No such file or directory (os error 2); give the path of a .npy or .csv file",
        ),
    ] {
        let error = typed.parse::<Input>().expect_err(typed);
        assert_eq!(error.to_string(), message);
    }
}

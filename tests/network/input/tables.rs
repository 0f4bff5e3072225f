//! How people write tables: names, row numbers, separators, decimals, classes.

use initscope::net::input::{Input, Labels, Storage};
use ndarray::{Array2, array};

use super::{file, rows, standardised};

/// Reads the text with these labels.
fn read(name: &str, text: &str, labels: Option<&str>) -> Input {
    let path = file(name, text.as_bytes());
    Input::read(&path, labels, None).unwrap_or_else(|error| panic!("{error}"))
}

/// What is said of the file beyond its size and scaling.
fn remarks(input: &Input) -> Vec<String> {
    match input {
        Input::Data(data) => data.remarks().to_vec(),
        _ => panic!("a file"),
    }
}

#[test]
fn separators_decimals_names_and_row_numbers_are_told_apart_and_said() {
    let names = "the first line has the names";
    let counter = "the first column only counts the rows and is left out";
    let cases: [(&str, &str, &[&str]); 12] = [
        (
            "semicolons.csv",
            "1;2;3\n4;5;9\n",
            &["cells separated by semicolons"],
        ),
        (
            "tabs.tsv",
            "a\tb\tc\n1\t2\t3\n4\t5\t9\n",
            &["cells separated by tabs", names],
        ),
        (
            "savetxt.txt",
            "1.000e+00 2.000e+00 3.000e+00\n4.000e+00 5.000e+00 9.000e+00\n",
            &["cells separated by blanks"],
        ),
        (
            "aligned.txt",
            " 1   2  3\n 4   5  9\n",
            &["cells separated by blanks"],
        ),
        // lines of blanks alone are none, above the first row as well
        (
            "blank.txt",
            "\n      \n 1   2  3\n  \u{a0}  \n 4   5  9\n   ",
            &["cells separated by blanks"],
        ),
        ("blank.csv", "  \n1,2,3\n \t \n4,5,9\n  ", &[]),
        (
            "decimals.csv",
            "1,0;2,0;3,0\n4,0;5,0;9\n",
            &["cells separated by semicolons", "decimal commas"],
        ),
        ("frame.csv", ",0,1,2\n0,1,2,3\n1,4,5,9\n", &[names, counter]),
        (
            "frame_named.csv",
            "Unnamed: 0,a,b,c\n1,1,2,3\n2,4,5,9\n",
            &[names, counter],
        ),
        ("columns.csv", "0,1,2\n1,2,3\n4,5,9\n", &[names]),
        ("years.csv", "x,2019,2020\n1,2,3\n4,5,9\n", &[names]),
        (
            "quoted.csv",
            "\"a,1\";\"b\";\"c\"\n\"1\";2;3\n4;5;9\n",
            &["cells separated by semicolons", names],
        ),
    ];
    for (name, text, expected) in cases {
        let input = read(name, text, None);
        assert_eq!(remarks(&input), expected, "{name}");
        assert_eq!(rows(&file(name, text.as_bytes())), standardised(), "{name}");
    }
}

#[test]
fn rows_that_only_count_on_are_numbers() {
    // what arange writes: no header, and no row number either
    let text = "0,1,2\n3,4,5\n6,7,8\n";
    assert_eq!(
        read("arange.csv", text, None).rows().expect("rows").dim(),
        (3, 3)
    );
    // a column with a name of its own is an input whatever it holds
    let time: String = (0..12).map(|n| format!("{n},{}\n", n * n)).collect();
    let input = read("time.csv", &format!("time,x\n{time}"), None);
    assert_eq!(input.dim(), Some(2));
    let input = read("counted.csv", &time, None);
    assert_eq!((input.dim(), remarks(&input).len()), (Some(1), 1));
    // in a short file it may be chance
    assert_eq!(read("short.csv", "0,5\n1,7\n2,1\n", None).dim(), Some(2));
}

#[test]
fn labels_stand_first_or_last_or_have_a_name_and_may_be_text() {
    let classes = |input: &Input| input.labels().map(Labels::of).expect("labelled").to_vec();
    let flowers = "species,a,b\nsetosa,1,2\nvirginica,3,4\nsetosa,5,7\n";
    for (name, labels) in [
        ("first.csv", "first"),
        ("named.csv", "species"),
        ("loose.csv", "Species"),
    ] {
        let input = read(name, flowers, Some(labels));
        assert_eq!(classes(&input), [0, 1, 0], "{labels}");
        assert_eq!((input.dim(), input.label_source()), (Some(2), Some(labels)));
        assert_eq!(remarks(&input)[1], "labels in column 1 `species`");
    }
    let input = read("bare_first.csv", "b,1,2\na,3,4\n", Some("first"));
    assert_eq!((classes(&input), input.dim()), (vec![1, 0], Some(2)));
    let input = read("bare_last.csv", "1,2,b\n3,4,a\n5,6,7\n", Some("last"));
    assert_eq!((classes(&input), input.dim()), (vec![2, 1, 0], Some(2)));
    // the row number is not the first column
    let input = read(
        "counted_first.csv",
        ",y,a,b\n0,7,1,2\n1,8,3,4\n",
        Some("first"),
    );
    assert_eq!((classes(&input), input.dim()), (vec![0, 1], Some(2)));
    // a file of labels, with a name above them or without
    let data = file("three.csv", b"1,2\n3,4\n5,6\n");
    for (name, text, expected) in [
        ("y.csv", "cat\ndog\ncat\n", [0, 1, 0]),
        ("y_named.csv", "animal\ndog\ncat\ncat\n", [1, 0, 0]),
        ("y_numbers.csv", "y\n3\n1\n3\n", [1, 0, 1]),
    ] {
        let labels = file(name, text.as_bytes());
        let input = Input::read(&data, Some(&labels), None).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(classes(&input), expected, "{name}");
    }
}

#[test]
fn labels_that_are_not_there_are_answered_with_what_is() {
    let refused = |text: &str, labels: &str| {
        let path = file("labels_wrong.csv", text.as_bytes());
        let error = Input::read(&path, Some(labels), None).expect_err(labels);
        error.to_string().replace(&path, "@")
    };
    assert_eq!(
        refused("a,b\n1,2\n3,4\n", "lst"),
        "unknown labels `lst` (did you mean `last`?); allowed: last, first, the name of a column (a, b), or the path of a .npy or .csv file with one label a row"
    );
    assert_eq!(
        refused("1,2\n3,4\n", "y"),
        "unknown labels `y`; allowed: last, first, the name of a column (input `@` has none), or the path of a .npy or .csv file with one label a row"
    );
    assert_eq!(
        refused("1,x\n2,x\n3,x\n", "last"),
        "labels `last` name 1 class; 2 to 1000 classes can be told apart"
    );
    let many: String = (0..1500).map(|n| format!("{n},t{n}\n")).collect();
    assert!(refused(&many, "last").starts_with("labels `last` name 1001 classes;"));
}

#[test]
fn what_is_stored_is_read_back_whatever_it_looks_like() {
    let counted = Array2::from_shape_fn((12, 3), |(row, column)| (row + column) as f64);
    let headed = array![[0.0, 1.0, 2.0], [7.0, 7.5, 3.0]];
    let large = array![[1e300, 0.1], [-3.0, 255.0]];
    for (numbers, formats) in [(counted, 4), (headed, 3), (large, 2)] {
        let mut held = 0;
        for storage in Storage::ALL {
            let Some(bytes) = storage.encode(&numbers) else {
                continue;
            };
            let read = storage
                .decode("x", &bytes)
                .unwrap_or_else(|e| panic!("{storage}: {e}"));
            let error = (&read - &numbers).mapv(f64::abs).sum();
            assert!(error < 1e-6, "{storage} {read}");
            held += 1;
        }
        assert_eq!(held, formats);
    }
}

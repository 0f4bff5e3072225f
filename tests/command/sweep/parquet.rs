//! A table in Parquet, read back: the cells of the CSV, and what they depend on.

use std::fs::{self, File};

use parquet::basic::{Compression, Encoding, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::{SMALL, done, scratch};

fn open(path: &std::path::Path) -> SerializedFileReader<File> {
    SerializedFileReader::new(File::open(path).expect("a file")).expect("Parquet")
}

#[test]
fn every_cell_comes_back_bit_by_bit() {
    let here = scratch("parquet");
    for head in [
        "keep = \"verdict\"",
        "keep = \"layers\"",
        "keep = \"draws\"",
    ] {
        fs::write(here.join("g.toml"), format!("{head}\n{SMALL}")).expect("room");
        done(&here, "sweep g.toml -o t.parquet --force");
        let csv = done(&here, "sweep g.toml");
        let mut lines = csv::Reader::from_reader(csv.as_bytes());
        let names: Vec<String> = lines
            .headers()
            .expect("a head")
            .iter()
            .map(str::to_owned)
            .collect();
        let reader = open(&here.join("t.parquet"));
        let mut rows = reader.get_row_iter(None).expect("rows");
        for line in lines.records() {
            let (line, row) = (
                line.expect("a line"),
                rows.next().expect("a row").expect("readable"),
            );
            let mut columns = row.get_column_iter();
            for (name, cell) in names.iter().zip(&line) {
                let (own, value) = columns.next().expect("a cell");
                assert_eq!(own, name);
                let told = match value {
                    Field::Null => String::new(),
                    Field::Long(number) => number.to_string(),
                    Field::Double(number) if number.is_nan() => "nan".into(),
                    Field::Double(number) => number.to_string(),
                    Field::Str(text) => text.clone(),
                    other => panic!("{name}: {other:?}"),
                };
                assert_eq!(told, cell, "{name}");
            }
            assert!(columns.next().is_none());
        }
        assert!(rows.next().is_none());
    }
}

#[test]
fn metadata_say_what_the_numbers_depend_on_and_columns_are_encoded_as_told() {
    let here = scratch("metadata");
    fs::write(
        here.join("g.toml"),
        SMALL.replace("draws=6", "draws=6 seed=5"),
    )
    .expect("room");
    done(&here, "sweep g.toml -o t.parquet");
    let reader = open(&here.join("t.parquet"));
    let file = reader.metadata().file_metadata();
    let entry = |key: &str| {
        let entries = file.key_value_metadata().expect("metadata").iter();
        let mut found = entries.filter(|entry| entry.key == key);
        found
            .next()
            .and_then(|entry| entry.value.clone())
            .unwrap_or_else(|| panic!("{key}"))
    };
    assert_eq!(entry("initscope.schema"), "1");
    assert_eq!(entry("initscope.seed"), "5");
    assert_eq!(
        entry("initscope.program"),
        concat!("initscope ", env!("CARGO_PKG_VERSION"))
    );
    assert!(
        done(&here, "version --verbose").contains(&format!("simd: {} ", entry("initscope.simd")))
    );
    assert!(
        done(&here, "sweep g.toml --plan")
            .contains(&format!("grid {}", entry("initscope.grid_hash")))
    );
    let grid: serde_json::Value = serde_json::from_str(&entry("initscope.grid")).expect("JSON");
    assert_eq!(grid["axes"][0]["fields"][0], "activation");
    let group = reader.metadata().row_group(0);
    for column in group.columns() {
        assert_eq!(column.compression(), Compression::SNAPPY);
        let encodings: Vec<Encoding> = column.encodings().collect();
        let expected = match column.column_type() {
            Type::DOUBLE => Encoding::BYTE_STREAM_SPLIT,
            Type::INT64 => Encoding::DELTA_BINARY_PACKED,
            _ => Encoding::RLE_DICTIONARY,
        };
        assert!(
            encodings.contains(&expected),
            "{}: {encodings:?}",
            column.column_path()
        );
    }
}

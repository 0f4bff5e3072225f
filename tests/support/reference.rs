//! The independent tables of `tests/data`.

use std::collections::BTreeMap;

/// The rows of a table, by the names of its columns.
pub(crate) fn table(name: &str) -> Vec<BTreeMap<String, String>> {
    let path = format!("{}/tests/data/{name}.csv", env!("CARGO_MANIFEST_DIR"));
    let mut reader = csv::Reader::from_path(path).expect("a reference table");
    reader
        .deserialize()
        .map(|row| row.expect("a row"))
        .collect()
}

//! A file of numbers, with and without labels.

use std::cell::OnceCell;
use std::fs;

use initscope::net::foreign::{is_hidden, message};
use initscope::net::input::Input;
use tempfile::TempDir;

thread_local! {
    static PLACE: OnceCell<TempDir> = const { OnceCell::new() };
}

/// Writes the bytes into a file and reads it; the first of them choose the column of the labels. What was read holds finite
/// numbers, what was refused is told in one harmless message.
pub(crate) fn read(extension: &str, bytes: &[u8]) {
    let path = PLACE.with(|place| {
        let place = place.get_or_init(|| TempDir::new().expect("a directory"));
        place.path().join(format!("rows.{extension}"))
    });
    fs::write(&path, bytes).expect("written");
    let labels = match bytes.last().map_or(0, |byte| byte % 4) {
        0 => Some("last"),
        1 => Some("first"),
        2 => Some("class"),
        _ => None,
    };
    match Input::read(path.to_str().expect("plain"), labels, None) {
        Ok(input) => {
            let rows = input.rows().expect("rows of a file");
            assert!(rows.iter().all(|x| x.is_finite()));
            assert!(!input.description().is_empty());
            assert!(input.overlap().is_finite() && input.mean_square().is_finite());
        }
        Err(error) => {
            let told = message(&error.to_string());
            assert!(!told.is_empty() && told.len() < 20_000, "{told}");
            assert!(!told.chars().any(|c| c != '\n' && is_hidden(c)), "{told:?}");
        }
    }
}

//! The views that train: they rest until a key starts them, become known bit by bit, and show what the command line prints.
//!
//! `UPDATE_PICTURES=1 cargo test --test learning_views` writes the pictures anew.

#[path = "../support/pictures.rs"]
mod pictures;
#[path = "../support/shown.rs"]
mod shown;
#[path = "../support/synthetic.rs"]
mod synthetic;

mod factors;

use std::path::Path;
use std::{env, fs};

use initscope::app::Model;
use initscope::ui;

/// Compares with the picture of this name.
fn assert_picture(model: &Model, name: &str) {
    let file = format!("tests/learning_views/pictures/{name}.txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let drawn = ui::plain(model) + "\n";
    if env::var_os("UPDATE_PICTURES").is_some() {
        return fs::write(path, drawn).expect("writable");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

//! Many networks at a glance: the compare view and the atlas.

mod atlas;
mod compare;

use initscope::app::Model;
use initscope::ui;

/// Compares with a picture that begins and ends with an empty line.
fn assert_screen(model: &Model, picture: &str) {
    let (drawn, expected) = (ui::plain(model), picture.trim_matches('\n'));
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

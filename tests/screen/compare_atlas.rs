//! Many networks at a glance: the compare view and the atlas.

mod atlas;
mod compare;

use initscope::app::{Model, Msg};
use initscope::ui;
use initscope::worker::Source;

/// Compares with a picture that begins and ends with an empty line.
fn assert_screen(model: &Model, picture: &str) {
    let (drawn, expected) = (ui::plain(model), picture.trim_matches('\n'));
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

/// Asks for what the model wishes to know, and gives it the answers.
fn answer(model: &mut Model, source: &mut impl Source) {
    for wish in model.wishes() {
        source.request(wish);
    }
    for news in source.news() {
        model.update(Msg::Answer(news.expect("it does not fail")));
    }
}

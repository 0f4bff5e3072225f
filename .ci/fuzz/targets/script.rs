//! Lecture scripts: read and begun, or an error with its place.

#![no_main]

use std::sync::Arc;

use initscope::app::Format;
use initscope::app::lecture::{Mode, Player};
use initscope::cast;
use initscope::net::foreign::is_hidden;
use initscope::ui;
use libfuzzer_sys::fuzz_target;

/// Steps of a lecture that are gone through without answers of a simulation.
const STEPS: usize = 16;

fuzz_target!(|text: &str| {
    let lecture = match cast::parse(text) {
        Ok(lecture) => Arc::new(lecture),
        Err(error) => {
            assert!(error.line >= 1 && error.column >= 1 && !error.why.is_empty());
            return;
        }
    };
    let (look, size) = (lecture.look, lecture.size);
    let mut player = Player::new(lecture, look, size, Mode::Live);
    for _ in 0..STEPS {
        player.pass(1000);
        if player.proceed().is_none() {
            break;
        }
    }
    let picture = ui::export::still(&player, Format::Svg).expect("a picture needs no numbers");
    assert!(picture.starts_with("<svg "));
    assert!(!picture.chars().any(|c| c != '\n' && is_hidden(c)));
});

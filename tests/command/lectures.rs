//! Lectures: scripts and their errors, recordings, the committed ones, and a person at the keyboard.

mod asciinema;
mod demos;
mod facts;
mod handbook;
mod keyboard;
mod recordings;
mod scripts;
mod stills;
mod terminals;

use std::sync::Arc;

use initscope::cast::{Recorder, Recording, parse};

/// A short lecture with every kind of step but a question.
const SHORT: &str = r#"
title = "Short"
size = "80x30"
network = "relu/glorot_normal 16x8 draws=8"
seed = 3

[[step]]
mark = "one"
[[step]]
highlight = "signal"
[[step]]
say = "{depth} layers keep {signal_last}."
[[step]]
highlight = "nothing"
[[step]]
key = "i"
to = "he_normal"
[[step]]
until = 4
[[step]]
mark = "two"
[[step]]
key = "= Ctrl-U"
[[step]]
type = "tanh\n"
[[step]]
wait = 1.5
[[step]]
say = "{activation} with {initializer}: {verdict}."
for = 2
"#;

fn recorded(script: &str) -> Recording {
    let lecture = parse(script).expect("a script");
    let recorder = Recorder::new(Arc::new(lecture)).expect("the baseline");
    recorder.run().expect("a recording")
}

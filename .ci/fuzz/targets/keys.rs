//! Bytes of a terminal into keys, and those into the dashboard, its answers and its screen.

#![no_main]

use std::sync::Arc;

use initscope::app::{Effect, Look, Model, Msg, keys};
use initscope::engine::Engine;
use initscope::engine::request::Answer;
use initscope::net::spec::Spec;
use initscope::term::decode::{Decoder, Input};
use initscope::ui;
use libfuzzer_sys::fuzz_target;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// More keys show nothing new and take long.
const LONGEST: usize = 512;

/// What the bytes are as keys and gestures, cut into such pieces.
fn decoded(bytes: &[u8], piece: usize) -> Vec<Input> {
    let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
    for bytes in bytes.chunks(piece) {
        decoder.feed(bytes, &mut inputs);
    }
    inputs.extend(decoder.give_up().map(Input::Key));
    inputs
}

/// Curves of a network small enough to be drawn in a moment.
fn answer(spec: &Arc<Spec>, generation: u64) -> Option<Msg> {
    if spec.width() > 16 || spec.depth() > 8 {
        return None;
    }
    let spec = Arc::new(spec.with(|draft| draft.draws = "1".parse().expect("a number")).ok()?);
    let snapshot = Engine::new(spec, generation).run();
    Some(Msg::Answer(Answer::Simulation(Arc::new(snapshot))))
}

fn draw(model: &Model) {
    let (columns, rows) = model.size();
    let area = Rect::new(0, 0, columns, rows);
    ui::render(model, area, &mut Buffer::empty(area));
}

fuzz_target!(|bytes: &[u8]| {
    let inputs = decoded(bytes, LONGEST);
    assert_eq!(inputs, decoded(bytes, 1));
    assert_eq!(inputs, decoded(bytes, 3));
    let spec = "relu/he_normal 8x3 draws=1".parse().expect("valid");
    let mut model = Model::new(spec, Look::default(), (80, 24));
    let rows: Vec<_> = keys::rows().collect();
    for (n, input) in inputs.into_iter().take(LONGEST).enumerate() {
        let effect = match input {
            Input::Key(key) => model.update(Msg::Key(key)),
            Input::Mouse(mouse) => ui::hit::at(&model, mouse.column, mouse.row)
                .and_then(|target| model.update(Msg::Point(target, mouse.gesture))),
        };
        match effect {
            Some(Effect::Simulate { generation, spec }) if n < 24 => {
                if let Some(answer) = answer(&spec, generation) {
                    model.update(answer);
                }
            }
            Some(Effect::Quit) => break,
            _ => {}
        }
        let wishes = model.wishes();
        assert!(wishes.len() < 16);
        // a byte at the same place chooses what else happens: another size, an action whatever its key
        match bytes.get(n).copied().unwrap_or(0) {
            byte @ 0x80..=0x8f => {
                model.update(Msg::Resize(u16::from(byte & 15) * 20, u16::from(byte & 3) * 33));
            }
            byte @ 0x90..=0xff => {
                model.update(Msg::Do(rows[usize::from(byte) % rows.len()].action));
            }
            _ => {}
        }
        if n % 8 == 0 {
            draw(&model);
        }
    }
    draw(&model);
    let line = model.command_line();
    assert!(line.starts_with("initscope "), "{line}");
});

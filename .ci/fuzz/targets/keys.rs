//! Bytes of a terminal into keys, and those into the dashboard, its answers and its screen.

#![no_main]

use initscope::app::{Effect, Look, Model, Msg, views};
use initscope::engine::request::{Inquiry, Request, Source, ask};
use initscope::net::spec::Draws;
use initscope::term::decode::{Decoder, Input};
use initscope::ui;
use initscope::worker::Inline;
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

/// Answers what the dashboard asks about a network that is small enough to be drawn in a moment.
fn answer(model: &mut Model, source: &mut Inline, asked: &mut Vec<Inquiry>) {
    let spec = model.spec();
    if spec.width() > 16 || spec.depth() > 8 || spec.draws() != Draws::Exactly(1) {
        return;
    }
    let wishes = model.wishes().into_iter();
    let curves = wishes.filter(|wish| matches!(wish.request, Request::Simulation(_)));
    ask(source, asked, curves.collect());
    for news in source.news() {
        model.update(Msg::News(news));
    }
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
    let rows: Vec<_> = views::rows().collect();
    let (mut source, mut asked) = (Inline::default(), Vec::new());
    for (n, input) in inputs.into_iter().take(LONGEST).enumerate() {
        let effect = match input {
            Input::Key(key) => model.update(Msg::Key(key)),
            Input::Mouse(mouse) => ui::hit::at(&model, mouse.column, mouse.row)
                .and_then(|target| model.update(Msg::Point(target, mouse.gesture))),
        };
        if matches!(effect, Some(Effect::Quit)) {
            break;
        }
        if n < 24 {
            answer(&mut model, &mut source, &mut asked);
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

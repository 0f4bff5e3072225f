//! Sequences of messages that no person would send, and a picture after each; a sequence that fails is shortened to what it takes.

mod answers;

use crate::synthetic::{Lines, VANISHING, settled};
use std::sync::Arc;

use initscope::app::look::Choice;
use initscope::app::{Colour, Format, Glyphs, Look, Model, Msg, Outcome, Palette};
use initscope::app::{Gesture, Hit, Key, state::LARGEST_SCREEN};
use initscope::engine::factors::Response;
use initscope::engine::request::{Answer, Inquiry, Request, Ticket, Work, WorkError};
use initscope::engine::snapshot::{Phase, Snapshot};
use initscope::net::spec::Spec;
use initscope::ui;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::{RngSeed, TestRunner};
use ratatui::buffer::{Buffer, CellWidth};

/// Sequences for every set of glyphs, and messages of one at most: some hundred thousand messages in all.
const SEQUENCES: u32 = 64;
const MESSAGES: usize = 800;

/// The numbers that make one message (xorshift, G. Marsaglia 2003).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Numbers that simulations should never give, and some that they do.
const VALUES: [f64; 10] = [
    0.0,
    -0.3,
    0.4,
    -20.0,
    1e300,
    -1e300,
    f64::NAN,
    f64::INFINITY,
    f64::NEG_INFINITY,
    1e-300,
];

fn lines(random: &mut Random) -> Lines {
    if random.below(3) > 0 {
        return VANISHING;
    }
    let mut value = || random.of(&VALUES);
    Lines {
        signal: (value(), value()),
        gradient: (value(), value()),
        distinguishability: value(),
        band: value(),
        theory_off: value(),
    }
}

/// Of the network that is asked for, complete or not.
fn snapshot(model: &Model, random: &mut Random) -> Option<Snapshot> {
    let spec = model.spec();
    if spec.depth() > 300 {
        return None;
    }
    let mut snapshot = settled(spec, lines(random));
    match random.below(4) {
        0 => snapshot.layers.truncate(random.below(spec.depth())),
        1 => {
            snapshot.draws = random.below(3);
            snapshot.prediction = None;
            snapshot.verdict = None;
        }
        _ => {}
    }
    Some(snapshot)
}

/// A key of the table most of the time; what takes long to answer seldom.
fn key(random: &mut Random, known: &[Key]) -> Key {
    const SLOW: [Key; 4] = [
        Key::Char('r'),
        Key::Char('4'),
        Key::Char('d'),
        Key::Char('w'),
    ];
    match random.below(20) {
        0 => Key::Char(random.of(&['é', '日', '\u{301}', '"', '(', '7', '\u{7f}'])),
        1 => Key::Pasted(random.of(&['x', '*', '\u{1b}', 't'])),
        2 => Key::Ctrl(random.of(&['a', 'c', 'u', 'z', 'l', 'p'])),
        3 => Key::F(random.below(13) as u8),
        4 => Key::Char(':'),
        5 => Key::Char(random.of(&['e', 'l', 'u', 'w', ' ', '3', '=', '*', '('])),
        _ => {
            let key = random.of(known);
            if SLOW.contains(&key) && random.below(8) > 0 {
                Key::Char('1')
            } else {
                key
            }
        }
    }
}

fn size(random: &mut Random) -> (u16, u16) {
    let (columns, rows) = match random.below(40) {
        0 => (random.below(301), random.below(101)),
        1 => (usize::from(u16::MAX), 3),
        2 => (2, usize::from(u16::MAX)),
        3..9 => (random.below(45), random.below(14)),
        _ => (40 + random.below(45), 12 + random.below(14)),
    };
    (columns as u16, rows as u16)
}

fn message(model: &Model, random: &mut Random, known: &[Key]) -> Option<Msg> {
    Some(match random.below(12) {
        0 | 1 => {
            let (columns, rows) = size(random);
            Msg::Resize(columns, rows)
        }
        11 => point(model, random)?,
        2..5 => {
            let answer = Answer::Simulation(Arc::new(snapshot(model, random)?));
            let mut news = model.news(Ok(answer));
            if random.below(2) == 0 {
                // of a question that nobody asks
                news.ticket = (0..random.below(1000)).fold(Ticket::default(), |t, _| t.next());
                if news.ticket == model.news(news.outcome.clone()).ticket {
                    return None;
                }
            }
            Msg::News(news)
        }
        5 => match random.below(10) {
            0 => Msg::News(model.news(Err(WorkError {
                work: Work::Simulation,
                reason: "\u{1b}[2J".into(),
            }))),
            1 => Msg::Tell("日 \u{202e} told".into()),
            2 => Msg::Saved(Format::Svg, Outcome::Exists),
            3 => Msg::Saved(Format::Csv, Outcome::Failed("no\nroom".into())),
            4 => answers::factors(model, random)?,
            5 => answers::training(model, random)?,
            6 => answers::phase_map(model)?,
            7 => answers::atlas(model, random)?,
            _ => answers::pins(model, random),
        },
        _ => Msg::Key(key(random, known)),
    })
}

/// The mouse somewhere on the screen, or on something that may not be there at all.
fn point(model: &Model, random: &mut Random) -> Option<Msg> {
    let gesture = random.of(&[
        Gesture::Left,
        Gesture::Right,
        Gesture::WheelUp,
        Gesture::WheelDown,
    ]);
    let anywhere = random.below(400);
    let target = match random.below(24) {
        0 => Hit::Layer(anywhere),
        1 => Hit::Cell(anywhere, 0),
        2 => Hit::Cell(random.below(5), 0),
        3 => Hit::Cell(anywhere, random.below(40)),
        4 => Hit::Entry(anywhere),
        5 => Hit::HelpLine(anywhere),
        6 => Hit::Outside,
        7 => Hit::Cell(anywhere, random.below(400)),
        8 => Hit::Cell(Response::Signal as usize, random.below(6)),
        _ => {
            let (columns, rows) = model.size();
            let column = random.below(usize::from(columns) + 1);
            let row = random.below(usize::from(rows) + 1);
            ui::hit::at(model, column as u16, row as u16)?
        }
    };
    Some(Msg::Point(target, gesture))
}

/// What holds in every state, where the network before the last message was this one.
fn holds(before: &Arc<Spec>, model: &Model) {
    let asks =
        |wish: &Inquiry| matches!(&wish.request, Request::Simulation(spec) if spec == model.spec());
    let asked = model.wishes().iter().any(asks);
    if before != model.spec() {
        // a swap with a pin that is measured already asks for nothing
        let known = model.snapshot().is_some_and(|s| s.phase == Phase::Settled);
        assert!(
            asked != known,
            "old curves under new labels, or none at all"
        );
    }
    if let Some(snapshot) = model.snapshot() {
        assert_eq!(&*snapshot.spec, &**model.spec());
    }
    let (columns, rows) = model.size();
    assert!(columns <= LARGEST_SCREEN.0 && rows <= LARGEST_SCREEN.1);
    let command = model.spec().to_string();
    assert_eq!(
        command.parse::<Spec>().as_ref(),
        Ok(&**model.spec()),
        "{command}"
    );
}

fn pictured(model: &Model) -> Buffer {
    let buffer = ui::screen(model);
    let ascii = model.look().glyphs == Glyphs::Ascii;
    for cell in &buffer.content {
        assert!(!ascii || cell.symbol().is_ascii(), "{:?}", cell.symbol());
        assert_eq!(cell.cell_width(), 1, "{:?}", cell.symbol());
    }
    buffer
}

/// The messages that these numbers stand for, one each.
fn sequence(numbers: &[u64], look: Look) {
    let known: Vec<Key> = initscope::app::views::rows()
        .flat_map(|row| {
            row.keys
                .iter()
                .chain(row.back.map_or(&[][..], |(keys, _)| keys))
        })
        .copied()
        .collect();
    let start = || "relu/he_normal 16x6".parse().expect("valid");
    let mut model = Model::new(start(), look, (60, 18));
    for number in numbers {
        if model.spec().depth() > 300 || model.spec().width() > 4096 {
            model = Model::new(start(), look, model.size());
        }
        // never 0, which would stay 0
        let Some(msg) = message(&model, &mut Random(number | 1), &known) else {
            continue;
        };
        let before = Arc::clone(model.spec());
        model.update(msg);
        holds(&before, &model);
        assert!(pictured(&model) == ui::screen(&model), "drawn twice");
    }
}

fn sequences_are_survived(seed: u64, glyphs: Glyphs) {
    let look = Look {
        colour: Colour::True,
        palette: Palette::NAMES[seed as usize % 3].1,
        glyphs,
    };
    let mut runner = TestRunner::new(ProptestConfig {
        cases: SEQUENCES,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(seed),
        ..ProptestConfig::default()
    });
    let survived = runner.run(&vec(any::<u64>(), MESSAGES / 2..MESSAGES), |numbers| {
        sequence(&numbers, look);
        Ok(())
    });
    survived.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn messages_are_survived_and_drawn() {
    let glyphs = [
        Glyphs::Ascii,
        Glyphs::Blocks,
        Glyphs::Braille,
        Glyphs::Octants,
    ];
    std::thread::scope(|scope| {
        for (seed, glyphs) in (0..).zip(glyphs) {
            scope.spawn(move || sequences_are_survived(seed, glyphs));
        }
    });
}

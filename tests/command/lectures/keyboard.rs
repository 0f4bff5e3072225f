//! A person at the keyboard of a lecture.

use std::sync::Arc;

use initscope::app::action::{Action, Direction};
use initscope::app::key::Key;
use initscope::app::lecture::{Mode, Player, Tally, Value};
use initscope::app::{Effect, Msg};
use initscope::cast::parse;
use initscope::engine::Engine;
use initscope::engine::request::{Answer, News, Request};
use initscope::net::spec::field;

use super::SHORT;

/// A lecture live, its simulation answered at once.
struct Hall {
    player: Player,
}

impl Hall {
    fn new(script: &str) -> Self {
        let lecture = Arc::new(parse(script).expect("a script"));
        let (look, size) = (lecture.look, lecture.size);
        let player = Player::new(lecture, look, size, Mode::Live);
        let mut hall = Self { player };
        hall.answer();
        hall
    }

    fn answer(&mut self) {
        for wish in self.player.model().wishes() {
            if let Request::Simulation(spec) = wish.request {
                let answer = Answer::Simulation(Arc::new(Engine::new(spec).run()));
                self.player.update(Msg::News(News {
                    ticket: wish.ticket,
                    outcome: Ok(answer),
                }));
            }
        }
    }

    /// Time passes in steps of 50 ms.
    fn wait(&mut self, millis: u64) {
        for _ in 0..millis / 50 {
            self.settle();
            self.player.pass(50);
        }
        self.settle();
    }

    /// Does what is due; how many things that was.
    fn settle(&mut self) -> usize {
        let mut cues = 0;
        while self.player.proceed().is_some() {
            self.answer();
            cues += 1;
        }
        cues
    }

    fn press(&mut self, key: &str) {
        self.player.update(Msg::Key(key.parse().expect("a key")));
        self.answer();
        self.settle();
    }

    fn initializer(&self) -> String {
        field::INITIALIZER.typed(self.player.model().spec())
    }
}

#[test]
fn space_holds_the_time_and_right_goes_on_without_waiting() {
    let mut hall = Hall::new(SHORT);
    hall.wait(100);
    let begun = hall.player.progress().0;
    assert_eq!(begun, 3);
    hall.press("space");
    hall.wait(60_000);
    assert!(hall.player.paused() && hall.player.progress().0 == begun);
    hall.press("space");
    hall.press("Right");
    assert_eq!(hall.player.progress().0, 5);
    assert_eq!(hall.player.highlight(), None);
    hall.wait(60_000);
    assert!(hall.player.is_over());
    assert_eq!(hall.player.fault(), None);
}

#[test]
fn left_goes_back_to_the_caption_before_with_the_dashboard_as_it_was() {
    let mut hall = Hall::new(SHORT);
    hall.wait(60_000);
    assert_eq!(hall.player.model().spec().activation().to_string(), "tanh");
    hall.press("Left");
    assert_eq!(hall.player.progress().0, 3);
    assert_eq!(hall.player.model().spec().activation().to_string(), "relu");
    assert_eq!(
        (hall.initializer(), hall.player.chapter()),
        ("glorot_normal".into(), Some("one"))
    );
    let said = hall.player.caption().expect("said again");
    assert!(said.parts.len() > 1);
    hall.wait(60_000);
    assert!(hall.player.is_over() && hall.player.fault().is_none());
    // back again to the last caption alone
    hall.press("Left");
    hall.press("Left");
    hall.press("Left");
    assert_eq!(hall.player.progress().0, 3);
}

#[test]
fn t_hands_the_keyboard_over_and_back_with_the_dashboard_as_it_was_left() {
    let mut hall = Hall::new(SHORT);
    hall.wait(100);
    let (spec, progress) = (hall.player.model().spec().clone(), hall.player.progress());
    hall.press("x");
    assert!(
        hall.player
            .model()
            .message()
            .is_some_and(|m| m.starts_with("t gives you the keyboard"))
    );
    hall.press("t");
    for key in ["a", "d", "r", "4", "?", "Esc", "1"] {
        hall.press(key);
    }
    hall.wait(60_000);
    assert!(hall.player.taken() && hall.player.progress() == progress);
    assert_ne!(hall.player.model().spec(), &spec);
    // while an activation is typed, t is a letter
    hall.press("=");
    hall.press("t");
    assert!(hall.player.taken());
    hall.press("Esc");
    hall.press("t");
    assert!(!hall.player.taken());
    assert_eq!(hall.player.model().spec(), &spec);
    assert!(!hall.player.model().waiting());
    hall.wait(60_000);
    assert!(hall.player.is_over());
}

#[test]
fn a_viewer_can_always_quit() {
    for key in ["q", "Ctrl-C"] {
        let mut hall = Hall::new(SHORT);
        let effect = hall.player.update(Msg::Key(key.parse().expect("a key")));
        assert!(matches!(effect, Some(Effect::Quit)), "{key}");
    }
    let mut hall = Hall::new(SHORT);
    assert!(hall.player.update(Msg::Key(Key::Esc)).is_none());
    assert_eq!(
        hall.player.model().message(),
        Some("nothing is open: q quits")
    );
    hall.press("t");
    let effect = hall.player.update(Msg::Key(Key::Char('q')));
    assert!(matches!(effect, Some(Effect::Quit)));
}

const QUESTION: &str = r#"
title = "Question"
size = "80x30"
network = "relu/glorot_normal 32x16 draws=8"
[[step]]
ask = "Which initializer keeps the signal of {activation}?"
choices = [
  { text = "the one of tanh", key = "i", to = "glorot_normal" },
  { text = "the one of ReLU", key = "i", to = "he_normal" },
]
measure = "signal_rate"
best = "steadiest"
answer = "b"
"#;

#[test]
fn an_impatient_viewer_waits_for_what_cannot_be_said_before_it_is_measured() {
    let lecture = Arc::new(parse(SHORT).expect("a script"));
    let (look, size) = (lecture.look, lecture.size);
    let mut player = Player::new(lecture, look, size, Mode::Live);
    let go_on = |player: &mut Player| {
        player.update(Msg::Key(Key::Right));
        while player.proceed().is_some() {}
    };
    for _ in 0..5 {
        go_on(&mut player);
    }
    assert_eq!((player.fault(), player.caption()), (None, None));
    let spec = Arc::clone(player.model().spec());
    let mut engine = Engine::new(spec);
    while engine.draws() == 0 {
        engine.step();
    }
    let known = Answer::Simulation(Arc::new(engine.snapshot_of(1)));
    player.update(Msg::News(player.model().news(Ok(known))));
    go_on(&mut player);
    assert_eq!(player.fault(), None);
    assert!(player.caption().is_some() && player.model().waiting());
}

#[test]
fn whoever_paints_is_told_of_everything_that_changes_by_itself() {
    let mut hall = Hall::new(&format!(
        "{QUESTION}[[step]]\nsay = \"It is the variance.\"\n"
    ));
    hall.settle();
    hall.press("a");
    let mut changes = 0;
    while !hall.player.is_over() {
        let seen = |hall: &Hall| {
            let question = hall.player.question();
            let measured = question.map(|question| question.measured.len());
            (hall.player.caption().cloned(), measured)
        };
        let before = seen(&hall);
        hall.player.pass(50);
        let cues = hall.settle();
        if seen(&hall) != before {
            changes += 1;
            assert!(cues > 0, "{before:?}");
        }
    }
    assert_eq!(changes, 3);
}

#[test]
fn a_question_waits_for_its_answer_and_then_measures_who_is_right() {
    let mut hall = Hall::new(QUESTION);
    hall.wait(60_000);
    let question = |hall: &Hall| hall.player.question().expect("asked").clone();
    assert_eq!(question(&hall).tally(), Tally::Open);
    hall.press("c");
    assert_eq!(question(&hall).tally(), Tally::Open);
    hall.press("a");
    assert_eq!(
        (question(&hall).taken, question(&hall).tally()),
        (Some(0), Tally::Measuring)
    );
    hall.wait(60_000);
    let asked = question(&hall);
    assert_eq!(asked.tally(), Tally::Right(1));
    let measured: Vec<f64> = asked
        .measured
        .iter()
        .flatten()
        .filter_map(Value::number)
        .collect();
    assert!((measured[0] - 0.5_f64.log10()).abs() < 0.05, "{measured:?}");
    assert!(measured[1].abs() < 0.05, "{measured:?}");
    assert!(hall.player.is_over() && hall.initializer() == "he_normal");
}

#[test]
fn an_answer_that_the_measurement_does_not_confirm_stops_the_lecture() {
    let mut hall = Hall::new(&QUESTION.replace("answer = \"b\"", "answer = \"a\""));
    hall.wait(100);
    hall.press("Right");
    hall.wait(60_000);
    assert_eq!(
        hall.player.fault(),
        Some("line 5: the answer is `a` by the script, `b` by measurement")
    );
}

#[test]
fn any_keys_at_any_time_leave_a_lecture_that_can_go_on() {
    let keys = [
        "space", "Left", "Right", "t", "a", "A", "i", "=", "x", "Enter", "Esc", "?", "Down", "4",
        "1", "5", "r", "b",
    ];
    let mut hall = Hall::new(QUESTION);
    let mut state = 1_u32;
    for _ in 0..400 {
        // the minimal standard generator of Lehmer's kind
        state = (u64::from(state) * 48_271 % 0x7fff_ffff) as u32;
        let key: Key = keys[state as usize % keys.len()].parse().expect("a key");
        let effect = hall.player.update(Msg::Key(key));
        if matches!(effect, Some(Effect::Quit)) {
            continue;
        }
        hall.answer();
        hall.wait(u64::from(state % 7) * 100);
        assert_eq!(hall.player.fault(), None);
    }
    let there = hall.player.model().spec().depth();
    hall.player
        .update(Msg::Do(Action::Step(&field::DEPTH, Direction::Forward)));
    assert!(hall.player.model().spec().depth() > there);
}

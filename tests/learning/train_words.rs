//! The words of the train view: what a key does now, how it is trained, which network is which.

use std::sync::Arc;

use initscope::app::{Model, Msg};
use initscope::engine::request::{Answer, Request};
use initscope::engine::training::Session;
use initscope::ui;

use super::train::{finished, opened, request};
use super::{Lab, baseline};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;

/// The word beside a key in the last line.
fn called(model: &Model, words: [&str; 3]) -> Vec<bool> {
    let screen = ui::plain(model);
    let footer = screen.lines().last().expect("a footer");
    words
        .map(|word| footer.contains(&format!("x {word}")))
        .into()
}

#[test]
fn the_key_that_starts_is_called_by_what_it_does_now() {
    let words = ["start", "pause", "go on"];
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    finished(&mut model, &mut lab);
    assert_eq!(called(&model, words), [true, false, false]);
    press(&mut model, "x");
    lab.answer(&mut model);
    lab.answer(&mut model);
    assert_eq!(called(&model, words), [false, true, false]);
    press(&mut model, "x");
    finished(&mut model, &mut lab);
    assert_eq!(called(&model, words), [false, false, true]);
    press(&mut model, "x");
    finished(&mut model, &mut lab);
    // it is over, and there is nothing that it could do
    assert_eq!(called(&model, words), [false; 3]);
}

/// How it is trained stays above the table, however much there is to say of how far it is.
#[test]
fn optimizer_and_steps_stay_on_the_screen_while_it_trains_and_when_it_is_done() {
    let mut model = opened((80, 24));
    press(&mut model, "o o");
    let wished = model
        .wishes()
        .into_iter()
        .find_map(|wish| match wish.request {
            Request::Training(wished) => Some(wished),
            _ => None,
        });
    let mut session = Session::new(request(true), None);
    for (steps, state, how) in [
        (
            0,
            "x starts",
            "digits in place of noise, adam 0.001, 300 steps of 64",
        ),
        (
            40,
            "paused, 0.2 s, 400 steps/s, x goes on",
            "adam 0.001, 300 x 64",
        ),
        (
            300,
            "done, 0.2 s, 3000 steps/s",
            "digits, adam 0.001, 300 steps of 64",
        ),
    ] {
        let mut news = session.advance_to(steps);
        news.request = wished.clone().expect("the view is open");
        news.spent = (steps > 0).then_some((0.2, 2 * steps));
        model.update(Msg::News(model.news(Ok(Answer::Training(Arc::new(news))))));
        let screen = ui::plain(&model);
        let line = screen.lines().find(|line| line.contains("networks"));
        let line = line.expect("a title");
        assert!(line.contains(state) && line.contains(how), "{line}");
    }
}

/// Where there is room, no name is cut: of names that begin alike it is the end that tells them apart.
#[test]
fn three_networks_are_told_apart_by_their_names_at_80_columns() {
    baseline();
    let mut model = shown("relu/glorot_normal 16x6", (80, 24), VANISHING);
    press(&mut model, "p f p f 6");
    let names = |model: &Model| -> Vec<String> {
        let screen = ui::plain(model);
        let rows = screen.lines().filter(|line| line.contains("glorot"));
        rows.map(|row| row.chars().skip(3).take(25).collect())
            .collect()
    };
    for view in ["6", "2"] {
        press(&mut model, view);
        let rows = names(&model);
        assert!(
            rows.len() >= 3 && rows.iter().all(|row| !row.contains('…')),
            "{}",
            ui::plain(&model)
        );
    }
}

//! The train view.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use initscope::app::views::train::Train;
use initscope::app::{Format, Look, Model, Msg};
use initscope::engine::request::{Answer, Request, Source, Work};
use initscope::engine::training::{Outcome, Session, TrainingNews, TrainingRequest, Trainings};
use initscope::net::optimizer::Optimizer;
use initscope::net::recipe::{Rate, Recipe};
use initscope::report::train::csv;
use initscope::train::plan::Plan;
use initscope::ui::{self, export::contents};
use initscope::worker::Threaded;

use crate::pictures::assert_promises;
use crate::shown::{press, shown};
use crate::synthetic::{VANISHING, settled};
use crate::{Lab, assert_picture, baseline, busy, inquiry, printed_by};

/// Small, so that everything is trained in a second.
const SPEC: &str = "relu/he_normal 16x6";
const PIN: &str = "relu/glorot_normal 16x6";

/// The view of a network beside a pinned one, nothing started.
pub(crate) fn opened(size: (u16, u16)) -> Model {
    baseline();
    let mut model = shown(PIN, size, VANISHING);
    press(&mut model, "p i");
    while model.spec().to_string() != SPEC {
        press(&mut model, "i");
    }
    press(&mut model, "6");
    let snapshot = settled(model.spec(), VANISHING);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    model
}

pub(crate) fn request(train: bool) -> TrainingRequest {
    baseline();
    TrainingRequest {
        specs: [SPEC, PIN]
            .map(|text| Arc::new(text.parse().expect("valid")))
            .into(),
        recipe: Recipe::default(),
        train,
    }
}

/// What `initscope train` prints for these networks.
fn printed(specs: &[&str], recipe: &Recipe) -> String {
    let plan = |text: &&str| {
        let spec = text.parse().expect("valid");
        Arc::new(Plan::new(&spec, recipe).expect("trainable"))
    };
    csv(&Trainings::new(specs.iter().map(plan).collect()).run())
}

fn steps(news: Option<&TrainingNews>) -> Vec<usize> {
    let networks = news.expect("an answer").networks.iter();
    let contestants = networks.map(|network| network.as_ref().expect("trainable"));
    contestants
        .map(|contestant| contestant.best().runs[0].record.losses.len())
        .collect()
}

pub(crate) fn finished(model: &mut Model, lab: &mut Lab) {
    while model.waiting() {
        lab.answer(model);
    }
}

#[test]
fn the_view_rests_until_x_and_pauses_and_goes_on() {
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    finished(&mut model, &mut lab);
    assert_eq!(steps(model.known::<Session>()), [0, 0]);
    press(&mut model, "x");
    lab.answer(&mut model);
    lab.answer(&mut model);
    let some = steps(model.known::<Session>());
    assert!(
        some[0] > 0 && some[0] < 300 && some[0] == some[1],
        "{some:?}"
    );
    press(&mut model, "x");
    finished(&mut model, &mut lab);
    assert_eq!(steps(model.known::<Session>()), some);
    assert!(ui::plain(&model).contains("paused"));
    press(&mut model, "x 1");
    let mut wishes = model.wishes().into_iter();
    assert!(!wishes.any(|wish| wish.request.work() == Work::Training));
    press(&mut model, "6");
    finished(&mut model, &mut lab);
    assert_eq!(steps(model.known::<Session>()), [300, 300]);
    press(&mut model, "x");
    assert!(
        model
            .message()
            .is_some_and(|m| m.contains("the training is over"))
    );
}

/// What the view ends with is what `initscope train` prints for the same seed, and so is what it saves.
#[test]
fn the_numbers_are_those_of_the_command_line() {
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    press(&mut model, "x");
    finished(&mut model, &mut lab);
    let alone = printed(&[SPEC, PIN], &Recipe::default());
    assert_eq!(contents(&model, Format::Csv), Some(alone));
    let json = contents(&model, Format::Json).expect("a document");
    assert!(json.contains("\"complete\":true"), "{json}");
    press(&mut model, "Enter");
    finished(&mut model, &mut lab);
    let next = [SPEC, PIN].map(|text| format!("{text} seed=1"));
    let next = printed(&[&next[0], &next[1]], &Recipe::default());
    assert_eq!(contents(&model, Format::Csv), Some(next));
}

/// Before anything is trained the command line opens the view, afterwards it prints the numbers.
#[test]
fn the_command_line_prints_what_is_saved() {
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    finished(&mut model, &mut lab);
    let command = model.command_line();
    assert!(
        command.ends_with(&format!(" --view train --pin '{PIN}'")),
        "{command}"
    );
    press(&mut model, "M l o L x");
    finished(&mut model, &mut lab);
    press(&mut model, "Enter");
    finished(&mut model, &mut lab);
    let command = model.command_line();
    let expected = "initscope train --activation relu --initializer he_normal --width 16 --depth 6 --seed 1 --against 'relu/glorot_normal 16x6 seed=1' --optimizer momentum --learning-rate 0.003 --steps 100";
    assert_eq!(command, expected);
    let saved = contents(&model, Format::Csv).expect("trained");
    assert_eq!(printed_by(&command), saved);
}

/// Inline, an answer depends on how many there were before, not on the threads or on how fast they are.
#[test]
fn partial_answers_are_the_same_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            let mut session = Session::new(request(true), None);
            [0, 15, 40].map(|wanted| {
                let news = session.advance_to(wanted);
                assert_eq!(steps(Some(&news)), [wanted; 2]);
                let records = news.networks.into_iter().map(|network| {
                    let contestant = network.expect("trainable");
                    (*contestant.best().runs[0].record).clone()
                });
                records.collect::<Vec<_>>()
            })
        })
    };
    assert_eq!(on(1), on(3));
}

/// A network that stays is not trained again while the one beside it changes.
#[test]
fn what_is_pinned_keeps_its_curves() {
    let mut session = Session::new(request(true), None);
    let _ = session.advance_to(40);
    let mut other = request(false);
    other.specs[0] = Arc::new("tanh/he_normal 16x6".parse().expect("valid"));
    let session = Session::new(other, Some(session));
    let known = steps(Some(&session.answer()));
    assert!(known[0] == 0 && known[1] >= 40, "{known:?}");
    let session = Session::new(request(false), Some(session));
    assert_eq!(steps(Some(&session.answer()))[1], known[1]);
}

/// The thread sleeps once it is told to: no news, and when it goes on it is where it was.
#[test]
fn a_paused_training_rests() {
    let (bell, rung) = channel();
    let mut source = Threaded::spawn(move || {
        let _ = bell.send(());
    })
    .expect("threads");
    let wait = Duration::from_secs(60);
    let long = |train| TrainingRequest {
        recipe: Recipe {
            steps: 100_000,
            ..Recipe::default()
        },
        ..request(train)
    };
    // steps of the next answer to a request that trains, or to one that does not
    let made = |source: &mut Threaded, train: bool| loop {
        rung.recv_timeout(wait).expect("news");
        if let Some(news) = source.news().pop()
            && let Answer::Training(news) = news.outcome.expect("no failure")
            && news.request.train == train
        {
            break steps(Some(&news))[0];
        }
    };
    source.request(inquiry(Request::Training(long(true))));
    while made(&mut source, true) == 0 {}
    source.request(inquiry(Request::Training(long(false))));
    let paused = made(&mut source, false);
    let before = busy("initscope train");
    std::thread::sleep(Duration::from_millis(300));
    assert!(source.news().is_empty());
    assert!(busy("initscope train") - before < Duration::from_millis(100));
    source.request(inquiry(Request::Training(long(true))));
    assert!(made(&mut source, true) >= paused && paused > 0);
}

#[test]
fn keys_choose_how_it_is_trained() {
    let mut model = opened((80, 24));
    let recipe = |model: &Model| model.view_as::<Train>().recipe().clone();
    press(&mut model, "l l");
    assert_eq!(recipe(&model).rate, Rate::Fixed(0.1));
    press(&mut model, "o o L");
    assert_eq!(recipe(&model).optimizer, Optimizer::Adam);
    assert_eq!(recipe(&model).rate, Rate::Fixed(0.0003));
    press(&mut model, "m");
    assert_eq!(recipe(&model).steps, 1000);
    press(&mut model, "M M M M");
    assert_eq!(model.message(), Some("steps: 30 is the smallest"));
    press(&mut model, "v");
    assert_eq!(recipe(&model), Recipe::default());
    assert_eq!(
        model.spec().to_string(),
        "relu/he_normal 128x30 input=digits"
    );
    let pins: Vec<String> = model.pins().map(|(_, pin)| pin.spec.to_string()).collect();
    assert_eq!(pins, ["relu/glorot_normal 128x30 input=digits"]);
    press(&mut model, "V");
    assert_eq!(
        model.spec().to_string(),
        "tanh/glorot_normal 128x30 input=digits"
    );
}

#[test]
fn what_cannot_be_trained_is_told() {
    baseline();
    let mut model = shown("relu/he_normal 2048x4", (100, 24), VANISHING);
    press(&mut model, "6");
    let mut lab = Lab::default();
    finished(&mut model, &mut lab);
    let screen = ui::plain(&model);
    assert!(
        screen.contains("width 2048 is not allowed: 1 to 1024"),
        "{screen}"
    );
    assert!(screen.contains("nothing can be trained"), "{screen}");
}

/// After so many answers.
fn trained(size: (u16, u16), keys: &str, answers: usize) -> Model {
    let mut model = opened(size);
    let mut lab = Lab::default();
    press(&mut model, keys);
    for _ in 0..answers {
        lab.answer(&mut model);
    }
    model
}

#[test]
fn a_divergence_is_told_with_its_step() {
    let mut model = opened((80, 24));
    let wished = model
        .wishes()
        .into_iter()
        .find_map(|wish| match wish.request {
            Request::Training(wished) => Some(wished),
            _ => None,
        });
    let mut wild = request(true);
    wild.specs[0] = Arc::new("relu/he_normal 32x6".parse().expect("valid"));
    wild.recipe.rate = Rate::Fixed(1000.0);
    let mut news = Session::new(wild, None).advance_to(300);
    news.request = wished.expect("the view is open");
    let at = news.networks[0].as_ref().expect("trainable").best().clone();
    assert_eq!(at.outcome_of(&at.runs[0]), Some(Outcome::Diverges));
    let step = at.runs[0].record.diverged.expect("no number any more").step;
    model.update(Msg::News(model.news(Ok(Answer::Training(Arc::new(news))))));
    let screen = ui::plain(&model);
    assert!(screen.contains(&format!("at step {step}")), "{screen}");
}

#[test]
fn before_the_start_the_channels_are_there() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 12)] {
        let model = trained((columns, rows), "M", 1);
        assert_picture(&model, &format!("train_before_{columns}x{rows}"));
    }
}

#[test]
fn curves_grow_from_left_to_right() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 12)] {
        let model = trained((columns, rows), "x", 8);
        assert_picture(&model, &format!("train_midway_{columns}x{rows}"));
        let model = trained((columns, rows), "x", 22);
        assert_picture(&model, &format!("train_after_{columns}x{rows}"));
    }
}

#[test]
fn every_size_and_look_keeps_its_promise() {
    let mut session = Session::new(request(true), None);
    for steps in [0, 40, 300] {
        let news = Arc::new(session.advance_to(steps));
        for keys in ["6", "6 x", "6 x Enter"] {
            assert_promises(|look: Look| {
                let mut model = opened((80, 24)).looking(look);
                press(&mut model, keys);
                model.update(Msg::News(
                    model.news(Ok(Answer::Training(Arc::clone(&news)))),
                ));
                model
            });
        }
    }
}

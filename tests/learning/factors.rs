//! The factors view.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use initscope::app::views::factors::Factors as View;
use initscope::app::{Format, Gesture, Hit, Look, Model, Msg};
use initscope::engine::factors::{
    Experiment, Extent, Factor, Factors, FactorsNews, FactorsRequest, FactorsSnapshot, Response,
    recipe,
};
use initscope::engine::request::{Answer, Request, Source, Work};
use initscope::net::recipe::Recipe;
use initscope::report::factors::csv;
use initscope::ui::{self, export::contents, hit};
use initscope::worker::Threaded;

use crate::assert_picture;
use crate::pictures::assert_promises;
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;
use crate::{Lab, baseline, busy, inquiry, printed_by};

/// Small, so that everything is measured in a second.
const SPEC: &str = "relu/he_normal 16x6";

/// The view, with two runs each.
fn opened(size: (u16, u16)) -> Model {
    baseline();
    let mut model = shown(SPEC, size, VANISHING);
    press(&mut model, "7 M M");
    model
}

fn small() -> Recipe {
    Recipe {
        runs: 2,
        ..recipe()
    }
}

fn request(extent: Extent) -> FactorsRequest {
    baseline();
    FactorsRequest {
        base: Arc::new(SPEC.parse().expect("valid")),
        recipe: small(),
        extent,
    }
}

fn known(news: Option<&FactorsNews>) -> &FactorsSnapshot {
    news.expect("an answer").known.as_ref().expect("trainable")
}

#[test]
fn the_quick_half_starts_by_itself_and_the_training_by_x_which_pauses_it_and_goes_on() {
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    assert!(model.waiting(), "nothing is known yet");
    lab.answer(&mut model);
    assert!(!model.waiting(), "and nothing else is wanted");
    let first = known(model.known::<Experiment>()).progress;
    assert_eq!((first.measured, first.made), (first.networks, 0));
    let screen = ui::plain(&model);
    assert!(
        screen.contains("matters most") && screen.contains("x trains 16x6"),
        "{screen}"
    );
    press(&mut model, "x");
    lab.answer(&mut model);
    let first = known(model.known::<Experiment>()).progress;
    assert_eq!((first.measured, first.made), (first.networks, 0));
    assert!(model.waiting() && model.view_as::<View>().is_running(&model));
    assert!(ui::plain(&model).contains("x/X pause"));
    press(&mut model, "x");
    assert!(!model.waiting() && !model.view_as::<View>().is_running(&model));
    assert!(ui::plain(&model).contains("paused at 0 %"));
    let footer = |model: &Model| ui::plain(model).lines().last().map(str::to_owned);
    assert!(footer(&model).is_some_and(|footer| footer.contains("x/X go on")));
    press(&mut model, "x 1");
    let work: Vec<Work> = model
        .wishes()
        .iter()
        .map(|wish| wish.request.work())
        .collect();
    assert!(!work.contains(&Work::Factors), "it rests in other views");
    press(&mut model, "7");
    assert!(model.waiting());
    while model.waiting() {
        lab.answer(&mut model);
    }
    assert!(known(model.known::<Experiment>()).settled);
}

/// A click on a bar names its factor and the chart it is in.
#[test]
fn a_click_on_a_bar_asks_for_its_reasons() {
    for size in [(80, 24), (120, 40)] {
        let mut model = opened(size);
        let mut lab = Lab::default();
        press(&mut model, "x");
        lab.answer(&mut model);
        let mut seen = Vec::new();
        for row in 0..size.1 {
            let target = hit::at(&model, 5, row).expect("something");
            let Hit::Cell(response, kind) = target else {
                continue;
            };
            let (response, kind) = (Response::ALL[response], Factor::ALL[kind]);
            model.update(Msg::Point(target, Gesture::Left));
            assert_eq!(
                (
                    model.view_as::<View>().response(),
                    model.view_as::<View>().cursor()
                ),
                (response, kind)
            );
            let screen = ui::plain(&model);
            let line = screen.lines().find(|line| line.starts_with("│>"));
            assert!(
                line.is_some_and(|line| line.contains(&kind.name()[..3])),
                "{screen}"
            );
            seen.push(kind);
        }
        assert!(seen.len() >= 4, "{seen:?} at {size:?}");
    }
}

/// Another network is another experiment, and coming back to the first one finds it as it was.
#[test]
fn an_experiment_belongs_to_its_base() {
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    press(&mut model, "x");
    lab.answer(&mut model);
    assert!(known(model.known::<Experiment>()).runs(Response::Gradient) == 2);
    press(&mut model, "w");
    assert_eq!(
        model.message(),
        Some("training at 0 %: once more leaves it")
    );
    assert_eq!(model.spec().width(), 16);
    press(&mut model, "w");
    assert!(model.known::<Experiment>().is_none() && !model.view_as::<View>().is_running(&model));
    while model.waiting() {
        lab.answer(&mut model);
    }
    assert!(known(model.known::<Experiment>()).progress.made == 0);
    press(&mut model, "W");
    lab.answer(&mut model);
    assert!(known(model.known::<Experiment>()).runs(Response::Gradient) == 2);
}

/// What the view ends with is what `initscope factors` prints, and so is what it saves.
#[test]
fn the_numbers_are_those_of_the_command_line() {
    baseline();
    let spec = SPEC.parse().expect("valid");
    let alone = Factors::new(&spec, &small()).expect("trainable").run();
    let mut model = opened((80, 24));
    let mut lab = Lab::default();
    press(&mut model, "x");
    while model.waiting() {
        lab.answer(&mut model);
    }
    assert_eq!(csv(known(model.known::<Experiment>())), csv(&alone));
    assert_eq!(contents(&model, Format::Csv), Some(csv(&alone)));
    let json = contents(&model, Format::Json).expect("a document");
    assert!(json.contains("\"complete\":true"), "{json}");
    let command = model.command_line();
    let expected = format!("initscope factors --runs 2 '{SPEC}'");
    assert_eq!(command, expected);
    assert_eq!(printed_by(&command), csv(&alone));
}

/// Inline, an answer depends on how many there were before, not on the threads or on how fast they are.
#[test]
fn partial_answers_are_the_same_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(|| {
            let mut experiment = Experiment::new(request(Extent::Training), None);
            [0, 1].map(|runs| csv(known(Some(&experiment.advance_to(runs)))))
        })
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(one, three);
    assert!(one[0].contains("gradient drift") && !one[0].contains("share that learns"));
    assert!(one[1].contains("share that learns"));
}

/// The thread sleeps once it is told to: no news, and when it goes on it is where it was.
#[test]
fn a_paused_experiment_rests() {
    let (bell, rung) = channel();
    let mut source = Threaded::spawn(move || {
        let _ = bell.send(());
    })
    .expect("threads");
    let wait = Duration::from_secs(60);
    // progress of the next answer to a request that measures, or to one that does not
    let made = |source: &mut Threaded, extent: Extent| loop {
        rung.recv_timeout(wait).expect("news");
        if let Some(news) = source.news().pop()
            && let Answer::Factors(news) = news.outcome.expect("no failure")
            && news.request.extent == extent
        {
            break known(Some(&news)).progress.made;
        }
    };
    source.request(inquiry(Request::Factors(request(Extent::Training))));
    while made(&mut source, Extent::Training) == 0 {}
    source.request(inquiry(Request::Factors(request(Extent::Design))));
    let paused = made(&mut source, Extent::Design);
    let before = busy("initscope exper");
    std::thread::sleep(Duration::from_millis(300));
    assert!(source.news().is_empty());
    assert!(busy("initscope exper") - before < Duration::from_millis(100));
    source.request(inquiry(Request::Factors(request(Extent::Training))));
    assert!(made(&mut source, Extent::Training) >= paused && paused > 0);
}

#[test]
fn what_cannot_be_trained_is_told() {
    let mut model = shown("relu/he_normal 2048x4", (80, 24), VANISHING);
    press(&mut model, "7");
    Lab::default().answer(&mut model);
    let screen = ui::plain(&model);
    assert!(
        screen.contains("width 2048 is not allowed: 1 to 1024"),
        "{screen}"
    );
    press(&mut model, "x");
    assert!(!model.waiting());
}

#[test]
fn keys_go_along_the_factors_and_what_is_measured() {
    let mut model = opened((80, 24));
    assert_eq!(model.view_as::<View>().response(), Response::Gradient);
    press(&mut model, "Right Right");
    assert_eq!(model.view_as::<View>().response(), Response::Left);
    press(&mut model, "Left Left Left Left");
    assert_eq!(model.view_as::<View>().response(), Response::Learns);
    assert_eq!(model.view_as::<View>().cursor(), Factor::Activation);
    press(&mut model, "Down");
    assert_eq!(model.view_as::<View>().cursor(), Factor::Initializer);
    press(&mut model, "k k k");
    assert_eq!(model.view_as::<View>().cursor(), Factor::Activation);
    press(&mut model, "M");
    assert_eq!(model.message(), Some("runs: 2 is the smallest"));
    press(&mut model, "v");
    assert_eq!(
        model.spec().to_string(),
        "relu/he_normal 64x20 input=digits"
    );
}

/// After so many answers.
fn measured(size: (u16, u16), answers: usize) -> Model {
    let mut model = opened(size);
    let mut lab = Lab::default();
    press(&mut model, "x");
    for _ in 0..answers {
        lab.answer(&mut model);
    }
    model
}

#[test]
fn before_the_start_it_says_what_will_be_measured() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 12)] {
        let mut model = opened((columns, rows));
        let design = Experiment::new(request(Extent::Design), None).answer();
        model.update(Msg::News(model.news(Ok(Answer::Factors(Arc::new(design))))));
        assert_picture(&model, &format!("factors_before_{columns}x{rows}"));
    }
}

#[test]
fn at_initialization_it_shows_the_drifts_and_after_the_training_everything() {
    for (columns, rows) in [(80, 24), (120, 40), (40, 12)] {
        let name = |what| format!("factors_{what}_{columns}x{rows}");
        assert_picture(&measured((columns, rows), 1), &name("at_start"));
        let mut model = measured((columns, rows), 3);
        assert!(known(model.known::<Experiment>()).settled);
        press(&mut model, "Right Right Down");
        assert_picture(&model, &name("after"));
    }
}

#[test]
fn every_size_and_look_keeps_its_promise() {
    let mut experiment = Experiment::new(request(Extent::Training), None);
    let states = [0, 2].map(|runs| Arc::new(experiment.advance_to(runs)));
    for news in states {
        for keys in ["7 M M", "7 M M x Right", "7 M M x Left Left Down"] {
            assert_promises(|look: Look| {
                let mut model = Model::new(SPEC.parse().expect("valid"), look, (80, 24));
                press(&mut model, keys);
                model.update(Msg::News(
                    model.news(Ok(Answer::Factors(Arc::clone(&news)))),
                ));
                model
            });
        }
    }
}

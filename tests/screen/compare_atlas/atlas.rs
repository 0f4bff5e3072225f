//! The atlas: every pair becomes known, theory first, and a key opens it.

use std::sync::Arc;

use initscope::app::look::Look;
use initscope::app::{Model, Msg, views};
use initscope::engine::Engine;
use initscope::engine::atlas::{
    Atlas, AtlasRequest, AtlasSnapshot, Cell, DRAWS, activations, initializers,
};
use initscope::engine::depth;
use initscope::engine::prediction::predict;
use initscope::engine::request::{Answer, Request, Source};
use initscope::engine::verdict::{Curves, judge};
use initscope::net::spec::{Draws, Spec};
use initscope::ui;
use initscope::worker::Inline;

use crate::lab::Lab;
use crate::pictures::{assert_promises, cells};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;

/// Small, so that the whole of it is quick.
const SPEC: &str = "tanh/he_normal 16x16";

fn request() -> AtlasRequest {
    AtlasRequest::around(&SPEC.parse::<Spec>().expect("valid"))
}

fn complete() -> AtlasSnapshot {
    Atlas::new(request(), None).run()
}

/// The atlas view, all of it measured.
fn opened(spec: &str, look: Look, size: (u16, u16)) -> Model {
    let spec: Spec = spec.parse().expect("valid");
    let mut model = Model::new(spec, look, size);
    let snapshot = crate::synthetic::settled(model.spec(), VANISHING);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    press(&mut model, "3");
    Lab::default().answer(&mut model);
    model
}

fn all(atlas: &AtlasSnapshot) -> Vec<&Cell> {
    let places =
        (0..activations().len()).flat_map(|r| (0..initializers().len()).map(move |c| (r, c)));
    places
        .map(|(row, column)| atlas.cell(row, column))
        .collect()
}

fn place(activation: &str, initializer: &str) -> (usize, usize) {
    let row = activations().iter().position(|a| a.name() == activation);
    let named = |i: &Option<initscope::net::initializer::Initializer>| {
        i.as_ref().map_or("default", |i| i.name()) == initializer
    };
    let column = initializers().iter().position(named);
    (row.expect("in the table"), column.expect("in the table"))
}

/// Each cell is what that network alone says: theory first, then one draw, or three where that does not fail early.
#[test]
fn a_cell_is_what_its_network_says() {
    let mut atlas = Atlas::new(request(), None);
    while !atlas.is_foretold() {
        atlas.step();
    }
    let foretold = atlas.snapshot();
    assert_eq!(foretold.measured, 0);
    let measured = atlas.run();
    assert!(measured.is_complete() && measured.measured == measured.networks());
    for (activation, initializer) in [
        ("relu", "he_normal"),
        ("tanh", "glorot_uniform"),
        ("tanh", "default"),
        ("gelu", "random_normal"),
        ("sigmoid", "orthogonal"),
    ] {
        let (row, column) = place(activation, initializer);
        let text = format!("{activation}/{initializer} 16x16 draws={DRAWS}");
        let spec: Spec = text.parse().expect("valid");
        assert_eq!(spec.draws(), Draws::Exactly(DRAWS));
        let prediction = predict(&spec).expect("theory has an answer");
        let expected = if prediction.typical_is_known() {
            let mut verdict = judge(&Curves::expected(&spec, &prediction));
            verdict.budget = depth::foretold(&spec, &prediction, verdict.drift_limit);
            Cell::Expected(verdict)
        } else {
            Cell::Unresolved(prediction.note.clone().expect("a reason"))
        };
        assert_eq!(foretold.cell(row, column), &expected, "{text}");
        let drawn = |draws: usize| {
            let spec = spec.with(|draft| draft.draws = Draws::Exactly(draws));
            let snapshot = Engine::new(Arc::new(spec.expect("valid"))).run();
            snapshot.verdict.expect("complete")
        };
        let first = drawn(1);
        let early = first.budget.healthy_at <= 16 / 4;
        let (alone, draws) = if early && !first.is_healthy() {
            (first, 1)
        } else {
            (drawn(DRAWS), DRAWS)
        };
        assert_eq!(
            measured.cell(row, column),
            &Cell::Measured {
                verdict: alone,
                draws
            },
            "{text}"
        );
    }
    let (row, column) = place("relu", "ones");
    assert!(matches!(foretold.cell(row, column), Cell::Unresolved(_)));
    assert!(
        all(&measured)
            .iter()
            .all(|cell| matches!(cell, Cell::Measured { .. }))
    );
}

#[test]
fn an_atlas_is_the_same_on_any_number_of_threads() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
        pool.expect("a pool").install(complete)
    };
    let (one, three) = (on(1), on(3));
    assert_eq!(all(&one), all(&three));
}

/// Another depth and back: nothing is computed twice, also of what was only begun.
#[test]
fn an_atlas_is_kept_for_coming_back() {
    let deeper = AtlasRequest::around(&"relu/default 16x17".parse::<Spec>().expect("valid"));
    let mut atlas = Atlas::new(request(), None);
    while !atlas.is_foretold() {
        atlas.step();
    }
    atlas.step();
    let begun = atlas.snapshot();
    let other = Atlas::new(deeper, Some(atlas));
    assert!(!other.is_foretold() && other.snapshot().measured == 0);
    let back = Atlas::new(request(), Some(other));
    assert!(back.is_foretold());
    assert_eq!(all(&back.snapshot()), all(&begun));
}

#[test]
fn the_atlas_does_not_depend_on_what_the_network_is_initialized_with() {
    let around = |text: &str| AtlasRequest::around(&text.parse::<Spec>().expect("valid"));
    let here = around("relu/he_normal 32x8 batch=64");
    assert_eq!(here, around("gelu/zeros 32x8 gain=3 bias=1 draws=7"));
    assert_ne!(here, around("relu/he_normal 32x9"));
    assert_ne!(here, around("relu/he_normal 32x8 framework=pytorch"));
    assert_ne!(here, around("relu/he_normal 32x8 seed=1"));
}

#[test]
fn arrows_go_everywhere_and_enter_opens_the_pair_in_the_scope() {
    let mut model = opened(SPEC, Look::default(), (80, 24));
    assert_eq!(
        model.view_as::<views::atlas::Atlas>().cursor(),
        place("tanh", "he_normal")
    );
    press(&mut model, "Right Right Down Down Enter");
    assert_eq!(model.spec().to_string(), "softsign/lecun_normal 16x16");
    assert!(ui::plain(&model).contains("verdict"), "the scope");
    press(&mut model, "3");
    assert_eq!(
        model.view_as::<views::atlas::Atlas>().cursor(),
        place("softsign", "lecun_normal")
    );
    for _ in 0..40 {
        press(&mut model, "Up Left");
    }
    assert_eq!(model.view_as::<views::atlas::Atlas>().cursor(), (0, 0));
    for _ in 0..40 {
        press(&mut model, "j Right");
    }
    let last = (activations().len() - 1, initializers().len() - 1);
    assert_eq!(model.view_as::<views::atlas::Atlas>().cursor(), last);
}

/// The same pair again is no new request, and gain and bias that the atlas does not have go.
#[test]
fn what_is_opened_is_what_the_atlas_shows() {
    let mut model = opened(
        "tanh/he_normal 16x16 gain=2 bias=0.3",
        Look::default(),
        (80, 24),
    );
    press(&mut model, "Enter");
    assert_eq!(model.spec().to_string(), SPEC);
    model.update(Msg::News(model.news(Ok(Answer::Simulation(Arc::new(
        crate::synthetic::settled(model.spec(), VANISHING),
    ))))));
    press(&mut model, "3 Enter");
    assert!(model.snapshot().is_some(), "nothing is asked anew");
}

/// Only the shown atlas is wished for, and no other answer is taken for it.
#[test]
fn the_atlas_is_computed_while_it_is_looked_at() {
    let mut model = shown(SPEC, (80, 24), VANISHING);
    let wishes_atlas = |model: &Model| {
        let mut wishes = model.wishes().into_iter();
        wishes.any(|wish| matches!(wish.request, Request::Atlas(_)))
    };
    assert!(!wishes_atlas(&model));
    press(&mut model, "3");
    assert!(model.wishes().len() == 1 && wishes_atlas(&model) && model.waiting());
    let mut source = Inline::default();
    source.request(model.wishes().remove(0));
    press(&mut model, "d");
    for news in source.news() {
        model.update(Msg::News(news));
    }
    assert!(model.known::<Atlas>().is_none() && model.waiting());
    press(&mut model, "D");
    assert!(
        model
            .known::<Atlas>()
            .is_some_and(AtlasSnapshot::is_complete)
    );
}

/// A convolution with kernels knows no orthogonal matrix: such a cell says so, is never computed and opens nothing.
#[test]
fn a_pair_that_is_no_network_is_told_as_such() {
    let text = "tanh/he_normal 16x4 conv=3x3";
    let mut model = opened(text, Look::default(), (120, 40));
    let (row, column) = place("tanh", "orthogonal");
    let known = model.known::<Atlas>().expect("answered");
    assert!(known.is_complete() && known.measured == known.networks());
    assert!(known.networks() < all(known).len());
    let Cell::Refused(why) = known.cell(row, column) else {
        panic!("{:?}", known.cell(row, column));
    };
    let alone = "tanh/orthogonal 16x4 conv=3x3".parse::<Spec>();
    assert_eq!(*why, alone.expect_err("no such network").to_string());
    let atlas = model.view_as::<views::atlas::Atlas>();
    let steps = column - atlas.cursor().1;
    press(&mut model, &"Right ".repeat(steps));
    assert!(ui::plain(&model).contains("no such network"));
    press(&mut model, "Enter");
    assert_eq!(model.spec().to_string(), text);
}

#[test]
fn the_atlas_at_80x24() {
    insta::assert_snapshot!(ui::plain(&opened(SPEC, Look::default(), (80, 24))));
}

#[test]
fn the_signal_drift_at_120x24() {
    let mut model = opened(SPEC, Look::default(), (120, 24));
    press(&mut model, "x");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn every_size_and_look_keeps_its_promise() {
    let known = Arc::new(complete());
    for keys in ["3", "3 x Down", "3 X X"] {
        assert_promises(|look| {
            let mut model = Model::new(SPEC.parse().expect("valid"), look, (80, 24));
            press(&mut model, keys);
            model.update(Msg::News(model.news(Ok(Answer::Atlas(Arc::clone(&known))))));
            model
        });
    }
}

/// A step of the cursor scrolls the table; other numbers are the most that a key can change.
#[test]
fn a_key_costs_at_most_8_kilobytes_at_120x40() {
    let look = Look {
        colour: initscope::app::Colour::True,
        ..Look::default()
    };
    let mut model = opened(SPEC, look, (120, 40));
    for key in ["Down", "x", "x", "x", "x"] {
        let before = cells(&model);
        press(&mut model, key);
        let bytes = ui::ansi::frame(Some(&before), &cells(&model)).len();
        assert!((50..=8192).contains(&bytes), "{key}: {bytes} bytes");
    }
}

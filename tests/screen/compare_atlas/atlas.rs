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

use super::assert_screen;
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
    let snapshot = crate::synthetic::settled(model.spec(), 1, VANISHING);
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
            let snapshot = Engine::new(Arc::new(spec.expect("valid")), 0).run();
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
        crate::synthetic::settled(model.spec(), 1, VANISHING),
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

#[test]
fn the_atlas_at_80x24() {
    assert_screen(
        &opened(SPEC, Look::default(), (80, 24)),
        "
 initscope   tanh · he_normal · 16x16           seed 0 · 128 draws · ±0.012 dec
┌ atlas: layers  healthy up to, drawn 16 deep ────────────── 1 or 3 draws each ┐
│                          glo glo he  he  lec lec     ran ran tru             │
│                      def uni nor uni nor uni nor ort nor uni nor ide zer ones│
│ mish                   6   6   5> 16> 16   6   5   6   2   1   1> 16   0   0 │
│ hard_swish             4   4   4  10   9   4   4   4   1   1   1   8   0   0 │
│ sigmoid                2   2   2   2   2   2   2   2   1   1   1   2   0   0 │
│ hard_sigmoid           2   2   2   2   2   2   2   2   1   1   1   2   0   0 │
│ hard_sigmoid_keras2    2   2   2   2   2   2   2   2   1   1   1   2   0   0 │
│ log_sigmoid            4   4   4   8   8   4   4   4   2   1   1> 16   0   0 │
│>tanh                > 16> 16> 16> 16> 16> 16> 16> 16   2   1   2> 16   0   0 │
│ hard_tanh           > 16> 16> 16> 16> 16> 16> 16> 16   2   1   2> 16   0   0 │
│ softsign               7   7   6> 16> 16   7   6   7   2   1   2   9   0   0 │
│ softplus               4   4   4   8   8   4   4   4   1   1   1> 16   0   0 │
│ squareplus             4   4   4   8   8   4   4   4   2   1   1  14   0   0 │
│ tanhshrink             2   2   2   4   4   2   2   2   1   0   1   2   0   0 │
│ softshrink             0   0   0   9   9   0   0   0   0   0   0   0   0   0 │
├ tanh · he_normal  keras ──────────────────────────────────────── 14-26 of 35 ┤
│ ✓ HEALTHY, 3 draws of 16 inputs                                              │
│ signal, gradient and the difference between inputs survive all 16 layers     │
│ no failure up to 16 layers, by theory                                        │
│ decades per layer: signal -0.027, gradient -0.012, distinct +0.001           │
└──────────────────────────────────────────────────────────────────────────────┘
 Enter open  x/X numbers  Down/Up row  Right/Left column  ? help  q quit
",
    );
}

#[test]
fn the_signal_drift_at_120x24() {
    let mut model = opened(SPEC, Look::default(), (120, 24));
    press(&mut model, "x");
    assert_screen(&model, "
 initscope   tanh · he_normal (keras) · 16 wide · 16 deep                               seed 0 · 128 draws · ±0.012 dec
┌ atlas: signal  decades over 16 layers ────────────────────── 1 or 3 draws each ┐┌ tanh · he_normal  keras ───────────┐
│                          glo glo he  he  lec lec     ran ran tru               ││ ✓ HEALTHY, 3 draws of 16 inputs    │
│                      def uni nor uni nor uni nor ort nor uni nor ide zer ones  ││ signal, gradient and the           │
│ gelu_tanh           ▼  9▼  9▼  9▼  3▼  3▼  9▼  9▼  8▼ 30▼ 37▼ 32↓  1▼  ∞▲ 36   ││ difference between inputs survive  │
│ quick_gelu          ▼  9▼  9▼  9▼  3▼  3▼  9▼  9▼  8▼ 30▼ 37▼ 32↓  2▼  ∞▲ 36   ││ all 16 layers                      │
│ silu                ▼  9▼  9▼  9▼  3▼  4▼  9▼  9▼  9▼ 30▼ 37▼ 32▼  5▼  ∞▲ 36   ││ no failure up to 16 layers, by     │
│ mish                ▼  7▼  7▼  7↓  2▼  2▼  7▼  7▼  6▼ 28▼ 35▼ 29↓  1▼  ∞▲ 36   ││ theory                             │
│ hard_swish          ▼  9▼  9▼  9▼  4▼  4▼  9▼  9▼  9▼ 30▼ 37▼ 32▼  6▼  ∞▲ 36   ││ decades per layer: signal -0.027,  │
│ sigmoid             · .5· .5· .6· .5· .5· .5· .6· .5↓ .6↓ .6↓ .7· .3▼  ∞↑  1   ││ gradient -0.012, distinct +0.001   │
│ hard_sigmoid        · .6· .6↓ .6· .5· .6· .6↓ .6· .5↓ .6↓ .6↓ .7· .4▼  ∞↑  1   ││                                    │
│ hard_sigmoid_keras2 · .6· .6· .6· .5· .6· .6· .6· .5↓ .6↓ .6↓ .7· .3▼  ∞↑  1   ││                                    │
│ log_sigmoid         · .1· .1· .1· .5· .5· .1· .1· .1· .3· .3· .4↑ .9▼  ∞▲ 35   ││                                    │
│>tanh                ↓  1↓  1↓  1· .4· .4↓  1↓  1↓  1▼ 21▼ 28▼ 23↓  1▼  ∞↑  1   ││                                    │
│ hard_tanh           ↓ .8↓ .8↓ .7· .2· .2↓ .8↓ .7↓ .7▼ 21▼ 28▼ 23· .3▼  ∞↑  1   ││                                    │
│ softsign            ▼  3▼  3▼  3↓  1↓  1▼  3▼  3▼  3▼ 21▼ 28▼ 23▼  2▼  ∞↑  1   ││                                    │
│ softplus            · .1· .1· .1· .5· .5· .1· .1· .1· .3· .3· .4↑ .9▼  ∞▲ 36   │├ legend ────────────────────────────┤
│ squareplus          · .3· .3· .3↑ .9↑ .9· .3· .3· .5·  0·  0· .1↑  1▼  ∞▲ 36   ││ ▼ 19  falls by 19 decades          │
│ tanhshrink          ▼ e6▼ e6▼ e6▼ e5▼ e5▼ e6▼ e6▼ e6▼ e7▼ e7▼ e7▼ e5▼  ∞▲ 36   ││ · .1  keeps its size               │
│ softshrink          ▼ 13▼ 13▼ 13▲  3▲  3▼ 13▼ 13▼ 16▼ 50·  0▼ 87▼  9▼  ∞▲ 36   ││ ▲ 19  grows by 19 decades          │
│ hardshrink          · .6· .6· .6▲  5▲  4· .6· .6· .3▼ 33·  0▼ 43·  0▼  ∞▲ 36   ││ ~  7  expected, not measured yet   │
│ threshold           ▼ 10▼ 10▼ 10▼  2▼  3▼ 10▼ 10▼  8·  0·  0·  0· .4▼  ∞▲ 36   ││    ?  theory has no answer         │
└─────────────────────────────────────────────────────────────────── 11-28 of 35 ┘└────────────────────────────────────┘
 Enter open  x/X numbers  Down/Up row  Right/Left column  a/A activation  r remedy  1-7 views  ? help  q quit");
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

//! The screen as text. `INSTA_UPDATE=always cargo test --test screen` writes the pictures anew.

use std::sync::Arc;

use crate::shown::{model, press, shown};
use crate::synthetic::{Lines, VANISHING, settled};
use initscope::app::{Model, Msg};
use initscope::engine::advice::{Remedy, rank};
use initscope::engine::request::Answer;
use initscope::engine::snapshot::{Phase, Snapshot};
use initscope::engine::verdict::{Curves, judge};
use initscope::net::spec::Spec;
use initscope::ui;

/// The same before the first draw is complete: some layers forward, no gradient, the verdict of theory.
fn first_layers(spec: &Spec, lines: Lines, known: usize) -> Snapshot {
    let mut snapshot = settled(spec, lines);
    snapshot.layers.truncate(known);
    for layer in &mut snapshot.layers {
        (layer.grad_z, layer.grad_x, layer.grad_w, layer.grad_b) = (None, None, None, None);
    }
    let theory = snapshot.prediction.as_ref().expect("predicted");
    Snapshot {
        phase: Phase::First,
        draws: 0,
        worst_se: f64::NAN,
        verdict: Some(judge(&Curves::expected(spec, theory))),
        ..snapshot
    }
}

#[test]
fn a_vanishing_network_at_80x24() {
    insta::assert_snapshot!(ui::plain(&shown(
        "relu/glorot_uniform 256x64 seed=7",
        (80, 24),
        VANISHING
    )));
}

/// The bands are wide enough to be seen.
#[test]
fn a_healthy_network_at_120x40() {
    let healthy = Lines {
        signal: (0.3, 0.001),
        gradient: (-0.3, -0.002),
        distinguishability: -0.01,
        band: 0.2,
        theory_off: 0.0,
    };
    insta::assert_snapshot!(ui::plain(&shown(
        "relu/he_normal 256x100",
        (120, 40),
        healthy
    )));
}

#[test]
fn the_smallest_screen_has_verdict_signal_and_gradient() {
    let off = Lines {
        theory_off: -0.06,
        ..VANISHING
    };
    insta::assert_snapshot!(ui::plain(&shown(
        "relu/glorot_uniform 256x64",
        (40, 12),
        off
    )));
}

#[test]
fn before_the_first_answer_there_are_labels_and_no_curve() {
    insta::assert_snapshot!(ui::plain(&model(
        "relu/default 256x64 framework=pytorch",
        (80, 24)
    )));
}

/// Layers stream in from the left; the thin line is theory.
#[test]
fn the_first_draw_fills_the_prediction_from_the_left() {
    let mut model = model("relu/default 256x64 framework=pytorch", (80, 24));
    let snapshot = first_layers(model.spec(), VANISHING, 20);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn the_help_at_80x24() {
    let mut model = model("relu/default 256x64", (80, 24));
    press(&mut model, "?");
    insta::assert_snapshot!(ui::plain(&model));
}

/// The last line with hints, from the model as it is.
fn hinted(model: &Model) -> String {
    let model = model.clone().hinting();
    ui::plain(&model)
        .lines()
        .last()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_hint_names_the_next_key_where_there_is_room_and_leaves_help_and_the_way_out() {
    let vanishing = |size| shown("relu/glorot_uniform 256x64 seed=7", size, VANISHING);
    let first = vanishing((80, 24));
    assert_eq!(
        hinted(&first),
        "  ? explains keys and panels   a/A activation  i/I initializer  r remedy  q quit"
    );
    assert!(hinted(&vanishing((40, 12))).ends_with("? help  q quit"));
    // with the advice, the remedy; once it is applied, the pin
    let mut model = first;
    let mut snapshot = model.snapshot().expect("shown").clone();
    let mut advice = rank(model.spec());
    advice.remedy = Remedy::Found(Arc::clone(&advice.choices[0].spec));
    snapshot.advice = Some(Arc::new(advice));
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    assert!(hinted(&model).starts_with("  r applies he_normal   a/A activation"));
    press(&mut model, "r Ctrl-L");
    assert_eq!(model.hint(), None);
    let healthy = Lines {
        signal: (0.0, 0.0),
        gradient: (0.0, 0.0),
        ..VANISHING
    };
    let snapshot = settled(model.spec(), healthy);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    // what the remedy has to say comes first
    press(&mut model, "x X");
    assert!(hinted(&model).starts_with("  p pins this to compare   "));
    press(&mut model, "p 4");
    assert!(hinted(&model).starts_with("  Enter goes to the edge of chaos   "));
    press(&mut model, "2");
    assert!(hinted(&model).starts_with("  c swaps the network and the pin   "));
    press(&mut model, "?");
    assert_eq!(model.clone().hinting().hint(), None);
    assert_eq!(model.hint(), None);
}

/// From the smallest screen to the largest that is asked for, a file each.
#[test]
fn the_layout_uses_the_room_of_every_size() {
    let sizes = [
        (40, 12),
        (60, 16),
        (64, 24),
        (80, 24),
        (100, 30),
        (120, 40),
        (160, 50),
        (200, 60),
        (300, 100),
    ];
    for (columns, rows) in sizes {
        let model = shown(
            "relu/glorot_uniform 256x64 seed=7",
            (columns, rows),
            VANISHING,
        );
        insta::assert_snapshot!(format!("{columns}x{rows}"), ui::plain(&model));
    }
}

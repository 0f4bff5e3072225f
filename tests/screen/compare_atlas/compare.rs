//! The compare view: pins stay, the network changes, both are told apart.

use std::sync::Arc;

use initscope::app::look::Look;
use initscope::app::{Model, Msg};
use initscope::engine::Engine;
use initscope::engine::pins::Pins;
use initscope::engine::request::{Answer, Listed, Request};
use initscope::ui;

use crate::asked::asks_anew;
use crate::lab::Lab;
use crate::pictures::{assert_promises, cells};
use crate::shown::{press, shown};
use crate::synthetic::{Lines, VANISHING, settled};

const HEALTHY: Lines = Lines {
    signal: (0.3, 0.001),
    gradient: (-0.3, -0.002),
    distinguishability: -0.03,
    band: 0.02,
    theory_off: 0.0,
};

/// The model's present network has these lines.
fn settle(model: &mut Model, lines: Lines) {
    let snapshot = settled(model.spec(), lines);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
}

/// `glorot_uniform` pinned, `glorot_normal` pinned, `he_uniform` present.
fn three(look: Look, size: (u16, u16)) -> Model {
    let mut model = shown("relu/glorot_uniform 256x64 seed=7", size, VANISHING);
    model = Model::new((**model.spec()).clone(), look, size);
    settle(&mut model, VANISHING);
    press(&mut model, "2 p i");
    let steeper = Lines {
        signal: (0.0, -0.1),
        gradient: (0.0, 0.2),
        ..VANISHING
    };
    settle(&mut model, steeper);
    press(&mut model, "p i");
    settle(&mut model, HEALTHY);
    model
}

#[test]
fn three_networks_at_80x24() {
    insta::assert_snapshot!(ui::plain(&three(Look::default(), (80, 24))));
}

#[test]
fn three_networks_at_40x12() {
    insta::assert_snapshot!(ui::plain(&three(Look::default(), (40, 12))));
}

/// The order of pins and what is left of them.
fn pinned(model: &Model) -> Vec<String> {
    let initializer = |spec: &initscope::net::spec::Spec| {
        let initializer = spec.initializer().map(ToString::to_string);
        initializer.unwrap_or_else(|| spec.framework().to_string())
    };
    model
        .pins()
        .map(|(place, pin)| format!("{place} {}", initializer(&pin.spec)))
        .collect()
}

#[test]
fn a_pin_keeps_its_place_and_the_one_under_the_cursor_goes() {
    let mut model = three(Look::default(), (80, 24));
    press(&mut model, "p i");
    assert_eq!(
        pinned(&model),
        ["0 glorot_uniform", "1 glorot_normal", "2 he_uniform"]
    );
    press(&mut model, "p");
    assert_eq!(model.message(), Some("3 pins are the most; P unpins one"));
    press(&mut model, "I p");
    assert_eq!(model.message(), Some("this network is pinned already"));
    press(&mut model, "Up P");
    assert_eq!(pinned(&model), ["0 glorot_uniform", "2 he_uniform"]);
    press(&mut model, "i p");
    assert_eq!(
        pinned(&model),
        ["0 glorot_uniform", "1 he_normal", "2 he_uniform"]
    );
    press(&mut model, "P P P P");
    assert_eq!(pinned(&model), [""; 0]);
    assert_eq!(
        model.message(),
        Some("nothing is pinned; p pins this network")
    );
    press(&mut model, "c");
    assert!(model.message().is_some());
}

/// Both have settled: nothing is computed again, and a second press brings everything back.
#[test]
fn a_swap_shows_at_once_what_is_known() {
    let mut model = three(Look::default(), (80, 24));
    let before = ui::plain(&model);
    let effect = model.update(Msg::Key("Enter".parse().expect("a key")));
    assert!(effect.is_none());
    assert_eq!(model.spec().to_string(), "relu/glorot_normal 256x64 seed=7");
    let snapshot = model.snapshot().expect("known");
    assert_eq!(snapshot.spec, *model.spec());
    assert_ne!(ui::plain(&model), before);
    press(&mut model, "c");
    assert_eq!(ui::plain(&model), before);
}

#[test]
fn a_swap_with_what_is_not_settled_asks_anew() {
    let mut model = three(Look::default(), (80, 24));
    press(&mut model, "w");
    press(&mut model, "c");
    assert!(model.spec().width() == 256 && asks_anew(&model));
}

#[test]
fn four_frameworks_on_one_key() {
    let mut model = shown("tanh/he_normal 64x8 bias=0.3 gain=2", (80, 24), VANISHING);
    press(&mut model, "2 v");
    assert_eq!(model.spec().to_string(), "tanh/default 64x8");
    assert_eq!(pinned(&model), ["0 pytorch", "1 candle", "2 flax"]);
    let mut model = shown("tanh/he_normal 64x8 framework=candle", (80, 24), VANISHING);
    press(&mut model, "2 v");
    assert_eq!(
        model.spec().to_string(),
        "tanh/default 64x8 framework=candle"
    );
    assert_eq!(pinned(&model), ["0 pytorch", "1 keras", "2 flax"]);
}

/// Theory first, measured when the present network has settled, and then as if it had been the only one.
#[test]
fn pins_have_ensembles_of_their_own() {
    let mut model = Model::new(
        "tanh/default 32x6".parse().expect("valid"),
        Look::default(),
        (80, 24),
    );
    let mut lab = Lab::default();
    press(&mut model, "2 v");
    let wishes = model.wishes().into_iter();
    let request = wishes
        .filter_map(|wish| Pins::request_in(&wish.request).cloned())
        .next();
    let request = request.expect("pins are asked for");
    assert!(!request.measure && request.specs.len() == 3);
    lab.answer(&mut model);
    for (_, pin) in model.pins() {
        let snapshot = pin.snapshot.as_ref().expect("theory");
        assert!(snapshot.prediction.is_some() && snapshot.draws == 0);
    }
    assert!(model.waiting() && !ui::plain(&model).contains("256 wide"));
    while model.waiting() {
        lab.answer(&mut model);
    }
    assert!(
        model
            .wishes()
            .iter()
            .all(|wish| matches!(wish.request, Request::Depth(_)))
    );
    for (_, pin) in model.pins() {
        let snapshot = pin.snapshot.as_ref().expect("measured");
        let alone = Engine::new(Arc::clone(&pin.spec)).run();
        assert_eq!(snapshot.draws, alone.draws);
        assert_eq!(snapshot.layers, alone.layers);
        assert_eq!(snapshot.verdict, alone.verdict);
    }
}

/// Elsewhere pins wait, and a picture that is held still does not change with them.
#[test]
fn pins_are_measured_only_while_they_are_looked_at() {
    let measured = |model: &Model| {
        model
            .wishes()
            .into_iter()
            .find_map(|wish| match wish.request {
                Request::Pins(request) => Some(request.measure),
                _ => None,
            })
    };
    let mut model = shown("relu/glorot_uniform 64x8", (80, 24), VANISHING);
    press(&mut model, "2 v");
    settle(&mut model, VANISHING);
    assert_eq!(measured(&model), Some(true));
    press(&mut model, "1");
    assert_eq!(measured(&model), Some(false));
    assert!(!model.waiting());
    press(&mut model, "2 space");
    assert_eq!(measured(&model), None);
}

#[test]
fn every_size_and_look_keeps_its_promise() {
    assert_promises(|look| three(look, (80, 24)));
}

/// Four networks, the present one changes; then it is refined.
#[test]
fn a_key_costs_at_most_8_kilobytes_at_120x40_and_a_refinement_2() {
    let mut model = three(
        Look {
            colour: initscope::app::Colour::True,
            ..Look::default()
        },
        (120, 40),
    );
    press(&mut model, "p i");
    settle(&mut model, HEALTHY);
    let before = cells(&model);
    press(&mut model, "i");
    settle(&mut model, VANISHING);
    let after = cells(&model);
    let key = ui::ansi::frame(Some(&before), &after).len();
    assert!((1000..=8192).contains(&key), "{key} bytes");
    let refined = Lines {
        signal: (0.01, -0.3015),
        gradient: (-0.31, -0.3005),
        distinguishability: -0.0202,
        ..VANISHING
    };
    settle(&mut model, refined);
    let refinement = ui::ansi::frame(Some(&after), &cells(&model)).len();
    assert!((1..=2048).contains(&refinement), "{refinement} bytes");
}

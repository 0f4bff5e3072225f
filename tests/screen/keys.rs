//! What a key press does to the model: press it, read the spec.

use crate::asked::asks_anew;
use crate::synthetic::{VANISHING, settled};
use std::sync::Arc;

use initscope::app::{Action, Direction, Effect, Key, Look, Model, Msg, Quantity, VIEWS};
use initscope::engine::request::{Answer, Work, WorkError};
use initscope::engine::snapshot::Snapshot;
use initscope::net::spec::{FIELDS, Spec, field};
use initscope::ui;

fn spec(text: &str) -> Spec {
    text.parse().expect("a valid spec")
}

fn model(text: &str) -> Model {
    Model::new(spec(text), Look::default(), (80, 24))
}

/// Presses keys written as in a lecture script, and returns the last effect.
fn press(model: &mut Model, keys: &str) -> Option<Effect> {
    let mut last = None;
    for key in keys.split_whitespace() {
        last = model.update(Msg::Key(key.parse().expect("a key")));
    }
    last
}

fn after(start: &str, keys: &str) -> String {
    let mut model = model(start);
    press(&mut model, keys);
    model.spec().to_string()
}

fn answer(model: &Model) -> Arc<Snapshot> {
    Arc::new(settled(model.spec(), VANISHING))
}

#[test]
fn lower_case_goes_forward_and_upper_case_comes_back() {
    for (keys, spec) in [
        ("w", "relu/he_normal 512x64"),
        ("W", "relu/he_normal 128x64"),
        ("w W", "relu/he_normal 256x64"),
        ("d d", "relu/he_normal 256x256"),
        ("D", "relu/he_normal 256x32"),
        ("f", "relu/he_normal 256x64 framework=pytorch"),
        ("F", "relu/he_normal 256x64 framework=tfjs"),
        ("b", "relu/he_normal 256x64 bias=0"),
        ("b b", "relu/he_normal 256x64 bias=0.05"),
        ("b b B B", "relu/he_normal 256x64"),
        ("g", "relu/he_normal 256x64 gain=1.05"),
        ("G", "relu/he_normal 256x64 gain=0.95"),
        ("n", "relu/he_normal 256x64 input=digits"),
        ("n N", "relu/he_normal 256x64"),
        ("s s S", "relu/he_normal 256x64 seed=1"),
        ("w d g 0", "relu/he_normal 256x64"),
        ("w d g Home", "relu/he_normal 256x64"),
    ] {
        assert_eq!(after("relu/he_normal 256x64", keys), spec, "{keys}");
    }
}

#[test]
fn activations_and_initializers_go_round_and_the_framework_default_is_one_of_them() {
    for key in ["a", "A", "i", "I"] {
        let mut model = model("relu/default 64x4");
        let start = model.spec().to_string();
        let mut seen = vec![start.clone()];
        loop {
            press(&mut model, key);
            let now = model.spec().to_string();
            if now == start {
                break;
            }
            assert!(!seen.contains(&now), "{key}: {now} twice");
            seen.push(now);
            assert!(seen.len() < 200);
        }
        assert!(seen.len() > 10, "{key}: {}", seen.len());
    }
}

#[test]
fn a_key_that_can_do_no_more_says_so_and_asks_for_nothing() {
    for (start, key, message) in [
        ("relu/he_normal 16384x4", "w", "width: 16384 is the largest"),
        ("relu/he_normal 1x4", "W", "width: 1 is the smallest"),
        (
            "relu/he_normal 16x10000",
            "d",
            "depth: 10000 is the largest",
        ),
        (
            "relu/he_normal 16x4 gain=100",
            "g",
            "gain: 100 is the largest",
        ),
        (
            "relu/he_normal 16x4 bias=10",
            "b",
            "bias: 10 is the largest",
        ),
        ("relu/he_normal 16x4", "B", "bias: auto comes first"),
        ("relu/he_normal 16x4", "S", "seed: 0 is the smallest"),
    ] {
        let mut model = model(start);
        assert!(press(&mut model, key).is_none(), "{start} {key}");
        assert_eq!(model.message(), Some(message));
        press(&mut model, "x");
        assert_eq!(model.message(), None, "the next key clears it");
    }
}

#[test]
fn every_change_is_a_request_of_its_own_and_clears_the_old_curves() {
    let mut model = model("relu/he_normal 64x8");
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(answer(&model)))),
    ));
    assert!(model.snapshot().is_some());
    assert!(press(&mut model, "a").is_none() && asks_anew(&model));
    assert!(model.snapshot().is_none(), "old data under a new label");
    assert_eq!(model.touched(), Some(&field::ACTIVATION));
}

#[test]
fn an_answer_to_an_older_question_is_dropped() {
    let mut model = model("relu/he_normal 64x8");
    let stale = model.news(Ok(Answer::Simulation(answer(&model))));
    press(&mut model, "w");
    model.update(Msg::News(stale.clone()));
    assert!(model.snapshot().is_none());
    press(&mut model, "W");
    model.update(Msg::News(stale));
    assert!(model.snapshot().is_none(), "it is asked anew");
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(answer(&model)))),
    ));
    assert!(model.snapshot().is_some());
}

#[test]
fn a_frozen_picture_stands_still_and_catches_up() {
    let mut model = model("relu/he_normal 64x8");
    let (first, mut second) = (answer(&model), settled(model.spec(), VANISHING));
    second.draws = 999;
    model.update(Msg::News(model.news(Ok(Answer::Simulation(first)))));
    press(&mut model, "space");
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(second)))),
    ));
    assert_eq!(model.snapshot().map(|s| s.draws), Some(128));
    press(&mut model, "space");
    assert_eq!(model.snapshot().map(|s| s.draws), Some(999));
    press(&mut model, "space w");
    assert!(!model.frozen(), "a change lets the picture go");
}

#[test]
fn every_change_of_the_network_is_undone_and_done_again() {
    let mut model = model("relu/he_normal 64x8");
    let told = |model: &Model| model.message().map(str::to_owned);
    press(&mut model, "u");
    assert_eq!(
        told(&model).as_deref(),
        Some("there is no network before this one")
    );
    press(&mut model, "U");
    assert_eq!(told(&model).as_deref(), Some("nothing has been undone"));
    let mut seen = vec![model.spec().to_string()];
    // a step, the edge of chaos, a network that is typed, four frameworks, the start
    for keys in ["w", "4 Enter Right", "1 : t a n h Enter", "2 v 1", "0"] {
        press(&mut model, keys);
        seen.push(model.spec().to_string());
    }
    seen.dedup();
    assert!(seen.len() >= 5, "{seen:?}");
    press(&mut model, "0");
    assert_eq!(model.spec().to_string(), *seen.last().expect("some"));
    let mut back = vec![model.spec().to_string()];
    while !matches!(
        told(&model).as_deref(),
        Some("there is no network before this one")
    ) {
        press(&mut model, "u");
        back.push(model.spec().to_string());
    }
    back.dedup();
    back.reverse();
    for one in &seen {
        assert!(back.contains(one), "{one} is not among {back:?}");
    }
    assert_eq!(model.spec().to_string(), seen[0]);
    for next in &back[1..] {
        assert!(press(&mut model, "U").is_none() && asks_anew(&model));
        assert_eq!(model.spec().to_string(), *next);
    }
    press(&mut model, "u d U");
    assert_eq!(told(&model).as_deref(), Some("nothing has been undone"));
}

#[test]
fn tab_goes_through_all_views() {
    let mut model = model("relu/he_normal 64x8");
    let views = model.keys().views();
    assert_eq!(views.len(), VIEWS.len() - 1, "no table of a sweep is open");
    for view in views.iter().chain(&views[..1]) {
        assert_eq!(model.view().name, *view);
        press(&mut model, "Tab");
    }
    press(&mut model, "Shift-Tab Shift-Tab Shift-Tab");
    assert_eq!(model.view().name, views[views.len() - 2]);
}

#[test]
fn the_help_opens_over_the_dialog_of_exports_as_its_footer_says() {
    let mut model = model("relu/he_normal 64x8");
    press(&mut model, "e");
    assert!(ui::plain(&model).contains("? help"));
    press(&mut model, "?");
    assert_eq!(model.help(), Some(0));
    press(&mut model, "?");
    assert!(model.popup().is_none());
}

#[test]
fn escape_goes_back_and_never_quits() {
    let mut model = model("relu/he_normal 64x8");
    for open in ["?", "F1", "h"] {
        press(&mut model, open);
        assert_eq!(model.help(), Some(0));
        assert!(press(&mut model, "Esc").is_none());
        assert_eq!(model.help(), None);
    }
    assert!(press(&mut model, "Esc").is_none());
    assert_eq!(model.message(), Some("nothing is open: q quits"));
    for quit in ["q", "Q", "Ctrl-C"] {
        assert!(
            matches!(press(&mut model, quit), Some(Effect::Quit)),
            "{quit}"
        );
    }
    assert!(matches!(press(&mut model, "Ctrl-Z"), Some(Effect::Suspend)));
    assert!(matches!(press(&mut model, "Ctrl-L"), Some(Effect::Redraw)));
    assert!(matches!(press(&mut model, "z"), Some(Effect::Mouse)));
}

#[test]
fn the_help_scrolls_within_its_text() {
    let mut model = model("relu/he_normal 64x8");
    press(&mut model, "? Right Up PageUp");
    assert_eq!(model.help(), Some(0));
    press(&mut model, "Down Down Up");
    assert_eq!(model.help(), Some(1));
    press(&mut model, "End");
    let last = model.help().expect("open");
    assert!(last > 10);
    press(&mut model, "PageDown Down");
    assert_eq!(model.help(), Some(last));
    model.update(Msg::Resize(200, 300));
    assert_eq!(
        model.help(),
        Some(0),
        "a screen that shows it all starts at the top"
    );
}

#[test]
fn x_goes_round_what_the_signal_panel_shows() {
    let mut model = model("relu/he_normal 64x8");
    assert_eq!(model.quantity(), Quantity::VarianceZ);
    press(&mut model, "x x");
    assert_eq!(model.quantity(), Quantity::VarianceX);
    press(&mut model, "X X X");
    assert_eq!(model.quantity(), Quantity::SecondMomentX);
}

#[test]
fn a_failed_simulation_is_told_and_the_next_change_starts_anew() {
    let mut model = model("relu/he_normal 64x8");
    model.update(Msg::News(model.news(Err(WorkError {
        work: Work::Simulation,
        reason: "oh".into(),
    }))));
    assert_eq!(model.failure(), Some("the simulation failed: oh"));
    assert!(!model.waiting());
    assert!(press(&mut model, "s").is_none() && asks_anew(&model));
    assert!(model.failure().is_none() && model.waiting());
}

#[test]
fn an_unbound_key_points_to_the_help() {
    let mut model = model("relu/he_normal 64x8");
    assert!(press(&mut model, "Z").is_none());
    assert_eq!(
        model.message(),
        Some("Z does nothing here; ? lists every key")
    );
}

#[test]
fn every_parameter_has_a_row_that_goes_both_ways() {
    for parameter in FIELDS.iter().filter(|field| field.step.is_some()) {
        let row = initscope::app::views::rows()
            .find(|row| row.action == Action::Step(parameter, Direction::Forward))
            .expect("a row");
        assert_eq!(
            row.back.map(|(_, action)| action),
            Some(Action::Step(parameter, Direction::Back))
        );
    }
}

/// Random keys, sizes and snapshots: never a panic, the same picture twice, and only ever data of the current request.
#[test]
fn anything_in_any_order_is_survived() {
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    let keys: Vec<Key> = initscope::app::views::rows()
        .flat_map(|row| {
            row.keys
                .iter()
                .chain(row.back.map_or(&[][..], |(back, _)| back))
        })
        .copied()
        .chain([Key::Char('z'), Key::F(9), Key::Tab])
        .collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as usize % below
    };
    let mut model = model("relu/default 32x6");
    for round in 0..3000 {
        match random(8) {
            0 => model.update(Msg::Resize(random(140) as u16, random(60) as u16)),
            1 if model.spec().depth() <= 256 => {
                let mut snapshot = settled(model.spec(), VANISHING);
                spoil(&mut snapshot, &mut random);
                model.update(Msg::News(
                    model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
                ))
            }
            2 if round % 50 == 0 => {
                let work = Work::Simulation;
                let reason = "x".repeat(random(200));
                model.update(Msg::News(model.news(Err(WorkError { work, reason }))))
            }
            _ => model.update(Msg::Key(keys[random(keys.len())])),
        };
        assert!(model.snapshot().is_none_or(|s| s.spec == *model.spec()));
        let area = Rect::new(0, 0, model.size().0, model.size().1);
        let draw = || {
            let mut buffer = Buffer::empty(area);
            initscope::ui::render(&model, area, &mut buffer);
            buffer
        };
        assert_eq!(draw(), draw());
    }
}

/// Makes some numbers of a snapshot impossible, or cuts it short.
fn spoil(snapshot: &mut Snapshot, random: &mut impl FnMut(usize) -> usize) {
    let odd = [
        f64::NAN,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::MAX,
        f64::MIN,
        0.0,
        -1e5,
        1e300,
    ];
    for layer in &mut snapshot.layers {
        if random(3) == 0 {
            let mut value = || odd[random(odd.len())];
            layer.z_variance.log10_p50 = value();
            layer.z_variance.log10_p10 = value();
            layer.z_variance.log10_p90 = value();
            layer.distinguishability.log10_p50 = value();
            layer.saturated = value();
            layer.z_mean = value();
            layer.histogram[3] = value() as f32;
            if let Some(gradient) = &mut layer.grad_z {
                gradient.log10_p50 = value();
            }
        }
    }
    snapshot.worst_se = odd[random(odd.len())];
    snapshot.layers.truncate(random(snapshot.layers.len() + 1));
    if random(2) == 0 {
        snapshot.prediction = None;
        snapshot.draws_target = 0;
    }
}

//! The advice view: its keys, its pictures, every size.

use crate::asked::asks_anew;
use crate::pictures::{assert_no_number_is_cut, cells};
use crate::synthetic::{VANISHING, settled};
use std::sync::Arc;

use initscope::app::views;
use initscope::app::{Colour, Effect, Glyphs, Look, Model, Msg};
use initscope::engine::advice::{Advice, Hopeless, Remedy, rank};
use initscope::engine::request::Answer;
use initscope::engine::snapshot::Phase;
use initscope::net::spec::Spec;
use initscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn press(model: &mut Model, key: &str) -> Option<Effect> {
    model.update(Msg::Key(key.parse().expect("a key")))
}

/// A dashboard whose source has answered with this advice.
fn advised(text: &str, size: (u16, u16), look: Look) -> Model {
    let spec: Spec = text.parse().expect("valid");
    let mut model = Model::new(spec.clone(), look, size);
    answer(&mut model);
    model
}

/// As if theory's first choice had been measured healthy, and the network too where that is its own.
fn told(spec: &Arc<Spec>) -> Advice {
    let mut advice = rank(spec);
    let first = Arc::clone(&advice.choices[0].spec);
    advice.remedy = if first == *spec {
        Remedy::Needless
    } else {
        Remedy::Found(first)
    };
    advice
}

fn answer(model: &mut Model) {
    let spec = Arc::clone(model.spec());
    let mut snapshot = settled(&spec, VANISHING);
    snapshot.advice = Some(Arc::new(told(&spec)));
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
}

fn line(model: &Model, n: usize) -> String {
    ui::plain(model).lines().nth(n).expect("a line").to_owned()
}

#[test]
fn r_applies_the_remedy_that_the_verdict_names() {
    let mut model = advised("relu/glorot_uniform 256x64", (80, 24), Look::default());
    assert!(ui::plain(&model).contains("r remedy: he_normal"));
    assert!(press(&mut model, "r").is_none() && asks_anew(&model));
    assert_eq!(model.spec().to_string(), "relu/he_normal 256x64");
    answer(&mut model);
    assert!(press(&mut model, "r").is_none());
    assert_eq!(
        model.message(),
        Some("remedy: this network is healthy as it is")
    );
}

#[test]
fn an_unstable_map_is_told_on_the_smallest_screen_with_a_verdict_panel() {
    use initscope::engine::prediction::predict;
    let mut model = advised("gelu/he_normal 256x40", (80, 24), Look::default());
    let mut snapshot = model.snapshot().expect("answered").clone();
    snapshot.prediction = predict(&snapshot.spec).ok().map(Arc::new);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    let screen = ui::plain(&model);
    for words in [
        "r: variance_scaling",
        "unstable map: finite width",
        "leaves theory",
    ] {
        assert!(screen.contains(words), "{words}\n{screen}");
    }
}

/// Nine sizes from the smallest that is drawn to a wall.
pub(super) const SIZES: [(u16, u16); 9] = [
    (40, 12),
    (60, 16),
    (80, 24),
    (97, 27),
    (100, 30),
    (120, 40),
    (140, 45),
    (200, 60),
    (300, 100),
];

#[test]
fn no_number_is_cut_at_any_size() {
    for text in [
        "gelu/he_normal 256x40",
        "tanh/variance_scaling(1.157,fan_in,truncated_normal) 64x1000 gain=1.0625 bias=0.00448",
        "leaky_relu(0.123456789)/orthogonal(1.4142135) 64x200 framework=pytorch seed=18446744073709551615",
    ] {
        for keys in [&[][..], &["5"], &["5", "j", "j", "j"]] {
            let mut model = advised(text, (80, 24), Look::default());
            for key in keys {
                press(&mut model, key);
            }
            for (columns, rows) in SIZES {
                model.update(Msg::Resize(columns, rows));
                assert_no_number_is_cut(&cells(&model));
            }
        }
    }
}

#[test]
fn r_applies_nothing_that_is_not_measured_and_says_what_it_waits_for() {
    let spec: Spec = "relu/glorot_uniform 256x64".parse().expect("valid");
    let mut model = Model::new(spec.clone(), Look::default(), (80, 24));
    let first = "remedy: this network is being measured first";
    assert!(press(&mut model, "r").is_none());
    assert_eq!(model.message(), Some(first));
    let spec = Arc::new(spec);
    let states = [
        (Remedy::Unmeasured, Phase::Refining, first),
        (
            Remedy::Measuring("he_normal".into()),
            Phase::Refining,
            "remedy: he_normal is being measured",
        ),
        (
            Remedy::TooCostly,
            Phase::Settled,
            "remedy: he_normal is predicted healthy, not measured: too costly",
        ),
        (
            Remedy::None(Hopeless {
                measured: 9,
                ways_out: Vec::new(),
            }),
            Phase::Settled,
            "remedy: no initializer heals this: 9 measured and ",
        ),
    ];
    for (remedy, phase, message) in states {
        let mut snapshot = settled(&spec, VANISHING);
        snapshot.phase = phase;
        let mut advice = rank(&spec);
        advice.remedy = remedy;
        snapshot.advice = Some(Arc::new(advice));
        model.update(Msg::News(
            model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
        ));
        assert!(press(&mut model, "r").is_none(), "{message}");
        let told = model.message().expect("a reason");
        assert!(told.starts_with(message), "{told}");
        assert!(!ui::plain(&model).contains("r remedy"), "{message}");
    }
}

#[test]
fn a_remedy_that_was_applied_is_remembered() {
    let mut model = advised("relu/glorot_uniform 256x64", (80, 24), Look::default());
    press(&mut model, "r");
    assert!(asks_anew(&model));
    press(&mut model, "u");
    assert_eq!(model.spec().to_string(), "relu/glorot_uniform 256x64");
    // nothing is known of it yet, but what it was once measured to need
    press(&mut model, "r");
    assert!(asks_anew(&model));
    assert_eq!(model.spec().to_string(), "relu/he_normal 256x64");
}

#[test]
fn the_cursor_stays_in_the_list_and_enter_applies() {
    let mut model = advised("relu/glorot_uniform 256x64", (80, 24), Look::default());
    press(&mut model, "5");
    press(&mut model, "Up");
    assert!(line(&model, 4).starts_with("│>he_normal "));
    press(&mut model, "Down");
    assert!(line(&model, 5).starts_with("│>he_uniform "));
    assert!(press(&mut model, "Enter").is_none() && asks_anew(&model));
    assert_eq!(model.spec().to_string(), "relu/he_uniform 256x64");
    answer(&mut model);
    for _ in 0..100 {
        press(&mut model, "Down");
    }
    let last = model.advice().expect("answered").choices.len() - 1;
    assert_eq!(
        model.view_as::<views::advice::Advice>().choice(&model),
        last
    );
}

#[test]
fn lines_are_for_the_framework_that_was_chosen_and_y_copies_them() {
    let mut model = advised(
        "relu/glorot_uniform 256x64 framework=pytorch",
        (100, 30),
        Look::default(),
    );
    press(&mut model, "5");
    let Some(Effect::Copy(text)) = press(&mut model, "y") else {
        panic!("nothing to copy");
    };
    assert_eq!(
        text,
        model
            .view_as::<views::advice::Advice>()
            .snippet(&model)
            .expect("a snippet")
            .text()
    );
    assert!(
        text.starts_with("nn.init.kaiming_normal_(layer.weight"),
        "{text}"
    );
    press(&mut model, "Esc");
    press(&mut model, "Left");
    let Some(Effect::Copy(text)) = press(&mut model, "y") else {
        panic!("nothing to copy");
    };
    assert!(text.starts_with("layer = keras.layers.Dense("), "{text}");
}

#[test]
fn before_there_is_advice_the_view_says_so() {
    let spec: Spec = "relu/glorot_uniform 256x64".parse().expect("valid");
    let mut model = Model::new(spec, Look::default(), (80, 24));
    press(&mut model, "5");
    assert!(ui::plain(&model).contains("being worked out"));
    // and what a key needs of it is worked out at once
    let copied = press(&mut model, "y");
    assert!(matches!(copied, Some(Effect::Copy(text)) if text.contains("he_normal")));
    press(&mut model, "Esc");
    press(&mut model, "Down");
    press(&mut model, "Enter");
    assert_eq!(model.spec().to_string(), "relu/he_uniform 256x64");
}

#[test]
fn a_picture_at_80x24() {
    let mut model = advised("tanh/glorot_normal 256x20", (80, 24), Look::default());
    press(&mut model, "5");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn any_size_and_any_look_is_drawn() {
    let looks = [
        Look::default(),
        Look {
            colour: Colour::Mono,
            glyphs: Glyphs::Ascii,
            ..Look::default()
        },
    ];
    for look in looks {
        let mut model = advised("gelu/he_normal 256x64", (80, 24), look);
        press(&mut model, "5");
        for (width, height) in (0..=140)
            .step_by(3)
            .flat_map(|w| (0..=45).map(move |h| (w, h)))
        {
            model.update(Msg::Resize(width, height));
            let area = Rect::new(0, 0, width, height);
            let mut buffer = Buffer::empty(area);
            ui::render(&model, area, &mut buffer);
            let ascii = |s: &str| s.is_ascii() || look.glyphs != Glyphs::Ascii;
            assert!(
                buffer.content.iter().all(|cell| ascii(cell.symbol())),
                "{width}x{height}"
            );
        }
    }
}

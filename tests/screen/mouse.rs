//! The mouse: what is drawn at a place is what a click there means.

use crate::asked::asks_anew;
use crate::shown::{model, press, shown};
use crate::synthetic::VANISHING;
use std::sync::Arc;

use initscope::app::views;
use initscope::app::{Action, Effect, Focus, Format, Gesture, Hit, Model, Msg, VIEWS, ViewName};
use initscope::engine::Engine;
use initscope::engine::advice::Counsel;
use initscope::engine::atlas::{activations, initializers};
use initscope::engine::request::Answer;
use initscope::ui;
use initscope::ui::hit;

const GESTURES: [Gesture; 4] = [
    Gesture::Left,
    Gesture::Right,
    Gesture::WheelUp,
    Gesture::WheelDown,
];

/// Column and row of the first character of a text on the screen.
fn place_of(model: &Model, text: &str) -> (u16, u16) {
    let screen = ui::plain(model);
    let found = screen.lines().zip(0..).find_map(|(line, row)| {
        let byte = line.find(text)?;
        Some((line[..byte].chars().count() as u16, row))
    });
    found.unwrap_or_else(|| panic!("no {text:?} on\n{screen}"))
}

/// A gesture where this text stands.
fn on(model: &mut Model, text: &str, gesture: Gesture) -> Option<Effect> {
    let (column, row) = place_of(model, text);
    let target = hit::at(model, column, row).unwrap_or_else(|| panic!("nothing at {text:?}"));
    model.update(Msg::Point(target, gesture))
}

#[test]
fn a_line_of_the_network_panel_is_changed_by_buttons_and_wheel() {
    for size in [(80, 24), (120, 40), (60, 40)] {
        for (text, gesture, spec) in [
            ("w width", Gesture::Left, "relu/he_normal 512x64"),
            ("width  ", Gesture::Right, "relu/he_normal 128x64"),
            ("d depth", Gesture::WheelUp, "relu/he_normal 256x128"),
            ("d depth", Gesture::WheelDown, "relu/he_normal 256x32"),
            ("s seed", Gesture::Left, "relu/he_normal 256x64 seed=1"),
            (
                "n input  ",
                Gesture::WheelDown,
                "relu/he_normal 256x64 input=digits",
            ),
            (
                "f framework",
                Gesture::Left,
                "relu/he_normal 256x64 framework=pytorch",
            ),
        ] {
            let mut model = model("relu/he_normal 256x64", size);
            let effect = on(&mut model, text, gesture);
            assert!(effect.is_none() && asks_anew(&model));
            assert_eq!(model.spec().to_string(), spec, "{text} {size:?}");
        }
    }
}

/// The cursor stands in the very column that was clicked, or, where a layer has several, in one of its own.
#[test]
fn a_click_on_a_curve_puts_the_cursor_there() {
    for (size, view) in [
        ((80, 24), ViewName::SCOPE),
        ((120, 40), ViewName::SCOPE),
        ((40, 12), ViewName::SCOPE),
        ((80, 24), ViewName::COMPARE),
        ((40, 12), ViewName::COMPARE),
    ] {
        for spec in ["relu/he_normal 64x8", "relu/he_normal 64x200"] {
            let mut model = shown(spec, size, VANISHING);
            model.update(Msg::Do(Action::Show(view)));
            let depth = model.spec().depth();
            let mut seen = Vec::new();
            for row in 0..size.1 {
                for column in 0..size.0 {
                    let Some(Hit::Layer(layer)) = hit::at(&model, column, row) else {
                        continue;
                    };
                    model.update(Msg::Point(Hit::Layer(layer), Gesture::Left));
                    assert_eq!(model.layer(), Some(layer));
                    seen.push(layer);
                    press(&mut model, "Esc");
                }
            }
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.first(), Some(&0));
            assert!(seen.last() > Some(&(depth * 3 / 4)), "{size:?}");
            if depth == 8 {
                assert_eq!(seen, (0..8).collect::<Vec<_>>(), "{size:?}");
            }
        }
    }
    let mut model = shown("relu/he_normal 64x8", (80, 24), VANISHING);
    for (gesture, layer) in [
        (Gesture::Left, Some(2)),
        (Gesture::WheelDown, Some(3)),
        (Gesture::WheelUp, Some(2)),
        (Gesture::Right, None),
    ] {
        model.update(Msg::Point(Hit::Layer(2), gesture));
        assert_eq!(model.layer(), layer);
    }
}

#[test]
fn lists_have_their_cursor_where_one_clicks() {
    let mut model = model("relu/he_normal 16x8 draws=2", (100, 30));
    let answer = |model: &mut Model| {
        let snapshot = Engine::new(Arc::clone(model.spec())).run();
        model.update(Msg::News(
            model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
        ));
    };
    answer(&mut model);
    press(&mut model, "5");
    let label = model.advice().expect("known").choices[3].label.clone();
    on(&mut model, &label, Gesture::Left);
    assert_eq!(model.view_as::<views::advice::Advice>().choice(&model), 3);
    on(&mut model, &label, Gesture::WheelDown);
    on(&mut model, "to paste", Gesture::WheelUp);
    on(&mut model, &label, Gesture::WheelUp);
    assert_eq!(model.view_as::<views::advice::Advice>().choice(&model), 2);

    press(&mut model, "3");
    let gelu = activations().iter().position(|a| a.name() == "gelu");
    let gelu = gelu.expect("in the atlas");
    on(&mut model, "gelu ", Gesture::Left);
    assert_eq!(model.view_as::<views::atlas::Atlas>().cursor().0, gelu);
    let (column, row) = place_of(&model, ">gelu");
    let target = hit::at(&model, column + 30, row);
    let Some(Hit::Cell(at, beside)) = target else {
        panic!("{target:?}")
    };
    assert!(at == gelu && beside < initializers().len());
    model.update(Msg::Point(Hit::Cell(at, beside), Gesture::Left));
    assert_eq!(
        model.view_as::<views::atlas::Atlas>().cursor(),
        (at, beside)
    );
    on(&mut model, ">gelu", Gesture::WheelUp);
    assert_eq!(model.view_as::<views::atlas::Atlas>().cursor().0, gelu - 1);

    press(&mut model, "1 p a p a p 2");
    assert_eq!(model.chosen_pin(), Some(2));
    on(&mut model, "▲ relu", Gesture::Left);
    assert_eq!(model.chosen_pin(), Some(0));
    on(&mut model, "configurations", Gesture::WheelDown);
    assert_eq!(model.chosen_pin(), Some(1));
}

#[test]
fn the_palette_and_the_help_are_used_with_the_mouse_and_closed_beside_them() {
    let mut model = model("relu/he_normal 16x8", (100, 30));
    press(&mut model, ": g e l u");
    on(&mut model, "activation gelu_tanh", Gesture::WheelDown);
    assert_eq!(model.palette().expect("open").chosen(), 1);
    on(&mut model, "activation gelu ", Gesture::Left);
    assert_eq!(model.palette().expect("open").chosen(), 0);
    on(&mut model, "activation gelu ", Gesture::Left);
    assert_eq!(model.spec().activation().name(), "gelu");
    assert_eq!(model.focus(), Focus::View(ViewName::SCOPE));

    press(&mut model, "? Right");
    for (text, gesture, top) in [
        ("gradient", Gesture::WheelDown, 3),
        ("gradient", Gesture::WheelDown, 6),
        ("distinguishability", Gesture::WheelUp, 3),
        ("distinguishability", Gesture::Left, 10),
    ] {
        on(&mut model, text, gesture);
        assert_eq!(model.help(), Some(top), "{text}");
    }
    press(&mut model, "Esc");
    for open in ["?", ":", "e"] {
        press(&mut model, open);
        let beside = hit::at(&model, 0, 0).expect("something");
        model.update(Msg::Point(beside, Gesture::WheelDown));
        model.update(Msg::Point(beside, Gesture::Left));
        assert_eq!(model.focus(), Focus::View(ViewName::SCOPE), "{open}");
        assert_eq!(hit::at(&model, 0, 0), None);
    }
}

#[test]
fn a_key_that_is_written_in_the_last_line_is_pressed_there() {
    let mut model = shown("relu/he_normal 256x64", (80, 24), VANISHING);
    for (text, gesture, spec) in [
        (
            "a/A activation",
            Gesture::Right,
            "identity/he_normal 256x64",
        ),
        ("activation  i/I", Gesture::Left, "relu/he_normal 256x64"),
        ("w/W width", Gesture::Left, "relu/he_normal 512x64"),
        ("width  d/D depth", Gesture::Right, "relu/he_normal 256x64"),
    ] {
        on(&mut model, text, gesture);
        assert_eq!(model.spec().to_string(), spec, "{text}");
    }
    // where no other line names the views
    let mut low = shown("relu/he_normal 256x64", (80, 18), VANISHING);
    on(&mut low, "1-8 views", Gesture::Left);
    assert_eq!(low.view().name, ViewName::COMPARE);
    press(&mut low, "1");
    on(&mut low, "1-8 views", Gesture::Right);
    assert_eq!(low.view().name, views::scaling::NAME);
    let (column, row) = place_of(&model, "w/W width");
    assert_eq!(hit::at(&model, column - 1, row), None, "between two keys");
    on(&mut model, "? help", Gesture::Left);
    assert_eq!(model.help(), Some(0));
    on(&mut model, "? closes", Gesture::Left);
    assert_eq!(model.help(), None);
    on(&mut model, " 3 atlas ", Gesture::Left);
    assert_eq!(model.view().name, views::atlas::NAME);
    on(&mut model, " 1 scope ", Gesture::Left);
    assert_eq!(model.view().name, ViewName::SCOPE);
    let quit = on(&mut model, "q quit", Gesture::Left);
    assert!(matches!(quit, Some(Effect::Quit)));
    // a message says nothing of keys
    press(&mut model, "0 Delete");
    let (column, row) = place_of(&model, "Delete does nothing here");
    assert_eq!(hit::at(&model, column + 3, row), None);

    let mut model = shown("relu/he_normal 256x64", (80, 24), VANISHING).hinting();
    on(&mut model, "explains keys and panels", Gesture::Left);
    assert_eq!(model.help(), Some(0));
}

#[test]
fn the_remedy_and_the_files_are_chosen_with_a_click() {
    let mut model = model("relu/glorot_normal 256x16 draws=2", (80, 24));
    let spec = Arc::clone(model.spec());
    let snapshot = Engine::advising(spec, Counsel::default()).run();
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    let remedied = on(&mut model, "remedy: he_normal", Gesture::Left);
    assert!(remedied.is_none() && asks_anew(&model));
    assert_eq!(model.spec().to_string(), "relu/he_normal 256x16 draws=2");
    press(&mut model, "e");
    let saved = on(&mut model, "picture, text", Gesture::Left);
    assert!(
        matches!(
            saved,
            Some(Effect::Save {
                format: Format::Text,
                replace: false
            })
        ),
        "{saved:?}"
    );
    let copied = on(&mut model, "asks the terminal to copy", Gesture::Left);
    let line = model.command_line();
    assert!(matches!(copied, Some(Effect::Copy(text)) if text == line));
}

/// The network is drawn at the very point that was clicked.
#[test]
fn a_click_on_the_phase_plane_puts_the_network_there() {
    for size in [(40, 12), (80, 24), (120, 40)] {
        let mut model = shown("tanh/glorot_normal 64x8", size, VANISHING);
        press(&mut model, "4");
        let mut seen = 0;
        for row in (0..size.1).step_by(3) {
            for column in (0..size.0).step_by(7) {
                let Some(target @ Hit::Cell(..)) = hit::at(&model, column, row) else {
                    continue;
                };
                let moved = model.update(Msg::Point(target, Gesture::Left));
                assert!(moved.is_none() && asks_anew(&model));
                let screen = ui::plain(&model);
                let line = screen.lines().nth(usize::from(row)).expect("a row");
                assert_eq!(line.chars().nth(usize::from(column)), Some('@'), "{screen}");
                seen += 1;
            }
        }
        assert!(seen >= 10, "{seen} at {size:?}");
        let before = model.spec().bias().to_string();
        let target = hit::at(&model, size.0 / 3, size.1 / 2).expect("the map");
        model.update(Msg::Point(target, Gesture::WheelUp));
        assert_ne!(model.spec().bias().to_string(), before);
        model.update(Msg::Point(target, Gesture::WheelDown));
        assert_eq!(model.spec().bias().to_string(), before);
    }
}

#[test]
fn every_place_of_every_screen_is_survived() {
    let sizes = [
        (0, 0),
        (1, 1),
        (39, 12),
        (40, 12),
        (41, 13),
        (76, 14),
        (80, 24),
        (120, 40),
    ];
    for size in sizes {
        for open in ["", ":", "?", "e", "= x", "Right"] {
            for view in VIEWS.iter().map(|row| row.info.name) {
                let mut model = shown("relu/he_normal 16x9", size, VANISHING);
                model.update(Msg::Do(Action::Show(view)));
                press(&mut model, open);
                for column in 0..size.0.max(3) + 2 {
                    for row in 0..size.1.max(3) + 2 {
                        let target = hit::at(&model, column, row);
                        let inside = column < size.0 && row < size.1;
                        assert!(inside || target.is_none());
                        let Some(target) = target.filter(|_| (column + row) % 31 == 0) else {
                            continue;
                        };
                        for gesture in GESTURES {
                            let mut model = model.clone();
                            model.update(Msg::Point(target, gesture));
                        }
                    }
                }
                assert_eq!(hit::at(&model, u16::MAX, u16::MAX), None);
            }
        }
    }
}

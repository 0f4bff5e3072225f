//! The layer cursor: walked by keys, its numbers at every size.

use crate::shown::{model, press, shown};
use crate::synthetic::{Lines, VANISHING};
use initscope::app::{Key, Msg};
use initscope::ui;

/// The layer counted from 1 after these keys, from a network of 64 layers.
fn after(keys: &str) -> Option<usize> {
    let mut model = model("relu/he_normal 16x64", (80, 24));
    press(&mut model, keys);
    model.layer().map(|layer| layer + 1)
}

#[test]
fn keys_walk_along_the_layers_and_stop_at_the_ends() {
    for (keys, layer) in [
        ("", None),
        ("Right", Some(1)),
        ("Left", Some(64)),
        ("PageDown", Some(1)),
        ("PageUp", Some(64)),
        ("Right Right Right Left", Some(2)),
        ("Right PageDown PageDown", Some(21)),
        ("Left PageUp", Some(54)),
        ("Right Left Left", Some(1)),
        ("Left PageDown", Some(64)),
        ("Right PageDown PageUp PageUp", Some(1)),
        ("Right Esc", None),
        ("Right 2", Some(1)),
        ("Right 5", None),
        ("2 Right Right 1", Some(2)),
        ("Left D", Some(32)),
    ] {
        assert_eq!(after(keys), layer, "{keys}");
    }
}

#[test]
fn escape_puts_the_cursor_away() {
    let mut model = model("relu/he_normal 16x8", (80, 24));
    press(&mut model, "Right ? Esc");
    assert_eq!(model.layer(), Some(0), "the help goes first");
    assert!(model.update(Msg::Key(Key::Esc)).is_none());
    assert_eq!(model.layer(), None);
    assert!(model.update(Msg::Key(Key::Esc)).is_none());
    assert_eq!(model.message(), Some("nothing is open: q quits"));
    press(&mut model, "Left Right");
    assert_eq!(model.message(), Some("layer 8 is the last"));
    press(&mut model, "5");
    assert!(model.update(Msg::Key(Key::Esc)).is_none());
    assert_eq!(
        model.message(),
        Some("nothing is open: q quits"),
        "nothing to be seen of the cursor"
    );
}

#[test]
fn a_pin_that_is_deeper_lengthens_the_walk_in_the_compare_view() {
    let mut model = model("relu/he_normal 16x8", (80, 24));
    press(&mut model, "d p D 2 Left");
    assert_eq!(model.layer(), Some(15));
    assert!(ui::plain(&model).contains("at layer 16"));
    press(&mut model, "1");
    assert_eq!(model.layer(), Some(7), "the network's own last layer");
}

#[test]
fn one_layer_at_80x24() {
    let mut model = shown("relu/glorot_uniform 256x64 seed=7", (80, 24), VANISHING);
    press(&mut model, "Right PageDown PageDown");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn one_layer_at_120x40() {
    let wide = Lines {
        signal: (0.3, 0.001),
        gradient: (-0.3, -0.002),
        distinguishability: -0.01,
        band: 0.2,
        theory_off: 0.002,
    };
    let mut model = shown("relu/he_normal 256x100", (120, 40), wide);
    press(&mut model, "Left PageUp PageUp");
    insta::assert_snapshot!(ui::plain(&model));
}

#[test]
fn one_layer_at_40x12() {
    let mut model = shown("relu/glorot_uniform 256x64", (40, 12), VANISHING);
    press(&mut model, "Right PageDown");
    insta::assert_snapshot!(ui::plain(&model));
}

/// A rule through every panel, and the numbers of that layer in the table.
#[test]
fn one_layer_of_all_that_is_compared_at_80x24() {
    let mut model = shown("relu/he_normal 256x64", (80, 24), VANISHING);
    press(&mut model, "p 2 Right PageDown");
    let screen = ui::plain(&model);
    for text in [
        "configurations  at layer 11, pins in decades against ●",
        "   9.8e-4  5.6e-17     0.63",
        "     same     same     same",
    ] {
        assert!(screen.contains(text), "{text}\n{screen}");
    }
    let empty = screen.lines().nth(12).expect("a row of the panels");
    assert_eq!(empty.matches('│').count(), 6 + 3, "{screen}");
}

#[test]
fn every_layer_is_drawn_at_every_size() {
    for size in [
        (40, 12),
        (41, 13),
        (76, 14),
        (80, 24),
        (120, 40),
        (300, 100),
    ] {
        for spec in [
            "relu/he_normal 16x1",
            "relu/he_normal 16x9",
            "relu/he_normal 16x300",
        ] {
            let mut model = shown(spec, size, VANISHING);
            for key in ["Right", "PageDown", "Left", "PageUp", "2", "x"] {
                press(&mut model, key);
                let screen = ui::plain(&model);
                let layer = model.layer().expect("a cursor") + 1;
                assert!(
                    screen.contains(&format!("layer {layer}")) || size.1 < 20,
                    "{screen}"
                );
            }
        }
    }
}

//! The layer cursor: walked by keys, its numbers at every size.

use crate::shown::{model, press, shown};
use crate::synthetic::{Lines, VANISHING};
use initscope::app::{Key, Model, Msg};
use initscope::ui;

/// Compares with a picture that begins and ends with an empty line.
fn assert_screen(model: &Model, picture: &str) {
    let (drawn, expected) = (ui::plain(model), picture.trim_matches('\n'));
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

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
    assert_screen(
        &model,
        "
 initscope   relu · glorot_uniform · 256x64     seed 7 · 128 draws · ±0.012 dec
┌ ✗ signal  Var z  1 → 1.1e-19, theory 1.1e-19 ┐┌ network ─────────────────────┐
│    10 ▆▆▅▅▄▃▂▁▁   │                          ││ a activation  relu           │
│       ██████████▇▆▆▅▄▃▃▂▁                    ││ i initializer glorot_uniform │
│       ████████████│████████▇▆▆▅▄▃▂▂▁         ││ f framework   keras          │
│ 1e-20 ████████████│███████████████████▇▆▅▄▃▃▂││ w width       256            │
├ ✗ gradient ─── 5.4e-20 ← 0.5, theory 5.4e-20 ┤│ d depth       64             │
│    10             │                  ▁▁▂▃▄▄▅▆││ b bias        auto: 0        │
│                   │        ▁▂▃▃▄▅▅▆▇█████████││ g gain        1              │
│                 ▁▁▂▃▄▅▅▆▇▇███████████████████││ n input       noise          │
│ 1e-20 ▁▂▂▃▄▅▆▇▇███│██████████████████████████││ s seed        7              │
├ distinguishability ─ 1 → 0.055, theory 0.055 ┤├ layer 21 of 64 ── Esc closes ┤
│     1 ██▇▇▆▅▅▄▄▄▃▂▂▁▁                        ││           median  ±dec theory│
│       ████████████│████▇▇▆▆▅▄▄▄▃▃▂▂▁         ││ Var z     9.5e-7  0.09  +0.00│
│       ████████████│███████████████████▇▇▆▆▅▅▄││ ∂l/∂z    5.7e-14  0.13  +0.00│
│  0.01 ████████████│██████████████████████████││ distinct     0.4  0.09  +0.00│
├ z by layer  in units of its rms ─────────────┤│ saturated 50 %, dead 0 %     │
│    +4 ░░░░░░░░░░░░│░░░░░░░░░░░░░░░░░░░░░░░░░░││ effective rank 12.50 of 15   │
│       ▒▒▒▒▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│├ z  line: Gaussian ───────────┤
│     0 ▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││          ⢀▂▅▇⠉⠉▇▅▂           │
│       ▒▒▒▒▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒││▁▁▁▁▁▁▁▂▄▆⠁████████⠉▆▄▂▁▁▁▁▁▁▁│
│    -4 ░░░░░░░░░░░░│░░░░░░░░░░░░░░░░░░░░░░░░░░││-4             0            +4│
└─layer 1──────────21────────────────────────64┘└──────────────────────────────┘
 a/A activation  i/I initializer  w/W width  r remedy  1-7 views  ? help  q quit
",
    );
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
    assert_screen(
        &model,
        "
 initscope   relu · he_normal (keras) · 256 wide · 100 deep                             seed 0 · 128 draws · ±0.012 dec
┌ signal  Var z ───────────────────────────────────────── 2 → 2.5, theory 4 ┐┌ network ────────────────────────────────┐
│  1000                                                       │             ││ a activation  relu                      │
│                                                             │         ░░░░││ i initializer he_normal                 │
│                                      ░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░││ f framework   keras                     │
│                 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░││ w width       256                       │
│     2 ▅▅▅▅▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▇▇▇▇▇▇▇▇▇▇▇││ d depth       100                       │
│       ██████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││ b bias        auto: 0                   │
│       █████████████████████████████████████████████████▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││ g gain        1                         │
│  0.01 ██████████████████████████████████████████████████████│█████████████││ n input       noise                     │
├ gradient  mean square of ∂l/∂z ─────────────────── 0.32 ← 0.5, theory 0.5 ┤│ s seed        0                         │
│   100                                                       │             │├ layer 80 of 100 ──────────── Esc closes ┤
│       ░░░░░░░░░░░░░░                                        │             ││           median    10 %    90 %  theory│
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░     │             ││ Var z        2.4   0.039     150     3.4│
│   0.5 ░░░░░░░░░░░░░▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▃▃││ ∂l/∂z       0.46   0.055     3.8     0.5│
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓█████████││ distinct    0.16  0.0026      10    0.23│
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓███████████████│█████████████││ saturated 50 %, dead 1 %                │
│       ▓▓▓▓▓▓▓▓▓▓████████████████████████████████████████████│█████████████││ effective rank 12.50 of 15              │
│ 0.001 ██████████████████████████████████████████████████████│█████████████││ ∂l/∂W       0.46   0.055     3.8        │
├ distinguishability  share that differs between inputs ─────────── 1 → 0.1 ┤│ mean z 0, x 0.4                         │
│     1 ███▇▇▇▆▆▆▅▅▅▄▄▄▃▃▃▂▂▂▂▁▁▁░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░││ mean z^2     2.4   0.039     150     3.4│
│       ███████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▇▇▇▆▆▆▅▅▅▄▄▄▄▃▃▃▂▂▂▁▁▁░░░░│░░░░░░░░░░░░░││ Var x       0.76   0.012      47    0.76│
│       ██████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▇▇▇▆▆▆▅▅▅▄▄▄▃▃││ mean x^2     1.2   0.019      74     1.2│
│       ███████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││ ∂l/∂x       0.46   0.055     3.8        │
│       ████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││ ∂l/∂b       0.46   0.055     3.8        │
│       ███████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓│├ z  in units of its rms; line: Gaussian ─┤
│       ██████████████████████████████████████████████████████│▓▓▓▓▓▓▓▓▓▓▓▓▓││                  ▃▇⠉▇▃                  │
│ 0.001 ██████████████████████████████████████████████████████│█████████████││                 ▂████⠈▂                 │
├ z by layer  in units of its rms ──────────────────────────────────────────┤│                ▁⠁█████⠘▁                │
│    +4                                                       │             ││               ⢰⠁███████⠘⡄               │
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░││              ⢠▇█████████▇⡀              │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒▒││             ⢀▆███████████▆              │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││             ▂█████████████▂             │
│     0 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││            ▂██████████████⠈▂            │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│▓▓▓▓▓▓▓▓▓▓▓▓▓││          ⢀▃████████████████⠈▃           │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│▒▒▒▒▒▒▒▒▒▒▒▒▒││         ▁▆███████████████████▆▁         │
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│░░░░░░░░░░░░░││▁▁▁▁▁▁▂▄▅██████████████████████⠈▅▄▂▁▁▁▁▁▁│
│    -4                                                       │             ││-4                  0                  +4│
└─layer 1────────────────────────────────────────────────────80──────────100┘└─────────────────────────────────────────┘
 a/A activation  i/I initializer  f/F framework  w/W width  d/D depth  b/B bias  r remedy  1-7 views  ? help  q quit
",
    );
}

#[test]
fn one_layer_at_40x12() {
    let mut model = shown("relu/glorot_uniform 256x64", (40, 12), VANISHING);
    press(&mut model, "Right PageDown");
    assert_screen(
        &model,
        "
 relu · glorot_uniform · 256x64  seed 0
 ✗ VANISHING  signal at layer 8
 layer 11: Var z 9.8e-4, ∂l/∂z 5.6e-17
┌ ✗ signal  Var z ──────── 1 → 1.1e-19 ┐
│    10 ▇▇▆▆▅▅▄▄▄▃▃▂▂▁▁                │
│ 1e-20 █████│███████████▇▇▆▆▅▅▄▄▄▃▃▂▂▁│
├ ✗ gradient ─────────── 5.4e-20 ← 0.5 ┤
│    10      │                ▁▁▂▃▃▄▅▅▇│
│            │     ▁▁▂▃▄▅▅▆▇▇██████████│
│ 1e-20 ▁▂▃▃▄▅▅▆▇▇█████████████████████│
└─layer 1───11───────────────────────64┘
 a/A activation  ? help  q quit
",
    );
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

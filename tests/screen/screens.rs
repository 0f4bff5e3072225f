//! The screen as literal text. `UPDATE_PICTURES=1 cargo test --test screen screens` writes the pictures of the table of sizes anew.

use std::path::Path;
use std::sync::Arc;
use std::{env, fs};

use crate::shown::{model, press, shown};
use crate::synthetic::{Lines, VANISHING, settled};
use initscope::app::{Model, Msg};
use initscope::engine::advice::{Remedy, rank};
use initscope::engine::request::Answer;
use initscope::engine::snapshot::{Phase, Snapshot};
use initscope::engine::verdict::{Curves, judge};
use initscope::net::spec::Spec;
use initscope::ui;

/// Compares with a picture that begins and ends with an empty line.
fn assert_screen(model: &Model, picture: &str) {
    let (drawn, expected) = (ui::plain(model), picture.trim_matches('\n'));
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

/// The same before the first draw is complete: some layers forward, no gradient, the verdict of theory.
fn first_layers(spec: &Spec, generation: u64, lines: Lines, known: usize) -> Snapshot {
    let mut snapshot = settled(spec, generation, lines);
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
    assert_screen(
        &shown("relu/glorot_uniform 256x64 seed=7", (80, 24), VANISHING),
        "
 initscope   relu · glorot_uniform · 256x64     seed 7 · 128 draws · ±0.012 dec
┌ ✗ signal  Var z  1 → 1.1e-19, theory 1.1e-19 ┐┌ network ─────────────────────┐
│    10 ▆▆▅▅▄▃▂▁▁                              ││ a activation  relu           │
│       ██████████▇▆▆▅▄▃▃▂▁                    ││ i initializer glorot_uniform │
│       █████████████████████▇▆▆▅▄▃▂▂▁         ││ f framework   keras          │
│ 1e-20 ████████████████████████████████▇▆▅▄▃▃▂││ w width       256            │
├ ✗ gradient ─── 5.4e-20 ← 0.5, theory 5.4e-20 ┤│ d depth       64             │
│    10                                ▁▁▂▃▄▄▅▆││ b bias        auto: 0        │
│                            ▁▂▃▃▄▅▅▆▇█████████││ g gain        1              │
│                 ▁▁▂▃▄▅▅▆▇▇███████████████████││ n input       noise          │
│ 1e-20 ▁▂▂▃▄▅▆▇▇██████████████████████████████││ s seed        7              │
├ distinguishability ─ 1 → 0.055, theory 0.055 ┤├ verdict ─────────────────────┤
│     1 ██▇▇▆▅▅▄▄▄▃▂▂▁▁                        ││ ✗ VANISHING                  │
│       █████████████████▇▇▆▆▅▄▄▄▃▃▂▂▁         ││ signal vanishes from layer 8 │
│       ████████████████████████████████▇▇▆▆▅▅▄││ healthy up to about 7 layers │
│  0.01 ███████████████████████████████████████││ signal       -0.30 dec/layer │
├ z by layer  in units of its rms ─────────────┤│ gradient     -0.30 dec/layer │
│    +4 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││ distinct    -0.020 dec/layer │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒││ inside the expected band     │
│     0 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│├ ensemble ────────────────────┤
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒││ ████████████████████████████ │
│    -4 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││ 128 draws, ±0.012 dec, done  │
└─layer 1───────14──────27──────40──────53───64┘└──────────────────────────────┘
 a/A activation  i/I initializer  w/W width  r remedy  1-7 views  ? help  q quit
",
    );
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
    assert_screen(
        &shown("relu/he_normal 256x100", (120, 40), healthy),
        "
 initscope   relu · he_normal (keras) · 256 wide · 100 deep                             seed 0 · 128 draws · ±0.012 dec
┌ signal  Var z ─────────────────────────────────────── 2 → 2.5, theory 2.5 ┐┌ network ────────────────────────────────┐
│  1000                                                                     ││ a activation  relu                      │
│                                                                       ░░░░││ i initializer he_normal                 │
│                                      ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││ f framework   keras                     │
│                 ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││ w width       256                       │
│     2 ▅▅▅▅▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▆▇▇▇▇▇▇▇▇▇▇▇││ d depth       100                       │
│       ██████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││ b bias        auto: 0                   │
│       █████████████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││ g gain        1                         │
│  0.01 ████████████████████████████████████████████████████████████████████││ n input       noise                     │
├ gradient  mean square of ∂l/∂z ────────────────── 0.32 ← 0.5, theory 0.32 ┤│ s seed        0                         │
│   100                                                                     │├ verdict ────────────────────────────────┤
│       ░░░░░░░░░░░░░░                                                      ││ ✓ HEALTHY                               │
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░                   ││ all three channels survive              │
│   0.5 ░░░░░░░░░░░░░▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▃▃││ no failure up to 100 layers             │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓█████████││ signal      +0.001 dec/layer            │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓█████████████████████████████││ gradient    -0.002 dec/layer            │
│       ▓▓▓▓▓▓▓▓▓▓██████████████████████████████████████████████████████████││ distinct    -0.010 dec/layer            │
│ 0.001 ████████████████████████████████████████████████████████████████████││ inside the expected band                │
├ distinguishability  share that differs between inputs ─────────── 1 → 0.1 ┤│                                         │
│     1 ███▇▇▇▆▆▆▅▅▅▄▄▄▃▃▃▂▂▂▂▁▁▁░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░│├ ensemble ───────────────────────────────┤
│       ███████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▇▇▇▆▆▆▅▅▅▄▄▄▄▃▃▃▂▂▂▁▁▁░░░░░░░░░░░░░░░░░░││ ███████████████████████████████████████ │
│       ██████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▇▇▇▆▆▆▅▅▅▄▄▄▃▃││ 128 draws, ±0.012 dec, done             │
│       ███████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│├ numbers  medians over draws ────────────┤
│       ████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││ layer   signal gradient distinct        │
│       ███████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││     1        2     0.32        1        │
│       ███████████████████████████████████████████████████████▓▓▓▓▓▓▓▓▓▓▓▓▓││     9        2     0.33     0.83        │
│ 0.001 ████████████████████████████████████████████████████████████████████││    17      2.1     0.34     0.69        │
├ z by layer  in units of its rms ──────────────────────────────────────────┤│    25      2.1     0.35     0.58        │
│    +4                                                                     ││    34      2.2     0.37     0.47        │
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││    42      2.2     0.38     0.39        │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒││    50      2.2      0.4     0.32        │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││    58      2.3     0.41     0.27        │
│     0 ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││    67      2.3     0.43     0.22        │
│       ▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓││    75      2.4     0.45     0.18        │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒││    83      2.4     0.46     0.15        │
│       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░││    91      2.5     0.48     0.13        │
│    -4                                                                     ││   100      2.5      0.5      0.1        │
└─layer 1──────────17─────────33─────────49─────────65─────────81────────100┘└─────────────────────────────────────────┘
 a/A activation  i/I initializer  f/F framework  w/W width  d/D depth  b/B bias  r remedy  1-7 views  ? help  q quit
",
    );
}

#[test]
fn the_smallest_screen_has_verdict_signal_and_gradient() {
    let off = Lines {
        theory_off: -0.06,
        ..VANISHING
    };
    assert_screen(
        &shown("relu/glorot_uniform 256x64", (40, 12), off),
        "
 relu · glorot_uniform · 256x64  seed 0
 ✗ VANISHING  signal at layer 8
 dec/layer: signal -0.30, gradient -0.30
┌ ✗ signal  Var z ──────── 1 → 1.1e-19 ┐
│    10 ▇▇▇▆▆▅▅▅▄▄▃▃▃▂▂▁▁              │
│ 1e-23 ████████████████████▇▇▆▆▆▅▅▄▄▃▃│
├ ✗ gradient ─────────── 5.4e-20 ← 0.5 ┤
│    10                     ▁▁▂▂▃▄▄▅▅▆▇│
│              ▁▁▂▃▃▄▄▅▆▆▇█████████████│
│ 1e-24 ▅▅▆▇▇██████████████████████████│
└─layer 1───────17──────34──────50───64┘
 a/A activation  ? help  q quit
",
    );
}

#[test]
fn before_the_first_answer_there_are_labels_and_no_curve() {
    assert_screen(
        &model("relu/default 256x64 framework=pytorch", (80, 24)),
        "
 initscope   relu · pytorch default · 256x64 · bias ±0.0625              seed 0
┌ signal  Var z ───────────────────────────────┐┌ network ─────────────────────┐
│                                              ││ a activation  relu           │
│                                              ││ i initializer pytorch default│
│                                              ││ f framework   pytorch        │
│                                              ││ w width       256            │
├ gradient  mean square of ∂l/∂z ──────────────┤│ d depth       64             │
│                                              ││ b bias        auto: ±0.0625  │
│                                              ││ g gain        1              │
│                                              ││ n input       noise          │
│                                              ││ s seed        0              │
├ distinguishability ──────────────────────────┤├ verdict ─────────────────────┤
│                                              ││ … first draw                 │
│                                              ││                              │
│                                              ││                              │
│                                              ││                              │
├ z by layer  in units of its rms ─────────────┤│                              │
│    +4                                        ││                              │
│                                              ││                              │
│     0                                        │├ ensemble ────────────────────┤
│                                              ││ ░░░░░░░░░░░░░░░░░░░░░░░░░░░░ │
│    -4                                        ││ starting                     │
└─layer 1───────14──────27──────40──────53───64┘└──────────────────────────────┘
 a/A activation  i/I initializer  w/W width  r remedy  1-7 views  ? help  q quit
",
    );
}

/// Layers stream in from the left; the thin line is theory.
#[test]
fn the_first_draw_fills_the_prediction_from_the_left() {
    let mut model = model("relu/default 256x64 framework=pytorch", (80, 24));
    let snapshot = first_layers(model.spec(), 1, VANISHING, 20);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    assert_screen(
        &model,
        "
 initscope   relu · pytorch default · 256x64 · bias ±0.0625              seed 0
┌ ✗ signal  Var z ────── 1 → …, theory 1.1e-19 ┐┌ network ─────────────────────┐
│    10 ▆▆▅▅▄▃▂▁▁                              ││ a activation  relu           │
│       ██████████▇▆▆⠒⠢⠤⠤⣀⣀⡀                   ││ i initializer pytorch default│
│       █████████████      ⠈⠉⠉⠒⠒⠒⠤⠤⢄⣀⣀⡀        ││ f framework   pytorch        │
│ 1e-20 █████████████                 ⠈⠉⠉⠒⠒⠢⠤⠤⣀││ w width       256            │
├ gradient  mean square of ∂l/∂z ──────────────┤│ d depth       64             │
│    10                                ⣀⣀⡠⠤⠤⠒⠒⠒││ b bias        auto: ±0.0625  │
│                           ⣀⣀⣀⠤⠤⠔⠒⠒⠊⠉⠉        ││ g gain        1              │
│                ⢀⣀⣀⠤⠤⠤⠒⠒⠊⠉⠉                   ││ n input       noise          │
│ 1e-20 ⣀⡠⠤⠤⠒⠒⠒⠉⠉⠁                             ││ s seed        0              │
├ distinguishability ───── 1 → …, theory 0.055 ┤├ verdict ─────────────────────┤
│     1 ██▇▇▆▅▅▄▄▄▃▂▂⣀⣀⡀                       ││ ✗ VANISHING by theory        │
│       █████████████  ⠈⠉⠉⠉⠑⠒⠒⠒⠢⠤⠤⠤⣀⣀⣀⣀        ││ signal vanishes from layer 8 │
│       █████████████                  ⠉⠉⠉⠑⠒⠒⠒⠒││ healthy up to about 7 layers,│
│  0.01 █████████████                          ││ by theory                    │
├ z by layer  in units of its rms ─────────────┤│ signal       -0.30 dec/layer │
│    +4 ░░░░░░░░░░░░░                          ││ gradient     -0.30 dec/layer │
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒                          ││ distinct    -0.020 dec/layer │
│     0 ▓▓▓▓▓▓▓▓▓▓▓▓▓                          │├ ensemble ────────────────────┤
│       ▒▒▒▒▒▒▒▒▒▒▒▒▒                          ││ ████░░░░░░░░░░░░░░░░░░░░░░░░ │
│    -4 ░░░░░░░░░░░░░                          ││ first draw, layer 20 of 64   │
└─layer 1───────14──────27──────40──────53───64┘└──────────────────────────────┘
 a/A activation  i/I initializer  w/W width  r remedy  1-7 views  ? help  q quit
",
    );
}

#[test]
fn the_help_at_80x24() {
    let mut model = model("relu/default 256x64", (80, 24));
    press(&mut model, "?");
    assert_screen(
        &model,
        "
┌ help ────────────────────────────────────────────────── ↓ for more, ? closes ┐
│ signal                                                                       │
│ The variance of the pre-activations z over units and inputs, layer by layer  │
│ from the input (left) to the output (right), on a log scale in decades. A    │
│ flat row halfway up is healthy, a slope downward vanishes, a slope upward    │
│ explodes.                                                                    │
│                                                                              │
│ gradient                                                                     │
│ The mean square of the loss gradient with respect to z; it starts at the     │
│ output (right) and is read towards the input (left). Low on the left means   │
│ that the first layers learn nothing.                                         │
│                                                                              │
│ distinguishability                                                           │
│ The share of the signal that differs between inputs, where full height is 1. │
│ Once it has fallen, the network answers every input alike, however healthy   │
│ the signal looks.                                                            │
│                                                                              │
│ how a curve is drawn                                                         │
│ A column is one layer, or the range of several when there are more layers    │
│ than columns; a full block is reached by every draw and layer of the column, │
│ lighter shades by fewer, 80 % of the draws lie between the lightest and the  │
│ full ones. A thin line is the infinite-width prediction where it leaves the  │
│ curve, and the edges of a tall band in which 8 of 10 draws of this width are │
└──────────────────────────────────────────────────────────────────────────────┘
",
    );
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
        "  ? explains the panels   a/A activation  r remedy  1-7 views  q quit"
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
    let snapshot = settled(model.spec(), 1, healthy);
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
        let drawn = ui::plain(&model) + "\n";
        let file = format!("tests/screen/screens/pictures/{columns}x{rows}.txt");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(&file);
        if env::var_os("UPDATE_PICTURES").is_some() {
            fs::write(path, drawn).expect("writable");
            continue;
        }
        let expected = fs::read_to_string(path).unwrap_or_default();
        assert!(
            drawn == expected,
            "{file}, drawn:\n{drawn}\nexpected:\n{expected}"
        );
    }
}

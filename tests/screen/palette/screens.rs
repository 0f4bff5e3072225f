//! The palette as literal text.

use initscope::app::Model;
use initscope::ui;

use super::{enter, typed};
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;

fn assert_screen(model: &Model, picture: &str) {
    let (drawn, expected) = (ui::plain(model), picture.trim_matches('\n'));
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

#[test]
fn the_palette_at_80x24() {
    let mut model = shown("relu/glorot_uniform 256x64 seed=7", (80, 24), VANISHING);
    press(&mut model, ":");
    enter(&mut model, "he");
    press(&mut model, "Down");
    assert_screen(
        &model,
        "
 initscope   relu · glorot_uniform · 256x64     seed 7 · 128 draws · ±0.012 dec
┌ ✗ signal  Var z  1 → 1.1e-19, theory 1.1e-19 ┐┌ network ─────────────────────┐
┌ commands ─────────────────────────────────────────────────────────── 2 of 14 ┐
│ he                                                                           │
│ initializer he_normal         normal, Var = 2/((1+a²)·fan_in), a the negati… │
│>initializer he_uniform        U(±√(6/((1+a²)·fan_in))), Var = 2/((1+a²)·fan… │
│ help                          this help, and away with it             ? F1 h │
│ activation hardshrink         x if |x| > lambda else 0                       │
│ activation hard_sigmoid       min(max(x/6 + 1/2, 0), 1)                      │
│ activation hard_sigmoid_keras2  min(max(x/5 + 1/2, 0), 1)                    │
│ next theme                    next, previous theme: any background, dark…  t │
│ theme dark                                                                   │
│ theme light                                                                  │
│ previous theme                next, previous theme: any background, dark…  T │
│ theme universal                                                              │
│ view phase                    the phase plane of the activation, with th…  4 │
│ activation threshold          x if x > threshold else value                  │
│ activation softshrink         x - lambda if x > lambda, x + lambda if x < …  │
│                                                                              │
│                                                                              │
│                                                                              │
└──────────────────────────────────────────────────────────────────────────────┘
└─layer 1───────14──────27──────40──────53───64┘└──────────────────────────────┘
 Enter do  Down/Up choose  Esc cancel  Ctrl-U clear
",
    );
}

#[test]
fn the_palette_at_120x40() {
    let mut model = shown("relu/he_normal 256x100", (120, 40), VANISHING);
    press(&mut model, "2 :");
    enter(&mut model, "pin");
    assert_screen(
        &model, "
 initscope   relu · he_normal (keras) · 256 wide · 100 deep                             seed 0 · 128 draws · ±0.012 dec
┌ signal  Var z ───────────────────────┐┌ gradient  mean square of ∂l/∂z ──────┐┌ distinguishability ──────────────────┐
│    10 ●                              ││    10                                ││     1 ●⡄                             │
│       ⢜⡄                             ││                                    ⢀⠖││       ⠈⢞⡄                            │
│       ⠈⢞⡄                            ││                                   ⢀⢮⠋││        ⠈⢺⡄                           │
│         ⢻⢄                           ││                                  ⢠●⠁ ││          ⢻⢄                          │
│          ⢫⢆                          ││                                 ⢠⡳⠁  ││          ⠈⢞⡄                         │
│           ⢏⡆                         ││                                ⢠⡳⠁   ││           ⠈⢞⡄                        │
│            ⢻⢄                        ││                               ⢠⡳⠁    ││            ⠈⢞●                       │
│             ⢫●                       ││                              ⡠⡟      ││              ⢻⢄                      │
│              ⢹⢆ ┌ commands ─────────────────────────────────────────────────────────────── 1 of 11 ┐                 │
│               ⢫⢆│ pin                                                                              │                 │
│                ⢫│>pin                   pin the network to compare others with it, unpin the l…  p │                 │
│                 │ next pin              compare view: next, previous pin                    Down j │                 │
│                 │ previous pin          compare view: next, previous pin                      Up k │                 │
│                 │ previous input        next, previous input: noise, digits, your data           N │●                │
│                 │ previous initializer  next, previous initializer; one place is the framework…  I │⢞⡄               │
│                 │ unpin                 pin the network to compare others with it, unpin the l…  P │⠈⢺⡄              │
│                 │ previous activation   next, previous activation function                       A │  ⢻⢄             │
│                 │ previous ten layers   compare view: ten layers further, back              PageUp │  ⠈⢞⡄            │
│                 │ swap                  compare view: the network and the pin under the cu…  Enter │   ⠈⢞⡄           │
│                 │ view train            the network and what is pinned in training: do they le…  6 │    ⠈⢞⡄          │
│                 │ view compare          the network and what is pinned, curve over curve         2 │      ⢻●         │
│                 │                                                                                  │       ⢫⢆        │
│                 │                                                                                  │       ⠈⢞⡄       │
│                 │                                                                                  │        ⠈⢞⡄      │
│                 │                                                                                  │         ⠈⢺⡄     │
│                 │                                                                                  │           ⢻⢄    │
│                 │                                                                                  │           ⠈⢞⡄   │
│                 └──────────────────────────────────────────────────────────────────────────────────┘            ⠈⢞●  │
│                                  ⠈●⡀ ││        ⣜⠎                            ││                                  ⠈⢞⡄ │
│                                   ⠈⢞⣄││       ●⠊                             ││                                    ⢻⣄│
│ 1e-30                              ⠈⣆││ 1e-31 ⠁                              ││  0.01                              ⠈⠦│
└─layer 1───────────────────────────100┘└─layer 1───────────────────────────100┘└─layer 1───────────────────────────100┘
┌ configurations  at the far end, pins in decades against ● ───────────────────────────────────────────────────────────┐
│   configuration   verdict         layers   vs ●   signal gradient distinct                                           │
│ ● he_normal       ✗ VANISHING         ~7         1.6e-30  7.9e-31     0.01                                           │
│   p pins this network, v compares what frameworks do by default                                                      │
└──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
 Enter do  Down/Up choose  Esc cancel  Ctrl-U clear
",
    );
}

#[test]
fn the_palette_at_40x12() {
    assert_screen(
        &typed("width 1", (40, 12)),
        "
 tanh · glorot_normal · 128x32   seed 0
┌ commands ──────────────────── 1 of 1 ┐
│ width 1                              │
│>width 1                              │
│                                      │
│                                      │
│                                      │
│                                      │
│                                      │
│                                      │
└──────────────────────────────────────┘
 Enter do  Esc cancel  Ctrl-U clear
",
    );
    assert_screen(
        &typed("x*tanh(x", (40, 12)),
        "
 tanh · glorot_normal · 128x32   seed 0
┌ commands ────────────────────────────┐
│ x*tanh(x                             │
│         ^                            │
│ unexpected end at column 9 of        │
│ `x*tanh(x`: expected an operator + - │
│ * / ^, `,` or `)`                    │
│                                      │
│                                      │
│                                      │
└──────────────────────────────────────┘
 Enter do  Esc cancel  Ctrl-U clear
",
    );
}

//! What matters is whole: no number and no name of an initializer is cut, on any screen from the smallest to the largest.

use std::collections::BTreeSet;
use std::path::Path;

use crate::lab::Lab;
use crate::shown::press;
use initscope::app::{Look, Model, Msg};
use initscope::engine::atlas::initializers;
use initscope::net::spec::Spec;
use initscope::ui;

/// Columns and rows.
const SIZES: [(u16, u16); 9] = [
    (40, 12),
    (50, 15),
    (60, 20),
    (80, 24),
    (100, 30),
    (120, 40),
    (160, 50),
    (200, 60),
    (300, 80),
];

/// Every view, and what is under the keys of some.
const SCREENS: [&str; 16] = [
    "1", "1 Right", "1 x x", "2", "2 v", "2 Right", "3", "3 Down Right Right", "3 x", "4", "5",
    "5 Down Down", "6 x", "7 x", "7 x Right Down Down", "7 x Left Left",
];

/// A long expression, a deep network, a preset of a framework, own data.
fn networks() -> [String; 4] {
    let rows = (0..24).map(|n| format!("{},{},{}\n", n % 7, (n * 5) % 11, n % 3));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole.csv");
    let text = format!("left,right,label\n{}", rows.collect::<String>());
    std::fs::write(&path, text).expect("writable");
    [
        "x*sigmoid(1.702*x)+0.125*tanh(3.5*x)/truncated_normal(0.0375) 16x6".into(),
        "tanh/glorot_normal 8x400".into(),
        "leaky_relu/default 24x12 framework=pytorch".into(),
        format!("relu/he_normal 16x6 input={}", path.display()),
    ]
}

/// A dashboard that has been answered everything that it asks in every view, on every size.
fn screens(spec: &str, mut look_at: impl FnMut(&str, (u16, u16), &str)) {
    let spec: Spec = spec.parse().unwrap_or_else(|why| panic!("{spec}: {why}"));
    for keys in SCREENS {
        let mut model = Model::new(spec.clone(), Look::default(), (80, 24));
        let mut lab = Lab::default();
        press(&mut model, keys);
        for _ in 0..4 {
            lab.answer(&mut model);
        }
        for size in SIZES {
            model.update(Msg::Resize(size.0, size.1));
            look_at(keys, size, &ui::plain(&model));
        }
    }
}

#[test]
fn explore() {
    let mut seen = BTreeSet::new();
    for network in networks() {
        let begin = std::time::Instant::now();
        screens(&network, |keys, (w, h), screen| {
            for line in screen.lines() {
                for (at, _) in line.match_indices('…') {
                    let before: String = line[..at].chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
                    if seen.insert(before.trim().to_owned()) {
                        println!("{keys:20} {w}x{h}: {before}…");
                    }
                }
            }
        });
        println!("{network} {:?}", begin.elapsed());
    }
    let _ = initializers();
}

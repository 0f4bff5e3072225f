//! What matters is whole: no number and no name of an initializer is cut, on any screen from the smallest to the largest.

use std::path::Path;

use crate::lab::Lab;
use crate::shown::press;
use initscope::app::{Key, Look, Model, Msg, VIEWS};
use initscope::engine::atlas::initializers;
use initscope::net::activation::ACTIVATIONS;
use initscope::net::initializer::{INITIALIZERS, Initializer};
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

/// Every view, and what is under the keys of some; the dialogs over them.
const SCREENS: [&str; 16] = [
    "1",
    "1 Right",
    "1 Down Enter",
    "2",
    "2 v",
    "3",
    "3 Down Right Right",
    "4",
    "5",
    "5 Down Down",
    "6 x",
    "7 x",
    "7 x Left Down Down",
    "1 ?",
    "1 : i n i t",
    "1 e",
];

/// A long expression with a long initializer, a deep network, a preset of a framework, own data, residual blocks.
fn networks() -> [String; 5] {
    let rows = (0..24).map(|n| format!("{},{},{}\n", n % 7, (n * 5) % 11, n % 3));
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("whole.csv");
    let text = format!("left,right,label\n{}", rows.collect::<String>());
    std::fs::write(&path, text).expect("writable");
    [
        "x*sigmoid(1.702*x)+0.125*tanh(3.5*x)/truncated_normal(0.0375) 8x4".into(),
        "tanh/glorot_normal 4x120".into(),
        "leaky_relu/default 8x6 framework=pytorch".into(),
        format!("relu/he_normal 8x4 input={}", path.display()),
        "gelu_tanh/random_normal(0.02) 16x6 block=pre(ln,mlp(4)) out=1/sqrt(2N) final=ln".into(),
    ]
}

/// Every screen of a network that has had answers to everything that it asks, on every size.
fn screens(spec: &str, mut look_at: impl FnMut(&str, (u16, u16), &str)) {
    let spec: Spec = spec.parse().unwrap_or_else(|why| panic!("{spec}: {why}"));
    for keys in SCREENS {
        let mut model = Model::new(spec.clone(), Look::default(), (80, 24));
        let mut lab = Lab::default();
        press(&mut model, keys);
        for _ in 0..2 {
            lab.answer(&mut model);
        }
        for size in SIZES {
            model.update(Msg::Resize(size.0, size.1));
            look_at(keys, size, &ui::plain(&model));
        }
    }
}

/// What is wrong with a text that ends before an ellipsis.
fn fault(text: &str) -> Option<&'static str> {
    let last = text.chars().next_back()?;
    if last.is_ascii_digit() || "+-±%.".contains(last) {
        return Some("a number is cut");
    }
    let word = text.rsplit([' ', '│', '>']).next()?;
    let names = INITIALIZERS.iter().map(|row| row.name);
    let mut names = names.chain(ACTIVATIONS.iter().map(|row| row.name));
    if let Some((name, _)) = word.split_once('(').filter(|(_, rest)| !rest.contains(')')) {
        return names
            .any(|known| known == name)
            .then_some("its number is cut");
    }
    let begun = |row: &str| row.starts_with(word) && row != word && row.contains('_');
    let cut = word.len() > 3 && INITIALIZERS.iter().any(|row| begun(row.name));
    (cut || "orthogonal".starts_with(word) && word.len() > 3 && word != "orthogonal")
        .then_some("the name of an initializer is cut")
}

#[test]
fn every_view_is_looked_at() {
    // the table of a sweep is there where one is open, and six widths take their time: both have tests of their own
    let of_networks = VIEWS
        .iter()
        .filter(|view| !["table", "scaling"].contains(&view.info.name.0));
    for view in of_networks {
        let opens = view.info.opens.iter().flat_map(|row| row.keys);
        let keys: Vec<String> = opens.map(Key::to_string).collect();
        let looked_at = SCREENS.iter().any(|screen| {
            let first = screen.split(' ').next();
            first.is_some_and(|first| keys.iter().any(|key| key == first))
        });
        assert!(looked_at, "{} {keys:?}", view.info.name);
    }
}

#[test]
fn no_number_and_no_remedy_ends_in_an_ellipsis() {
    for network in networks() {
        screens(&network, |keys, (columns, rows), screen| {
            for line in screen.lines() {
                for (at, _) in line.match_indices('…') {
                    let fault = fault(&line[..at]);
                    assert_eq!(fault, None, "{network}, {keys}, {columns}x{rows}: {line}");
                }
            }
        });
    }
}

#[test]
fn the_headings_of_the_atlas_are_whole_from_160_columns_on() {
    let spec: Spec = "relu/he_normal 8x4".parse().expect("valid");
    for size in SIZES.into_iter().filter(|(columns, _)| *columns >= 160) {
        let mut model = Model::new(spec.clone(), Look::default(), size);
        press(&mut model, "3");
        let screen = ui::plain(&model);
        let head: Vec<&str> = screen.lines().skip(3).take(2).collect();
        let head: Vec<&str> = head
            .iter()
            .flat_map(|line| line.split([' ', '│']))
            .collect();
        for initializer in initializers() {
            let name = initializer.as_ref().map_or("default", Initializer::name);
            let whole = head.contains(&name) || name.split('_').all(|word| head.contains(&word));
            assert!(whole, "{name} at {size:?}: {head:?}");
        }
    }
}

//! Typing an activation in the dashboard: keys to network, errors at their column, every size.

use initscope::app::{Effect, Focus, Key, Look, Model, Msg, View};
use initscope::net::spec::Spec;
use initscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

fn model(text: &str, size: (u16, u16)) -> Model {
    let spec: Spec = text.parse().expect("valid");
    Model::new(spec, Look::default(), size)
}

fn press(model: &mut Model, key: &str) -> Option<Effect> {
    model.update(Msg::Key(key.parse().expect("a key")))
}

/// A dashboard in which `=` was pressed, the line cleared and this typed.
fn typed(text: &str, size: (u16, u16)) -> Model {
    let mut model = model("tanh/glorot_normal 128x32", size);
    press(&mut model, "=");
    press(&mut model, "Ctrl-U");
    for c in text.chars() {
        model.update(Msg::Key(Key::Char(c)));
    }
    model
}

#[test]
fn what_is_typed_becomes_the_networks_activation() {
    for (text, spec) in [
        (
            "x*sigmoid(1.702*x)",
            "x*sigmoid(1.702*x)/glorot_normal 128x32",
        ),
        ("leaky_relu(0.1)", "leaky_relu(0.1)/glorot_normal 128x32"),
        (" gelu ", "gelu/glorot_normal 128x32"),
    ] {
        let mut model = typed(text, (80, 24));
        let Some(Effect::Simulate { spec: asked, .. }) = press(&mut model, "Enter") else {
            panic!("no request for {text}");
        };
        assert_eq!(asked.to_string(), spec.parse::<Spec>().unwrap().to_string());
        assert_eq!(model.focus(), Focus::View(View::Scope));
    }
}

#[test]
fn the_line_starts_with_the_present_activation_and_esc_keeps_it() {
    let mut model = model("leaky_relu(0.2)/he_normal 64x8", (80, 24));
    press(&mut model, "=");
    assert_eq!(model.editor().expect("open").text(), "leaky_relu(0.2)");
    press(&mut model, "Backspace");
    assert!(press(&mut model, "Enter").is_none(), "no activation");
    assert!(model.editor().is_some());
    assert!(press(&mut model, "Esc").is_none(), "Esc must not quit");
    assert!(model.editor().is_none());
    assert_eq!(model.spec().to_string(), "leaky_relu(0.2)/he_normal 64x8");
}

#[test]
fn a_paste_is_text_where_text_is_typed_and_nothing_elsewhere() {
    let paste = |model: &mut Model, text: &str| {
        for c in text.chars() {
            assert!(model.update(Msg::Key(Key::Pasted(c))).is_none());
        }
    };
    let mut model = typed("x*", (80, 24));
    paste(&mut model, "tanh(q)");
    assert_eq!(model.editor().expect("open").text(), "x*tanh(q)");
    press(&mut model, "Esc");
    let before = model.spec().to_string();
    paste(&mut model, "qwdr");
    assert_eq!(model.spec().to_string(), before);
    assert_eq!(
        model.message(),
        Some("text is pasted while an activation is typed: =")
    );
}

#[test]
fn an_error_points_at_its_column() {
    let screen = ui::plain(&typed("x*sigmod(1.702*x)", (80, 24)));
    let lines: Vec<&str> = screen.lines().collect();
    let column = |line: &str, c: char| line.chars().position(|other| other == c);
    let text = lines
        .iter()
        .position(|line| line.contains("x*sigmod"))
        .expect("the line");
    assert_eq!(
        column(lines[text + 1], '^'),
        column(lines[text], 's'),
        "{screen}"
    );
    assert!(
        lines[text + 2].contains("unknown function `sigmod` at column 3"),
        "{screen}"
    );
}

#[test]
fn the_line_at_40x12() {
    let expected = "
 tanh · glorot_normal · 128x32   seed 0
 … first draw
┌ activation ──────────────────────────┐
│ x*tanh(x                             │
│         ^                            │
│ unexpected end at column 9 of        │
│ `x*tanh(x`: expected an operator + - │
│ * / ^, `,` or `)`                    │
│                                      │
└──────────────────────────────────────┘
└─layer 1───────9───────17──────25───32┘
 Enter apply  Esc cancel  Ctrl-U clear
";
    let drawn = ui::plain(&typed("x*tanh(x", (40, 12)));
    let expected = expected.trim_matches('\n');
    assert!(
        drawn == expected,
        "drawn:\n{drawn}\nexpected:\n{expected}\n"
    );
}

#[test]
fn every_size_draws_the_line_and_leaves_the_screen_in_bounds() {
    for text in ["", "x", &"x+".repeat(90)] {
        let mut model = typed(text, (80, 24));
        for columns in [0, 1, 2, 3, 5, 40, 79, 80, 200] {
            for rows in [0, 1, 2, 3, 4, 8, 12, 24] {
                model.update(Msg::Resize(columns, rows));
                let area = Rect::new(0, 0, columns, rows);
                let mut buffer = Buffer::empty(area);
                ui::render(&model, area, &mut buffer);
                if columns >= 40 && rows >= 12 {
                    let cursor = buffer
                        .content
                        .iter()
                        .filter(|cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED));
                    assert_eq!(cursor.count(), 1, "{columns}x{rows} {text}");
                }
            }
        }
    }
}

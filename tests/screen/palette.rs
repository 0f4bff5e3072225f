//! The command palette: letters to commands, values typed directly, errors at their column, every size.

mod printed;
mod screens;

use crate::shown::{model, press};
use initscope::app::palette::{Command, Entry};
use initscope::app::{Action, Effect, Focus, Key, Model, Msg, Palette, ViewName};
use initscope::net::activation::Activation;
use initscope::net::initializer::Initializer;
use initscope::net::spec::{Spec, field};
use initscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;

const START: &str = "tanh/glorot_normal 128x32";

fn enter(model: &mut Model, text: &str) {
    for c in text.chars() {
        model.update(Msg::Key(Key::Char(c)));
    }
}

/// A dashboard with this in its palette.
fn typed(text: &str, size: (u16, u16)) -> Model {
    let mut model = model(START, size);
    press(&mut model, ":");
    enter(&mut model, text);
    model
}

fn entries(model: &Model) -> &[Entry] {
    model.palette().expect("open").entries()
}

fn first(text: &str) -> String {
    let model = typed(text, (80, 24));
    entries(&model)
        .first()
        .map_or(String::new(), |entry| entry.name.clone())
}

/// What the network is after this was typed and done.
fn after(text: &str) -> String {
    let mut model = typed(text, (80, 24));
    model.update(Msg::Key(Key::Enter));
    assert_eq!(model.focus(), Focus::View(ViewName::SCOPE), "{text}");
    model.spec().to_string()
}

#[test]
fn a_few_letters_find_the_command_that_is_meant() {
    for (text, name) in [
        ("gelu", "activation gelu"),
        ("he", "initializer he_normal"),
        ("HeNormal", "initializer he_normal"),
        ("glun", "initializer glorot_uniform"),
        ("kaiming_normal", "initializer he_normal"),
        ("lrelu", "activation leaky_relu"),
        ("swish", "activation silu"),
        ("torch", "framework pytorch"),
        ("dark", "theme dark"),
        ("export", "export"),
        ("rem", "remedy"),
        ("atlas", "view atlas"),
        ("view ph", "view phase"),
        ("digits", "input digits"),
        ("init ort", "initializer orthogonal"),
        ("next act", "next activation"),
        ("quit", "quit"),
        ("clipboard", ""),
    ] {
        assert_eq!(first(text), name, "{text}");
    }
}

#[test]
fn values_are_typed_directly() {
    for (text, spec) in [
        ("width 1024", "tanh/glorot_normal 1024x32"),
        ("w 1024", "tanh/glorot_normal 1024x32"),
        ("1024", "tanh/glorot_normal 1024x32"),
        ("depth=30", "tanh/glorot_normal 128x30"),
        ("seed 7", "tanh/glorot_normal 128x32 seed=7"),
        ("gain 1.1", "tanh/glorot_normal 128x32 gain=1.1"),
        ("bias 0.1", "tanh/glorot_normal 128x32 bias=0.1"),
        ("bias preset", "tanh/glorot_normal 128x32 bias=preset"),
        ("initializer default", "tanh/default 128x32"),
        ("he_normal(0.2)", "tanh/he_normal(0.2) 128x32"),
        ("input digits", "tanh/glorot_normal 128x32 input=digits"),
        (
            "x*sigmoid(1.702*x)",
            "x*sigmoid(1.702*x)/glorot_normal 128x32",
        ),
        (
            "activation x*sigmoid(1.702*x)",
            "x*sigmoid(1.702*x)/glorot_normal 128x32",
        ),
        ("leaky_relu(0.1)", "leaky_relu(0.1)/glorot_normal 128x32"),
        (" gelu ", "gelu/glorot_normal 128x32"),
    ] {
        let same = spec.parse::<Spec>().expect("valid").to_string();
        assert_eq!(after(text), same, "{text}");
    }
}

/// Every name that a person can type leads to its own row, whatever else resembles it.
#[test]
fn the_whole_name_of_a_row_comes_first() {
    let activations = Activation::all().map(|a| (&field::ACTIVATION, a.to_string()));
    let initializers = Initializer::all();
    let initializers = initializers
        .iter()
        .map(|i| (&field::INITIALIZER, i.to_string()));
    for (parameter, name) in activations.chain(initializers) {
        let whole = format!(
            "{} {name}",
            initscope::app::keys::network::row_of(parameter).name
        );
        let model = typed(&whole, (80, 24));
        let found = &entries(&model)[0].command;
        assert_eq!(found, &Command::Set(parameter, name.clone()), "{whole}");
        if name != "identity" && !name.starts_with("orthogonal") {
            assert_eq!(first(&name), whole);
        }
    }
    for (name, theme) in [
        ("universal", Palette::Universal),
        ("dark", Palette::Dark),
        ("light", Palette::Light),
    ] {
        let mut model = typed(&format!("theme {name}"), (80, 24));
        press(&mut model, "Enter");
        assert_eq!(model.look().palette, theme);
    }
}

/// Whatever a key does in a view, the palette does too.
#[test]
fn every_action_of_every_view_is_offered_with_its_keys() {
    for view in model(START, (80, 24)).keys().views() {
        let mut model = model(START, (80, 24));
        model.update(Msg::Do(Action::Show(view)));
        press(&mut model, ":");
        for row in model
            .keys()
            .rows()
            .filter(|row| Focus::View(view).knows(row))
        {
            let back = row.back.map(|(_, action)| action);
            for action in std::iter::once(row.action).chain(back) {
                if matches!(action, Action::Palette | Action::Open | Action::Back) {
                    continue;
                }
                let found: Vec<&Entry> = entries(&model)
                    .iter()
                    .filter(|entry| entry.command == Command::Do(action))
                    .collect();
                assert_eq!(found.len(), 1, "{action:?} in {view:?}");
                assert!(!found[0].keys.is_empty() && !found[0].name.is_empty());
            }
        }
    }
}

#[test]
fn the_cursor_goes_round_and_enter_does_what_is_under_it() {
    let mut model = typed("elu", (80, 24));
    let names: Vec<String> = entries(&model).iter().map(|e| e.name.clone()).collect();
    press(&mut model, "Up");
    assert_eq!(model.palette().expect("open").chosen(), names.len() - 1);
    press(&mut model, "Ctrl-N Down Ctrl-N Ctrl-P");
    assert_eq!(model.palette().expect("open").chosen(), 1);
    press(&mut model, "Enter");
    let name = format!("activation {}", model.spec().activation());
    assert_eq!(name, names[1]);
}

#[test]
fn equals_opens_it_with_the_activation_and_esc_keeps_everything() {
    let mut model = model("leaky_relu(0.2)/he_normal 64x8", (80, 24));
    press(&mut model, "=");
    let text = |model: &Model| model.palette().expect("open").line().text();
    assert_eq!(text(&model), "activation leaky_relu(0.2)");
    press(&mut model, "Backspace");
    let effect = model.update(Msg::Key(Key::Enter));
    assert!(
        effect.is_none() && model.palette().is_some(),
        "nothing fits"
    );
    press(&mut model, "Esc");
    assert_eq!(
        model.focus(),
        Focus::View(ViewName::SCOPE),
        "Esc must not quit"
    );
    assert_eq!(model.spec().to_string(), "leaky_relu(0.2)/he_normal 64x8");
    press(&mut model, "= Ctrl-U Esc Ctrl-P q");
    assert_eq!(text(&model), "q", "a letter is no hotkey");
}

#[test]
fn what_has_the_value_already_asks_for_nothing() {
    let mut model = typed("tanh", (80, 24));
    assert!(model.update(Msg::Key(Key::Enter)).is_none());
    assert!(model.palette().is_none());
    let mut model = typed("quit", (80, 24));
    let effect = model.update(Msg::Key(Key::Enter));
    assert!(matches!(effect, Some(Effect::Quit)));
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
    assert_eq!(model.palette().expect("open").line().text(), "x*tanh(q)");
    press(&mut model, "Esc");
    let before = model.spec().to_string();
    paste(&mut model, "qwdr");
    assert_eq!(model.spec().to_string(), before);
    assert_eq!(
        model.message(),
        Some("pasted text goes into the command palette: :")
    );
}

#[test]
fn an_error_says_why_and_points_at_its_column() {
    for (text, at, why) in [
        (
            "x*sigmod(x)",
            Some(2),
            "unknown function `sigmod` at column 3",
        ),
        ("  x+)", Some(4), "at column 3"),
        (
            "activation  x*sigmod(x)",
            Some(14),
            "unknown function `sigmod`",
        ),
        (
            "tnah2",
            None,
            "`tnah2` is no name and no value (did you mean `tanh`",
        ),
        (
            "zzz",
            None,
            "`zzz` is no name and no value; type `gelu`, `he_normal`, `width 512`, or a word of what a key does",
        ),
        (
            "width 99999",
            None,
            "width 99999 is not allowed: 1 to 16384",
        ),
        (
            "seed z",
            None,
            "seed `z` is not a whole number from 0 to 18446744073709551615; type seed 7",
        ),
        ("gain -", None, "gain `-` is not a number; type gain 1.5"),
        ("input mnist", None, "input: `mnist` is not here"),
    ] {
        let model = typed(text, (80, 24));
        assert_eq!(entries(&model), [], "{text}");
        let refusal = model.palette().and_then(|open| open.refusal());
        let refusal = refusal.expect("a reason");
        assert_eq!(refusal.at, at, "{text}");
        assert!(refusal.why.contains(why), "{text}: {}", refusal.why);
    }
    let screen = ui::plain(&typed("x*sigmod(1.702*x)", (80, 24)));
    let lines: Vec<&str> = screen.lines().collect();
    let column = |line: &str, c: char| line.chars().position(|other| other == c);
    let text = lines.iter().position(|line| line.contains("x*sigmod"));
    let text = text.expect("the line");
    assert_eq!(
        column(lines[text + 1], '^'),
        column(lines[text], 's'),
        "{screen}"
    );
}

#[test]
fn every_size_draws_the_line_and_leaves_the_screen_in_bounds() {
    for text in ["", "x", "e", &"x+".repeat(90)] {
        let mut model = typed(text, (80, 24));
        for columns in [0, 1, 2, 3, 5, 40, 79, 80, 200] {
            for rows in [0, 1, 2, 3, 4, 8, 12, 24] {
                model.update(Msg::Resize(columns, rows));
                let area = Rect::new(0, 0, columns, rows);
                let mut buffer = Buffer::empty(area);
                ui::render(&model, area, &mut buffer);
                if columns >= 40 && rows >= 12 {
                    let reversed =
                        |cell: &&ratatui::buffer::Cell| cell.modifier.contains(Modifier::REVERSED);
                    let cursor = buffer.content.iter().filter(reversed);
                    assert_eq!(cursor.count(), 1, "{columns}x{rows} {text}");
                }
            }
        }
    }
}

#[test]
fn a_part_of_other_networks_is_told_to_be_one() {
    for (text, why) in [
        (
            "residual",
            "residual and skip connections are written as blocks; ",
        ),
        (
            "layernorm",
            "normalization is written norm=ln, norm=rms or norm=bn, ",
        ),
        (
            "batchnorm",
            "normalization is written norm=ln, norm=rms or norm=bn, ",
        ),
        ("conv2d", "a convolution is written by its fans, "),
        (
            "attention",
            "networks with attention are named by `arch`, or written as blocks; ",
        ),
    ] {
        let model = typed(text, (80, 24));
        let refusal = model.palette().expect("open").refusal().expect(text);
        assert!(refusal.why.starts_with(why), "{text}: {}", refusal.why);
        assert!(entries(&model).is_empty(), "{text}");
    }
}

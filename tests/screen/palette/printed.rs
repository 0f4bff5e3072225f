//! Texts that the program prints, typed into the palette.

use super::{enter, entries, typed};
use crate::shown::{model, press};
use initscope::app::{Key, Model, Msg};
use initscope::net::spec::Spec;

/// A dashboard after this was typed and done.
fn done(text: &str) -> Model {
    let mut model = typed(text, (80, 24));
    let refusal = model
        .palette()
        .and_then(|palette| palette.refusal())
        .cloned();
    assert_eq!(refusal, None, "{text}");
    model.update(Msg::Key(Key::Enter));
    assert!(model.palette().is_none(), "{text}");
    model
}

#[test]
fn networks_are_typed_whole_or_in_part() {
    for (text, spec) in [
        ("relu/he_normal 64x8 seed=3", "relu/he_normal 64x8 seed=3"),
        ("relu/he_normal", "relu/he_normal 128x32"),
        ("64x8", "tanh/glorot_normal 64x8"),
        (
            "gain=2 bias=0.1",
            "tanh/glorot_normal 128x32 gain=2 bias=0.1",
        ),
        (
            "block=res(mlp(1))",
            "tanh/glorot_normal 128x32 block=res(mlp(1))",
        ),
        ("he_normal, gain 1.2", "tanh/he_normal 128x32 gain=1.2"),
        ("relu, 32 wide, 4 deep", "relu/glorot_normal 32x4"),
        (
            "\"max(x, 0.1*x)\"/orthogonal 16x4",
            "\"max(x, 0.1*x)\"/orthogonal 16x4",
        ),
        (
            "--activation relu --gain 2 --gain=3",
            "relu/glorot_normal 128x32 gain=3",
        ),
        ("initscope relu/he_normal", "relu/he_normal 256x64"),
        ("$ initscope run -a relu -w8 -d 4", "relu/default 8x4"),
    ] {
        let expected: Spec = spec.parse().expect("valid");
        assert_eq!(**done(text).spec(), expected, "{text}");
    }
}

#[test]
fn the_command_line_of_a_screen_brings_it_back() {
    for keys in [
        "",
        "2 p i p 2 Down Right",
        "a p 4",
        "3 Down Right",
        "7 Down Right",
        "Right Right x t",
    ] {
        let mut first = model("relu/he_normal 16x4 draws=2", (80, 24));
        press(&mut first, keys);
        let command = first.opening_command();
        let again = done(&command);
        assert_eq!(again.opening_command(), command);
    }
}

#[test]
fn a_training_is_taken_with_its_recipe_and_its_opponents() {
    let command = "initscope train tanh/he_normal 16x4 input=digits --against relu/he_normal --optimizer adam --steps 500";
    let model = done(command);
    assert_eq!(model.view().name.0, "train");
    let pins: Vec<String> = model.pins().map(|(_, pin)| pin.spec.to_string()).collect();
    assert_eq!(pins, ["relu/he_normal 16x4 input=digits"]);
    let train = model.view_as::<initscope::app::views::train::Train>();
    assert_eq!(train.recipe().steps, 500);
}

#[test]
fn what_cannot_be_done_here_is_told() {
    for (text, part) in [
        ("initscope record x.toml", "is a command of the shell"),
        (
            "initscope relu --fps 3",
            "--fps has no meaning on this screen",
        ),
        ("initscope -a 'relu", "no closing `'`"),
        ("initscope relu input=/etc/passwd", "is not here"),
        ("initscope $(id)", "only a shell"),
        ("keys nothing F5", "no keys are called `nothing`"),
        ("keys remedy q", "q does two things"),
    ] {
        let model = typed(text, (80, 24));
        let refusal = model.palette().and_then(|palette| palette.refusal());
        let why = refusal
            .map(|refusal| refusal.why.clone())
            .unwrap_or_default();
        assert!(why.contains(part), "{text}: {why}");
        assert!(entries(&model).is_empty(), "{text}");
    }
}

#[test]
fn keys_are_bound() {
    let mut model = done("keys remedy F5");
    assert!(
        model
            .message()
            .is_some_and(|told| told.contains("Ctrl-S keeps it"))
    );
    let bound = initscope::app::KeyMap::default();
    let changes = model.keys().changes(&bound);
    assert_eq!(changes, [("remedy".to_owned(), vec![Key::F(5)])]);
    press(&mut model, ":");
    enter(&mut model, "keys remedy r F5");
    model.update(Msg::Key(Key::Enter));
    assert_eq!(model.keys().changes(&bound).len(), 1);
}

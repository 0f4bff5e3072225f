//! Pictures and curves as files: the dialog, what is in them, and `initscope render`.
#![cfg(unix)]

use crate::lab::Lab;
use crate::shown::{press, shown};
use crate::synthetic::VANISHING;
use std::path::Path;
use std::process::{Command, Output};

use initscope::app::{Colour, Effect, Format, Look, Model, Msg, Outcome, Palette};
use initscope::ui::{self, export::contents};

const NETWORK: &str = "relu/glorot_uniform 256x64 seed=7";

fn vanishing(size: (u16, u16)) -> Model {
    let look = Look {
        colour: Colour::True,
        ..Look::default()
    };
    shown(NETWORK, size, VANISHING).looking(look)
}

/// Presses one key and tells what is to be saved.
fn saved(model: &mut Model, key: &str) -> Option<(Format, bool)> {
    match model.update(Msg::Key(key.parse().expect("a key"))) {
        Some(Effect::Save { format, replace }) => Some((format, replace)),
        _ => None,
    }
}

#[test]
fn the_dialog_says_what_became_of_each_file_and_overwrites_only_when_told() {
    let mut model = vanishing((80, 24));
    press(&mut model, "e");
    assert_eq!(
        saved(&mut model, "o"),
        None,
        "there is nothing to overwrite"
    );
    assert_eq!(saved(&mut model, "s"), Some((Format::Svg, false)));
    model.update(Msg::Saved(Format::Svg, Outcome::Exists));
    assert!(ui::plain(&model).contains("exists, o overwrites it"));
    assert_eq!(saved(&mut model, "o"), Some((Format::Svg, true)));
    model.update(Msg::Saved(Format::Svg, Outcome::Written));
    assert_eq!(saved(&mut model, "j"), Some((Format::Json, false)));
    model.update(Msg::Saved(
        Format::Json,
        Outcome::Failed("disk full".into()),
    ));
    let screen = ui::plain(&model);
    assert!(
        screen.contains("written") && screen.contains("disk full"),
        "{screen}"
    );
    assert!(screen.contains("initscope --activation relu"), "{screen}");
    press(&mut model, "Esc");
    assert!(!ui::plain(&model).contains("into the working directory"));
}

#[test]
fn the_command_line_opens_the_same_view_and_theme() {
    let mut model = vanishing((80, 24));
    press(&mut model, "5 t");
    let command = model.command_line();
    assert!(
        command.ends_with(" --view advice --theme dark"),
        "{command}"
    );
    press(&mut model, "e");
    match model.update(Msg::Key("y".parse().expect("a key"))) {
        Some(Effect::Copy(text)) => assert_eq!(text, command),
        other => panic!("{other:?}"),
    }
}

#[test]
fn before_the_first_draw_there_are_no_curves_to_save() {
    let mut model = crate::shown::model(NETWORK, (80, 24));
    press(&mut model, "e");
    assert_eq!(saved(&mut model, "c"), None);
    assert!(ui::plain(&model).contains("the first draw is not complete yet"));
    assert_eq!(contents(&model, Format::Csv), None);
    assert_eq!(saved(&mut model, "t"), Some((Format::Text, false)));
}

/// The file with colours, shown by a terminal, is the screen.
#[test]
fn ansi_text_on_a_terminal_is_the_screen() {
    let mut model = vanishing((100, 30));
    let before = ui::plain(&model);
    press(&mut model, "e");
    let text = contents(&model, Format::Ansi).expect("a picture");
    let mut terminal = vt100::Parser::new(
        31.try_into().expect("rows"),
        100.try_into().expect("columns"),
        0,
    );
    terminal.process(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(terminal.screen().contents().trim_end(), before.trim_end());
    let bare = ui::screen(&model.bare());
    for (x, y) in (0..100).flat_map(|x| (0..30).map(move |y| (x, y))) {
        let (cell, drawn) = (terminal.screen().cell(y, x).expect("inside"), &bare[(x, y)]);
        let expected = match drawn.fg {
            ratatui::style::Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
            _ => vt100::Color::Default,
        };
        assert!(
            drawn.symbol() == " " || cell.fgcolor() == expected,
            "{x} {y}"
        );
    }
    assert_eq!(
        contents(&model, Format::Text).expect("a picture"),
        before + "\n"
    );
}

#[test]
fn a_picture_is_in_the_colours_of_its_theme_however_few_the_terminal_has() {
    let of = |palette, colour| {
        let look = Look {
            palette,
            colour,
            ..Look::default()
        };
        contents(&vanishing((80, 24)).looking(look), Format::Svg).expect("a picture")
    };
    let light = of(Palette::Light, Colour::Sixteen);
    assert!(light.contains("width=\"656\" height=\"400\"") && light.contains("fill=\"#ffffff\""));
    assert!(light.contains("<title>initscope: relu/glorot_uniform 256x64 seed=7</title>"));
    assert!(light.contains("<desc>initscope --activation relu"));
    assert_eq!(light, of(Palette::Light, Colour::Indexed));
    // a curve of four rows has four shades of each of its two colours
    assert!(light.matches("crispEdges").count() > 8);
    let mono = of(Palette::Dark, Colour::Mono);
    let colours = mono.split("fill=\"#").skip(1).map(|rest| &rest[..6]);
    let mut colours: Vec<&str> = colours.collect();
    colours.sort_unstable();
    colours.dedup();
    assert!(colours.len() <= 3, "ink, ground and dim ink: {colours:?}");
}

fn render(directory: &Path, words: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .arg("render")
        .args(words.split_whitespace())
        .current_dir(directory)
        .output()
        .expect("the program starts")
}

#[test]
fn render_writes_whole_files_and_keeps_what_is_there() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| std::fs::read_to_string(directory.path().join(name));
    let small = "relu/he_normal 16x4 draws=2";
    let done = render(directory.path(), &format!("{small} --size 80x24 -o a.svg"));
    assert_eq!(done.status.code(), Some(0), "{done:?}");
    assert!(done.stdout.is_empty() && done.stderr.is_empty());
    let first = at("a.svg").expect("written");
    assert!(first.ends_with("</svg>\n") && first.contains("HEALTHY"));
    let again = render(directory.path(), &format!("{small} --keys a -o a.svg"));
    assert_eq!(again.status.code(), Some(2));
    assert!(
        String::from_utf8_lossy(&again.stderr)
            .contains("`a.svg` is there already; choose another name, or type --force")
    );
    assert_eq!(at("a.svg").expect("there"), first);
    let forced = render(
        directory.path(),
        &format!("{small} --view advice --theme light -o a.svg --force"),
    );
    assert_eq!(forced.status.code(), Some(0), "{forced:?}");
    assert!(at("a.svg").expect("there").contains("fill=\"#ffffff\""));
    for (name, begin) in [
        ("b.txt", " initscope"),
        ("c.csv", "layer,"),
        ("d.json", "{\"schema\""),
    ] {
        let done = render(directory.path(), &format!("{small} -o {name}"));
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        assert!(at(name).expect("written").starts_with(begin), "{name}");
    }
    assert_eq!(
        std::fs::read_dir(directory.path())
            .expect("readable")
            .count(),
        4
    );
}

/// What the dialog calls the command line that reproduces the screen does so.
#[test]
fn the_command_line_of_a_screen_draws_the_same_picture() {
    let mut model = crate::shown::model("relu/default 16x6 draws=4", (100, 30));
    press(&mut model, "2 v x");
    let mut lab = Lab::default();
    while model.waiting() {
        lab.answer(&mut model);
    }
    let command = model.command_line();
    let flags = command.strip_prefix("initscope ").expect("a command line");
    let program = env!("CARGO_BIN_EXE_initscope");
    for (format, file) in [("text", Format::Text), ("csv", Format::Csv)] {
        let script = format!("'{program}' render {flags} --size 100x30 --format {format}");
        let drawn = Command::new("sh").args(["-c", &script]).output();
        let drawn = drawn.expect("a shell");
        assert_eq!(drawn.status.code(), Some(0), "{drawn:?}");
        let drawn = String::from_utf8(drawn.stdout).expect("UTF-8");
        let expected = contents(&model.bare(), file).expect("drawn");
        assert!(drawn == expected, "{command}\n{drawn}\n{expected}");
    }
}

#[test]
fn render_prints_text_and_presses_keys_once_the_screen_stands_still() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let words = [
        "relu/he_normal",
        "16x4",
        "draws=2",
        "--size",
        "80x24",
        "--ascii",
    ];
    let pressed = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .arg("render")
        .args(words)
        .args(["--keys", "w 5 Down Enter 1"])
        .current_dir(here)
        .output()
        .expect("the program starts");
    let text = String::from_utf8(pressed.stdout).expect("UTF-8");
    assert!(text.is_ascii() && text.lines().count() == 24, "{text}");
    assert!(text.contains("relu . he_uniform . 32x4"), "{text}");
}

#[test]
fn a_dash_is_standard_output() {
    let directory = tempfile::tempdir().expect("a directory");
    let words = "relu/he_normal 8x2 draws=2 --size 80x24";
    let plain = render(directory.path(), words);
    let dash = render(directory.path(), &format!("{words} -o -"));
    assert!(dash.status.success() && dash.stdout == plain.stdout);
    let svg = render(directory.path(), &format!("{words} -o - --format svg"));
    assert!(svg.stdout.starts_with(b"<svg "));
    let files = std::fs::read_dir(directory.path()).expect("readable");
    assert_eq!(files.count(), 0);
}

#[test]
fn force_replaces_files_alone_and_errors_name_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = |name: &str| directory.path().join(name);
    std::fs::write(at("old.svg"), "old").expect("written");
    std::os::unix::fs::symlink("old.svg", at("link.svg")).expect("linked");
    std::fs::create_dir(at("folder.svg")).expect("made");
    let made = Command::new("mkfifo").arg(at("pipe.svg")).status();
    assert!(made.expect("mkfifo").success());
    let draw = |name: &str, force: &str| {
        let done = render(
            directory.path(),
            &format!("relu/he_normal 8x2 draws=2 -o {name} {force}"),
        );
        let message = String::from_utf8(done.stderr).expect("UTF-8");
        (done.status.code(), message.trim_end().to_owned())
    };
    let kept = "is there already; choose another name, or type --force to replace it";
    assert_eq!(
        draw("link.svg", ""),
        (Some(2), format!("error: `link.svg` {kept}"))
    );
    assert_eq!(draw("link.svg", "--force"), (Some(0), String::new()));
    assert!(
        at("link.svg")
            .symlink_metadata()
            .expect("there")
            .is_symlink()
    );
    assert!(
        std::fs::read(at("old.svg"))
            .expect("readable")
            .starts_with(b"<svg ")
    );
    let folder = "error: `folder.svg` is a directory, which is never replaced; choose another name";
    assert_eq!(draw("folder.svg", "--force"), (Some(2), folder.into()));
    let missing = "error: cannot write `none/a.svg`: No such file or directory (os error 2)";
    assert_eq!(draw("none/a.svg", ""), (Some(1), missing.into()));
    let reader = std::thread::spawn({
        let pipe = at("pipe.svg");
        move || std::fs::read(pipe)
    });
    assert_eq!(draw("pipe.svg", "--force"), (Some(0), String::new()));
    let through = reader.join().expect("no panic").expect("read");
    assert!(through.starts_with(b"<svg "));
    let files = std::fs::read_dir(directory.path()).expect("readable");
    assert_eq!(files.count(), 4);
}

#[test]
fn what_cannot_be_rendered_is_said_and_nothing_is_written() {
    let directory = tempfile::tempdir().expect("a directory");
    for (words, said) in [
        (
            "relu/he_normal 8x2 -o a.png",
            "it is one of .svg, .txt, .ans, .csv, .json",
        ),
        (
            "relu/he_normal 8x2 -o none/a.svg",
            "cannot write `none/a.svg`",
        ),
        (
            "relu/he_normal 8x2 --size 20x5",
            "not columns and rows from 40x12 to 1000x400",
        ),
        ("relu/he_normal 8x2 --keys q", "quits the program"),
        ("relu/he_normal 8x2 --keys Hyper-x", "Hyper-x"),
        ("relu/he_normal 8x2 --theme blue", "universal, dark, light"),
        ("relu/he_normal 8x2 --view atlantis", "no view `atlantis`"),
    ] {
        let done = render(directory.path(), words);
        let message = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(message.contains(said), "{words}: {message}");
        assert!(
            done.status
                .code()
                .is_some_and(|code| code == 1 || code == 2),
            "{words}"
        );
        assert!(done.stdout.is_empty(), "{words}");
    }
    assert_eq!(
        std::fs::read_dir(directory.path())
            .expect("readable")
            .count(),
        0
    );
}

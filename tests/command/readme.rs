//! What the README and its pages show is what the program does. `UPDATE_README=1 cargo test --test command readme` writes it anew.

#![cfg(unix)]

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::{env, fs};

use initscope::app::{KeyMap, Look, Model, Msg};
use initscope::engine::Engine;
use initscope::engine::advice::Counsel;
use initscope::engine::request::Answer;
use initscope::net::spec::Spec;
use initscope::ui;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use serde_json::Value;

/// A text for readers, by its path.
type Page = (&'static str, &'static str);

const README: Page = ("README.md", include_str!("../../README.md"));
const KEYS: Page = ("demos/keys.md", include_str!("../../demos/keys.md"));
const COMMANDS: Page = ("demos/commands.md", include_str!("../../demos/commands.md"));
const BLOCKS: Page = ("demos/blocks.md", include_str!("../../demos/blocks.md"));
const VIEWS: Page = ("demos/views.md", include_str!("../../demos/views.md"));
const OUTPUT: Page = ("demos/output.md", include_str!("../../demos/output.md"));
/// Lines of the README at most: what is longer is a page of its own.
const LONGEST: usize = 200;
const PROMPT: &str = "```console\n$ ";

static WRITER: Mutex<()> = Mutex::new(());

/// The page has `shown` where `expected` belongs: they are equal, or the file is corrected if that is asked for.
fn shows((page, _): Page, shown: &str, expected: &str) {
    if env::var_os("UPDATE_README").is_none() {
        assert!(
            shown == expected,
            "{page} shows\n{shown}\nand should show\n{expected}"
        );
        return;
    }
    let _alone = WRITER.lock().expect("no test has failed while writing");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(path, text.replacen(shown, expected, 1)).expect("writable");
}

/// From `<!-- name -->` to `<!-- /name -->`, both included.
fn marked((_, text): Page, name: &str) -> &'static str {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let from = text.find(&begin).expect("a beginning");
    let to = text.find(&end).expect("an end") + end.len();
    &text[from..to]
}

/// What a shell prints for this command, with the program on its path.
fn shell(command: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_initscope"));
    let mut places = vec![program.parent().expect("a directory").to_path_buf()];
    places.extend(env::split_paths(&env::var_os("PATH").expect("a path")));
    let output = Command::new("sh")
        .args(["-c", command])
        .env("PATH", env::join_paths(places).expect("no colon"))
        .output()
        .expect("a shell");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), &*message),
        (Some(0), ""),
        "{command}"
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_picture_is_the_dashboard_once_it_stands_still() {
    let (columns, rows) = (80, 24);
    let mut model = Model::new(Spec::default(), Look::default(), (columns, rows));
    let spec = Arc::clone(model.spec());
    let snapshot = Engine::advising(spec, Counsel::default()).run();
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    ui::render(&model, area, &mut buffer);
    let mut picture = String::from("<!-- screen -->\n```text\n");
    for y in 0..rows {
        let line: String = (0..columns).map(|x| buffer[(x, y)].symbol()).collect();
        picture.push_str(line.trim_end());
        picture.push('\n');
    }
    picture.push_str("```\n<!-- /screen -->");
    shows(README, marked(README, "screen"), &picture);
}

#[test]
fn every_picture_is_what_its_command_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("picture.svg");
    let (_, text) = README;
    let commands = text
        .lines()
        .filter(|line| line.starts_with("initscope render "));
    let pictures: Vec<(&str, &str)> = commands
        .filter_map(|line| line.split_once(" -o demos/pictures/"))
        .collect();
    assert!(pictures.len() >= 4, "{} pictures", pictures.len());
    for (command, name) in pictures {
        assert!(
            text.contains(&format!("](demos/pictures/{name})")),
            "{name}"
        );
        let file = scratch.display();
        shell(&format!(
            "INITSCOPE_SIMD=baseline {command} --force -o '{file}'"
        ));
        let drawn = fs::read_to_string(&scratch).expect("drawn");
        let path = root.join("demos/pictures").join(name);
        if env::var_os("UPDATE_README").is_some() {
            fs::write(&path, drawn).expect("writable");
        } else {
            let kept = fs::read_to_string(&path).unwrap_or_default();
            assert!(
                kept == drawn,
                "demos/pictures/{name} is not what the program draws"
            );
        }
    }
}

#[test]
fn the_keys_are_those_of_the_table() {
    let mut table = String::from("<!-- keys -->\n| keys | |\n| --- | --- |\n");
    for row in initscope::app::views::rows() {
        let all = KeyMap::default().all(row);
        let keys: Vec<String> = all.split(' ').map(|key| format!("`{key}`")).collect();
        table.push_str(&format!("| {} | {} |\n", keys.join(" "), row.does));
    }
    table.push_str("<!-- /keys -->");
    shows(KEYS, marked(KEYS, "keys"), &table);
}

#[test]
fn every_example_prints_what_it_shows() {
    for page in [README, COMMANDS, VIEWS, BLOCKS] {
        let (name, text) = page;
        let examples: Vec<&str> = text.split(PROMPT).skip(1).collect();
        assert!(!examples.is_empty(), "{name}");
        for example in examples {
            let (example, _) = example.split_once("```").expect("an end");
            let (command, _) = example.split_once('\n').expect("a line");
            shows(page, example, &format!("{command}\n{}", shell(command)));
        }
    }
}

#[test]
fn the_readme_is_short_and_what_it_points_at_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, text) = README;
    let lines = text.lines().count();
    assert!(lines <= LONGEST, "{lines} lines");
    let places = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'));
    let files: Vec<&str> = places
        .map(|(place, _)| place)
        .filter(|place| !place.starts_with("https://"))
        .collect();
    assert!(files.len() >= 8, "{files:?}");
    for file in files {
        assert!(root.join(file).is_file(), "{file}");
    }
}

#[test]
fn every_key_of_the_json_document_is_explained() {
    let text = shell("initscope run relu/he_normal 8x2 draws=2 --format json");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let layer = &document["layers"][0];
    for object in [&document, &document["verdict"], layer, &layer["grad_x"]] {
        for key in object.as_object().expect("an object").keys() {
            assert!(OUTPUT.1.contains(&format!("\"{key}\":")), "{key}");
        }
    }
}

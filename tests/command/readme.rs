//! What the README shows is what the program does. `UPDATE_README=1 cargo test --test command readme` writes it anew.

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

const README: &str = include_str!("../../README.md");
const PROMPT: &str = "```console\n$ ";

static WRITER: Mutex<()> = Mutex::new(());

/// The README has `shown` where `expected` belongs: they are equal, or the file is corrected if that is asked for.
fn shows(shown: &str, expected: &str) {
    if env::var_os("UPDATE_README").is_none() {
        assert!(
            shown == expected,
            "the README shows\n{shown}\nand should show\n{expected}"
        );
        return;
    }
    let _alone = WRITER.lock().expect("no test has failed while writing");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = fs::read_to_string(path).expect("readable");
    fs::write(path, text.replacen(shown, expected, 1)).expect("writable");
}

/// From `<!-- name -->` to `<!-- /name -->`, both included.
fn marked(name: &str) -> &'static str {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let from = README.find(&begin).expect("a beginning");
    let to = README.find(&end).expect("an end") + end.len();
    &README[from..to]
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
    let snapshot = Engine::advising(spec, 1, Counsel::default()).run();
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
    shows(marked("screen"), &picture);
}

#[test]
fn every_picture_is_what_its_command_draws() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("picture.svg");
    let commands = README
        .lines()
        .filter(|line| line.starts_with("initscope render "));
    let pictures: Vec<(&str, &str)> = commands
        .filter_map(|line| line.split_once(" -o demos/pictures/"))
        .collect();
    assert!(pictures.len() >= 4, "{} pictures", pictures.len());
    for (command, name) in pictures {
        assert!(
            README.contains(&format!("](demos/pictures/{name})")),
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
    shows(marked("keys"), &table);
}

#[test]
fn every_example_prints_what_it_shows() {
    let examples: Vec<&str> = README.split(PROMPT).skip(1).collect();
    assert!(examples.len() >= 5, "{} examples", examples.len());
    for example in examples {
        let (example, _) = example.split_once("```").expect("an end");
        let (command, _) = example.split_once('\n').expect("a line");
        shows(example, &format!("{command}\n{}", shell(command)));
    }
}

#[test]
fn every_key_of_the_json_document_is_explained() {
    let text = shell("initscope run relu/he_normal 8x2 draws=2 --format json");
    let document: Value = serde_json::from_str(&text).expect("JSON");
    let layer = &document["layers"][0];
    for object in [&document, &document["verdict"], layer, &layer["grad_x"]] {
        for key in object.as_object().expect("an object").keys() {
            assert!(README.contains(&format!("\"{key}\":")), "{key}");
        }
    }
}

//! What `demos/README.md` says is so. `UPDATE_README=1 cargo test --test command lectures` writes its tables anew.

use std::{env, fs};

use initscope::app::lecture::READINGS;
use initscope::cast::parse;
use initscope::cast::script::STEPS;

use super::recorded;

const HANDBOOK: &str = include_str!("../../../demos/README.md");

/// From `<!-- name -->` to `<!-- /name -->`, both included.
fn marked(name: &str) -> &'static str {
    let (begin, end) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let from = HANDBOOK.find(&begin).expect("a beginning");
    let to = HANDBOOK.find(&end).expect("an end") + end.len();
    &HANDBOOK[from..to]
}

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let begin = format!("```{language}\n");
    let blocks = HANDBOOK.split(&*begin).skip(1);
    blocks
        .map(|block| block.split("```").next().expect("an end"))
        .collect()
}

#[test]
fn every_reading_is_in_the_table() {
    let mut table = String::from("<!-- readings -->\n| reading | is |\n| --- | --- |\n");
    for row in READINGS {
        table.push_str(&format!("| `{{{}}}` | {} |\n", row.name, row.does));
    }
    table.push_str("<!-- /readings -->");
    let shown = marked("readings");
    if env::var_os("UPDATE_README").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/demos/README.md");
        fs::write(path, HANDBOOK.replacen(shown, &table, 1)).expect("writable");
    } else {
        assert!(
            shown == table,
            "the table shows\n{shown}\nand should show\n{table}"
        );
    }
}

#[test]
fn every_kind_of_step_is_explained_with_its_keys() {
    let table = marked("steps");
    for (verb, keys) in STEPS {
        let mut rows = table
            .lines()
            .filter(|row| row.starts_with(&format!("| `{verb} = ")));
        let explained: String = rows.by_ref().collect();
        for key in keys.iter().filter(|key| *key != verb) {
            assert!(explained.contains(&format!("`{key}")), "{verb}: {key}");
        }
        assert!(!explained.is_empty(), "{verb}");
    }
}

#[test]
fn the_script_of_ten_lines_is_a_lecture() {
    let scripts = blocks("toml");
    let script = scripts
        .iter()
        .find(|script| script.starts_with("title"))
        .expect("a script");
    assert!(script.lines().count() <= 10);
    let recording = recorded(script);
    assert!(recording.duration() > 10_000);
}

#[test]
fn every_lecture_is_in_the_list() {
    for (name, title) in super::demos::titles() {
        assert!(HANDBOOK.contains(&format!("| `{name}` |")), "{name}");
        assert!(!title.is_empty());
    }
}

#[test]
fn facts_are_declared_as_shown() {
    let facts = blocks("toml")
        .into_iter()
        .find(|block| block.starts_with("[facts]"))
        .expect("facts");
    let script = format!(
        "title = \"T\"\nsize = \"80x30\"\n{facts}\n[[step]]\nsay = \"the gain of tanh is 5/3\"\n"
    );
    assert!(parse(&script).is_ok());
}

//! The views that train: they rest until a key starts them, become known bit by bit, and show what the command line prints.
//!
//! `UPDATE_PICTURES=1 cargo test --test learning` writes the pictures anew.

#[path = "../support/lab.rs"]
mod lab;
#[path = "../support/pictures.rs"]
mod pictures;
#[path = "../support/shown.rs"]
mod shown;
#[path = "../support/synthetic.rs"]
mod synthetic;

mod factors;
mod train;
mod train_words;

use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs};

use initscope::app::Model;
use initscope::engine::request::{Inquiry, Request, Ticket};
use initscope::ui;
use lab::Lab;

/// A question that nobody numbers.
fn inquiry(request: Request) -> Inquiry {
    Inquiry {
        ticket: Ticket::default(),
        request,
    }
}

/// Trains by the instruction set that every machine of a kind has, so that pictures are the same on all of them.
fn baseline() {
    initscope::math::simd::force("baseline").expect("nothing was computed before");
    // the threads of the pool are named after whoever needs them first
    rayon::join(|| (), || ());
}

/// What a command line prints as CSV, by the same instruction set.
fn printed_by(command: &str) -> String {
    let (program, words) = command.split_once(' ').expect("a subcommand");
    let (subcommand, flags) = words.split_once(' ').expect("flags");
    assert_eq!(program, "initscope");
    let program = env!("CARGO_BIN_EXE_initscope");
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("'{program}' {subcommand} --format csv {flags}"),
        ])
        .env("INITSCOPE_SIMD", "baseline")
        .output()
        .expect("a shell");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Compares with the picture of this name; the footer below it is that of any view.
fn assert_picture(model: &Model, name: &str) {
    let file = format!("tests/learning/pictures/{name}.txt");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let screen = ui::plain(model);
    let (view, _) = screen.rsplit_once('\n').expect("a footer");
    let drawn = view.to_owned() + "\n";
    if env::var_os("UPDATE_PICTURES").is_some() {
        return fs::write(path, drawn).expect("writable");
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    assert!(drawn == expected, "drawn:\n{drawn}\nexpected:\n{expected}");
}

/// Processor time of the threads of this test's process whose names begin so.
fn busy(name: &str) -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten();
    let ticks = tasks.flatten().filter_map(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).ok()?;
        let (head, rest) = stat.rsplit_once(')')?;
        if !head.ends_with(name) {
            return None;
        }
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let [user, system] = [11, 12].map(|n| fields[n].parse::<u64>().unwrap_or(0));
        Some(user + system)
    });
    Duration::from_millis(10 * ticks.sum::<u64>())
}

/// What the sources say that the views look like.
#[test]
fn the_doc_comments_draw_the_present_screens() {
    let read = |path: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        fs::read_to_string(path).expect("readable")
    };
    for (source, picture) in [
        ("src/ui/train.rs", "train_after_80x24"),
        ("src/ui/factors.rs", "factors_at_start_80x24"),
    ] {
        let text = read(source);
        let lines = text.lines().skip_while(|line| *line != "//! ```text");
        let drawn = lines.skip(1).take_while(|line| *line != "//! ```");
        let drawn: Vec<&str> = drawn.map(|line| line.trim_start_matches("//! ")).collect();
        let picture = read(&format!("tests/learning/pictures/{picture}.txt"));
        let picture: Vec<&str> = picture.lines().map(str::trim).collect();
        let drawn: Vec<&str> = drawn.into_iter().map(str::trim).collect();
        assert_eq!(drawn, picture, "{source}");
    }
}

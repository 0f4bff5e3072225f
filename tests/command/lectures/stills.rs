//! A still of a lecture is what a terminal shows of its recording at that moment.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use initscope::cast::Format;
use initscope::cast::asciicast::Pace;
use serde_json::Value;

use super::{SHORT, recorded};

/// A directory of this test alone with the short lecture.
fn directory(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join("stills")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a writable directory");
    fs::write(path.join("short.toml"), SHORT).expect("writable");
    path
}

fn render(directory: &PathBuf, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .arg("render")
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("the program starts")
}

/// What a terminal shows after everything that a recording sends up to a time.
fn shown_at(file: &str, seconds: f64) -> String {
    let mut terminal = avt::Terminal::new(80, 30).expect("a size");
    for line in file.lines().skip(1) {
        let event: Value = serde_json::from_str(line).expect("JSON");
        if event[1] == "o" && event[0].as_f64().expect("a time") <= seconds {
            terminal.feed(event[2].as_str().expect("text"));
        }
    }
    let lines = terminal.screen().visible_lines().map(|line| {
        let cells = line.cells().iter();
        let text: String = cells.map(avt::Cell::char).collect();
        text.trim_end().to_owned() + "\n"
    });
    lines.collect()
}

#[test]
fn at_a_time_it_is_what_the_recording_shows_then() {
    let here = directory("times");
    let recording = recorded(SHORT);
    let file = recording.file(Format::V2, Pace::default());
    let end = recording.duration() as f64 / 1000.0;
    for seconds in [0.0, 1.0, end / 2.0, end - 0.001, end] {
        let at = format!("{seconds:.3}");
        let done = render(&here, &["short.toml", "--at", &at]);
        let text = String::from_utf8(done.stdout).expect("UTF-8");
        assert_eq!(text, shown_at(&file, seconds), "{at}");
    }
}

#[test]
fn at_a_mark_it_is_the_first_caption_of_the_chapter() {
    let here = directory("marks");
    let file = recorded(SHORT).file(Format::V2, Pace::default());
    for (mark, said) in [("one", "8 layers keep"), ("two", "tanh with he_normal: ")] {
        let done = render(&here, &["short.toml", "--at", mark]);
        let text = String::from_utf8(done.stdout).expect("UTF-8");
        assert!(
            text.contains(&format!("─ {mark} ─")) && text.contains(said),
            "{text}"
        );
        let events = file.lines().skip(1);
        let mut times = events.filter_map(|line| {
            let event: Value = serde_json::from_str(line).expect("JSON");
            event[0].as_f64()
        });
        assert!(times.any(|time| shown_at(&file, time) == text), "{mark}");
    }
}

#[test]
fn every_format_is_written_and_a_look_can_be_asked_for() {
    let here = directory("formats");
    let read = |name: &str| fs::read_to_string(here.join(name)).expect("written");
    for (name, begins, says) in [
        ("a.svg", "<svg", ">layers<"),
        ("a.txt", " initscope", "layers keep"),
        ("a.ans", "", "layers keep"),
        ("a.csv", "layer,", "8,"),
        ("a.json", "{\"schema\"", "glorot_normal"),
    ] {
        let done = render(&here, &["short.toml", "--at", "one", "-o", name]);
        assert_eq!(done.status.code(), Some(0), "{done:?}");
        let text = read(name);
        assert!(
            text.starts_with(begins) && text.contains(says),
            "{name}: {text}"
        );
    }
    let light = render(
        &here,
        &["short.toml", "--at", "1", "--theme", "light", "-o", "b.svg"],
    );
    assert_eq!(light.status.code(), Some(0), "{light:?}");
    assert!(read("b.svg").contains("fill=\"#ffffff\""));
    let ascii = render(&here, &["short.toml", "--at", "0:01", "--ascii"]);
    assert!(ascii.stdout.is_ascii() && !ascii.stdout.is_empty());
}

#[test]
fn what_is_no_moment_is_said_with_the_marks_and_nothing_is_written() {
    let here = directory("errors");
    for (arguments, said) in [
        (
            "short.toml --at three",
            "error: short.toml: `three` is neither a mark nor a time such as 12.5 or 1:23; the marks are `one`, `two`\n",
        ),
        (
            "short.toml --at 9:00",
            "error: short.toml: the lecture is over after 0:",
        ),
        ("short.toml", "error: `short.toml` is a lecture; --at says"),
        (
            "--at 3",
            "error: --at is a moment of a lecture; type its script",
        ),
        ("gone.toml --at 3", "error: cannot read `gone.toml`"),
        ("short.toml --at 3 --depth 9", "cannot be used with"),
        ("short.toml --at 3 --size 80x24", "cannot be used with"),
    ] {
        let words: Vec<&str> = arguments.split(' ').chain(["-o", "x.svg"]).collect();
        let done = render(&here, &words);
        let message = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(message.contains(said), "{arguments}: {message}");
        assert_eq!(done.status.code(), Some(2), "{arguments}");
        assert!(!here.join("x.svg").exists());
    }
}

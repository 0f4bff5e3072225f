//! One script, one sequence of bytes; files whole or not at all.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs};

use initscope::app::key::Key;
use initscope::cast::asciicast::Pace;
use initscope::cast::{Format, bytes};
use initscope::term::decode::{Decoder, Input};
use serde_json::Value;

use super::{SHORT, recorded};

#[test]
fn a_lecture_recorded_twice_is_the_same_file() {
    let (first, second) = (recorded(SHORT), recorded(SHORT));
    for format in [Format::V2, Format::V3] {
        assert_eq!(
            first.file(format, Pace::default()),
            second.file(format, Pace::default())
        );
    }
}

/// `(seconds from the beginning, code, data)`.
fn events(file: &str) -> Vec<(f64, String, String)> {
    let header: Value = serde_json::from_str(file.lines().next().expect("a header")).expect("JSON");
    let mut now = 0.0;
    let event = |line| {
        let event: Value = serde_json::from_str(line).expect("JSON");
        let time = event[0].as_f64().expect("a time");
        now = if header["version"] == 3 {
            now + time
        } else {
            time
        };
        let text = |i: usize| event[i].as_str().expect("text").to_owned();
        (now, text(1), text(2))
    };
    file.lines().skip(1).map(event).collect()
}

#[test]
fn keys_chapters_and_frames_are_events_at_the_times_of_the_script() {
    let recording = recorded(SHORT);
    let v2 = events(&recording.file(Format::V2, Pace::default()));
    let v3 = events(&recording.file(Format::V3, Pace::default()));
    assert_eq!(v2.len(), v3.len());
    for (a, b) in v2.iter().zip(&v3) {
        assert!((a.0 - b.0).abs() < 1e-9, "{a:?} {b:?}");
    }
    assert!(v2.is_sorted_by(|a, b| a.0 <= b.0));
    let of = |code: &str| -> Vec<&str> {
        let found = v2.iter().filter(|event| event.1 == code);
        found.map(|event| event.2.as_str()).collect()
    };
    assert_eq!(of("m"), ["one", "two"]);
    let keys = of("i").concat();
    assert!(
        keys.ends_with("=\u{15}tanh\r") && keys.starts_with('i'),
        "{keys:?}"
    );
    // every frame is one event, in a synchronized update
    let frames = of("o");
    for frame in &frames[1..frames.len() - 1] {
        assert!(
            frame.starts_with("\x1b[?2026h") && frame.ends_with("\x1b[?2026l"),
            "{frame:?}"
        );
    }
    let times: Vec<u64> = recording.chapters().map(|(at, _)| at).collect();
    assert_eq!(times[0], 0);
    // the last caption stands for two seconds
    let (end, before) = (&v2[v2.len() - 1], &v2[v2.len() - 2]);
    assert!((end.0 - before.0 - 2.0).abs() < 1e-9, "{end:?} {before:?}");
}

#[test]
fn every_key_is_recorded_as_the_bytes_that_the_terminal_reads_as_this_key() {
    use Key::{
        BackTab, Backspace, Char, Ctrl, Delete, Down, End, Enter, Esc, F, Home, Insert, Left,
        PageDown, PageUp, Right, Tab, Up,
    };
    let plain = [
        BackTab, Backspace, Delete, Down, End, Enter, Home, Insert, Left, PageDown, PageUp, Right,
        Tab, Up,
    ];
    let more = [Char('a'), Char('é'), Char(' '), Ctrl('c'), Ctrl('u'), Esc];
    for key in plain.into_iter().chain(more).chain((1..=12).map(F)) {
        let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
        decoder.feed(bytes::of_key(key).as_bytes(), &mut inputs);
        inputs.extend(decoder.give_up().map(Input::Key));
        assert_eq!(inputs, [Input::Key(key)]);
    }
}

/// A directory of this test alone.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("lectures")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a writable directory");
    fs::write(path.join("short.toml"), SHORT).expect("writable");
    path
}

fn initscope(directory: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .current_dir(directory)
        .env_remove("INITSCOPE_SIMD")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

#[test]
fn the_program_records_the_same_bytes_in_any_environment() {
    let here = directory("environment");
    let environments: [&[(&str, &str)]; 4] = [
        &[],
        &[
            ("NO_COLOR", "1"),
            ("TERM", "dumb"),
            ("LANG", "C"),
            ("SSH_CONNECTION", "1 2 3 4"),
        ],
        &[
            ("RAYON_NUM_THREADS", "1"),
            ("COLUMNS", "20"),
            ("TZ", "Asia/Tokyo"),
        ],
        // the C library without its kernels for newer processors
        &[
            ("RAYON_NUM_THREADS", "5"),
            (
                "GLIBC_TUNABLES",
                "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX,-AVX512F",
            ),
        ],
    ];
    let expected = recorded(SHORT).file(Format::V2, Pace::default());
    for environment in environments {
        let output = initscope(
            &here,
            &["record", "short.toml", "--force", "-o", "x.cast"],
            environment,
        );
        assert_eq!(
            (output.status.code(), &*output.stdout, &*output.stderr),
            (Some(0), &b""[..], &b""[..])
        );
        let file = fs::read_to_string(here.join("x.cast")).expect("written");
        assert!(file == expected, "{environment:?}");
    }
}

#[test]
fn a_file_that_is_there_is_not_replaced_unless_asked_for_and_nothing_else_is_left_behind() {
    let here = directory("files");
    let run = |arguments: &[&str]| {
        let output = initscope(&here, arguments, &[]);
        (
            output.status.code(),
            String::from_utf8(output.stderr).expect("UTF-8"),
        )
    };
    assert_eq!(run(&["record", "short.toml"]), (Some(0), String::new()));
    let (code, message) = run(&["record", "short.toml", "--format", "v3"]);
    assert_eq!(code, Some(2));
    assert_eq!(
        message,
        "error: `short.cast` is there already; choose another name, or type --force to replace it\n"
    );
    let file = |name: &str| fs::read_to_string(here.join(name)).expect("there");
    assert!(file("short.cast").starts_with("{\"version\":2,"));
    assert_eq!(
        run(&[
            "record",
            "short.toml",
            "--format",
            "v3",
            "--force",
            "--speed",
            "2",
            "--max-idle",
            "1"
        ])
        .0,
        Some(0)
    );
    assert!(file("short.cast").starts_with("{\"version\":3,"));
    let fast = events(&file("short.cast"));
    assert!(fast.is_sorted_by(|a, b| a.0 <= b.0 && b.0 - a.0 <= 1.0 + 1e-9));

    fs::write(here.join("bad.toml"), "title = 3\n").expect("writable");
    let (code, message) = run(&["record", "bad.toml"]);
    assert_eq!(
        (code, &*message),
        (
            Some(2),
            "error: bad.toml: line 1, column 1: a script needs `size`\n  bad.toml: line 1, column 1: a script needs `step`\n  bad.toml: line 1, column 9: `title` is a text in quotes\n"
        )
    );
    assert_eq!(
        run(&["record", "short.toml", "-o", "none/x.cast"]).0,
        Some(1)
    );
    assert_eq!(
        run(&["record", "short.toml", "bad.toml", "-o", "x.cast"]).0,
        Some(2)
    );
    assert_eq!(run(&["script", "check", "gone.toml"]).0, Some(2));
    let mut left: Vec<_> = fs::read_dir(&here)
        .expect("readable")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .collect();
    left.sort();
    assert_eq!(left, ["bad.toml", "short.cast", "short.toml"]);
}

#[test]
fn a_checked_script_is_told_in_a_line() {
    let here = directory("check");
    let output = initscope(&here, &["script", "check", "short.toml"], &[]);
    let told = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(
        told.starts_with("short.toml: 11 steps, 2 chapters, 0 min "),
        "{told}"
    );
}

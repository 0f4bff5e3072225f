//! The real asciinema reads what is written.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use initscope::cast::Format;
use initscope::cast::asciicast::Pace;
use ratatui::buffer::Cell;

use super::{SHORT, recorded};

/// The program named by `ASCIINEMA`, or one that cargo installs below the target directory.
fn asciinema() -> PathBuf {
    if let Some(program) = env::var_os("ASCIINEMA") {
        return program.into();
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("asciinema");
    let status = Command::new(env!("CARGO"))
        .args([
            "install",
            "asciinema",
            "--version",
            "3.2.0",
            "--locked",
            "--root",
        ])
        .arg(&root)
        .status();
    assert!(status.expect("cargo starts").success());
    root.join("bin/asciinema")
}

#[test]
#[ignore = "needs asciinema 3: named by the variable ASCIINEMA, or installed by cargo over the network"]
fn asciinema_converts_both_formats_into_each_other_and_shows_the_last_frame() {
    let program = asciinema();
    let here = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let recording = recorded(SHORT);
    let convert = |from: &Path, format: &str| {
        let to = from.with_extension(format);
        let mut command = Command::new(&program);
        command
            .args(["convert", "--overwrite", "-f", format])
            .arg(from)
            .arg(&to);
        let output = command.output().expect("asciinema starts");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{format}: {message}");
        fs::read_to_string(to).expect("converted")
    };
    let written = |format: Format, name: &str| {
        let (path, file) = (here.join(name), recording.file(format, Pace::default()));
        fs::write(&path, &file).expect("writable");
        (path, file)
    };
    let events = |file: &str| -> Vec<String> {
        let lines = file
            .lines()
            .skip(1)
            .filter(|line| !line.contains("\"x\"") && !line.contains("\"\"]"));
        lines.map(|line| line.replace(", ", ",")).collect()
    };
    let (v2, v2_file) = written(Format::V2, "real-v2.cast");
    let (v3, v3_file) = written(Format::V3, "real-v3.cast");
    assert_eq!(events(&convert(&v2, "asciicast-v3")), events(&v3_file));
    assert_eq!(
        events(&convert(&v3, "asciicast-v2")).len(),
        events(&v2_file).len()
    );
    let buffer = recording.last();
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let text = rows.map(|row| {
        row.iter()
            .map(Cell::symbol)
            .collect::<String>()
            .trim_end()
            .to_owned()
    });
    let expected = text.collect::<Vec<_>>().join("\n");
    for cast in [v2, v3] {
        assert_eq!(convert(&cast, "txt").trim_end(), expected.trim_end());
    }
}

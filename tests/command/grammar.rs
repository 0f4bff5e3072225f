//! One grammar for every command: a network text, whole or not, flags beside it, of repeated flags the last.

use std::process::{Command, Stdio};

/// Standard output of a command that succeeds.
fn told(line: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(line.split_whitespace())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let message = String::from_utf8_lossy(&output.stderr);
    let code = output.status.code();
    assert!(
        matches!(code, Some(0 | 1)) && message.is_empty(),
        "{line}: {message}"
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Commands that mean the same print the same.
fn same(lines: &[&str]) {
    let first = told(lines[0]);
    for line in &lines[1..] {
        assert_eq!(told(line), first, "{line}");
    }
}

#[test]
fn a_text_may_be_incomplete_and_flags_fill_it_in() {
    same(&[
        "run tanh/he_normal 8x3 draws=2",
        "run tanh --initializer he_normal 8x3 draws=2",
        "run he_normal draws=2 8x3 -a tanh",
        "run -w 8 tanh/he_normal -d 3 --draws 2",
        "run tanh/he_normal 9x9 draws=2 -w 8 -d 3",
    ]);
    for command in ["check", "advise", "compare-defaults"] {
        same(&[
            &format!("{command} tanh/default 8x3 draws=2"),
            &format!("{command} tanh -w 8 -d 3 --draws 2"),
        ]);
    }
    same(&[
        "train tanh/he_normal 8x2 input=digits --steps 2",
        "train tanh/he_normal input=digits -w 8 -d 2 --steps 2",
    ]);
    same(&[
        "render relu/he_normal 8x3 draws=2",
        "render relu -i he_normal -w 8 -d 3 --draws 2",
    ]);
}

#[test]
fn of_repeated_flags_the_last_counts() {
    same(&[
        "run relu/he_normal 8x3 --draws 2 --format csv",
        "run relu/he_normal -w 9 -w 8 -d 3 --draws 64 --draws 2 --format json --format csv",
    ]);
}

#[test]
fn theory_takes_a_network_and_the_numbers_of_its_layers() {
    same(&[
        "theory -a tanh --sigma-w2 2 -d 4",
        "theory tanh/he_normal 32x4",
        "theory tanh/he_normal --depth 4",
        "theory -a tanh -i he_normal -d 4",
    ]);
    same(&[
        "theory -a tanh --sigma-w2 1.5 --sigma-b2 0.05 -d 4",
        "theory tanh/he_normal 32x4 --sigma-w2 1.5 --sigma-b2 0.05",
        "theory tanh/he_normal 32x4 --sigma-w2 9 --sigma-w2 1.5 --sigma-b2 0.05",
    ]);
    same(&[
        "theory -a tanh --critical --sigma-b2 0.05",
        "theory tanh/he_normal 32x4 --critical --sigma-b2 0.05",
    ]);
}

#[test]
fn what_the_dashboard_is_opened_with_has_cursors() {
    let opened = told("render relu/he_normal 8x3 draws=2 --layer 2 --format text");
    assert!(opened.contains("layer 2"), "{opened}");
}

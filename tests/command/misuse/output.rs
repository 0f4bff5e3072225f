//! Output that nobody gets.

use std::fs;
use std::process::{Command, Stdio};

/// How the program ends with these arguments and ends of its output.
fn ends(arguments: &[&str], out: &str, err: &str) -> Option<i32> {
    let end = |path: &str| {
        let file = fs::OpenOptions::new().write(true).open(path);
        Stdio::from(file.expect("a device"))
    };
    let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"));
    let program = program.args(arguments).stdin(Stdio::null());
    let status = program.stdout(end(out)).stderr(end(err)).status();
    status.expect("the program starts").code()
}

#[test]
fn output_that_is_lost_is_told_by_the_exit_code_and_is_no_panic() {
    const RESULTS: [&[&str]; 7] = [
        &["--help"],
        &["--version"],
        &["run", "relu/he_normal 8x2", "draws=1"],
        &["theory", "-a", "softplus", "--critical", "--format", "csv"],
        &["list", "activations"],
        &["completions", "bash"],
        &["help", "run"],
    ];
    for arguments in RESULTS {
        for err in ["/dev/null", "/dev/full"] {
            assert_eq!(ends(arguments, "/dev/full", err), Some(1), "{arguments:?}");
            assert_eq!(ends(arguments, "/dev/null", err), Some(0), "{arguments:?}");
        }
    }
    for misuse in [&["run", "rulu/he_normal"][..], &["run", "--bogus"]] {
        assert_eq!(
            ends(misuse, "/dev/null", "/dev/full"),
            Some(2),
            "{misuse:?}"
        );
    }
}

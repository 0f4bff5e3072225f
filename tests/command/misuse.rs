//! Misuse: each case ends with exit code 2, nothing on standard output, and one message on standard error that says what was
//! wrong, what is allowed, and what to type.

mod dashboard;
mod foreign;
#[cfg(target_os = "linux")]
mod output;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn initscope(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .env_remove("INITSCOPE_SIMD")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Every `expected` is part of the message.
fn refused_with(arguments: &[&str], environment: &[(&str, &str)], expected: &[&str]) {
    let output = initscope(arguments, environment);
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {message}");
    assert_eq!(output.stdout, b"", "{arguments:?}");
    assert!(message.starts_with("error: "), "{arguments:?}: {message}");
    assert_eq!(
        message.matches("error: ").count(),
        1,
        "{arguments:?}: {message}"
    );
    // clap breaks long lines.
    let flat = message.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in expected {
        assert!(
            flat.contains(part),
            "{arguments:?}: `{part}` is not in: {message}"
        );
    }
}

fn refused(arguments: &[&str], expected: &[&str]) {
    refused_with(arguments, &[], expected);
}

/// A file of this name and content that the test may read.
fn file(name: &str, content: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).expect("a writable directory");
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn an_unknown_activation_is_answered_with_the_nearest_names() {
    refused(
        &["run", "--activation", "rulu"],
        &[
            "unknown activation `rulu`",
            "did you mean `relu`",
            "initscope list activations",
        ],
    );
    refused(
        &["run", "rulu/he_normal 8x2"],
        &["unknown activation `rulu`", "did you mean `relu`"],
    );
}

#[test]
fn an_activation_with_a_bad_parameter_says_which() {
    refused(
        &["run", "-a", "leaky_relu(abc)"],
        &[
            "leaky_relu: slope = `abc` is not a number",
            "leaky_relu(0.2)",
        ],
    );
    refused(
        &["run", "-a", "relu(1)"],
        &["relu takes no parameters, not 1", "type `relu`"],
    );
    refused(&["run", "-a", "elu(1"], &["cannot read `elu(1`"]);
}

#[test]
fn an_unknown_initializer_or_framework_is_answered_with_the_nearest_name() {
    refused(
        &["run", "--initializer", "he_norml"],
        &["unknown initializer `he_norml`", "did you mean `he_normal`"],
    );
    refused(
        &["run", "--framework", "pytroch"],
        &["unknown framework `pytroch`", "did you mean `pytorch`"],
    );
}

#[test]
fn a_size_out_of_range_is_refused_with_the_range_and_the_nearest_allowed_value() {
    refused(
        &["run", "--width", "0"],
        &["width 0 is not allowed", "1", "16384", "try --width 1"],
    );
    refused(
        &["run", "--width", "16385"],
        &["width 16385 is not allowed", "try --width 16384"],
    );
    refused(
        &["run", "--depth", "10001"],
        &["depth 10001 is not allowed", "try --depth 10000"],
    );
    refused(
        &["run", "--batch", "257"],
        &["batch 257 is not allowed", "try --batch 256"],
    );
    refused(
        &["run", "--draws", "0"],
        &["draws 0 is not allowed", "try --draws 1"],
    );
    refused(
        &["run", "--input-dim", "20000"],
        &["input_dim 20000 is not allowed", "try --input-dim 16384"],
    );
    refused(
        &["run", "--threads", "0"],
        &["not a whole number from 1 to 256", "--threads 4"],
    );
    refused(&["run", "relu/he_normal 0x4"], &["width 0 is not allowed"]);
}

#[test]
fn a_size_that_is_no_whole_number_says_what_is_one() {
    refused(
        &["run", "--width", "12.5"],
        &[
            "invalid value '12.5'",
            "not a whole number from 1 to 16384",
            "--width 256",
        ],
    );
    refused(
        &["run", "--depth", "-3"],
        &["invalid value '-3'", "not a whole number", "--depth 64"],
    );
    refused(
        &["run", "--batch", "many"],
        &["not a whole number", "--batch 16"],
    );
    refused(
        &["run", "--seed", "-1"],
        &[
            "not a whole number from 0 to 18446744073709551615",
            "--seed 7",
        ],
    );
    refused(
        &["run", "--draws", "few"],
        &["draws `few` is not a whole number or `auto`", "--draws 128"],
    );
    refused(
        &["run", "--threads", "all"],
        &["not a whole number", "--threads 4"],
    );
    for (command, text) in [("run", "257"), ("run", "-1"), ("list", "many")] {
        refused_with(
            &[command, "activations"],
            &[("RAYON_NUM_THREADS", text)],
            &[
                "RAYON_NUM_THREADS",
                "not a whole number from 1 to 256",
                "--threads 4",
            ],
        );
    }
    for memory in ["0", "1K", "2X", "9999T", "-1", "", "inf"] {
        refused(
            &["run", "--memory", memory],
            &["not a size from 64M to 1T", "--memory 2G"],
        );
    }
    refused(
        &[
            "run",
            "relu/he_normal 4096x100 batch=256",
            "--memory",
            "64M",
        ],
        &[
            "MiB of memory, more than the limit of 64 MiB",
            "try --batch",
        ],
    );
}

#[test]
fn gain_and_bias_must_be_numbers_within_reason() {
    refused(&["run", "--gain", "big"], &["not a number", "--gain 1.5"]);
    refused(
        &["run", "--gain", "0"],
        &["gain 0 is not allowed", "try --gain 1"],
    );
    refused(&["run", "--gain", "-2"], &["gain -2 is not allowed"]);
    refused(&["run", "--gain", "nan"], &["gain NaN is not allowed"]);
    refused(&["run", "--gain", "inf"], &["gain inf is not allowed"]);
    refused(
        &["run", "--gain", "1000000000000000000000000000000"],
        &["gain 1e30 is not allowed: 1e-6 to 1e6; try --gain 1e6"],
    );
    refused(
        &["run", "-a", "elu(1e300)"],
        &["elu: alpha = 1e300 is not allowed: 0.001 to 1000"],
    );
    refused(
        &["run", "--width", "99999999999999999999999"],
        &["not a whole number from 1 to 16384"],
    );
    refused(
        &["run", "--bias", "-0.1"],
        &["bias -0.1 is not allowed", "try --bias 0"],
    );
    refused(
        &["run", "--bias", "some"],
        &[
            "bias `some` is not a standard deviation",
            "`preset` or `auto`",
            "--bias 0.1",
        ],
    );
}

#[test]
fn a_text_that_is_no_network_shows_one_that_is() {
    let shape = "`relu/he_normal 256x64 seed=7`";
    refused(
        &["run", "relu/he_normal", "wide"],
        &["cannot read `wide`: neither activation, initializer", shape],
    );
    refused(
        &["run", "relu/he_normal", "256"],
        &["cannot read `256`: not WIDTHxDEPTH", shape],
    );
    refused(
        &["run", "relu/he_normal", "256x64", "colour=red"],
        &["cannot read `colour=red`: unknown key", "seed"],
    );
    refused(
        &["run", "relu/he_normal", "256x64", "gain=1", "gain=2"],
        &["`gain` is there twice"],
    );
}

#[test]
fn a_word_that_is_neither_command_nor_network_is_told_the_commands() {
    refused(
        &["rum"],
        &[
            "`rum` is neither a command nor a network",
            "did you mean `run`?",
            "list",
            "completions",
        ],
    );
    refused(
        &["--width", "8", "run"],
        &["flags stand before `run`", "type `initscope run` first"],
    );
}

#[test]
fn an_unknown_flag_format_table_or_shell_is_told_the_known_ones() {
    refused(
        &["run", "--widht", "8"],
        &["unexpected argument '--widht'", "--width"],
    );
    refused(
        &["run", "--format", "xml"],
        &["invalid value 'xml'", "table", "json", "csv"],
    );
    refused(
        &["list", "optimizers"],
        &[
            "invalid value 'optimizers'",
            "activations",
            "initializers",
            "frameworks",
        ],
    );
    refused(
        &["list"],
        &["required arguments were not provided", "<TABLE>"],
    );
    refused(
        &["completions", "cmd"],
        &["invalid value 'cmd'", "bash", "fish"],
    );
    refused(
        &["run", "--width"],
        &["a value is required for '--width <UNITS>'"],
    );
}

#[test]
fn a_data_file_that_cannot_be_used_says_why() {
    refused(
        &["run", "--input", "no/such/file.npy"],
        &["no/such/file.npy"],
    );
    let nan = file("nan.csv", b"1,2\n3,nan\n");
    refused(&["run", "--input", &nan], &[&nan, "NaN"]);
    let ragged = file("ragged.csv", b"1,2,3\n4,5\n");
    refused(&["run", "--input", &ragged], &[&ragged, "3", "2"]);
    let letters = file("letters.csv", b"1,2\n3,four\n");
    refused(&["run", "--input", &letters], &[&letters, "four"]);
    let picture = file("rows.png", b"\x89PNG");
    refused(&["run", "--input", &picture], &[&picture, ".npy", ".csv"]);
    let broken = file("broken.npy", b"no magic here");
    refused(&["run", "--input", &broken], &[&broken]);
    let constant = file("constant.csv", b"1,1\n1,1\n");
    refused(&["run", "--input", &constant], &[&constant]);
    let empty = file("empty.csv", b"");
    refused(&["run", "--input", &empty], &[&empty]);
}

#[test]
fn the_dimension_of_data_cannot_be_chosen() {
    refused(
        &["run", "--input", "digits", "--input-dim", "32"],
        &["input `digits` has 64 columns", "leave out --input-dim"],
    );
}

#[test]
fn a_network_too_large_for_the_memory_is_refused_before_it_is_tried() {
    let huge = [
        "run", "--width", "16384", "--depth", "10000", "--batch", "256",
    ];
    refused(
        &huge,
        &["10000 layers of 16384 units", "memory", "limit", "try --"],
    );
}

#[test]
fn the_path_of_a_file_that_is_not_read_is_not_told() {
    refused(
        &["config", "--path", "--no-config"],
        &["'--path' cannot be used with '--no-config'"],
    );
}

#[test]
fn an_instruction_set_that_this_machine_lacks_is_refused_with_those_it_has() {
    let simd = [("INITSCOPE_SIMD", "mmx")];
    refused_with(
        &["run", "relu/he_normal 8x2"],
        &simd,
        &[
            "no instruction set `mmx`",
            "it has baseline",
            "INITSCOPE_SIMD",
        ],
    );
    refused_with(
        &["version", "--verbose"],
        &simd,
        &["no instruction set `mmx`"],
    );
}

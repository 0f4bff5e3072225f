//! The program without a screen: what it prints, how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_initscope"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Standard output of a run that succeeds and says nothing on standard error.
fn stdout(arguments: &[&str]) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(arguments).output().expect("the program starts");
    let message = String::from_utf8_lossy(&stderr);
    assert_eq!((status.code(), &*message), (Some(0), ""), "{arguments:?}");
    String::from_utf8(stdout).expect("UTF-8")
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).expect("one JSON document")
}

#[test]
fn the_three_formats_tell_the_same_numbers() {
    let network = [
        "run",
        "tanh/glorot_normal",
        "48x5",
        "seed=3",
        "draws=6",
        "--format",
    ];
    let with = |format| [&network[..], &[format]].concat();
    let json = document(&with("json"));
    assert_eq!(
        (&json["schema"], &json["draws"]),
        (&Value::from(1), &Value::from(6))
    );
    let csv = stdout(&with("csv"));
    let table = stdout(&with("table"));
    let rows: Vec<&str> = table.lines().filter(|line| line.ends_with(" %")).collect();
    let layers = json["layers"].as_array().expect("layers");
    assert_eq!((layers.len(), rows.len(), csv.lines().count()), (5, 5, 6));
    for ((layer, line), row) in layers.iter().zip(csv.lines().skip(1)).zip(rows) {
        let signal = layer["z_second_moment"]["log10_mean"]
            .as_f64()
            .expect("a number");
        let cell: f64 = line
            .split(',')
            .nth(1)
            .expect("a cell")
            .parse()
            .expect("a number");
        // serde_json reads numbers to within an ulp.
        assert!((cell - signal).abs() <= 1e-15, "{line}: {signal}");
        let shown: f64 = row
            .split_whitespace()
            .nth(1)
            .expect("a cell")
            .parse()
            .expect("a number");
        assert!((shown - signal).abs() <= 0.000_500_1, "{row}: {signal}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let network = [
        "run",
        "gelu/he_uniform",
        "33x7",
        "draws=9",
        "--format",
        "json",
        "--threads",
    ];
    let on = |threads| stdout(&[&network[..], &[threads]].concat());
    let one = on("1");
    assert_eq!(one, on("2"));
    assert_eq!(one, on("4"));
    assert_ne!(
        one,
        stdout(&[
            "run",
            "gelu/he_uniform",
            "33x7",
            "draws=9",
            "seed=1",
            "--format",
            "json"
        ])
    );
}

#[test]
fn flags_win_over_the_text() {
    let json = document(&[
        "run",
        "relu/he_normal 16x3 seed=5",
        "--depth",
        "2",
        "--initializer",
        "default",
        "--draws",
        "2",
        "--format",
        "json",
    ]);
    assert_eq!(json["spec"]["text"], "relu/default 16x2 seed=5 draws=2");
    assert_eq!(json["layers"].as_array().map(Vec::len), Some(2));
}

#[test]
fn the_printed_command_line_gives_the_same_spec_again() {
    let json = document(&[
        "run",
        "leaky_relu(0.2)/he_normal 16x2 framework=pytorch bias=0.1 batch=20 draws=2",
        "--format",
        "json",
    ]);
    let command = json["spec"]["command"]
        .as_str()
        .expect("text")
        .replace('\'', "");
    let flags: Vec<&str> = command.split(' ').skip(1).collect();
    let again = document(&[&["run"], &flags[..], &["--format", "json"]].concat());
    assert_eq!(json, again);
}

#[test]
fn a_relu_network_with_he_weights_keeps_its_signal_and_with_glorot_weights_halves_it() {
    let rate = |initializer| {
        let json = document(&[
            "run",
            "-i",
            initializer,
            "-w",
            "256",
            "-d",
            "24",
            "--draws",
            "32",
            "--format",
            "json",
        ]);
        json["verdict"]["signal_rate"].as_f64().expect("a number")
    };
    // The mean log drifts by about -5 / (2 n) nats a layer at width n; the standard error of a rate over 32 draws is below
    // sqrt(5 / (n L) / 32) = 0.0051 nats = 0.0022 decades; five of them (alpha = 6e-7).
    let drift = -2.5 / 256.0 / 10_f64.ln();
    assert!(
        (rate("he_normal") - drift).abs() < 0.011,
        "{}",
        rate("he_normal")
    );
    assert!(
        (rate("glorot_uniform") - drift - 0.5_f64.log10()).abs() < 0.011,
        "{}",
        rate("glorot_uniform")
    );
}

#[test]
fn digits_are_an_input_of_64_dimensions() {
    let json = document(&[
        "run", "-n", "digits", "-w", "32", "-d", "2", "--draws", "2", "--format", "json",
    ]);
    assert_eq!(json["spec"]["input_dim"], 64);
    assert_eq!(json["spec"]["first_layer"]["fan_in"], 64);
    assert_eq!(json["spec"]["other_layers"]["fan_in"], 32);
}

#[test]
fn every_instruction_set_of_this_machine_gives_the_same_curves_up_to_rounding() {
    let curves = |level: &str| -> Vec<f64> {
        let network = [
            "run",
            "gelu/he_normal",
            "64x6",
            "draws=4",
            "--format",
            "csv",
        ];
        let output = command(&network)
            .env("INITSCOPE_SIMD", level)
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{level}");
        let text = String::from_utf8(output.stdout).expect("UTF-8");
        text.lines()
            .skip(1)
            .flat_map(|line| {
                // the remedy is not measured here
                line.split(',')
                    .filter(|cell| !cell.is_empty())
                    .map(|cell| cell.parse().expect("a number"))
                    .collect::<Vec<f64>>()
            })
            .collect()
    };
    let baseline = curves("baseline");
    let here = stdout(&["version", "--verbose"]);
    let names = here
        .split_once("this machine: ")
        .and_then(|(_, rest)| rest.split_once(')'))
        .expect("the list")
        .0;
    for level in names.split(", ") {
        for (a, b) in baseline.iter().zip(curves(level)) {
            // Sums of 64 terms over 6 layers in f32: 6 * 64 * 2^-24 = 2e-5 relative at the very worst, 1e-5 decades.
            assert!((a - b).abs() < 1e-5, "{level}: {a} {b}");
        }
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    assert!(stdout(&["--help"]).contains("Examples:"));
    assert!(stdout(&["run", "--help"]).contains("--format <FORMAT>"));
    assert_eq!(
        stdout(&["--version"]),
        concat!("initscope ", env!("CARGO_PKG_VERSION"), "\n")
    );
    assert_eq!(stdout(&["version"]), stdout(&["-V"]));
    assert!(stdout(&["--version", "--verbose"]).contains("\nsimd: "));
}

#[test]
fn completion_scripts_know_every_name() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        assert!(
            stdout(&["completions", shell]).contains("initscope"),
            "{shell}"
        );
    }
    let fish = stdout(&["completions", "fish"]);
    for name in ["gelu_tanh", "he_normal", "pytorch", "default"] {
        assert!(fish.contains(name), "{name}");
    }
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    for arguments in [
        &["list", "activations"][..],
        &["run", "relu/he_normal 8x3000 draws=1", "--all"],
        &["--help"],
    ] {
        let mut child = command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(
            (output.status.code(), &output.stderr[..]),
            (Some(0), &b""[..]),
            "{arguments:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_with_code_1() {
    let Ok(full) = std::fs::OpenOptions::new().write(true).open("/dev/full") else {
        return;
    };
    let output = command(&["list", "frameworks"])
        .stdout(full)
        .stderr(Stdio::piped())
        .spawn();
    let output = output
        .and_then(std::process::Child::wait_with_output)
        .expect("it ends");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("error: cannot write the output"));
}

#[cfg(unix)]
#[test]
fn an_interrupt_ends_a_run_with_130_and_nothing_printed() {
    use rustix::process::{Pid, Signal, kill_process};

    let mut child = command(&["run", "--width", "4096", "--depth", "2000"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // Long enough to have started; the run would take minutes.
    std::thread::sleep(Duration::from_millis(500));
    let asked = Instant::now();
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let mut text = String::new();
    BufReader::new(child.stdout.take().expect("a pipe"))
        .read_to_string(&mut text)
        .expect("UTF-8");
    let status = child.wait().expect("it ends");
    assert_eq!((status.code(), &*text), (Some(130), ""));
    assert!(
        asked.elapsed() < Duration::from_secs(5),
        "{:?}",
        asked.elapsed()
    );
    let mut line = String::new();
    BufReader::new(child.stderr.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("UTF-8");
    assert_eq!(line, "error: interrupted\n");
}

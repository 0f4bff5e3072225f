//! `initscope train` and `initscope factors`: what they print, how they end.

mod memory;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn stdout(arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(arguments);
    assert_eq!((code, &*stderr), (Some(0), ""), "{arguments:?}");
    stdout
}

fn document(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(arguments)).expect("one JSON document")
}

const SMALL: [&str; 6] = [
    "train",
    "tanh/glorot_normal 24x3",
    "--steps",
    "40",
    "--runs",
    "2",
];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&SMALL[..], more].concat()
}

#[test]
fn the_three_formats_tell_the_same_numbers() {
    let json = document(&small(&["--learning-rate", "0.1", "--format", "json"]));
    assert_eq!(
        (&json["schema"], &json["complete"]),
        (&1.into(), &true.into())
    );
    let network = &json["networks"][0];
    assert_eq!(
        (&network["examples"], &network["classes"]),
        (&1797.into(), &10.into())
    );
    let rate = &network["rates"][0];
    let first = &rate["runs"][0];
    assert_eq!(first["losses"].as_array().map(Vec::len), Some(40));
    assert_eq!(first["start"]["signal"].as_array().map(Vec::len), Some(3));
    // three layers and the head
    assert_eq!(
        first["changes"][0]["ratio"].as_array().map(Vec::len),
        Some(4)
    );

    let csv = stdout(&small(&["--learning-rate", "0.1", "--format", "csv"]));
    assert_eq!(csv.lines().count(), 1 + 2 * 40);
    let line = csv.lines().nth(1).expect("a row");
    let cells: Vec<&str> = line.rsplit(',').collect();
    let loss: f64 = cells[1].parse().expect("a number");
    assert_eq!((cells[2], cells[3], cells[4]), ("1", "0", "0.1"));
    assert!((loss - first["losses"][0].as_f64().expect("a number")).abs() < 1e-14);

    let table = stdout(&small(&["--learning-rate", "0.1"]));
    let reached: f64 = (0..2)
        .map(|run| {
            rate["runs"][run]["loss_reached"]
                .as_f64()
                .expect("a number")
        })
        .sum();
    let row = table
        .lines()
        .find(|line| line.contains("LEARNS"))
        .expect("a row");
    assert!(row.contains(&format!("{:.3}", reached / 2.0)), "{row}");
    assert!(row.ends_with("2 of 2 learn"), "{row}");
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let on = |threads| stdout(&small(&["--format", "json", "--threads", threads]));
    let one = on("1");
    assert_eq!(one, on("2"));
    assert_eq!(one, on("4"));
    assert_ne!(one, stdout(&small(&["--format", "json", "--seed", "1"])));
}

#[test]
fn networks_are_trained_side_by_side_and_a_sweep_names_its_best_rate() {
    let json = document(&small(&[
        "--against",
        "relu/he_normal",
        "--against",
        "gelu/default 16x2 framework=pytorch",
        "--sweep",
        "--format",
        "json",
    ]));
    let networks = json["networks"].as_array().expect("networks");
    let texts: Vec<&str> = networks
        .iter()
        .filter_map(|n| n["spec"]["text"].as_str())
        .collect();
    assert_eq!(
        texts,
        [
            "tanh/glorot_normal 24x3 input=digits",
            "relu/he_normal 24x3 input=digits",
            "gelu/default 16x2 framework=pytorch input=digits"
        ]
    );
    for network in networks {
        let rates = network["rates"].as_array().expect("rates");
        assert_eq!(rates.len(), 6);
        let left = |rate: &Value| rate["uncertainty_left"].as_f64().expect("a number");
        let least = rates.iter().map(left).fold(f64::INFINITY, f64::min);
        let best = rates
            .iter()
            .find(|rate| rate["rate"] == network["best_rate"]);
        assert_eq!(best.map(left), Some(least));
    }
}

#[test]
fn a_divergence_is_told_with_its_step() {
    let table = stdout(&[
        "train",
        "relu/he_normal 32x6",
        "--learning-rate",
        "1000",
        "--steps",
        "50",
    ]);
    assert!(
        table.contains("DIVERGES") && table.contains(" at step "),
        "{table}"
    );
}

fn file(name: &str, bytes: &[u8]) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, bytes).expect("the scratch directory is writable");
    path.to_str().expect("an ASCII path").to_owned()
}

/// Two classes that the sign of the first column tells apart.
fn rows(labelled: bool) -> String {
    let row = |i: i32| {
        let side = if i % 2 == 0 { 1 } else { -1 };
        let label = if labelled {
            format!(",{}", 3 + i % 2)
        } else {
            String::new()
        };
        format!("{},{}{label}\n", side * (5 + i % 7), i % 5)
    };
    (0..40).map(row).collect()
}

#[test]
fn own_data_are_learned_with_labels_in_the_last_column_or_in_a_file() {
    let last = file("labelled.csv", rows(true).as_bytes());
    let bare = file("bare.csv", rows(false).as_bytes());
    let labels: String = (0..40).map(|i| format!("{}\n", 3 + i % 2)).collect();
    let labels = file("labels.csv", labels.as_bytes());
    let train = |input: &str, labels: &str| {
        document(&[
            "train",
            "tanh/glorot_normal 16x2",
            "--input",
            input,
            "--labels",
            labels,
            "--batch-size",
            "20",
            "--learning-rate",
            "0.1",
            "--format",
            "json",
        ])
    };
    let one = train(&last, "last");
    let two = train(&bare, &labels);
    let network = &one["networks"][0];
    assert_eq!(
        (&network["classes"], &network["spec"]["input_dim"]),
        (&2.into(), &2.into())
    );
    assert_eq!(network["rates"], two["networks"][0]["rates"]);
    assert_eq!(network["rates"][0]["outcome"], "LEARNS");
    // the printed command reads the same data again
    let command = network["spec"]["command"].as_str().expect("text");
    assert!(command.ends_with("--labels last"), "{command}");
}

#[test]
fn misuse_is_one_message_and_code_2() {
    let bare = file("nolabels.csv", rows(false).as_bytes());
    let short = file("short.csv", b"1\n0\n");
    let cases: [(&[&str], &str); 10] = [
        (
            &["train", "--input", &bare],
            "has no labels, and training needs a class for every row; add --labels last",
        ),
        (
            &["train", "--input", &bare, "--labels", &short],
            "has 40 rows and labels",
        ),
        (
            &["train", "--labels", "last"],
            "belong to a data file, and the input is noise",
        ),
        (
            &["train", "--width", "2000"],
            "width 2000 is not allowed: 1 to 1024 where networks are trained; try --width 1024",
        ),
        (
            &["train", "relu/he_normal 16x2 norm=bn", "--batch-size", "1"],
            "BatchNorm takes the mean over two examples at least; try --batch-size 32",
        ),
        (&["train", "--optimizer", "adan"], "did you mean `adam`?"),
        (
            &["train", "--learning-rate", "-1"],
            "not a number from 1e-9 to 1000",
        ),
        (
            &["train", "--learning-rate", "1", "--sweep"],
            "cannot be used with",
        ),
        (
            &["train", "--preset", "ten"],
            "there is thirty-layers, branch-scale, norm-place",
        ),
        (
            &["train", "--against", "rely/he_normal"],
            "did you mean `relu`,",
        ),
    ];
    for (arguments, message) in cases {
        let (code, stdout, stderr) = run(arguments);
        assert_eq!((code, &*stdout), (Some(2), ""), "{arguments:?}");
        assert!(stderr.contains(message), "{arguments:?}: {stderr}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_prints_what_was_computed() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::time::Duration;

    let child = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args([
            "train",
            "relu/he_normal 64x8",
            "--steps",
            "100000",
            "--format",
            "json",
        ])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // long enough for some steps, far too short for all
    std::thread::sleep(Duration::from_millis(1500));
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), &output.stderr[..]),
        (Some(130), &b""[..])
    );
    let json: Value = serde_json::from_slice(&output.stdout).expect("one JSON document");
    assert_eq!(json["complete"], false);
    let steps = json["networks"][0]["rates"][0]["runs"][0]["steps"].as_u64();
    assert!(
        steps.is_some_and(|steps| steps > 0 && steps < 100_000),
        "{steps:?}"
    );
}

#[test]
fn factors_rank_what_was_measured() {
    let arguments = [
        "factors",
        "relu/he_normal 24x8",
        "--runs",
        "3",
        "--steps",
        "40",
        "--format",
        "json",
    ];
    let json = document(&arguments);
    let factors = json["factors"].as_array().expect("factors");
    let factor = |name: &str| {
        factors
            .iter()
            .find(|factor| factor["factor"] == name)
            .expect("a factor")
    };
    let identical =
        |name: &str, response: &str| factor(name)["effects"][response]["identical"] == true;
    for response in [
        "signal drift",
        "gradient drift",
        "distinguishability",
        "uncertainty left",
    ] {
        assert!(identical("storage", response), "{response}");
        assert!(!identical("initializer", response), "{response}");
        assert!(
            !identical("activation x initializer", response),
            "{response}"
        );
    }
    for response in ["signal drift", "gradient drift", "distinguishability"] {
        assert!(identical("optimizer", response), "{response}");
        assert!(identical("classes", response), "{response}");
    }
    assert!(!identical("optimizer", "uncertainty left"));
    assert!(!identical("classes", "uncertainty left"));
    // random_normal, standard deviation 0.05, at width 24 has fan_in Var W = 0.06: one and a half decades of the mean square in every of 7 layers
    let effect = &factor("initializer")["effects"]["signal drift"];
    let [low, size, high] =
        ["low", "size", "high"].map(|key| effect[key].as_f64().expect("a number"));
    assert!(low < size && size < high && size > 5.0, "{effect}");
    assert_eq!(effect["from"], "random_normal(0.05)");
    assert!(factor("storage")["sentence"].as_str().is_some_and(|s| {
        s.starts_with("nothing at all: npy f64, npy f32, npy u8 and csv hold the same numbers")
    }));
    let csv = stdout(&[&arguments[..7], &["csv"]].concat());
    assert_eq!(csv.lines().count(), 1 + 5 * 6);
}

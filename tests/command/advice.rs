//! `initscope advise`, `compare-defaults` and `check` as a user runs them.

use std::process::{Command, Output};

use serde_json::Value;

fn initscope(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(words)
        .output()
        .expect("the program starts")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn document(words: &[&str]) -> Value {
    let output = initscope(words);
    serde_json::from_str(&stdout(&output)).unwrap_or_else(|e| panic!("{words:?}: {e}"))
}

#[test]
fn advise_ranks_and_says_what_to_paste() {
    let output = initscope(&["advise", "relu/glorot_uniform", "64x30"]);
    assert_eq!(output.status.code(), Some(0));
    let text = stdout(&output);
    let rows: Vec<&str> = text.lines().collect();
    assert!(
        rows[1].starts_with("VANISHING: the signal falls by 0.3"),
        "{}",
        rows[1]
    );
    assert!(rows[3].starts_with("initializer") && rows[3].contains("known by"));
    assert!(text.contains("VANISHING  predicted"), "{text}");
    assert!(rows[4].starts_with("he_normal  ") && rows[4].contains("HEALTHY    measured"));
    assert!(text.contains("\nremedy: he_normal, measured healthy in "));
    assert!(text.contains("  layer = keras.layers.Dense(units, kernel_initializer=\"he_normal\")"));
}

#[test]
fn advice_as_json_has_every_choice_with_its_lines() {
    let json = document(&["advise", "relu/glorot_normal", "64x20", "--format", "json"]);
    assert_eq!(json["schema"], 1);
    assert_eq!(json["remedy"], json["choices"][0]["label"]);
    for choice in json["choices"].as_array().expect("a list") {
        assert!(choice["label"].is_string() && choice["command"].is_string());
        assert_eq!(choice["paste"].as_array().expect("a list").len(), 11);
        // what theory cannot judge is measured
        assert!(choice["kind"].is_string() && choice["unknown"].is_null());
        let measured = choice["evidence"] == "measured";
        assert!(measured == (choice["draws"].as_u64() > Some(0)), "{choice}");
    }
}

#[test]
fn defaults_of_every_framework_stand_side_by_side() {
    let json = document(&[
        "compare-defaults",
        "-a",
        "relu",
        "-d",
        "30",
        "--format",
        "json",
    ]);
    let rows = json["defaults"].as_array().expect("a list");
    let of = |name: &str| {
        rows.iter()
            .find(|r| r["framework"] == name)
            .expect("a framework")
    };
    let near = |v: &Value, x: f64| (v.as_f64().expect("a number") - x).abs() < 1e-12;
    assert!(near(&of("pytorch")["sigma_w2"], 1.0 / 3.0));
    assert!(near(&of("pytorch")["sigma_b2"], 1.0 / 3.0 / 256.0));
    assert!(near(&of("keras")["sigma_w2"], 1.0) && near(&of("keras")["sigma_b2"], 0.0));
    assert_eq!(of("flax")["truncated"], true);
    assert_eq!(of("pytorch")["kind"], "COLLAPSING");
    let table = stdout(&initscope(&["compare-defaults", "-a", "relu", "-d", "30"]));
    assert!(table.contains("PyTorch Linear") && table.contains("U(±1/√fan_in)"));
}

#[test]
fn check_tells_by_its_exit_code() {
    let good = initscope(&["check", "relu/he_normal", "128x20"]);
    assert_eq!(good.status.code(), Some(0));
    assert!(stdout(&good).contains("HEALTHY"));
    let bad = initscope(&["check", "relu/glorot_normal", "128x20"]);
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("remedy: he_normal, measured healthy in "));
    assert!(bad.stderr.is_empty());
}

#[test]
fn what_no_initializer_heals_is_told_with_what_does() {
    let words = ["check", "sigmoid/glorot_normal", "8x16", "--draws", "64"];
    let bad = initscope(&words);
    assert_eq!(bad.status.code(), Some(1));
    let text = stdout(&bad);
    assert!(text.contains("\nno initializer heals this: "), "{text}");
    assert!(text.contains("\nleast bad: "), "{text}");
    assert!(!text.contains("remedy:"), "{text}");
    let json = document(&[&words[..], &["--format", "json"]].concat());
    assert!(json["remedy"].is_null());
    assert_eq!(json["outcome"]["state"], "no remedy");
    let ways = json["outcome"]["measured_healthy"].as_array();
    let ways = ways.expect("a list");
    assert!(!ways.is_empty());
    for way in ways {
        let command = way["command"].as_str().expect("a command");
        // no argument of these has a blank or a quote in it
        let words = command.replace('\'', "");
        let words: Vec<&str> = words.split(' ').skip(1).collect();
        let check = initscope(&[&["check"], &words[..]].concat());
        assert_eq!(check.status.code(), Some(0), "{command}");
    }
}

#[test]
fn a_healthy_network_is_not_told_to_change() {
    let text = stdout(&initscope(&["advise", "relu/he_normal", "32x8"]));
    assert!(
        text.contains("\nnothing to change: this network is healthy as it is\n"),
        "{text}"
    );
}

#[test]
fn check_takes_another_limit_on_the_drift() {
    // 19 layers of a factor 2 are 5.7 decades
    let run = |limit: &str| {
        initscope(&[
            "check",
            "relu/glorot_normal",
            "128x20",
            "--max-drift",
            limit,
        ])
    };
    assert_eq!(run("8").status.code(), Some(0));
    let bad = run("4");
    assert_eq!(bad.status.code(), Some(1));
    assert!(stdout(&bad).contains("below 1e-4 of its start"));
    let json = document(&[
        "check",
        "relu/glorot_normal",
        "128x20",
        "--max-drift",
        "4",
        "--format",
        "json",
    ]);
    assert_eq!(json["healthy"], false);
    assert_eq!(json["max_drift"], 4.0);
    assert_eq!(json["verdict"]["kind"], "VANISHING");
    assert_eq!(json["remedy"]["label"], "he_normal");
}

#[test]
fn misuse_is_one_message_and_code_2() {
    let cases: [(&[&str], &str); 6] = [
        (&["check", "--max-drift", "0"], "above 0 and at most 1000"),
        (&["check", "--max-drift", "much"], "--max-drift 2"),
        (
            &["compare-defaults", "--gain", "2"],
            "--gain has no meaning here",
        ),
        (
            &["compare-defaults", "-i", "he_normal"],
            "--initializer has no meaning here",
        ),
        (&["advise", "-a", "rellu"], "relu"),
        (&["advise", "--format", "csv"], "table, json"),
    ];
    for (words, message) in cases {
        let output = initscope(words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(output.stdout.is_empty(), "{words:?}");
        assert!(told.contains(message), "{words:?}: {told}");
    }
}

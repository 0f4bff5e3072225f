//! `initscope theory`: the numbers of the reference tables through the program, its three forms, its refusals.

use std::process::{Command, Output, Stdio};

use crate::reference::table;
use serde_json::Value;

fn theory(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_initscope"))
        .arg("theory")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Standard output of a command that succeeds and says nothing on standard error.
fn stdout(arguments: &[&str]) -> String {
    let output = theory(arguments);
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), &*message),
        (Some(0), ""),
        "{arguments:?}"
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn document(arguments: &[&str]) -> Value {
    let text = stdout(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&text).expect("one JSON document")
}

/// `null` where the table has nothing or `inf`, else the number to the digits that a double and the conditioning of depth
/// scales allow (see `tests/theory/fixed_points.rs`).
fn agrees(value: &Value, want: &str, what: &str) {
    match want.parse::<f64>().ok().filter(|want| want.is_finite()) {
        None => assert!(value.is_null(), "{what}: {value}, not `{want}`"),
        Some(want) => {
            let got = value.as_f64().unwrap_or_else(|| panic!("{what}: {value}"));
            assert!(
                (got - want).abs() <= 1e-10 * want.abs(),
                "{what}: {got}, not {want}"
            );
        }
    }
}

const COLUMNS: [(&str, &str); 8] = [
    ("q_star", "q_star"),
    ("chi_perp", "chi1"),
    ("chi_parallel", "V_prime"),
    ("c_star", "c_star"),
    ("chi_c", "chi_c_star"),
    ("xi_q", "xi_q"),
    ("xi_c", "xi_c"),
    ("xi_grad", "xi_grad"),
];

#[test]
fn fixed_points_are_those_of_the_reference() {
    let mut statuses = Vec::new();
    for row in table("fixed_points") {
        let known = ["relu", "selu", "gelu", "sigmoid"];
        if !known.contains(&row["activation"].as_str()) {
            continue;
        }
        let json = document(&[
            "--activation",
            &row["activation"],
            "--sigma-w2",
            &row["sigma_w2"],
            "--sigma-b2",
            &row["sigma_b2"],
            "--depth",
            "1",
        ]);
        let what = format!("{row:?}");
        assert_eq!(json["schema"], 1);
        let program = concat!("initscope ", env!("CARGO_PKG_VERSION"));
        assert_eq!(json["program"], program);
        let found = &json["fixed_point"];
        assert_eq!(found["status"], *row["status"], "{what}");
        for (key, column) in COLUMNS {
            agrees(&found[key], &row[column], &format!("{what}: {key}"));
            // Every null says what it is.
            assert_eq!(
                found[key].is_null(),
                found["limits"][key].is_string(),
                "{key}"
            );
            if row[column] == "inf" {
                assert_eq!(found["limits"][key], "infinite", "{what}: {key}");
            }
        }
        statuses.push(row["status"].clone());
    }
    statuses.sort();
    statuses.dedup();
    assert_eq!(
        statuses,
        [
            "converged",
            "diverges_exp",
            "diverges_subexp",
            "neutral",
            "zero"
        ]
    );
}

#[test]
fn critical_points_and_gains_are_those_of_the_reference() {
    let mut checked = 0;
    for row in table("criticality") {
        let known = ["relu", "tanh", "gelu", "sigmoid"];
        if !known.contains(&row["activation"].as_str()) || row["sense"] == "torch_calculate_gain" {
            continue;
        }
        let what = format!("{row:?}");
        let json = document(&[
            "--critical",
            "-a",
            &row["activation"],
            "--sigma-b2",
            &row["sigma_b2"],
        ]);
        let gain = |key: &str| agrees(&json["gains"][key], &row["sigma_w"], &what);
        let index: usize = row["index"].parse().expect("an index");
        match row["sense"].as_str() {
            "second_moment_gain_q1" => gain("second_moment"),
            "gradient_gain_q1" => gain("gradient"),
            "centered_variance_gain_q1" => gain("centred_variance"),
            "half_stable_critical" => {
                let point = &json["half_stable"][index];
                assert_eq!(point["stability"], "half-stable", "{what}");
                for key in ["sigma_w2", "sigma_b2", "q_star"] {
                    agrees(&point[key], &row[key], &what);
                }
            }
            _ if row["sigma_w2"].is_empty() => {
                assert_eq!(json["critical"], Value::Array(Vec::new()), "{what}");
                let reason = json["reason"].as_str().expect("a reason");
                assert!(reason.contains("homogeneous"), "{reason}");
            }
            _ => {
                assert!(json["reason"].is_null(), "{what}");
                let point = &json["critical"][index];
                assert_eq!(point["stability"], *row["stability"], "{what}");
                agrees(&point["sigma_w2"], &row["sigma_w2"], &what);
                agrees(&point["sigma_b2"], &row["sigma_b2"], &what);
                agrees(&point["chi_parallel"], &row["V_prime"], &what);
                agrees(&point["q_star"], &row["q_star"], &what);
                if row["q_star"] == "any" {
                    assert_eq!(point["limits"]["q_star"], "any", "{what}");
                }
            }
        }
        checked += 1;
    }
    assert!(checked >= 15, "{checked} rows");
}

/// Sizes in closed form: relu at `sigma_w2 = 2`, `q_1 = 2`; `1 - c_2 = 1 - 1/pi` for inputs that start independent.
#[test]
fn the_three_formats_tell_the_same_curves() {
    let network = ["-a", "relu", "--sigma-w2", "2", "--depth", "3"];
    let json = document(&network);
    let csv = stdout(&[&network[..], &["--format", "csv"]].concat());
    let table = stdout(&network);
    let keys = [
        "z_second_moment_log10",
        "x_second_moment_log10",
        "x_variance_log10",
        "distinguishability_log10",
        "grad_z_log10",
        "grad_x_log10",
        "grad_w_log10",
    ];
    let mut lines = csv.lines();
    assert_eq!(
        lines.next(),
        Some(
            &*["layer"]
                .into_iter()
                .chain(keys)
                .collect::<Vec<_>>()
                .join(",")
        )
    );
    let layers = json["layers"].as_array().expect("layers");
    let rows: Vec<&str> = table.lines().rev().take(3).collect();
    assert_eq!((layers.len(), lines.clone().count()), (3, 3));
    for ((layer, line), row) in layers.iter().zip(lines).zip(rows.iter().rev()) {
        let cells: Vec<&str> = line.split(',').collect();
        let shown: Vec<&str> = row.split_whitespace().collect();
        assert_eq!((cells.len(), shown.len()), (8, 8), "{line}\n{row}");
        assert_eq!(layer["layer"].to_string(), cells[0]);
        assert_eq!(shown[0], cells[0]);
        for (i, key) in keys.iter().enumerate() {
            let value = layer[key].as_f64().expect("a number");
            let cell: f64 = cells[i + 1].parse().expect("a number");
            let rounded: f64 = shown[i + 1].parse().expect("a number");
            assert!((value - cell).abs() <= 1e-15, "{key}: {value} {cell}");
            assert!(
                (value - rounded).abs() <= 0.000_050_1,
                "{key}: {value} {rounded}"
            );
        }
        let at = |key: &str| layer[key].as_f64().expect("a number");
        assert!((at("z_second_moment_log10") - 2.0_f64.log10()).abs() < 1e-14);
        assert!((at("grad_z_log10") - 0.5_f64.log10()).abs() < 1e-14);
    }
    let second = layers[1]["distinguishability_log10"]
        .as_f64()
        .expect("a number");
    let exact = (1.0 - 1.0 / std::f64::consts::PI).log10();
    assert!((second - exact).abs() < 1e-14, "{second} {exact}");
}

#[test]
fn the_table_says_what_becomes_of_q() {
    let first = |sigma_w2: &str, sigma_b2: &str| {
        let table = stdout(&["-a", "relu", "--sigma-w2", sigma_w2, "--sigma-b2", sigma_b2]);
        let line = table.lines().find(|line| line.starts_with("status"));
        line.expect("a status").to_owned()
    };
    for (sigma_w2, sigma_b2, status, meaning) in [
        ("1", "0.05", "converged", "q settles at q_star"),
        ("1", "0", "zero", "q falls to 0 exponentially"),
        ("2", "0", "neutral", "marginal: every q is a fixed point"),
        (
            "2",
            "0.05",
            "diverges_subexp",
            "marginal: q grows without bound",
        ),
        ("3", "0", "diverges_exp", "q grows exponentially or faster"),
    ] {
        let line = first(sigma_w2, sigma_b2);
        assert!(line.contains(status) && line.contains(meaning), "{line}");
    }
    let marginal = stdout(&["-a", "tanh", "--sigma-w2", "1"]);
    assert!(
        marginal.contains("zero_marginal  marginal: q falls to 0 by a power"),
        "{marginal}"
    );
}

#[test]
fn what_json_cannot_write_is_named() {
    let json = document(&["-a", "exponential", "--sigma-w2", "1", "--depth", "8"]);
    let last = &json["layers"][7];
    assert!(last["z_second_moment_log10"].is_null());
    assert_eq!(last["limits"]["z_second_moment_log10"], "overflow");
    assert_eq!(last["limits"]["x_variance_log10"], "overflow");
    assert_eq!(last["limits"]["distinguishability_log10"], "undefined");
    assert_eq!(json["fixed_point"]["limits"]["q_star"], "undefined");
}

/// Doubly exponential decay keeps its numbers: independent inputs of an odd activation stay independent.
#[test]
fn a_cubic_leading_term_keeps_its_distinguishability() {
    let json = document(&["-a", "tanhshrink", "--sigma-w2", "1", "--depth", "12"]);
    for layer in json["layers"].as_array().expect("layers") {
        let share = layer["distinguishability_log10"]
            .as_f64()
            .expect("a number");
        // the accuracy that theory::kernel::Route states
        assert!(share.abs() < 1e-6, "{layer}");
    }
}

#[test]
fn an_expression_is_an_activation() {
    let expression = ["-a", "x*sigmoid(1.702*x)", "--sigma-w2", "2"];
    let row = ["-a", "quick_gelu", "--sigma-w2", "2"];
    let [one, other] =
        [expression, row].map(|a| document(&[&a[..], &["--sigma-b2", "0.1"]].concat()));
    assert_eq!(one["activation"], "x*sigmoid(1.702*x)");
    let close = |a: &Value, b: &Value, key: &str| {
        let (a, b) = (a[key].as_f64().unwrap(), b[key].as_f64().unwrap());
        assert!((a - b).abs() <= 1e-9 * b.abs(), "{key}: {a} {b}");
    };
    for (key, _) in COLUMNS {
        close(&one["fixed_point"], &other["fixed_point"], key);
    }
    close(&one["layers"][63], &other["layers"][63], "grad_z_log10");
}

#[test]
fn deep_tables_are_thinned_and_all_prints_each() {
    let deep = ["-a", "gelu", "--sigma-w2", "2", "-d", "10000"];
    let (some, all) = (stdout(&deep), stdout(&[&deep[..], &["--all"]].concat()));
    assert!(some.ends_with("one in 200 of 10000 layers; --all prints each\n"));
    assert!(some.lines().count() < 80 && all.lines().count() > 10_000);
    let csv = stdout(&[&deep[..], &["--format", "csv"]].concat());
    assert_eq!(csv.lines().count(), 10_001);
}

#[test]
fn critical_points_come_as_table_and_csv_too() {
    let gelu = ["-a", "gelu", "--critical", "--sigma-b2", "0.05"];
    let table = stdout(&gelu);
    let (edge, gain) = ("unstable   errors of q grow", "centred_variance  1.7009262");
    for part in ["gelu, sigma_b2 = 0.05", edge, "1.9830583", gain] {
        assert!(table.contains(part), "`{part}` is not in: {table}");
    }
    let csv = stdout(&[&gelu[..], &["--format", "csv"]].concat());
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines[0], "sigma_w2,sigma_b2,q_star,chi_parallel,stability");
    assert_eq!(lines.len(), 2);
    assert!(lines[1].starts_with("2.30251951169281") && lines[1].ends_with(",unstable"));
    let relu = stdout(&["-a", "relu", "--critical", "--format", "csv"]);
    assert!(relu.ends_with(",0,any,1,neutral\n"), "{relu}");
}

#[test]
fn that_there_is_no_edge_is_an_answer() {
    let none = ["-a", "relu", "--critical", "--sigma-b2", "0.3"];
    assert!(stdout(&none).contains("relu has no edge of chaos at sigma_b2 = 0.3: homogeneous"));
    let json = document(&none);
    assert_eq!(json["critical"], Value::Array(Vec::new()));
    let output = theory(&[&none[..], &["--format", "csv"]].concat());
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(
        output.stdout,
        b"sigma_w2,sigma_b2,q_star,chi_parallel,stability\n"
    );
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("note: relu has no edge"));
}

/// Exit code 2, nothing on standard output, one message with every part of `expected`.
fn refused(arguments: &[&str], expected: &[&str]) {
    let output = theory(arguments);
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    let told = (output.status.code(), &*output.stdout);
    assert_eq!(told, (Some(2), &b""[..]), "{arguments:?}: {message}");
    assert_eq!(message.matches("error: ").count(), 1, "{message}");
    // clap breaks long lines.
    let flat = message.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in expected {
        assert!(flat.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn misuse_is_told_what_is_wrong_and_what_to_type() {
    refused(&[], &["required", "--activation <NAME>", "--sigma-w2"]);
    refused(&["-a", "relu"], &["required", "--sigma-w2 <VARIANCE>"]);
    refused(&["--sigma-w2", "2"], &["required", "--activation <NAME>"]);
    refused(
        &["-a", "rulu", "--sigma-w2", "2"],
        &["unknown activation `rulu`", "did you mean `relu`"],
    );
    for wrong in ["0", "-1", "inf", "nan", "big"] {
        refused(
            &["-a", "relu", "--sigma-w2", wrong],
            &[wrong, "not a finite number above 0", "--sigma-w2 2"],
        );
    }
    for wrong in ["-0.1", "inf", "some"] {
        refused(
            &["-a", "relu", "--sigma-w2", "2", "--sigma-b2", wrong],
            &[
                wrong,
                "not a finite number of at least 0",
                "--sigma-b2 0.05",
            ],
        );
    }
    let depth = |value| ["-a", "relu", "--sigma-w2", "2", "--depth", value];
    refused(&depth("0"), &["depth 0 is not allowed: 1 to 10000"]);
    refused(&depth("10001"), &["depth 10001", "try --depth 10000"]);
    refused(&depth("few"), &["not a whole number", "--depth 64"]);
    for (flag, value) in [("--sigma-w2", "2"), ("--depth", "8")] {
        refused(
            &["-a", "relu", "--critical", flag, value],
            &["'--critical' cannot be used with", flag],
        );
    }
    refused(
        &["-a", "relu", "--sigma-w2", "2", "--format", "xml"],
        &["invalid value 'xml'", "table, json, csv"],
    );
    refused(&["relu"], &["cannot read `relu`"]);
}

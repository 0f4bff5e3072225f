//! Networks of blocks without a screen: what is printed, and what is refused because it would be the truth of another network.

mod attention;

use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(super) fn run(arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_initscope"));
    let Output {
        status,
        stdout,
        stderr,
    } = command
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("an end"), text(stdout), text(stderr))
}

const PRE: &str = "gelu/lecun_normal 64x12 block=pre(ln,mlp(4)) draws=16 framework=pytorch";

#[test]
fn a_growing_stream_with_norms_is_healthy_and_one_without_explodes() {
    let (code, text, _) = run(&["check", PRE]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.contains(
            "HEALTHY: signal, gradient and the difference between inputs survive all 12 blocks"
        ),
        "{text}"
    );
    assert!(text.contains("of the last stream is the input"), "{text}");
    let bare = "relu/he_normal 64x24 block=res(mlp(1)) draws=16 framework=pytorch";
    let (code, text, _) = run(&["check", bare]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("EXPLODING: the signal grows by 0.4"),
        "{text}"
    );
    assert!(text.contains("decades per block"), "{text}");
    assert!(
        text.contains(
            "remedy: out=1/sqrt(L), measured healthy in 16 draws (Radford et al. 2019: as many branches add up to one)"
        ),
        "{text}"
    );
    assert!(
        text.contains("layer.weight.data.mul_(0.2041)  # 1/sqrt(L)"),
        "{text}"
    );
}

#[test]
fn blocks_that_begin_as_the_identity_are_told_to() {
    for (keys, first) in [
        (
            "block=res(mlp(1)) out=0",
            "the last matrix of each branch gets the first gradient",
        ),
        (
            "block=res(mlp(1),alpha=0)",
            "alpha alone gets a gradient at first",
        ),
    ] {
        let spec = format!("relu/he_normal 64x8 {keys} draws=16 framework=pytorch");
        let (code, text, _) = run(&["check", &spec]);
        assert_eq!(code, 0, "{text}");
        assert!(text.contains("IDENTITY: every branch is 0"), "{text}");
        assert!(text.contains(first), "{text}");
    }
}

#[test]
fn the_formats_of_blocks_tell_the_same_numbers() {
    let (code, text, _) = run(&["run", PRE, "--format", "json"]);
    assert_eq!(code, 0);
    let json: Value = serde_json::from_str(&text).expect("one document");
    assert_eq!(json["schema"], 2);
    let (_, csv, _) = run(&["run", PRE, "--format", "csv"]);
    let mut lines = csv.lines();
    let head: Vec<&str> = lines.next().expect("a head").split(',').collect();
    let layers = json["layers"].as_array().expect("layers");
    assert_eq!(layers.len(), 12);
    for (layer, line) in layers.iter().zip(lines) {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(head.len(), cells.len());
        for name in [
            "stream",
            "stream_gradient",
            "distinguishability",
            "branch",
            "branch_share",
            "grad_first",
            "grad_last",
        ] {
            let column = format!("{name}_log10_mean");
            let at = head.iter().position(|cell| *cell == column).expect(name);
            let cell: f64 = cells[at].parse().expect("a number");
            let number = layer[name]["log10_mean"].as_f64().expect("a number");
            assert!((number - cell).abs() < 1e-12, "{name}: {number} {cell}");
        }
    }
    let (code, table, _) = run(&["run", PRE]);
    assert_eq!(code, 0);
    assert!(
        table.contains("branch: share of the branch in the sum"),
        "{table}"
    );
}

#[test]
fn theory_prints_the_curves_of_a_network_of_blocks() {
    let (code, text, error) = run(&["theory", PRE]);
    assert_eq!((code, &*error), (0, ""));
    assert!(text.contains("stream"), "{text}");
    let (_, json, _) = run(&["theory", PRE, "--format", "json"]);
    let json: Value = serde_json::from_str(&json).expect("one document");
    // pre-norm: q grows linearly from 1
    let stream = |l: usize| {
        10_f64.powf(
            json["layers"][l]["stream_log10"]
                .as_f64()
                .expect("a number"),
        )
    };
    assert!((stream(10) - 1.0 - 11.0 * (stream(0) - 1.0)).abs() < 1e-9);
}

#[test]
fn what_has_no_answer_for_blocks_refuses_them() {
    let block = "relu/default 64x4 block=pre(ln,mlp(4))";
    let (code, out, error) = run(&["compare-defaults", block]);
    assert_eq!((code, &*out), (2, ""), "{error}");
    assert!(error.contains("blocks or norms"), "{error}");
}

#[test]
fn a_network_of_blocks_is_pinned_and_compared() {
    let scene = [
        "render", PRE, "--view", "compare", "--size", "100x30", "--format", "text",
    ];
    let (code, out, error) = run(&[&scene[..], &["--pin", &PRE.replace("pre(", "post(")]].concat());
    assert_eq!(code, 0, "{error}");
    assert!(out.contains("post(ln,mlp(4))"), "{out}");
}

#[test]
fn blocks_are_trained_beside_what_differs_and_their_matrices_have_names() {
    let (code, out, error) = run(&[
        "train",
        "gelu/lecun_normal 16x2 block=pre(ln,attn(2))+pre(ln,mlp(2)) final=ln",
        "--against",
        "out=1/sqrt(2N)",
        "--against",
        "relu/he_normal 16x3 norm=bn",
        "--steps",
        "3",
        "--batch-size",
        "16",
        "--format",
        "json",
    ]);
    assert_eq!(code, 0, "{error}");
    let document: Value = serde_json::from_str(&out).expect("a document");
    let networks = document["networks"].as_array().expect("networks");
    let matrices = |n: usize| -> Vec<&str> {
        let names = networks[n]["matrices"].as_array().expect("names");
        names.iter().filter_map(Value::as_str).collect()
    };
    let first = matrices(0);
    assert_eq!(
        first[..6],
        ["embedding", "positions", "1.q", "1.k", "1.v", "1.last"]
    );
    assert_eq!(first.len(), 2 + 2 * (4 + 2) + 1);
    assert_eq!(matrices(2), ["1", "2", "3", "head"]);
    for (network, text) in networks
        .iter()
        .zip(["final=ln tokens=8", "out=1/sqrt(2N)", "norm=bn"])
    {
        let spec = network["spec"]["text"].as_str().expect("a text");
        assert!(spec.contains(text), "{spec}");
        let run = &network["rates"][0]["runs"][0];
        let names = network["matrices"].as_array().map(Vec::len);
        let gradients = run["changes"][0]["gradient"].as_array();
        assert_eq!(gradients.map(Vec::len), names);
        assert!(
            run["start"]["signal"]
                .as_array()
                .is_some_and(|all| all.len() > 2)
        );
    }
}

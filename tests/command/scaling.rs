//! `initscope scaling`: slopes that are known, its three forms, its refusals.

use serde_json::Value;

use super::blocks::run;

/// A fixed standard deviation multiplies the mean square of `z` by a number that grows as the width in every layer: `E z_l^2` as its power
/// `l`, exactly in expectation. The slope of the mean log10 differs by what the log of a mean square of 16 inputs loses at each width
/// (below 0.02 at 128 units, less beyond); four standard errors of it are allowed besides (alpha 1e-4 a layer).
#[test]
fn a_fixed_standard_deviation_adds_a_slope_of_one_in_every_layer() {
    let network = "linear/random_normal(0.02) 64x4 draws=64 batch=16";
    let (code, text, _) = run(&[
        "scaling",
        network,
        "--widths",
        "128,512,256",
        "--format",
        "json",
    ]);
    assert_eq!(code, 0);
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["widths"], serde_json::json!([128, 256, 512]));
    for layer in document["layers"].as_array().expect("a list") {
        let number = layer["layer"].as_u64().expect("a number") as f64;
        let of = |name: &str, what: &str| layer[name][what].as_f64().expect("a number");
        let (slope, error) = (
            of("z_second_moment", "slope"),
            of("z_second_moment", "slope_se"),
        );
        assert!(
            (slope - number).abs() < 4.0 * error + 0.02,
            "{slope} {error}"
        );
        let back = of("grad_z", "slope");
        let above = 4.0 - number;
        assert!(
            (back - above).abs() < 4.0 * of("grad_z", "slope_se") + 0.02,
            "{back}"
        );
    }
    let scaled = "linear/lecun_normal 64x4 draws=64 batch=16";
    let (_, text, _) = run(&["scaling", scaled, "--widths", "128,256,512"]);
    assert!(
        text.contains("nothing on the way up moves with the width"),
        "{text}"
    );
    let (_, text, _) = run(&["scaling", network, "--widths", "128,256,512"]);
    assert!(
        text.contains("z_second_moment moves most: by +4.0 decades at layer 4"),
        "{text}"
    );
    assert!(
        text.contains("beside it: initscope scaling \"identity/lecun_normal 128x4 draws=64\""),
        "{text}"
    );
}

/// The branch of two matrices with a fixed standard deviation grows as the square of the width while the activation is nearly linear
/// (GELU at 0.02 leaves that part from 1024 units on).
#[test]
fn a_branch_of_two_matrices_has_a_slope_of_two() {
    let block = "linear/random_normal(0.02) 64x2 block=pre(ln,mlp(1)) draws=32 batch=8";
    let (code, text, _) = run(&[
        "scaling",
        block,
        "--widths",
        "64,128,256",
        "--format",
        "csv",
    ]);
    assert_eq!(code, 0);
    let branch: Vec<&str> = text
        .lines()
        .filter(|line| line.contains(",branch,"))
        .collect();
    assert_eq!(branch.len(), 2);
    for line in branch {
        let cells: Vec<f64> = line
            .split(',')
            .filter_map(|cell| cell.parse().ok())
            .collect();
        assert!((cells[1] - 2.0).abs() < 4.0 * cells[2] + 0.03, "{line}");
    }
}

#[test]
fn what_cannot_be_scanned_is_refused_before_anything_is_measured() {
    for (arguments, told) in [
        (
            vec!["scaling", "relu/he_normal 64x4", "--widths", "64"],
            "two widths at least",
        ),
        (
            vec!["scaling", "relu/he_normal 64x4", "--widths", "64,0"],
            "widths",
        ),
        (
            vec![
                "scaling",
                "relu/he_normal 64x4 block=pre(ln,attn(7))",
                "--widths",
                "64,128",
            ],
            "heads do not divide",
        ),
    ] {
        let (code, out, error) = run(&arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{arguments:?}");
        assert!(error.contains(told), "{error}");
    }
}

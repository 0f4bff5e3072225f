//! Finite-width curves against an independent double-precision reference (PyTorch, `tests/data/propagation`).
//!
//! Every entry of every curve is a comparison of two sample means, `|a - b| <= k sqrt(se_a^2 + se_b^2)`. With about 11,000
//! entries four standard errors would be exceeded by chance; the bound is family-wise at alpha = 1 %: `k` is the normal
//! quantile at `1 - alpha / (2 entries)`, widened for Student's t by the smaller ensemble.

use std::fs;
use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::snapshot::{LayerStats, Snapshot, Summary};
use initscope::net::framework::Framework;
use initscope::net::spec::{Draft, Draws, Spec};
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .expect("an array")
        .iter()
        .map(|v| v.as_f64().expect("a number"))
        .collect()
}

fn activation(name: &str) -> String {
    match name {
        "linear" => "identity".into(),
        "leaky_relu_0.01" => "leaky_relu(0.01)".into(),
        "leaky_relu_0.2" => "leaky_relu(0.2)".into(),
        other => other.into(),
    }
}

/// The spec of one reference file; its `*_normal` laws are untruncated, which is PyTorch's dialect.
fn spec(file: &Value, draws: usize) -> Spec {
    let initializer = match file["initializer"].as_str().unwrap() {
        "torch_default" => None,
        "he_normal_leaky_0.2" => Some("he_normal(0.2)".parse().unwrap()),
        "orthogonal_1" => Some("orthogonal".parse().unwrap()),
        "orthogonal_sqrt2" => Some("orthogonal(1.4142135623730951)".parse().unwrap()),
        name => Some(name.parse().unwrap()),
    };
    let size = |key: &str| file[key].as_u64().unwrap() as usize;
    Spec::new(Draft {
        activation: activation(file["activation"].as_str().unwrap())
            .parse()
            .unwrap(),
        initializer,
        framework: Framework::PyTorch,
        width: size("width"),
        depth: size("depth"),
        batch: size("batch"),
        input_dim: (size("input_dim") != size("width")).then(|| size("input_dim")),
        seed: 11,
        draws: Draws::Exactly(draws),
        ..Draft::default()
    })
    .unwrap()
}

/// Name in the reference, offset of layer 1 there, and ours.
type Curve = (&'static str, usize, fn(&LayerStats) -> Summary);

/// Every comparison of one file in units of its combined standard error, with its name.
fn deviations(name: &str, file: &Value, ours: &Snapshot) -> Vec<(f64, String)> {
    let curves: [Curve; 5] = [
        ("h2", 0, |l| l.z_second_moment),
        ("a2", 1, |l| l.x_second_moment),
        ("gh2", 0, |l| l.grad_z.unwrap()),
        ("ga2", 1, |l| l.grad_x.unwrap()),
        ("gw2", 0, |l| l.grad_w.unwrap()),
    ];
    let mut found = Vec::new();
    for (curve, offset, pick) in curves {
        let mean = numbers(&file["log10"][curve]["mean"]);
        let se = numbers(&file["log10"][curve]["se"]);
        assert_eq!(mean.len(), ours.layers.len() + offset, "{name} {curve}");
        for (l, layer) in ours.layers.iter().enumerate() {
            let s = pick(layer);
            // the reference prints five decimals
            let combined = (se[l + offset].powi(2) + s.log10_se.powi(2)).sqrt() + 5e-6;
            let deviation = (s.log10_mean - mean[l + offset]) / combined;
            assert!(deviation.is_finite(), "{name} {curve} layer {}", l + 1);
            found.push((
                deviation.abs(),
                format!(
                    "{name} {curve} layer {}: {} against {}",
                    l + 1,
                    s.log10_mean,
                    mean[l + offset]
                ),
            ));
        }
    }
    found
}

#[test]
fn every_reference_propagation_curve_is_reproduced_within_sampling_error() {
    let mut all = Vec::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/propagation");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let draws = if file["width"] == 64 { 150 } else { 60 };
        let snapshot = Engine::new(Arc::new(spec(&file, draws))).run();
        all.extend(deviations(
            &path.file_stem().unwrap().to_string_lossy(),
            &file,
            &snapshot,
        ));
    }
    assert!(
        all.len() > 9_000,
        "only {} comparisons were made",
        all.len()
    );
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    // normal quantile at 1 - 0.01 / (2 * 11_000): 4.91; Student's t with 59 degrees of freedom: 5.5
    let bound = 5.5;
    let over: Vec<_> = all.iter().take_while(|d| d.0 > bound).collect();
    assert!(
        over.is_empty(),
        "{} of {} beyond {bound} standard errors: {:#?}",
        over.len(),
        all.len(),
        &over[..over.len().min(12)]
    );
    let beyond_four = all.iter().filter(|d| d.0 > 4.0).count();
    println!(
        "{} comparisons, largest {:.2} standard errors, {beyond_four} beyond 4: {}",
        all.len(),
        all[0].0,
        all[0].1
    );
}

//! Finite width against the reference ensembles (`tests/data/propagation`) and exact single-input laws (theory.md 2.8).

use std::fs;

use initscope::net::activation::Activation;
use initscope::theory::curve::{CurveRequest, LayerLaw, curve};
use initscope::theory::finite::{Spreads, Unknown, Width, spreads};
use serde_json::Value;

/// One reference ensemble with what theory expects of it.
struct Case {
    what: String,
    json: Value,
    shift: [f64; 2],
    predicted: Spreads,
}

impl Case {
    /// Observed standard deviation over seeds, mean less the infinite-width value and the standard error of that mean: of
    /// `h2` at the last layer, of `gh2` at the first.
    fn observed(&self, which: usize) -> (f64, f64, f64) {
        let values = &self.json["log10"][["h2", "gh2"][which]];
        let at = |list: &Value| {
            let list = list.as_array().unwrap();
            list[if which == 0 { list.len() - 1 } else { 0 }]
                .as_f64()
                .unwrap()
        };
        (
            values["sd_last"].as_f64().unwrap(),
            at(&values["mean"]) - self.shift[which],
            at(&values["se"]),
        )
    }
}

/// `fan_in Var W` times 1/fan_in, by the initializer's name.
fn variance(initializer: &str, fan_in: f64, fan_out: f64) -> f64 {
    match initializer {
        "he_normal" => 2.0 / fan_in,
        "he_normal_leaky_0.2" => 2.0 / 1.04 / fan_in,
        "lecun_normal" => 1.0 / fan_in,
        "glorot_normal" | "glorot_uniform" => 2.0 / (fan_in + fan_out),
        "torch_default" => 1.0 / (3.0 * fan_in),
        "orthogonal_1" => 1.0 / fan_in.max(fan_out),
        "orthogonal_sqrt2" => 2.0 / fan_in.max(fan_out),
        other => panic!("{other}"),
    }
}

fn cases() -> Vec<Case> {
    let folder = format!("{}/tests/data/propagation", env!("CARGO_MANIFEST_DIR"));
    let mut all = Vec::new();
    for file in fs::read_dir(folder).unwrap() {
        let json: Value =
            serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let number = |key: &str| json[key].as_u64().unwrap() as usize;
        let (input, width, depth) = (number("input_dim"), number("width"), number("depth"));
        let name = json["activation"].as_str().unwrap();
        let activation: Activation = name
            .replace("leaky_relu_", "leaky_relu(")
            .replace("0.01", "0.01)")
            .replace("0.2", "0.2)")
            .parse()
            .unwrap();
        let initializer = json["initializer"].as_str().unwrap();
        let law = |fan_in: usize| {
            let variance = variance(initializer, fan_in as f64, width as f64);
            LayerLaw {
                sigma_w2: fan_in as f64 * variance,
                sigma_b2: if initializer == "torch_default" {
                    1.0 / (3.0 * fan_in as f64)
                } else {
                    0.0
                },
                mean_b: 0.0,
                back_w2: width as f64 * variance,
                orthogonal: initializer.starts_with("orthogonal"),
            }
        };
        let request = CurveRequest {
            activation: &activation,
            first: law(input),
            rest: law(width),
            depth,
            q0: 1.0,
            c0: 0.0,
            batch: number("batch"),
            overlaps: true,
        };
        let line = curve(&request).unwrap();
        let width_of = Width {
            units: width,
            input_moment: 2.0 / input as f64,
            fresh_inputs: true,
            input_overlap: 1.0 / input as f64,
        };
        let predicted = spreads(&request, &line, &width_of);
        all.push(Case {
            what: format!("{name} {initializer} {input}-{width} x {depth}"),
            shift: [line.z_second_moment[depth - 1], line.grad_z[0]],
            predicted,
            json,
        });
    }
    all
}

/// The deviations are first-order results with modelled overlaps, and `sd_last` itself is known to 4 standard errors of
/// `1/sqrt(2 seeds)`, 14 % for 400 seeds and 28 % for 100. Promised: two thirds to three halves. Centres: 0.6 deviations, the standard error and 0.005 decades.
#[test]
fn widths_and_centres_of_the_bands_are_those_of_the_ensembles() {
    let mut checked = 0;
    let unstable = |case: &Case| {
        let unknown = case.predicted.range.unknown;
        matches!(unknown, Some(Unknown::Unstable { .. }))
    };
    for case in cases().into_iter().filter(|case| !unstable(case)) {
        let last = case.predicted.signal.len() - 1;
        let pair = [case.predicted.signal[last], case.predicted.gradient[0]];
        for (which, spread) in pair.into_iter().enumerate() {
            let (sd, shift, se) = case.observed(which);
            let what = format!(
                "{} {}: {sd} {shift:+.3}, {spread:?}",
                case.what,
                ["signal", "gradient"][which]
            );
            assert!((0.66..1.5).contains(&(spread.deviation / sd)), "{what}");
            assert!(
                (spread.shift - shift).abs() < 0.6 * sd + 4.0 * se + 0.005,
                "{what}"
            );
            assert!(
                spread.low < spread.shift && spread.shift < spread.high,
                "{what}"
            );
        }
        checked += 1;
    }
    assert!(checked >= 45, "{checked}");
}

#[test]
fn only_the_unstable_ensembles_are_told_apart_from_theory() {
    for case in cases() {
        let unknown = case.predicted.range.unknown;
        let unstable = matches!(unknown, Some(Unknown::Unstable { .. }));
        let gelu = case.what.starts_with("gelu");
        let he = case.what.starts_with("gelu he_normal");
        assert!(
            gelu >= unstable && unstable >= he,
            "{}: {unknown:?}",
            case.what
        );
        if let Some(note) = unknown.filter(|_| unstable).map(|why| why.to_string()) {
            assert!(
                note.starts_with("unstable map: finite width leaves theory, errors of q grow"),
                "{note}"
            );
        }
    }
}

/// theory.md 2.8: twenty layers of width 100, one input. Linear nets exactly; for ReLU the gamma law is 1.5 % off the exact
/// variance 1.039 (the leading order, 1.0, is 4 % off) and the exact mean is -0.503.
#[test]
fn a_single_input_drifts_by_the_exact_laws() {
    for (name, gain2, mean, variance, tolerance) in [
        ("identity", 1.0, -0.2007, 0.4040, 3e-4),
        ("relu", 2.0, -0.503, 1.039, 2e-2),
    ] {
        let activation: Activation = name.parse().unwrap();
        let law = LayerLaw::square(gain2, 0.0);
        let request = CurveRequest {
            activation: &activation,
            first: law,
            rest: law,
            depth: 21,
            q0: 1.0,
            c0: 0.0,
            batch: 1,
            overlaps: true,
        };
        let line = curve(&request).unwrap();
        let width = Width {
            units: 100,
            input_moment: 0.0,
            fresh_inputs: false,
            input_overlap: 0.0,
        };
        let got = spreads(&request, &line, &width);
        let (first, last) = (got.signal[0], got.signal[20]);
        let nats = std::f64::consts::LN_10;
        let drift = (last.shift - first.shift) * nats;
        let spread = (last.deviation.powi(2) - first.deviation.powi(2)) * nats * nats;
        assert!((drift / mean - 1.0).abs() < tolerance, "{name}: {drift}");
        assert!(
            (spread / variance - 1.0).abs() < tolerance,
            "{name}: {spread}"
        );
    }
}

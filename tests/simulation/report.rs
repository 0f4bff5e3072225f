//! Reports of a snapshot made by hand: literal text, every number in its place, zeros and overflows told apart.

use std::sync::Arc;

use initscope::engine::snapshot::{BINS, LayerStats, Phase, Share, Snapshot, Summary};
use initscope::engine::verdict::{Channel, Verdict, VerdictKind};
use initscope::net::spec::{Draft, Spec};
use initscope::report::csv::csv;
use initscope::report::json::json;
use initscope::report::table::{Rows, table};
use serde_json::{Value, json as object};

/// Standard error 0.01, quantiles 0.25 decades around the mean.
fn summary(mean: f64) -> Summary {
    Summary {
        log10_mean: mean,
        log10_se: 0.01,
        log10_p10: mean - 0.25,
        log10_p50: mean,
        log10_p90: mean + 0.25,
    }
}

/// Signal loses half a decade per layer going forward, gradient a quarter going backward.
fn vanishing(depth: usize) -> Snapshot {
    let spec = Spec::new(Draft {
        depth,
        width: 8,
        seed: 7,
        ..Draft::default()
    })
    .expect("valid");
    let layer = |l: usize| {
        let down = summary(-0.5 * l as f64);
        let up = Some(summary(-0.25 * (depth - l) as f64));
        LayerStats {
            peaks: [f64::NAN; 3],
            z_second_moment: down,
            z_variance: down,
            x_second_moment: down,
            x_variance: down,
            grad_z: up,
            grad_x: up,
            grad_w: up,
            grad_b: up,
            distinguishability: summary(-0.1 * (l * l) as f64),
            z_mean: 0.0,
            x_mean: 0.125,
            saturated: 0.5,
            dead: 0.0,
            effective_rank: 12.5,
            alike: 0.0625,
            dead_draws: Share {
                count: 0,
                total: 32,
            },
            branch: None,
            histogram: [1.0 / BINS as f32; BINS],
        }
    };
    Snapshot {
        spec: Arc::new(spec),
        phase: Phase::Settled,
        draws: 32,
        draws_target: 32,
        worst_se: 0.01,
        inputs: None,
        overflow: None,
        layers: (1..=depth).map(layer).collect(),
        prediction: None,
        advice: None,
        verdict: Some(Verdict {
            kind: VerdictKind::Vanishing,
            channel: Some(Channel::Signal),
            layer: Some(5),
            signal_rate: -0.5,
            gradient_rate: -0.25,
            distinguishability_rate: -0.6,
            rate: -0.5,
            level: -2.5,
            depth,
            drift_limit: 2.0,
            ..Verdict::default()
        }),
    }
}

/// A dead layer: every statistic of the signal is an exact zero; one draw in ten overflows; no backward pass yet.
fn dead_and_overflowing() -> Snapshot {
    let mut snapshot = vanishing(2);
    let zero = Summary {
        log10_mean: f64::NEG_INFINITY,
        log10_se: f64::NAN,
        log10_p10: f64::NEG_INFINITY,
        log10_p50: f64::NEG_INFINITY,
        log10_p90: f64::NEG_INFINITY,
    };
    let layer = &mut snapshot.layers[0];
    layer.z_second_moment = zero;
    layer.z_variance = Summary {
        log10_mean: f64::INFINITY,
        log10_p90: f64::INFINITY,
        ..summary(-0.0)
    };
    layer.x_variance = Summary {
        log10_p90: f64::INFINITY,
        ..zero
    };
    layer.grad_z = None;
    snapshot.verdict = None;
    snapshot
}

#[test]
fn a_table_is_what_a_person_reads() {
    let expected = "\
relu/default 8x6 seed=7
glorot_uniform (keras), fan_in·Var W 1.0000, bias 0, 16 inputs of noise (dimension 8), seed 7
32 draws, means known to 0.010 decades

log10 of mean squares: signal z, gradient dl/dz, weights dl/dW; mean, quantiles
over draws. distinct: share of the signal that differs between inputs. satur.:
share of units with a slope below 5 % of the steepest. dead: no slope at all

layer  signal   10 %   90 %  gradient   10 %   90 %  weights  distinct  satur.   dead
    1  -0.500  -0.75  -0.25    -1.250  -1.50  -1.00   -1.250     0.794  50.0 %  0.0 %
    2  -1.000  -1.25  -0.75    -1.000  -1.25  -0.75   -1.000     0.398  50.0 %  0.0 %
    3  -1.500  -1.75  -1.25    -0.750  -1.00  -0.50   -0.750     0.126  50.0 %  0.0 %
    4  -2.000  -2.25  -1.75    -0.500  -0.75  -0.25   -0.500     0.025  50.0 %  0.0 %
    5  -2.500  -2.75  -2.25    -0.250  -0.50   0.00   -0.250     0.003  50.0 %  0.0 %
    6  -3.000  -3.25  -2.75     0.000  -0.25   0.25    0.000    2.5e-4  50.0 %  0.0 %

VANISHING: the signal falls by 0.50 decades per layer and is below 1e-2 of its start from layer 5
signal -0.500, gradient -0.250, distinguishability -0.600 decades per layer
";
    assert_eq!(table(&vanishing(6), Rows::Thinned), expected);
}

#[test]
fn a_deep_table_is_thinned_and_keeps_first_last_and_the_layer_of_the_verdict() {
    let numbers = |text: &str| -> Vec<usize> {
        text.lines()
            .filter_map(|line| line.split_whitespace().next()?.parse().ok())
            .collect()
    };
    let thin = table(&vanishing(321), Rows::Thinned);
    let shown = numbers(thin.split_once("\n\n").expect("a head").1);
    assert_eq!(shown[..4], [1, 5, 10, 15]);
    assert_eq!(shown[shown.len() - 2..], [320, 321]);
    assert!(
        thin.contains("one in 5 of 321 layers; --all prints each"),
        "{thin}"
    );
    let all = table(&vanishing(321), Rows::All);
    assert_eq!(
        numbers(all.split_once("\n\n").expect("a head").1),
        (1..=321).collect::<Vec<_>>()
    );
}

#[test]
fn every_row_of_the_csv_has_a_cell_for_every_name_of_its_header() {
    let text = csv(&vanishing(3));
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    let names: Vec<&str> = lines[0].split(',').collect();
    // the statistics, then five curves of theory, three with a band, and the remedy
    assert_eq!(names.len(), 1 + 9 * 5 + 7 + (5 + 3 * 2) + 1);
    assert_eq!(
        names[..3],
        [
            "layer",
            "z_second_moment_log10_mean",
            "z_second_moment_log10_se"
        ]
    );
    for line in &lines[1..] {
        assert_eq!(line.split(',').count(), names.len(), "{line}");
    }
    assert!(
        lines[2].starts_with("2,-1,0.01,-1.25,-1,-0.75,"),
        "{}",
        lines[2]
    );
    assert!(
        lines[2].ends_with(",0,0.125,0.5,0,12.5,0.0625,0,,,,,,,,,,,,"),
        "{}",
        lines[2]
    );
}

#[test]
fn the_csv_tells_zeros_overflows_and_gaps_apart() {
    let text = csv(&dead_and_overflowing());
    let lines: Vec<&str> = text.lines().collect();
    let cell = |name: &str| {
        let column = lines[0].split(',').position(|n| n == name).expect(name);
        lines[1].split(',').nth(column).expect("a cell")
    };
    assert_eq!(cell("z_second_moment_log10_mean"), "-inf");
    assert_eq!(cell("z_second_moment_log10_se"), "nan");
    assert_eq!(cell("z_variance_log10_mean"), "inf");
    assert_eq!(cell("z_variance_log10_p50"), "0");
    assert_eq!(cell("grad_z_log10_mean"), "");
    assert_eq!(cell("grad_x_log10_mean"), "-0.25");
}

#[test]
fn the_json_document_has_the_keys_of_schema_1() {
    let document: Value = serde_json::from_str(&json(&vanishing(3))).expect("JSON");
    let keys = |value: &Value| {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(
        keys(&document),
        [
            "schema",
            "program",
            "spec",
            "draws",
            "layers",
            "theory",
            "remedy",
            "overflow_layer",
            "verdict"
        ]
    );
    assert_eq!(document["schema"], 1);
    assert_eq!(document["draws"], 32);
    let layers = document["layers"].as_array().expect("an array");
    assert_eq!(layers.len(), 3);
    assert_eq!(
        keys(&layers[0]),
        [
            "layer",
            "z_second_moment",
            "z_variance",
            "x_second_moment",
            "x_variance",
            "grad_z",
            "grad_x",
            "grad_w",
            "grad_b",
            "distinguishability",
            "z_mean",
            "x_mean",
            "saturated",
            "dead",
            "effective_rank",
            "alike",
            "dead_draws"
        ]
    );
    assert_eq!(layers[1]["layer"], 2);
    assert_eq!(
        layers[1]["z_variance"],
        object!({"log10_mean": -1.0, "log10_se": 0.01, "log10_p10": -1.25, "log10_p50": -1.0, "log10_p90": -0.75})
    );
    assert_eq!(layers[1]["grad_x"]["log10_mean"], -0.25);
    assert_eq!(
        document["verdict"],
        object!({"kind": "VANISHING", "channel": "signal", "layer": 5, "rate": -0.5, "signal_rate": -0.5,
                 "gradient_rate": -0.25, "distinguishability_rate": -0.6, "depth_budget": null,
                 "depth_budget_healthy_at": 0, "depth_budget_fails_at": null, "depth_budget_source": "own_curves",
                 "sentence": "the signal falls by 0.50 decades per layer and is below 1e-2 of its start from layer 5",
                 "budget": "no failure up to 0 layers", "formats": [], "dead_draws": null, "inputs": null})
    );
}

#[test]
fn the_json_spec_holds_every_resolved_value() {
    let document: Value = serde_json::from_str(&json(&vanishing(3))).expect("JSON");
    let spec = &document["spec"];
    assert_eq!(spec["text"], "relu/default 8x3 seed=7");
    assert_eq!(
        spec["command"],
        "initscope --activation relu --width 8 --depth 3 --seed 7"
    );
    assert_eq!(
        spec["text"]
            .as_str()
            .expect("text")
            .parse::<Spec>()
            .map(|spec| spec.to_string()),
        Ok("relu/default 8x3 seed=7".into())
    );
    assert_eq!(
        (&spec["initializer"], &spec["initializer_named"]),
        (&object!("glorot_uniform"), &object!(false))
    );
    assert_eq!(
        (&spec["framework"], &spec["gain"], &spec["bias"]),
        (&object!("keras"), &object!(1.0), &object!("auto"))
    );
    assert_eq!(
        (&spec["width"], &spec["depth"], &spec["batch"]),
        (&object!(8), &object!(3), &object!(16))
    );
    assert_eq!(
        (&spec["input"], &spec["input_dim"]),
        (&object!("noise"), &object!(8))
    );
    assert_eq!(
        (&spec["seed"], &spec["draws"]),
        (&object!(7), &object!("auto"))
    );
    let hidden = &spec["other_layers"];
    assert_eq!(
        (&hidden["fan_in"], &hidden["fan_out"]),
        (&object!(8), &object!(8))
    );
    assert_eq!(hidden["weights"]["law"], "uniform");
    // Glorot on a square layer: Var W = 1/8.
    assert!(
        (hidden["sigma_w2"].as_f64().expect("a number") - 1.0).abs() < 1e-15,
        "{hidden}"
    );
    assert_eq!(
        (&hidden["bias"], &hidden["sigma_b2"]),
        (&object!({"law": "zeros"}), &object!(0.0))
    );
    assert_eq!(spec["first_layer"], *hidden);
}

#[test]
fn the_json_document_writes_what_it_cannot_express_as_null_and_says_which_limit_it_is() {
    let document: Value = serde_json::from_str(&json(&dead_and_overflowing())).expect("JSON");
    let layer = &document["layers"][0];
    assert_eq!(
        layer["z_second_moment"],
        object!({"log10_mean": null, "log10_se": null, "log10_p10": null, "log10_p50": null, "log10_p90": null,
                 "limit": "zero"})
    );
    assert_eq!(
        layer["z_variance"],
        object!({"log10_mean": null, "log10_se": 0.01, "log10_p10": -0.25, "log10_p50": 0.0, "log10_p90": null,
                 "limit": "overflow"})
    );
    assert_eq!(layer["x_variance"]["limit"], "both");
    assert_eq!(layer["grad_z"], Value::Null);
    assert_eq!(layer["grad_x"].get("limit"), None);
    assert_eq!(document["verdict"], Value::Null);
}

#[test]
fn a_layer_is_one_line_of_the_json_document() {
    let text = json(&vanishing(3));
    assert_eq!(
        text.lines()
            .filter(|line| line.starts_with("{\"layer\":"))
            .count(),
        3
    );
    assert!(
        text.starts_with("{\"schema\":1,\n") && text.ends_with("}\n"),
        "{text}"
    );
    assert!(
        !text.contains("-0.0,") && !text.contains("inf") && !text.contains("NaN"),
        "{text}"
    );
}

//! Predicted curves against the reference recursions, known power laws and direct iteration.

use std::fs;

use initscope::net::activation::Activation;
use initscope::net::bias::BiasLaw;
use initscope::net::initializer::WeightLaw;
use initscope::theory::curve::{Curve, CurveRequest, LayerLaw, curve};
use initscope::theory::error::TheoryError;
use initscope::theory::gaussian::Gaussian;
use serde_json::Value;

fn of(name: &str) -> Activation {
    name.parse().expect("in the table")
}

fn square(activation: &Activation, sigma_w2: f64, sigma_b2: f64, depth: usize) -> CurveRequest<'_> {
    let law = LayerLaw::square(sigma_w2, sigma_b2);
    CurveRequest {
        activation,
        first: law,
        rest: law,
        depth,
        q0: 1.0,
        c0: 0.0,
        batch: 16,
        overlaps: true,
    }
}

fn predict(name: &str, sigma_w2: f64, sigma_b2: f64, depth: usize) -> Curve {
    curve(&square(&of(name), sigma_w2, sigma_b2, depth)).expect("theory has an answer")
}

/// The layer laws of a reference ensemble, from its initializer's name.
fn laws(initializer: &str, fan_in: usize, fan_out: usize) -> LayerLaw {
    let (i, o) = (fan_in as f64, fan_out as f64);
    let normal = |variance: f64| WeightLaw::Normal {
        mean: 0.0,
        std: variance.sqrt(),
    };
    let (weights, bias) = match initializer {
        "he_normal" => (normal(2.0 / i), BiasLaw::Zeros),
        "he_normal_leaky_0.2" => (normal(2.0 / 1.04 / i), BiasLaw::Zeros),
        "lecun_normal" => (normal(1.0 / i), BiasLaw::Zeros),
        "glorot_normal" => (normal(2.0 / (i + o)), BiasLaw::Zeros),
        "glorot_uniform" => {
            let bound = (6.0 / (i + o)).sqrt();
            (
                WeightLaw::Uniform {
                    low: -bound,
                    high: bound,
                },
                BiasLaw::Zeros,
            )
        }
        "orthogonal_1" => (WeightLaw::Orthogonal { gain: 1.0 }, BiasLaw::Zeros),
        "orthogonal_sqrt2" => (
            WeightLaw::Orthogonal {
                gain: 2.0_f64.sqrt(),
            },
            BiasLaw::Zeros,
        ),
        "torch_default" => {
            let bound = 1.0 / i.sqrt();
            (
                WeightLaw::Uniform {
                    low: -bound,
                    high: bound,
                },
                BiasLaw::symmetric(bound),
            )
        }
        other => panic!("{other}"),
    };
    LayerLaw::of(&weights, &bias, fan_in, fan_out).expect("centred weights")
}

#[test]
fn the_reference_recursions_are_met_to_their_last_digit() {
    let mut checked = 0;
    for file in fs::read_dir(format!(
        "{}/tests/data/propagation",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
    {
        let json: Value =
            serde_json::from_str(&fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let number = |key: &str| json[key].as_u64().unwrap() as usize;
        let list = |key: &str| -> Vec<f64> {
            json["meanfield"][key]
                .as_array()
                .unwrap()
                .iter()
                .map(|x| x.as_f64().unwrap())
                .collect()
        };
        let name = json["activation"].as_str().unwrap();
        let activation = of(&name
            .replace("leaky_relu_", "leaky_relu(")
            .replace("0.01", "0.01)")
            .replace("0.2", "0.2)"));
        let (initializer, width) = (json["initializer"].as_str().unwrap(), number("width"));
        let request = CurveRequest {
            first: laws(initializer, number("input_dim"), width),
            rest: laws(initializer, width, width),
            batch: number("batch"),
            overlaps: false,
            ..square(&activation, 1.0, 0.0, number("depth"))
        };
        let got = curve(&request).unwrap();
        for (got, want) in [
            (&got.z_second_moment, list("log10_h2")),
            (&got.grad_z, list("log10_gh2")),
        ] {
            assert_eq!(got.len(), want.len());
            for (a, b) in got.iter().zip(want) {
                assert!((a - b).abs() < 5.1e-6, "{name} {initializer}: {a}, not {b}");
            }
        }
        checked += 1;
    }
    assert!(checked >= 51);
}

/// theory.md 2.14: mean-field q from q0 = 1 after layers 1, 5, 10, 20, 50, 100 (the first layer is linear there).
#[test]
fn recipes_decay_and_grow_as_tabulated() {
    let table = [
        (
            "gelu",
            2.0,
            [0.8504, 0.3269, 0.02926, 3.19e-5, 2.97e-14, 2.64e-29],
        ),
        (
            "silu",
            2.0,
            [0.7116, 0.09926, 0.003567, 3.50e-6, 3.26e-15, 2.90e-30],
        ),
        ("elu", 2.0, [1.29, 2.813, 5.331, 11.55, 34.09, 76.01]),
        (
            "tanh",
            1.0,
            [0.3943, 0.1034, 0.0522, 0.0259, 0.01022, 0.005069],
        ),
    ];
    for (name, gain2, want) in table {
        let activation = of(name);
        // V is applied to q0 itself: a first layer that passes q0 = 1 on.
        let request = CurveRequest {
            first: LayerLaw::square(1.0, 0.0),
            overlaps: false,
            ..square(&activation, gain2, 0.0, 101)
        };
        let got = curve(&request).unwrap();
        for (layer, want) in [1, 5, 10, 20, 50, 100].into_iter().zip(want) {
            let q = 10.0_f64.powf(got.z_second_moment[layer]);
            assert!(
                (q / want - 1.0).abs() < 6e-3,
                "{name} layer {layer}: {q}, not {want}"
            );
        }
    }
}

/// theory.md 2.6 and 2.7: K_l l -> 1/2 for tanh, 1 for sin; (1 - c) l^2 -> 9 pi^2/2 for ReLU.
#[test]
fn power_laws_at_criticality_hold_over_ten_thousand_layers() {
    let first = LayerLaw::square(1.0, 0.0);
    for (name, layers) in [
        (
            "tanh",
            [
                (50, 0.51097),
                (100, 0.50690),
                (1000, 0.50116),
                (5000, 0.50030),
            ]
            .as_slice(),
        ),
        ("sin", &[(100, 0.97464), (1000, 0.99665)]),
    ] {
        let activation = of(name);
        let got = curve(&CurveRequest {
            first,
            overlaps: false,
            ..square(&activation, 1.0, 0.0, 5001)
        })
        .unwrap();
        for &(l, want) in layers {
            let product = 10.0_f64.powf(got.z_second_moment[l]) * l as f64;
            assert!((product - want).abs() < 6e-6, "{name} {l}: {product}");
        }
    }
    let relu = predict("relu", 2.0, 0.0, 10_001);
    for (l, want) in [
        (10, 12.846),
        (50, 30.345),
        (100, 35.769),
        (1000, 43.130),
        (10_000, 44.252),
    ] {
        let product = 10.0_f64.powf(relu.distinguishability[l]) * (l * l) as f64;
        assert!((product - want).abs() < 6e-4, "relu {l}: {product}");
    }
    // 10,000 halvings, far below the smallest number.
    let lecun = predict("relu", 1.0, 0.0, 10_000);
    assert!((lecun.z_second_moment[9_999] - 9_999.0 * 0.5_f64.log10()).abs() < 1e-9);
    assert!((lecun.grad_z[0] - 10_000.0 * 0.5_f64.log10()).abs() < 1e-9);
}

#[test]
fn overlaps_follow_direct_iteration() {
    for (name, sigma_w2, sigma_b2) in [
        ("tanh", 1.76, 0.05),
        ("gelu", 2.0, 0.1),
        ("elu", 1.5, 0.0),
        ("hard_swish", 2.0, 0.3),
        ("hardshrink", 1.2, 0.1),
    ] {
        let got = predict(name, sigma_w2, sigma_b2, 40);
        let gaussian = Gaussian::new(&of(name));
        let (mut q, mut epsilon) = (sigma_w2 + sigma_b2, sigma_w2 / (sigma_w2 + sigma_b2));
        for l in 0..40 {
            assert!(
                (got.z_second_moment[l] - q.log10()).abs() < 1e-11,
                "{name} {l}"
            );
            assert!(
                (got.distinguishability[l] - epsilon.log10()).abs() < 1e-7 * (l + 1) as f64,
                "{name} {l}: {epsilon:e}"
            );
            let next = sigma_w2 * gaussian.moments(q).second + sigma_b2;
            epsilon = sigma_w2 * gaussian.deficit(q, epsilon) / next;
            q = next;
        }
    }
}

#[test]
fn deep_and_shallow_requests_agree_where_they_overlap() {
    for (name, sigma_w2, sigma_b2) in [
        ("tanh", 1.760_954_639_61, 0.05),
        ("elu", 2.0, 0.0),
        ("silu", 2.0, 0.0),
        ("selu", 1.0, 0.0),
        ("softsign", 3.0, 0.1),
    ] {
        let (deep, shallow) = (
            predict(name, sigma_w2, sigma_b2, 3000),
            predict(name, sigma_w2, sigma_b2, 60),
        );
        for l in 0..60 {
            assert_eq!(
                deep.z_second_moment[l], shallow.z_second_moment[l],
                "{name} {l}"
            );
            let (a, b) = (deep.distinguishability[l], shallow.distinguishability[l]);
            assert!(
                (a - b).abs() < 1e-7 * (l + 1) as f64,
                "{name} {l}: {a} and {b}"
            );
        }
    }
}

#[test]
fn what_has_no_theory_is_refused_with_the_reason() {
    let relu = of("relu");
    let constant = LayerLaw::of(&WeightLaw::Constant { value: 0.1 }, &BiasLaw::Zeros, 64, 64);
    assert_eq!(constant, Err(TheoryError::WeightMean { mean: 0.1 }));
    let identity = LayerLaw::of(&WeightLaw::Identity { gain: 1.0 }, &BiasLaw::Zeros, 64, 64);
    assert_eq!(identity, Err(TheoryError::NoMixing));
    let uniform = LayerLaw::of(
        &WeightLaw::Uniform {
            low: 0.0,
            high: 0.1,
        },
        &BiasLaw::Zeros,
        64,
        64,
    )
    .unwrap_err();
    assert!(uniform.to_string().contains("mean 0.05"), "{uniform}");
    let refused = |change: fn(&mut CurveRequest<'_>)| {
        let mut request = square(&relu, 2.0, 0.0, 4);
        change(&mut request);
        curve(&request).map(|_| ()).unwrap_err()
    };
    assert_eq!(refused(|r| r.c0 = 1.5), TheoryError::InputOverlap(1.5));
    assert_eq!(refused(|r| r.q0 = 0.0), TheoryError::InputMoment(0.0));
    assert_eq!(
        refused(|r| r.rest.sigma_b2 = -1.0),
        TheoryError::BiasVariance(-1.0)
    );
    assert_eq!(
        refused(|r| r.depth = 0),
        TheoryError::Empty { what: "depth" }
    );
    let sin = of("sin");
    assert!(matches!(
        curve(&square(&sin, 1e12, 0.0, 4)),
        Err(TheoryError::Unresolved { .. })
    ));
}

#[test]
fn overflow_and_exact_zero_are_told() {
    let exponential = predict("exponential", 1.0, 0.0, 20);
    assert_eq!(exponential.z_second_moment[19], f64::INFINITY);
    let shrunk = predict("softshrink", 0.1, 0.0, 40);
    assert_eq!(shrunk.z_second_moment[39], f64::NEG_INFINITY);
    assert_eq!(shrunk.grad_z[0], f64::NEG_INFINITY);
}

//! The layer that nobody configured, framework by framework and described by hand.

use initscope::net::bias::BiasLaw;
use initscope::net::framework::{FRAMEWORKS, Framework};
use initscope::net::initializer::WeightLaw;
use initscope::net::spec::Spec;

/// `scipy.stats.truncnorm.var(-2, 2)`.
const CUT: f64 = 0.773_741_303_549_923_2;

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn refusal(text: &str) -> String {
    text.parse::<Spec>().expect_err(text).to_string()
}

/// The laws of a 300 -> 100 layer as the sources of the frameworks have them (file and version in the table), by hand.
#[test]
fn every_default_layer_is_what_its_source_says() {
    let uniform = |bound: f64| WeightLaw::Uniform {
        low: -bound,
        high: bound,
    };
    let cut = |raw_std: f64| WeightLaw::TruncatedNormal {
        mean: 0.0,
        raw_std,
        low: -2.0 * raw_std,
        high: 2.0 * raw_std,
    };
    let root = 300_f64.sqrt();
    let bound = BiasLaw::symmetric(1.0 / root);
    let pytorch = (uniform(1.0 / root), bound);
    let keras = (uniform((6.0 / 400.0_f64).sqrt()), BiasLaw::Zeros);
    let normal = WeightLaw::Normal {
        mean: 0.0,
        std: 2_f64.sqrt() / root,
    };
    for (name, (weights, bias)) in [
        ("keras", keras),
        ("pytorch", pytorch),
        ("flax", (cut(1.0 / root / CUT.sqrt()), BiasLaw::Zeros)),
        ("burn", pytorch),
        ("candle", (normal, bound)),
        ("tch", (uniform(6_f64.sqrt() / root), bound)),
        ("tinygrad", pytorch),
        ("mlx", pytorch),
        ("paddle", keras),
        ("haiku", (cut(1.0 / root), BiasLaw::Zeros)),
        ("tfjs", (cut((2.0 / 400.0_f64).sqrt()), BiasLaw::Zeros)),
    ] {
        let spec = spec(&format!(
            "relu/default 100x4 framework={name} input_dim=300"
        ));
        let law = spec.weight_law(1);
        let ends = |law: WeightLaw| (law.support().0, law.support().1, law.std(300, 100));
        let (a, b) = (ends(law), ends(weights));
        let near = |a: f64, b: f64| a == b || (a / b - 1.0).abs() < 1e-14;
        assert!(
            near(a.0, b.0) && near(a.1, b.1) && near(a.2, b.2),
            "{name}: {law:?} not {weights:?}"
        );
        assert_eq!(spec.bias_law(1), bias, "{name}");
    }
    for row in FRAMEWORKS {
        assert!(
            row.source
                .contains(row.layer.split(' ').next().expect("a word"))
                || row.name == "tfjs"
        );
    }
}

#[test]
fn the_same_name_is_another_law_elsewhere() {
    let variance = |name: &str, framework: Framework| {
        let spec = spec(&format!("relu/{name} 300x4 framework={framework}"));
        300.0 * spec.weight_law(2).variance(300, 300)
    };
    for (name, framework, expected) in [
        // MLX: gain 1 unless it is given
        ("he_normal", Framework::Mlx, 1.0),
        ("he_uniform", Framework::Mlx, 1.0),
        ("he_normal(0.2)", Framework::Mlx, 2.0 / 1.04),
        ("he_normal", Framework::Tch, 2.0),
        // TensorFlow.js cuts and does not correct
        ("he_normal", Framework::Tfjs, 2.0 * CUT),
        ("glorot_normal", Framework::Tfjs, CUT),
        ("he_uniform", Framework::Tfjs, 2.0),
        ("he_normal", Framework::Haiku, 2.0),
        ("glorot_normal", Framework::Paddle, 1.0),
    ] {
        let variance = variance(name, framework);
        assert!(
            (variance / expected - 1.0).abs() < 1e-14,
            "{name} {framework}: {variance}"
        );
    }
}

#[test]
fn a_framework_is_described_by_its_laws() {
    let described =
        "custom(weights=he_uniform(a=sqrt(5)), bias=uniform(1/sqrt(fan_in)), names=pytorch)";
    let own = spec(&format!("relu/default 100x4 framework={described}"));
    let pytorch = spec("relu/default 100x4 framework=pytorch");
    assert_eq!(own.weight_law(2), pytorch.weight_law(2));
    assert_eq!(own.bias_law(2), pytorch.bias_law(2));
    assert_eq!(own.framework(), Framework::PyTorch);
    assert_eq!(own.preset_name(), "custom");
    assert_eq!(spec(&own.to_string()), own);
    assert_eq!(
        own.to_string(),
        "relu/default 100x4 framework=custom(weights=he_uniform(2.23606797749979),bias=uniform(1/sqrt(fan_in)),names=pytorch)"
    );
    // as little as needed: Keras' names, no bias
    let short = spec("relu/default 100x4 framework=custom(normal(0.1))");
    let std = 0.1;
    assert_eq!(short.weight_law(1), WeightLaw::Normal { mean: 0.0, std });
    assert_eq!(short.bias_law(1), BiasLaw::Zeros);
    // beside a named initializer it is a dialect, and its bias is the preset
    let named = spec("relu/he_normal 100x4 framework=custom(normal(0.1),constant(0.5))");
    assert_eq!(named.bias_law(1), BiasLaw::Zeros);
    let preset =
        spec("relu/he_normal 100x4 framework=custom(normal(0.1),constant(0.5)) bias=preset");
    assert_eq!(preset.bias_law(1), BiasLaw::Constant { value: 0.5 });
    let advice = initscope::advice::defaults(&short);
    assert_eq!(advice.len(), Framework::ALL.len() + 1);
    assert_eq!(advice[0].reason, "what custom does by default");
    for (wrong, message) in [
        (
            "custom",
            "framework `custom` is not understood: it needs the law of its weights; type for instance `custom(",
        ),
        (
            "custom(he_norml)",
            "framework custom: weights: unknown initializer `he_norml` (did you mean `he_normal`",
        ),
        (
            "custom(he_normal, he_normal)",
            "framework custom: bias `he_normal` is a law of weights only",
        ),
        (
            "custom(he_normal, auto)",
            "framework `custom(he_normal, auto)` is not understood: its biases are a law",
        ),
        (
            "custom(he_normal, names=kers)",
            "framework custom: names: unknown framework `kers` (did you mean `keras`",
        ),
        (
            "custom(he_normal, width=3)",
            "framework `custom(he_normal, width=3)` is not understood: it has weights, bias, names",
        ),
    ] {
        let error = refusal(&format!("relu/default 100x4 framework={wrong}"));
        assert!(error.starts_with(message), "{wrong}:\n{error}");
    }
}

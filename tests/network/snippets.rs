//! Snippets say what they realise, and draw it: executed in every framework that Python or node has (`.ci/snippets`).
//!
//! `INITSCOPE_PYTHON` names the Python to ask (default `python3`); what it lacks is skipped aloud.

use std::io::Write;
use std::process::Command;

use initscope::net::bias::BiasLaw;
use initscope::net::framework::Framework;
use initscope::net::initializer::{Initializer, WeightLaw};
use initscope::net::snippet::Snippet;
use initscope::net::spec::Spec;
use serde_json::{Value, json};

/// Fans that tell every fan mode apart.
const FANS: (usize, usize) = (300, 900);

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

/// Every initializer in every dialect, then gains, biases, arguments and default layers.
fn specs() -> Vec<Spec> {
    let mut texts = Vec::new();
    for framework in Framework::ALL {
        for initializer in Initializer::all() {
            texts.push(format!("relu/{initializer} 900x2 framework={framework}"));
        }
        texts.push(format!("relu/default 900x2 framework={framework}"));
        texts.push(format!("relu/default 900x2 framework={framework} gain=1.5"));
        texts.push(format!(
            "relu/he_normal(0.2) 900x2 framework={framework} gain=1.3 bias=0.25"
        ));
        texts.push(format!(
            "relu/truncated_normal(1.5) 900x2 framework={framework} bias=preset"
        ));
        texts.push(format!(
            "relu/orthogonal(0.5) 900x2 framework={framework} gain=3"
        ));
        for bias in [
            "constant(0.1)",
            "uniform(-0.1,0.3)",
            "uniform(2/sqrt(fan_in))",
            "normal(0.2,mean=-1)",
        ] {
            texts.push(format!(
                "relu/normal(0.1,mean=0.5) 900x2 framework={framework} bias={bias}"
            ));
        }
        for cut in [
            "0.5,mean=0.25,a=0,b=1",
            "0.1,mean=-3,a=-4,b=2",
            "1,mean=0.5",
        ] {
            texts.push(format!(
                "relu/truncated_normal({cut}) 900x2 framework={framework}"
            ));
        }
        texts.push(format!("relu/identity(2) 900x2 framework={framework}"));
        texts.push(format!("relu/sparse(0.9, 0.5) 900x2 framework={framework}"));
        texts.push(format!(
            "relu/constant(-0.5) 900x2 framework={framework} gain=2"
        ));
    }
    for mode in ["fan_in", "fan_out", "fan_avg", "fan_geo_avg"] {
        for distribution in ["normal", "truncated_normal", "uniform"] {
            for scale in ["1", "2", "0.7"] {
                texts.push(format!(
                    "relu/variance_scaling({scale}, {mode}, {distribution}) 900x2"
                ));
            }
        }
    }
    texts.iter().map(|t| spec(t)).collect()
}

fn law(weights: &WeightLaw) -> Value {
    let (fan_in, fan_out) = FANS;
    let kind = match weights {
        WeightLaw::Orthogonal { .. } => "orthogonal",
        law if law.is_deterministic() => "fixed",
        _ => "independent",
    };
    let gain = if let WeightLaw::Orthogonal { gain } = weights {
        *gain
    } else {
        1.0
    };
    let (low, high) = weights.support();
    let finite = |x: f64| x.is_finite().then_some(x);
    json!({
        "kind": kind,
        "gain": gain,
        "mean": weights.mean(fan_in, fan_out),
        "std": weights.std(fan_in, fan_out),
        "kurtosis": weights.kurtosis(fan_in, fan_out),
        "low": finite(low),
        "high": finite(high),
    })
}

fn bias(law: &BiasLaw) -> Value {
    let (kurtosis, ends) = match law {
        BiasLaw::Zeros => (None, Some((0.0, 0.0))),
        BiasLaw::Normal { .. } => (Some(3.0), None),
        BiasLaw::Uniform { low, high } => (Some(1.8), Some((*low, *high))),
        BiasLaw::Constant { value } => (None, Some((*value, *value))),
        other => panic!("the moments of {other:?}"),
    };
    json!({
        "kind": if law.variance() == 0.0 { "fixed" } else { "independent" },
        "mean": law.mean(),
        "std": law.std(),
        "kurtosis": kurtosis,
        "low": ends.map(|e| e.0),
        "high": ends.map(|e| e.1),
    })
}

/// What `check.py` executes: all that have code and claim to be exact.
fn cases() -> Vec<Value> {
    let mut cases = Vec::new();
    for spec in specs() {
        let (fan_in, fan_out) = FANS;
        // The bias of the preset depends on the fan: layer 1 of a network with that many inputs.
        let spec = spec
            .with(|draft| {
                draft.width = fan_out;
                draft.input_dim = Some(fan_in);
            })
            .expect("valid");
        for snippet in Snippet::all(&spec) {
            if snippet.exact {
                cases.push(json!({
                    "name": spec.to_string(),
                    "framework": snippet.framework.name(),
                    "imports": snippet.imports,
                    "code": snippet.text(),
                    "fan_in": fan_in,
                    "fan_out": fan_out,
                    "weights": law(&spec.weight_law(1)),
                    "bias": bias(&spec.bias_law(1)),
                }));
            }
        }
    }
    cases.dedup_by(|a, b| a["code"] == b["code"] && a["weights"] == b["weights"]);
    cases
}

#[test]
fn python_draws_what_the_snippets_promise() {
    let cases = cases();
    for framework in [
        "pytorch", "keras", "flax", "tinygrad", "mlx", "paddle", "haiku", "tfjs",
    ] {
        assert!(
            cases.iter().filter(|c| c["framework"] == framework).count() > 50,
            "{framework}"
        );
    }
    let directory = std::env::temp_dir().join(format!("initscope-snippets-{}", std::process::id()));
    std::fs::create_dir_all(&directory).expect("a temporary directory");
    let file = directory.join("cases.json");
    std::fs::write(&file, Value::Array(cases).to_string()).expect("writable");
    let script = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/network/snippets/check.py"
    );
    let python = std::env::var("INITSCOPE_PYTHON").unwrap_or_else(|_| "python3".into());
    let numpy = Command::new(&python).args(["-c", "import numpy"]).output();
    // The test harness hides what is printed by macros; a skip and the numbers must be seen.
    let mut aloud = std::io::stderr();
    if !numpy.is_ok_and(|n| n.status.success()) {
        let _ = writeln!(
            aloud,
            "SKIPPED snippets in Python: `{python}` has no numpy; set INITSCOPE_PYTHON"
        );
        return;
    }
    let output = Command::new(&python)
        .arg(script)
        .arg(&file)
        .output()
        .expect("python ran before");
    let said = String::from_utf8_lossy(&output.stdout);
    let _ = write!(aloud, "{said}");
    let _ = std::fs::remove_dir_all(&directory);
    assert!(
        output.status.success(),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn textbook_names_are_written_by_name() {
    let all = Snippet::all(&spec("relu/he_normal 256x64 framework=pytorch"));
    let text = |framework: Framework| {
        let snippet = all.iter().find(|s| s.framework == framework).expect("all");
        assert!(snippet.exact, "{snippet:?}");
        snippet.text()
    };
    assert_eq!(
        text(Framework::PyTorch),
        "nn.init.kaiming_normal_(layer.weight, nonlinearity=\"relu\")\nnn.init.zeros_(layer.bias)"
    );
    assert_eq!(
        text(Framework::Keras),
        "layer = keras.layers.Dense(units, kernel_initializer=keras.initializers.VarianceScaling(scale=2.0, mode=\"fan_in\", distribution=\"untruncated_normal\"))"
    );
    assert_eq!(
        text(Framework::Flax),
        "layer = nnx.Linear(fan_in, fan_out, kernel_init=jax.nn.initializers.variance_scaling(2.0, \"fan_in\", \"normal\"), rngs=rngs)"
    );
    assert!(
        text(Framework::Burn).contains("KaimingNormal { gain: 2f64.sqrt(), fan_out_only: false }")
    );
    assert!(text(Framework::Candle).contains("non_linearity: NonLinearity::ReLU"));
}

#[test]
fn what_a_framework_cannot_express_is_said_and_not_faked() {
    let truncated = spec("relu/he_normal 256x64 framework=keras");
    for target in [Framework::Burn, Framework::Candle] {
        let snippet = Snippet::of(&truncated, target);
        assert!(!snippet.exact);
        assert!(snippet.text().starts_with("// "), "{}", snippet.text());
        assert!(snippet.text().contains("has no truncated normal"));
    }
    let orthogonal = Snippet::of(&spec("tanh/orthogonal 64x8"), Framework::Candle);
    assert_eq!(orthogonal.text(), "// candle has no orthogonal initializer");
    let sparse = Snippet::of(&spec("tanh/sparse(0.5) 64x8"), Framework::Keras);
    assert_eq!(
        (sparse.text().as_str(), sparse.exact),
        ("# Keras has no sparse initializer", false)
    );
    for spec in specs() {
        for snippet in Snippet::all(&spec) {
            assert!(
                snippet.exact || snippet.note.is_some(),
                "{spec}: {snippet:?}"
            );
            assert!(
                !snippet.lines.is_empty() || !snippet.exact,
                "{spec}: {snippet:?}"
            );
        }
    }
}

#[test]
fn a_layer_nobody_configured_needs_no_configuration() {
    for framework in Framework::ALL {
        let own = spec(&format!("relu/default 64x8 framework={framework}"));
        let own = Snippet::of(&own, framework);
        assert_eq!(own.lines.len(), 1);
        assert!(!own.text().contains("nitializer"), "{}", own.text());
        let note = own.note.expect("a word about it");
        assert!(note.starts_with("nothing to configure"), "{note}");
    }
    let foreign = Snippet::of(
        &spec("relu/default 64x8 framework=pytorch"),
        Framework::Burn,
    );
    assert!(foreign.text().contains("with_initializer"));
}

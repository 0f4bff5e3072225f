//! What is advised: the textbook's answers where the textbook is right, its own where it is not, and remedies that work.

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::advice::{Advice, COMFORTABLE, Choice, advise, defaults};
use initscope::engine::verdict::Kind;
use initscope::net::activation::Activation;
use initscope::net::spec::Spec;

fn advice(text: &str) -> Advice {
    let spec: Spec = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    advise(&Arc::new(spec))
}

fn remedy(text: &str) -> Option<String> {
    advice(text).remedy().map(|choice| choice.label.clone())
}

#[test]
fn the_activation_decides_the_initializer() {
    let told = [
        ("relu/glorot_uniform 256x30", "he_normal"),
        ("leaky_relu(0.2)/lecun_normal 256x30", "he_normal(0.2)"),
        ("tanh/he_normal 1024x20 gain=1.5", "glorot_normal"),
        ("selu/he_normal 256x30", "lecun_normal"),
        ("identity/he_normal 256x30", "glorot_normal"),
    ];
    for (text, name) in told {
        assert_eq!(remedy(text).as_deref(), Some(name), "{text}");
    }
}

#[test]
fn a_healthy_network_needs_no_remedy() {
    for text in ["relu/he_normal 256x30", "tanh/glorot_normal 1024x20"] {
        let advice = advice(text);
        assert!(advice.remedy().is_none(), "{text}");
        assert_eq!(advice.no_remedy(), "this network is healthy as it is");
    }
}

#[test]
fn every_remedy_is_healthy_when_it_is_measured() {
    for activation in ["relu", "tanh", "gelu", "silu", "sigmoid", "softplus", "elu"] {
        let advice = advice(&format!("{activation}/random_uniform 256x20"));
        let best = advice.remedy().unwrap_or_else(|| panic!("{activation}"));
        let load = best.outlook.as_ref().expect("judged").load;
        if load > COMFORTABLE {
            continue;
        }
        let measured = Engine::new(Arc::clone(&best.spec), 1).run();
        let verdict = measured.verdict.expect("complete");
        assert_eq!(
            verdict.kind,
            Kind::Healthy,
            "{activation} with {}: {verdict:?}",
            best.label
        );
    }
}

#[test]
fn sigmoid_with_glorot_loses_its_gradient_and_that_is_said() {
    let advice = advice("sigmoid/glorot_normal 256x20");
    let verdict = &advice.present.outlook.as_ref().expect("judged").verdict;
    // theory.md: slope 1/4 squared is a factor 16 a layer, 1.2 decades
    assert!((verdict.gradient_rate + 1.25).abs() < 0.06, "{verdict:?}");
    assert!(
        advice
            .findings
            .iter()
            .any(|f| f.starts_with("sigmoid with glorot_normal: the gradient falls by 1.2")),
        "{:?}",
        advice.findings
    );
}

#[test]
fn no_single_gain_makes_gelu_stable_but_a_bias_does() {
    let advice = advice("gelu/he_normal 256x64");
    assert!(
        advice.findings[0].starts_with("no single gain makes gelu stable"),
        "{:?}",
        advice.findings
    );
    let half = advice
        .choices
        .iter()
        .find(|c| c.reason.starts_with("half-stable"))
        .expect("listed");
    assert_eq!(half.label, "variance_scaling(1.983), bias 0.416");
    let outlook = half.outlook.as_ref().expect("judged");
    assert_eq!(outlook.stability(), "marginal");
}

#[test]
fn pytorchs_gain_for_tanh_keeps_the_signal_and_grows_the_gradient() {
    let advice = advice("tanh/glorot_normal 1024x64");
    let choice = advice
        .choices
        .iter()
        .find(|c| c.reason == "PyTorch's gain 5/3")
        .expect("listed");
    let verdict = &choice.outlook.as_ref().expect("judged").verdict;
    assert_eq!(verdict.kind, Kind::Exploding);
    assert!(
        verdict.signal_rate.abs() < 0.01 && verdict.gradient_rate > 0.05,
        "{verdict:?}"
    );
}

#[test]
fn choices_stand_in_their_order_and_every_initializer_is_among_them() {
    for activation in Activation::all() {
        let advice = advice(&format!("{activation}/glorot_uniform 64x8"));
        let healthy: Vec<bool> = advice.choices.iter().map(Choice::is_healthy).collect();
        let first_bad = healthy.iter().position(|h| !h).unwrap_or(healthy.len());
        assert!(healthy[first_bad..].iter().all(|h| !h), "{activation}");
        for name in [
            "he_normal",
            "glorot_uniform",
            "orthogonal",
            "zeros",
            "sparse(0.1)",
        ] {
            let known = advice.choices.iter().any(|c| c.label == name);
            assert!(known, "{activation}: {name}");
        }
        assert!(
            advice
                .choices
                .iter()
                .all(|c| c.outlook.as_ref().is_ok_and(|o| !o.load.is_nan()) || c.outlook.is_err()),
            "{activation}"
        );
    }
}

#[test]
fn default_layers_of_all_frameworks_are_compared() {
    let spec: Spec = "relu/he_normal 256x30".parse().expect("valid");
    let kinds: Vec<Kind> = defaults(&spec)
        .iter()
        .map(|c| c.outlook.as_ref().expect("judged").verdict.kind)
        .collect();
    use Kind::{Collapsing, Healthy, Vanishing};
    assert_eq!(
        kinds,
        [Vanishing, Collapsing, Vanishing, Collapsing, Healthy]
    );
}

//! Networks that people train: what `arch=` stands for, how they are judged, and the numbers that a theory independent of this one has for
//! them (three digits; the population of heads there and here is known to 1 %).

use serde_json::Value;

use super::run;

/// The last of a curve of theory.
fn last(network: &[&str], curve: &str) -> f64 {
    let mut arguments = vec!["theory"];
    arguments.extend(network);
    arguments.extend(["--format", "json"]);
    let (code, json, error) = run(&arguments);
    assert_eq!((code, &*error), (0, ""), "{network:?}");
    let json: Value = serde_json::from_str(&json).expect("one document");
    let layers = json["layers"].as_array().expect("layers");
    layers.last().expect("a layer")[curve]
        .as_f64()
        .unwrap_or_else(|| panic!("{network:?}: no {curve}"))
}

#[test]
fn a_preset_is_printed_as_the_line_that_it_stands_for_and_what_is_typed_wins() {
    let (code, text, _) = run(&["check", "arch=gpt2", "256x4", "draws=4"]);
    assert_eq!(code, 0, "{text}");
    assert!(
        text.starts_with(
            "gelu_tanh/random_normal(0.02) 256x4 framework=pytorch draws=4 \
             block=pre(ln,attn(head=64,causal))+pre(ln,mlp(4)) out=1/sqrt(2N) final=ln embed=0.02+0.02 eps=1e-5\n"
        ),
        "{text}"
    );
    assert!(
        text.contains(
            "HEALTHY: signal, gradient and the difference between tokens survive all 8 sub-layers"
        ),
        "{text}"
    );
    let (_, flags, _) = run(&[
        "check", "--arch", "gpt2", "--width", "256", "--depth", "4", "--draws", "4",
    ]);
    assert_eq!(flags, text);
    let (_, unscaled, _) = run(&["check", "out=1 arch=gpt2 256x4 draws=4"]);
    assert!(!unscaled.contains("out="), "{unscaled}");
}

#[test]
fn the_real_networks_have_the_numbers_of_the_independent_theory() {
    for (network, curve, expected) in [
        (&["arch=gpt2"][..], "stream_log10", -1.01),
        (&["arch=gpt2", "out=1"], "stream_log10", 0.39),
        (&["arch=gpt2"], "tokens_log10", -0.47),
        (&["arch=gpt2", "out=1"], "tokens_log10", -0.70),
        (&["arch=llama", "4096x32"], "stream_log10", 2.28),
        (&["arch=transformer", "512x6"], "tokens_log10", -1.02),
        (&["arch=deepnorm", "512x6"], "tokens_log10", -0.003),
        (&["arch=bert"], "tokens_log10", -0.14),
    ] {
        let found = last(network, curve);
        assert!(
            (found - expected).abs() < 0.015,
            "{network:?} {curve}: {found}, not {expected}"
        );
    }
}

#[test]
fn tokens_that_become_alike_and_attention_that_freezes_are_told() {
    let (code, text, _) = run(&["check", "arch=transformer 128x24 draws=8"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("COLLAPSING: the difference between tokens falls by 0.1"),
        "{text}"
    );
    let (code, text, _) = run(&["check", "arch=deepnorm 128x24 draws=8"]);
    assert_eq!(code, 0, "{text}");
    let (code, text, _) = run(&[
        "check",
        "gelu/lecun_normal 128x4 block=pre(ln,attn(4,scale=100))+pre(ln,mlp(4)) draws=8 framework=pytorch",
    ]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("SATURATED: the entropy of attention is below 10 % of the largest from sub-layer 1: every token sees one other alone"),
        "{text}"
    );
    // between sequences and between tokens
    let (code, text, _) = run(&["check", "arch=transformer 128x24 batch=32 draws=8"]);
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("COLLAPSING: the difference between tokens"),
        "{text}"
    );
}

#[test]
fn what_no_network_of_tokens_can_be_is_told_with_what_can() {
    for (network, told) in [
        ("arch=gpt3", "arch `gpt3` is not one of plain, gpt2, llama"),
        (
            "arch=gpt2 100x4 draws=1",
            "heads of 64 units do not divide 100",
        ),
        (
            "gelu/he_normal 100x4 block=pre(ln,attn(12))",
            "12 heads do not divide 100 units",
        ),
        (
            "arch=gpt2 batch=20",
            "the batch is 20 tokens, no multiple of the 16 of a sequence",
        ),
        ("arch=gpt2 64x4 input=digits embed=1", "tokens are noise"),
        (
            "arch=torch_encoder engine=matrix-free",
            "engine matrix-free is not for copies",
        ),
        (
            "gelu/he_normal 64x4 block=pre(ln,attn(4,kv=3))",
            "3 heads of keys and values do not divide 4 heads",
        ),
        (
            "gelu/he_normal 64x4 tokens=4",
            "tokens are for networks of blocks",
        ),
        ("arch=gpt2 tokens=0", "tokens 0 is not allowed: 1 to 256"),
    ] {
        let (code, out, error) = run(&["check", network]);
        assert_eq!((code, &*out), (2, ""), "{network}: {error}");
        assert!(error.contains(told), "{network}: {error}");
        assert!(error.contains("--"), "{network}: {error}");
    }
    for network in [
        "arch=torch_encoder 128x2",
        "gelu/he_normal 64x4 block=pre(ln,attn(1))",
    ] {
        let (code, _, error) = run(&["theory", network]);
        assert_eq!(code, 2, "{network}");
        assert!(
            error.contains("infinite width") || error.contains("theory"),
            "{error}"
        );
    }
}

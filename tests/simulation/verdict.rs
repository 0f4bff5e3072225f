//! Verdicts of measured ensembles, the table of limits, and what noise must not do.
//!
//! Rates are compared with infinite width plus the finite-width drift that is known; tolerances are stated at each.

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::snapshot::{LayerStats, Share, Summary};
use initscope::engine::verdict::{
    Channel, Curves, DRIFT_LIMIT, LIMITS, Verdict, VerdictKind, judge,
};
use initscope::net::spec::Spec;

fn verdict(text: &str) -> Verdict {
    let spec: Spec = text.parse().unwrap_or_else(|e| panic!("{text}: {e}"));
    let snapshot = Engine::new(Arc::new(spec)).run();
    snapshot.verdict.expect("the ensemble is complete")
}

fn assert_fails(text: &str, kind: VerdictKind, channel: Channel) -> Verdict {
    let v = verdict(text);
    assert_eq!((v.kind, v.channel), (kind, Some(channel)), "{text}: {v:?}");
    v
}

#[test]
fn relu_with_glorot_vanishes_by_a_factor_of_two_per_layer() {
    let v = assert_fails(
        "relu/glorot_uniform 256x64 draws=64",
        VerdictKind::Vanishing,
        Channel::Signal,
    );
    // log10(1/2) = -0.301; the median drifts by -2.5/(256 ln 10) = -0.004 more, with a spread of 0.14 decades after 7 layers
    // over 64 draws: 0.005 per layer at four standard errors.
    assert!((v.rate + 0.305).abs() < 0.006, "{v:?}");
    assert!(matches!(v.layer, Some(7 | 8)), "{v:?}");
    assert_eq!(v.budget.fails_at, v.layer);
    assert_eq!(
        v.sentence(),
        format!(
            "the signal falls by {:.2} decades per layer and is below 1e-2 of its start from layer {}",
            -v.rate,
            v.layer.unwrap()
        )
    );
}

#[test]
fn relu_with_he_is_healthy_at_64_layers_although_inputs_grow_alike() {
    let v = verdict("relu/he_normal 256x64 draws=128");
    assert_eq!(v.kind, VerdictKind::Healthy, "{v:?}");
    assert!(v.distinguishability_rate < -0.01, "{v:?}");
    assert!(v.budget.healthy_at > 128, "{v:?}");
}

#[test]
fn what_pytorch_does_by_default_collapses_behind_its_bias() {
    for activation in ["relu", "tanh"] {
        let text = format!("{activation}/default 256x64 framework=pytorch draws=16");
        let v = assert_fails(&text, VerdictKind::Collapsing, Channel::Distinguishability);
        assert!(v.bias_share > 0.5, "{v:?}");
        assert!(
            v.sentence().contains("% of which is bias"),
            "{}",
            v.sentence()
        );
    }
    let v = verdict("relu/default 256x64 framework=pytorch draws=16");
    // Sixfold per layer once the bias carries the signal; the first layers fall slower.
    assert!(
        (-0.778..-0.70).contains(&v.distinguishability_rate),
        "{v:?}"
    );
    assert!((v.gradient_rate + 6_f64.log10()).abs() < 0.01, "{v:?}");
}

#[test]
fn sigmoid_with_glorot_loses_its_gradient() {
    let v = assert_fails(
        "sigmoid/glorot_uniform 256x20 draws=32",
        VerdictKind::Vanishing,
        Channel::Gradient,
    );
    // 12 decades of rms in the 19 steps between 20 layers.
    assert!((-0.5 * v.gradient_rate * 19.0 - 12.0).abs() < 0.1, "{v:?}");
    assert_eq!(v.layer, Some(18));
}

#[test]
fn tanh_in_the_chaotic_phase_explodes_on_the_way_back() {
    let v = assert_fails(
        "tanh/he_normal 256x64 draws=32",
        VerdictKind::Exploding,
        Channel::Gradient,
    );
    assert!(v.signal_rate.abs() < 0.02 && v.rate > 0.03, "{v:?}");
}

#[test]
fn a_tanh_that_is_driven_too_far_is_saturated() {
    let v = assert_fails(
        "tanh/he_normal 64x8 gain=20 draws=32",
        VerdictKind::Saturated,
        Channel::Signal,
    );
    assert!(v.level > 0.9 && v.layer == Some(1), "{v:?}");
}

#[test]
fn zeros_are_dead_with_and_without_a_bias() {
    let v = assert_fails("relu/zeros 64x8", VerdictKind::Dead, Channel::Signal);
    assert_eq!(v.sentence(), "the signal is exactly 0 from layer 1");
    let v = assert_fails(
        "tanh/zeros 64x8 bias=0.1 draws=8",
        VerdictKind::Dead,
        Channel::Distinguishability,
    );
    assert_eq!(
        v.sentence(),
        "the difference between inputs is exactly 0 from layer 1"
    );
}

#[test]
fn an_orthogonal_linear_network_is_healthy_as_deep_as_it_is_looked_at() {
    let v = verdict("identity/orthogonal 64x256 draws=8");
    assert_eq!(v.kind, VerdictKind::Healthy, "{v:?}");
    assert!(
        v.signal_rate.abs() < 1e-4 && v.budget.fails_at.is_none(),
        "{v:?}"
    );
    assert_eq!(
        v.budget_sentence(),
        "no failure up to 250 layers, by theory"
    );
}

#[test]
fn what_grows_beyond_every_number_overflows() {
    let v = assert_fails(
        "exponential/he_normal 64x20 gain=200 draws=16",
        VerdictKind::Exploding,
        Channel::Signal,
    );
    assert!(
        v.sentence().starts_with("the signal overflows from layer"),
        "{}",
        v.sentence()
    );
}

#[test]
fn half_precision_runs_out_long_before_single() {
    let v = verdict("relu/glorot_uniform 256x64 draws=16");
    let [half, brain, single] = v.reaches;
    // rms x is 2^(-l/2) and z twice that square: below 2^-14 at l = 28. The largest of 256 units is 2.5 to 5 times the rms of z,
    // 2^((1 - l)/2), and has fallen to 2^-25 at l = 53 to 57.
    let subnormal = half.signal.subnormal.expect("fp16 runs out");
    let zero = half.signal.zero.expect("fp16 runs out");
    assert!(
        (26..=29).contains(&subnormal) && (52..=57).contains(&zero),
        "{v:?}"
    );
    assert!(brain.signal.is_none() && single.gradient.is_none());
}

fn steady(median: f64, mean: f64) -> LayerStats {
    let summary = Summary {
        log10_mean: mean,
        log10_se: f64::NAN,
        log10_p10: mean,
        log10_p50: median,
        log10_p90: median,
    };
    LayerStats {
        peaks: [f64::NAN; 3],
        z_second_moment: summary,
        z_variance: summary,
        x_second_moment: summary,
        x_variance: summary,
        grad_z: Some(summary),
        grad_x: Some(summary),
        grad_w: Some(summary),
        grad_b: Some(summary),
        distinguishability: summary,
        z_mean: 0.0,
        x_mean: 0.0,
        saturated: 0.5,
        dead: 0.5,
        effective_rank: 12.5,
        alike: 0.0625,
        dead_draws: Share {
            count: 0,
            total: 32,
        },
        branch: None,
        histogram: [0.0; 32],
    }
}

#[test]
fn one_unlucky_draw_decides_nothing() {
    let spec = Spec::default();
    let mut layers = vec![steady(0.0, 0.0); 64];
    layers[20..40].fill(steady(-0.1, f64::NEG_INFINITY));
    let v = judge(&Curves::measured(&spec, &layers));
    assert_eq!(v.kind, VerdictKind::Healthy, "{v:?}");
}

#[test]
fn the_table_of_limits_names_every_kind_with_its_number() {
    let kinds = [
        VerdictKind::Healthy,
        VerdictKind::Vanishing,
        VerdictKind::Exploding,
        VerdictKind::Collapsing,
        VerdictKind::Saturated,
        VerdictKind::Dead,
        VerdictKind::Dead,
        VerdictKind::Symmetric,
        VerdictKind::Inputs,
        VerdictKind::Exploding,
        VerdictKind::Collapsing,
        VerdictKind::Saturated,
        VerdictKind::Identity,
    ];
    assert_eq!(LIMITS.map(|l| l.kind), kinds);
    for limit in &LIMITS {
        let written = match limit.kind {
            VerdictKind::Healthy | VerdictKind::Identity => continue,
            VerdictKind::Vanishing | VerdictKind::Exploding => format!("{} decades", limit.value),
            VerdictKind::Collapsing | VerdictKind::Inputs => format!("1e{}", limit.value),
            VerdictKind::Saturated | VerdictKind::Dead | VerdictKind::Symmetric => {
                format!("{} %", 100.0 * limit.value)
            }
            other => panic!("how the limit of {other:?} is written"),
        };
        assert!(limit.rule.contains(&written), "{limit:?}");
    }
    assert_eq!(LIMITS[1].value, DRIFT_LIMIT);
}

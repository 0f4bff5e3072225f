//! Networks from public threads, each typed as it stands there, against numbers of another origin.
//!
//! `numpy` is a simulation of these networks in double precision with NumPy 2.4.6 (weights by its own generators, cut normals by
//! SciPy 1.17.1), 4000 to 6000 draws and batches of 16: mean over draws of the log10 of a mean square, with its standard error. A comparison is `|a - b| <= k
//! sqrt(se_a^2 + se_b^2)`, two-sided, 48 of them at alpha = 1 % together: `k` = 4 (0.3 % by the normal law).

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::snapshot::{LayerStats, Snapshot, Summary};
use initscope::engine::verdict::VerdictKind;
use initscope::net::bias::BiasLaw;
use initscope::net::spec::Spec;

const K: f64 = 4.0;

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn measured(text: &str) -> Snapshot {
    Engine::new(Arc::new(spec(text))).run()
}

type Of = fn(&LayerStats) -> Summary;

const Z: Of = |layer| layer.z_second_moment;
const GRADIENT: Of = |layer| layer.grad_z.expect("complete");

/// `numpy` are means and standard errors of the layers from the first on.
fn compare(snapshot: &Snapshot, of: Of, numpy: &[(f64, f64)]) {
    for (index, (mean, se)) in numpy.iter().enumerate() {
        let ours = of(&snapshot.layers[index]);
        let allowed = K * ours.log10_se.hypot(*se);
        assert!(
            (ours.log10_mean - mean).abs() <= allowed,
            "{}, layer {}: {} not {mean}, allowed {allowed}",
            snapshot.spec,
            index + 1,
            ours.log10_mean
        );
    }
}

#[test]
fn pytorchs_default_written_out_collapses() {
    let snapshot = measured(
        "relu/kaiming_uniform(a=sqrt(5)) 100x8 bias=uniform(1/sqrt(100)) framework=pytorch draws=400",
    );
    let law = snapshot.spec.weight_law(2);
    assert!((100.0 * law.variance(100, 100) * 3.0 - 1.0).abs() < 1e-14);
    assert_eq!(snapshot.spec.bias_law(2), BiasLaw::symmetric(0.1));
    let z = [
        (-0.47372, 0.00035),
        (-1.22752, 0.00062),
        (-1.88139, 0.00093),
        (-2.2614, 0.00088),
        (-2.37347, 0.0008),
        (-2.39503, 0.00078),
        (-2.39894, 0.00077),
        (-2.40015, 0.00078),
    ];
    compare(&snapshot, Z, &z);
    let gradient = [
        (-5.76555, 0.002),
        (-4.98686, 0.00195),
        (-4.20713, 0.00186),
        (-3.42662, 0.00174),
        (-2.64723, 0.00157),
        (-1.86527, 0.00136),
        (-1.0836, 0.0011),
        (-0.30245, 0.00077),
    ];
    compare(&snapshot, GRADIENT, &gradient);
    let verdict = snapshot.verdict.expect("complete");
    assert_eq!(verdict.kind, VerdictKind::Collapsing);
}

/// Standard deviations of `x` at infinite width with mpmath (20 digits): 0.79665, 0.30923, 0.23813; the thread says .797, .307, .2395 of
/// one draw.
#[test]
fn selu_under_pytorchs_gain_shrinks_as_the_thread_says() {
    let snapshot = measured("selu/xavier_normal(gain=0.75) 1000x21 framework=pytorch draws=16");
    let theory = snapshot.prediction.as_ref().expect("known");
    for (layer, std, told) in [
        (1, 0.796_653_839_067_321_9, 0.797),
        (11, 0.309_230_148_261_322_4, 0.307),
        (21, 0.238_125_677_305_918_5, 0.2395),
    ] {
        let predicted = 10_f64.powf(theory.x_variance[layer - 1] / 2.0);
        assert!((predicted / std - 1.0).abs() < 1e-9, "{layer}: {predicted}");
        let x: Summary = snapshot.layers[layer - 1].x_variance;
        let measured = 10_f64.powf(x.log10_mean / 2.0);
        // one draw of width 1000: the spread over draws of ours, four standard deviations, and the digits of the thread
        let spread = x.log10_se * 16_f64.sqrt() / 2.0;
        let far = (f64::log10(told) - measured.log10()).abs();
        assert!(far <= K * spread + 5e-4, "{layer}: {measured} and {told}");
    }
}

#[test]
fn a_cut_at_a_hundred_standard_deviations_is_none() {
    for framework in ["pytorch", "keras"] {
        let text =
            format!("gelu/trunc_normal(std=0.02, a=-2, b=2) 768x4 framework={framework} draws=4");
        let spec = spec(&text);
        let variance = 768.0 * spec.weight_law(2).variance(768, 768);
        assert!((variance - 0.3072).abs() < 1e-13, "{variance}");
    }
}

/// Nielsen's vanishing gradient, with noise for digits: the thread says -5.59, -4.16, -2.76, -1.37 of its data.
#[test]
fn sigmoids_lose_a_decade_and_a_third_a_layer() {
    let snapshot = measured(
        "sigmoid/lecun_normal 30x4 input_dim=784 bias=normal(1) framework=pytorch draws=4000",
    );
    let numpy = [
        (-5.57986, 0.00136),
        (-4.14394, 0.00117),
        (-2.76104, 0.0009),
        (-1.37892, 0.00058),
    ];
    compare(&snapshot, GRADIENT, &numpy);
    for ((ours, _), told) in numpy.iter().zip([-5.59, -4.16, -2.76, -1.37]) {
        assert!((ours - told).abs() < 0.03_f64);
    }
}

#[test]
fn glorot_normal_of_keras_is_cut_and_corrected() {
    let spec = spec("tanh/glorot_normal 100x2 input_dim=300 framework=keras");
    let law = spec.weight_law(1);
    // sqrt(2/400), and by scipy.stats.truncnorm.std(-2, 2) = 0.8796256610342398
    assert!((law.std(300, 100) - 0.070_710_678_118_654_76).abs() < 1e-15);
    let (low, high) = law.support();
    assert!((high - 2.0 * 0.080_387_238_857_396_53).abs() < 1e-15 && low == -high);
}

/// `tch::nn::linear` of 0.24.0: `U(±sqrt(6/fan_in))` and `U(±1/sqrt(fan_in))`.
#[test]
fn tchs_default_is_he_uniform_with_pytorchs_bias() {
    let spec = spec("relu/default 100x8 framework=tch");
    let (low, high) = spec.weight_law(2).support();
    assert!((high - 0.06_f64.sqrt()).abs() < 1e-15 && low == -high);
    assert_eq!(spec.bias_law(2), BiasLaw::symmetric(0.1));
}

/// Weights and biases with means: nothing is centred, and theory has no answer.
#[test]
fn means_of_weights_and_biases_are_simulated() {
    let snapshot = measured(
        "tanh/RandomNormal(mean=0.02, stddev=0.12) 50x6 bias=constant(0.3) framework=pytorch draws=2000",
    );
    let z = [
        (-0.08226, 0.00042),
        (-0.28628, 0.00054),
        (-0.16415, 0.00075),
        (-0.02607, 0.00089),
        (0.04593, 0.00096),
        (0.07124, 0.00097),
    ];
    compare(&snapshot, Z, &z);
    let gradient = [
        (-2.90704, 0.00225),
        (-2.47844, 0.00217),
        (-2.10085, 0.00207),
        (-1.63165, 0.00186),
        (-1.07223, 0.00148),
        (-0.47251, 0.00092),
    ];
    compare(&snapshot, GRADIENT, &gradient);
    assert!(snapshot.prediction.is_none());
}

#[test]
fn cuts_on_different_sides_of_a_mean_are_simulated() {
    let snapshot = measured(
        "relu/trunc_normal(mean=0.02, std=0.1, a=-0.1, b=0.3) 50x6 bias=uniform(-0.1,0.3) framework=pytorch draws=2000",
    );
    let z = [
        (-0.35839, 0.00058),
        (-0.11757, 0.00145),
        (0.52856, 0.0015),
        (1.17332, 0.00154),
        (1.80889, 0.0016),
        (2.43934, 0.00166),
    ];
    compare(&snapshot, Z, &z);
    let gradient = [
        (1.21169, 0.00246),
        (0.83809, 0.00226),
        (0.22836, 0.00216),
        (-0.29886, 0.00167),
        (-0.38141, 0.00058),
        (-0.00046, 0.00028),
    ];
    compare(&snapshot, GRADIENT, &gradient);
}

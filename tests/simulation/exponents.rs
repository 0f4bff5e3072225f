//! Deep networks keep their true decades far beyond what single precision holds.

use std::sync::Arc;

use fearless_simd::dispatch;

use initscope::engine::Engine;
use initscope::engine::snapshot::Snapshot;
use initscope::math::stream::{Purpose, Stream, StreamKey, fill_normal};
use initscope::net::framework::Framework;
use initscope::net::spec::{Draft, Draws, Method, Spec};

fn run(activation: &str, gain: f64, depth: usize, edit: impl FnOnce(&mut Draft)) -> Snapshot {
    let mut draft = Draft {
        activation: activation.parse().unwrap(),
        initializer: Some("lecun_normal".parse().unwrap()),
        framework: Framework::PyTorch,
        gain,
        width: 64,
        depth,
        draws: Draws::Exactly(2),
        seed: 8,
        // the same weights whatever the signal does
        engine: Method::Dense,
        ..Draft::default()
    };
    edit(&mut draft);
    Engine::new(Arc::new(Spec::new(draft).unwrap())).run()
}

#[test]
fn a_relu_network_of_2000_layers_has_the_exact_law_of_its_norm() {
    // One input: ln(|x_L|^2 / |x_0|^2) is a sum of independent terms, each the logarithm of a (2/n) chi^2_k with
    // k ~ Binomial(n, 1/2), times sigma_w^2 / 2 = 1/2. For n = 64: mean -0.040109, variance 0.082997 (`theory.md` 2.8).
    // The input adds psi(32) - ln 32 = -0.015706 and psi'(32) = 0.031746.
    let (depth, draws) = (2000, 60);
    let snapshot = run("relu", 1.0, depth, |d| {
        (d.batch, d.draws) = (1, Draws::Exactly(draws));
    });
    let mean = -0.015_706 + depth as f64 * (0.5_f64.ln() - 0.040_109);
    let sd = ((0.031_746 + depth as f64 * 0.082_997) / draws as f64).sqrt();
    let measured =
        snapshot.layers[depth - 1].x_second_moment.log10_mean / std::f64::consts::LOG10_E;
    // four standard deviations of the mean: alpha = 6e-5
    assert!(
        (measured - mean).abs() < 4.0 * sd,
        "{measured} not {mean} +- {sd}"
    );
    assert!(measured < -1400.0);
}

#[test]
fn the_gain_of_a_homogeneous_network_moves_every_curve_by_its_exact_power() {
    let depth = 400;
    let [one, large] = [1.0, 40.0].map(|gain| run("leaky_relu", gain, depth, |_| {}));
    for (l, (a, b)) in one.layers.iter().zip(&large.layers).enumerate() {
        let forward = 2.0 * 40.0_f64.log10() * (l + 1) as f64;
        let backward = 2.0 * 40.0_f64.log10() * (depth - 1 - l) as f64;
        // rounding differs by layer: 6e-8 relative each, 400 layers
        assert!(
            (b.z_second_moment.log10_mean - a.z_second_moment.log10_mean - forward).abs() < 1e-3
        );
        let (ga, gb) = (a.grad_z.unwrap().log10_mean, b.grad_z.unwrap().log10_mean);
        assert!(
            (gb - ga - backward).abs() < 1e-3,
            "layer {}: {ga} {gb}",
            l + 1
        );
        let (da, db) = (
            a.distinguishability.log10_mean,
            b.distinguishability.log10_mean,
        );
        assert!((da - db).abs() < 1e-3);
    }
    assert!(large.layers[depth - 1].z_second_moment.log10_mean > 1100.0);
}

#[test]
fn a_vanishing_tanh_network_becomes_the_linear_one() {
    let depth = 300;
    let [tanh, linear] = ["tanh", "identity"].map(|a| run(a, 0.01, depth, |_| {}));
    let fall = |s: &Snapshot, l: usize| {
        s.layers[l].z_second_moment.log10_mean - s.layers[4].z_second_moment.log10_mean
    };
    for l in 5..depth {
        assert!(
            (fall(&tanh, l) - fall(&linear, l)).abs() < 1e-4,
            "layer {}",
            l + 1
        );
        let (a, b) = (
            tanh.layers[l].grad_z.unwrap(),
            linear.layers[l].grad_z.unwrap(),
        );
        assert!((a.log10_mean - b.log10_mean).abs() < 1e-4);
    }
    assert!(tanh.layers[depth - 1].z_second_moment.log10_mean < -1190.0);
}

#[test]
fn a_cubic_leading_term_vanishes_doubly_exponentially_without_a_plateau() {
    // tanhshrink(z) = z^3 / 3 near 0: the logarithm of the signal triples from layer to layer
    let snapshot = run("tanhshrink", 1.0, 12, |d| d.batch = 1);
    let signal: Vec<f64> = snapshot
        .layers
        .iter()
        .map(|l| l.z_second_moment.log10_mean)
        .collect();
    for l in 7..11 {
        // log10(E z^6 / 9) = 0.22 for one input; the mean of z^6 over 64 units has a relative spread of 0.84
        assert!((signal[l + 1] - 3.0 * signal[l]).abs() < 1.5, "{signal:?}");
    }
    assert!(signal[11] < -1e4);
}

#[test]
fn a_leading_term_of_higher_degree_falls_on_without_a_plateau() {
    for (text, degree) in [
        ("x^4", 4.0),
        ("1-exp(-x^4)", 4.0),
        ("x^6", 6.0),
        ("sin(x^5)", 5.0),
    ] {
        let snapshot = run(text, 0.3, 9, |d| d.batch = 2);
        let signal: Vec<f64> = snapshot
            .layers
            .iter()
            .map(|l| l.z_second_moment.log10_mean)
            .collect();
        for l in 3..8 {
            // The gain adds -1, a mean of z^(2 degree) over 64 numbers from N(0, 1), |z| below 4.5, up to 1.3 degree. A plateau
            // would be more than (degree - 1) signal off.
            let off = signal[l + 1] - degree * signal[l];
            assert!((-2.0..1.3 * degree).contains(&off), "{text}: {signal:?}");
        }
        assert!(
            signal[8] < -1e4 && signal[8].is_finite(),
            "{text}: {signal:?}"
        );
    }
}

#[test]
fn squares_of_numbers_that_single_precision_holds_do_not_overflow() {
    // One input, one layer: z ~ N(0, s^2), and E exp(2 z) = exp(2 s^2) is beyond single precision where exp(z) is not.
    for engine in [Method::Dense, Method::MatrixFree] {
        let snapshot = run("exponential", 20.0, 2, |d| {
            d.width = 512;
            d.batch = 4;
            d.engine = engine;
        });
        let layer = &snapshot.layers[0];
        let largest = layer.peaks[1];
        assert!((20.0..38.5).contains(&largest), "{largest}");
        // between the largest number alone and all being as large
        let square = layer.x_second_moment.log10_p50;
        let alone = 2.0 * largest - (512.0 * 4.0_f64).log10();
        assert!(
            (alone - 1.0..2.0 * largest).contains(&square),
            "{square}, largest {largest}"
        );
        let next = snapshot.layers[1].z_second_moment.log10_p50;
        assert!(next.is_finite() && next > 30.0, "{next}");
    }
}

/// The first layer at which a number is not finite, of a linear network of N(0, 1) weights computed in a format that ends at `most`.
fn first_infinity(width: usize, batch: usize, most: f32, seed: u64) -> usize {
    let level = initscope::math::simd::level();
    let fill = |layer: u32, numbers: &mut [f32]| {
        let key = StreamKey {
            seed,
            draw: 0,
            layer,
            purpose: Purpose::Weights,
        };
        dispatch!(level, s => fill_normal(s, &mut Stream::new(s, key, 0), 1.0, numbers));
    };
    let mut x = vec![0.0; width * batch];
    fill(0, &mut x);
    let mut weights = vec![0.0; width * width];
    for layer in 1..100 {
        fill(layer, &mut weights);
        let mut z = vec![0.0_f32; width * batch];
        for (row, z) in weights.chunks(width).zip(z.chunks_mut(batch)) {
            for (w, x) in row.iter().zip(x.chunks(batch)) {
                z.iter_mut().zip(x).for_each(|(z, x)| *z += w * x);
            }
        }
        if z.iter().any(|z| !(z.abs() < most)) {
            return layer as usize;
        }
        x = z;
    }
    100
}

#[test]
fn a_format_overflows_where_its_first_number_does() {
    let snapshot = run("identity", 1.0, 40, |d| {
        d.initializer = Some("random_normal(1)".parse().unwrap());
        d.width = 256;
        d.batch = 32;
        d.draws = Draws::Exactly(15);
    });
    let verdict = snapshot.verdict.expect("draws are in");
    for (reach, most) in [(0, 65520.0), (2, f32::INFINITY)] {
        let told = verdict.reaches[reach]
            .signal
            .overflow
            .expect("it grows 16-fold a layer");
        let mut layers: Vec<usize> = (0..9)
            .map(|s| first_infinity(256, 32, most, 77 + s))
            .collect();
        layers.sort_unstable();
        // A median outside the range of nine draws of the same law: 2/2^9 = 0.4 % for each format.
        assert!(
            (layers[0]..=layers[8]).contains(&told),
            "{told}, not {layers:?}"
        );
    }
}

#[test]
fn what_really_overflows_is_told_as_an_overflow() {
    let snapshot = run("exponential", 3.0, 8, |_| {});
    let at = snapshot.overflow.expect("exp(exp(..)) overflows");
    assert!(
        snapshot.layers[at - 1..]
            .iter()
            .all(|l| l.z_second_moment.log10_mean == f64::INFINITY)
    );
    assert!(
        snapshot.layers[..at - 1]
            .iter()
            .all(|l| l.z_second_moment.log10_mean.is_finite())
    );
}

//! What is wrong besides drift: units that are all alike, draws that are dead by chance, data that hardly differ.

use std::sync::Arc;

use initscope::engine::snapshot::Share;
use initscope::engine::summary::{inputs, layers};
use initscope::engine::verdict::{Curves, Verdict, VerdictKind, judge};
use initscope::net::input::{Data, Input};
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::Record;
use initscope::sim::team::Team;
use ndarray::Array2;

/// So many draws, without theory and advice.
fn records(spec: &Spec, draws: u32) -> Vec<Record> {
    let mut draw = Draw::new(Arc::new(Plan::new(spec)), 0);
    let one = |index| {
        draw.restart(index);
        draw.advance(u64::MAX / 4, Team::Alone);
        draw.take_record()
    };
    (0..draws).map(one).collect()
}

fn verdict_of(spec: &Spec, draws: u32) -> Verdict {
    let records = records(spec, draws);
    let records: Vec<&Record> = records.iter().collect();
    let curves = Curves::measured(spec, &layers(&records));
    judge(&curves.seeing(spec, inputs(&records)))
}

fn spec(text: &str) -> Spec {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn weights_of_one_sign_leave_the_units_alike() {
    for activation in [
        "relu",
        "tanh",
        "gelu",
        "sigmoid",
        "identity",
        "leaky_relu(0.2)",
    ] {
        for law in [
            "constant(0.01)",
            "constant(-0.3)",
            "ones",
            "random_uniform(0.01)",
            "random_uniform(0.2)",
        ] {
            for (size, layer) in [("16x8", 2), ("64x4", 2), ("300x10", 2)] {
                let uniform = law.starts_with("random_uniform");
                let text = format!("{activation}/{law} {size} framework=flax");
                let v = verdict_of(&spec(&text), 8);
                assert_eq!(v.kind, VerdictKind::Symmetric, "{text}: {v:?}");
                // a constant law's units are equal at once, those of U[0, s) share three quarters at layer 1
                assert_eq!(
                    v.layer,
                    Some(if uniform { layer } else { 1 }),
                    "{text}: {v:?}"
                );
                assert!(
                    v.sentence().contains("the units are alike"),
                    "{}",
                    v.sentence()
                );
            }
        }
    }
}

#[test]
fn units_of_independent_signs_are_never_alike_however_deep() {
    let (mut tried, mut alike) = (0, Vec::new());
    let whole = std::env::var_os("INITSCOPE_WHOLE_GRID").is_some();
    let depths: &[usize] = if whole {
        &[1, 2, 8, 64, 512]
    } else {
        &[1, 3, 40]
    };
    let widths: &[usize] = if whole {
        &[2, 3, 4, 6, 8, 16, 64]
    } else {
        &[2, 3, 8, 16]
    };
    for activation in ["relu", "tanh", "gelu", "identity", "softplus"] {
        for law in ["he_normal", "he_uniform", "orthogonal", "lecun_normal"] {
            for width in widths {
                for depth in depths {
                    for (batch, dim) in [(2, *width), (3, 1), (16, *width), (64, 5)] {
                        for draws in [1, 8] {
                            let text = format!(
                                "{activation}/{law} {width}x{depth} batch={batch} input_dim={dim} seed={tried}"
                            );
                            tried += 1;
                            let v = verdict_of(&spec(&text), draws);
                            if v.kind == VerdictKind::Symmetric {
                                alike.push(text);
                            }
                        }
                    }
                }
            }
        }
    }
    assert!(
        tried > 1900 && alike.is_empty(),
        "{tried} tried: {alike:#?}"
    );
}

#[test]
fn the_effective_rank_of_gaussian_units_is_that_of_a_wishart_matrix() {
    // Orthonormal inputs, linear units: K = a Wishart matrix of 64 units in 16 inputs, centred to 15 dimensions, for which
    // E tr K = 15 n and E tr K^2 = 15 n (n + 15 + 1), so that the participation ratio is near 15 n / (n + 16) = 12.
    let noise = spec("identity/lecun_normal 64x1 input_dim=4096 framework=pytorch");
    let records = records(&noise, 256);
    let records: Vec<&Record> = records.iter().collect();
    let found = layers(&records)[0].effective_rank;
    // the inputs' own overlaps are 1/64 and the spread of a draw is 0.2: the median of every fourth of 256 within 4 x 1.25 x 0.2 / 8
    assert!((found - 12.0).abs() < 0.13 + 0.1, "{found}");
}

/// Uniform numbers in (0, 1) by SplitMix64, normal ones by Box and Muller.
struct Random(u64);

impl Random {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((z ^ (z >> 31)) >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// The layer at which a network of relu units with Gaussian weights and no bias is dead, in double precision.
fn death(
    random: &mut Random,
    width: usize,
    depth: usize,
    batch: usize,
    dim: usize,
) -> Option<usize> {
    let mut x: Vec<Vec<f64>> = (0..batch)
        .map(|_| (0..dim).map(|_| random.normal()).collect())
        .collect();
    for layer in 1..=depth {
        let fan_in = x[0].len();
        let w: Vec<f64> = (0..width * fan_in).map(|_| random.normal()).collect();
        for x in &mut x {
            let row = |w: &[f64]| w.iter().zip(&*x).map(|(w, x)| w * x).sum::<f64>();
            *x = w.chunks_exact(fan_in).map(|w| row(w).max(0.0)).collect();
        }
        if x.iter().flatten().all(|x| *x == 0.0) {
            return Some(layer);
        }
    }
    None
}

#[test]
fn the_share_of_dead_draws_is_that_of_independent_networks() {
    const NETWORKS: usize = 4000;
    let mut random = Random(14);
    let sizes = [(2, 3, 16, 1), (4, 20, 16, 4), (3, 6, 1, 3), (2, 8, 5, 2)];
    // 4 sizes, first and last third of the layers: family-wise alpha 1 % is the normal quantile at 1 - 0.01 / 16
    let quantile = 3.227;
    for (width, depth, batch, dim) in sizes {
        let text = format!(
            "relu/he_normal {width}x{depth} batch={batch} input_dim={dim} framework=pytorch seed=3"
        );
        let spec = spec(&text);
        let found = records(&spec, NETWORKS as u32);
        let theirs: Vec<_> = (0..NETWORKS)
            .filter_map(|_| death(&mut random, width, depth, batch, dim))
            .collect();
        for last in [depth.div_ceil(3), depth] {
            let by =
                |layers: &mut dyn Iterator<Item = usize>| layers.filter(|l| *l <= last).count();
            let ours = by(&mut found.iter().filter_map(Record::death));
            let theirs = by(&mut theirs.iter().copied());
            let pooled = (ours + theirs) as f64 / (2 * NETWORKS) as f64;
            let allowed = quantile * (pooled * (1.0 - pooled) * 2.0 / NETWORKS as f64).sqrt();
            let gap = (ours as f64 - theirs as f64) / NETWORKS as f64;
            assert!(
                gap.abs() <= allowed,
                "{text}, to layer {last}: {ours} and {theirs}"
            );
        }
        let records: Vec<&Record> = found.iter().collect();
        let v = judge(&Curves::measured(&spec, &layers(&records)));
        let deaths = found.iter().filter(|r| r.death().is_some()).count();
        assert_eq!(
            v.dead_draws,
            Share {
                count: deaths,
                total: NETWORKS
            }
        );
        assert!(
            v.kind == VerdictKind::Dead && v.needs_width(),
            "{text}: {v:?}"
        );
        assert!(v.sentence().contains("more width"), "{}", v.sentence());
    }
}

#[test]
fn what_dies_by_its_law_is_not_healed_by_width_and_what_cannot_die_does_not() {
    for (text, dead) in [
        ("relu/zeros 4x8", true),
        ("tanh/zeros 64x8 bias=0.1", true),
        ("relu/he_normal 32x40", false),
        ("leaky_relu(0.1)/he_normal 2x12", false),
        ("tanh/lecun_normal 2x12", false),
    ] {
        let v = verdict_of(&spec(text), 64);
        assert!(
            !v.needs_width() && (v.kind == VerdictKind::Dead) == dead,
            "{text}: {v:?}"
        );
        assert_eq!(v.dead_draws.count, if dead { 64 } else { 0 }, "{text}");
    }
}

#[test]
fn few_draws_do_not_settle_how_many_are_dead_and_an_automatic_ensemble_goes_on() {
    let eight = verdict_of(&spec("relu/he_normal 3x3 seed=5"), 8);
    assert!(!eight.deaths_known && !eight.needs_width(), "{eight:?}");
    let automatic =
        initscope::engine::Engine::new(Arc::new(spec("relu/he_normal 2x3 input_dim=1")));
    let v = automatic.run().verdict.expect("complete");
    assert!(
        v.deaths_known && v.needs_width() && v.kind == VerdictKind::Dead,
        "{v:?}"
    );
    let [low, high] = v.dead_draws.interval();

    assert!((low..high).contains(&0.35), "{v:?}");
}

/// The verdict on rows of data, by theory and by 8 draws.
fn on_data(rows: &Array2<f64>, batch: usize) -> Verdict {
    let data = Data::new("rows.csv", rows).expect("valid");
    let spec = Spec::new(Draft {
        activation: "tanh".parse().expect("known"),
        initializer: Some("lecun_normal".parse().expect("known")),
        input: Input::Data(Arc::new(data)),
        width: 32,
        depth: 5,
        batch,
        draws: Draws::Exactly(8),
        ..Draft::default()
    });
    verdict_of(&spec.expect("valid"), 8)
}

#[test]
fn the_data_are_to_blame_where_they_do_not_differ() {
    let alike = |rows| Array2::from_shape_fn((rows, 4), |(_, c)| c as f64);
    let nearly = Array2::from_shape_fn((40, 4), |(r, c)| {
        c as f64 + 1e-3 * (r * (c + 1)) as f64 / 40.0
    });
    // one column carries everything and is nearly constant
    let heavy = Array2::from_shape_fn((30, 3), |(r, c)| {
        if c == 0 {
            1e6 + r as f64
        } else {
            (r * c % 7) as f64
        }
    });
    for (rows, batch, told) in [
        (alike(5), 16, "all 5 rows of the data are the same"),
        (alike(2), 16, "both rows of the data are the same"),
        (
            alike(40),
            16,
            "the 16 inputs of every batch are the same, of 40 rows of data",
        ),
        (
            nearly,
            16,
            "e-7 of their mean square differs between them, less than 1e-3",
        ),
        (
            heavy,
            16,
            "of their mean square differs between them, less than 1e-3",
        ),
    ] {
        let v = on_data(&rows, batch);
        assert_eq!(
            (v.kind, v.is_healthy()),
            (VerdictKind::Inputs, false),
            "{told}: {v:?}"
        );
        assert!(v.sentence().contains(told), "{}", v.sentence());
    }
    let different =
        |rows| Array2::from_shape_fn((rows, 4), |(r, c)| ((r * 7 + c * 5 + r * c) % 11) as f64);
    for (rows, batch) in [
        (different(20), 16),
        (different(3), 16),
        (different(2), 2),
        // a single row is a batch of one, of which nothing can be told apart
        (alike(1), 1),
        (alike(1), 16),
    ] {
        let v = on_data(&rows, batch);
        assert_ne!(v.kind, VerdictKind::Inputs, "{v:?}");
        assert_eq!(v.sentence().contains("one input"), v.one_input, "{v:?}");
    }
}

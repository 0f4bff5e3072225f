//! The band around the predicted curve holds 8 in 10 single draws, as the screen says.
//!
//! Counted is, at a few layers of every channel, the share of `DRAWS` seeded draws inside the band, where the band is wide enough
//! to be seen (`VISIBLE`). The laws behind it are normal and of first order, so the promise is two thirds to 19 in 20, and half to 19 in 20
//! for distinguishability, where fluctuations of the angles between single pairs of inputs are left out, and in unstable maps; a share of 0.8 counted
//! over `DRAWS` has a standard deviation of 1.8 %.

use std::ops::RangeInclusive;
use std::sync::Arc;

use initscope::engine::prediction::predict;
use initscope::engine::snapshot::Band;
use initscope::net::spec::Spec;
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::{Layer, Record};
use initscope::sim::team::Team;
use rayon::prelude::*;

const DRAWS: u32 = 500;

/// Decades from which a band is drawn as one on the finest scale, two decades in eight rows: two rows are half a decade; with
/// some margin.
const VISIBLE: f64 = 0.2;

const NETWORKS: [&str; 11] = [
    "relu/he_normal 64x32",
    "relu/he_normal 64x100",
    "relu/orthogonal 128x64",
    "leaky_relu(0.2)/he_normal 64x32",
    "linear/he_normal 128x16",
    "tanh/glorot_uniform 128x64",
    "tanh/glorot_normal 64x100",
    "sigmoid/glorot_uniform 128x16",
    "selu/lecun_normal 128x48",
    "gelu/he_normal 128x24",
    "silu/he_normal 128x24",
];

/// Unstable maps: errors of the signal grow from layer to layer until the inputs of a batch part.
const UNSTABLE: [&str; 2] = ["gelu/he_normal 128x24", "silu/he_normal 128x24"];

/// Shares of the draws inside the band.
fn promised(network: &str, channel: &str) -> RangeInclusive<f64> {
    match channel {
        _ if UNSTABLE.contains(&network) => 0.5..=0.99,
        "distinguishability" => 0.5..=0.95,
        _ => 2.0 / 3.0..=0.95,
    }
}

fn records(spec: &Spec) -> Vec<Record> {
    let plan = Arc::new(Plan::new(spec));
    (0..DRAWS)
        .into_par_iter()
        .map(|index| {
            let mut draw = Draw::new(Arc::clone(&plan), index);
            draw.advance(u64::MAX / 4, Team::Alone);
            draw.into_record()
        })
        .collect()
}

type Pick = fn(&Layer) -> f64;

#[test]
fn eight_in_ten_draws_are_inside_the_band() {
    let mut seen = 0;
    for words in NETWORKS {
        let spec: Spec = words.parse().unwrap_or_else(|e| panic!("{words}: {e}"));
        let prediction = predict(&spec).expect("theory knows it");
        let records = records(&spec);
        let channels: [(&str, Pick, &[Band]); 3] = [
            ("signal", |l| l.z_second_moment, &prediction.signal),
            ("gradient", |l| l.grad_z, &prediction.gradient),
            (
                "distinguishability",
                |l| l.distinguishability,
                &prediction.distinguishability,
            ),
        ];
        for (name, pick, bands) in channels {
            let last = spec.depth() - 1;
            for layer in [0, last / 4, last / 2, last] {
                let Band { low, high, .. } = bands[layer];
                if high - low < VISIBLE {
                    continue;
                }
                let inside = |r: &&Record| (low..=high).contains(&pick(&r.layers[layer]));
                let share = records.iter().filter(inside).count() as f64 / f64::from(DRAWS);
                assert!(
                    promised(words, name).contains(&share),
                    "{words}: {name} at layer {}: {share} of the draws in {low:.3} to {high:.3}",
                    layer + 1
                );
                seen += 1;
            }
        }
    }
    assert!(seen > 40, "{seen} bands were wide enough to be judged");
}

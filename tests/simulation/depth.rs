//! How deep a network of a kind may be, against networks of every depth around the answer.
//!
//! Brute force: an ensemble of its own at each depth, with another seed than the search had, judged by the verdict's limits. Two
//! ensembles of one depth differ by the noise of their draws, so an answer is wrong where brute force contradicts it by more than its
//! own noise: the depth that is told to be healthy fails, or the one that is told to fail is healthy, wherever the medians lie within
//! their confidence intervals. A search errs by 1 % at each end of what it decides, brute force by 1 % at each end of its intervals, and
//! contradiction needs the sum of both errors: 60 networks with two ends each are wrong by chance with a probability below
//! `120 * P(N > 2 * 2.33 / sqrt(2)) = 6 %` in all if every network lay exactly at a limit, which few do.

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::depth::{DepthSearch, Fate, fate};
use initscope::engine::verdict::{Budget, DRIFT_LIMIT};
use initscope::net::spec::{Draws, Spec};

/// Activation and initializer.
const KINDS: [&str; 12] = [
    "relu/he_normal",
    "relu/glorot_uniform",
    "relu/orthogonal(1.414)",
    "leaky_relu/he_uniform",
    "tanh/he_normal",
    "tanh/glorot_normal",
    "selu/he_normal",
    "elu/he_normal",
    "gelu/he_normal",
    "sigmoid/glorot_uniform",
    "softplus/lecun_normal",
    "silu/orthogonal(1.6)",
];

/// Width and depth of the network that is asked about.
const SIZES: [(usize, usize); 5] = [(16, 12), (32, 64), (64, 64), (128, 40), (256, 24)];

fn networks() -> Vec<Spec> {
    let whole = std::env::var_os("INITSCOPE_WHOLE_GRID").is_some();
    let all = SIZES.iter().flat_map(|size| KINDS.map(|kind| (size, kind)));
    let parts = all.enumerate().filter(|(n, ((width, _), _))| {
        // some of the narrow ones
        whole || *width <= 64 && n % 7 == 4
    });
    let spec = |((width, depth), kind): (&(usize, usize), &str)| {
        let text = format!("{kind} {width}x{depth} draws=32");
        text.parse().unwrap_or_else(|e| panic!("{text}: {e}"))
    };
    parts.map(|(_, network)| spec(network)).collect()
}

fn measured(spec: &Spec) -> Budget {
    let known = Engine::new(Arc::new(spec.clone())).run();
    let verdict = known.verdict.clone().expect("complete");
    DepthSearch::new(&known, &verdict).run()
}

/// What an ensemble of this depth says, drawn with another seed.
fn brute(spec: &Spec, depth: usize, draws: usize) -> Fate {
    let other = spec.with(|draft| {
        draft.depth = depth;
        draft.seed = 1_000_003;
        draft.draws = Draws::Exactly(draws);
    });
    fate(&other.expect("valid"), DRIFT_LIMIT)
}

#[test]
fn the_deepest_healthy_network_is_what_brute_force_finds() {
    let mut wrong = Vec::new();
    for spec in networks() {
        let budget = measured(&spec);
        let draws = if spec.width() < 64 { 128 } else { 64 };
        if budget.is_measured() {
            let around = |n: usize| [n, n - n / 20, n - n / 10];
            let healthy = around(budget.healthy_at).into_iter().filter(|n| *n > 0);
            for depth in healthy {
                if let Fate::Fails(channel) = brute(&spec, depth, draws) {
                    wrong.push(format!("{spec}: {budget:?}, {depth} fails by {channel:?}"));
                }
            }
            if let Some(fails) = budget.fails_at
                && brute(&spec, fails, draws) == Fate::Healthy
            {
                wrong.push(format!("{spec}: {budget:?}, {fails} is healthy"));
            }
        }
        println!("{spec}: {}", budget.compact());
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

//! What is known before step 1: by the simulation, of the networks that are trained.

use std::sync::Arc;

use initscope::engine::Engine;
use initscope::engine::factors::{Experiment, Extent, Factor, Factors, FactorsRequest, Response};
use initscope::engine::training::{Start, Trainings};
use initscope::math::team::Team;
use initscope::net::optimizer::Optimizer;
use initscope::net::recipe::{Rate, Recipe};
use initscope::net::spec::Spec;
use initscope::train::matrix::Matrix;
use initscope::train::network::Network;

use super::{plan, trained};

fn recipe(runs: usize) -> Recipe {
    Recipe {
        steps: 1,
        batch_size: 16,
        runs,
        ..Recipe::default()
    }
}

fn starts(text: &str, recipe: &Recipe) -> Vec<Vec<Arc<Start>>> {
    let contestants = Trainings::new(vec![plan(text, recipe)]).run().contestants;
    let rates = contestants[0].rates.iter();
    rates
        .map(|at| {
            let starts = at.runs.iter().map(|run| run.start.clone());
            starts.map(|start| start.expect("measured")).collect()
        })
        .collect()
}

/// Run by run they are the draws of `initscope run` of the same network, at every rate the same.
#[test]
fn a_network_starts_as_the_simulation_draws_it_however_small_its_numbers_are() {
    let text = "sigmoid/random_normal 64x60 input=digits";
    let sweep = Recipe {
        rate: Rate::Sweep,
        ..recipe(3)
    };
    let starts = starts(text, &sweep);
    assert!(starts.len() > 1 && starts.iter().all(|rate| *rate == starts[0]));
    let spec: Spec = format!("{text} draws=3 engine=dense")
        .parse()
        .expect("valid");
    let simulated = Engine::new(Arc::new(spec)).run();
    let mean = |of: &dyn Fn(&Start) -> f64| starts[0].iter().map(|s| of(s)).sum::<f64>() / 3.0;
    for (l, layer) in simulated.layers.iter().enumerate() {
        let pairs = [
            (mean(&|s| s.signal[l]), layer.z_second_moment),
            (mean(&|s| s.gradient[l]), layer.grad_z.expect("complete")),
            (mean(&|s| s.distinguishability[l]), layer.distinguishability),
        ];
        for (here, there) in pairs {
            assert_eq!(here, there.log10_mean, "layer {}", l + 1);
        }
    }
    // 2^-149 is the least number of single precision, 1e-90 its square
    assert!(mean(&|s| s.gradient[0]) < -100.0);
    assert!(mean(&|s| s.distinguishability[59]) < -100.0);
}

#[test]
fn a_dead_network_starts_with_exact_zeros_and_one_input_is_measured_beside_another() {
    let dead = starts("relu/he_normal 1x40 seed=3", &recipe(8)).concat();
    let zero = f64::NEG_INFINITY;
    let dead = dead
        .iter()
        .find(|s| s.signal[39] == zero)
        .expect("one of 8");
    assert_eq!(
        (dead.gradient[0], dead.distinguishability[39]),
        (zero, zero)
    );
    let one = starts("tanh/glorot_normal 8x3 batch=1", &recipe(1)).concat();
    assert!(one[0].distinguishability[2].is_finite());
}

/// Every drift of every activation with every initializer is a number, and no two of them are the same floor.
#[test]
fn no_effect_before_step_1_is_the_end_of_single_precision() {
    let spec = "relu/he_normal 32x48".parse().expect("valid");
    let mut factors = Factors::new(&spec, &recipe(2)).expect("trainable");
    while factors.is_measuring() {
        factors.step();
    }
    let known = factors.snapshot();
    assert_eq!(known.progress.made, 0);
    for response in [
        Response::Signal,
        Response::Gradient,
        Response::Distinguishability,
    ] {
        let ranked = known.ranked(response);
        assert!(ranked.iter().all(|(_, effect)| effect.size.is_finite()));
        for kind in [Factor::Optimizer, Factor::Classes, Factor::Storage] {
            let effect = known.effect(kind, response).expect("measured");
            assert!(effect.identical, "{kind} {response:?}");
        }
        for row in known.design.grid() {
            let mut values: Vec<f64> = row
                .iter()
                .map(|cell| known.value(*cell, response).expect("measured").mean)
                .collect();
            values.sort_by(f64::total_cmp);
            values.dedup();
            assert_eq!(values.len(), row.len(), "{response:?}: {values:?}");
        }
    }
    let sentence = known.sentence(Factor::Classes).expect("measured");
    assert!(
        sentence.starts_with("touch only the last layer: the hidden layers"),
        "{sentence}"
    );
}

/// What the sentences of the optimizer and of the classes say, of the networks that are trained.
#[test]
fn optimizer_and_classes_leave_every_hidden_matrix_as_it_is_bit_for_bit() {
    let text = "gelu/he_normal 24x4 bias=0.1";
    let of = |recipe: &Recipe| {
        let plan = plan(text, recipe);
        let mut network = Network::new(Arc::clone(&plan), 0);
        while network.build(Team::Alone) {}
        let bits = |m: &Matrix| -> Vec<u32> {
            let rows = (0..m.shape().fan_out).flat_map(|unit| {
                let bias = m.bias(unit);
                m.weights(unit).iter().copied().chain([bias])
            });
            rows.map(f32::to_bits).collect()
        };
        let hidden = network.matrices()[..4].iter().map(bits);
        let first = trained(&plan, Team::Alone).record().losses[0].to_bits();
        (hidden.collect::<Vec<_>>(), first)
    };
    let base = of(&recipe(1));
    for optimizer in Optimizer::ALL {
        assert!(
            of(&Recipe {
                optimizer,
                ..recipe(1)
            }) == base,
            "{optimizer}"
        );
    }
    for classes in [2, 5] {
        let fewer = Recipe {
            classes: Some(classes),
            ..recipe(1)
        };
        assert!(of(&fewer).0 == base.0, "{classes}");
    }
}

/// Nothing but the training counts for the time that is left.
#[test]
fn time_left_is_told_by_the_training_alone() {
    let request = FactorsRequest {
        base: Arc::new("tanh/glorot_normal 8x3".parse().expect("valid")),
        recipe: Recipe {
            steps: 20,
            ..recipe(2)
        },
        extent: Extent::Training,
    };
    let mut experiment = Experiment::new(request, None);
    let progress = |experiment: &Experiment| experiment.answer().known.expect("trainable").progress;
    while progress(&experiment).measured < progress(&experiment).networks {
        experiment.step();
        experiment.spend(1000.0);
    }
    assert_eq!(experiment.answer().spent, None);
    assert_eq!(experiment.answer().seconds_left(), None);
    // nothing is told of the first seconds, nor before every network could have made a step
    let known = |experiment: &Experiment| {
        let (spent, at) = (experiment.answer().spent, progress(experiment));
        spent.is_some_and(|spent| spent >= 5.0) && at.made >= at.networks
    };
    while !known(&experiment) {
        assert_eq!(experiment.answer().seconds_left(), None);
        experiment.step();
        experiment.spend(0.5);
    }
    let (spent, at) = (
        experiment.answer().spent.expect("counted"),
        progress(&experiment),
    );
    let [least, most] = experiment.answer().seconds_left().expect("it is known");
    let left = spent * at.cost as f64 / at.spent as f64;
    assert!(
        least < left && left < most && most < 1000.0,
        "{least} {left} {most}"
    );
}

/// Columns that hold the same law are equally good: neither is the best.
#[test]
fn equal_values_share_the_best_place() {
    let spec = "tanh/variance_scaling(2) 16x6".parse().expect("valid");
    let mut factors = Factors::new(&spec, &recipe(1)).expect("trainable");
    while factors.is_measuring() {
        factors.step();
    }
    let known = factors.snapshot();
    let best = known.best_by(Response::Gradient).expect("measured");
    // he_normal is variance_scaling(2), which the base's column holds already
    assert_eq!(best[0], [0, 1]);
    let sentence = known.sentence(Factor::Interaction).expect("measured");
    assert!(
        sentence.contains("variance_scaling(2) or he_normal"),
        "{sentence}"
    );
}

//! What is learned, and that it is always the same.

use std::sync::Arc;

use initscope::math::team::Team;
use initscope::net::input::{Data, Input, Storage};
use initscope::net::optimizer::Optimizer;
use initscope::net::recipe::{Rate, Recipe};
use initscope::train::plan::Plan;
use initscope::train::training::Training;

use super::{plan, trained};

fn bits(training: &Training) -> Vec<u32> {
    let matrices = training.network().matrices().iter();
    matrices
        .flat_map(|matrix| {
            (0..matrix.shape().fan_out).flat_map(|unit| {
                let bias = [matrix.bias(unit)];
                let row = matrix.weights(unit).iter().chain(&bias);
                row.map(|w| w.to_bits()).collect::<Vec<u32>>()
            })
        })
        .collect()
}

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    for optimizer in Optimizer::ALL {
        let recipe = Recipe {
            optimizer,
            steps: 12,
            batch_size: 50,
            ..Recipe::default()
        };
        for text in [
            "gelu/he_normal 70x4 bias=preset framework=pytorch",
            "gelu/he_normal 36x2 block=pre(ln,attn(3,causal,rope))+res(mlp(2),alpha=0) final=rms",
            "relu/he_normal 40x3 block=respost(bn,mlp(1,bn),phi)",
            // a matrix learns in several pieces
            "relu/he_normal 1024x1 block=pre(rms,attn(16))+pre(rms,mlp(1))",
        ] {
            let recipe = match text.contains("1024") {
                true if optimizer != Optimizer::Momentum => continue,
                true => Recipe {
                    steps: 2,
                    ..recipe.clone()
                },
                false => recipe.clone(),
            };
            let plan = plan(text, &recipe);
            let alone = trained(&plan, Team::Alone);
            for threads in [1, 2, 4] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
                let pool = pool.build().expect("threads");
                let together = pool.install(|| trained(&plan, Team::Pool));
                let name = format!("{text}, {optimizer}, {threads}");
                assert_eq!(alone.record(), together.record(), "{name}");
                assert_eq!(bits(&alone), bits(&together), "{name}");
            }
        }
    }
}

#[test]
fn another_run_and_another_seed_are_another_training() {
    let recipe = Recipe {
        steps: 3,
        ..Recipe::default()
    };
    let a = plan("tanh/glorot_normal 16x2", &recipe);
    let b = plan("tanh/glorot_normal 16x2 seed=1", &recipe);
    let first = |plan: &Arc<Plan>, run| {
        let mut training = Training::new(Arc::clone(plan), run, 0.1);
        while !training.is_done() {
            training.advance(Team::Alone);
        }
        training.record().losses.clone()
    };
    let losses = [first(&a, 0), first(&a, 1), first(&b, 0)];
    assert!(losses[0] != losses[1] && losses[0] != losses[2] && losses[1] != losses[2]);
}

#[test]
fn thirty_layers_learn_the_digits_where_relu_keeps_its_signal_and_stay_at_chance_at_every_rate_where_not()
 {
    let reached = |text: &str, recipe: &Recipe| {
        let plan = plan(text, recipe);
        let rates = plan.recipe().rates().into_iter();
        let shares = rates.map(|rate| {
            let mut training = Training::new(Arc::clone(&plan), 0, rate);
            while !training.is_done() {
                training.advance(Team::Alone);
            }
            training.record().loss_reached() / plan.labels().entropy()
        });
        shares.fold(f64::INFINITY, f64::min)
    };
    let one_rate = Recipe::default();
    let healthy = reached("relu/he_normal 128x30", &one_rate);
    assert!(healthy < 0.5, "{healthy}");
    let every_rate = Recipe {
        rate: Rate::Sweep,
        steps: 200,
        ..one_rate
    };
    for vanishing in ["relu/lecun_normal 64x30", "relu/glorot_normal 64x30"] {
        let least = reached(vanishing, &every_rate);
        assert!(least > 0.95, "{vanishing}: {least}");
    }
}

#[test]
fn every_optimizer_learns_at_its_own_rate() {
    for optimizer in Optimizer::ALL {
        let recipe = Recipe {
            optimizer,
            ..Recipe::default()
        };
        let plan = plan("tanh/glorot_normal 64x4", &recipe);
        let training = trained(&plan, Team::Alone);
        let record = training.record();
        let share = record.loss_reached() / plan.labels().entropy();
        assert!(share < 0.5, "{optimizer}: {share}");
        assert!(record.accuracy_reached() > 0.7, "{optimizer}");
        assert_eq!(record.changes[0].step, 1);
        assert_eq!(record.changes.last().map(|c| c.step), Some(300));
    }
}

#[test]
fn a_rate_that_is_too_large_ends_with_the_step_that_showed_it() {
    let recipe = Recipe {
        rate: Rate::Fixed(1000.0),
        ..Recipe::default()
    };
    let training = trained(&plan("relu/he_normal 32x6", &recipe), Team::Alone);
    let divergence = training.record().diverged.expect("it diverges");
    assert!(!divergence.loss.is_finite());
    assert_eq!(divergence.step, training.record().losses.len() + 1);
    assert!(divergence.step < 300);
}

#[test]
fn every_file_format_gives_the_same_bits_and_the_same_training() {
    let digits = Input::Digits;
    let stored = digits.stored().expect("pixels");
    let rows = digits.rows().expect("rows");
    for format in Storage::ALL {
        let bytes = format.encode(&stored).expect("whole numbers up to 16");
        let read = format.decode("digits", &bytes).expect("our own bytes");
        let data = Data::new("digits", &read).expect("valid");
        let same = data.rows.iter().zip(rows.iter());
        assert!(
            same.clone().count() == rows.len()
                && same.into_iter().all(|(a, b)| a.to_bits() == b.to_bits()),
            "{format}"
        );
    }
}

#[test]
fn what_cannot_be_trained_is_refused_with_what_to_type() {
    let message = |text: &str, recipe: Recipe| {
        let spec = text.parse().expect("a spec");
        Plan::new(&spec, &recipe).expect_err(text).to_string()
    };
    let standard = Recipe::default();
    assert_eq!(
        message("relu/he_normal 2048x4", standard.clone()),
        "width 2048 is not allowed: 1 to 1024 where networks are trained; try --width 1024"
    );
    assert!(message("relu/he_normal 8x101", standard.clone()).ends_with("try --depth 100"));
    let recipe = Recipe {
        classes: Some(11),
        ..standard.clone()
    };
    assert!(message("relu/he_normal 8x4", recipe).ends_with("try --classes 10"));
    let recipe = Recipe {
        optimizer: Optimizer::Adam,
        batch_size: 1024,
        ..standard.clone()
    };
    // 100 matrices of 1024 x 1040 three times, 1024 examples four times in 101 layers: 1.2 + 1.6 GiB
    let memory = message("relu/he_normal 1024x100", recipe);
    assert!(memory.contains("needs about 2.8 GiB"), "{memory}");
}

/// Adam at 0.003 is too fast for 32 sub-layers whose norm stands on the stream, and not for those whose norm stands before the branch.
#[test]
fn a_deep_transformer_learns_with_norms_before_its_branches_and_stalls_with_norms_after_them() {
    let recipe = Recipe {
        optimizer: Optimizer::Adam,
        rate: Rate::Fixed(0.003),
        steps: 60,
        batch_size: 32,
        ..Recipe::default()
    };
    let reached = |block: &str| {
        let text = format!("relu/glorot_uniform 48x16 block={block}");
        let plan = plan(&text, &recipe);
        let record = trained(&plan, Team::Pool).record().clone();
        record.loss_reached() / plan.labels().entropy()
    };
    let post = reached("post(ln,attn(4))+post(ln,mlp(2))");
    let pre = reached("pre(ln,attn(4))+pre(ln,mlp(2)) final=ln");
    assert!(post > 0.95 && pre < 0.5, "{post} {pre}");
}

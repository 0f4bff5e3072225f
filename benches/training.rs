//! Steps of a training per second: 256 x 10, minibatches of 64 digits, for every optimizer, on one thread and on all.
//!
//! Beside PyTorch: `python benches/train_torch.py --threads 1` prints the same sizes.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use initscope::math::team::Team;
use initscope::net::optimizer::Optimizer;
use initscope::net::recipe::Recipe;
use initscope::train::plan::Plan;
use initscope::train::training::Training;

const WIDTH: usize = 256;
const DEPTH: usize = 10;

fn steps(c: &mut Criterion) {
    for (name, team) in [("alone", Team::Alone), ("pool", Team::Pool)] {
        let mut group = c.benchmark_group(format!("step_{name}"));
        group.throughput(Throughput::Elements(1));
        for optimizer in Optimizer::ALL {
            let recipe = Recipe {
                optimizer,
                steps: 100_000,
                ..Recipe::default()
            };
            let spec = format!("relu/he_normal {WIDTH}x{DEPTH}")
                .parse()
                .expect("a spec");
            let plan = Arc::new(Plan::new(&spec, &recipe).expect("a plan"));
            group.bench_function(format!("{optimizer}/{WIDTH}x{DEPTH}_b64"), |bencher| {
                // a small rate: what is measured must not diverge
                let mut training = Training::new(Arc::clone(&plan), 0, 1e-4);
                while training.steps() == 0 {
                    training.advance(team);
                }
                bencher.iter(|| {
                    training.advance(team);
                    black_box(training.steps())
                });
            });
        }
        group.finish();
    }
}

criterion_group!(benches, steps);
criterion_main!(benches);

//! Sweeps: planning a million points, and what a point costs beside its network.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use initscope::engine::point::{PointRun, snapshot};
use initscope::net::spec::Spec;
use initscope::sweep::grid::{Axis, Grid, Keep, Measure, SCHEMA};
use initscope::sweep::journal::{Header, Journal};
use initscope::sweep::measure::Task;
use initscope::sweep::points::Points;

fn grid(axes: &[(&str, std::ops::Range<usize>)]) -> Grid {
    let axis = |(field, values): &(&str, std::ops::Range<usize>)| Axis {
        fields: vec![(*field).to_owned()],
        values: values
            .clone()
            .map(|value| vec![value.to_string()])
            .collect(),
    };
    Grid {
        schema: SCHEMA,
        network: "relu/he_normal 16x4 draws=2".into(),
        measure: Measure::Run,
        keep: Keep::Verdict,
        split: None,
        axes: axes.iter().map(axis).collect(),
    }
}

fn planning(criterion: &mut Criterion) {
    let million = grid(&[("width", 1..101), ("depth", 1..101), ("seed", 0..100)]);
    criterion.bench_function("a million points checked", |bench| {
        bench.iter(|| {
            let points = Points::new(million.clone()).expect("a grid");
            points.check().expect("all can be measured");
            black_box(points.count())
        });
    });
}

fn point(criterion: &mut Criterion) {
    let points = Points::new(grid(&[("seed", 0..1000)])).expect("a grid");
    let (measure, keep) = (points.grid().measure, points.grid().keep);
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .build()
        .expect("a thread");
    let spec: Arc<Spec> = Arc::new(points.point(0).expect("one").spec);
    criterion.bench_function("draws of a network, alone", |bench| {
        bench.iter(|| {
            pool.install(|| {
                let mut run = PointRun::new(Arc::clone(&spec));
                while !run.is_settled() {
                    run.step();
                }
                snapshot(run.spec(), &run.records()).draws
            })
        });
    });
    let file = tempfile::tempfile().expect("a file");
    let mut journal = Journal::begin(file, &Header::new(points.hash(), 0, 1)).expect("room");
    let mut number = 0;
    criterion.bench_function(
        "the same as a point of a grid, kept in a journal",
        |bench| {
            bench.iter(|| {
                number = (number + 1) % points.count();
                let unit = points.unit(number).expect("one");
                let rows = pool.install(|| Task::new(unit, measure, keep).expect("one").run());
                journal.append(number, &rows).expect("room")
            });
        },
    );
}

criterion_group!(benches, planning, point);
criterion_main!(benches);

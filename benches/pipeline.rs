//! Each stage of the simulation and whole draws, with throughput in numbers (or matrix entries) per second.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::dispatch;
use initscope::math::gram::{add_cross, add_upper_gram};
use initscope::math::panel::Panel;
use initscope::math::product::{
    BLOCK_COLS, BLOCK_ROWS, block_times_panel, block_transposed_times_panel, matrix_times_triangle,
};
use initscope::math::simd::level;
use initscope::math::stream::{
    Purpose, Stream, StreamKey, fill_normal, fill_truncated_normal, fill_uniform,
};
use initscope::net::framework::Framework;
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::network::NetworkPlan;
use initscope::sim::team::Team;

const KEY: StreamKey = StreamKey {
    seed: 1,
    draw: 2,
    layer: 3,
    purpose: Purpose::Weights,
};

fn streams(c: &mut Criterion) {
    let mut group = c.benchmark_group("stream");
    let mut out = vec![0.0_f32; BLOCK_ROWS * BLOCK_COLS];
    group.throughput(Throughput::Elements(out.len() as u64));
    group.bench_function("uniform", |b| {
        b.iter(|| dispatch!(level(), s => fill_uniform(s, &mut Stream::new(s, KEY, 0), -1.0, 1.0, black_box(&mut out))));
    });
    group.bench_function("normal", |b| {
        b.iter(|| dispatch!(level(), s => fill_normal(s, &mut Stream::new(s, KEY, 0), 1.0, black_box(&mut out))));
    });
    group.bench_function("truncated_normal", |b| {
        b.iter(|| dispatch!(level(), s => fill_truncated_normal(s, &mut Stream::new(s, KEY, 0), 1.0, 0.9545, black_box(&mut out))));
    });
    group.finish();
}

fn products(c: &mut Criterion) {
    let mut group = c.benchmark_group("product");
    for lanes in [16, 64] {
        let w = vec![0.5_f32; BLOCK_ROWS * BLOCK_COLS];
        let x = Panel::zeros(BLOCK_COLS, lanes);
        let mut z = Panel::zeros(BLOCK_ROWS, lanes);
        group.throughput(Throughput::Elements((2 * w.len() * lanes) as u64));
        group.bench_function(BenchmarkId::new("forward flop", lanes), |b| {
            b.iter(|| dispatch!(level(), s => block_times_panel(s, &w, x.data(), black_box(z.data_mut()), lanes, &mut ())));
        });
        let mut g = Panel::zeros(BLOCK_COLS, lanes);
        group.bench_function(BenchmarkId::new("transposed flop", lanes), |b| {
            b.iter(|| dispatch!(level(), s => block_transposed_times_panel(s, &w, z.data(), black_box(g.data_mut()), lanes, &mut ())));
        });
        // 64 rows of fresh numbers, as in a matrix-free product
        let numbers = Panel::zeros(64, lanes);
        let mut out = Panel::zeros(64, lanes);
        let turn = vec![0.5_f32; lanes * lanes];
        let reach: Vec<usize> = (1..=lanes / 16).map(|group| 16 * group).collect();
        group.throughput(Throughput::Elements(64));
        group.bench_function(BenchmarkId::new("turn unit", lanes), |b| {
            b.iter(|| dispatch!(level(), s => matrix_times_triangle(s, numbers.data(), &turn, &reach, black_box(out.data_mut()), lanes)));
        });
        let mut cross = vec![0.0; lanes * lanes];
        group.bench_function(BenchmarkId::new("cross unit", lanes), |b| {
            b.iter(|| dispatch!(level(), s => add_cross(s, numbers.data(), out.data(), lanes, black_box(&mut cross))));
        });
        let panel = Panel::zeros(1024, lanes);
        let mut gram = vec![0.0; lanes * lanes];
        group.throughput(Throughput::Elements((1024 * lanes) as u64));
        group.bench_function(BenchmarkId::new("gram", lanes), |b| {
            b.iter(
                || dispatch!(level(), s => add_upper_gram(s, panel.data(), lanes, black_box(&mut gram))),
            );
        });
    }
    group.finish();
}

fn draws(c: &mut Criterion) {
    let mut group = c.benchmark_group("draw");
    group
        .measurement_time(Duration::from_secs(3))
        .sample_size(10);
    for (activation, initializer) in [
        ("relu", "he_normal"),
        ("tanh", "glorot_uniform"),
        ("tanh", "orthogonal"),
    ] {
        for (width, depth, batch) in [
            (256, 32, 64),
            (1024, 64, 16),
            (1024, 64, 64),
            (4096, 16, 16),
            (4096, 16, 64),
        ] {
            let spec = Spec::new(Draft {
                activation: activation.parse().unwrap(),
                initializer: Some(initializer.parse().unwrap()),
                framework: Framework::PyTorch,
                width,
                depth,
                batch,
                draws: Draws::Exactly(1),
                ..Draft::default()
            })
            .unwrap();
            let mut draw = Draw::new(Arc::new(Plan::new(&spec)), 0);
            // units times layers: 60 ns each is what a matrix-free draw of batch 16 should need
            group.throughput(Throughput::Elements((width * depth) as u64));
            let id = BenchmarkId::new(
                format!("{activation}/{initializer}"),
                format!("{width}x{depth}x{batch}"),
            );
            group.bench_function(id, |b| {
                b.iter(|| {
                    draw.restart(0);
                    draw.advance(u64::MAX / 4, Team::Alone);
                    black_box(draw.record().backward)
                });
            });
        }
    }
    group.finish();
}

/// Draws of networks of blocks, with weights, forward and backward; a unit is one of the stream in one block.
fn blocks(c: &mut Criterion) {
    let mut group = c.benchmark_group("blocks");
    group
        .sample_size(10)
        .measurement_time(Duration::from_secs(3));
    for text in [
        "gelu/lecun_normal 768x12 block=pre(ln,mlp(4)) framework=pytorch",
        "arch=gpt2 768x12",
        "arch=transformer 512x6",
        "arch=llama 4096x2",
    ] {
        let spec: Spec = text.parse().expect("a spec");
        let plan = NetworkPlan::new(&spec);
        group.throughput(Throughput::Elements((spec.width() * spec.depth()) as u64));
        let (mut draw, mut index) = (plan.draw(0), 0);
        group.bench_function(text, |b| {
            b.iter(|| {
                index += 1;
                draw.restart(index);
                while !draw.is_done() {
                    draw.advance(u64::MAX / 4, Team::Alone);
                }
                black_box(draw.take_record())
            });
        });
    }
    group.finish();
}

criterion_group!(benches, streams, products, draws, blocks);
criterion_main!(benches);

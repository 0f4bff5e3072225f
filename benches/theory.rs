//! Theory: moments, curves, spreads, the phase map, fixed points. Tables are filled by the warm-up unless the id says `cold`.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use initscope::engine::advice::rank;
use initscope::engine::atlas::{Atlas, AtlasRequest};
use initscope::engine::phase_map::{PhaseMap, PhaseRequest, Plane};
use initscope::net::activation::Activation;
use initscope::net::spec::Spec;
use initscope::theory::curve::{CurveRequest, LayerLaw, curve};
use initscope::theory::finite::{Width, spreads};
use initscope::theory::gaussian::Gaussian;
use initscope::theory::kernel::Kernel;
use initscope::theory::maps::Maps;

fn activation(name: &str) -> Activation {
    name.parse().expect("in the table")
}

fn request(activation: &Activation, sigma_w2: f64, depth: usize) -> CurveRequest<'_> {
    let law = LayerLaw::square(sigma_w2, 0.0);
    CurveRequest {
        activation,
        first: law,
        rest: law,
        depth,
        q0: 1.0,
        c0: 0.0,
        batch: 16,
        overlaps: true,
    }
}

/// Signal, gradient and overlaps of whole networks; elements are layers.
fn curves(c: &mut Criterion) {
    let mut group = c.benchmark_group("curve");
    for (name, sigma_w2) in [
        ("relu", 2.0),
        ("tanh", 1.5),
        ("gelu", 2.0),
        ("selu", 1.0),
        ("elu", 2.0),
    ] {
        let activation = activation(name);
        for depth in [64, 10_000] {
            let request = request(&activation, sigma_w2, depth);
            group.throughput(Throughput::Elements(depth as u64));
            group.bench_function(BenchmarkId::new(name, depth), |b| {
                b.iter(|| curve(black_box(&request)));
            });
            let plain = CurveRequest {
                overlaps: false,
                ..request
            };
            group.bench_function(
                BenchmarkId::new(format!("{name}_without_overlaps"), depth),
                |b| {
                    b.iter(|| curve(black_box(&plain)));
                },
            );
        }
    }
    group.finish();
}

/// Bands of finite width.
fn bands(c: &mut Criterion) {
    let mut group = c.benchmark_group("spreads");
    for (name, sigma_w2) in [("relu", 2.0), ("tanh", 1.5), ("gelu", 2.0)] {
        let activation = activation(name);
        let request = request(&activation, sigma_w2, 64);
        let line = curve(&request).expect("theory has an answer");
        let width = Width {
            units: 256,
            input_moment: 2.0 / 256.0,
            fresh_inputs: true,
            input_overlap: 1.0 / 256.0,
        };
        group.bench_function(BenchmarkId::new(name, 64), |b| {
            b.iter(|| spreads(black_box(&request), &line, &width));
        });
    }
    group.finish();
}

/// A map of 120 x 40 points, `sigma_w` to 4 and `sigma_b` to 2.
fn phases(c: &mut Criterion) {
    let mut group = c.benchmark_group("phase_map_120x40");
    group.sample_size(10);
    for name in ["tanh", "elu", "gelu", "softsign"] {
        let activation = activation(name);
        group.bench_function(format!("{name}_cold"), |b| {
            b.iter_batched(
                || Kernel::new(&activation),
                |kernel| {
                    for i in 0..4800 {
                        let (w, s) = (0.05 + f64::from(i % 120) / 30.0, f64::from(i / 120) / 20.0);
                        let maps = Maps::new(&kernel, w * w, s * s).expect("variances");
                        let _ = black_box(maps.phase(false));
                    }
                },
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

/// The phase view's map of 120 x 40 points on all cores, with its line, its ranges and the closer look at the network. Tables are
/// warm: a first map pays the `cold` of the group above once more.
fn views(c: &mut Criterion) {
    let mut group = c.benchmark_group("phase_view_120x40");
    group.sample_size(10);
    for name in ["tanh", "gelu", "sin", "tanh(x)+0.1*x"] {
        let spec: Spec = format!("{name}/he_normal 256x64").parse().expect("valid");
        let spec = Arc::new(spec);
        group.bench_function(name, |b| {
            b.iter(|| {
                let request = PhaseRequest {
                    spec: Arc::clone(&spec),
                    plane: Plane::new(spec.activation(), 120, 40),
                };
                PhaseMap::new(request, None).run()
            });
        });
        group.bench_function(format!("{name}_ranges"), |b| {
            b.iter(|| Plane::new(spec.activation(), 120, 40));
        });
    }
    group.finish();
}

/// Every initializer ranked for one activation. Tables are warm, as after the first key with that activation.
fn advice(c: &mut Criterion) {
    let mut group = c.benchmark_group("advice_256x64");
    group.sample_size(10);
    for name in ["relu", "tanh", "gelu", "elu", "x*sigmoid(1.702*x)"] {
        let spec: Spec = format!("{name}/he_normal 256x64").parse().expect("valid");
        let spec = Arc::new(spec);
        group.bench_function(name, |b| b.iter(|| rank(black_box(&spec))));
    }
    group.finish();
}

/// Every activation with every initializer; tables are warm, the first atlas of a program fills them on the way. Beside it what theory
/// alone takes.
fn atlas(c: &mut Criterion) {
    let mut group = c.benchmark_group("atlas");
    group.sample_size(10);
    for size in ["64x16", "256x64"] {
        let spec: Spec = format!("relu/default {size}").parse().expect("valid");
        let request = AtlasRequest::around(&spec);
        group.bench_function(size, |b| {
            b.iter(|| Atlas::new(request.clone(), None).run());
        });
        group.bench_function(format!("{size}_theory"), |b| {
            b.iter(|| {
                let mut atlas = Atlas::new(request.clone(), None);
                while !atlas.is_foretold() {
                    atlas.step();
                }
                atlas
            });
        });
    }
    group.finish();
}

/// The accurate paths.
fn direct(c: &mut Criterion) {
    let mut group = c.benchmark_group("direct");
    for name in ["tanh", "elu"] {
        let activation = activation(name);
        let gaussian = Gaussian::new(&activation);
        group.bench_function(format!("moments_{name}"), |b| {
            b.iter(|| gaussian.moments(black_box(1.3)));
        });
        group.bench_function(format!("deficit_{name}"), |b| {
            b.iter(|| gaussian.deficit(black_box(1.3), 0.3));
        });
        let kernel = Kernel::of(&activation);
        let maps = Maps::new(&kernel, 2.5, 0.1).expect("variances");
        group.bench_function(format!("fixed_point_{name}"), |b| {
            b.iter(|| black_box(&maps).fixed_point());
        });
    }
    group.finish();
}

criterion_group!(benches, curves, bands, phases, views, advice, atlas, direct);
criterion_main!(benches);

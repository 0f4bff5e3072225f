//! Values and derivatives of every activation on slices of 2048 numbers (first-level cache), in elements per second.
//!
//! `cargo bench --bench activations` runs every activation at the level this machine chooses, and those named in
//! `performance` also at the lower levels it has.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use fearless_simd::Level;
use initscope::net::activation::Activation;

const NUMBERS: usize = 2048;

/// Evenly spaced from -4 to 4, the range of a healthy pre-activation, in a scrambled order.
fn pre_activations() -> Vec<f32> {
    (0..NUMBERS)
        .map(|i| ((i * 2_467) % NUMBERS) as f32 / NUMBERS as f32 * 8.0 - 4.0)
        .collect()
}

fn levels() -> Vec<(&'static str, Level)> {
    let best = Level::new();
    let mut levels = vec![("best", best)];
    #[cfg(target_arch = "x86_64")]
    {
        levels.extend(best.as_avx2().map(|token| ("avx2", Level::Avx2(token))));
        levels.extend(best.as_sse2().map(|token| ("baseline", Level::Sse2(token))));
    }
    levels
}

fn eval(c: &mut Criterion) {
    let z = pre_activations();
    let (mut x, mut dx) = (vec![0.0; NUMBERS], vec![0.0; NUMBERS]);
    for (name, level) in levels() {
        let mut group = c.benchmark_group(format!("eval/{name}"));
        group.throughput(Throughput::Elements(NUMBERS as u64));
        for act in Activation::all() {
            let phi = act.phi();
            group.bench_function(BenchmarkId::from_parameter(act.name()), |b| {
                b.iter(|| phi.eval(level, black_box(&z), black_box(&mut x), black_box(&mut dx)));
            });
        }
    }
}

criterion_group! {
    name = activations;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(300));
    targets = eval
}
criterion_main!(activations);

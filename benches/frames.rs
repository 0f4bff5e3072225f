//! What a frame costs: the time to draw it and the bytes that bring it onto the screen.
//!
//! ```text
//! cargo bench --bench frames
//! ```
//!
//! Bytes from one screen to the next: the first paint, a key (another network, quite other curves), a refinement (the same curves
//! within the error of a few more draws), and nothing new. Limits at 120x40: a key 8192, a refinement 2048, nothing 0.

#[path = "../tests/support/synthetic.rs"]
mod synthetic;

use std::hint::black_box;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use initscope::app::look::Choice;
use initscope::app::{Colour, Look, Model, Msg};
use initscope::engine::request::Answer;
use initscope::ui;
use synthetic::{Lines, VANISHING, settled};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (200, 60), (300, 100)];
const EXPLODING: Lines = Lines {
    signal: (0.3, 0.4),
    gradient: (-0.3, 0.4),
    distinguishability: -0.1,
    ..VANISHING
};
const REFINED: Lines = Lines {
    signal: (0.01, -0.3015),
    gradient: (-0.31, -0.3005),
    distinguishability: -0.0202,
    ..VANISHING
};

fn shown(spec: &str, size: (u16, u16), colour: Colour, lines: Lines) -> Model {
    let look = Look {
        colour,
        ..Look::default()
    };
    let mut model = Model::new(spec.parse().expect("a valid network"), look, size);
    let snapshot = settled(model.spec(), lines);
    model.update(Msg::News(
        model.news(Ok(Answer::Simulation(Arc::new(snapshot)))),
    ));
    model
}

/// The median time of one call, microseconds.
fn median(mut call: impl FnMut()) -> f64 {
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let start = Instant::now();
            call();
            1e6 * start.elapsed().as_secs_f64()
        })
        .collect();
    times.sort_unstable_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() -> ExitCode {
    // `cargo test --benches` does not say so: nothing is timed there
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    println!(
        "{:>8} {:>10} {:>9} {:>9} {:>7} {:>7} {:>10} {:>7}",
        "screen", "colours", "draw", "compare", "first", "key", "refinement", "nothing"
    );
    for size in SIZES {
        for (name, colour) in Colour::NAMES {
            let of = |spec, lines| shown(spec, size, *colour, lines);
            let model = of("relu/glorot_uniform 256x64", VANISHING);
            let before = ui::screen(&model);
            let key = ui::screen(&of("tanh/orthogonal 512x32 gain=2", EXPLODING));
            let refined = ui::screen(&of("relu/glorot_uniform 256x64", REFINED));
            let draw = median(|| drop(black_box(ui::screen(black_box(&model)))));
            let compare =
                median(|| drop(black_box(ui::ansi::frame(Some(&before), black_box(&key)))));
            let bytes = |after| ui::ansi::frame(Some(&before), after).len();
            println!(
                "{:>8} {name:>10} {draw:>6.0} us {compare:>6.0} us {:>7} {:>7} {:>10} {:>7}",
                format!("{}x{}", size.0, size.1),
                ui::ansi::frame(None, &before).len(),
                bytes(&key),
                bytes(&refined),
                bytes(&before),
            );
        }
    }
    ExitCode::SUCCESS
}

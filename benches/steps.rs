//! How long a request has to wait for the one before it: the longest step of every kind of work, on one thread.
//!
//! ```text
//! cargo bench --bench steps               all of them
//! cargo bench --bench steps -- atlas      those with this in their name
//! ```
//!
//! A request that replaces another is taken up between two steps; 20 ms are meant to be the longest of them. Prints for every kind of
//! work how many steps it took, the longest, and where in the work it stood. Work is followed for [`LIMIT`] at most.

use std::sync::Arc;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::advice::Counsel;
use initscope::engine::atlas::{Atlas, AtlasRequest};
use initscope::engine::depth::{DepthRequest, DepthSearch};
use initscope::engine::factors::{Experiment, Extent, FactorsRequest, recipe};
use initscope::engine::job::Job;
use initscope::engine::phase_map::{PhaseMap, PhaseRequest, Plane};
use initscope::engine::pins::{Pins, PinsRequest};
use initscope::engine::training::{Session, TrainingRequest};
use initscope::net::recipe::Recipe;
use initscope::net::spec::Spec;

/// What is followed of one work.
const LIMIT: Duration = Duration::from_secs(20);

fn spec(text: &str) -> Arc<Spec> {
    Arc::new(text.parse().expect("a network"))
}

fn watch<J: Job>(name: &str, request: J::Request) {
    let wanted = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    if wanted.is_some_and(|wanted| !name.contains(&wanted)) {
        return;
    }
    let testing = !std::env::args().any(|a| a == "--bench");
    let limit = if testing { Duration::ZERO } else { LIMIT };
    let begun = Instant::now();
    let mut job = J::start(request, None);
    let mut times = vec![begun.elapsed()];
    while !job.is_done() && begun.elapsed() < limit {
        let start = Instant::now();
        job.step();
        times.push(start.elapsed());
        job.spend(start.elapsed().as_secs_f64());
    }
    let end = if job.is_done() { "to the end" } else { "cut" };
    let (at, longest) = (times.iter().enumerate())
        .max_by_key(|(_, time)| **time)
        .expect("the start is one");
    let ms = |time: &Duration| 1e3 * time.as_secs_f64();
    let long = times.iter().filter(|time| ms(time) > 20.0).count();
    let start = ms(&times[0]);
    println!(
        "{name:44} {:6} steps {end:10} longest {:7.1} ms (step {at}), {long:4} above 20 ms, start {start:.1} ms",
        times.len() - 1,
        ms(longest),
    );
}

fn main() {
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build();
    one.expect("a thread").install(|| {
        for text in [
            "relu/he_normal 256x64",
            "relu/glorot_uniform 256x10000",
            "tanh/glorot_normal 4096x64",
            "sin/he_normal 256x64",
            "sin(10*x)/he_normal 64x30",
            "gelu/he_normal 256x10000",
            "hard_shrink/he_normal 64x30",
            "tanh(x)+sign(x)/he_normal 64x100",
            "tanh/orthogonal(1.025) 64x10000",
            "tanh/orthogonal 1024x32",
            "relu/trunc_normal(std=0.02) 1024x32",
            "arch=gpt2 768x12",
            "arch=llama 4096x32",
            "arch=bert 768x12",
        ] {
            watch::<Engine>(&format!("simulation {text}"), spec(text));
        }
        for activation in ["tanh", "sin", "gelu", "relu", "x*exp(-x^2)"] {
            let network = spec(&format!("{activation}/he_normal 64x16"));
            let plane = Plane::new(network.activation(), 120, 40);
            let request = PhaseRequest {
                spec: network,
                plane,
            };
            watch::<PhaseMap>(&format!("phase {activation}"), request);
        }
        for size in ["64x32", "4096x4", "64x10000", "1024x64"] {
            let request = AtlasRequest::around(&spec(&format!("relu/he_normal {size}")));
            watch::<Atlas>(&format!("atlas {size}"), request);
        }
        let pinned = [
            "relu/default 256x64",
            "tanh/default 256x64",
            "arch=gpt2 768x12",
        ];
        let request = PinsRequest {
            specs: pinned.map(spec).to_vec(),
            measure: true,
        };
        watch::<Pins>("pins", request);
        for size in ["64x30", "1024x12"] {
            let request = TrainingRequest {
                specs: vec![spec(&format!("relu/he_normal {size}"))],
                recipe: Recipe::default(),
                train: true,
            };
            watch::<Session>(&format!("training {size}"), request);
        }
        for (name, extent) in [
            ("before step 1", Extent::Start),
            ("training", Extent::Training),
        ] {
            let request = FactorsRequest {
                base: spec("relu/he_normal 64x30"),
                recipe: recipe(),
                extent,
            };
            watch::<Experiment>(&format!("factors {name}"), request);
        }
        let measured = Engine::advising(spec("tanh/he_normal 64x10"), Counsel::default()).run();
        if let Some(request) = DepthRequest::of(&Arc::new(measured)) {
            watch::<DepthSearch>("depth", request);
        }
    });
}

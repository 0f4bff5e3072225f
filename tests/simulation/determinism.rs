//! The same spec and seed give the same bits: on any number of threads, threaded or inline, checkpointed or not.

use std::sync::Arc;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::request::{Inquiry, Listed, Request, Source, Ticket, WorkError};
use initscope::engine::snapshot::{Phase, Snapshot};
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::worker::{Inline, Threaded};

fn spec(edit: impl FnOnce(&mut Draft)) -> Arc<Spec> {
    let mut draft = Draft {
        width: 48,
        depth: 12,
        draws: Draws::Exactly(9),
        seed: 5,
        ..Draft::default()
    };
    edit(&mut draft);
    Arc::new(Spec::new(draft).unwrap())
}

fn on_threads(threads: usize, spec: &Arc<Spec>) -> Snapshot {
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .unwrap();
    pool.install(|| Engine::new(Arc::clone(spec)).run())
}

fn inquiry(spec: Arc<Spec>) -> Inquiry {
    Inquiry {
        ticket: Ticket::default().next(),
        request: Request::Simulation(spec),
    }
}

/// The newest curves since the last call.
fn latest(source: &mut dyn Source) -> Result<Option<Arc<Snapshot>>, WorkError> {
    let news = source.news().pop();
    assert!(
        news.iter()
            .all(|news| news.ticket == Ticket::default().next())
    );
    let answer = news.map(|news| news.outcome).transpose()?;
    Ok(answer.and_then(|answer| Engine::answer_in(&answer).cloned()))
}

#[test]
fn one_two_and_four_threads_give_the_same_bits() {
    let specs = [
        spec(|_| {}),
        spec(|d| d.draws = Draws::Auto),
        spec(|d| d.initializer = Some("orthogonal".parse().unwrap())),
        // one draw is large enough for all cores to share it
        spec(|d| (d.width, d.depth, d.batch, d.draws) = (1500, 10, 20, Draws::Exactly(2))),
    ];
    for spec in &specs {
        let one = on_threads(1, spec);
        assert_eq!(one.phase, Phase::Settled);
        for threads in [2, 4] {
            let other = on_threads(threads, spec);
            assert_eq!(one.draws, other.draws, "{spec}");
            assert_eq!(one.layers, other.layers, "{spec} on {threads} threads");
        }
    }
}

#[test]
fn the_background_thread_gives_the_bits_of_the_inline_source() {
    let spec = spec(|_| {});
    let mut inline = Inline::default();
    inline.request(inquiry(Arc::clone(&spec)));
    let mut last = None;
    while let Some(snapshot) = latest(&mut inline).unwrap() {
        last = Some(snapshot);
    }
    let inline = last.expect("a snapshot");

    let (news, heard) = std::sync::mpsc::channel();
    let mut threaded = Threaded::spawn(move || news.send(()).expect("the test listens")).unwrap();
    threaded.request(inquiry(spec));
    let give_up = Instant::now() + Duration::from_secs(60);
    let threaded = loop {
        heard
            .recv_timeout(give_up - Instant::now())
            .expect("news within a minute");
        match latest(&mut threaded).unwrap() {
            Some(snapshot) if snapshot.phase == Phase::Settled => break snapshot,
            _ => {}
        }
    };
    assert_eq!(inline.phase, Phase::Settled);
    assert_eq!(inline.layers, threaded.layers);
}

#[test]
fn inline_snapshots_depend_on_the_calls_alone() {
    let run = || {
        let mut source = Inline::default();
        source.request(inquiry(spec(|d| d.draws = Draws::Exactly(6))));
        let mut draws = Vec::new();
        while let Some(snapshot) = latest(&mut source).unwrap() {
            draws.push(snapshot.draws);
        }
        draws
    };
    assert_eq!(run(), [1, 2, 4, 6]);
    assert_eq!(run(), run());
}

#[test]
fn the_prefix_of_an_ensemble_does_not_depend_on_its_size() {
    let small = Engine::new(spec(|d| d.draws = Draws::Exactly(3))).run();
    let mut engine = Engine::new(spec(|_| {}));
    while !engine.is_settled() {
        engine.step();
    }
    assert_eq!(engine.snapshot_of(3).layers, small.layers);
}

#[test]
fn a_busy_worker_ends_between_two_bounded_steps_when_it_is_dropped() {
    let mut source = Threaded::spawn(|| {}).unwrap();
    source.request(inquiry(spec(|d| (d.width, d.depth) = (2048, 2000))));
    std::thread::sleep(Duration::from_millis(200));
    let started = Instant::now();
    drop(source);
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_panic_of_the_simulation_is_a_message_and_the_next_request_works() {
    let (news, heard) = std::sync::mpsc::channel();
    let start = |spec: Arc<Spec>| {
        assert!(spec.seed() != 13, "seed 13 fails");
        Engine::new(spec)
    };
    let mut source =
        Threaded::spawn_with(move || news.send(()).expect("the test listens"), start).unwrap();
    source.request(inquiry(spec(|d| d.seed = 13)));
    heard.recv_timeout(Duration::from_secs(60)).expect("news");
    let error = latest(&mut source).expect_err("the panic is reported");
    assert_eq!(error.to_string(), "the simulation failed: seed 13 fails");
    source.request(inquiry(spec(|d| d.seed = 14)));
    heard.recv_timeout(Duration::from_secs(60)).expect("news");
    assert_eq!(
        latest(&mut source).unwrap().map(|s| s.spec.seed()),
        Some(14)
    );
}

//! How long a person waits: from a key to theory and to the first complete measured curve, and from nothing to a frame.
//!
//! ```text
//! cargo bench --bench latency
//! ```
//!
//! The first part asks the background worker, as the screen does; the second runs the program itself in a pseudo-terminal
//! (Linux only) that answers what it is asked, as a terminal does. Prints medians and worst cases over [`TIMES`] repetitions.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::request::Source;
use initscope::engine::request::{Inquiry, Listed, Request, Ticket};
use initscope::net::framework::Framework;
use initscope::net::spec::{Draft, Spec};
use initscope::worker::Threaded;

/// Repetitions of everything.
const TIMES: usize = 20;

/// Longer than anything here takes.
const LIMIT: Duration = Duration::from_secs(30);

fn report(what: &str, target: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    println!(
        "{what:62} median {:7.2} ms, worst {:7.2} ms (target {target})",
        1e3 * times[times.len() / 2].as_secs_f64(),
        1e3 * times[times.len() - 1].as_secs_f64(),
    );
}

/// From a request to the first snapshot with theory, and to the first with a complete draw.
fn answers(initializer: &str, width: usize, depth: usize, batch: usize) {
    let (news, heard) = channel();
    let mut source =
        Threaded::spawn(move || news.send(()).expect("the bench listens")).expect("a thread");
    let (mut theory, mut curve) = (Vec::new(), Vec::new());
    let mut ticket = Ticket::default();
    for time in 0..TIMES {
        let spec = Spec::new(Draft {
            initializer: Some(initializer.parse().expect("a known initializer")),
            framework: Framework::PyTorch,
            gain: 1.0 + 0.01 * time as f64,
            width,
            depth,
            batch,
            ..Draft::default()
        });
        ticket = ticket.next();
        let start = Instant::now();
        let spec = Arc::new(spec.expect("a valid network"));
        source.request(Inquiry {
            ticket,
            request: Request::Simulation(spec),
        });
        let mut foretold = None;
        loop {
            heard.recv_timeout(LIMIT).expect("news");
            let news = source.news().into_iter().next();
            let Some(news) = news.filter(|news| news.ticket == ticket) else {
                continue;
            };
            let answer = news.outcome.expect("no failure");
            let snapshot = Engine::answer_in(&answer).expect("curves");
            if foretold.is_none() && snapshot.prediction.is_some() {
                foretold = Some(start.elapsed());
            }
            if snapshot.draws > 0 {
                theory.extend(foretold);
                curve.push(start.elapsed());
                break;
            }
        }
    }
    let name = format!("{initializer} {width} x {depth}, batch {batch}");
    report(&format!("{name}: key to theory"), "16 ms", theory);
    report(
        &format!("{name}: key to the first measured curve"),
        "50 ms",
        curve,
    );
}

#[cfg(target_os = "linux")]
#[path = "support/pseudo_terminal.rs"]
mod pseudo_terminal;

#[cfg(target_os = "linux")]
mod terminal {
    use std::io::Write;
    use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
    use std::thread;

    use super::pseudo_terminal::{self, Screen};
    use super::{Duration, Instant, LIMIT, TIMES, report};

    /// What ends a frame on a terminal that shows frames at once.
    const END: &[u8] = b"\x1b[?2026l";

    /// After this long without a frame nothing more comes by itself.
    const STILL: Duration = Duration::from_millis(500);

    /// Tells when frames end, as long as the program writes.
    fn watch(mut screen: Screen, frames: &Sender<Instant>) {
        let mut bytes = [0; 1 << 16];
        let mut text = Vec::new();
        while let Ok(count @ 1..) = screen.read(&mut bytes) {
            text.extend_from_slice(&bytes[..count]);
            while let Some(at) = text.windows(END.len()).position(|window| window == END) {
                text.drain(..at + END.len());
                if frames.send(Instant::now()).is_err() {
                    return;
                }
            }
        }
    }

    /// From the start of the process to its first frame, and from a key on a still dashboard to the next frame.
    pub(super) fn frames() {
        let (mut cold, mut keys) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let (sender, frames) = channel();
            let start = Instant::now();
            let (mut child, mut keyboard, screen) = pseudo_terminal::start(&["--draws", "16"]);
            thread::spawn(move || watch(screen, &sender));
            let first = frames.recv_timeout(LIMIT).expect("a frame");
            cold.push(first - start);
            while frames.recv_timeout(STILL) != Err(RecvTimeoutError::Timeout) {}
            let start = Instant::now();
            keyboard.write_all(b"a").expect("taken");
            let next = frames.recv_timeout(LIMIT).expect("a frame");
            keys.push(next - start);
            child.kill().expect("ended");
            child.wait().expect("gone");
        }
        report("process start to the first frame", "50 ms", cold);
        report("key to the next frame", "16 ms", keys);
    }
}

fn main() -> ExitCode {
    // `cargo test --benches` does not say so: nothing is timed there
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    answers("he_normal", 1024, 64, 16);
    answers("he_normal", 1024, 64, 64);
    answers("he_uniform", 256, 64, 64);
    #[cfg(target_os = "linux")]
    terminal::frames();
    ExitCode::SUCCESS
}

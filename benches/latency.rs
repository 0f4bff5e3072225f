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

use initscope::engine::request::Request;
use initscope::net::framework::Framework;
use initscope::net::spec::{Draft, Spec};
use initscope::worker::{Source, Threaded};

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
        let generation = time as u64 + 1;
        let start = Instant::now();
        let spec = Arc::new(spec.expect("a valid network"));
        source.request(Request::simulation(generation, spec));
        let mut foretold = None;
        loop {
            heard.recv_timeout(LIMIT).expect("news");
            let news = source.news().into_iter().next();
            let Some(snapshot) = news.and_then(|news| news.expect("no failure").snapshot()) else {
                continue;
            };
            if snapshot.generation != generation {
                continue;
            }
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
mod terminal {
    use std::fs::File;
    use std::io::{Read, Write};
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    use rustix::fs::{Mode, OFlags};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, tcsetwinsize};

    use super::{Duration, Instant, TIMES, report};

    /// What ends a frame on a terminal that shows frames at once.
    const END: &[u8] = b"\x1b[?2026l";

    /// Questions and what a terminal answers.
    const ANSWERS: [(&[u8], &[u8]); 2] = [
        (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
        (b"\x1b[c", b"\x1b[?62c"),
    ];

    fn contains(text: &[u8], what: &[u8]) -> bool {
        text.windows(what.len()).any(|window| window == what)
    }

    /// Reads until a frame has ended, answering questions.
    fn frame(master: &mut File) {
        let (mut text, mut answered) = (Vec::new(), [false; ANSWERS.len()]);
        let mut chunk = [0; 1 << 16];
        while !contains(&text, END) {
            let n = master.read(&mut chunk).expect("the program writes");
            text.extend_from_slice(&chunk[..n]);
            for ((question, answer), answered) in ANSWERS.iter().zip(&mut answered) {
                if !*answered && contains(&text, question) {
                    master.write_all(answer).expect("taken");
                    *answered = true;
                }
            }
        }
    }

    /// From the start of the process to its first frame, and from a key to the next frame.
    pub(super) fn frames() {
        let (mut cold, mut keys) = (Vec::new(), Vec::new());
        for _ in 0..TIMES {
            let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
            let master = openpt(flags).expect("a pseudo-terminal");
            grantpt(&master).expect("granted");
            unlockpt(&master).expect("unlocked");
            let name = ptsname(&master, Vec::new()).expect("a name");
            let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
            let end = rustix::fs::open(&*name, flags, Mode::empty()).expect("its terminal");
            let size = Winsize {
                ws_row: 40,
                ws_col: 120,
                ws_xpixel: 0,
                ws_ypixel: 0,
            };
            tcsetwinsize(&end, size).expect("a size");
            let copy = || Stdio::from(end.try_clone().expect("a copy"));
            let start = Instant::now();
            let mut child = Command::new(env!("CARGO_BIN_EXE_initscope"))
                .env("TERM", "xterm-256color")
                .env("LC_ALL", "C.UTF-8")
                .env_remove("NO_COLOR")
                .env_remove("SSH_CONNECTION")
                .stdin(copy())
                .stdout(copy())
                .stderr(copy())
                .process_group(0)
                .spawn()
                .expect("the program starts");
            let mut master = File::from(master);
            frame(&mut master);
            cold.push(start.elapsed());
            std::thread::sleep(Duration::from_millis(300));
            // what has come meanwhile is no answer to the key
            rustix::io::ioctl_fionbio(&master, true).expect("does not wait");
            while master.read(&mut [0; 1 << 16]).is_ok_and(|n| n > 0) {}
            rustix::io::ioctl_fionbio(&master, false).expect("waits");
            let start = Instant::now();
            master.write_all(b"a").expect("taken");
            frame(&mut master);
            keys.push(start.elapsed());
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

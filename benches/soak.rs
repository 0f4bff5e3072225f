//! Long use: keys for minutes, then stillness. Memory stays flat, a still dashboard uses no processor time and sends nothing.
//!
//! ```text
//! .ci/soak            ten minutes
//! .ci/soak 30         half a minute
//! ```
//!
//! Linux only: the figures come from `/proc`.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[path = "support/pseudo_terminal.rs"]
mod pseudo_terminal;

#[cfg(target_os = "linux")]
mod linux {
    use std::fs::{self, File};
    use std::io::Write;
    use std::process::Child;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::{Duration, Instant};

    use super::pseudo_terminal;

    /// Between two keys.
    const EVERY: Duration = Duration::from_millis(50);
    /// How long nothing is pressed at the end.
    const STILL: Duration = Duration::from_secs(10);
    /// Keys until which the memory may grow: allocators fill what every thread keeps for itself.
    const WARM: Duration = Duration::from_secs(60);
    /// By how much it may grow from then on, in KiB.
    const SLACK: u64 = 8 << 10;
    /// Everything that leaves width and depth alone.
    const KEYS: [&str; 36] = [
        "a", "a", "A", "i", "i", "I", "f", "b", "B", "g", "G", "n", "s", "x", "t", "1", "2", "3",
        "4", "5", "6", "7", "p", "p", "P", "c", "m", "\r", " ", " ", "?", "?", "r", "\x1b[A",
        "\x1b[B", "\x1b[C",
    ];

    /// Every view once, with its work: what is made once is there before anything is compared.
    const TOUR: [&str; 11] = ["p", "2", "3", "4", "5", "6", "x", "7", "x", "1", "P"];

    struct Figures {
        memory: u64,
        ticks: u64,
        files: usize,
        threads: u64,
    }

    fn figures(child: &Child) -> Figures {
        let of = |name: &str| fs::read_to_string(format!("/proc/{}/{name}", child.id()));
        let status = of("status").expect("it runs");
        let field = |name: &str| -> u64 {
            let line = status.lines().find(|line| line.starts_with(name));
            let number = line.and_then(|line| line.split_whitespace().nth(1));
            number.and_then(|n| n.parse().ok()).expect("a number")
        };
        let stat = of("stat").expect("it runs");
        let (_, rest) = stat.rsplit_once(')').expect("a name");
        let ticks = rest.split_whitespace().skip(11).take(2);
        Figures {
            memory: field("VmRSS:"),
            ticks: ticks.map(|n| n.parse::<u64>().expect("a number")).sum(),
            files: fs::read_dir(format!("/proc/{}/fd", child.id()))
                .expect("it runs")
                .count(),
            threads: field("Threads:"),
        }
    }

    /// The program on a terminal, its keyboard, and how many bytes it has sent.
    fn start() -> (Child, File, Arc<AtomicUsize>) {
        let (child, keyboard, mut screen) = pseudo_terminal::start(&["relu/he_normal", "64x16"]);
        let sent = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&sent);
        thread::spawn(move || {
            let mut bytes = [0; 1 << 16];
            while let Ok(count @ 1..) = screen.read(&mut bytes) {
                counted.fetch_add(count, Ordering::Relaxed);
            }
        });
        (child, keyboard, sent)
    }

    /// Back to the beginning, and until nothing more comes.
    fn rest(master: &mut File, sent: &AtomicUsize) {
        // whatever is open is closed by the view's key or takes it as text, then Escape and the start again
        master.write_all(b"1").expect("taken");
        thread::sleep(Duration::from_millis(300));
        master.write_all(b"0").expect("taken");
        let mut before = usize::MAX;
        while before != sent.load(Ordering::Relaxed) {
            before = sent.load(Ordering::Relaxed);
            thread::sleep(Duration::from_secs(1));
        }
    }

    /// Whether everything held.
    pub(super) fn soak(length: Duration) -> bool {
        let (mut child, mut master, sent) = start();
        thread::sleep(Duration::from_secs(1));
        for key in TOUR {
            master.write_all(key.as_bytes()).expect("taken");
            thread::sleep(Duration::from_secs(1));
        }
        let start = Instant::now();
        let (mut random, mut pressed, mut warm) = (0x2545_f491_4f6c_dd1d_u64, 0, None);
        while start.elapsed() < length {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let key = KEYS[(random >> 20) as usize % KEYS.len()];
            master.write_all(key.as_bytes()).expect("taken");
            pressed += 1;
            thread::sleep(EVERY);
            if warm.is_none() && start.elapsed() > WARM.min(length / 2) {
                rest(&mut master, &sent);
                warm = Some(figures(&child));
            }
        }
        rest(&mut master, &sent);
        let warm = warm.expect("longer than its half");
        let (after, bytes) = (figures(&child), sent.load(Ordering::Relaxed));
        thread::sleep(STILL);
        let still = figures(&child);
        let more = sent.load(Ordering::Relaxed) - bytes;
        master.write_all(b"\x03").expect("taken");
        let code = child.wait().expect("a child").code();
        println!(
            "{pressed} keys in {:.0} s, {bytes} bytes sent; memory {} KiB when warm, {} KiB at the end; files {} and {}, threads {} and {}",
            start.elapsed().as_secs_f64(),
            warm.memory,
            after.memory,
            warm.files,
            after.files,
            warm.threads,
            after.threads
        );
        println!(
            "still for {} s: {more} bytes, {} ticks of processor time; exit code {code:?}",
            STILL.as_secs(),
            still.ticks - after.ticks
        );
        after.memory <= warm.memory + SLACK
            && (after.files, after.threads) == (warm.files, warm.threads)
            && (more, still.ticks - after.ticks) == (0, 0)
            && code == Some(0)
    }
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    // `cargo test --benches` does not say so: nothing is soaked there
    if !words.iter().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    #[cfg(target_os = "linux")]
    {
        let seconds = words.iter().find_map(|word| word.parse().ok());
        let length = std::time::Duration::from_secs(seconds.unwrap_or(30));
        if !linux::soak(length) {
            println!("not as it should be");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

//! What the lives come to.

use std::fmt;
use std::time::Duration;

/// How long a key's answer took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Latency {
    pub(super) took: Duration,
    /// Of it, waiting for a processor.
    pub(super) starved: Duration,
}

impl Latency {
    /// What the program itself took.
    pub(super) fn own(&self) -> Duration {
        self.took.saturating_sub(self.starved)
    }
}

/// What the lives have come to.
#[derive(Debug, Default)]
pub(super) struct Figures {
    pub(super) events: usize,
    pub(super) lives: usize,
    /// Ended by the robot's keys or clicks before the robot meant it.
    pub(super) chance: usize,
    pub(super) stops: usize,
    pub(super) bytes: usize,
    pub(super) received: usize,
    pub(super) answers: Vec<Latency>,
    /// The largest resident memory, bytes.
    pub(super) memory: usize,
    /// The same in the second and the last quarter of the long life.
    pub(super) quarters: Option<[usize; 2]>,
    pub(super) faults: Vec<String>,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} events in {} lives ({} ended by a key or click of their own), {} stops, {} bytes sent, {} received, {} faults",
            self.events,
            self.lives,
            self.chance,
            self.stops,
            self.bytes,
            self.received,
            self.faults.len()
        )?;
        let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
        write!(f, "memory at most {:.1} MiB", mib(self.memory))?;
        if let Some([second, last]) = self.quarters {
            write!(
                f,
                "; of the long life {:.1} in its second quarter, {:.1} in its last",
                mib(second),
                mib(last)
            )?;
        }
        for (name, of) in [
            ("answers", (|a| a.took) as fn(&Latency) -> Duration),
            ("without waiting for a processor", Latency::own),
        ] {
            let mut all: Vec<_> = self.answers.iter().map(of).collect();
            all.sort();
            let at =
                |share: usize| all.get((all.len() * share / 1000).min(all.len().saturating_sub(1)));
            let ms = |share| at(share).map_or(f64::NAN, |time| 1e3 * time.as_secs_f64());
            write!(
                f,
                "\n{} {name}: median {:.0} ms, 99 % {:.0} ms, longest {:.0} ms",
                all.len(),
                ms(500),
                ms(990),
                ms(1000)
            )?;
        }
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        write!(f, "\nload of the machine: {}", load.trim())
    }
}

//! The program behind the glass of a virtual terminal that can be told to take nothing.

use std::collections::VecDeque;
use std::fs::{File, read_to_string};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::process::{Pid, Signal, kill_process};
use rustix::termios::{tcgetattr, tcsetwinsize};
use vt100::Parser;

use crate::terminal::session::{QUESTION, Started, left_on, modes, resident, side, size};

/// Where the cursor is, as a terminal says it.
const ANSWER: &str = "\x1b[1;1R";

pub(super) struct Glass {
    started: Started,
    emulator: Parser,
    /// Not yet sent.
    outgoing: VecDeque<u8>,
    /// The last bytes that came, where a question may be cut in two.
    tail: Vec<u8>,
    pub(super) received: usize,
    /// How often the screen was erased as a whole.
    pub(super) erased: usize,
    /// When something came last.
    last: Instant,
    pub(super) deaf: bool,
    gone: bool,
    pub(super) entered: bool,
    pub(super) size: (u16, u16),
}

impl Glass {
    pub(super) fn new(program: &mut Command, (columns, rows): (u16, u16)) -> Self {
        let started = Started::new(program, columns, rows);
        let flags = fcntl_getfl(&started.master).expect("flags");
        fcntl_setfl(&started.master, flags | OFlags::NONBLOCK).expect("set");
        Self {
            started,
            emulator: Parser::new(side(rows), side(columns), 0),
            outgoing: VecDeque::new(),
            tail: Vec::new(),
            received: 0,
            erased: 0,
            last: Instant::now(),
            deaf: false,
            gone: false,
            entered: false,
            size: (columns, rows),
        }
    }

    /// What is to be sent as soon as the program takes it.
    pub(super) fn send(&mut self, keys: &str) {
        self.outgoing.extend(keys.bytes());
    }

    /// Keys that have not been sent are forgotten, answers are not; how many bytes.
    pub(super) fn give_up(&mut self) -> usize {
        let unsent: Vec<u8> = self.outgoing.drain(..).collect();
        let answers = unsent.windows(ANSWER.len());
        let answers = answers.filter(|bytes| *bytes == ANSWER.as_bytes()).count();
        self.send(&ANSWER.repeat(answers));
        unsent.len()
    }

    /// Lets so much time pass, or less where `until` holds earlier; whether it held.
    pub(super) fn pass(&mut self, time: Duration, until: impl Fn(&Self) -> bool) -> bool {
        let end = Instant::now() + time;
        loop {
            if until(self) {
                return true;
            }
            let rest = end.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                return false;
            }
            self.wait(rest.min(Duration::from_millis(2)));
        }
    }

    /// Takes what comes and sends what can be sent, for a moment.
    fn wait(&mut self, time: Duration) {
        let mut wanted = PollFlags::empty();
        wanted.set(PollFlags::IN, !self.deaf && !self.gone);
        wanted.set(PollFlags::OUT, !self.outgoing.is_empty() && !self.gone);
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: time.subsec_nanos().into(),
        };
        let mut watched = [PollFd::new(&self.started.master, wanted)];
        let found =
            poll(&mut watched, Some(&moment)).map_or(PollFlags::empty(), |_| watched[0].revents());
        if found.contains(PollFlags::IN) {
            let mut bytes = [0; 1 << 14];
            if let Ok(count @ 1..) = self.started.master.read(&mut bytes) {
                self.take(&bytes[..count]);
            }
        } else if found.contains(PollFlags::OUT) {
            let (front, _) = self.outgoing.as_slices();
            let piece = &front[..front.len().min(1024)];
            if let Ok(count) = self.started.master.write(piece) {
                self.outgoing.drain(..count);
            }
        } else {
            // a terminal that nobody has open any more is always ready
            std::thread::sleep(time.min(Duration::from_millis(1)));
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.received += bytes.len();
        self.last = Instant::now();
        let from = self.tail.len();
        self.tail.extend_from_slice(bytes);
        let count = |what: &[u8]| {
            let ends = self.tail.windows(what.len()).enumerate();
            ends.filter(|(n, found)| *found == what && n + what.len() > from)
                .count()
        };
        let (asked, erased) = (count(QUESTION), count(b"\x1b[2J"));
        self.erased += erased;
        self.tail
            .drain(..self.tail.len().saturating_sub(QUESTION.len() - 1));
        self.emulator.process(bytes);
        self.entered |= self.emulator.screen().alternate_screen();
        for _ in 0..asked {
            self.send(ANSWER);
        }
    }

    pub(super) fn resize(&mut self, columns: u16, rows: u16) {
        self.size = (columns, rows);
        tcsetwinsize(&self.started.terminal, size(columns, rows)).expect("a size");
        self.emulator
            .screen_mut()
            .set_size(side(rows), side(columns));
        self.signal(Signal::WINCH);
    }

    pub(super) fn signal(&self, signal: Signal) {
        // it may have ended
        let _ = kill_process(Pid::from_child(&self.started.child), signal);
    }

    /// Whether the program has read everything.
    pub(super) fn is_taken(&self) -> bool {
        let waiting = rustix::io::ioctl_fionread(&self.started.terminal).unwrap_or(0);
        self.outgoing.is_empty() && waiting == 0
    }

    /// Whether nothing is on its way in either direction, and has not been for a moment.
    pub(super) fn is_quiet(&self) -> bool {
        self.is_taken() && self.last.elapsed() > Duration::from_millis(150)
    }

    pub(super) fn contents(&self) -> String {
        self.emulator.screen().contents()
    }

    pub(super) fn shows(&self, what: &str) -> bool {
        self.contents().contains(what)
    }

    /// What the program has left on its terminal; nothing where it has given it back. A deaf terminal has its modes alone.
    pub(super) fn left(&self) -> String {
        if self.gone {
            return String::new();
        }
        let now = tcgetattr(&self.started.terminal).expect("modes");
        let modes = if modes(&now) == modes(&self.started.before) {
            ""
        } else {
            "raw mode, "
        };
        let screen = if self.deaf {
            String::new()
        } else {
            left_on(self.emulator.screen())
        };
        format!("{modes}{screen}")
    }

    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.started.child.try_wait().expect("a child")
    }

    /// The letter of the process's state.
    fn state(&self) -> Option<char> {
        let stat = read_to_string(format!("/proc/{}/stat", self.started.child.id())).ok()?;
        stat.rsplit_once(") ")?.1.chars().next()
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.state() == Some('T')
    }

    pub(super) fn memory(&self) -> usize {
        resident(&self.started.child).unwrap_or(0)
    }

    /// How long the threads that draw and read keys, and the robot, have waited for a processor.
    pub(super) fn starved(&self) -> Duration {
        let id = self.started.child.id();
        let tasks = std::fs::read_dir(format!("/proc/{id}/task"));
        let tasks = tasks
            .into_iter()
            .flatten()
            .flatten()
            .map(|task| task.path());
        let drawing = tasks.filter(|path| {
            let name = read_to_string(path.join("comm")).unwrap_or_default();
            path.ends_with(id.to_string()) || name.starts_with("initscope-term")
        });
        let waited = drawing
            .chain([PathBuf::from("/proc/thread-self")])
            .filter_map(|path| {
                let told = read_to_string(path.join("schedstat")).ok()?;
                told.split(' ').nth(1)?.parse::<u64>().ok()
            });
        Duration::from_nanos(waited.sum())
    }

    /// Where every thread of it is, for a fault that is to be explained.
    pub(super) fn whereabouts(&self) -> String {
        let id = self.started.child.id();
        let tasks = std::fs::read_dir(format!("/proc/{id}/task"))
            .into_iter()
            .flatten()
            .flatten();
        let of = |path: &std::path::Path, name| read_to_string(path.join(name)).unwrap_or_default();
        let lines = tasks.map(|task| {
            let path = task.path();
            let state = of(&path, "stat");
            let state = state.rsplit_once(") ").map_or("?", |(_, rest)| &rest[..1]);
            format!(
                "{} {state} {}",
                of(&path, "comm").trim(),
                of(&path, "wchan")
            )
        });
        let signals = of(std::path::Path::new(&format!("/proc/{id}")), "status");
        let signals = signals
            .lines()
            .filter(|line| line.starts_with("Sig") || line.starts_with("Shd"));
        lines
            .chain(signals.map(str::to_owned))
            .collect::<Vec<_>>()
            .join("; ")
    }

    /// Our end is closed, as by a dropped connection.
    pub(super) fn hang_up(&mut self) {
        self.started.master = File::open("/dev/null").expect("there");
        self.gone = true;
    }
}

impl Drop for Glass {
    fn drop(&mut self) {
        // where a life goes wrong half way
        let _ = self.started.child.kill();
        let _ = self.started.child.wait();
    }
}

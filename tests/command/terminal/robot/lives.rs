//! One life from its start to its end, and what many of them come to.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::figures::{Figures, Latency};
use super::glass::Glass;
use super::hand::{self, Dice};

/// An ending program, and a stopping one, takes no longer.
const END: Duration = Duration::from_secs(5);
/// A program begins within this time.
const BEGIN: Duration = Duration::from_secs(20);
/// What was sent is taken within this time, a flood on a busy machine, too.
const TAKEN: Duration = Duration::from_secs(60);
/// A moment of quiet comes within this time; what is still drawn then is drawn by itself.
const QUIET: Duration = Duration::from_secs(3);
/// Longer than a program waits for the rest of a sequence.
const ESCAPE: Duration = Duration::from_millis(200);
/// Events from one measured key to the next.
const MEASURED: usize = 40;
/// A key that has no answer until then has none.
const LOST: Duration = Duration::from_secs(10);
/// How much memory may grow in the second half of a long life.
const GROWTH: usize = 16 << 20;

/// What ends a life.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Fatal(Signal, i32),
    /// While the terminal takes nothing.
    Deaf(Signal, i32),
    /// While stopped.
    Stopped(Signal, i32),
    /// Before the screen may have been taken over.
    Early(Signal, i32),
    CtrlC,
    HangUp,
}

fn end(dice: &mut Dice) -> End {
    let (signal, code) = dice.pick(&[
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
        (Signal::USR1, 138),
        (Signal::USR2, 140),
        (Signal::ALARM, 142),
        (Signal::XCPU, 152),
        (Signal::ABORT, 134),
    ]);
    match dice.roll(12) {
        0..=4 => End::Fatal(signal, code),
        5 => End::Deaf(signal, code),
        6 => End::Stopped(signal, code),
        7 => End::Early(signal, code),
        8 | 9 => End::CtrlC,
        _ => End::HangUp,
    }
}

/// A life of so many events, with floods as they come from a broken link or small ones.
pub(super) fn life(dice: &mut Dice, events: usize, large: bool, all: &mut Figures) {
    let begin = dice.to_string();
    let place = tempfile::tempdir().expect("a directory");
    let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"));
    let words = if dice.roll(3) == 0 {
        "--kiosk"
    } else {
        dice.pick(&["--memory 128M --threads 2", "--memory 64M --threads 1"])
    };
    let view = dice.pick(&[
        "scope", "scope", "compare", "atlas", "phase", "advice", "train", "factors",
    ]);
    program
        .args(words.split(' '))
        .args(["--view", view, "--width", "16", "--depth", "4"]);
    program.current_dir(&place);
    let end = end(dice);
    let mut life = Life {
        glass: Glass::new(&mut program, (80, 24)),
        keys: hand::table(),
        story: vec![format!("{words} --view {view}")],
        samples: Vec::new(),
        all,
    };
    life.all.lives += 1;
    let told = life
        .live(dice, events, large, end)
        .and_then(|()| life.die(dice, end));
    let (story, received) = (life.story.join(" "), life.glass.received);
    let [second, last] = [
        life.samples.len() / 4..life.samples.len() / 2,
        life.samples.len() * 3 / 4..life.samples.len(),
    ]
    .map(|part| life.samples[part].iter().copied().max().unwrap_or(0));
    all.received += received;
    if events > 500 {
        all.quarters = Some([second, last]);
        if last > second + GROWTH {
            all.faults
                .push(format!("memory grew from {second} to {last} bytes"));
        }
    }
    if let Err(fault) = told {
        let from = story.char_indices().rev().nth(400).map_or(0, |(n, _)| n);
        let before = &story[from..];
        let number = all.lives;
        let told = format!("life {number} at {begin}, {end:?}: {fault}; before: {before:?}");
        println!("{told}\n");
        all.faults.push(told);
    }
}

struct Life<'a> {
    glass: Glass,
    keys: Vec<String>,
    story: Vec<String>,
    /// Resident memory at every moment of quiet.
    samples: Vec<usize>,
    all: &'a mut Figures,
}

impl Life<'_> {
    fn live(
        &mut self,
        dice: &mut Dice,
        events: usize,
        large: bool,
        end: End,
    ) -> Result<(), String> {
        if matches!(end, End::Early(..)) {
            self.glass
                .pass(Duration::from_millis(dice.roll(40) as u64), |_| false);
            return Ok(());
        }
        if !self.glass.pass(BEGIN, |glass| glass.entered) {
            return Err(format!("it does not begin: {}", self.glass.contents()));
        }
        for event in 0..events {
            if self.glass.ended().is_some() {
                return Ok(());
            }
            if self.glass.is_stopped() {
                self.go_on()?;
            }
            self.all.events += 1;
            self.act(dice, large)?;
            if event % MEASURED == MEASURED - 1 {
                self.probe()?;
            }
        }
        Ok(())
    }

    fn act(&mut self, dice: &mut Dice, large: bool) -> Result<(), String> {
        let mut pause = dice.pick(&[0, 1, 3, 8, 8]);
        let keys = match dice.roll(100) {
            0..50 => self.keys[dice.roll(self.keys.len())].clone(),
            50..58 => hand::typed(dice),
            58..64 => hand::pasted(dice),
            64..70 => hand::broken(dice),
            70..82 => hand::mouse(dice, self.glass.size),
            82..89 => {
                let (columns, rows) = match dice.roll(3) {
                    0 => (80, 24),
                    1 => (1 + dice.roll(300), 1 + dice.roll(100)),
                    _ => (40 + dice.roll(80), 12 + dice.roll(30)),
                };
                self.glass.resize(columns as u16, rows as u16);
                self.story.push(format!("{columns}x{rows}"));
                String::new()
            }
            89 => {
                let bytes = if large {
                    100_000 + dice.roll(300_000)
                } else {
                    2000
                };
                return self.flood(dice, bytes);
            }
            90..92 => return self.stop(dice),
            92..95 => {
                self.glass.signal(dice.pick(&[Signal::WINCH, Signal::CONT]));
                String::new()
            }
            95 => "\x1b".to_owned(),
            _ => {
                pause = 20 + dice.roll(60) as u64;
                String::new()
            }
        };
        self.all.bytes += keys.len();
        self.glass.send(&keys);
        self.story.push(keys);
        self.glass.pass(Duration::from_millis(pause), |_| false);
        Ok(())
    }

    /// More than there is room for, from a terminal that takes nothing itself.
    fn flood(&mut self, dice: &mut Dice, bytes: usize) -> Result<(), String> {
        let keys = hand::flood(dice, &self.keys, bytes);
        self.story.push(format!("{bytes} bytes of keys"));
        self.glass.send(&keys);
        self.glass.deaf = dice.roll(2) == 0;
        self.glass.pass(Duration::from_millis(300), |_| false);
        self.glass.deaf = false;
        let given_up = self.glass.give_up();
        self.all.bytes += bytes.saturating_sub(given_up);
        self.note_memory();
        Ok(())
    }

    /// Ctrl-Z, or the signal that another program would send for it.
    fn stop(&mut self, dice: &mut Dice) -> Result<(), String> {
        if dice.roll(2) == 0 {
            self.glass.send("\x18\x1b[201~\x1a");
            self.story.push("Ctrl-Z:".into());
        } else {
            self.glass.signal(Signal::TSTP);
        }
        self.story.push("STOP".into());
        // a kiosk does not stop
        if self
            .glass
            .pass(Duration::from_millis(600), Glass::is_stopped)
        {
            self.go_on()?;
        }
        Ok(())
    }

    /// Stopped, the terminal is the shell's; then it is taken again, as often as stops were asked for.
    fn go_on(&mut self) -> Result<(), String> {
        const ASKED: usize = 8;
        for _ in 0..ASKED {
            self.all.stops += 1;
            self.glass.pass(END, |glass| glass.left().is_empty());
            let left = self.glass.left();
            if !left.is_empty() {
                let at = self.glass.whereabouts();
                return Err(format!("stopped with {left} left behind; {at}"));
            }
            self.glass.signal(Signal::CONT);
            let on = |glass: &Glass| !glass.left().is_empty() && !glass.is_stopped();
            if self.glass.pass(END, on) || self.glass.ended().is_some() {
                return Ok(());
            }
            if !self.glass.is_stopped() {
                break;
            }
        }
        Err(format!("does not go on; {}", self.glass.whereabouts()))
    }

    fn note_memory(&mut self) {
        let memory = self.glass.memory();
        self.samples.push(memory);
        self.all.memory = self.all.memory.max(memory);
    }

    /// After a moment of quiet: Ctrl-L paints everything anew whatever is open, and `?` opens the help where the footer says so.
    fn probe(&mut self) -> Result<(), String> {
        self.glass.pass(TAKEN, Glass::is_taken);
        // a lone Esc and the next byte are two keys by then
        self.glass.pass(ESCAPE, |_| false);
        self.glass.pass(QUIET, Glass::is_quiet);
        if self.glass.ended().is_some() || self.glass.is_stopped() {
            return Ok(());
        }
        self.note_memory();
        if self.glass.shows("STOPPED") {
            return Err("work has panicked".into());
        }
        let erased = self.glass.erased;
        self.time("\x0c", move |glass| glass.erased > erased)?;
        // the rest of the frame, and what was pressed before where something else had it painted
        self.glass.pass(QUIET, Glass::is_quiet);
        if self.glass.shows("? help") {
            for _ in 0..2 {
                let open = self.glass.shows("? closes");
                // a lecture says who has the keyboard
                let seen = move |glass: &Glass| {
                    glass.shows("? closes") != open || glass.shows("gives you the keyboard")
                };
                self.time("?", seen)?;
            }
        }
        Ok(())
    }

    /// Presses a key and measures until its answer is seen.
    fn time(&mut self, key: &str, seen: impl Fn(&Glass) -> bool) -> Result<(), String> {
        let (starved, start) = (self.glass.starved(), Instant::now());
        self.glass.send(key);
        if !self.glass.pass(LOST, seen) {
            if self.glass.ended().is_some() || self.glass.is_stopped() {
                return Ok(());
            }
            let (at, shown) = (self.glass.whereabouts(), self.glass.contents());
            return Err(format!("no answer to {key:?}; {at}; {shown}"));
        }
        let took = start.elapsed();
        let starved = self.glass.starved().saturating_sub(starved);
        self.all.answers.push(Latency { took, starved });
        Ok(())
    }

    fn die(&mut self, dice: &mut Dice, end: End) -> Result<(), String> {
        if let Some(status) = self.glass.ended() {
            self.all.chance += 1;
            return self.is_left(status, 0);
        }
        let code = match end {
            End::Fatal(signal, code) | End::Early(signal, code) => {
                self.glass.signal(signal);
                code
            }
            End::Deaf(signal, code) => {
                self.glass.deaf = true;
                let keys = hand::flood(dice, &self.keys, 20_000);
                self.glass.send(&keys);
                self.glass
                    .pass(Duration::from_millis(dice.roll(200) as u64), |_| false);
                self.glass.signal(signal);
                code
            }
            End::Stopped(signal, code) => {
                self.glass.signal(Signal::TSTP);
                self.glass.pass(END, Glass::is_stopped);
                self.glass.signal(signal);
                self.glass.signal(Signal::CONT);
                code
            }
            End::CtrlC => {
                // what a paste left open is closed; from a lecture it leads to the dashboard, and from there out
                self.glass.send("\x18\x1b[201~\x1b\\");
                for _ in 0..4 {
                    self.glass.send("\x03");
                    if self.wait().is_some() {
                        break;
                    }
                }
                0
            }
            End::HangUp => {
                self.glass.hang_up();
                129
            }
        };
        match self.wait() {
            None => Err(format!(
                "alive 5 s after its end; {}; left: {}",
                self.glass.whereabouts(),
                self.glass.left()
            )),
            Some(status) => self.is_left(status, code),
        }
    }

    /// Its end, within the time that it may take.
    fn wait(&mut self) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < END {
            if let Some(status) = self.glass.ended() {
                // what it sent last
                self.glass.pass(END, |glass| glass.left().is_empty());
                return Some(status);
            }
            // what is stopped ends when it goes on
            if self.glass.is_stopped() {
                self.glass.signal(Signal::CONT);
            }
            self.glass.pass(Duration::from_millis(2), |_| false);
        }
        None
    }

    /// The right code, and nothing left on the terminal.
    fn is_left(&self, status: ExitStatus, code: i32) -> Result<(), String> {
        let left = self.glass.left();
        // before it begins a signal ends it as any other program
        let untouched = status.signal() == Some(code - 128) && !self.glass.entered;
        if (status.code() != Some(code) && !untouched) || !left.is_empty() {
            return Err(format!("{status}, expected {code}; left: {left:?}"));
        }
        Ok(())
    }
}

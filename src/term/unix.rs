//! The terminal of a Unix process: modes and size by `crossterm`, bytes by our own hand.
//!
//! `crossterm` 0.29 writes through the standard library and reads with a loop of its own; both wait for a terminal that is gone.
//! A write here can be given up, and [`input`] says why keys are read here.

mod input;
mod signals;

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use crossterm::terminal::{disable_raw_mode, enable_raw_mode, window_size};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, getpgrp, getsid};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::termios::{isatty, tcgetsid, tcgetwinsize, ttyname};

use crate::term::inbox::Sender;
use crate::term::terminal::Terminal;
use crate::term::{TermError, commands};

pub(super) use signals::watch;

/// Exit code of a program whose terminal went away: 128 + SIGHUP.
pub(super) const LOST: i32 = 128 + signal_hook::consts::SIGHUP;

/// How long a write that waits does not look whether it is given up.
const SLICE: Duration = Duration::from_millis(20);

/// Standard input and output.
///
/// # Errors
/// One of them is no terminal.
pub(super) fn of_process() -> Result<Box<dyn Terminal>, TermError> {
    let (input, output) = (io::stdin(), io::stdout());
    if !isatty(&output) {
        return Err(TermError::NotATerminal("standard output"));
    }
    if !isatty(&input) {
        return Err(TermError::NotATerminal("standard input"));
    }
    // what crossterm asks first is the controlling terminal, which need not be this one
    let controlling = tcgetsid(&output).is_ok();
    let ends = Ends::new(
        input.as_fd().try_clone_to_owned()?,
        output.as_fd().try_clone_to_owned()?,
    )?;
    Ok(Box::new(ProcessTerminal { ends, controlling }))
}

#[derive(Debug)]
struct ProcessTerminal {
    ends: Ends,
    /// Whether it is the one that the process belongs to.
    controlling: bool,
}

impl Terminal for ProcessTerminal {
    fn set_raw(&self, raw: bool) -> io::Result<()> {
        // nothing where it was not raw; else the modes from before, so that they are what `enable_raw_mode` finds
        disable_raw_mode()?;
        if raw { enable_raw_mode() } else { Ok(()) }
    }

    fn set_mouse(&self, wanted: bool) -> io::Result<Vec<u8>> {
        Ok(commands::mouse(wanted))
    }

    fn size(&self) -> Option<(u16, u16)> {
        if self.controlling {
            // not `size`, which starts a program (tput) where the terminal is gone
            let size = window_size().ok()?;
            known(size.columns, size.rows)
        } else {
            self.ends.size()
        }
    }

    fn write(&self, bytes: &[u8], until: Option<Instant>) -> io::Result<()> {
        self.ends.write(bytes, until)
    }

    fn give_up(&self) {
        self.ends.give_up();
    }

    fn listen(&self, escape: Duration, events: &Sender) -> io::Result<()> {
        self.ends.listen(escape, events)
    }

    fn hush(&self) {
        self.ends.hush();
    }
}

fn known(columns: u16, rows: u16) -> Option<(u16, u16)> {
    (columns > 0 && rows > 0).then_some((columns, rows))
}

/// The two ends of a terminal that bytes go through.
#[derive(Debug)]
pub(super) struct Ends {
    input: OwnedFd,
    output: OwnedFd,
    /// A pipe: closing its other end wakes whoever listens.
    wake: OwnedFd,
    closed_to_wake: Mutex<Option<OwnedFd>>,
    /// How often a write that waits has been given up.
    given_up: AtomicU32,
}

impl Ends {
    /// # Errors
    /// The operating system refused.
    pub(super) fn new(input: OwnedFd, output: OwnedFd) -> io::Result<Self> {
        let (wake, closed_to_wake) = rustix::pipe::pipe()?;
        Ok(Self {
            input,
            output: unblocked(&output).unwrap_or(output),
            wake,
            closed_to_wake: Mutex::new(Some(closed_to_wake)),
            given_up: AtomicU32::new(0),
        })
    }

    /// What the terminal itself says.
    pub(super) fn size(&self) -> Option<(u16, u16)> {
        let size = tcgetwinsize(&self.output).ok()?;
        known(size.ws_col, size.ws_row)
    }

    pub(super) fn write(&self, mut bytes: &[u8], until: Option<Instant>) -> io::Result<()> {
        let given_up = self.given_up.load(Ordering::SeqCst);
        let room = || match self.is_writable(until, given_up) {
            Ok(false) => Err(io::ErrorKind::TimedOut.into()),
            found => found,
        };
        while !bytes.is_empty() {
            if until.is_some() {
                room()?;
            }
            match rustix::io::write(&self.output, bytes) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => bytes = &bytes[written..],
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    room()?;
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Whether the terminal takes bytes before the time is up, or before another write than the first `given_up` is given up.
    fn is_writable(&self, until: Option<Instant>, given_up: u32) -> io::Result<bool> {
        loop {
            let rest = until.map_or(SLICE, |until| {
                until.saturating_duration_since(Instant::now())
            });
            let mut watched = [PollFd::new(&self.output, PollFlags::OUT)];
            match poll(&mut watched, Some(&timespec(rest.min(SLICE)))) {
                Err(Errno::INTR) => {}
                Ok(0) if rest > SLICE || until.is_none() => {}
                found => return Ok(found? > 0),
            }
            if self.given_up.load(Ordering::SeqCst) != given_up {
                return Ok(false);
            }
        }
    }

    pub(super) fn give_up(&self) {
        self.given_up.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn hush(&self) {
        let mut end = self
            .closed_to_wake
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        drop(end.take());
    }
}

fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: time.as_secs() as i64,
        tv_nsec: time.subsec_nanos().into(),
    }
}

/// The terminal opened once more so that a write never waits; its other users keep what they have. A terminal has room for a few
/// bytes long before it has room for all of them, and a write that waits for the rest cannot be given up.
fn unblocked(output: &OwnedFd) -> io::Result<OwnedFd> {
    let name = ttyname(output, Vec::new())?;
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(open(name, flags, Mode::empty())?)
}

/// Whether a shell manages this job: it gives every job a process group of its own, other than the session's first. A session led
/// from outside this process namespace has the number 0 here.
pub(super) fn has_job_control() -> bool {
    getsid(None).is_ok_and(|session| session != getpgrp())
}

/// Stops the whole job, as the terminal's own Ctrl-Z would; returns when the shell continues it.
///
/// # Errors
/// The operating system refused.
pub(super) fn stop() -> io::Result<()> {
    // 0 is the caller's process group
    Ok(kill(Pid::from_raw(0), Signal::SIGSTOP)?)
}

#[cfg(all(test, target_os = "linux"))]
pub(super) mod pseudo;

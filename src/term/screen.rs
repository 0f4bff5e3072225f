//! The terminal's screen: taken over, written to, given back.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::termios::{
    OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr, ttyname,
};

use crate::term::TermError;

/// Alternate screen, bracketed paste (so that pasted text presses no keys), no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?25l";

/// Reports of buttons and the wheel, not of movement, in decimal.
const MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";

/// No reports any more.
const NO_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";

/// Undoes everything that any part of the program, or a program before it, may have switched on: synchronized update, mouse
/// reports, focus reports, bracketed paste, attributes, hidden cursor, alternate screen.
pub(super) const RESTORE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1003l\x1b[?1002l\x1b[?1000l\x1b[?1004l\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";

/// The size of a terminal that does not know its own.
const UNKNOWN_SIZE: (u16, u16) = (80, 24);

/// How long an ending program waits for a terminal that takes no bytes: a slow link and a busy machine pause for less.
const LAST_CHANCE: Duration = Duration::from_secs(1);

/// The terminal, shared by the threads that draw, read keys and wait for signals.
#[derive(Debug)]
pub(super) struct Screen {
    input: OwnedFd,
    output: OwnedFd,
    /// The modes before the program.
    before: Termios,
    /// Held while bytes are written.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    entered: bool,
    /// Whether the terminal is asked for the mouse.
    mouse: bool,
    /// The program is ending: nobody takes the screen over again.
    closed: bool,
}

/// The screen is taken over as long as this lives.
#[must_use]
pub(super) struct Entered {
    screen: Arc<Screen>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.screen.leave();
    }
}

impl Screen {
    /// Standard input and output.
    ///
    /// # Errors
    /// One of them is no terminal.
    pub(super) fn of_process(mouse: bool) -> Result<Self, TermError> {
        let (input, output) = (io::stdin(), io::stdout());
        if !isatty(&output) {
            return Err(TermError::NotATerminal("standard output"));
        }
        if !isatty(&input) {
            return Err(TermError::NotATerminal("standard input"));
        }
        Ok(Self::new(
            input.as_fd().try_clone_to_owned()?,
            output.as_fd().try_clone_to_owned()?,
            mouse,
        )?)
    }

    /// A terminal with these ends.
    pub(super) fn new(input: OwnedFd, output: OwnedFd, mouse: bool) -> io::Result<Self> {
        let before = tcgetattr(&input)?;
        Ok(Self {
            input,
            output: unblocked(&output).unwrap_or(output),
            before,
            state: Mutex::new(State {
                mouse,
                ..State::default()
            }),
        })
    }

    /// Where keys come from.
    pub(super) fn input(&self) -> BorrowedFd<'_> {
        self.input.as_fd()
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        match tcgetwinsize(&self.output) {
            Ok(size) if size.ws_col > 0 && size.ws_row > 0 => (size.ws_col, size.ws_row),
            _ => UNKNOWN_SIZE,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the screen over, or again after somebody else had it.
    ///
    /// # Errors
    /// The terminal refused.
    pub(super) fn enter(self: &Arc<Self>) -> io::Result<Entered> {
        self.enter_again()?;
        Ok(Entered {
            screen: Arc::clone(self),
        })
    }

    /// The same without a guard, after [`leave`](Self::leave) or a stop from outside.
    ///
    /// # Errors
    /// The terminal refused.
    pub(super) fn enter_again(&self) -> io::Result<()> {
        let mut state = self.lock();
        if state.closed {
            return Ok(());
        }
        let mut raw = self.before.clone();
        raw.make_raw();
        tcsetattr(&self.input, OptionalActions::Now, &raw)?;
        state.entered = true;
        let mouse = if state.mouse { MOUSE } else { b"" };
        write_all(self.output.as_fd(), &[ENTER, mouse].concat())
    }

    /// Gives the screen back; nothing where it was not taken over. Errors do not matter any more.
    pub(super) fn leave(&self) {
        self.give_back(&mut self.lock());
    }

    /// Gives the screen back for good, although another thread may be writing for ever; nothing is written afterwards.
    pub(super) fn abandon(&self) {
        let deadline = Instant::now() + LAST_CHANCE;
        let held = loop {
            match self.state.try_lock() {
                Ok(state) => break Some(state),
                Err(TryLockError::Poisoned(poisoned)) => break Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(TryLockError::WouldBlock) => break None,
            }
        };
        if let Some(mut state) = held {
            state.closed = true;
            self.give_back(&mut state);
        } else {
            // the terminal takes no bytes, but its modes can be set
            let _ = tcsetattr(&self.input, OptionalActions::Now, &self.before);
        }
    }

    fn give_back(&self, state: &mut State) {
        if !std::mem::replace(&mut state.entered, false) {
            return;
        }
        let _ = write_before(self.output.as_fd(), RESTORE, Instant::now() + LAST_CHANCE);
        let _ = tcsetattr(&self.input, OptionalActions::Now, &self.before);
    }

    /// Asks the terminal for the mouse, or no longer; which of the two.
    ///
    /// # Errors
    /// The terminal failed or went away.
    pub(super) fn toggle_mouse(&self) -> io::Result<bool> {
        let mut state = self.lock();
        state.mouse = !state.mouse;
        if state.entered {
            let bytes = if state.mouse { MOUSE } else { NO_MOUSE };
            write_all(self.output.as_fd(), bytes)?;
        }
        Ok(state.mouse)
    }

    /// Whether the screen is taken over (or busy, which it only is while it is).
    pub(super) fn is_entered(&self) -> bool {
        match self.state.try_lock() {
            Ok(state) => state.entered,
            Err(_) => true,
        }
    }

    /// Writes a frame in one piece; nothing where the screen has been given back.
    ///
    /// # Errors
    /// The terminal failed or went away.
    pub(super) fn write(&self, bytes: &[u8]) -> io::Result<()> {
        let state = self.lock();
        if state.entered {
            write_all(self.output.as_fd(), bytes)
        } else {
            Ok(())
        }
    }
}

/// The terminal opened once more so that a write never waits; its other users keep what they have. A terminal has room for a few
/// bytes long before it has room for all of them, and a write that waits for the rest cannot be given up.
fn unblocked(output: &OwnedFd) -> io::Result<OwnedFd> {
    let name = ttyname(output, Vec::new())?;
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(open(name, flags, Mode::empty())?)
}

fn write_all(fd: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<()> {
    write_until(fd, bytes, None)
}

/// The same; what the terminal has not taken until then is lost.
fn write_before(fd: BorrowedFd<'_>, bytes: &[u8], until: Instant) -> io::Result<()> {
    write_until(fd, bytes, Some(until))
}

fn write_until(fd: BorrowedFd<'_>, mut bytes: &[u8], until: Option<Instant>) -> io::Result<()> {
    while !bytes.is_empty() {
        if until.is_some() && !writable(fd, until)? {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match rustix::io::write(fd, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                if !writable(fd, until)? {
                    return Err(io::ErrorKind::TimedOut.into());
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether the terminal takes bytes before the time is up.
fn writable(fd: BorrowedFd<'_>, until: Option<Instant>) -> io::Result<bool> {
    loop {
        let rest = until.map(|until| {
            let rest = until.saturating_duration_since(Instant::now());
            Timespec {
                tv_sec: rest.as_secs() as i64,
                tv_nsec: rest.subsec_nanos().into(),
            }
        });
        match poll(
            &mut [PollFd::from_borrowed_fd(fd, PollFlags::OUT)],
            rest.as_ref(),
        ) {
            Err(Errno::INTR) => {}
            found => return Ok(found? > 0),
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
pub(super) mod tests {
    use super::*;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::LocalModes;

    /// A screen and the far end of its terminal.
    pub(in crate::term) fn pseudo_terminal() -> (Arc<Screen>, OwnedFd) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a pseudo-terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let end = open(
            &*name,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .expect("its terminal");
        let screen = Screen::new(end.try_clone().expect("a copy"), end, true).expect("a terminal");
        (Arc::new(screen), master)
    }

    /// What has been written so far.
    pub(in crate::term) fn written(master: &OwnedFd) -> Vec<u8> {
        let (mut all, mut bytes) = (Vec::new(), [0; 1024]);
        let now = Timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        while let Ok(1..) = poll(&mut [PollFd::new(master, PollFlags::IN)], Some(&now)) {
            match rustix::io::read(master, &mut bytes) {
                Ok(count @ 1..) => all.extend_from_slice(&bytes[..count]),
                _ => break,
            }
        }
        all
    }

    fn is_raw(screen: &Screen) -> bool {
        !tcgetattr(&screen.input)
            .expect("modes")
            .local_modes
            .intersects(LocalModes::ICANON | LocalModes::ECHO)
    }

    #[test]
    fn the_screen_is_given_back_once_and_nothing_is_written_afterwards() {
        let (screen, master) = pseudo_terminal();
        let entered = screen.enter().expect("entered");
        assert!(is_raw(&screen) && screen.is_entered());
        screen.write(b"frame").expect("written");
        assert_eq!(written(&master), [ENTER, MOUSE, b"frame"].concat());
        screen.leave();
        drop(entered);
        screen.write(b"late").expect("ignored");
        assert_eq!(written(&master), RESTORE);
        assert!(!is_raw(&screen) && !screen.is_entered());
    }

    #[test]
    fn the_mouse_is_left_to_the_terminal_also_after_a_stop() {
        let (screen, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        assert!(!screen.toggle_mouse().expect("written"));
        screen.leave();
        screen.enter_again().expect("entered");
        assert!(screen.toggle_mouse().expect("written"));
        assert_eq!(
            written(&master),
            [ENTER, MOUSE, NO_MOUSE, RESTORE, ENTER, MOUSE].concat()
        );
    }

    #[test]
    fn an_ending_program_does_not_take_the_screen_over_again() {
        let (screen, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        screen.abandon();
        screen.enter_again().expect("ignored");
        assert_eq!(written(&master), [ENTER, MOUSE, RESTORE].concat());
        assert!(!is_raw(&screen));
    }

    /// A few bytes at a time until not one more fits.
    fn fill(screen: &Screen) {
        while writable(screen.output.as_fd(), Some(Instant::now())).expect("asked") {
            let _ = rustix::io::write(&screen.output, b"x");
        }
    }

    #[test]
    fn a_terminal_that_takes_no_bytes_does_not_hold_up_the_end() {
        let (screen, _master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        fill(&screen);
        let start = Instant::now();
        screen.abandon();
        assert!(!is_raw(&screen) && start.elapsed() < 4 * LAST_CHANCE);
    }

    #[test]
    fn a_terminal_that_pauses_for_half_a_second_is_given_back_whole() {
        let (screen, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        fill(&screen);
        let ending = std::thread::spawn(move || screen.abandon());
        std::thread::sleep(LAST_CHANCE / 2);
        let first = written(&master);
        ending.join().expect("it ends");
        assert!([first, written(&master)].concat().ends_with(RESTORE));
    }

    #[test]
    fn a_writer_that_never_ends_does_not_hold_up_the_end() {
        let (screen, _master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        let writing = screen.lock();
        std::thread::scope(|scope| {
            scope.spawn(|| screen.abandon()).join().expect("it ends");
        });
        assert!(!is_raw(&screen));
        drop(writing);
    }
}

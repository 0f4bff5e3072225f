//! The terminal's screen: taken over, written to, given back.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use crate::term::commands;
use crate::term::terminal::Terminal;

/// The size of a terminal that does not know its own.
const UNKNOWN_SIZE: (u16, u16) = (80, 24);

/// How long a program that must end waits for a terminal that takes no bytes: a slow link and a busy machine pause for less.
const LAST_CHANCE: Duration = Duration::from_secs(2);

/// The terminal, shared by the threads that draw, read keys and wait for signals.
#[derive(Debug)]
pub(super) struct Screen {
    terminal: Box<dyn Terminal>,
    /// Held while bytes are written.
    state: Mutex<State>,
    /// No write waits beyond this; `None` is for ever.
    latest: Option<Instant>,
    /// The exit code of the first thread that ends the program: the end of one makes the writes of others fail.
    code: OnceLock<i32>,
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
    /// The screen of this terminal; `mouse` is whether it is asked for the mouse, `latest` until when a terminal that takes no
    /// bytes is waited for.
    pub(super) fn new(terminal: Box<dyn Terminal>, mouse: bool, latest: Option<Instant>) -> Self {
        let state = State {
            mouse,
            ..State::default()
        };
        Self {
            terminal,
            state: Mutex::new(state),
            latest,
            code: OnceLock::new(),
        }
    }

    /// The terminal itself.
    pub(super) fn terminal(&self) -> &dyn Terminal {
        &*self.terminal
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.terminal.size().unwrap_or(UNKNOWN_SIZE)
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
        self.terminal.set_raw(true)?;
        state.entered = true;
        let mut bytes = commands::enter();
        if state.mouse {
            bytes.extend(self.terminal.set_mouse(true)?);
        }
        self.terminal.write(&bytes, self.latest)
    }

    /// Gives the screen back as soon as the terminal takes bytes; nothing where it was not taken over. Signals and a terminal
    /// that goes away end the wait from another thread. Errors do not matter any more.
    pub(super) fn leave(&self) {
        let soon = || Instant::now() + LAST_CHANCE;
        self.give_back(
            &mut self.lock(),
            self.latest.map(|latest| latest.max(soon())),
        );
    }

    /// Gives the screen back for good: a frame that waits for the terminal is given up, and nothing is written afterwards.
    pub(super) fn abandon(&self) {
        let deadline = Instant::now() + LAST_CHANCE;
        let held = loop {
            match self.state.try_lock() {
                Ok(state) => break Some(state),
                Err(TryLockError::Poisoned(poisoned)) => break Some(poisoned.into_inner()),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => {
                    self.terminal.give_up();
                    std::thread::sleep(Duration::from_millis(2));
                }
                Err(TryLockError::WouldBlock) => break None,
            }
        };
        let until = Some(Instant::now() + LAST_CHANCE);
        if let Some(mut state) = held {
            state.closed = true;
            self.give_back(&mut state, until);
        } else {
            // who writes does not hear; what restores the terminal may still reach it
            self.restore(until);
        }
    }

    fn give_back(&self, state: &mut State, until: Option<Instant>) {
        if !std::mem::replace(&mut state.entered, false) {
            return;
        }
        self.restore(until);
    }

    fn restore(&self, until: Option<Instant>) {
        // its bytes are among those that restore
        let _ = self.terminal.set_mouse(false);
        let _ = self.terminal.write(&commands::restore(), until);
        let _ = self.terminal.set_raw(false);
    }

    /// Asks the terminal for the mouse, or no longer; which of the two.
    ///
    /// # Errors
    /// The terminal failed or went away.
    pub(super) fn toggle_mouse(&self) -> io::Result<bool> {
        let mut state = self.lock();
        state.mouse = !state.mouse;
        if state.entered {
            let bytes = self.terminal.set_mouse(state.mouse)?;
            self.terminal.write(&bytes, self.latest)?;
        }
        Ok(state.mouse)
    }

    /// Whether the terminal is asked for the mouse.
    pub(super) fn has_mouse(&self) -> bool {
        self.lock().mouse
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
            self.terminal.write(bytes, self.latest)
        } else {
            Ok(())
        }
    }
}

/// Gives the terminal back and ends the program, with the code of whoever was the first to end it.
pub(super) fn end(screen: &Screen, code: i32) -> ! {
    let code = *screen.code.get_or_init(|| code);
    screen.abandon();
    std::process::exit(code)
}

#[cfg(all(test, target_os = "linux"))]
pub(super) mod tests {
    use super::*;
    use crate::term::unix::pseudo::{Pseudo, written};
    use std::os::fd::OwnedFd;

    /// A screen, its terminal and the far end of that.
    pub(in crate::term) fn pseudo_terminal() -> (Arc<Screen>, Pseudo, OwnedFd) {
        let (terminal, master) = Pseudo::open();
        let screen = Screen::new(Box::new(terminal.clone()), true, None);
        (Arc::new(screen), terminal, master)
    }

    fn taking_over() -> Vec<u8> {
        [commands::enter(), commands::mouse(true)].concat()
    }

    #[test]
    fn the_screen_is_given_back_once_and_nothing_is_written_afterwards() {
        let (screen, terminal, master) = pseudo_terminal();
        let entered = screen.enter().expect("entered");
        assert!(terminal.is_raw() && screen.is_entered());
        screen.write(b"frame").expect("written");
        assert_eq!(
            written(&master),
            [taking_over(), b"frame".to_vec()].concat()
        );
        screen.leave();
        drop(entered);
        screen.write(b"late").expect("ignored");
        assert_eq!(written(&master), commands::restore());
        assert!(!terminal.is_raw() && !screen.is_entered());
    }

    #[test]
    fn the_mouse_is_left_to_the_terminal_also_after_a_stop() {
        let (screen, _, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        assert!(!screen.toggle_mouse().expect("written"));
        screen.leave();
        screen.enter_again().expect("entered");
        assert!(screen.toggle_mouse().expect("written"));
        assert_eq!(
            written(&master),
            [
                taking_over(),
                commands::mouse(false),
                commands::restore(),
                taking_over()
            ]
            .concat()
        );
    }

    #[test]
    fn an_ending_program_does_not_take_the_screen_over_again() {
        let (screen, terminal, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        screen.abandon();
        screen.enter_again().expect("ignored");
        assert_eq!(
            written(&master),
            [taking_over(), commands::restore()].concat()
        );
        assert!(!terminal.is_raw());
    }

    #[test]
    fn a_terminal_that_takes_no_bytes_does_not_hold_up_the_end() {
        let (screen, terminal, _master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        terminal.fill();
        let start = Instant::now();
        screen.abandon();
        assert!(!terminal.is_raw() && start.elapsed() < 4 * LAST_CHANCE);
    }

    #[test]
    fn who_quits_gets_the_terminal_back_however_long_it_takes_no_bytes() {
        let (screen, terminal, master) = pseudo_terminal();
        let entered = screen.enter().expect("entered");
        terminal.fill();
        let quitting = std::thread::spawn(move || drop(entered));
        std::thread::sleep(LAST_CHANCE + LAST_CHANCE / 2);
        assert!(!quitting.is_finished());
        let first = written(&master);
        quitting.join().expect("it ends");
        assert!(!terminal.is_raw());
        assert!(
            [first, written(&master)]
                .concat()
                .ends_with(&commands::restore())
        );
    }

    #[test]
    fn a_signal_ends_the_wait_of_who_quits() {
        let (screen, terminal, _master) = pseudo_terminal();
        let entered = screen.enter().expect("entered");
        terminal.fill();
        let _quitting = std::thread::spawn(move || drop(entered));
        std::thread::sleep(LAST_CHANCE / 10);
        let start = Instant::now();
        screen.abandon();
        assert!(!terminal.is_raw() && start.elapsed() < 4 * LAST_CHANCE);
    }

    #[test]
    fn a_visitor_who_reads_nothing_is_not_waited_for_beyond_the_visit() {
        let (terminal, _master) = Pseudo::open();
        let latest = Some(Instant::now() + LAST_CHANCE / 4);
        let screen = Arc::new(Screen::new(Box::new(terminal.clone()), true, latest));
        let _entered = screen.enter().expect("entered");
        terminal.fill();
        let error = screen.write(b"frame").expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        screen.abandon();
        assert!(!terminal.is_raw());
    }

    #[test]
    fn a_terminal_that_pauses_for_half_a_second_is_given_back_whole() {
        let (screen, terminal, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        terminal.fill();
        let ending = std::thread::spawn(move || screen.abandon());
        std::thread::sleep(LAST_CHANCE / 2);
        let first = written(&master);
        ending.join().expect("it ends");
        assert!(
            [first, written(&master)]
                .concat()
                .ends_with(&commands::restore())
        );
    }

    #[test]
    fn a_writer_that_never_ends_does_not_hold_up_the_end() {
        let (screen, terminal, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        let writing = screen.lock();
        std::thread::scope(|scope| {
            scope.spawn(|| screen.abandon()).join().expect("it ends");
        });
        assert!(!terminal.is_raw());
        assert_eq!(
            written(&master),
            [taking_over(), commands::restore()].concat()
        );
        drop(writing);
    }

    #[test]
    fn a_frame_that_waits_for_the_terminal_is_given_up_by_the_end() {
        let (screen, terminal, master) = pseudo_terminal();
        let _entered = screen.enter().expect("entered");
        terminal.fill();
        let theirs = Arc::clone(&screen);
        let drawing = std::thread::spawn(move || theirs.write(b"frame"));
        while screen.state.try_lock().is_ok() {
            std::thread::yield_now();
        }
        let ending = std::thread::spawn(move || screen.abandon());
        let error = drawing.join().expect("it ends").expect_err("nobody reads");
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        let first = written(&master);
        ending.join().expect("it ends");
        let all = [first, written(&master)].concat();
        assert!(all.ends_with(&commands::restore()));
        assert!(!all.windows(5).any(|bytes| bytes == b"frame"));
        assert!(!terminal.is_raw());
    }
}

//! Signals, waited for in a thread of their own.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::{Handle, Signals};

use crate::term::inbox::Event;
use crate::term::panic::THREADS;
use crate::term::screen::Screen;

/// The thread waits as long as this lives.
pub(super) struct Watch {
    handle: Handle,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.handle.close();
    }
}

/// Starts the thread: what ends the program restores the terminal and ends it here, whatever the other threads are doing; the rest
/// becomes an event.
///
/// # Errors
/// The operating system refused.
pub(super) fn watch(screen: &Arc<Screen>, events: Sender<Event>) -> io::Result<Watch> {
    let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGWINCH, SIGTSTP, SIGCONT])?;
    let handle = signals.handle();
    let screen = Arc::clone(screen);
    thread::Builder::new()
        .name(format!("{THREADS}-signals"))
        .spawn(move || {
            for signal in signals.forever() {
                let event = match signal {
                    SIGWINCH => Event::Resize,
                    SIGTSTP => Event::Suspend,
                    SIGCONT => Event::Continue,
                    fatal => end(&screen, 128 + fatal),
                };
                if events.send(event).is_err() {
                    return;
                }
            }
        })?;
    Ok(Watch { handle })
}

/// Gives the terminal back and ends the program.
pub(super) fn end(screen: &Screen, code: i32) -> ! {
    screen.abandon();
    std::process::exit(code)
}

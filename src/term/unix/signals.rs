//! Signals, waited for in a thread of their own until the process ends: work that goes on behind a screen that was given back
//! can be ended as well.

use std::io;
use std::sync::Arc;
use std::thread;

use signal_hook::consts::{
    SIGABRT, SIGALRM, SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2,
    SIGWINCH, SIGXCPU,
};
use signal_hook::iterator::Signals;

use crate::term::inbox::{Event, Sender};
use crate::term::panic::THREADS;
use crate::term::screen::{Screen, end};

/// What ends a program that does not ask for it. An `abort` from inside (out of memory) leaves no time to restore anything.
const FATAL: [i32; 9] = [
    SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU, SIGABRT,
];

/// Starts the thread: what ends the program restores the terminal and ends it here, whatever the other threads are doing; the rest
/// becomes an event.
///
/// # Errors
/// The operating system refused.
pub(in crate::term) fn watch(screen: &Arc<Screen>, events: Sender) -> io::Result<()> {
    let mut signals = Signals::new(FATAL)?;
    for other in [SIGWINCH, SIGTSTP, SIGCONT] {
        signals.add_signal(other)?;
    }
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
                events.send(event);
            }
        })?;
    Ok(())
}

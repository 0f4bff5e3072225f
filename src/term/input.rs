//! Keys and the mouse, read in a thread of their own, so that an unfinished sequence or a lost terminal never holds up a frame.

use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::term::inbox::Sender;
use crate::term::panic::THREADS;
use crate::term::screen::{Screen, end};
use crate::term::system::LOST;

/// The thread reads as long as this lives.
pub(super) struct Watch {
    screen: Arc<Screen>,
    events: Sender,
}

impl Drop for Watch {
    fn drop(&mut self) {
        // where it waits for the terminal, and where it waits for room
        self.screen.terminal().hush();
        self.events.close();
    }
}

/// Starts the thread; `escape` is how long a lone escape byte may turn out to be the beginning of a key. A terminal that goes
/// away ends the program.
///
/// # Errors
/// The operating system refused.
pub(super) fn watch(screen: &Arc<Screen>, events: Sender, escape: Duration) -> io::Result<Watch> {
    let (theirs, sender) = (Arc::clone(screen), events.clone());
    thread::Builder::new()
        .name(format!("{THREADS}-keys"))
        .spawn(move || {
            if theirs.terminal().listen(escape, &sender).is_err() {
                end(&theirs, LOST);
            }
        })?;
    Ok(Watch {
        screen: Arc::clone(screen),
        events,
    })
}

//! Keys and the mouse, read in a thread of their own, so that an unfinished sequence or a lost terminal never holds up a frame.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use signal_hook::consts::SIGHUP;

use crate::term::decode::{Decoder, Input, Patience};
use crate::term::inbox::{Event, Sender};
use crate::term::panic::THREADS;
use crate::term::screen::Screen;
use crate::term::signals::end;

/// How long a paste or a long reply may pause.
const LONG: Duration = Duration::from_secs(1);

/// The thread reads as long as this lives: closing the pipe wakes it up and ends it, also where it waits for room.
pub(super) struct Watch {
    _closed_on_drop: OwnedFd,
    events: Sender,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.events.close();
    }
}

/// Starts the thread; `escape` is how long a lone escape byte may turn out to be the beginning of a key. A terminal that goes
/// away ends the program with 128 + SIGHUP.
///
/// # Errors
/// The operating system refused.
pub(super) fn watch(screen: &Arc<Screen>, events: Sender, escape: Duration) -> io::Result<Watch> {
    let (wake, closed_on_drop) = rustix::pipe::pipe()?;
    let (screen, theirs) = (Arc::clone(screen), events.clone());
    thread::Builder::new()
        .name(format!("{THREADS}-keys"))
        .spawn(move || read(&screen, &wake, &theirs, escape))?;
    Ok(Watch {
        _closed_on_drop: closed_on_drop,
        events,
    })
}

fn read(screen: &Screen, wake: &OwnedFd, events: &Sender, escape: Duration) {
    let (mut decoder, mut inputs, mut bytes) = (Decoder::default(), Vec::new(), [0; 1024]);
    loop {
        let limit = decoder.patience().map(|patience| match patience {
            Patience::Short => escape,
            Patience::Long => LONG,
        });
        let limit = limit.map(|limit| Timespec {
            tv_sec: limit.as_secs() as i64,
            tv_nsec: limit.subsec_nanos().into(),
        });
        let mut watched = [
            PollFd::from_borrowed_fd(screen.input(), PollFlags::IN),
            PollFd::new(wake, PollFlags::IN),
        ];
        match poll(&mut watched, limit.as_ref()) {
            Ok(0) => inputs.extend(decoder.give_up().map(Input::Key)),
            Ok(_) => {}
            Err(Errno::INTR) => continue,
            Err(_) => end(screen, 128 + SIGHUP),
        }
        let (terminal, pipe) = (watched[0].revents(), watched[1].revents());
        if !pipe.is_empty() {
            return;
        }
        if terminal.contains(PollFlags::IN) {
            match rustix::io::read(screen.input(), &mut bytes) {
                Ok(0) => end(screen, 128 + SIGHUP),
                Ok(count) => decoder.feed(&bytes[..count], &mut inputs),
                Err(Errno::INTR | Errno::AGAIN) => {}
                Err(_) => end(screen, 128 + SIGHUP),
            }
        } else if terminal.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
            end(screen, 128 + SIGHUP);
        }
        let arrived = (0..decoder.answers()).map(|_| Event::Arrived);
        for event in arrived.chain(inputs.drain(..).map(Event::Input)) {
            if !events.send(event) {
                return;
            }
        }
    }
}

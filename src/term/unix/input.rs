//! Keys and the mouse as a Unix terminal sends them.
//!
//! `crossterm` 0.29 has a reader, which would do but for two defects; the tests below hold this one to what that one does not do.
//! Where the terminal is gone, its loop (`event/source/unix/mio.rs`) reads end after end for ever, deaf to its own timeout
//! (<https://github.com/crossterm-rs/crossterm/issues/793>). Where a sequence stays unfinished, it reads on before it looks at the
//! clock: on a terminal whose reads wait, the lone Escape key and everything behind an interrupted sequence come with the next key.

use std::io;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;

use super::{Ends, timespec};
use crate::term::decode::{Decoder, Input, Patience};
use crate::term::inbox::{Event, Sender};

/// How long a paste or a long reply may pause.
const LONG: Duration = Duration::from_secs(1);

impl Ends {
    /// As [`Terminal::listen`](crate::term::terminal::Terminal::listen).
    pub(super) fn listen(&self, escape: Duration, events: &Sender) -> io::Result<()> {
        let (mut decoder, mut inputs, mut bytes) = (Decoder::default(), Vec::new(), [0; 1024]);
        loop {
            let limit = decoder.patience().map(|patience| match patience {
                Patience::Short => escape,
                Patience::Long => LONG,
            });
            let mut watched = [
                PollFd::new(&self.input, PollFlags::IN),
                PollFd::new(&self.wake, PollFlags::IN),
            ];
            match poll(&mut watched, limit.map(timespec).as_ref()) {
                Ok(0) => inputs.extend(decoder.give_up().map(Input::Key)),
                Ok(_) => {}
                Err(Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
            let (terminal, pipe) = (watched[0].revents(), watched[1].revents());
            if !pipe.is_empty() {
                return Ok(());
            }
            if terminal.contains(PollFlags::IN) {
                match rustix::io::read(&self.input, &mut bytes) {
                    Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                    Ok(count) => decoder.feed(&bytes[..count], &mut inputs),
                    Err(Errno::INTR | Errno::AGAIN) => {}
                    Err(error) => return Err(error.into()),
                }
            } else if terminal.intersects(PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL) {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let arrived = (0..decoder.answers()).map(|_| Event::Arrived);
            for event in arrived.chain(inputs.drain(..).map(Event::Input)) {
                if !events.send(event) {
                    return Ok(());
                }
            }
        }
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;
    use crate::app::key::Key;
    use crate::term::inbox::Inbox;
    use crate::term::terminal::Terminal;
    use crate::term::unix::pseudo::Pseudo;
    use std::os::fd::OwnedFd;
    use std::thread::{JoinHandle, spawn};

    const ESCAPE: Duration = Duration::from_millis(50);

    /// Longer than anything here takes on a loaded machine.
    const LIMIT: Duration = Duration::from_secs(20);

    fn listening(inbox: &Inbox) -> (Pseudo, OwnedFd, JoinHandle<io::Result<()>>) {
        let (terminal, master) = Pseudo::open();
        terminal.set_raw(true).expect("raw");
        let (theirs, events) = (terminal.clone(), inbox.sender());
        let listener = spawn(move || {
            let ended = theirs.listen(ESCAPE, &events);
            events.send(Event::News);
            ended
        });
        (terminal, master, listener)
    }

    #[test]
    fn a_terminal_that_goes_away_ends_the_reader_where_crossterm_issue_793_spins() {
        let inbox = Inbox::default();
        let (_terminal, master, listener) = listening(&inbox);
        drop(master);
        // the event that says that the reader has ended; a reader that spins never sends it
        assert_eq!(inbox.wait(Some(LIMIT)), Some(Event::News));
        assert!(listener.join().expect("no panic").is_err());
    }

    #[test]
    fn an_unfinished_sequence_is_given_up_where_crossterm_reads_on_without_a_clock() {
        let inbox = Inbox::default();
        let (terminal, master, listener) = listening(&inbox);
        let key = |key| Some(Event::Input(Input::Key(key)));
        rustix::io::write(&master, b"\x1b").expect("written");
        assert_eq!(inbox.wait(Some(LIMIT)), key(Key::Esc));
        rustix::io::write(&master, b"\x1b[1;").expect("written");
        assert_eq!(inbox.wait(Some(4 * ESCAPE)), None, "nothing of it is a key");
        rustix::io::write(&master, b"q").expect("written");
        assert_eq!(inbox.wait(Some(LIMIT)), key(Key::Char('q')));
        terminal.hush();
        assert_eq!(inbox.wait(Some(LIMIT)), Some(Event::News));
        assert!(listener.join().expect("no panic").is_ok());
    }
}

//! A pseudo-terminal for tests: the real reader and writer; modes by `rustix`, for `crossterm` knows the process's terminal only.

use std::io;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};

use super::{Ends, timespec};
use crate::term::commands;
use crate::term::inbox::Sender;
use crate::term::terminal::Terminal;

/// Our end of a pseudo-terminal, as the program sees it.
#[derive(Clone, Debug)]
pub(in crate::term) struct Pseudo {
    ends: Arc<Ends>,
    modes: Arc<OwnedFd>,
    before: Termios,
}

impl Pseudo {
    /// A terminal and its far end.
    pub(in crate::term) fn open() -> (Self, OwnedFd) {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a pseudo-terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let end = open(&*name, flags, Mode::empty()).expect("its terminal");
        let copy = || end.try_clone().expect("a copy");
        let pseudo = Self {
            ends: Arc::new(Ends::new(copy(), copy()).expect("a pipe")),
            before: tcgetattr(&end).expect("modes"),
            modes: Arc::new(end),
        };
        (pseudo, master)
    }

    pub(in crate::term) fn is_raw(&self) -> bool {
        !tcgetattr(&self.modes)
            .expect("modes")
            .local_modes
            .intersects(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Writes a few bytes at a time until not one more fits.
    pub(in crate::term) fn fill(&self) {
        // a terminal that says it is full takes some bytes more
        while rustix::io::write(&self.ends.output, b"x").is_ok() {}
    }
}

impl Terminal for Pseudo {
    fn set_raw(&self, raw: bool) -> io::Result<()> {
        let mut modes = self.before.clone();
        if raw {
            modes.make_raw();
        }
        Ok(tcsetattr(&self.modes, OptionalActions::Now, &modes)?)
    }

    fn set_mouse(&self, wanted: bool) -> io::Result<Vec<u8>> {
        Ok(commands::mouse(wanted))
    }

    fn size(&self) -> Option<(u16, u16)> {
        self.ends.size()
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

/// What has been written so far.
pub(in crate::term) fn written(master: &OwnedFd) -> Vec<u8> {
    let (mut all, mut bytes) = (Vec::new(), [0; 1024]);
    let now = timespec(Duration::ZERO);
    while let Ok(1..) = poll(&mut [PollFd::new(master, PollFlags::IN)], Some(&now)) {
        match rustix::io::read(master, &mut bytes) {
            Ok(count @ 1..) => all.extend_from_slice(&bytes[..count]),
            _ => break,
        }
    }
    all
}

//! The program on a pseudo-terminal that answers what it is asked, as a terminal does.

use std::fs::File;
use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};

/// Questions and answers: whether frames can be shown at once, what the terminal is, where the cursor is.
const ANSWERS: [(&[u8], &[u8]); 3] = [
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
    (b"\x1b[c", b"\x1b[?62c"),
    (b"\x1b[6n", b"\x1b[1;1R"),
];

/// Bytes of the longest question.
const LONGEST: usize = 9;

/// What the program writes, read by somebody who answers its questions.
pub(crate) struct Screen {
    master: File,
    /// The last bytes, with which a question may begin.
    tail: Vec<u8>,
}

impl Screen {
    /// Reads what has come (at least one byte) and answers what it asks; 0 bytes at the end.
    pub(crate) fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.master.read(bytes)?;
        let before = self.tail.len();
        self.tail.extend_from_slice(&bytes[..count]);
        for end in before + 1..=self.tail.len() {
            let text = &self.tail[..end];
            let asked = ANSWERS
                .iter()
                .find(|(question, _)| text.ends_with(question));
            if let Some((_, answer)) = asked {
                self.master.write_all(answer)?;
            }
        }
        let known = self.tail.len().saturating_sub(LONGEST - 1);
        self.tail.drain(..known);
        Ok(count)
    }
}

/// Starts the program with these arguments on a terminal of 120 x 40 cells: itself, the keyboard, the screen.
pub(crate) fn start(arguments: &[&str]) -> (Child, File, Screen) {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = openpt(flags).expect("a pseudo-terminal");
    grantpt(&master).expect("granted");
    unlockpt(&master).expect("unlocked");
    let name = ptsname(&master, Vec::new()).expect("a name");
    let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
    let end = rustix::fs::open(&*name, flags, Mode::empty()).expect("its terminal");
    let size = Winsize {
        ws_row: 40,
        ws_col: 120,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&end, size).expect("a size");
    let copy = || Stdio::from(end.try_clone().expect("a copy"));
    let child = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .env("TERM", "xterm-256color")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .env_remove("SSH_CONNECTION")
        .stdin(copy())
        .stdout(copy())
        .stderr(copy())
        .process_group(0)
        .spawn()
        .expect("the program starts");
    let keyboard = File::from(master);
    let screen = Screen {
        master: keyboard.try_clone().expect("a copy"),
        tail: Vec::new(),
    };
    (child, keyboard, screen)
}

//! The program in a pseudo-terminal that answers what it is asked, seen through a virtual terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{
    LocalModes, OptionalActions, Termios, Winsize, tcgetattr, tcsetattr, tcsetwinsize,
};
use vt100::{Color, MouseProtocolMode, Parser, Screen};

/// Longer than anything here takes on a loaded machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// Where is the cursor?
pub(crate) const QUESTION: &[u8] = b"\x1b[6n";

/// The last bytes of every ending.
pub(crate) const RESTORED: &str = "\x1b[?25h\x1b[?1049l";

/// A program on a pseudo-terminal.
pub(crate) struct Started {
    pub(crate) child: Child,
    /// Our end.
    pub(crate) master: File,
    /// Its end.
    pub(crate) terminal: OwnedFd,
    /// The modes before.
    pub(crate) before: Termios,
    /// Where its configuration would be: who runs the tests may write anywhere, and what one keeps another would read.
    pub(crate) home: TempDir,
}

impl Started {
    /// On a terminal of this size.
    pub(crate) fn new(program: &mut Command, columns: u16, rows: u16) -> Self {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a pseudo-terminal");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("a name");
        let terminal = rustix::fs::open(
            &*name,
            OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC,
            Mode::empty(),
        )
        .expect("its terminal");
        tcsetwinsize(&terminal, size(columns, rows)).expect("a size");
        let before = unflushed(&terminal);
        let home = tempfile::tempdir().expect("room");
        let end = || Stdio::from(terminal.try_clone().expect("a copy"));
        let child = program
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env("XDG_CONFIG_HOME", home.path())
            .env_remove("NO_COLOR")
            .env_remove("SSH_CONNECTION")
            .env_remove("COLORTERM")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            // a job of its own, as a shell would give it
            .process_group(0)
            .spawn()
            .expect("the program starts");
        let master = File::from(master);
        Self {
            child,
            master,
            terminal,
            before,
            home,
        }
    }
}

/// The modes of a terminal that keeps what was written when a Ctrl-C comes. Else the kernel forgets what nobody has read yet,
/// and a Ctrl-C that was sent to the program may be looked at after the program has given the terminal back.
fn unflushed(terminal: &OwnedFd) -> Termios {
    let mut modes = tcgetattr(terminal).expect("modes");
    modes.local_modes |= LocalModes::NOFLSH;
    tcsetattr(terminal, OptionalActions::Now, &modes).expect("set");
    modes
}

pub(crate) struct Session {
    pub(crate) child: Child,
    _home: TempDir,
    master: Option<File>,
    pub(crate) terminal: OwnedFd,
    pub(crate) before: Termios,
    output: Arc<Mutex<Vec<u8>>>,
    closed: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Session {
    /// Starts `initscope` with these words on a terminal of this size.
    pub(crate) fn start(words: &str, columns: u16, rows: u16) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"));
        program.args(words.split_whitespace());
        Self::run(&mut program, columns, rows)
    }

    /// Starts a program on a terminal of this size.
    pub(crate) fn run(program: &mut Command, columns: u16, rows: u16) -> Self {
        let Started {
            child,
            master,
            terminal,
            before,
            home,
        } = Started::new(program, columns, rows);
        let output = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let reader = read(
            master.try_clone().expect("a copy"),
            Arc::clone(&output),
            Arc::clone(&closed),
        );
        Self {
            child,
            _home: home,
            master: Some(master),
            terminal,
            before,
            output,
            closed,
            reader: Some(reader),
        }
    }

    /// The same, once the ensemble is settled.
    pub(crate) fn settled() -> Self {
        let session = Self::start(
            "--activation relu --initializer he_normal --width 16 --depth 4 --draws 2",
            80,
            24,
        );
        session.wait_for("done");
        session
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().expect("not poisoned")).into_owned()
    }

    pub(crate) fn length(&self) -> usize {
        self.output.lock().expect("not poisoned").len()
    }

    pub(crate) fn wait_for(&self, what: &str) {
        let start = Instant::now();
        while !self.text().contains(what) {
            assert!(
                start.elapsed() < LIMIT,
                "{what:?} did not come:\n{:?}",
                self.text()
            );
            sleep(Duration::from_millis(5));
        }
    }

    /// What a terminal of this size shows after everything since it was last erased or forgotten.
    pub(crate) fn screen(&self, columns: u16, rows: u16) -> Parser {
        let text = self.text();
        let from = text.rfind("\x1b[2J").unwrap_or(0);
        let mut terminal = Parser::new(side(rows), side(columns), 0);
        terminal.process(&text.as_bytes()[from..]);
        terminal
    }

    /// Resident memory, bytes.
    pub(crate) fn memory(&self) -> usize {
        resident(&self.child).expect("it runs")
    }

    pub(crate) fn forget(&self) {
        self.output.lock().expect("not poisoned").clear();
    }

    pub(crate) fn press(&mut self, keys: &str) {
        self.master
            .as_mut()
            .expect("open")
            .write_all(keys.as_bytes())
            .expect("taken");
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("sent");
    }

    /// Waits until nothing more is on its way.
    pub(crate) fn drain(&self) {
        let mut before = usize::MAX;
        while before != self.length() {
            before = self.length();
            sleep(Duration::from_millis(100));
        }
    }

    /// Closes our end of the terminal, as a dropped connection does.
    pub(crate) fn hang_up(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        self.reader
            .take()
            .expect("still reading")
            .join()
            .expect("the reader does not fail");
        self.master = None;
    }

    /// Exit code, once it has ended; the modes of the terminal must be those from before, as its driver and as a terminal that has
    /// read everything sees them.
    pub(crate) fn code(mut self) -> (Option<i32>, String) {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status;
            }
            assert!(
                start.elapsed() < LIMIT,
                "it does not end:\n{:?}",
                self.text()
            );
            sleep(Duration::from_millis(5));
        };
        assert_eq!(
            modes(&tcgetattr(&self.terminal).expect("modes")),
            modes(&self.before)
        );
        self.drain();
        let text = self.text();
        let mut terminal = Parser::default();
        terminal.process(text.as_bytes());
        assert_eq!(left_on(terminal.screen()), "");
        (status.code(), text)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // where a test fails half way
        let _ = self.child.kill();
    }
}

/// Collects what the program writes until it ends or our end is to be closed.
fn read(mut master: File, output: Arc<Mutex<Vec<u8>>>, closed: Arc<AtomicBool>) -> JoinHandle<()> {
    spawn(move || {
        let mut bytes = [0; 4096];
        let moment = Timespec {
            tv_sec: 0,
            tv_nsec: 20_000_000,
        };
        while !closed.load(Ordering::Relaxed) {
            if let Ok(0) = poll(&mut [PollFd::new(&master, PollFlags::IN)], Some(&moment)) {
                continue;
            }
            match master.read(&mut bytes) {
                Ok(count @ 1..) => {
                    let mut output = output.lock().expect("not poisoned");
                    let from = output.len().saturating_sub(QUESTION.len() - 1);
                    output.extend_from_slice(&bytes[..count]);
                    let questions = output[from..].windows(QUESTION.len());
                    let asked = questions.filter(|bytes| *bytes == QUESTION).count();
                    drop(output);
                    let answers = "\x1b[1;1R".repeat(asked);
                    if master.write_all(answers.as_bytes()).is_err() {
                        return;
                    }
                }
                _ => return,
            }
        }
    })
}

/// Columns or rows of a virtual terminal.
pub(crate) fn side(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).expect("not nothing")
}

pub(crate) fn size(columns: u16, rows: u16) -> Winsize {
    Winsize {
        ws_col: columns,
        ws_row: rows,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

/// Resident memory of a process that runs, bytes.
pub(crate) fn resident(child: &Child) -> Option<usize> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

/// What a terminal still has on it of a program that should have given it back; nothing where it has.
pub(crate) fn left_on(screen: &Screen) -> String {
    let plain = screen.fgcolor() == Color::Default && screen.bgcolor() == Color::Default;
    let left = [
        ("alternate screen", screen.alternate_screen()),
        ("no cursor", screen.hide_cursor()),
        ("bracketed paste", screen.bracketed_paste()),
        (
            "mouse",
            screen.mouse_protocol_mode() != MouseProtocolMode::None,
        ),
        ("colours", !plain),
        (
            "bold, dim or inverse",
            screen.bold() || screen.dim() || screen.inverse(),
        ),
    ];
    let left = left.into_iter().filter(|(_, is)| *is).map(|(name, _)| name);
    left.collect::<Vec<_>>().join(", ")
}

pub(crate) fn modes(termios: &Termios) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        termios.input_modes, termios.output_modes, termios.local_modes, termios.control_modes
    )
}

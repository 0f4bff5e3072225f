//! The program itself in a pseudo-terminal: what it leaves behind, however it ends.
#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Termios, Winsize, tcgetattr, tcsetwinsize};

/// Longer than anything here takes on a loaded machine.
const LIMIT: Duration = Duration::from_secs(30);

/// The last bytes of every ending.
const RESTORED: &str = "\x1b[?25h\x1b[?1049l";

struct Session {
    child: Child,
    master: Option<File>,
    terminal: OwnedFd,
    before: Termios,
    output: Arc<Mutex<Vec<u8>>>,
    closed: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Session {
    /// Starts `initscope` with these words on a terminal of this size.
    fn start(words: &str, columns: u16, rows: u16) -> Self {
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
        let before = tcgetattr(&terminal).expect("modes");
        let end = || Stdio::from(terminal.try_clone().expect("a copy"));
        let child = Command::new(env!("CARGO_BIN_EXE_initscope"))
            .args(words.split_whitespace())
            .env("TERM", "xterm-256color")
            .env("LC_ALL", "C.UTF-8")
            .env_remove("NO_COLOR")
            .env_remove("SSH_CONNECTION")
            .stdin(end())
            .stdout(end())
            .stderr(end())
            // a job of its own, as a shell would give it
            .process_group(0)
            .spawn()
            .expect("the program starts");
        let master = File::from(master);
        let output = Arc::new(Mutex::new(Vec::new()));
        let closed = Arc::new(AtomicBool::new(false));
        let reader = read(
            master.try_clone().expect("a copy"),
            Arc::clone(&output),
            Arc::clone(&closed),
        );
        Self {
            child,
            master: Some(master),
            terminal,
            before,
            output,
            closed,
            reader: Some(reader),
        }
    }

    /// The same, once the ensemble is settled.
    fn settled() -> Self {
        let session = Self::start(
            "--activation relu --initializer he_normal --width 16 --depth 4 --draws 2",
            80,
            24,
        );
        session.wait_for("done");
        session
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.output.lock().expect("not poisoned")).into_owned()
    }

    fn length(&self) -> usize {
        self.output.lock().expect("not poisoned").len()
    }

    fn wait_for(&self, what: &str) {
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

    fn forget(&self) {
        self.output.lock().expect("not poisoned").clear();
    }

    fn press(&mut self, keys: &str) {
        self.master
            .as_mut()
            .expect("open")
            .write_all(keys.as_bytes())
            .expect("taken");
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("sent");
    }

    /// Waits until nothing more is on its way.
    fn drain(&self) {
        let mut before = usize::MAX;
        while before != self.length() {
            before = self.length();
            sleep(Duration::from_millis(100));
        }
    }

    /// Closes our end of the terminal, as a dropped connection does.
    fn hang_up(&mut self) {
        self.closed.store(true, Ordering::Relaxed);
        self.reader
            .take()
            .expect("still reading")
            .join()
            .expect("the reader does not fail");
        self.master = None;
    }

    /// Exit code, once it has ended; the modes of the terminal must be those from before.
    fn code(mut self) -> (Option<i32>, String) {
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
        (status.code(), self.text())
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
                Ok(count @ 1..) => output
                    .lock()
                    .expect("not poisoned")
                    .extend_from_slice(&bytes[..count]),
                _ => return,
            }
        }
    })
}

fn size(columns: u16, rows: u16) -> Winsize {
    Winsize {
        ws_col: columns,
        ws_row: rows,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn modes(termios: &Termios) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        termios.input_modes, termios.output_modes, termios.local_modes, termios.control_modes
    )
}

#[test]
fn q_gives_the_terminal_back_with_nothing_left_on_it() {
    let mut session = Session::settled();
    session.wait_for("\x1b[?1049h");
    assert_ne!(
        modes(&tcgetattr(&session.terminal).expect("modes")),
        modes(&session.before),
        "raw while it runs"
    );
    session.press("q");
    let (code, text) = session.code();
    assert_eq!(code, Some(0));
    assert!(text.ends_with(RESTORED), "{text:?}");
}

#[test]
fn the_last_state_is_left_as_a_command_line() {
    let mut session = Session::settled();
    session.forget();
    session.press("w");
    session.wait_for("32");
    session.press("q");
    let (code, text) = session.code();
    assert_eq!(code, Some(0));
    let (_, rest) = text.rsplit_once(RESTORED).expect("restored");
    assert_eq!(
        rest.trim_end(),
        "initscope --activation relu --initializer he_normal --width 32 --depth 4 --draws 2"
    );
}

#[test]
fn every_fatal_signal_restores_and_ends_with_128_and_its_number() {
    for (signal, code) in [
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::INT, 130),
        (Signal::QUIT, 131),
    ] {
        let session = Session::settled();
        session.signal(signal);
        let (ended, text) = session.code();
        assert_eq!(ended, Some(code));
        assert!(text.ends_with(RESTORED), "{code}: {text:?}");
    }
}

#[test]
fn a_terminal_that_goes_away_ends_the_program() {
    let mut session = Session::settled();
    let start = Instant::now();
    session.hang_up();
    let status = session.child.wait().expect("a child");
    assert_eq!(status.code(), Some(129));
    assert!(start.elapsed() < LIMIT);
}

#[test]
fn ctrl_z_gives_the_terminal_back_and_fg_takes_it_again() {
    let mut session = Session::settled();
    session.forget();
    session.press("\x1a");
    let stopped = waitpid(Some(session.pid()), WaitOptions::UNTRACED)
        .expect("a child")
        .expect("a change");
    assert!(stopped.1.stopped());
    session.wait_for(RESTORED);
    assert_eq!(
        modes(&tcgetattr(&session.terminal).expect("modes")),
        modes(&session.before)
    );
    session.forget();
    session.signal(Signal::CONT);
    session.wait_for("\x1b[?1049h");
    session.wait_for("HEALTHY");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
}

#[test]
fn lines_to_paste_go_to_the_clipboard_of_the_terminal() {
    let mut session = Session::settled();
    session.press("5");
    session.wait_for("kernel_initializer");
    session.press("y");
    session.wait_for("\x1b]52;c;bGF5ZXIg");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
}

#[test]
fn an_activation_is_typed_and_pasted() {
    let mut session = Session::settled();
    session.press("=");
    session.wait_for("a name or an expression in x");
    session.press("\x15x*tanh(");
    session.press("\x1b[200~q*x)\x1b[201~");
    session.wait_for("unknown name `q`");
    session.press("\x1b[D\x1b[D\x1b[D\x1b[D\x1b[3~\x1b[3~\r");
    session.wait_for("x*tanh(x) · he_normal");
    session.press("q");
    let (code, text) = session.code();
    assert_eq!(code, Some(0));
    assert!(text.contains("--activation 'x*tanh(x)'"), "{text:?}");
}

#[test]
fn a_new_size_is_drawn_at_once() {
    let mut session = Session::settled();
    session.forget();
    tcsetwinsize(&session.terminal, size(30, 10)).expect("a size");
    session.signal(Signal::WINCH);
    session.wait_for("30x10: initscope needs");
    session.forget();
    tcsetwinsize(&session.terminal, size(100, 30)).expect("a size");
    session.signal(Signal::WINCH);
    session.wait_for("numbers");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
}

#[test]
fn a_settled_dashboard_sends_nothing() {
    let session = Session::settled();
    sleep(Duration::from_millis(200));
    let before = session.length();
    sleep(Duration::from_millis(600));
    assert_eq!(session.length(), before);
    session.signal(Signal::TERM);
    assert_eq!(session.code().0, Some(143));
}

#[test]
fn two_hundred_keys_and_a_resize_storm_are_survived() {
    let mut session = Session::start("--width 16 --depth 4 --draws 2", 80, 24);
    session.wait_for("network");
    let keys = [
        "a", "i", "w", "d", "A", "D", "W", "b", "g", "f", "x", " ", "?", "\x1b[B", "?", "s", "n",
        "N", "0", "\x1bOH",
    ];
    for round in 0..200_u16 {
        session.press(keys[usize::from(round) % keys.len()]);
        if round % 3 == 0 {
            tcsetwinsize(&session.terminal, size(round % 7 * 30, round % 5 * 12)).expect("a size");
            session.signal(Signal::WINCH);
        }
    }
    tcsetwinsize(&session.terminal, size(80, 24)).expect("a size");
    session.press("\x0c");
    session.wait_for("ensemble");
    session.press("\x03");
    assert_eq!(session.code().0, Some(0));
}

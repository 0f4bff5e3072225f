//! The program itself in a pseudo-terminal: what it leaves behind, however it ends.
#![cfg(target_os = "linux")]

mod robot;
mod session;
mod storm;

use std::io::{Read, Write};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use initscope::app::Look;
use initscope::engine::Engine;
use initscope::term::capabilities::Wishes;
use initscope::term::{self, Inbox, Options};
use initscope::worker::Threaded;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};
use rustix::termios::{tcgetattr, tcsetwinsize};
use session::{LIMIT, RESTORED, Session, Started, modes, size};
use std::sync::atomic::{AtomicUsize, Ordering};
use vt100::{MouseProtocolEncoding, MouseProtocolMode};

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

/// Less memory than a lecture of the program needs, which is then not offered.
#[test]
fn little_memory_is_no_reason_not_to_open() {
    let mut session = Session::start("relu/he_normal 16x4 draws=2 --memory 64M", 80, 24);
    session.wait_for("done");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
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
        (Signal::USR1, 138),
        (Signal::USR2, 140),
        (Signal::ALARM, 142),
        (Signal::XCPU, 152),
        (Signal::ABORT, 134),
    ] {
        let session = Session::settled();
        session.signal(signal);
        let (ended, text) = session.code();
        assert_eq!(ended, Some(code));
        assert!(text.ends_with(RESTORED), "{code}: {text:?}");
    }
}

/// The end makes the frame that waits fail: the code is that of the signal all the same.
#[test]
fn a_terminal_that_takes_nothing_leaves_a_signal_its_code() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"));
    program.args(["relu/he_normal", "16x4", "draws=2"]);
    let mut started = Started::new(&mut program, 120, 40);
    let (mut text, mut bytes) = (Vec::new(), [0; 1024]);
    while !text.windows(6).any(|part| part == b"\x1b[?104") {
        let count = started.master.read(&mut bytes).expect("it begins");
        text.extend_from_slice(&bytes[..count]);
    }
    let now = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let begun = Instant::now();
    while poll(
        &mut [PollFd::new(&started.terminal, PollFlags::OUT)],
        Some(&now),
    ) != Ok(0)
    {
        assert!(begun.elapsed() < LIMIT, "it takes everything");
        started.master.write_all(b"\x0c").expect("it reads keys");
        sleep(Duration::from_millis(20));
    }
    sleep(Duration::from_millis(100));
    let child = Pid::from_child(&started.child);
    kill_process(child, Signal::ALARM).expect("it runs");
    let status = started.child.wait().expect("a child");
    assert_eq!(status.code(), Some(142));
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
    session.wait_for("\x1b[?1000h\x1b[?1006h");
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
    session.wait_for("commands");
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

/// The same as the leader of a session whose terminal this is, as under a terminal emulator: here the size is what `crossterm` says,
/// and the kernel itself announces another one.
#[test]
fn a_controlling_terminal_tells_its_size() {
    let mut program = Command::new("setsid");
    program.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_initscope")]);
    program.args("relu/he_normal 16x4 draws=2".split(' '));
    let mut session = Session::run(&mut program, 80, 24);
    session.wait_for("done");
    assert!(session.screen(80, 24).screen().contents().contains("relu"));
    session.forget();
    tcsetwinsize(&session.terminal, size(30, 10)).expect("a size");
    session.wait_for("30x10: initscope needs");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
}

#[test]
fn a_settled_dashboard_sends_nothing() {
    let session = Session::settled();
    // the search over depths goes on behind a settled ensemble, a second at most
    let start = Instant::now();
    let mut before = usize::MAX;
    while before != session.length() && start.elapsed() < LIMIT {
        before = session.length();
        sleep(Duration::from_secs(2));
    }
    sleep(Duration::from_millis(600));
    assert_eq!(session.length(), before);
    session.signal(Signal::TERM);
    assert_eq!(session.code().0, Some(143));
}

#[test]
fn a_running_dashboard_has_the_alternate_screen_and_no_cursor() {
    let session = Session::settled();
    let mut terminal = vt100::Parser::default();
    terminal.process(session.text().as_bytes());
    let screen = terminal.screen();
    assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
    assert_eq!(
        (
            screen.mouse_protocol_mode(),
            screen.mouse_protocol_encoding()
        ),
        (MouseProtocolMode::PressRelease, MouseProtocolEncoding::Sgr)
    );
    session.signal(Signal::TERM);
    assert_eq!(session.code().0, Some(143));
}

/// Layers of the curve, lines of the network panel; what is no click presses nothing.
#[test]
fn a_click_and_the_wheel_arrive_and_nonsense_does_not() {
    let mut session = Session::settled();
    session.press("\x1b[<0;30;4M\x1b[<0;30;4m");
    session.wait_for("Esc closes");
    session.press("\x1b[<2;30;4M\x1b[<2;30;4m");
    session.wait_for("ensemble");
    session.forget();
    // the line of the width, then what no terminal sends
    session.press("\x1b[<0;60;7M\x1b[<0;0;7M\x1b[<9;9;9;9M\x1b[<35;60;7M\x1b[<q");
    session.wait_for("32");
    session.press("q");
    let (code, text) = session.code();
    assert_eq!(code, Some(0));
    assert!(text.contains("--width 32 "), "{text:?}");
}

#[test]
fn without_the_mouse_the_terminal_keeps_it() {
    let session = Session::start("relu/he_normal 16x4 draws=2 --no-mouse", 80, 24);
    session.wait_for("done");
    let mut terminal = vt100::Parser::default();
    terminal.process(session.text().as_bytes());
    let mode = terminal.screen().mouse_protocol_mode();
    assert_eq!(mode, MouseProtocolMode::None);
    session.signal(Signal::TERM);
    assert_eq!(session.code().0, Some(143));
}

/// The screen and its parts go into files of the directory the program was started in.
#[test]
fn e_saves_the_screen_and_asks_before_it_overwrites() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"));
    let words = "relu/he_normal 16x4 draws=2";
    program.args(words.split(' ')).current_dir(&directory);
    let mut session = Session::run(&mut program, 80, 24);
    session.wait_for("done");
    session.press("es");
    session.wait_for("written");
    let path = directory
        .path()
        .join("initscope-relu-he_normal-16x4-draws-2.svg");
    let first = std::fs::read_to_string(&path).expect("a picture");
    assert!(first.starts_with("<svg ") && first.contains("HEALTHY"));
    assert!(
        !first.contains("into the working directory"),
        "without the dialog"
    );
    std::fs::write(&path, "mine").expect("writable");
    session.press("s");
    session.wait_for("exists");
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), "mine");
    session.press("oj");
    session.wait_for("written");
    session.press("q");
    assert_eq!(session.code().0, Some(0));
    let second = std::fs::read_to_string(&path).expect("readable");
    assert!(second.starts_with("<svg ") && second.contains("HEALTHY"));
    assert!(
        directory
            .path()
            .join("initscope-relu-he_normal-16x4-draws-2.json")
            .exists()
    );
}

/// Set for the process that [`a_dashboard_whose_simulation_fails`] is to be.
const PART: &str = "INITSCOPE_TEST_PART";

/// Not a test but, in a process of its own, a dashboard whose worker panics at the second request and never comes back from the third.
#[test]
fn a_dashboard_whose_simulation_fails() {
    if std::env::var_os(PART).is_none() {
        return;
    }
    let inbox = Inbox::default();
    let requests = AtomicUsize::new(0);
    let mut source = Threaded::spawn_with(inbox.bell(), move |spec| {
        let request = 1 + requests.fetch_add(1, Ordering::Relaxed);
        assert_ne!(request, 2, "on purpose");
        if request == 4 {
            loop {
                sleep(LIMIT);
            }
        }
        Engine::new(spec)
    })
    .expect("threads");
    let spec = "relu/he_normal 16x4 draws=2".parse().expect("valid");
    let mut options = Options::detect(|name| std::env::var(name).ok(), &Wishes::default());
    options.look = Look::default();
    let ended = term::run(&inbox, &mut source, spec, &options);
    std::process::exit(i32::from(ended.is_err()) + 40);
}

/// A dashboard that [`a_dashboard_whose_simulation_fails`] opens.
fn failing() -> Session {
    let mut program = Command::new(std::env::current_exe().expect("this one"));
    program
        .args([
            "--exact",
            "terminal::a_dashboard_whose_simulation_fails",
            "--nocapture",
        ])
        .env(PART, "1");
    let session = Session::run(&mut program, 80, 24);
    session.wait_for("done");
    session
}

#[test]
fn a_panic_of_the_worker_is_a_message_and_the_next_change_goes_on() {
    let mut session = failing();
    session.press("w");
    session.wait_for("STOPPED");
    assert!(session.text().contains("on purpose"));
    assert!(!session.text().contains(RESTORED), "the screen stays");
    session.forget();
    session.press("w");
    session.wait_for("HEALTHY");
    session.press("q");
    assert_eq!(session.code().0, Some(40));
}

#[test]
fn work_that_never_ends_does_not_hold_up_the_end() {
    let mut session = failing();
    session.press("w");
    session.wait_for("STOPPED");
    session.forget();
    session.press("w");
    session.wait_for("HEALTHY");
    session.press("wq");
    assert_eq!(session.code().0, Some(40));
}

/// More keys than the program and the terminal have room for; frames go on, memory stays, and Ctrl-C does not wait for its turn.
#[test]
fn a_flood_of_keys_is_taken_in_bounded_room() {
    let mut session = Session::settled();
    let memory = session.memory();
    // a frame waits two seconds at most for a terminal's answer, which comes behind the keys
    let start = Instant::now();
    for second in [2, 4] {
        session.forget();
        while start.elapsed() < Duration::from_secs(second) {
            session.press(&"?l".repeat(1000));
        }
        assert!(session.length() > 0, "frames are drawn meanwhile");
    }
    let grown = session.memory().saturating_sub(memory);
    assert!(grown < 16 << 20, "{grown} bytes");
    session.press("\x03");
    assert_eq!(session.code().0, Some(0));
}

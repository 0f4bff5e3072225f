//! Many keys and many sizes at once.

use std::time::Duration;

use rustix::process::Signal;
use rustix::termios::tcsetwinsize;

use super::session::{Session, size};

/// The next of a fixed sequence of numbers (xorshift, G. Marsaglia 2003).
pub(crate) fn next(random: &mut u64) -> u64 {
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    *random
}

/// Keys and turns of the wheel of every kind in every view, none of which ends the program or makes the network large.
const KEYS: [&str; 47] = [
    "a",
    "A",
    "i",
    "I",
    "f",
    "F",
    "b",
    "B",
    "g",
    "G",
    "n",
    "N",
    "s",
    "S",
    "x",
    "X",
    " ",
    "?",
    "?",
    "0",
    "1",
    "2",
    "3",
    "4",
    "5",
    "6",
    "7",
    "p",
    "p",
    "P",
    "c",
    "r",
    "u",
    "U",
    "o",
    "l",
    "m",
    "\r",
    "t",
    "T",
    "\x1b[A",
    "\x1b[B",
    "\x1b[C",
    "\x1b[D",
    "\x1b[5~",
    "\x1b[<64;30;5M",
    "\x1b[<65;30;5M",
];

#[test]
fn two_hundred_keys_and_a_resize_storm_are_survived_and_what_is_shown_is_what_a_fresh_screen_shows()
{
    let mut session = Session::start("--width 16 --depth 4 --draws 2", 80, 24);
    session.wait_for("network");
    let mut random = 0x2545_f491_4f6c_dd1d;
    for round in 0..200 {
        let key = KEYS[next(&mut random) as usize % KEYS.len()];
        session.press(key);
        std::thread::sleep(Duration::from_millis(4));
        if round % 3 == 0 {
            let (columns, rows) = (next(&mut random) % 301, next(&mut random) % 101);
            tcsetwinsize(&session.terminal, size(columns as u16, rows as u16)).expect("a size");
            session.signal(Signal::WINCH);
        }
    }
    tcsetwinsize(&session.terminal, size(80, 24)).expect("a size");
    session.signal(Signal::WINCH);
    session.drain();
    if session
        .screen(80, 24)
        .screen()
        .contents()
        .contains("? closes")
    {
        session.press("?");
    }
    session.press("1");
    session.drain();
    if session
        .screen(80, 24)
        .screen()
        .contents()
        .contains("Esc closes")
    {
        session.press("\x1b");
        std::thread::sleep(Duration::from_millis(200));
    }
    // frames that each send a difference alone
    for key in ["1", "0", "a", "a", "i", "5", "1", "x", "4", "1"] {
        session.press(key);
        std::thread::sleep(Duration::from_millis(60));
    }
    session.wait_for("done");
    session.drain();
    let grown = session.screen(80, 24);
    session.forget();
    session.press("\x0c");
    session.wait_for("ensemble");
    session.drain();
    let fresh = session.screen(80, 24);
    for (row, column) in (0..24).flat_map(|row| (0..80).map(move |column| (row, column))) {
        let seen = [&grown, &fresh].map(|terminal| {
            let cell = terminal.screen().cell(row, column).expect("inside");
            let blank = cell.contents().trim().is_empty() && !cell.inverse();
            let style = (cell.fgcolor(), cell.bgcolor(), cell.bold(), cell.inverse());
            (!blank).then(|| (cell.contents().to_owned(), style))
        });
        assert_eq!(seen[0], seen[1], "row {row}, column {column}");
    }
    session.press("\x03");
    assert_eq!(session.code().0, Some(0));
}

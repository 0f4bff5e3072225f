//! What the robot does: bytes that a person, a mouse, a clipboard or a broken link sends.

use std::fmt::{self, Display, Formatter};

use initscope::app::{Action, Key, views};

/// The next of a fixed sequence of numbers.
pub(super) struct Dice(u64);

impl Display for Dice {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Those that were shown as `state`.
    pub(super) fn at(state: u64) -> Self {
        Self(state)
    }

    /// From 0, below `sides`.
    pub(super) fn roll(&mut self, sides: usize) -> usize {
        (crate::terminal::storm::next(&mut self.0) >> 16) as usize % sides
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

/// What a terminal sends for a key.
fn sent(key: Key) -> String {
    let sequence = match key {
        Key::Char(c) | Key::Pasted(c) => return c.to_string(),
        Key::Ctrl(c) => return char::from(c.to_ascii_uppercase() as u8 ^ 0x40).to_string(),
        Key::F(n @ 1..=4) => return format!("\x1bO{}", char::from(b'O' + n)),
        Key::F(n @ 5) => return format!("\x1b[{}~", n + 10),
        Key::F(n @ 6..=10) => return format!("\x1b[{}~", n + 11),
        Key::F(n) => return format!("\x1b[{}~", n + 12),
        Key::Esc => "\x1b",
        Key::Enter => "\r",
        Key::Tab => "\t",
        Key::BackTab => "\x1b[Z",
        Key::Backspace => "\x7f",
        Key::Delete => "\x1b[3~",
        Key::Insert => "\x1b[2~",
        Key::Up => "\x1b[A",
        Key::Down => "\x1b[B",
        Key::Right => "\x1b[C",
        Key::Left => "\x1b[D",
        Key::Home => "\x1b[H",
        Key::End => "\x1b[F",
        Key::PageUp => "\x1b[5~",
        Key::PageDown => "\x1b[6~",
    };
    sequence.to_owned()
}

/// Every key of the table but those that end or stop the program.
pub(super) fn table() -> Vec<String> {
    let ends = [Action::Quit, Action::Suspend];
    let rows = views::rows().filter(|row| !ends.contains(&row.action));
    let keys = rows.flat_map(|row| {
        let back = row.back.map_or(&[][..], |(keys, _)| keys);
        row.keys.iter().chain(back)
    });
    keys.map(|key| sent(*key)).collect()
}

/// What is typed into the palette, and what it is made of.
const WORDS: &[&str] = &[
    "width 32",
    "depth 9",
    "tanh",
    "he_normal",
    "x*tanh(",
    "x)",
    "max(x,0)",
    "relu(log(x))",
    "sin(100*x)",
    "x^x",
    "1/(",
    "seed 7",
    "gain 2",
    "bias 0.1",
    "batch 3",
    "draws 8",
    "view",
    "theme",
    "é",
    "漢",
    "\u{202e}",
    "digits",
    "activation ",
    "lecture",
];

/// What no terminal sends, or only the beginning of it.
const BROKEN: &[&str] = &[
    "\x1b[",
    "\x1b[<",
    "\x1b[<0;",
    "\x1b[<0;1;1",
    "\x1bO",
    "\x1b]52;c;",
    "\x1bP1$r",
    "\x1b[12;40R",
    "\x1b[200~abc",
    "\x1b[201~",
    "\x1b[999999999999~",
    "\x1b[?1;2c",
    "\x1b[M",
    "\x1b[M   ",
    "\x1b[1;5A",
    "\x1b[[",
    "\x18",
    "\x1b_x\x1b\\",
    "\x1b[<9;9;9;9M",
    "\x1b[<35;60;6M",
    "\x1bx",
    "\x1b[I",
    "\x1b[O",
    "\x1b[1;1:3u",
];

/// Text for the palette, which may be left open.
pub(super) fn typed(dice: &mut Dice) -> String {
    let mut text = dice.pick(&[":", ":", "=\x15"]).to_owned();
    for _ in 0..=dice.roll(3) {
        text += dice.pick(WORDS);
    }
    text + dice.pick(&["\r", "\r", "\x1b", "", "\x7f\x7f\r"])
}

pub(super) fn pasted(dice: &mut Dice) -> String {
    let mut text = "\x1b[200~".to_owned();
    for _ in 0..dice.roll(40) {
        text += dice.pick(WORDS);
        text += dice.pick(&["", "\n", "\x1b[A", "q", "\x03", "\t"]);
    }
    text + "\x1b[201~"
}

/// Something broken; what could wait for its end for ever is ended.
pub(super) fn broken(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.roll(3) {
        text += dice.pick(BROKEN);
    }
    text + dice.pick(&["\x1b[201~\x1b\\", "\x18\x1b[201~"])
}

/// A click, a turn of the wheel or a drag on a screen of this size, or beside it.
pub(super) fn mouse(dice: &mut Dice, (columns, rows): (u16, u16)) -> String {
    let mut place = || {
        let (x, y) = (
            dice.roll(usize::from(columns) + 2),
            dice.roll(usize::from(rows) + 2),
        );
        format!("{x};{y}")
    };
    let (from, to) = (place(), place());
    match dice.roll(5) {
        0 | 1 => format!("\x1b[<0;{from}M\x1b[<0;{from}m"),
        2 => format!("\x1b[<2;{from}M\x1b[<2;{from}m"),
        3 => format!("\x1b[<{};{from}M", dice.pick(&[64, 65, 66])),
        _ => format!("\x1b[<0;{from}M\x1b[<32;{to}M\x1b[<0;{to}m"),
    }
}

/// So many bytes of keys.
pub(super) fn flood(dice: &mut Dice, keys: &[String], bytes: usize) -> String {
    let mut text = String::with_capacity(bytes + 8);
    while text.len() < bytes {
        text += &keys[dice.roll(keys.len())];
    }
    text
}

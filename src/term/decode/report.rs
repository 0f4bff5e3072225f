//! Mouse reports in the SGR spelling of xterm, `ESC [ < button ; column ; row M`, `m` where a button is let go.

use crate::app::mouse::{Gesture, Mouse};

/// A report that is being read, from behind `ESC [ <`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Report {
    numbers: [u16; 3],
    /// Which of them is being read.
    at: usize,
    /// Whether it has a digit.
    begun: bool,
    /// It cannot become a report any more.
    broken: bool,
}

/// What one more byte makes of a report.
pub(super) enum Further {
    /// More is to come.
    Report(Report),
    /// It has ended; with a gesture where it is one.
    End(Option<Mouse>),
}

/// Shift, Meta and Control, which make no difference here.
const MODIFIERS: u16 = 4 | 8 | 16;

impl Report {
    /// One byte further; anything but digits and semicolons breaks it, and a broken one is read to its end.
    pub(super) fn further(mut self, byte: u8) -> Further {
        match byte {
            b'0'..=b'9' => {
                let digit = u16::from(byte - b'0');
                let number = &mut self.numbers[self.at];
                match number.checked_mul(10).and_then(|n| n.checked_add(digit)) {
                    Some(longer) => *number = longer,
                    None => self.broken = true,
                }
                self.begun = true;
            }
            b';' if self.begun && self.at < 2 => {
                self.at += 1;
                self.begun = false;
            }
            b'M' | b'm' => return Further::End(self.mouse().filter(|_| byte == b'M')),
            0x40..=0x7e => return Further::End(None),
            _ => self.broken = true,
        }
        Further::Report(self)
    }

    fn mouse(self) -> Option<Mouse> {
        if self.broken || self.at < 2 || !self.begun {
            return None;
        }
        let [button, column, row] = self.numbers;
        let gesture = match button & !MODIFIERS {
            0 => Gesture::Left,
            2 => Gesture::Right,
            64 => Gesture::WheelUp,
            65 => Gesture::WheelDown,
            _ => return None,
        };
        Some(Mouse {
            gesture,
            column: column.checked_sub(1)?,
            row: row.checked_sub(1)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the bytes behind `ESC [ <` say.
    fn read(bytes: &str) -> Option<Mouse> {
        let mut report = Report::default();
        for (n, byte) in bytes.bytes().enumerate() {
            match report.further(byte) {
                Further::Report(more) => report = more,
                Further::End(mouse) => {
                    assert_eq!(n + 1, bytes.len(), "{bytes} is read to its end");
                    return mouse;
                }
            }
        }
        panic!("{bytes} has no end")
    }

    #[test]
    fn buttons_and_the_wheel_are_gestures_at_a_place() {
        for (bytes, gesture) in [
            ("0;1;1M", Gesture::Left),
            ("16;1;1M", Gesture::Left),
            ("2;1;1M", Gesture::Right),
            ("64;1;1M", Gesture::WheelUp),
            ("69;1;1M", Gesture::WheelDown),
        ] {
            let expected = Mouse {
                gesture,
                column: 0,
                row: 0,
            };
            assert_eq!(read(bytes), Some(expected), "{bytes}");
        }
        let far = read("0;300;100M").expect("a click");
        assert_eq!((far.column, far.row), (299, 99));
    }

    #[test]
    fn nonsense_is_refused() {
        for bytes in [
            "0;1;1m",
            "1;1;1M",
            "32;1;1M",
            "35;1;1M",
            "66;1;1M",
            "128;1;1M",
            "0;0;0M",
            "0;0;1M",
            "M",
            ";;M",
            "0;1M",
            "0;1;M",
            "0;;1M",
            "0;1;1;1M",
            "0;99999;1M",
            "99999;1;1M",
            "-1;1;1M",
            "0;1;1R",
            "0 ;1;1M",
            "?0;1;1M",
            "0:1:1M",
        ] {
            assert_eq!(read(bytes), None, "{bytes}");
        }
    }
}

//! How long a visitor may stay where the program is lent.

use std::time::{Duration, Instant};

/// How long a visitor may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Without a key.
    pub idle: Duration,
    /// In all.
    pub total: Duration,
}

/// How long before the end it is announced.
const NOTICE: Duration = Duration::from_secs(60);

/// What the clock says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// The end is near: why and when.
    Warning(String),
    /// It has come: why.
    Over(String),
}

/// The clock of a stay; every time is given to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    stay: Stay,
    begun: Instant,
    pressed: Instant,
    warned: bool,
}

impl Clock {
    pub(super) fn new(stay: Stay, now: Instant) -> Self {
        Self {
            stay,
            begun: now,
            pressed: now,
            warned: false,
        }
    }

    /// A key was pressed.
    pub(super) fn press(&mut self, now: Instant) {
        self.pressed = now;
        // the end of the whole time is announced once
        self.warned &= self.end().1;
    }

    /// When the stay ends, and whether that is the end of its whole time.
    fn end(&self) -> (Instant, bool) {
        let (idle, total) = (self.pressed + self.stay.idle, self.begun + self.stay.total);
        (idle.min(total), total <= idle)
    }

    /// How long before the end it is announced: a shorter stay by half of it.
    fn notice(&self) -> Duration {
        let (_, total) = self.end();
        let whole = if total {
            self.stay.total
        } else {
            self.stay.idle
        };
        NOTICE.min(whole / 2)
    }

    /// Until when nothing is to be told.
    pub(super) fn due(&self, now: Instant) -> Duration {
        let (end, _) = self.end();
        let next = if self.warned {
            end
        } else {
            end - self.notice()
        };
        next.saturating_duration_since(now)
    }

    /// What is to be told now.
    pub(super) fn tell(&mut self, now: Instant) -> Option<Told> {
        if !self.due(now).is_zero() {
            return None;
        }
        let (_, total) = self.end();
        if self.warned {
            return Some(Told::Over(if total {
                format!("closed after {}", words(self.stay.total))
            } else {
                format!("closed after {} without a key", words(self.stay.idle))
            }));
        }
        let left = words(self.notice());
        self.warned = true;
        Some(Told::Warning(if total {
            format!("this visit ends in {left}")
        } else {
            format!("this visit ends in {left} unless a key is pressed")
        }))
    }
}

fn words(time: Duration) -> String {
    let (number, unit) = match time.as_secs() {
        seconds @ 0..120 => (seconds, "second"),
        seconds => (seconds / 60, "minute"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAY: Stay = Stay {
        idle: Duration::from_secs(300),
        total: Duration::from_secs(1200),
    };

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn a_visitor_without_a_key_is_warned_and_then_shown_out() {
        let start = Instant::now();
        let mut clock = Clock::new(STAY, start);
        assert_eq!(clock.due(start), seconds(240));
        assert_eq!(clock.tell(start + seconds(239)), None);
        let warning = Told::Warning("this visit ends in 60 seconds unless a key is pressed".into());
        assert_eq!(clock.tell(start + seconds(240)), Some(warning.clone()));
        assert_eq!(clock.tell(start + seconds(241)), None);
        clock.press(start + seconds(290));
        assert_eq!(clock.tell(start + seconds(310)), None);
        assert_eq!(clock.tell(start + seconds(530)), Some(warning));
        assert_eq!(
            clock.tell(start + seconds(590)),
            Some(Told::Over("closed after 5 minutes without a key".into()))
        );
    }

    #[test]
    fn the_whole_time_ends_whatever_is_pressed() {
        let start = Instant::now();
        let mut clock = Clock::new(STAY, start);
        clock.press(start + seconds(1139));
        assert_eq!(
            clock.tell(start + seconds(1140)),
            Some(Told::Warning("this visit ends in 60 seconds".into()))
        );
        clock.press(start + seconds(1199));
        assert_eq!(clock.tell(start + seconds(1199)), None);
        assert_eq!(
            clock.tell(start + seconds(1200)),
            Some(Told::Over("closed after 20 minutes".into()))
        );
    }
}

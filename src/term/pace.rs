//! When the next frame may be drawn, so that a slow link never holds more than one.
//!
//! Everything between here and the eyes has room for a megabyte: a program that draws as fast as it may is then many seconds
//! ahead of what is seen, and a key as many behind. So a frame may end in a question that every terminal answers (DSR 6, where
//! the cursor is), and the next frame waits for the answer: then the whole frame has arrived. A terminal that answers at once is
//! near, and is asked only now and then.

use std::time::{Duration, Instant};

/// `CSI 6 n`: where is the cursor?
pub(super) const QUESTION: &str = "\x1b[6n";

/// An answer that takes longer comes over a link worth watching.
const NEAR: Duration = Duration::from_millis(20);

/// After this many bytes a near terminal is asked again.
const UNWATCHED: usize = 1 << 16;

/// How long an answer may take before the frames go on without it.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the end of the program waits for it.
const LAST_ANSWER: Duration = Duration::from_millis(500);

/// The same where no answer has ever come.
const FIRST_ANSWER: Duration = Duration::from_millis(200);

/// So many questions without an answer, and none is asked any more.
const DEAF: u8 = 3;

/// The clock of the frames; every time is given to it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Time from one frame to the next at least.
    frame: Duration,
    /// The same after a key.
    key: Duration,
    /// Begin of the last frame.
    last: Option<Instant>,
    /// A key was pressed since.
    pressed: bool,
    /// When the question was asked that is not answered yet.
    asked: Option<Instant>,
    /// Whether this terminal has ever answered.
    answers: bool,
    /// Questions in a row without an answer.
    unanswered: u8,
    /// The last answer took long, or none has come yet.
    far: bool,
    /// Bytes since the last question.
    unwatched: usize,
}

impl Pace {
    /// Frames `frame` apart, those that show a key's effect `key` apart.
    pub(super) fn new(frame: Duration, key: Duration) -> Self {
        Self {
            frame,
            key,
            last: None,
            pressed: false,
            asked: None,
            answers: false,
            unanswered: 0,
            far: true,
            unwatched: 0,
        }
    }

    /// The same on a terminal whose answer would be taken for keys: it is never asked.
    #[cfg(windows)]
    pub(super) fn unasking(self) -> Self {
        Self {
            unanswered: DEAF,
            ..self
        }
    }

    /// Somebody waits for the next frame.
    pub(super) fn press(&mut self) {
        self.pressed = true;
    }

    /// From when on the next frame may be drawn; `None` at once.
    pub(super) fn due(&self) -> Option<Instant> {
        let gap = if self.pressed { self.key } else { self.frame };
        let due = self.last.map(|last| last + gap);
        let arrived = self.pending().map(|asked| asked + PATIENCE);
        due.max(arrived)
    }

    /// When the question was asked that frames wait for.
    pub(super) fn pending(&self) -> Option<Instant> {
        self.asked.filter(|_| self.answers)
    }

    /// Until when a program that ends waits for an open question's answer, which the shell would take for typed text. From a
    /// terminal that has never answered, not long.
    pub(super) fn last_call(&self) -> Option<Instant> {
        let patience = if self.answers {
            LAST_ANSWER
        } else {
            FIRST_ANSWER
        };
        self.asked.map(|asked| asked + patience)
    }

    /// A frame of so many bytes begins; whether it is to end in a [`QUESTION`].
    pub(super) fn frame(&mut self, bytes: usize, now: Instant) -> bool {
        self.last = Some(now);
        self.pressed = false;
        self.unwatched += bytes;
        if let Some(asked) = self.asked
            && now.duration_since(asked) >= PATIENCE
        {
            self.asked = None;
            self.unanswered += 1;
        }
        let asks = self.asked.is_none()
            && self.unanswered < DEAF
            && (self.far || self.unwatched >= UNWATCHED);
        if asks {
            self.asked = Some(now);
            self.unwatched = 0;
        }
        asks
    }

    /// The terminal answered.
    pub(super) fn answer(&mut self, now: Instant) {
        if let Some(asked) = self.asked.take() {
            self.answers = true;
            self.unanswered = 0;
            self.far = now.duration_since(asked) > NEAR;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Duration = Duration::from_millis(100);
    const KEY: Duration = Duration::from_millis(33);

    fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    #[test]
    fn the_next_frame_waits_for_the_answer_and_no_longer_than_patience() {
        let start = Instant::now();
        let mut pace = Pace::new(FRAME, KEY);
        assert_eq!(pace.due(), None);
        assert!(pace.frame(8000, start), "a new terminal is asked");
        // nobody knows yet whether it answers at all
        assert_eq!(pace.due(), Some(start + FRAME));
        pace.answer(start + ms(240));
        assert!(pace.frame(2000, start + ms(240)), "it is far");
        assert_eq!(pace.due(), Some(start + ms(240) + PATIENCE));
        pace.answer(start + ms(360));
        assert_eq!(pace.due(), Some(start + ms(340)));
    }

    #[test]
    fn an_end_waits_for_an_open_answer_and_longer_where_there_was_one() {
        let start = Instant::now();
        let mut pace = Pace::new(FRAME, KEY);
        assert_eq!(pace.last_call(), None);
        pace.frame(8000, start);
        assert_eq!(pace.last_call(), Some(start + FIRST_ANSWER));
        pace.answer(start + ms(240));
        assert_eq!(pace.last_call(), None);
        pace.frame(2000, start + ms(240));
        assert_eq!(pace.last_call(), Some(start + ms(240) + LAST_ANSWER));
    }

    #[test]
    fn a_key_waits_less_and_a_near_terminal_is_left_alone() {
        let start = Instant::now();
        let mut pace = Pace::new(FRAME, KEY);
        assert!(pace.frame(8000, start));
        pace.answer(start + ms(1));
        let mut asked = 0;
        for n in 1..=100 {
            pace.press();
            assert_eq!(pace.due(), Some(start + KEY * n));
            if pace.frame(2000, start + KEY * n) {
                asked += 1;
                pace.answer(start + KEY * n + ms(1));
            }
        }
        assert_eq!(asked, 200_000 / UNWATCHED);
    }

    #[test]
    fn a_terminal_that_does_not_answer_is_not_waited_for_and_soon_not_asked() {
        let start = Instant::now();
        let mut pace = Pace::new(FRAME, KEY);
        let mut asked = 0;
        for n in 0..200 {
            let now = start + FRAME * n;
            assert!(pace.due().is_none_or(|due| due <= now));
            asked += u8::from(pace.frame(2000, now));
        }
        assert_eq!(asked, DEAF);
    }

    /// 50 kB/s and 80 ms of round trip, a key every 200 ms that costs 8 kB, refinements of 2 kB between: what stands in the queue
    /// when a key arrives is what the key has to wait for.
    #[test]
    fn on_a_slow_link_no_key_is_more_than_300_ms_behind() {
        let start = Instant::now();
        let (rate, trip) = (50.0, ms(80));
        let mut pace = Pace::new(FRAME, KEY);
        let (mut busy_until, mut answer, mut worst) = (start, None, Duration::ZERO);
        for n in 0..10_000 {
            let now = start + ms(n);
            if answer.is_some_and(|at| at <= now) {
                answer = None;
                pace.answer(now);
            }
            let key = n % 200 == 0;
            if key {
                pace.press();
                worst = worst.max(trip + busy_until.saturating_duration_since(now));
            }
            if pace.due().is_none_or(|due| due <= now) {
                let bytes = if pace.pressed { 8192 } else { 2048 };
                let asks = pace.frame(bytes, now);
                busy_until =
                    busy_until.max(now) + Duration::from_secs_f64(bytes as f64 / rate / 1e3);
                if asks {
                    answer = Some(busy_until + trip);
                }
            }
        }
        assert!(worst <= ms(300), "{worst:?}");
    }
}

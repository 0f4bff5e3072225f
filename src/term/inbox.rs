//! Where everything that happens arrives, in bounded room.
//!
//! What a person does waits in a queue of 256 places; whoever reads the terminal waits while it is full, so that a flood of keys
//! stays where it comes from. Everything else is a mark that is set or not. Ctrl-C is seen ahead of the queue and empties it, as
//! the interrupt character of a terminal does.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::app::key::Key;
use crate::term::decode::Input;

/// Keys and gestures that may wait; a person is never that far ahead.
const ROOM: usize = 256;

/// Something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed or the mouse used.
    Input(Input),
    /// The screen may have another size.
    Resize,
    /// Somebody asked the program to stop for a while.
    Suspend,
    /// The program goes on after it was stopped.
    Continue,
    /// The simulation has news.
    News,
    /// The terminal has got everything up to the last question.
    Arrived,
}

/// What becomes a mark, in the order in which it is taken.
const MARKS: [Event; 5] = [
    Event::Continue,
    Event::Suspend,
    Event::Resize,
    Event::Arrived,
    Event::News,
];

#[derive(Debug, Default)]
struct Waiting {
    inputs: VecDeque<Input>,
    marks: [bool; MARKS.len()],
    closed: bool,
}

impl Waiting {
    fn take(&mut self) -> Option<Event> {
        let marked = self.marks.iter_mut().zip(MARKS).find(|(set, _)| **set);
        if let Some((set, event)) = marked {
            *set = false;
            return Some(event);
        }
        self.inputs.pop_front().map(Event::Input)
    }
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// There is something to take, or the inbox is closed.
    filled: Condvar,
    /// There is room, or the inbox is closed.
    emptied: Condvar,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A queue of events with any number of senders.
#[derive(Debug, Default)]
pub struct Inbox {
    shared: Arc<Shared>,
}

/// One way into an [`Inbox`].
#[derive(Clone, Debug)]
pub(super) struct Sender {
    shared: Arc<Shared>,
}

impl Sender {
    /// Puts an event in, once there is room for it; false where nobody takes events any more.
    pub(super) fn send(&self, event: Event) -> bool {
        let mut waiting = self.shared.lock();
        match event {
            Event::Input(input) => {
                if input == Input::Key(Key::Ctrl('c')) {
                    waiting.inputs.clear();
                }
                while waiting.inputs.len() >= ROOM && !waiting.closed {
                    waiting = self
                        .shared
                        .emptied
                        .wait(waiting)
                        .unwrap_or_else(PoisonError::into_inner);
                }
                waiting.inputs.push_back(input);
            }
            mark => {
                for (set, event) in waiting.marks.iter_mut().zip(MARKS) {
                    *set |= event == mark;
                }
            }
        }
        self.shared.filled.notify_one();
        !waiting.closed
    }

    /// Whoever waits for room waits no longer.
    pub(super) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.emptied.notify_all();
    }
}

impl Inbox {
    /// What the simulation calls when it has news: `Threaded::spawn(inbox.bell())`.
    #[must_use = "whoever makes news must be given the bell"]
    pub fn bell(&self) -> impl Fn() + Send + Sync + 'static {
        let sender = self.sender();
        move || {
            // nobody listens any more when the dashboard has ended
            sender.send(Event::News);
        }
    }

    /// For another source of events.
    pub(super) fn sender(&self) -> Sender {
        Sender {
            shared: Arc::clone(&self.shared),
        }
    }

    /// The next event; `None` when the time is up. Waits for ever without a limit.
    pub(super) fn wait(&self, limit: Option<Duration>) -> Option<Event> {
        let until = limit.map(|limit| Instant::now() + limit);
        let mut waiting = self.shared.lock();
        loop {
            if let Some(event) = waiting.take() {
                self.shared.emptied.notify_one();
                return Some(event);
            }
            waiting = match until {
                None => self
                    .shared
                    .filled
                    .wait(waiting)
                    .unwrap_or_else(PoisonError::into_inner),
                Some(until) => {
                    let rest = until.saturating_duration_since(Instant::now());
                    if rest.is_zero() {
                        return None;
                    }
                    let woken = self.shared.filled.wait_timeout(waiting, rest);
                    woken.unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// The next event if it is there already.
    pub(super) fn glance(&self) -> Option<Event> {
        self.wait(Some(Duration::ZERO))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(c: char) -> Event {
        Event::Input(Input::Key(Key::Char(c)))
    }

    #[test]
    fn marks_come_once_and_before_keys() {
        let inbox = Inbox::default();
        let sender = inbox.sender();
        for event in [
            key('a'),
            Event::News,
            Event::News,
            Event::Resize,
            key('b'),
            Event::Suspend,
        ] {
            assert!(sender.send(event));
        }
        let taken: Vec<Event> = std::iter::from_fn(|| inbox.glance()).collect();
        assert_eq!(
            taken,
            [
                Event::Suspend,
                Event::Resize,
                Event::News,
                key('a'),
                key('b')
            ]
        );
    }

    #[test]
    fn a_flood_waits_outside_until_there_is_room() {
        let inbox = Inbox::default();
        let sender = inbox.sender();
        let flood = std::thread::spawn(move || (0..3 * ROOM).all(|_| sender.send(key('x'))));
        let mut taken = 0;
        while taken < 3 * ROOM {
            assert!(inbox.shared.lock().inputs.len() <= ROOM);
            taken += usize::from(inbox.wait(Some(Duration::from_secs(10))).is_some());
        }
        assert!(flood.join().expect("it ends"));
        assert_eq!(inbox.glance(), None);
    }

    #[test]
    fn ctrl_c_is_seen_ahead_of_a_full_queue() {
        let inbox = Inbox::default();
        let sender = inbox.sender();
        for _ in 0..ROOM {
            sender.send(key('x'));
        }
        let interrupt = Event::Input(Input::Key(Key::Ctrl('c')));
        assert!(sender.send(interrupt));
        assert_eq!(inbox.glance(), Some(interrupt));
        assert_eq!(inbox.glance(), None);
    }

    #[test]
    fn a_closed_inbox_holds_nobody_up() {
        let inbox = Inbox::default();
        let (sender, closer) = (inbox.sender(), inbox.sender());
        let flood = std::thread::spawn(move || while sender.send(key('x')) {});
        closer.close();
        flood.join().expect("it ends");
    }
}

//! Where everything that happens arrives.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use crate::term::decode::Input;

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

/// A queue of events with any number of senders.
#[derive(Debug)]
pub struct Inbox {
    sender: Sender<Event>,
    receiver: Receiver<Event>,
}

impl Default for Inbox {
    fn default() -> Self {
        let (sender, receiver) = channel();
        Self { sender, receiver }
    }
}

impl Inbox {
    /// What the simulation calls when it has news: `Threaded::spawn(inbox.bell())`.
    #[must_use = "whoever makes news must be given the bell"]
    pub fn bell(&self) -> impl Fn() + Send + Sync + 'static {
        let sender = self.sender.clone();
        move || {
            // nobody listens any more when the dashboard has ended
            let _ = sender.send(Event::News);
        }
    }

    /// For another source of events.
    pub(super) fn sender(&self) -> Sender<Event> {
        self.sender.clone()
    }

    /// The next event; `None` when the time is up. Waits for ever without a limit.
    pub(super) fn wait(&self, limit: Option<Duration>) -> Option<Event> {
        match limit {
            // the inbox holds a sender itself, so this never fails
            None => self.receiver.recv().ok(),
            Some(limit) => self.receiver.recv_timeout(limit).ok(),
        }
    }

    /// The next event if it is there already.
    pub(super) fn glance(&self) -> Option<Event> {
        self.receiver.try_recv().ok()
    }
}

//! Sources of answers: background threads for the screen, the caller's own thread for everything else.

mod background;
mod inline;
mod threaded;

pub use inline::Inline;
pub use threaded::Threaded;

use crate::engine::request::{Inquiry, News, Source, Work};

/// Whoever does one kind of work.
trait Line {
    /// Which.
    fn work(&self) -> Work;
    /// Replaces whatever is asked or being computed.
    fn request(&mut self, inquiry: Inquiry);
    /// Rests until the next request.
    fn hold(&mut self);
    /// The newest since the last call; `None` when there is nothing new.
    fn news(&mut self) -> Option<News>;
}

/// A line for each kind of work that is done.
type Lines = Vec<Box<dyn Line>>;

impl Source for Lines {
    fn request(&mut self, inquiry: Inquiry) {
        let work = inquiry.request.work();
        if let Some(line) = self.iter_mut().find(|line| line.work() == work) {
            line.request(inquiry);
        }
    }

    fn hold(&mut self, work: Work) {
        if let Some(line) = self.iter_mut().find(|line| line.work() == work) {
            line.hold();
        }
    }

    fn news(&mut self) -> Vec<News> {
        self.iter_mut().filter_map(|line| line.news()).collect()
    }
}

//! A laboratory that answers a dashboard, portion by portion.

use initscope::app::{Model, Msg};
use initscope::engine::request::{Inquiry, Source, ask};
use initscope::worker::Inline;

/// Answers a model, what it asked for last in mind.
#[derive(Default)]
pub(crate) struct Lab {
    source: Inline,
    asked: Vec<Inquiry>,
}

impl Lab {
    /// The next answers.
    pub(crate) fn answer(&mut self, model: &mut Model) {
        ask(&mut self.source, &mut self.asked, model.wishes());
        for news in self.source.news() {
            assert!(news.outcome.is_ok(), "{news:?}");
            model.update(Msg::News(news));
        }
    }
}

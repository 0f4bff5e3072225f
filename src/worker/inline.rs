//! The caller's own thread: every call does a fixed piece of work, so that the same calls give the same answers.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::atlas::Atlas;
use crate::engine::factors::Experiment;
use crate::engine::phase_map::PhaseMap;
use crate::engine::pins::Pins;
use crate::engine::request::{Inquiry, Listed, News, Source, Work};
use crate::engine::scaling::WidthScan;
use crate::engine::training::Session;
use crate::worker::{Line, Lines};

/// Computes when asked: every [`Source::news`] goes on with each kind of work to the end of its next
/// [portion](crate::engine::job::Job::portion).
///
/// How deep a network may be is not measured: a lecture does with what its curves and theory say.
///
/// Answers depend on the requests and the number of calls alone, not on the machine's speed or number of threads.
pub struct Inline {
    lines: Lines,
}

impl Default for Inline {
    fn default() -> Self {
        Self {
            lines: vec![
                Portions::<Engine>::line(),
                Portions::<PhaseMap>::line(),
                Portions::<Pins>::line(),
                Portions::<Atlas>::line(),
                Portions::<Experiment>::line(),
                Portions::<Session>::line(),
                Portions::<WidthScan>::line(),
            ],
        }
    }
}

impl Source for Inline {
    fn request(&mut self, inquiry: Inquiry) {
        self.lines.request(inquiry);
    }

    fn hold(&mut self, work: Work) {
        self.lines.hold(work);
    }

    fn news(&mut self) -> Vec<News> {
        self.lines.news()
    }
}

/// A job that goes on a portion a call.
struct Portions<J> {
    job: Option<J>,
    inquiry: Option<Inquiry>,
    /// The portion that was told last.
    told: Option<usize>,
    /// Whether another answer is wanted.
    wanted: bool,
}

impl<J: Listed> Portions<J> {
    fn line() -> Box<dyn Line> {
        Box::new(Self {
            job: None,
            inquiry: None,
            told: None,
            wanted: false,
        })
    }
}

impl<J: Listed> Line for Portions<J> {
    fn work(&self) -> Work {
        J::WORK
    }

    fn request(&mut self, inquiry: Inquiry) {
        let Some(request) = J::request_in(&inquiry.request) else {
            return;
        };
        let before = self.inquiry.as_ref();
        let same = before.is_some_and(|before| before.request.is_about(&inquiry.request));
        self.told = self.told.filter(|_| J::PORTIONS_GO_ON && same);
        self.job = Some(J::start(request.clone(), self.job.take()));
        self.inquiry = Some(inquiry);
        self.wanted = true;
    }

    fn hold(&mut self) {
        self.wanted = false;
        self.job = self.job.take().filter(|_| J::REUSED);
    }

    fn news(&mut self) -> Option<News> {
        let job = self.job.as_mut().filter(|_| self.wanted)?;
        let Inquiry { ticket, request } = self.inquiry.as_ref()?;
        let portion = job.next_portion(self.told);
        let answer = J::listed(Arc::new(job.portion(portion)));
        self.told = Some(portion);
        self.wanted = !request.ends_with(&answer);
        let news = News {
            ticket: *ticket,
            outcome: Ok(answer),
        };
        if !self.wanted {
            self.hold();
        }
        Some(news)
    }
}

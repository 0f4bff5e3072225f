//! Background threads, one for every kind of work.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::atlas::Atlas;
use crate::engine::depth::DepthSearch;
use crate::engine::factors::Experiment;
use crate::engine::job::Job;
use crate::engine::phase_map::PhaseMap;
use crate::engine::pins::Pins;
use crate::engine::request::{Inquiry, Listed, News, Source, Work};
use crate::engine::scaling::WidthScan;
use crate::engine::training::Session;
use crate::net::spec::Spec;
use crate::worker::background::Background;
use crate::worker::{Line, Lines};

/// Works in threads of its own (and the rayon pool); dropping it ends them, each after its present step.
pub struct Threaded {
    lines: Lines,
}

impl Threaded {
    /// Starts the threads; `news` is called from them whenever [`Source::news`] has something new.
    ///
    /// # Errors
    /// The operating system refused a thread.
    pub fn spawn(news: impl Fn() + Send + Sync + 'static) -> std::io::Result<Self> {
        Self::spawn_with(news, |spec| Engine::start(spec, None))
    }

    /// [`spawn`](Self::spawn) with another way to start an engine, so that its failure can be tried.
    ///
    /// # Errors
    /// The operating system refused a thread.
    pub fn spawn_with(
        news: impl Fn() + Send + Sync + 'static,
        start: impl Fn(Arc<Spec>) -> Engine + Send + 'static,
    ) -> std::io::Result<Self> {
        type Bell = Arc<dyn Fn() + Send + Sync>;
        fn line<J: Listed>(
            bell: &Bell,
            start: impl Fn(J::Request, Option<J>) -> J + Send + 'static,
        ) -> std::io::Result<Box<dyn Line>> {
            let bell = Arc::clone(bell);
            Ok(Box::new(Background::spawn(move || bell(), start)?))
        }
        let bell: Bell = Arc::new(news);
        Ok(Self {
            lines: vec![
                line::<Engine>(&bell, move |spec, _| start(spec))?,
                line(&bell, PhaseMap::start)?,
                line(&bell, Pins::start)?,
                line(&bell, Atlas::start)?,
                line(&bell, Experiment::start)?,
                line(&bell, Session::start)?,
                line(&bell, DepthSearch::start)?,
                line(&bell, WidthScan::start)?,
            ],
        })
    }
}

impl Source for Threaded {
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

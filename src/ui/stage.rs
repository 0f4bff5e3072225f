//! The one driver of the loop: what is on the screen, whoever computes for it, and what was drawn last.
//!
//! The screen, the recorder, stills and tests all drive this. What differs is theirs: the clock that lets time
//! [pass](Stage::pass), where messages come from, where [frames](Stage::frame) go, and how effects are carried out.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::lecture::{Cue, Millis, Player};
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::update::Msg;
use crate::engine::request::{Inquiry, Source, WorkError, ask};
use crate::ui::{ansi, hit, lecture, render};

/// What is on a stage: the dashboard alone, or a lecture that plays on it.
pub trait Presentation {
    /// The dashboard.
    fn model(&self) -> &Model;
    /// Whether a lecture plays on it.
    fn is_lecture(&self) -> bool {
        false
    }
    /// Columns and rows of the screen.
    fn size(&self) -> (u16, u16) {
        // of the context, not of the presentation, which this is
        Context::size(self.model())
    }
    /// Takes one message in; the loop carries the effect out.
    fn update(&mut self, msg: Msg) -> Option<Effect>;
    /// What can be pointed at, at a place of the screen.
    fn at(&self, column: u16, row: u16) -> Option<Hit> {
        hit::at(self.model(), column, row)
    }
    /// Draws into blank cells.
    fn draw(&self, area: Rect, buffer: &mut Buffer) {
        render(self.model(), area, buffer);
    }
    /// Time passes.
    fn pass(&mut self, _: Millis) {}
    /// Does one thing that is due by itself; `None` where nothing is.
    fn proceed(&mut self) -> Option<Cue> {
        None
    }
    /// Time until something is due by itself.
    fn due(&self) -> Option<Millis> {
        None
    }
}

impl Presentation for Model {
    fn model(&self) -> &Model {
        self
    }

    fn update(&mut self, msg: Msg) -> Option<Effect> {
        self.update(msg)
    }
}

impl Presentation for Player {
    fn is_lecture(&self) -> bool {
        true
    }

    fn model(&self) -> &Model {
        self.model()
    }

    fn size(&self) -> (u16, u16) {
        self.size()
    }

    fn update(&mut self, msg: Msg) -> Option<Effect> {
        self.update(msg)
    }

    /// The dashboard of a lecture stands at the top of the screen.
    fn at(&self, column: u16, row: u16) -> Option<Hit> {
        hit::at(self.model(), column, row).filter(|_| self.taken())
    }

    fn draw(&self, area: Rect, buffer: &mut Buffer) {
        lecture::render(self, area, buffer);
    }

    fn pass(&mut self, time: Millis) {
        self.pass(time);
    }

    fn proceed(&mut self) -> Option<Cue> {
        self.proceed()
    }

    fn due(&self) -> Option<Millis> {
        self.due()
    }
}

/// A presentation, the source of its answers, and what was drawn of it last.
pub struct Stage<'a, P: ?Sized> {
    presentation: Box<P>,
    source: Box<dyn Source + 'a>,
    /// Time from one look for news to the next.
    pace: Millis,
    /// How much time has passed.
    now: Millis,
    /// When to look for news.
    next_news: Millis,
    /// What was asked for last, one of each kind.
    asked: Vec<Inquiry>,
    /// What the screen shows; `None` where that is not known.
    shown: Option<Buffer>,
}

/// What came of looking for news.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// Something was asked that was not asked before.
    pub asked: bool,
    /// There was news.
    pub news: bool,
    /// Why work stopped, if any did.
    pub failure: Option<WorkError>,
}

impl<'a, P: Presentation + ?Sized> Stage<'a, P> {
    /// News are looked for at this pace, and at once where something new is asked; at 0 whenever somebody listens.
    #[must_use]
    pub fn new(presentation: Box<P>, source: Box<dyn Source + 'a>, pace: Millis) -> Self {
        Self {
            presentation,
            source,
            pace,
            now: 0,
            next_news: 0,
            asked: Vec::new(),
            shown: None,
        }
    }

    /// What is on the stage.
    #[must_use]
    pub fn presentation(&self) -> &P {
        &self.presentation
    }

    /// The dashboard.
    #[must_use]
    pub fn model(&self) -> &Model {
        self.presentation.model()
    }

    /// Another presentation on the same screen.
    pub fn change(&mut self, presentation: Box<P>) {
        self.presentation = presentation;
    }

    /// Takes one message in; whoever drives carries the effect out.
    pub fn update(&mut self, msg: Msg) -> Option<Effect> {
        self.presentation.update(msg)
    }

    /// How much time has passed.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Time passes.
    pub fn pass(&mut self, time: Millis) {
        self.now += time;
        self.presentation.pass(time);
    }

    /// Does one thing that is due by itself; `None` where nothing is. To be called until then.
    pub fn proceed(&mut self) -> Option<Cue> {
        self.presentation.proceed()
    }

    /// Asks what is wished for, and takes the news in when their time has come.
    pub fn listen(&mut self) -> Heard {
        let wishes = self.model().wishes();
        let mut heard = Heard {
            asked: ask(&mut *self.source, &mut self.asked, wishes),
            ..Heard::default()
        };
        if heard.asked {
            self.next_news = self.now;
        }
        if self.now < self.next_news || self.asked.is_empty() {
            return heard;
        }
        if self.model().waiting() {
            self.next_news = self.now + self.pace;
        }
        for news in self.source.news() {
            heard.news = true;
            if let Err(error) = &news.outcome {
                heard.failure.get_or_insert_with(|| error.clone());
            }
            self.update(Msg::News(news));
        }
        heard
    }

    /// Time until something is due by itself, where news come at the pace alone; 0 where nothing is.
    #[must_use]
    pub fn wait(&self) -> Millis {
        let news = self.next_news.saturating_sub(self.now);
        match self.presentation.due() {
            Some(due) if self.model().waiting() => due.min(news),
            Some(due) => due,
            None => news,
        }
    }

    /// The bytes that make of the last frame what is to be shown now; none where nothing differs.
    pub fn frame(&mut self) -> String {
        let (columns, rows) = self.presentation.size();
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        self.presentation.draw(area, &mut buffer);
        let bytes = ansi::frame(self.shown.as_ref(), &buffer);
        self.shown = Some(buffer);
        bytes
    }

    /// The last frame.
    #[must_use]
    pub fn shown(&self) -> Option<&Buffer> {
        self.shown.as_ref()
    }

    /// Nobody knows any more what the screen shows.
    pub fn forget_screen(&mut self) {
        self.shown = None;
    }
}

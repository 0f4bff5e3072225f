//! The recorder: a lecture played to nobody, at the speed of the machine, its time taken from the script.

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::lecture::{Audience, Lecture, Millis, Note, Player};
use crate::app::update::{Effect, Msg};
use crate::cast::asciicast::{self, Event, Format, Header, Pace};
use crate::cast::bytes;
use crate::engine::request::Request;
use crate::math::simd::{self, SimdError};
use crate::ui::{ansi, lecture};
use crate::worker::{self, Inline, Source};

/// Time from one answer of the simulation to the next, which has twice as many draws.
const REFINEMENT: Millis = 200;

/// Alternate screen, no cursor; never left again, so that the last frame stands in every player.
const ENTER: &str = "\x1b[?1049h\x1b[?25l";

/// The instruction set of recordings, which every machine of a kind has.
const INSTRUCTIONS: &str = "baseline";

/// Why a lecture was not recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Another instruction set is in use.
    #[error("a lecture is recorded at the baseline instruction set: {0}")]
    Simd(#[from] SimdError),
    /// The script cannot go on as it is written.
    #[error("{0}")]
    Fault(String),
    /// The simulation or theory panicked.
    #[error("{0}")]
    Source(String),
}

/// Everything that a lecture shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Recording {
    header: Header,
    events: Vec<(Millis, Event)>,
    end: Millis,
    last: Buffer,
}

impl Recording {
    /// The asciicast file.
    #[must_use]
    pub fn file(&self, format: Format, pace: Pace) -> String {
        asciicast::write(format, &self.header, &self.events, self.end, pace)
    }

    /// The last frame.
    #[must_use]
    pub fn last(&self) -> &Buffer {
        &self.last
    }

    /// How long it takes to watch, in milliseconds.
    #[must_use]
    pub fn duration(&self) -> Millis {
        self.end
    }

    /// Chapters with their times.
    pub fn chapters(&self) -> impl Iterator<Item = (Millis, &str)> + '_ {
        self.events.iter().filter_map(|(at, event)| match event {
            Event::Marker(label) => Some((*at, label.as_str())),
            Event::Output(_) | Event::Input(_) => None,
        })
    }
}

/// A lecture on its way into a recording.
pub struct Recorder {
    player: Player,
    source: Inline,
    now: Millis,
    /// When the simulation is next asked for news.
    listen: Millis,
    /// What was asked for last beside the simulation, one of each kind.
    asked: Vec<Request>,
    events: Vec<(Millis, Event)>,
    shown: Option<Buffer>,
    over: bool,
}

impl Recorder {
    /// Prepares a recording; makes the kernels use the baseline instruction set, whatever the environment says.
    ///
    /// # Errors
    /// Kernels of this process have run at another instruction set.
    pub fn new(lecture: Arc<Lecture>) -> Result<Self, RecordError> {
        simd::force(INSTRUCTIONS)?;
        let (look, size) = (lecture.look, lecture.size);
        let player = Player::new(lecture, look, size, Audience::Recording);
        let mut recorder = Self {
            source: Inline::default(),
            now: 0,
            listen: 0,
            asked: Vec::new(),
            events: vec![(0, Event::Output(ENTER.into()))],
            shown: None,
            over: false,
            player,
        };
        let first = recorder.player.model().first();
        recorder.carry_out(first);
        Ok(recorder)
    }

    /// The lecture as far as it has come.
    #[must_use]
    pub fn player(&self) -> &Player {
        &self.player
    }

    /// The lecture's time, in milliseconds.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.now
    }

    /// Whether everything has been recorded.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// Everything that happens at one moment, and on to the next.
    ///
    /// # Errors
    /// The script cannot go on, or the simulation failed.
    pub fn step(&mut self) -> Result<(), RecordError> {
        if self.over {
            return Ok(());
        }
        self.listen()?;
        while let Some(cue) = self.player.proceed() {
            match cue.note {
                Some(Note::Key(key)) => self.note(Event::Input(bytes::of_key(key))),
                Some(Note::Mark(label)) => self.note(Event::Marker(label)),
                None => {}
            }
            if let Some(effect) = cue.effect {
                self.carry_out(effect);
            }
            self.listen()?;
        }
        if let Some(fault) = self.player.fault() {
            return Err(RecordError::Fault(fault.to_owned()));
        }
        self.paint()?;
        self.over = self.player.is_over();
        let wait = match (self.player.due(), self.player.model().waiting()) {
            (Some(due), false) => due,
            (Some(due), true) => due.min(self.listen - self.now),
            (None, _) => self.listen.saturating_sub(self.now),
        };
        self.player.pass(wait);
        self.now += wait;
        Ok(())
    }

    /// Records to the end.
    ///
    /// # Errors
    /// As [`step`](Self::step).
    pub fn run(mut self) -> Result<Recording, RecordError> {
        while !self.over {
            self.step()?;
        }
        Ok(self.finish())
    }

    /// What has been recorded so far.
    #[must_use]
    pub fn finish(self) -> Recording {
        let lecture = self.player.lecture();
        Recording {
            header: Header {
                size: lecture.size,
                title: lecture.title.clone(),
                page: lecture.look.palette.row().page,
            },
            events: self.events,
            end: self.now,
            last: self.shown.unwrap_or_default(),
        }
    }

    fn note(&mut self, event: Event) {
        self.events.push((self.now, event));
    }

    fn carry_out(&mut self, effect: Effect) {
        if let Effect::Simulate { generation, spec } = effect {
            self.source.request(Request::simulation(generation, spec));
            self.listen = self.now;
        }
    }

    /// Takes the next answer of the simulation when its time has come.
    fn listen(&mut self) -> Result<(), RecordError> {
        let wishes = self.player.model().wishes();
        if worker::ask(&mut self.source, &mut self.asked, wishes) {
            self.listen = self.now;
        }
        if self.now < self.listen || !self.player.model().waiting() {
            return Ok(());
        }
        for news in self.source.news() {
            let answer = news.map_err(|error| RecordError::Source(error.to_string()))?;
            self.player.update(Msg::Answer(answer));
        }
        self.listen = self.now + REFINEMENT;
        Ok(())
    }

    fn paint(&mut self) -> Result<(), RecordError> {
        let (columns, rows) = self.player.size();
        let area = Rect::new(0, 0, columns, rows);
        let mut buffer = Buffer::empty(area);
        lecture::render(&self.player, area, &mut buffer);
        let bytes = ansi::frame(self.shown.as_ref(), &buffer);
        if !bytes.is_empty() {
            self.note(Event::Output(bytes));
        }
        self.shown = Some(buffer);
        if let Some(place) = self.player.highlight()
            && !lecture::has(&self.player, place)
        {
            return Err(RecordError::Fault(format!(
                "line {}: the panel `{place}` is not on this screen and cannot be pointed out",
                self.player.line()
            )));
        }
        Ok(())
    }
}

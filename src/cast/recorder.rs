//! The recorder: a lecture played to nobody, at the speed of the machine, its time taken from the script.

use std::sync::Arc;

use ratatui::buffer::Buffer;

use crate::app::lecture::{Lecture, Millis, Mode, Note, Player};
use crate::cast::asciicast::{self, Event, Format, Header, Pace};
use crate::cast::bytes;
use crate::math::simd::{self, SimdError};
use crate::ui::lecture;
use crate::ui::stage::Stage;
use crate::worker::Inline;

/// Time from one answer of the simulation to the next, which has twice as many draws.
const REFINEMENT: Millis = 200;

/// Alternate screen, no cursor; never left again, so that the last frame stands in every player.
pub(super) const ENTER: &str = "\x1b[?1049h\x1b[?25l";

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
    stage: Stage<'static, Player>,
    events: Vec<(Millis, Event)>,
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
        let player = Player::new(lecture, look, size, Mode::Recording);
        let source = Box::new(Inline::default());
        Ok(Self {
            stage: Stage::new(Box::new(player), source, REFINEMENT),
            events: vec![(0, Event::Output(ENTER.into()))],
            over: false,
        })
    }

    /// The lecture as far as it has come.
    #[must_use]
    pub fn player(&self) -> &Player {
        self.stage.presentation()
    }

    /// The lecture's time, in milliseconds.
    #[must_use]
    pub fn now(&self) -> Millis {
        self.stage.now()
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
        while let Some(cue) = self.stage.proceed() {
            match cue.note {
                Some(Note::Key(key)) => self.note(Event::Input(bytes::of_key(key))),
                Some(Note::Mark(label)) => self.note(Event::Marker(label)),
                None => {}
            }
            self.listen()?;
        }
        if let Some(fault) = self.player().fault() {
            return Err(RecordError::Fault(fault.to_owned()));
        }
        self.paint()?;
        self.over = self.player().is_over();
        self.stage.pass(self.stage.wait());
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
        let lecture = self.player().lecture();
        Recording {
            header: Header {
                size: lecture.size,
                title: lecture.title.clone(),
                page: lecture.look.palette.row().page,
            },
            end: self.now(),
            last: self.stage.shown().cloned().unwrap_or_default(),
            events: self.events,
        }
    }

    fn note(&mut self, event: Event) {
        self.events.push((self.now(), event));
    }

    /// Takes the next answers when their time has come.
    fn listen(&mut self) -> Result<(), RecordError> {
        match self.stage.listen().failure {
            Some(error) => Err(RecordError::Source(error.to_string())),
            None => Ok(()),
        }
    }

    fn paint(&mut self) -> Result<(), RecordError> {
        let bytes = self.stage.frame();
        if !bytes.is_empty() {
            self.note(Event::Output(bytes));
        }
        let player = self.player();
        if let Some(place) = player.highlight()
            && !lecture::has(player, place)
        {
            return Err(RecordError::Fault(format!(
                "line {}: the panel `{place}` is not on this screen and cannot be pointed out",
                player.line()
            )));
        }
        Ok(())
    }
}

//! Recording what is done on the dashboard.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::app::effect::Effect;
use crate::app::key::Key;
use crate::app::lecture::Millis;
use crate::app::session::{Happening, Session};
use crate::app::state::Model;

/// Where a session is written, and how.
#[derive(Clone, Debug)]
pub struct Archive {
    /// The recording of what is done from the beginning on; `None` where that is not asked for.
    pub path: Option<PathBuf>,
    /// Writes a recording there, with its script beside it, or under a name that is free; says where.
    pub write: fn(&Session, Option<&Path>) -> Result<String, String>,
}

/// Bytes of frames in a recording: an hour of changes.
const ROOM: usize = 64 << 20;

/// A session on its way.
#[derive(Debug)]
pub(super) struct Journal {
    start: Instant,
    session: Session,
    bytes: usize,
}

impl Journal {
    pub(super) fn new(model: &Model) -> Self {
        Self {
            start: Instant::now(),
            session: Session::of(model),
            bytes: 0,
        }
    }

    fn now(&self) -> Millis {
        self.start.elapsed().as_millis() as Millis
    }

    /// A frame was sent.
    pub(super) fn frame(&mut self, bytes: &str) {
        self.bytes += bytes.len();
        if self.bytes <= ROOM {
            let frame = Happening::Frame(bytes.to_owned());
            self.session.events.push((self.now(), frame));
        }
    }

    /// A key was pressed that was this before.
    pub(super) fn key(&mut self, happening: Option<Happening>, effect: Option<&Effect>) {
        if let Some(happening) = happening.filter(|_| Session::can_play(effect)) {
            self.session.events.push((self.now(), happening));
        }
    }

    /// The whole session.
    pub(super) fn end(mut self) -> Session {
        self.session.end = self.now();
        self.session
    }
}

/// What a key is before it is pressed, where that is noted.
pub(super) fn noted(journal: Option<&Journal>, key: Key, model: &Model) -> Option<Happening> {
    journal.and_then(|_| Session::of_key(key, model))
}

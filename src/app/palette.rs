//! The command palette: a line in which a command or a value is typed, and what fits it, best first.

mod entries;
mod fuzzy;

pub use entries::{Command, Entry};

use std::sync::Arc;

use crate::app::action::{Action, Direction, Edit};
use crate::app::line::Line;
use crate::app::state::{Model, Popup};
use crate::app::step::{data_of, set};
use crate::app::update::Effect;

/// The palette, while it is open.
#[derive(Clone, Debug)]
pub struct CommandPalette {
    line: Line,
    /// Everything that is offered.
    rows: Arc<[entries::Row]>,
    /// What fits the line.
    entries: Vec<Entry>,
    chosen: usize,
    refusal: Option<Refusal>,
}

/// Why nothing is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The reason, in words.
    pub why: String,
    /// Characters before the one that is blamed; `None` where none of them is.
    pub at: Option<usize>,
}

impl CommandPalette {
    /// What is typed.
    #[must_use]
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// What fits it, best first.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Which of them is under the cursor.
    #[must_use]
    pub fn chosen(&self) -> usize {
        self.chosen
    }

    /// Why nothing fits, or why what was asked for last cannot be done.
    #[must_use]
    pub fn refusal(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The cursor to a place, or to the last where there is none.
    pub(super) fn choose(&mut self, place: usize) {
        self.chosen = place.min(self.entries.len().saturating_sub(1));
    }

    /// The cursor to the next or previous of what fits, round and round.
    pub(super) fn step(&mut self, direction: Direction) {
        let count = self.entries.len().max(1);
        self.chosen = match direction {
            Direction::Forward => (self.chosen + 1) % count,
            Direction::Back => (self.chosen + count - 1) % count,
        };
    }
}

impl Model {
    /// The command palette, while it is open.
    #[must_use]
    pub fn palette(&self) -> Option<&CommandPalette> {
        match &self.popup {
            Some(Popup::Palette(palette)) => Some(palette),
            _ => None,
        }
    }

    pub(super) fn palette_mut(&mut self) -> Option<&mut CommandPalette> {
        match &mut self.popup {
            Some(Popup::Palette(palette)) => Some(palette),
            _ => None,
        }
    }

    /// Opens the palette with this text in its line.
    pub(super) fn open_palette(&mut self, text: &str) {
        self.search(entries::rows(self).into(), Line::new(text));
    }

    /// Changes the line.
    pub(super) fn edit(&mut self, edit: Edit) {
        let Some(palette) = self.palette_mut() else {
            return;
        };
        let mut line = palette.line.clone();
        line.edit(edit);
        if line.text() == palette.line.text() {
            palette.line = line;
        } else {
            let rows = Arc::clone(&palette.rows);
            self.search(rows, line);
        }
    }

    /// Finds what fits the line.
    fn search(&mut self, rows: Arc<[entries::Row]>, line: Line) {
        let (entries, refusal) = entries::matching(self, &rows, &line.text());
        self.popup = Some(Popup::Palette(CommandPalette {
            line,
            rows,
            entries,
            chosen: 0,
            refusal,
        }));
    }

    /// Does what is under the cursor and closes the palette, or says why not.
    pub(super) fn accept(&mut self) -> Option<Effect> {
        let palette = self.palette()?;
        let command = palette.entries.get(palette.chosen)?.command.clone();
        let (parameter, value) = match command {
            Command::Do(action) => {
                self.popup = None;
                return self.act(action);
            }
            Command::Theme(theme) => {
                self.popup = None;
                self.wear(theme);
                return None;
            }
            Command::Lecture(number) => {
                self.popup = None;
                return Some(Effect::Lecture(number));
            }
            Command::Set(parameter, value) => (parameter, value),
        };
        match set(&self.spec, data_of(&self.home), parameter, &value) {
            Ok(spec) => {
                self.popup = None;
                self.touched = Some(parameter);
                (spec != *self.spec).then(|| self.request(Arc::new(spec)))
            }
            Err(fault) => {
                let why = fault.to_string();
                self.palette_mut()?.refusal = Some(Refusal { why, at: None });
                None
            }
        }
    }
}

/// Whether an action makes sense from the palette: what moves or closes the palette itself does not.
pub(super) fn is_offered(action: Action) -> bool {
    !matches!(
        action,
        Action::Palette
            | Action::Open
            | Action::Edit(_)
            | Action::Accept
            | Action::Close
            | Action::Scroll(_)
    )
}

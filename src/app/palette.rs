//! The command palette: a line in which a command or a value is typed, and what fits it, best first.

mod binding;
mod entries;
mod fuzzy;
mod menu;
mod printed;

pub use entries::{Command, Entry};
pub use printed::Printed;

use std::sync::Arc;

use crate::app::action::{Direction, Edit};
use crate::app::context::Context;
use crate::app::line::Line;

/// The palette, while it is open.
#[derive(Clone, Debug)]
pub struct CommandPalette {
    line: Line,
    /// Everything that is offered.
    rows: Arc<[entries::Offer]>,
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
        self.chosen = direction.around(self.chosen, self.entries.len().max(1));
    }

    /// An open palette with this text in its line.
    pub(super) fn new(text: &str, context: &Context) -> Self {
        Self::matching(entries::rows(context).into(), Line::new(text), context)
    }

    /// What fits the line of these.
    fn matching(rows: Arc<[entries::Offer]>, line: Line, context: &Context) -> Self {
        let (entries, refusal) = entries::matching(context, &rows, &line.text());
        Self {
            line,
            rows,
            entries,
            chosen: 0,
            refusal,
        }
    }

    /// Changes the line.
    pub(super) fn edit(&mut self, edit: Edit, context: &Context) {
        let mut line = self.line.clone();
        line.edit(edit);
        if line.text() == self.line.text() {
            self.line = line;
        } else {
            *self = Self::matching(Arc::clone(&self.rows), line, context);
        }
    }

    /// What is under the cursor.
    pub(super) fn command(&self) -> Option<Command> {
        let entry = self.entries.get(self.chosen)?;
        Some(entry.command.clone())
    }

    /// What is under the cursor cannot be done.
    pub(super) fn refuse(&mut self, why: String) {
        self.refusal = Some(Refusal { why, at: None });
    }
}

//! What a desk shows.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::lecture::Player;
use crate::app::mouse::Target;
use crate::app::state::Model;
use crate::app::update::{Effect, Msg};
use crate::ui;

/// The dashboard alone, or a lecture that plays on it.
pub(in crate::term) trait Piece {
    /// The dashboard.
    fn model(&self) -> &Model;
    /// Columns and rows of the screen.
    fn size(&self) -> (u16, u16);
    /// Takes one message in; the desk carries the effect out.
    fn update(&mut self, msg: Msg) -> Option<Effect>;
    /// What can be pointed at, at a place of the screen.
    fn at(&self, column: u16, row: u16) -> Option<Target>;
    /// Draws into blank cells.
    fn draw(&self, area: Rect, buffer: &mut Buffer);
    /// Time passes.
    fn pass(&mut self, _: Duration) {}
    /// Does what is due by itself, with the effect to carry out; `None` where nothing is.
    fn proceed(&mut self) -> Option<Option<Effect>> {
        None
    }
    /// Time until something is due by itself.
    fn due(&self) -> Option<Duration> {
        None
    }
}

impl Piece for Model {
    fn model(&self) -> &Model {
        self
    }

    fn size(&self) -> (u16, u16) {
        self.size()
    }

    fn update(&mut self, msg: Msg) -> Option<Effect> {
        self.update(msg)
    }

    fn at(&self, column: u16, row: u16) -> Option<Target> {
        ui::hit::at(self, column, row)
    }

    fn draw(&self, area: Rect, buffer: &mut Buffer) {
        ui::render(self, area, buffer);
    }
}

impl Piece for Player {
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
    fn at(&self, column: u16, row: u16) -> Option<Target> {
        ui::hit::at(self.model(), column, row).filter(|_| self.taken())
    }

    fn draw(&self, area: Rect, buffer: &mut Buffer) {
        ui::lecture::render(self, area, buffer);
    }

    fn pass(&mut self, time: Duration) {
        self.pass(u64::try_from(time.as_millis()).unwrap_or(u64::MAX));
    }

    fn proceed(&mut self) -> Option<Option<Effect>> {
        self.proceed().map(|cue| cue.effect)
    }

    fn due(&self) -> Option<Duration> {
        self.due().map(Duration::from_millis)
    }
}

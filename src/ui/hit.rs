//! What is where on the screen, for the mouse: asked of the same functions that divide the screen for drawing.

use ratatui::layout::{Position, Rect};

use crate::app::mouse::Hit;
use crate::app::state::{Model, Popup};
use crate::ui::face::line_of;
use crate::ui::layout::{self, SMALLEST};
use crate::ui::{export, faces, footer, help, palette, tabs, text};

/// What can be pointed at in a column and a row of the model's screen, both counted from 0.
#[must_use]
pub fn at(model: &Model, column: u16, row: u16) -> Option<Hit> {
    let (width, height) = model.size();
    let screen = Rect::new(0, 0, width, height);
    let here = Position::new(column, row);
    if !screen.contains(here) {
        return None;
    }
    let popup = model.popup();
    if let Some(target) = popup.and_then(|popup| in_popup(popup, model, screen, here)) {
        return Some(target);
    }
    let large = width >= SMALLEST.0 && height >= SMALLEST.1;
    if large && row + 1 == height {
        return footer::target(model, text::row(screen, row), here);
    }
    if popup.is_some() {
        return Some(Hit::Outside);
    }
    if !large {
        return None;
    }
    let line = layout::tabs(screen);
    if line.contains(here) {
        return tabs::target(model, line, here);
    }
    let hit = faces::face(model.view().name).hit?;
    hit(model, screen, here)
}

/// `None` beside what is open.
fn in_popup(popup: &Popup, model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let (inside, line) = match popup {
        Popup::Help(open) => {
            let inside = help::place(open, model, screen);
            let line = line_of(inside, here);
            (inside, line.map(|line| Hit::HelpLine(open.top() + line)))
        }
        Popup::Export(_) => {
            let inside = export::place(model, screen);
            let action = line_of(inside, here).and_then(|line| export::action(model, line));
            (inside, action.map(|action| Hit::Act(action, None)))
        }
        Popup::Palette(palette) => {
            let place = palette::place(palette, screen);
            let entry = line_of(place.list, here).map(|line| place.first + line);
            let entry = entry.filter(|entry| *entry < palette.entries().len());
            (place.inside, entry.map(Hit::Entry))
        }
    };
    let frame = Rect {
        x: inside.x.saturating_sub(1),
        y: inside.y.saturating_sub(1),
        width: inside.width + 2,
        height: inside.height + 2,
    };
    let says_how_to_close = !matches!(popup, Popup::Palette(_));
    if says_how_to_close && here.y == frame.y {
        return Some(Hit::Outside);
    }
    frame.contains(here).then(|| line.unwrap_or(Hit::List))
}

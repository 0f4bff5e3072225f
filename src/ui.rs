//! Drawing: a model in, cells out. Pure: no clock, no environment, no terminal.

pub mod advice;
pub mod ansi;
pub mod atlas;
pub mod channel;
pub mod columns;
pub mod compare;
pub mod distribution;
pub mod ensemble;
pub mod export;
pub mod face;
pub mod faces;
pub mod factors;
pub mod footer;
pub mod header;
pub mod help;
pub mod hit;
pub mod layer;
pub mod layout;
pub mod lecture;
pub mod network;
pub mod number;
pub mod numbers;
pub mod palette;
pub mod phase;
mod picture;
mod plane;
pub mod point;
pub mod raster;
pub mod scale;
pub mod scaling;
pub mod scope;
pub mod spark;
pub mod stage;
pub mod table;
pub mod text;

pub mod svg;
mod tabs;
pub mod theme;
mod tiles;
pub mod train;
pub mod verdict;
pub mod words;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::app::state::{Model, Popup};
use crate::ui::theme::Theme;

/// Draws the model into an area of any size, 0x0 included; the cells must be blank before.
pub fn render(model: &Model, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let theme = Theme::new(model.look());
    (faces::face(model.view().name).draw)(model, &theme, area, buffer);
    match model.popup() {
        None => {}
        Some(Popup::Help(open)) => help::render(open, model, &theme, area, buffer),
        Some(Popup::Export(dialog)) => export::render(dialog, model, &theme, area, buffer),
        Some(Popup::Palette(open)) => palette::render(open, &theme, area, buffer),
    }
    theme::glyphs::translate(buffer, model.look());
    forget_invisible(buffer);
}

/// Takes from blanks what nobody sees and would be sent all the same: colour, weight.
fn forget_invisible(buffer: &mut Buffer) {
    const SEEN: Modifier = Modifier::REVERSED
        .union(Modifier::UNDERLINED)
        .union(Modifier::CROSSED_OUT);
    for cell in &mut buffer.content {
        if cell.symbol() == " " {
            cell.modifier &= SEEN;
            if cell.modifier.is_empty() {
                cell.fg = Color::Reset;
            }
        }
    }
}

/// The whole screen.
#[must_use]
pub fn screen(model: &Model) -> Buffer {
    let (columns, rows) = model.size();
    let area = Rect::new(0, 0, columns, rows);
    let mut buffer = Buffer::empty(area);
    render(model, area, &mut buffer);
    buffer
}

/// The whole screen as plain text, blanks at the end of lines left out.
#[must_use]
pub fn plain(model: &Model) -> String {
    as_text(&screen(model))
}

/// Cells as plain text, blanks at the end of lines left out.
#[must_use]
pub fn as_text(buffer: &Buffer) -> String {
    let columns = usize::from(buffer.area.width.max(1));
    let lines = buffer.content.chunks(columns);
    let text = |cells: &[Cell]| {
        cells
            .iter()
            .map(Cell::symbol)
            .collect::<String>()
            .trim_end()
            .to_owned()
    };
    lines.map(text).collect::<Vec<_>>().join("\n")
}

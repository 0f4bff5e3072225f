//! Pictures of dashboards: what is drawn, and what every picture promises.

use initscope::app::{Colour, Glyphs, Look, Model, Msg, Palette};
use initscope::ui;
use ratatui::buffer::{Buffer, Cell, CellWidth};
use ratatui::layout::Rect;
use ratatui::style::Color;

/// The whole screen.
pub(crate) fn cells(model: &Model) -> Buffer {
    let area = Rect::new(0, 0, model.size().0, model.size().1);
    let mut buffer = Buffer::empty(area);
    ui::render(model, area, &mut buffer);
    buffer
}

/// No digit stands before an ellipsis.
pub(crate) fn assert_no_number_is_cut(drawn: &Buffer) {
    let Rect { width, height, .. } = drawn.area;
    let symbols: Vec<&str> = drawn.content.iter().map(Cell::symbol).collect();
    for row in symbols.chunks(usize::from(width).max(1)) {
        let cut = |two: &[&str]| two[1] == "…" && two[0].parse::<u8>().is_ok();
        let text = row.concat();
        assert!(!row.windows(2).any(cut), "{width}x{height}: {text}");
    }
}

/// At every size from nothing to large: no character is wider than a cell, no number is cut, ASCII mode is ASCII, mono has no colour;
/// drawing twice gives the same cells.
pub(crate) fn assert_promises(mut model: impl FnMut(Look) -> Model) {
    for (colour, glyphs) in [
        (Colour::True, Glyphs::Braille),
        (Colour::Sixteen, Glyphs::Blocks),
        (Colour::Mono, Glyphs::Ascii),
    ] {
        let mut model = model(Look {
            colour,
            glyphs,
            palette: Palette::default(),
        });
        let sizes = [0, 1, 39, 40, 41, 63, 80, 97, 120, 200, 300];
        let heights = [0, 1, 11, 12, 13, 19, 20, 24, 31, 40, 60, 100];
        for (columns, rows) in sizes.into_iter().flat_map(|c| heights.map(|r| (c, r))) {
            model.update(Msg::Resize(columns, rows));
            let drawn = cells(&model);
            assert_eq!(drawn, cells(&model), "{columns}x{rows}");
            if glyphs != Glyphs::Ascii {
                assert_no_number_is_cut(&drawn);
            }
            for cell in &drawn.content {
                let symbol = cell.symbol();
                assert_eq!(cell.cell_width(), 1, "{symbol:?} at {columns}x{rows}");
                assert!(glyphs != Glyphs::Ascii || symbol.is_ascii(), "{symbol:?}");
                assert!(
                    colour != Colour::Mono || (cell.fg, cell.bg) == (Color::Reset, Color::Reset)
                );
            }
        }
    }
}

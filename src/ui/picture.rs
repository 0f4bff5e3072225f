//! What surrounds a picture of lines: its title, its scale at the left, its axis on the border below; and where a share of its height is.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::look::Glyphs;
use crate::ui::channel;
use crate::ui::raster::Raster;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// Title, and the high and the low end of the scale; where the lines go.
pub(super) fn titled(
    title: Title<'_>,
    [high, low]: [&str; 2],
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) -> Rect {
    text::title(buffer, inside, theme, title);
    if inside.height > 1 {
        channel::label(inside, inside.height - 1, low, theme, buffer);
    }
    channel::label(inside, 0, high, theme, buffer);
    channel::plot(inside)
}

/// On the border below a picture what its columns are, and its first and last one.
pub(super) fn axis(
    inside: Rect,
    area: Rect,
    [what, first, last]: [&str; 3],
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let border = Rect {
        y: inside.bottom(),
        height: 1,
        ..inside
    };
    let label = Rect {
        width: area.x - border.x,
        ..border
    };
    text::right(buffer, label, what, theme.faint);
    let axis = Rect {
        x: area.x,
        width: area.width,
        ..border
    };
    text::line(buffer, axis, &[(first, theme.text)]);
    text::right(buffer, axis, last, theme.text);
}

/// A line through one height for each column, 0 at the foot and 1 at the top.
pub(super) fn line(
    heights: &[Option<f64>],
    glyphs: Glyphs,
    style: Style,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut raster = Raster::new(usize::from(area.width), usize::from(area.height));
    raster.line(heights);
    for (x, column) in (area.left()..area.right()).zip(0..) {
        for (y, row) in (area.top()..area.bottom()).rev().zip(0..) {
            if let Some(glyph) = raster.glyph(column, row, glyphs) {
                buffer[(x, y)].set_char(glyph).set_style(style);
            }
        }
    }
}

/// A character at a height of a column; nothing where it is outside.
pub(super) fn mark(
    (column, share): (usize, f64),
    symbol: &str,
    style: Style,
    area: Rect,
    buffer: &mut Buffer,
) {
    if area.height > 0 && column < usize::from(area.width) {
        let (x, y) = (area.x + column as u16, area.y + height(share, area.height));
        buffer[(x, y)].set_symbol(symbol).set_style(style);
    }
}

/// The row, counted from the top, of a share of a picture of so many rows.
pub(super) fn height(share: f64, rows: u16) -> u16 {
    let up = (share.clamp(0.0, 1.0) * f64::from(rows)) as u16;
    rows.saturating_sub(1) - up.min(rows.saturating_sub(1))
}

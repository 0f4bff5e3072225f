//! The command palette, over everything else.
//!
//! ```text
//! ┌ commands ─────────────────────────────────────── 2 of 4 ┐
//! │ gelu                                                    │
//! │ activation gelu       x Phi(x)                          │
//! │>activation gelu_tanh  0.5 x (1 + tanh(...))             │
//! │ next activation       next, previous activation ...  a  │
//! └─────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::help::wrapped;
use crate::app::line::Line;
use crate::app::palette::{CommandPalette, Entry, Refusal};
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// Columns and rows that it takes at most.
const LARGEST: (u16, u16) = (84, 20);

/// Where it is on a screen, and which of its lines are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Without the frame.
    pub inside: Rect,
    /// Where the first line stands; the others follow below.
    pub list: Rect,
    /// The first line that is seen.
    pub first: usize,
}

/// Where the palette is on a screen.
#[must_use]
pub fn place(palette: &CommandPalette, screen: Rect) -> Placement {
    let height = screen.height.saturating_sub(2).min(LARGEST.1);
    let inside = text::middle(screen, (LARGEST.0, height)).1;
    let list = Rect {
        y: inside.y.saturating_add(1.min(inside.height)),
        height: inside.height.saturating_sub(1),
        ..inside
    };
    let rows = usize::from(list.height).max(1);
    let last = palette.entries().len().saturating_sub(rows);
    Placement {
        inside,
        list,
        first: palette.chosen().saturating_sub(rows / 2).min(last),
    }
}

/// The line, what fits it, or why nothing does.
pub fn render(palette: &CommandPalette, theme: &Theme, screen: Rect, buffer: &mut Buffer) {
    let Placement {
        inside,
        list,
        first,
    } = place(palette, screen);
    text::popup(buffer, screen, (inside.width + 2, inside.height + 2), theme);
    let entries = palette.entries();
    let count = format!("{} of {}", palette.chosen() + 1, entries.len());
    let (name, what) = match palette.line().text().is_empty() {
        true => ("menu", "everything that can be done; type to find it"),
        false => ("commands", ""),
    };
    let title = Title {
        name: (name, theme.strong),
        what,
        aside: if entries.is_empty() { "" } else { &count },
        more: "",
    };
    text::title(buffer, inside, theme, title);
    let text = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
        ..inside
    };
    let room = usize::from(text.width);
    // A long text is moved so that the cursor is seen.
    let skipped = (palette.line().cursor() + 1).saturating_sub(room.max(1));
    typed(palette.line(), skipped, theme, text::row(text, 0), buffer);
    if let Some(refusal) = palette.refusal() {
        let below = Rect {
            y: list.y,
            height: list.height,
            ..text
        };
        return explain(refusal, skipped, theme, below, buffer);
    }
    let widest = entries.iter().map(|entry| text::width(&entry.name)).max();
    let widest = widest.unwrap_or(0).min(28);
    let seen = entries.iter().enumerate().skip(first);
    for ((at, entry), n) in seen.zip(0..list.height) {
        let here = at == palette.chosen();
        line(entry, here, widest, theme, text::row(list, n), buffer);
    }
}

/// One of the lines: its name, what it is about where there is room, its keys at the right.
fn line(entry: &Entry, here: bool, widest: usize, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let (mark, style) = if here {
        (">", theme.strong)
    } else {
        (" ", theme.text)
    };
    let name = format!("{:<widest$}", entry.name);
    let room = usize::from(row.width).saturating_sub(2);
    let keys = text::width(&entry.keys);
    let left = room.saturating_sub(text::width(&name) + 2 + if keys > 0 { keys + 2 } else { 0 });
    let about = if left < 12 {
        String::new()
    } else {
        format!("  {}", text::cut(&entry.about, left))
    };
    let pieces = [
        (mark, theme.strong),
        (&*name, style),
        (&*about, theme.faint),
    ];
    text::line(buffer, row, &pieces);
    let edge = Rect {
        width: row.width.saturating_sub(1),
        ..row
    };
    text::right(buffer, edge, &entry.keys, theme.strong);
}

/// The text with its cursor.
fn typed(line: &Line, skipped: usize, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let chars: Vec<char> = line.text().chars().skip(skipped).collect();
    let at = (line.cursor() - skipped).min(chars.len());
    let before: String = chars[..at].iter().collect();
    let under = chars.get(at).map_or(" ".to_owned(), char::to_string);
    let after: String = chars.iter().skip(at + 1).collect();
    text::line(
        buffer,
        row,
        &[
            (&before, theme.text),
            (&under, theme.notice),
            (&after, theme.text),
        ],
    );
}

/// A pointer to what is wrong, and the reason.
fn explain(refusal: &Refusal, skipped: usize, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width);
    let at = refusal.at.and_then(|at| at.checked_sub(skipped));
    if let Some(at) = at.filter(|at| *at < room) {
        let below = format!("{}^", " ".repeat(at));
        text::line(buffer, area, &[(&below, theme.alarm)]);
    }
    for (line, n) in wrapped(&refusal.why, room).iter().zip(1..area.height) {
        text::line(buffer, text::row(area, n), &[(line, theme.text)]);
    }
}

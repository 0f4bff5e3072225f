//! The help, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::Action;
use crate::app::help::{self, Help, HelpLine, INDENT};
use crate::app::state::Model;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// Columns and rows with the frame.
fn size(columns: usize, rows: usize) -> (u16, u16) {
    let cells = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
    (cells(columns + 4), cells(rows + 2))
}

/// Its text on a screen, and columns and rows of the page; a search has the whole screen, so that nothing jumps.
fn text_of(open: &Help, model: &Model, screen: Rect) -> (Vec<HelpLine>, usize, usize) {
    let (columns, rows) = help::page((screen.width, screen.height));
    let lines = open.lines(columns, model.view().name, model.keys());
    let rows = match open.search() {
        Some(_) => rows,
        None => rows.min(lines.len()),
    };
    (lines, columns, rows)
}

/// Where the page is on a screen, without its frame.
pub(super) fn place(open: &Help, model: &Model, screen: Rect) -> Rect {
    let (_, columns, rows) = text_of(open, model, screen);
    text::middle(screen, size(columns, rows)).1
}

/// The page of the help, from its first line that is seen.
pub fn render(open: &Help, model: &Model, theme: &Theme, screen: Rect, buffer: &mut Buffer) {
    let (lines, columns, rows) = text_of(open, model, screen);
    let top = open.top();
    let inside = text::popup(buffer, screen, size(columns, rows), theme);
    let last = (top + rows).min(lines.len());
    let search = open
        .search()
        .map(|line| format!("search: {}_", line.text()));
    let key = model.key_here(match search {
        Some(_) => Action::Back,
        None => Action::Help,
    });
    let more = if last < lines.len() {
        format!("↓ for more, {key} closes")
    } else {
        format!("{key} closes")
    };
    text::title(
        buffer,
        inside,
        theme,
        Title {
            name: (search.as_deref().unwrap_or("help"), theme.strong),
            what: "",
            aside: &more,
            more: "",
        },
    );
    for (line, n) in lines.iter().skip(top).zip(0..inside.height) {
        let row = text::row(
            Rect {
                x: inside.x + 1,
                width: inside.width.saturating_sub(2),
                ..inside
            },
            n,
        );
        match line {
            HelpLine::Heading(text) => text::line(buffer, row, &[(text, theme.strong)]),
            HelpLine::Key(keys, does) => text::line(
                buffer,
                row,
                &[
                    (&format!("{keys:<INDENT$}"), theme.strong),
                    (does, theme.text),
                ],
            ),
            HelpLine::Text(text) => text::line(buffer, row, &[(text, theme.text)]),
        };
    }
}

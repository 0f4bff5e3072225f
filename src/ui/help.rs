//! The help, over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use crate::app::help::{self, HelpLine, INDENT};
use crate::ui::layout::{Panel, Stack};
use crate::ui::pen::{self, Title};
use crate::ui::theme::Theme;

/// The page of the help that starts at line `top`.
pub fn render(top: usize, theme: &Theme, screen: Rect, buffer: &mut Buffer) {
    let (columns, rows) = help::page((screen.width, screen.height));
    let lines = help::lines(columns);
    let width = u16::try_from(columns + 4)
        .unwrap_or(screen.width)
        .min(screen.width);
    let rows = rows.min(lines.len());
    let height = u16::try_from(rows + 2)
        .unwrap_or(screen.height)
        .min(screen.height);
    let area = Rect::new(
        screen.x + (screen.width - width) / 2,
        screen.y + (screen.height - height) / 2,
        width,
        height,
    );
    Clear.render(area, buffer);
    let stack = Stack {
        area,
        boxes: vec![(Panel::Network, height.saturating_sub(2))],
    };
    pen::frames(buffer, &stack, theme);
    let inside = Rect {
        x: area.x + 1,
        y: area.y + 1,
        width: width.saturating_sub(2),
        height: height.saturating_sub(2),
    };
    let last = (top + rows).min(lines.len());
    let more = if last < lines.len() {
        "↓ for more, ? closes"
    } else {
        "? closes"
    };
    pen::title(
        buffer,
        inside,
        theme,
        Title {
            name: ("help", theme.strong),
            what: "",
            aside: more,
            more: "",
        },
    );
    for (line, n) in lines.iter().skip(top).zip(0..inside.height) {
        let row = pen::row(
            Rect {
                x: inside.x + 1,
                width: inside.width.saturating_sub(2),
                ..inside
            },
            n,
        );
        match line {
            HelpLine::Heading(text) => pen::line(buffer, row, &[(text, theme.strong)]),
            HelpLine::Key(keys, does) => pen::line(
                buffer,
                row,
                &[
                    (&format!("{keys:<INDENT$}"), theme.strong),
                    (does, theme.text),
                ],
            ),
            HelpLine::Text(text) => pen::line(buffer, row, &[(text, theme.text)]),
        };
    }
}

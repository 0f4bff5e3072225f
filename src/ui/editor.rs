//! The line in which an activation is typed, over everything else.
//!
//! ```text
//! ┌ activation  a name or an expression in x ──────────────┐
//! │ x*sigmod(1.702*x)                                      │
//! │   ^                                                    │
//! │ unknown function `sigmod` at column 3; did you mean …  │
//! └────────────────────────────────────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::editor::Editor;
use crate::app::help::wrapped;
use crate::app::state::Model;
use crate::ui::pen;
use crate::ui::theme::Theme;

/// Columns that a long line and its explanation are given at most.
const WIDEST: u16 = 70;
/// Rows below the text: the pointer and what it means.
const ROWS: u16 = 5;

/// The line, a pointer to what is wrong in it, and the reason.
pub fn render(editor: &Editor, model: &Model, theme: &Theme, screen: Rect, buffer: &mut Buffer) {
    let inside = pen::popup(buffer, screen, (WIDEST, ROWS + 3), theme);
    pen::heading(
        buffer,
        inside,
        theme,
        "activation",
        "a name or an expression in x",
    );
    let text = Rect {
        x: inside.x + 1,
        width: inside.width.saturating_sub(2),
        ..inside
    };
    let room = usize::from(text.width);
    // A long text is moved so that the cursor is seen.
    let skipped = (editor.cursor() + 1).saturating_sub(room.max(1));
    typed(editor, skipped, theme, pen::row(text, 0), buffer);

    let (pointer, words, style) = remark(editor, model, theme);
    let pointer = pointer.and_then(|at| at.checked_sub(skipped));
    if let Some(at) = pointer.filter(|at| *at < room) {
        let below = format!("{}^", " ".repeat(at));
        pen::line(buffer, pen::row(text, 1), &[(&below, theme.alarm)]);
    }
    for (line, n) in wrapped(&words, room).iter().zip(2..inside.height) {
        pen::line(buffer, pen::row(text, n), &[(line, style)]);
    }
}

/// The text with its cursor.
fn typed(editor: &Editor, skipped: usize, theme: &Theme, row: Rect, buffer: &mut Buffer) {
    let chars: Vec<char> = editor.text().chars().skip(skipped).collect();
    let at = (editor.cursor() - skipped).min(chars.len());
    let before: String = chars[..at].iter().collect();
    let under = chars.get(at).map_or(" ".to_owned(), char::to_string);
    let after: String = chars.iter().skip(at + 1).collect();
    pen::line(
        buffer,
        row,
        &[
            (&before, theme.text),
            (&under, theme.notice),
            (&after, theme.text),
        ],
    );
}

/// What to say below the line, and which character it is about.
fn remark(editor: &Editor, model: &Model, theme: &Theme) -> (Option<usize>, String, Style) {
    if let Some(why) = editor.refused() {
        return (None, why.to_owned(), theme.text);
    }
    match editor.activation() {
        Ok(_) => (
            None,
            format!(
                "Enter applies it, Esc keeps {}, Ctrl-U clears the line",
                model.spec().activation()
            ),
            theme.faint,
        ),
        Err(_) if editor.text().trim().is_empty() => (
            None,
            "for instance leaky_relu(0.1) or x*sigmoid(1.702*x)".into(),
            theme.faint,
        ),
        Err(error) => (editor.blamed(error), error.to_string(), theme.text),
    }
}

//! The network panel: every parameter with the key that changes it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::action::{Action, Category, Parameter};
use crate::app::keys::{self, KeyRow};
use crate::app::state::Model;
use crate::ui::theme::Theme;
use crate::ui::{pen, words};

/// The parameters with their rows of the key table, from the top.
pub(super) fn parameters() -> impl Iterator<Item = (&'static KeyRow, Parameter)> {
    let rows = keys::rows().filter(|row| row.category == Category::Network);
    rows.filter_map(|row| match row.action {
        Action::Step(parameter, _) => Some((row, parameter)),
        _ => None,
    })
}

/// One line per parameter; the one changed last is bold.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    for ((row, parameter), n) in parameters().zip(0..inside.height) {
        let value = words::value_of(model.spec(), parameter);
        let style = if model.touched() == Some(parameter) {
            theme.strong
        } else {
            theme.text
        };
        let key = format!(" {} ", model.key_of(row.action));
        let name = format!("{:<12}", row.name);
        pen::line(
            buffer,
            pen::row(inside, n),
            &[(&key, theme.strong), (&name, theme.text), (&value, style)],
        );
    }
}

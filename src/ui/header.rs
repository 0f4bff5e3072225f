//! The first line: what is simulated, and how far it is known.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::Model;
use crate::engine::snapshot::Phase;
use crate::ui::number::value;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::words;

/// The name of the program, the spec in words, and at the right what the ensemble knows; what has no room is left out, the least
/// important first.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let room = usize::from(area.width);
    let name = if room < 60 { "" } else { " initscope  " };
    let mut left = words::headline(model.spec(), true);
    let mut right = ensemble(model);
    if columns(name, &left, &right) > room {
        left = words::headline(model.spec(), false);
    }
    while columns(name, &left, &right) > room {
        let least = left
            .iter()
            .chain(&right)
            .map(|(rank, _)| *rank)
            .max()
            .unwrap_or(0);
        if least == 0 {
            break;
        }
        left.retain(|(rank, _)| *rank < least);
        right.retain(|(rank, _)| *rank < least);
    }
    text::line(
        buffer,
        area,
        &[
            (name, theme.strong),
            (" ", theme.text),
            (&joined(&left), theme.text),
        ],
    );
    if !right.is_empty() {
        text::right(buffer, area, &format!(" {} ", joined(&right)), theme.text);
    }
    if model.frozen() {
        text::right(buffer, area, FROZEN, theme.notice);
    }
}

/// Instead of the last words while the picture is held still.
const FROZEN: &str = " frozen ";

/// Seed, draws, precision; or that the picture is held still.
fn ensemble(model: &Model) -> Vec<(u8, String)> {
    let mut pieces = vec![(6, format!("seed {}", model.spec().seed()))];
    if let Some(snapshot) = model.snapshot().filter(|s| s.draws > 0) {
        pieces.push((
            7,
            format!(
                "{} {}",
                snapshot.draws,
                if snapshot.draws == 1 { "draw" } else { "draws" }
            ),
        ));
        if snapshot.worst_se.is_finite() && snapshot.phase != Phase::First {
            pieces.push((8, format!("±{} dec", value(snapshot.worst_se.log10()))));
        }
    }
    if model.frozen() {
        pieces.push((0, FROZEN.trim().into()));
    }
    pieces
}

fn joined(pieces: &[(u8, String)]) -> String {
    pieces
        .iter()
        .map(|(_, text)| text.as_str())
        .collect::<Vec<_>>()
        .join(" · ")
}

fn columns(name: &str, left: &[(u8, String)], right: &[(u8, String)]) -> usize {
    let right = joined(right);
    text::width(name)
        + 1
        + text::width(&joined(left))
        + if right.is_empty() {
            0
        } else {
            3 + text::width(&right)
        }
}

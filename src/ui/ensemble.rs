//! How far the ensemble is: a gauge and a line of words.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::Model;
use crate::engine::snapshot::{Phase, Snapshot};
use crate::ui::number::value;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{BLOCKS, SHADES};

/// The gauge and what it means; the words alone where there is one line.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "ensemble", "");
    let (done, words) = match model.snapshot() {
        _ if model.failure().is_some() => (0.0, "stopped; a change restarts it".to_owned()),
        None => (0.0, "starting".to_owned()),
        Some(snapshot) => progress(snapshot, model.spec().layers()),
    };
    let room = usize::from(inside.width.saturating_sub(2));
    let filled = (done.clamp(0.0, 1.0) * room as f64).round() as usize;
    let gauge = format!(
        " {}{}",
        BLOCKS[8].repeat(filled),
        SHADES[2].repeat(room - filled)
    );
    if inside.height > 1 {
        text::line(buffer, text::row(inside, 0), &[(&gauge, theme.bar)]);
    }
    let last = text::row(inside, inside.height.saturating_sub(1));
    text::line(buffer, last, &[(" ", theme.text), (&words, theme.text)]);
}

/// Share done and the words for it.
fn progress(snapshot: &Snapshot, depth: usize) -> (f64, String) {
    let target = snapshot.draws_target.max(1) as f64;
    let draws = |n: usize| {
        if n == 1 {
            "1 draw".to_owned()
        } else {
            format!("{n} draws")
        }
    };
    let precision = if snapshot.worst_se.is_finite() {
        format!(", ±{} dec", value(snapshot.worst_se.log10()))
    } else {
        String::new()
    };
    match snapshot.phase {
        Phase::First => {
            let forward = snapshot.layers.len().min(depth);
            let backward = snapshot
                .layers
                .iter()
                .filter(|layer| layer.grad_z.is_some())
                .count();
            let done = (forward + backward) as f64 / (2 * depth).max(1) as f64;
            let words = if forward < depth {
                format!("first draw, layer {forward} of {depth}")
            } else {
                format!("first draw, back to layer {}", depth - backward.min(depth))
            };
            (done, words)
        }
        Phase::Refining if snapshot.is_measuring_remedy() => {
            (1.0, format!("{}, now the remedy", draws(snapshot.draws)))
        }
        Phase::Refining => (
            snapshot.draws as f64 / target,
            format!(
                "{} of at most {}{precision}",
                snapshot.draws, snapshot.draws_target
            ),
        ),
        Phase::Settled => (1.0, format!("{}{precision}, done", draws(snapshot.draws))),
    }
}

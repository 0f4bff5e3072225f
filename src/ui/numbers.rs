//! The numbers behind the curves at a few layers.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::Model;
use crate::engine::snapshot::{LayerStats, Summary};
use crate::ui::channel::Curve;
use crate::ui::number::value;
use crate::ui::text;
use crate::ui::theme::Theme;

/// Medians at evenly spaced layers, first and last included; more quantities where there is room.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "numbers", "medians over draws");
    let Some(snapshot) = model.snapshot().filter(|s| !s.layers.is_empty()) else {
        return;
    };
    type Cell = fn(&LayerStats) -> String;
    let of_blocks: [(&str, Cell); 6] = [
        ("gradient", |l| median(l.grad_z)),
        ("distinct", |l| median(Some(l.distinguishability))),
        ("branch", |l| median(l.branch.as_ref().map(|b| b.share))),
        ("∂l/∂W1", |l| median(l.grad_w)),
        ("∂l/∂W2", |l| {
            median(l.branch.as_ref().and_then(|b| b.grad_w))
        }),
        ("saturated", |l| percent(l.saturated)),
    ];
    let entropy: Cell = |l| median(l.branch.as_ref().map(|b| b.entropy));
    let columns: [(&str, Cell); 6] = [
        ("gradient", |l| median(l.grad_z)),
        ("distinct", |l| median(Some(l.distinguishability))),
        ("∂l/∂W", |l| median(l.grad_w)),
        ("saturated", |l| percent(l.saturated)),
        ("dead", |l| percent(l.dead)),
        ("mean z", |l| format!("{:.1e}", l.z_mean)),
    ];
    let cell = if inside.width < 60 { 9 } else { 10 };
    let signal = Curve::Signal(model.quantity());
    let room = usize::from(inside.width).saturating_sub(6 + cell) / cell;
    let columns = match model.spec().block() {
        None => columns,
        Some(block) if block.attends() => {
            let [gradient, distinct, branch, first, last, _] = of_blocks;
            [
                gradient,
                distinct,
                branch,
                ("entropy", entropy),
                first,
                last,
            ]
        }
        Some(_) => of_blocks,
    };
    let columns = &columns[..room.min(columns.len())];
    let heading: String = std::iter::once("signal")
        .chain(columns.iter().map(|(name, _)| *name))
        .map(|name| format!("{name:>cell$}"))
        .collect();
    text::line(
        buffer,
        text::row(inside, 0),
        &[(" layer", theme.faint), (&heading, theme.faint)],
    );
    let depth = model.spec().layers();
    let rows = usize::from(inside.height.saturating_sub(1)).min(depth);
    for (n, row) in (0..rows).zip(1..) {
        let layer = if rows > 1 {
            n * (depth - 1) / (rows - 1)
        } else {
            0
        };
        let Some(stats) = snapshot.layers.get(layer) else {
            continue;
        };
        let first = std::iter::once(median(signal.at(stats)));
        let cells: String = first
            .chain(columns.iter().map(|(_, cell)| cell(stats)))
            .map(|text| format!("{text:>cell$}"))
            .collect();
        text::line(
            buffer,
            text::row(inside, row),
            &[
                (&format!("{:>6}", layer + 1), theme.strong),
                (&cells, theme.text),
            ],
        );
    }
}

fn median(summary: Option<Summary>) -> String {
    summary.map_or("…".into(), |s| value(s.log10_p50))
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

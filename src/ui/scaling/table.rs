//! Every series at one layer, a line each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Shown, boxed};
use crate::engine::scaling::{Column, moves_most, slope};
use crate::ui::number;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// Columns behind the name of a series.
const HEAD: [&str; 3] = ["slope", "±", "most at"];

/// Where the table's head and rows are, and the first series that it shows.
pub(super) fn window(shown: &Shown<'_>, area: Rect) -> (Rect, usize) {
    let stack = boxed(area);
    let inside = stack.insides().next().map_or(area, |(_, inside)| inside);
    let room = usize::from(inside.height.saturating_sub(1)).max(1);
    let first = (shown.chosen + 1).saturating_sub(room);
    (inside, first)
}

/// Every series at one layer.
pub(super) fn render(shown: &Shown<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let stack = boxed(area);
    text::frames(buffer, &stack, theme);
    let (inside, first) = window(shown, area);
    let what = match moves_most(shown.snapshots(), &shown.columns) {
        Some((layer, name, slope)) => {
            format!(
                "{name} moves most: {slope:+.1} decades at layer {}",
                layer + 1
            )
        }
        None if shown.columns.is_empty() => String::new(),
        None => "nothing on the way up moves with the width".to_owned(),
    };
    let measured = shown.snapshots().len();
    let aside = match shown.news.widths.get(measured) {
        None => "done".to_owned(),
        Some(width) => format!("width {width}, {:.0} %", 100.0 * shown.news.made),
    };
    let titles = [&*what, ""].map(|what| Title {
        name: ("widths", theme.strong),
        what,
        aside: &aside,
        more: "",
    });
    let title = titles.into_iter().find(|title| title.fits(inside));
    if let Some(title) = title {
        text::title(buffer, inside, theme, title);
    }
    let mut heads: Vec<String> = HEAD.map(str::to_owned).to_vec();
    heads.extend(shown.news.widths.iter().map(usize::to_string));
    let lines: Vec<Vec<String>> = (shown.columns.iter())
        .map(|column| cells(shown, column))
        .collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|n| {
            let all = lines.iter().filter_map(|line| line.get(n));
            let longest = all.map(|cell| text::width(cell)).max().unwrap_or(0);
            2 + longest.max(text::width(&heads[n]))
        })
        .collect();
    let names = shown.columns.iter().map(|column| text::width(column.name));
    let longest = names.max().unwrap_or(0).max("series".len());
    let (label, count) = text::fitting(usize::from(inside.width), longest, &widths);
    let joined = |cells: &[String]| -> String {
        let each = cells.iter().zip(&widths).take(count);
        each.map(|(cell, width)| format!("{cell:>width$}"))
            .collect()
    };
    let head = format!("  {:<label$} {}", "series", joined(&heads));
    text::line(buffer, inside, &[(&head, theme.faint)]);
    let visible = usize::from(inside.height.saturating_sub(1));
    let each = shown.columns.iter().zip(&lines).enumerate();
    for (row, (n, (column, line))) in (1..).zip(each.skip(first).take(visible)) {
        let chosen = n == shown.chosen;
        let (mark, style) = match chosen {
            true => ("> ", theme.strong),
            false => ("  ", theme.text),
        };
        let name = format!("{:<label$} ", text::cut(column.name, label));
        let pieces = [
            (mark, theme.strong),
            (name.as_str(), style),
            (&joined(line), style),
        ];
        text::line(buffer, text::row(inside, row), &pieces);
    }
}

/// What stands behind the name of a series.
fn cells(shown: &Shown<'_>, column: &Column) -> Vec<String> {
    let nothing = || "-".to_owned();
    let here = slope(shown.snapshots(), shown.layer, column.of);
    let steepest = shown.steepest(column);
    let mut cells = vec![
        here.map_or_else(nothing, |found| format!("{:+.2}", found.slope)),
        here.map_or_else(nothing, |found| format!("{:.2}", found.error)),
        steepest.map_or_else(nothing, |(layer, found)| {
            format!("{:+.2} {:>3}", found.slope, layer + 1)
        }),
    ];
    cells.extend(shown.snapshots().iter().map(|snapshot| {
        let layer = snapshot.layers.get(shown.layer);
        let size = layer.and_then(column.of).map(|size| size.log10_mean);
        size.map_or_else(nothing, number::value)
    }));
    cells
}

//! The networks that are compared, a line each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Entry;
use crate::app::action::Quantity;
use crate::engine::verdict::{Budget, Verdict};
use crate::ui::channel::Curve;
use crate::ui::layout::{Panel, Stack};
use crate::ui::number;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::MARKERS;

/// Columns behind the name of a network.
const HEAD: [&str; 6] = [
    "verdict", "layers", "vs ●", "signal", "gradient", "distinct",
];
const WIDTHS: [usize; 6] = [12, 10, 7, 9, 9, 9];
/// Over the names.
const HEADING: &str = "configuration";

/// Rows of the table.
pub(super) fn rows(entries: usize, framed: bool) -> u16 {
    let lines = entries + usize::from(entries == 1);
    lines as u16 + if framed { 3 } else { 0 }
}

/// The table; `hint` says what there is to do where nothing is pinned.
pub(super) fn render(
    entries: &[Entry<'_>],
    layer: Option<usize>,
    hint: &str,
    framed: bool,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut inside = area;
    if framed {
        let stack = Stack {
            area,
            boxes: vec![(Panel::Numbers, area.height - 2)],
        };
        text::frames(buffer, &stack, theme);
        inside = stack.insides().next().map_or(area, |(_, inside)| inside);
        let theory = entries.iter().any(is_foretold);
        let place = layer.map_or("the far end".into(), |layer| format!("layer {}", layer + 1));
        let theory = if theory { "; ~ by theory" } else { "" };
        let what = format!("at {place}, pins in decades against ●{theory}");
        text::heading(buffer, inside, theme, "configurations", &what);
    }
    let longest = entries.iter().map(|entry| text::width(&entry.label)).max();
    let longest = longest.unwrap_or(0).max(HEADING.len());
    let (label, shown) = text::fitting(usize::from(inside.width), longest, &WIDTHS);
    let mut row = 0;
    if framed {
        let head = cells(&HEAD.map(str::to_owned), shown);
        let text = format!("   {HEADING:<label$}{head}");
        text::line(buffer, inside, &[(&text, theme.faint)]);
        row = 1;
    }
    for entry in entries {
        let (told, style) = texts(entry, &entries[0], layer, theme);
        let first = match shown {
            0 => text::sign(&told[0]),
            _ => cells(&told[..1], shown),
        };
        let rest = cells(&told, shown);
        let rest = rest.get(first.len()..).unwrap_or_default();
        let mark = if entry.chosen { ">" } else { " " };
        let name = format!(" {:<label$}", text::cut(&entry.label, label - 1));
        let bold = if entry.chosen || entry.category == 0 {
            theme.strong
        } else {
            theme.text
        };
        text::line(
            buffer,
            text::row(inside, row),
            &[
                (mark, theme.strong),
                (MARKERS[entry.category], theme.category(entry.category)),
                (&name, bold),
                (&first, style),
                (rest, theme.text),
            ],
        );
        row += 1;
    }
    if entries.len() == 1 {
        let hint = [("   ", theme.text), (hint, theme.text)];
        text::line(buffer, text::row(inside, row), &hint);
    }
}

/// The first left, the others right.
fn cells(texts: &[String], shown: usize) -> String {
    let aligned = texts.iter().zip(WIDTHS).take(shown).enumerate();
    let text = aligned.map(|(n, (text, width))| match n {
        0 => format!("{text:<width$}"),
        _ => format!("{text:>width$}"),
    });
    text.collect()
}

/// Whether the verdict is one of theory.
fn is_foretold(entry: &Entry<'_>) -> bool {
    entry.snapshot.is_some_and(|s| s.draws == 0)
}

/// Whether the network has blocks.
fn of_blocks(entry: &Entry<'_>) -> bool {
    entry.spec.block().is_some()
}

/// What stands behind the name; the style of the verdict.
fn texts(
    entry: &Entry<'_>,
    present: &Entry<'_>,
    layer: Option<usize>,
    theme: &Theme,
) -> ([String; 6], Style) {
    let verdict = |entry: &Entry<'_>| entry.snapshot.and_then(|s| s.verdict.clone());
    let (own, other) = (verdict(entry), verdict(present));
    let itself = entry.category == present.category;
    let (sign, style) = match &own {
        None => ("…".to_owned(), theme.text),
        Some(verdict) => {
            let (symbol, style) = if verdict.is_healthy() {
                ('✓', theme.good)
            } else {
                ('✗', theme.bad)
            };
            let theory = if is_foretold(entry) { '~' } else { ' ' };
            (format!("{symbol}{theory}{}", verdict.kind.name()), style)
        }
    };
    let against = match (&own, &other) {
        // theory and measurement differ by more than the networks do
        _ if is_foretold(entry) != is_foretold(present) => String::new(),
        // how deep such a network may be is not known
        _ if of_blocks(entry) || of_blocks(present) => String::new(),
        (Some(own), Some(other)) if !itself => difference(own, other),
        _ => String::new(),
    };
    let end = |curve: Curve| match (entry.read(curve, layer), present.read(curve, layer)) {
        (Some(own), _) if itself => number::value(own),
        (Some(own), Some(other)) => decades(own, other),
        _ => "…".into(),
    };
    let signal = Curve::Signal(Quantity::SecondMomentZ);
    let texts = [
        sign,
        own.filter(|_| !of_blocks(entry))
            .map_or(String::new(), |verdict| verdict.budget.compact()),
        against,
        end(signal),
        end(Curve::Gradient),
        end(Curve::Distinguishability),
    ];
    (texts, style)
}

/// How many layers more, where both are measured to the layer; else which of the two may be deeper, where that is known.
fn difference(own: &Verdict, present: &Verdict) -> String {
    let [own, other] = [&own.budget, &present.budget];
    let deeper = |a: &Budget, b: &Budget| b.fails_at.is_some_and(|end| a.bounds().0 >= end);
    match (own.exact(), other.exact()) {
        (Some(own), Some(other)) if own == other => "same".into(),
        (Some(own), Some(other)) => format!("{:+}", own as i128 - other as i128),
        _ if deeper(own, other) => "more".into(),
        _ if deeper(other, own) => "fewer".into(),
        _ => "?".into(),
    }
}

/// `own - other`, both log10; exact zeros and overflows in words.
fn decades(own: f64, other: f64) -> String {
    let difference = own - other;
    if own == other {
        "same".into()
    } else if difference.is_finite() {
        let text = format!("{difference:+.1}");
        if text.ends_with("0.0") && text.len() == 4 {
            "same".into()
        } else {
            text
        }
    } else {
        number::value(own)
    }
}

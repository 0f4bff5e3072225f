//! The networks that are trained, a line each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Network;
use crate::app::state::Model;
use crate::app::views::train::Train;
use crate::engine::training::Outcome;
use crate::net::input::Input;
use crate::net::recipe::Rate;
use crate::report::train::words;
use crate::ui::layout::{Panel, Stack};
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::MARKERS;

/// Columns behind the name of a network.
const HEAD: [&str; 6] = [
    "outcome",
    "loss",
    "accuracy",
    "step",
    "rate",
    "at the start",
];
/// Characters of a column at least, so that nothing moves when a training begins.
const LEAST: [usize; 6] = [11, 5, 8, 4, 4, 12];
/// Columns between two of them.
const GAP: usize = 2;

/// The table.
pub(super) fn render(
    model: &Model,
    networks: &[Network<'_>],
    framed: bool,
    state: &str,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let mut inside = area;
    let mut row = 0;
    let longest = networks.iter().map(|n| text::width(&n.entry.label)).max();
    if framed {
        let stack = Stack {
            area,
            boxes: vec![(Panel::Numbers, area.height - 2)],
        };
        text::frames(buffer, &stack, theme);
        inside = stack.insides().next().map_or(area, |(_, inside)| inside);
        let settings = settings(model, networks);
        let mut titles = settings.iter().map(|what| Title {
            name: ("networks", theme.strong),
            what,
            aside: state,
            more: "",
        });
        let shortest = titles.clone().next_back();
        let title = titles.find(|title| title.fits(inside)).or(shortest);
        if let Some(title) = title {
            text::title(buffer, inside, theme, title);
        }
    }
    let longest = longest.unwrap_or(0).max("network".len());
    let lines: Vec<([String; 6], Style)> = networks.iter().map(|n| texts(n, theme)).collect();
    let widths = widths(&lines);
    let (label, shown) = text::fitting(usize::from(inside.width), longest, &widths);
    let cells = |texts: &[String]| cells(texts, &widths[..shown]);
    if framed {
        let head = cells(&HEAD.map(str::to_owned));
        let text = format!("   {:<label$}{head}", "network");
        text::line(buffer, inside, &[(&text, theme.faint)]);
        row = 1;
    }
    for (network, (texts, style)) in networks.iter().zip(lines) {
        let entry = network.entry;
        let name = format!(" {:<label$}", text::cut(&entry.label, label - 1));
        let bold = if entry.category == 0 {
            theme.strong
        } else {
            theme.text
        };
        let (first, rest) = match network.trained {
            Some(Err(why)) => (why.to_string(), String::new()),
            _ => {
                let all = cells(&texts);
                let first = match shown {
                    0 => text::sign(&texts[0]),
                    _ => cells(&texts[..1]),
                };
                let rest = all.get(first.len()..).unwrap_or_default().to_owned();
                (first, rest)
            }
        };
        let pieces = [
            (" ", theme.text),
            (
                MARKERS[entry.category % MARKERS.len()],
                theme.category(entry.category),
            ),
            (name.as_str(), bold),
            (first.as_str(), style),
            (rest.as_str(), theme.text),
        ];
        text::line(buffer, text::row(inside, row), &pieces);
        row += 1;
    }
}

/// What is learned, and how, from all that there is to say to what must be said.
fn settings(model: &Model, networks: &[Network<'_>]) -> [String; 5] {
    let recipe = model.view_as::<Train>().recipe();
    let plan = networks.iter().find_map(|n| Some(&n.contestant()?.plan));
    let data = plan.map_or(String::new(), |plan| plan.data().to_string());
    let noise = *model.spec().input() == Input::Noise && !data.is_empty();
    let instead = if noise { " in place of noise" } else { "" };
    let then = if data.is_empty() { "" } else { ", " };
    let rate = match recipe.rate {
        Rate::Sweep => "at its best rate".to_owned(),
        Rate::Default | Rate::Fixed(_) => format!("{}", recipe.rates()[0]),
    };
    let seed = match model.view_as::<Train>().restarts() {
        0 => String::new(),
        n => format!(", seed +{n}"),
    };
    let how = format!("{} {rate}", recipe.optimizer);
    let (steps, batch) = (recipe.steps, recipe.batch_size);
    [
        format!("{data}{instead}{then}{how}, {steps} steps of {batch}{seed}"),
        format!("{data}{then}{how}, {steps} steps of {batch}{seed}"),
        format!("{data}{then}{how}, {steps} x {batch}{seed}"),
        format!("{how}, {steps} x {batch}{seed}"),
        how,
    ]
}

/// As wide as what stands in each column.
fn widths(lines: &[([String; 6], Style)]) -> [usize; 6] {
    let mut widths = LEAST;
    for (texts, _) in lines {
        for (width, text) in widths.iter_mut().zip(texts) {
            *width = (*width).max(text::width(text));
        }
    }
    widths.map(|width| width + GAP)
}

/// The first and the last left, the others right.
fn cells(texts: &[String], widths: &[usize]) -> String {
    let aligned = texts.iter().zip(widths).enumerate();
    let text = aligned.map(|(n, (text, width))| match n {
        0 => format!("{text:<width$}"),
        5 => format!("{:GAP$}{text:<1$}", "", width - GAP),
        _ => format!("{text:>width$}"),
    });
    text.collect()
}

/// What stands behind the name; the style of the outcome.
fn texts(network: &Network<'_>, theme: &Theme) -> ([String; 6], Style) {
    let verdict = network.entry.snapshot.and_then(|s| s.verdict.as_ref());
    let start = verdict.map_or_else(
        || "…".to_owned(),
        |verdict| {
            let sign = if verdict.is_healthy() { '✓' } else { '✗' };
            format!("{sign} {}", verdict.kind.name())
        },
    );
    let (Some(at), Some(run)) = (network.best(), network.run()) else {
        let nothing = || "·".to_owned();
        let texts = [nothing(), nothing(), nothing(), nothing(), nothing(), start];
        return (texts, theme.text);
    };
    let record = &run.record;
    let (outcome, style) = match (at.outcome_of(run), &record.diverged) {
        (_, Some(diverged)) => (format!("✗ {}", words(diverged)), theme.bad),
        (Some(outcome), None) if run.done => match outcome {
            Outcome::Learns => (format!("✓ {outcome}"), theme.good),
            Outcome::Slow => (format!("→ {outcome}"), theme.text),
            Outcome::Stalls | Outcome::Diverges => (format!("✗ {outcome}"), theme.bad),
        },
        (None, None) => ("not started".to_owned(), theme.text),
        (Some(_), None) => ("…".to_owned(), theme.text),
    };
    let begun = !record.losses.is_empty();
    let known = |text: String| if begun { text } else { "·".to_owned() };
    let loss = record.loss_reached();
    let loss = if loss < 1e4 {
        format!("{loss:.3}")
    } else {
        format!("{loss:.1e}")
    };
    let asked = network.contestant().map_or(0, |e| e.plan.recipe().steps);
    let asked = asked.to_string();
    let texts = [
        outcome,
        known(loss),
        known(format!("{:.1} %", 100.0 * record.accuracy_reached())),
        format!("{:>1$}/{asked}", record.losses.len(), asked.len()),
        format!("{}", at.rate),
        start,
    ];
    (texts, style)
}

//! The networks that are trained, a line each.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::Network;
use crate::app::state::Model;
use crate::engine::training::Outcome;
use crate::net::input::Input;
use crate::net::recipe::Rate;
use crate::report::train::words;
use crate::ui::layout::{Panel, Stack};
use crate::ui::pen::{self, Title};
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
const WIDTHS: [usize; 6] = [17, 8, 10, 13, 8, 15];
/// The shortest name of a network.
const SHORTEST: usize = 10;

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
    let longest = networks.iter().map(|n| pen::width(&n.entry.label)).max();
    if framed {
        let stack = Stack {
            area,
            boxes: vec![(Panel::Numbers, area.height - 2)],
        };
        pen::frames(buffer, &stack, theme);
        inside = stack.insides().next().map_or(area, |(_, inside)| inside);
        let title = Title {
            name: ("networks", theme.strong),
            what: &setting(model, networks),
            aside: state,
            more: "",
        };
        pen::title(buffer, inside, theme, title);
    }
    let longest = longest.unwrap_or(0).max("network".len());
    let (label, shown) = pen::fitting(usize::from(inside.width), SHORTEST, longest, &WIDTHS);
    if framed {
        let head = cells(&HEAD.map(str::to_owned), shown);
        let text = format!("   {:<label$}{head}", "network");
        pen::line(buffer, inside, &[(&text, theme.faint)]);
        row = 1;
    }
    for network in networks {
        let entry = network.entry;
        let name = format!(" {:<label$}", pen::cut(&entry.label, label - 1));
        let bold = if entry.category == 0 {
            theme.strong
        } else {
            theme.text
        };
        let (texts, style) = texts(network, theme);
        let (first, rest) = match network.trained {
            Some(Err(why)) => (why.to_string(), String::new()),
            _ => {
                let all = cells(&texts, shown);
                let first = cells(&texts[..1], shown);
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
        pen::line(buffer, pen::row(inside, row), &pieces);
        row += 1;
    }
}

/// What is learned, and how.
fn setting(model: &Model, networks: &[Network<'_>]) -> String {
    let recipe = model.training_recipe();
    let plan = networks.iter().find_map(|n| Some(&n.entrant()?.plan));
    let what = plan.map_or(String::new(), |plan| {
        let noise = *model.spec().input() == Input::Noise;
        let instead = if noise { " in place of noise" } else { "" };
        format!("{}{instead}, ", plan.spec().input())
    });
    let rate = match recipe.rate {
        Rate::Sweep => "at its best rate".to_owned(),
        Rate::Default | Rate::Fixed(_) => format!("{}", recipe.rates()[0]),
    };
    let seed = match model.restarts() {
        0 => String::new(),
        n => format!(", seed +{n}"),
    };
    format!(
        "{what}{} {rate}, {} steps of {}{seed}",
        recipe.optimizer, recipe.steps, recipe.batch_size
    )
}

/// The first and the last left, the others right.
fn cells(texts: &[String], shown: usize) -> String {
    let aligned = texts.iter().zip(WIDTHS).take(shown).enumerate();
    let text = aligned.map(|(n, (text, width))| match n {
        0 => format!("{text:<width$}"),
        5 => format!("   {text:<0$}", width - 3),
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
            Outcome::Slow => (format!("  {outcome}"), theme.text),
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
    let asked = network.entrant().map_or(0, |e| e.plan.recipe().steps);
    let texts = [
        outcome,
        known(loss),
        known(format!("{:.1} %", 100.0 * record.accuracy_reached())),
        format!("{}/{asked}", record.losses.len()),
        format!("{}", at.rate),
        start,
    ];
    (texts, style)
}

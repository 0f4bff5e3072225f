//! Every activation with every initializer.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::engine::factors::{Factor, FactorsSnapshot, Response};
use crate::engine::verdict::{COLLAPSE_LIMIT, DRIFT_LIMIT};
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{DENSITY, OVERFLOW, TREND, UNKNOWN, step};

/// Rows over the table.
const HEAD: u16 = 2;
/// Columns of a cell, at most.
const WIDEST: usize = 16;
/// Columns of the names of activations, at most.
const NAME: usize = 16;

/// Rows of the table.
pub(super) fn rows(known: &FactorsSnapshot) -> u16 {
    HEAD + known.design.grid().len() as u16
}

/// The means of a response, the best initializer of each activation marked.
pub(super) fn render(
    known: &FactorsSnapshot,
    response: Response,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let best = known.best_by(response);
    let what = match response {
        Response::Left => "activation x initializer, * least of a row",
        Response::Learns => "activation x initializer, * most of a row",
        _ => "activation x initializer, * nearest to 0",
    };
    let size = known.effect(Factor::Interaction, response);
    let size = size.map_or(String::new(), |effect| {
        super::chart::size(&effect, response)
    });
    let title = format!("interaction {size}");
    text::heading(buffer, inside, theme, title.trim_end(), what);
    let initializers = known.design.levels(Factor::Initializer);
    let activations = known.design.levels(Factor::Activation);
    let longest = activations
        .iter()
        .map(|level| text::width(&level.name))
        .max();
    let label = longest.unwrap_or(0).min(NAME) + 2;
    let room = usize::from(inside.width).saturating_sub(label);
    let cell = (room / initializers.len().max(1)).clamp(6, WIDEST);
    for (n, level) in initializers.iter().enumerate() {
        for (y, text) in (0..HEAD).zip(text::over_column(&level.name, cell - 1)) {
            let text = format!("{text:>0$}", cell - 1);
            text::at(buffer, inside, (label + n * cell, y), &text, theme.text);
        }
    }
    for ((a, activation), y) in activations.iter().enumerate().zip(HEAD..) {
        let name = text::cut(&activation.name, NAME);
        text::at(buffer, inside, (1, y), &name, theme.text);
        for (i, at) in known.design.grid()[a].iter().enumerate() {
            let mean = known.value(*at, response).map(|value| value.mean);
            let (symbol, number, style) = shown(mean, response, theme);
            let is_best = best.as_ref().is_some_and(|best| best[a] == [i]);
            let mark = if is_best { "*" } else { " " };
            let text = format!("{:>1$}{mark}", format!("{symbol}{number}"), cell - 2);
            let style = if is_best {
                theme.strong.patch(style)
            } else {
                style
            };
            text::at(buffer, inside, (label + i * cell, y), &text, style);
        }
    }
}

/// A character, a number and their style.
fn shown(mean: Option<f64>, response: Response, theme: &Theme) -> (&'static str, String, Style) {
    let Some(mean) = mean else {
        return (" ", "·".into(), theme.faint);
    };
    if mean.is_nan() {
        return (" ", UNKNOWN.into(), theme.text);
    }
    let percent = || format!("{:.0} %", 100.0 * mean);
    match response {
        Response::Signal | Response::Gradient => {
            let share = (mean / DRIFT_LIMIT).clamp(-1.0, 1.0);
            let symbol = step(&TREND, f64::midpoint(share, 1.0));
            (symbol, decades(mean), theme.harm(share.abs()))
        }
        Response::Distinguishability => {
            let share = (-mean / COLLAPSE_LIMIT).clamp(0.0, 1.0);
            shaded(decades(mean), share, theme)
        }
        Response::Left => shaded(percent(), mean.clamp(0.0, 1.0), theme),
        Response::Learns => shaded(percent(), 1.0 - mean.clamp(0.0, 1.0), theme),
    }
}

/// A number on the colour of a harm; where there is no colour, with a shade before it.
fn shaded(number: String, harm: f64, theme: &Theme) -> (&'static str, String, Style) {
    let style = theme.harm(harm);
    let symbol = if style.bg.is_some() {
        " "
    } else {
        step(&DENSITY, harm)
    };
    (symbol, number, style)
}

fn decades(mean: f64) -> String {
    if mean.is_infinite() {
        return if mean < 0.0 {
            format!("-{OVERFLOW}")
        } else {
            OVERFLOW.into()
        };
    }
    if mean.abs() >= 999.5 {
        return if mean > 0.0 { ">+999" } else { "<-999" }.into();
    }
    if mean.abs() < 99.95 {
        format!("{mean:+.1}")
    } else {
        format!("{mean:+.0}")
    }
}

//! The factors view, here measured before step 1:
//!
//! ```text
//!  initscope   relu · he_normal · 16x6            seed 0 · 128 draws · ±0.012 dec
//!   1 scope  2 compare  3 atlas  4 phase  5 advice  6 train [7 factors] 8 scaling
//! ┌ what matters ────────────────────────────────────────────────────────────────┐
//! │ the initializer matters most: 8.2 decades; with it the activation: 6.2;      │
//! │ optimizer, classes, storage: nothing                                         │
//! │ an initializer alone is no answer, for the initializer whose gradient drifts │
//! │ least changes with the activation: relu he_normal, tanh he_normal, gelu      │
//! │ he_normal, sigmoid he_normal, selu glorot_normal                             │
//! ├ gradient drift  before step 1, decades ───────────────────────── trained 0 % ┤
//! │ initializer    8.21  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒   random_normal(0.05) → he_normal│
//! │>activation     6.18  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒  sigmoid → selu                 │
//! │ optimizer      none                                                          │
//! │ classes        none                                                          │
//! │ storage        none                                                          │
//! ├ interaction 1.60  activation x initializer, * nearest to 0 ──────────────────┤
//! │                                                                  random      │
//! │               he_normal   glorot_normal      orthogonal    normal(0.05)      │
//! │ relu             ↓-0.4*          ▼-1.9           ▼-1.5           ▼-8.6       │
//! │ tanh             ·-0.1*          ↓-1.0           ↓-0.9           ▼-7.0       │
//! │ gelu             ·-0.3*          ▼-2.6           ▼-2.3           ▼-9.9       │
//! │ sigmoid          ▼-5.2*          ▼-6.5           ▼-6.4          ▼-13.0       │
//! │ selu             ↑+1.0           ·-0.0*          ·+0.1           ▼-5.4       │
//! └───────────────────────────────── digits in 10 classes, sgd, 200 steps of 32 ─┘
//! ```

mod chart;
mod grid;
mod sentences;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::Action;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::factors::Factors as View;
use crate::engine::factors::Experiment;
use crate::engine::factors::{Factor, FactorsNews, FactorsSnapshot, Response};
use crate::report;
use crate::ui::face::Form;
use crate::ui::face::cell_or_list;
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::scope;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;

/// From this many columns and rows on the reasons stand beside the charts.
const SIDE_BY_SIDE: (u16, u16) = (116, 30);
/// Rows of a chart.
const CHART: u16 = Factor::ALL.len() as u16 - 1;
/// Rows of sentences over the chart, at least.
const REASONS: u16 = 3;

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, _: &Theme, area: Rect, buffer: &mut Buffer) {
    let theme = &Theme::of_tiles(model.look());
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let news = model.known::<Experiment>();
    match news.map(|news| &news.known) {
        Some(Ok(known)) if shows_results(model, known) => {
            results(model, known, theme, body, buffer);
        }
        other => {
            let lines = match other {
                None => vec![("preparing the experiment".into(), theme.text)],
                Some(Err(why)) => {
                    vec![(format!("there is nothing to vary here: {why}"), theme.bad)]
                }
                Some(Ok(known)) => sentences::plan(model, known, theme),
            };
            let inside = single(theme, body, buffer);
            let title = Title {
                name: ("factors", theme.strong),
                what: "which of them matters",
                aside: "",
                more: "",
            };
            text::title(buffer, inside, theme, title);
            text::paragraphs(buffer, inside, theme, &lines);
        }
    }
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let factor = factor_at(model, screen, here);
    cell_or_list(factor.and_then(|(response, kind)| {
        let row = Response::ALL.iter().position(|other| *other == response)?;
        let column = Factor::ALL.iter().position(|other| *other == kind)?;
        Some((row, column))
    }))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = model.known::<Experiment>()?.known.as_ref().ok()?;
    Some(form.of(known, report::factors::csv, report::factors::json))
}

/// What the view remembers.
pub(super) fn view(model: &Model) -> &View {
    model.view_as()
}

/// One box; its inside.
fn single(theme: &Theme, body: Rect, buffer: &mut Buffer) -> Rect {
    let stack = Stack {
        area: body,
        boxes: vec![(Panel::Numbers, body.height - 2)],
    };
    text::frames(buffer, &stack, theme);
    stack.insides().next().map_or(body, |(_, inside)| inside)
}

#[derive(Clone, Copy)]
enum FactorPanel {
    Chart(Response),
    Reasons,
    Grid,
}

/// Parts with their rows, from the top.
type Column = (Rect, Vec<(FactorPanel, u16)>);

/// Where everything goes: the sentences first.
fn plan(model: &Model, known: &FactorsSnapshot, body: Rect) -> Vec<Column> {
    let grid = grid::rows(known);
    let chosen = view(model).response();
    if body.width >= SIDE_BY_SIDE.0 && body.height + 2 >= SIDE_BY_SIDE.1 {
        let side = (body.width * 2 / 5).clamp(48, 72);
        let [left, right] = layout::beside(body, side);
        let beside = vec![
            (FactorPanel::Reasons, body.height - 3 - grid),
            (FactorPanel::Grid, grid),
        ];
        return vec![(left, charts(chosen, left.height - 1)), (right, beside)];
    }
    let inside = body.height - 2;
    let with_grid = inside > REASONS + CHART + grid + 1;
    let below = if with_grid { grid + 1 } else { 0 };
    let chart = CHART.min(inside - below - REASONS - 1);
    let mut parts = vec![
        (FactorPanel::Reasons, inside - below - chart - 1),
        (FactorPanel::Chart(chosen), chart),
    ];
    if with_grid {
        parts.push((FactorPanel::Grid, grid));
    }
    vec![(body, parts)]
}

/// As many charts as have room with their borders, the chosen one among them; the last has the rows that are left.
fn charts(chosen: Response, rows: u16) -> Vec<(FactorPanel, u16)> {
    let all = Response::ALL;
    let count = usize::from(rows / (CHART + 1)).clamp(1, all.len());
    let first = (chosen as usize).min(all.len() - count);
    let shown = &all[first..first + count];
    let mut parts: Vec<(FactorPanel, u16)> = shown
        .iter()
        .map(|r| (FactorPanel::Chart(*r), CHART))
        .collect();
    if let Some(last) = parts.last_mut() {
        last.1 += rows.saturating_sub((CHART + 1) * count as u16);
    }
    parts
}

/// The response and the factor of a bar at a place of a screen that is large enough.
pub(super) fn factor_at(model: &Model, area: Rect, here: Position) -> Option<(Response, Factor)> {
    let known = model.known::<Experiment>()?.known.as_ref().ok()?;
    if !shows_results(model, known) {
        return None;
    }
    let columns = plan(model, known, layout::body(area));
    let mut parts = columns.iter().flat_map(|(area, parts)| {
        let stack = stack(*area, parts);
        let insides: Vec<Rect> = stack.insides().map(|(_, inside)| inside).collect();
        parts.iter().map(|(part, _)| *part).zip(insides)
    });
    let (part, inside) = parts.find(|(_, inside)| inside.contains(here))?;
    let FactorPanel::Chart(response) = part else {
        return None;
    };
    let ranked = chart::ranked(known, response);
    let (kind, _) = ranked.get(usize::from(here.y - inside.y))?;
    Some((response, *kind))
}

/// The boxes of a column.
fn stack(area: Rect, parts: &[(FactorPanel, u16)]) -> Stack {
    let boxes = parts.iter().map(|(_, rows)| (Panel::Numbers, *rows));
    Stack {
        area,
        boxes: boxes.collect(),
    }
}

/// Whether there is more to show than what will be done.
fn shows_results(model: &Model, known: &FactorsSnapshot) -> bool {
    known.progress.measured > 0 || view(model).has_begun(model)
}

fn results(model: &Model, known: &FactorsSnapshot, theme: &Theme, body: Rect, buffer: &mut Buffer) {
    let columns = plan(model, known, body);
    let charts = columns[0].1.iter();
    let many = charts
        .filter(|(part, _)| matches!(part, FactorPanel::Chart(_)))
        .count()
        > 1;
    let mut how_far = progress(model, known);
    for (area, parts) in columns {
        let stack = stack(area, &parts);
        text::frames(buffer, &stack, theme);
        for ((part, _), (_, inside)) in parts.iter().zip(stack.insides()) {
            match part {
                FactorPanel::Chart(response) => {
                    let chart = chart::Chart {
                        known,
                        response: *response,
                        cursor: view(model).cursor(),
                        chosen: many && *response == view(model).response(),
                        aside: &std::mem::take(&mut how_far),
                    };
                    chart.render(theme, inside, buffer);
                }
                FactorPanel::Reasons => sentences::reasons(model, known, theme, inside, buffer),
                FactorPanel::Grid => {
                    grid::render(known, view(model).response(), theme, inside, buffer);
                }
            }
        }
        let border = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        let inner = Rect {
            x: border.x + 1,
            width: border.width.saturating_sub(3),
            ..border
        };
        if area.right() == body.right() {
            text::right(buffer, inner, &sentences::setting(known), theme.faint);
        }
    }
}

/// The key that starts the experiment.
fn key_of(model: &Model) -> String {
    model.key_of(Action::Run)
}

/// How far it is.
fn progress(model: &Model, known: &FactorsSnapshot) -> String {
    let progress = known.progress;
    let runs = known.design.base().recipe().runs;
    let percent = 100 * progress.made / progress.asked.max(1);
    if known.settled {
        format!("{runs} runs each")
    } else if progress.measured == progress.networks && !view(model).has_begun(model) {
        format!("{runs} runs each, not trained")
    } else if !view(model).is_running(model) && view(model).has_begun(model) {
        format!("paused at {percent} %, {} goes on", key_of(model))
    } else if progress.measured < progress.networks {
        format!("measured {} of {}", progress.measured, progress.networks)
    } else {
        let left = model
            .known::<Experiment>()
            .and_then(FactorsNews::seconds_left);
        let left = left.map_or(String::new(), |left| {
            format!(", {} left", sentences::span(left))
        });
        format!("trained {percent} %{left}")
    }
}

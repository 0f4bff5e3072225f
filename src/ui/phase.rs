//! The phase view:
//!
//! ```text
//!  initscope   tanh · variance_scaling(2.25, fan_in, normal) · 256x64 · bias 0.2
//! ┌ sigma_b   phase plane of tanh ─────────────────┐┌ point ───────────────────┐
//! │    2 ··········································││ sigma_w 1.5  sigma_b 0.2  │
//! │      ······························█████▒▒▒▒▒▒▒││ · ordered                 │
//! │    1 ························█████▒▒▒▒▒▒▒▒▒▒▒▒▒││ q*           0.3          │
//! │      ···················█████@▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│├ legend ───────────────────┤
//! │    0 ··············█████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│├ verdict ──────────────────┤
//! └sigma_w ───1─────────────2─────────────3───────4┘└───────────────────────────┘
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::phase::{GUTTER, Phase, reading, side};
use crate::engine::phase_map::PhaseMap;
use crate::engine::phase_map::{Mark, Plane, position};
use crate::report;
use crate::theory::phase::Regime;
use crate::ui::face::Form;
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::number::parameter;
use crate::ui::plane;
use crate::ui::point;
use crate::ui::scope;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::verdict;

/// Where the network is.
const HERE: &str = "@";

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if model.spec().block().is_some() {
        return plane::render(model, area, buffer);
    }
    let (Some(body), Some(plane)) = (
        scope::between(model, theme, area, buffer),
        model.view_as::<Phase>().plane(model),
    ) else {
        return;
    };
    let (stack, beside) = divided(area, body);
    let legend_at_top = if beside.width == 0 {
        point::lines(model, theme, body, buffer);
        true
    } else {
        !panel(model, theme, beside, buffer)
    };
    text::frames(buffer, &stack, theme);
    for (_, inside) in stack.insides() {
        let map = lattice(inside);
        marks(model, &plane, theme, map, buffer);
        axes(&plane, theme, inside, map, buffer);
        if legend_at_top {
            let pieces: Vec<_> = REGIMES
                .iter()
                .flat_map(|regime| {
                    let (symbol, style) = look(*regime, theme);
                    [
                        (symbol, style),
                        (regime.name(), theme.text),
                        (" ", theme.text),
                    ]
                })
                .collect();
            text::line(buffer, text::above(inside), &pieces);
        } else {
            let what = format!("phase plane of {}", model.spec().activation().in_full());
            text::heading(buffer, inside, theme, "sigma_b", &what);
        }
    }
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    if model.spec().block().is_some() {
        return plane::hit(model, screen, here);
    }
    let (column, row) = point_at(model, screen, here)?;
    Some(Hit::Cell(column, row))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    if model.spec().block().is_some() {
        return plane::numbers(model, form);
    }
    let known = model.known::<PhaseMap>()?;
    Some(form.of(known, report::phase::csv, report::phase::json))
}

/// The box of the map, and where the boxes beside it are, if there is room.
fn divided(area: Rect, body: Rect) -> (Stack, Rect) {
    let [map, beside] = match side((area.width, area.height)) {
        0 => {
            let [_, map] = layout::below(body, body.height.saturating_sub(LINES));
            [map, Rect::default()]
        }
        side => layout::beside(body, side),
    };
    let boxes = vec![(Panel::Numbers, map.height.saturating_sub(2))];
    (Stack { area: map, boxes }, beside)
}

/// Where the points are in the box of the map.
fn lattice(inside: Rect) -> Rect {
    Rect {
        x: inside.x + GUTTER - 1,
        width: inside.width.saturating_sub(GUTTER - 1),
        ..inside
    }
}

/// Column and row, counted from the bottom, of the point at a place of the screen.
pub(super) fn point_at(model: &Model, area: Rect, here: Position) -> Option<(usize, usize)> {
    let plane = model.view_as::<Phase>().plane(model)?;
    let (stack, _) = divided(area, layout::body(area));
    let (_, inside) = stack.insides().next()?;
    let map = lattice(inside);
    let point = (
        usize::from(here.x.checked_sub(map.x)?),
        usize::from(map.bottom().checked_sub(here.y + 1)?),
    );
    (map.contains(here) && point.0 < plane.columns && point.1 < plane.rows).then_some(point)
}

/// Lines of the numbers above a map that has no boxes beside it.
const LINES: u16 = 2;

/// In the order of the legend.
const REGIMES: [Regime; 4] = [
    Regime::Ordered,
    Regime::Critical,
    Regime::Chaotic,
    Regime::Diverging,
];

/// The character of a regime and its colour.
pub(super) fn look(regime: Regime, theme: &Theme) -> (&'static str, Style) {
    match regime {
        Regime::Ordered => ("·", theme.text),
        Regime::Critical => ("█", theme.good),
        Regime::Chaotic => ("▒", theme.alarm),
        Regime::Diverging => ("↑", theme.diverging),
    }
}

/// The boxes beside the map: the point, the legend, the verdict as far as there is room; whether the legend had any.
fn panel(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) -> bool {
    const LEGEND: u16 = REGIMES.len() as u16 + 1;
    const VERDICT: u16 = 3;
    let rows = area.height.saturating_sub(2);
    let mut boxes = vec![(Panel::Numbers, rows)];
    if rows > point::ROWS + LEGEND {
        boxes[0].1 = rows - LEGEND - 1;
        boxes.push((Panel::Network, LEGEND));
    }
    if boxes[0].1 > point::ROWS + VERDICT {
        let spare = boxes[0].1 - point::ROWS - VERDICT - 1;
        boxes[0].1 = point::ROWS + spare.min(3);
        boxes.push((Panel::Verdict, VERDICT + spare - spare.min(3)));
    }
    let stack = Stack { area, boxes };
    text::frames(buffer, &stack, theme);
    for (panel, inside) in stack.insides() {
        match panel {
            Panel::Verdict => verdict::render(model, theme, inside, buffer),
            Panel::Network => legend(theme, inside, buffer),
            _ => point::render(model, theme, inside, buffer),
        }
    }
    stack.boxes.len() > 1
}

fn legend(theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    text::heading(buffer, inside, theme, "legend", "");
    for (regime, n) in REGIMES.into_iter().zip(0..) {
        let (symbol, style) = look(regime, theme);
        let meaning = match regime {
            Regime::Ordered => "inputs converge",
            Regime::Critical => "chi_perp = 1",
            Regime::Chaotic => "inputs part",
            Regime::Diverging => "q has no limit",
        };
        let name = format!(" {:<10}", regime.name());
        let pieces = [
            (" ", theme.text),
            (symbol, style),
            (&name, theme.text),
            (meaning, theme.text),
        ];
        text::line(buffer, text::row(inside, n), &pieces);
    }
    let pieces = [
        (" ", theme.text),
        (HERE, theme.notice),
        (" this network", theme.text),
    ];
    text::line(buffer, text::row(inside, REGIMES.len() as u16), &pieces);
}

/// The map, and the network on it.
fn marks(model: &Model, plane: &Plane, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    let place = |column: usize, row: usize| {
        let x = area.x.checked_add(u16::try_from(column).ok()?)?;
        let y = area.bottom().checked_sub(u16::try_from(row + 1).ok()?)?;
        (x < area.right() && y >= area.y).then_some((x, y))
    };
    if let Some(map) = model.known::<PhaseMap>() {
        for (column, row) in
            (0..plane.rows).flat_map(|row| (0..plane.columns).map(move |c| (c, row)))
        {
            let (symbol, style) = match map.mark(column, row) {
                Mark::Pending => continue,
                Mark::Unresolved => ("?", theme.faint),
                Mark::Regime(regime) => look(regime, theme),
            };
            if let Some(at) = place(column, row) {
                buffer[at].set_symbol(symbol).set_style(style);
            }
        }
    }
    if reading(model).is_some_and(|reading| reading.point.is_err()) {
        return;
    }
    let (sigma_w, sigma_b) = position(model.spec());
    let nearest = |place: f64, points: usize| (place.round().max(0.0) as usize).min(points - 1);
    let (column, row) = (
        nearest(plane.column_of(sigma_w), plane.columns),
        nearest(plane.row_of(sigma_b), plane.rows),
    );
    let symbol = match plane.cell(sigma_w, sigma_b) {
        Some(_) => HERE,
        None if plane.column_of(sigma_w).round() > column as f64 => "→",
        None => "↑",
    };
    if let Some(at) = place(column, row) {
        let style = Style::reset().patch(theme.notice).patch(theme.strong);
        buffer[at].set_symbol(symbol).set_style(style);
    }
}

/// Round numbers at the left of the map and on the border below it.
fn axes(plane: &Plane, theme: &Theme, inside: Rect, map: Rect, buffer: &mut Buffer) {
    let border = Rect {
        y: inside.bottom(),
        height: 1,
        ..inside
    };
    let used = text::line(buffer, border, &[("sigma_w ", theme.faint)]);
    let mut free = border.x + used;
    let room = f64::from(map.width / 9).max(1.0);
    for value in ticks(plane.sigma_w, room) {
        let text = parameter(value);
        let (columns, place) = (text::width(&text) as u16, plane.column_of(value).round());
        if place < 0.0 {
            continue;
        }
        let x = (map.x + place as u16).saturating_sub(columns / 2);
        let x = x.min(border.right().saturating_sub(columns));
        if x >= free {
            let rest = Rect {
                x,
                width: border.right().saturating_sub(x),
                ..border
            };
            text::line(buffer, rest, &[(&text, theme.text)]);
            free = x + columns + 1;
        }
    }
    for value in ticks(plane.sigma_b, f64::from(map.height / 4).max(1.0)) {
        let row = plane.row_of(value).round() as u16;
        if row < map.height {
            let label = Rect {
                width: GUTTER - 2,
                ..text::row(inside, map.height - 1 - row)
            };
            text::right(buffer, label, &parameter(value), theme.text);
        }
    }
}

/// Multiples of a round step from 0 to `last`, about `count` of them beside the 0.
fn ticks(last: f64, count: f64) -> impl Iterator<Item = f64> {
    let least = last / count;
    let decade = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|round| round * decade)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(last);
    let steps = (last / step * (1.0 + 1e-9)).floor().min(1e3) as u32;
    (0..=steps).map(move |i| f64::from(i) * step)
}

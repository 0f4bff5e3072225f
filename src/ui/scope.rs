//! The scope view:
//!
//! ```text
//!  initscope   relu · glorot_uniform (keras) · 256 wide · 64 deep          seed 7 · 128 draws
//! ┌ ✗ signal  Var z ──────────────────── 1 → 1e-19 ┐┌ network ─────────────────┐
//! │    10 ▇▆▅▄▃▂▁                                  ││ a activation  relu       │
//! │ 1e-20 ████████▇▆▅▄▃▂▁                          ││ i initializer ...        │
//! ├ ✗ gradient  mean square ∂ℓ/∂z ────── 1e-19 ← 1 ┤├ verdict ─────────────────┤
//! │                                                ││ ✗ VANISHING              │
//! ├ distinguishability ──────────────── 1 → 0.5    ┤│ signal vanishes from ... │
//! ├ z by layer ────────────────────────────────────┤├ ensemble ────────────────┤
//! └ layer 1 ─────────────────────────────────── 64 ┘└──────────────────────────┘
//!  a/A activation  i/I initializer  w/W width  d/D depth  ? help  q quit
//! ```

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::Action;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::scope::Scope as View;
use crate::report::csv::csv;
use crate::report::json::json;
use crate::ui::channel::{self, Curve};
use crate::ui::face::Form;
use crate::ui::face::{layer_of, line_of};
use crate::ui::layout::{self, Panel, Plan, SMALLEST, Stack, plan};
use crate::ui::theme::Theme;
use crate::ui::{
    columns, distribution, ensemble, footer, header, layer, network, numbers, tabs, text, verdict,
};

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(plan) = divided(model, area) else {
        return too_small(theme, area, buffer);
    };
    header::render(model, theme, plan.header, buffer);
    tabs::render(model, theme, plan.tabs, buffer);
    if !plan.lines.is_empty() {
        verdict::lines(model, theme, plan.lines, buffer);
        if let Some(layer) = model.layer() {
            layer::line(model, layer, theme, text::row(plan.lines, 1), buffer);
        }
    }
    for stack in &plan.stacks {
        text::frames(buffer, stack, theme);
        for (panel, inside) in stack.insides() {
            match panel {
                Panel::Signal | Panel::Gradient | Panel::Distinguishability => {
                    if let Some(curve) = Curve::of(panel, model.quantity()) {
                        channel::render(curve, model, theme, inside, buffer);
                    }
                }
                Panel::Distribution => distribution::render(model, theme, inside, buffer),
                Panel::Network => {
                    network::render(model, theme, inside, buffer);
                    if plan.stacks.len() > 1 || view(model).zoomed().is_some() {
                        text::heading(buffer, inside, theme, "network", "");
                    }
                }
                Panel::Verdict => verdict::render(model, theme, inside, buffer),
                Panel::Ensemble => ensemble::render(model, theme, inside, buffer),
                Panel::Numbers => numbers::render(model, theme, inside, buffer),
                Panel::Layer => {
                    layer::render(model, model.layer().unwrap_or(0), theme, inside, buffer);
                }
                Panel::Histogram => {
                    layer::histogram(model, model.layer().unwrap_or(0), theme, inside, buffer);
                }
            }
            if view(model).chosen() == Some(panel) {
                let place = Rect {
                    width: 1,
                    ..text::above(inside)
                };
                text::line(buffer, place, &[(">", theme.strong)]);
            }
            if let Some(layer) = model.layer().filter(|_| columnar(panel)) {
                let plot = channel::plot(inside);
                let columns = usize::from(plot.width);
                let column = columns::column_of(layer, columns, model.spec().layers());
                text::rule(buffer, plot.x + column as u16, plot, theme);
            }
        }
    }
    if let Some(stack) = plan.stacks.first() {
        layers(model, theme, stack, buffer);
    }
    footer::render(model, theme, plan.footer, buffer);
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let panels = panels(model, screen);
    let title = |(_, inside): &&(Panel, Rect)| text::above(*inside).contains(here);
    if let Some((titled, _)) = panels.iter().find(title) {
        let place = Panel::NAMED.iter().position(|(panel, _)| panel == titled);
        return place.map(|place| Hit::Cell(place, 0));
    }
    let mut panels = panels.into_iter();
    let (panel, inside) = panels.find(|(_, inside)| inside.contains(here))?;
    if columnar(panel) {
        return layer_of(channel::plot(inside), model.spec().layers(), here);
    }
    let line = line_of(inside, here)?;
    match panel {
        Panel::Network => {
            let (_, parameter) = network::parameters().nth(line)?;
            Some(Hit::Parameter(parameter))
        }
        Panel::Verdict => {
            verdict::is_remedy(model, inside, line).then_some(Hit::Act(Action::Remedy, None))
        }
        _ => None,
    }
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    Some(form.of(model.snapshot()?, csv, json))
}

/// Every panel with its inside.
pub(super) fn panels(model: &Model, area: Rect) -> Vec<(Panel, Rect)> {
    let plan = divided(model, area);
    let stacks = plan.map_or_else(Vec::new, |plan| plan.stacks);
    stacks.iter().flat_map(Stack::insides).collect()
}

/// Header and footer of a view; returns what is between them, or `None` where the screen is too small and a line says so.
pub(super) fn between(
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Rect> {
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        too_small(theme, area, buffer);
        return None;
    }
    header::render(model, theme, text::row(area, 0), buffer);
    tabs::render(model, theme, layout::tabs(area), buffer);
    footer::render(model, theme, text::row(area, area.height - 1), buffer);
    Some(layout::body(area))
}

fn view(model: &Model) -> &View {
    model.view_as()
}

/// The division of a screen of this view.
pub(super) fn divided(model: &Model, area: Rect) -> Option<Plan> {
    let plan = plan(area)?;
    if let Some(panel) = view(model).zoomed() {
        return Some(plan.alone(panel, area, model.layer().is_some()));
    }
    let plan = plan.with_notes(network::notes(model).len());
    Some(match model.layer() {
        Some(_) => plan.at_layer(),
        None => plan,
    })
}

/// Whether the columns of a panel are layers.
pub(super) fn columnar(panel: Panel) -> bool {
    matches!(
        panel,
        Panel::Signal | Panel::Gradient | Panel::Distinguishability | Panel::Distribution
    )
}

/// The line that says what a screen needs.
pub(super) fn too_small(theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let need = format!(
        "{}x{}: initscope needs {}x{}",
        area.width, area.height, SMALLEST.0, SMALLEST.1
    );
    text::line(buffer, area, &[(&need, theme.text)]);
}

/// The layers' axis on the border under the last panel whose columns are layers.
fn layers(model: &Model, theme: &Theme, stack: &Stack, buffer: &mut Buffer) {
    let Some((_, inside)) = stack.insides().filter(|(panel, _)| columnar(*panel)).last() else {
        return;
    };
    let border = Rect {
        y: inside.bottom(),
        height: 1,
        ..inside
    };
    let axis = channel::plot(border);
    let depth = model.spec().layers();
    let columns = usize::from(axis.width);
    text::right(
        buffer,
        Rect {
            width: axis.x - border.x,
            ..border
        },
        match (model.spec().block(), model.spec().sub_layers()) {
            (Some(_), 1) => "block ",
            _ => "layer ",
        },
        theme.faint,
    );
    blocks(model, axis, theme, buffer);
    if let Some(layer) = model.layer() {
        return one_layer(layer, depth, axis, theme, buffer);
    }
    let (mut free, mut before) = (0, 0);
    let step = (columns / 6).max(8);
    for column in (0..columns)
        .step_by(step)
        .chain([columns.saturating_sub(1)])
    {
        let layer = if column + 1 == columns {
            depth
        } else {
            column * depth / columns.max(1) + 1
        };
        if layer == before {
            // a shallow network has several columns to a layer
            continue;
        }
        let text = layer.to_string();
        let start = column.min(columns.saturating_sub(text.len()));
        let room = if column + 1 == columns {
            0
        } else {
            depth.to_string().len() + 2
        };
        if start >= free && start + text.len() + room <= columns.max(room) {
            let x = axis.x + u16::try_from(start).unwrap_or(u16::MAX);
            text::line(
                buffer,
                Rect {
                    x,
                    width: axis.right().saturating_sub(x),
                    ..axis
                },
                &[(&text, theme.text)],
            );
            free = start + text.len() + 1;
            before = layer;
        }
    }
}

/// A tick where a block of several sub-layers begins, where they are further apart than two columns.
fn blocks(model: &Model, axis: Rect, theme: &Theme, buffer: &mut Buffer) {
    let (subs, depth) = (model.spec().sub_layers(), model.spec().layers());
    let columns = usize::from(axis.width);
    if subs < 2 || columns < 3 * model.spec().depth() {
        return;
    }
    for block in 0..model.spec().depth() {
        let begins =
            |column: &usize| columns::layers_of(*column, columns, depth).contains(&(block * subs));
        let Some(column) = (0..columns).find(begins) else {
            continue;
        };
        let place = Rect {
            x: axis.x + column as u16,
            width: 1,
            ..axis
        };
        text::line(buffer, place, &[("┴", theme.faint)]);
    }
}

/// The axis while a layer is under the cursor: its number, and the ends where there is room beside it.
fn one_layer(layer: usize, depth: usize, axis: Rect, theme: &Theme, buffer: &mut Buffer) {
    let columns = usize::from(axis.width);
    let at = columns::column_of(layer, columns, depth);
    let text = (layer + 1).to_string();
    let start = at
        .saturating_sub(text.len() / 2)
        .min(columns.saturating_sub(text.len()));
    let last = depth.to_string();
    let end = columns.saturating_sub(last.len());
    let mut write = |start: usize, text: &str, style| {
        let x = axis.x + start as u16;
        let place = Rect {
            x,
            width: axis.right().saturating_sub(x),
            ..axis
        };
        text::line(buffer, place, &[(text, style)]);
    };
    if start > 1 {
        write(0, "1", theme.text);
    }
    if start + text.len() < end {
        write(end, &last, theme.text);
    }
    write(start, &text, theme.notice);
}

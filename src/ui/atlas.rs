//! The atlas view:
//!
//! ```text
//!  initscope   tanh · he_normal · 16x16           seed 0 · 128 draws · ±0.012 dec
//! ┌ atlas: layers  healthy up to, drawn 16 deep ────────────── 1 or 3 draws each ┐
//! │                          glo glo he  he  lec lec     ran ran tru             │
//! │                      def uni nor uni nor uni nor ort nor uni nor ide zer one │
//! │ mish                   5   5   5  30  30   5   5   5   2   1   1  25   0   1 │
//! │>tanh                  24  24  24  65  65  24  24  35   2   2   2  37   0   1 │
//! ├ tanh · he_normal  keras ──────────────────────────────────────── 14-26 of 35 ┤
//! │ ✓ HEALTHY, 3 draws of 16 inputs                                              │
//! │ signal, gradient and the difference between inputs survive all 16 layers     │
//! └──────────────────────────────────────────────────────────────────────────────┘
//! ```

pub(super) mod value;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::atlas::{Atlas as View, AtlasQuantity};
use crate::engine::atlas;
use crate::engine::atlas::{AtlasRequest, Cell, DRAWS, initializers};
use crate::net::initializer::Initializer;
use crate::report;
use crate::ui::face::Form;
use crate::ui::face::cell_or_list;
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::number::rate;
use crate::ui::scope;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::tiles::Tiles;

/// From this many columns on the details stand beside the table.
const SIDE_BY_SIDE: u16 = 116;
/// Columns of the details there.
const DETAILS: u16 = 36;
/// Lines of the legend beside the table.
const LEGEND: u16 = 5;

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, _: &Theme, area: Rect, buffer: &mut Buffer) {
    boxes(
        model,
        area,
        buffer,
        |panel, theme, inside, buffer| match panel {
            Panel::Verdict => details(model, theme, inside, buffer),
            Panel::Network => {
                let quantity = view(model).quantity();
                legend(quantity, of_blocks(model), theme, inside, buffer);
            }
            _ => table(model, theme, inside, buffer),
        },
    );
}

/// Draws the boxes of a table of tiles and what is in each.
pub(super) fn boxes(
    model: &Model,
    area: Rect,
    buffer: &mut Buffer,
    draw: impl Fn(Panel, &Theme, Rect, &mut Buffer),
) {
    let theme = &Theme::of_tiles(model.look());
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let stacks = divided(area, body);
    for stack in &stacks {
        text::frames(buffer, stack, theme);
    }
    for (panel, inside) in stacks.iter().flat_map(Stack::insides) {
        draw(panel, theme, inside, buffer);
    }
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    cell_or_list(cell_at(model, screen, here))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = model.known::<atlas::Atlas>()?;
    Some(form.of(known, report::atlas::csv, report::atlas::json))
}

fn view(model: &Model) -> &View {
    model.view_as()
}

/// The boxes of a screen that is large enough: the table, the details, and where there is room the legend.
pub(super) fn divided(area: Rect, body: Rect) -> Vec<Stack> {
    if area.width >= SIDE_BY_SIDE && area.height >= 24 {
        let [table, side] = layout::beside(body, DETAILS);
        let whole = |area: Rect, panel| Stack {
            area,
            boxes: vec![(panel, area.height - 2)],
        };
        let mut beside = whole(side, Panel::Verdict);
        beside.boxes[0].1 -= LEGEND + 1;
        beside.boxes.push((Panel::Network, LEGEND));
        vec![whole(table, Panel::Numbers), beside]
    } else {
        let lines = if body.height < 16 { 2 } else { 4 };
        let rows = body.height - 3 - lines;
        vec![Stack {
            area: body,
            boxes: vec![(Panel::Numbers, rows), (Panel::Verdict, lines)],
        }]
    }
}

/// What the numbers are.
fn subject(model: &Model) -> String {
    let depth = model.spec().depth();
    let gain = if model.spec().gain() == 1.0 {
        ""
    } else {
        ", gain 1"
    };
    match view(model).quantity() {
        AtlasQuantity::Layers if of_blocks(model) => format!("every architecture, {depth} blocks"),
        AtlasQuantity::Gradient if of_blocks(model) => {
            format!("decades back over {depth} blocks")
        }
        _ if of_blocks(model) => format!("decades over {depth} blocks"),
        AtlasQuantity::Layers => format!("healthy up to, drawn {depth} deep{gain}"),
        AtlasQuantity::Gradient => format!("decades back over {depth} layers{gain}"),
        _ => format!("decades over {depth} layers{gain}"),
    }
}

/// What they are of.
fn name(model: &Model) -> &'static str {
    match view(model).quantity() {
        AtlasQuantity::Layers if of_blocks(model) => "atlas: verdict",
        AtlasQuantity::Layers => "atlas: layers",
        AtlasQuantity::Signal => "atlas: signal",
        AtlasQuantity::Gradient => "atlas: gradient",
        AtlasQuantity::Distinguishability => "atlas: distinguishability",
    }
}

/// How far it is.
pub(super) fn progress(model: &Model) -> String {
    match model.known::<atlas::Atlas>() {
        None => "starting".into(),
        Some(atlas) if atlas.is_complete() && of_blocks(model) => format!("{DRAWS} draws each"),
        Some(atlas) if atlas.is_complete() => format!("1 or {DRAWS} draws each"),
        Some(atlas) => format!("measured {} of {}", atlas.measured, atlas.networks()),
    }
}

/// Whether the rows are architectures.
fn of_blocks(model: &Model) -> bool {
    model.spec().block().is_some()
}

/// What the columns are called.
fn headings(model: &Model) -> Vec<&'static str> {
    let first = if of_blocks(model) { "own" } else { "default" };
    let initializers = initializers();
    let names = initializers.iter();
    let names = names.map(|named| named.as_ref().map_or(first, Initializer::name));
    names.collect()
}

/// Calls this with every activation and every initializer as tiles.
fn with_tiles<T>(model: &Model, done: impl FnOnce(&Tiles<'_>) -> T) -> T {
    let rows = AtlasRequest::around(model.spec()).rows();
    let headings = headings(model);
    done(&Tiles {
        size: (rows.len(), headings.len()),
        cursor: view(model).cursor(),
        row: &|at| Cow::Borrowed(&*rows[at].name),
        column: &|at| Cow::Borrowed(headings[at]),
        cells: 4..=8,
    })
}

/// Row and column of the cell at a place of a screen that is large enough; beside the cells the cursor's column.
pub(super) fn cell_at(model: &Model, area: Rect, here: Position) -> Option<(usize, usize)> {
    let inside = tiles_box(area)?;
    with_tiles(model, |tiles| tiles.at(inside, here))
}

/// Where the tiles are on a screen that is large enough.
pub(super) fn tiles_box(area: Rect) -> Option<Rect> {
    let stacks = divided(area, layout::body(area));
    let mut boxes = stacks.iter().flat_map(Stack::insides);
    let (_, inside) = boxes.find(|(panel, _)| *panel == Panel::Numbers)?;
    Some(inside)
}

/// The table, as much of it as fits around the cursor.
fn table(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let what = subject(model);
    let aside = progress(model);
    let title = Title {
        name: (name(model), theme.strong),
        what: &what,
        aside: &aside,
        more: "",
    };
    text::title(buffer, inside, theme, title);
    let quantity = view(model).quantity();
    let known = model.known::<atlas::Atlas>();
    with_tiles(model, |tiles| {
        tiles.render(theme, inside, buffer, |row, column, _| {
            let cell = known.map_or(&Cell::Pending, |atlas| atlas.cell(row, column));
            value::of(cell, quantity, of_blocks(model), theme)
        });
    });
}

/// What the characters before the numbers mean.
pub(super) fn legend(
    quantity: AtlasQuantity,
    blocks: bool,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    text::heading(buffer, inside, theme, "legend", "");
    let samples = value::legend(quantity, blocks, theme);
    for (((symbol, number, style), meaning), n) in samples.into_iter().zip(0..) {
        let sample = format!("{symbol}{number:>3}");
        let pieces = [
            (" ", theme.text),
            (&*sample, style),
            ("  ", theme.text),
            (meaning, theme.text),
        ];
        text::line(buffer, text::row(inside, n), &pieces);
    }
}

/// What is known of the network under the cursor.
fn details(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let (row, column) = view(model).cursor();
    let rows = AtlasRequest::around(model.spec()).rows();
    let initializers = initializers();
    let (Some(of), Some(named)) = (rows.get(row), initializers.get(column)) else {
        return;
    };
    let framework = of.spec.framework();
    let named = named.as_ref().or(of.spec.initializer());
    let initializer = named.map_or("default".into(), |named| named.in_full(framework));
    let name = match of_blocks(model) {
        true => &of.name,
        false => of.spec.activation().in_full(),
    };
    let name = format!("{name} · {initializer}");
    text::heading(buffer, inside, theme, &name, framework.name());
    let cell = model
        .known::<atlas::Atlas>()
        .map_or(&Cell::Pending, |atlas| atlas.cell(row, column));
    text::paragraphs(buffer, inside, theme, &sentences(model, cell, theme));
}

/// The same in sentences, the most important first.
pub(super) fn sentences(model: &Model, cell: &Cell, theme: &Theme) -> Vec<(String, Style)> {
    let (verdict, source) = match cell {
        Cell::Pending => return vec![("… not computed yet".into(), theme.text)],
        Cell::Refused(why) => return vec![(format!("- no such network: {why}"), theme.text)],
        Cell::Unresolved(why) => {
            let text = format!("? not measured yet; no theory: {why}");
            return vec![(text, theme.text)];
        }
        Cell::Expected(verdict) => (verdict, "by theory (~)".to_owned()),
        Cell::Measured { verdict, draws } => {
            let inputs = model
                .known::<atlas::Atlas>()
                .map_or(0, |atlas| atlas.request.ground().batch());
            let inputs = match inputs {
                1 => "1 input".to_owned(),
                n => format!("{n} inputs"),
            };
            let draws = match draws {
                1 => "1 draw".to_owned(),
                n => format!("{n} draws"),
            };
            (verdict, format!("{draws} of {inputs}"))
        }
    };
    let (symbol, style) = if verdict.is_healthy() {
        ('✓', theme.good)
    } else {
        ('✗', theme.bad)
    };
    let rates = format!(
        "decades per layer: signal {}, gradient {}, distinct {}",
        rate(verdict.signal_rate),
        rate(verdict.gradient_rate),
        rate(verdict.distinguishability_rate)
    );
    let word = format!("{symbol} {}, {source}", verdict.kind.name());
    vec![
        (word, theme.strong.patch(style)),
        (verdict.sentence(), theme.text),
        match of_blocks(model) {
            true => (String::new(), theme.text),
            false => (verdict.budget_sentence(), theme.text),
        },
        (rates, theme.text),
    ]
}

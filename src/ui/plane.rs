//! The phase view of a network of blocks: a word and a colour for every gain and factor.
//!
//! ```text
//! ┌ plane: verdict  gain across, out down, 12 blocks ───────── 3 draws each ┐
//! │           .25 .35 .5  .71 1   1.4 2   2.8 4                              │
//! │ 0.5        ok   ok   ok   ok   ok   ok  exp  exp  exp                    │
//! │>0.177      ok   ok   ok   ok   ok   ok   ok  exp  exp                    │
//! ├ gain 1 · out 1/sqrt(2N) = 0.204 ─────────────────────────────────────────┤
//! │ ✓ HEALTHY, 3 draws of 16 inputs                                          │
//! └──────────────────────────────────────────────────────────────────────────┘
//! ```

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::atlas::AtlasQuantity;
use crate::app::views::phase::Phase;
use crate::engine::atlas::plane::{factor, factors, gains, nearest};
use crate::engine::atlas::{Atlas, Cell};
use crate::report;
use crate::ui::atlas::{boxes, legend, progress, sentences, tiles_box, value};
use crate::ui::face::{Form, cell_or_list};
use crate::ui::layout::Panel;
use crate::ui::number::parameter;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::tiles::Tiles;

/// The whole screen; a line with what is needed where it is too small.
pub(super) fn render(model: &Model, area: Rect, buffer: &mut Buffer) {
    boxes(
        model,
        area,
        buffer,
        |panel, theme, inside, buffer| match panel {
            Panel::Verdict => details(model, theme, inside, buffer),
            Panel::Network => legend(quantity(model), true, theme, inside, buffer),
            _ => table(model, theme, inside, buffer),
        },
    );
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let inside = tiles_box(screen)?;
    cell_or_list(with_tiles(model, |tiles| tiles.at(inside, here)))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = model.known::<Atlas>()?;
    Some(form.of(known, report::atlas::csv, report::atlas::json))
}

/// Calls this with every factor and every gain as tiles.
fn with_tiles<T>(model: &Model, done: impl FnOnce(&Tiles<'_>) -> T) -> T {
    let (rows, columns) = (factors(), gains());
    let (row, column) = nearest(model.spec());
    // without a row of its own the cursor is beside that of 1
    let beside = rows.iter().position(|factor| *factor == 1.0).unwrap_or(0);
    done(&Tiles {
        size: (rows.len(), columns.len()),
        cursor: (row.unwrap_or(beside), column),
        row: &|at| Cow::Owned(format!("out {}", parameter(rows[at]))),
        column: &|at| Cow::Owned(short(columns[at])),
        cells: 4..=6,
    })
}

/// Two digits in three characters, for a heading: `.06`, `1.4`, `11`.
fn short(value: f64) -> String {
    let places = (1.0 - value.log10().floor()).clamp(0.0, 2.0) as usize;
    let text = format!("{value:.places$}");
    let text = match text.split_once('.') {
        Some((whole, rest)) => match rest.trim_end_matches('0') {
            "" => whole.to_owned(),
            rest => format!("{whole}.{rest}"),
        },
        None => text,
    };
    text.strip_prefix("0").unwrap_or(&text).to_owned()
}

/// What stands at the points.
fn quantity(model: &Model) -> AtlasQuantity {
    model.view_as::<Phase>().quantity()
}

fn table(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let (name, unit) = match quantity(model) {
        AtlasQuantity::Layers => ("plane: verdict", ""),
        AtlasQuantity::Signal => ("plane: signal", "decades over "),
        AtlasQuantity::Gradient => ("plane: gradient", "decades back over "),
        AtlasQuantity::Distinguishability => ("plane: distinguishability", "decades over "),
    };
    let depth = model.spec().depth();
    let what = format!("gain across, out down, {unit}{depth} blocks");
    let aside = progress(model);
    let title = Title {
        name: (name, theme.strong),
        what: &what,
        aside: &aside,
        more: "",
    };
    text::title(buffer, inside, theme, title);
    let known = model.known::<Atlas>();
    with_tiles(model, |tiles| {
        tiles.render(theme, inside, buffer, |row, column, _| {
            let cell = known.map_or(&Cell::Pending, |plane| plane.cell(row, column));
            value::of(cell, quantity(model), true, theme)
        });
    });
}

/// Where the network is, and what is known of the point nearest to it.
fn details(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let spec = model.spec();
    let outward = spec.draft().outward.to_string();
    let here = match factor(spec) {
        None => outward,
        Some(value) if parameter(value) == outward => outward,
        Some(value) => format!("{outward} = {}", parameter(value)),
    };
    let name = format!("gain {} · out {here}", parameter(spec.gain()));
    let (row, column) = nearest(spec);
    let cell = row.and_then(|row| Some(model.known::<Atlas>()?.cell(row, column)));
    match (row, cell) {
        (None, _) => {
            text::heading(buffer, inside, theme, &name, "");
            let why = "out differs from block to block: no row of the plane is this network";
            text::paragraphs(buffer, inside, theme, &[(why.to_owned(), theme.text)]);
        }
        (Some(row), cell) => {
            let point = [gains()[column], factors()[row]].map(parameter);
            let aside = format!("nearest {} · {}", point[0], point[1]);
            text::heading(buffer, inside, theme, &name, &aside);
            let cell = cell.unwrap_or(&Cell::Pending);
            text::paragraphs(buffer, inside, theme, &sentences(model, cell, theme));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_two_digits_in_three_characters() {
        let all: Vec<String> = gains().into_iter().map(short).collect();
        assert_eq!(
            all.join(" "),
            ".06 .09 .12 .18 .25 .35 .5 .71 1 1.4 2 2.8 4 5.7 8 11 16"
        );
    }
}

//! The table view:
//!
//! ```text
//!  initscope   relu · he_normal · 8x3             seed 0 · 128 draws · ±0.012 dec
//!   1 scope  2 compare  3 atlas  4 phase  5 advice  6 train  7 factors  8 scaling [9 table]
//! ┌ kind  activation x depth ───────────────────────────── gain 1 ── 24 rows ┐
//! │                    3       6                                             │
//! │>tanh         ✓HEALTHY ✗VANISHI                                           │
//! ├ activation tanh, depth 3  point 0 ───────────────────────────────────────┤
//! │ >gain 0.8 (1 of 3)  width, bias 8, 0 (1 of 2)                            │
//! │ kind HEALTHY, draws 6, signal_rate -0.02, ...                            │
//! └──────────────────────────────────────────────────────────────────────────┘
//! ```

mod line;
mod shade;

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::app::action::{Action, Direction};
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::table::Table as View;
use crate::report;
use crate::sweep::columns::Cell;
use crate::sweep::cube::CubeAxis;
use crate::sweep::slice::{MapSide, Slice};
use crate::ui::face::{Form, cell_or_list};
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::tiles::Tiles;
use crate::ui::{atlas, channel, columns, number, scope};
use shade::Shade;

/// Columns of a panel beside the map at most.
const WIDE: u16 = 38;
/// Columns of the names of rows at least.
const NAMES: usize = 13;
/// Columns of a tile at most, where no word is longer.
const WIDEST: usize = 12;
/// Lines of a panel whose title names the point at most.
const TITLED: u16 = 4;

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, _: &Theme, area: Rect, buffer: &mut Buffer) {
    let theme = &Theme::of_tiles(model.look());
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let Some(slice) = view(model).slice() else {
        return;
    };
    let stacks = atlas::divided(area, body);
    for stack in &stacks {
        text::frames(buffer, stack, theme);
    }
    for (panel, inside) in stacks.iter().flat_map(Stack::insides) {
        match panel {
            Panel::Verdict => details(model, slice, theme, inside, buffer),
            Panel::Network => legend(slice, theme, inside, buffer),
            _ if view(model).is_charted() => line::render(model, slice, theme, inside, buffer),
            _ => map(slice, theme, inside, buffer),
        }
    }
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let slice = view(model).slice()?;
    Some(form.of(slice, report::slice::csv, report::slice::json))
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let slice = view(model).slice()?;
    let stacks = atlas::divided(screen, layout::body(screen));
    let mut insides = stacks.iter().flat_map(Stack::insides);
    let (panel, inside) = insides.find(|(_, inside)| inside.contains(here))?;
    match panel {
        Panel::Verdict => {
            let [_, inside] = parts(slice, inside);
            let held = held(model, slice, inside);
            let (_, axis, _) = held.into_iter().find(|(place, ..)| place.contains(here))?;
            let turn = |direction| Action::Held(Some(axis), direction);
            Some(Hit::Act(
                turn(Direction::Forward),
                Some(turn(Direction::Back)),
            ))
        }
        Panel::Network => None,
        _ if view(model).is_charted() => {
            let plot = channel::plot(inside);
            let levels = slice.length(MapSide::Columns);
            let column = plot.contains(here).then(|| {
                let columns = usize::from(plot.width);
                let column = usize::from(here.x - plot.x);
                columns::layers_of(column, columns, levels).start
            });
            cell_or_list(column.map(|column| (slice.cursor()[0], column)))
        }
        _ => cell_or_list(with_tiles(slice, inside, |tiles| tiles.at(inside, here))),
    }
}

fn view(model: &Model) -> &View {
    model.view_as()
}

/// Calls this with the axes of the two sides as tiles, which have room for whole words where all columns are seen so.
fn with_tiles<T>(slice: &Slice, inside: Rect, done: impl FnOnce(&Tiles<'_>) -> T) -> T {
    const NUMBER: usize = 7;
    let words = slice.cube().words(slice.quantity()).into_iter().flatten();
    let longest = words.map(|word| text::width(word) + 1).max().unwrap_or(0);
    let columns = slice.length(MapSide::Columns);
    let all = columns.saturating_mul(longest + 1) + NAMES <= usize::from(inside.width);
    let least = if all { NUMBER.max(longest) } else { NUMBER };
    let name = |side: MapSide, level: usize| match slice.axis(side) {
        Some(axis) => Cow::Borrowed(&*axis.levels()[level]),
        None => Cow::Borrowed(slice.name()),
    };
    let [row, column] = slice.cursor();
    done(&Tiles {
        size: (slice.length(MapSide::Rows), columns),
        cursor: (row, column),
        row: &|level| name(MapSide::Rows, level),
        column: &|level| name(MapSide::Columns, level),
        cells: least..=WIDEST.max(longest),
    })
}

/// What is shown, over what.
fn titled(slice: &Slice, what: &str, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let rows = slice.cube().rows();
    let aside = match rows {
        1 => "1 row".to_owned(),
        rows => format!("{rows} rows"),
    };
    let title = Title {
        name: (slice.name(), theme.strong),
        what,
        aside: &aside,
        more: "",
    };
    text::title(buffer, inside, theme, title);
}

fn map(slice: &Slice, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let sides = [MapSide::Rows, MapSide::Columns].map(|side| slice.axis(side));
    let names = sides.into_iter().flatten().map(CubeAxis::name);
    let what = names.collect::<Vec<&str>>().join(" x ");
    titled(slice, &what, theme, inside, buffer);
    let shade = Shade::of(slice);
    with_tiles(slice, inside, |tiles| {
        tiles.render(theme, inside, buffer, |row, column, room| {
            shade.tile(slice.cell([row, column]).as_ref(), room, theme)
        });
    });
}

/// What the colours mean.
fn legend(slice: &Slice, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    const ROOM: usize = 7;
    text::heading(buffer, inside, theme, "legend", "");
    let samples = Shade::of(slice).legend(ROOM, theme);
    for (((symbol, number, style), meaning), n) in samples.into_iter().zip(0..) {
        let sample = format!("{symbol}{number:>ROOM$}");
        let pieces = [
            (" ", theme.text),
            (&*sample, style),
            ("  ", theme.text),
            (&*meaning, theme.text),
        ];
        text::line(buffer, text::row(inside, n), &pieces);
    }
}

/// The axes that are held, each with its place: a line each in a narrow panel, else beside each other as far as they fit.
fn held(model: &Model, slice: &Slice, inside: Rect) -> Vec<(Rect, usize, String)> {
    let chosen = view(model).chosen();
    let mut texts: Vec<(usize, String)> = slice
        .held()
        .map(|axis| {
            let own = &slice.cube().axes()[axis];
            let (level, count) = (slice.level(axis), own.levels().len());
            let mark = if chosen == Some(axis) { '>' } else { ' ' };
            let (name, value) = (own.name(), &own.levels()[level]);
            let text = format!("{mark}{name} {value} ({} of {count})", level + 1);
            (axis, text)
        })
        .collect();
    // the chosen one is seen
    let before = texts.iter().position(|(axis, _)| Some(*axis) == chosen);
    let stacked = inside.width <= WIDE;
    let (most, room) = (
        usize::from(inside.height / 2).max(1),
        usize::from(inside.width),
    );
    let used = |texts: &[(usize, String)]| -> usize {
        let columns = texts.iter().map(|(_, text)| text::width(text) + 1);
        columns.sum()
    };
    let mut skipped = 0;
    let hidden = |skipped: usize| {
        let shown = &texts[skipped..=before.unwrap_or(0).max(skipped)];
        if stacked {
            shown.len() > most
        } else {
            used(shown) > room
        }
    };
    while before.is_some_and(|before| skipped < before) && hidden(skipped) {
        skipped += 1;
    }
    texts.drain(..skipped);
    let mut x = inside.x;
    let placed = texts.into_iter().enumerate().map(|(n, (axis, text))| {
        let place = if stacked {
            text::row(inside, n.min(most) as u16)
        } else {
            let columns = text::width(&text) as u16;
            let place = Rect {
                x,
                width: columns.min(inside.right().saturating_sub(x)),
                height: 1,
                ..inside
            };
            x = x.saturating_add(columns + 1).min(inside.right());
            place
        };
        let seen = if stacked { n < most } else { place.width > 0 };
        seen.then_some((place, axis, text))
    });
    placed.flatten().collect()
}

/// The axes of the two sides with where the cursor is.
fn sides(slice: &Slice) -> impl Iterator<Item = (&str, &str)> {
    let sides = [MapSide::Rows, MapSide::Columns].into_iter();
    sides.zip(slice.cursor()).filter_map(|(side, level)| {
        let axis = slice.axis(side)?;
        Some((axis.name(), &*axis.levels()[level]))
    })
}

/// The lines of the two sides in a panel beside the map, and the rest of it; elsewhere they are its title.
fn parts(slice: &Slice, inside: Rect) -> [Rect; 2] {
    let stacked = inside.width <= WIDE && inside.height > TITLED;
    let lines = if stacked {
        sides(slice).count() as u16
    } else {
        0
    };
    layout::below(inside, inside.height - lines)
}

/// What is held, and what the table says of the point under the cursor.
fn details(model: &Model, slice: &Slice, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let row = slice.row();
    let point = row.map_or(String::new(), |row| {
        format!("point {}", slice.cube().point(row))
    });
    let [upper, inside] = parts(slice, inside);
    if upper.is_empty() {
        let names = sides(slice).map(|(axis, level)| format!("{axis} {level}"));
        let name = names.collect::<Vec<String>>().join(", ");
        let room = usize::from(inside.width).saturating_sub(4);
        text::heading(buffer, inside, theme, &text::cut(&name, room), &point);
    } else {
        text::heading(
            buffer,
            upper,
            theme,
            "point",
            point.trim_start_matches("point "),
        );
        for ((axis, level), n) in sides(slice).zip(0..) {
            pair(
                axis,
                level,
                theme.strong,
                text::row(upper, n),
                theme,
                buffer,
            );
        }
    }
    let held = held(model, slice, inside);
    for (place, axis, text) in &held {
        let style = if view(model).chosen() == Some(*axis) {
            theme.strong
        } else {
            theme.text
        };
        text::line(buffer, *place, &[(text, style)]);
    }
    let used = held
        .iter()
        .map(|(place, ..)| place.bottom() - inside.y)
        .max();
    let used = used.unwrap_or(0).min(inside.height);
    let [_, rest] = layout::below(inside, inside.height - used);
    let Some(row) = row else {
        let texts = [("· the table has no such point".to_owned(), theme.text)];
        return text::paragraphs(buffer, rest, theme, &texts);
    };
    if inside.width > WIDE {
        let words = cells(slice, row).map(|(name, value)| format!("{name} {value}"));
        let all = words.collect::<Vec<String>>().join(", ");
        return text::paragraphs(buffer, rest, theme, &[(all, theme.text)]);
    }
    for ((name, value), n) in cells(slice, row).zip(0..rest.height) {
        let style = if n == 0 { theme.strong } else { theme.text };
        pair(name, &value, style, text::row(rest, n), theme, buffer);
    }
}

/// A name at the left of a line, what it is at the right, which is seen in any case.
fn pair(name: &str, value: &str, style: Style, place: Rect, theme: &Theme, buffer: &mut Buffer) {
    let room = usize::from(place.width).saturating_sub(3);
    let value = text::cut(value, room);
    let name = text::cut(name, room - text::width(&value));
    text::line(buffer, place, &[(" ", theme.text), (&name, style)]);
    let inner = Rect {
        width: place.width.saturating_sub(1),
        ..place
    };
    text::right(buffer, inner, &value, style);
}

/// Names and numbers of a row, what is shown first.
fn cells(slice: &Slice, row: usize) -> impl Iterator<Item = (&str, String)> {
    let cube = slice.cube();
    let own = slice.quantity();
    let others = (0..cube.quantities().len()).filter(move |place| *place != own);
    std::iter::once(own).chain(others).filter_map(move |place| {
        let name = cube.quantities().nth(place)?;
        Some((name, written(&cube.cell(row, place))))
    })
}

/// A cell with as many digits as tell something.
fn written(cell: &Cell) -> String {
    const ROOM: usize = 10;
    match cell {
        Cell::Missing => "·".into(),
        Cell::Integer(whole) => whole.to_string(),
        Cell::Number(number) => number::within(*number, ROOM),
        Cell::Text(word) => word.to_string(),
    }
}

/// A tile where nothing is.
fn nothing(theme: &Theme) -> (char, String, Style) {
    (' ', "·".into(), theme.faint)
}

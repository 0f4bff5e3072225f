//! The scaling view, here of a small GPT-2 without the cut of its widths:
//!
//! ```text
//! ┌ stream  slope by layer ────────────┐┌ stream  by width, at layer 24 ─────┐
//! │   +2          ⣀⣀⡠⠤⠤⠤⠒⠒⠒⠒⠒⠉⠉⠉⠉⠉⠉⠉⠉⠉││ 1e+02                            ⣀●│
//! │      ⢀⣀⠤⠔⠊⠉⠉                      ││                         ⢀⣀●⠔⠊⠉  │
//! │    0 ·····························││                ⣀⣀●⠔⠒⠉⠁         │
//! │   -2                               ││ 1e-02 ●⠔⠒●⠉⠉                      │
//! └layer 1────────────────────────── 24┘└width 128────────────────────── 4096┘
//! ┌ widths  decades for ten times as many units, at layer 24 ──────────── done ┐
//! │  series     slope    ±   most at       128     256     512    1024         │
//! │> stream     +1.41  0.02  +1.90 13     0.31    0.74     2.2     6.1         │
//! └────────────────────────────────────────────────────────────────────────────┘
//! ```

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::look::Glyphs;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::scaling::Scaling as View;
use crate::engine::scaling::{ScalingNews, Slope, WidthScan, slope};
use crate::engine::snapshot::Snapshot;
use crate::report;
use crate::report::scaling::{Column, moves_most};
use crate::ui::face::{Form, cell_or_list, layer_of, line_of};
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::raster::Raster;
use crate::ui::scale::Decades;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::MARKERS;
use crate::ui::{channel, columns, number, scope};

/// From this many rows on there are pictures over the table.
const PICTURES: u16 = 14;
/// Rows of a picture at least, frame included.
const PICTURE: u16 = 6;
/// From this many columns on two pictures stand beside each other.
const TWO: u16 = 60;
/// The slopes that a picture shows at least, on both sides of 0.
const SLOPES: f64 = 1.0;

/// What the screen shows.
struct Shown<'a> {
    news: &'a ScalingNews,
    columns: Vec<Column>,
    chosen: usize,
    /// The layer whose numbers stand in the table, from 0.
    layer: usize,
}

impl<'a> Shown<'a> {
    fn of(model: &'a Model) -> Option<Self> {
        let news: &ScalingNews = model.known::<WidthScan>()?;
        let (columns, chosen) = model.view_as::<View>().series(news);
        Some(Self {
            news,
            columns,
            chosen,
            layer: model.layer().unwrap_or(model.spec().layers() - 1),
        })
    }

    fn snapshots(&self) -> &'a [Arc<Snapshot>] {
        &self.news.snapshots
    }

    fn layers(&self) -> usize {
        self.news.spec.layers()
    }

    /// The slope of a series with the largest size over the layers, and where it is, from 0.
    fn steepest(&self, column: &Column) -> Option<(usize, Slope)> {
        let all = (0..self.layers())
            .filter_map(|index| Some((index, slope(self.snapshots(), index, column.of)?)));
        all.max_by(|(_, a), (_, b)| a.slope.abs().total_cmp(&b.slope.abs()))
    }
}

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let Some(body) = scope::between(model, theme, area, buffer) else {
        return;
    };
    let Some(shown) = Shown::of(model) else {
        return;
    };
    let (pictures, table) = divided(shown.columns.len(), body);
    let chosen = shown.columns.get(shown.chosen);
    let places = split(pictures);
    for (place, by_width) in places.into_iter().zip([false, true]) {
        let stack = boxed(place);
        text::frames(buffer, &stack, theme);
        let Some((_, inside)) = stack.insides().next() else {
            continue;
        };
        match (chosen, by_width) {
            (Some(column), false) => slopes(&shown, column, model, theme, inside, buffer),
            (Some(column), true) => sizes(&shown, column, model, theme, inside, buffer),
            (None, _) => text::title(
                buffer,
                inside,
                theme,
                Title {
                    name: ("scaling", theme.strong),
                    what: "the second width is being measured",
                    aside: "",
                    more: "",
                },
            ),
        }
    }
    rows(&shown, theme, table, buffer);
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let shown = Shown::of(model)?;
    let (pictures, table) = divided(shown.columns.len(), layout::body(screen));
    if let Some(first) = split(pictures).first() {
        let mut insides = boxed(*first)
            .insides()
            .map(|(_, inside)| inside)
            .collect::<Vec<_>>()
            .into_iter();
        let layer =
            insides.find_map(|inside| layer_of(channel::plot(inside), shown.layers(), here));
        if layer.is_some() {
            return layer;
        }
    }
    let (inside, first) = window(&shown, table);
    let line = line_of(inside, here).and_then(|line| line.checked_sub(1));
    let row = line
        .map(|line| first + line)
        .filter(|row| *row < shown.columns.len());
    cell_or_list(row.map(|row| (row, 0)))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let known = &model.known::<WidthScan>()?.snapshots;
    Some(form.of(&**known, report::scaling::csv, report::scaling::json))
}

/// Room for the pictures, of no rows where there is none, and for the table with so many series.
fn divided(series: usize, body: Rect) -> (Rect, Rect) {
    if body.height < PICTURES {
        return (Rect { height: 0, ..body }, body);
    }
    let wanted = series.max(1) as u16 + 3;
    let [pictures, table] = layout::below(body, wanted.min(body.height - PICTURE));
    (pictures, table)
}

/// One picture or two beside each other.
fn split(area: Rect) -> Vec<Rect> {
    let left = Rect {
        width: area.width.div_ceil(2),
        ..area
    };
    let right = Rect {
        x: area.x + left.width,
        width: area.width - left.width,
        ..area
    };
    match area {
        Rect { height: 0, .. } => Vec::new(),
        Rect { width, .. } if width < TWO => vec![area],
        _ => vec![left, right],
    }
}

/// A box that fills a frame.
fn boxed(frame: Rect) -> Stack {
    Stack {
        area: frame,
        boxes: vec![(Panel::Numbers, frame.height.saturating_sub(2))],
    }
}

/// The slope of a series at every layer.
fn slopes(
    shown: &Shown<'_>,
    column: &Column,
    model: &Model,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let all: Vec<f64> = (0..shown.layers())
        .map(|index| {
            let found = slope(shown.snapshots(), index, column.of);
            found.map_or(f64::NAN, |found| found.slope)
        })
        .collect();
    let known = all.iter().filter(|slope| slope.is_finite());
    let most = known.fold(SLOPES, |most: f64, slope| most.max(slope.abs()));
    let ends = [format!("{most:+.1}"), format!("{:+.1}", -most)];
    let area = titled(column.name, "slope by layer", &ends, theme, inside, buffer);
    let layers = [1.to_string(), shown.layers().to_string()];
    axis(
        inside,
        area,
        ["layer ", &layers[0], &layers[1]],
        theme,
        buffer,
    );
    let share = |slope: f64| 0.5 + 0.5 * slope / most;
    let zero = text::row(area, height(share(0.0), area.height));
    text::line(
        buffer,
        zero,
        &[(&"·".repeat(usize::from(area.width)), theme.faint)],
    );
    let line = columns::between(&all, shown.layers(), usize::from(area.width));
    let heights: Vec<Option<f64>> = line
        .into_iter()
        .map(|slope| slope.filter(|slope| slope.is_finite()).map(share))
        .collect();
    draw(&heights, &[], model, theme, area, buffer);
}

/// The size of a series at every width.
fn sizes(
    shown: &Shown<'_>,
    column: &Column,
    model: &Model,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let points: Vec<(f64, f64)> = (shown.snapshots().iter())
        .filter_map(|snapshot| {
            let size = (column.of)(snapshot.layers.get(shown.layer)?)?.log10_mean;
            let width = snapshot.spec.width() as f64;
            size.is_finite().then_some((width.log10(), size))
        })
        .collect();
    let start = points.first().map_or(0.0, |(_, size)| *size);
    let scale = Decades::around(start, points.iter().map(|(_, size)| *size));
    let ends = [scale.high(), scale.low()].map(number::value);
    let what = format!("by width, at layer {}", shown.layer + 1);
    let area = titled(column.name, &what, &ends, theme, inside, buffer);
    let widths = &shown.news.widths;
    let (Some(first), Some(last)) = (widths.first(), widths.last()) else {
        return;
    };
    let names = [first.to_string(), last.to_string()];
    axis(
        inside,
        area,
        ["width ", &names[0], &names[1]],
        theme,
        buffer,
    );
    let ends = [*first, *last].map(|width| (width as f64).log10());
    let across = f64::from(area.width.saturating_sub(1));
    let place = |width: f64| ((width - ends[0]) / (ends[1] - ends[0]) * across).round() as usize;
    let mut heights = vec![None; usize::from(area.width)];
    for pair in points.windows(2) {
        let [(from, low), (to, high)] = [pair[0], pair[1]];
        let (first, last) = (place(from), place(to));
        for (column, height) in heights.iter_mut().enumerate().take(last + 1).skip(first) {
            let part = (column - first) as f64 / (last - first).max(1) as f64;
            *height = Some(scale.share(low + part * (high - low)));
        }
    }
    let marks: Vec<(usize, f64)> = points
        .iter()
        .map(|(width, size)| (place(*width), scale.share(*size)))
        .collect();
    draw(&heights, &marks, model, theme, area, buffer);
}

/// Title and scale; where the line goes.
fn titled(
    name: &str,
    what: &str,
    [high, low]: &[String; 2],
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) -> Rect {
    let title = Title {
        name: (name, theme.strong),
        what,
        aside: "",
        more: "",
    };
    text::title(buffer, inside, theme, title);
    if inside.height > 1 {
        channel::label(inside, inside.height - 1, low, theme, buffer);
    }
    channel::label(inside, 0, high, theme, buffer);
    channel::plot(inside)
}

/// What stands at the ends of the border below a picture.
fn axis(
    inside: Rect,
    area: Rect,
    [what, first, last]: [&str; 3],
    theme: &Theme,
    buffer: &mut Buffer,
) {
    let border = Rect {
        y: inside.bottom(),
        height: 1,
        ..inside
    };
    let label = Rect {
        width: area.x - border.x,
        ..border
    };
    text::right(buffer, label, what, theme.faint);
    let axis = Rect {
        x: area.x,
        width: area.width,
        ..border
    };
    text::line(buffer, axis, &[(first, theme.text)]);
    text::right(buffer, axis, last, theme.text);
}

/// A line and marks on it.
fn draw(
    heights: &[Option<f64>],
    marks: &[(usize, f64)],
    model: &Model,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) {
    let glyphs = model.look().glyphs;
    let style = theme.category(0);
    let (across, down) = (usize::from(area.width), usize::from(area.height));
    let mut raster = Raster::new(across, down);
    raster.line(heights);
    for (x, column) in (area.left()..area.right()).zip(0..) {
        for (y, row) in (area.top()..area.bottom()).rev().zip(0..) {
            if let Some(glyph) = raster.glyph(column, row, glyphs) {
                buffer[(x, y)].set_char(glyph).set_style(style);
            }
        }
    }
    let every = if glyphs < Glyphs::Braille {
        heights.len()
    } else {
        0
    };
    let own = heights.iter().enumerate().take(every);
    let own = own.filter_map(|(column, share)| Some((column, (*share)?)));
    for (column, share) in own.chain(marks.iter().copied()) {
        if area.height > 0 && column < across {
            let (x, y) = (area.x + column as u16, area.y + height(share, area.height));
            buffer[(x, y)].set_symbol(MARKERS[0]).set_style(style);
        }
    }
}

/// The row, counted from the top, of a share of a picture of so many rows.
fn height(share: f64, rows: u16) -> u16 {
    let up = (share.clamp(0.0, 1.0) * f64::from(rows)) as u16;
    rows.saturating_sub(1) - up.min(rows.saturating_sub(1))
}

/// Columns behind the name of a series.
const HEAD: [&str; 3] = ["slope", "±", "most at"];

/// Where the table's head and rows are, and the first series that it shows.
fn window(shown: &Shown<'_>, area: Rect) -> (Rect, usize) {
    let stack = boxed(area);
    let inside = stack.insides().next().map_or(area, |(_, inside)| inside);
    let room = usize::from(inside.height.saturating_sub(1)).max(1);
    let first = (shown.chosen + 1).saturating_sub(room);
    (inside, first)
}

/// Every series at one layer.
fn rows(shown: &Shown<'_>, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let stack = boxed(area);
    text::frames(buffer, &stack, theme);
    let (inside, first) = window(shown, area);
    let what = match moves_most(shown.snapshots(), &shown.columns) {
        Some((layer, name, slope)) => {
            format!(
                "{name} moves most: {slope:+.1} decades at layer {}",
                layer + 1
            )
        }
        None if shown.columns.is_empty() => String::new(),
        None => "nothing on the way up moves with the width".to_owned(),
    };
    let measured = shown.snapshots().len();
    let aside = match shown.news.widths.get(measured) {
        None => "done".to_owned(),
        Some(width) => format!("width {width}, {:.0} %", 100.0 * shown.news.made),
    };
    let titles = [&*what, ""].map(|what| Title {
        name: ("widths", theme.strong),
        what,
        aside: &aside,
        more: "",
    });
    let title = titles.into_iter().find(|title| title.fits(inside));
    if let Some(title) = title {
        text::title(buffer, inside, theme, title);
    }
    let mut heads: Vec<String> = HEAD.map(str::to_owned).to_vec();
    heads.extend(shown.news.widths.iter().map(usize::to_string));
    let lines: Vec<Vec<String>> = (shown.columns.iter())
        .map(|column| cells(shown, column))
        .collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|n| {
            let all = lines.iter().filter_map(|line| line.get(n));
            let longest = all.map(|cell| text::width(cell)).max().unwrap_or(0);
            2 + longest.max(text::width(&heads[n]))
        })
        .collect();
    let names = shown.columns.iter().map(|column| text::width(column.name));
    let longest = names.max().unwrap_or(0).max("series".len());
    let (label, count) = text::fitting(usize::from(inside.width), longest, &widths);
    let joined = |cells: &[String]| -> String {
        let each = cells.iter().zip(&widths).take(count);
        each.map(|(cell, width)| format!("{cell:>width$}"))
            .collect()
    };
    let head = format!("  {:<label$} {}", "series", joined(&heads));
    text::line(buffer, inside, &[(&head, theme.faint)]);
    let visible = usize::from(inside.height.saturating_sub(1));
    let each = shown.columns.iter().zip(&lines).enumerate();
    for (row, (n, (column, line))) in (1..).zip(each.skip(first).take(visible)) {
        let chosen = n == shown.chosen;
        let (mark, style) = match chosen {
            true => ("> ", theme.strong),
            false => ("  ", theme.text),
        };
        let name = format!("{:<label$} ", text::cut(column.name, label));
        let pieces = [
            (mark, theme.strong),
            (name.as_str(), style),
            (&joined(line), style),
        ];
        text::line(buffer, text::row(inside, row), &pieces);
    }
}

/// What stands behind the name of a series.
fn cells(shown: &Shown<'_>, column: &Column) -> Vec<String> {
    let nothing = || "-".to_owned();
    let here = slope(shown.snapshots(), shown.layer, column.of);
    let steepest = shown.steepest(column);
    let mut cells = vec![
        here.map_or_else(nothing, |found| format!("{:+.2}", found.slope)),
        here.map_or_else(nothing, |found| format!("{:.2}", found.error)),
        steepest.map_or_else(nothing, |(layer, found)| {
            format!("{:+.2} {:>3}", found.slope, layer + 1)
        }),
    ];
    cells.extend(shown.snapshots().iter().map(|snapshot| {
        let layer = snapshot.layers.get(shown.layer);
        let size = layer.and_then(column.of).map(|size| size.log10_mean);
        size.map_or_else(nothing, number::value)
    }));
    cells
}

//! The scaling view, here of a small GPT-2 without the cut of its widths:
//!
//! ```text
//! ┌ stream  slope by layer ────────────┐┌ stream  at layer 24 ───────────────┐
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

mod pictures;
mod table;

use std::sync::Arc;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::app::views::scaling::{ONE_WIDTH, Scaling as View};
use crate::engine::scaling::{Column, ScalingNews, Slope, WidthScan, slope};
use crate::engine::snapshot::Snapshot;
use crate::report;
use crate::ui::face::{Form, cell_or_list, layer_of, line_of};
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::{channel, scope};

/// From this many rows on there are pictures over the table.
const PICTURES: u16 = 14;
/// Rows of a picture at least, frame included.
const PICTURE: u16 = 6;
/// From this many columns on two pictures stand beside each other.
const TWO: u16 = 60;

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
            (Some(column), false) => pictures::slopes(&shown, column, model, theme, inside, buffer),
            (Some(column), true) => pictures::sizes(&shown, column, model, theme, inside, buffer),
            (None, true) => {}
            (None, false) => {
                let why = match shown.news.widths.len() {
                    0 | 1 => ONE_WIDTH,
                    _ => "the second width is being measured",
                };
                text::heading(buffer, inside, theme, "scaling", "");
                text::paragraphs(buffer, inside, theme, &[(why.to_owned(), theme.text)]);
            }
        }
    }
    table::render(&shown, theme, table, buffer);
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let shown = Shown::of(model)?;
    let (pictures, table) = divided(shown.columns.len(), layout::body(screen));
    if let Some(first) = split(pictures).first() {
        let stack = boxed(*first);
        let mut insides = stack.insides();
        let layer =
            insides.find_map(|(_, inside)| layer_of(channel::plot(inside), shown.layers(), here));
        if layer.is_some() {
            return layer;
        }
    }
    let (inside, first) = table::window(&shown, table);
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

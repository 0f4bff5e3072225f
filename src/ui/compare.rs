//! The compare view:
//!
//! ```text
//!  initscope   relu · glorot_uniform · 256x64              seed 0 · 64 draws
//! ┌ signal  Var z ─────────┐┌ gradient ──────────────┐┌ distinguishability ────┐
//! │   10 ▲⠤⠤⠤⠤⠤▲⠤⠤⠤⠤⠤▲⠤⠤⠤⠤⠤││   10                 ⣀⠤││    1 ⠑⠢⢄⡀              │
//! │      ⠑⠢⢄●              ││               ●⠤⠒⠉     ││         ●⠒⠤⣀▲          │
//! │ 1e-20    ⠈⠑⠢●⢄⡀        ││ 1e-20 ⣀⠤⠒⠉             ││ 0.01         ⠉⠒●⠤⣀▲    │
//! └layer 1───────────────64┘└layer 1───────────────64┘└layer 1───────────────64┘
//! ┌ configurations  at the far end, pins in decades against ● ─────────────────┐
//! │   configuration    verdict      layers   vs ●   signal gradient distinct   │
//! │ ● glorot_uniform   ✗ VANISHING       7         1.1e-19  5.4e-20    0.055   │
//! │>▲ he_normal        ✓ HEALTHY       170   +163    +19.0    +18.9     -0.4   │
//! └────────────────────────────────────────────────────────────────────────────┘
//! ```

mod table;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::action::Action;
use crate::app::look::Glyphs;
use crate::app::mouse::Hit;
use crate::app::state::Model;
use crate::engine::snapshot::{Band, Snapshot};
use crate::net::spec::Spec;
use crate::report;
use crate::ui::channel::{self, Curve};
use crate::ui::columns::{column_of, layers_of};
use crate::ui::face::Form;
use crate::ui::face::{layer_of, line_of};
use crate::ui::layout::{self, Panel, Stack};
use crate::ui::raster::Raster;
use crate::ui::scale::Decades;
use crate::ui::text::Title;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{MARKERS, OVERFLOW, ZERO};
use crate::ui::{number, scope, text, words};

/// From this many rows on the table has a frame and a head.
const FRAMED: u16 = 20;
/// A panel of this many columns inside has its scale at the left, a smaller one on its borders.
const WITH_GUTTER: u16 = 22;

/// One network with its place among the categories: 0 is the present one.
pub(super) struct Entry<'a> {
    pub(super) category: usize,
    pub(super) spec: &'a Spec,
    pub(super) snapshot: Option<&'a Snapshot>,
    /// What tells it from the others.
    pub(super) label: String,
    /// Whether a key means it.
    chosen: bool,
}

impl<'a> Entry<'a> {
    /// The present network, then the pins.
    pub(super) fn all(model: &'a Model) -> Vec<Self> {
        let entry = |category, spec: &'a Spec, snapshot| Entry {
            category,
            spec,
            snapshot,
            label: String::new(),
            chosen: category > 0 && model.chosen_pin() == Some(category - 1),
        };
        let mut all = vec![entry(0, model.spec(), model.snapshot())];
        let pins = model.pins();
        all.extend(pins.map(|(place, pin)| entry(place + 1, &pin.spec, pin.snapshot.as_deref())));
        let specs: Vec<&Spec> = all.iter().map(|entry| entry.spec).collect();
        for (entry, label) in all.iter_mut().zip(words::differences(&specs)) {
            entry.label = label;
        }
        all
    }

    /// log10 of the median at a layer counted from 0, of what theory expects where nothing is measured; `None` where nothing is known.
    fn at(&self, curve: Curve, layer: usize) -> Option<f64> {
        let snapshot = self.snapshot?;
        let measured = snapshot.layers.get(layer).and_then(|stats| curve.at(stats));
        let expected = || curve.predicted(snapshot.prediction.as_deref()?, layer);
        measured
            .map(|summary| summary.log10_p50)
            .or_else(|| Some(expected().filter(Band::is_known)?.typical()))
    }

    /// The same at a layer of its own, or at the end of the curve's way.
    fn read(&self, curve: Curve, layer: Option<usize>) -> Option<f64> {
        let last = self.spec.layers() - 1;
        let end = if curve == Curve::Gradient { 0 } else { last };
        let layer = layer.unwrap_or(end);
        self.at(curve, layer).filter(|_| layer <= last)
    }
}

/// The whole screen; a line with what is needed where it is too small.
pub fn render(model: &Model, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    if scope::between(model, theme, area, buffer).is_none() {
        return;
    }
    let entries = Entry::all(model);
    let framed = area.height >= FRAMED;
    let (frames, below) = divided(entries.len(), area);
    let curves = [
        Curve::Signal(model.quantity()),
        Curve::Gradient,
        Curve::Distinguishability,
    ];
    for (curve, frame) in curves.into_iter().zip(frames) {
        let stack = boxed(frame);
        text::frames(buffer, &stack, theme);
        for (_, inside) in stack.insides() {
            panel(curve, &entries, model, theme, (inside, true), buffer);
        }
    }
    let hint = format!(
        "{} pins this network, {} compares what frameworks do by default",
        model.key_of(Action::Pin),
        model.key_of(Action::CompareDefaults)
    );
    let layer = model.layer();
    table::render(&entries, layer, &hint, framed, theme, below, buffer);
}

/// What can be pointed at between the header and the footer.
pub(super) fn hit(model: &Model, screen: Rect, here: Position) -> Option<Hit> {
    let (plots, list) = places(model, screen);
    let layers = plots.into_iter();
    let mut layers = layers.filter_map(|plot| layer_of(plot, model.deepest(), here));
    let line = line_of(list, here).and_then(|line| line.checked_sub(1));
    let pin = line.and_then(|line| model.pins().nth(line));
    let pin = pin.map(|(place, _)| Hit::Cell(place, 0));
    layers.next().or(pin).or(Some(Hit::List))
}

/// What the view is about.
pub(super) fn numbers(model: &Model, form: Form) -> Option<String> {
    let pins = model.pins().map(|(_, pin)| pin.snapshot.as_deref());
    let known = std::iter::once(model.snapshot()).chain(pins);
    let known = known.collect::<Option<Vec<&Snapshot>>>()?;
    Some(form.of(&*known, report::compare::csv, report::compare::json))
}

/// The frames of the three panels, and what is left for the table below.
fn divided(entries: usize, area: Rect) -> ([Rect; 3], Rect) {
    let rows = table::rows(entries, area.height >= FRAMED);
    let [body, below] = layout::below(layout::body(area), rows);
    let mut x = body.x;
    let frames = thirds(body.width).map(|width| {
        let frame = Rect { x, width, ..body };
        x += width;
        frame
    });
    (frames, below)
}

/// A box that fills a frame.
fn boxed(frame: Rect) -> Stack {
    Stack {
        area: frame,
        boxes: vec![(Panel::Signal, frame.height - 2)],
    }
}

/// The part of a panel whose columns are layers.
fn plot(inside: Rect) -> Rect {
    if inside.width >= WITH_GUTTER {
        channel::plot(inside)
    } else {
        inside
    }
}

/// Where layers are columns, and where the networks stand, the present one first, on a screen that is large enough.
fn places(model: &Model, area: Rect) -> (Vec<Rect>, Rect) {
    let entries = 1 + model.pins().count();
    let (frames, below) = divided(entries, area);
    let plots = frames.iter().flat_map(|frame| {
        let insides: Vec<Rect> = boxed(*frame).insides().map(|(_, inside)| inside).collect();
        insides.into_iter().map(plot)
    });
    let head = if area.height >= FRAMED { 2 } else { 0 };
    let list = Rect {
        y: below.y + head,
        height: entries as u16,
        ..below
    };
    (plots.collect(), list)
}

/// Three widths that differ by one at most.
fn thirds(width: u16) -> [u16; 3] {
    [width.div_ceil(3), (width + 1) / 3, width / 3]
}

/// The curves of one channel over each other; whether the border below the panel is its own and may be written on.
pub(super) fn panel(
    curve: Curve,
    entries: &[Entry<'_>],
    model: &Model,
    theme: &Theme,
    (inside, below): (Rect, bool),
    buffer: &mut Buffer,
) {
    let depth = entries.iter().map(|entry| entry.spec.layers()).max();
    let depth = depth.unwrap_or(1);
    let scale = scale(curve, entries);
    let gutter = inside.width >= WITH_GUTTER;
    let (name, what) = curve.names(model.spec());
    let [low, high] = [scale.low(), scale.high()].map(number::value);
    let title = |name, what, aside| Title {
        name: (name, theme.strong),
        what,
        aside,
        more: "",
    };
    let border = Rect {
        y: inside.bottom(),
        height: 1,
        ..inside
    };
    let area = if gutter {
        text::title(buffer, inside, theme, title(name, what, ""));
        channel::label(inside, inside.height - 1, &low, theme, buffer);
        channel::label(inside, 0, &high, theme, buffer);
        let area = plot(inside);
        if below {
            axis(depth, area, border, theme, buffer);
        }
        area
    } else {
        let short = if curve == Curve::Distinguishability {
            "distinct"
        } else {
            name
        };
        text::title(buffer, inside, theme, title(short, "", &high));
        if below {
            text::right(buffer, border, &format!(" {low} "), theme.text);
        }
        inside
    };
    let axes = Plot {
        curve,
        depth,
        scale,
        glyphs: model.look().glyphs,
        theme,
        area,
    };
    if let Some(layer) = model.layer() {
        let column = column_of(layer, usize::from(area.width), depth);
        text::rule(buffer, area.x + column as u16, area, theme);
    }
    // the present network last: its line lies on top
    for entry in entries.iter().rev() {
        axes.line(entry, buffer);
    }
    let step = usize::from(area.width / 4).clamp(4, 12);
    for entry in entries.iter().rev() {
        let first = entry.category * step / MARKERS.len();
        axes.markers(entry, buffer, |column| column % step == first);
    }
}

/// The first and the last layer on the border below.
fn axis(depth: usize, area: Rect, border: Rect, theme: &Theme, buffer: &mut Buffer) {
    let label = Rect {
        width: area.x - border.x,
        ..border
    };
    text::right(buffer, label, "layer ", theme.faint);
    let axis = Rect {
        x: area.x,
        width: area.width,
        ..border
    };
    text::line(buffer, axis, &[("1", theme.text)]);
    if depth > 1 {
        text::right(buffer, axis, &depth.to_string(), theme.text);
    }
}

/// One axis for all curves, around the start of the present one.
fn scale(curve: Curve, entries: &[Entry<'_>]) -> Decades {
    let values = |entry: &Entry<'_>| -> Vec<f64> {
        let layers = 0..entry.spec.layers();
        layers.filter_map(|layer| entry.at(curve, layer)).collect()
    };
    let all: Vec<Vec<f64>> = entries.iter().map(values).collect();
    let start = all.iter().find_map(|values| {
        let first = match curve {
            Curve::Gradient => values.last(),
            Curve::Signal(_) | Curve::Distinguishability => values.first(),
        };
        first.copied().filter(|v| v.is_finite())
    });
    let every = all.into_iter().flatten();
    if curve == Curve::Distinguishability {
        Decades::of_share(every)
    } else {
        Decades::around(start.unwrap_or(0.0), every)
    }
}

/// The axes of one channel.
struct Plot<'a> {
    curve: Curve,
    /// Layers from the left edge to the right one.
    depth: usize,
    scale: Decades,
    glyphs: Glyphs,
    theme: &'a Theme,
    area: Rect,
}

impl Plot<'_> {
    /// The smallest and the largest value of the layers of a column, finite or not; between two layers a straight line. `None` behind
    /// the last layer and where nothing is known.
    fn extremes(&self, entry: &Entry<'_>, column: usize) -> Option<[f64; 2]> {
        let (curve, depth, columns) = (self.curve, self.depth, usize::from(self.area.width));
        let own = entry.spec.layers();
        let layers = layers_of(column, columns, depth);
        if layers.start >= own {
            return None;
        }
        if depth < columns {
            let place = (column as f64 + 0.5) * depth as f64 / columns as f64 - 0.5;
            let place = place.clamp(0.0, (own - 1) as f64);
            let (before, share) = (place.floor() as usize, place.fract());
            let here = entry.at(curve, before)?;
            if share == 0.0 || !here.is_finite() {
                return Some([here; 2]);
            }
            let next = entry.at(curve, before + 1).unwrap_or(here);
            let between = if next.is_finite() {
                here + share * (next - here)
            } else {
                here
            };
            return Some([between; 2]);
        }
        let values = layers.filter_map(|layer| entry.at(curve, layer));
        values.fold(None, |found: Option<[f64; 2]>, value| {
            let [low, high] = found.unwrap_or([value; 2]);
            Some([low.min(value), high.max(value)])
        })
    }

    /// One thin line; where there is none to be had, its marker in every column.
    fn line(&self, entry: &Entry<'_>, buffer: &mut Buffer) {
        if self.glyphs < Glyphs::Braille {
            return self.markers(entry, buffer, |_| true);
        }
        let area = self.area;
        let (columns, rows) = (usize::from(area.width), usize::from(area.height));
        let mut raster = Raster::new(columns, rows);
        for end in 0..2 {
            let heights: Vec<Option<f64>> = (0..columns)
                .map(|column| {
                    let value = self.extremes(entry, column)?[end];
                    value.is_finite().then(|| self.scale.share(value))
                })
                .collect();
            raster.line(&heights);
        }
        let style = self.theme.category(entry.category);
        for (x, column) in (area.left()..area.right()).zip(0..) {
            for (y, row) in (area.top()..area.bottom()).rev().zip(0..) {
                if let Some(glyph) = raster.glyph(column, row, self.glyphs) {
                    buffer[(x, y)].set_char(glyph).set_style(style);
                }
            }
        }
    }

    /// The marker of a network on its line, in some columns; a zero at the foot and an overflow at the top in all of them.
    fn markers(&self, entry: &Entry<'_>, buffer: &mut Buffer, marked: impl Fn(usize) -> bool) {
        let area = self.area;
        let style = self.theme.category(entry.category);
        let rows = usize::from(area.height);
        for (x, column) in (area.left()..area.right()).zip(0..) {
            let Some([low, high]) = self.extremes(entry, column) else {
                continue;
            };
            let (symbol, share) = match (low, high) {
                (_, f64::INFINITY) => (OVERFLOW, 1.0),
                (f64::NEG_INFINITY, f64::NEG_INFINITY) => (ZERO, 0.0),
                _ if !high.is_finite() || !marked(column) => continue,
                _ => (
                    MARKERS[entry.category % MARKERS.len()],
                    self.scale.share(high),
                ),
            };
            let up = (share.clamp(0.0, 1.0) * rows as f64) as usize;
            let y = area.bottom() - 1 - up.min(rows.saturating_sub(1)) as u16;
            buffer[(x, y)].set_symbol(symbol).set_style(style);
        }
    }
}

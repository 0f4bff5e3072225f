//! One column of a table along the axis of the columns: a line from value to value, a shade for its band.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::look::Glyphs;
use crate::app::state::Model;
use crate::sweep::columns::Cell;
use crate::sweep::slice::{BandColumns, MapSide, Slice};
use crate::ui::raster::Raster;
use crate::ui::text;
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{LINE, MARKERS, OVERFLOW, SHADES, ZERO};
use crate::ui::{channel, columns, number};

/// Characters of a number of the scale.
const SCALE: usize = 6;
/// Columns from one value to the next from which on each has a mark.
const MARKED: usize = 3;

/// What is drawn: for each value of the axis a number and the ends of its band, NaN where there is none.
struct Curve {
    middle: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// Ends of the scale.
    range: [f64; 2],
}

impl Curve {
    fn of(slice: &Slice) -> Self {
        let row = slice.cursor()[0];
        let (mut middle, mut low, mut high) = (Vec::new(), Vec::new(), Vec::new());
        for column in 0..slice.length(MapSide::Columns) {
            let found = slice.row_at([row, column]);
            let cell = found.map(|row| slice.cube().cell(row, slice.quantity()));
            middle.push(match cell {
                Some(Cell::Number(number)) => number,
                Some(Cell::Integer(whole)) => whole as f64,
                Some(Cell::Text(_) | Cell::Missing) | None => f64::NAN,
            });
            let ends = found.and_then(|row| slice.ends(row));
            let [from, to] = ends.unwrap_or([f64::NAN; 2]);
            low.push(from);
            high.push(to);
        }
        let all = middle.iter().chain(&low).chain(&high);
        let finite = all.filter(|x| x.is_finite());
        let [least, most] = finite.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
            [low.min(*x), high.max(*x)]
        });
        let range = match (least, most) {
            (least, most) if least < most => [least, most],
            // a flat line runs in the middle
            (same, _) if same.is_finite() => [same - 1.0, same + 1.0],
            _ => [0.0, 1.0],
        };
        Self {
            middle,
            low,
            high,
            range,
        }
    }

    /// How far up the scale a number is, 0 to 1 within it.
    fn share(&self, x: f64) -> f64 {
        let [low, high] = self.range;
        (x - low) / (high - low)
    }

    /// Heights of numbers in columns of the screen.
    fn heights(&self, values: &[f64], columns: usize) -> Vec<Option<f64>> {
        let between = columns::between(values, values.len(), columns).into_iter();
        between.map(|x| x.map(|x| self.share(x))).collect()
    }
}

/// The line with its title on the border above and its scale at the left.
pub(super) fn render(
    model: &Model,
    slice: &Slice,
    theme: &Theme,
    inside: Rect,
    buffer: &mut Buffer,
) {
    let axis = slice.axis(MapSide::Columns);
    let along = axis.map_or_else(String::new, |axis| {
        let [first, last] = [0, axis.levels().len() - 1].map(|level| &axis.levels()[level]);
        format!("{} {first} to {last}", axis.name())
    });
    let band = match slice.band() {
        Some(BandColumns::Quantiles(..)) => format!(", {} 10-90 % of draws", SHADES[2]),
        Some(BandColumns::Error(_)) => format!(", {} standard error", SHADES[2]),
        None => String::new(),
    };
    super::titled(slice, &format!("{along}{band}"), theme, inside, buffer);
    let lines = |text: &str, buffer: &mut Buffer| {
        text::paragraphs(buffer, inside, theme, &[(text.to_owned(), theme.text)]);
    };
    if slice.cube().words(slice.quantity()).is_some() {
        return lines(
            "words have no line: another column of the table has",
            buffer,
        );
    }
    let curve = Curve::of(slice);
    if curve.middle.iter().all(|x| x.is_nan()) {
        return lines("no number along this row", buffer);
    }
    let area = channel::plot(inside);
    let [low, high] = curve.range.map(|end| number::within(end, SCALE));
    channel::label(inside, 0, &high, theme, buffer);
    if inside.height > 1 {
        channel::label(inside, inside.height - 1, &low, theme, buffer);
    }
    shaded(&curve, theme, area, buffer);
    lined(&curve, model.look().glyphs, theme, area, buffer);
    marked(&curve, theme, area, buffer);
    let levels = curve.middle.len();
    let columns = usize::from(area.width);
    let column = columns::column_of(slice.cursor()[1], columns, levels);
    text::rule(buffer, area.x + column as u16, area, theme);
}

/// The cells whose middle lies within the band.
fn shaded(curve: &Curve, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let columns = usize::from(area.width);
    let [low, high] = [&curve.low, &curve.high].map(|ends| curve.heights(ends, columns));
    for ((low, high), x) in low.iter().zip(&high).zip(area.left()..area.right()) {
        let Some((low, high)) = low.zip(*high) else {
            continue;
        };
        for (n, y) in (area.top()..area.bottom()).rev().enumerate() {
            let middle = (n as f64 + 0.5) / f64::from(area.height);
            if (low..=high).contains(&middle) {
                buffer[(x, y)].set_symbol(SHADES[2]).set_style(theme.bar);
            }
        }
    }
}

fn lined(curve: &Curve, glyphs: Glyphs, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (columns, rows) = (usize::from(area.width), usize::from(area.height));
    let mut raster = Raster::new(columns, rows);
    raster.line(&curve.heights(&curve.middle, columns));
    for (row, y) in (area.top()..area.bottom()).rev().enumerate() {
        for (column, x) in (area.left()..area.right()).enumerate() {
            let Some(dots) = raster.glyph(column, row, glyphs) else {
                continue;
            };
            let line = match glyphs {
                Glyphs::Blocks | Glyphs::Ascii => LINE,
                Glyphs::Braille | Glyphs::Octants => dots,
            };
            buffer[(x, y)].set_char(line).set_style(theme.strong);
        }
    }
}

/// A mark at every value where there is room, and at every infinity in any case.
fn marked(curve: &Curve, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let (columns, levels) = (usize::from(area.width), curve.middle.len());
    let every = columns >= MARKED * levels;
    let last = area.height.saturating_sub(1);
    for (level, value) in curve.middle.iter().enumerate() {
        let (symbol, share) = match *value {
            x if x.is_nan() => continue,
            f64::INFINITY => (OVERFLOW, 1.0),
            f64::NEG_INFINITY => (ZERO, 0.0),
            _ if !every => continue,
            x => (MARKERS[0], curve.share(x)),
        };
        let up = (share * f64::from(area.height)) as u16;
        let x = area.x + columns::column_of(level, columns, levels) as u16;
        let y = area.y + last - up.min(last);
        buffer[(x, y)].set_symbol(symbol).set_style(theme.strong);
    }
}

//! The two pictures: slopes by layer, sizes by width.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::Shown;
use crate::app::look::Glyphs;
use crate::app::state::Model;
use crate::engine::scaling::{Column, slope};
use crate::ui::scale::Decades;
use crate::ui::text::{self, Title};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::MARKERS;
use crate::ui::{columns, number, picture};

/// The slopes that a picture shows at least, on both sides of 0.
const SLOPES: f64 = 1.0;

/// The slope of a series at every layer.
pub(super) fn slopes(
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
    picture::axis(
        inside,
        area,
        ["layer ", &layers[0], &layers[1]],
        theme,
        buffer,
    );
    let share = |slope: f64| 0.5 + 0.5 * slope / most;
    let zero = text::row(area, picture::height(share(0.0), area.height));
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
pub(super) fn sizes(
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
    let what = format!("at layer {}", shown.layer + 1);
    let area = titled(column.name, &what, &ends, theme, inside, buffer);
    let widths = &shown.news.widths;
    let (Some(first), Some(last)) = (widths.first(), widths.last()) else {
        return;
    };
    let names = [first.to_string(), last.to_string()];
    picture::axis(
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

/// Title and scale of a series; where its line goes.
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
    picture::titled(title, [high, low], theme, inside, buffer)
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
    picture::line(heights, glyphs, style, area, buffer);
    let every = if glyphs < Glyphs::Braille {
        heights.len()
    } else {
        0
    };
    let own = heights.iter().enumerate().take(every);
    let own = own.filter_map(|(column, share)| Some((column, (*share)?)));
    for at in own.chain(marks.iter().copied()) {
        picture::mark(at, MARKERS[0], style, area, buffer);
    }
}

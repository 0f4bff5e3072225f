//! How `z` is distributed at each layer: columns are layers, rows are bins, darker is more.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::state::Model;
use crate::engine::snapshot::{BINS, LayerStats};
use crate::ui::theme::Theme;
use crate::ui::theme::glyphs::{BLOCKS, SHADES};
use crate::ui::{channel, columns, text};

/// Shares of a row's units, relative to what a Gaussian has in its middle row, from which on a shade is used.
const STEPS: [(f64, &str); 4] = [
    (1.25, BLOCKS[8]),
    (0.6, SHADES[0]),
    (0.2, SHADES[1]),
    (0.01, SHADES[2]),
];

/// Rows from which on the distribution itself is drawn.
const WHOLE: u16 = 3;

/// Distances from a Gaussian from which on a shade is used.
const DISTANCES: [(f64, &str); 4] = [
    (0.4, BLOCKS[8]),
    (0.2, SHADES[0]),
    (0.1, SHADES[1]),
    (0.05, SHADES[2]),
];

/// The distribution with its scale, in units of the layer's own root mean square; on few rows how far it is from a Gaussian.
pub fn render(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    if inside.height < WHOLE {
        return distances(model, theme, inside, buffer);
    }
    text::heading(buffer, inside, theme, "z by layer", "in units of its rms");
    let last = inside.height.saturating_sub(1);
    channel::label(inside, 0, "+4", theme, buffer);
    channel::label(inside, last, "-4", theme, buffer);
    if last >= 2 {
        channel::label(inside, last / 2, "0", theme, buffer);
    }
    let Some(snapshot) = model.snapshot() else {
        return;
    };
    let area = channel::plot(inside).intersection(buffer.area);
    let (wide, rows) = (usize::from(area.width), usize::from(inside.height));
    let depth = model.spec().layers();
    let full = rows_of(&gaussian(), rows).into_iter().fold(0.0, f64::max);
    for (c, x) in (area.left()..area.right()).enumerate() {
        let layers = columns::layers_of(c, wide, depth).filter_map(|l| snapshot.layers.get(l));
        let shares = rows_of(&mean(layers), rows);
        for (share, y) in shares.iter().zip(area.top()..area.bottom()) {
            if let Some((_, shade)) = STEPS.iter().find(|(step, _)| *share >= step * full) {
                buffer[(x, y)].set_symbol(shade).set_style(theme.bar);
            }
        }
    }
}

/// A row of shades.
fn distances(model: &Model, theme: &Theme, inside: Rect, buffer: &mut Buffer) {
    let depth = model.spec().depth();
    let area = channel::plot(inside).intersection(buffer.area);
    let wide = usize::from(area.width);
    let layers = model.snapshot().map_or(&[][..], |s| &s.layers);
    let of: Vec<Option<f64>> = (0..wide)
        .map(|column| {
            let layers = columns::layers_of(column, wide, depth);
            let known = layers.filter_map(|l| layers_at(model, l)).map(distance);
            known.fold(None, |most: Option<f64>, next| {
                Some(most.map_or(next, |most| most.max(next)))
            })
        })
        .collect();
    let farthest = layers.iter().map(distance).reduce(f64::max);
    let aside = farthest.map_or(String::new(), |most| {
        format!("at most {:.0} %", 100.0 * most)
    });
    let name = ("z by layer", theme.strong);
    let all = |what| text::Title {
        name,
        what,
        aside: &aside,
        more: "",
    };
    let [long, short] = [
        "share that a Gaussian has elsewhere: ░ 5 %, ▒ 10 %, ▓ 20 %, █ 40 %",
        "share that a Gaussian has elsewhere",
    ]
    .map(all);
    let title = if long.fits(inside) { long } else { short };
    text::title(buffer, inside, theme, title);
    for (share, x) in of.into_iter().zip(area.left()..area.right()) {
        let shade = DISTANCES.iter().find(|(step, _)| share >= Some(*step));
        if let Some((_, shade)) = shade {
            buffer[(x, area.y)].set_symbol(shade).set_style(theme.text);
        }
    }
}

fn layers_at(model: &Model, layer: usize) -> Option<&LayerStats> {
    model.snapshot()?.layers.get(layer)
}

/// Share of the units that would have to move for a layer to have a Gaussian's histogram: half the sum of the differences.
fn distance(layer: &LayerStats) -> f64 {
    let own = mean([layer].into_iter());
    let differences = own.iter().zip(gaussian()).map(|(own, of)| (own - of).abs());
    differences.sum::<f64>() / 2.0
}

/// The mean histogram of some layers, zeros where there is none; what is not a number counts as 0.
fn mean<'a>(layers: impl Iterator<Item = &'a LayerStats>) -> [f64; BINS] {
    let mut sum = [0.0; BINS];
    let mut count = 0.0;
    for layer in layers {
        count += 1.0;
        for (s, h) in sum.iter_mut().zip(&layer.histogram) {
            *s += if h.is_finite() { f64::from(*h) } else { 0.0 };
        }
    }
    sum.map(|s| if count > 0.0 { s / count } else { 0.0 })
}

/// A histogram spread over rows, the largest values in the first.
fn rows_of(histogram: &[f64; BINS], rows: usize) -> Vec<f64> {
    let mut shares = spread(histogram, rows);
    shares.reverse();
    shares
}

/// A histogram spread over so many equal parts of its range; a bin on a boundary is shared.
pub(super) fn spread(histogram: &[f64; BINS], parts: usize) -> Vec<f64> {
    let each = BINS as f64 / parts.max(1) as f64;
    (0..parts)
        .map(|part| {
            let (low, high) = (part as f64 * each, (part + 1) as f64 * each);
            let inside = |bin: usize| ((bin + 1) as f64).min(high) - (bin as f64).max(low);
            (0..BINS)
                .map(|bin| inside(bin).max(0.0) * histogram[bin])
                .sum()
        })
        .collect()
}

/// A Gaussian of variance 1 in the same bins, by its density in their middle.
pub(super) fn gaussian() -> [f64; BINS] {
    let width = 8.0 / BINS as f64;
    std::array::from_fn(|bin| {
        let z = (bin as f64 + 0.5) * width - 4.0;
        width * (-z * z / 2.0).exp() / std::f64::consts::TAU.sqrt()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_share_out_a_histogram_without_losing_any_of_it() {
        for rows in 1..40 {
            let total: f64 = rows_of(&gaussian(), rows).iter().sum();
            // 0.99994 of a Gaussian lies within 4 standard deviations; the midpoint rule is exact to 1e-6 here
            assert!((total - 0.999_937).abs() < 1e-5, "{rows}: {total}");
        }
    }

    #[test]
    fn the_largest_values_are_at_the_top() {
        let mut histogram = [0.0; BINS];
        histogram[BINS - 1] = 1.0;
        assert_eq!(rows_of(&histogram, 4), [1.0, 0.0, 0.0, 0.0]);
    }
}

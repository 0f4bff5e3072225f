//! Layers to columns: a layer may be several columns wide, or a column may stand for several layers.

use std::ops::Range;

use crate::engine::snapshot::{Band, Summary};

/// What one column of a curve has to show: the extremes of its layers, as log10.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Smallest 10 % quantile over draws.
    pub low: f64,
    /// Smallest median.
    pub bottom: f64,
    /// Largest median.
    pub top: f64,
    /// Largest 90 % quantile.
    pub high: f64,
    /// The median of some layer is exactly zero.
    pub zero: bool,
    /// The median of some layer overflows.
    pub overflow: bool,
    /// Some layer has no number at all.
    pub unknown: bool,
}

impl Column {
    const NOTHING: Self = Self {
        low: f64::INFINITY,
        bottom: f64::INFINITY,
        top: f64::NEG_INFINITY,
        high: f64::NEG_INFINITY,
        zero: false,
        overflow: false,
        unknown: false,
    };

    /// Whether some layer has a finite median.
    #[must_use]
    pub fn finite(&self) -> bool {
        self.bottom <= self.top
    }

    fn add(mut self, layer: &Summary) -> Self {
        let median = layer.log10_p50;
        if median.is_nan() {
            self.unknown = true;
        } else if median.is_infinite() {
            if median < 0.0 {
                self.zero = true;
            } else {
                self.overflow = true;
            }
        } else {
            self.bottom = self.bottom.min(median);
            self.top = self.top.max(median);
            // `min` and `max` drop a NaN quantile.
            self.low = self.low.min(layer.log10_p10.min(median));
            self.high = self.high.max(layer.log10_p90.max(median));
        }
        self
    }
}

/// The layers, counted from 0, that column `column` of `columns` stands for; never empty for `depth >= 1`.
#[must_use]
pub fn layers_of(column: usize, columns: usize, depth: usize) -> Range<usize> {
    let start = column * depth / columns.max(1);
    let end = (column + 1) * depth / columns.max(1);
    start..end.max(start + 1)
}

/// The column in which a layer counted from 0 is pointed at: the middle of those that stand for it.
#[must_use]
pub fn column_of(layer: usize, columns: usize, depth: usize) -> usize {
    let shown = |column: &usize| layers_of(*column, columns, depth).contains(&layer);
    let first = (0..columns).find(shown).unwrap_or(0);
    let last = (first..columns).take_while(shown).last().unwrap_or(first);
    usize::midpoint(first, last)
}

/// A curve of `depth` layers in `columns` columns; `None` where no layer of the column is known yet.
pub fn curve(
    columns: usize,
    depth: usize,
    layer: impl Fn(usize) -> Option<Summary>,
) -> Vec<Option<Column>> {
    (0..columns)
        .map(|c| {
            let known = layers_of(c, columns, depth).filter_map(&layer);
            known.fold(None, |column: Option<Column>, summary| {
                Some(column.unwrap_or(Column::NOTHING).add(&summary))
            })
        })
        .collect()
}

/// What is expected of the layers of each column: their smallest and largest edge, and the middle of their curve. Edges that are
/// not finite count as the curve; `None` where that is not finite either.
pub fn expected(
    columns: usize,
    depth: usize,
    layer: impl Fn(usize) -> Option<Band>,
) -> Vec<Option<Band>> {
    (0..columns)
        .map(|c| {
            let known = layers_of(c, columns, depth)
                .filter_map(&layer)
                .filter(|band| band.mid.is_finite());
            let mut extremes: Option<[f64; 4]> = None;
            for Band { low, mid, high } in known {
                let finite = |edge: f64| if edge.is_finite() { edge } else { mid };
                let [bottom, least, most, top] =
                    extremes.unwrap_or([f64::INFINITY, mid, mid, f64::NEG_INFINITY]);
                extremes = Some([
                    bottom.min(finite(low)),
                    least.min(mid),
                    most.max(mid),
                    top.max(finite(high)),
                ]);
            }
            extremes.map(|[low, least, most, high]| Band {
                low,
                mid: f64::midpoint(least, most),
                high,
            })
        })
        .collect()
}

/// Straight lines between values, `count` of which go from the left edge to the right one; `None` behind the last and where there is
/// no number.
#[must_use]
pub fn between(values: &[f64], count: usize, columns: usize) -> Vec<Option<f64>> {
    let at = |column: usize| {
        let place = (column as f64 + 0.5) * count as f64 / columns as f64 - 0.5;
        let place = place.max(0.0);
        let (before, share) = (place.floor() as usize, place.fract());
        if place > values.len() as f64 - 0.5 {
            return None;
        }
        let here = *values.get(before)?;
        let next = values.get(before + 1).copied().filter(|x| x.is_finite());
        let value = match next {
            Some(next) if here.is_finite() => here + share * (next - here),
            _ => here,
        };
        (!value.is_nan()).then_some(value)
    };
    (0..columns).map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(log10: f64) -> Summary {
        Summary {
            log10_p10: log10 - 0.1,
            log10_p50: log10,
            log10_p90: log10 + 0.1,
            ..Summary::default()
        }
    }

    #[test]
    fn every_layer_has_a_column_and_every_column_a_layer() {
        for columns in [1, 2, 3, 42, 47, 58] {
            for depth in [1, 2, 30, 42, 43, 64, 1000, 10_000] {
                let covered: Vec<Range<usize>> =
                    (0..columns).map(|c| layers_of(c, columns, depth)).collect();
                assert!(
                    covered
                        .iter()
                        .all(|layers| !layers.is_empty() && layers.end <= depth),
                    "{columns} {depth}"
                );
                assert!(
                    (0..depth).all(|l| covered.iter().any(|layers| layers.contains(&l))),
                    "{columns} {depth}"
                );
            }
        }
    }

    #[test]
    fn a_layer_is_pointed_at_in_a_column_of_its_own() {
        for columns in [1, 2, 3, 42, 47, 58] {
            for depth in [1, 2, 30, 42, 43, 64, 1000] {
                for layer in 0..depth {
                    let column = column_of(layer, columns, depth);
                    assert!(
                        layers_of(column, columns, depth).contains(&layer),
                        "{columns} {depth} {layer}"
                    );
                }
            }
        }
        assert_eq!([0, 1, 2].map(|layer| column_of(layer, 9, 3)), [1, 4, 7]);
    }

    #[test]
    fn a_column_keeps_the_extremes_of_its_layers() {
        let values = [0.0, -5.0, 3.0, 0.0];
        let columns = curve(1, 4, |l| Some(at(values[l])));
        let column = columns[0].expect("known");
        assert_eq!((column.bottom, column.top), (-5.0, 3.0));
        assert_eq!((column.low, column.high), (-5.1, 3.1));
    }

    #[test]
    fn zeros_and_overflows_are_flags_and_never_heights() {
        let column = curve(1, 3, |l| {
            Some(at([f64::NEG_INFINITY, f64::INFINITY, f64::NAN][l]))
        })[0]
            .expect("known");
        assert!(column.zero && column.overflow && column.unknown && !column.finite());
    }

    #[test]
    fn a_band_keeps_the_extremes_of_its_layers_and_needs_numbers() {
        let bands = [
            Some(Band {
                low: -1.0,
                mid: 0.0,
                high: 0.5,
            }),
            Some(Band {
                low: f64::NAN,
                mid: 2.0,
                high: f64::INFINITY,
            }),
            Some(Band::line(f64::NEG_INFINITY)),
            None,
        ];
        let found = expected(2, 4, |l| bands[l]);
        let first = Band {
            low: -1.0,
            mid: 1.0,
            high: 2.0,
        };
        assert_eq!(found, [Some(first), None]);
    }

    #[test]
    fn what_is_not_computed_is_empty() {
        let columns = curve(4, 4, |l| (l < 2).then(|| at(0.0)));
        assert_eq!(
            columns.iter().map(Option::is_some).collect::<Vec<_>>(),
            [true, true, false, false]
        );
    }
}

//! The lattice of points that a map of the `(sigma_w, sigma_b)` plane shows.

use crate::net::activation::Activation;
use crate::theory::gaussian::Gaussian;

/// Largest `sigma_b`.
const SIGMA_B: f64 = 2.0;
/// What a range may end at, times a power of ten.
const ROUND: [f64; 10] = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
/// Half octaves of `q` at which the edge of chaos is looked for to choose the range: from `2^-8` to `2^8`.
const HALF_OCTAVES: std::ops::RangeInclusive<i32> = -16..=16;

/// `columns x rows` points: `sigma_w` from one step above 0 at the left, `sigma_b` from 0 at the bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// The last column.
    pub sigma_w: f64,
    /// The last row.
    pub sigma_b: f64,
    /// Points from left to right, at least 1.
    pub columns: usize,
    /// Points from bottom to top, at least 1.
    pub rows: usize,
}

impl Plane {
    /// The plane of an activation; its ranges depend on the activation alone.
    #[must_use]
    pub fn new(activation: &Activation, columns: usize, rows: usize) -> Self {
        Self {
            sigma_w: round(range(activation)),
            sigma_b: SIGMA_B,
            columns: 1,
            rows: 1,
        }
        .sized(columns, rows)
    }

    /// The same ranges with another number of points.
    #[must_use]
    pub fn sized(self, columns: usize, rows: usize) -> Self {
        Self {
            columns: columns.max(1),
            rows: rows.max(1),
            ..self
        }
    }

    /// `sigma_w` of a column.
    #[must_use]
    pub fn sigma_w_at(&self, column: usize) -> f64 {
        self.sigma_w * (column + 1) as f64 / self.columns as f64
    }

    /// `sigma_b` of a row, counted from the bottom.
    #[must_use]
    pub fn sigma_b_at(&self, row: usize) -> f64 {
        self.sigma_b * row as f64 / self.last_row()
    }

    /// Where `sigma_w` lies among the columns: whole numbers are their points.
    #[must_use]
    pub fn column_of(&self, sigma_w: f64) -> f64 {
        sigma_w / self.sigma_w * self.columns as f64 - 1.0
    }

    /// Where `sigma_b` lies among the rows: whole numbers are their points.
    #[must_use]
    pub fn row_of(&self, sigma_b: f64) -> f64 {
        sigma_b / self.sigma_b * self.last_row()
    }

    /// The point nearest to `(sigma_w, sigma_b)` as column and row; `None` for what is outside. All that is closer to 0 than the
    /// first column belongs to it.
    #[must_use]
    pub fn cell(&self, sigma_w: f64, sigma_b: f64) -> Option<(usize, usize)> {
        let inside = |place: f64, points: usize| {
            let nearest = place.round().max(0.0);
            (nearest < points as f64).then_some(nearest as usize)
        };
        Some((
            inside(self.column_of(sigma_w), self.columns)?,
            inside(self.row_of(sigma_b), self.rows)?,
        ))
    }

    fn last_row(&self) -> f64 {
        self.rows.saturating_sub(1).max(1) as f64
    }
}

/// Where the map should end: the edge of chaos is inside, with as much room at the right of its foot at `sigma_b = 0` (else of its
/// smallest `sigma_w`) as at the left; for an activation without an edge, twice the `sigma_w` that keeps `q = 1`.
fn range(activation: &Activation) -> f64 {
    let gaussian = Gaussian::new(activation);
    let mut foot = None;
    let mut shown: Option<(f64, f64)> = None;
    let mut before = f64::NAN;
    let half_octaves = gaussian.shape().jumps.is_empty().then_some(HALF_OCTAVES);
    for i in half_octaves.into_iter().flatten() {
        let q = (0.5 * f64::from(i)).exp2();
        let m = gaussian.moments(q);
        let sigma_w = (1.0 / m.slope_second).sqrt();
        let sigma_b2 = q - m.second / m.slope_second;
        if !(sigma_w > 0.0 && (sigma_w + sigma_b2).is_finite()) {
            continue;
        }
        if sigma_b2.abs() < 0.01 * q || sigma_b2 * before < 0.0 {
            foot = foot.or(Some(sigma_w));
        }
        if (0.0..=SIGMA_B * SIGMA_B).contains(&sigma_b2) {
            let (low, high) = shown.unwrap_or((sigma_w, sigma_w));
            shown = Some((low.min(sigma_w), high.max(sigma_w)));
        }
        before = sigma_b2;
    }
    let high = shown.map_or(0.0, |(_, high)| high);
    match foot.or(shown.map(|(low, _)| low)) {
        Some(start) => (1.5 * high).clamp(2.0 * start, 4.0 * start),
        None => 2.0 / gaussian.moments(1.0).second.sqrt(),
    }
}

/// The next round number; 4 where there is none.
fn round(x: f64) -> f64 {
    if !(x.is_finite() && x > 0.0) {
        return 4.0;
    }
    let decade = 10_f64.powf(x.log10().floor());
    let found = ROUND.iter().find(|r| **r * decade >= x * (1.0 - 1e-9));
    found.map_or(4.0, |r| r * decade)
}

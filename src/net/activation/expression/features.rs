//! Where an expression has features much narrower than 1, found by what its smooth functions are applied to.

use super::branches::Branches;
use super::scan::{Cell, Scan, zero_or_turn};

/// At most this many features are listed, those nearest to 0.
const MOST: usize = 256;

/// Change of an argument across the cell around its zero or turning point from which a function of it is narrow: such a
/// function varies where its argument changes by about 1, or, of a root, logarithm or denominator, by its own size.
const NARROW: f64 = 8.0;

/// The zeros and turning points of arguments that pass by fast, ascending.
pub(super) fn features(branches: &Branches<'_>, scan: &Scan) -> Vec<f64> {
    let mut cells: Vec<&Cell> = scan.cells.iter().collect();
    cells.sort_by(|a, b| a.distance().total_cmp(&b.distance()));
    let mut points: Vec<f64> = Vec::new();
    for cell in cells {
        if points.len() >= MOST || branches.exhausted() {
            break;
        }
        let (x, change) = zero_or_turn(branches, cell);
        if change > NARROW && x != 0.0 && !points.contains(&x) {
            points.push(x);
        }
    }
    points.sort_by(f64::total_cmp);
    points
}

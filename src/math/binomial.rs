//! How well a share is known from some trials.

/// The 95 % score interval of a share of which `count` of `total` trials are known (Wilson, J. Amer. Statist. Assoc. 22, 1927):
/// never empty, within 0 to 1; 0 to 1 without a trial.
#[must_use]
pub fn interval(count: usize, total: usize) -> [f64; 2] {
    /// Normal quantile at 0.975.
    const Z: f64 = 1.959_963_984_540_054;
    if total == 0 {
        return [0.0, 1.0];
    }
    let (n, share) = (total as f64, count as f64 / total as f64);
    let z2 = Z * Z / n;
    let middle = share + z2 / 2.0;
    let half = Z * (share * (1.0 - share) / n + z2 / (4.0 * n)).sqrt();
    // at the ends the two terms are equal but for rounding
    let low = if count == 0 { 0.0 } else { middle - half };
    let high = if count == total {
        1.0 + z2
    } else {
        middle + half
    };
    [low / (1.0 + z2), high / (1.0 + z2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ends_solve_the_score_equation() {
        // (share - p)^2 = z^2 p (1 - p) / n at both ends
        for (count, total) in [(0, 8), (3, 8), (8, 8), (1, 512), (34, 100)] {
            let share = count as f64 / total as f64;
            for p in interval(count, total) {
                let z2 = 1.959_963_984_540_054_f64.powi(2);
                let gap = (share - p).powi(2) - z2 * p * (1.0 - p) / total as f64;
                assert!(gap.abs() < 1e-15, "{count} of {total}: {p}");
            }
        }
        assert_eq!(interval(0, 0), [0.0, 1.0]);
        assert_eq!((interval(0, 8)[0], interval(8, 8)[1]), (0.0, 1.0));
    }
}

//! How deep such a network may be.

use super::failure::Failure;
use super::{COLLAPSE_LIMIT, Channel, Curves};

/// How many layers such a network may have before something fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// Layers that survive; `None` where no end is in sight. For a healthy network an extrapolation of its drift.
    pub layers: Option<usize>,
    /// The channel that would fail next.
    pub channel: Option<Channel>,
}

/// A curve that would reach its limit only beyond this depth has no end in sight: a thousand times the deepest network.
const FAR: f64 = 1e7;

/// Drifts smaller than this many decades between the middle and the end are rounding.
const ROUNDING: f64 = 1e-9;

/// The first failure's way, or the nearest extrapolated one.
pub(super) fn budget(curves: &Curves, failures: &[Failure], drift_limit: f64) -> Budget {
    if let Some(first) = failures.iter().min_by_key(|f| f.travelled) {
        return Budget {
            layers: Some(first.travelled),
            channel: Some(first.channel),
        };
    }
    let backward: Vec<f64> = curves.gradient.iter().rev().copied().collect();
    let from_start = |curve: &[f64]| -> Vec<f64> {
        let start = curve.first().copied().unwrap_or(f64::NAN);
        curve.iter().map(|v| v - start).collect()
    };
    let both = [-drift_limit, drift_limit];
    let only = [COLLAPSE_LIMIT, f64::INFINITY];
    let [signal, gradient, difference] = curves.errors;
    [
        (Channel::Signal, from_start(&curves.signal), both, signal),
        (Channel::Gradient, from_start(&backward), both, gradient),
        (
            Channel::Distinguishability,
            curves.difference.clone(),
            only,
            difference,
        ),
    ]
    .into_iter()
    .filter_map(|(channel, curve, limits, error)| Some((crosses(&curve, limits, error)?, channel)))
    .min_by_key(|(layers, _)| *layers)
    .map_or_else(Budget::default, |(layers, channel)| Budget {
        layers: Some(layers),
        channel: Some(channel),
    })
}

/// Depth at which a curve inside its limits would reach one of them.
///
/// What it moved in the last doubling of the depth, over what it moved in the doubling before, is the factor by which the
/// movement goes on from doubling to doubling: 2 for an exponential (a straight line of decades), 1 for a power of the depth, 0
/// for a curve that has settled. Movements below three standard errors (or rounding) are none.
fn crosses(curve: &[f64], [low, high]: [f64; 2], error: f64) -> Option<usize> {
    let last = curve.len().checked_sub(1).filter(|last| *last > 0)?;
    let last = if last < 8 { last } else { last / 4 * 4 };
    let (quarter, middle, end) = (curve[last / 4], curve[last / 2], curve[last]);
    let (early, late) = (middle - quarter, end - middle);
    if late.is_nan() || late.abs() <= (3.0 * error).max(ROUNDING) {
        return None;
    }
    let factor = match late / early {
        ratio if last >= 8 && ratio >= 0.0 => ratio.min(2.0),
        _ => 2.0,
    };
    let limit = if late < 0.0 { low } else { high };
    let (mut depth, mut value, mut step) = (last as f64, end, late);
    while depth < FAR {
        step *= factor;
        let share = (limit - value) / step;
        if share <= 1.0 {
            return Some((depth * (1.0 + share)) as usize + 1);
        }
        value += step;
        depth *= 2.0;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_is_continued() {
        let curve: Vec<f64> = (0..64).map(|l| -0.01 * f64::from(l)).collect();
        let depth = crosses(&curve, [-2.0, 2.0], 0.0).expect("falls");
        assert!((200..=202).contains(&depth), "{depth}");
        assert_eq!(crosses(&curve, [-2.0, 2.0], 0.2), None);
    }

    #[test]
    fn a_power_law_is_continued_as_one() {
        // 44.413/l^2 is 1e-3 at l = 210.7.
        let curve: Vec<f64> = (1..=64)
            .map(|l| (44.413 / f64::from(l * l)).log10())
            .collect();
        let depth = crosses(&curve, [-3.0, f64::INFINITY], 0.0).expect("falls");
        assert!((200..=225).contains(&depth), "{depth}");
    }

    #[test]
    fn a_curve_that_settles_never_fails() {
        let curve: Vec<f64> = (0..64)
            .map(|l| -1.0 + 0.5_f64.powf(0.1 * f64::from(l)))
            .collect();
        assert_eq!(crosses(&curve, [-2.0, 2.0], 0.0), None);
        assert_eq!(crosses(&[0.3; 64], [-2.0, 2.0], 0.0), None);
        assert_eq!(crosses(&[0.3], [-2.0, 2.0], 0.0), None);
    }
}

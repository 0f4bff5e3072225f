//! Networks beside the present one on the phase plane of its activation.

use crate::app::action::{Coordinate, Direction};
use crate::engine::phase_map::{Plane, position};
use crate::net::initializer::WeightLaw;
use crate::net::spec::{Bias, Spec};
use crate::theory::criticality::{Critical, Stability};

/// The network one point further on the map. From between two points it goes on from the nearer one, and the other coordinate
/// stays as it is; from outside the map it comes to its border first.
///
/// # Errors
/// Says at which border of the map it is.
pub(super) fn moved(
    spec: &Spec,
    plane: &Plane,
    coordinate: Coordinate,
    direction: Direction,
) -> Result<Spec, String> {
    let (sigma_w, sigma_b) = position(spec);
    let (name, place, points) = match coordinate {
        Coordinate::SigmaW => ("sigma_w", plane.column_of(sigma_w), plane.columns),
        Coordinate::SigmaB => ("sigma_b", plane.row_of(sigma_b), plane.rows),
    };
    let value = |point: usize| match coordinate {
        Coordinate::SigmaW => plane.sigma_w_at(point),
        Coordinate::SigmaB => plane.sigma_b_at(point),
    };
    let last = points - 1;
    let here = place.round().max(0.0);
    let target = match direction {
        Direction::Back if here > last as f64 => Some(last),
        Direction::Back => (here as usize).checked_sub(1),
        Direction::Forward => Some(here as usize + 1).filter(|target| *target <= last),
    };
    let Some(target) = target else {
        return Err(match direction {
            Direction::Forward => format!("{name}: {} is the largest on this map", value(last)),
            Direction::Back => {
                format!("{name}: {} is the smallest on this map", rounded(value(0)))
            }
        });
    };
    match coordinate {
        Coordinate::SigmaW => at(spec, Some(rounded(value(target).powi(2))), sigma_b),
        Coordinate::SigmaB => at(spec, None, value(target)),
    }
}

/// The network at a point of the map, counted from its lower left corner.
///
/// # Errors
/// There is no such network.
pub(super) fn at_point(
    spec: &Spec,
    plane: &Plane,
    (column, row): (usize, usize),
) -> Result<Spec, String> {
    let sigma_w2 = rounded(plane.sigma_w_at(column).powi(2));
    at(spec, Some(sigma_w2), plane.sigma_b_at(row))
}

/// The network at the nearest of these points of the edge of chaos, with a word of warning where `q` does not stay there.
///
/// # Errors
/// It is there already.
pub(super) fn snapped(
    spec: &Spec,
    edge: &[Critical],
) -> Result<(Spec, Option<&'static str>), String> {
    let (_, sigma_b) = position(spec);
    let nearest = nearest(spec, edge)?;
    let warning = match nearest.stability {
        Stability::Unstable | Stability::Repelling | Stability::HalfStable => {
            Some("the edge of chaos, but unstable: another q moves away from it")
        }
        Stability::Stable | Stability::Neutral | Stability::Attracting => None,
    };
    Ok((at(spec, Some(nearest.sigma_w2), sigma_b)?, warning))
}

/// The nearest of these points.
///
/// # Errors
/// The network is there already.
pub(super) fn nearest<'a>(spec: &Spec, edge: &'a [Critical]) -> Result<&'a Critical, String> {
    let (sigma_w, _) = position(spec);
    let far = |point: &Critical| (point.sigma_w2.sqrt() - sigma_w).abs();
    let nearest = edge
        .iter()
        .min_by(|a, b| far(a).total_cmp(&far(b)))
        .ok_or("there is no edge of chaos here")?;
    if (sigma_w * sigma_w / nearest.sigma_w2 - 1.0).abs() <= allowed(spec.depth()) {
        return Err("this network is on the edge of chaos".into());
    }
    Ok(nearest)
}

/// The network with these variances in every layer: `variance_scaling(sigma_w^2, fan_in, ..)` with the distribution that the
/// weights have now (the normal one for weights that are not drawn entry by entry from a law with a scale), `orthogonal(sigma_w)`
/// where they are orthogonal, gain 1, and normal biases. Without `sigma_w2` the weights stay as they are.
///
/// `variance_scaling` and `orthogonal` mean the same in every dialect. The bias is named even where it does not change, because a
/// framework's default layer would otherwise lose its own with its initializer.
fn at(spec: &Spec, sigma_w2: Option<f64>, sigma_b: f64) -> Result<Spec, String> {
    let initializer = sigma_w2.map(|sigma_w2| {
        let distribution = match spec.weight_law(2) {
            WeightLaw::Orthogonal { .. } => {
                let gain = within(sigma_w2.sqrt(), allowed(spec.depth()) / 3.0);
                return format!("orthogonal({gain})");
            }
            WeightLaw::Uniform { .. } => "uniform",
            WeightLaw::TruncatedNormal { .. } => "truncated_normal",
            WeightLaw::Normal { .. }
            | WeightLaw::Sparse { .. }
            | WeightLaw::Identity { .. }
            | WeightLaw::Constant { .. }
            | WeightLaw::Standardized { .. } => "normal",
        };
        let sigma_w2 = within(sigma_w2, allowed(spec.depth()));
        format!("variance_scaling({sigma_w2}, fan_in, {distribution})")
    });
    let initializer = initializer
        .map(|text| text.parse().map_err(|error| format!("{error}")))
        .transpose()?;
    spec.with(|draft| {
        if let Some(initializer) = initializer {
            draft.initializer = Some(initializer);
            draft.gain = 1.0;
        }
        draft.bias = Bias::Normal(rounded(sigma_b));
    })
    .map_err(|error| error.to_string())
}

/// The relative error of a variance that changes the end of so many layers by less than 0.01 decades, half of the fourth digit at
/// most: an error `d` is `d` of every layer's factor, `depth d / ln 10` decades in all.
fn allowed(depth: usize) -> f64 {
    (0.01 * std::f64::consts::LN_10 / depth as f64).min(5e-4)
}

/// A number with as few digits, four at least, as keep it within a relative error.
fn within(x: f64, error: f64) -> f64 {
    let written = |digits: usize| format!("{x:.digits$e}").parse::<f64>();
    let near = |short: &f64| (short / x - 1.0).abs() <= error;
    let found = (3..17).find_map(|digits| written(digits).ok().filter(near));
    found.unwrap_or(x)
}

/// Four significant digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}

//! Moving a network on the phase plane: the spec at a point, one point further, on the edge of chaos.

use std::sync::Arc;

use crate::app::action::{Coordinate, Direction, Parameter};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::phase_map::{PhaseMapSnapshot, PhaseRequest, Plane, Reading, edge, position};
use crate::engine::request::Request;
use crate::net::initializer::WeightLaw;
use crate::net::spec::{Bias, Spec};
use crate::theory::criticality::{Critical, Stability};

/// From this many columns and rows on the numbers of a point have a panel beside the map.
const SIDE_BY_SIDE: (u16, u16) = (76, 14);
/// The smallest screen with a map.
const SMALLEST: (u16, u16) = (40, 12);
/// Columns of the numbers at the left of a map, frame included.
pub const GUTTER: u16 = 7;

/// Columns of the panel beside the map; 0 where the numbers stand in two lines above it.
#[must_use]
pub fn side((columns, rows): (u16, u16)) -> u16 {
    if columns < SIDE_BY_SIDE.0 || rows < SIDE_BY_SIDE.1 {
        0
    } else {
        (columns * 9 / 25).clamp(32, 44)
    }
}

/// Columns and rows of the map on a screen of this size; `None` where there is no room for one.
#[must_use]
pub fn points(size: (u16, u16)) -> Option<(usize, usize)> {
    if size.0 < SMALLEST.0 || size.1 < SMALLEST.1 {
        return None;
    }
    let side = side(size);
    let lines = if side == 0 { 2 } else { 0 };
    Some((
        usize::from(size.0 - side - GUTTER - 1),
        usize::from(size.1 - lines - 4),
    ))
}

impl Model {
    /// The plane that the phase view shows; `None` in other views and where the screen is too small.
    #[must_use]
    pub fn plane(&self) -> Option<Plane> {
        let (columns, rows) = points(self.size).filter(|_| self.view == View::Phase)?;
        let (_, plane) = self.plane.as_ref()?;
        Some(plane.sized(columns, rows))
    }

    /// The newest map of the plane that is shown; its reading may still be that of the point before.
    #[must_use]
    pub fn map(&self) -> Option<&PhaseMapSnapshot> {
        let plane = self.plane()?;
        self.map
            .as_deref()
            .filter(|map| map.plane == plane && map.spec.activation() == self.spec.activation())
    }

    /// The phase view's closer look at the current network; `None` until it comes.
    #[must_use]
    pub fn reading(&self) -> Option<&Reading> {
        let reading = self.map()?.reading.as_ref();
        reading.filter(|reading| reading.generation == self.generation)
    }

    pub(super) fn wish_for_map(&self) -> Option<Request> {
        self.plane().map(|plane| {
            Request::PhaseMap(PhaseRequest {
                generation: self.generation,
                spec: Arc::clone(&self.spec),
                plane,
            })
        })
    }

    /// In the phase view, finds the ranges of a new activation's plane.
    pub(super) fn survey(&mut self) {
        let activation = self.spec.activation();
        let known = self.plane.as_ref().is_some_and(|(of, _)| of == activation);
        if self.view == View::Phase && !known {
            self.plane = Some((activation.clone(), Plane::new(activation, 1, 1)));
        }
    }

    /// One point further on the plane.
    pub(super) fn step_on_plane(
        &mut self,
        coordinate: Coordinate,
        direction: Direction,
    ) -> Option<Effect> {
        let plane = self.plane()?;
        let moved = moved(&self.spec, &plane, coordinate, direction);
        self.settle(coordinate, moved)
    }

    /// To a point of the phase plane.
    pub(super) fn go_to(&mut self, column: usize, row: usize) -> Option<Effect> {
        let plane = self.plane()?;
        let moved = at_point(&self.spec, &plane, (column, row));
        self.settle(Coordinate::SigmaW, moved)
    }

    /// To another place of the phase plane, or why not.
    fn settle(&mut self, along: Coordinate, moved: Result<Spec, String>) -> Option<Effect> {
        match moved {
            Ok(spec) => {
                self.touched = Some(match along {
                    Coordinate::SigmaW => Parameter::Initializer,
                    Coordinate::SigmaB => Parameter::Bias,
                });
                Some(self.request(Arc::new(spec)))
            }
            Err(why) => {
                self.message = Some(why);
                None
            }
        }
    }

    /// Whether there is an edge of chaos to go to, as far as is known.
    pub(super) fn can_snap(&self) -> bool {
        let edge = self.reading().and_then(|reading| reading.edge.as_ref());
        match edge {
            Some(Ok(edge)) => nearest(&self.spec, edge).is_ok(),
            Some(Err(_)) => false,
            None => true,
        }
    }

    /// To the nearest point of the edge of chaos.
    pub(super) fn snap(&mut self) -> Option<Effect> {
        let known = self.reading().and_then(|reading| reading.edge.clone());
        let edge = known.unwrap_or_else(|| edge(&self.spec));
        let snapped = edge.and_then(|edge| snapped(&self.spec, &edge));
        self.message = snapped
            .as_ref()
            .ok()
            .and_then(|(_, warning)| warning.map(str::to_owned));
        self.settle(Coordinate::SigmaW, snapped.map(|(spec, _)| spec))
    }
}

/// The network one point further on the map. From between two points it goes on from the nearer one, and the other coordinate
/// stays as it is; from outside the map it comes to its border first.
///
/// # Errors
/// Says at which border of the map it is.
fn moved(
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
fn at_point(spec: &Spec, plane: &Plane, (column, row): (usize, usize)) -> Result<Spec, String> {
    let sigma_w2 = rounded(plane.sigma_w_at(column).powi(2));
    at(spec, Some(sigma_w2), plane.sigma_b_at(row))
}

/// The network at the nearest of these points of the edge of chaos, with a word of warning where `q` does not stay there.
///
/// # Errors
/// It is there already.
fn snapped(spec: &Spec, edge: &[Critical]) -> Result<(Spec, Option<&'static str>), String> {
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
fn nearest<'a>(spec: &Spec, edge: &'a [Critical]) -> Result<&'a Critical, String> {
    let (sigma_w, _) = position(spec);
    let far = |point: &Critical| (point.sigma_w2.sqrt() - sigma_w).abs();
    let nearest = edge
        .iter()
        .min_by(|a, b| far(a).total_cmp(&far(b)))
        .ok_or("there is no edge of chaos here")?;
    if far(nearest) <= 1e-12 * sigma_w {
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
            WeightLaw::Orthogonal { .. } => return format!("orthogonal({})", sigma_w2.sqrt()),
            WeightLaw::Uniform { .. } => "uniform",
            WeightLaw::TruncatedNormal { .. } => "truncated_normal",
            WeightLaw::Normal { .. }
            | WeightLaw::Sparse { .. }
            | WeightLaw::Identity { .. }
            | WeightLaw::Constant { .. } => "normal",
        };
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

/// Four significant digits.
fn rounded(x: f64) -> f64 {
    format!("{x:.3e}").parse().unwrap_or(x)
}

//! What several frameworks of Python write alike.

use super::number;
use crate::net::initializer::FanMode;

/// `(variance / fan) ** 0.5`, fans by name.
pub(super) fn deviation(variance: f64, mode: FanMode) -> String {
    let fan = match mode {
        FanMode::FanIn => "fan_in",
        FanMode::FanOut => "fan_out",
        FanMode::FanAvg => "((fan_in + fan_out) / 2)",
        FanMode::FanGeoAvg => "(fan_in * fan_out) ** 0.5",
    };
    format!("({} / {fan}) ** 0.5", number(variance))
}

/// A uniform law of this standard deviation around 0.
pub(super) fn within(std: &str, uniform: impl Fn(&str, &str) -> String) -> String {
    let bound = format!("3 ** 0.5 * {std}");
    uniform(&format!("-({bound})"), &bound)
}

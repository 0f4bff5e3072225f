//! The panels that a view can have.

use std::fmt;

/// What a box holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Panel {
    /// Signal curve.
    Signal,
    /// Gradient curve.
    Gradient,
    /// Distinguishability curve.
    Distinguishability,
    /// Distribution of z by layer.
    Distribution,
    /// Parameters with their keys.
    Network,
    /// Verdict with its rates.
    Verdict,
    /// Progress.
    Ensemble,
    /// Table of numbers.
    Numbers,
    /// Numbers of one layer.
    Layer,
    /// Distribution of z at that layer.
    Histogram,
}

impl Panel {
    /// Those that a lecture can point out, with their names as scripts write them.
    pub const NAMED: [(Self, &'static str); 7] = [
        (Self::Signal, "signal"),
        (Self::Gradient, "gradient"),
        (Self::Distinguishability, "distinguishability"),
        (Self::Distribution, "distribution"),
        (Self::Network, "network"),
        (Self::Verdict, "verdict"),
        (Self::Ensemble, "ensemble"),
    ];
}

impl fmt::Display for Panel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = Self::NAMED.iter().find(|(panel, _)| panel == self);
        f.write_str(row.map_or("", |(_, name)| name))
    }
}

//! The variances at which gradients neither vanish nor explode.

use serde_json::{Map, Value};

use super::{Fields, mean_in_words, significant};
use crate::net::activation::Activation;
use crate::report::columns::{Side, aligned};
use crate::report::csv::cell;
use crate::report::json::{PROGRAM, SCHEMA, text};
use crate::theory::criticality::{Critical, Gains, Stability, edge_of_chaos, gains, half_stable};
use crate::theory::error::TheoryError;
use crate::theory::kernel::Kernel;

const HEAD: [&str; 5] = [
    "sigma_w2",
    "sigma_b2",
    "q_star",
    "chi_parallel",
    "stability",
];

/// The edge of chaos of an activation at one variance and mean of the biases, its half-stable points at any, and its gains.
#[derive(Clone, Debug)]
pub struct Criticality {
    activation: Activation,
    sigma_b2: f64,
    /// Mean of the biases.
    mean_b: f64,
    /// The points, or why there is none.
    edge: Result<Vec<Critical>, TheoryError>,
    half_stable: Vec<Critical>,
    gains: Gains,
}

impl Criticality {
    /// Solves for `chi_perp = 1` at `V(q) = q`; that there is no solution is a result.
    ///
    /// # Errors
    /// [`TheoryError::BiasVariance`] for a variance that is none, [`TheoryError::BiasMean`] for a mean with which the activation is not known.
    pub fn solve(activation: &Activation, sigma_b2: f64, mean_b: f64) -> Result<Self, TheoryError> {
        let kernel = Kernel::with_bias_mean(activation, mean_b)?;
        let with_mean = |points: Vec<Critical>| -> Vec<Critical> {
            let moved = points.into_iter().map(|point| Critical {
                q_star: point.q_star.map(|q| q + mean_b * mean_b),
                ..point
            });
            moved.collect()
        };
        let edge = match edge_of_chaos(&kernel, sigma_b2 + 0.0) {
            Ok(points) => Ok(with_mean(points)),
            Err(none @ TheoryError::NoEdge { .. }) => Err(none),
            Err(error) => return Err(error),
        };
        Ok(Self {
            activation: activation.clone(),
            sigma_b2: sigma_b2 + 0.0,
            mean_b,
            edge,
            half_stable: with_mean(half_stable(&kernel)),
            gains: gains(&kernel),
        })
    }

    fn points(&self) -> &[Critical] {
        self.edge.as_deref().unwrap_or(&[])
    }

    /// Why there is no critical point; `None` where there is one.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.edge.as_ref().err().map(ToString::to_string)
    }

    fn gains(&self) -> [(&'static str, f64, &'static str); 3] {
        let gains = &self.gains;
        let size = match self.mean_b {
            0.0 => "E x² = E z²",
            _ => "E x² = Var z",
        };
        [
            ("second_moment", gains.second_moment, size),
            ("gradient", gains.gradient, "the mean square of gradients"),
            (
                "centred_variance",
                gains.centred_variance,
                "Var x = Var z, where means are removed",
            ),
        ]
    }

    /// Critical points with what their stability means, half-stable points, gains; each line ended by `\n`.
    #[must_use]
    pub fn table(&self) -> String {
        let edge = self
            .reason()
            .map_or_else(|| rows(self.points()), |reason| reason + "\n");
        let half_stable = if self.half_stable.is_empty() {
            "none\n".to_owned()
        } else {
            rows(&self.half_stable)
        };
        let gains = self
            .gains()
            .map(|(key, gain, keeps)| vec![key.to_owned(), significant(gain), keeps.to_owned()]);
        format!(
            "{}, sigma_b2 = {}{}, infinite width\n\n\
             edge of chaos, chi_perp = 1 at V(q) = q:\n{edge}\n\
             half-stable points at any sigma_b2, chi_perp = chi_parallel = 1:\n{half_stable}\n\
             gains, the sigma_w that at {} = 1 keeps:\n{}",
            self.activation.in_full(),
            self.sigma_b2,
            mean_in_words(self.mean_b),
            if self.mean_b == 0.0 { "q" } else { "Var z" },
            aligned(&[Side::Left; 3], &gains),
        )
    }

    /// One document:
    ///
    /// ```json
    /// {"schema": 1,
    ///  "program": "initscope 0.1.0",
    ///  "activation": "gelu", "sigma_b2": x,
    ///  "critical": [{"sigma_w2": x, "sigma_b2": x, "q_star": x, "chi_parallel": x, "stability": "unstable"}, ...],
    ///  "reason": null,
    ///  "half_stable": [as in critical, ...],
    ///  "gains": {"second_moment": x, "gradient": x, "centred_variance": x}}
    /// ```
    ///
    /// `bias_mean` stands after `sigma_b2` where it is not 0. `critical` ascends in `q_star` and may be empty; `reason` then says why. `stability` is `stable`, `unstable`, `neutral`,
    /// `attracting`, `repelling` or `half-stable`: see [`Stability`]. `null` is explained in [`crate::report::theory`].
    #[must_use]
    pub fn json(&self) -> String {
        let list = |points: &[Critical]| {
            let lines: Vec<String> = points.iter().map(|p| text(&object(p))).collect();
            format!("[{}]", lines.join(",\n"))
        };
        let mut gains = Fields::default();
        for (key, gain, _) in self.gains() {
            gains.number(key, gain);
        }
        format!(
            "{{\"schema\":{SCHEMA},\n\"program\":{},\n\"activation\":{},\"sigma_b2\":{}{},\n\"critical\":{},\n\"reason\":{},\n\"half_stable\":{},\n\"gains\":{}}}\n",
            text(&PROGRAM),
            text(&self.activation.in_full()),
            text(&self.sigma_b2),
            match self.mean_b {
                0.0 => String::new(),
                mean => format!(",\"bias_mean\":{}", text(&mean)),
            },
            list(self.points()),
            text(&self.reason()),
            list(&self.half_stable),
            text(&gains.finish()),
        )
    }

    /// The critical points at this bias variance: a header and one line each, none where there is no edge.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut csv = HEAD.join(",") + "\n";
        for point in self.points() {
            csv.push_str(&(cells(point, cell).join(",") + "\n"));
        }
        csv
    }
}

fn cells(point: &Critical, number: fn(f64) -> String) -> Vec<String> {
    vec![
        number(point.sigma_w2),
        number(point.sigma_b2),
        point.q_star.map_or("any".into(), number),
        number(point.chi_parallel),
        point.stability.to_string(),
    ]
}

fn rows(points: &[Critical]) -> String {
    let mut rows = vec![HEAD.map(str::to_owned).to_vec()];
    for point in points {
        let mut row = cells(point, significant);
        row.push(meaning(point.stability).into());
        rows.push(row);
    }
    aligned(&[Side::Left; 6], &rows)
}

/// A critical point as in [`Criticality::json`].
pub(in crate::report) fn object(point: &Critical) -> Map<String, Value> {
    let mut fields = Fields::default();
    fields.number("sigma_w2", point.sigma_w2);
    fields.number("sigma_b2", point.sigma_b2);
    match point.q_star {
        Some(q) => fields.number("q_star", q),
        None => fields.any("q_star"),
    }
    fields.number("chi_parallel", point.chi_parallel);
    fields.word("stability", &point.stability);
    fields.finish()
}

/// What finite width and depth make of it, in words.
fn meaning(stability: Stability) -> &'static str {
    match stability {
        Stability::Stable => "errors of q shrink",
        Stability::Unstable => "errors of q grow: finite width drifts away",
        Stability::Neutral => "every q is a fixed point",
        Stability::Attracting => "q falls to 0 by a power of the depth",
        Stability::Repelling => "q just above 0 grows",
        Stability::HalfStable => "attracts from one side only",
    }
}

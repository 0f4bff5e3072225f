//! The numbers behind a verdict, in text.

use crate::engine::verdict::Verdict;
use crate::report::csv::cell;

/// The three rates, signed: `signal -0.301, gradient -0.301, distinguishability -0.012 decades per layer`.
#[must_use]
pub fn rates(verdict: &Verdict) -> String {
    format!(
        "signal {}, gradient {}, distinguishability {} decades per layer",
        decades(verdict.signal_rate),
        decades(verdict.gradient_rate),
        decades(verdict.distinguishability_rate)
    )
}

/// Where 16- and 32-bit numbers run out, a line for every format that does.
#[must_use]
pub(super) fn formats(verdict: &Verdict) -> String {
    let lines = verdict.format_sentences();
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// `kind`, `layer` (empty when healthy), `depth_budget` (`inf` where no end is in sight) and the rates of the three channels, as cells
/// of CSV; the names are those of JSON.
pub(super) fn cells(verdict: &Verdict) -> [String; 6] {
    let layer = verdict.layer.map(|layer| layer.to_string());
    let budget = verdict.budget.layers.map(|layers| layers.to_string());
    [
        verdict.kind.name().to_owned(),
        layer.unwrap_or_default(),
        budget.unwrap_or_else(|| cell(f64::INFINITY)),
        cell(verdict.signal_rate),
        cell(verdict.gradient_rate),
        cell(verdict.distinguishability_rate),
    ]
}

/// A signed number of decades with three decimals; a zero has the sign `+`, and from a thousand on there is no number.
fn decades(rate: f64) -> String {
    if rate.is_finite() && rate.abs() >= 999.5 {
        return if rate > 0.0 { ">+999" } else { "<-999" }.into();
    }
    let text = format!("{rate:+.3}");
    if text == "-0.000" {
        "+0.000".into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rates_are_signed_and_a_zero_is_positive() {
        let verdict = Verdict {
            signal_rate: -0.3006,
            gradient_rate: -0.000_1,
            distinguishability_rate: 0.01,
            ..Verdict::default()
        };
        assert_eq!(decades(7e56), ">+999");
        assert_eq!(
            rates(&verdict),
            "signal -0.301, gradient +0.000, distinguishability +0.010 decades per layer"
        );
    }
}

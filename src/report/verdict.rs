//! The rates behind a verdict, in text.

use crate::engine::verdict::Verdict;

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

/// A signed number of decades with three decimals; a zero has the sign `+`.
fn decades(rate: f64) -> String {
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
        assert_eq!(
            rates(&verdict),
            "signal -0.301, gradient +0.000, distinguishability +0.010 decades per layer"
        );
    }
}

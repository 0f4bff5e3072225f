//! Numbers that are known by their log10, as short text.

/// A value as a person reads it, from its log10: `0.5`, `120`, `1.2e-19`, `1e-1234`; two significant digits.
///
/// `-inf` is `0`, `+inf` is `inf`, NaN is `?`.
#[must_use]
pub fn value(log10: f64) -> String {
    if log10.is_nan() {
        return "?".into();
    }
    if log10.is_infinite() {
        return if log10 < 0.0 {
            "0".into()
        } else {
            "inf".into()
        };
    }
    let mut exponent = log10.floor();
    let mut tenths = (10_f64.powf(log10 - exponent) * 10.0).round();
    if tenths >= 100.0 {
        tenths = 10.0;
        exponent += 1.0;
    }
    if (-3.0..4.0).contains(&exponent) {
        let decimals = (1.0 - exponent).max(0.0) as usize;
        return trimmed(&format!(
            "{:.decimals$}",
            tenths / 10.0 * 10_f64.powf(exponent)
        ));
    }
    format!("{}e{exponent}", trimmed(&format!("{:.1}", tenths / 10.0)))
}

/// A factor that is multiplied with itself so often: as many digits as make the product read as it does in [`value`], two at least.
#[must_use]
pub fn factor(log10: f64, steps: usize) -> String {
    const MOST: usize = 8;
    let short = value(log10);
    let product = |log10: f64| value(steps as f64 * log10);
    if !(-3.0..4.0).contains(&log10) {
        return short;
    }
    let x = 10_f64.powf(log10);
    let mut digits = (2..=MOST).map(|digits| {
        let text = format!("{x:.*e}", digits - 1);
        text.parse().unwrap_or(x)
    });
    let told = digits.find(|told: &f64| product(told.log10()) == product(log10));
    told.map_or(short, |told| told.to_string())
}

/// A rate in decades per layer with its sign: `-0.30`, `+0.002`, `0`; three digits after the point below 0.1, `>+999` where no
/// number of that kind means anything.
#[must_use]
pub fn rate(decades: f64) -> String {
    if decades == f64::NEG_INFINITY {
        return "-inf".into();
    }
    if !decades.is_finite() {
        return value(decades);
    }
    if decades.abs() >= 999.5 {
        return if decades > 0.0 { ">+999" } else { "<-999" }.into();
    }
    let digits = match decades.abs() {
        small if small < 0.0995 => 3,
        large if large >= 99.5 => 0,
        _ => 2,
    };
    let text = format!("{decades:+.digits$}");
    if text.chars().any(|c| ('1'..='9').contains(&c)) {
        text
    } else {
        "0".into()
    }
}

/// A parameter as it would be typed: at most four significant digits, no trailing zeros.
#[must_use]
pub fn parameter(x: f64) -> String {
    if x == 0.0 {
        return "0".into();
    }
    let size = x.abs().log10().floor();
    if !(-4.0..6.0).contains(&size) {
        return format!("{x:.3e}");
    }
    let decimals = (3.0 - size).max(0.0) as usize;
    trimmed(&format!("{x:.decimals$}"))
}

fn trimmed(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_plain_near_one_and_has_an_exponent_far_from_it() {
        let cases = [
            (0.0, "1"),
            (0.301, "2"),
            (-0.301, "0.5"),
            (1.0792, "12"),
            (2.09, "120"),
            (3.9999, "1e4"),
            (-3.0, "0.001"),
            (-2.91, "0.0012"),
            (-3.2, "6.3e-4"),
            (-18.9, "1.3e-19"),
            (-1233.999, "1e-1234"),
            (305.5, "3.2e305"),
        ];
        for (log10, text) in cases {
            assert_eq!(value(log10), text);
        }
    }

    #[test]
    fn what_is_no_finite_number_is_said_so() {
        assert_eq!(value(f64::NEG_INFINITY), "0");
        assert_eq!(value(f64::INFINITY), "inf");
        assert_eq!(value(f64::NAN), "?");
        assert_eq!(rate(f64::NEG_INFINITY), "-inf");
        assert_eq!(rate(f64::INFINITY), "inf");
    }

    #[test]
    fn the_product_of_a_factor_reads_as_the_total() {
        // 1.108^63 is 640, 1.1083^63 is 650
        assert_eq!(factor(2.813 / 63.0, 63), "1.1083");
        for steps in 1..200 {
            for total in [-60.0, -3.21, -0.4, 0.0, 0.02, 2.813, 17.5] {
                let log10 = total / steps as f64;
                let text = factor(log10, steps);
                if (-3.0..4.0).contains(&log10) {
                    let told: f64 = text.parse().expect("a number");
                    assert_eq!(
                        value(steps as f64 * told.log10()),
                        value(steps as f64 * log10),
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_rate_has_a_sign_and_zero_has_none() {
        assert_eq!(rate(-0.3), "-0.30");
        assert_eq!(rate(0.0021), "+0.002");
        assert_eq!(rate(-0.0002), "0");
        assert_eq!(rate(12.0), "+12.00");
        assert_eq!([1e3, -7e56, 123.4].map(rate), [">+999", "<-999", "+123"]);
    }

    #[test]
    fn a_parameter_reads_as_typed() {
        for (x, text) in [
            (1.0, "1"),
            (0.05, "0.05"),
            (1.234_56, "1.235"),
            (0.0625, "0.0625"),
            (300.0, "300"),
            (0.0, "0"),
            (1e-7, "1.000e-7"),
        ] {
            assert_eq!(parameter(x), text);
        }
    }
}

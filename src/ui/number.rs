//! Numbers that are known by their log10, as short text.

use crate::ui::theme::glyphs::{OVERFLOW, UNKNOWN};

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

/// A number in at most so many characters, 6 at least: whole where it fits, else with as many digits as fit, four at most; of what is
/// too small or too large for one digit the sign and the power of ten, `-e-308`.
#[must_use]
pub fn within(x: f64, room: usize) -> String {
    const MOST: usize = 4;
    if !x.is_finite() {
        return match x {
            f64::INFINITY => OVERFLOW.into(),
            f64::NEG_INFINITY => format!("-{OVERFLOW}"),
            _ => UNKNOWN.into(),
        };
    }
    let fits = |text: &String| text.chars().count() <= room;
    // without the sign of a zero
    let whole = Some(format!("{}", x + 0.0)).filter(|_| x.fract() == 0.0 && x.abs() < 1e15);
    if let Some(whole) = whole.filter(fits) {
        return whole;
    }
    let written = (0..MOST).rev().flat_map(|digits| {
        let power = format!("{x:.digits$e}");
        let rounded: f64 = power.parse().unwrap_or(x);
        let (mantissa, exponent) = power.split_once('e').unwrap_or((&power, "0"));
        [
            format!("{rounded}"),
            format!("{}e{exponent}", trimmed(mantissa)),
        ]
    });
    let mut written = written.filter(fits);
    written.next().unwrap_or_else(|| {
        let sign = if x < 0.0 { "-" } else { "" };
        format!("{sign}e{}", x.abs().log10().floor())
    })
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
    fn a_number_keeps_as_many_digits_as_there_is_room_for() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (7.0, "7"),
            (123_456.0, "123456"),
            (123_456_789.0, "1.23e8"),
            (-0.301_234, "-0.301"),
            (0.05, "0.05"),
            (1.0 / 3.0, "0.3333"),
            (-18.72, "-18.72"),
            (1234.56, "1235"),
            (5.8e-20, "5.8e-20"),
            (f64::INFINITY, "∞"),
            (f64::NEG_INFINITY, "-∞"),
            (f64::NAN, "?"),
        ] {
            assert_eq!(within(x, 7.min(text.chars().count().max(6))), text);
        }
        for x in [-1.234e-308, 9.99e307, -1.5e15, 0.000_123, -99999.5, 1e-5] {
            for room in 6..=12 {
                let text = within(x, room);
                assert!(text.len() <= room, "{text} in {room}");
            }
        }
        assert_eq!(within(-1.234e-308, 6), "-e-308");
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

//! Factors that may depend on the depth: `0.5`, `1/sqrt(2N)`, `(8N)^-0.25`.

use std::fmt;
use std::str::FromStr;

use crate::net::written::{number, value};

/// What a factor counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Count {
    /// `N`, blocks.
    Blocks,
    /// `L`, sub-layers of the whole network.
    SubLayers,
}

/// A number, or a power of a multiple of the number of blocks or sub-layers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// The number, or what multiplies the count.
    scale: f64,
    /// The count and the power of `scale * count`.
    of: Option<(Count, f64)>,
}

impl Factor {
    /// The number 1.
    pub const ONE: Self = Self::number(1.0);

    /// A number.
    #[must_use]
    pub const fn number(scale: f64) -> Self {
        Self { scale, of: None }
    }

    /// Its value in a network of `blocks` blocks with `sub_layers` sub-layers in all.
    #[must_use]
    pub fn value(&self, blocks: usize, sub_layers: usize) -> f64 {
        match self.of {
            None => self.scale,
            Some((count, power)) => {
                let count = match count {
                    Count::Blocks => blocks,
                    Count::SubLayers => sub_layers,
                };
                (self.scale * count as f64).powf(power)
            }
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((count, power)) = self.of else {
            return f.write_str(&number(self.scale));
        };
        let letter = match count {
            Count::Blocks => "N",
            Count::SubLayers => "L",
        };
        let multiple = match self.scale {
            1.0 => letter.to_owned(),
            scale => format!("{}{letter}", number(scale)),
        };
        if power == -0.5 {
            write!(f, "1/sqrt({multiple})")
        } else if power == 0.5 {
            write!(f, "sqrt({multiple})")
        } else if self.scale == 1.0 {
            write!(f, "{letter}^{}", number(power))
        } else {
            write!(f, "({multiple})^{}", number(power))
        }
    }
}

impl FromStr for Factor {
    type Err = ();

    /// A constant expression, or `1/sqrt(E)`, `sqrt(E)`, `1/E`, `E^p`, `E` with `E` a multiple of `N` or `L`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if let Some(scale) = value::<f64>(&text) {
            let finite = scale.is_finite().then_some(Self::number(scale + 0.0));
            return finite.ok_or(());
        }
        let within = |text: &str, before: &str| -> Option<String> {
            Some(text.strip_prefix(before)?.strip_suffix(')')?.to_owned())
        };
        let (multiple, power) = if let Some(inner) = within(&text, "1/sqrt(") {
            (inner, -0.5)
        } else if let Some(inner) = within(&text, "sqrt(") {
            (inner, 0.5)
        } else if let Some((base, power)) = text.rsplit_once('^') {
            let power = power.trim_start_matches('(').trim_end_matches(')');
            (base.to_owned(), value(power).ok_or(())?)
        } else if let Some(base) = text.strip_prefix("1/") {
            (base.to_owned(), -1.0)
        } else {
            (text, 1.0)
        };
        let multiple = within(&multiple, "(").unwrap_or(multiple);
        let (scale, count) = if let Some(scale) = multiple.strip_suffix('N') {
            (scale, Count::Blocks)
        } else {
            (multiple.strip_suffix('L').ok_or(())?, Count::SubLayers)
        };
        let scale: f64 = match scale.strip_suffix('*').unwrap_or(scale) {
            "" => 1.0,
            scale => value(scale).ok_or(())?,
        };
        let usable = scale.is_finite() && scale > 0.0 && f64::abs(power) <= 10.0;
        usable.then_some(()).ok_or(())?;
        Ok(Self {
            scale,
            of: Some((count, power)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_is_what_it_says() {
        for (text, written, expected) in [
            ("0", "0", 0.0),
            ("5/2", "2.5", 2.5),
            ("1/sqrt(2N)", "1/sqrt(2N)", 0.25),
            ("1/sqrt( 2 * N )", "1/sqrt(2N)", 0.25),
            ("sqrt(L)", "sqrt(L)", 4.0),
            ("(2N)^.25", "(2N)^0.25", 2.0),
            ("(8N)^-.25", "(8N)^-0.25", 64_f64.powf(-0.25)),
            ("N^-1", "N^-1", 0.125),
            ("1/L", "L^-1", 0.0625),
        ] {
            let factor: Factor = text.parse().expect(text);
            assert_eq!(factor.to_string(), written);
            assert!((factor.value(8, 16) - expected).abs() < 1e-15, "{text}");
            assert_eq!(factor.to_string().parse(), Ok(factor));
        }
        for text in [
            "",
            "n",
            "1/sqrt(M)",
            "(-2N)^.5",
            "N^",
            "inf",
            "1/sqrt(2N",
            "2^N",
        ] {
            assert_eq!(text.parse::<Factor>(), Err(()), "{text}");
        }
    }
}

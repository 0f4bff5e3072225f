//! Factors that may depend on the depth and on the block: `0.5`, `1/sqrt(2N)`, `(8N)^-0.25`, `1/sqrt(2l)`, `1/sqrt(0.96+0.04l)`.

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
    /// `l`, the number of the block from 1.
    Block,
}

/// Every count with its letter.
const COUNTS: [(Count, char); 3] = [
    (Count::Blocks, 'N'),
    (Count::SubLayers, 'L'),
    (Count::Block, 'l'),
];

/// Where a factor stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Blocks of the network.
    pub blocks: usize,
    /// Sub-layers of the network.
    pub sub_layers: usize,
    /// Number of the block, from 1.
    pub block: usize,
}

/// A number, or a power of a linear function of the number of blocks, of sub-layers, or of the block.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Factor {
    /// The number, or what multiplies the count.
    scale: f64,
    /// What is added to the multiple of the count.
    offset: f64,
    /// The count and the power of `offset + scale * count`.
    of: Option<(Count, f64)>,
}

impl Factor {
    /// The number 1.
    pub const ONE: Self = Self::number(1.0);

    /// A number.
    #[must_use]
    pub const fn number(scale: f64) -> Self {
        Self {
            scale,
            offset: 0.0,
            of: None,
        }
    }

    /// Its value there.
    #[must_use]
    pub fn value(&self, at: Counts) -> f64 {
        match self.of {
            None => self.scale,
            Some((count, power)) => {
                let count = match count {
                    Count::Blocks => at.blocks,
                    Count::SubLayers => at.sub_layers,
                    Count::Block => at.block,
                };
                (self.offset + self.scale * count as f64).powf(power)
            }
        }
    }

    /// Whether it differs from block to block.
    #[must_use]
    pub fn varies(&self) -> bool {
        matches!(self.of, Some((Count::Block, _)))
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((count, power)) = self.of else {
            return f.write_str(&number(self.scale));
        };
        let letter = COUNTS.iter().find(|(known, _)| *known == count);
        let letter = letter.map_or('N', |(_, letter)| *letter);
        let multiple = match self.scale {
            1.0 => letter.to_string(),
            scale => format!("{}{letter}", number(scale)),
        };
        let multiple = match self.offset {
            0.0 => multiple,
            offset => format!("{}+{multiple}", number(offset)),
        };
        if power == -0.5 {
            write!(f, "1/sqrt({multiple})")
        } else if power == 0.5 {
            write!(f, "sqrt({multiple})")
        } else if self.scale == 1.0 && self.offset == 0.0 {
            write!(f, "{letter}^{}", number(power))
        } else {
            write!(f, "({multiple})^{}", number(power))
        }
    }
}

impl FromStr for Factor {
    type Err = ();

    /// A constant expression, or `1/sqrt(E)`, `sqrt(E)`, `1/E`, `E^p`, `E` with `E` a multiple of `N`, `L` or `l`, to which a positive
    /// number may be added.
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
        let sum = within(&multiple, "(").unwrap_or(multiple);
        let (offset, multiple) = match sum.split_once('+') {
            None => (0.0, sum.as_str()),
            Some((offset, multiple)) => {
                let offset = value(offset).filter(|offset: &f64| *offset > 0.0);
                (offset.ok_or(())?, multiple)
            }
        };
        let counted =
            |(count, letter): &(Count, char)| Some((multiple.strip_suffix(*letter)?, *count));
        let (scale, count) = COUNTS.iter().find_map(counted).ok_or(())?;
        let scale: f64 = match scale.strip_suffix('*').unwrap_or(scale) {
            "" => 1.0,
            scale => value(scale).ok_or(())?,
        };
        let usable = (scale + offset).is_finite() && scale > 0.0 && f64::abs(power) <= 10.0;
        usable.then_some(()).ok_or(())?;
        Ok(Self {
            scale,
            offset,
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
            ("1/sqrt(2l)", "1/sqrt(2l)", 6_f64.powf(-0.5)),
            (
                "1/sqrt(0.96 + 0.04l)",
                "1/sqrt(0.96+0.04l)",
                1.08_f64.powf(-0.5),
            ),
            ("(1/2+N)^1", "(0.5+N)^1", 8.5),
            ("1/(1+l)", "(1+l)^-1", 0.25),
        ] {
            let factor: Factor = text.parse().expect(text);
            assert_eq!(factor.to_string(), written);
            let at = Counts {
                blocks: 8,
                sub_layers: 16,
                block: 3,
            };
            assert!((factor.value(at) - expected).abs() < 1e-15, "{text}");
            assert_eq!(factor.to_string().parse(), Ok(factor));
        }
        for text in [
            "",
            "n",
            "1/sqrt(M)",
            "1/sqrt(0+l)",
            "1/sqrt(-1+l)",
            "1/sqrt(l+1)",
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

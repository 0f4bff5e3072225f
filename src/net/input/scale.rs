//! How the numbers of a data file become inputs.

use std::fmt;
use std::str::FromStr;

use super::InputError;

/// What is done to the numbers of a data file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Scale {
    /// One mean and one standard deviation of all entries: what tells the columns apart is kept, `E x^2 = 1` as of the noise.
    #[default]
    All,
    /// Mean and standard deviation of each column.
    Column,
    /// Nothing.
    None,
}

impl Scale {
    /// Each with its name.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("all", Self::All),
        ("column", Self::Column),
        ("none", Self::None),
    ];

    /// As typed.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Column => "column",
            Self::None => "none",
        }
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Scale {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::NAMES.iter().find(|(name, _)| *name == text);
        known
            .map(|(_, scale)| *scale)
            .ok_or_else(|| InputError::Scale {
                given: text.to_owned(),
            })
    }
}

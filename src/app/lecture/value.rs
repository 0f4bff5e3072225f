//! What can be read off the dashboard.

/// Something read off the dashboard.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A name, as typed.
    Name(String),
    /// A sentence without full stop.
    Sentence(String),
    /// A positive number by its log10.
    Log10(f64),
    /// A factor by its log10, and how often it is multiplied: in as many digits as the product has two.
    Factor {
        /// `log10` of it.
        log10: f64,
        /// How often.
        steps: usize,
    },
    /// Decades per layer.
    Rate(f64),
    /// How many.
    Count(usize),
    /// A parameter, as typed.
    Parameter(f64),
    /// A constant that is quoted with eight digits behind the point.
    Constant(f64),
    /// A share, 0 to 1.
    Share(f64),
    /// Decades; 0 where nothing differs at all.
    Decades(f64),
}

impl Value {
    /// The number that a question compares; `None` for words.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Name(_) | Self::Sentence(_) => None,
            Self::Log10(x)
            | Self::Factor { log10: x, .. }
            | Self::Rate(x)
            | Self::Parameter(x)
            | Self::Constant(x)
            | Self::Share(x)
            | Self::Decades(x) => Some(*x),
            Self::Count(n) => Some(*n as f64),
        }
    }

    /// The number itself, not its logarithm; `None` for words.
    #[must_use]
    pub fn plain(&self) -> Option<f64> {
        match self {
            Self::Log10(x) | Self::Factor { log10: x, .. } => Some(10.0_f64.powf(*x)),
            other => other.number(),
        }
    }
}

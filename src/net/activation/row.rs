//! What one line of the activation table holds.

use std::fmt;
use std::sync::Arc;

use super::Phi;
use crate::net::name::same;

/// A number in parentheses after an activation's name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in the formula.
    pub name: &'static str,
    /// What frameworks call it.
    pub also: &'static [&'static str],
    /// Its value where none is typed; that of Keras where the [dialects](ActivationRow::dialect) differ.
    pub default: f64,
    /// Least allowed value.
    pub min: f64,
    /// Greatest allowed value.
    pub max: f64,
    /// A value worth trying, for examples in help and messages.
    pub example: f64,
}

/// One activation of the table.
pub struct ActivationRow {
    /// The name it is printed with.
    pub name: &'static str,
    /// Other names that are understood.
    pub aliases: &'static [&'static str],
    /// Its parameters in order, each with a default.
    pub parameters: &'static [Parameter],
    /// `phi(x)` in plain text.
    pub formula: &'static str,
    /// Where it comes from.
    pub source: &'static str,
    /// One line for lists.
    pub summary: &'static str,
    pub(super) build: fn(&[f64]) -> Arc<dyn Phi>,
}

impl ActivationRow {
    /// The place of the parameter that is called so, here or in a framework.
    pub(super) fn parameter(&self, word: &str) -> Option<usize> {
        let called = |p: &Parameter| same(p.name, word) || p.also.iter().any(|one| same(one, word));
        self.parameters.iter().position(called)
    }

    /// How it is typed with parameters, e.g. `leaky_relu(0.2)`; the bare name where it has none.
    #[must_use]
    pub fn example(&self) -> String {
        let values: Vec<f64> = self.parameters.iter().map(|p| p.example).collect();
        self.text(&values)
    }

    /// The text form with these parameter values; trailing defaults are left out where every framework has them.
    pub(super) fn text(&self, values: &[f64]) -> String {
        let typed = self
            .parameters
            .iter()
            .zip(values)
            .rposition(|(parameter, value)| self.dialect().is_some() || parameter.default != *value)
            .map_or(0, |last| last + 1);
        if typed == 0 {
            return self.name.to_owned();
        }
        let values: Vec<String> = values[..typed].iter().map(f64::to_string).collect();
        format!("{}({})", self.name, values.join(","))
    }
}

impl fmt::Debug for ActivationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivationRow")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

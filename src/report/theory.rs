//! What infinite-width theory says of an activation and two variances, as text: finite width is no part of it, and no band is
//! printed here.
//!
//! [`Propagation`] answers for given variances, [`Criticality`] solves for the critical ones, [`Stages`] answers for a network of blocks or of
//! layers with a norm. Each has three forms: `table` for
//! people, `json` for programs, `csv` for data frames.
//!
//! In JSON, **a number that JSON cannot write is `null`**, and its object then has a key `"limits"` that says of each such key
//! what it is:
//!
//! * `"infinite"`: larger than any number (a depth scale at a slope of 1);
//! * `"undefined"`: the question has no answer (the overlap where `q` diverges);
//! * `"any"`: every number is a solution (`q_star` of a homogeneous activation at its critical point);
//! * `"zero"`, `"overflow"`: of a log10, that the value itself is 0, or beyond all numbers.
//!
//! CSV writes them as `inf`, `nan`, `any`, `-inf` and `inf`.

mod criticality;
mod propagation;
mod stages;

pub use criticality::Criticality;
pub(super) use criticality::object as critical_object;
pub use propagation::Propagation;
pub(super) use propagation::QUANTITIES;
pub use stages::Stages;

use serde_json::{Map, Value, json};

use crate::report::json::number_or_null;

/// The mean of the biases behind their variance; nothing for 0.
fn mean_in_words(mean: f64) -> String {
    match mean {
        0.0 => String::new(),
        mean => format!(", mean of b = {mean}"),
    }
}

/// One JSON object; numbers that cannot be written are explained in its `limits`.
#[derive(Default)]
pub(super) struct Fields {
    object: Map<String, Value>,
    limits: Map<String, Value>,
}

impl Fields {
    pub(super) fn word(&mut self, key: &str, word: &impl ToString) {
        self.object.insert(key.into(), json!(word.to_string()));
    }

    /// A number; NaN is undefined.
    pub(super) fn number(&mut self, key: &str, value: f64) {
        self.limited(key, value, "infinite");
    }

    /// The log10 of a mean square.
    fn log10(&mut self, key: &str, value: f64) {
        self.limited(key, value, "overflow");
    }

    fn limited(&mut self, key: &str, value: f64, infinite: &str) {
        self.object.insert(key.into(), number_or_null(value));
        let limit = match value {
            _ if value.is_finite() => return,
            f64::NEG_INFINITY => "zero",
            f64::INFINITY => infinite,
            _ => "undefined",
        };
        self.limits.insert(key.into(), json!(limit));
    }

    /// A number that may be any.
    pub(super) fn any(&mut self, key: &str) {
        self.object.insert(key.into(), Value::Null);
        self.limits.insert(key.into(), json!("any"));
    }

    pub(super) fn finish(mut self) -> Map<String, Value> {
        if !self.limits.is_empty() {
            self.object
                .insert("limits".into(), Value::Object(self.limits));
        }
        self.object
    }
}

/// Eight significant digits for people; `-` where there is no number.
fn significant(value: f64) -> String {
    if value.is_nan() {
        return "-".into();
    }
    if value == 0.0 || value.is_infinite() {
        return (value + 0.0).to_string();
    }
    let rounded = format!("{value:.7e}");
    let magnitude = rounded.split_once('e').map(|(_, power)| power.parse());
    match magnitude {
        Some(Ok(power @ -4..=6)) => format!("{value:.*}", (7 - power) as usize),
        _ => rounded,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_digits_are_shown_at_any_scale() {
        let shown = [1.0 / 3.0, -127.864_309_66, 103.007_553_855, 1e-9, 2.5e12].map(significant);
        assert_eq!(
            shown,
            [
                "0.33333333",
                "-127.86431",
                "103.00755",
                "1.0000000e-9",
                "2.5000000e12"
            ]
        );
        assert_eq!(
            [0.0, -0.0, 1.0 - 1e-12, f64::NAN, f64::INFINITY].map(significant),
            ["0", "0", "1.0000000", "-", "inf"]
        );
    }

    #[test]
    fn what_json_cannot_write_is_explained() {
        let mut fields = Fields::default();
        fields.number("a", f64::NAN);
        fields.number("b", f64::INFINITY);
        fields.log10("c", f64::NEG_INFINITY);
        fields.log10("d", f64::INFINITY);
        fields.any("e");
        fields.number("f", 1.0);
        assert_eq!(
            Value::Object(fields.finish()),
            json!({"a": null, "b": null, "c": null, "d": null, "e": null, "f": 1.0, "limits":
                   {"a": "undefined", "b": "infinite", "c": "zero", "d": "overflow", "e": "any"}})
        );
    }
}

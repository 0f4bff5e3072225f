//! The names that can be typed, from the tables.

use serde_json::{Value, json};

use crate::net::activation::ACTIVATIONS;
use crate::net::framework::FRAMEWORKS;
use crate::net::initializer::{self, Domain, INITIALIZERS};
use crate::report::columns::{Side, aligned};

/// One table of names, ready to print.
#[derive(Clone, Debug, PartialEq)]
pub struct Names {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    objects: Vec<Value>,
}

impl Names {
    /// Aligned columns under a head.
    #[must_use]
    pub fn table(&self) -> String {
        let head = self.head.iter().map(ToString::to_string).collect();
        let rows: Vec<Vec<String>> = [vec![head], self.rows.clone()].concat();
        aligned(&vec![Side::Left; self.head.len()], &rows)
    }

    /// A JSON array with one object a line.
    #[must_use]
    pub fn json(&self) -> String {
        let lines: Vec<String> = self.objects.iter().map(ToString::to_string).collect();
        format!("[\n{}\n]\n", lines.join(",\n"))
    }
}

/// Activation functions: name, parameters with their defaults, formula, other spellings.
///
/// JSON: `{"name", "aliases", "parameters": [{"name", "default", "min", "max"}], "formula", "source", "summary"}`.
#[must_use]
pub fn activations() -> Names {
    let parameters = |row: &crate::net::activation::Row| {
        let named = row
            .parameters
            .iter()
            .map(|p| format!("{}={}", p.name, p.default));
        named.collect::<Vec<_>>().join(", ")
    };
    Names {
        head: vec!["activation", "parameters", "formula", "also"],
        rows: ACTIVATIONS
            .iter()
            .map(|row| vec![row.name.into(), parameters(row), row.formula.into(), row.aliases.join(", ")])
            .collect(),
        objects: ACTIVATIONS
            .iter()
            .map(|row| {
                let parameters: Vec<Value> = row
                    .parameters
                    .iter()
                    .map(|p| json!({"name": p.name, "default": p.default, "min": p.min, "max": p.max}))
                    .collect();
                json!({"name": row.name, "aliases": row.aliases, "parameters": parameters,
                       "formula": row.formula, "source": row.source, "summary": row.summary})
            })
            .collect(),
    }
}

/// Weight initializers: name, parameters with their defaults, law, other spellings.
///
/// JSON: `{"name", "aliases", "parameters": [{"name", "required", "default", "allowed"}], "formula", "source"}`; `allowed`
/// is `[low, high]` or a list of words.
#[must_use]
pub fn initializers() -> Names {
    let parameters = |row: &initializer::Row| {
        let named = row.parameters.iter().map(|p| match p.required {
            true => p.name.to_owned(),
            false => format!("{}={}", p.name, plain(p.value)),
        });
        named.collect::<Vec<_>>().join(", ")
    };
    Names {
        head: vec!["initializer", "parameters", "law", "also"],
        rows: INITIALIZERS
            .iter()
            .map(|row| {
                vec![
                    row.name.into(),
                    parameters(row),
                    row.formula.into(),
                    row.aliases.join(", "),
                ]
            })
            .collect(),
        objects: INITIALIZERS
            .iter()
            .map(|row| {
                let parameters: Vec<Value> = row.parameters.iter().map(parameter_object).collect();
                json!({"name": row.name, "aliases": row.aliases, "parameters": parameters,
                       "formula": row.formula, "source": row.source})
            })
            .collect(),
    }
}

fn plain(value: initializer::Value) -> String {
    match value {
        initializer::Value::Number(number) => number.to_string(),
        initializer::Value::Word(word) => word.to_owned(),
    }
}

fn parameter_object(parameter: &initializer::Parameter) -> Value {
    let default = match parameter.value {
        _ if parameter.required => Value::Null,
        initializer::Value::Number(number) => json!(number),
        initializer::Value::Word(word) => json!(word),
    };
    let allowed = match parameter.domain {
        Domain::Number { low, high } => json!([low, high]),
        Domain::Word(words) => words.iter().map(|(word, _)| json!(word)).collect(),
    };
    json!({"name": parameter.name, "required": parameter.required, "default": default, "allowed": allowed})
}

/// Framework presets: name, layer, laws of its weights and biases, other spellings.
///
/// JSON: `{"name", "aliases", "layer", "initializer", "weights", "bias", "source"}`.
#[must_use]
pub fn frameworks() -> Names {
    Names {
        head: vec!["framework", "default layer", "weights", "biases", "also"],
        rows: FRAMEWORKS
            .iter()
            .map(|row| {
                let cells = [row.name, row.layer, row.weights, row.bias];
                [cells.map(str::to_owned).to_vec(), vec![row.aliases.join(", ")]].concat()
            })
            .collect(),
        objects: FRAMEWORKS
            .iter()
            .map(|row| {
                json!({"name": row.name, "aliases": row.aliases, "layer": row.layer,
                       "initializer": row.initializer, "weights": row.weights, "bias": row.bias, "source": row.source})
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_tables_is_in_both_forms() {
        let names = [activations(), initializers(), frameworks()];
        let expected: [Vec<&str>; 3] = [
            ACTIVATIONS.iter().map(|row| row.name).collect(),
            INITIALIZERS.iter().map(|row| row.name).collect(),
            FRAMEWORKS.iter().map(|row| row.name).collect(),
        ];
        for (names, expected) in names.iter().zip(expected) {
            let objects: Vec<Value> = serde_json::from_str(&names.json()).expect("an array");
            let in_json: Vec<&str> = objects
                .iter()
                .filter_map(|object| object["name"].as_str())
                .collect();
            let table = names.table();
            let in_table: Vec<&str> = table
                .lines()
                .skip(1)
                .filter_map(|line| line.split(' ').next())
                .collect();
            assert_eq!(in_json, expected);
            assert_eq!(in_table, expected);
        }
    }

    #[test]
    fn parameters_are_shown_with_their_defaults() {
        let table = activations().table();
        assert!(
            table
                .lines()
                .any(|line| line.starts_with("leaky_relu ") && line.contains("slope=0.01")),
            "{table}"
        );
    }
}

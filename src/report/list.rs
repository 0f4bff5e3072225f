//! The names that can be typed, from the tables.

use serde_json::{Value, json};

use crate::net::activation::{ACTIVATIONS, Activation};
use crate::net::framework::{FRAMEWORKS, Framework};
use crate::net::initializer::{self, Domain, INITIALIZERS, Initializer};
use crate::net::preset::{PRESETS, Preset};
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
/// JSON: `{"name", "aliases", "parameters": [{"name", "default", "min", "max"}], "formula", "source", "summary", "frameworks"}`; the last,
/// where the bare name is not the same in all of them, is what it is in each, else `null`.
#[must_use]
pub fn activations() -> Names {
    let meant = |row, framework| Activation::from(row).under(framework).in_full().to_owned();
    let parameters = |row: &'static crate::net::activation::ActivationRow| {
        if row.dialect().is_some() {
            return told_by_framework(|framework| {
                let text = meant(row, framework);
                let number = text
                    .strip_prefix(row.name)
                    .and_then(|t| t.strip_prefix('('));
                number.map_or(text.clone(), |n| n.trim_end_matches(')').to_owned())
            });
        }
        let named = row
            .parameters
            .iter()
            .map(|p| format!("{}={}", p.name, p.default));
        named.collect::<Vec<_>>().join(", ")
    };
    let frameworks = |row: &'static crate::net::activation::ActivationRow| -> Value {
        let dialect = row.dialect();
        dialect.map_or(Value::Null, |_| {
            object_by_framework(|f| json!(meant(row, f)))
        })
    };
    Names {
        head: vec!["activation", "parameters", "formula", "also"],
        rows: ACTIVATIONS
            .iter()
            .map(|row| vec![row.name.into(), parameters(row), row.formula.into(), also(row)])
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
                       "formula": row.formula, "source": row.source, "summary": row.summary,
                       "frameworks": frameworks(row)})
            })
            .collect(),
    }
}

/// What most frameworks have, then what others have: `0.01, 0.2 in keras and tfjs`.
fn told_by_framework(value: impl Fn(Framework) -> String) -> String {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for framework in Framework::ALL {
        let value = value(framework);
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, names)) => names.push(framework.name()),
            None => groups.push((value, vec![framework.name()])),
        }
    }
    groups.sort_by_key(|(_, names)| std::cmp::Reverse(names.len()));
    let told = groups
        .iter()
        .enumerate()
        .map(|(at, (value, names))| match (at, &names[..]) {
            (0, _) => value.clone(),
            (_, [one]) => format!("{value} in {one}"),
            (_, [many @ .., last]) => format!("{value} in {} and {last}", many.join(", ")),
            (_, []) => unreachable!("a group has a framework"),
        });
    told.collect::<Vec<_>>().join("; ")
}

fn object_by_framework(value: impl Fn(Framework) -> Value) -> Value {
    let all = Framework::ALL.map(|framework| (framework.to_string(), value(framework)));
    Value::Object(all.into_iter().collect())
}

/// Other names; those that mean the row in every framework last.
fn also(row: &crate::net::activation::ActivationRow) -> String {
    let always = row.dialect().map_or([].as_slice(), |d| d.always);
    [row.aliases, always].concat().join(", ")
}

/// Networks that people train: the name after `arch=`, the line that it stands for, where that can be read with what is known to be wrong.
///
/// JSON: `{"name", "line", "source"}`.
#[must_use]
pub fn architectures() -> Names {
    let row = |preset: &Preset| [preset.name, preset.line, preset.source].map(str::to_owned);
    let object = |preset: &Preset| json!({"name": preset.name, "line": preset.line, "source": preset.source});
    Names {
        head: vec!["arch", "stands for", "source"],
        rows: PRESETS.iter().map(|preset| row(preset).to_vec()).collect(),
        objects: PRESETS.iter().map(object).collect(),
    }
}

/// Weight initializers: name, parameters with their defaults, law, other spellings.
///
/// JSON: `{"name", "aliases", "parameters": [{"name", "required", "default", "allowed"}], "formula", "source", "frameworks"}`;
/// `allowed` is `[low, high]` or a list of words; `frameworks`, where the bare name is not the same in all of them, is what it is in
/// each, else `null`.
#[must_use]
pub fn initializers() -> Names {
    let meant = |row: &initializer::InitializerRow, framework: Framework| {
        let bare: Initializer = row.name.parse().ok()?;
        let text = bare.in_full(framework);
        let numbers = text
            .strip_prefix(row.name)?
            .strip_prefix('(')?
            .strip_suffix(')')?;
        bare.follows_the_framework().then(|| numbers.to_owned())
    };
    let parameters = |row: &initializer::InitializerRow| {
        if meant(row, Framework::Keras).is_some() {
            let by_name = row.parameters.iter().filter(|p| p.keyed);
            let by_name: Vec<String> = by_name.map(|p| format!("{}=", p.name)).collect();
            let told = told_by_framework(|framework| meant(row, framework).unwrap_or_default());
            return match by_name.is_empty() {
                true => told,
                false => format!("{told}; by name {}", by_name.join(", ")),
            };
        }
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
                let frameworks = meant(row, Framework::Keras).map(|_| {
                    object_by_framework(|framework| {
                        json!(
                            meant(row, framework).map(|numbers| format!("{}({numbers})", row.name))
                        )
                    })
                });
                json!({"name": row.name, "aliases": row.aliases, "parameters": parameters,
                       "formula": row.formula, "source": row.source, "frameworks": frameworks})
            })
            .collect(),
    }
}

fn plain(value: initializer::ArgumentValue) -> String {
    match value {
        initializer::ArgumentValue::Number(number) => number.to_string(),
        initializer::ArgumentValue::Word(word) => word.to_owned(),
        initializer::ArgumentValue::Own => String::new(),
    }
}

fn parameter_object(parameter: &initializer::Parameter) -> Value {
    let default = match parameter.value {
        _ if parameter.required => Value::Null,
        initializer::ArgumentValue::Own => Value::Null,
        initializer::ArgumentValue::Number(number) => json!(number),
        initializer::ArgumentValue::Word(word) => json!(word),
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
            table.lines().any(|line| line.starts_with("leaky_relu ")
                && line.contains("0.01; 0.2 in keras and tfjs")),
            "{table}"
        );
    }
}

//! The reference table, and each of its rows in our words.

use initscope::net::bias::BiasLaw;
use initscope::net::framework::Framework;
use initscope::net::initializer::{Initializer, WeightLaw};

/// One line of the reference table.
pub(crate) struct Reference {
    pub(crate) library: String,
    pub(crate) initializer: String,
    pub(crate) arguments: String,
    pub(crate) fan_in: usize,
    pub(crate) fan_out: usize,
    pub(crate) mean: f64,
    pub(crate) std: f64,
    pub(crate) kurtosis: Option<f64>,
    pub(crate) support: (f64, f64),
    pub(crate) raw_std: Option<f64>,
    pub(crate) draws: f64,
    pub(crate) measured: [f64; 3],
    pub(crate) se_mean: f64,
    pub(crate) se_std: f64,
}

impl Reference {
    pub(crate) fn name(&self) -> String {
        let Self {
            library,
            initializer,
            arguments,
            fan_in,
            fan_out,
            ..
        } = self;
        format!("{library} {initializer} {arguments} {fan_in} -> {fan_out}")
    }

    fn argument(&self, key: &str) -> Option<&str> {
        self.arguments
            .split([';', ' '])
            .find_map(|argument| argument.strip_prefix(key)?.strip_prefix('='))
    }

    fn number(&self, key: &str) -> Option<f64> {
        Some(match self.argument(key)? {
            "sqrt2" => 2_f64.sqrt(),
            "sqrt5" => 5_f64.sqrt(),
            "5/3" => 5.0 / 3.0,
            text => text.parse().expect("a number"),
        })
    }

    /// The same law in our words: text form, dialect, gain. `None` for the only law no dialect of ours has.
    fn ours(&self) -> Option<(String, Framework, f64)> {
        let named = |text: &str| Some((text.to_owned(), Framework::PyTorch, 1.0));
        let number = |key| self.number(key).expect("the argument is there");
        match (&*self.library, &*self.initializer) {
            ("keras", "random_uniform") => {
                let text = format!("random_uniform({})", number("maxval"));
                Some((text, Framework::Keras, 1.0))
            }
            ("keras" | "jax", name) => {
                let framework = match &*self.library {
                    "keras" => Framework::Keras,
                    _ => Framework::Flax,
                };
                let values: Vec<String> = ["scale", "stddev", "gain", "value"]
                    .into_iter()
                    .filter_map(|key| self.number(key))
                    .map(|x| x.to_string())
                    .chain(
                        ["mode", "distribution"]
                            .into_iter()
                            .map_while(|key| self.argument(key).map(String::from)),
                    )
                    .collect();
                Some((format!("{name}({})", values.join(",")), framework, 1.0))
            }
            (_, "uniform_") if self.argument("b") == Some("1") => None,
            (_, "uniform_") => named(&format!("random_uniform({})", number("b"))),
            (_, "normal_") => named(&format!("random_normal({})", number("std"))),
            (_, "constant_") => named(&format!("constant({})", number("val"))),
            (_, "sparse_") => named(&format!(
                "sparse({}, {})",
                number("sparsity"),
                number("std")
            )),
            // Cut at ±2 standard deviations: what Keras calls truncated_normal.
            (_, "trunc_normal_") if number("b") == 0.1 => Some((
                format!("truncated_normal({})", number("std")),
                Framework::Keras,
                1.0,
            )),
            (_, "trunc_normal_") => named(&format!("truncated_normal({})", number("std"))),
            (_, "orthogonal_") => named(&format!("orthogonal({})", number("gain"))),
            (_, "xavier_uniform_" | "xavier_normal_") => {
                Some((self.initializer.clone(), Framework::PyTorch, number("gain")))
            }
            (_, "kaiming_uniform_" | "kaiming_normal_") => {
                let shape = self
                    .initializer
                    .trim_start_matches("kaiming_")
                    .trim_end_matches('_');
                if let Some(a) = self
                    .number("a")
                    .filter(|_| !self.arguments.starts_with("defaults"))
                {
                    return named(&format!("kaiming_{shape}({a})"));
                }
                if self.argument("mode") == Some("fan_out") {
                    return named(&format!("variance_scaling(2, fan_out, {shape})"));
                }
                // PyTorch's calculate_gain: 1, 5/3, 3/4 on top of Var = 1/fan_in.
                let gain = match self.argument("nonlinearity") {
                    None | Some("relu") => return named(&self.initializer),
                    Some("linear" | "sigmoid") => 1.0,
                    Some("tanh") => 5.0 / 3.0,
                    Some("selu") => 0.75,
                    Some(other) => panic!("unknown nonlinearity {other}"),
                };
                Some((format!("lecun_{shape}"), Framework::PyTorch, gain))
            }
            (_, "zeros_" | "ones_" | "eye_") => named(&self.initializer),
            _ => panic!("unknown row {}", self.name()),
        }
    }

    /// Our law of the same weights; the bias of a default layer as a weight law.
    fn law(&self) -> Option<WeightLaw> {
        if self.initializer == "nn.Linear.bias" {
            let BiasLaw::Uniform { high: bound, .. } = Framework::PyTorch.default_bias(self.fan_in)
            else {
                panic!("PyTorch's default bias is uniform");
            };
            return Some(WeightLaw::Uniform {
                low: -bound,
                high: bound,
            });
        }
        let (text, framework, gain) = self.ours()?;
        let initializer: Initializer = text
            .parse()
            .unwrap_or_else(|e| panic!("{}: {e}", self.name()));
        Some(initializer.law(framework, self.fan_in, self.fan_out, gain))
    }
}

fn references() -> Vec<Reference> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/initializers.csv");
    let mut reader = csv::Reader::from_path(path).expect("the table is there");
    let rows: Vec<Reference> = reader
        .records()
        .map(|record| {
            let record = record.expect("a line");
            let float = |i: usize| record[i].parse::<f64>().expect("a number");
            let maybe = |i: usize| record[i].parse::<f64>().ok();
            Reference {
                library: record[0].to_owned(),
                initializer: record[1].to_owned(),
                arguments: record[2].to_owned(),
                fan_in: record[3].parse().expect("a count"),
                fan_out: record[4].parse().expect("a count"),
                mean: float(7),
                std: float(8),
                kurtosis: maybe(9),
                support: (float(10), float(11)),
                raw_std: maybe(12),
                draws: float(13),
                measured: [float(15), float(16), maybe(17).unwrap_or(f64::NAN)],
                se_mean: float(20),
                se_std: float(21),
            }
        })
        .collect();
    assert_eq!(rows.len(), LINES);
    rows
}

/// Lines of the table, and those that no dialect of ours can say (PyTorch's `uniform_(0, 1)`).
const LINES: usize = 158;
const BEYOND: usize = 2;

pub(crate) fn laws() -> Vec<(Reference, WeightLaw)> {
    let laws: Vec<(Reference, WeightLaw)> = references()
        .into_iter()
        .filter_map(|row| row.law().map(|law| (row, law)))
        .collect();
    assert_eq!(laws.len(), LINES - BEYOND);
    laws
}

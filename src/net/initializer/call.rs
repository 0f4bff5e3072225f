//! Calls of initializers as frameworks write them, in the words of the table.
//!
//! `xavier_normal(gain=5/3)` is `variance_scaling(25/9, fan_avg, normal)`, `kaiming_normal(mode=fan_out)` is
//! `variance_scaling(2, fan_out, normal)`, `trunc_normal(0, 0.02, -2, 2)` is `truncated_normal(0.02, cut=2)`. The signatures and the
//! gains are those of PyTorch's `nn/init.py` (2.15) and of Keras 3.15's `random_initializers.py`.

use super::table::{GAIN, LOW, number, word_of};
use super::text::{bound, position, read};
use super::{INITIALIZERS, InitializerError, Parameter, Row, Value};
use crate::net::call::Argument;
use crate::net::name::same;

const MODE: Parameter = word_of("mode", &[("fan_in", "in"), ("fan_out", "out")], "fan_in");
/// The words of PyTorch's `calculate_gain`; those of one pair have the same gain.
const NONLINEARITY: Parameter = word_of(
    "nonlinearity",
    &[
        ("leaky_relu", "leaky_relu"),
        ("relu", "relu"),
        ("linear", "identity"),
        ("sigmoid", "sigmoid"),
        ("tanh", "tanh"),
        ("selu", "selu"),
    ],
    "leaky_relu",
);
const MEAN: Parameter = number("mean", 0.0, -1e6, 1e6);
const END: Parameter = number("a", 0.0, -1e6, 1e6);

type Read<T> = Result<T, InitializerError>;

/// The row and the arguments of the table that say what a framework's call of row `index` says.
pub(super) fn in_words_of_the_table(
    index: usize,
    arguments: Vec<Argument>,
) -> Read<(usize, Vec<Argument>)> {
    let row = &INITIALIZERS[index];
    let own = |arguments| Ok((index, arguments));
    match row.name {
        "glorot_uniform" | "glorot_normal" => xavier(index, &arguments),
        "he_uniform" | "he_normal" => kaiming(index, &arguments),
        "random_normal" => own(centred(row, &arguments)?),
        "truncated_normal" => own(truncated(row, &arguments)?),
        "random_uniform" => own(interval(row, arguments)?),
        _ => own(arguments),
    }
}

fn positional(value: &str) -> Argument {
    Argument {
        key: None,
        value: value.to_owned(),
    }
}

fn keyed(key: &str, value: String) -> Argument {
    Argument {
        key: Some(key.to_owned()),
        value,
    }
}

/// A number that may be left out.
fn float(row: &Row, parameter: &Parameter, given: Option<&String>, default: f64) -> Read<f64> {
    match given.map(|given| read(row, parameter, given)).transpose()? {
        Some(Value::Number(x)) => Ok(x),
        _ => Ok(default),
    }
}

fn word(row: &Row, parameter: &Parameter, given: Option<&String>) -> Read<&'static str> {
    let given = given.map(|given| read(row, parameter, given)).transpose()?;
    match given.unwrap_or(parameter.value) {
        Value::Word(word) => Ok(word),
        Value::Number(_) | Value::Own => unreachable!("a parameter of words"),
    }
}

/// Variance scaling with a normal that is not cut, or uniform as the name of the row says.
fn scaled(row: &Row, scale: f64, mode: &str) -> (usize, Vec<Argument>) {
    let law = match row.name.ends_with("_uniform") {
        true => "uniform",
        false => "normal",
    };
    let scaling = position("variance_scaling").expect("in the table");
    let values = [&scale.to_string(), mode, law].map(positional);
    (scaling, values.to_vec())
}

fn xavier(index: usize, arguments: &[Argument]) -> Read<(usize, Vec<Argument>)> {
    let row = &INITIALIZERS[index];
    let usage = format!("{}(gain=1)", row.name);
    let given = bound(row, &[vec!["gain"]], &usage, arguments)?;
    let gain = float(row, &GAIN[0], given[0].as_ref(), 1.0)?;
    match gain == 1.0 {
        true => Ok((index, Vec::new())),
        false => Ok(scaled(row, gain * gain, "fan_avg")),
    }
}

fn kaiming(index: usize, arguments: &[Argument]) -> Read<(usize, Vec<Argument>)> {
    let row = &INITIALIZERS[index];
    let usage = format!("{}(a=0, mode=fan_in, nonlinearity=leaky_relu)", row.name);
    let keys = ["a", "mode", "nonlinearity"].map(|key| vec![key]);
    let given = bound(row, &keys, &usage, arguments)?;
    let a = float(row, &row.parameters[0], given[0].as_ref(), 0.0)?;
    let mode = word(row, &MODE, given[1].as_ref())?;
    let nonlinearity = word(row, &NONLINEARITY, given[2].as_ref())?;
    let (own, squared_gain) = match nonlinearity {
        "leaky_relu" => (true, 2.0 / (1.0 + a * a)),
        "relu" => (true, 2.0),
        "tanh" => (false, 25.0 / 9.0),
        "selu" => (false, 9.0 / 16.0),
        _ => (false, 1.0),
    };
    match (own && mode == "fan_in", nonlinearity) {
        (true, "leaky_relu") => Ok((index, vec![positional(&a.to_string())])),
        (true, _) => Ok((index, Vec::new())),
        (false, _) => Ok(scaled(row, squared_gain, mode)),
    }
}

/// What is given for the mean, the standard deviation and whatever follows; one number alone is the standard deviation.
fn normal(
    row: &'static Row,
    more: &[&'static str],
    arguments: &[Argument],
) -> Read<Vec<Option<String>>> {
    let numbers = arguments.iter().filter(|a| a.key.is_none()).count();
    let (mean, std) = (vec!["mean"], row.parameters[0].spellings());
    let (mean_at, mut keys) = match numbers {
        0 | 1 => (1, vec![std, mean]),
        _ => (0, vec![mean, std]),
    };
    keys.extend(more.iter().map(|key| vec![*key]));
    let mut given = bound(row, &keys, &row.usage(), arguments)?;
    let mean = float(row, &MEAN, given.remove(mean_at).as_ref(), 0.0)?;
    match mean == 0.0 {
        true => Ok(given),
        false => Err(InitializerError::Mean {
            name: row.name,
            mean,
        }),
    }
}

fn centred(row: &'static Row, arguments: &[Argument]) -> Read<Vec<Argument>> {
    let given = normal(row, &[], arguments)?;
    Ok(given
        .into_iter()
        .flatten()
        .map(|std| positional(&std))
        .collect())
}

/// `a` and `b` are the cut points themselves, as in PyTorch and timm; one that is left out is PyTorch's, ±2.
fn truncated(row: &'static Row, arguments: &[Argument]) -> Read<Vec<Argument>> {
    let given = normal(row, &["a", "b", "cut"], arguments)?;
    let [std, a, b, cut] = &given[..] else {
        unreachable!("as many as keys")
    };
    let mut out: Vec<Argument> = std.iter().map(|std| keyed("std", std.clone())).collect();
    out.extend(cut.iter().map(|cut| keyed("cut", cut.clone())));
    if a.is_some() || b.is_some() {
        let low = float(row, &END, a.as_ref(), -2.0)?;
        let high = float(row, &Parameter { name: "b", ..END }, b.as_ref(), 2.0)?;
        let name = row.name;
        if low != -high || high <= 0.0 {
            return Err(InitializerError::Cut { name, low, high });
        }
        out.push(keyed("cut", high.to_string()));
    }
    Ok(out)
}

/// A lower end by its name needs the upper one: alone it would be read as a symmetric bound.
fn interval(row: &'static Row, arguments: Vec<Argument>) -> Read<Vec<Argument>> {
    let is_low = |a: &Argument| {
        a.key
            .as_ref()
            .is_some_and(|k| LOW.iter().any(|low| same(low, k)))
    };
    match &arguments[..] {
        [one] if is_low(one) => Err(InitializerError::Missing {
            name: row.name,
            key: "high",
            example: format!("{}(-0.05,0.05)", row.name),
        }),
        _ => Ok(arguments),
    }
}

//! Calls of initializers as frameworks write them, in the words of the table.
//!
//! `xavier_normal(gain=5/3)` is `variance_scaling(25/9, fan_avg, normal)`, `kaiming_normal(mode=fan_out)` is
//! `variance_scaling(2, fan_out, normal)`, `trunc_normal(0, 0.02, -2, 2)` is `truncated_normal(0.02, cut=2)`. The signatures and the
//! gains are those of PyTorch's `nn/init.py` (2.15) and of Keras 3.15's `random_initializers.py`.

use super::table::{A, B, GAIN, LOW, MEAN, word_of};
use super::text::{bound, position, read};
use super::{ArgumentValue, INITIALIZERS, InitializerError, InitializerRow, Parameter};
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
        "random_normal" => own(random_normal(row, &arguments)?),
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
fn float(
    row: &InitializerRow,
    parameter: &Parameter,
    given: Option<&String>,
    default: f64,
) -> Read<f64> {
    match given.map(|given| read(row, parameter, given)).transpose()? {
        Some(ArgumentValue::Number(x)) => Ok(x),
        _ => Ok(default),
    }
}

fn word(row: &InitializerRow, parameter: &Parameter, given: Option<&String>) -> Read<&'static str> {
    let given = given.map(|given| read(row, parameter, given)).transpose()?;
    match given.unwrap_or(parameter.value) {
        ArgumentValue::Word(word) => Ok(word),
        ArgumentValue::Number(_) | ArgumentValue::Own => unreachable!("a parameter of words"),
    }
}

/// Variance scaling with a normal that is not cut, or uniform as the name of the row says.
fn scaled(row: &InitializerRow, scale: f64, mode: &str) -> (usize, Vec<Argument>) {
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

/// What is given for the standard deviation, the mean and whatever follows. Of two numbers the first is the mean, as in PyTorch and
/// Keras; one number alone is the standard deviation.
fn normal(
    row: &'static InitializerRow,
    more: &[&'static str],
    usage: &str,
    arguments: &[Argument],
) -> Read<Vec<Option<String>>> {
    let numbers = arguments.iter().filter(|a| a.key.is_none()).count();
    let mut keys = vec![row.parameters[0].spellings(), vec!["mean"]];
    keys.extend(more.iter().map(|key| vec![*key]));
    let mean_first = numbers > 1;
    if mean_first {
        keys.swap(0, 1);
    }
    let mut given = bound(row, &keys, usage, arguments)?;
    if mean_first {
        given.swap(0, 1);
    }
    Ok(given)
}

/// The arguments that are given, by their names in the table.
fn named(names: &[&str], given: &[Option<String>]) -> Vec<Argument> {
    let pairs = names.iter().zip(given);
    let pairs = pairs.filter_map(|(name, value)| Some((name, value.as_ref()?)));
    pairs
        .map(|(name, value)| keyed(name, value.clone()))
        .collect()
}

fn random_normal(row: &'static InitializerRow, arguments: &[Argument]) -> Read<Vec<Argument>> {
    let given = normal(row, &[], &row.usage(), arguments)?;
    Ok(named(&["std", "mean"], &given))
}

/// `a` and `b` are the cut points themselves, as in PyTorch and timm; one that is left out is PyTorch's, ±2. `lower` and `upper` are
/// JAX', in standard deviations.
fn truncated(row: &'static InitializerRow, arguments: &[Argument]) -> Read<Vec<Argument>> {
    let more = ["a", "b", "cut", "lower", "upper"];
    let usage = format!(
        "{}([std], mean=0, [a=], [b=], [cut=], [lower=], [upper=])",
        row.name
    );
    let given = normal(row, &more, &usage, arguments)?;
    let [std, mean, a, b, cut, lower, upper] = &given[..] else {
        unreachable!("as many as keys")
    };
    let mut out = named(&["std", "mean"], &given[..2]);
    out.extend(named(&["cut"], std::slice::from_ref(cut)));
    let name = row.name;
    let absolute = a.is_some() || b.is_some();
    let relative = lower.is_some() || upper.is_some();
    if usize::from(absolute) + usize::from(relative) + usize::from(cut.is_some()) > 1 {
        return Err(InitializerError::Cuts { name });
    }
    let end = |parameter: &Parameter, name, given: &Option<String>, default| {
        let parameter = Parameter { name, ..*parameter };
        float(row, &parameter, given.as_ref(), default)
    };
    let ends = if absolute {
        [end(&A, "a", a, -2.0)?, end(&B, "b", b, 2.0)?]
    } else if relative {
        let std = std.as_ref().ok_or(InitializerError::Missing {
            name,
            key: "std",
            example: format!("{name}(0.02, lower=-2, upper=2)"),
        })?;
        let mean = float(row, &MEAN, mean.as_ref(), 0.0)?;
        let std = float(row, &row.parameters[0], Some(std), 0.0)?;
        let ends = [
            end(&A, "lower", lower, -2.0)?,
            end(&B, "upper", upper, 2.0)?,
        ];
        ends.map(|end| mean + end * std)
    } else {
        return Ok(out);
    };
    match ends {
        [low, high] if low == -high && high > 0.0 => out.push(keyed("cut", high.to_string())),
        ends => out.extend(named(&["a", "b"], &ends.map(|end| Some(end.to_string())))),
    }
    Ok(out)
}

/// A lower end by its name needs the upper one: alone it would be read as a symmetric bound.
fn interval(row: &'static InitializerRow, arguments: Vec<Argument>) -> Read<Vec<Argument>> {
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

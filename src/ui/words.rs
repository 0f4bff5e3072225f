//! A spec in the words of the screen.

use crate::app::action::Parameter;
use crate::net::framework::BiasLaw;
use crate::net::spec::{Bias, Spec};
use crate::ui::number::parameter;

/// The value of a parameter, as the network panel shows it.
#[must_use]
pub fn value_of(spec: &Spec, what: Parameter) -> String {
    match what {
        Parameter::Activation => rounded(spec.activation().in_full()),
        Parameter::Initializer => initializer(spec),
        Parameter::Framework => spec.framework().name().to_owned(),
        Parameter::Width => spec.width().to_string(),
        Parameter::Depth => spec.depth().to_string(),
        Parameter::Bias => bias(spec),
        Parameter::Gain => parameter(spec.gain()),
        Parameter::Input => match spec.draft().input_dim {
            Some(dim) => format!("{} of {dim}", spec.input()),
            None => spec.input().typed(),
        },
        Parameter::Seed => spec.seed().to_string(),
    }
}

/// The initializer with the numbers that its framework adds, or whose default it is.
#[must_use]
pub fn initializer(spec: &Spec) -> String {
    match spec.initializer() {
        Some(initializer) => rounded(&initializer.in_full(spec.framework())),
        None => format!("{} default", spec.framework().name()),
    }
}

/// The bias law of the hidden layers.
fn law_of_biases(spec: &Spec) -> String {
    match spec.bias_law(2.min(spec.depth())) {
        BiasLaw::Zeros => "0".into(),
        BiasLaw::Normal { std } => format!("σ {}", parameter(std)),
        BiasLaw::Uniform { bound } => format!("±{}", parameter(bound)),
    }
}

/// The same, and that it is the preset's where it is.
fn bias(spec: &Spec) -> String {
    let law = law_of_biases(spec);
    match spec.bias() {
        Bias::Auto => format!("auto: {law}"),
        Bias::Preset => format!("preset: {law}"),
        Bias::Normal(_) => law,
    }
}

/// The initializer with its dialect, or what the framework's default is: `he_normal (keras)`, `glorot_uniform (keras default)`.
fn initializer_in_full(spec: &Spec) -> String {
    let framework = spec.framework().name();
    match spec.initializer() {
        Some(initializer) => {
            format!(
                "{} ({framework})",
                rounded(&initializer.in_full(spec.framework()))
            )
        }
        None => format!(
            "{} ({framework} default)",
            rounded(&spec.effective_initializer().in_full(spec.framework()))
        ),
    }
}

/// A name with its arguments, numbers rounded to four digits: `he_uniform(2.23606797749979)` is `he_uniform(2.236)`.
pub(super) fn rounded(text: &str) -> String {
    let Some((name, arguments)) = text.strip_suffix(')').and_then(|t| t.split_once('(')) else {
        return text.to_owned();
    };
    let short = |argument: &str| argument.parse().map_or(argument.to_owned(), parameter);
    let arguments: Vec<String> = arguments.split(',').map(|a| short(a.trim())).collect();
    format!("{name}({})", arguments.join(", "))
}

/// The spec as the header says it: pieces with their rank, 0 the last to go when room is short; in full, or short.
#[must_use]
pub fn headline(spec: &Spec, full: bool) -> Vec<(u8, String)> {
    let mut pieces = vec![(0, rounded(spec.activation().in_full()))];
    if full {
        pieces.push((1, initializer_in_full(spec)));
        pieces.push((2, format!("{} wide", spec.width())));
        pieces.push((2, format!("{} deep", spec.depth())));
    } else {
        pieces.push((1, initializer(spec)));
        pieces.push((2, format!("{}x{}", spec.width(), spec.depth())));
    }
    let law = spec.bias_law(2.min(spec.depth()));
    if !law.is_zero() {
        pieces.push((
            4,
            format!(
                "bias {}",
                bias(spec).replace("auto: ", "").replace("preset: ", "")
            ),
        ));
    }
    if spec.gain() != 1.0 {
        pieces.push((3, format!("gain {}", parameter(spec.gain()))));
    }
    if spec.input().dim().is_some() || spec.draft().input_dim.is_some() {
        pieces.push((5, value_of(spec, Parameter::Input)));
    }
    pieces
}

/// What tells each of some specs from the others, in few words: the initializer, and every parameter in which not all are alike.
#[must_use]
pub fn differences(specs: &[&Spec]) -> Vec<String> {
    use Parameter::{Activation, Bias, Depth, Framework, Gain, Input, Seed, Width};
    type Text = fn(&Spec) -> String;
    const PARTS: [(Parameter, Text); 9] = [
        (Activation, |s| value_of(s, Activation)),
        (Parameter::Initializer, initializer),
        (Framework, |s| value_of(s, Framework)),
        (Width, |s| format!("{} wide", s.width())),
        (Depth, |s| format!("{} deep", s.depth())),
        (Bias, |s| format!("bias {}", law_of_biases(s))),
        (Gain, |s| format!("gain {}", value_of(s, Gain))),
        (Input, |s| value_of(s, Input)),
        (Seed, |s| format!("seed {}", s.seed())),
    ];
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); specs.len()];
    for (what, text) in PARTS {
        let texts: Vec<String> = specs.iter().map(|spec| text(spec)).collect();
        let alike = texts.iter().all(|other| *other == texts[0]);
        for ((label, spec), text) in labels.iter_mut().zip(specs).zip(texts) {
            // the name of a default layer says whose it is and what its biases are
            let default = spec.initializer().is_none();
            let said = match what {
                Parameter::Initializer => false,
                Framework => alike || default,
                Bias => alike || (default && spec.bias() == crate::net::spec::Bias::Auto),
                _ => alike,
            };
            if !said {
                label.push(text);
            }
        }
    }
    labels.iter().map(|parts| parts.join(" · ")).collect()
}

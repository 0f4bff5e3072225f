//! A spec in the words of the screen.

use crate::net::bias::BiasLaw;
use crate::net::spec::{Bias, Field, Spec, field};
use crate::ui::number::parameter;

/// The value of a parameter, as the network panel shows it.
#[must_use]
pub fn value_of(spec: &Spec, what: &Field) -> String {
    match what {
        field if *field == field::ACTIVATION => rounded(spec.activation().in_full()),
        field if *field == field::INITIALIZER => initializer(spec),
        field if *field == field::BIAS => bias(spec),
        field if *field == field::GAIN => parameter(spec.gain()),
        field if *field == field::INPUT => match spec.draft().input_dim {
            Some(dim) => format!("{} of {dim}", spec.input()),
            None => spec.input().typed(),
        },
        field => field.typed(spec),
    }
}

/// The initializer with the numbers that its framework adds, or whose default it is.
#[must_use]
pub fn initializer(spec: &Spec) -> String {
    match spec.initializer() {
        Some(initializer) => rounded(&initializer.in_full(spec.framework())),
        None => format!("{} default", spec.preset_name()),
    }
}

/// The bias law of the hidden layers.
fn law_of_biases(spec: &Spec) -> String {
    match spec.bias_law(2.min(spec.depth())) {
        BiasLaw::Zeros => "0".into(),
        BiasLaw::Normal { mean: 0.0, std } => format!("σ {}", parameter(std)),
        BiasLaw::Normal { mean, std } => format!("{} σ {}", parameter(mean), parameter(std)),
        BiasLaw::Uniform { low, high } if low == -high => format!("±{}", parameter(high)),
        BiasLaw::Uniform { low, high } => format!("{}..{}", parameter(low), parameter(high)),
        BiasLaw::Constant { value } => format!("all {}", parameter(value)),
    }
}

/// The same, and that it is the preset's where it is.
fn bias(spec: &Spec) -> String {
    let law = law_of_biases(spec);
    match spec.bias() {
        Bias::Auto => format!("auto: {law}"),
        Bias::Preset => format!("preset: {law}"),
        Bias::Normal(_) | Bias::ByFanIn(_) | Bias::Drawn(_) => law,
    }
}

/// The initializer with its dialect, or what the framework's default is: `he_normal (keras)`, `glorot_uniform (keras default)`.
fn initializer_in_full(spec: &Spec) -> String {
    let framework = spec.preset_name();
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
        let unit = if spec.block().is_some() {
            "blocks"
        } else {
            "deep"
        };
        pieces.push((2, format!("{} {unit}", spec.depth())));
    } else {
        pieces.push((1, initializer(spec)));
        pieces.push((2, format!("{}x{}", spec.width(), spec.depth())));
    }
    if let Some(block) = spec.block() {
        pieces.push((1, block.to_string()));
    }
    if let Some(norm) = spec.norm() {
        pieces.push((1, norm.title().to_owned()));
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
        pieces.push((5, value_of(spec, &field::INPUT)));
    }
    pieces
}

/// A field by its name and its value: `out 1`.
fn titled(spec: &Spec, field: &'static Field) -> String {
    format!("{} {}", field.name, value_of(spec, field))
}

/// What tells each of some specs from the others, in few words: the initializer, and every parameter in which not all are alike.
#[must_use]
pub fn differences(specs: &[&Spec]) -> Vec<String> {
    type Text = fn(&Spec) -> String;
    const PARTS: [(&Field, Text); 21] = [
        (&field::ACTIVATION, |s| value_of(s, &field::ACTIVATION)),
        (&field::INITIALIZER, initializer),
        (&field::BLOCK, |s| {
            s.block()
                .map_or("no blocks".to_owned(), ToString::to_string)
        }),
        (&field::NORM, |s| titled(s, &field::NORM)),
        (&field::OUTWARD, |s| titled(s, &field::OUTWARD)),
        (&field::INWARD, |s| titled(s, &field::INWARD)),
        (&field::INITIAL_NORM, |s| titled(s, &field::INITIAL_NORM)),
        (&field::LAST_NORM, |s| titled(s, &field::LAST_NORM)),
        (&field::EMBED, |s| titled(s, &field::EMBED)),
        (&field::TOKENS, |s| titled(s, &field::TOKENS)),
        (&field::EPS, |s| titled(s, &field::EPS)),
        (&field::COPIES, |s| titled(s, &field::COPIES)),
        (&field::STANDARDIZED, |s| titled(s, &field::STANDARDIZED)),
        (&field::CONV, |s| titled(s, &field::CONV)),
        (&field::FRAMEWORK, |s| value_of(s, &field::FRAMEWORK)),
        (&field::WIDTH, |s| format!("{} wide", s.width())),
        (&field::DEPTH, |s| format!("{} deep", s.depth())),
        (&field::BIAS, |s| format!("bias {}", law_of_biases(s))),
        (&field::GAIN, |s| {
            format!("gain {}", value_of(s, &field::GAIN))
        }),
        (&field::INPUT, |s| value_of(s, &field::INPUT)),
        (&field::SEED, |s| format!("seed {}", s.seed())),
    ];
    let mut labels: Vec<Vec<String>> = vec![Vec::new(); specs.len()];
    for (what, text) in PARTS {
        let texts: Vec<String> = specs.iter().map(|spec| text(spec)).collect();
        let alike = texts.iter().all(|other| *other == texts[0]);
        for ((label, spec), text) in labels.iter_mut().zip(specs).zip(texts) {
            // the name of a default layer says whose it is and what its biases are
            let default = spec.initializer().is_none();
            let said = match what {
                field if *field == field::INITIALIZER => false,
                field if *field == field::FRAMEWORK => alike || default,
                field if *field == field::BIAS => alike || (default && *spec.bias() == Bias::Auto),
                _ => alike,
            };
            if !said {
                label.push(text);
            }
        }
    }
    labels.iter().map(|parts| parts.join(" · ")).collect()
}

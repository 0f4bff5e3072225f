//! The verdict in plain words.

use std::fmt;

use super::{
    BIAS_LIMIT, COLLAPSE_LIMIT, Channel, Crossing, DEAD_DRAWS_LIMIT, DEAD_LIMIT, Failing, Reach,
    SATURATED_LIMIT, Verdict, VerdictKind,
};
use crate::engine::snapshot::{Inputs, Share};

impl VerdictKind {
    /// The upper-case word, as on the screen and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Healthy => "HEALTHY",
            Self::Identity => "IDENTITY",
            Self::Vanishing => "VANISHING",
            Self::Exploding => "EXPLODING",
            Self::Collapsing => "COLLAPSING",
            Self::Saturated => "SATURATED",
            Self::Dead => "DEAD",
            Self::Symmetric => "SYMMETRIC",
            Self::Inputs => "INPUTS",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Channel {
    /// The name of the channel, as everywhere in this program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Gradient => "gradient",
            Self::Distinguishability => "distinguishability",
        }
    }

    /// The channel as a subject in a sentence.
    fn subject(self) -> &'static str {
        match self {
            Self::Signal => "the signal",
            Self::Gradient => "the gradient",
            Self::Distinguishability => "the difference between inputs",
        }
    }
}

impl Verdict {
    /// What fails first, how fast and from which layer, in one sentence without the word in capitals and without full stop.
    ///
    /// `the signal falls by 0.30 decades per layer and is below 1e-2 of its start from layer 8`
    #[must_use]
    pub fn sentence(&self) -> String {
        let (Some(channel), Some(layer)) = (self.channel, self.layer) else {
            return self.healthy();
        };
        let subject = match self.failing {
            Some(Failing::Weights) => "the gradient of the weights",
            Some(Failing::Tokens) => "the difference between tokens",
            Some(Failing::Attention) => "the entropy of attention",
            None => channel.subject(),
        };
        let unit = self.unit();
        // The gradient comes from the last layer: what is behind the failing one has a smaller number.
        let from = match channel {
            Channel::Gradient => format!("from {unit} {layer} back"),
            _ => format!("from {unit} {layer}"),
        };
        let pace = pace(self.rate);
        match self.kind {
            VerdictKind::Healthy | VerdictKind::Identity => self.healthy(),
            VerdictKind::Exploding if self.level == f64::INFINITY => {
                format!("{subject} overflows {from}")
            }
            VerdictKind::Vanishing => format!(
                "{subject} falls by {pace} decades per {unit} and is below 1e-{} of its start {from}",
                self.drift_limit
            ),
            VerdictKind::Exploding => format!(
                "{subject} grows by {pace} decades per {unit} and is above 1e{} of its start {from}",
                self.drift_limit
            ),
            VerdictKind::Collapsing => {
                let falls = if self.rate == 0.0 {
                    String::new()
                } else {
                    format!("falls by {pace} decades per {unit} and ")
                };
                let bias = if self.bias_share > BIAS_LIMIT {
                    format!(", {:.0} % of which is bias", 100.0 * self.bias_share)
                } else {
                    String::new()
                };
                format!("{subject} {falls}is below 1e{COLLAPSE_LIMIT} of the signal{bias}, {from}")
            }
            VerdictKind::Saturated if self.failing == Some(Failing::Attention) => {
                format!(
                    "{subject} is below 10 % of the largest {from}: every token sees one other alone"
                )
            }
            VerdictKind::Saturated => format!(
                "more than {} % of the units have a slope below 5 % of the steepest {from}",
                100.0 * SATURATED_LIMIT
            ),
            VerdictKind::Dead if self.is_of_draws() => format!(
                "{}, from {unit} {layer} more than {:.0} %: by chance no unit of a layer has a slope for any input; more width \
                 or an activation without a flat part heals it",
                self.deaths(),
                100.0 * DEAD_DRAWS_LIMIT
            ),
            VerdictKind::Symmetric => format!(
                "the units are alike: {:.1} % of what differs between inputs is the same in all of them {from}",
                100.0 * self.level
            ),
            VerdictKind::Inputs => self.alike_inputs(),
            VerdictKind::Dead if self.level == f64::NEG_INFINITY => {
                format!("{subject} is exactly 0 {from}")
            }
            VerdictKind::Dead => format!(
                "more than {} % of the units have slope 0 for every input {from}",
                100.0 * DEAD_LIMIT
            ),
        }
    }

    /// Whether it is dead in too many draws by chance, not in all by its law.
    fn is_of_draws(&self) -> bool {
        self.needs_width() && self.level == self.dead_draws.value()
    }

    /// What the third channel compares.
    fn compared(&self) -> &'static str {
        match &self.blocks {
            Some(blocks) if blocks.one_sequence() => "tokens",
            _ => "inputs",
        }
    }

    fn healthy(&self) -> String {
        let layers = match self.depth {
            1 => format!("the only {}", self.unit()),
            n => format!("all {n} {}s", self.unit()),
        };
        let deaths = match (self.dead_draws.count, self.dead_draws.total) {
            (0, 0) => String::new(),
            (0, _) if self.deaths_known => String::new(),
            (0, 1) => "; one draw does not tell how many are dead".into(),
            (0, draws) => format!("; {draws} draws do not tell how many are dead"),
            _ => format!("; {}", self.deaths()),
        };
        if let (VerdictKind::Identity, Some(blocks)) = (self.kind, &self.blocks) {
            let first = match blocks.zero {
                Some("alpha") => "alpha alone gets a gradient at first",
                _ => "the last matrix of each branch gets the first gradient",
            };
            return format!(
                "every branch is 0 at the start, so that the blocks change nothing: {first}{deaths}"
            );
        }
        if self.one_input {
            return format!(
                "signal and gradient survive {layers}; of one input no difference is known{deaths}"
            );
        }
        let compared = self.compared();
        format!("signal, gradient and the difference between {compared} survive {layers}{deaths}")
    }

    /// How many draws are dead: `34 % of the draws (30 to 38 %) are dead`.
    #[must_use]
    pub fn deaths(&self) -> String {
        let Share { count, total } = self.dead_draws;
        if total == 1 {
            return format!("the draw is {}dead", if count == 0 { "not " } else { "" });
        }
        let percent = |share: f64| (100.0 * share).round();
        let [low, high] = self.dead_draws.interval();
        // no share but an exact 0 or 1 reads as one
        let share = match 100.0 * self.dead_draws.value() {
            small if count > 0 && small < 0.95 => format!("{small:.1}"),
            large if count < total && large > 99.5 => format!("{large:.1}"),
            other => format!("{other:.0}"),
        };
        format!(
            "{share} % of the draws ({:.0} to {:.0} %) are dead",
            percent(low),
            percent(high)
        )
    }

    /// Why the data are to blame.
    fn alike_inputs(&self) -> String {
        let Some((
            Inputs {
                difference,
                distinct,
            },
            rows,
        )) = self.inputs
        else {
            return "the inputs are alike".into();
        };
        match (rows, distinct) {
            (2, Some(Share { count: 1, .. })) => "both rows of the data are the same".into(),
            (rows, Some(Share { count: 1, total })) if rows <= total => {
                format!("all {rows} rows of the data are the same")
            }
            (rows, Some(Share { count: 1, total })) => {
                format!("the {total} inputs of every batch are the same, of {rows} rows of data")
            }
            _ if difference == f64::NEG_INFINITY => {
                format!("the {rows} rows of the data are alike")
            }
            _ => {
                let exponent = difference.floor();
                let share = 10_f64.powf(difference - exponent);
                format!(
                    "the {rows} rows of the data are alike: {share:.1}e{exponent} of their mean square differs between them, \
                     less than 1e{COLLAPSE_LIMIT}"
                )
            }
        }
    }

    /// How many layers the deepest healthy network of the kind has, as a cell of a table; `-` for networks of blocks.
    #[must_use]
    pub fn survives(&self) -> String {
        match self.blocks {
            None => self.budget.compact(),
            Some(_) => "-".into(),
        }
    }

    /// How deep such a network may be, in one sentence without full stop; of a healthy network also what fails first beyond it.
    ///
    /// `healthy up to 190-220 layers, then the gradient fails`
    #[must_use]
    pub fn budget_sentence(&self) -> String {
        if self.blocks.is_some() {
            return "how deep such a network may be is not known: what a block is may depend on how many there are".into();
        }
        let next = self.budget.channel.filter(|_| self.is_healthy());
        let next = next.map(|channel| format!(", then {} fails", channel.subject()));
        self.budget.sentence() + &next.unwrap_or_default()
    }

    /// The formats whose numbers overflow, and where first: `fp16 overflows at layer 5 (f32 at 33)`; before the first draw
    /// `fp16 is expected to overflow at layer 5`; `None` where none does.
    #[must_use]
    pub fn overflow_note(&self) -> Option<String> {
        let layers = |reach: &Reach| {
            let ways = [
                ("layer", reach.signal),
                ("gradient of layer", reach.gradient),
            ];
            ways.into_iter()
                .find_map(|(what, way)| way.overflow.map(|layer| (what, layer)))
        };
        let mut all = self.reaches.iter();
        let (first, (what, layer)) = all.find_map(|reach| Some((reach, layers(reach)?)))?;
        let name = first.float.name;
        let verb = if first.expected {
            "is expected to overflow"
        } else {
            "overflows"
        };
        let single = all.filter(|reach| reach.float.name == "f32");
        let further = single
            .filter_map(layers)
            .filter(|(also, _)| *also == what)
            .map(|(_, layer)| format!(" (f32 at {layer})"));
        Some(format!(
            "{name} {verb} at {what} {layer}{}",
            further.collect::<String>()
        ))
    }

    /// Where 16- and 32-bit numbers run out, one line for every format that does.
    #[must_use]
    pub fn format_sentences(&self) -> Vec<String> {
        self.reaches.iter().filter_map(reach_sentence).collect()
    }
}

/// Decades per layer without sign: two decimals; from a thousand on a mean over layers says nothing, because every layer multiplies the
/// exponent itself.
fn pace(rate: f64) -> String {
    match rate.abs() {
        small if small < 999.5 => format!("{small:.2}"),
        _ => "more than 999".to_owned(),
    }
}

fn reach_sentence(reach: &Reach) -> Option<String> {
    let expected = if reach.expected { " (expected)" } else { "" };
    let parts: Vec<String> = [("signal", &reach.signal), ("gradient", &reach.gradient)]
        .into_iter()
        .filter(|(_, crossing)| !crossing.is_none())
        .map(|(name, crossing)| format!("{name} {}", crossing_words(crossing)))
        .collect();
    (!parts.is_empty()).then(|| format!("{}{expected}: {}", reach.float.name, parts.join("; ")))
}

fn crossing_words(crossing: &Crossing) -> String {
    let told = [
        ("overflows", crossing.overflow),
        ("loses digits", crossing.subnormal),
        ("is 0", crossing.zero),
    ];
    let parts: Vec<String> = told
        .into_iter()
        .filter_map(|(what, layer)| Some(format!("{what} from layer {}", layer?)))
        .collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests;

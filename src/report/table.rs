//! The table for people: what is computed, one row a layer, the verdict.
//!
//! Signal, gradient and weights are log10 of a mean square; a deep network shows every k-th layer.

use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::net::bias::BiasLaw;
use crate::net::block::Block;
use crate::net::foreign::shown;
use crate::net::spec::Spec;
use crate::net::written;
use crate::report::columns::{Side, aligned};
use crate::report::{blocks, verdict};

/// Deeper networks are thinned out.
const ROWS: usize = 64;

/// Which layers have a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// All of a network of up to 64 layers; else the first, the last, that of the verdict and every k-th, about 64 in all.
    #[default]
    Thinned,
    /// Every layer, and the effective rank beside it.
    All,
}

impl Rows {
    /// Every how manieth of so many layers has a row.
    pub(super) fn step(self, layers: usize) -> usize {
        match self {
            Self::Thinned if layers > ROWS => step(layers),
            Self::Thinned | Self::All => 1,
        }
    }

    /// The line below rows that are not all of them, else nothing.
    pub(super) fn omission(self, layers: usize) -> String {
        match self.step(layers) {
            1 => String::new(),
            step => format!("one in {step} of {layers} layers; --all prints each\n"),
        }
    }
}

/// Head, rows and verdict, each line ended by `\n`.
#[must_use]
pub fn table(snapshot: &Snapshot, rows: Rows) -> String {
    let ranked = rows == Rows::All;
    let has_blocks = snapshot.spec.block().is_some();
    let names = if has_blocks { BLOCK_HEAD } else { HEAD };
    let mut names = names.map(str::to_owned).to_vec();
    let attends = snapshot.spec.block().is_some_and(Block::attends);
    if let (true, Some(last)) = (attends, names.last_mut()) {
        *last = "entropy".to_owned();
    }
    names.extend(ranked.then(|| "rank".to_owned()));
    let mut cells = vec![names];
    let layers = &snapshot.layers;
    let step = rows.step(layers.len());
    let marked = snapshot.verdict.as_ref().and_then(|verdict| verdict.layer);
    for (number, layer) in (1..).zip(layers) {
        if number % step == 0 || number == 1 || number == layers.len() || Some(number) == marked {
            let mut row = row(number, layer, has_blocks);
            if let (true, Some(last), Some(branch)) = (attends, row.last_mut(), &layer.branch) {
                *last = share(branch.entropy.log10_mean);
            }
            row.extend(ranked.then(|| self::number(layer.effective_rank, 2)));
            cells.push(row);
        }
    }
    let mut text = head(snapshot, ranked);
    text.push_str(&aligned(&[Side::Right; HEAD.len() + 1], &cells));
    text.push_str(&rows.omission(layers.len()));
    text.push('\n');
    match &snapshot.verdict {
        Some(verdict) => {
            let (word, sentence) = (verdict.kind.name(), verdict.sentence());
            text.push_str(&format!(
                "{word}: {sentence}\n{}\n",
                verdict::rates(verdict)
            ));
            let notes = blocks::notes(verdict);
            text.extend(notes.iter().map(|note| format!("{note}\n")));
            text.push_str(&verdict::formats(verdict));
        }
        None => text.push_str("no verdict before the first complete draw\n"),
    }
    text
}

const HEAD: [&str; 11] = [
    "layer", "signal", "10 %", "90 %", "gradient", "10 %", "90 %", "weights", "distinct", "satur.",
    "dead",
];

const BLOCK_HEAD: [&str; 11] = [
    "sub-layer",
    "stream",
    "10 %",
    "90 %",
    "gradient",
    "10 %",
    "90 %",
    "weights",
    "distinct",
    "branch",
    "satur.",
];

const BLOCK_LEGEND: &str = "\
log10 of mean squares after each sub-layer: stream x, gradient dl/dx, weights
dl/dW of the first matrix; mean, quantiles over draws. distinct: share of the
stream that differs between inputs. branch: share of the branch in the sum.
satur.: share of hidden units with a slope below 5 % of the steepest
";

const ATTENTION_LEGEND: &str = "\
log10 of mean squares after each sub-layer: stream x, gradient dl/dx, weights
dl/dW of the first matrix; mean, quantiles over draws. distinct: share of the
stream that differs between inputs, or between the tokens of the only one.
branch: share of the branch in the sum. entropy: of attention, 1 where all
tokens weigh the same
";

const LEGEND: &str = "\
log10 of mean squares: signal z, gradient dl/dz, weights dl/dW; mean, quantiles
over draws. distinct: share of the signal that differs between inputs. satur.:
share of units with a slope below 5 % of the steepest. dead: no slope at all
";

/// What the last column of a table of every layer says.
const RANK: &str = "\
rank: effective rank of z minus each unit's mean over the inputs, median
over every fourth draw
";

/// The smallest of 2, 5, 10, 20, 50, ... that leaves at most [`ROWS`] rows.
fn step(layers: usize) -> usize {
    let decades = (0..).map(|power| 10_usize.pow(power));
    decades
        .flat_map(|unit| [unit, 2 * unit, 5 * unit])
        .find(|step| layers / step <= ROWS)
        .expect("steps grow without bound")
}

fn head(snapshot: &Snapshot, ranked: bool) -> String {
    let spec = &*snapshot.spec;
    let draws = match snapshot.draws {
        1 => "1 draw".to_owned(),
        draws if snapshot.worst_se.is_finite() => {
            format!(
                "{draws} draws, means known to {:.3} decades",
                snapshot.worst_se
            )
        }
        draws => format!("{draws} draws"),
    };
    let rank = if ranked { RANK } else { "" };
    let legend = match spec.block() {
        None => LEGEND,
        Some(block) if block.attends() => ATTENTION_LEGEND,
        Some(_) => BLOCK_LEGEND,
    };
    format!(
        "{spec}\n{}\n{}{}{draws}\n\n{legend}{rank}\n",
        setting(spec),
        blocks::setting(spec),
        input(spec)
    )
}

/// What to know of a data file, a line each: size and scaling, too few rows for the batch, warnings; nothing for any other input.
#[must_use]
pub(super) fn input(spec: &Spec) -> String {
    let mut notes = spec.input().notes();
    let (asked, seen) = (spec.draft().batch, spec.batch());
    if seen < asked && !notes.is_empty() {
        let rows = format!("all {seen} rows are one batch, which was to have {asked}");
        notes.insert(1, rows);
    }
    notes.iter().map(|note| format!("{note}\n")).collect()
}

/// What the short text form leaves to defaults.
fn setting(spec: &Spec) -> String {
    let bias = match spec.bias_law(1) {
        BiasLaw::Zeros => "bias 0".to_owned(),
        BiasLaw::Normal { mean, std } => format!("bias N({mean}, {std}²)"),
        BiasLaw::Uniform { low, high } if low == -high => format!("bias U(±{high:.4})"),
        BiasLaw::Uniform { low, high } => format!("bias U({low}, {high})"),
        BiasLaw::Constant { value } => format!("bias {value}"),
    };
    let law_of_layers = spec.block().is_none();
    let (fan_in, fan_out) = spec.fans(spec.depth());
    let law = spec.weight_law(spec.depth());
    let variance = law.variance(fan_in, fan_out);
    let activation = spec.activation();
    let activation = match activation.in_full() {
        full if full == activation.text() => String::new(),
        full => format!("{full}, "),
    };
    let initializer = spec.effective_initializer();
    let (full, framework) = (initializer.in_full(spec.framework()), spec.framework());
    let borrowed = match initializer.borrows_from_keras(framework) {
        true => " has no number of its own: Keras'",
        false => "",
    };
    let mean = match law.mean(fan_in, fan_out) {
        0.0 => String::new(),
        mean => format!(", mean W {}", written::number(mean)),
    };
    let variance = match law_of_layers {
        true => format!(", fan_in·Var W {:.4}{mean}", fan_in as f64 * variance),
        false => String::new(),
    };
    format!(
        "{activation}{full} ({framework}{borrowed}){variance}, {bias}, {} inputs of {} (dimension {}), seed {}",
        spec.batch(),
        shown(&spec.input().to_string()),
        spec.input_dim(),
        spec.seed(),
    )
}

fn row(index: usize, layer: &LayerStats, blocks: bool) -> Vec<String> {
    let spread = |summary: Option<Summary>| {
        let gap = f64::NAN;
        let [mean, low, high] =
            summary.map_or([gap; 3], |s| [s.log10_mean, s.log10_p10, s.log10_p90]);
        [number(mean, 3), number(low, 2), number(high, 2)]
    };
    let [weights, ..] = spread(layer.grad_w);
    let mut cells = vec![index.to_string()];
    cells.extend(spread(Some(layer.z_second_moment)));
    cells.extend(spread(layer.grad_z));
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    cells.extend([weights, share(layer.distinguishability.log10_mean)]);
    let branch = layer.branch.as_ref().filter(|_| blocks);
    cells.extend(branch.map(|branch| share(branch.share.log10_mean)));
    cells.push(percent(layer.saturated));
    if !blocks {
        cells.push(percent(layer.dead));
    }
    cells
}

/// A number of decades; a zero has no sign.
pub(super) fn number(value: f64, digits: usize) -> String {
    let text = format!("{value:.digits$}");
    let zero = text
        .trim_start_matches('-')
        .chars()
        .all(|c| matches!(c, '0' | '.'));
    match value.is_nan() {
        true => "-".into(),
        false if zero => text.trim_start_matches('-').into(),
        false => text,
    }
}

/// A share from its log10, three digits of it; as a power of ten where that would read 0.
fn share(log10: f64) -> String {
    let share = 10_f64.powf(log10);
    if log10.is_nan() {
        "-".into()
    } else if share >= 0.001 || share == 0.0 && log10 == f64::NEG_INFINITY {
        format!("{share:.3}")
    } else {
        // 9.97 rounds to the next power
        let exponent = (log10 - 9.95_f64.log10()).ceil();
        format!("{:.1}e{exponent}", 10_f64.powf(log10 - exponent))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_never_reads_zero_unless_it_is() {
        let shares = [0.0, -0.3, -3.1, -4.001, -400.5, f64::NEG_INFINITY, f64::NAN].map(share);
        assert_eq!(
            shares,
            [
                "1.000", "0.501", "7.9e-4", "1.0e-4", "3.2e-401", "0.000", "-"
            ]
        );
    }

    #[test]
    fn a_number_that_rounds_to_zero_has_no_sign() {
        assert_eq!(
            [
                number(-1e-9, 3),
                number(-0.0006, 3),
                number(f64::NEG_INFINITY, 2)
            ],
            ["0.000", "-0.001", "-inf"]
        );
        assert_eq!(number(f64::NAN, 2), "-");
    }

    #[test]
    fn at_most_sixty_four_rows_are_left() {
        assert_eq!(
            [65, 128, 129, 320, 640, 10_000].map(step),
            [2, 2, 2, 5, 10, 200]
        );
    }
}

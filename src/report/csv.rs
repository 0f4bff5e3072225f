//! One row a layer, every statistic, for spreadsheets and data frames.
//!
//! The first line names the columns:
//!
//! * `layer`, counted from 1;
//! * `NAME_log10_mean`, `NAME_log10_se`, `NAME_log10_p10`, `NAME_log10_p50`, `NAME_log10_p90`: mean, standard error and quantiles
//!   over draws of the log10 of the per-draw mean square, for each `NAME` of `z_second_moment`, `z_variance`,
//!   `x_second_moment`, `x_variance`, `grad_z`, `grad_x`, `grad_w`, `grad_b`, `distinguishability`;
//! * `z_mean`, `x_mean`: mean over draws of the mean of `z` and of `x`;
//! * `saturated`, `dead`: shares of units, 0 to 1;
//! * `effective_rank`: of `z` minus each unit's mean over the inputs, 1 to `min(batch - 1, width)`, median over every fourth draw; `alike`: share of
//!   the same that is equal in all units, exceeded in nine draws of ten;
//! * `dead_draws`: share of the draws that are dead at this layer or before;
//! * what theory expects, under the names of `initscope theory`: `z_second_moment_log10`, `x_second_moment_log10`,
//!   `x_variance_log10`, `distinguishability_log10`, `grad_z_log10`, and with `_low` and `_high` the 10 and 90 % quantiles expected over
//!   draws of this width; empty where it is not known;
//! * `remedy`: the network to type instead, in every row; empty where none was measured.
//!
//! Numbers have as many digits as it takes to read the same double back. An exact zero has log10 `-inf`, an overflow `inf`;
//! a number that does not exist (the standard error of infinities) is `nan`; a gradient not computed yet is empty.

use crate::engine::series::{SERIES, SINGLES, statistics};
use crate::engine::snapshot::{LayerStats, Snapshot, Summary};
use crate::report::{blocks, expected};

/// The header and one line a layer, separated by commas, each line ended by `\n`; of a network of blocks that of [`blocks`].
#[must_use]
pub fn csv(snapshot: &Snapshot) -> String {
    if snapshot.spec.block().is_some() {
        return blocks::csv(snapshot);
    }
    let mut text = line(&[head(), expected::head()].concat());
    for (index, layer) in snapshot.layers.iter().enumerate() {
        let cells = [cells(index + 1, layer), expected::cells(snapshot, index)];
        text.push_str(&line(&cells.concat()));
    }
    text
}

/// The names of the columns.
pub(super) fn head() -> Vec<String> {
    let mut cells = vec!["layer".to_owned()];
    for series in &SERIES {
        let keys = statistics(&Summary::default()).map(|(key, _)| format!("{}_{key}", series.name));
        cells.extend(keys);
    }
    cells.extend(SINGLES.map(|(name, _)| name.to_owned()));
    cells
}

/// The numbers of one layer.
pub(super) fn cells(number: usize, layer: &LayerStats) -> Vec<String> {
    let mut cells = vec![number.to_string()];
    for series in &SERIES {
        match (series.of)(layer) {
            Some(summary) => cells.extend(statistics(&summary).map(|(_, value)| cell(value))),
            None => cells.extend(statistics(&Summary::default()).map(|_| String::new())),
        }
    }
    cells.extend(SINGLES.map(|(_, of)| cell(of(layer))));
    cells
}

/// Cells as one line.
pub(super) fn line(cells: &[String]) -> String {
    cells.join(",") + "\n"
}

/// A text that may have commas in it, in quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// The shortest decimal that reads back as the same double.
pub(super) fn cell(value: f64) -> String {
    if value.is_nan() {
        "nan".into()
    } else {
        (value + 0.0).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_quotes_is_one_cell() {
        assert_eq!(quoted("max(x,\"y\")"), "\"max(x,\"\"y\"\")\"");
    }

    #[test]
    fn a_number_reads_back_as_the_same_double() {
        for value in [-1.0_f64 / 3.0, 1e-300, -308.25, 5e-324] {
            assert_eq!(
                cell(value).parse::<f64>().map(f64::to_bits),
                Ok(value.to_bits())
            );
        }
        assert_eq!(
            [cell(-0.0), cell(f64::NEG_INFINITY), cell(f64::NAN)],
            ["0", "-inf", "nan"]
        );
    }
}

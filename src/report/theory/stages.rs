//! Curves of a network of blocks, or of plain layers with a norm.

use serde_json::{Map, Value};

use super::Fields;
use crate::net::spec::Spec;
use crate::report::columns::{Side, aligned};
use crate::report::csv::{cell, line};
use crate::report::json::{PROGRAM, spec_object, text};
use crate::report::table::{Rows, number};
use crate::theory::error::TheoryError;
use crate::theory::stages::{StageCurve, stage_curve};

/// What theory says of one network of stages, a log10 for each layer; gradients start from independent `N(0, 1)` at the end.
#[derive(Clone, Debug)]
pub struct Stages {
    spec: Spec,
    curve: StageCurve,
}

/// A curve with its key and its head in the table, which leaves out those without one.
type Column = (&'static str, &'static str, fn(&StageCurve) -> &[f64]);

/// Those of a network of blocks.
const BLOCKS: [Column; 12] = [
    ("stream_log10", "stream", |c| &c.x_second_moment),
    ("distinguishability_log10", "distinct", |c| {
        &c.distinguishability
    }),
    ("branch_log10", "branch", |c| &c.branch),
    ("branch_share_log10", "share", |c| &c.share),
    ("stream_gradient_log10", "dl/dx", |c| &c.grad_x),
    ("tokens_log10", "tokens", |c| &c.tokens),
    ("entropy_log10", "entropy", |c| &c.entropy),
    ("scores_log10", "", |c| &c.scores),
    ("grad_first_log10", "dl/dW1", |c| &c.grad_w[0]),
    ("grad_second_log10", "", |c| &c.grad_w[1]),
    ("grad_third_log10", "", |c| &c.grad_w[2]),
    ("grad_last_log10", "dl/dW2", |c| &c.grad_w[3]),
];

/// Those of plain layers.
const LAYERS: [Column; 6] = [
    ("z_second_moment_log10", "E z²", |c| &c.z_second_moment),
    ("x_second_moment_log10", "E x²", |c| &c.x_second_moment),
    ("distinguishability_log10", "distinct", |c| {
        &c.distinguishability
    }),
    ("grad_z_log10", "dl/dz", |c| &c.grad_z),
    ("grad_x_log10", "dl/dx", |c| &c.grad_x),
    ("grad_w_log10", "dl/dW", |c| &c.grad_w[0]),
];

const LEGEND: &str = "\
log10 of mean squares by layer, infinite width, from N(0, 1) gradients at the end;
distinct: share that differs between inputs; dl/dW summed over the batch, of the
first and the last matrix of a branch
";

impl Stages {
    /// Computes it.
    ///
    /// # Errors
    /// As [`stage_curve`].
    pub fn predict(spec: &Spec) -> Result<Self, TheoryError> {
        Ok(Self {
            curve: stage_curve(spec)?,
            spec: spec.clone(),
        })
    }

    /// The curves that are known; distinguishability is not, of a batch of one.
    fn columns(&self) -> impl Iterator<Item = &'static Column> {
        let columns: &'static [Column] = match self.spec.block() {
            Some(_) => &BLOCKS,
            None => &LAYERS,
        };
        columns
            .iter()
            .filter(|(.., of)| !of(&self.curve).is_empty())
    }

    /// Head and curves.
    #[must_use]
    pub fn table(&self, rows: Rows) -> String {
        let layers = self.spec.layers();
        let shown = || self.columns().filter(|(_, head, _)| !head.is_empty());
        let mut lines = vec![vec!["layer".to_owned()]];
        lines[0].extend(shown().map(|(_, head, _)| (*head).to_owned()));
        let step = rows.step(layers);
        for layer in (1..=layers).filter(|l| l % step == 0 || *l == 1 || *l == layers) {
            let mut cells = vec![layer.to_string()];
            cells.extend(shown().map(|(.., of)| number(of(&self.curve)[layer - 1], 4)));
            lines.push(cells);
        }
        format!(
            "{}, infinite width\n\n{LEGEND}\n{}{}",
            self.spec,
            aligned(&[Side::Right; 1 + BLOCKS.len()], &lines),
            rows.omission(layers),
        )
    }

    /// One document, one line a layer: `{"schema": 2, "program", "spec", "layers": [{"layer": 1, ...}, ...]}` with the keys of the columns of
    /// [`csv`](Self::csv); `null` is explained in [`crate::report::theory`].
    #[must_use]
    pub fn json(&self) -> String {
        let layers: Vec<String> = (0..self.spec.layers())
            .map(|l| text(&self.layer(l)))
            .collect();
        format!(
            "{{\"schema\":{},\n\"program\":{},\n\"spec\":{},\n\"layers\":[\n{}\n]}}\n",
            crate::report::blocks::SCHEMA,
            text(&PROGRAM),
            text(&spec_object(&self.spec)),
            layers.join(",\n"),
        )
    }

    fn layer(&self, index: usize) -> Map<String, Value> {
        let mut fields = Fields::default();
        fields.object.insert("layer".into(), (index + 1).into());
        for (key, _, of) in self.columns() {
            fields.log10(key, of(&self.curve)[index]);
        }
        fields.finish()
    }

    /// The curves: a header and one line a layer.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut head = vec!["layer".to_owned()];
        head.extend(self.columns().map(|(key, ..)| (*key).to_owned()));
        let mut out = line(&head);
        for layer in 0..self.spec.layers() {
            let mut cells = vec![(layer + 1).to_string()];
            cells.extend(self.columns().map(|(.., of)| cell(of(&self.curve)[layer])));
            out.push_str(&line(&cells));
        }
        out
    }
}

//! Fixed point, depth scales and curves at given variances.

use serde_json::{Map, Value};

use super::{Fields, mean_in_words, significant};
use crate::net::activation::Activation;
use crate::report::columns::{Side, aligned};
use crate::report::csv::cell;
use crate::report::json::{PROGRAM, SCHEMA, text};
use crate::report::table::{Rows, number};
use crate::theory::curve::{Curve, CurveRequest, LayerLaw, curve};
use crate::theory::error::TheoryError;
use crate::theory::fixed_point::{FixedPoint, Status};
use crate::theory::kernel::Kernel;
use crate::theory::maps::Maps;

/// Second moment of the inputs' entries.
const Q0: f64 = 1.0;
/// Overlap of the two inputs.
const C0: f64 = 0.0;
/// Name of the status where `q` has no limit because the fixed point repels from both sides in turn.
const CYCLES: &str = "cycles";

/// What theory says of `z_l = W_l x_{l-1} + b_l`, `x_l = phi(z_l)`, `l = 1..L`, with `sigma_w2 = fan_in Var W` and `sigma_b2 = Var b` in
/// every layer of unlimited width, for two independent inputs of mean square 1. Biases may have a mean, that of `z` then.
///
/// Each curve is one log10 per layer. Gradients start from independent `N(0, 1)` at `x_L`; `grad_w` is that of one input, and a
/// batch of `B` has `log10 B` more.
#[derive(Clone, Debug)]
pub struct Propagation {
    activation: Activation,
    law: LayerLaw,
    /// The answer, or why there is no limit.
    fixed_point: Result<FixedPoint, TheoryError>,
    curve: Curve,
}

/// A curve with its key and its head in the table.
type Column = (&'static str, &'static str, fn(&Curve) -> &[f64]);

const CURVES: [Column; 7] = [
    ("z_second_moment_log10", "E z²", |c| &c.z_second_moment),
    ("x_second_moment_log10", "E x²", |c| &c.x_second_moment),
    ("x_variance_log10", "Var x", |c| &c.x_variance),
    ("distinguishability_log10", "distinct", |c| {
        &c.distinguishability
    }),
    ("grad_z_log10", "dl/dz", |c| &c.grad_z),
    ("grad_x_log10", "dl/dx", |c| &c.grad_x),
    ("grad_w_log10", "dl/dW", |c| &c.grad_w),
];

const LEGEND: &str = "\
log10 by layer, two independent inputs of mean square 1; distinct: 1 - overlap of
their z. dl/dz, dl/dx, dl/dW: mean squares, from N(0, 1) at the last x; dl/dW of
one input, log10 B more for a batch of B
";

/// Numbers of a fixed point: key, value, meaning.
pub(in crate::report) type Quantity = (&'static str, fn(&FixedPoint) -> Option<f64>, &'static str);

/// Every number of a fixed point.
pub(in crate::report) const QUANTITIES: [Quantity; 8] = [
    ("q_star", |f| f.q_star, "limit of q = E z² from 1"),
    (
        "chi_perp",
        |f| f.chi_perp,
        "factor of squared gradients per layer, at q_star",
    ),
    (
        "chi_parallel",
        |f| f.chi_parallel,
        "factor of small errors of q per layer",
    ),
    ("c_star", |f| f.c_star, "overlap at which two inputs end"),
    (
        "chi_c",
        |f| f.chi_c,
        "factor of small errors of the overlap per layer",
    ),
    (
        "xi_q",
        |f| f.xi_q,
        "layers over which errors of q fall by e",
    ),
    (
        "xi_c",
        |f| f.xi_c,
        "layers over which errors of the overlap fall by e",
    ),
    (
        "xi_grad",
        |f| f.xi_grad,
        "layers over which squared gradients fall by e; negative: they grow",
    ),
];

impl Propagation {
    /// Computes it for layers of one law; `depth` is the length of the curves, at least 1.
    ///
    /// # Errors
    /// Refuses variances that are none, depth 0, and activations whose expectations cannot be computed.
    pub fn predict(
        activation: &Activation,
        law: LayerLaw,
        depth: usize,
    ) -> Result<Self, TheoryError> {
        let kernel = Kernel::with_bias_mean(activation, law.mean_b)?;
        let fixed_point = Maps::new(&kernel, law.sigma_w2, law.sigma_b2)?.fixed_point();
        if let Err(error) = &fixed_point
            && error.is_unknown()
        {
            return Err(error.clone());
        }
        let mut curve = curve(&CurveRequest {
            activation,
            first: law,
            rest: law,
            depth,
            q0: Q0,
            c0: C0,
            batch: 1,
            overlaps: true,
        })?;
        // Shares of nothing and of everything are undefined.
        for (share, whole) in curve
            .distinguishability
            .iter_mut()
            .zip(&curve.z_second_moment)
        {
            if whole.is_infinite() {
                *share = f64::NAN;
            }
        }
        Ok(Self {
            activation: activation.clone(),
            law: LayerLaw {
                sigma_b2: law.sigma_b2 + 0.0,
                ..law
            },
            fixed_point: fixed_point.map(|found| found.with_mean(law.mean_b)),
            curve,
        })
    }

    /// What becomes of `q`, in words.
    fn meaning(&self, status: Status) -> String {
        let (q, falls) = match self.law.mean_b {
            0.0 => ("q", "0"),
            _ => ("Var z", "0, q to the square of the mean,"),
        };
        match status {
            Status::Converged => "q settles at q_star".to_owned(),
            Status::Zero => format!("{q} falls to {falls} exponentially"),
            Status::ZeroMarginal => {
                format!("marginal: {q} falls to {falls} by a power of the depth or slower")
            }
            Status::Neutral => {
                "marginal: every q is a fixed point, and q_star is 1, the start".to_owned()
            }
            Status::DivergesExp => "q grows exponentially or faster".to_owned(),
            Status::DivergesSubexp => {
                "marginal: q grows without bound, slower than any exponential".to_owned()
            }
        }
    }

    fn depth(&self) -> usize {
        self.curve.z_second_moment.len()
    }

    fn status(&self) -> &'static str {
        self.fixed_point
            .as_ref()
            .map_or(CYCLES, |found| found.status.name())
    }

    /// A number of the fixed point, NaN where there is none.
    fn quantity(&self, of: fn(&FixedPoint) -> Option<f64>) -> f64 {
        self.fixed_point
            .as_ref()
            .ok()
            .and_then(of)
            .unwrap_or(f64::NAN)
    }

    /// Head, fixed point with the meaning of each number, curves; each line ended by `\n`.
    #[must_use]
    pub fn table(&self, rows: Rows) -> String {
        let meaning = match &self.fixed_point {
            Ok(found) => self.meaning(found.status),
            Err(error) => error.to_string(),
        };
        let mut numbers = vec![vec!["status".to_owned(), self.status().to_owned(), meaning]];
        numbers.extend(QUANTITIES.map(|(key, of, meaning)| {
            vec![
                key.to_owned(),
                significant(self.quantity(of)),
                meaning.to_owned(),
            ]
        }));
        let mut layers = vec![vec!["layer".to_owned()]];
        layers[0].extend(CURVES.map(|(_, head, _)| head.to_owned()));
        let (depth, step) = (self.depth(), rows.step(self.depth()));
        for layer in (1..=depth).filter(|l| l % step == 0 || *l == 1 || *l == depth) {
            let mut cells = vec![layer.to_string()];
            cells.extend(CURVES.map(|(_, _, of)| number(of(&self.curve)[layer - 1], 4)));
            layers.push(cells);
        }
        format!(
            "{}, sigma_w2 = {}, sigma_b2 = {}{}, infinite width\n\n{}\n{LEGEND}\n{}{}",
            self.activation.in_full(),
            self.law.sigma_w2,
            self.law.sigma_b2,
            mean_in_words(self.law.mean_b),
            aligned(&[Side::Left; 3], &numbers),
            aligned(&[Side::Right; 1 + CURVES.len()], &layers),
            rows.omission(depth),
        )
    }

    /// One document, one line a layer:
    ///
    /// ```json
    /// {"schema": 1,
    ///  "program": "initscope 0.1.0",
    ///  "activation": "tanh", "sigma_w2": x, "sigma_b2": x, "q0": 1, "c0": 0,
    ///  "fixed_point": {"status": "converged", "q_star": x, "chi_perp": x, "chi_parallel": x, "c_star": x, "chi_c": x,
    ///                  "xi_q": x, "xi_c": x, "xi_grad": x},
    ///  "reason": null,
    ///  "layers": [{"layer": 1, "z_second_moment_log10": x, "x_second_moment_log10": x, "x_variance_log10": x,
    ///              "distinguishability_log10": x, "grad_z_log10": x, "grad_x_log10": x, "grad_w_log10": x}, ...]}
    /// ```
    ///
    /// `bias_mean` stands after `sigma_b2` where it is not 0. `status` is what becomes of `q = E z^2` (of `Var z` where biases have a mean) from 1: `converged`, `zero` (exponentially), `zero_marginal` (by a power of the depth or
    /// slower), `neutral` (every `q` is a fixed point), `diverges_exp` (exponentially or faster), `diverges_subexp` (slower than any
    /// exponential), `cycles` (no limit; `reason` says why, else it is `null`). The numbers are those of
    /// [`FixedPoint`]; `null` is explained in [`crate::report::theory`].
    #[must_use]
    pub fn json(&self) -> String {
        let mut head = Fields::default();
        head.word("activation", &self.activation.in_full());
        head.number("sigma_w2", self.law.sigma_w2);
        head.number("sigma_b2", self.law.sigma_b2);
        if self.law.mean_b != 0.0 {
            head.number("bias_mean", self.law.mean_b);
        }
        head.number("q0", Q0);
        head.number("c0", C0);
        let head = text(&head.finish());
        let mut fixed_point = Fields::default();
        fixed_point.word("status", &self.status());
        for (key, of, _) in QUANTITIES {
            fixed_point.number(key, self.quantity(of));
        }
        let layers: Vec<String> = (0..self.depth()).map(|l| text(&self.layer(l))).collect();
        format!(
            "{{\"schema\":{SCHEMA},\n\"program\":{},\n{},\n\"fixed_point\":{},\n\"reason\":{},\n\"layers\":[\n{}\n]}}\n",
            text(&PROGRAM),
            &head[1..head.len() - 1],
            text(&fixed_point.finish()),
            text(&self.fixed_point.as_ref().err().map(ToString::to_string)),
            layers.join(",\n"),
        )
    }

    fn layer(&self, index: usize) -> Map<String, Value> {
        let mut fields = Fields::default();
        fields.object.insert("layer".into(), (index + 1).into());
        for (key, _, of) in CURVES {
            fields.log10(key, of(&self.curve)[index]);
        }
        fields.finish()
    }

    /// The curves: a header `layer,z_second_moment_log10,...` and one line a layer.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut lines = vec![vec!["layer".to_owned()]];
        lines[0].extend(CURVES.map(|(key, _, _)| key.to_owned()));
        for layer in 0..self.depth() {
            let mut cells = vec![(layer + 1).to_string()];
            cells.extend(CURVES.map(|(_, _, of)| cell(of(&self.curve)[layer])));
            lines.push(cells);
        }
        lines.iter().map(|cells| cells.join(",") + "\n").collect()
    }
}

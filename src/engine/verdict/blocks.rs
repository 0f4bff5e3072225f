//! What a verdict on a network of blocks is read from, beside the curves of its stream.
//!
//! Where every sub-layer has a norm, the size of the stream is nobody's business: the next norm divides by it. What is judged there is how
//! far the gradients of the weights are apart over the blocks, for each matrix of a block by itself; and inputs that become alike, and
//! overflow, as everywhere. Without norms stream and gradient are judged as in a plain network.

use super::{Curves, Verdict};
use crate::engine::snapshot::{BranchStats, LayerStats, Summary};
use crate::net::block::{Role, SubLayer};
use crate::net::spec::Spec;

/// Beside the curves of the stream.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BlockCurves {
    /// Whether every sub-layer has a norm.
    pub normed: bool,
    /// Sub-layers of one block.
    pub sub_layers: usize,
    /// Names of the matrices of every sub-layer, in the order of `weights`; empty where there is none.
    pub matrices: Vec<[&'static str; 4]>,
    /// Sequences that are compared with each other; tokens are compared within them.
    pub sequences: usize,
    /// log10 of the mean square of `dl/dW` of the matrices of every sub-layer, those that read its input and the last; NaN where there is
    /// none.
    pub weights: [Vec<f64>; 4],
    /// log10 of the share of the stream that differs between tokens; NaN of one token.
    pub tokens: Vec<f64>,
    /// log10 of the mean entropy of attention over its largest value; NaN where nothing attends.
    pub entropy: Vec<f64>,
    /// log10 of the share of the branch in every sum.
    pub shares: Vec<f64>,
    /// What makes every branch 0 at the start, `out` or `alpha`.
    pub zero: Option<&'static str>,
}

impl BlockCurves {
    /// The medians over draws; `None` of a plain network.
    #[must_use]
    pub(super) fn measured(spec: &Spec, layers: &[LayerStats]) -> Option<Self> {
        let block = spec.block()?;
        let median = |summary: Option<Summary>| summary.map_or(f64::NAN, |s| s.log10_p50);
        let branch = |of: fn(&BranchStats) -> Option<Summary>| {
            let each = layers.iter().map(|l| l.branch.as_deref().and_then(of));
            each.map(median).collect::<Vec<f64>>()
        };
        Some(Self {
            normed: block.is_normed(),
            sub_layers: spec.sub_layers(),
            matrices: block.sub_layers().iter().map(names).collect(),
            sequences: spec.sequences(),
            weights: [
                layers.iter().map(|l| median(l.grad_w)).collect(),
                branch(|b| Some(b.others?[0])),
                branch(|b| Some(b.others?[1])),
                branch(|b| b.grad_w),
            ],
            tokens: branch(|b| Some(b.tokens)),
            entropy: branch(|b| Some(b.entropy)),
            shares: branch(|b| Some(b.share)),
            zero: spec.zero_branches(),
        })
    }

    /// The gradients of one matrix of a block over the blocks, from the last block back, with the number of its sub-layer from 0; those
    /// that are 0 everywhere are left out, and those of queries and keys, which fall with what tokens have in common: tokens are judged.
    pub(super) fn backward(&self) -> impl Iterator<Item = (usize, Vec<f64>)> {
        let matrices = self.weights.iter().enumerate();
        let each = matrices.flat_map(move |(which, curve)| {
            let judged = (0..self.sub_layers).filter(move |sub| self.is_judged(*sub, which));
            judged.map(move |sub| {
                let own = curve.iter().skip(sub).step_by(self.sub_layers);
                let mut own: Vec<f64> = own.copied().collect();
                own.reverse();
                (sub, own)
            })
        });
        each.filter(|(_, curve)| curve.iter().any(|v| v.is_finite()))
    }

    /// Whether the gradient of a matrix of a sub-layer is judged.
    fn is_judged(&self, sub: usize, which: usize) -> bool {
        let unjudged = ["", Role::Query.name(), Role::Key.name()];
        let name = self.matrices.get(sub).map_or("", |names| names[which]);
        !unjudged.contains(&name)
    }

    /// Whether tokens are compared within the only sequence.
    #[must_use]
    pub fn one_sequence(&self) -> bool {
        self.sequences == 1 && self.tokens.iter().any(|v| !v.is_nan())
    }

    /// log10 of what is left of the input in the stream after every sub-layer: the product of what the branches leave.
    #[must_use]
    pub fn input_share(&self) -> Vec<f64> {
        let left = self.shares.iter().scan(0.0, |sum, share| {
            *sum += (-10_f64.powf(*share)).ln_1p() / std::f64::consts::LN_10;
            Some(*sum)
        });
        left.collect()
    }

    /// What the branches give and what is left of the input, a sentence each without full stop; none where nothing is known.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let input = self.input_share();
        let (Some(first), Some(last), Some(left)) =
            (self.shares.first(), self.shares.last(), input.last())
        else {
            return Vec::new();
        };
        if self.zero.is_some() || !(first.is_finite() && last.is_finite() && left.is_finite()) {
            return Vec::new();
        }
        let mut notes = Vec::new();
        notes.push(format!(
            "the branches give {} of the stream at the first sub-layer and {} at the last; {} of the last stream is the input",
            percent(*first),
            percent(*last),
            percent(*left)
        ));
        notes.extend(self.apart());
        if self.normed && input[0] < LOST {
            notes.push(format!(
                "the first sub-layer writes over the input, of which {} is left: a larger embed or a smaller out keeps it",
                percent(input[0])
            ));
        }
        notes
    }
}

impl BlockCurves {
    /// How far the gradients of one matrix are apart over the blocks, where that is most.
    fn apart(&self) -> Option<String> {
        let each = self.weights.iter().enumerate().flat_map(|(which, curve)| {
            (0..self.sub_layers).map(move |sub| {
                let own = curve.iter().skip(sub).step_by(self.sub_layers);
                let finite = || own.clone().filter(|v| v.is_finite());
                let low = finite().fold(f64::INFINITY, |a, b| a.min(*b));
                let high = finite().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
                (high - low, sub, which)
            })
        });
        let known =
            each.filter(|(apart, sub, which)| apart.is_finite() && self.is_judged(*sub, *which));
        let (apart, sub, which) = known.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let matrix = self.matrices.get(sub)?[which];
        let of = match self.sub_layers {
            1 => String::new(),
            _ => format!(" in sub-layer {}", sub + 1),
        };
        (apart > APART).then(|| {
            format!(
                "over the blocks the mean square gradient of {matrix}{of} differs by a factor of {:.0}, that of other matrices by less",
                10_f64.powf(apart)
            )
        })
    }
}

/// Decades between gradients of one matrix from which that is told.
const APART: f64 = 0.5;

/// The names of the matrices of a sub-layer: those that read its input, then the last.
fn names(sub: &SubLayer) -> [&'static str; 4] {
    let mut names = [""; 4];
    if let [reads @ .., last] = sub.branch.roles() {
        for (name, role) in names.iter_mut().zip(reads) {
            *name = role.name();
        }
        names[3] = last.name();
    }
    names
}

/// log10 of the share of the input after the first sub-layer below which it counts as lost.
const LOST: f64 = -3.0;

/// A share from its log10, two digits of it.
fn percent(log10: f64) -> String {
    let percent = 10_f64.powf(log10 + 2.0);
    match percent {
        _ if percent >= 99.95 => "100 %".into(),
        _ if percent >= 10.0 => format!("{percent:.0} %"),
        _ if percent >= 0.1 => format!("{percent:.1} %"),
        _ => {
            let exponent = log10.floor();
            format!("{:.1}e{exponent}", 10_f64.powf(log10 - exponent))
        }
    }
}

impl Curves {
    /// Whether every sub-layer has a norm, so that the size of the stream is not judged.
    pub(super) fn is_normed(&self) -> bool {
        self.blocks.as_ref().is_some_and(|blocks| blocks.normed)
    }
}

impl Verdict {
    /// What is counted: `layer`; in a network of blocks `block`, or `sub-layer` where a block has several.
    #[must_use]
    pub fn unit(&self) -> &'static str {
        match &self.blocks {
            None => "layer",
            Some(blocks) if blocks.sub_layers == 1 => "block",
            Some(_) => "sub-layer",
        }
    }
}

//! What else there is where no initializer heals a network: another width, depth or activation, each measured.

use std::collections::VecDeque;
use std::sync::Arc;

use super::trial::Finding;
use crate::net::spec::{Bias, DEPTH, Draft, Spec, WIDTH};

/// Factors of the width that are tried.
const WIDER: [usize; 5] = [2, 4, 8, 16, 32];

/// Shares of the depth that are tried.
const SHALLOWER: [usize; 6] = [2, 4, 8, 16, 32, 64];

/// Activations that are tried, each with the initializer that theory gives it at any width.
const ACTIVATIONS: [(&str, &str); 4] = [
    ("leaky_relu(0.2)", "he_normal(0.2)"),
    ("tanh", "glorot_normal"),
    ("selu", "lecun_normal"),
    ("leaky_relu(0.2)", "orthogonal(1.387)"),
];

/// A network beside the one that was asked about, measured healthy.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct WayOut {
    /// The network.
    pub spec: Arc<Spec>,
    /// What is different: `64 wide with he_normal`.
    pub what: String,
    /// Draws that it was measured in.
    pub draws: usize,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    Width,
    Depth,
    Activation,
}

/// Networks to be measured, until one of every kind is healthy.
#[derive(Debug)]
pub(super) struct Search {
    queue: VecDeque<(Difference, Arc<Spec>, String)>,
    found: Vec<WayOut>,
}

impl Search {
    /// With the initializers of these choices, the most promising first.
    pub(super) fn new(spec: &Spec, choices: &[(&Arc<Spec>, &str)]) -> Self {
        let mut queue = VecDeque::new();
        let mut add = |kind, of: &Spec, what: String, edit: &dyn Fn(&mut Draft)| {
            if let Ok(spec) = of.with(edit) {
                queue.push_back((kind, Arc::new(spec), what));
            }
        };
        let plain = !spec.has_stages();
        for factor in WIDER.into_iter().filter(|_| plain) {
            let width = spec.width() * factor;
            for (of, label) in choices.iter().filter(|_| WIDTH.contains(&width)) {
                let what = format!("{width} wide with {label}");
                add(Difference::Width, of, what, &|draft| draft.width = width);
            }
        }
        for share in SHALLOWER {
            let depth = spec.depth() / share;
            for (of, label) in choices.iter().filter(|_| DEPTH.contains(&depth)) {
                let what = format!("{depth} deep with {label}");
                add(Difference::Depth, of, what, &|draft| draft.depth = depth);
            }
        }
        for (activation, initializer) in ACTIVATIONS.into_iter().filter(|_| plain) {
            let what = format!("{activation} with {initializer}");
            add(Difference::Activation, spec, what, &|draft| {
                draft.activation = activation.parse().expect("a name of the table");
                draft.initializer = initializer.parse().ok();
                draft.gain = 1.0;
                draft.bias = Bias::Auto;
            });
        }
        Self {
            queue,
            found: Vec::new(),
        }
    }

    /// The next network to measure, with what is different.
    pub(super) fn next(&mut self) -> Option<(Arc<Spec>, String)> {
        let (_, spec, what) = self.queue.front()?;
        Some((Arc::clone(spec), what.clone()))
    }

    /// What came of it; `None` where it costs too much.
    pub(super) fn learn(&mut self, finding: Option<&Finding>) {
        let Some((kind, spec, what)) = self.queue.pop_front() else {
            return;
        };
        let Some(finding) = finding.filter(|f| f.whole && f.verdict.is_healthy()) else {
            return;
        };
        self.queue.retain(|(other, ..)| *other != kind);
        self.found.push(WayOut {
            spec,
            what,
            draws: finding.evidence.draws(),
        });
    }

    /// What was found.
    pub(super) fn into_found(self) -> Vec<WayOut> {
        self.found
    }
}

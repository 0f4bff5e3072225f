//! The search for a variance: a scan, then ever finer ones.

use std::sync::Arc;

use super::Choice;
use super::candidates::{Candidate, scaled};
use super::outlook::least_load;
use crate::net::spec::Spec;

/// The variance with the smallest load at one bias: a scan, then ever finer ones around its best point.
#[derive(Debug)]
pub(super) struct Search {
    spec: Arc<Spec>,
    bias: f64,
    best: Option<Choice>,
    /// `ln sigma_w2` still to judge.
    points: Vec<f64>,
    judged: Vec<(f64, f64)>,
    step: f64,
    rounds: usize,
}

/// Points of the first scan, a factor of about 1.3 apart, and rounds of refinement.
const SCAN: i32 = 13;
const ROUNDS: usize = 2;

/// How many times the least load so far a candidate's drift alone may be before the rest of it is not looked at: the band
/// of finite width can bring a draw back by a part of the drift.
const HOPELESS: f64 = 2.0;

impl Search {
    pub(super) fn new(spec: Arc<Spec>, bias: f64, centre: f64) -> Self {
        let step = 0.27;
        let half = SCAN / 2;
        Self {
            spec,
            bias,
            best: None,
            // The last is judged first: from the centre outward.
            points: (0..=half)
                .rev()
                .flat_map(|i| [-i, i])
                .take(2 * half as usize + 1)
                .map(|i| centre.ln() + step * f64::from(i))
                .collect(),
            judged: Vec::new(),
            step,
            rounds: ROUNDS,
        }
    }

    /// The next variance to judge.
    pub(super) fn next(&mut self) -> Option<Candidate> {
        loop {
            if let Some(point) = self.points.pop() {
                let reason = "least load at this depth and width";
                let candidate = scaled(&self.spec, point.exp(), self.bias, reason)?;
                // Drift alone tells the hopeless ones, at a hundredth of the cost of a whole prediction.
                let least = least_load(&candidate.spec);
                let hopeless = self.load().is_some_and(|best| least > HOPELESS * best);
                self.judged
                    .push((point, if hopeless { least } else { f64::INFINITY }));
                if hopeless {
                    continue;
                }
                return Some(candidate);
            }
            if self.rounds == 0 {
                return None;
            }
            self.rounds -= 1;
            let (best, load) = self
                .judged
                .iter()
                .copied()
                .min_by(|a, b| a.1.total_cmp(&b.1))?;
            if load.is_infinite() {
                return None;
            }
            self.points = [-0.6, -0.3, 0.3, 0.6]
                .map(|t| best + t * self.step)
                .to_vec();
            self.step *= 0.3;
        }
    }

    /// The smallest load so far.
    fn load(&self) -> Option<f64> {
        self.best.as_ref()?.outlook.as_ref().ok().map(|o| o.load)
    }

    /// What came of it.
    pub(super) fn learn(&mut self, choice: Choice) {
        let load = choice.outlook.as_ref().map_or(f64::INFINITY, |o| o.load);
        if let Some(last) = self.judged.last_mut() {
            last.1 = load;
        }
        let better = self.load().is_none_or(|best| best > load);
        if better && load.is_finite() {
            self.best = Some(choice);
        }
    }

    /// The best that was found.
    pub(super) fn into_best(self) -> Option<Choice> {
        self.best
    }
}

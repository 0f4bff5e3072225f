//! The ranking by theory, in bounded steps.

use std::collections::VecDeque;
use std::sync::Arc;

use super::blocks;
use super::candidates::{self, Candidate};
use super::findings;
use super::landmarks::{LandmarkSearch, Landmarks};
use super::outlook::{Outlook, judged};
use super::search::Search;
use super::{Advice, Choice, Remedy};
use crate::engine::prediction::request;
use crate::net::spec::Spec;
use crate::theory::criticality::prepare;
use crate::theory::curve::LayerLaw;
use crate::theory::kernel::Kernel;

/// What theory sees of a network: its activation, and the laws of the first layer and the rest.
type Network = (String, [LayerLaw; 2]);

/// Ranks every choice for a spec by theory.
#[derive(Debug)]
pub struct Advisor {
    spec: Arc<Spec>,
    kernel: Arc<Kernel>,
    /// Blocks of the lattice of `q` that the landmarks find filled.
    prepared: usize,
    /// The points of criticality, looked for once the tables are filled.
    looking: LandmarkSearch,
    landmarks: Option<Arc<Landmarks>>,
    queue: VecDeque<Candidate>,
    judged: Vec<Choice>,
    /// Outlooks by all that theory sees.
    known: Vec<(Network, Outlook)>,
    searches: Vec<Search>,
    listed: bool,
    /// The network itself, and what frameworks do by default; not among the choices.
    beside: VecDeque<Candidate>,
    judged_beside: Vec<Choice>,
}

impl Advisor {
    /// Nothing is known yet.
    #[must_use]
    pub fn new(spec: Arc<Spec>) -> Self {
        Self {
            kernel: Kernel::of(spec.activation()),
            prepared: 0,
            looking: LandmarkSearch::default(),
            landmarks: None,
            queue: VecDeque::new(),
            spec,
            judged: Vec::new(),
            known: Vec::new(),
            searches: Vec::new(),
            listed: false,
            beside: VecDeque::new(),
            judged_beside: Vec::new(),
        }
    }

    /// Of a network of stages: its changes, of which nothing is known until they are measured.
    fn unranked(&self) -> Advice {
        let unknown = |candidate: Candidate| candidate.judged(Err("not measured".into()));
        Advice {
            present: unknown(candidates::present(&self.spec)),
            choices: blocks::changes(&self.spec)
                .into_iter()
                .map(unknown)
                .collect(),
            defaults: Vec::new(),
            findings: Vec::new(),
            remedy: Remedy::Unmeasured,
        }
    }

    /// Fills a table, finds the points of criticality, or judges a candidate; the advice once there are no more.
    pub fn step(&mut self) -> Option<Advice> {
        if self.spec.has_stages() {
            return Some(self.unranked());
        }
        let Some(landmarks) = self.landmarks.clone() else {
            if prepare(&self.kernel, self.prepared) {
                self.prepared += 1;
            } else if let Some(landmarks) = self.looking.step(&self.kernel) {
                self.queue = candidates::named(&self.spec, &landmarks).into();
                self.landmarks = Some(Arc::new(landmarks));
            }
            return None;
        };
        if let Some(candidate) = self.queue.pop_front() {
            let choice = self.judge(candidate);
            self.judged.push(choice);
        } else if !self.listed {
            self.listed = true;
            let (tuned, searches) = candidates::tuned(&self.spec, &landmarks);
            self.queue.extend(tuned);
            self.searches = searches;
            self.beside.push_back(candidates::present(&self.spec));
            self.beside.extend(candidates::defaults(&self.spec));
        } else if let Some(search) = self.searches.last_mut() {
            match search.next() {
                Some(candidate) => {
                    let choice = judged(candidate);
                    search.learn(choice);
                }
                None => {
                    let best = self.searches.pop().and_then(Search::into_best);
                    self.judged.extend(best);
                }
            }
        } else if let Some(candidate) = self.beside.pop_front() {
            let choice = self.judge(candidate);
            self.judged_beside.push(choice);
        } else {
            return Some(self.finish(&landmarks));
        }
        None
    }

    fn finish(&mut self, landmarks: &Landmarks) -> Advice {
        let mut choices = std::mem::take(&mut self.judged);
        choices.sort_by(Choice::order);
        let mut kept: Vec<Choice> = Vec::new();
        for choice in choices {
            let known = kept.iter().any(|k| {
                k.label == choice.label
                    || (choice.class.is_tuned() && candidates::same_law(&k.spec, &choice.spec))
            });
            if !known {
                kept.push(choice);
            }
        }
        let mut beside = std::mem::take(&mut self.judged_beside).into_iter();
        Advice {
            present: beside.next().expect("the network itself is judged first"),
            findings: findings::about(&self.spec, landmarks, &kept),
            choices: kept,
            defaults: beside.collect(),
            remedy: Remedy::Unmeasured,
        }
    }

    /// [`judged`], once for every law.
    fn judge(&mut self, candidate: Candidate) -> Choice {
        // the activation, too: a bare name is not the same in every framework
        let network: Option<Network> = request(&candidate.spec)
            .ok()
            .map(|r| (r.activation.in_full().to_owned(), [r.first, r.rest]));
        let of = |network: &Network| self.known.iter().find(|(known, _)| known == network);
        let known = network.as_ref().and_then(of);
        if let Some((_, outlook)) = known {
            return candidate.judged(Ok(outlook.clone()));
        }
        let choice = judged(candidate);
        if let (Some(network), Ok(outlook)) = (network, &choice.outlook) {
            self.known.push((network, outlook.clone()));
        }
        choice
    }
}

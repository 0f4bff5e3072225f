//! The ranking by theory, in bounded steps.

use std::collections::VecDeque;
use std::sync::Arc;

use super::blocks;
use super::candidates::{self, Candidate};
use super::findings;
use super::landmarks::{LandmarkSearch, Landmarks};
use super::outlook::{Judging, Outlook};
use super::search::Search;
use super::{Advice, Choice, Remedy};
use crate::engine::prediction::request;
use crate::net::spec::Spec;
use crate::theory::criticality::prepare;
use crate::theory::curve::LayerLaw;
use crate::theory::kernel::Kernel;

/// What theory sees of a network: its activation, and the laws of the first layer and the rest.
type Network = (String, [LayerLaw; 2]);

/// Who wants to know what theory expects of a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asker {
    /// The list of choices.
    List,
    /// The last of the searches.
    Search,
    /// The list of what is no choice.
    Beside,
}

/// Ranks every choice for a spec by theory.
#[derive(Debug)]
pub struct Advisor {
    spec: Arc<Spec>,
    kernel: Arc<Kernel>,
    /// How much of the tables the landmarks find filled.
    prepared: usize,
    /// The points of criticality, looked for once the tables are filled.
    looking: LandmarkSearch,
    landmarks: Option<Arc<Landmarks>>,
    queue: VecDeque<Candidate>,
    /// The candidate that is being judged, and for whom.
    judging: Option<(Asker, Candidate, Judging)>,
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
            judging: None,
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

    /// Fills a table, finds the points of criticality, or judges a candidate a little further; the advice once there are no more.
    pub fn step(&mut self) -> Option<Advice> {
        if self.spec.has_stages() {
            return Some(self.unranked());
        }
        let Some(landmarks) = self.landmarks.clone() else {
            if prepare(&self.kernel, &mut self.prepared) {
                return None;
            }
            if let Some(landmarks) = self.looking.step(&self.kernel) {
                self.queue = candidates::named(&self.spec, &landmarks).into();
                self.landmarks = Some(Arc::new(landmarks));
            }
            return None;
        };
        if let Some((asker, candidate, mut judging)) = self.judging.take() {
            match judging.step(&candidate.spec) {
                Some(outlook) => self.learn(asker, candidate, outlook),
                None => self.judging = Some((asker, candidate, judging)),
            }
        } else if let Some(candidate) = self.queue.pop_front() {
            self.ask(Asker::List, candidate);
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
                    self.judging = Some((Asker::Search, candidate, Judging::default()));
                }
                None => {
                    let best = self.searches.pop().and_then(Search::into_best);
                    self.judged.extend(best);
                }
            }
        } else if let Some(candidate) = self.beside.pop_front() {
            self.ask(Asker::Beside, candidate);
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

    /// What theory sees of a candidate; the activation, too: a bare name is not the same in every framework.
    fn network(candidate: &Candidate) -> Option<Network> {
        let request = request(&candidate.spec).ok()?;
        let activation = request.activation.in_full().to_owned();
        Some((activation, [request.first, request.rest]))
    }

    /// Begins to judge a candidate, where its law has not been judged before.
    fn ask(&mut self, asker: Asker, candidate: Candidate) {
        let known = Self::network(&candidate)
            .and_then(|network| self.known.iter().find(|(known, _)| *known == network));
        match known {
            Some((_, outlook)) => {
                let choice = candidate.judged(Ok(outlook.clone()));
                self.take(asker, choice);
            }
            None => self.judging = Some((asker, candidate, Judging::default())),
        }
    }

    /// What theory expects of a candidate that was asked about; what a search tries is not kept.
    fn learn(&mut self, asker: Asker, candidate: Candidate, outlook: Result<Outlook, String>) {
        if asker != Asker::Search
            && let (Some(network), Ok(outlook)) = (Self::network(&candidate), &outlook)
        {
            self.known.push((network, outlook.clone()));
        }
        self.take(asker, candidate.judged(outlook));
    }

    fn take(&mut self, asker: Asker, choice: Choice) {
        match asker {
            Asker::List => self.judged.push(choice),
            Asker::Beside => self.judged_beside.push(choice),
            Asker::Search => {
                if let Some(search) = self.searches.last_mut() {
                    search.learn(choice);
                }
            }
        }
    }
}

//! What to type instead: every initializer for an activation, depth and width, ranked by what theory expects of it, and the
//! best of them measured.
//!
//! A [`Choice`] is judged like a measured network, from the curve that a typical draw of this width follows. Its
//! [`load`](Outlook::load) is the largest share of a limit of [`LIMITS`](crate::engine::verdict::LIMITS) that any channel uses
//! up at any layer, at the worse end of the band that holds 80 % of the draws: at 1, one draw in ten is over the limit.
//!
//! Ranking. What was measured healthy comes first. Then choices whose load is at most 1, the textbook's (at the edge of chaos, or
//! published with the activation) before other names of the table, these before tuned variances and these before those that need
//! a bias; then the other healthy ones by load; then what theory cannot judge, as long as it is not measured; last those that fail, by
//! the number of layers that survive. Loads are compared in steps of 5 %, ties go to the simpler name.
//!
//! For networks of blocks, or of layers with a norm, the choices are changes of the network (the factor of the matrices that write to the
//! stream, the place of norms, the size of the embedding, initializers) in the order of their list: theory ranks none.
//!
//! A *remedy* is a choice for a network that is measured not healthy, and is itself measured healthy, by the ensemble and the judge
//! that `check` would use on it; [`Trials`] finds it. A healthy network is offered nothing.

mod advisor;
mod blocks;
mod candidates;
mod findings;
mod landmarks;
mod outlook;
mod search;
mod trial;
mod trials;
mod tuning;
mod ways_out;

use std::cmp::Ordering;
use std::sync::Arc;

use crate::net::spec::Spec;

pub use advisor::Advisor;
pub use outlook::{Chi, Evidence, Outlook};
pub use trials::{Counsel, Trials};
pub use ways_out::WayOut;

use candidates::Class;

/// Load up to which a plain name is preferred to a better tuned variance: nine draws in ten stay within every limit.
pub const COMFORTABLE: f64 = 1.0;

/// Share of saturated units that is told of a remedy: more than the half that rectifiers have by nature.
const NOTABLE: f64 = 0.6;

/// One initializer with its bias, judged.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Choice {
    /// The network with this choice.
    pub spec: Arc<Spec>,
    /// What it is called, as typed: `he_normal`, `variance_scaling(1.98,fan_in,normal), bias 0.3`.
    pub label: String,
    /// Why it is in the list.
    pub reason: String,
    /// What was measured, else what theory expects; the reason where it has no answer.
    pub outlook: Result<Outlook, String>,
    class: Class,
}

impl Choice {
    /// Whether it was measured healthy, or theory expects a typical draw to be.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.outlook.as_ref().is_ok_and(|o| o.verdict.is_healthy())
    }

    /// Whether it was measured.
    #[must_use]
    pub fn is_measured(&self) -> bool {
        let evidence = self.outlook.as_ref().map(|o| o.evidence);
        matches!(evidence, Ok(Evidence::Measured(_)))
    }

    /// Its place among choices: a key that sorts from best to worst (see the module's text).
    fn order(&self, other: &Self) -> Ordering {
        let key = |choice: &Self| {
            let Ok(outlook) = &choice.outlook else {
                return (3, Class::Unranked, 0, 0);
            };
            let steps = (outlook.load.min(1e6) * 20.0).round() as u64;
            if !outlook.verdict.is_healthy() {
                (4, Class::Named, usize::MAX - outlook.travelled(), steps)
            } else if choice.is_measured() {
                (0, Class::Named, 0, steps)
            } else if outlook.load <= COMFORTABLE {
                (1, choice.class, 0, steps)
            } else {
                (2, Class::Named, 0, steps)
            }
        };
        key(self)
            .cmp(&key(other))
            .then(self.class.cmp(&other.class))
    }
}

/// What is to be done about a network.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Remedy {
    /// Not known: the network itself, or its remedy, is not measured.
    Unmeasured,
    /// Not known yet: this network is being measured.
    Measuring(String),
    /// Nothing: the network is measured healthy.
    Needless,
    /// The choice with this spec is measured healthy.
    Found(Arc<Spec>),
    /// No choice that was measured is healthy.
    None(Hopeless),
    /// The choice that theory expects most of costs too much to be measured here.
    TooCostly,
}

/// A network that no initializer heals.
#[derive(Clone, Debug, Default)]
pub struct Hopeless {
    /// Choices that were measured, none of them healthy.
    pub measured: usize,
    /// Other networks that were measured healthy.
    pub ways_out: Vec<WayOut>,
}

/// Every choice for a spec, best first.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Advice {
    /// The network that was asked about, judged.
    pub present: Choice,
    /// Every choice, best first.
    pub choices: Vec<Choice>,
    /// What the layer that nobody configured does in every framework, by theory.
    pub defaults: Vec<Choice>,
    /// What is worth knowing about this activation, one sentence each, without full stop.
    pub findings: Vec<String>,
    /// What is to be done.
    pub remedy: Remedy,
}

impl Advice {
    /// Brings the choices into their order, the remedy before all others.
    fn arrange(&mut self) {
        self.choices.sort_by(Choice::order);
        if let Remedy::Found(spec) = &self.remedy
            && let Some(at) = self.choices.iter().position(|choice| choice.spec == *spec)
        {
            self.choices[..=at].rotate_right(1);
        }
    }

    /// What to apply: a choice that was measured healthy, for a network that was measured not to be.
    #[must_use]
    pub fn remedy(&self) -> Option<&Choice> {
        match &self.remedy {
            Remedy::Found(spec) => self.choices.iter().find(|c| c.spec == *spec),
            _ => None,
        }
    }

    /// What theory expects most of.
    #[must_use]
    pub fn favourite(&self) -> Option<&Choice> {
        self.choices
            .first()
            .filter(|choice| choice.is_healthy() && choice.spec != self.present.spec)
    }

    /// Among what was measured, the network itself included, what fails last.
    #[must_use]
    pub fn least_bad(&self) -> &Choice {
        let measured = self.choices.iter().filter(|choice| choice.is_measured());
        measured.fold(&self.present, |best, choice| {
            if choice.order(best) == Ordering::Less {
                choice
            } else {
                best
            }
        })
    }

    /// What is to be done, in a sentence without full stop.
    #[must_use]
    pub fn sentence(&self) -> String {
        let predicted = || match self.favourite() {
            Some(choice) => format!("{} is predicted healthy", choice.label),
            None if self.present.spec.has_stages() => "nothing is known".into(),
            None => "theory expects no initializer to be healthy".into(),
        };
        match &self.remedy {
            Remedy::Unmeasured => format!("{}, not measured", predicted()),
            Remedy::Measuring(label) => format!("{label} is being measured"),
            Remedy::Needless => "this network is healthy as it is".into(),
            Remedy::Found(_) => self.remedy().map_or_else(String::new, found),
            Remedy::None(hopeless) => {
                let predicted = self.choices.iter().filter(|c| !c.is_measured()).count();
                let predicted = match predicted {
                    0 => String::new(),
                    predicted => format!(" and {predicted} predicted"),
                };
                let measured = hopeless.measured;
                let what = match self.present.spec.has_stages() {
                    true => "no change that is known here",
                    false => "no initializer",
                };
                format!("{what} heals this: {measured} measured{predicted}, none healthy")
            }
            Remedy::TooCostly => format!("{}, not measured: too costly", predicted()),
        }
    }
}

/// A remedy, and what it costs.
fn found(choice: &Choice) -> String {
    let outlook = choice.outlook.as_ref().ok();
    let draws = counted(outlook.map_or(0, |o| o.evidence.draws()));
    let saturated = outlook.and_then(|o| o.saturated);
    let price = saturated.filter(|share| *share > NOTABLE).map(|share| {
        format!(
            ", although {:.0} % of its units are saturated",
            100.0 * share
        )
    });
    format!(
        "{}, measured healthy in {draws}{}",
        choice.label,
        price.unwrap_or_default()
    )
}

/// What the choices for a network are, as the head of a column.
#[must_use]
pub fn subject(spec: &Spec) -> &'static str {
    match spec.has_stages() {
        true => "change",
        false => "initializer",
    }
}

/// `1 draw`, `8 draws`.
fn counted(draws: usize) -> String {
    match draws {
        1 => "1 draw".into(),
        draws => format!("{draws} draws"),
    }
}

/// Ranks everything by theory at once: some ten milliseconds at 64 layers, some hundred where overlaps have no table yet. Nothing
/// is measured, so that there is no remedy.
#[must_use]
pub fn rank(spec: &Arc<Spec>) -> Advice {
    let mut advisor = Advisor::new(Arc::clone(spec));
    loop {
        if let Some(advice) = advisor.step() {
            return advice;
        }
    }
}

/// What the layer that nobody configured does in every framework, with this activation, depth and width, in the order of
/// [`Framework::ALL`](crate::net::framework::Framework::ALL).
#[must_use]
pub fn defaults(spec: &Spec) -> Vec<Choice> {
    let defaults = candidates::defaults(spec).into_iter();
    defaults.map(outlook::judged).collect()
}

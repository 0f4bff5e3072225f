//! What can be asked of whoever computes, and what comes back.
//!
//! The dashboard, a lecture and a test ask the same questions; a background thread or the caller's own answers them.

use std::fmt;
use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::atlas::Atlas;
use crate::engine::depth::DepthSearch;
use crate::engine::factors::Experiment;
use crate::engine::job::Job;
use crate::engine::phase_map::PhaseMap;
use crate::engine::pins::Pins;
use crate::engine::scaling::WidthScan;
use crate::engine::training::Session;

/// A job whose kind of work is in the table: how its requests and answers are told from those of others.
pub trait Listed: Job {
    /// The kind of work.
    const WORK: Work;
    /// The request, where it is of this kind.
    fn request_in(request: &Request) -> Option<&Self::Request>;
    /// The answer, where it is of this kind.
    fn answer_in(answer: &Answer) -> Option<&Arc<Self::Answer>>;
    /// The answer as one of the table.
    fn listed(answer: Arc<Self::Answer>) -> Answer;
}

/// The table: a row is a kind of work, its job, and what it is called.
macro_rules! works {
    ($($(#[doc = $doc:literal])* $kind:ident: $job:ty, $name:literal;)*) => {
        /// A kind of work: the newest request of each replaces the one before.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Work {
            $($(#[doc = $doc])* $kind,)*
        }

        impl fmt::Display for Work {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$kind => $name,)*
                })
            }
        }

        /// A piece of work that is answered again and again while it becomes more complete.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Request {
            $($(#[doc = $doc])* $kind(<$job as Job>::Request),)*
        }

        impl Request {
            /// Of which kind it is.
            #[must_use]
            pub fn work(&self) -> Work {
                match self {
                    $(Self::$kind(_) => Work::$kind,)*
                }
            }

            /// Whether answers to the one serve for the other.
            #[must_use]
            pub fn is_about(&self, other: &Self) -> bool {
                match (self, other) {
                    $((Self::$kind(own), Self::$kind(other)) => <$job>::is_about(own, other),)*
                    _ => false,
                }
            }

            /// Whether nothing more will come of it after this answer.
            #[must_use]
            pub fn ends_with(&self, answer: &Answer) -> bool {
                match (self, answer) {
                    $((Self::$kind(own), Answer::$kind(answer)) => <$job>::is_last(own, answer),)*
                    _ => false,
                }
            }
        }

        /// What is known of a [`Request`] at one moment.
        #[derive(Clone, Debug)]
        pub enum Answer {
            $($(#[doc = $doc])* $kind(Arc<<$job as Job>::Answer>),)*
        }

        impl Answer {
            /// Of which kind it is.
            #[must_use]
            pub fn work(&self) -> Work {
                match self {
                    $(Self::$kind(_) => Work::$kind,)*
                }
            }
        }

        $(impl Listed for $job {
            const WORK: Work = Work::$kind;

            fn request_in(request: &Request) -> Option<&Self::Request> {
                match request {
                    Request::$kind(request) => Some(request),
                    _ => None,
                }
            }

            fn answer_in(answer: &Answer) -> Option<&Arc<Self::Answer>> {
                match answer {
                    Answer::$kind(answer) => Some(answer),
                    _ => None,
                }
            }

            fn listed(answer: Arc<Self::Answer>) -> Answer {
                Answer::$kind(answer)
            }
        })*
    };
}

works! {
    /// Curves over the layers of a network.
    Simulation: Engine, "simulation";
    /// The phase plane of an activation.
    PhaseMap: PhaseMap, "phase map";
    /// Curves of pinned networks.
    Pins: Pins, "comparison";
    /// Every activation with every initializer.
    Atlas: Atlas, "atlas";
    /// What matters, around a network.
    Factors: Experiment, "experiment";
    /// Networks in training.
    Training: Session, "training";
    /// How deep the network may be.
    Depth: DepthSearch, "depth search";
    /// The network at several widths.
    Scaling: WidthScan, "width scan";
}

/// The number of a question. Its answers carry it back: those to a question that nobody asks any more are stale.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(u64);

impl Ticket {
    /// The one after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// A request with its number.
#[derive(Clone, Debug, PartialEq)]
pub struct Inquiry {
    /// The same for requests that are [about the same](Request::is_about).
    pub ticket: Ticket,
    /// What is asked.
    pub request: Request,
}

/// Something new about an inquiry.
#[derive(Clone, Debug)]
pub struct News {
    /// Its number.
    pub ticket: Ticket,
    /// What is known now, or why the work stopped; the next request of that kind starts it anew.
    pub outcome: Result<Answer, WorkError>,
}

/// Why work stopped: a panic of the simulation or of theory.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the {work} failed: {reason}")]
pub struct WorkError {
    /// What was worked on.
    pub work: Work,
    /// What the panic said.
    pub reason: String,
}

/// Something that answers inquiries, the newest of each kind first and only.
pub trait Source {
    /// Replaces whatever of this kind is asked or being computed; other kinds go on beside it.
    fn request(&mut self, inquiry: Inquiry);
    /// Rests from this kind until it is asked for again; what is computed is kept.
    fn hold(&mut self, work: Work);
    /// The newest of each kind since the last call.
    fn news(&mut self) -> Vec<News>;
}

impl<S: Source + ?Sized> Source for &mut S {
    fn request(&mut self, inquiry: Inquiry) {
        (**self).request(inquiry);
    }

    fn hold(&mut self, work: Work) {
        (**self).hold(work);
    }

    fn news(&mut self) -> Vec<News> {
        (**self).news()
    }
}

/// Asks for every wish that is not `asked` already and rests from every kind that is not wished for any more; whether anything
/// was asked.
pub fn ask(source: &mut dyn Source, asked: &mut Vec<Inquiry>, wishes: Vec<Inquiry>) -> bool {
    let mut anything = false;
    for wish in wishes.iter().filter(|wish| !asked.contains(wish)) {
        source.request(wish.clone());
        anything = true;
    }
    for kind in asked.iter().map(|inquiry| inquiry.request.work()) {
        if !wishes.iter().any(|wish| wish.request.work() == kind) {
            source.hold(kind);
        }
    }
    *asked = wishes;
    anything
}

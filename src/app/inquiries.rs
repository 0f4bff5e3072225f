//! What the dashboard asks of whoever computes, and the newest answers: one place for every kind of work, one rule for what is stale.
//!
//! A question gets a number when it is first wished for, and keeps it as long as it is about the same. An answer is taken where its
//! number is that of the present question of its kind, or of the one remembered before it, which may be asked again; else it is stale.

use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::request::{Answer, Inquiry, Listed, Request, Ticket, Work, WorkError};
use crate::engine::snapshot::Snapshot;

/// The newest question of every kind of work.
#[derive(Clone, Debug, Default)]
pub(super) struct Inquiries {
    slots: Vec<Slot>,
    next: Ticket,
}

/// A question and what is known of it.
#[derive(Clone, Debug)]
struct Slot {
    inquiry: Inquiry,
    /// Whether it is asked now, or was before.
    wished: bool,
    known: Option<Answer>,
    /// Why the work on it stopped.
    failure: Option<String>,
    /// The question before it, the last with an answer if there was any.
    before: Option<Box<Self>>,
}

impl Slot {
    fn work(&self) -> Work {
        self.inquiry.request.work()
    }

    /// Whether more may come.
    fn is_open(&self) -> bool {
        let over = |known| self.inquiry.request.ends_with(known);
        self.wished && self.failure.is_none() && !self.known.as_ref().is_some_and(over)
    }

    /// Whether somebody looks forward to its answers: theory of pins and the depth come in passing.
    fn is_awaited(&self) -> bool {
        match &self.inquiry.request {
            Request::Pins(pins) => pins.measure,
            Request::Depth(_) => false,
            _ => true,
        }
    }
}

impl Inquiries {
    /// These are the wishes from now on, and `last` once none of them is awaited any more.
    pub(super) fn wish(
        &mut self,
        wishes: impl IntoIterator<Item = Request>,
        last: impl FnOnce(&Self) -> Option<Request>,
    ) {
        for slot in &mut self.slots {
            slot.wished = false;
        }
        for request in wishes {
            self.place(request);
        }
        if !self.is_waiting()
            && let Some(request) = last(self)
        {
            self.place(request);
        }
        for slot in self.slots.iter_mut().filter(|slot| !slot.wished) {
            slot.failure = None;
        }
    }

    fn place(&mut self, request: Request) {
        let about = |slot: &Slot| slot.inquiry.request.is_about(&request);
        let place = self
            .slots
            .iter()
            .position(|slot| slot.work() == request.work());
        let last = place.map(|place| self.slots.swap_remove(place));
        let slot = match last {
            Some(slot) if about(&slot) => slot,
            None => self.numbered(request.clone(), None),
            Some(mut last) => {
                let before = last.before.take();
                let answered = last.known.is_some() || before.is_none();
                let (slot, before) = match before {
                    Some(before) if about(&before) => (*before, Some(Box::new(last))),
                    _ if answered => (self.numbered(request.clone(), None), Some(Box::new(last))),
                    before => (self.numbered(request.clone(), None), before),
                };
                Slot { before, ..slot }
            }
        };
        self.slots.push(Slot {
            inquiry: Inquiry {
                request,
                ..slot.inquiry
            },
            wished: true,
            ..slot
        });
    }

    fn numbered(&mut self, request: Request, known: Option<Answer>) -> Slot {
        let ticket = self.next;
        self.next = ticket.next();
        Slot {
            inquiry: Inquiry { ticket, request },
            wished: true,
            known,
            failure: None,
            before: None,
        }
    }

    /// A new question, with what is known of it already.
    pub(super) fn put(&mut self, request: Request, known: Option<Answer>) {
        self.slots.retain(|slot| slot.work() != request.work());
        let slot = self.numbered(request, known);
        self.slots.push(slot);
    }

    /// Forgets what is known of a kind of work, and every failure, so that all of it is asked anew.
    pub(super) fn renew(&mut self, work: Work) {
        self.slots.retain(|slot| slot.work() != work);
        for slot in &mut self.slots {
            slot.failure = None;
        }
    }

    /// What is to be asked now: every wish of which more may come, at most one of each kind.
    pub(super) fn open(&self) -> Vec<Inquiry> {
        let open = self.slots.iter().filter(|slot| slot.is_open());
        open.map(|slot| slot.inquiry.clone()).collect()
    }

    /// Takes an answer in, unless it is stale; whether it is to the present question.
    pub(super) fn take(&mut self, ticket: Ticket, answer: Answer) -> bool {
        let Some(slot) = self.slot_mut(answer.work()) else {
            return false;
        };
        let present = slot.inquiry.ticket == ticket;
        if present && slot.wished {
            slot.known = Some(answer);
            return true;
        }
        let before = slot.before.as_mut();
        if let Some(before) = before.filter(|before| before.inquiry.ticket == ticket) {
            before.known = Some(answer);
        }
        false
    }

    /// The number of the newest question of this kind.
    pub(super) fn ticket(&self, work: Work) -> Option<Ticket> {
        self.slot(work).map(|slot| slot.inquiry.ticket)
    }

    /// Work on a question stopped; false where that is stale.
    pub(super) fn fail(&mut self, ticket: Ticket, error: &WorkError) -> bool {
        let slot = self.slot_mut(error.work);
        let slot = slot.filter(|slot| slot.inquiry.ticket == ticket);
        let taken = slot.is_some();
        if let Some(slot) = slot {
            slot.failure = Some(error.to_string());
        }
        taken
    }

    /// Why the work of this kind stopped, if it did.
    pub(super) fn failure(&self, work: Work) -> Option<&str> {
        self.slot(work)?.failure.as_deref()
    }

    /// The newest answer to the wish of this kind; `None` where there is no such wish.
    pub(super) fn known<J: Listed>(&self) -> Option<&Arc<J::Answer>> {
        let slot = self.slot(J::WORK).filter(|slot| slot.wished)?;
        slot.known.as_ref().and_then(J::answer_in)
    }

    /// The newest curves of the network, to be completed.
    pub(super) fn curves_mut(&mut self) -> Option<&mut Arc<Snapshot>> {
        match self.slot_mut(Engine::WORK)?.known.as_mut()? {
            Answer::Simulation(snapshot) => Some(snapshot),
            _ => None,
        }
    }

    /// Whether every wish of this kind has an answer.
    pub(super) fn is_answered(&self, work: Work) -> bool {
        self.slot(work)
            .is_none_or(|slot| !slot.wished || slot.known.is_some())
    }

    /// Whether more may come of what is awaited.
    pub(super) fn is_waiting(&self) -> bool {
        let mut slots = self.slots.iter();
        slots.any(|slot| slot.is_open() && slot.is_awaited())
    }

    /// These after others, which have been asked: numbered on from there, and with what was known there of other kinds of work.
    pub(super) fn continued(mut self, after: &Self) -> Self {
        self.next = self.next.max(after.next);
        for slot in &mut self.slots {
            slot.inquiry.ticket = self.next;
            slot.before = None;
            self.next = self.next.next();
        }
        for other in &after.slots {
            if self.slot(other.work()).is_none() {
                self.slots.push(Slot {
                    wished: false,
                    ..other.clone()
                });
            }
        }
        self
    }

    fn slot(&self, work: Work) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.work() == work)
    }

    fn slot_mut(&mut self, work: Work) -> Option<&mut Slot> {
        self.slots.iter_mut().find(|slot| slot.work() == work)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::spec::Spec;

    fn asked(text: &str) -> Request {
        Request::Simulation(Arc::new(text.parse::<Spec>().expect("valid")))
    }

    fn answer(request: &Request) -> Answer {
        let spec = Engine::request_in(request).expect("a simulation");
        Answer::Simulation(Arc::new(Engine::new(Arc::clone(spec)).snapshot()))
    }

    /// Asks this alone; the number of the question.
    fn ask(inquiries: &mut Inquiries, request: &Request) -> Ticket {
        inquiries.wish([request.clone()], |_| None);
        inquiries.ticket(request.work()).expect("asked")
    }

    #[test]
    fn an_answer_is_taken_by_its_number_alone() {
        let [one, other] = ["relu/default 4x2", "tanh/default 4x2"].map(asked);
        let mut inquiries = Inquiries::default();
        let first = ask(&mut inquiries, &one);
        assert_eq!(ask(&mut inquiries, &one), first, "the same question");
        let second = ask(&mut inquiries, &other);
        assert_ne!(second, first);
        assert!(!inquiries.take(first, answer(&one)) && inquiries.is_waiting());
        assert!(inquiries.known::<Engine>().is_none(), "of another question");
        assert_eq!(ask(&mut inquiries, &one), first, "the one before");
        assert!(
            inquiries.known::<Engine>().is_some(),
            "it was answered meanwhile"
        );
        inquiries.renew(one.work());
        assert!(ask(&mut inquiries, &one) > second && inquiries.known::<Engine>().is_none());
        assert!(!inquiries.take(first, answer(&one)), "asked anew");
    }

    #[test]
    fn questions_after_others_have_numbers_of_their_own() {
        let [one, other] = ["relu/default 4x2", "tanh/default 4x2"].map(asked);
        let mut before = Inquiries::default();
        let first = ask(&mut before, &one);
        let mut after = Inquiries::default();
        assert_eq!(ask(&mut after, &other), first);
        let mut after = after.continued(&before);
        assert!(after.open()[0].ticket > first && !after.take(first, answer(&one)));
    }
}

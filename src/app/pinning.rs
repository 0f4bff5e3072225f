//! Pinning the present network, and changing places with a pin.

use std::sync::Arc;

use crate::app::action::{Action, ViewName};
use crate::app::context::Context;
use crate::app::pins::{MOST, Pin};
use crate::engine::Engine;
use crate::engine::advice::Remedy;
use crate::engine::request::{Answer, Request};
use crate::engine::snapshot::Snapshot;

impl Context {
    /// Pins the present network with what is known of it.
    pub(super) fn pin(&mut self) {
        let elsewhere = if self.view.name == ViewName::COMPARE {
            String::new()
        } else {
            let compare = self.key_of(Action::Show(ViewName::COMPARE));
            format!("; {compare} compares")
        };
        let pin = Pin {
            spec: Arc::clone(&self.spec),
            snapshot: self.curves().cloned(),
        };
        self.message = Some(if self.pins.find(&self.spec).is_some() {
            format!("this network is pinned already{elsewhere}")
        } else if self.pins.add(pin) {
            format!("pinned{elsewhere}")
        } else {
            let unpin = self.key_of(Action::Unpin);
            format!("{MOST} pins are the most; {unpin} unpins one")
        });
    }

    /// Lets the pin under the cursor go.
    pub(super) fn unpin(&mut self) {
        if self.pins.replace(None).is_none() {
            self.tell_nothing_is_pinned();
        }
    }

    fn tell_nothing_is_pinned(&mut self) {
        let pin = self.key_of(Action::Pin);
        self.message = Some(format!("nothing is pinned; {pin} pins this network"));
    }

    /// The present network and the pin under the cursor change places; what is known of both stays.
    pub(super) fn swap(&mut self) {
        let present = Pin {
            spec: Arc::clone(&self.spec),
            snapshot: self.inquiries.known::<Engine>().cloned(),
        };
        if self.pins.chosen().is_none() {
            return self.tell_nothing_is_pinned();
        }
        let at_rest = present.is_settled();
        let Some(pin) = self.pins.replace(Some(present)) else {
            return;
        };
        self.touched = None;
        self.set_spec(Arc::clone(&pin.spec));
        let settled = at_rest && pin.is_settled();
        if let Some(known) = pin.snapshot.filter(|known| settled && has_remedy(known)) {
            let request = Request::Simulation(pin.spec);
            self.inquiries.put(request, Some(Answer::Simulation(known)));
        }
    }
}

/// Whether its remedy, if it needs one, is known: pins have none measured.
fn has_remedy(snapshot: &Snapshot) -> bool {
    let advice = snapshot.advice.as_deref();
    !advice.is_some_and(|advice| matches!(advice.remedy, Remedy::Unmeasured))
}

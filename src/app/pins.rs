//! Pinned networks, to compare the present one with.

use std::sync::Arc;

use crate::app::action::Direction;
use crate::engine::pins::{PinsRequest, PinsSnapshot};
use crate::engine::snapshot::{Phase, Snapshot};
use crate::net::spec::Spec;

/// Networks that can be pinned: with the present one there are four.
pub const MOST: usize = 3;

/// A network that stays on the screen while the present one changes.
#[derive(Clone, Debug)]
pub struct Pin {
    /// What it is.
    pub spec: Arc<Spec>,
    /// What is known of it; `None` until theory has answered.
    pub snapshot: Option<Arc<Snapshot>>,
}

impl Pin {
    /// Whether nothing more will become known of it.
    pub(super) fn is_settled(&self) -> bool {
        let phase = self.snapshot.as_ref().map(|snapshot| snapshot.phase);
        phase == Some(Phase::Settled)
    }
}

/// Every pin in a place of its own, which it keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Pins {
    places: [Option<Pin>; MOST],
    /// The place of the pin that a key means.
    cursor: usize,
}

impl Pins {
    /// These networks, with what is known of them here.
    pub(super) fn replaced(&self, specs: impl IntoIterator<Item = Arc<Spec>>) -> Self {
        let mut pins = Self::default();
        for (place, spec) in pins.places.iter_mut().zip(specs) {
            let known = self.find(&spec).and_then(|pin| pin.snapshot.clone());
            *place = Some(Pin {
                spec,
                snapshot: known,
            });
        }
        pins
    }

    /// The pins with their places, 0 first.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Pin)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(place, pin)| Some((place, pin.as_ref()?)))
    }

    /// The pin of this network.
    pub(super) fn find(&self, spec: &Spec) -> Option<&Pin> {
        let pins = self.places.iter().flatten();
        pins.into_iter().find(|pin| *pin.spec == *spec)
    }

    /// The place under the cursor, or the nearest after it, round and round; `None` where nothing is pinned.
    pub(super) fn chosen(&self) -> Option<usize> {
        let from_here = (self.cursor..MOST).chain(0..self.cursor);
        from_here.into_iter().find(|at| self.places[*at].is_some())
    }

    /// What is to be computed, if anything.
    pub(super) fn request(&self, measure: bool) -> Option<PinsRequest> {
        let unsettled = self.all().filter(|(_, pin)| !pin.is_settled());
        let specs: Vec<Arc<Spec>> = unsettled.map(|(_, pin)| Arc::clone(&pin.spec)).collect();
        (!specs.is_empty()).then_some(PinsRequest { specs, measure })
    }

    /// Gives every pin of which `lacks` is true what is known of its network.
    pub(super) fn learn(&mut self, news: &PinsSnapshot, lacks: impl Fn(&Pin) -> bool) {
        for pin in self.places.iter_mut().flatten().filter(|pin| lacks(pin)) {
            if let Some(known) = news.iter().find(|snapshot| snapshot.spec == pin.spec) {
                pin.snapshot = Some(Arc::clone(known));
            }
        }
    }

    /// A pin into a free place, under the cursor; false where there is none.
    pub(super) fn add(&mut self, pin: Pin) -> bool {
        let free = self.places.iter().position(Option::is_none);
        if let Some(place) = free {
            self.places[place] = Some(pin);
            self.cursor = place;
        }
        free.is_some()
    }

    /// Takes the pin under the cursor away and puts another in its place, if any.
    pub(super) fn replace(&mut self, other: Option<Pin>) -> Option<Pin> {
        let place = self.chosen()?;
        if other.is_some() {
            self.cursor = place;
        }
        std::mem::replace(&mut self.places[place], other)
    }

    /// The cursor to the pin at a place, if there is one.
    pub(super) fn point_at(&mut self, place: usize) {
        if self.all().any(|(at, _)| at == place) {
            self.cursor = place;
        }
    }

    /// The cursor to the next or previous pin.
    pub(super) fn choose(&mut self, direction: Direction) {
        let Some(here) = self.chosen() else {
            return;
        };
        let taken = |at: &usize| self.places[*at].is_some();
        let next = match direction {
            Direction::Forward => (here + 1..MOST).find(taken),
            Direction::Back => (0..here).rev().find(taken),
        };
        self.cursor = next.unwrap_or(here);
    }
}

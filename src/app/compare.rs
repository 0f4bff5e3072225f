//! Pinned networks, to compare the present one with.

use std::sync::Arc;

use crate::app::action::{Action, Direction};
use crate::app::state::{Model, View};
use crate::app::update::Effect;
use crate::engine::advice::Remedy;
use crate::engine::pins::{PinsRequest, PinsSnapshot};
use crate::engine::request::Request;
use crate::engine::snapshot::{Phase, Snapshot};
use crate::net::framework::Framework;
use crate::net::spec::{Bias, Spec};

/// Networks that can be pinned: with the present one there are four.
pub const MOST: usize = 3;

/// The frameworks whose default layers are compared.
const FRAMEWORKS: [Framework; MOST + 1] = [
    Framework::PyTorch,
    Framework::Keras,
    Framework::Flax,
    Framework::Burn,
];

/// A network that stays on the screen while the present one changes.
#[derive(Clone, Debug)]
pub struct Pin {
    /// What it is.
    pub spec: Arc<Spec>,
    /// What is known of it; `None` until theory has answered.
    pub snapshot: Option<Arc<Snapshot>>,
}

impl Pin {
    fn is_settled(&self) -> bool {
        self.snapshot.as_deref().is_some_and(is_settled)
    }
}

/// Whether its remedy, if it needs one, is known: pins have none measured.
fn is_counselled(snapshot: &Snapshot) -> bool {
    let advice = snapshot.advice.as_deref();
    !advice.is_some_and(|advice| matches!(advice.remedy, Remedy::Unmeasured))
}

fn is_settled(snapshot: &Snapshot) -> bool {
    snapshot.phase == Phase::Settled
}

/// Every pin in a place of its own, which it keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Pins {
    places: [Option<Pin>; MOST],
    /// The place of the pin that a key means.
    cursor: usize,
}

impl Pins {
    fn all(&self) -> impl Iterator<Item = (usize, &Pin)> {
        let places = self.places.iter().enumerate();
        places.filter_map(|(place, pin)| Some((place, pin.as_ref()?)))
    }

    /// The place under the cursor, or the nearest after it, round and round; `None` where nothing is pinned.
    fn chosen(&self) -> Option<usize> {
        let from_here = (self.cursor..MOST).chain(0..self.cursor);
        from_here.into_iter().find(|at| self.places[*at].is_some())
    }
}

impl Model {
    /// What is pinned, with its place, 0 first.
    pub fn pins(&self) -> impl Iterator<Item = (usize, &Pin)> {
        self.pins.all()
    }

    /// The place of the pin that is unpinned or swapped next.
    #[must_use]
    pub fn chosen_pin(&self) -> Option<usize> {
        self.pins.chosen()
    }

    /// What is to be computed of the pins: theory at once, measurements while they are looked at and the present network has its own.
    pub(super) fn wish_for_pins(&self) -> Option<Request> {
        let unsettled = self.pins.all().filter(|(_, pin)| !pin.is_settled());
        let specs: Vec<Arc<Spec>> = unsettled.map(|(_, pin)| Arc::clone(&pin.spec)).collect();
        let present = self.snapshot().is_some_and(is_settled);
        let request = PinsRequest {
            specs,
            measure: present && self.shows_pins(),
        };
        let wanted = !request.specs.is_empty() && !self.frozen;
        wanted.then_some(Request::Pins(request))
    }

    /// Whether theory at least is known of every pin that is shown.
    pub(super) fn knows_pins(&self) -> bool {
        !self.shows_pins() || self.frozen || self.pins.all().all(|(_, pin)| pin.snapshot.is_some())
    }

    /// Whether pins that are shown may become known better.
    pub(super) fn waits_for_pins(&self) -> bool {
        let unsettled = || self.pins.all().any(|(_, pin)| !pin.is_settled());
        self.shows_pins() && !self.frozen && unsettled()
    }

    pub(super) fn take_pins(&mut self, news: &PinsSnapshot) {
        if self.frozen {
            return;
        }
        for pin in self.pins.places.iter_mut().flatten() {
            let known = news.iter().find(|snapshot| snapshot.spec == pin.spec);
            if let Some(snapshot) = known.filter(|_| !pin.is_settled()) {
                pin.snapshot = Some(Arc::clone(snapshot));
            }
        }
    }

    /// Whether curves of the pins are on the screen.
    fn shows_pins(&self) -> bool {
        matches!(self.view, View::Compare | View::Train)
    }

    /// This network is the only pin.
    pub(super) fn pin_only(&mut self, spec: Arc<Spec>) {
        let known = self.pins.all().find(|(_, pin)| pin.spec == spec);
        let snapshot = known.and_then(|(_, pin)| pin.snapshot.clone());
        self.pins = Pins::default();
        self.pins.places[0] = Some(Pin { spec, snapshot });
    }

    /// These networks are pinned, in places of their own, as far as there are places.
    pub(super) fn pin_all(&mut self, specs: &[Arc<Spec>]) {
        let free = self.pins.places.iter_mut().filter(|place| place.is_none());
        for (place, spec) in free.zip(specs) {
            *place = Some(Pin {
                spec: Arc::clone(spec),
                snapshot: None,
            });
        }
    }

    /// Pins the present network with what is known of it.
    pub(super) fn pin(&mut self) {
        let known = self.pins.all().any(|(_, pin)| pin.spec == self.spec);
        let free = self.pins.places.iter().position(Option::is_none);
        let elsewhere = if self.view == View::Compare {
            String::new()
        } else {
            format!("; {} compares", self.key_of(Action::Show(View::Compare)))
        };
        self.message = Some(match free {
            _ if known => format!("this network is pinned already{elsewhere}"),
            None => {
                let unpin = self.key_of(Action::Unpin);
                format!("{MOST} pins are the most; {unpin} unpins one")
            }
            Some(place) => {
                self.pins.places[place] = Some(Pin {
                    spec: Arc::clone(&self.spec),
                    snapshot: self.snapshot.clone(),
                });
                self.pins.cursor = place;
                format!("pinned{elsewhere}")
            }
        });
    }

    /// Lets the pin under the cursor go.
    pub(super) fn unpin(&mut self) {
        match self.pins.chosen() {
            Some(place) => self.pins.places[place] = None,
            None => self.message = Some(self.nothing_pinned()),
        }
    }

    fn nothing_pinned(&self) -> String {
        let pin = self.key_of(Action::Pin);
        format!("nothing is pinned; {pin} pins this network")
    }

    /// The present network and the pin under the cursor change places; what is known of both stays.
    pub(super) fn swap(&mut self) -> Option<Effect> {
        let Some(place) = self.pins.chosen() else {
            self.message = Some(self.nothing_pinned());
            return None;
        };
        let present = Pin {
            spec: Arc::clone(&self.spec),
            snapshot: self.held.take().or_else(|| self.snapshot.take()),
        };
        let at_rest = present.is_settled();
        let pin = self.pins.places[place].replace(present)?;
        self.pins.cursor = place;
        self.touched = None;
        let effect = self.request(Arc::clone(&pin.spec));
        let known = pin
            .snapshot
            .filter(|known| at_rest && is_settled(known) && is_counselled(known));
        let Some(known) = known else {
            return Some(effect);
        };
        self.snapshot = Some(Arc::new(Snapshot {
            generation: self.generation,
            ..(*known).clone()
        }));
        None
    }

    /// The default layers of four frameworks for this activation, width and depth: the present framework's (or the first one's) becomes
    /// the network, the others the pins.
    pub(super) fn compare_defaults(&mut self) -> Option<Effect> {
        let default = |framework: Framework| {
            let spec = self.spec.with(|draft| {
                draft.framework = framework;
                draft.initializer = None;
                draft.gain = 1.0;
                draft.bias = Bias::Auto;
            });
            spec.map(Arc::new).ok()
        };
        let own = self.spec.framework();
        let own = FRAMEWORKS.into_iter().find(|f| *f == own);
        let own = own.unwrap_or(FRAMEWORKS[0]);
        let others = FRAMEWORKS.into_iter().filter(|f| *f != own);
        let others: Vec<Arc<Spec>> = others.filter_map(default).collect();
        let present = default(own)?;
        let before = std::mem::take(&mut self.pins);
        for (place, spec) in self.pins.places.iter_mut().zip(others) {
            let known = before.all().find(|(_, pin)| pin.spec == spec);
            let snapshot = known.and_then(|(_, pin)| pin.snapshot.clone());
            *place = Some(Pin { spec, snapshot });
        }
        self.message = Some("what four frameworks do by default".into());
        (present != self.spec).then(|| self.request(present))
    }

    /// The cursor to the pin at a place, if there is one.
    pub(super) fn point_at_pin(&mut self, place: usize) {
        if self.pins.all().any(|(at, _)| at == place) {
            self.pins.cursor = place;
        }
    }

    /// The cursor to the next or previous pin.
    pub(super) fn choose_pin(&mut self, direction: Direction) {
        let Some(here) = self.pins.chosen() else {
            return;
        };
        let taken = |at: &usize| self.pins.places[*at].is_some();
        let next = match direction {
            Direction::Forward => (here + 1..MOST).find(taken),
            Direction::Back => (0..here).rev().find(taken),
        };
        self.pins.cursor = next.unwrap_or(here);
    }
}

//! What all views share: the network and what is known of it, what is pinned, the screen and its keys.

use std::sync::Arc;

use crate::app::action::{Action, Quantity, ViewName};
use crate::app::effect::Effect;
use crate::app::history::History;
use crate::app::inquiries::Inquiries;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Focus;
use crate::app::look::Look;
use crate::app::pins::{Pin, Pins};
use crate::app::view_info::ViewInfo;
use crate::engine::Engine;
use crate::engine::advice::Advice;
use crate::engine::depth::{DepthNews, DepthRequest};
use crate::engine::pins::Pins as PinsJob;
use crate::engine::request::{Answer, Inquiry, Listed, News, Request, Work, WorkError};
use crate::engine::snapshot::{Phase, Snapshot};
use crate::net::spec::{Field, Spec};
use crate::sweep::cube::Cube;

/// The dashboard without its views.
#[derive(Clone, Debug)]
pub struct Context {
    pub(super) spec: Arc<Spec>,
    /// What the program was started with.
    pub(super) home: Arc<Spec>,
    pub(super) history: History,
    pub(super) inquiries: Inquiries,
    pub(super) frozen: bool,
    /// The curves that are held still while frozen.
    pub(super) still: Option<Arc<Snapshot>>,
    pub(super) message: Option<String>,
    pub(super) touched: Option<&'static Field>,
    pub(super) quantity: Quantity,
    pub(super) view: &'static ViewInfo,
    pub(super) pins: Pins,
    /// The layer under the cursor, in the views that have layers.
    pub(super) layer: Option<usize>,
    /// Networks and the remedies that were applied to them, the newest first.
    pub(super) remedies: Vec<(Arc<Spec>, Arc<Spec>)>,
    pub(super) size: (u16, u16),
    pub(super) look: Look,
    pub(super) keys: Arc<KeyMap>,
    /// Titles of the lectures that the palette offers.
    pub(super) lectures: Arc<[String]>,
    /// Whether the footer says which key is worth pressing next.
    pub(super) hints: bool,
    /// The table of a sweep, where one is open.
    pub(super) table: Option<Arc<Cube>>,
    /// The view that is opened after this message.
    pub(super) next_view: Option<ViewName>,
    /// The view that has opened this one with a network of its own.
    pub(super) came_from: Option<ViewName>,
    /// What the loop is to carry out after it.
    pub(super) effect: Option<Effect>,
}

impl Context {
    pub(super) fn new(spec: Spec, look: Look, size: (u16, u16), view: &'static ViewInfo) -> Self {
        let spec = Arc::new(spec);
        Self {
            home: Arc::clone(&spec),
            spec,
            history: History::default(),
            inquiries: Inquiries::default(),
            frozen: false,
            still: None,
            message: None,
            touched: None,
            quantity: Quantity::default(),
            view,
            pins: Pins::default(),
            layer: None,
            remedies: Vec::new(),
            size,
            look,
            keys: Arc::default(),
            lectures: Arc::default(),
            hints: false,
            table: None,
            next_view: None,
            came_from: None,
            effect: None,
        }
    }

    /// The table of a sweep, where one is open.
    #[must_use]
    pub fn table(&self) -> Option<&Cube> {
        self.table.as_deref()
    }

    /// What is asked for, and what the labels say.
    #[must_use]
    pub fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }

    /// The newest curves of the network, or those held still; `None` until they come.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.curves().map(|snapshot| &**snapshot)
    }

    pub(super) fn curves(&self) -> Option<&Arc<Snapshot>> {
        self.still
            .as_ref()
            .or_else(|| self.inquiries.known::<Engine>())
    }

    /// What is known of what the view asked for, where it asked for this kind of work.
    #[must_use]
    pub fn known<J: Listed>(&self) -> Option<&J::Answer> {
        self.inquiries.known::<J>().map(|answer| &**answer)
    }

    /// What to type instead; `None` until the source has worked it out.
    #[must_use]
    pub fn advice(&self) -> Option<&Advice> {
        self.snapshot()?.advice.as_deref()
    }

    /// Whether the picture is held still.
    #[must_use]
    pub fn frozen(&self) -> bool {
        self.frozen
    }

    /// Why the simulation stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        self.inquiries.failure(Work::Simulation)
    }

    /// What the last key has to say, if anything.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The parameter that was changed last.
    #[must_use]
    pub fn touched(&self) -> Option<&'static Field> {
        self.touched
    }

    /// What the signal panel shows.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// What is always true of the view on the screen.
    #[must_use]
    pub fn view(&self) -> &'static ViewInfo {
        self.view
    }

    /// What is pinned, with its place, 0 first.
    pub fn pins(&self) -> impl Iterator<Item = (usize, &Pin)> {
        self.pins.all()
    }

    /// The place of the pin that is unpinned or swapped next.
    #[must_use]
    pub fn chosen_pin(&self) -> Option<usize> {
        self.pins.chosen()
    }

    /// Columns and rows.
    #[must_use]
    pub fn size(&self) -> (u16, u16) {
        self.size
    }

    /// Colours and characters.
    #[must_use]
    pub fn look(&self) -> Look {
        self.look
    }

    /// Which keys do what.
    #[must_use]
    pub fn keys(&self) -> &KeyMap {
        &self.keys
    }

    /// The key of an action in this view, to tell somebody; empty where none is bound to it.
    #[must_use]
    pub fn key_of(&self, action: Action) -> String {
        self.keys.key_of(action, Focus::View(self.view.name))
    }

    /// What whoever computes is to be asked now, at most one of each kind.
    #[must_use]
    pub fn wishes(&self) -> Vec<Inquiry> {
        self.inquiries.open()
    }

    /// What somebody knows or why work stopped, as news about the present question of its kind: for whoever answers by hand.
    #[must_use]
    pub fn news(&self, outcome: Result<Answer, WorkError>) -> News {
        let work = match &outcome {
            Ok(answer) => answer.work(),
            Err(error) => error.work,
        };
        let ticket = self.inquiries.ticket(work).unwrap_or_default();
        News { ticket, outcome }
    }

    /// Whether the source may still have something to say about what is shown.
    #[must_use]
    pub fn waiting(&self) -> bool {
        self.inquiries.is_waiting()
    }

    /// Another network, which is asked for anew: the old curves go at once, for they would stand under new labels.
    pub(super) fn set_spec(&mut self, spec: Arc<Spec>) {
        let before = std::mem::replace(&mut self.spec, spec);
        if before != self.spec {
            self.history.leave(before);
        }
        self.renew();
    }

    fn renew(&mut self) {
        self.still = None;
        self.frozen = false;
        self.inquiries.renew(Work::Simulation);
    }

    /// The network before the last change, or the one after it again.
    pub(super) fn go_back(&mut self, undo: bool) {
        let found = if undo {
            self.history.undo(&self.spec)
        } else {
            self.history.redo(&self.spec)
        };
        match found {
            Some(spec) => {
                self.spec = spec;
                self.touched = None;
                self.renew();
            }
            None if undo => self.message = Some("there is no network before this one".into()),
            None => self.message = Some("nothing has been undone".into()),
        }
    }

    /// Holds the picture still, or lets it go.
    pub(super) fn freeze(&mut self) {
        self.frozen = !self.frozen;
        self.still = self.curves().filter(|_| self.frozen).cloned();
    }

    /// Asks for everything that is shown with this request of the view's.
    pub(super) fn wish(&mut self, of_view: Option<Request>) {
        let simulation = Request::Simulation(Arc::clone(&self.spec));
        let settled = self.curves().is_some_and(is_settled);
        let pins = self.pins.request(settled && self.view.shows_pins);
        let pins = pins.filter(|_| !self.frozen).map(Request::Pins);
        let wishes = [Some(simulation), of_view, pins].into_iter().flatten();
        let held = self.still.clone();
        let frozen = self.frozen;
        self.inquiries.wish(wishes, |inquiries| {
            let curves = held.as_ref().or_else(|| inquiries.known::<Engine>());
            let curves = curves.filter(|curves| is_settled(curves) && !frozen);
            curves.and_then(DepthRequest::of).map(Request::Depth)
        });
        if let Some(known) = self.inquiries.known::<PinsJob>() {
            self.pins.learn(known, |pin| pin.snapshot.is_none());
        }
    }

    /// Takes news in, unless they are stale.
    pub(super) fn take(&mut self, news: News) {
        let answer = match news.outcome {
            Ok(answer) => answer,
            Err(error) => {
                // without the simulation there is nothing to look at; the rest is missed where it is shown
                if self.inquiries.fail(news.ticket, &error) && error.work != Work::Simulation {
                    self.message = Some(error.to_string());
                }
                return;
            }
        };
        if !self.inquiries.take(news.ticket, answer.clone()) {
            return;
        }
        match answer {
            Answer::Simulation(curves) if self.frozen && self.still.is_none() => {
                self.still = Some(curves);
            }
            Answer::Pins(known) => self.pins.learn(&known, |pin| !pin.is_settled()),
            Answer::Depth(known) => self.learn_depth(&known),
            _ => {}
        }
    }

    /// Into the verdict of the network that it is about.
    fn learn_depth(&mut self, news: &DepthNews) {
        let curves = [self.still.as_mut(), self.inquiries.curves_mut()];
        for snapshot in curves.into_iter().flatten() {
            if snapshot.spec == news.spec && is_settled(snapshot) {
                let snapshot = Arc::make_mut(snapshot);
                if let Some(verdict) = &mut snapshot.verdict {
                    verdict.budget = news.budget;
                }
            }
        }
    }

    /// Whether theory at least is known of every pin that is shown.
    pub(super) fn knows_pins(&self) -> bool {
        let known = || self.pins.all().all(|(_, pin)| pin.snapshot.is_some());
        !self.view.shows_pins || self.frozen || known()
    }

    /// The layer under the cursor, counted from 0; `None` where there is no cursor, and in views without layers.
    #[must_use]
    pub fn layer(&self) -> Option<usize> {
        let layer = self.layer.filter(|_| self.view.has_layers);
        layer.map(|layer| layer.min(self.deepest() - 1))
    }

    /// Layers from the left edge of the panels to the right one.
    #[must_use]
    pub fn deepest(&self) -> usize {
        let shown = self.pins.all().filter(|_| self.view.shows_pins);
        shown.fold(self.spec.layers(), |most, (_, pin)| {
            most.max(pin.spec.layers())
        })
    }

    /// The cursor to a layer, or to the nearest there is.
    pub(super) fn point_at(&mut self, layer: usize) {
        self.layer = Some(layer.min(self.deepest() - 1));
    }

    /// The cursor so many layers further; where there is none yet, it appears at the end that it comes from.
    pub(super) fn walk(&mut self, layers: i32) {
        let last = self.deepest() - 1;
        let by = layers.unsigned_abs() as usize;
        let target = match self.layer() {
            None if layers < 0 => last,
            None => 0,
            Some(0) if layers < 0 => return self.message = Some("layer 1 is the first".into()),
            Some(here) if layers > 0 && here == last => {
                return self.message = Some(format!("layer {} is the last", last + 1));
            }
            Some(here) if layers < 0 => here.saturating_sub(by),
            Some(here) => here.saturating_add(by),
        };
        self.point_at(target);
    }
}

fn is_settled(snapshot: &Arc<Snapshot>) -> bool {
    snapshot.phase == Phase::Settled
}

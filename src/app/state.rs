//! The model: everything a frame is drawn from, and nothing else.

use std::sync::Arc;

use crate::app::action::{Action, Parameter};
use crate::app::atlas::Atlas;
use crate::app::compare::Pins;
use crate::app::export::Dialog;
use crate::app::factors::Factors;
use crate::app::history::History;
use crate::app::keys::{Focus, KeyMap};
use crate::app::look::{Choice, Look};
use crate::app::palette::CommandPalette;
use crate::app::training::Training;
use crate::engine::phase_map::{PhaseMapSnapshot, Plane};
use crate::engine::request::{Request, Work};
use crate::engine::snapshot::{Phase, Snapshot};
use crate::net::activation::Activation;
use crate::net::framework::Framework;
use crate::net::spec::Spec;

/// What fills the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Three curves over the layers, the distribution strip, the network and its verdict.
    #[default]
    Scope,
    /// The network and what is pinned, curve over curve.
    Compare,
    /// Every activation with every initializer.
    Atlas,
    /// The `(sigma_w, sigma_b)` plane of the activation, with the network on it.
    Phase,
    /// Every initializer ranked, with the lines to paste.
    Advice,
    /// The network and what is pinned in training.
    Train,
    /// How much each factor changes, around the network.
    Factors,
}

impl Choice for View {
    const WHAT: &'static str = "view";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("scope", Self::Scope),
        ("compare", Self::Compare),
        ("atlas", Self::Atlas),
        ("phase", Self::Phase),
        ("advice", Self::Advice),
        ("train", Self::Train),
        ("factors", Self::Factors),
    ];
}

impl View {
    /// In the order of their keys.
    pub const ALL: [Self; 7] = [
        Self::Scope,
        Self::Compare,
        Self::Atlas,
        Self::Phase,
        Self::Advice,
        Self::Train,
        Self::Factors,
    ];
}

/// What the signal panel shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quantity {
    /// Variance of `z` over units and inputs.
    #[default]
    VarianceZ,
    /// `mean z^2`.
    SecondMomentZ,
    /// Variance of `x`.
    VarianceX,
    /// `mean x^2`.
    SecondMomentX,
}

impl Choice for Quantity {
    const WHAT: &'static str = "quantity";
    const NAMES: &'static [(&'static str, Self)] = &[
        ("z-variance", Self::VarianceZ),
        ("z-second-moment", Self::SecondMomentZ),
        ("x-variance", Self::VarianceX),
        ("x-second-moment", Self::SecondMomentX),
    ];
}

impl Quantity {
    /// In the order of the hotkey.
    pub const ALL: [Self; 4] = [
        Self::VarianceZ,
        Self::SecondMomentZ,
        Self::VarianceX,
        Self::SecondMomentX,
    ];
}

/// What is open over the view and takes the keys.
#[derive(Clone, Debug)]
pub enum Popup {
    /// The help, with its first line on the screen.
    Help(usize),
    /// The dialog of exports.
    Export(Dialog),
    /// The command palette.
    Palette(CommandPalette),
}

/// The largest screen that is drawn on, columns by rows; what a terminal claims beyond it is left alone.
pub const LARGEST_SCREEN: (u16, u16) = (1000, 400);

/// Everything a frame is drawn from.
#[derive(Clone, Debug)]
pub struct Model {
    pub(super) spec: Arc<Spec>,
    pub(super) home: Arc<Spec>,
    pub(super) generation: u64,
    pub(super) history: History,
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// The newest snapshot that came while frozen.
    pub(super) held: Option<Arc<Snapshot>>,
    pub(super) frozen: bool,
    /// What was not finished since the last change of the network, and why.
    pub(super) failed: Vec<(Work, String)>,
    pub(super) message: Option<String>,
    pub(super) touched: Option<Parameter>,
    pub(super) quantity: Quantity,
    pub(super) view: View,
    pub(super) pins: Pins,
    pub(super) atlas: Atlas,
    /// The layer under the cursor, in the views that have layers.
    pub(super) layer: Option<usize>,
    pub(super) factors: Factors,
    pub(super) training: Training,
    /// Where the cursor of the advice view is, from the best choice down.
    pub(super) choice: usize,
    /// Networks and the remedies that were applied to them, the newest first.
    pub(super) remedies: Vec<(Arc<Spec>, Arc<Spec>)>,
    /// Whose lines the advice view shows; `None` is the network's own framework.
    pub(super) target: Option<Framework>,
    pub(super) popup: Option<Popup>,
    pub(super) size: (u16, u16),
    pub(super) look: Look,
    pub(super) keys: Arc<KeyMap>,
    /// Titles of the lectures that the palette offers.
    pub(super) lectures: Arc<[String]>,
    /// Whether the footer says which key is worth pressing next.
    pub(super) hints: bool,
    /// The plane of the phase view and whose activation's it is, from its first opening on.
    pub(super) plane: Option<(Activation, Plane)>,
    pub(super) map: Option<Arc<PhaseMapSnapshot>>,
}

impl Model {
    /// A dashboard of this spec on a screen of `(columns, rows)`; the first request has generation 1.
    #[must_use]
    pub fn new(spec: Spec, look: Look, size: (u16, u16)) -> Self {
        let spec = Arc::new(spec);
        Self {
            home: Arc::clone(&spec),
            spec,
            generation: 1,
            history: History::default(),
            snapshot: None,
            held: None,
            frozen: false,
            failed: Vec::new(),
            message: None,
            touched: None,
            quantity: Quantity::default(),
            view: View::default(),
            pins: Pins::default(),
            atlas: Atlas::default(),
            layer: None,
            factors: Factors::default(),
            training: Training::default(),
            choice: 0,
            remedies: Vec::new(),
            target: None,
            popup: None,
            size: clamped(size),
            look,
            keys: Arc::default(),
            lectures: Arc::default(),
            hints: false,
            plane: None,
            map: None,
        }
    }

    /// This dashboard after another one on the same screen: its requests are numbered on from there.
    #[must_use]
    pub fn continued(self, after: &Self) -> Self {
        Self {
            generation: after.generation + 1,
            size: after.size,
            map: after.map.clone(),
            remedies: after.remedies.clone(),
            ..self
        }
    }

    /// What is asked for, and what the labels say.
    #[must_use]
    pub fn spec(&self) -> &Arc<Spec> {
        &self.spec
    }

    /// The number of the request whose snapshots are shown.
    #[must_use]
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// The newest answer to the current request, or the one held still; `None` until it comes.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.snapshot.as_deref()
    }

    /// Whether the picture is held still.
    #[must_use]
    pub fn frozen(&self) -> bool {
        self.frozen
    }

    /// Why the simulation stopped, if it did.
    #[must_use]
    pub fn failure(&self) -> Option<&str> {
        let simulation = self.failed.iter().find(|(of, _)| *of == Work::Simulation);
        simulation.map(|(_, why)| why.as_str())
    }

    /// What the last key has to say, if anything.
    #[must_use]
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// The parameter that was changed last.
    #[must_use]
    pub fn touched(&self) -> Option<Parameter> {
        self.touched
    }

    /// What the signal panel shows.
    #[must_use]
    pub fn quantity(&self) -> Quantity {
        self.quantity
    }

    /// What fills the screen.
    #[must_use]
    pub fn view(&self) -> View {
        self.view
    }

    /// What is open over the view.
    #[must_use]
    pub fn popup(&self) -> Option<&Popup> {
        self.popup.as_ref()
    }

    /// First line of the help on the screen; `None` when it is closed.
    #[must_use]
    pub fn help(&self) -> Option<usize> {
        match self.popup {
            Some(Popup::Help(top)) => Some(top),
            _ => None,
        }
    }

    /// What takes the keys.
    #[must_use]
    pub fn focus(&self) -> Focus {
        match self.popup {
            None => Focus::View(self.view),
            Some(Popup::Help(_)) => Focus::Help(self.view),
            Some(Popup::Export(_)) => Focus::Export,
            Some(Popup::Palette(_)) => Focus::Palette,
        }
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

    /// The same with other colours and characters.
    #[must_use]
    pub fn looking(self, look: Look) -> Self {
        Self { look, ..self }
    }

    /// Which keys do what.
    #[must_use]
    pub fn keys(&self) -> &KeyMap {
        &self.keys
    }

    /// The key of an action in this view, to tell somebody; empty where none is bound to it.
    #[must_use]
    pub fn key_of(&self, action: Action) -> String {
        self.keys.key_of(action, Focus::View(self.view))
    }

    /// The same with other keys.
    #[must_use]
    pub fn bound(self, keys: Arc<KeyMap>) -> Self {
        Self { keys, ..self }
    }

    /// The same with lectures of these titles in its palette.
    #[must_use]
    pub fn teaching(self, titles: impl IntoIterator<Item = String>) -> Self {
        Self {
            lectures: titles.into_iter().collect(),
            ..self
        }
    }

    /// What the view needs to know beside the simulation, at most one of each kind of request.
    #[must_use]
    pub fn wishes(&self) -> Vec<Request> {
        let all = [
            self.wish_for_map(),
            self.wish_for_pins(),
            self.wish_for_atlas(),
            self.wish_for_factors(),
            self.wish_for_training(),
            self.wish_for_depth(),
        ];
        all.into_iter().flatten().collect()
    }

    /// Whether there is something to show of the current request.
    #[must_use]
    pub fn answered(&self) -> bool {
        self.snapshot.is_some()
            && self.knows_pins()
            && (self.view != View::Atlas || self.atlas().is_some())
            && (self.view != View::Factors || self.factors().is_some())
            && (self.view != View::Train || self.training().is_some())
            && (self.plane().is_none() || self.reading().is_some())
    }

    /// Whether the source may still have something to say about the current request.
    #[must_use]
    pub fn waiting(&self) -> bool {
        let newest = self.held.as_ref().or(self.snapshot.as_ref());
        let simulation = newest.is_none_or(|snapshot| snapshot.phase != Phase::Settled);
        let complete = self.reading().is_some_and(|reading| reading.edge.is_some());
        let map = self.plane().is_some() && !complete;
        let open = |work| !self.failed.iter().any(|(of, _)| *of == work);
        simulation && open(Work::Simulation)
            || map && open(Work::PhaseMap)
            || self.waits_for_pins() && open(Work::Pins)
            || self.waits_for_atlas() && open(Work::Atlas)
            || self.waits_for_factors() && open(Work::Factors)
            || self.waits_for_training() && open(Work::Training)
    }

    /// Without the simulation there is nothing to look at; the rest is missed where it is shown.
    pub(super) fn fail(&mut self, work: Work, why: String) {
        if work != Work::Simulation {
            self.message = Some(why.clone());
        }
        self.failed.push((work, why));
    }
}

/// A size that can be drawn on.
pub(super) fn clamped((columns, rows): (u16, u16)) -> (u16, u16) {
    (columns.min(LARGEST_SCREEN.0), rows.min(LARGEST_SCREEN.1))
}

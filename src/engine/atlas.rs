//! Every activation with every initializer at one depth and width, or a [`plane`] of one network of blocks, as a resumable state machine:
//! theory first, measurements after it.

mod look;
pub mod plane;
mod table;

use std::sync::Arc;

use rayon::prelude::*;

pub use table::{AtlasRow, activations, initializers};

use crate::engine::ensemble::QUANTUM;
use crate::engine::verdict::Verdict;
use crate::net::spec::Spec;
use look::{Foretelling, Measurement};
use table::Place;

/// Draws of a network: the least whose median one unlucky draw does not decide.
pub const DRAWS: usize = 3;
/// A network whose first draw survives at most this share of the depth is drawn once: few layers add up to little luck.
pub const AT_ONCE: f64 = 0.25;
/// Inputs that a network sees at most.
pub const BATCH: usize = 16;
/// Networks that theory looks at in one step, for each thread.
const FORETOLD: usize = 1;
/// Work of one step for each network that is measured.
const SLICE: u64 = QUANTUM / 2;
/// Networks that are measured at once, for each thread: enough that none waits long for the others at the end of a step.
const SLOTS: usize = 4;
/// Threads that are made use of at most.
const THREADS: usize = 256;
/// Atlases of other depths, widths, frameworks that are kept.
const KEPT: usize = 4;

/// Whose depth, width, framework, input and seed an atlas has.
#[derive(Clone, Debug, PartialEq)]
pub struct AtlasRequest {
    ground: Arc<Spec>,
    /// Whether it is the plane of one network of blocks.
    plane: bool,
}

impl AtlasRequest {
    /// The atlas around a network; its activation, initializer, gain and bias do not matter, nor which of the known architectures it is.
    #[must_use]
    pub fn around(spec: &Spec) -> Self {
        Self {
            ground: Arc::new(table::ground(spec)),
            plane: false,
        }
    }

    /// The plane of a network of blocks; its gain and `out` do not matter.
    #[must_use]
    pub fn plane(spec: &Spec) -> Self {
        Self {
            ground: Arc::new(plane::ground(spec)),
            plane: true,
        }
    }

    /// Whether it is a [`plane`](Self::plane).
    #[must_use]
    pub fn is_plane(&self) -> bool {
        self.plane
    }

    /// How many networks stand beside each other.
    fn columns(&self) -> usize {
        match self.plane {
            true => plane::gains().len(),
            false => initializers().len(),
        }
    }

    fn networks(&self) -> Vec<Place> {
        match self.plane {
            true => plane::networks(&self.ground),
            false => table::networks(&self.ground),
        }
    }

    /// What all networks of the atlas share, as the first of them.
    #[must_use]
    pub fn ground(&self) -> &Spec {
        &self.ground
    }

    /// Whether its rows are architectures, not activations.
    #[must_use]
    pub fn is_of_architectures(&self) -> bool {
        self.ground.block().is_some() && !self.plane
    }

    /// Its rows.
    #[must_use]
    pub fn rows(&self) -> Vec<AtlasRow> {
        table::rows(&self.ground)
    }

    /// The row of a network, if it is one of the atlas.
    #[must_use]
    pub fn row_of(&self, spec: &Spec) -> Option<usize> {
        let rows = self.rows();
        let mut rows = rows.iter();
        match self.is_of_architectures() {
            false => rows.position(|row| row.spec.activation().text() == spec.activation().text()),
            true => {
                let here = spec.with(|draft| {
                    let ground = self.ground.draft();
                    (draft.batch, draft.draws) = (ground.batch, ground.draws);
                    draft.engine = ground.engine;
                });
                let here = here.ok()?;
                rows.position(|row| table::is_alike(&row.spec, &here))
            }
        }
    }
}

/// What is known of one network.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing yet.
    Pending,
    /// There is none, for this reason.
    Refused(String),
    /// Theory has no answer, for this reason.
    Unresolved(String),
    /// What theory expects of a typical draw.
    Expected(Verdict),
    /// What draws show. How deep the deepest healthy network of the kind is, is read off their curves where this one fails; where it is
    /// healthy they show this depth alone, and the budget is theory's if that expects it healthy too.
    Measured {
        /// The verdict over the draws.
        verdict: Verdict,
        /// How many: [`DRAWS`], or 1 where that fails early, see [`AT_ONCE`].
        draws: usize,
    },
}

impl Cell {
    /// What becomes of the network, where something is known.
    #[must_use]
    pub fn verdict(&self) -> Option<&Verdict> {
        match self {
            Self::Pending | Self::Refused(_) | Self::Unresolved(_) => None,
            Self::Expected(verdict) | Self::Measured { verdict, .. } => Some(verdict),
        }
    }
}

/// What is known of an atlas at one moment.
#[derive(Clone, Debug)]
pub struct AtlasSnapshot {
    /// What was asked for.
    pub request: AtlasRequest,
    /// How many networks are measured.
    pub measured: usize,
    columns: usize,
    cells: Vec<Cell>,
}

impl AtlasSnapshot {
    /// The cell of a row and a column; [`Cell::Pending`] outside.
    #[must_use]
    pub fn cell(&self, row: usize, column: usize) -> &Cell {
        let inside = column < self.columns;
        let cell = self.cells.get(row * self.columns + column);
        cell.filter(|_| inside).unwrap_or(&Cell::Pending)
    }

    /// How many networks there are.
    #[must_use]
    pub fn networks(&self) -> usize {
        let is_one = |cell: &&Cell| !matches!(cell, Cell::Refused(_));
        self.cells.iter().filter(is_one).count()
    }

    /// Whether anything is known.
    #[must_use]
    pub fn is_begun(&self) -> bool {
        let known = |cell: &Cell| !matches!(cell, Cell::Pending | Cell::Refused(_));
        self.cells.iter().any(known)
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.measured == self.networks()
    }
}

/// One atlas on its way, coarse to fine: theory for every network, then draws for every network.
///
/// What becomes known of a network depends on its spec alone, not on the number of threads or steps. Networks whose laws are the
/// same are computed once.
#[derive(Debug)]
pub struct Atlas {
    request: AtlasRequest,
    networks: Vec<Place>,
    columns: usize,
    cells: Vec<Cell>,
    /// The first network with the same laws.
    first: Vec<usize>,
    /// Firsts that theory has not looked at, the next one last.
    unseen: Vec<usize>,
    foretelling: Vec<Foretelling>,
    /// Firsts that are neither measured nor on their way, the next one last.
    waiting: Vec<usize>,
    running: Vec<Measurement>,
    /// Draws of any of them that fit into memory at once.
    fitting: usize,
    /// What is known of atlases before this one, the latest last.
    kept: Vec<(AtlasRequest, Vec<Cell>)>,
}

impl Atlas {
    /// Prepares a request; what is known of the same atlas from an earlier one is kept.
    #[must_use]
    pub fn new(request: AtlasRequest, before: Option<Self>) -> Self {
        let mut kept = match before {
            Some(before) if before.request == request => return before,
            Some(mut before) => {
                before.kept.push((before.request, before.cells));
                before.kept
            }
            None => Vec::new(),
        };
        let (networks, columns) = (request.networks(), request.columns());
        let order = table::visits(networks.len() / columns, columns);
        let first = table::twins(&networks, &order, columns);
        let known = kept.iter().position(|(of, _)| *of == request);
        let unknown = |network: &Place| match network {
            Ok(_) => Cell::Pending,
            Err(why) => Cell::Refused(why.to_string()),
        };
        let cells = known.map_or_else(
            || networks.iter().map(unknown).collect(),
            |at| kept.remove(at).1,
        );
        kept.drain(..kept.len().saturating_sub(KEPT));
        let firsts = order.iter().rev().copied();
        let firsts = firsts.filter(|at| first[*at] == *at && networks[*at].is_ok());
        // a network of blocks is drawn as fast as it is predicted
        let foretold = request.ground.block().is_some();
        let unseen = (firsts.clone()).filter(|at| !foretold && cells[*at] == Cell::Pending);
        let room = |spec: &Spec| spec.draws_in_flight(SLOTS * THREADS);
        let fitting = match foretold {
            true => networks
                .iter()
                .flatten()
                .map(|spec| room(spec))
                .min()
                .unwrap_or(1),
            false => room(&request.ground),
        };
        let measured = |at: &usize| matches!(cells[*at], Cell::Measured { .. });
        let waiting = firsts.filter(|at| !measured(at));
        Self {
            unseen: unseen.collect(),
            foretelling: Vec::new(),
            waiting: waiting.collect(),
            running: Vec::new(),
            fitting,
            request,
            networks,
            columns,
            cells,
            first,
            kept,
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.is_foretold() && self.waiting.is_empty() && self.running.is_empty()
    }

    /// Whether theory has looked at every network.
    #[must_use]
    pub fn is_foretold(&self) -> bool {
        self.unseen.is_empty() && self.foretelling.is_empty()
    }

    /// Does a bounded piece of work (milliseconds) on the current thread pool.
    pub fn step(&mut self) {
        let threads = rayon::current_num_threads();
        if !self.is_foretold() {
            while self.foretelling.len() < FORETOLD * threads
                && let Some(at) = self.unseen.pop()
            {
                let network = self.networks[at].iter();
                self.foretelling
                    .extend(network.map(|spec| Foretelling::new(at, spec)));
            }
            (self.foretelling.par_iter_mut()).for_each(Foretelling::advance);
            let ended = self
                .foretelling
                .extract_if(.., |network| network.found.is_some());
            let found: Vec<_> = ended.filter_map(|of| Some((of.at, of.found?))).collect();
            self.learn(found);
            return;
        }
        let slots = self.fitting.min(SLOTS * threads);
        while self.running.len() < slots
            && let Some(at) = self.waiting.pop()
        {
            let network = self.networks[at].iter();
            self.running
                .extend(network.map(|spec| Measurement::new(at, spec)));
        }
        self.running.par_iter_mut().for_each(Measurement::advance);
        let ended = self
            .running
            .extract_if(.., |network| network.found.is_some());
        let found: Vec<_> = ended.filter_map(|of| Some((of.at, of.found?))).collect();
        self.learn(found);
    }

    /// What was found of each network is true of all with the same laws.
    fn learn(&mut self, found: Vec<(usize, Cell)>) {
        for (at, mut cell) in found {
            if let (Cell::Measured { verdict: found, .. }, Cell::Expected(theory)) =
                (&mut cell, &self.cells[at])
            {
                found.expect_beyond(theory);
            }
            for (known, first) in self.cells.iter_mut().zip(&self.first) {
                if *first == at {
                    known.clone_from(&cell);
                }
            }
        }
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> AtlasSnapshot {
        let measured = self
            .cells
            .iter()
            .filter(|c| matches!(c, Cell::Measured { .. }));
        AtlasSnapshot {
            request: self.request.clone(),
            measured: measured.count(),
            columns: self.columns,
            cells: self.cells.clone(),
        }
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> AtlasSnapshot {
        while !self.is_complete() {
            self.step();
        }
        self.snapshot()
    }
}

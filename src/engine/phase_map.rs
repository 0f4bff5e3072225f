//! A map of the `(sigma_w, sigma_b)` plane of one activation, with a closer look at one point, as a resumable state machine.

mod plane;

use std::sync::Arc;

use rayon::prelude::*;

pub use plane::Plane;

use crate::net::spec::Spec;
use crate::theory::criticality::{Critical, edge_at, edge_of_chaos, prepare};
use crate::theory::curve::LayerLaw;
use crate::theory::error::TheoryError;
use crate::theory::fixed_point::FixedPoint;
use crate::theory::kernel::Kernel;
use crate::theory::maps::Maps;
use crate::theory::phase::Regime;

/// Points of a row that one step computes.
const STRIDE: usize = 2;
/// Points of the edge of chaos that one step computes.
const STRETCH: usize = 4;
/// Points of the edge from `q = 2e-4` to `1e6`, sixteen per octave.
const EDGE: usize = 516;

/// What to draw, and the network to look at closely.
#[derive(Clone, Debug, PartialEq)]
pub struct PhaseRequest {
    /// The network at the point to look at; its activation is the one drawn.
    pub spec: Arc<Spec>,
    /// The points to draw.
    pub plane: Plane,
}

/// What the map says of one point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Not computed yet.
    Pending,
    /// Theory has no answer.
    Unresolved,
    /// This regime, or [`Regime::Critical`] where the edge of chaos passes nearest.
    Regime(Regime),
}

/// One network seen closely.
#[derive(Clone, Debug, PartialEq)]
pub struct PointReading {
    /// Side of the edge, limits and depth scales; the reason where theory has no answer.
    pub point: Result<(Regime, FixedPoint), String>,
    /// The edge of chaos at this `sigma_b`, or why there is none; `None` until it is computed.
    pub edge: Option<Result<Vec<Critical>, String>>,
}

/// What is known of a map at one moment.
#[derive(Clone, Debug)]
pub struct PhaseMapSnapshot {
    /// The network of the request.
    pub spec: Arc<Spec>,
    /// The points.
    pub plane: Plane,
    /// The network's own point.
    pub reading: Option<PointReading>,
    /// Whether nothing more will come.
    pub complete: bool,
    /// Row after row from the bottom.
    marks: Vec<Mark>,
}

impl PhaseMapSnapshot {
    /// What stands at a point, rows counted from the bottom; [`Mark::Pending`] outside.
    #[must_use]
    pub fn mark(&self, column: usize, row: usize) -> Mark {
        let inside = column < self.plane.columns && row < self.plane.rows;
        inside
            .then(|| self.marks.get(row * self.plane.columns + column))
            .flatten()
            .copied()
            .unwrap_or(Mark::Pending)
    }
}

/// `(sigma_w, sigma_b)` of a network's layers 2 to L, whether or not theory has an answer for them.
#[must_use]
pub fn position(spec: &Spec) -> (f64, f64) {
    let (fan_in, fan_out) = spec.fans(2);
    let variance = spec.weight_law(2).variance(fan_in, fan_out);
    ((fan_in as f64 * variance).sqrt(), spec.bias_law(2).std())
}

/// The edge of chaos of a network's activation at its `sigma_b`.
///
/// # Errors
/// Why there is none, in one line.
pub fn edge(spec: &Spec) -> Result<Vec<Critical>, String> {
    let sigma_b = position(spec).1;
    edge_of_chaos(&Kernel::of(spec.activation()), sigma_b * sigma_b).map_err(|error| match error {
        TheoryError::NoEdge { reason, .. } => format!("no edge: {reason}"),
        other => other.to_string(),
    })
}

/// One map on its way: the network's own point, the rows from the bottom, the line of the edge, the edge at the point's `sigma_b`.
///
/// The result depends on the request alone, not on the number of threads or steps.
#[derive(Debug)]
pub struct PhaseMap {
    request: PhaseRequest,
    kernel: Arc<Kernel>,
    reading: Option<PointReading>,
    rows: Vec<MapRow>,
    /// How much of the tables the edge finds filled.
    prepared: usize,
    edge: Vec<(f64, f64)>,
}

impl PhaseMap {
    /// Prepares a request; what an earlier one computed of the same map is kept.
    #[must_use]
    pub fn new(request: PhaseRequest, before: Option<Self>) -> Self {
        let kept = before.filter(|before| {
            before.request.plane == request.plane
                && before.request.spec.activation() == request.spec.activation()
        });
        let kernel = Kernel::of(request.spec.activation());
        let (rows, edge) = kept.map_or_else(
            || (vec![MapRow::default(); request.plane.rows], Vec::new()),
            |kept| (kept.rows, kept.edge),
        );
        Self {
            request,
            kernel,
            reading: None,
            rows,
            prepared: 0,
            edge,
        }
    }

    /// Whether nothing more will come.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.reading.as_ref().is_some_and(|r| r.edge.is_some())
    }

    /// Does a bounded piece of work (milliseconds for nearly every activation) on the current thread pool.
    pub fn step(&mut self) {
        let Some(reading) = &mut self.reading else {
            self.reading = Some(self.look());
            return;
        };
        let columns = self.request.plane.columns;
        let first = self
            .rows
            .iter()
            .position(|row| row.marks.len() < columns)
            .unwrap_or(self.rows.len());
        if first < self.rows.len() {
            self.advance(first);
            return;
        }
        let lined = has_line(&self.kernel);
        if lined && prepare(&self.kernel, &mut self.prepared) {
            return;
        }
        if lined && self.edge.len() < EDGE {
            let from = self.edge.len();
            let q = |i: usize| 2e-4 * (i as f64 / 16.0).exp2();
            let more: Vec<(f64, f64)> = (from..EDGE.min(from + STRETCH))
                .into_par_iter()
                .map(|i| edge_at(&self.kernel, q(i)))
                .collect();
            self.edge.extend(more);
        } else if reading.edge.is_none() {
            reading.edge = Some(edge(&self.request.spec));
        }
    }

    /// A few points more in some rows from `first` on.
    fn advance(&mut self, first: usize) {
        let plane = self.request.plane;
        let below = self.rows[..first].iter().map(|row| row.diverging);
        let ceiling = below.min().unwrap_or(usize::MAX);
        let count = (2 * rayon::current_num_threads()).min(self.rows.len() - first);
        let kernel = &*self.kernel;
        self.rows[first..first + count]
            .par_iter_mut()
            .enumerate()
            .for_each(|(i, row)| {
                let sigma_b = plane.sigma_b_at(first + i);
                row.advance(kernel, &plane, sigma_b, ceiling);
            });
    }

    /// The network's own point.
    fn look(&self) -> PointReading {
        let spec = &self.request.spec;
        let (fan_in, fan_out) = spec.fans(2);
        let law = LayerLaw::of(&spec.weight_law(2), &spec.bias_law(2), fan_in, fan_out);
        let point = law
            .and_then(|law| Maps::new(&self.kernel, law.sigma_w2, law.sigma_b2))
            .and_then(|maps| Ok((maps.phase(false)?.regime, maps.fixed_point()?)))
            .map_err(|error| error.to_string());
        PointReading { point, edge: None }
    }

    /// What is known now.
    #[must_use]
    pub fn snapshot(&self) -> PhaseMapSnapshot {
        let plane = self.request.plane;
        let mut marks: Vec<Mark> = self
            .rows
            .iter()
            .flat_map(|row| {
                let known = row.marks.iter().copied();
                known
                    .chain(std::iter::repeat(Mark::Pending))
                    .take(plane.columns)
            })
            .collect();
        for (column, row) in line(&plane, &self.edge) {
            marks[row * plane.columns + column] = Mark::Regime(Regime::Critical);
        }
        if let Some(term) = self.kernel.slopes() {
            let sigma_w = (2.0 / (term.left * term.left + term.right * term.right)).sqrt();
            if let Some((column, 0)) = plane.cell(sigma_w, 0.0) {
                marks[column] = Mark::Regime(Regime::Critical);
            }
        }
        PhaseMapSnapshot {
            spec: Arc::clone(&self.request.spec),
            plane,
            reading: self.reading.clone(),
            complete: self.is_complete(),
            marks,
        }
    }

    /// Runs to the end.
    #[must_use]
    pub fn run(mut self) -> PhaseMapSnapshot {
        while !self.is_complete() {
            self.step();
        }
        self.snapshot()
    }
}

/// Whether the edge of chaos is a line: not for jumps, which have none, and not where it is a single point.
fn has_line(kernel: &Kernel) -> bool {
    kernel.gaussian().shape().jumps.is_empty() && kernel.slopes().is_none()
}

/// One row on its way.
#[derive(Clone, Debug)]
struct MapRow {
    /// The points known so far, from the left.
    marks: Vec<Mark>,
    /// First column that diverges.
    diverging: usize,
}

impl Default for MapRow {
    fn default() -> Self {
        Self {
            marks: Vec::new(),
            diverging: usize::MAX,
        }
    }
}

impl MapRow {
    /// [`STRIDE`] points more. The length map grows with `sigma_w` and `sigma_b` at every `q`, so that all points at the right of and
    /// above one that diverges do so too: `ceiling` is the first such column of the rows below.
    fn advance(&mut self, kernel: &Kernel, plane: &Plane, sigma_b: f64, ceiling: usize) {
        for _ in 0..STRIDE.min(plane.columns - self.marks.len().min(plane.columns)) {
            let column = self.marks.len();
            let mark = if column >= ceiling {
                Mark::Regime(Regime::Diverging)
            } else {
                mark_at(kernel, plane.sigma_w_at(column), sigma_b)
            };
            if mark == Mark::Regime(Regime::Diverging) {
                self.diverging = column;
                self.marks.resize(plane.columns, mark);
                return;
            }
            self.marks.push(mark);
        }
    }
}

fn mark_at(kernel: &Kernel, sigma_w: f64, sigma_b: f64) -> Mark {
    Maps::new(kernel, sigma_w * sigma_w, sigma_b * sigma_b)
        .and_then(|maps| maps.phase(false))
        .map_or(Mark::Unresolved, |point| Mark::Regime(point.regime))
}

/// The points nearest to a curve of `(sigma_w2, sigma_b2)`, cut off where `sigma_b2` becomes negative.
fn line(plane: &Plane, curve: &[(f64, f64)]) -> Vec<(usize, usize)> {
    let mut cells = Vec::new();
    for pair in curve.windows(2) {
        let [(w0, b0), (w1, b1)] = [pair[0], pair[1]];
        if !(w0 + w1 + b0 + b1).is_finite() || (b0 < 0.0 && b1 < 0.0) {
            continue;
        }
        let place = |t: f64| {
            let (w2, b2) = (w0 + t * (w1 - w0), b0 + t * (b1 - b0));
            (w2.sqrt(), b2.max(0.0).sqrt())
        };
        // from where the curve leaves sigma_b = 0, or until it gets there
        let foot = if b0 == b1 { 0.0 } else { b0 / (b0 - b1) };
        let (from, to) = match (b0 < 0.0, b1 < 0.0) {
            (true, _) => (foot, 1.0),
            (_, true) => (0.0, foot),
            _ => (0.0, 1.0),
        };
        let [(wf, bf), (wt, bt)] = [place(from), place(to)];
        let far = (plane.column_of(wt) - plane.column_of(wf)).abs();
        let far = far.max((plane.row_of(bt) - plane.row_of(bf)).abs());
        let steps = (4.0 * far).ceil().clamp(1.0, 1e3);
        for i in 0..=steps as usize {
            let (sigma_w, sigma_b) = place(from + (to - from) * i as f64 / steps);
            cells.extend(plane.cell(sigma_w, sigma_b));
        }
    }
    cells
}

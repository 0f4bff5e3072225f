//! The points of a grid.

mod head;
mod units;

use std::collections::HashMap;

use rayon::prelude::*;
use twox_hash::XxHash64;

use crate::net::input::Input;
use crate::net::recipe::Recipe;
use crate::net::spec::field::INPUT_DIM;
use crate::net::spec::{Draft, Given, Spec, SpecError, caps, size};
use crate::net::written::Written;
use crate::sweep::grid::{Grid, Keep, Knob, MOST_POINTS, Measure};
use crate::sweep::measure;

/// Combinations of data files, labels and scales of a grid at most.
const MOST_DATA: usize = 1000;

/// Points that are looked at in a row.
const CHUNK: u64 = 4096;

/// Why a grid has no points to measure: what is wrong, what is allowed, what to write.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum GridError {
    /// No grid of this program.
    #[error("it is no grid of this program: {0}")]
    Foreign(String),
    #[error(
        "the grid has {} points, more than {MOST_POINTS}; leave out values, or sweep in several grids",
        points.map_or("more than 2^64".to_owned(), |n| n.to_string())
    )]
    Points { points: Option<u64> },
    #[error("network: {0}")]
    Network(SpecError),
    #[error(
        "{combinations} combinations of input, labels and scale, more than {MOST_DATA}; sweep in several grids"
    )]
    Data { combinations: usize },
    #[error(
        "the data of all points need {need} of memory, more than the limit of {limit}; sweep in several grids, or type --memory"
    )]
    DataMemory { need: String, limit: String },
    #[error(
        "split divides the draws of every point alike: write one number of draws for all points, not {0}, and measure = \"run\""
    )]
    Split(String),
    #[error("point {number} ({place}): {why}")]
    Point {
        number: u64,
        place: String,
        why: String,
    },
}

/// What is measured at one point.
#[derive(Clone, Debug)]
pub struct Point {
    /// The network.
    pub spec: Spec,
    /// How it is trained, where it is.
    pub recipe: Recipe,
}

pub use units::Unit;

/// The points of a grid, all of which can be measured once [`check`](Self::check) says so.
#[derive(Debug)]
pub struct Points {
    grid: Grid,
    hash: String,
    base: Draft,
    knobs: Vec<Vec<Knob>>,
    count: u64,
    /// Units of work of a point.
    pieces: u64,
    /// Axes that change which data are read.
    data_axes: Vec<usize>,
    /// The data for each place on those axes.
    data: HashMap<Vec<usize>, (Input, Option<usize>)>,
}

impl Points {
    /// Reads the data that the grid names; no other point is looked at.
    ///
    /// # Errors
    /// It is too large, or its network or its data cannot be read.
    pub fn new(grid: Grid) -> Result<Self, GridError> {
        let known = |name: &String| {
            let foreign = || GridError::Foreign(format!("it has a field `{name}`"));
            Knob::named(name, grid.measure).ok_or_else(foreign)
        };
        let knobs = grid
            .axes
            .iter()
            .map(|axis| axis.fields.iter().map(known).collect());
        let knobs = knobs.collect::<Result<Vec<Vec<Knob>>, _>>()?;
        let count = grid.len();
        let Some(count) = count.filter(|count| (1..=MOST_POINTS).contains(count)) else {
            return Err(GridError::Points { points: count });
        };
        let network: Spec = grid.network.parse().map_err(GridError::Network)?;
        let of_data = |axis: &usize| knobs[*axis].iter().any(|knob| knob.is_of_data());
        let mut points = Self {
            data_axes: (0..knobs.len()).filter(of_data).collect(),
            base: network.draft().clone(),
            data: HashMap::new(),
            hash: String::new(),
            grid,
            knobs,
            count,
            pieces: 1,
        };
        points.read_data()?;
        points.divide()?;
        points.hash = points.grid.hash(points.data_hash());
        Ok(points)
    }

    /// The grid.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// What tells the grid from another: see [`Grid::hash`].
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// How many there are, at least one.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The seed that no axis changes.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.base.seed
    }

    fn values(&self, axis: usize, place: usize) -> impl Iterator<Item = (Knob, &str)> {
        let values = self.grid.axes[axis].values[place].iter();
        let knobs = self.knobs[axis].iter().copied();
        knobs.zip(values.map(String::as_str))
    }

    fn read_data(&mut self) -> Result<(), GridError> {
        let axes = self.data_axes.clone();
        if axes.is_empty() {
            return Ok(());
        }
        let lengths: Vec<usize> = axes
            .iter()
            .map(|a| self.grid.axes[*a].values.len())
            .collect();
        let combinations = lengths
            .iter()
            .fold(1, |all: usize, n| all.saturating_mul(*n));
        if combinations > MOST_DATA {
            return Err(GridError::Data { combinations });
        }
        let mut need = 0;
        for number in 0..combinations {
            let places = places_of(number as u64, &lengths);
            let mut given = Given::default();
            for (axis, place) in axes.iter().zip(&places) {
                for (knob, value) in self.values(*axis, *place) {
                    if let Knob::Network(field) = knob
                        && knob.is_of_data()
                    {
                        given.insert(field, value);
                    }
                }
            }
            let mut draft = self.base.clone();
            given.apply(&mut draft).map_err(|error| {
                let whole = (0..self.knobs.len()).map(|axis| {
                    let data = axes.iter().position(|a| *a == axis);
                    data.map_or(0, |at| places[at])
                });
                self.blamed(&whole.collect::<Vec<_>>(), error.message(Written::File))
            })?;
            need += draft.input.bytes();
            let limit = caps().memory;
            if need > limit {
                let [need, limit] = [need, limit].map(size);
                return Err(GridError::DataMemory { need, limit });
            }
            self.data.insert(places, (draft.input, draft.input_dim));
        }
        Ok(())
    }

    /// What tells the data of this grid from others, 0 where none are read from files.
    fn data_hash(&self) -> u64 {
        let mut read: Vec<(Vec<usize>, &Input)> = vec![(Vec::new(), &self.base.input)];
        read.extend(
            self.data
                .iter()
                .map(|(place, (input, _))| (place.clone(), input)),
        );
        read.sort_by(|a, b| a.0.cmp(&b.0));
        let files = read.into_iter().filter_map(|(_, input)| match input {
            Input::Data(_) => Some(input),
            Input::Noise | Input::Digits => None,
        });
        files.fold(0, |hash, input| {
            let rows = input.rows().into_iter().flatten();
            let mut bytes: Vec<u8> = rows.flat_map(|x| x.to_le_bytes()).collect();
            let labels = input.labels().map(|labels| labels.of().to_vec());
            bytes.extend(labels.into_iter().flatten().flat_map(u16::to_le_bytes));
            XxHash64::oneshot(hash, &bytes)
        })
    }

    /// The place of a point on every axis.
    fn places(&self, number: u64) -> Vec<usize> {
        let lengths: Vec<usize> = self
            .grid
            .axes
            .iter()
            .map(|axis| axis.values.len())
            .collect();
        places_of(number, &lengths)
    }

    /// The axes of a point in words: `activation=relu, depth=8`.
    #[must_use]
    pub fn label(&self, number: u64) -> String {
        self.label_of(&self.places(number))
    }

    fn label_of(&self, places: &[usize]) -> String {
        let axes = places.iter().enumerate();
        let words = axes.flat_map(|(axis, place)| {
            let values = self.values(axis, *place);
            values.map(|(knob, value)| format!("{}={value}", knob.name()))
        });
        words.collect::<Vec<String>>().join(", ")
    }

    fn blamed(&self, places: &[usize], why: String) -> GridError {
        let lengths = self.grid.axes.iter().map(|axis| axis.values.len() as u64);
        let number = lengths
            .zip(places)
            .fold(0, |n, (length, place)| n * length + *place as u64);
        GridError::Point {
            number,
            place: self.label_of(places),
            why,
        }
    }

    /// Point `number`.
    ///
    /// # Errors
    /// It cannot be measured: told with its place.
    pub fn point(&self, number: u64) -> Result<Point, GridError> {
        let places = self.places(number);
        let mut state = (self.base.clone(), Recipe::default());
        for (axis, place) in places.iter().enumerate() {
            self.turn(&mut state, axis, *place)
                .map_err(|error| self.blamed(&places, error.message(Written::File)))?;
        }
        self.finished(state, &places)
    }

    /// Sets what an axis changes, but for the data.
    fn turn(
        &self,
        (draft, recipe): &mut (Draft, Recipe),
        axis: usize,
        place: usize,
    ) -> Result<(), SpecError> {
        self.values(axis, place)
            .try_for_each(|(knob, value)| match knob {
                _ if knob.is_of_data() => Ok(()),
                Knob::Network(field) => (field.set)(draft, value),
                Knob::Recipe(field) => field.set(recipe, value),
            })
    }

    /// The point of a draft without its data.
    fn finished(
        &self,
        (mut draft, recipe): (Draft, Recipe),
        places: &[usize],
    ) -> Result<Point, GridError> {
        if !self.data_axes.is_empty() {
            let place: Vec<usize> = self.data_axes.iter().map(|axis| places[*axis]).collect();
            let (input, input_dim) = &self.data[&place];
            draft.input = input.clone();
            let mut knobs = self.knobs.iter().flatten();
            // of its own where an axis says it
            if !knobs.any(|knob| knob.name() == INPUT_DIM.name) {
                draft.input_dim = *input_dim;
            }
        }
        let blamed = |why| self.blamed(places, why);
        let spec = Spec::new(draft).map_err(|error| blamed(error.message(Written::File)))?;
        let plainly = match self.grid.measure {
            Measure::Run => self.grid.keep == Keep::Verdict,
            Measure::Train => true,
            Measure::Check => false,
        };
        if spec.has_stages() && !(plainly && self.grid.split.is_none()) {
            return Err(blamed(
                "of a network with blocks or norms a sweep keeps the verdict; write measure = \"run\", keep = \"verdict\", and no split, or measure = \"train\""
                    .to_owned(),
            ));
        }
        let point = Point { spec, recipe };
        measure::check(&point, self.grid.measure, self.grid.keep).map_err(blamed)?;
        Ok(point)
    }

    /// Looks at every point, on the current thread pool.
    ///
    /// # Errors
    /// The first that cannot be measured.
    pub fn check(&self) -> Result<(), GridError> {
        let chunks = self.count.div_ceil(CHUNK);
        let chunk = |number: u64| self.check_chunk(number * CHUNK, CHUNK);
        let first = (0..chunks)
            .into_par_iter()
            .map(chunk)
            .find_first(Result::is_err);
        first.unwrap_or(Ok(()))
    }

    /// Looks at points in a row, each with what the point before it has on its outer axes.
    fn check_chunk(&self, from: u64, count: u64) -> Result<(), GridError> {
        let axes = self.knobs.len();
        let mut places = self.places(from);
        let mut states = vec![(self.base.clone(), Recipe::default())];
        for _ in from..(from + count).min(self.count) {
            while states.len() <= axes {
                let axis = states.len() - 1;
                let mut state = states[axis].clone();
                self.turn(&mut state, axis, places[axis])
                    .map_err(|error| self.blamed(&places, error.message(Written::File)))?;
                states.push(state);
            }
            self.finished(states[axes].clone(), &places)?;
            // the next place: the last axis is the fastest
            let turned = (0..axes).rev().find(|axis| {
                places[*axis] += 1;
                let over = places[*axis] == self.grid.axes[*axis].values.len();
                if over {
                    places[*axis] = 0;
                }
                !over
            });
            states.truncate(turned.unwrap_or(0) + 1);
        }
        Ok(())
    }
}

/// Where number `number` of a row-major order stands on axes of these lengths.
fn places_of(mut number: u64, lengths: &[usize]) -> Vec<usize> {
    let mut places = vec![0; lengths.len()];
    for (place, length) in places.iter_mut().zip(lengths).rev() {
        *place = (number % *length as u64) as usize;
        number /= *length as u64;
    }
    places
}

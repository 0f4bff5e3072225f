//! The matrices of a network of stages that is trained, and which of them every stage uses.
//!
//! Noise in the stream is no example. In its place the digits pass an *embedding*, a matrix whose entries are `N(0, embed^2 / fan_in)`, so
//! that the stream begins with the mean square that the spec gives it: all pixels of an image, or where tokens see each other its
//! [`ROWS`] rows, a token each, with a vector for every position that is added (`N(0, std^2)` where the spec has one, else 0 before
//! the first step). Rows of data are the stream themselves. Behind the last norm the mean over the tokens goes to the head. Every matrix
//! and bias learns, and a multiplier of a branch that is 0 at the start; norms have no parameters.

use std::ops::Range;

use crate::net::bias::BiasLaw;
use crate::net::block::{Block, Norm};
use crate::net::initializer::WeightLaw;
use crate::net::input::Input;
use crate::net::spec::{Spec, SpecError};
use crate::net::stage::{Middle, Stage};
use crate::net::tape::Linear;
use crate::sim::stages::draw::{LAST, STREAMS};
use crate::train::plan::Shape;

/// Tokens of an image of the digits.
pub const ROWS: usize = 8;

/// Numbers of the matrices that one stage uses.
#[derive(Clone, Debug)]
pub(super) struct Uses {
    /// Those that read its input.
    pub(super) reads: Range<usize>,
    /// The last.
    pub(super) last: Option<usize>,
    /// What multiplies its branch, where that learns: a bias without weights.
    pub(super) alpha: Option<usize>,
}

/// The matrices of a network of stages.
#[derive(Clone, Debug)]
pub(super) struct Staged {
    pub(super) spec: Spec,
    /// The stages that differ.
    pub(super) stages: Vec<Stage>,
    /// What every stage uses.
    uses: Vec<Uses>,
    /// Of every matrix over tokens, the units that it mixes them for.
    mixed: Vec<Option<usize>>,
    /// Whether the input passes an embedding, and positions.
    pub(super) embeds: bool,
    /// The input that each matrix multiplies.
    pub(super) sources: Vec<usize>,
    /// The random stream of each matrix.
    pub(super) streams: Vec<u32>,
    /// The name of each matrix in reports.
    pub(super) names: Vec<String>,
}

/// Matrices as they are found.
#[derive(Default)]
struct List {
    shapes: Vec<Shape>,
    sources: Vec<usize>,
    streams: Vec<u32>,
    names: Vec<String>,
    mixed: Vec<Option<usize>>,
}

impl List {
    /// Adds a matrix, of an input of its own or of that before it; its number.
    fn add(&mut self, linear: &Linear, name: String, stream: usize, beside: bool) -> usize {
        let source = match self.sources.last() {
            None => 0,
            Some(last) => last + usize::from(!beside),
        };
        self.shapes.push(Shape::of(linear));
        self.sources.push(source);
        self.streams.push(stream as u32);
        self.names.push(name);
        self.mixed.push(None);
        self.shapes.len() - 1
    }
}

/// The spec whose network is trained, and what is learned: the digits in place of noise, whose tokens are then as many as an image has
/// rows.
pub(super) fn trained(spec: &Spec) -> Result<(Spec, Input), SpecError> {
    if spec.draft().standardized {
        return Err(SpecError::Structure {
            field: "standardized",
            other: "block",
            problem: "standardized rows are made anew of the weights at every step, which training here does not do"
                .to_owned(),
            suggestion: "no".to_owned(),
        });
    }
    let data = match spec.input() {
        Input::Noise => &Input::Digits,
        data => data,
    };
    if spec.block().is_none() || !matches!(spec.input(), Input::Noise) {
        let spec = spec.with(|draft| {
            if matches!(draft.input, Input::Noise) {
                draft.input_dim = None;
                (draft.embed, draft.position) = (1.0, 0.0);
            }
            draft.input = data.clone();
        })?;
        return Ok((spec, data.clone()));
    }
    let mixes = spec.block().is_some_and(Block::mixes_tokens);
    let spec = spec.with(|draft| {
        if mixes {
            draft.tokens = Some(ROWS);
            draft.batch = draft.batch.next_multiple_of(ROWS);
        } else {
            draft.tokens = None;
            draft.position = 0.0;
        }
    })?;
    Ok((spec, data.clone()))
}

/// Panels of the widest operation that a part works with at once.
const PANELS: u64 = 8;

/// Whether a network of stages has BatchNorm.
pub(super) fn normalizes_batches(spec: &Spec) -> bool {
    let draft = spec.draft();
    let beside = [draft.initial_norm, draft.last_norm, draft.norm];
    let within = draft.block.iter().flat_map(Block::norms);
    within
        .map(Some)
        .chain(beside)
        .any(|norm| norm == Some(Norm::Batch))
}

impl Staged {
    /// Of a spec and the input that it is given, with the matrices and the head last.
    pub(super) fn new(spec: &Spec, data: &Input, head: &Linear) -> (Self, Vec<Shape>) {
        let mut list = List::default();
        let draft = spec.draft();
        let embeds = matches!(spec.input(), Input::Noise);
        let tokens = spec.tokens();
        if embeds {
            let pixels = data.dim().unwrap_or(0) / tokens;
            let linear = |fan_in: usize, std: f64| Linear {
                fan_in,
                fan_out: spec.width(),
                weights: normal(std),
                biases: BiasLaw::Zeros,
            };
            let embedding = linear(pixels, draft.embed / (pixels as f64).sqrt());
            list.add(&embedding, "embedding".to_owned(), 0, false);
            if tokens > 1 {
                let positions = linear(tokens, draft.position);
                list.add(&positions, "positions".to_owned(), 1, false);
            }
        }
        let uses = (1..=spec.layers()).map(|number| list.stage(spec, number));
        let uses = uses.collect();
        list.add(
            head,
            "head".to_owned(),
            (spec.layers() + 1) * STREAMS,
            false,
        );
        let staged = Self {
            stages: (1..=spec.distinct_stages())
                .map(|n| spec.stage(n))
                .collect(),
            uses,
            embeds,
            mixed: list.mixed,
            sources: list.sources,
            streams: list.streams,
            names: list.names,
            spec: spec.clone(),
        };
        (staged, list.shapes)
    }

    /// Stages.
    pub(super) fn layers(&self) -> usize {
        self.uses.len()
    }

    /// The number of stage `1..=layers` among those that differ.
    pub(super) fn like(&self, number: usize) -> usize {
        self.spec.stage_like(number, self.stages.len()) - 1
    }

    /// What stage `1..=layers` computes.
    pub(super) fn stage(&self, number: usize) -> &Stage {
        &self.stages[self.like(number)]
    }

    /// The matrices of stage `1..=layers`.
    pub(super) fn uses(&self, number: usize) -> &Uses {
        &self.uses[number - 1]
    }

    /// Whether examples are normalized together.
    pub(super) fn mixes_examples(&self) -> bool {
        normalizes_batches(&self.spec)
    }

    /// Bytes of what one token takes while the widest stage works.
    pub(super) fn working_bytes(&self) -> u64 {
        let given = self.stages.iter().map(Stage::given_units).max();
        8 * PANELS * given.unwrap_or(0).max(self.spec.width()) as u64
    }

    /// The matrices of section `0..layers + 2`: what stands before the stages, the stages, the head.
    fn section(&self, section: usize) -> Range<usize> {
        let first = self.uses.first().map_or(0, |uses| uses.reads.start);
        match section {
            0 => 0..first,
            n if n > self.layers() => self.sources.len() - 1..self.sources.len(),
            n => {
                let Uses { reads, last, alpha } = self.uses(n);
                reads.start..alpha.or(*last).map_or(reads.end, |last| last + 1)
            }
        }
    }

    /// The units for which this matrix mixes tokens; `None` of one over units.
    pub(super) fn mixed_units(&self, matrix: usize) -> Option<usize> {
        self.mixed[matrix]
    }

    /// Multiplications of every section in one direction for one example: each weight once a token, or once a unit where it is over tokens,
    /// and what is done unit by unit.
    pub(super) fn costs(&self, shapes: &[Shape]) -> Vec<u64> {
        let tokens = self.spec.tokens();
        let each = (0..self.layers() + 2).map(|section| {
            let weights = self.section(section).map(|l| {
                let entries = shapes[l].fan_out * shapes[l].stride;
                self.mixed_units(l)
                    .map_or(entries, |units| entries * units / tokens)
            });
            let units = match section {
                n if (1..=self.layers()).contains(&n) => {
                    self.stage(n).given_units() + self.spec.width()
                }
                _ => self.spec.width(),
            };
            let count = match section {
                n if n > self.layers() => 1,
                _ => tokens,
            };
            (count * (weights.sum::<usize>() + UNIT * units)) as u64
        });
        each.collect()
    }

    /// Bytes that the way of one token leaves beside what its matrices multiply and give.
    pub(super) fn token_bytes(&self) -> u64 {
        let each = (1..=self.layers()).map(|number| {
            let stage = self.stage(number);
            let last = stage.residual.map_or(0, |residual| residual.last.fan_out);
            let entering = stage.matrices().next().map_or(0, |matrix| matrix.fan_in);
            let mixed = match stage.middle {
                // what a matrix over tokens multiplies and gives, forward and back
                Middle::Tokens(units) => 4 * units,
                _ => 0,
            };
            8 * (entering + stage.given_units() + last + mixed) as u64
        });
        each.sum()
    }
}

/// What is done to a unit that a matrix gives takes as long as so many multiplications, about.
const UNIT: usize = 32;

impl List {
    /// Adds the matrices of stage `number`.
    fn stage(&mut self, spec: &Spec, number: usize) -> Uses {
        let stage = spec.stage(number);
        let own = spec.stage_drawn(number);
        let first = self.shapes.len();
        let sub_layer = spec.block().map(|block| {
            let sub_layers = block.sub_layers();
            &sub_layers[(number - 1) % sub_layers.len()]
        });
        let name = |k: usize| match sub_layer {
            None => number.to_string(),
            Some(sub) => format!("{number}.{}", sub.branch.roles()[k].name()),
        };
        for (k, linear) in stage.reads.iter().enumerate() {
            self.add(linear, name(k), own * STREAMS + k, k > 0);
        }
        let reads = first..self.shapes.len();
        let Some(residual) = stage.residual else {
            return Uses {
                reads,
                last: None,
                alpha: None,
            };
        };
        let last = self.add(
            &residual.last,
            name(stage.reads.len()),
            own * STREAMS + LAST,
            false,
        );
        if let Middle::Tokens(units) = stage.middle {
            self.mixed[last] = Some(units);
        }
        let multiplier = Linear {
            fan_in: 0,
            fan_out: 1,
            weights: normal(0.0),
            biases: BiasLaw::Zeros,
        };
        let alpha = (residual.alpha == 0.0)
            .then(|| self.add(&multiplier, format!("{number}.alpha"), 0, false));
        Uses {
            reads,
            last: Some(last),
            alpha,
        }
    }
}

/// `N(0, std^2)`.
fn normal(std: f64) -> WeightLaw {
    match std {
        0.0 => WeightLaw::Constant { value: 0.0 },
        std => WeightLaw::Normal { mean: 0.0, std },
    }
}

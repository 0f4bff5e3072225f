//! What all trainings of a spec and a recipe share, checked.

use std::convert::Infallible;
use std::fmt::{Display, LowerExp};
use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::math::panel::padded;
use crate::net::architecture::{Architecture, PLAIN};
use crate::net::bias::BiasLaw;
use crate::net::initializer::WeightLaw;
use crate::net::input::{Input, Labels};
use crate::net::recipe::{BATCH_SIZE, MAX_DEPTH, MAX_WIDTH, RATE, RUNS, Rate, Recipe, STEPS};
use crate::net::spec::{Spec, caps, size};
use crate::net::tape::{Linear, Section, Tape};
use crate::net::written::number;
use crate::train::staged::{Staged, normalizes_batches, trained};

/// One weight matrix, biases included.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Inputs.
    pub fan_in: usize,
    /// Units.
    pub fan_out: usize,
    /// Distance of two rows in memory: room for `fan_in` weights and the bias, an odd number of cache lines, so that the
    /// rows do not compete for the same places of a cache.
    pub stride: usize,
    /// Law of the weights.
    pub weights: WeightLaw,
    /// Law of the biases.
    pub biases: BiasLaw,
}

impl Shape {
    /// Of a linear operation.
    #[must_use]
    pub fn of(linear: &Linear) -> Self {
        let Linear {
            fan_in,
            fan_out,
            weights,
            biases,
        } = *linear;
        let lines = (fan_in + 1).div_ceil(16);
        Self {
            fan_in,
            fan_out,
            stride: 16 * (lines | 1),
            weights,
            biases,
        }
    }
}

/// A spec and a recipe that fit together.
#[derive(Clone, Debug)]
pub struct Plan {
    spec: Spec,
    recipe: Recipe,
    data: Input,
    labels: Labels,
    body: Body,
    shapes: Vec<Shape>,
}

/// What is below the head, beside the matrices.
#[derive(Clone, Debug)]
pub(super) enum Body {
    /// Operations of plain layers.
    Plain(Tape<Shape>),
    /// Stages.
    Stages(Arc<Staged>),
}

impl Plan {
    /// Checks that the spec can be trained by the recipe. Noise has no classes: in its place the digits are learned, by a network of blocks
    /// through an [embedding](crate::train::staged).
    ///
    /// # Errors
    /// Data without labels; a network or a minibatch that is too large; a number out of range; too much memory.
    pub fn new(spec: &Spec, recipe: &Recipe) -> Result<Self, PlanError> {
        Self::with_architecture(spec, recipe, &PLAIN)
    }

    /// [`new`](Self::new) for a network of this architecture.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_architecture(
        spec: &Spec,
        recipe: &Recipe,
        architecture: &Architecture,
    ) -> Result<Self, PlanError> {
        let (spec, data) = trained(spec)?;
        let Some(labels) = data.labels() else {
            return Err(PlanError::NoLabels {
                input: data.to_string(),
            });
        };
        check(&spec, recipe, &data, labels)?;
        if recipe.batch_size * spec.tokens() < 2 && normalizes_batches(&spec) {
            return Err(PlanError::Alone);
        }
        let labels = recipe
            .classes
            .map_or_else(|| labels.clone(), |classes| labels.merged(classes));
        let (width, classes) = (spec.width(), labels.classes());
        let head = Linear {
            fan_in: width,
            fan_out: classes,
            weights: (spec.effective_initializer()).law(
                spec.framework(),
                width,
                classes,
                spec.gain(),
            ),
            // the preset depends on fan_in alone
            biases: spec.bias_law(2),
        };
        let (body, shapes) = if spec.has_stages() {
            let (staged, shapes) = Staged::new(&spec, &data, &head);
            (Body::Stages(Arc::new(staged)), shapes)
        } else {
            let shape = |section: &Section<Linear>| Ok::<_, Infallible>(Shape::of(&section.linear));
            let Ok(tape) = (architecture.tape)(&spec).try_map(shape);
            let hidden = (1..=tape.depth()).map(|number| tape.section(number).linear);
            let shapes = hidden.chain([Shape::of(&head)]).collect();
            (Body::Plain(tape), shapes)
        };
        let plan = Self {
            spec,
            recipe: recipe.clone(),
            data,
            labels,
            body,
            shapes,
        };
        let need = plan.memory_bytes();
        if need > caps().memory {
            return Err(PlanError::Memory {
                depth: plan.spec.depth(),
                width,
                batch: recipe.batch_size,
                optimizer: recipe.optimizer.name(),
                need: size(need),
                limit: size(caps().memory),
            });
        }
        Ok(plan)
    }

    /// The network that is trained.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// How it is trained.
    #[must_use]
    pub fn recipe(&self) -> &Recipe {
        &self.recipe
    }

    /// The class of every example.
    #[must_use]
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// What is learned: the digits in place of noise.
    #[must_use]
    pub fn data(&self) -> &Input {
        &self.data
    }

    /// Whether what is learned passes an [embedding](crate::train::staged), and the simulation sees noise in its place.
    #[must_use]
    pub fn embeds(&self) -> bool {
        matches!(&self.body, Body::Stages(staged) if staged.embeds)
    }

    /// What is between the matrices.
    pub(super) fn body(&self) -> &Body {
        &self.body
    }

    /// The name of every matrix of a network of stages; `None` in a plain one, whose layers have numbers.
    #[must_use]
    pub fn names(&self) -> Option<&[String]> {
        match &self.body {
            Body::Plain(_) => None,
            Body::Stages(staged) => Some(&staged.names),
        }
    }

    /// The number of the random stream of every matrix.
    pub(super) fn streams(&self) -> Vec<u32> {
        match &self.body {
            Body::Plain(_) => (1..=self.shapes.len() as u32).collect(),
            Body::Stages(staged) => staged.streams.clone(),
        }
    }

    /// The matrices, first layer to head.
    #[must_use]
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Bytes of one network in training: weights and what the optimizer keeps beside them, activations, slopes, gradients, and the
    /// order of the examples.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        let copies = 1 + self.recipe.optimizer.moments();
        let batch = self.recipe.batch_size;
        let lanes = match &self.body {
            Body::Plain(_) => padded(batch),
            Body::Stages(staged) => padded(batch * staged.spec.tokens()),
        };
        let numbers = self.shapes.iter().map(|shape| {
            // x and its transpose of the inputs; slopes and gradients of the outputs
            copies * shape.fan_out * shape.stride + lanes * (2 * shape.stride + 2 * shape.fan_out)
        });
        let stages = match &self.body {
            Body::Plain(_) => 0,
            Body::Stages(staged) => lanes as u64 * (staged.token_bytes() + staged.working_bytes()),
        };
        stages + 4 * (numbers.sum::<usize>() + self.labels.of().len()) as u64
    }

    /// What the parts of a minibatch pass one after the other: matrices in a plain network, else what stands before the stages, the stages,
    /// and the head.
    pub(super) fn sections(&self) -> usize {
        match &self.body {
            Body::Plain(_) => self.shapes.len(),
            Body::Stages(staged) => staged.layers() + 2,
        }
    }

    /// Multiplications of every section in one direction: those of a minibatch in a plain network, whose sections are its matrices, and
    /// those of an example in one of stages.
    pub(super) fn section_costs(&self) -> Vec<u64> {
        match &self.body {
            Body::Plain(_) => self.matrix_costs(),
            Body::Stages(staged) => staged.costs(&self.shapes),
        }
    }

    /// Multiplications of the gradient of every matrix: each weight once an example, or once a token.
    pub(super) fn matrix_costs(&self) -> Vec<u64> {
        let tokens = match &self.body {
            Body::Plain(_) => 1,
            Body::Stages(staged) => staged.spec.tokens(),
        };
        let lanes = self.recipe.batch_size * tokens;
        let weights = self.shapes.iter().map(|shape| shape.fan_out * shape.stride);
        weights.map(|weights| (weights * lanes) as u64).collect()
    }

    /// Multiplications of one step: forward, back and for the gradient.
    #[must_use]
    pub fn step_cost(&self) -> u64 {
        let passes = match &self.body {
            Body::Plain(_) => 2,
            Body::Stages(_) => 2 * self.recipe.batch_size as u64,
        };
        passes * self.section_costs().iter().sum::<u64>() + self.matrix_costs().iter().sum::<u64>()
    }
}

fn check(spec: &Spec, recipe: &Recipe, data: &Input, labels: &Labels) -> Result<(), PlanError> {
    within("width", spec.width(), &(1..=MAX_WIDTH.min(caps().width)))?;
    within("depth", spec.depth(), &(1..=MAX_DEPTH.min(caps().depth)))?;
    let steps = *STEPS.start()..=(*STEPS.end()).min(caps().steps);
    within("steps", recipe.steps, &steps)?;
    within("batch-size", recipe.batch_size, &BATCH_SIZE)?;
    within("runs", recipe.runs, &RUNS)?;
    if let Some(classes) = recipe.classes {
        within("classes", classes, &(2..=labels.classes()))?;
    }
    if let Rate::Fixed(rate) = recipe.rate {
        within("learning-rate", rate, &RATE)?;
    }
    let examples = labels.of().len();
    if recipe.batch_size > examples {
        return Err(PlanError::BatchSize {
            batch_size: recipe.batch_size,
            input: data.to_string(),
            examples,
        });
    }
    Ok(())
}

fn within<T: PartialOrd + Display + LowerExp + Copy>(
    field: &'static str,
    value: T,
    range: &RangeInclusive<T>,
) -> Result<(), PlanError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (low, high) = (range.start(), range.end());
    let nearest = if value > *high { high } else { low };
    Err(PlanError::Range {
        field,
        value: number(value),
        low: number(*low),
        high: number(*high),
        nearest: number(*nearest),
    })
}

/// Why a spec cannot be trained: what is wrong, what is allowed, what to type.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[expect(missing_docs, reason = "the message says what each field is")]
pub enum PlanError {
    /// Data without classes.
    #[error(
        "input `{input}` has no labels, and training needs a class for every row; add --labels last (the last column), or --labels FILE with one label a row"
    )]
    NoLabels { input: String },
    /// A number outside its range.
    #[error(
        "{field} {value} is not allowed: {low} to {high} where networks are trained; try --{field} {nearest}"
    )]
    Range {
        field: &'static str,
        value: String,
        low: String,
        high: String,
        nearest: String,
    },
    /// BatchNorm of one example.
    #[error("BatchNorm takes the mean over two examples at least; try --batch-size 32")]
    Alone,
    /// More examples in a minibatch than there are.
    #[error(
        "a minibatch of {batch_size} is more than the {examples} rows of input `{input}`; try --batch-size {examples}"
    )]
    BatchSize {
        batch_size: usize,
        input: String,
        examples: usize,
    },
    /// More memory than the caps of the process.
    #[error(
        "training a depth of {depth} at {width} units with {optimizer} and minibatches of {batch} needs about {need} of memory, more than the limit of {limit}; try --optimizer sgd, or a smaller --width or --batch-size"
    )]
    Memory {
        depth: usize,
        width: usize,
        batch: usize,
        optimizer: &'static str,
        need: String,
        limit: String,
    },
    /// More memory than the caps for what all trainings leave, with their data and one network.
    #[error(
        "{runs} runs of {steps} steps at {rates} learning rates in all need about {need} of memory, {data} of it for the data, more than the limit of {limit}; {advice}"
    )]
    Results {
        runs: usize,
        steps: usize,
        rates: usize,
        need: String,
        data: String,
        limit: String,
        advice: String,
    },
    /// The network does not fit the digits.
    #[error(transparent)]
    Spec(#[from] crate::net::spec::SpecError),
}

//! Which networks are trained.

use std::fmt;
use std::sync::Arc;

use crate::net::activation::Activation;
use crate::net::initializer::Initializer;
use crate::net::input::Storage;
use crate::net::optimizer::Optimizer;
use crate::net::recipe::{Rate, Recipe};
use crate::net::spec::{Spec, SpecError};
use crate::train::plan::{Plan, PlanError};

/// Activations that are tried beside the base's.
pub const ACTIVATION_LEVELS: &[&str] = &["relu", "tanh", "gelu", "sigmoid", "selu"];
/// Initializers that are tried beside the base's.
pub const INITIALIZER_LEVELS: &[&str] =
    &["he_normal", "glorot_normal", "orthogonal", "random_normal"];
/// Numbers of classes that are tried beside all there are.
const CLASS_LEVELS: &[usize] = &[2, 5];

/// A factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Factor {
    /// Which function every unit applies.
    Activation,
    /// Which law the weights are drawn from.
    Initializer,
    /// Whether the effect of the initializer depends on the activation.
    Interaction,
    /// How gradients change the parameters.
    Optimizer,
    /// How many classes are told apart.
    Classes,
    /// In which format the data were stored.
    Storage,
}

impl Factor {
    /// Every factor.
    pub const ALL: [Self; 6] = [
        Self::Interaction,
        Self::Activation,
        Self::Initializer,
        Self::Optimizer,
        Self::Classes,
        Self::Storage,
    ];

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Activation => "activation",
            Self::Initializer => "initializer",
            Self::Interaction => "activation x initializer",
            Self::Optimizer => "optimizer",
            Self::Classes => "classes",
            Self::Storage => "storage",
        }
    }
}

impl fmt::Display for Factor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One value of a factor, everything else as in the base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Level {
    /// What it is called.
    pub name: String,
    /// Index of its plan.
    pub cell: usize,
}

/// The plans, and which of them are the levels of which factor.
#[derive(Debug)]
pub struct Design {
    plans: Vec<Arc<Plan>>,
    activations: Vec<Level>,
    initializers: Vec<Level>,
    grid: Vec<Vec<usize>>,
    optimizers: Vec<Level>,
    classes: Vec<Level>,
    storages: Vec<Level>,
}

impl Design {
    /// Varies each factor around `base`, trained by `recipe`.
    ///
    /// # Errors
    /// A network that cannot be trained.
    pub fn new(base: &Spec, recipe: &Recipe) -> Result<Self, PlanError> {
        let mut plans = Vec::new();
        let mut add = |spec: &Spec, recipe: &Recipe| -> Result<usize, PlanError> {
            plans.push(Arc::new(Plan::new(spec, recipe)?));
            Ok(plans.len() - 1)
        };
        let framework = base.framework();
        let under = |text: &str| -> Activation {
            text.parse::<Activation>()
                .expect("a test reads every level")
                .under(framework)
        };
        let activations = levels(
            base.activation().clone(),
            ACTIVATION_LEVELS.iter().map(|t| under(t)),
        );
        let initializers: Vec<Option<Initializer>> = levels(
            base.initializer()
                .cloned()
                .map_or(Weights(None), |i| Weights(Some(i))),
            INITIALIZER_LEVELS
                .iter()
                .map(|text| Weights(Some(text.parse().expect("a test reads every level")))),
        )
        .into_iter()
        .map(|weights| weights.0)
        .collect();
        let mut grid = Vec::new();
        for activation in &activations {
            let mut row = Vec::new();
            for initializer in &initializers {
                let spec = base.with(|draft| {
                    draft.activation = activation.clone();
                    draft.initializer.clone_from(initializer);
                })?;
                row.push(add(&spec, recipe)?);
            }
            grid.push(row);
        }
        // the base is the first level of either factor
        let center = grid[0][0];
        let of_base = |name: String| Level { name, cell: center };
        let mut optimizers = vec![of_base(recipe.optimizer.name().to_owned())];
        for optimizer in Optimizer::ALL {
            if optimizer != recipe.optimizer {
                let other = Recipe {
                    optimizer,
                    rate: match recipe.rate {
                        Rate::Sweep => Rate::Sweep,
                        Rate::Default | Rate::Fixed(_) => Rate::Default,
                    },
                    ..recipe.clone()
                };
                optimizers.push(Level {
                    name: optimizer.name().to_owned(),
                    cell: add(base, &other)?,
                });
            }
        }
        let plan = Plan::new(base, recipe)?;
        let most = plan.labels().classes();
        let mut classes = vec![of_base(most.to_string())];
        for &fewer in CLASS_LEVELS.iter().filter(|fewer| **fewer < most) {
            let other = Recipe {
                classes: Some(fewer),
                ..recipe.clone()
            };
            classes.push(Level {
                name: fewer.to_string(),
                cell: add(base, &other)?,
            });
        }
        let mut storages = Vec::new();
        // data that pass an embedding are noise to what is measured before step 1, whatever holds them
        let held = match plan.embeds() {
            true => &Storage::ALL[..0],
            false => &Storage::ALL[..],
        };
        for storage in held {
            let input = plan.spec().input().through(*storage);
            let Some(input) = input.map_err(SpecError::from)? else {
                continue;
            };
            let spec = plan.spec().with(|draft| draft.input = input)?;
            storages.push(Level {
                name: storage.name().to_owned(),
                cell: add(&spec, recipe)?,
            });
        }
        Ok(Self {
            activations: named(&activations, |a| grid[index(&activations, a)][0]),
            initializers: initializers
                .iter()
                .zip(&grid[0])
                .map(|(initializer, cell)| Level {
                    name: match initializer {
                        Some(initializer) => initializer.in_full(framework),
                        None => "default".to_owned(),
                    },
                    cell: *cell,
                })
                .collect(),
            plans,
            grid,
            optimizers,
            classes,
            storages,
        })
    }

    /// What is trained.
    #[must_use]
    pub fn plans(&self) -> &[Arc<Plan>] {
        &self.plans
    }

    /// The base.
    #[must_use]
    pub fn base(&self) -> &Arc<Plan> {
        &self.plans[self.grid[0][0]]
    }

    /// The cells of every activation (rows) with every initializer (columns).
    #[must_use]
    pub fn grid(&self) -> &[Vec<usize>] {
        &self.grid
    }

    /// The levels of a factor, the base's first (storage: the formats); those of the interaction are the activations.
    #[must_use]
    pub fn levels(&self, kind: Factor) -> &[Level] {
        match kind {
            Factor::Activation | Factor::Interaction => &self.activations,
            Factor::Initializer => &self.initializers,
            Factor::Optimizer => &self.optimizers,
            Factor::Classes => &self.classes,
            Factor::Storage => &self.storages,
        }
    }
}

/// An initializer, or the framework's default layer.
#[derive(Clone, PartialEq)]
struct Weights(Option<Initializer>);

/// The base's level, and the others that differ from it.
fn levels<T: PartialEq>(base: T, others: impl Iterator<Item = T>) -> Vec<T> {
    let mut levels = vec![base];
    for level in others {
        if !levels.contains(&level) {
            levels.push(level);
        }
    }
    levels
}

fn index(activations: &[Activation], one: &Activation) -> usize {
    activations
        .iter()
        .position(|other| other == one)
        .expect("one of them")
}

fn named(activations: &[Activation], cell: impl Fn(&Activation) -> usize) -> Vec<Level> {
    activations
        .iter()
        .map(|activation| Level {
            name: activation.in_full().to_owned(),
            cell: cell(activation),
        })
        .collect()
}

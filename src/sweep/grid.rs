//! What is swept, what is measured at every point, and what of it is kept.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use twox_hash::XxHash64;

use crate::net::recipe::Recipe;
use crate::net::spec::field::{INPUT, LABELS, SCALE};
use crate::net::spec::{Draft, FIELDS, Field, SpecError};
use crate::sweep::recipe_field::{RECIPE_FIELDS, RecipeField};

/// The version of a grid as it is kept in files.
pub const SCHEMA: u32 = 1;

/// Points of a grid at most.
pub const MOST_POINTS: u64 = 10_000_000;

/// What is done at every point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Draws, as `initscope run` makes them.
    #[default]
    Run,
    /// The same, and ensembles of other depths: how deep such a network may be, as `initscope check` measures it.
    Check,
    /// Trainings, as `initscope train` makes them.
    Train,
}

/// What is kept of a point: what one row of the table is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// A point: verdict and rates.
    #[default]
    Verdict,
    /// A layer of a point: its statistics over draws.
    Layers,
    /// The same of the first and the last layer.
    Ends,
    /// A layer of one draw: its own numbers.
    Draws,
    /// A learning rate of a point: how its runs ended.
    Outcome,
    /// One run at one learning rate.
    Runs,
    /// One step of one run.
    Steps,
}

impl Measure {
    /// The words of a grid.
    pub const NAMES: [(&'static str, Self); 3] = [
        ("run", Self::Run),
        ("check", Self::Check),
        ("train", Self::Train),
    ];

    /// What can be kept of it, by its word; the first is the usual one.
    #[must_use]
    pub fn keeps(self) -> &'static [(&'static str, Keep)] {
        match self {
            Self::Run => &[
                ("verdict", Keep::Verdict),
                ("layers", Keep::Layers),
                ("ends", Keep::Ends),
                ("draws", Keep::Draws),
            ],
            Self::Check => &[("verdict", Keep::Verdict)],
            Self::Train => &[
                ("outcome", Keep::Outcome),
                ("runs", Keep::Runs),
                ("steps", Keep::Steps),
            ],
        }
    }

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let named = Self::NAMES.iter().find(|(_, measure)| *measure == self);
        named.map_or("", |(name, _)| *name)
    }
}

impl Keep {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        let all = Measure::NAMES.iter().flat_map(|(_, m)| m.keeps());
        let named = all.into_iter().find(|(_, keep)| *keep == self);
        named.map_or("", |(name, _)| *name)
    }
}

/// One thing that an axis changes.
#[derive(Clone, Copy, Debug)]
pub enum Knob {
    /// A field of the network.
    Network(&'static Field),
    /// A field of the recipe of a training.
    Recipe(&'static RecipeField),
}

impl Knob {
    /// Everything that a measurement has.
    pub fn all(measure: Measure) -> impl Iterator<Item = Self> {
        let recipe = RECIPE_FIELDS
            .iter()
            .filter(move |_| measure == Measure::Train);
        FIELDS
            .iter()
            .map(Self::Network)
            .chain(recipe.map(Self::Recipe))
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str, measure: Measure) -> Option<Self> {
        let network = Field::named(name).map(Self::Network);
        network.or_else(|| Self::all(measure).find(|knob| knob.name() == name))
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Network(field) => field.name,
            Self::Recipe(field) => field.name,
        }
    }

    /// Whether it says which data are read.
    #[must_use]
    pub fn is_of_data(self) -> bool {
        matches!(self, Self::Network(field) if [INPUT, LABELS, SCALE].contains(field))
    }

    /// The value as it would be written after it was read; files are not looked at.
    ///
    /// # Errors
    /// Says what is allowed and what to type.
    pub fn normal(self, text: &str) -> Result<String, SpecError> {
        let said = |value: Option<String>| value.unwrap_or_else(|| text.to_owned());
        match self {
            Self::Network(field) if self.is_of_data() => {
                field.check(text)?;
                Ok(text.to_owned())
            }
            Self::Network(field) if field.is_relative(text) => Ok(text.to_owned()),
            Self::Network(field) => {
                static USUAL: LazyLock<Draft> = LazyLock::new(Draft::default);
                let mut draft = USUAL.clone();
                (field.set)(&mut draft, text)?;
                Ok(said((field.get)(&draft)))
            }
            Self::Recipe(field) => {
                let mut recipe = Recipe::default();
                field.set(&mut recipe, text)?;
                Ok((field.get)(&recipe))
            }
        }
    }
}

/// One axis: what it changes, and its values. Several fields of one axis change together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Axis {
    /// Names of fields.
    pub fields: Vec<String>,
    /// For each place on the axis a value of each field, as typed.
    pub values: Vec<Vec<String>>,
}

/// A grid: all that the numbers of its table depend on, but for version, instruction set and data files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// [`SCHEMA`].
    pub schema: u32,
    /// What no axis changes: a network as text.
    pub network: String,
    /// What is done at every point.
    pub measure: Measure,
    /// What is kept of it.
    pub keep: Keep,
    /// Draws of a unit of work, where a point is more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<u64>,
    /// The first varies slowest.
    pub axes: Vec<Axis>,
}

impl Grid {
    /// Points; `None` where they are more than a number holds.
    #[must_use]
    pub fn len(&self) -> Option<u64> {
        let mut lengths = self.axes.iter().map(|axis| axis.values.len() as u64);
        lengths.try_fold(1, u64::checked_mul)
    }

    /// Whether it has no points; no grid that was read has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// The grid in one line, from which it can be read again.
    #[must_use]
    pub fn document(&self) -> String {
        serde_json::to_string(self).expect("texts and whole numbers")
    }

    /// The 64-bit xxHash of [`document`](Self::document) and of the data that it names, in 16 digits: what tells one grid from another.
    #[must_use]
    pub fn hash(&self, data: u64) -> String {
        let own = XxHash64::oneshot(data, self.document().as_bytes());
        format!("{own:016x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_of_a_network_can_be_swept_and_those_of_a_recipe_with_a_training() {
        for field in &FIELDS {
            let knob = Knob::named(field.name, Measure::Run).expect("a field");
            assert_eq!(knob.name(), field.name);
            if !knob.is_of_data() {
                assert!(knob.normal(field.example).is_ok(), "{}", field.name);
            }
        }
        assert!(Knob::named("learning_rate", Measure::Run).is_none());
        assert!(Knob::named("learning_rate", Measure::Train).is_some());
    }

    #[test]
    fn what_is_kept_belongs_to_one_way_to_measure_and_has_a_name() {
        for (name, measure) in Measure::NAMES {
            assert_eq!(measure.name(), name);
            assert!(!measure.keeps().is_empty());
        }
    }

    #[test]
    fn a_grid_is_known_by_its_hash() {
        let mut grid = Grid {
            schema: SCHEMA,
            network: "relu/he_normal 8x4".into(),
            measure: Measure::Run,
            keep: Keep::Verdict,
            split: None,
            axes: vec![Axis {
                fields: vec!["depth".into()],
                values: vec![vec!["4".into()], vec!["8".into()]],
            }],
        };
        let hash = grid.hash(0);
        assert_eq!(hash.len(), 16);
        assert_eq!(
            serde_json::from_str::<Grid>(&grid.document()).ok(),
            Some(grid.clone())
        );
        grid.axes[0].values[1][0] = "9".into();
        assert_ne!(grid.hash(0), hash);
        assert_eq!(grid.len(), Some(2));
    }
}

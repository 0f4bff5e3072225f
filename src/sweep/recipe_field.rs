//! What of a training can be swept: the fields of a [`Recipe`], a row each.

use crate::net::input::MAX_CLASSES;
use crate::net::optimizer::Optimizer;
use crate::net::recipe::{Rate, Recipe};
use crate::net::spec::SpecError;
use crate::net::written::{number, value};

/// One field of a recipe.
#[derive(Debug)]
pub struct RecipeField {
    /// Its name in a grid and in a table; the flag of `initscope train` is written with dashes.
    pub name: &'static str,
    /// What is allowed, in words.
    pub allowed: &'static str,
    /// A value that is allowed.
    pub example: &'static str,
    /// The value as it is typed.
    pub get: fn(&Recipe) -> String,
    /// Reads a value; `None` where it is none.
    set: fn(&mut Recipe, &str) -> Option<()>,
}

/// Every field of a recipe.
pub static RECIPE_FIELDS: [RecipeField; 6] = [
    RecipeField {
        name: "optimizer",
        allowed: "an optimizer: sgd, momentum or adam",
        example: "sgd",
        get: |recipe| recipe.optimizer.name().to_owned(),
        set: |recipe, text| {
            recipe.optimizer = text.parse::<Optimizer>().ok()?;
            Some(())
        },
    },
    RecipeField {
        name: "learning_rate",
        allowed: "a learning rate from 1e-9 to 1000, `default` (the optimizer's) or `sweep` (each of the optimizer's six)",
        example: "0.1",
        get: |recipe| match recipe.rate {
            Rate::Default => "default".into(),
            Rate::Fixed(rate) => number(rate),
            Rate::Sweep => "sweep".into(),
        },
        set: |recipe, text| {
            recipe.rate = match text {
                "default" => Rate::Default,
                "sweep" => Rate::Sweep,
                _ => Rate::Fixed(value(text)?),
            };
            Some(())
        },
    },
    RecipeField {
        name: "steps",
        allowed: "a whole number from 1 to 100000",
        example: "300",
        get: |recipe| recipe.steps.to_string(),
        set: |recipe, text| {
            recipe.steps = value(text)?;
            Some(())
        },
    },
    RecipeField {
        name: "batch_size",
        allowed: "a whole number from 1 to 1024",
        example: "64",
        get: |recipe| recipe.batch_size.to_string(),
        set: |recipe, text| {
            recipe.batch_size = value(text)?;
            Some(())
        },
    },
    RecipeField {
        name: "runs",
        allowed: "a whole number from 1 to 1000",
        example: "8",
        get: |recipe| recipe.runs.to_string(),
        set: |recipe, text| {
            recipe.runs = value(text)?;
            Some(())
        },
    },
    RecipeField {
        name: "classes",
        allowed: "a whole number from 2 to the classes of the data, or `all`",
        example: "2",
        get: |recipe| recipe.classes.map_or("all".into(), |n| n.to_string()),
        set: |recipe, text| {
            let classes = || value(text).filter(|n| (2..=MAX_CLASSES).contains(n));
            recipe.classes = match text {
                "all" => None,
                _ => Some(classes()?),
            };
            Some(())
        },
    },
];

impl RecipeField {
    /// Reads a value into a recipe; ranges are checked with the network.
    ///
    /// # Errors
    /// Says what is allowed and what to type.
    pub fn set(&self, recipe: &mut Recipe, text: &str) -> Result<(), SpecError> {
        (self.set)(recipe, text).ok_or_else(|| SpecError::Value {
            field: self.name,
            given: text.to_owned(),
            allowed: self.allowed,
            example: self.example,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_a_value_and_comes_back() {
        for field in &RECIPE_FIELDS {
            let mut recipe = Recipe::default();
            assert_eq!(field.set(&mut recipe, field.example), Ok(()));
            assert_eq!((field.get)(&recipe), field.example, "{}", field.name);
            let usual = (field.get)(&Recipe::default());
            assert_eq!(field.set(&mut recipe, &usual), Ok(()));
            assert!(field.set(&mut recipe, "x").is_err());
        }
    }
}

//! The fields of a spec, a row each: what everything that reads, writes or lists a spec goes through.

mod structure;
mod table;

pub use structure::*;
pub use table::*;

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::sync::LazyLock;

use super::{Draft, FieldStep, Spec, SpecError};
use crate::net::block::Place;
use crate::net::input::{Input, Scale};
use crate::net::name::same;
use crate::net::written::value;

/// One field of a spec.
#[derive(Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its name in the text form, in files and in messages; the flag of the command line is written with dashes.
    pub name: &'static str,
    /// The letter of its flag.
    pub short: Option<char>,
    /// What stands for a value in the help.
    pub placeholder: &'static str,
    /// What it is, what is allowed and what it is by default, in one line without full stop.
    pub about: &'static str,
    /// A value that is allowed.
    pub example: &'static str,
    /// Values that have a name.
    pub names: fn() -> Vec<&'static str>,
    /// Whether the text form has a place for it before all keys.
    pub head: bool,
    /// Whether it says how weights and biases are drawn.
    pub draws_weights: bool,
    /// The value as it is typed; `None` where nothing needs to be.
    pub get: fn(&Draft) -> Option<String>,
    /// [`in_force`](Self::in_force) where that is not what [`get`](Self::get) says.
    pub resolved: Option<fn(&Spec) -> Option<String>>,
    /// Reads a value.
    pub set: fn(&mut Draft, &str) -> Result<(), SpecError>,
    /// How a key changes it; `None` where none does.
    pub step: Option<FieldStep>,
}

impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Field {}

impl Hash for Field {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Field {
    /// The field of this name, in any spelling of it.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        FIELDS.iter().find(|field| same(field.name, name))
    }

    /// Its value in a spec as it is typed; a data file with its scale.
    #[must_use]
    pub fn typed(&self, spec: &Spec) -> String {
        if *self == INPUT {
            spec.input().typed()
        } else {
            (self.get)(spec.draft()).unwrap_or_default()
        }
    }

    /// The value that is in force, as it would be typed; `None` where there is nothing of the kind.
    #[must_use]
    pub fn in_force(&self, spec: &Spec) -> Option<String> {
        match self.resolved {
            Some(resolved) => resolved(spec),
            None => (self.get)(spec.draft()),
        }
    }

    /// Its flag without the dashes before it: `input-dim`.
    #[must_use]
    pub fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Whether the value is a file, or may be one.
    #[must_use]
    pub fn is_file(&self) -> bool {
        [INPUT, LABELS].contains(self)
    }

    /// Whether this text changes what is there, so that it is no value by itself: a block's norms alone.
    #[must_use]
    pub fn is_relative(&self, text: &str) -> bool {
        *self == BLOCK && Place::alone(text).is_some()
    }

    /// Whether this text can be a value; files are not looked at.
    ///
    /// # Errors
    /// Says what is allowed and what to type.
    pub fn check(&self, text: &str) -> Result<(), SpecError> {
        if self.is_file() || self.is_relative(text) {
            Ok(())
        } else if *self == SCALE {
            text.parse::<Scale>().map(|_| ()).map_err(SpecError::from)
        } else {
            (self.set)(&mut Draft::default(), text)
        }
    }

    /// The value as it is typed, where it is not the default.
    fn change(&self, draft: &Draft) -> Option<String> {
        let defaults = &*DEFAULTS;
        let value = (self.get)(draft)?;
        (defaults.get(self.name) != Some(&value)).then_some(value)
    }
}

static DEFAULTS: LazyLock<BTreeMap<&'static str, String>> = LazyLock::new(|| {
    let draft = Draft::default();
    let values = FIELDS
        .iter()
        .map(|field| Some((field.name, (field.get)(&draft)?)));
    values.flatten().collect()
});

/// Reads a number, or says what is allowed.
pub(super) fn parsed<T: FromStr>(
    field: &'static str,
    text: &str,
    allowed: &'static str,
    example: &'static str,
) -> Result<T, SpecError> {
    value(text).ok_or_else(|| SpecError::Value {
        field,
        given: text.to_owned(),
        allowed,
        example,
    })
}

impl Draft {
    /// What differs from the default beyond the head of the text form: `(field, value)` in the order of the table.
    pub(super) fn changes(&self) -> impl Iterator<Item = (&'static Field, String)> {
        let keys = FIELDS.iter().filter(|field| !field.head);
        keys.filter_map(|field| Some((field, field.change(self)?)))
    }
}

/// Fields with the values that somebody typed, each field once at most.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given(pub(super) BTreeMap<&'static str, String>);

impl Given {
    /// What was typed for the field of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Gives a field a value; returns whether it had none.
    pub fn insert(&mut self, field: &'static Field, text: impl Into<String>) -> bool {
        self.0.insert(field.name, text.into()).is_none()
    }

    /// These, and where they say nothing, those; labels, scale and dimension belong to their input.
    #[must_use]
    pub fn over(mut self, other: &Self) -> Self {
        let own_input = self.get(INPUT.name).is_some();
        for (name, text) in &other.0 {
            if !(own_input
                && [LABELS, SCALE, INPUT_DIM]
                    .iter()
                    .any(|field| field.name == *name))
            {
                self.0.entry(name).or_insert_with(|| text.clone());
            }
        }
        self
    }

    /// Reads the values into a draft, files last.
    ///
    /// # Errors
    /// The first value that is none of its field, or a file that cannot be read.
    pub fn apply(&self, draft: &mut Draft) -> Result<(), SpecError> {
        let of_data = |field: &&Field| [INPUT, LABELS, SCALE, INPUT_DIM].contains(field);
        let (data, others): (Vec<&Field>, Vec<&Field>) = FIELDS.iter().partition(of_data);
        let mut set = |field: &Field| match self.get(field.name) {
            Some(text) => (field.set)(draft, text),
            None => Ok(()),
        };
        others.into_iter().try_for_each(&mut set)?;
        let Some(input) = self.get(INPUT.name) else {
            return data.into_iter().try_for_each(set);
        };
        // a file is read once, with all that is said of it
        let scale = self.get(SCALE.name).map(str::parse).transpose()?;
        draft.input = Input::read(input, self.get(LABELS.name), scale)?;
        draft.input_dim = None;
        match self.get(INPUT_DIM.name) {
            Some(text) => (INPUT_DIM.set)(draft, text),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BATCH, DEPTH, Draws, WIDTH};
    use super::*;

    #[test]
    fn every_example_is_a_value_and_comes_back() {
        for field in &FIELDS {
            assert_eq!(field.check(field.example), Ok(()), "{}", field.name);
            assert_eq!(Field::named(field.name), Some(field));
            if [ARCH, LABELS, SCALE].contains(field) {
                continue;
            }
            let mut draft = Draft::default();
            (field.set)(&mut draft, field.example).expect(field.name);
            assert_eq!((field.get)(&draft).as_deref(), Some(field.example));
        }
    }

    #[test]
    fn ranges_in_words_are_those_that_are_checked() {
        for (name, range) in [("width", WIDTH), ("depth", DEPTH), ("batch", BATCH)] {
            let field = Field::named(name).expect("in the table");
            let (low, high) = (range.start(), range.end());
            assert!(field.about.contains(&format!("{low} to {high}")), "{name}");
            let why = field.check("x").expect_err("no number").to_string();
            assert!(why.contains(&format!("from {low} to {high}")), "{why}");
        }
    }

    #[test]
    fn what_is_given_goes_over_what_was_there_with_its_input() {
        let given = |pairs: &[(&str, &str)]| {
            let mut given = Given::default();
            for (name, text) in pairs {
                assert!(given.insert(Field::named(name).expect("a field"), *text));
            }
            given
        };
        let file = given(&[("width", "8"), ("input_dim", "3"), ("seed", "2")]);
        let typed = given(&[("input", "digits"), ("seed", "5"), ("draws", "7")]);
        let mut draft = Draft::default();
        let both = typed.over(&file);
        assert_eq!(both.get("input_dim"), None);
        both.apply(&mut draft).expect("allowed");
        assert_eq!((draft.width, draft.seed), (8, 5));
        assert_eq!(draft.draws, Draws::Exactly(7));
        assert_eq!(draft.input, Input::Digits);
    }
}

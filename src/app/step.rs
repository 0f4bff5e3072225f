//! One step of one parameter: the next row of its table, the next rung of its ladder, or why there is none.

use std::sync::Arc;

use crate::app::action::Direction;
use crate::net::foreign::shown;
use crate::net::input::{Data, Input, Scale};
use crate::net::spec::{Draft, FIELDS, Field, Given, Spec, SpecError, field};
use crate::net::written::Written;

/// The spec after one step; `user` is the data that the program was started with.
///
/// # Errors
/// Says at which end the parameter already is, or that memory is.
pub fn step(
    spec: &Spec,
    user: Option<&Arc<Data>>,
    parameter: &'static Field,
    direction: Direction,
) -> Result<Spec, String> {
    let next = spec.stepped(parameter, user, direction);
    if next == *spec {
        Err(format!(
            "{}: {}",
            parameter.name,
            parameter.stuck(spec, direction)
        ))
    } else {
        Ok(next)
    }
}

/// Why a parameter cannot have the value that was typed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// No value of the field, out of range, or too much memory.
    #[error("{}", .0.message(Written::Palette))]
    Spec(#[from] SpecError),
    /// No input.
    #[error(
        "input: `{}` is not here; there are noise, digits, and a file that the program was started with",
        shown(.0)
    )]
    Input(String),
}

impl Fault {
    /// Where in the text it went wrong, in characters from 1; `None` where the whole of it is meant.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Spec(SpecError::Activation(error)) => error.column(),
            _ => None,
        }
    }
}

/// The spec with a parameter as typed, the way [`Field::typed`] writes it; `user` is the data that the program was started with.
///
/// # Errors
/// The text is no value of that parameter, or none that can be computed.
pub fn set(
    spec: &Spec,
    user: Option<&Arc<Data>>,
    parameter: &'static Field,
    text: &str,
) -> Result<Spec, Fault> {
    let mut draft = spec.draft().clone();
    put(&mut draft, user, parameter, text)?;
    Ok(Spec::new(draft)?)
}

fn put(
    draft: &mut Draft,
    user: Option<&Arc<Data>>,
    parameter: &'static Field,
    text: &str,
) -> Result<(), Fault> {
    if *parameter == field::INPUT {
        draft.input = match (text, user) {
            ("noise", _) => Input::Noise,
            ("digits", _) => Input::Digits,
            (name, user) => scaled(name, user)?,
        };
        draft.input_dim = None;
    } else {
        (parameter.set)(draft, text)?;
    }
    Ok(())
}

/// A spec of these values over a draft; `user` is the data that the program was started with, and no file is read.
///
/// # Errors
/// A text is no value of its parameter, or they cannot be computed together.
pub fn build(mut draft: Draft, given: &Given, user: Option<&Arc<Data>>) -> Result<Spec, Fault> {
    let input = given.get(field::INPUT.name);
    let own = input.filter(|name| !["noise", "digits"].contains(name));
    for parameter in &FIELDS {
        let Some(text) = given.get(parameter.name) else {
            continue;
        };
        match own {
            // the labels of data do not change
            Some(_) if *parameter == field::LABELS || *parameter == field::SCALE => {}
            Some(name) if *parameter == field::INPUT => {
                let scale = given.get(field::SCALE.name);
                let text = match scale {
                    Some(scale) => format!("{name} scale={scale}"),
                    None => name.to_owned(),
                };
                put(&mut draft, user, parameter, &text)?;
            }
            _ => put(&mut draft, user, parameter, text)?,
        }
    }
    Ok(Spec::new(draft)?)
}

/// The user's data by their name, with a scale behind it where they are not standardised together: `x.csv scale=none`.
fn scaled(text: &str, user: Option<&Arc<Data>>) -> Result<Input, Fault> {
    let found = user.and_then(|data| {
        let mut scales = Scale::NAMES.iter().map(|(_, scale)| *scale);
        let named = |scale: &Scale| {
            text == data.scaled_name(*scale) || *scale == Scale::All && text == data.name
        };
        Some((data, scales.find(named)?))
    });
    let (data, scale) = found.ok_or_else(|| Fault::Input(text.into()))?;
    let input = Input::Data(Arc::clone(data)).rescaled(scale);
    input.map_err(|error| SpecError::from(error).into())
}

/// The user's own data, where a spec sees it.
#[must_use]
pub fn data_of(spec: &Spec) -> Option<&Arc<Data>> {
    match spec.input() {
        Input::Data(data) => Some(data),
        Input::Noise | Input::Digits => None,
    }
}

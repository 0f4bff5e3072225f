//! From arguments to a [`Spec`].

use clap::CommandFactory;

use crate::cli::arguments::{Arguments, NetworkArguments};
use crate::cli::error::CliError;
use crate::cli::run::reading;
use crate::net::family;
use crate::net::spec::{Draft, FIELDS, Field, Given, Spec, SpecError};
use crate::net::written::Written;

impl NetworkArguments {
    /// These, and where they say nothing, those; a text stands for all of those.
    pub(crate) fn over(self, other: &Self) -> Self {
        if !self.text.is_empty() {
            return self;
        }
        Self {
            text: other.text.clone(),
            given: self.given.over(&other.given),
        }
    }

    /// The network asked for: the text form first, flags over it, checked as a whole.
    pub(crate) fn spec(&self) -> Result<Spec, CliError> {
        self.spec_over(None)
    }

    /// The network asked for where a text stands for one that is not typed.
    pub(crate) fn spec_over(&self, text: Option<&str>) -> Result<Spec, CliError> {
        let mut words = self.text.iter().flat_map(|text| text.split_whitespace());
        let in_text = || words.find_map(|word| word.strip_prefix("input="));
        let _reading = self.given.get("input").or_else(in_text).map(reading);
        let mut draft = match text {
            Some(text) => text.parse::<Spec>()?.draft().clone(),
            None => self.text_draft()?,
        };
        self.given.apply(&mut draft)?;
        Ok(Spec::new(draft)?)
    }

    /// Refuses flags that name weights or biases, where every framework's own are compared.
    pub(crate) fn names_no_weights(&self) -> Result<(), CliError> {
        let mut weights = FIELDS.iter().filter(|field| field.draws_weights);
        match weights.find(|field| self.given.get(field.name).is_some()) {
            Some(field) => Err(CliError::NotADefault {
                flag: Written::Flag.name(field.name),
            }),
            None => Ok(()),
        }
    }

    fn text_draft(&self) -> Result<Draft, CliError> {
        match &self.text[..] {
            [] => Ok(Draft::default()),
            [word, ..] if is_command(word) => Err(CliError::CommandNotFirst {
                command: word.clone(),
            }),
            words => {
                let given = Self::text_given(words)?;
                let mut draft = Draft::default();
                given.apply(&mut draft)?;
                Ok(draft)
            }
        }
    }

    /// What the text says, whole or not.
    fn text_given(words: &[String]) -> Result<Given, CliError> {
        let text = words.join(" ");
        Given::part(&text).map_err(|error| match (family::foreign_in(&text), words) {
            (Some(foreign), _) => SpecError::Family(foreign).into(),
            (None, [word]) if !word.contains(['/', ' ', '=']) => unknown_command(word),
            (None, _) => error.into(),
        })
    }

    /// The same with what the text says among what the flags say, which win.
    pub(crate) fn flattened(self) -> Result<Self, CliError> {
        let of_text = Self::text_given(&self.text)?;
        Ok(Self {
            text: Vec::new(),
            given: self.given.over(&of_text),
        })
    }

    /// Whether nothing is said of the network.
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty() && self.given.is_empty()
    }

    /// Whether text or flags say one of these fields; a text that cannot be read says none.
    pub(crate) fn says(&self, fields: &[&Field]) -> bool {
        let text = Given::part(&self.text.join(" ")).unwrap_or_default();
        let said = |field: &&Field| {
            let of = |given: &Given| given.get(field.name).is_some();
            of(&self.given) || of(&text)
        };
        fields.iter().any(said)
    }
}

fn command_names() -> Vec<String> {
    let arguments = Arguments::command();
    arguments
        .get_subcommands()
        .map(|command| command.get_name().to_owned())
        .collect()
}

fn is_command(word: &str) -> bool {
    command_names().iter().any(|name| name == word)
}

/// A single word without a slash is no network; most likely it was meant as a command.
fn unknown_command(word: &str) -> CliError {
    let names = command_names();
    let nearest = names
        .iter()
        .map(|name| (strsim::jaro_winkler(word, name), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.clone());
    CliError::UnknownCommand {
        word: word.to_owned(),
        nearest,
        commands: names.join(", "),
    }
}

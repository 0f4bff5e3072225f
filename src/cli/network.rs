//! From arguments to a [`Spec`].

use clap::CommandFactory;

use crate::cli::arguments::{Arguments, NetworkArguments};
use crate::cli::error::CliError;
use crate::cli::run::reading;
use crate::cli::values::Weights;
use crate::net::family;
use crate::net::input::Input;
use crate::net::spec::{Draft, Spec, SpecError};

impl NetworkArguments {
    /// These, and where they say nothing, those; a text stands for all of those.
    pub(crate) fn over(self, other: &Self) -> Self {
        if !self.text.is_empty() {
            return self;
        }
        // labels, scale and dimension belong to their input
        let data = if self.input.is_some() { &self } else { other };
        Self {
            text: other.text.clone(),
            labels: self.labels.clone().or_else(|| data.labels.clone()),
            scale: self.scale.or(data.scale),
            input_dim: self.input_dim.or(data.input_dim),
            input: data.input.clone(),
            activation: self.activation.or_else(|| other.activation.clone()),
            initializer: self.initializer.or_else(|| other.initializer.clone()),
            framework: self.framework.or(other.framework),
            gain: self.gain.or(other.gain),
            bias: self.bias.or(other.bias),
            width: self.width.or(other.width),
            depth: self.depth.or(other.depth),
            batch: self.batch.or(other.batch),
            seed: self.seed.or(other.seed),
            draws: self.draws.or(other.draws),
            engine: self.engine.or(other.engine),
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
        let _reading = self.input.as_deref().or_else(in_text).map(reading);
        let mut draft = match text {
            Some(text) => text.parse::<Spec>()?.draft().clone(),
            None => self.text_draft()?,
        };
        if let Some(activation) = &self.activation {
            draft.activation = activation.clone();
        }
        if let Some(Weights(initializer)) = &self.initializer {
            draft.initializer = initializer.clone();
        }
        if let Some(input) = &self.input {
            draft.input = Input::read(input, self.labels.as_deref(), self.scale)?;
            // The text's dimension belongs to the text's input.
            draft.input_dim = None;
        } else if let Some(labels) = &self.labels {
            let scale = self.scale.or(draft.input.scale());
            draft.input = Input::read(&draft.input.to_string(), Some(labels), scale)?;
        } else if let Some(scale) = self.scale {
            draft.input = draft.input.rescaled(scale)?;
        }
        draft.framework = self.framework.unwrap_or(draft.framework);
        draft.gain = self.gain.unwrap_or(draft.gain);
        draft.bias = self.bias.unwrap_or(draft.bias);
        draft.width = self.width.unwrap_or(draft.width);
        draft.depth = self.depth.unwrap_or(draft.depth);
        draft.batch = self.batch.unwrap_or(draft.batch);
        draft.input_dim = self.input_dim.or(draft.input_dim);
        draft.seed = self.seed.unwrap_or(draft.seed);
        draft.draws = self.draws.unwrap_or(draft.draws);
        draft.engine = self.engine.unwrap_or(draft.engine);
        Ok(Spec::new(draft)?)
    }

    /// Refuses flags that name weights or biases, where every framework's own are compared.
    pub(crate) fn names_no_weights(&self) -> Result<(), CliError> {
        let flags = [
            ("--initializer", self.initializer.is_some()),
            ("--framework", self.framework.is_some()),
            ("--gain", self.gain.is_some()),
            ("--bias", self.bias.is_some()),
        ];
        match flags.into_iter().find(|(_, given)| *given) {
            Some((flag, _)) => Err(CliError::NotADefault { flag }),
            None => Ok(()),
        }
    }

    fn text_draft(&self) -> Result<Draft, CliError> {
        match &self.text[..] {
            [] => Ok(Draft::default()),
            [word, ..] if is_command(word) => Err(CliError::CommandNotFirst {
                command: word.clone(),
            }),
            [word] if !word.contains(['/', ' ']) => match family::foreign_in(word) {
                Some(foreign) => Err(SpecError::Family(foreign).into()),
                None => Err(unknown_command(word)),
            },
            words => Ok(words.join(" ").parse::<Spec>()?.draft().clone()),
        }
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

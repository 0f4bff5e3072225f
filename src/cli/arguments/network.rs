//! The network on the command line: a text, and a flag for every row of the table of fields.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser, ValueParser};
use clap::{Arg, ArgMatches, Args, Command, Error, FromArgMatches, ValueHint};

use crate::net::spec::{FIELDS, Field, Given};

/// The network: every flag may be left out.
#[derive(Clone, Debug, Default)]
pub(crate) struct NetworkArguments {
    /// The network as one text, in words; flags win over it.
    pub(crate) text: Vec<String>,
    /// What the flags say.
    pub(crate) given: Given,
}

/// The id of the text.
const TEXT: &str = "text";
/// More names than these are not listed in the help of a flag.
const LISTED: usize = 12;

impl Args for NetworkArguments {
    fn augment_args(command: Command) -> Command {
        let text = Arg::new(TEXT)
            .value_name("NETWORK")
            .num_args(0..)
            .help("The network as one text, `ACTIVATION/INITIALIZER WIDTHxDEPTH key=value ...`; flags win over it");
        FIELDS.iter().fold(
            command.next_help_heading("Network").arg(text),
            |command, field| command.arg(flag(field)),
        )
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for NetworkArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let text = matches.get_many(TEXT).into_iter().flatten();
        let mut given = Given::default();
        for field in &FIELDS {
            if let Some(value) = matches.get_one::<String>(field.name) {
                given.insert(field, value);
            }
        }
        Ok(Self {
            text: text.cloned().collect(),
            given,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

/// The flag of a field.
fn flag(field: &'static Field) -> Arg {
    let names = (field.names)().len();
    let arg = Arg::new(field.name)
        .long(field.flag())
        .value_name(field.placeholder)
        .help(field.about)
        .allow_negative_numbers(true)
        .hide_possible_values(field.is_file() || names > LISTED)
        .value_parser(ValueParser::new(ValueOf(field)));
    let arg = match field.short {
        Some(letter) => arg.short(letter),
        None => arg,
    };
    if field.is_file() {
        arg.value_hint(ValueHint::FilePath)
    } else {
        arg
    }
}

/// Takes what can be a value of a field; its names are offered by completion.
#[derive(Clone)]
struct ValueOf(&'static Field);

impl TypedValueParser for ValueOf {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, Error> {
        let check = |text: &str| self.0.check(text).map(|()| text.to_owned());
        check.parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let names = (self.0.names)();
        let offered = !names.is_empty() && !self.0.is_file();
        offered.then(|| Box::new(names.into_iter().map(PossibleValue::new)) as Box<_>)
    }
}

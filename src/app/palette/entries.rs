//! What the palette offers: values typed directly, every row of every table, every action of the view.

use std::sync::Arc;

use super::fuzzy::{letters, score};
use super::menu::{is_offered, place_in_menu};
use super::printed::{self, Printed};
use super::{Refusal, binding};
use crate::app::action::{Action, Direction};
use crate::app::context::Context;
use crate::app::key::Key;
use crate::app::keys::map::KeyMap;
use crate::app::keys::network::{fields, row_of};
use crate::app::keys::row::{Focus, KeyRow};
use crate::app::look::{Choice, Palette};
use crate::app::step::{data_of, set};
use crate::net::activation::{ACTIVATIONS, Activation, ActivationError};
use crate::net::family::foreign_in;
use crate::net::framework::FRAMEWORKS;
use crate::net::initializer::{INITIALIZERS, Initializer};
use crate::net::input::{Data, Scale};
use crate::net::name::did_you_mean;
use crate::net::spec::{FIELDS, Field, Spec, Values, field};
use crate::net::written;

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// An intent.
    Do(Action),
    /// A parameter gets the value of this text.
    Set(&'static Field, String),
    /// Other colours.
    Theme(Palette),
    /// The lecture of this number, from 0.
    Lecture(usize),
    /// Keys as they are bound now, and what to tell of it.
    Bind(Arc<KeyMap>, String),
    /// What a text that the program prints asks for.
    Open(Box<Printed>),
}

/// A line of the palette.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What is done.
    pub command: Command,
    /// In a few words: `activation gelu`.
    pub name: String,
    /// What it is about.
    pub about: String,
    /// The keys that do the same.
    pub keys: String,
}

/// An entry and the texts that it is found by.
#[derive(Clone, Debug)]
pub(super) struct Offer {
    entry: Entry,
    /// Its name, that without what it is a value of, and other spellings.
    names: Vec<Vec<char>>,
}

impl Offer {
    fn new(entry: Entry, spellings: &[&str]) -> Self {
        let names = std::iter::once(&*entry.name).chain(spellings.iter().copied());
        Self {
            names: names.map(letters).collect(),
            entry,
        }
    }
}

/// Behind every match in a name.
const FOUND_IN_WORDS: i32 = i32::MIN / 2;

/// Everything that is offered in the present view, actions first.
pub(super) fn rows(context: &Context) -> Vec<Offer> {
    actions(context).chain(values(context)).collect()
}

/// What fits a text, best first; and why nothing does.
pub(super) fn matching(
    context: &Context,
    rows: &[Offer],
    text: &str,
) -> (Vec<Entry>, Option<Refusal>) {
    let query = text.trim();
    if query.is_empty() {
        let mut menu: Vec<Entry> = rows.iter().map(|row| row.entry.clone()).collect();
        menu.sort_by_key(|entry| place_in_menu(&entry.command, context));
        return (menu, None);
    }
    let words: Vec<Vec<char>> = query.split_whitespace().map(letters).collect();
    let found = rows
        .iter()
        .filter_map(|row| Some((fit(&words, row)?, &row.entry)));
    let mut found: Vec<(i32, &Entry)> = found.collect();
    found.sort_by_key(|(score, entry)| match entry.command {
        // by their numbers
        Command::Lecture(_) => (-score, 0),
        _ => (-score, entry.name.len()),
    });
    let (mut entries, mut fault) = typed(context, text);
    // nothing else is meant by a command line
    for asked in [
        printed::entry(query, context),
        binding::entry(query, context),
    ] {
        match asked {
            Some(Ok(entry)) => entries.insert(0, entry),
            Some(Err(why)) => fault = Some(Refusal { why, at: None }),
            None => {}
        }
    }
    for (_, entry) in found {
        if entries.iter().all(|other| other.command != entry.command) {
            entries.push(entry.clone());
        }
    }
    let refusal = entries.is_empty().then(|| {
        fault.unwrap_or_else(|| Refusal {
            why: match foreign_in(query) {
                Some(foreign) => foreign.sentence(),
                None => {
                    let activations = ACTIVATIONS.iter().map(|row| row.name);
                    let initializers = INITIALIZERS.iter().map(|row| row.name);
                    let names = activations.chain(initializers);
                    let names = names.chain(FIELDS.iter().map(|field| field.name));
                    format!(
                        "`{query}` is no name and no value{}; type `gelu`, `he_normal`, `width 512`, or a word of what a key does",
                        did_you_mean(query, names)
                    )
                }
            },
            at: None,
        })
    });
    (entries, refusal)
}

/// How well a row fits: by one of its names, or by words of what it is about.
fn fit(words: &[Vec<char>], row: &Offer) -> Option<i32> {
    let names = row.names.iter().filter_map(|name| score(words, name));
    names.max().or_else(|| {
        let about = row.entry.about.to_lowercase();
        let mut words = words.iter().map(|word| word.iter().collect::<String>());
        let known = |word: String| word.len() > 2 && about.contains(&word);
        words.all(known).then_some(FOUND_IN_WORDS)
    })
}

/// The parameters that a number alone may be meant for.
const NUMBERS: [&Field; 5] = [
    &field::WIDTH,
    &field::DEPTH,
    &field::SEED,
    &field::GAIN,
    &field::BIAS,
];

/// Values that are typed directly: `width 1024`, `1024`, `leaky_relu(0.1)`, `x*sigmoid(1.702*x)`; and what is wrong with one that
/// is none.
fn typed(context: &Context, text: &str) -> (Vec<Entry>, Option<Refusal>) {
    let blanks = text.chars().take_while(|c| c.is_whitespace()).count();
    let text = text.trim();
    let user = data_of(&context.home);
    let mut entries = Vec::new();
    let mut refusal = None;
    let mut attempt = |parameter: &'static Field, value: &str, before: usize| match set(
        &context.spec,
        user,
        parameter,
        value,
    ) {
        Ok(spec) => entries.push(value_of(parameter, &spec)),
        Err(fault) => {
            let at = fault.column().map(|column| blanks + before + column - 1);
            let why = fault.to_string();
            refusal.get_or_insert(Refusal { why, at });
        }
    };
    let end = text.find(|c: char| c.is_whitespace() || c == '=');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    if !value.is_empty() {
        let word = word.to_lowercase();
        let named = fields().filter(|parameter| {
            let name = row_of(parameter).name;
            !word.is_empty() && name.starts_with(&word)
        });
        let before = text.chars().count() - value.chars().count();
        for parameter in named {
            attempt(parameter, value, before);
        }
    }
    let number = written::value::<f64>(text).is_some();
    if number {
        for parameter in NUMBERS {
            attempt(parameter, text, 0);
        }
    } else {
        // what is no activation's name may be the name of something else
        let known = text.parse::<Activation>();
        if !matches!(known, Err(ActivationError::Unknown { .. })) {
            attempt(&field::ACTIVATION, text, 0);
        }
        if text.parse::<Initializer>().is_ok() {
            attempt(&field::INITIALIZER, text, 0);
        }
    }
    (entries, refusal)
}

/// The entry that gives a parameter the value that it has in a spec.
fn value_of(parameter: &'static Field, spec: &Spec) -> Entry {
    let value = parameter.typed(spec);
    let what = row_of(parameter).name;
    let about = if *parameter == field::ACTIVATION {
        let activation = spec.activation();
        activation.row().map_or("", |_| activation.formula())
    } else if *parameter == field::INITIALIZER {
        spec.initializer().map_or("", |known| known.row().formula)
    } else {
        ""
    };
    Entry {
        name: format!("{what} {value}"),
        about: about.into(),
        keys: String::new(),
        command: Command::Set(parameter, value),
    }
}

/// Every row of every table.
fn values(context: &Context) -> impl Iterator<Item = Offer> {
    let row = |parameter: &'static Field, value: String, about: &str, spellings: &[&str]| {
        let entry = Entry {
            name: format!("{} {value}", row_of(parameter).name),
            about: about.into(),
            keys: String::new(),
            command: Command::Set(parameter, value),
        };
        Offer::new(entry, spellings)
    };
    let activations = Activation::all().zip(ACTIVATIONS).map(move |(value, of)| {
        let always = of.dialect().map_or([].as_slice(), |d| d.always);
        let names = [&[of.name], of.aliases, always].concat();
        row(&field::ACTIVATION, value.to_string(), of.formula, &names)
    });
    let default = std::iter::once(row(
        &field::INITIALIZER,
        "default".into(),
        "the framework's own layer",
        &["default"],
    ));
    let initializers = Initializer::all();
    let initializers = initializers.into_iter().zip(INITIALIZERS);
    let initializers = initializers.map(move |(value, of)| {
        let names = [&[of.name], of.aliases].concat();
        row(&field::INITIALIZER, value.to_string(), of.formula, &names)
    });
    let frameworks = FRAMEWORKS.iter().map(move |of| {
        let names: Vec<&str> = of.names().collect();
        row(&field::FRAMEWORK, of.name.into(), of.layer, &names)
    });
    let inputs = [
        (
            "noise".to_owned(),
            "independent N(0, 1), fresh per draw",
            "noise",
        ),
        ("digits".to_owned(), "handwritten digits, 8 x 8", "digits"),
    ];
    let scaled = |data: &Arc<Data>| {
        [
            (
                data.name.clone(),
                "your data, all columns standardised together",
                "data scale all",
            ),
            (
                data.scaled_name(Scale::Column),
                "your data, each column standardised",
                "data scale column",
            ),
            (
                data.scaled_name(Scale::None),
                "your data, not scaled",
                "data scale none",
            ),
        ]
    };
    let own = data_of(&context.home).map(scaled).into_iter().flatten();
    let inputs = inputs
        .into_iter()
        .chain(own)
        .map(move |(name, about, short)| row(&field::INPUT, name, about, &[short]));
    let themes = Palette::NAMES.iter().map(|(name, theme)| {
        let entry = Entry {
            command: Command::Theme(*theme),
            name: format!("theme {name}"),
            about: String::new(),
            keys: String::new(),
        };
        Offer::new(entry, &[name])
    });
    let lectures = context.lectures.iter().enumerate().map(|(number, title)| {
        let entry = Entry {
            command: Command::Lecture(number),
            name: format!("lecture {}: {title}", number + 1),
            about: "plays on this screen; q comes back".into(),
            keys: String::new(),
        };
        Offer::new(entry, &[title])
    });
    activations
        .chain(default)
        .chain(initializers)
        .chain(frameworks)
        .chain(inputs)
        .chain(themes)
        .chain(lectures)
}

/// Every action of the view, its own first; where a view gives an action another meaning, that alone.
fn actions(context: &Context) -> impl Iterator<Item = Offer> {
    let view = context.view.name;
    let known = move |row: &&KeyRow| Focus::View(view).knows(row);
    let rows = context.keys.rows().filter(known);
    let (mut own, general): (Vec<&KeyRow>, Vec<&KeyRow>) =
        rows.partition(|row: &&KeyRow| row.category.view() == Some(view));
    own.extend(general);
    let mut seen: Vec<Action> = Vec::new();
    let mut found = Vec::new();
    for row in own {
        let actions = [Some(row.action), row.back.map(|(_, action)| action)];
        for (action, keys) in actions.into_iter().zip(context.keys.keys_of(row)) {
            let offered =
                |a: &Action| is_offered(*a) && context.keys.offers(*a) && !seen.contains(a);
            let Some(action) = action.filter(offered) else {
                continue;
            };
            seen.push(action);
            let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
            let entry = Entry {
                command: Command::Do(action),
                name: title(action, row),
                about: row.does.into(),
                keys: keys.join(" "),
            };
            found.push(Offer::new(entry, &[]));
        }
    }
    found.into_iter()
}

/// An action in a few words.
fn title(action: Action, row: &KeyRow) -> String {
    let (forward, back, direction) = match action {
        Action::Unpin => return "unpin".into(),
        Action::Show(_) => return format!("view {}", row.name),
        Action::Step(field, direction) if field.has(Values::Ladder) => ("more", "less", direction),
        Action::Move(_, direction)
        | Action::Amount(direction)
        | Action::LearningRate(direction) => ("more", "less", direction),
        Action::Layer(layers) if layers < 0 => ("next", "previous", Direction::Back),
        Action::Layer(_) => ("next", "previous", Direction::Forward),
        Action::Step(_, direction)
        | Action::Quantity(direction)
        | Action::Choose(direction)
        | Action::Across(direction)
        | Action::Axis(_, direction)
        | Action::Hold(direction)
        | Action::Held(_, direction)
        | Action::Target(direction)
        | Action::Optimizer(direction)
        | Action::Preset(direction)
        | Action::Turn(direction)
        | Action::Theme(direction) => ("next", "previous", direction),
        _ => return row.name.into(),
    };
    match direction {
        Direction::Forward => format!("{forward} {}", row.name),
        Direction::Back => format!("{back} {}", row.name),
    }
}

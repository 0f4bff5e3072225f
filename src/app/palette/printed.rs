//! What the program prints, typed or pasted: a network as text, whole or not, a remedy with its gain, a command line.

use std::sync::Arc;

use super::{Command, Entry};
use crate::app::action::{Quantity, ViewName};
use crate::app::context::Context;
use crate::app::keys::network::fields;
use crate::app::look::{Choice, Palette};
use crate::app::opening::Opening;
use crate::app::pins::MOST;
use crate::app::step::{build, data_of};
use crate::net::recipe::Recipe;
use crate::net::spec::{DEPTH, Draft, FIELDS, Field, Given, Spec, shell_word, shell_words};

/// What a text asks for; what it says nothing of stays.
#[derive(Clone, Debug, PartialEq)]
pub struct Printed {
    /// The network.
    pub spec: Arc<Spec>,
    /// The view.
    pub view: Option<ViewName>,
    /// What the signal panel shows.
    pub quantity: Option<Quantity>,
    /// What is pinned.
    pub pins: Option<Vec<Arc<Spec>>>,
    /// The layer under the cursor, from 0.
    pub layer: Option<usize>,
    /// Line and column under the cursor of the view's list, from 0.
    pub cursor: Option<[usize; 2]>,
    /// Colours.
    pub theme: Option<Palette>,
    /// Flags of a training with their values.
    pub recipe: Vec<(String, String)>,
}

/// The commands that show something a view shows as well.
const COMMANDS: [(&str, &str); 10] = [
    ("run", "scope"),
    ("render", "scope"),
    ("check", "scope"),
    ("config", "scope"),
    ("advise", "advice"),
    ("compare-defaults", "compare"),
    ("theory", "phase"),
    ("train", "train"),
    ("factors", "factors"),
    ("", "scope"),
];

/// The entry that does what a text asks for, or why nothing does; `None` where it is no such text.
pub(super) fn entry(text: &str, context: &Context) -> Option<Result<Entry, String>> {
    let asked = read(text, context)?;
    Some(asked.map(|asked| Entry {
        name: asked.name(),
        about: String::new(),
        keys: String::new(),
        command: Command::Open(Box::new(asked)),
    }))
}

fn read(text: &str, context: &Context) -> Option<Result<Printed, String>> {
    let text = text.trim().trim_start_matches("$ ");
    let mut printed = Printed {
        spec: Arc::clone(&context.spec),
        view: None,
        quantity: None,
        pins: None,
        layer: None,
        cursor: None,
        theme: None,
        recipe: Vec::new(),
    };
    let command = text == "initscope" || text.starts_with("initscope ");
    if command || text.starts_with("--") {
        let read = shell_words(text).and_then(|words| printed.command(&words, context));
        return Some(read.map(|()| printed));
    }
    let given = Given::part(&labelled(text)).ok()?;
    let said: Vec<&Field> = FIELDS
        .iter()
        .filter(|field| given.get(field.name).is_some())
        .collect();
    // what a key steps has a line of its own
    if said.len() < 2 && said.iter().all(|field| fields().any(|own| own == *field)) {
        return None;
    }
    Some(network(&given, given.is_whole(), context).map(|spec| {
        printed.spec = spec;
        printed
    }))
}

/// A network over the usual one, or over the one on the screen.
fn network(given: &Given, anew: bool, context: &Context) -> Result<Arc<Spec>, String> {
    let base = if anew {
        Draft::default()
    } else {
        context.spec.draft().clone()
    };
    let spec = build(base, given, data_of(&context.home));
    spec.map(Arc::new).map_err(|fault| fault.to_string())
}

/// `he_normal, gain 1.2` and `tanh, 32 wide, 4 deep` as words of a network.
fn labelled(text: &str) -> String {
    let mut open = 0_i32;
    let parts = text.split(|c| {
        open += i32::from(c == '(') - i32::from(c == ')');
        c == ',' && open == 0
    });
    let parts = parts.map(
        |part| match part.split_whitespace().collect::<Vec<_>>()[..] {
            [number, "wide"] => format!("width={number}"),
            [number, "deep"] => format!("depth={number}"),
            [name, value] if Field::named(name).is_some() => format!("{name}={value}"),
            _ => part.trim().to_owned(),
        },
    );
    parts.collect::<Vec<_>>().join(" ")
}

impl Printed {
    /// Reads the words of a command line.
    fn command(&mut self, words: &[String], context: &Context) -> Result<(), String> {
        let anew = words.first().is_some_and(|word| word == "initscope");
        let mut rest = words.iter().skip(usize::from(anew)).peekable();
        let mut trained = false;
        if anew {
            let is_command = |word: &str| !word.starts_with('-') && !word.contains(['/', '=']);
            let known = |word: &str| COMMANDS.iter().find(|(name, _)| *name == word);
            let named = rest.peek().and_then(|word| known(word));
            let row = match (named, rest.peek()) {
                (Some(row), _) => {
                    rest.next();
                    trained = row.0 == "train" || row.0 == "factors";
                    row
                }
                (None, Some(word)) if is_command(word) && Given::part(word).is_err() => {
                    return Err(format!(
                        "`initscope {word}` is a command of the shell; here networks are typed, or {}",
                        COMMANDS
                            .map(|(name, _)| name)
                            .join(", ")
                            .trim_end_matches(", ")
                    ));
                }
                _ => &COMMANDS[COMMANDS.len() - 1],
            };
            self.view = ViewName::of_name(row.1).ok();
        }
        let (mut text, mut given, mut pins) = (Vec::new(), Given::default(), Vec::new());
        let mut flags = true;
        while let Some(word) = rest.next() {
            let long = word.strip_prefix("--");
            let (field, name, value) = match (long, word.strip_prefix('-')) {
                _ if !flags => (None, "", None),
                (Some(""), _) => {
                    flags = false;
                    continue;
                }
                (Some(long), _) => {
                    let (name, value) = match long.split_once('=') {
                        Some((name, value)) => (name, Some(value.to_owned())),
                        None => (long, None),
                    };
                    (
                        FIELDS.iter().find(|field| field.flag() == name),
                        name,
                        value,
                    )
                }
                (None, Some(short)) => {
                    let letter = short.chars().next();
                    let field = FIELDS
                        .iter()
                        .find(|field| letter.is_some() && field.short == letter);
                    let value = short
                        .get(1..)
                        .filter(|value| field.is_some() && !value.is_empty());
                    let value = value.map(|value| value.trim_start_matches('=').to_owned());
                    (field, field.map_or("", |_| short), value)
                }
                (None, None) => (None, "", None),
            };
            if name.is_empty() {
                text.push(word.clone());
                continue;
            }
            if name == "sweep" && trained {
                self.recipe.push((name.to_owned(), String::new()));
                continue;
            }
            let told = field.is_some() || TAKEN.contains(&name) || trained && Recipe::has(name);
            if !told {
                return Err(format!(
                    "--{name} has no meaning on this screen; leave it out"
                ));
            }
            let Some(value) = value.or_else(|| rest.next().cloned()) else {
                return Err(format!("--{name} needs a value"));
            };
            match field {
                Some(field) => drop(given.insert(field, value)),
                None => self.flag(name, value, &mut pins, context)?,
            }
        }
        let part = Given::part(&text.join(" ")).map_err(|error| error.to_string())?;
        let anew = anew || part.is_whole();
        self.spec = network(&given.over(&part), anew, context)?;
        if pins.len() > MOST {
            return Err(format!(
                "at most {MOST} networks can be pinned; leave some out"
            ));
        }
        let pins: Result<Vec<_>, _> = pins.iter().map(|pin| self.beside(pin, context)).collect();
        self.pins = Some(pins?).filter(|pins| !pins.is_empty());
        if anew && !trained {
            self.quantity = self.quantity.or(Some(Quantity::default()));
        }
        Recipe::default().changed(&self.recipe).map(drop)
    }

    fn flag(
        &mut self,
        name: &str,
        value: String,
        pins: &mut Vec<String>,
        context: &Context,
    ) -> Result<(), String> {
        let wrong = |why: &str| format!("--{name} {value}: {why}");
        match name {
            "pin" | "against" => pins.push(value),
            "view" => self.view = Some(ViewName::of_name(&value).map_err(|e| e.to_string())?),
            "theme" => self.theme = Some(Palette::of_name(&value).map_err(|e| e.to_string())?),
            "quantity" => {
                self.quantity = Some(Quantity::of_name(&value).map_err(|e| e.to_string())?);
            }
            "table" if context.table().is_some_and(|table| table.name() == value) => {}
            "table" => {
                let shell = format!("initscope sweep --view {}", shell_word(&value));
                return Err(wrong(&format!(
                    "another table is opened in a shell: {shell}"
                )));
            }
            "layer" => {
                let layer = value.parse().ok().filter(|layer| DEPTH.contains(layer));
                let layer: usize = layer.ok_or_else(|| wrong("no layer, counted from 1"))?;
                self.layer = Some(layer - 1);
            }
            "cursor" => {
                let cursor = Opening::cursor_of(&value);
                let cursor = cursor.ok_or_else(|| wrong("no line, counted from 1"))?;
                self.cursor = Some(cursor.map(|place| place - 1));
            }
            _ => self.recipe.push((name.to_owned(), value)),
        }
        Ok(())
    }

    /// A pinned network: a whole one, or another activation and initializer for the one that is read.
    fn beside(&self, text: &str, context: &Context) -> Result<Arc<Spec>, String> {
        let given = Given::part(text).map_err(|error| error.to_string())?;
        let base = if given.is_whole() {
            Draft::default()
        } else {
            self.spec.draft().clone()
        };
        let spec = build(base, &given, data_of(&context.home));
        let spec = spec.map_err(|fault| fault.to_string())?;
        Ok(Arc::new(spec))
    }

    /// In a line: the network, and what else changes.
    fn name(&self) -> String {
        let mut words = vec![format!("network {}", self.spec)];
        words.extend(self.view.map(|view| format!("view {view}")));
        words.extend(self.pins.as_ref().map(|pins| match pins.len() {
            1 => "1 pin".to_owned(),
            n => format!("{n} pins"),
        }));
        words.extend(self.theme.map(|theme| format!("theme {theme}")));
        words.join(", ")
    }
}

/// Flags of the dashboard that the palette takes beside those of the network.
const TAKEN: [&str; 8] = [
    "table", "view", "quantity", "pin", "layer", "cursor", "theme", "against",
];

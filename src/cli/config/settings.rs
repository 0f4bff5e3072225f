//! What can be configured: the flags of the dashboard, by the same names and in the same words.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::action::ViewName;
use crate::app::look::{Choice, Colour, Glyphs, Palette};
use crate::cli::arguments::{LookArguments, NetworkArguments};
use crate::cli::values::{self, Named, ValueError, Wish};
use crate::net::foreign::is_hidden;
use crate::net::spec::{FIELDS, Field, Spec};
use crate::net::written::Written;
use crate::term::Options;

/// What somebody has said, on the command line or in a file.
#[derive(Clone, Debug, Default)]
pub(super) struct Settings {
    pub(super) network: NetworkArguments,
    pub(super) look: LookArguments,
    pub(super) view: Option<ViewName>,
    pub(super) threads: Option<usize>,
}

/// What the names of the network begin with.
const NETWORK: &str = "network.";

/// One thing that can be configured: something of the program, or a field of the network.
#[derive(Clone, Copy)]
pub(super) enum Setting {
    Program(&'static ProgramSetting),
    Field(&'static Field),
}

/// Everything that can be configured, the tables last.
pub(super) fn settings() -> impl Iterator<Item = Setting> {
    let (in_table, above): (Vec<_>, Vec<_>) =
        PROGRAM.iter().partition(|row| row.name.contains('.'));
    let above = above.into_iter().map(Setting::Program);
    let fields = FIELDS.iter().map(Setting::Field);
    let in_table = in_table.into_iter().map(Setting::Program);
    above.chain(fields).chain(in_table)
}

impl Setting {
    /// The setting of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        settings().find(|setting| setting.name() == name)
    }

    /// The setting of a field of the network.
    pub(super) fn of_field(field: &str) -> Option<Self> {
        Self::named(&format!("{NETWORK}{field}"))
    }

    /// Its name; that of its table before the dot.
    pub(super) fn name(self) -> String {
        match self {
            Self::Program(row) => row.name.to_owned(),
            Self::Field(field) => format!("{NETWORK}{}", field.name),
        }
    }

    /// Whether a network typed as one text says it, so that the file's does not count.
    pub(super) fn is_of_the_text(self) -> bool {
        matches!(self, Self::Field(_))
    }

    /// Sets it from a text of the file, or says what is allowed and what to write there.
    pub(super) fn set(self, settings: &mut Settings, text: &str) -> Result<(), String> {
        match self {
            Self::Program(row) => (row.set)(settings, text),
            Self::Field(field) => {
                let checked = field.check(text);
                checked.map_err(|error| error.message(Written::File))?;
                settings.network.given.insert(field, text);
                Ok(())
            }
        }
    }

    /// What somebody has said, as text.
    pub(super) fn typed(self, settings: &Settings) -> Option<String> {
        match self {
            Self::Program(row) => (row.typed)(settings),
            Self::Field(field) => settings.network.given.get(field.name).map(str::to_owned),
        }
    }

    /// What it is for, and what holds without it, or an example where nothing does.
    pub(super) fn explained(self) -> (String, String) {
        match self {
            Self::Program(row) => (row.about.to_owned(), row.otherwise.to_owned()),
            Self::Field(field) => {
                let value = field.in_force(&Spec::default());
                (
                    field.about.to_owned(),
                    value.unwrap_or_else(|| field.example.to_owned()),
                )
            }
        }
    }

    /// What it comes to; `None` where there is nothing as long as nobody says something.
    pub(super) fn effective(self, spec: &Spec, options: &Options) -> Option<String> {
        match self {
            Self::Program(row) => (row.effective)(options),
            Self::Field(field) => field.in_force(spec),
        }
    }
}

/// One thing beside the network that can be configured.
pub(super) struct ProgramSetting {
    name: &'static str,
    about: &'static str,
    /// What holds where nobody says something; `auto` is found out.
    otherwise: &'static str,
    set: fn(&mut Settings, &str) -> Result<(), String>,
    typed: fn(&Settings) -> Option<String>,
    effective: fn(&Options) -> Option<String>,
}

/// By the parser of a flag.
fn by<T>(parser: &Named<T>, text: &str) -> Result<T, String> {
    (parser.parse)(text)
}

/// By the parser of a number or a truth.
fn number<T>(read: Result<T, ValueError>) -> Result<T, String> {
    read.map_err(|error| error.message(Written::File))
}

fn wished<T: Choice>(wish: Option<Wish<T>>) -> Option<String> {
    wish.map(|Wish(choice)| choice.map_or("auto", Choice::name).to_owned())
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

const PROGRAM: &[ProgramSetting] = &[
    ProgramSetting {
        name: "theme",
        about: "Colours of the dashboard: universal, dark, light",
        otherwise: "universal",
        set: |s, t| by(&values::choice::<Palette>(), t).map(|v| s.look.theme = Some(v)),
        typed: |s| text(s.look.theme),
        effective: |o| Some(o.look.palette.name().into()),
    },
    ProgramSetting {
        name: "color",
        about: "Colours of the terminal: auto, never, 16, 256, truecolor",
        otherwise: "auto",
        set: |s, t| by(&values::wish::<Colour>(), t).map(|v| s.look.color = Some(v)),
        typed: |s| wished(s.look.color),
        effective: |o| Some(o.look.colour.name().into()),
    },
    ProgramSetting {
        name: "glyphs",
        about: "Characters of the terminal: auto, ascii, blocks, braille, octants",
        otherwise: "auto",
        set: |s, t| by(&values::wish::<Glyphs>(), t).map(|v| s.look.glyphs = Some(v)),
        typed: |s| wished(s.look.glyphs).or(s.look.ascii.then(|| "ascii".into())),
        effective: |o| Some(o.look.glyphs.name().into()),
    },
    ProgramSetting {
        name: "fps",
        about: "Frames a second at most, 1 to 30; without this line 10 over SSH",
        otherwise: "30",
        set: |s, t| number(values::fps(t)).map(|v| s.look.fps = Some(v)),
        typed: |s| text(s.look.fps),
        effective: |o| Some((1.0 / o.frame.as_secs_f64()).round().to_string()),
    },
    ProgramSetting {
        name: "mouse",
        about: "Whether clicks and the wheel go to the dashboard: true, false",
        otherwise: "true",
        set: |s, t| {
            let mouse = number(values::truth(t))?;
            (s.look.mouse, s.look.no_mouse) = (mouse, !mouse);
            Ok(())
        },
        typed: |s| text(s.look.pointer()),
        effective: |o| Some(o.mouse.to_string()),
    },
    ProgramSetting {
        name: "view",
        about: "View that is shown first",
        otherwise: "scope",
        set: |s, t| by(&values::choice::<ViewName>(), t).map(|v| s.view = Some(v)),
        typed: |s| s.view.map(|view| view.name().into()),
        effective: |o| Some(o.opening.view.name().into()),
    },
    ProgramSetting {
        name: "network.threads",
        about: "Threads that compute, 1 to 256; without this line one a core",
        otherwise: "4",
        set: |s, t| number(values::threads(t)).map(|v| s.threads = Some(v)),
        typed: |s| text(s.threads),
        effective: |_| None,
    },
];

/// A value as TOML: numbers and truths bare, everything else in quotes.
pub(super) fn toml(value: &str) -> String {
    let line = format!("value = {value}");
    let bare = DeTable::parse(&line).is_ok_and(|table| {
        let plain = |v: &Spanned<DeValue<'_>>| {
            matches!(
                v.get_ref(),
                DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)
            )
        };
        table.get_ref().get("value").is_some_and(plain)
    });
    if bare {
        value.to_owned()
    } else {
        quoted(value)
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut escaped = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => escaped.extend(['\\', c]),
            _ if is_hidden(c) => escaped.push_str(&format!("\\U{:08x}", u32::from(c))),
            _ => escaped.push(c),
        }
    }
    escaped + "\""
}

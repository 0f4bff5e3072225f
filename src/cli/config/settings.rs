//! What can be configured: the flags of the dashboard, by the same names and in the same words.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::action::ViewName;
use crate::app::look::{Choice, Colour, Glyphs, Palette};
use crate::cli::arguments::{LookArguments, NetworkArguments};
use crate::cli::values::{self, Named, ValueError, Wish};
use crate::net::foreign::is_hidden;
use crate::net::input::{Input, Scale};
use crate::net::spec::{Spec, SpecError};
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

/// One thing that can be configured.
pub(super) struct Setting {
    /// Its name; that of its table before the dot.
    pub(super) name: &'static str,
    /// Sets it from a text of the file, or says what is allowed and what to write there.
    pub(super) set: fn(&mut Settings, &str) -> Result<(), String>,
    /// What somebody has said, as text.
    pub(super) typed: fn(&Settings) -> Option<String>,
    /// What it comes to; `None` where there is nothing as long as nobody says something.
    pub(super) effective: fn(&Spec, &Options) -> Option<String>,
}

impl Setting {
    /// Whether a network typed as one text says it, so that the file's does not count.
    pub(super) fn is_of_the_text(&self) -> bool {
        self.name.starts_with(NETWORK) && self.name != "network.threads"
    }

    /// The setting of a field of the network.
    pub(super) fn of_field(field: &str) -> Option<&'static Self> {
        let named = |setting: &&Self| setting.name.strip_prefix(NETWORK) == Some(field);
        SETTINGS.iter().find(named)
    }
}

/// By the parser of a flag.
fn by<T>(parser: &Named<T>, text: &str) -> Result<T, String> {
    (parser.parse)(text)
}

/// By the parser of a number or a truth.
fn number<T>(read: Result<T, ValueError>) -> Result<T, String> {
    read.map_err(|error| error.told(Written::File))
}

/// By the parser of what is a number or a word.
fn word<T>(read: Result<T, SpecError>) -> Result<T, String> {
    read.map_err(|error| error.told(Written::File))
}

fn wished<T: Choice>(wish: Option<Wish<T>>) -> Option<String> {
    wish.map(|Wish(choice)| choice.map_or("auto", Choice::name).to_owned())
}

fn text<T: ToString>(value: Option<T>) -> Option<String> {
    value.map(|value| value.to_string())
}

/// Everything that can be configured, the tables last.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "theme",
        set: |s, t| by(&values::choice::<Palette>(), t).map(|v| s.look.theme = Some(v)),
        typed: |s| text(s.look.theme),
        effective: |_, o| Some(o.look.palette.name().into()),
    },
    Setting {
        name: "color",
        set: |s, t| by(&values::wish::<Colour>(), t).map(|v| s.look.color = Some(v)),
        typed: |s| wished(s.look.color),
        effective: |_, o| Some(o.look.colour.name().into()),
    },
    Setting {
        name: "glyphs",
        set: |s, t| by(&values::wish::<Glyphs>(), t).map(|v| s.look.glyphs = Some(v)),
        typed: |s| wished(s.look.glyphs).or(s.look.ascii.then(|| "ascii".into())),
        effective: |_, o| Some(o.look.glyphs.name().into()),
    },
    Setting {
        name: "fps",
        set: |s, t| number(values::fps(t)).map(|v| s.look.fps = Some(v)),
        typed: |s| text(s.look.fps),
        effective: |_, o| Some((1.0 / o.frame.as_secs_f64()).round().to_string()),
    },
    Setting {
        name: "mouse",
        set: |s, t| {
            let mouse = number(values::truth(t))?;
            (s.look.mouse, s.look.no_mouse) = (mouse, !mouse);
            Ok(())
        },
        typed: |s| text(s.look.pointer()),
        effective: |_, o| Some(o.mouse.to_string()),
    },
    Setting {
        name: "view",
        set: |s, t| by(&values::choice::<ViewName>(), t).map(|v| s.view = Some(v)),
        typed: |s| s.view.map(|view| view.name().into()),
        effective: |_, o| Some(o.opening.view.name().into()),
    },
    Setting {
        name: "network.activation",
        set: |s, t| by(&values::activation(), t).map(|v| s.network.activation = Some(v)),
        typed: |s| text(s.network.activation.as_ref()),
        effective: |spec, _| Some(spec.activation().to_string()),
    },
    Setting {
        name: "network.initializer",
        set: |s, t| by(&values::initializer(), t).map(|v| s.network.initializer = Some(v)),
        typed: |s| {
            let weights = s.network.initializer.as_ref()?;
            Some(
                weights
                    .0
                    .as_ref()
                    .map_or("default".into(), ToString::to_string),
            )
        },
        effective: |spec, _| {
            let named = spec.initializer().map(ToString::to_string);
            Some(named.unwrap_or_else(|| "default".into()))
        },
    },
    Setting {
        name: "network.framework",
        set: |s, t| by(&values::framework(), t).map(|v| s.network.framework = Some(v)),
        typed: |s| text(s.network.framework),
        effective: |spec, _| Some(spec.framework().to_string()),
    },
    Setting {
        name: "network.gain",
        set: |s, t| number(values::gain(t)).map(|v| s.network.gain = Some(v)),
        typed: |s| text(s.network.gain),
        effective: |spec, _| Some(spec.gain().to_string()),
    },
    Setting {
        name: "network.bias",
        set: |s, t| word(t.parse()).map(|v| s.network.bias = Some(v)),
        typed: |s| text(s.network.bias),
        effective: |spec, _| Some(spec.bias().to_string()),
    },
    Setting {
        name: "network.width",
        set: |s, t| number(values::width(t)).map(|v| s.network.width = Some(v)),
        typed: |s| text(s.network.width),
        effective: |spec, _| Some(spec.width().to_string()),
    },
    Setting {
        name: "network.depth",
        set: |s, t| number(values::depth(t)).map(|v| s.network.depth = Some(v)),
        typed: |s| text(s.network.depth),
        effective: |spec, _| Some(spec.depth().to_string()),
    },
    Setting {
        name: "network.batch",
        set: |s, t| number(values::batch(t)).map(|v| s.network.batch = Some(v)),
        typed: |s| text(s.network.batch),
        effective: |spec, _| Some(spec.batch().to_string()),
    },
    Setting {
        name: "network.input",
        set: |s, t| {
            s.network.input = Some(t.to_owned());
            Ok(())
        },
        typed: |s| s.network.input.clone(),
        effective: |spec, _| Some(spec.input().to_string()),
    },
    Setting {
        name: "network.labels",
        set: |s, t| {
            s.network.labels = Some(t.to_owned());
            Ok(())
        },
        typed: |s| s.network.labels.clone(),
        effective: |spec, _| spec.input().label_source().map(str::to_owned),
    },
    Setting {
        name: "network.scale",
        set: |s, t| {
            word(t.parse::<Scale>().map_err(SpecError::from)).map(|v| s.network.scale = Some(v))
        },
        typed: |s| text(s.network.scale),
        effective: |spec, _| match spec.input() {
            Input::Data(data) => Some(data.scale().to_string()),
            Input::Noise | Input::Digits => None,
        },
    },
    Setting {
        name: "network.input_dim",
        set: |s, t| number(values::input_dim(t)).map(|v| s.network.input_dim = Some(v)),
        typed: |s| text(s.network.input_dim),
        effective: |_, _| None,
    },
    Setting {
        name: "network.seed",
        set: |s, t| number(values::seed(t)).map(|v| s.network.seed = Some(v)),
        typed: |s| text(s.network.seed),
        effective: |spec, _| Some(spec.seed().to_string()),
    },
    Setting {
        name: "network.draws",
        set: |s, t| word(t.parse()).map(|v| s.network.draws = Some(v)),
        typed: |s| text(s.network.draws),
        effective: |spec, _| Some(spec.draws().to_string()),
    },
    Setting {
        name: "network.engine",
        set: |s, t| word(t.parse()).map(|v| s.network.engine = Some(v)),
        typed: |s| text(s.network.engine),
        effective: |spec, _| Some(spec.engine().to_string()),
    },
    Setting {
        name: "network.threads",
        set: |s, t| number(values::threads(t)).map(|v| s.threads = Some(v)),
        typed: |s| text(s.threads),
        effective: |_, _| None,
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

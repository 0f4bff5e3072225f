//! `initscope render`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{LookArguments, NetworkArguments, OpeningArguments};
use crate::app::action::Format;
use crate::app::key::Key;
use crate::cli::values;
use crate::net::spec::FIELDS;

/// What a script says itself.
fn said_by_a_script() -> impl Iterator<Item = &'static str> {
    let fields = FIELDS.iter().map(|field| field.name);
    fields.chain([
        "view", "table", "quantity", "pin", "layer", "cursor", "size", "keys",
    ])
}

/// The dashboard as a file.
#[derive(Debug, Args)]
pub(crate) struct RenderArguments {
    #[command(flatten)]
    pub(crate) network: NetworkArguments,
    #[command(flatten)]
    pub(crate) look: LookArguments,
    #[command(flatten)]
    pub(crate) opening: OpeningArguments,
    /// Columns and rows of the screen, 40x12 to 1000x400
    #[arg(long, value_name = "COLUMNSxROWS", default_value = "100x30", value_parser = values::size, help_heading = "Output")]
    pub(crate) size: (u16, u16),
    /// A moment of a lecture instead, whose script stands for the network: the first caption of a chapter, by its mark, or a time
    /// such as 12.5 or 1:23
    #[arg(long, value_name = "MOMENT", conflicts_with_all = said_by_a_script(), help_heading = "Output")]
    pub(crate) at: Option<String>,
    /// Keys pressed before, as in the key table: "a a 4"; each once the screen stands still
    #[arg(long, value_name = "KEYS", default_value = "", value_parser = values::keys, hide_default_value = true, help_heading = "Output")]
    pub(crate) keys: Keys,
    /// Where to; the end of its name (.svg, .txt, .ans, .csv, .json) says what, unless --format does [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = "Output")]
    pub(crate) output: Option<PathBuf>,
    /// What to write [default: text on standard output]
    #[arg(long, value_enum, help_heading = "Output")]
    pub(crate) format: Option<RenderFormat>,
    /// Replace the file if it exists
    #[arg(long, requires = "output", help_heading = "Output")]
    pub(crate) force: bool,
}

/// Keys in the order in which they are pressed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(pub(crate) Vec<Key>);

/// How `render` writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderFormat {
    /// Picture in all colours, for slides
    Svg,
    /// Picture as characters
    Text,
    /// Picture as characters with colours, for a terminal
    Ansi,
    /// The numbers behind the view as rows, those of the scope one a layer
    Csv,
    /// The numbers behind the view as one document
    Json,
}

impl From<RenderFormat> for Format {
    fn from(format: RenderFormat) -> Self {
        match format {
            RenderFormat::Svg => Self::Svg,
            RenderFormat::Text => Self::Text,
            RenderFormat::Ansi => Self::Ansi,
            RenderFormat::Csv => Self::Csv,
            RenderFormat::Json => Self::Json,
        }
    }
}

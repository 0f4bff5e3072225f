//! What the present screen can be saved as, and the dialog in which that is asked for.

use crate::app::action::{Format, ViewName};
use crate::net::spec::Spec;

/// A row of [`FORMATS`].
#[derive(Clone, Copy, Debug)]
pub struct FormatRow {
    /// Which.
    pub format: Format,
    /// End of the file's name.
    pub extension: &'static str,
    /// In the dialog.
    pub what: &'static str,
}

/// Every kind of file, in the order of the dialog.
pub const FORMATS: [FormatRow; 5] = [
    FormatRow {
        format: Format::Svg,
        extension: "svg",
        what: "picture, SVG",
    },
    FormatRow {
        format: Format::Text,
        extension: "txt",
        what: "picture, text",
    },
    FormatRow {
        format: Format::Ansi,
        extension: "ans",
        what: "picture, ANSI",
    },
    FormatRow {
        format: Format::Csv,
        extension: "csv",
        what: "numbers, CSV",
    },
    FormatRow {
        format: Format::Json,
        extension: "json",
        what: "numbers, JSON",
    },
];

impl Format {
    /// Its row.
    #[must_use]
    pub fn row(self) -> &'static FormatRow {
        let found = FORMATS.iter().find(|row| row.format == self);
        found.expect("every format has a row, see the tests")
    }
}

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is there.
    Written,
    /// Another of that name is there, and was kept.
    Exists,
    /// Why not.
    Failed(String),
}

/// The dialog, while it is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dialog {
    outcomes: Vec<(Format, Outcome)>,
    /// What was copied; `None` where it is the command line.
    text: Option<String>,
}

impl Dialog {
    /// The dialog over a text that was copied.
    pub(super) fn copied(text: String) -> Self {
        Self {
            text: Some(text),
            ..Self::default()
        }
    }

    /// What was copied, where it is not the command line.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// What became of a file of this kind, if it was asked for.
    #[must_use]
    pub fn outcome(&self, format: Format) -> Option<&Outcome> {
        let found = self.outcomes.iter().find(|(of, _)| *of == format);
        found.map(|(_, outcome)| outcome)
    }

    /// The file whose replacement is asked about: the last that met another of its name.
    #[must_use]
    pub fn asks(&self) -> Option<Format> {
        let last = self.outcomes.last()?;
        (last.1 == Outcome::Exists).then_some(last.0)
    }

    pub(super) fn note(&mut self, format: Format, outcome: Outcome) {
        self.outcomes.retain(|(of, _)| *of != format);
        self.outcomes.push((format, outcome));
    }
}

/// Longest part of a file's name that tells the network.
const LONGEST: usize = 60;

/// The name of a file: the network and the view in letters, digits and dashes.
#[must_use]
pub fn file_name(spec: &Spec, view: ViewName, format: Format) -> String {
    let mut name = String::new();
    for c in spec.to_string().chars().take(LONGEST) {
        if c.is_ascii_alphanumeric() || c == '.' || c == '_' {
            name.push(c);
        } else if !name.ends_with('-') {
            name.push('-');
        }
    }
    let view = match view {
        ViewName::SCOPE => String::new(),
        other => format!("-{other}"),
    };
    let name = name.trim_matches('-');
    format!("initscope-{name}{view}.{}", format.row().extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_its_row() {
        for row in &FORMATS {
            assert_eq!(row.format.row().extension, row.extension);
        }
    }

    #[test]
    fn a_name_is_short_and_has_nothing_that_a_shell_or_a_disk_minds() {
        let name = |text: &str, view| {
            let spec: Spec = text.parse().expect("valid");
            file_name(&spec, view, Format::Svg)
        };
        assert_eq!(
            name("relu/he_normal 256x64", ViewName::SCOPE),
            "initscope-relu-he_normal-256x64.svg"
        );
        let long = name(
            "x*sigmoid(1.702*x)/he_normal 64x8 seed=3",
            ViewName("phase"),
        );
        assert!(long.ends_with("-phase.svg") && long.len() < 90, "{long}");
        assert!(
            long.chars()
                .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        );
    }

    #[test]
    fn only_the_last_question_is_open() {
        let mut dialog = Dialog::default();
        dialog.note(Format::Svg, Outcome::Exists);
        assert_eq!(dialog.asks(), Some(Format::Svg));
        dialog.note(Format::Csv, Outcome::Written);
        assert_eq!(dialog.asks(), None);
        dialog.note(Format::Svg, Outcome::Written);
        assert_eq!(dialog.outcome(Format::Svg), Some(&Outcome::Written));
    }
}

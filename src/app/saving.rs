//! Saving what is on the screen: when it can be, and what becomes of it.

use crate::app::action::Format;
use crate::app::effect::Effect;
use crate::app::export::{Outcome, file_name};
use crate::app::state::{Model, Popup};

impl Model {
    /// Why there are no numbers behind the picture yet; `None` where there are.
    #[must_use]
    pub fn no_numbers(&self) -> Option<String> {
        self.shown().no_numbers(&self.context)
    }

    /// What the export of a kind begins with; numbers must be there first.
    pub(super) fn save(&mut self, format: Format) {
        let numbers = matches!(format, Format::Csv | Format::Json);
        match self.no_numbers().filter(|_| numbers) {
            Some(why) => self.note(format, Outcome::Failed(why)),
            None => {
                self.context.effect = Some(Effect::Save {
                    format,
                    replace: false,
                });
            }
        }
    }

    /// What became of a file, for the dialog.
    pub(super) fn note(&mut self, format: Format, outcome: Outcome) {
        if let Some(Popup::Export(dialog)) = &mut self.popup {
            dialog.note(format, outcome);
        }
    }

    /// The file that is there already goes.
    pub(super) fn overwrite(&mut self) {
        let Some(Popup::Export(dialog)) = &self.popup else {
            return;
        };
        match dialog.asks() {
            Some(format) => {
                self.context.effect = Some(Effect::Save {
                    format,
                    replace: true,
                });
            }
            None => self.tell("nothing was kept that could be overwritten".into()),
        }
    }

    /// The text that the dialog of exports shows: what was copied last, or the command line.
    #[must_use]
    pub fn copied(&self) -> String {
        let own = match &self.popup {
            Some(Popup::Export(dialog)) => dialog.text().map(str::to_owned),
            _ => None,
        };
        own.unwrap_or_else(|| self.command_line())
    }

    /// That text into a file.
    pub(super) fn save_copied(&mut self) {
        let name = file_name(&self.spec, self.view.name, Format::Text);
        self.context.effect = Some(Effect::Write {
            name: name.replace(".txt", "-lines.txt"),
            text: self.copied() + "\n",
        });
    }
}

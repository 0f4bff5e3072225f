//! The line in which an activation is typed.

use crate::app::action::Edit;
use crate::net::activation::{Activation, ActivationError};

/// Characters that fit into the line.
pub const LONGEST: usize = 200;

/// A text, a cursor in it, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Editor {
    text: Vec<char>,
    cursor: usize,
    activation: Result<Activation, ActivationError>,
    refused: Option<String>,
}

impl Editor {
    /// A line with this text and the cursor behind it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let chars: Vec<char> = text.chars().take(LONGEST).collect();
        Self {
            cursor: chars.len(),
            text: chars,
            activation: text.parse(),
            refused: None,
        }
    }

    /// What has been typed.
    #[must_use]
    pub fn text(&self) -> String {
        self.text.iter().collect()
    }

    /// Characters before the cursor.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The activation of that name, or why there is none.
    ///
    /// # Errors
    /// As the text form of an activation.
    pub fn activation(&self) -> Result<&Activation, &ActivationError> {
        self.activation.as_ref()
    }

    /// Why the activation was not taken when it was to be, until the next edit.
    #[must_use]
    pub fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    /// Says why the activation is not taken.
    pub fn refuse(&mut self, why: String) {
        self.refused = Some(why);
    }

    /// Characters before the one that an error blames; `None` where it blames none of them.
    #[must_use]
    pub fn blamed(&self, error: &ActivationError) -> Option<usize> {
        let blanks = self.text.iter().take_while(|c| c.is_whitespace()).count();
        error.column().map(|column| blanks + column - 1)
    }

    /// One change; what is impossible changes nothing.
    pub fn edit(&mut self, edit: Edit) {
        self.refused = None;
        match edit {
            Edit::Insert(c) if self.text.len() < LONGEST => {
                self.text.insert(self.cursor, c);
                self.cursor += 1;
            }
            Edit::Insert(_) => {}
            Edit::Erase if self.cursor > 0 => {
                self.cursor -= 1;
                self.text.remove(self.cursor);
            }
            Edit::Delete if self.cursor < self.text.len() => {
                self.text.remove(self.cursor);
            }
            Edit::Erase | Edit::Delete => {}
            Edit::Left => self.cursor = self.cursor.saturating_sub(1),
            Edit::Right => self.cursor = (self.cursor + 1).min(self.text.len()),
            Edit::Start => self.cursor = 0,
            Edit::End => self.cursor = self.text.len(),
            Edit::Clear => {
                self.text.clear();
                self.cursor = 0;
            }
        }
        self.activation = self.text().parse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Editor {
        let mut editor = Editor::new("");
        text.chars().for_each(|c| editor.edit(Edit::Insert(c)));
        editor
    }

    #[test]
    fn a_line_is_edited_at_its_cursor() {
        let mut editor = typed("x*tnh(x)");
        for _ in 0..5 {
            editor.edit(Edit::Left);
        }
        editor.edit(Edit::Insert('a'));
        assert_eq!((editor.text().as_str(), editor.cursor()), ("x*tanh(x)", 4));
        editor.edit(Edit::Start);
        editor.edit(Edit::Erase);
        editor.edit(Edit::Delete);
        editor.edit(Edit::Delete);
        assert_eq!((editor.text().as_str(), editor.cursor()), ("tanh(x)", 0));
        editor.edit(Edit::End);
        editor.edit(Edit::Delete);
        editor.edit(Edit::Right);
        assert_eq!(editor.cursor(), 7);
        assert_eq!(editor.activation().expect("known").to_string(), "tanh(x)");
        editor.edit(Edit::Clear);
        assert_eq!((editor.text().as_str(), editor.cursor()), ("", 0));
    }

    #[test]
    fn an_error_points_at_the_character_that_was_typed() {
        for (text, blamed) in [
            ("x*sigmod(x)", Some(2)),
            ("  x+)", Some(4)),
            ("rellu", None),
        ] {
            let editor = typed(text);
            let error = editor.activation().expect_err(text);
            assert_eq!(editor.blamed(error), blamed, "{text}: {error}");
        }
    }

    #[test]
    fn a_line_has_an_end() {
        let editor = typed(&"x+".repeat(LONGEST));
        assert_eq!(editor.text().chars().count(), LONGEST);
    }
}

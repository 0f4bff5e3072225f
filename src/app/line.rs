//! A line of text that is being typed.

use crate::app::action::Edit;

/// Characters that fit into a line.
pub const LONGEST: usize = 1000;

/// A text and a cursor in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    text: Vec<char>,
    cursor: usize,
}

impl Line {
    /// A line with this text and the cursor behind it.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let text: Vec<char> = text.chars().take(LONGEST).collect();
        Self {
            cursor: text.len(),
            text,
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

    /// One change; what is impossible changes nothing.
    pub fn edit(&mut self, edit: Edit) {
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_edited_at_its_cursor() {
        let mut line = Line::default();
        "x*tnh(x)".chars().for_each(|c| line.edit(Edit::Insert(c)));
        for _ in 0..5 {
            line.edit(Edit::Left);
        }
        line.edit(Edit::Insert('a'));
        assert_eq!((line.text().as_str(), line.cursor()), ("x*tanh(x)", 4));
        line.edit(Edit::Start);
        line.edit(Edit::Erase);
        line.edit(Edit::Delete);
        line.edit(Edit::Delete);
        assert_eq!((line.text().as_str(), line.cursor()), ("tanh(x)", 0));
        line.edit(Edit::End);
        line.edit(Edit::Delete);
        line.edit(Edit::Right);
        assert_eq!(line.cursor(), 7);
        line.edit(Edit::Clear);
        assert_eq!((line.text().as_str(), line.cursor()), ("", 0));
    }

    #[test]
    fn a_line_has_an_end() {
        let mut line = Line::new(&"x+".repeat(LONGEST));
        line.edit(Edit::Insert('x'));
        assert_eq!(line.text().chars().count(), LONGEST);
    }
}

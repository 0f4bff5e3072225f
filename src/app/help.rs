//! The text of the help: two sentences on what each panel shows, and every key from the [table of keys](crate::app::views::rows).

use crate::app::action::ViewName;
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::Category;
use crate::app::views::VIEWS;

/// What a line of the help is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HelpLine {
    /// A heading.
    Heading(String),
    /// Keys and what they do.
    Key(String, String),
    /// Running text, or an empty line.
    Text(String),
}

/// Columns and rows of text that the help shows on a screen of this size.
#[must_use]
pub fn page((columns, rows): (u16, u16)) -> (usize, usize) {
    (
        usize::from(columns.min(84)).saturating_sub(4),
        usize::from(rows).saturating_sub(2),
    )
}

/// The help, wrapped to this many columns: what this view shows and its keys, the keys that mean the same everywhere, then the
/// other views and what is open now and then.
#[must_use]
pub fn lines(columns: usize, view: ViewName, keys: &KeyMap) -> Vec<HelpLine> {
    let mut lines = Vec::new();
    let here = Category::View(view);
    let categories = keys.categories();
    let general = categories.iter().filter(|category| category.is_general());
    panels(&mut lines, columns, |of| of == view);
    for category in [&here].into_iter().chain(general) {
        table(&mut lines, columns, *category, keys);
    }
    panels(&mut lines, columns, |of| of != view);
    for category in categories {
        if category != here && !category.is_general() {
            table(&mut lines, columns, category, keys);
        }
    }
    lines
}

fn panels(lines: &mut Vec<HelpLine>, columns: usize, chosen: impl Fn(ViewName) -> bool) {
    let views = VIEWS.iter().filter(|view| chosen(view.info.name));
    for (name, text) in views.flat_map(|view| view.info.panels) {
        heading(lines, name);
        lines.extend(wrapped(text, columns).into_iter().map(HelpLine::Text));
    }
}

/// The keys of a category, but those that nothing is bound to.
fn table(lines: &mut Vec<HelpLine>, columns: usize, category: Category, map: &KeyMap) {
    heading(lines, &format!("keys: {category}"));
    for row in map.rows().filter(|row| row.category == category) {
        let keys = map.all(row);
        if keys.is_empty() {
            continue;
        }
        // more keys than there is room for push the explanation to the right
        let room = columns.saturating_sub(INDENT.max(keys.chars().count() + 1));
        for (i, text) in wrapped(row.does, room).into_iter().enumerate() {
            let keys = if i == 0 { keys.clone() } else { String::new() };
            lines.push(HelpLine::Key(keys, text));
        }
    }
}

/// Columns that the keys of a [`HelpLine::Key`] take.
pub const INDENT: usize = 18;

fn heading(lines: &mut Vec<HelpLine>, text: &str) {
    if !lines.is_empty() {
        lines.push(HelpLine::Text(String::new()));
    }
    lines.push(HelpLine::Heading(text.to_owned()));
}

/// Breaks a text at spaces into lines of at most `columns` characters (a longer word stays whole).
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let line = lines.last_mut().expect("never empty");
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= columns {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_key_and_begins_with_what_is_on_the_screen() {
        let map = KeyMap::default();
        for view in &VIEWS {
            let lines = lines(76, view.info.name, &map);
            for row in map.rows() {
                let told =
                    |line: &HelpLine| matches!(line, HelpLine::Key(k, _) if *k == map.all(row));
                assert!(lines.iter().any(told), "{}", row.name);
            }
            let first = view.info.panels.first();
            let (name, text) = first.expect("every view is explained");
            assert_eq!(lines[0], HelpLine::Heading((*name).to_owned()));
            assert!(text.contains(". "), "{name} in two sentences");
        }
    }

    #[test]
    fn keys_fit_in_front_of_their_explanation() {
        let map = KeyMap::default();
        for row in map.rows() {
            let keys = map.all(row);
            assert!(keys.chars().count() < INDENT, "{keys}");
        }
    }

    #[test]
    fn text_wraps_at_spaces_and_loses_nothing() {
        let text = "a bc def g";
        assert_eq!(wrapped(text, 4), ["a bc", "def", "g"]);
        assert_eq!(wrapped(text, 0).join(" "), text);
        assert_eq!(wrapped("", 9), [""]);
    }
}

//! The help: a page with the keys of this view, a page on what its panels show, and every key and every word by a search; all of it
//! from the [table of keys](crate::app::views::rows) and the panels of the views.

use crate::app::action::{Action, Direction, Edit, Scroll, ViewName};
use crate::app::keys::map::KeyMap;
use crate::app::keys::row::{Category, Focus, KeyRow};
use crate::app::line::Line;
use crate::app::views::VIEWS;

/// The help, while it is open.
#[derive(Clone, Debug, Default)]
pub struct Help {
    /// The first line that is seen.
    pub(super) top: usize,
    page: Page,
    /// What is searched for.
    search: Option<Line>,
}

/// What is on the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Page {
    #[default]
    Keys,
    Panels,
}

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

impl Help {
    /// The first line that is seen.
    #[must_use]
    pub fn top(&self) -> usize {
        self.top
    }

    /// What is searched for; `None` where nothing is.
    #[must_use]
    pub fn search(&self) -> Option<&Line> {
        self.search.as_ref()
    }

    /// The next or previous page.
    pub(super) fn turn(&mut self) {
        self.top = 0;
        self.page = match self.page {
            Page::Keys => Page::Panels,
            Page::Panels => Page::Keys,
        };
    }

    /// Begins to search.
    pub(super) fn begin_search(&mut self) {
        self.top = 0;
        self.search = Some(Line::default());
    }

    /// Back from the search to the page; false where nothing is searched for.
    pub(super) fn end_search(&mut self) -> bool {
        let searched = self.search.take().is_some();
        self.top = if searched { 0 } else { self.top };
        searched
    }

    /// Changes what is searched for.
    pub(super) fn edit(&mut self, edit: Edit) {
        if let Some(line) = &mut self.search {
            line.edit(edit);
            self.top = 0;
        }
    }

    /// Moves the text so far on a screen of this size.
    pub(super) fn scroll(
        &mut self,
        scroll: Scroll,
        size: (u16, u16),
        view: ViewName,
        map: &KeyMap,
    ) {
        let (columns, rows) = page(size);
        let last = self.lines(columns, view, map).len().saturating_sub(rows);
        let by = |n: i32, unit: usize| {
            let distance = unit.saturating_mul(n.unsigned_abs() as usize);
            if n < 0 {
                self.top.saturating_sub(distance)
            } else {
                self.top.saturating_add(distance)
            }
        };
        let target = match scroll {
            Scroll::Lines(n) => by(n, 1),
            Scroll::Pages(n) => by(n, rows.saturating_sub(1).max(1)),
            Scroll::Top => 0,
            Scroll::Bottom => last,
        };
        self.top = target.min(last);
    }

    /// Its text, wrapped to this many columns.
    #[must_use]
    pub fn lines(&self, columns: usize, view: ViewName, map: &KeyMap) -> Vec<HelpLine> {
        let mut lines = Vec::new();
        match (&self.search, self.page) {
            (Some(line), _) => found(&mut lines, columns, &line.text(), map),
            (None, Page::Keys) => keys(&mut lines, columns, view, map),
            (None, Page::Panels) => panels(&mut lines, columns, |of, _| of == view),
        }
        lines
    }
}

/// The keys of this view, those that mean the same everywhere in few words, and where there is more.
fn keys(lines: &mut Vec<HelpLine>, columns: usize, view: ViewName, map: &KeyMap) {
    let here = Category::View(view);
    table(lines, columns, here, map, |_| true);
    heading(lines, "keys everywhere");
    for category in map.categories().into_iter().filter(|c| c.is_general()) {
        let rows = map.rows().filter(|row| row.category == category);
        let items = rows.filter_map(|row| Some(format!("{} {}", map.short(row)?, row.name)));
        told(lines, &category.to_string(), packed(items, columns));
    }
    let more = [
        (Action::Page(Direction::Forward), "what panels show"),
        (Action::Search, "search everything"),
        (Action::Palette, "menu"),
    ];
    let items = more.into_iter().map(|(action, does)| {
        let key = map.key_of(action, Focus::Help(view));
        format!("{key} {does}")
    });
    told(lines, "from here", packed(items, columns));
}

/// Items in lines of at most so many columns behind an indent.
fn packed(items: impl Iterator<Item = String>, columns: usize) -> Vec<String> {
    let room = columns.saturating_sub(INDENT);
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 2 + item.chars().count() <= room => {
                line.push_str("  ");
                line.push_str(&item);
            }
            _ => lines.push(item),
        }
    }
    lines
}

/// Every key and every panel that has all of these words.
fn found(lines: &mut Vec<HelpLine>, columns: usize, text: &str, map: &KeyMap) {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let has = |texts: &[&str]| {
        let all = texts.join(" ").to_lowercase();
        words.iter().all(|word| all.contains(word))
    };
    for category in map.categories() {
        let fits = |row: &KeyRow| has(&[&map.all(row), row.name, row.does]);
        table(lines, columns, category, map, fits);
    }
    panels(lines, columns, |_, (name, text)| has(&[name, text]));
    if lines.is_empty() {
        lines.push(HelpLine::Text(format!("no key and no panel has `{text}`")));
    }
}

fn panels(
    lines: &mut Vec<HelpLine>,
    columns: usize,
    chosen: impl Fn(ViewName, (&str, &str)) -> bool,
) {
    for view in &VIEWS {
        let panels = view.info.panels.iter();
        for (name, text) in panels.filter(|panel| chosen(view.info.name, **panel)) {
            heading(lines, name);
            lines.extend(wrapped(text, columns).into_iter().map(HelpLine::Text));
        }
    }
}

/// The chosen keys of a category, but those that nothing is bound to.
fn table(
    lines: &mut Vec<HelpLine>,
    columns: usize,
    category: Category,
    map: &KeyMap,
    chosen: impl Fn(&KeyRow) -> bool,
) {
    let rows = map.rows().filter(|row| row.category == category);
    let rows: Vec<_> = rows
        .filter(|row| !map.all(row).is_empty() && chosen(row))
        .collect();
    if !rows.is_empty() {
        heading(lines, &format!("keys: {category}"));
    }
    for row in rows {
        let keys = map.all(row);
        // more keys than there is room for push the explanation to the right
        let room = columns.saturating_sub(INDENT.max(keys.chars().count() + 1));
        // the heading says where
        let here = category.view().is_some();
        let does = row.does.split_once(" view: ").filter(|_| here);
        told(
            lines,
            &keys,
            wrapped(does.map_or(row.does, |(_, does)| does), room),
        );
    }
}

/// Keys before the first of some lines.
fn told(lines: &mut Vec<HelpLine>, keys: &str, texts: Vec<String>) {
    for (n, text) in texts.into_iter().enumerate() {
        let keys = if n == 0 {
            keys.to_owned()
        } else {
            String::new()
        };
        lines.push(HelpLine::Key(keys, text));
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

    fn searched(text: &str) -> Vec<HelpLine> {
        let mut help = Help::default();
        help.begin_search();
        for c in text.chars() {
            help.edit(Edit::Insert(c));
        }
        help.lines(76, ViewName::SCOPE, &KeyMap::default())
    }

    #[test]
    fn the_first_page_has_every_key_of_its_view_and_fits_80x24() {
        let map = KeyMap::default();
        for view in &VIEWS {
            let name = view.info.name;
            let lines = Help::default().lines(76, name, &map);
            let here = |row: &&&KeyRow| row.category.view() == Some(name);
            for row in map.rows().collect::<Vec<_>>().iter().filter(here) {
                let told =
                    |line: &HelpLine| matches!(line, HelpLine::Key(k, _) if *k == map.all(row));
                assert!(lines.iter().any(told), "{}", row.name);
            }
            assert!(lines.len() <= page((80, 24)).1, "{name}: {}", lines.len());
        }
    }

    #[test]
    fn the_second_page_explains_every_panel_of_the_view() {
        let map = KeyMap::default();
        for view in &VIEWS {
            let mut help = Help::default();
            help.turn();
            let lines = help.lines(76, view.info.name, &map);
            for (name, text) in view.info.panels {
                assert!(lines.contains(&HelpLine::Heading((*name).to_owned())));
                assert!(text.contains(". "), "{name} in two sentences");
            }
            help.turn();
            assert_eq!(help.lines(76, view.info.name, &map)[0], {
                HelpLine::Heading(format!("keys: in the {} view", view.info.name))
            });
        }
    }

    #[test]
    fn the_search_finds_every_key_and_every_word() {
        let map = KeyMap::default();
        let all = searched("");
        for row in map.rows() {
            let told = |line: &HelpLine| matches!(line, HelpLine::Key(k, _) if *k == map.all(row));
            assert!(all.iter().any(told), "{}", row.name);
        }
        let found = searched("Edge CHAOS");
        let told = |line: &HelpLine| matches!(line, HelpLine::Key(keys, _) if keys == "Enter");
        assert!(found.iter().any(told), "{found:?}");
        assert!(found.len() < all.len() / 2);
        assert_eq!(
            searched("zebra"),
            [HelpLine::Text("no key and no panel has `zebra`".into())]
        );
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

//! The table of keys as its user has bound it.

use crate::app::action::{Action, Edit, Format, ViewName};
use crate::app::key::Key;
use crate::app::keys::fault::KeyMapError;
use crate::app::keys::row::{Category, Focus, KeyRow};

/// What is appended to a row's name to mean the keys that go back.
pub const BACK: &str = "-back";

/// Which keys do what: the table, with other keys where somebody has bound them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyMap {
    /// The table.
    rows: Vec<&'static KeyRow>,
    /// Rows that are bound anew: forward and back.
    bound: Vec<(Id, [Vec<Key>; 2])>,
    /// What is not to be had, by no key and from no list.
    withheld: &'static [Action],
    /// Views that are not to be had.
    absent: Vec<ViewName>,
}

/// What reaches outside the program: into the working directory and to the shell.
const OUTSIDE: &[Action] = &[
    Action::Save(Format::Svg),
    Action::Save(Format::Text),
    Action::Save(Format::Ansi),
    Action::Save(Format::Csv),
    Action::Save(Format::Json),
    Action::Overwrite,
    Action::SaveCopied,
    Action::Keep,
    Action::Record,
    Action::Suspend,
];

/// What needs a configuration file.
const KEPT: &[Action] = &[Action::Keep];

/// A row of the table.
type Id = (Category, &'static str);

impl KeyRow {
    /// The name by which the row is bound: `remedy`, `phase-sigma_w`; with [`BACK`] behind it the keys that go back.
    #[must_use]
    pub fn id(&self) -> String {
        let name = self.name.to_lowercase().replace(' ', "-");
        match self.category.place() {
            Some(place) => format!("{place}-{name}"),
            None => name,
        }
    }
}

impl KeyMap {
    /// These rows, each with the keys that it names.
    #[must_use]
    pub fn of(rows: Vec<&'static KeyRow>) -> Self {
        Self {
            rows,
            bound: Vec::new(),
            withheld: &[],
            absent: Vec::new(),
        }
    }

    /// The table, as far as its views are to be had.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &'static KeyRow> + Clone + '_ {
        let absent = |row: &&KeyRow| match (row.action, row.category) {
            (Action::Show(view), _) | (_, Category::View(view)) => self.absent.contains(&view),
            _ => false,
        };
        self.rows.iter().copied().filter(move |row| !absent(row))
    }

    /// The headings of the help, in its order.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        let mut categories: Vec<Category> = self.rows().map(|row| row.category).collect();
        categories.dedup();
        categories
    }

    /// Every view that a key opens, in the order of the table.
    #[must_use]
    pub fn views(&self) -> Vec<ViewName> {
        let shown = self.rows().filter_map(|row| match row.action {
            Action::Show(view) => Some(view),
            _ => None,
        });
        shown.collect()
    }

    /// The keys of a row: forward, back.
    #[must_use]
    pub fn keys_of(&self, row: &KeyRow) -> [&[Key]; 2] {
        match self.bound.iter().find(|(id, _)| *id == of(row)) {
            Some((_, [forward, back])) => [forward, back],
            None => [row.keys, row.back.map_or(&[], |(back, _)| back)],
        }
    }

    /// Binds other keys to a row, forward or back.
    pub fn bind(&mut self, row: &KeyRow, back: bool, keys: Vec<Key>) {
        let [forward, backward] = self.keys_of(row).map(<[Key]>::to_vec);
        self.bound.retain(|(id, _)| *id != of(row));
        let pair = if back {
            [forward, keys]
        } else {
            [keys, backward]
        };
        self.bound.push((of(row), pair));
    }

    /// The keys of a program that is lent to strangers: nothing that reaches outside it, and nothing of it in help and palette.
    #[must_use]
    pub fn lent() -> Self {
        Self::default().withholding(OUTSIDE)
    }

    /// The same where nothing can be kept for the next time.
    #[must_use]
    pub fn forgetting(self) -> Self {
        // who withholds more withholds this
        if self.offers(Action::Keep) {
            self.withholding(KEPT)
        } else {
            self
        }
    }

    /// The same without these views and their keys, and with all others.
    #[must_use]
    pub fn without(self, absent: Vec<ViewName>) -> Self {
        Self { absent, ..self }
    }

    fn withholding(self, withheld: &'static [Action]) -> Self {
        let mut map = Self { withheld, ..self };
        for row in map.rows.clone() {
            if withheld.contains(&row.action) {
                map.bind(row, false, Vec::new());
            }
        }
        map
    }

    /// Rows that are bound otherwise than there: names, with that of what goes back, and their keys.
    #[must_use]
    pub fn changes(&self, before: &Self) -> Vec<(String, Vec<Key>)> {
        let mut changes = Vec::new();
        for row in self.rows() {
            let ids = [row.id(), row.id() + BACK];
            let sides = self.keys_of(row).into_iter().zip(before.keys_of(row));
            for (id, (now, then)) in ids.into_iter().zip(sides) {
                if now != then {
                    changes.push((id, now.to_vec()));
                }
            }
        }
        changes
    }

    /// The row of a name, and whether its keys that go back are meant.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<(&'static KeyRow, bool)> {
        self.rows().find_map(|row| {
            let id = row.id();
            match name.strip_prefix(id.as_str())? {
                "" => Some((row, false)),
                BACK if row.back.is_some() => Some((row, true)),
                _ => None,
            }
        })
    }

    /// Whether an action is to be had.
    #[must_use]
    pub fn offers(&self, action: Action) -> bool {
        !self.withheld.contains(&action)
    }

    /// What a key means: in the help its own keys come first, in a view the view's own.
    #[must_use]
    pub fn action(&self, key: Key, focus: Focus) -> Option<Action> {
        let of = |focus: Focus, only: Option<Category>| {
            self.rows()
                .filter(|row| focus.knows(row) && only.is_none_or(|only| only == row.category))
                .find_map(|row| self.action_of(row, key))
        };
        let own = |view: ViewName| of(focus, Some(Category::View(view)));
        match (focus, key) {
            (Focus::Palette | Focus::Search, Key::Char(c) | Key::Pasted(c)) => {
                Some(Action::Edit(Edit::Insert(c)))
            }
            (Focus::Palette | Focus::Search, Key::Ctrl(_)) => of(focus, None)
                .or_else(|| of(Focus::View(ViewName::SCOPE), Some(Category::Program))),
            (Focus::Palette | Focus::Search | Focus::Export, _) => of(focus, None),
            (Focus::View(view), _) => own(view).or_else(|| of(focus, None)),
            (Focus::Help(view), _) => of(focus, Some(Category::Help))
                .or_else(|| own(view))
                .or_else(|| of(focus, None)),
        }
    }

    /// The action of a key, where this row has it.
    fn action_of(&self, row: &KeyRow, key: Key) -> Option<Action> {
        let [forward, back] = self.keys_of(row);
        if forward.contains(&key) {
            return Some(row.action);
        }
        row.back
            .filter(|_| back.contains(&key))
            .map(|(_, action)| action)
    }

    /// The first key that causes an action there, to tell somebody; empty where none does.
    #[must_use]
    pub fn key_of(&self, action: Action, focus: Focus) -> String {
        let known = self.rows().filter(|row| focus.knows(row));
        let mut causes = known.flat_map(|row| {
            let [forward, back] = self.keys_of(row);
            let opposite = row.back.map(|(_, opposite)| opposite);
            let sides = [(Some(row.action), forward), (opposite, back)];
            let causing = sides.into_iter().filter(|(side, _)| *side == Some(action));
            causing.flat_map(|(_, keys)| keys)
        });
        // another row may come first for the same key
        let key = causes.find(|key| self.action(**key, focus) == Some(action));
        key.map_or_else(String::new, ToString::to_string)
    }

    /// The keys of the footer: `a/A`, `space`; `None` where nothing is bound.
    #[must_use]
    pub fn short(&self, row: &KeyRow) -> Option<String> {
        let [forward, back] = self.keys_of(row).map(<[Key]>::first);
        match (forward, back) {
            (Some(forward), Some(back)) => Some(format!("{forward}/{back}")),
            (Some(one), None) | (None, Some(one)) => Some(one.to_string()),
            (None, None) => None,
        }
    }

    /// All keys, as in the help: `a A`, `q Q Ctrl-C`.
    #[must_use]
    pub fn all(&self, row: &KeyRow) -> String {
        let names: Vec<String> = self
            .keys_of(row)
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect();
        names.join(" ")
    }

    /// Whether every key has one meaning wherever it can be pressed, and the way out has one everywhere.
    ///
    /// # Errors
    /// The first place where that is not so.
    pub fn check(&self) -> Result<(), KeyMapError> {
        let help = Focus::Help(ViewName::SCOPE);
        let popups = [help, Focus::Palette, Focus::Search, Focus::Export];
        for focus in self.views().into_iter().map(Focus::View).chain(popups) {
            self.check_focus(focus)?;
            let needed: &[Action] = match focus {
                Focus::View(_) => &[Action::Quit, Action::Help, Action::Back],
                Focus::Help(_) | Focus::Palette | Focus::Search | Focus::Export => &[Action::Back],
            };
            let lost = |action: &&Action| self.key_of(**action, focus).is_empty();
            if let Some(action) = needed.iter().find(lost) {
                let row = self
                    .rows()
                    .find(|row| focus.knows(row) && row.action == *action);
                let id = row.map_or_else(String::new, KeyRow::id);
                return Err(KeyMapError::Needed(id));
            }
        }
        Ok(())
    }

    /// A view's own keys come before those that mean the same everywhere, and a popup's before both.
    fn check_focus(&self, focus: Focus) -> Result<(), KeyMapError> {
        let mut seen: Vec<(Option<&str>, Key, String)> = Vec::new();
        for row in self.rows().filter(|row| focus.knows(row)) {
            let place = row.category.place();
            let [forward, back] = self.keys_of(row);
            let forward = forward.iter().map(|key| (*key, row.id()));
            let back = back.iter().map(|key| (*key, row.id() + BACK));
            for (key, name) in forward.chain(back) {
                if focus.types() && matches!(key, Key::Char(_)) {
                    return Err(KeyMapError::Text { key, name });
                }
                let twice = seen.iter().find(|(p, k, _)| (*p, *k) == (place, key));
                if let Some((_, _, first)) = twice {
                    return Err(KeyMapError::Twice {
                        key,
                        place: place
                            .map_or_else(|| "in every view".into(), |p| format!("in `{p}`")),
                        first: first.clone(),
                        second: name,
                    });
                }
                seen.push((place, key, name));
            }
        }
        Ok(())
    }
}

fn of(row: &KeyRow) -> Id {
    (row.category, row.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::key::Key::Char;

    fn row(id: &str) -> &'static KeyRow {
        let mut rows = KeyMap::default().rows.into_iter();
        rows.find(|row| row.id() == id).expect(id)
    }

    #[test]
    fn every_row_has_a_name_of_its_own() {
        let map = KeyMap::default();
        let mut ids: Vec<String> = map.rows().map(KeyRow::id).collect();
        let plain = |c: char| c.is_ascii_lowercase() || "-_".contains(c);
        assert!(ids.iter().all(|id| id.chars().all(plain)), "{ids:?}");
        assert!(ids.iter().all(|id| !id.ends_with(BACK)));
        let all = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }

    #[test]
    fn a_row_takes_other_keys_and_leaves_its_own() {
        let scope = Focus::View(ViewName::SCOPE);
        let mut map = KeyMap::default();
        assert_eq!(map.check(), Ok(()));
        assert_eq!(map.action(Char('r'), scope), Some(Action::Remedy));
        map.bind(row("remedy"), false, vec![Key::F(5), Char('y')]);
        assert_eq!(map.action(Char('r'), scope), None);
        assert_eq!(map.action(Key::F(5), scope), Some(Action::Remedy));
        assert_eq!(
            map.key_of(Action::Remedy, Focus::View(ViewName::SCOPE)),
            "F5"
        );
        assert_eq!(map.short(row("remedy")).as_deref(), Some("F5"));
        assert_eq!(map.all(row("remedy")), "F5 y");
        map.bind(row("width"), true, vec![]);
        assert_eq!(map.action(Char('W'), scope), None);
        assert_eq!(map.short(row("width")).as_deref(), Some("w"));
        assert_eq!(map.check(), Ok(()));
        map.bind(row("width"), false, vec![]);
        assert_eq!(map.short(row("width")), None);
    }

    #[test]
    fn a_key_with_two_meanings_is_refused_and_so_is_a_program_without_a_way_out() {
        let mut map = KeyMap::default();
        map.bind(row("remedy"), false, vec![Char('a')]);
        assert_eq!(
            map.check().unwrap_err().to_string(),
            "a does two things in every view: `activation` and `remedy`; bind one of them to another key"
        );
        let mut map = KeyMap::default();
        map.bind(row("quit"), false, vec![]);
        assert_eq!(map.check().unwrap_err().to_string(), "`quit` needs a key");
        let mut map = KeyMap::default();
        map.bind(row("palette-do"), false, vec![Char('a')]);
        assert_eq!(
            map.check().unwrap_err().to_string(),
            "a is text where `palette-do` is to be done; bind Enter, Esc, an arrow, F1 to F12 or Ctrl-LETTER"
        );
    }
}

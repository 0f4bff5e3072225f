//! What the table of keys must keep true.

use super::*;
use crate::app::action::{Action, Edit, Scroll};
use crate::app::key::Key;
use crate::app::keys::row::{Category, Focus};
use Key::{Char, Ctrl, F};

fn action(key: Key, focus: Focus) -> Option<Action> {
    KeyMap::default().action(key, focus)
}

/// A view's own keys come before those that mean the same everywhere, and the help's before both.
#[test]
fn no_key_has_two_meanings_of_the_same_precedence() {
    let names = VIEWS.iter().map(|view| view.info.name);
    let situations = names
        .flat_map(|view| [Focus::View(view), Focus::Help(view)])
        .chain([Focus::Palette]);
    for focus in situations {
        let mut seen = Vec::new();
        for row in rows().filter(|row| focus.knows(row)) {
            let precedence = (row.category.view(), row.category == Category::Help);
            let back = row.back.map_or(&[][..], |(back, _)| back);
            for key in row.keys.iter().chain(back) {
                assert!(
                    !seen.contains(&(precedence, *key)),
                    "{key} twice in {focus:?}"
                );
                seen.push((precedence, *key));
            }
        }
    }
}

#[test]
fn every_back_key_of_a_letter_is_its_upper_case() {
    for row in rows() {
        if let (Char(forward), Some(([Char(back)], _))) = (row.keys[0], row.back)
            && forward.is_alphabetic()
        {
            assert_eq!(forward.to_ascii_uppercase(), *back);
        }
    }
}

#[test]
fn no_two_rows_of_a_footer_have_the_same_rank() {
    let views = VIEWS.iter().map(|view| Focus::View(view.info.name));
    for focus in views.chain([Focus::Palette]) {
        let mut ranks: Vec<u8> = rows()
            .filter(|row| focus.knows(row) && row.rank > 0)
            .map(|row| row.rank)
            .collect();
        ranks.sort_unstable();
        let all = ranks.len();
        ranks.dedup();
        assert_eq!(ranks.len(), all, "{focus:?}: {ranks:?}");
    }
}

#[test]
fn home_resets_and_goes_to_the_top_of_an_open_help() {
    let (scope, help) = (Focus::View(ViewName::SCOPE), Focus::Help(ViewName::SCOPE));
    assert_eq!(action(Key::Home, scope), Some(Action::Reset));
    assert_eq!(action(Key::Home, help), Some(Action::Scroll(Scroll::Top)));
    assert_eq!(action(Char('a'), help), action(Char('a'), scope));
    assert_eq!(
        action(Key::Up, help),
        Some(Action::Scroll(Scroll::Lines(-1)))
    );
}

#[test]
fn in_the_palette_letters_are_text_and_control_keys_still_work() {
    for c in ['a', 'q', '?', '5', ' '] {
        assert_eq!(
            action(Char(c), Focus::Palette),
            Some(Action::Edit(Edit::Insert(c)))
        );
    }
    assert_eq!(action(Ctrl('c'), Focus::Palette), Some(Action::Quit));
    assert_eq!(action(Ctrl('z'), Focus::Palette), Some(Action::Suspend));
    assert_eq!(action(Key::Enter, Focus::Palette), Some(Action::Accept));
    assert_eq!(action(Key::Esc, Focus::Palette), Some(Action::Back));
    assert_eq!(action(F(1), Focus::Palette), None);
    let pasted = Key::Pasted('q');
    assert_eq!(action(pasted, Focus::View(ViewName::SCOPE)), None);
    assert_eq!(
        action(pasted, Focus::Palette),
        Some(Action::Edit(Edit::Insert('q')))
    );
}

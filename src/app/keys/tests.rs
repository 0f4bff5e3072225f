//! What the table of keys must keep true.

use super::*;

#[test]
fn no_key_has_two_meanings_at_the_same_time() {
    let situations = [View::Scope, View::Phase, View::Advice]
        .into_iter()
        .flat_map(|view| [(view, false), (view, true)]);
    for (view, help) in situations {
        let mut seen = Vec::new();
        for row in KEYS
            .iter()
            .filter(|row| (row.category == Category::Help) == help)
            .filter(|row| row.category.view().is_none_or(|only| only == view))
        {
            let back = row.back.map_or(&[][..], |(back, _)| back);
            for key in row.keys.iter().chain(back) {
                assert!(!seen.contains(key), "{key} twice in {view:?}");
                seen.push(*key);
            }
        }
    }
}

#[test]
fn every_back_key_of_a_letter_is_its_upper_case() {
    for row in KEYS {
        if let (Char(forward), Some(([Char(back)], _))) = (row.keys[0], row.back) {
            assert_eq!(forward.to_ascii_uppercase(), *back);
        }
    }
}

#[test]
fn footer_ranks_are_1_2_3_and_so_on() {
    let mut ranks: Vec<u8> = KEYS
        .iter()
        .map(|row| row.rank)
        .filter(|rank| *rank > 0)
        .collect();
    ranks.sort_unstable();
    assert!(
        ranks
            .iter()
            .copied()
            .eq(1..=u8::try_from(ranks.len()).expect("a few")),
        "{ranks:?}"
    );
}

#[test]
fn home_resets_and_goes_to_the_top_of_an_open_help() {
    let action = |key, help| super::action(key, help, View::Scope);
    assert_eq!(action(Key::Home, false), Some(Action::Reset));
    assert_eq!(action(Key::Home, true), Some(Action::Scroll(Scroll::Top)));
    assert_eq!(action(Char('a'), true), action(Char('a'), false));
    assert_eq!(action(Key::Up, false), None);
}

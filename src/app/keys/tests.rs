//! What the table of keys must keep true.

use super::*;

#[test]
fn no_key_has_two_meanings_at_the_same_time() {
    for help in [false, true] {
        let mut seen = Vec::new();
        for row in KEYS
            .iter()
            .filter(|row| (row.category == Category::Help) == help)
        {
            for key in row
                .keys
                .iter()
                .chain(row.back.map_or(&[][..], |(back, _)| back))
            {
                assert!(!seen.contains(key), "{key} twice");
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

//! What the decoder must keep true.

use super::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;

fn keys(bytes: &[u8]) -> Vec<Key> {
    let mut decoder = Decoder::default();
    let mut keys = fed(&mut decoder, bytes);
    keys.extend(decoder.give_up());
    keys
}

/// The keys that these bytes complete; no mouse is among them.
fn fed(decoder: &mut Decoder, bytes: &[u8]) -> Vec<Key> {
    let mut inputs = Vec::new();
    decoder.feed(bytes, &mut inputs);
    let key = |input| match input {
        Input::Key(key) => key,
        Input::Mouse(mouse) => panic!("{mouse:?}"),
    };
    inputs.into_iter().map(key).collect()
}

#[test]
fn every_terminals_spelling_of_a_key_is_understood() {
    let table: &[(&[&str], Key)] = &[
        (&["\x1b[A", "\x1bOA", "\x1b[1;5A"], Key::Up),
        (&["\x1b[D", "\x1bOD"], Key::Left),
        (&["\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"], Key::Home),
        (&["\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"], Key::End),
        (&["\x1b[5~", "\x1b[5;2~"], Key::PageUp),
        (&["\x1bOP", "\x1b[11~", "\x1b[[A", "\x1b[P"], Key::F(1)),
        (&["\x1bOR", "\x1b[13~", "\x1b[[C", "\x1b[R"], Key::F(3)),
        (&["\x1b[24~"], Key::F(12)),
        (&["\x1b[Z"], Key::BackTab),
        (&["\r", "\n", "\x1bOM"], Key::Enter),
        (&["\x7f", "\x08"], Key::Backspace),
        (&["\x03"], Key::Ctrl('c')),
        (&["\x1a"], Key::Ctrl('z')),
        (&["\x1c"], Key::Ctrl('\\')),
        (&["é"], Key::Char('é')),
        (&["😀"], Key::Char('😀')),
        (&["\x1b"], Key::Esc),
    ];
    for (spellings, key) in table {
        for bytes in *spellings {
            assert_eq!(keys(bytes.as_bytes()), [*key], "{bytes:?}");
        }
    }
}

#[test]
fn what_is_no_key_is_swallowed_whole() {
    let swallowed = [
        "\x1b[?2026;2$y",
        "\x1b[24;80R",
        "\x1b]11;rgb:1616/1818/1d1d\x07",
        "\x1b]11;rgb:1616/1818/1d1d\x1b\\",
        "\x1bP>|xterm(388)\x1b\\",
        "\x1b[?64;1;2c",
        "\x1b[<0;10;20m",
        "\x1b[<35;10;20M",
        "\x1b[<0;0;0M",
        "\x1b[<0;1;2;3M",
        "\x1b[<q",
        "\x1b[M qq",
        "\x1bq",
        "\x1b[99999999999q",
        "\x1b[I",
    ];
    for bytes in swallowed {
        assert_eq!(
            keys(format!("{bytes}a").as_bytes()),
            [Key::Char('a')],
            "{bytes:?}"
        );
    }
    assert_eq!(
        keys(b"\xff\xc0\xe2\x82a\x80b"),
        [Key::Char('a'), Key::Char('b')]
    );
}

#[test]
fn reports_of_the_cursor_are_counted_and_press_nothing() {
    let mut decoder = Decoder::default();
    let keys = fed(&mut decoder, b"\x1b[24;80R\x1b[R\x1b[1;1Ra\x1b[?1;1R");
    assert_eq!(keys, [Key::F(3), Key::Char('a')]);
    assert_eq!((decoder.answers(), decoder.answers()), (2, 0));
}

#[test]
fn pasted_text_is_text_and_never_a_hotkey() {
    let pasted = |text: &str| text.chars().map(Key::Pasted).collect::<Vec<_>>();
    let around = |inner: &str| keys(format!("\x1b[200~{inner}\x1b[201~").as_bytes());
    assert_eq!(around("x*tanh(x)"), pasted("x*tanh(x)"));
    assert_eq!(around("q\nq\x03\té"), pasted("qq"));
    // an escape in it is no key and takes the beginning of what looks like the end along
    assert_eq!(around("a\x1b[20b"), pasted("ab"));
    assert_eq!(around("a\x1bq\x1b\x1b[201"), pasted("aq"));
}

#[test]
fn where_the_bytes_are_cut_does_not_matter() {
    let bytes = "a\x1b[1;5A\x1bOHé\x1b]0;q\x07\x1b[200~q\x1b[201~\x1b[[Bz".as_bytes();
    let whole = keys(bytes);
    assert_eq!(whole.len(), 7);
    for cut in 0..bytes.len() {
        let mut decoder = Decoder::default();
        let mut parts = fed(&mut decoder, &bytes[..cut]);
        parts.extend(fed(&mut decoder, &bytes[cut..]));
        assert_eq!(parts, whole, "cut at {cut}");
    }
}

#[test]
fn escape_is_a_key_only_when_nothing_follows_in_time() {
    let mut decoder = Decoder::default();
    assert!(fed(&mut decoder, b"\x1b").is_empty());
    assert_eq!(decoder.patience(), Some(Patience::Short));
    assert_eq!(decoder.give_up(), Some(Key::Esc));
    assert_eq!(decoder.patience(), None);
    assert!(fed(&mut decoder, b"\x1b[1;").is_empty());
    assert_eq!(decoder.give_up(), None);
    assert_eq!(fed(&mut decoder, b"5"), [Key::Char('5')]);
}

#[test]
fn alt_with_a_letter_that_begins_a_string_takes_no_key_along() {
    for begin in ["\x1bP", "\x1b]", "\x1bX", "\x1b^", "\x1b_"] {
        let mut decoder = Decoder::default();
        assert!(fed(&mut decoder, begin.as_bytes()).is_empty());
        assert_eq!(decoder.patience(), Some(Patience::Short));
        assert_eq!(decoder.give_up(), None);
        assert_eq!(fed(&mut decoder, b"q"), [Key::Char('q')]);
        assert!(fed(&mut decoder, format!("{begin}1").as_bytes()).is_empty());
        assert_eq!(decoder.patience(), Some(Patience::Long));
        // nor does a reply whose end was lost
        let lost = format!("{begin}1$r\x0cq");
        assert_eq!(keys(lost.as_bytes()), [Key::Ctrl('l'), Key::Char('q')]);
        assert_eq!(keys(format!("{begin}\x03").as_bytes()), [Key::Ctrl('c')]);
        assert!(keys(format!("{begin}q\x18").as_bytes()).is_empty());
    }
}

/// Bytes of a terminal out of order: escape, brackets and digits far more often than by chance.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let byte = prop_oneof![
        1 => select(&b"\x1b[O]P;?<M~12"[..]),
        3 => any::<u8>(),
    ];
    vec(byte, 0..400)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn noise_is_survived_and_a_key_after_it_understood(bytes in noise()) {
        let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
        decoder.feed(&bytes, &mut inputs);
        decoder.give_up();
        prop_assert_eq!(fed(&mut decoder, b"q"), [Key::Char('q')]);
    }

    #[test]
    fn what_bytes_mean_does_not_depend_on_where_they_are_cut(bytes in noise(), cut in 0_usize..400) {
        let (mut whole, mut at_once) = (Decoder::default(), Vec::new());
        whole.feed(&bytes, &mut at_once);
        let (mut decoder, mut in_parts) = (Decoder::default(), Vec::new());
        let (first, rest) = bytes.split_at(cut.min(bytes.len()));
        decoder.feed(first, &mut in_parts);
        decoder.feed(rest, &mut in_parts);
        prop_assert_eq!(at_once, in_parts);
    }
}

#[test]
fn a_click_is_told_between_the_keys_around_it_wherever_it_is_cut() {
    let bytes = b"a\x1b[<0;300;7Mb";
    let click = Mouse {
        gesture: crate::app::mouse::Gesture::Left,
        column: 299,
        row: 6,
    };
    let expected = [
        Input::Key(Key::Char('a')),
        Input::Mouse(click),
        Input::Key(Key::Char('b')),
    ];
    for cut in 0..bytes.len() {
        let (mut decoder, mut inputs) = (Decoder::default(), Vec::new());
        decoder.feed(&bytes[..cut], &mut inputs);
        decoder.feed(&bytes[cut..], &mut inputs);
        assert_eq!(inputs, expected, "cut at {cut}");
    }
    // an escape ends a report that is not complete
    assert_eq!(keys(b"\x1b[<0;3\x1b[A"), [Key::Up]);
}

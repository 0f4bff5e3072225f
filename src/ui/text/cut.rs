//! Shortening a text without cutting a number.

use super::width;

/// A text of at most `columns` characters, with `…` where some were cut off. No number is cut, and no name with an underscore that
/// something stands before: one at that place goes as a whole.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(columns.saturating_sub(1)).collect();
    if let Some(before) = before_name(text, short.len()) {
        short.truncate(before);
    }
    while ends_in_number(&short) {
        short.pop();
    }
    if columns > 0 {
        short.push('…');
    }
    short
}

/// The end of a text in at most `columns` characters, with `…` before it where some were cut off: of a path the end says most.
#[must_use]
pub fn tail(text: &str, columns: usize) -> String {
    let all = width(text);
    if all <= columns {
        return text.to_owned();
    }
    let kept = columns.saturating_sub(1);
    let rest: String = text.chars().skip(all - kept).collect();
    if columns > 0 {
        format!("…{rest}")
    } else {
        rest
    }
}

/// Where the name begins that a cut at this byte would go through, where it has an underscore and something stands before it.
fn before_name(text: &str, at: usize) -> Option<usize> {
    let (kept, lost) = text.split_at(at);
    let begins = kept.rfind(char::is_whitespace)? + 1;
    let ends = lost.find(char::is_whitespace).unwrap_or(lost.len());
    let name = &text[begins..at + ends];
    let goes_through = begins < at && ends > 0;
    (goes_through && name.contains('_')).then_some(text[..begins].trim_end().len())
}

/// Whether the last character belongs to a number: a digit, a sign, a point, the `e` of `1e-7`, the `x` of `64x30`.
fn ends_in_number(text: &str) -> bool {
    let mut back = text.chars().rev();
    match back.next() {
        Some('e' | 'x') => back.next().is_some_and(|before| before.is_ascii_digit()),
        Some(last) => last.is_ascii_digit() || matches!(last, '.' | '+' | '-' | '±' | '%' | '·'),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_with_an_ellipsis() {
        assert_eq!(
            [cut("abc", 3), cut("abcd", 3), cut("ab", 0), cut("ab", 1)],
            ["abc", "ab…", "", "…"]
        );
    }

    #[test]
    fn no_name_is_cut_that_can_be_left_out() {
        let text = "tanh he_normal, gelu glorot_uniform";
        let short = [34, 20, 14, 10, 5].map(|columns| cut(text, columns));
        assert_eq!(
            short,
            [
                "tanh he_normal, gelu…",
                "tanh he_normal, gel…",
                "tanh…",
                "tanh…",
                "tanh…"
            ]
        );
        assert_eq!(cut("glorot_uniform", 8), "glorot_…");
    }

    #[test]
    fn of_a_path_the_end_is_kept() {
        let ends = [9, 8, 2, 0].map(|columns| tail("some/file", columns));
        assert_eq!(ends, ["some/file", "…me/file", "…e", ""]);
    }

    #[test]
    fn no_number_is_cut() {
        let cut_off = [26, 18, 17].map(|columns| cut("fail at about 330 layers", columns - 3));
        assert_eq!(
            cut_off,
            [
                "fail at about 330 laye…",
                "fail at about …",
                "fail at about…"
            ]
        );
        for text in [
            "1.25e-17 of it",
            "64x30 seed",
            "scaling(1.394)",
            "±0.05 dec",
        ] {
            let before = |columns| cut(text, columns).chars().rev().nth(1);
            assert!((1..text.len()).all(|n| !before(n).is_some_and(|c| c.is_ascii_digit())));
        }
    }
}

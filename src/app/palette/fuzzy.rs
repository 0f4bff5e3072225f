//! How well a name fits what was typed of it.

/// For each character that is found.
const FOUND: i32 = 2;
/// For one at the beginning of a word.
const WORD: i32 = 8;
/// More for one at the beginning of the text.
const TEXT: i32 = 3;
/// For one right behind the one before.
const NEXT: i32 = 5;
/// For the last one, where a word ends behind it.
const WHOLE: i32 = 4;
/// For each character between two that are found, so many at most.
const GAP: i32 = 4;

/// A text as it is compared: case does not matter.
pub(super) fn letters(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// How well a text fits the words of a query, more is better; `None` where one of them is no subsequence of the text.
pub(super) fn score(words: &[Vec<char>], text: &[char]) -> Option<i32> {
    words.iter().map(|word| best(word, text)).sum()
}

/// The best way to find a word in a text.
fn best(word: &[char], text: &[char]) -> Option<i32> {
    let mut rest = text.iter();
    if !word.iter().all(|c| rest.any(|other| other == c)) {
        return None;
    }
    let begins = |at: usize| at == 0 || !text[at - 1].is_alphanumeric();
    let ends = |at: usize| text.get(at + 1).is_none_or(|c| !c.is_alphanumeric());
    // the best score so far with the last character found at each place
    let mut before: Vec<Option<i32>> = Vec::new();
    for (n, c) in word.iter().enumerate() {
        let here = (0..text.len()).map(|at| {
            if text[at] != *c {
                return None;
            }
            let mut own = FOUND + if begins(at) { WORD } else { 0 };
            own += if at == 0 { TEXT } else { 0 };
            own += if n + 1 == word.len() && ends(at) {
                WHOLE
            } else {
                0
            };
            if n == 0 {
                return Some(own);
            }
            let reached = (0..at).filter_map(|from| {
                let gap = (at - from - 1) as i32;
                let way = if gap == 0 { NEXT } else { -gap.min(GAP) };
                before[from].map(|score| score + way)
            });
            reached.max().map(|score| score + own)
        });
        before = here.collect();
    }
    before.into_iter().flatten().max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score(query: &str, text: &str) -> Option<i32> {
        let words: Vec<Vec<char>> = query.split_whitespace().map(letters).collect();
        super::score(&words, &letters(text))
    }

    fn best_of<'a>(query: &str, texts: &[&'a str]) -> &'a str {
        let scored = texts
            .iter()
            .filter_map(|text| Some((score(query, text)?, *text)));
        scored.max_by_key(|(score, _)| *score).expect("one fits").1
    }

    #[test]
    fn a_subsequence_fits_and_nothing_else_does() {
        assert!(score("glun", "glorot_uniform").is_some());
        assert!(score("GELU", "gelu").is_some());
        assert!(score("init he", "initializer he_normal").is_some());
        assert_eq!(score("relux", "relu"), None);
        assert_eq!(score("ul", "relu"), None);
        assert_eq!(score("init zz", "initializer he_normal"), None);
        assert_eq!(score("", "anything"), Some(0));
    }

    #[test]
    fn beginnings_of_words_and_whole_words_come_first() {
        assert_eq!(best_of("he", &["theme", "help", "he_normal"]), "he_normal");
        assert_eq!(best_of("gn", &["design", "glorot_normal"]), "glorot_normal");
        assert_eq!(best_of("elu", &["prelu", "selu", "elu", "relu"]), "elu");
        assert_eq!(best_of("dep", &["deeper", "depth"]), "depth");
        assert_eq!(best_of("silu", &["sigmoid_lu", "silu"]), "silu");
    }
}

//! Text that others have written, in messages and pictures: nothing in it acts on a terminal, and it is never long.

/// Characters of one piece of foreign text that are shown.
const LONGEST: usize = 200;
/// Of a longer piece: from its beginning and from its end, where a path has its name.
const ENDS: (usize, usize) = (120, 40);
/// Characters of a whole message.
const LONGEST_MESSAGE: usize = 4000;

/// Whether a character acts on a terminal or on the order of others instead of being seen: controls (C0, DEL, C1), separators of lines
/// and paragraphs, embeddings, overrides and isolates of direction, tags, the byte-order mark.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// The text with every hidden character as `\u{1b}`.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

/// A piece of foreign text for a message: escaped, and where that takes more than 200 characters its beginning, how many characters it
/// has, and its end.
#[must_use]
pub fn shown(text: &str) -> String {
    let whole = escaped(text);
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let begin = begun(text.chars(), ENDS.0).concat();
    let mut end = begun(text.chars().rev(), ENDS.1);
    end.reverse();
    let count = text.chars().count();
    format!("{begin} … ({count} characters) … {}", end.concat())
}

/// As many characters, escaped, as take no more than this room.
fn begun(chars: impl Iterator<Item = char>, room: usize) -> Vec<String> {
    let mut used = 0;
    let pieces = chars.map(|c| escaped(c.encode_utf8(&mut [0; 4])));
    let fits = |piece: &String| {
        used += piece.chars().count();
        used <= room
    };
    pieces.take_while(fits).collect()
}

/// A whole message, whatever was put into it: its lines stay, every other hidden character is escaped, what stands in backquotes is
/// shortened as by [`shown`], and so is the whole of it beyond 4000 characters.
#[must_use]
pub fn message(text: &str) -> String {
    let quoted = text.split('`').enumerate().map(|(n, part)| {
        if n % 2 == 1 && escaped(part).chars().count() > LONGEST {
            shown(part)
        } else {
            let lines: Vec<String> = part.split('\n').map(escaped).collect();
            lines.join("\n")
        }
    });
    let whole = quoted.collect::<Vec<_>>().join("`");
    let count = whole.chars().count();
    if count <= LONGEST_MESSAGE {
        return whole;
    }
    let half = LONGEST_MESSAGE / 2;
    let begin: String = whole.chars().take(half).collect();
    let end: String = whole.chars().skip(count - half).collect();
    format!("{begin} … ({count} characters) … {end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_on_a_terminal_is_written_out() {
        assert_eq!(shown("a\u{1b}]52;c;eA==\u{7}b"), r"a\u{1b}]52;c;eA==\u{7}b");
        assert_eq!(shown("\u{9b}2J\u{202e}x\u{7f}"), r"\u{9b}2J\u{202e}x\u{7f}");
        assert_eq!(shown("naïve Ω 日本 \u{5d0}"), "naïve Ω 日本 \u{5d0}");
        assert_eq!(shown("two\nlines"), r"two\u{a}lines");
        assert_eq!(message("two\nlines\r"), "two\nlines\\u{d}");
    }

    #[test]
    fn a_long_piece_keeps_its_ends_and_says_how_long_it_was() {
        let long = "a".repeat(500_000) + &"b".repeat(500_000);
        let short = shown(&long);
        assert!(short.contains("… (1000000 characters) …") && short.chars().count() < 200);
        assert!(short.starts_with("aaa") && short.ends_with("bbb"));
        // however long it is once it is written out
        let hidden = shown(&"\u{202e}".repeat(150));
        assert!(
            hidden.chars().count() < 200 && hidden.ends_with(r"\u{202e}"),
            "{hidden}"
        );
        let told = message(&format!("cannot read `{long}`: line 1\nnext"));
        assert!(
            told.ends_with("`: line 1\nnext") && told.len() < 300,
            "{told}"
        );
        assert!(message(&"x ".repeat(1_000_000)).chars().count() < LONGEST_MESSAGE + 100);
    }
}

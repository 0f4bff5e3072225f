//! The command line that reproduces a spec, and words for a shell.

use super::{FIELDS, Field, Spec};
use crate::net::foreign::is_hidden;

impl Spec {
    /// The shell command that opens exactly this spec: activation, initializer (where named), width and depth always, the
    /// rest where it differs from the default; words quoted where a POSIX shell needs it.
    #[must_use]
    pub fn command_line(&self) -> String {
        format!("initscope {}", self.flags())
    }

    /// The flags of [`command_line`](Self::command_line), to put behind a subcommand.
    #[must_use]
    pub fn flags(&self) -> String {
        let draft = self.draft();
        let head = FIELDS.iter().filter(|field| field.head);
        let head = head.filter_map(|field| Some((field, (field.get)(draft)?)));
        let named = |(_, value): &(&Field, String)| value != "default";
        let flags = head.filter(named).chain(draft.changes());
        let words: Vec<String> = flags
            .map(|(field, value)| option(&field.flag(), &value))
            .collect();
        words.join(" ")
    }
}

/// A flag with its value as a POSIX shell must see them.
#[must_use]
pub fn option(flag: &str, value: &str) -> String {
    // A value that begins with a dash would be read as a flag.
    let joint = if value.starts_with('-') { '=' } else { ' ' };
    format!("--{flag}{joint}{}", shell_word(value))
}

/// The word as a POSIX shell must see it: as it is, in single quotes, or made by `printf` where it has characters that act on a
/// terminal.
#[must_use]
pub fn shell_word(word: &str) -> String {
    let safe = |c: char| c.is_ascii_alphanumeric() || "_-./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(safe) {
        return word.to_owned();
    }
    let quoted = |word: &str| format!("'{}'", word.replace('\'', r"'\''"));
    if !word.chars().any(is_hidden) {
        return quoted(word);
    }
    // written out, for the terminal's sake: printf makes bytes of them again
    let mut text = String::new();
    for c in word.chars() {
        if is_hidden(c) {
            let mut buffer = [0; 4];
            let bytes = c.encode_utf8(&mut buffer).bytes();
            text.extend(bytes.map(|byte| format!("\\0{byte:03o}")));
        } else if c == '\\' {
            text.push_str(r"\\");
        } else {
            text.push(c);
        }
    }
    format!("\"$(printf %b {})\"", quoted(&text))
}

/// The words of a command line as a POSIX shell splits it: blanks outside quotes, single and double quotes, backslashes.
///
/// # Errors
/// A quote without its partner, or what only a shell can work out.
pub fn shell_words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next() {
                        None => return Err(format!("no closing `{c}`")),
                        Some(end) if end == c => break,
                        Some('$' | '`') if c == '"' => return Err(ONLY_A_SHELL.into()),
                        Some('\\') if c == '"' => word.extend(chars.next()),
                        Some(other) => word.push(other),
                    }
                }
            }
            '$' | '`' | ';' | '|' | '&' | '<' | '>' => return Err(ONLY_A_SHELL.into()),
            '\\' => word.get_or_insert_default().extend(chars.next()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Ok(words)
}

const ONLY_A_SHELL: &str =
    "only a shell works this out: leave out what begins with one of $ ` ; | & < >, or quote it";

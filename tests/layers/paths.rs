//! What a source file names: every path in its code, inside and outside `use`, resolved to the crate root.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Every path and every module that one file names.
#[derive(Default)]
pub(crate) struct Found {
    /// Resolved: those inside the crate start with `crate`, macros end in `!`.
    pub paths: Vec<Vec<String>>,
    /// As declared, inline or not.
    pub modules: Vec<String>,
}

impl Found {
    /// Reads `source`, the module at `place` (empty for the crate root).
    pub(crate) fn of(source: &str, place: &[String]) -> Self {
        let mut found = Self::default();
        found.walk(source.parse().expect("the file is Rust"), place);
        found
    }

    fn walk(&mut self, tokens: TokenStream, place: &[String]) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            match &tokens[at..] {
                [TokenTree::Ident(word), TokenTree::Ident(name), rest @ ..] if word == "mod" => {
                    let name = name.to_string();
                    self.modules.push(name.clone());
                    at += 2;
                    if let Some(TokenTree::Group(body)) = rest.first() {
                        self.walk(body.stream(), &[place, &[name]].concat());
                        at += 1;
                    }
                }
                [TokenTree::Ident(word), TokenTree::Group(_), ..] if word == "pub" => at += 2,
                [TokenTree::Ident(word), ..] if word == "use" => {
                    at = self.path(&tokens, at + 1, &[], place);
                }
                [TokenTree::Ident(_), ..] => at = self.path(&tokens, at, &[], place),
                [TokenTree::Group(group), ..] => {
                    self.walk(group.stream(), place);
                    at += 1;
                }
                rest if begins_with_colons(rest) => at = self.path(&tokens, at + 2, &[], place),
                _ => at += 1,
            }
        }
    }

    /// Reads the path at `at`, below `prefix`, with its braces; returns where it ends.
    fn path(
        &mut self,
        tokens: &[TokenTree],
        mut at: usize,
        prefix: &[String],
        place: &[String],
    ) -> usize {
        let mut path = prefix.to_vec();
        if path.is_empty() && begins_with_colons(&tokens[at..]) {
            at += 2;
        }
        loop {
            match tokens.get(at) {
                Some(TokenTree::Ident(segment)) => path.push(segment.to_string()),
                Some(TokenTree::Punct(star)) if star.as_char() == '*' && !path.is_empty() => {
                    path.push("*".into());
                }
                Some(TokenTree::Group(group))
                    if group.delimiter() == Delimiter::Brace && !path.is_empty() =>
                {
                    let branches: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut branch = 0;
                    while branch < branches.len() {
                        branch = self.path(&branches, branch, &path, place).max(branch + 1);
                        branch += branches[branch..]
                            .iter()
                            .take_while(|token| !is_comma(token))
                            .count()
                            + 1;
                    }
                    return at + 1;
                }
                _ => break,
            }
            at += 1;
            if !begins_with_colons(&tokens[at..]) {
                break;
            }
            at += 2;
        }
        if let (Some(TokenTree::Punct(bang)), Some(last)) = (tokens.get(at), path.last_mut())
            && bang.as_char() == '!'
        {
            last.push('!');
        }
        self.paths.push(resolved(&path, place));
        at
    }
}

fn begins_with_colons(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(a), TokenTree::Punct(b), ..] if a.as_char() == ':' && b.as_char() == ':')
}

fn is_comma(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')
}

/// `super::` and `self::` climb from `place`; a path inside the crate then starts with `crate`.
fn resolved(path: &[String], place: &[String]) -> Vec<String> {
    let mut here = place.to_vec();
    let mut rest = path;
    let mut inside = false;
    while let Some((first, tail)) = rest.split_first() {
        match first.as_str() {
            "super" => drop(here.pop()),
            "self" if !inside && !tail.is_empty() => {}
            _ => break,
        }
        inside = true;
        rest = tail;
    }
    match rest.first().map(String::as_str) {
        _ if inside => [&["crate".to_owned()], &here[..], rest].concat(),
        Some("core" | "alloc") => [&["std".to_owned()], &rest[1..]].concat(),
        _ => rest.to_vec(),
    }
}

//! Names as people type them: which are the same, and which was probably meant.

/// What identifies a name: lower case, no `_`, `-` or blank, so that `Kaiming_Normal_`, `KaimingNormal` and
/// `kaiming_normal` agree.
fn key(name: &str) -> String {
    let separator = |c: &char| matches!(c, '_' | '-' | ' ');
    name.chars()
        .filter(|c| !separator(c))
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether two spellings are the same name.
pub(crate) fn same(a: &str, b: &str) -> bool {
    key(a) == key(b)
}

/// Up to three names that resemble `typed`, best first; a pair is a name and one of its spellings.
pub(crate) fn nearest(
    typed: &str,
    spellings: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> Vec<&'static str> {
    let typed = key(typed);
    let mut scored: Vec<(f64, &str)> = Vec::new();
    for (name, spelling) in spellings {
        let score = strsim::jaro_winkler(&typed, &key(spelling));
        match scored.iter_mut().find(|(_, known)| *known == name) {
            Some((best, _)) => *best = best.max(score),
            None => scored.push((score, name)),
        }
    }
    scored.retain(|(score, _)| *score > 0.8);
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// ` (did you mean ...?)` with the names, or nothing.
pub(crate) fn question(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => format!(" (did you mean `{one}`?)"),
        [many @ .., last] => format!(" (did you mean `{}` or `{last}`?)", many.join("`, `")),
    }
}

/// ` (did you mean ...?)` with up to three of the names that resemble `typed`, best first, or nothing.
pub(crate) fn did_you_mean(typed: &str, names: impl IntoIterator<Item = &'static str>) -> String {
    question(&nearest(typed, names.into_iter().map(|name| (name, name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_every_framework_agree() {
        for spelling in ["HeNormal", "he_normal", "he_normal_", "He-Normal"] {
            assert!(same(spelling, "he_normal"), "{spelling}");
        }
        assert!(!same("he_normal", "he_uniform"));
    }

    #[test]
    fn near_names_are_offered_best_first_and_far_ones_not() {
        let names = ["glorot_uniform", "glorot_normal", "zeros"];
        let meant = did_you_mean("glorot_unifrm", names);
        assert_eq!(
            meant,
            " (did you mean `glorot_uniform` or `glorot_normal`?)"
        );
        assert_eq!(did_you_mean("xyz", names), "");
    }
}

//! Changes of a network of blocks, or of layers with a norm, that may heal it: the smallest first. Each is measured before it is called a
//! remedy; theory ranks none of them.

use std::sync::Arc;

use super::candidates::{Candidate, Class};
use crate::net::block::{Norm, Place};
use crate::net::spec::{Draft, FIELDS, Spec, field};

/// Initializers that are tried.
const INITIALIZERS: [(&str, &str); 5] = [
    ("random_normal(0.02)", "Radford et al. 2019, code"),
    ("lecun_normal", "LeCun et al. 1998, eq. 16"),
    ("glorot_normal", "Glorot & Bengio 2010, eq. 12"),
    ("he_normal", "He et al. 2015, eqs. 10 and 15"),
    ("orthogonal", "Saxe et al. 2014"),
];

/// What may be changed.
pub(super) fn changes(spec: &Arc<Spec>) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    let mut add = |class: Class, reason: &str, edit: &dyn Fn(&mut Draft)| {
        let Ok(changed) = spec.with(edit) else { return };
        let known = changed == **spec || found.iter().any(|other| *other.spec == changed);
        if !known {
            found.push(Candidate {
                label: difference(spec, &changed),
                spec: Arc::new(changed),
                reason: reason.to_owned(),
                class,
            });
        }
    };
    if let Some(block) = spec.block() {
        let subs = block.sub_layers();
        // a norm behind a branch takes its size away
        if subs.iter().any(|sub| sub.place.within().is_none()) {
            let factor = match subs.len() {
                2 => "1/sqrt(2N)",
                _ => "1/sqrt(L)",
            };
            let reason = "Radford et al. 2019: as many branches add up to one";
            add(Class::Textbook, reason, &|draft| {
                draft.outward = factor.parse().expect("a factor");
            });
        }
        let norm = subs.iter().find_map(|sub| sub.place.norm());
        let norm = norm.unwrap_or(Norm::Layer);
        for (reason, to) in [
            (
                "Xiong et al. 2020: a norm before every branch",
                Place::Pre(norm),
            ),
            (
                "Kim et al. 2025: a norm before and behind every branch",
                Place::Peri(norm),
            ),
            (
                "Liu et al. 2022: a norm behind every branch",
                Place::ResPost(norm),
            ),
        ] {
            add(Class::Textbook, reason, &|draft| {
                draft.block = Some(block.placed(to));
                draft.last_norm = Some(norm);
            });
        }
        add(
            Class::Named,
            "the stream begins as large as a branch",
            &|draft| draft.embed = 1.0,
        );
    }
    // rows that are standardized forget the law that they were drawn from
    let drawn = INITIALIZERS.iter().filter(|_| !spec.draft().standardized);
    for (name, reason) in drawn {
        add(Class::Named, reason, &|draft| {
            draft.initializer = name.parse().ok();
        });
    }
    found
}

/// What must be typed to come from one network to the other; a block that differs in the place of its norms, by that place alone.
fn difference(from: &Spec, to: &Spec) -> String {
    let place = to.block().map(|block| block.sub_layers()[0].place);
    let moved =
        place.filter(|place| from.block().map(|block| block.placed(*place)) == to.block().cloned());
    let typed = FIELDS.iter().filter_map(|field| {
        let value = match moved {
            Some(place) if *field == field::BLOCK && from.block() != to.block() => {
                place.to_string()
            }
            _ => field.typed(to),
        };
        match value != field.typed(from) {
            true if *field == field::INITIALIZER => Some(value),
            true => Some(format!("{}={value}", field.name)),
            false => None,
        }
    });
    typed.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(text: &str) -> Vec<String> {
        let spec = Arc::new(text.parse().expect("a network"));
        changes(&spec).into_iter().map(|c| c.label).collect()
    }

    #[test]
    fn changes_are_what_must_be_typed() {
        let known = labels("relu/he_normal 64x8 framework=pytorch block=res(mlp(4))");
        assert_eq!(
            known[..3],
            [
                "out=1/sqrt(L)",
                "block=pre(ln) final=ln",
                "block=peri(ln) final=ln",
            ]
        );
        assert!(
            known.contains(&"random_normal(0.02)".to_owned()),
            "{known:?}"
        );
        assert!(!known.contains(&"he_normal".to_owned()), "it has that");
    }

    #[test]
    fn a_norm_behind_the_branch_leaves_nothing_to_scale() {
        let known = labels("relu/he_normal 64x8 block=respost(rms,mlp(4)) final=rms");
        assert!(
            known.iter().all(|label| !label.starts_with("out=")),
            "{known:?}"
        );
    }
}

//! What lectures declare as facts is so by the program's own computation.

use std::fs;
use std::path::Path;

use initscope::net::framework::Framework;
use initscope::net::initializer::Initializer;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Lecture, fact, and whether the program finds the same.
type Row = (&'static str, &'static str, fn() -> bool);

const CHECKS: &[Row] = &[("03-xavier", "2", glorot_is_two_over_both_fans)];

fn glorot_is_two_over_both_fans() -> bool {
    let fans = [(64, 256), (256, 256), (1000, 10), (3, 1)];
    // TensorFlow.js cuts its normals and does not correct them
    let as_published = Framework::ALL.into_iter().filter(|f| *f != Framework::Tfjs);
    as_published.into_iter().all(|framework| {
        let glorot: Initializer = "glorot_normal".parse().expect("a name");
        fans.iter().all(|&(fan_in, fan_out)| {
            let law = glorot.law(framework, fan_in, fan_out, 1.0);
            let variance = law.variance(fan_in, fan_out);
            (variance * (fan_in + fan_out) as f64 - 2.0).abs() < 1e-12
        })
    })
}

/// The numbers under `[facts]` of a script.
fn declared(script: &str) -> Vec<String> {
    let table = DeTable::parse(script).expect("TOML");
    match table.get_ref().get("facts").map(Spanned::get_ref) {
        Some(DeValue::Table(facts)) => facts.keys().map(|key| key.get_ref().to_string()).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_fact_of_every_lecture_is_what_the_program_finds() {
    let mut found = Vec::new();
    for (name, _) in super::demos::titles() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("demos/{name}.toml"));
        let facts = declared(&fs::read_to_string(path).expect("readable"));
        found.extend(facts.into_iter().map(|fact| (name.clone(), fact)));
    }
    let checked = CHECKS
        .iter()
        .map(|(name, fact, _)| (name.to_string(), fact.to_string()));
    assert_eq!(found, checked.collect::<Vec<_>>());
    for (name, fact, check) in CHECKS {
        assert!(check(), "{name}: {fact}");
    }
}

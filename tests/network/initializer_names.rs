//! Initializers as people type them: every spelling that is read, and the answer to every one that is not.

use initscope::net::initializer::{INITIALIZERS, Initializer};

#[test]
fn every_row_reads_back_and_the_cycle_visits_every_row_once() {
    let all = Initializer::all();
    assert_eq!(all.len(), INITIALIZERS.len());
    for (initializer, row) in all.iter().zip(INITIALIZERS) {
        assert_eq!(initializer.name(), row.name);
        assert_eq!(initializer.to_string().parse().as_ref(), Ok(initializer));
        assert_eq!(&initializer.next().previous(), initializer);
        for alias in row.aliases {
            let needed = initializer.to_string().replacen(row.name, alias, 1);
            assert_eq!(needed.parse().as_ref(), Ok(initializer), "{alias}");
        }
    }
    let mut seen = vec![all[0].clone()];
    while seen.last().expect("not empty").next() != all[0] {
        seen.push(seen.last().expect("not empty").next());
    }
    assert_eq!(seen, all);
}

#[test]
fn texts_are_short_and_tolerant() {
    for (typed, text) in [
        ("he_normal", "he_normal"),
        ("he_normal(0)", "he_normal"),
        ("Kaiming_Normal_(a = 0.2)", "he_normal(0.2)"),
        ("XavierUniform", "glorot_uniform"),
        ("orthogonal()", "orthogonal"),
        ("orthogonal(1.5)", "orthogonal(1.5)"),
        ("variance_scaling", "variance_scaling"),
        ("variance_scaling(2)", "variance_scaling(2)"),
        (
            "variance_scaling( 2, fan_in, untruncated_normal )",
            "variance_scaling(2,fan_in,normal)",
        ),
        (
            "variance_scaling(distribution=uniform)",
            "variance_scaling(1,fan_in,uniform)",
        ),
        ("sparse(0.1, 0.01)", "sparse(0.1)"),
        ("sparse(0.5, std=1)", "sparse(0.5,1)"),
        ("constant(-0)", "constant(0)"),
        ("eye", "identity"),
        ("trunc_normal", "truncated_normal"),
    ] {
        let read: Initializer = typed.parse().unwrap_or_else(|e| panic!("{typed}: {e}"));
        assert_eq!(read.to_string(), text, "{typed}");
        assert_eq!(text.parse(), Ok(read));
    }
}

#[test]
fn a_wrong_text_is_answered_with_what_to_type() {
    for (typed, message) in [
        (
            "he_norml",
            "unknown initializer `he_norml` (did you mean `he_normal`, `he_uniform` or `normal`?); allowed: glorot_uniform, ",
        ),
        (
            "frobnicate",
            "unknown initializer `frobnicate`; allowed: glorot_uniform, ",
        ),
        ("", "unknown initializer ``; allowed: "),
        (
            "he_normal(0.2",
            "cannot read `he_normal(0.2`: an initializer is a name, or a name and values as in `he_normal(0.2)`",
        ),
        (
            "zeros(3)",
            "`zeros` takes 0 parameters at most, not 1; type `zeros`",
        ),
        (
            "he_normal(1,2)",
            "he_normal: mode = `2` is not allowed: fan_in, fan_out; type for instance `he_normal(0)`",
        ),
        (
            "orthogonal(1,2)",
            "`orthogonal` takes 1 parameters at most, not 2; type `orthogonal(gain=1)`",
        ),
        (
            "orthogonal(scale=2)",
            "`orthogonal` has no parameter `scale`; type `orthogonal(gain=1)`",
        ),
        (
            "sparse(0.1, sparsity=0.2)",
            "`sparse` has `sparsity` twice; type `sparse(sparsity, std=0.01)`",
        ),
        (
            "sparse",
            "`sparse` needs its sparsity; type for instance `sparse(0.1,0.01)`",
        ),
        (
            "sparse(1.5)",
            "sparse: sparsity = `1.5` is not allowed: a number from 0 to 1; type for instance `sparse(0.1,0.01)`",
        ),
        (
            "constant(NaN)",
            "constant: value = `NaN` is not allowed: a number from -1e6 to 1e6; type for instance `constant(0.01)`",
        ),
        (
            "variance_scaling(1,fan_middle)",
            "variance_scaling: mode = `fan_middle` is not allowed: fan_in, fan_out, fan_avg, fan_geo_avg; type for instance `variance_scaling(1,fan_in,truncated_normal)`",
        ),
    ] {
        let error = typed.parse::<Initializer>().expect_err(typed).to_string();
        assert!(error.starts_with(message), "{typed}:\n{error}\n{message}");
    }
}

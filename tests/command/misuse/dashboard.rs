//! What only the dashboard and its pictures are asked for.

use super::refused;

#[test]
fn the_dashboard_without_a_terminal_points_to_run() {
    refused(&[], &["is not a terminal", "type `initscope run`"]);
    refused(&["--activation", "gelu"], &["is not a terminal"]);
    refused(&["--verbose"], &["--version"]);
}

#[test]
fn a_pin_that_is_none_or_one_too_many_is_refused() {
    let pinned = |networks: &[&'static str]| -> Vec<&'static str> {
        let pins = networks.iter().flat_map(|network| ["--pin", network]);
        ["render", "relu/he_normal 8x2"]
            .into_iter()
            .chain(pins)
            .collect()
    };
    refused(
        &pinned(&["relu"]),
        &[
            "for '--pin <NETWORK>'",
            "cannot read `relu`",
            "relu/he_normal 256x64",
        ],
    );
    refused(
        &pinned(&["rulu/he_normal 8x2"]),
        &["unknown activation `rulu`", "did you mean `relu`"],
    );
    let four = [
        "relu/ones 8x2",
        "relu/ones 8x3",
        "relu/ones 8x4",
        "relu/ones 8x5",
    ];
    refused(
        &pinned(&four),
        &[
            "--pin is there 4 times",
            "at most 3 networks",
            "leave some out",
        ],
    );
    refused(
        &pinned(&["relu/ones 8x2", "relu/ones 8x2"]),
        &["`relu/ones 8x2` is there twice", "leave one out"],
    );
    // without `render` it is the dashboard's
    let dashboard: Vec<&str> = pinned(&four).into_iter().skip(2).collect();
    refused(&dashboard, &["--pin is there 4 times"]);
    refused(
        &["--quantity", "variance"],
        &["no quantity `variance`", "z-variance, z-second-moment"],
    );
}

#[test]
fn a_view_without_numbers_writes_none() {
    refused(
        &[
            "render",
            "relu/he_normal 8x2",
            "--view",
            "train",
            "--format",
            "csv",
        ],
        &[
            "no numbers to write",
            "no step is made yet; x starts",
            "--keys",
        ],
    );
}

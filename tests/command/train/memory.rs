//! What requests keep, and what is refused because it would keep too much.

use std::fs;
use std::process::{Command, Stdio};

use super::run;

/// Kibibytes of memory that the program has had resident at most when it ends, or is last looked at before.
#[cfg(target_os = "linux")]
fn peak(arguments: &[&str]) -> u64 {
    let mut program = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .args(["--threads", "2"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", program.id());
    let mut most = 0;
    while program.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        most = number.map_or(most, |n| n.parse().expect("a number"));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(program.wait().expect("it ended").success(), "{arguments:?}");
    most
}

#[cfg(target_os = "linux")]
#[test]
fn a_request_keeps_no_more_memory_than_its_estimate_and_not_much_less() {
    use std::sync::Arc;

    use initscope::engine::factors::{Design, recipe};
    use initscope::engine::training::memory_bytes;
    use initscope::net::recipe::{Rate, Recipe};
    use initscope::net::spec::Spec;
    use initscope::train::plan::Plan;

    /// The program itself, its tables, and what other threads draw beside the one draw of the estimate, which is small here.
    const PROGRAM: u64 = 20 << 10;
    /// Where the estimate is larger, it is at most half as much again.
    const LARGE: u64 = 48 << 10;

    let folder = std::env::temp_dir().join(format!("initscope-memory-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    let own = folder.join("own.csv");
    let mut rows = String::new();
    for row in 0..40_000 {
        for column in 0..20 {
            rows.push_str(&format!(
                "{},",
                f64::from(row * 7 % 1013) / 3.0 + f64::from(column)
            ));
        }
        rows.push_str(&format!("{}\n", row % 2));
    }
    fs::write(&own, rows).expect("a file");
    let own = own.to_str().expect("UTF-8");

    let spec = |text: &str| text.parse::<Spec>().expect("valid");
    let train = |text: &str, recipe: &Recipe, printed: u64| {
        let plan = Plan::new(&spec(text), recipe).expect("trainable");
        memory_bytes(&[Arc::new(plan)], recipe.runs, recipe.steps, printed)
    };
    let many = Recipe {
        steps: 2000,
        batch_size: 1,
        runs: 60,
        rate: Rate::Fixed(0.1),
        ..Recipe::default()
    };
    let wide = Recipe {
        steps: 1,
        optimizer: "adam".parse().expect("known"),
        ..Recipe::default()
    };
    let factors = {
        let recipe = Recipe {
            steps: 1,
            runs: 1,
            batch_size: 1,
            ..recipe()
        };
        let input = initscope::net::input::Input::read(own, Some("last"), None).expect("a file");
        let spec = spec("relu/he_normal 4x2")
            .with(|draft| draft.input = input)
            .expect("valid");
        memory_bytes(
            Design::new(&spec, &recipe).expect("trainable").plans(),
            1,
            1,
            0,
        )
    };
    let cases: [(&[&str], u64); 7] = [
        (
            &["run", "relu/he_normal 2x4000 draws=1", "--format", "json"],
            spec("relu/he_normal 2x4000 draws=1").memory_bytes(),
        ),
        (
            &["run", "relu/he_normal 1x200 draws=1500"],
            spec("relu/he_normal 1x200 draws=1500").memory_bytes(),
        ),
        (
            &["run", "relu/he_normal 512x30 batch=256 draws=1"],
            spec("relu/he_normal 512x30 batch=256 draws=1").memory_bytes(),
        ),
        (
            &[
                "train",
                "relu/he_normal 16x2",
                "--steps",
                "2000",
                "--batch-size",
                "1",
                "--runs",
                "60",
                "--learning-rate",
                "0.1",
                "--format",
                "json",
            ],
            train("relu/he_normal 16x2", &many, 480),
        ),
        (
            &[
                "train",
                "relu/he_normal 16x2",
                "--steps",
                "2000",
                "--batch-size",
                "1",
                "--runs",
                "60",
                "--learning-rate",
                "0.1",
                "--format",
                "csv",
            ],
            train("relu/he_normal 16x2", &many, 80),
        ),
        (
            &[
                "train",
                "relu/he_normal 1024x12",
                "--steps",
                "1",
                "--optimizer",
                "adam",
            ],
            train("relu/he_normal 1024x12", &wide, 0),
        ),
        (
            &[
                "factors",
                "relu/he_normal 4x2",
                "--input",
                own,
                "--labels",
                "last",
                "--steps",
                "1",
                "--runs",
                "1",
                "--batch-size",
                "1",
            ],
            factors,
        ),
    ];
    for (arguments, estimate) in cases {
        let (most, estimate) = (peak(arguments), estimate >> 10);
        println!("{most} KiB, {estimate} KiB: {arguments:?}");
        assert!(
            most <= estimate + PROGRAM,
            "{most} KiB > {estimate} KiB: {arguments:?}"
        );
        let enough = 2 * estimate <= 3 * most;
        assert!(
            estimate < LARGE || enough,
            "{most} KiB << {estimate} KiB: {arguments:?}"
        );
    }
    fs::remove_dir_all(folder).expect("it is ours");
}

#[test]
fn trainings_that_tell_too_much_are_refused_with_what_fits() {
    let long = [
        "train",
        "relu/he_normal 16x2",
        "--steps",
        "100000",
        "--runs",
        "1000",
    ];
    let (code, out, message) = run(&[&long[..], &["--format", "json"]].concat());
    assert_eq!((code, &*out), (Some(2), ""), "{message}");
    assert!(
        message
            .contains("1000 runs of 100000 steps at 1 learning rates in all need about 47.0 GiB"),
        "{message}"
    );
    assert!(message.contains("try --runs 42"), "{message}");
    let (code, _, message) = run(&[
        &long[..4],
        &["--format", "json", "--runs", "1000", "--memory", "64M"],
    ]
    .concat());
    assert_eq!(code, Some(2));
    assert!(
        message.contains("try --runs 1\n") || message.contains("try --runs 1 "),
        "{message}"
    );
    let (code, _, message) = run(&["factors", "--steps", "100000", "--runs", "1000"]);
    assert_eq!(code, Some(2));
    assert!(
        message.contains("more than the limit of 2.0 GiB; try --runs "),
        "{message}"
    );
}

//! What is written into the configuration file.

use std::fs;

use super::{directory, run};

#[test]
fn what_is_typed_goes_into_the_file_and_the_rest_of_it_stays() {
    let here = directory("write");
    let home = here.join("home").to_string_lossy().into_owned();
    let environment = [("HOME", &*home)];
    let (code, told, message) = run(
        &here,
        &environment,
        &[
            "config",
            "--write",
            "--theme",
            "light",
            "tanh",
            "--width",
            "64",
            "--no-mouse",
        ],
    );
    assert_eq!((code, &*message), (0, ""));
    let file = here.join("home/.config/initscope/config.toml");
    assert!(
        told.contains("theme = \"light\"") && told.contains("config.toml"),
        "{told}"
    );
    assert_eq!(
        fs::read_to_string(&file).expect("made"),
        "theme = \"light\"\nmouse = false\n\n[network]\nactivation = \"tanh\"\nwidth = 64\n"
    );
    fs::write(&file, "# mine\ntheme = \"dark\" # at night\n").expect("writable");
    let written = run(
        &here,
        &environment,
        &[
            "config",
            "--write",
            "--theme",
            "universal",
            "--color",
            "auto",
        ],
    );
    assert_eq!(written.0, 0, "{}", written.2);
    assert_eq!(
        fs::read_to_string(&file).expect("there"),
        "# mine\ntheme = \"universal\" # at night\ncolor = \"auto\"\n"
    );
}

#[test]
fn nothing_is_written_where_something_is_wrong() {
    let here = directory("refused");
    let file = here.join("c.toml");
    for (before, arguments, part) in [
        ("", &["--write"][..], "nothing to write"),
        (
            "them = 1\n",
            &["--write", "--theme", "dark"],
            "line 1, column 1: no setting `them`",
        ),
        (
            "[network]\ndraws = 2\n",
            &["--write", "--width", "99999"],
            "width",
        ),
        ("theme = \"dark\"\n", &["--init"], "is there already"),
        ("", &["--write", "--init"], "cannot be used with"),
    ] {
        fs::write(&file, before).expect("writable");
        let all = [&["config", "--config", "c.toml"], arguments].concat();
        let (code, told, message) = run(&here, &[], &all);
        assert_eq!((code, &*told), (2, ""), "{arguments:?}");
        assert!(message.contains(part), "{arguments:?}: {message}");
        assert_eq!(fs::read_to_string(&file).expect("there"), before);
    }
}

#[test]
fn a_file_of_comments_changes_nothing() {
    let here = directory("init");
    let (code, told, message) = run(&here, &[], &["config", "--init", "--config", "new/c.toml"]);
    assert_eq!((code, &*message), (0, ""));
    assert_eq!(told, "new/c.toml: every setting as a comment\n");
    let values = |arguments: &[&str]| {
        let (code, told, message) = run(&here, &[], arguments);
        assert_eq!((code, &*message), (0, ""));
        let lines: Vec<String> = told.lines().skip(1).map(str::to_owned).collect();
        lines
    };
    assert_eq!(
        values(&["config", "--config", "new/c.toml"]),
        values(&["config", "--no-config"])
    );
}

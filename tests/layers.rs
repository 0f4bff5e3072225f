//! The house: every source file is read, its imports are resolved, and each must point down the ladder
//!
//! ```text
//! math <- net <- { theory , sim <- train } <- engine <- sweep <- { worker , app , report } <- ui <- { term , cast } <- cli <- main
//! ```
//!
//! Sources are read as tokens, so that comments and strings never count and macro bodies always do. Beside the ladder:
//! what a room must not know (threads, clock, environment, printing, terminal), file names and file lengths.

use std::fs;
use std::path::{Path, PathBuf};

#[path = "layers/paths.rs"]
mod paths;

use paths::Found;

/// The rooms, left to right; those of one rung do not see each other. What is trained is made of the operations that are simulated.
const LADDER: [&[&str]; 11] = [
    &["math"],
    &["net"],
    &["theory", "sim"],
    &["train"],
    &["engine"],
    &["sweep"],
    &["worker", "app", "report"],
    &["ui"],
    &["term", "cast"],
    &["cli"],
    &["main"],
];

/// What the library shows its users under names of its own, and the rooms that it is from.
const FACADE: [&str; 4] = ["spec", "activations", "initializers", "advice"];
const SHOWN: [&str; 2] = ["net", "engine"];

/// What a room must not know beyond the ladder: rooms, then what is forbidden to each of them.
const IGNORANCE: &[(&[&str], &[&str])] = &[
    (
        &[
            "math", "net", "theory", "sim", "train", "engine", "sweep", "app", "report", "ui",
            "cast",
        ],
        &CLOCKLESS,
    ),
    (
        &[
            "math", "net", "theory", "sim", "train", "engine", "sweep", "worker", "app", "report",
            "ui", "cast",
        ],
        &SILENT,
    ),
    (
        &[
            "math", "net", "theory", "sim", "train", "engine", "sweep", "worker", "app", "report",
        ],
        &["crossterm", "ratatui"],
    ),
    (&["train"], &["crate::theory"]),
    (&["ui"], &["crossterm", "crate::worker"]),
    (
        &["term"],
        &["crate::math", "crate::theory", "crate::sim", "crate::train"],
    ),
    (
        &[
            "math", "net", "theory", "sim", "train", "engine", "sweep", "worker", "app", "report",
            "ui", "term", "cast",
        ],
        &["std::env"],
    ),
];
const CLOCKLESS: [&str; 2] = ["std::thread", "std::time"];
const SILENT: [&str; 7] = [
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
    "std::io::stdout",
    "std::io::stderr",
];

/// Names that say nothing about what is inside.
const EMPTY_NAMES: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "types", "manager", "misc", "mod",
];

/// Lines of a file, tests included.
const LONGEST_FILE: usize = 400;

/// Everything wrong with one file, in words.
fn violations(file: &str, source: &str) -> Vec<String> {
    let place = module_path(file);
    let found = Found::of(source, &place);
    let mut wrong = Vec::new();
    let lines = source.lines().count();
    if lines > LONGEST_FILE {
        wrong.push(format!("{lines} lines, {LONGEST_FILE} at most"));
    }
    for name in place
        .iter()
        .chain(&found.modules)
        .filter(|name| EMPTY_NAMES.contains(&name.as_str()))
    {
        wrong.push(format!("`{name}` says nothing about what is inside"));
    }
    if file == "src/lib.rs" {
        let is_known = |name: &str| rung(name).is_some() || FACADE.contains(&name);
        for name in found.modules.iter().filter(|name| !is_known(name)) {
            wrong.push(format!("`{name}` is no room of the ladder"));
        }
        let is_shown = |path: &[String]| matches!(path, [root, room, ..] if root == "crate" && SHOWN.contains(&&**room));
        let paths = found.paths.iter().filter(|path| path.len() > 1);
        for path in paths.filter(|path| !is_shown(path)) {
            wrong.push(format!("holds modules only, not `{}`", path.join("::")));
        }
    } else {
        let own = place.first().map_or("main", String::as_str);
        match rung(own) {
            None => wrong.push(format!("`{own}` is no room of the ladder")),
            Some(height) => {
                wrong.extend(
                    found
                        .paths
                        .iter()
                        .filter_map(|path| trespass(own, height, path)),
                );
            }
        }
    }
    wrong.iter().map(|what| format!("{file}: {what}")).collect()
}

/// Why the room `own` may not name `path`.
fn trespass(own: &str, height: usize, path: &[String]) -> Option<String> {
    let text = path.join("::");
    if let [first, rest @ ..] = path
        && (first == "crate" || first == "initscope")
    {
        let other = rest.first().map_or("", String::as_str);
        match rung(other) {
            None => return Some(format!("`{text}` hides which room it means")),
            Some(reached) if other != own && reached >= height => {
                return Some(format!("`{own}` must not see `{text}`"));
            }
            Some(_) => {}
        }
    }
    let forbidden = |prefix: &&str| {
        text.strip_prefix(*prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
    };
    let bare =
        |prefix: &&str| prefix.ends_with('!') && path.last().is_some_and(|last| last == prefix);
    let ignorant = IGNORANCE
        .iter()
        .filter(|(rooms, _)| rooms.contains(&own))
        .flat_map(|(_, unknown)| *unknown);
    ignorant
        .into_iter()
        .any(|prefix| forbidden(prefix) || bare(prefix))
        .then(|| format!("`{own}` must not know `{text}`"))
}

fn rung(name: &str) -> Option<usize> {
    LADDER.iter().position(|rooms| rooms.contains(&name))
}

/// `src/net/spec.rs` is `net::spec`, `src/lib.rs` and `src/main.rs` are the root.
fn module_path(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    if matches!(inner, "lib" | "main") {
        Vec::new()
    } else {
        inner.split('/').map(str::to_owned).collect()
    }
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten() {
        let path = entry.expect("a readable directory").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// `(path below the crate with forward slashes, text)` of every Rust file in these directories, in order.
fn sources(dirs: &[&str]) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    dirs.iter()
        .for_each(|dir| rust_files(&root.join(dir), &mut files));
    files.sort();
    let name = |path: &Path| {
        path.strip_prefix(root)
            .expect("below the root")
            .to_string_lossy()
            .replace('\\', "/")
    };
    files
        .iter()
        .map(|path| (name(path), fs::read_to_string(path).expect("readable")))
        .collect()
}

#[test]
fn every_import_points_down_the_ladder_and_no_room_knows_what_it_must_not() {
    let files = sources(&["src"]);
    assert!(files.len() > 10, "the sources were found: {}", files.len());
    let wrong: Vec<String> = files
        .iter()
        .flat_map(|(file, source)| violations(file, source))
        .collect();
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn tests_and_benches_fit_in_a_head_too() {
    for (file, source) in sources(&["tests", "benches"]) {
        let lines = source.lines().count();
        assert!(
            lines <= LONGEST_FILE,
            "{file}: {lines} lines, {LONGEST_FILE} at most"
        );
    }
}

#[test]
fn the_top_level_holds_what_it_should_and_nothing_else() {
    let allowed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "SECURITY.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        ".ci",
        ".gitignore",
        "src",
        "tests",
        "benches",
        "demos",
    ];
    let ignored = [
        "target",
        ".git",
        ".cargo_vcs_info.json",
        "Cargo.toml.orig",
        ".cargo-ok",
    ];
    for entry in fs::read_dir(env!("CARGO_MANIFEST_DIR")).expect("readable") {
        let name = entry
            .expect("readable")
            .file_name()
            .to_string_lossy()
            .into_owned();
        assert!(
            allowed.contains(&name.as_str()) || ignored.contains(&name.as_str()),
            "`{name}` at the top level"
        );
    }
}

#[test]
fn a_violation_is_caught_however_it_is_written() {
    let caught = [
        ("src/math/lanes.rs", "use crate::net::spec::Spec;"),
        ("src/sim/pass.rs", "use crate::{math::lanes, theory};"),
        (
            "src/sim/pass.rs",
            "use crate::{math::{lanes}, net::{spec as s, input}, theory::{length}};",
        ),
        ("src/sim.rs", "use super::theory::length;"),
        ("src/sim/pass.rs", "use super::super::theory;"),
        (
            "src/sim/pass.rs",
            "mod inner { use super::super::super::theory; }",
        ),
        (
            "src/sim/pass.rs",
            "fn f() -> f64 { 1.0 + crate::theory::length(2.0) }",
        ),
        (
            "src/sim/pass.rs",
            "fn f() { assert_eq!(crate::theory::length::<f64>(2.0), 1.0); }",
        ),
        ("src/sim/pass.rs", "pub use crate::engine as motor;"),
        ("src/sim/pass.rs", "use crate::*;"),
        ("src/sim/pass.rs", "use crate as all;"),
        ("src/sim.rs", "use super::*;"),
        (
            "src/sim/pass.rs",
            "use std::{collections::HashMap, thread};",
        ),
        ("src/sim/pass.rs", "fn f() { ::std::thread::yield_now(); }"),
        ("src/engine.rs", "use core::time::Duration;"),
        ("src/engine.rs", "fn f() { println!(\"{}\", 1); }"),
        ("src/engine.rs", "fn f() { std::println!(\"{}\", 1); }"),
        ("src/report/table.rs", "use crate::worker::Source;"),
        ("src/app.rs", "use crate::report::table;"),
        ("src/ui/scope.rs", "use crate::worker::Source;"),
        (
            "src/ui/scope.rs",
            "fn f() -> bool { std::env::var(\"NO_COLOR\").is_ok() }",
        ),
        ("src/term.rs", "use std::env;"),
        ("src/term.rs", "use crate::sim::Pass;"),
        ("src/net/util.rs", ""),
        ("src/net/spec.rs", "mod helpers { }"),
        ("src/net/mod.rs", ""),
        ("src/attic.rs", ""),
        ("src/lib.rs", "pub mod attic;"),
        ("src/lib.rs", "pub use net::spec::Spec;"),
    ];
    for (file, source) in caught {
        assert_eq!(
            violations(file, source).len(),
            1,
            "{file}: {source}: {:?}",
            violations(file, source)
        );
    }
    assert_eq!(
        violations("src/net/spec.rs", &"\n".repeat(LONGEST_FILE + 1)).len(),
        1
    );
}

#[test]
fn what_is_allowed_passes() {
    let fine = [
        (
            "src/sim/pass.rs",
            "use crate::math::simd::{self, level}; use super::laws::{Law as L, *}; use std::sync::Arc;",
        ),
        (
            "src/sim/pass.rs",
            "mod tests { use super::*; use super::super::laws::Law; }",
        ),
        ("src/sim.rs", "pub(crate) fn f() {} pub(super) fn g() {}"),
        (
            "src/sim/pass.rs",
            "//! Not [`theory`](crate::theory).\nconst S: &str = \"crate::theory println!\";",
        ),
        (
            "src/cli.rs",
            "use crate::{sim, theory, term}; fn f() { let _ = std::env::args(); eprintln!(); }",
        ),
        (
            "src/main.rs",
            "fn main() -> std::process::ExitCode { initscope::cli::main() }",
        ),
        (
            "src/net/spec.rs",
            "fn f(a: f64) -> f64 { let threads = a * 2.0; Vec::<f64>::new().len() as f64 - threads }",
        ),
    ];
    for (file, source) in fine {
        assert_eq!(violations(file, source), Vec::<String>::new(), "{source}");
    }
}

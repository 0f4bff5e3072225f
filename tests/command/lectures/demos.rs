//! The committed lectures are what the program records now. `UPDATE_CASTS=1 cargo test --test command lectures` records all of them anew.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::{env, fs};

use initscope::cast::asciicast::Pace;
use initscope::cast::library::LIBRARY;
use initscope::cast::{Format, Recorder, parse};

/// Bytes of a recording for every five minutes.
const LARGEST: usize = 1_000_000;

fn scripts() -> Vec<PathBuf> {
    let demos = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos");
    let entries = fs::read_dir(demos).expect("lectures");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut scripts: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    scripts.sort();
    scripts
}

/// Name and title of every lecture.
pub(crate) fn titles() -> Vec<(String, String)> {
    let title = |path: PathBuf| {
        let lecture = parse(&fs::read_to_string(&path).expect("readable")).expect("a script");
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, lecture.title)
    };
    scripts().into_iter().map(title).collect()
}

/// One test for every lecture, so that they run beside each other.
macro_rules! lectures {
    ($($test:ident: $name:literal,)*) => {
        const TESTED: &[&str] = &[$($name),*];
        $(
            #[test]
            fn $test() {
                is_what_the_program_records_now($name);
            }
        )*
    };
}

lectures! {
    which_factor: "01-which-factor",
    too_small_too_large: "02-too-small-too-large",
    xavier: "03-xavier",
    he: "04-he",
    modern: "05-modern",
    edge_of_chaos: "06-edge-of-chaos",
    what_your_framework_does: "07-what-your-framework-does",
    residual: "08-residual",
    norm: "09-norm",
    width: "10-width",
}

#[test]
fn every_lecture_is_tested() {
    let names: Vec<String> = titles().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, TESTED);
}

#[test]
fn learn_lists_every_lecture_and_says_what_can_be_typed() {
    let learn = |words: &[&str]| {
        let program = Command::new(env!("CARGO_BIN_EXE_initscope"))
            .arg("learn")
            .args(words)
            .output()
            .expect("it runs");
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        (
            program.status.code(),
            text(program.stdout),
            text(program.stderr),
        )
    };
    let (code, list, _) = learn(&[]);
    assert_eq!(code, Some(0));
    for entry in LIBRARY {
        assert!(
            list.contains(entry.name) && list.contains(entry.about),
            "{list}"
        );
    }
    let (code, _, error) = learn(&["xaver"]);
    assert_eq!(code, Some(2));
    assert!(
        error.contains("`xaver`: there is no such lecture (did you mean `xavier`?)"),
        "{error}"
    );
}

fn is_what_the_program_records_now(name: &str) {
    let demos = Path::new(env!("CARGO_MANIFEST_DIR")).join("demos");
    let script = fs::read_to_string(demos.join(format!("{name}.toml"))).expect("readable");
    let lecture = parse(&script).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert_eq!(lecture.size, (100, 30), "{name}");
    let recorder = Recorder::new(Arc::new(lecture)).expect("the baseline");
    let recording = recorder
        .run()
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    let seconds = recording.duration() / 1000;
    assert!((60..=240).contains(&seconds), "{name}: {seconds} s");
    let listed = LIBRARY.iter().find(|entry| entry.name == &name[3..]);
    assert_eq!(listed.map(|entry| entry.seconds), Some(seconds), "{name}");
    assert!(recording.chapters().count() >= 2, "{name}");
    let file = recording.file(Format::V2, Pace::default());
    assert!(
        file.len() * 300 <= LARGEST * seconds as usize,
        "{name}: {} bytes in {seconds} s",
        file.len()
    );
    let cast = demos.join(format!("{name}.cast"));
    if env::var_os("UPDATE_CASTS").is_some() {
        fs::write(&cast, file).expect("writable");
    } else {
        let committed = fs::read_to_string(&cast).ok();
        assert!(
            committed.as_ref() == Some(&file),
            "the recording of {name} is not what the program records now; to renew them all: UPDATE_CASTS=1 cargo test --test command lectures"
        );
    }
}

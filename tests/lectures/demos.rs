//! The committed lectures are what the program records now. `UPDATE_CASTS=1 cargo test --test lectures` records all of them anew.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use initscope::cast::asciicast::Pace;
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

#[test]
fn every_committed_lecture_is_what_the_program_records_now() {
    let renew = env::var_os("UPDATE_CASTS").is_some();
    let mut stale = Vec::new();
    for path in scripts() {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let lecture = parse(&fs::read_to_string(&path).expect("readable"))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(lecture.size, (100, 30), "{name}");
        let recording = Recorder::new(Arc::new(lecture))
            .expect("the baseline")
            .run();
        let recording = recording.unwrap_or_else(|error| panic!("{name}: {error}"));
        let seconds = recording.duration() / 1000;
        assert!((60..=240).contains(&seconds), "{name}: {seconds} s");
        assert!(recording.chapters().count() >= 2, "{name}");
        let file = recording.file(Format::V2, Pace::default());
        assert!(
            file.len() * 300 <= LARGEST * seconds as usize,
            "{name}: {} bytes in {seconds} s",
            file.len()
        );
        let cast = path.with_extension("cast");
        if renew {
            fs::write(&cast, file).expect("writable");
        } else if fs::read_to_string(&cast).ok().as_ref() != Some(&file) {
            stale.push(name);
        }
    }
    assert!(
        stale.is_empty(),
        "the recordings of {} are not what the program records now; to renew them all: UPDATE_CASTS=1 cargo test --test lectures",
        stale.join(", ")
    );
}

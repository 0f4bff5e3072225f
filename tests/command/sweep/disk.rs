//! A disk that is full leaves no wrong file.
#![cfg(unix)]

use std::fs;
use std::process::Command;

use super::{done, read, scratch};

/// Points whose table and journals are longer than the limits below.
const GRID: &str =
    "network = \"relu/he_normal 8x2 draws=2\"\nkeep = \"layers\"\n[grid]\nseed = \"0..99\"\n";

/// The program where no file may be longer than so many blocks of 512 bytes.
fn limited(here: &std::path::Path, blocks: usize, words: &str) -> (Option<i32>, String) {
    let program = env!("CARGO_BIN_EXE_initscope");
    let output = Command::new("sh")
        .args([
            "-c",
            &format!("ulimit -f {blocks}; exec '{program}' {words}"),
        ])
        .current_dir(here)
        .output()
        .expect("a shell");
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn what_does_not_fit_is_told_and_taken_up_again_where_there_is_room() {
    let here = scratch("disk");
    fs::write(here.join("g.toml"), GRID).expect("room");
    done(&here, "sweep g.toml -o whole.csv");
    let length = read(here.join("whole.csv")).len();
    assert!(length > 60_000, "{length}");
    for blocks in [4, 40, 100] {
        for end in ["csv", "parquet"] {
            let (code, said) = limited(&here, blocks, &format!("sweep g.toml -o t.{end}"));
            assert_eq!(code, Some(1), "{blocks}: {said}");
            assert!(said.starts_with("error: cannot "), "{said}");
            assert!(!here.join(format!("t.{end}")).exists());
        }
        let (code, said) = limited(&here, blocks, "sweep g.toml --shard 0/1 -o d");
        assert_eq!(code, Some(1), "{said}");
        assert!(!here.join("d/shard-0-of-1.done").exists());
    }
    done(&here, "sweep g.toml -o t.csv");
    assert_eq!(read(here.join("t.csv")), read(here.join("whole.csv")));
    done(&here, "sweep g.toml --shard 0/1 -o d");
    let (code, said) = limited(&here, 100, "merge d -o m.csv");
    assert_eq!(code, Some(1), "{said}");
    assert!(!here.join("m.csv").exists());
    done(&here, "merge d -o m.csv");
    assert_eq!(read(here.join("m.csv")), read(here.join("whole.csv")));
    let rest: Vec<_> = fs::read_dir(&here)
        .expect("readable")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.contains(".tmp") || name.starts_with('.'))
        .collect();
    assert!(rest.is_empty(), "{rest:?}");
}

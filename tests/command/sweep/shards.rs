//! Many processes make the bytes of one, whatever happens to them.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{SMALL, done, ends, misuse, program, read, scratch};

/// The tables of one process, by the ends of their names.
fn whole(here: &Path) {
    for end in ["csv", "jsonl", "parquet"] {
        done(here, &format!("sweep g.toml -o whole.{end}"));
    }
}

fn same(here: &Path, directory: &str) {
    for end in ["csv", "jsonl", "parquet"] {
        done(here, &format!("merge {directory} -o merged.{end} --force"));
        let [merged, whole] =
            ["merged", "whole"].map(|name| read(here.join(format!("{name}.{end}"))));
        assert!(merged == whole, "{directory} as {end}");
    }
}

#[test]
fn any_number_of_shards_in_any_order_gives_the_bytes_of_one_process() {
    let here = scratch("shards");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    whole(&here);
    for of in [1_u64, 2, 5, 24, 31] {
        // backwards, every other first
        let (odd, even): (Vec<u64>, Vec<u64>) = (0..of).rev().partition(|number| number % 2 == 1);
        for number in odd.into_iter().chain(even) {
            assert_eq!(
                done(
                    &here,
                    &format!("sweep g.toml --shard {number}/{of} -o d{of}")
                ),
                ""
            );
        }
        same(&here, &format!("d{of}"));
        let left = fs::read_dir(here.join(format!("d{of}")))
            .expect("readable")
            .count();
        assert_eq!(left as u64, of + 1, "shards and the grid");
    }
}

#[test]
fn status_names_what_is_to_be_run_again() {
    let here = scratch("status");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    for number in [0, 2, 3, 4] {
        done(&here, &format!("sweep g.toml --shard {number}/8 -o d"));
    }
    let status = done(&here, "sweep status d");
    let (grid, rest) = status.split_once('\n').expect("lines");
    assert!(grid.ends_with(": 24 points in 8 shards"), "{grid}");
    assert_eq!(
        rest,
        "done          4  0,2-4\nrunning       0\nmissing       4  1,5-7\n"
    );
    assert_eq!(done(&here, "sweep status d --missing"), "1,5-7\n");
    let refused = misuse(&here, "merge d -o out.csv");
    assert_eq!(
        refused,
        "error: 4 of 8 shards of `d` are not complete: 1,5-7; run each again by its --shard I/8, or all of them by --array=1,5-7\n"
    );
    assert!(!here.join("out.csv").exists());
    let none = misuse(&here, "sweep status .");
    assert!(none.contains("is no directory of a sweep"), "{none}");
}

#[test]
fn what_does_not_belong_together_is_refused_with_what_to_do() {
    let here = scratch("foreign");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    fs::write(here.join("h.toml"), SMALL.replace("0.8..", "0.6..")).expect("room");
    for number in 0..2 {
        done(&here, &format!("sweep g.toml --shard {number}/2 -o d"));
        done(&here, &format!("sweep h.toml --shard {number}/2 -o e"));
    }
    let other = misuse(&here, "sweep h.toml --shard 0/2 -o d");
    assert!(
        other.contains("holds another grid") && other.contains("choose another directory"),
        "{other}"
    );
    let number = misuse(&here, "sweep g.toml --shard 0/3 -o d");
    assert!(
        number.contains("is divided into 2 shards, not 3; type --shard I/2"),
        "{number}"
    );
    // a shard of another grid under the name of one
    let [own, foreign] = ["d", "e"].map(|d| here.join(d).join("shard-1-of-2.done"));
    let kept = read(&own);
    fs::copy(&foreign, &own).expect("room");
    let refused = misuse(&here, "merge d -o out.csv");
    assert!(refused.contains("holds another grid"), "{refused}");
    // another shard of the same
    fs::copy(here.join("d/shard-0-of-2.done"), &own).expect("room");
    let refused = misuse(&here, "merge d -o out.csv");
    assert!(
        refused.contains("it is another shard under this name; run shard 1 again"),
        "{refused}"
    );
    // cut off, by any length; then made whole by the same command
    for length in [0, 10, kept.len() / 2, kept.len() - 1] {
        fs::write(&own, &kept[..length]).expect("room");
        let refused = misuse(&here, "merge d -o out.csv");
        assert!(
            refused.contains("is broken") && refused.contains("run shard 1 again"),
            "{refused}"
        );
        assert_eq!(done(&here, "sweep status d --missing"), "1\n");
    }
    // a bit that has turned
    let mut turned = kept.clone();
    let at = kept.len() - 5;
    turned[at] ^= 4;
    fs::write(&own, turned).expect("room");
    let refused = misuse(&here, "merge d -o out.csv");
    assert!(
        refused.contains("a checksum does not fit; run shard 1 again"),
        "{refused}"
    );
    assert!(!here.join("out.csv").exists());
    fs::write(&own, &kept[..kept.len() / 2]).expect("room");
    done(&here, "sweep g.toml --shard 1/2 -o d");
    assert_eq!(read(&own), kept);
    done(&here, "merge d -o out.csv");
}

#[test]
fn instruction_sets_are_not_mixed() {
    let here = scratch("simd");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    let best = done(&here, "version --verbose");
    if best.contains("this machine: baseline)") {
        return;
    }
    done(&here, "sweep g.toml --shard 0/2 -o d");
    let shard = || {
        program(&here, "sweep g.toml --shard 1/2 -o d")
            .env("INITSCOPE_SIMD", "baseline")
            .status()
    };
    assert!(shard().expect("it starts").success());
    let refused = misuse(&here, "merge d -o out.csv");
    assert!(
        refused.contains("on baseline: 1") && refused.contains("set INITSCOPE_SIMD"),
        "{refused}"
    );
    let refused = misuse(&here, "sweep g.toml --shard 1/2 -o d");
    assert!(refused.contains("on baseline, and this is"), "{refused}");
}

#[test]
fn versions_are_not_mixed() {
    let here = scratch("versions");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    for number in 0..3 {
        done(&here, &format!("sweep g.toml --shard {number}/3 -o d"));
    }
    // as another version would have named itself
    let shard = here.join("d/shard-1-of-3.done");
    let mut bytes = read(&shard);
    let own = concat!("initscope ", env!("CARGO_PKG_VERSION"));
    let at = bytes
        .windows(own.len())
        .position(|part| part == own.as_bytes());
    bytes[at.expect("its name") + own.len() - 1] = b'z';
    fs::write(&shard, bytes).expect("room");
    let refused = misuse(&here, "merge d -o out.csv");
    assert!(
        refused.contains("were computed differently")
            && refused.contains(&format!("{own} on "))
            && refused.contains(": 0,2")
            && refused.contains(": 1")
            && refused.contains("use one version everywhere"),
        "{refused}"
    );
    assert!(!here.join("out.csv").exists());
}

/// 400 points that take a while.
const LONG: &str =
    "network = \"tanh/glorot_normal 32x24 draws=8\"\n[grid]\nseed = \"0..199\"\ngain = [1, 1.5]\n";

#[cfg(unix)]
#[test]
fn processes_killed_at_any_moment_are_taken_up_again() {
    let here = scratch("kill");
    fs::write(here.join("g.toml"), LONG).expect("room");
    whole(&here);
    let (mut kills, mut pause) = (0, 3_u64);
    for number in 0..2 {
        loop {
            let mut child = program(&here, &format!("sweep g.toml --shard {number}/2 -o d"))
                .spawn()
                .expect("it starts");
            // a sequence that repeats late: 3 to 120 ms
            pause = 3 + (pause * 37 + 11) % 118;
            std::thread::sleep(Duration::from_millis(pause));
            if child.try_wait().expect("a child").is_some() || kills > 60 {
                assert!(child.wait().expect("it ends").success());
                break;
            }
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            kills += 1;
        }
    }
    assert!(kills > 2, "{kills} kills");
    same(&here, "d");
    let left = fs::read_dir(here.join("d")).expect("readable").count();
    assert_eq!(left, 3, "two shards and the grid");
}

#[test]
fn several_processes_on_one_shard_harm_nobody() {
    let here = scratch("twice");
    fs::write(here.join("g.toml"), LONG).expect("room");
    whole(&here);
    let start =
        |number: u64| program(&here, &format!("sweep g.toml --shard {number}/2 -o d")).spawn();
    let children: Vec<_> = [0, 0, 1, 0, 1].into_iter().map(start).collect();
    for child in children {
        let mut child = child.expect("it starts");
        assert!(child.wait().expect("it ends").success());
    }
    same(&here, "d");
}

/// Bytes of all journals in a directory.
#[cfg(unix)]
fn measured(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let journals =
        entries.filter(|entry| entry.path().extension().is_some_and(|end| end == "journal"));
    journals
        .filter_map(|entry| entry.metadata().ok())
        .map(|file| file.len())
        .sum()
}

/// Starts the program, sends a signal once some points are measured, and says how it ends.
#[cfg(unix)]
fn told_to_end(
    here: &Path,
    words: &str,
    directory: &str,
    signal: rustix::process::Signal,
) -> (Option<i32>, String) {
    use std::io::Read;
    use std::process::Stdio;

    let directory = here.join(directory);
    let before = measured(&directory);
    let mut child = program(here, words)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let begun = std::time::Instant::now();
    while measured(&directory) < before + 2000 {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{words}: nothing is measured"
        );
        std::thread::sleep(Duration::from_millis(2));
    }
    let pid = rustix::process::Pid::from_child(&child);
    rustix::process::kill_process(pid, signal).expect("it runs");
    let mut said = String::new();
    let mut pipe = child.stderr.take().expect("a pipe");
    pipe.read_to_string(&mut said).expect("UTF-8");
    (child.wait().expect("it ends").code(), said)
}

#[cfg(unix)]
#[test]
fn a_signal_ends_with_75_and_what_was_measured_is_kept() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::process::Stdio;

    let here = scratch("signal");
    fs::write(here.join("g.toml"), LONG).expect("room");
    whole(&here);
    for (words, directory, signal) in [
        ("sweep g.toml --shard 0/1 -o d", "d", Signal::TERM),
        (
            "sweep g.toml -o t.csv --threads 1",
            "t.csv.sweep",
            Signal::INT,
        ),
        (
            "sweep g.toml -o t.csv --threads 1",
            "t.csv.sweep",
            Signal::TERM,
        ),
    ] {
        let (code, said) = told_to_end(&here, words, directory, signal);
        assert_eq!(code, Some(75), "{words}: {said}");
        let told = said
            .strip_prefix("interrupted: ")
            .and_then(|rest| rest.split_once(' '));
        let (kept, rest) = told.expect("a number");
        assert!(kept.parse::<usize>().is_ok_and(|kept| kept > 0), "{said}");
        assert_eq!(rest, "of 400 points are kept; the same command goes on\n");
        assert!(!here.join("t.csv").exists());
    }
    let status = done(&here, "sweep status d");
    assert!(status.contains("running       1  0"), "{status}");
    done(&here, "sweep g.toml --shard 0/1 -o d");
    same(&here, "d");
    done(&here, "sweep g.toml -o t.csv");
    assert_eq!(read(here.join("t.csv")), read(here.join("whole.csv")));
    assert!(!here.join("t.csv.sweep").exists());

    // where nothing is kept, an interrupt is one
    fs::write(here.join("g.toml"), LONG.replace("..199", "..19999")).expect("room");
    let mut child = program(&here, "sweep g.toml --threads 1")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it starts");
    std::thread::sleep(Duration::from_secs(2));
    kill_process(Pid::from_child(&child), Signal::INT).expect("it runs");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn a_point_that_is_split_by_its_draws_has_the_rows_of_one_that_is_not() {
    let here = scratch("split");
    for keep in ["verdict", "layers", "draws"] {
        let grid = format!(
            "keep = {keep:?}\nnetwork = \"relu/he_normal 12x4 draws=10\"\n[grid]\nactivation = [\"relu\", \"tanh\"]\n"
        );
        fs::write(here.join("g.toml"), &grid).expect("room");
        let whole = done(&here, "sweep g.toml");
        for split in [1, 4, 10, 64] {
            fs::write(here.join("s.toml"), format!("split = {split}\n{grid}")).expect("room");
            assert_eq!(done(&here, "sweep s.toml"), whole, "{split}");
        }
        let directory = format!("d-{keep}");
        fs::write(here.join("s.toml"), format!("split = 3\n{grid}")).expect("room");
        for number in [4, 0, 2, 1, 3] {
            done(
                &here,
                &format!("sweep s.toml --shard {number}/5 -o {directory}"),
            );
        }
        let status = done(&here, &format!("sweep status {directory}"));
        assert!(
            status.contains(": 8 pieces of points in 5 shards"),
            "{status}"
        );
        assert_eq!(done(&here, &format!("merge {directory}")), whole);
    }
    // rows of data are known by their draws, too
    let grid = "network = \"relu/he_normal 12x3 input=digits draws=5\"\n";
    fs::write(here.join("g.toml"), grid).expect("room");
    fs::write(here.join("s.toml"), format!("split = 2\n{grid}")).expect("room");
    assert_eq!(done(&here, "sweep s.toml"), done(&here, "sweep g.toml"));
}

#[test]
fn a_shard_is_written_as_a_fraction() {
    let here = scratch("fraction");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    for shard in ["3", "8/8", "1/0", "-1/4", "a/b", "0/1000000"] {
        let (code, _, said) = ends(&here, &format!("sweep g.toml --shard={shard} -o d"));
        assert_eq!(code, Some(2), "{said}");
        assert!(
            said.contains("not I/N") && said.contains("for example 3/8"),
            "{said}"
        );
    }
    let (code, _, said) = ends(&here, "sweep g.toml --shard 0/4");
    assert_eq!(code, Some(2));
    assert!(said.contains("--output"), "{said}");
}

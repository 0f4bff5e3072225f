//! `initscope sweep` and `initscope merge`: grids in one process and in many.

mod disk;
mod grids;
#[cfg(target_os = "linux")]
mod many;
mod parquet;
mod scripts;
mod shards;
mod view;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// An empty directory of a test.
fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("sweep-{name}"));
    drop(fs::remove_dir_all(&path));
    fs::create_dir_all(&path).expect("a directory");
    path
}

/// The program with these words, in a directory.
fn program(directory: &Path, words: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_initscope"));
    command
        .current_dir(directory)
        .args(words.split_whitespace())
        .stdin(Stdio::null());
    command
}

/// Exit code, output and complaints.
fn ends(directory: &Path, words: &str) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = program(directory, words).output().expect("it starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

/// The output of a command that has nothing to complain of.
fn done(directory: &Path, words: &str) -> String {
    let (code, stdout, stderr) = ends(directory, words);
    assert_eq!((code, &*stderr), (Some(0), ""), "{words}");
    stdout
}

/// The complaint of a command that is misuse.
fn misuse(directory: &Path, words: &str) -> String {
    let (code, stdout, stderr) = ends(directory, words);
    assert_eq!((code, &*stdout), (Some(2), ""), "{words}: {stderr}");
    stderr
}

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    fs::read(path.as_ref()).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// The peak of a process in KiB.
#[cfg(target_os = "linux")]
fn peak(here: &Path, words: &str) -> u64 {
    let mut child = program(here, words)
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let status = format!("/proc/{}/status", child.id());
    let mut most = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let number = line.and_then(|line| line.trim().strip_suffix(" kB"));
        most = number.map_or(most, |n| n.parse().expect("a number"));
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    assert!(child.wait().expect("it ends").success(), "{words}");
    most
}

/// A grid of 24 small points with every kind of axis.
const SMALL: &str = r#"
network = "relu/he_normal 16x4 draws=6"

[grid]
activation = ["tanh", "max(x, 0.1*x)"]
depth = "3..6*2"
gain = ["0.8..1.2+0.2"]

[[zip]]
width = [8, 16]
bias = [0, "preset"]
"#;

#[test]
fn help_of_both_commands_names_what_they_read_and_write() {
    let here = scratch("help");
    let help = done(&here, "sweep --help");
    for word in ["GRID", "--plan", "--shard", "I/N", ".parquet", "status"] {
        assert!(help.contains(word), "{word}");
    }
    assert!(done(&here, "merge --help").contains("DIR"));
}

#[test]
fn points_are_counted_with_the_last_axis_fastest_and_each_is_its_network() {
    let here = scratch("order");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    let table = done(&here, "sweep g.toml");
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 1 + 24);
    assert!(
        lines[0].starts_with(
            "point,activation,depth,gain,width,bias,network,draws,kind,channel,layer,rate,"
        ),
        "{}",
        lines[0]
    );
    let begins = [
        "0,tanh,3,0.8,8,0,tanh/he_normal 8x3 gain=0.8 bias=0 draws=6,6,",
        "1,tanh,3,0.8,16,preset,tanh/he_normal 16x3 gain=0.8 bias=preset draws=6,6,",
        "2,tanh,3,1,8,0,tanh/he_normal 8x3 bias=0 draws=6,6,",
        "6,tanh,6,0.8,8,0,",
        "12,\"max(x,0.1*x)\",3,0.8,8,0,\"max(x,0.1*x)/he_normal 8x3 gain=0.8 bias=0 draws=6\",6,",
        "23,\"max(x,0.1*x)\",6,1.2,16,preset,",
    ];
    for begin in begins {
        let number: usize = begin
            .split(',')
            .next()
            .and_then(|n| n.parse().ok())
            .expect("a number");
        assert!(
            lines[1 + number].starts_with(begin),
            "{}",
            lines[1 + number]
        );
    }
}

#[test]
fn the_table_is_the_same_for_any_number_of_threads_and_in_any_place() {
    let here = scratch("threads");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    let one = done(&here, "sweep g.toml --threads 1");
    assert_eq!(done(&here, "sweep g.toml --threads 5"), one);
    done(&here, "sweep g.toml -o t.csv --threads 2");
    assert_eq!(read(here.join("t.csv")), one.as_bytes());
    // nothing else is left
    let names = fs::read_dir(&here).expect("readable").count();
    assert_eq!(names, 2);
    let refused = misuse(&here, "sweep g.toml -o t.csv");
    assert!(refused.contains("`t.csv` is there already"), "{refused}");
    done(&here, "sweep g.toml -o t.csv --force");
}

#[test]
fn a_kept_layer_is_a_line_of_run_and_a_verdict_that_of_run_and_check() {
    let here = scratch("same");
    let networks = [
        ("tanh/glorot_normal 12x5 draws=7", "tanh", "glorot_normal"),
        ("relu/he_uniform 12x5 draws=7", "relu", "he_uniform"),
    ];
    let grid = |head: &str| {
        let [a, i] = [networks.map(|n| n.1), networks.map(|n| n.2)];
        format!(
            "network = \"relu/he_normal 12x5 draws=7\"\n{head}\n[[zip]]\nactivation = {a:?}\ninitializer = {i:?}\n"
        )
    };
    fs::write(here.join("g.toml"), grid("keep = \"layers\"")).expect("room");
    let table = done(&here, "sweep g.toml");
    let mut lines = table.lines();
    let head = lines.next().expect("a head");
    for (number, (network, activation, initializer)) in networks.iter().enumerate() {
        let run = done(&here, &format!("run {network} --format csv"));
        let mut layers = run.lines();
        let names = layers.next().expect("a head");
        // what theory expects stands behind what is measured
        assert!(format!("point,activation,initializer,draws,{names}").starts_with(head));
        for layer in layers {
            let expected = format!("{number},{activation},{initializer},7,{layer}");
            let kept = lines.next().expect("a line a layer");
            assert!(expected.starts_with(kept), "{kept}");
        }
    }
    assert_eq!(lines.next(), None);

    for (head, command) in [("", "run"), ("measure = \"check\"", "check")] {
        fs::write(here.join("g.toml"), grid(head)).expect("room");
        let table = done(&here, "sweep g.toml --format jsonl");
        for (line, (network, ..)) in table.lines().zip(&networks) {
            let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let (_, text, _) = ends(&here, &format!("{command} {network} --format json"));
            let document: serde_json::Value = serde_json::from_str(&text).expect("JSON");
            let verdict = &document["verdict"];
            for key in [
                "kind",
                "channel",
                "layer",
                "rate",
                "signal_rate",
                "gradient_rate",
                "distinguishability_rate",
                "depth_budget_healthy_at",
                "depth_budget_source",
            ] {
                assert_eq!(row[key], verdict[key], "{command} {network}: {key}");
            }
            for key in ["depth_budget", "depth_budget_fails_at"] {
                assert_eq!(row[key].as_f64(), verdict[key].as_f64(), "{key}");
            }
            assert_eq!(row["draws"], document["draws"]);
        }
    }
}

#[test]
fn trainings_are_those_of_train() {
    let here = scratch("train");
    let grid = "network = \"tanh/glorot_normal 16x2 input=digits\"\nmeasure = \"train\"\nkeep = \"steps\"\n[grid]\nlearning_rate = [0.1, 1]\nsteps = 12\nruns = 2\n";
    fs::write(here.join("g.toml"), grid).expect("room");
    let table = done(&here, "sweep g.toml");
    let mut rows = table.lines().skip(1);
    for (point, rate) in [(0, "0.1"), (1, "1")] {
        let words = format!(
            "train tanh/glorot_normal 16x2 input=digits --steps 12 --runs 2 --learning-rate {rate} --format csv"
        );
        for line in done(&here, &words).lines().skip(1) {
            let (_, numbers) = line.split_once(",").expect("a network");
            let expected = format!("{point},{rate},12,2,{numbers}");
            assert_eq!(rows.next(), Some(&*expected));
        }
    }
    assert_eq!(rows.next(), None);
    fs::write(
        here.join("g.toml"),
        grid.replace("steps\"\n", "outcome\"\n"),
    )
    .expect("room");
    assert_eq!(done(&here, "sweep g.toml").lines().count(), 1 + 2);
}

#[test]
fn draws_are_kept_one_by_one() {
    let here = scratch("draws");
    let grid =
        "network = \"relu/he_normal 8x3\"\nkeep = \"draws\"\n[grid]\nseed = \"0..1\"\ndraws = 5\n";
    fs::write(here.join("g.toml"), grid).expect("room");
    let table = done(&here, "sweep g.toml");
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let names: Vec<String> = reader
        .headers()
        .expect("a head")
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(
        names[..6],
        [
            "point",
            "seed",
            "draws",
            "draw",
            "layer",
            "z_second_moment_log10"
        ]
    );
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().expect("rows");
    assert_eq!(rows.len(), 2 * 5 * 3);
    // the mean over draws is that of run
    let run = done(&here, "run relu/he_normal 8x3 draws=5 --format csv");
    let mean: f64 = run
        .lines()
        .nth(2)
        .and_then(|l| l.split(',').nth(1)?.parse().ok())
        .expect("a number");
    let own = rows.iter().filter(|row| &row[0] == "0" && &row[4] == "2");
    let values: Vec<f64> = own.map(|row| row[5].parse().expect("a number")).collect();
    let sum: f64 = values.iter().sum();
    assert!((sum / 5.0 - mean).abs() < 1e-12, "{values:?} {mean}");
}

//! Scripts for other engines, and the grids that the repository brings along.
#![cfg(unix)]

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use super::{SMALL, done, read, scratch};

/// A program of these lines on the path.
fn stand_in(directory: &Path, name: &str, lines: &str) {
    let path = directory.join(name);
    fs::write(&path, format!("#!/bin/bash\n{lines}\n")).expect("room");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("own");
}

fn bash(here: &Path, script: &str, words: &[&str]) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_initscope"));
    let mut places = vec![
        here.join("bin"),
        program.parent().expect("a directory").to_path_buf(),
    ];
    places.extend(env::split_paths(&env::var_os("PATH").expect("a path")));
    let output = Command::new("bash")
        .arg(script)
        .args(words)
        .current_dir(here)
        .env("PATH", env::join_paths(places).expect("no colon"))
        .output()
        .expect("a shell");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{script}: {told}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// What `sbatch` does, one task after the other, with every first task of an array ended by 75 once.
const SBATCH: &str = r#"
printf '%s\n' "$*" >> sbatch.log
script=$(mktemp)
cat > "$script"
for word in "$@"; do case "$word" in --array=*) array=${word#--array=};; esac; done
if [ -n "${array:-}" ]; then
    IFS=, read -ra parts <<< "$array"
    for part in "${parts[@]}"; do
        for index in $(seq "${part%-*}" "${part#*-}"); do
            SLURM_ARRAY_JOB_ID=7 SLURM_ARRAY_TASK_ID=$index bash "$script" >&2 || exit
        done
    done
    echo '7;cluster'
else
    bash "$script"
fi
"#;

#[test]
fn the_script_for_slurm_submits_an_array_and_the_merge_after_it() {
    let here = scratch("slurm");
    fs::create_dir(here.join("bin")).expect("a directory");
    stand_in(&here.join("bin"), "sbatch", SBATCH);
    stand_in(
        &here.join("bin"),
        "scontrol",
        "printf '%s\\n' \"$*\" >> scontrol.log",
    );
    fs::write(here.join("my grid.toml"), SMALL).expect("room");
    let print = |more: &[&str]| {
        let output = super::program(&here, "sweep")
            .arg("my grid.toml")
            .args(["-o", "out"])
            .args(more)
            .output()
            .expect("it starts");
        assert_eq!(
            (output.status.code(), &output.stderr[..]),
            (Some(0), &b""[..])
        );
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    fs::write(
        here.join("submit.sh"),
        print(&["--print", "slurm", "--shards", "5"]),
    )
    .expect("room");
    assert!(!here.join("out").exists(), "nothing is run");
    let told = bash(&here, "submit.sh", &[]);
    assert!(told.contains("array 7: 0-4"), "{told}");
    let log = fs::read_to_string(here.join("sbatch.log")).expect("two jobs");
    let jobs: Vec<&str> = log.lines().collect();
    assert!(
        jobs[0].contains("--array=0-4")
            && jobs[0].contains("--requeue")
            && jobs[0].contains("--signal=B:TERM@120")
    );
    assert!(jobs[1].contains("--dependency=afterok:7"));
    let merged = read(here.join("out.parquet"));
    let output = super::program(&here, "sweep")
        .arg("my grid.toml")
        .args(["-o", "one.parquet"])
        .status();
    assert!(output.expect("it starts").success());
    assert!(merged == read(here.join("one.parquet")));
    // what is missing, as status names it
    for number in [1, 3] {
        fs::remove_file(here.join(format!("out/shard-{number}-of-5.done"))).expect("there");
    }
    let missing = done(&here, "sweep status out --missing");
    bash(&here, "submit.sh", &[missing.trim()]);
    let log = fs::read_to_string(here.join("sbatch.log")).expect("jobs");
    assert!(log.contains("--array=1,3 "), "{log}");
    assert!(merged == read(here.join("out.parquet")));
    assert!(!here.join("scontrol.log").exists());
}

#[test]
fn a_task_that_is_told_to_end_is_queued_again() {
    let here = scratch("requeue");
    fs::create_dir(here.join("bin")).expect("a directory");
    // TERM comes to the script of the task, which is the shell that runs it
    let sbatch = SBATCH.replace(
        "bash \"$script\" >&2 || exit",
        "bash \"$script\" >&2 & task=$!; sleep 0.6; kill -TERM $task; wait $task; echo \"code $?\" >> sbatch.log; exit 1",
    );
    stand_in(&here.join("bin"), "sbatch", &sbatch);
    stand_in(
        &here.join("bin"),
        "scontrol",
        "printf '%s\\n' \"$*\" >> scontrol.log",
    );
    let long = "network = \"tanh/glorot_normal 64x64 draws=32\"\n[grid]\nseed = \"0..2000\"\n";
    fs::write(here.join("g.toml"), long).expect("room");
    let script = done(&here, "sweep g.toml -o out --print slurm --shards 1");
    fs::write(here.join("submit.sh"), script).expect("room");
    let ended = Command::new("bash")
        .arg("submit.sh")
        .current_dir(&here)
        .env("PATH", {
            let program = Path::new(env!("CARGO_BIN_EXE_initscope"))
                .parent()
                .expect("a directory");
            format!(
                "{}:{}:{}",
                here.join("bin").display(),
                program.display(),
                env::var("PATH").expect("a path")
            )
        })
        .output()
        .expect("a shell");
    assert!(!ended.status.success());
    let log = fs::read_to_string(here.join("sbatch.log")).expect("a job");
    assert!(
        log.contains("code 75"),
        "{log}{}",
        String::from_utf8_lossy(&ended.stderr)
    );
    let queued = fs::read_to_string(here.join("scontrol.log")).expect("queued");
    assert_eq!(queued, "requeue 7_0\n");
}

#[test]
fn the_script_for_parallel_does_the_sweep() {
    let here = scratch("parallel");
    fs::create_dir(here.join("bin")).expect("a directory");
    // as `parallel` does: the words behind its own options once for every line
    stand_in(
        &here.join("bin"),
        "parallel",
        "while [ \"$1\" != initscope ]; do shift; done\nwhile read -r line; do \"${@//\\{\\}/$line}\"; done",
    );
    fs::write(here.join("g.toml"), SMALL).expect("room");
    fs::write(
        here.join("s.sh"),
        done(&here, "sweep g.toml -o out --print parallel --shards 3"),
    )
    .expect("room");
    bash(&here, "s.sh", &[]);
    done(&here, "sweep g.toml -o one.parquet");
    assert!(read(here.join("out.parquet")) == read(here.join("one.parquet")));
}

#[test]
fn a_script_needs_a_directory_and_a_number_of_shards() {
    let here = scratch("script");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    for words in [
        "sweep g.toml --print slurm",
        "sweep g.toml --print slurm -o out",
        "sweep g.toml --print sge -o out --shards 4",
        "sweep g.toml --print slurm -o out --shards 0",
        "sweep g.toml --shards 4",
        "sweep g.toml --plan -o out",
    ] {
        super::misuse(&here, words);
    }
}

#[test]
fn grids_of_the_repository_are_planned_and_name_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut grids = 0;
    for entry in fs::read_dir(root.join("demos/sweeps")).expect("grids") {
        let path = entry.expect("readable").path();
        let plan = done(root, &format!("sweep {} --plan", path.display()));
        let words = ["points ", "time ", "memory ", "table "];
        assert!(words.iter().all(|word| plan.contains(word)), "{plan}");
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .expect("UTF-8");
        let page = fs::read_to_string(root.join("demos/sweeps.md")).expect("a page");
        assert!(page.contains(&format!("(sweeps/{name})")), "{name}");
        grids += 1;
    }
    assert!(grids >= 4);
    let atlas = fs::read_to_string(root.join("demos/sweeps/atlas.toml")).expect("a grid");
    for row in initscope::net::activation::ACTIVATIONS {
        assert!(atlas.contains(&format!("\"{}\"", row.name)), "{}", row.name);
    }
}

#[test]
fn the_grid_of_the_page_is_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("demos/sweeps.md")).expect("a page");
    let (_, grid) = page.split_once("```toml\n").expect("a grid");
    let (grid, _) = grid.split_once("```").expect("an end");
    let here = scratch("page");
    fs::write(here.join("grid.toml"), grid).expect("room");
    let plan = done(&here, "sweep grid.toml --plan");
    assert!(
        plan.contains("points    252 = 3 x 7 x 6 x 1 x 2,"),
        "{plan}"
    );
    for field in &initscope::spec::FIELDS {
        assert!(
            page.contains(&format!("`{}`", field.name)),
            "{}",
            field.name
        );
    }
}

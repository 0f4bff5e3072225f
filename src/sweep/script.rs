//! Scripts that do a sweep on the engines that people have: to be read, and then run by somebody.

use crate::net::spec::shell_word;
use crate::sweep::shard::Shard;

/// Tasks of a job array at most: the largest index of a Slurm as it is installed is 1000.
pub const MOST_TASKS: u64 = 1001;

/// Which engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// Slurm: a job array, and a job that merges after it.
    Slurm,
    /// GNU parallel, on one machine or over ssh.
    Parallel,
}

impl Engine {
    /// Every engine with its name.
    pub const NAMES: [(&'static str, Self); 2] =
        [("slurm", Self::Slurm), ("parallel", Self::Parallel)];

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::NAMES.into_iter();
        all.find(|(known, _)| *known == name)
            .map(|(_, engine)| engine)
    }
}

/// What a script does.
#[derive(Clone, Debug)]
pub struct Script<'a> {
    /// The file of the grid.
    pub grid: &'a str,
    /// The directory of the shards.
    pub directory: &'a str,
    /// Points.
    pub points: u64,
    /// Shards.
    pub shards: u64,
    /// MiB that a process needs.
    pub memory: u64,
}

impl Script<'_> {
    /// The script for an engine.
    #[must_use]
    pub fn text(&self, engine: Engine) -> String {
        let body = match engine {
            Engine::Slurm => SLURM,
            Engine::Parallel => PARALLEL,
        };
        let tasks = self.shards.min(MOST_TASKS);
        let most = Shard {
            number: 0,
            of: self.shards,
        }
        .size(self.points);
        [
            ("@GRID@", shell_word(self.grid)),
            ("@DIRECTORY@", shell_word(self.directory)),
            (
                "@TABLE@",
                shell_word(&format!("{}.parquet", self.directory)),
            ),
            ("@LOG@", shell_word(&format!("{}.log", self.directory))),
            ("@POINTS@", self.points.to_string()),
            ("@MOST@", most.to_string()),
            ("@SHARDS@", self.shards.to_string()),
            ("@LAST@", (self.shards - 1).to_string()),
            ("@TASKS@", tasks.to_string()),
            ("@LAST_TASK@", (tasks - 1).to_string()),
            ("@MEMORY@", self.memory.to_string()),
        ]
        .into_iter()
        .fold(body.to_owned(), |text, (mark, value)| {
            text.replace(mark, &value)
        })
    }
}

const SLURM: &str = r#"#!/bin/bash
# Submits @SHARDS@ shards of @POINTS@ points (at most @MOST@ a shard) as a job array of @TASKS@ tasks, and the merge after it.
# Read it, change partition, account and time, then: bash THIS_FILE
# What is not done is submitted again by the same command: complete shards end at once, others go on where they were.
# Only what is missing, where there are as many tasks as shards: bash THIS_FILE "$(initscope sweep status @DIRECTORY@ --missing)"
set -euo pipefail
export GRID=@GRID@ DIRECTORY=@DIRECTORY@ SHARDS=@SHARDS@ TASKS=@TASKS@
mkdir -p @LOG@

job=$(sbatch --parsable --array="${1:-0-@LAST_TASK@}" --job-name=initscope \
    --nodes=1 --ntasks=1 --cpus-per-task=1 --mem=@MEMORY@M --time=60 \
    --signal=B:TERM@120 --requeue --open-mode=append --output=@LOG@/%a.log <<'TASK'
#!/bin/bash
# 120 seconds before the time is over TERM comes: the process finishes its point and ends with 75, and the task is queued again
for ((shard = SLURM_ARRAY_TASK_ID; shard < SHARDS; shard += TASKS)); do
    initscope sweep "$GRID" --shard "$shard/$SHARDS" -o "$DIRECTORY" &
    child=$!
    trap 'kill -TERM "$child" 2>/dev/null' TERM
    wait "$child"
    code=$?
    # a signal ends the waiting, not the process
    while kill -0 "$child" 2>/dev/null; do
        wait "$child"
        code=$?
    done
    if [ "$code" -eq 75 ]; then
        scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
    fi
    if [ "$code" -ne 0 ]; then
        exit "$code"
    fi
done
TASK
)
job=${job%%;*}
echo "array $job: ${1:-0-@LAST_TASK@}; how it stands: initscope sweep status @DIRECTORY@"

sbatch --dependency="afterok:$job" --job-name=initscope-merge --ntasks=1 --mem=1G --time=60 \
    --output=@LOG@/merge.log <<'MERGE'
#!/bin/bash
exec initscope merge "$DIRECTORY" -o @TABLE@ --force
MERGE
"#;

const PARALLEL: &str = r#"#!/bin/bash
# Measures @SHARDS@ shards of @POINTS@ points (at most @MOST@ a shard) by GNU parallel, one process a core, and merges them.
# Read it, then: bash THIS_FILE
# On several machines that see this directory under the same path: --sshloginfile HOSTS --workdir . behind `parallel`
# What was interrupted is taken up by the same command.
set -euo pipefail
seq 0 @LAST@ | parallel --retries 3 --memfree @MEMORY@M --joblog @LOG@ \
    initscope sweep @GRID@ --shard {}/@SHARDS@ -o @DIRECTORY@
initscope merge @DIRECTORY@ -o @TABLE@ --force
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_mark_is_left_and_names_are_quoted() {
        let script = Script {
            grid: "my grid.toml",
            directory: "out",
            points: 5000,
            shards: 2000,
            memory: 100,
        };
        for (name, engine) in Engine::NAMES {
            assert_eq!(Engine::named(name), Some(engine));
            let text = script.text(engine).replace("TERM@120", "");
            assert!(!text.contains('@'), "{text}");
            assert!(text.contains("'my grid.toml'") && text.contains("out.parquet"));
            assert!(text.contains("2000 shards of 5000 points (at most 3 a shard)"));
        }
        assert!(script.text(Engine::Slurm).contains("${1:-0-1000}"));
    }
}

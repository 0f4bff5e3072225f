//! One draw beside what users would run instead, both sides in one interleaved run on the same number of threads.
//!
//! ```text
//! cargo bench --bench peers -- --peers DIR [--python PYTHON] [--threads N] [--rounds N] [--only TEXT]
//! ```
//!
//! `DIR` holds `peer_torch.py` and `peer_numpy.py`, which take `--width --depth --batch --act --init --threads
//! --repeat --variant --arrays` and print JSON with `seconds` (of single draws, warm) and per-layer `arrays` of the first draw.
//! Nothing is installed: a peer that does not start is named and left out. Without `--peers` only our side is measured.
//!
//! Every row prints the least time of either side over all rounds, their ratio, and whether both computed the same thing: the
//! peers' arrays lie within five standard deviations over our draws of our mean, in every layer (they are other draws of the
//! same law).

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Instant;

use initscope::math::simd;
use initscope::net::framework::Framework;
use initscope::net::spec::{Bias, Draft, Draws, Spec};
use initscope::sim::draw::{Draw, Plan};
use initscope::sim::record::{Layer, Record};
use initscope::sim::team::Team;
use rayon::prelude::*;
use serde_json::Value;

#[path = "support/bound.rs"]
mod bound;

/// One row of the table.
struct Row {
    activation: &'static str,
    initializer: &'static str,
    width: usize,
    depth: usize,
    batch: usize,
    /// What the table aims at, times the fastest peer unless it says otherwise.
    target: &'static str,
}

const ROWS: [Row; 9] = [
    row("relu", "he_normal", [1024, 64, 64], ">= 20x"),
    row("relu", "he_normal", [4096, 16, 64], ">= 60x"),
    row("relu", "he_normal", [1024, 64, 16], ">= 80x"),
    row("relu", "he_normal", [256, 32, 64], ">= 10x"),
    row("relu", "he_normal", [128, 32, 64], ">= 10x"),
    row(
        "tanh",
        "glorot_uniform",
        [1024, 64, 64],
        ">= 85 % of the bound",
    ),
    row(
        "tanh",
        "glorot_uniform",
        [4096, 16, 64],
        ">= 85 % of the bound",
    ),
    row("tanh", "orthogonal", [1024, 64, 64], ">= 100x"),
    row(
        "tanh",
        "orthogonal",
        [1024, 64, 16],
        "about the Gaussian's time",
    ),
];

const fn row(
    activation: &'static str,
    initializer: &'static str,
    [width, depth, batch]: [usize; 3],
    target: &'static str,
) -> Row {
    Row {
        activation,
        initializer,
        width,
        depth,
        batch,
        target,
    }
}

/// Scripts and variants that are tried: the fastest three of those known.
const PEERS: [(&str, &str); 3] = [("torch", "mtrng"), ("torch", "manual"), ("numpy", "mt")];

/// Draws that give our mean and standard deviation.
const DRAWS: u32 = 48;

/// Standard deviations that a peer's draw may be away in any layer.
const WITHIN: f64 = 5.0;

type Field = (&'static str, fn(&Layer) -> f64);

/// A peer's array and what it is in our record, as decimal logarithms of mean squares.
const FIELDS: [Field; 3] = [
    ("z_m2", |l| l.z_second_moment),
    ("x_m2", |l| l.x_second_moment),
    ("gw", |l| l.grad_w),
];

struct Options {
    peers: Option<PathBuf>,
    python: String,
    threads: usize,
    rounds: usize,
    only: String,
}

fn options() -> Result<Options, String> {
    let mut options = Options {
        peers: None,
        python: "python3".to_owned(),
        threads: std::thread::available_parallelism().map_or(1, usize::from),
        rounds: 2,
        only: String::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or(format!("{word} needs a value"));
        let number = |text: String| text.parse().map_err(|_| format!("not a number: {text}"));
        match word.as_str() {
            "--peers" => options.peers = Some(value()?.into()),
            "--python" => options.python = value()?,
            "--threads" => options.threads = number(value()?)?,
            "--rounds" => options.rounds = number(value()?)?,
            "--only" => options.only = value()?,
            "--bench" => {}
            other => return Err(format!("unknown argument {other}")),
        }
    }
    Ok(options)
}

fn plan(row: &Row) -> Arc<Plan> {
    let spec = Spec::new(Draft {
        activation: row.activation.parse().expect("a known activation"),
        initializer: Some(row.initializer.parse().expect("a known initializer")),
        framework: Framework::PyTorch,
        bias: Bias::Normal(0.0),
        width: row.width,
        depth: row.depth,
        batch: row.batch,
        draws: Draws::Exactly(1),
        ..Draft::default()
    });
    Arc::new(Plan::new(&spec.expect("a valid network")))
}

/// Least seconds of one draw that all threads share, and of one of as many draws at once as there are threads.
fn ours(plan: &Arc<Plan>, threads: usize) -> [f64; 2] {
    let mut together = Draw::new(Arc::clone(plan), 0);
    let mut apart: Vec<Draw> = (0..threads as u32)
        .map(|index| Draw::new(Arc::clone(plan), index))
        .collect();
    let mut least = [f64::INFINITY; 2];
    let begin = Instant::now();
    let mut index = 1;
    while index < 4 || (begin.elapsed().as_secs_f64() < 1.5 && index < 400) {
        let start = Instant::now();
        together.restart(index);
        together.advance(u64::MAX / 4, Team::Pool);
        least[0] = least[0].min(start.elapsed().as_secs_f64());
        let start = Instant::now();
        apart.par_iter_mut().for_each(|draw| {
            draw.restart(index);
            draw.advance(u64::MAX / 4, Team::Alone);
        });
        least[1] = least[1].min(start.elapsed().as_secs_f64() / threads as f64);
        index += 1;
    }
    least
}

/// What a peer printed.
fn theirs(options: &Options, row: &Row, script: &str, variant: &str) -> Option<Value> {
    let path = options.peers.as_ref()?.join(format!("peer_{script}.py"));
    let output = Command::new(&options.python)
        .arg(path)
        .args([
            "--variant",
            variant,
            "--act",
            row.activation,
            "--init",
            row.initializer,
        ])
        .args([
            "--width",
            &row.width.to_string(),
            "--depth",
            &row.depth.to_string(),
        ])
        .args([
            "--batch",
            &row.batch.to_string(),
            "--threads",
            &options.threads.to_string(),
        ])
        .args(["--repeat", "3", "--budget", "12", "--arrays"])
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    serde_json::from_str(text.lines().last()?).ok()
}

fn numbers(value: &Value) -> Vec<f64> {
    let array = value.as_array().map(Vec::as_slice).unwrap_or_default();
    array.iter().filter_map(Value::as_f64).collect()
}

/// Largest distance of a peer's curves from ours in standard deviations over our draws.
fn distance(records: &[Record], row: &Row, arrays: &Value) -> f64 {
    let mut worst = 0.0_f64;
    for (name, field) in FIELDS {
        let theirs = numbers(&arrays[name]);
        if theirs.len() != row.depth {
            return f64::INFINITY;
        }
        for (layer, value) in theirs.iter().enumerate() {
            let n = records.len() as f64;
            let values = records.iter().map(|record| field(&record.layers[layer]));
            let mean = values.clone().sum::<f64>() / n;
            let variance = values.map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
            let value = match name {
                // a norm, not a mean square
                "gw" => (value * value / (row.width * row.width) as f64).log10(),
                _ => value.log10(),
            };
            // some things do not vary over draws of an orthogonal matrix: single precision then decides
            worst = worst.max((value - mean).abs() / variance.sqrt().max(1e-5));
        }
    }
    worst
}

/// Seconds of one draw that no dense program of this machine can beat: multiply-adds in registers, or uniform weights made
/// twice.
fn dense_bound(row: &Row, threads: usize) -> f64 {
    let [multiply_add, number] = bound::rates(threads);
    let weights = 2.0 * (row.width * row.width * row.depth) as f64 / threads as f64;
    weights * number.max(multiply_add * row.batch as f64 / 16.0)
}

fn compare(options: &Options, row: &Row) -> bool {
    let plan = plan(row);
    let records: Vec<Record> = (0..DRAWS)
        .into_par_iter()
        .map(|index| {
            let mut draw = Draw::new(Arc::clone(&plan), index);
            draw.advance(u64::MAX / 4, Team::Alone);
            draw.into_record()
        })
        .collect();
    let mut mine = [f64::INFINITY; 2];
    let mut others: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    let mut bound = f64::INFINITY;
    for _ in 0..options.rounds {
        for (script, variant) in PEERS {
            let times = ours(&plan, options.threads);
            mine = [mine[0].min(times[0]), mine[1].min(times[1])];
            if row.initializer == "glorot_uniform" {
                bound = bound.min(dense_bound(row, options.threads));
            }
            if let Some(value) = theirs(options, row, script, variant) {
                let seconds = numbers(&value["seconds"]);
                let least = seconds.into_iter().fold(f64::INFINITY, f64::min);
                let away = distance(&records, row, &value["arrays"]);
                let entry = others
                    .entry(format!("{script} {variant}"))
                    .or_insert([f64::INFINITY, 0.0]);
                *entry = [entry[0].min(least), entry[1].max(away)];
            } else if options.peers.is_some() {
                println!("  {script} {variant}: did not run");
            }
        }
    }
    println!(
        "{} {} {} x {}, batch {}: ours {:.2} ms (draws apart: {:.2} ms each), {:.1} ns a unit and layer",
        row.activation,
        row.initializer,
        row.width,
        row.depth,
        row.batch,
        1e3 * mine[0],
        1e3 * mine[1],
        1e9 * mine[0] / (row.width * row.depth) as f64
    );
    if bound.is_finite() {
        println!(
            "  bound of the machine {:.2} ms: {:.0} % of it reached together, {:.0} % apart",
            1e3 * bound,
            100.0 * bound / mine[0],
            100.0 * bound / mine[1]
        );
    }
    let mut alike = true;
    let mut fastest = f64::INFINITY;
    for (name, [seconds, away]) in &others {
        alike &= *away < WITHIN;
        fastest = fastest.min(*seconds);
        println!(
            "  {name:13} {:9.2} ms = {:6.1}x; curves at most {away:.1} standard deviations away",
            1e3 * seconds,
            seconds / mine[0]
        );
    }
    if fastest.is_finite() {
        println!(
            "  fastest peer / ours: {:.1}x together, {:.1}x apart (target: {})",
            fastest / mine[0],
            fastest / mine[1],
            row.target
        );
    }
    alike
}

fn main() -> ExitCode {
    // `cargo test --benches` does not say so: nothing is timed there
    if !std::env::args().any(|word| word == "--bench") {
        return ExitCode::SUCCESS;
    }
    let options = match options() {
        Ok(options) => options,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(options.threads);
    println!("{} threads, {}", options.threads, simd::name());
    let alike = pool.build().expect("threads").install(|| {
        let name = |row: &Row| {
            format!(
                "{} {} {} {}",
                row.activation, row.initializer, row.width, row.batch
            )
        };
        let wanted = ROWS.iter().filter(|row| name(row).contains(&options.only));
        wanted
            .map(|row| compare(&options, row))
            .filter(|alike| !alike)
            .count()
            == 0
    });
    if alike {
        ExitCode::SUCCESS
    } else {
        eprintln!("a peer computed something else");
        ExitCode::FAILURE
    }
}

//! No expression, however wild, takes more than a stated time and memory, wherever it is used; no step of a job takes long.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::advice::Counsel;
use initscope::engine::atlas::{Atlas, AtlasRequest};
use initscope::engine::depth::{DepthRequest, DepthSearch};
use initscope::engine::factors::{self, Experiment, Extent, FactorsRequest};
use initscope::engine::phase_map::{PhaseMap, PhaseRequest, Plane};
use initscope::engine::training::{Session, TrainingRequest};
use initscope::net::activation::Activation;
use initscope::net::recipe::Recipe;
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::report::theory::Propagation;
use initscope::theory::curve::LayerLaw;
use rayon::ThreadPoolBuilder;

/// What one use of an expression may take on one thread.
const SECONDS: f64 = 2.0;
/// After which nobody waits any longer, however busy the machine is.
const HANGS: Duration = Duration::from_secs(120);
/// What the whole process may take.
const MEGABYTES: f64 = 500.0;

/// Those that once took for ever, all memory, or gave a wrong answer.
const KNOWN: &[&str] = &[
    "relu(log(x))",
    "max(log(x),0)",
    "abs(x^x)",
    "relu(x^x)",
    "abs(sqrt(x))",
    "x^4",
    "(x+x)^7",
    "relu(sin(x)-x)^5",
    "sin(100*x)",
    "1/(abs(x)-200)",
    "cos(1/(1e-3+cosh(cos(x))^2))",
    "1/(200+sign(min(x^1.5,x))^2)",
    "atan(sign(x^0.5))",
    "tanh(100000*x)",
    "1-exp(-x^4)",
    "abs(sin(x))",
    "sign(sin(x))",
    "1/(2+sin(100*x))",
    "sigmoid(1e4*sin(x))",
    "sin(exp(x))",
    "exp(x)*sin(30*x)",
    "x*sin(x^2)",
    "sqrt(abs(x))",
    "x^64",
    "sin(20*x)*exp(-x^2/100)",
    "sign(sqrt((sigmoid(sinh(x)))^(elu(tanh(3)))))",
    "sigmoid(sigmoid(hardshrink((x*x))))",
    "gelu(sign(softplus(x)))",
    "hardshrink(elu(x)-tanh(x))+hardshrink(1e-9*3^x)",
    "tanh(softplus(1/(1+gelu(1e-3^x)^2)))",
];

/// Small numbers in a fixed order.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        // Knuth's MMIX constants; the upper bits are the good ones.
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as usize
    }

    fn pick(&mut self, from: &[&'static str]) -> &'static str {
        from[self.roll(from.len())]
    }

    /// An expression of the grammar, at most so deep.
    fn expression(&mut self, depth: usize) -> String {
        const NUMBERS: &[&str] = &[
            "0", "1", "2", "3", "0.5", "0.1", "1e-3", "1e-9", "10", "100", "200", "1e5", "1e9",
            "pi", "e", "1.702", "7", "1e300",
        ];
        const POWERS: &[&str] = &["2", "3", "4", "5", "7", "0.5", "1.5", "-1", "-2", "64", "0"];
        const FUNCTIONS: &[&str] = &[
            "exp",
            "ln",
            "sqrt",
            "abs",
            "sign",
            "relu",
            "tanh",
            "sigmoid",
            "softplus",
            "erf",
            "sin",
            "cos",
            "tan",
            "atan",
            "sinh",
            "cosh",
            "gelu",
            "elu",
            "hardshrink",
            "relu6",
            "mish",
            "selu",
        ];
        if depth == 0 {
            return match self.roll(4) {
                0 => self.pick(NUMBERS).to_owned(),
                _ => "x".to_owned(),
            };
        }
        let below = depth - 1;
        match self.roll(14) {
            0 => "x".to_owned(),
            1 | 2 => {
                let sign = self.pick(&["+", "-", "*", "/"]);
                format!(
                    "({}{sign}{})",
                    self.expression(below),
                    self.expression(below)
                )
            }
            3 => format!("({}*{})", self.pick(NUMBERS), self.expression(below)),
            4 => format!("({})^{}", self.expression(below), self.pick(POWERS)),
            5 => format!("({})^({})", self.expression(below), self.expression(below)),
            6 => {
                let name = self.pick(&["max", "min"]);
                format!(
                    "{name}({},{})",
                    self.expression(below),
                    self.expression(below)
                )
            }
            7 => {
                let least = self.pick(&["1", "1e-3", "1e-9", "200"]);
                format!("1/({least}+{}^2)", self.expression(below))
            }
            _ => format!("{}({})", self.pick(FUNCTIONS), self.expression(below)),
        }
    }
}

/// Different expressions in `x`, the same for a seed.
fn generated(seed: u64, count: usize) -> Vec<String> {
    let mut dice = Dice(seed);
    let mut all: Vec<String> = Vec::new();
    while all.len() < count {
        let depth = 2 + dice.roll(4);
        let text = dice.expression(depth);
        if text.contains('x') && text.len() > 4 && !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

/// Whether the whole grid is asked for.
fn is_whole() -> bool {
    std::env::var_os("INITSCOPE_WHOLE_GRID").is_some()
}

/// Seconds that this thread has computed; where the system does not say, that have passed.
fn seconds(start: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| start.elapsed().as_secs_f64(), |n| 1e-9 * n)
}

/// What the program does with an activation, and the seconds that each use took; reading alone where it is refused.
fn uses(text: &str) -> Vec<(&'static str, f64)> {
    let start = Instant::now();
    let mut last = seconds(start);
    let mut times = Vec::new();
    let mut done = |what| {
        let now = seconds(start);
        times.push((what, now - last));
        last = now;
    };
    let read: Result<Activation, _> = text.parse();
    done("reading");
    if let Ok(activation) = read {
        let draft = Draft {
            activation: activation.clone(),
            initializer: Some("he_normal".parse().unwrap()),
            width: 16,
            depth: 8,
            batch: 4,
            draws: Draws::Exactly(2),
            ..Draft::default()
        };
        let spec = Arc::new(Spec::new(draft).unwrap());
        assert_eq!(Engine::new(Arc::clone(&spec)).run().draws, 2);
        done("run with advice");
        // Unknown is an answer, too.
        let _ = Propagation::predict(&activation, LayerLaw::square(4.0, 0.1), 50);
        done("theory");
        let request = PhaseRequest {
            plane: Plane::new(&activation, 8, 4),
            spec,
        };
        assert!(PhaseMap::new(request, None).run().complete);
        done("phase map");
    }
    times
}

#[test]
fn no_use_of_an_expression_takes_longer_than_stated() {
    let count = if is_whole() { 2000 } else { 16 };
    let seed = std::env::var("INITSCOPE_SEED").map_or(14, |seed| seed.parse().unwrap());
    let known = KNOWN.iter().map(|text| (*text).to_owned());
    let mut worst: Vec<(f64, String)> = Vec::new();
    let (mut accepted, mut total) = (0, 0.0);
    for text in known.chain(generated(seed, count)) {
        let (send, receive) = mpsc::channel();
        let typed = text.clone();
        thread::spawn(move || {
            let alone = ThreadPoolBuilder::new()
                .num_threads(1)
                .use_current_thread()
                .build()
                .unwrap();
            // nobody listens to one that has taken too long
            let _ = send.send(alone.install(|| uses(&typed)));
        });
        let times = receive
            .recv_timeout(HANGS)
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        accepted += usize::from(times.len() > 1);
        for (what, time) in times {
            total += time;
            worst.push((time, format!("{what} of {text}")));
        }
        // five of them are told
        worst.sort_by(|a, b| b.0.total_cmp(&a.0));
        let over = worst.iter().take_while(|(time, _)| *time >= SECONDS);
        worst.truncate(over.count().max(5));
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    let megabytes = kilobytes.map_or(f64::NAN, |kb: f64| kb / 1024.0);
    println!(
        "{accepted} of {} accepted, {total:.1} s in all; {megabytes:.0} MB; {worst:.2?}",
        KNOWN.len() + count,
    );
    assert!(worst[0].0 < SECONDS, "{worst:.2?}");
    assert!(!(megabytes > MEGABYTES), "{megabytes} MB");
}

/// What a step of a job about an ordinary network may take on one thread, in seconds: a newer request is looked at after it. Five times
/// what was measured, for slower machines.
const STEP: f64 = 0.1;

/// Networks of every day; `cargo bench --bench steps` measures those whose jobs take the longest steps.
const NETWORKS: &[&str] = &["tanh/he_normal 64x30", "relu(tanh(x))/he_normal 32x10"];

/// The longest of a job's first steps, which take `budget` seconds together: its number, 0 for the beginning, and its time.
fn longest<J>(
    begin: impl FnOnce() -> J,
    done: impl Fn(&J) -> bool,
    step: impl Fn(&mut J),
) -> (f64, usize) {
    let budget = if is_whole() { 4.0 } else { 0.5 };
    let start = Instant::now();
    let first = seconds(start);
    let mut job = begin();
    let mut last = seconds(start);
    let mut worst = (last - first, 0);
    for number in 1.. {
        if done(&job) || last - first > budget {
            break;
        }
        step(&mut job);
        let now = seconds(start);
        if now - last > worst.0 {
            worst = (now - last, number);
        }
        last = now;
    }
    worst
}

/// The longest step of every kind of job about a network.
fn steps(network: &str) -> Vec<(&'static str, (f64, usize))> {
    let spec: Arc<Spec> = Arc::new(network.parse().unwrap());
    let map = PhaseRequest {
        plane: Plane::new(spec.activation(), 40, 20),
        spec: Arc::clone(&spec),
    };
    let mut all = vec![
        (
            "phase map",
            longest(
                || PhaseMap::new(map, None),
                PhaseMap::is_complete,
                PhaseMap::step,
            ),
        ),
        (
            "simulation",
            longest(
                || Engine::advising(Arc::clone(&spec), Counsel::default()),
                Engine::is_settled,
                Engine::step,
            ),
        ),
        (
            "atlas",
            longest(
                || Atlas::new(AtlasRequest::around(&spec), None),
                Atlas::is_complete,
                Atlas::step,
            ),
        ),
    ];
    let few = spec.with(|draft| draft.draws = Draws::Exactly(2)).unwrap();
    if spec.width() * spec.depth() < 100_000 {
        let snapshot = Arc::new(Engine::new(Arc::new(few)).run());
        if let Some(request) = DepthRequest::of(&snapshot) {
            let begin = || DepthSearch::resume(request, None);
            all.push((
                "depth",
                longest(begin, DepthSearch::is_done, DepthSearch::step),
            ));
        }
    }
    let recipe = Recipe {
        steps: 20,
        batch_size: 32,
        ..Recipe::default()
    };
    let digits = spec
        .with(|draft| draft.input = "digits".parse().unwrap())
        .unwrap();
    let base = Arc::new(digits);
    let training = TrainingRequest {
        specs: vec![Arc::clone(&base)],
        recipe,
        train: true,
    };
    let begin = || Session::new(training, None);
    all.push((
        "training",
        longest(begin, Session::is_complete, Session::step),
    ));
    let experiment = FactorsRequest {
        base,
        recipe: factors::recipe(),
        extent: Extent::Training,
    };
    let begin = || Experiment::new(experiment, None);
    all.push((
        "factors",
        longest(begin, Experiment::is_complete, Experiment::step),
    ));
    all
}

#[test]
fn no_step_of_a_job_takes_long() {
    for network in NETWORKS {
        let table = thread::spawn(move || {
            let alone = ThreadPoolBuilder::new()
                .num_threads(1)
                .use_current_thread()
                .build()
                .unwrap();
            alone.install(|| steps(network))
        })
        .join()
        .unwrap();
        for (job, (time, number)) in table {
            println!("{network}, {job}: {:.1} ms in step {number}", 1e3 * time);
            assert!(time < STEP, "{network}, {job}: {time} s in step {number}");
        }
    }
}

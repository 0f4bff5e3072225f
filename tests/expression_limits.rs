//! No expression, however wild, takes more than a stated time and memory, wherever it is used.

use std::fmt::Write as _;
use std::fs;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::phase_map::edge;
use initscope::net::activation::Activation;
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::report::theory::Propagation;

/// What an expression may take on one thread: reading it, a simulation with its predictions and advice, and its theory.
const SECONDS: f64 = 2.0;

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
    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const NUMBERS: &[&str] = &[
    "0", "1", "2", "3", "0.5", "0.1", "1e-3", "1e-9", "10", "100", "200", "1e5", "1e9", "pi", "e",
    "1.702", "7", "1e300",
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

/// An expression of the grammar, at most so deep.
fn expression(dice: &mut Dice, depth: usize) -> String {
    let below = depth.saturating_sub(1);
    match dice.roll(if depth == 0 { 4 } else { 16 }) {
        0..3 => "x".to_owned(),
        3 => dice.pick(NUMBERS).to_owned(),
        4 | 5 => {
            let sign = dice.pick(&["+", "-", "*", "/"]);
            format!(
                "({}{sign}{})",
                expression(dice, below),
                expression(dice, below)
            )
        }
        6 => format!("({}*{})", dice.pick(NUMBERS), expression(dice, below)),
        7 => format!("({})^{}", expression(dice, below), dice.pick(POWERS)),
        8 => format!(
            "({})^({})",
            expression(dice, below),
            expression(dice, below)
        ),
        9 => format!(
            "{}({},{})",
            dice.pick(&["max", "min"]),
            expression(dice, below),
            expression(dice, below)
        ),
        10 => format!(
            "1/({}+{}^2)",
            dice.pick(&["1", "1e-3", "1e-9", "200"]),
            expression(dice, below)
        ),
        _ => format!("{}({})", dice.pick(FUNCTIONS), expression(dice, below)),
    }
}

/// Seconds that this thread has computed; where the system does not say, that have passed.
fn seconds(since: Instant) -> f64 {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| since.elapsed().as_secs_f64(), |n| 1e-9 * n)
}

/// Everything the program does with an activation, at a small size.
fn use_it(text: &str) -> Vec<(&'static str, f64)> {
    let start = Instant::now();
    let mut times = Vec::new();
    let mut last = seconds(start);
    let mut lap = |name, times: &mut Vec<(&'static str, f64)>| {
        let now = seconds(start);
        times.push((name, now - last));
        last = now;
    };
    let activation: Result<Activation, _> = text.parse();
    lap("read", &mut times);
    let Ok(activation) = activation else {
        return times;
    };
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
    let mut engine = Engine::new(Arc::clone(&spec), 0);
    lap("quick", &mut times);
    while !engine.is_settled() {
        engine.step();
    }
    lap("run", &mut times);
    let _ = Propagation::predict(&activation, 4.0, 0.1, 50);
    lap("theory", &mut times);
    let _ = edge(&spec);
    lap("edge", &mut times);
    times
}

#[test]
fn no_expression_takes_longer_than_stated() {
    let count = std::env::var("COUNT").map_or(100, |n| n.parse().unwrap());
    let seed = std::env::var("SEED").map_or(1, |n| n.parse().unwrap());
    let mut dice = Dice(seed);
    let mut texts: Vec<String> = vec![];
    if let Ok(list) = std::env::var("LIST") {
        texts = list.split(';').map(str::to_owned).collect();
    } else {
        while texts.len() < count {
            let depth = 1 + dice.roll(4);
            let text = expression(&mut dice, depth);
            if text.contains('x') && text.len() < 1000 {
                texts.push(text);
            }
        }
    }
    let mut report = String::new();
    let (mut slow, mut hung, mut known) = (0, 0, 0);
    for text in texts {
        let (send, receive) = mpsc::channel();
        let owned = text.clone();
        thread::spawn(move || {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(1)
                .use_current_thread()
                .build()
                .unwrap();
            let t = pool.install(|| use_it(&owned));
            let _ = send.send(t);
        });
        match receive.recv_timeout(Duration::from_secs(15)) {
            Ok(times) => {
                known += usize::from(times.len() > 1);
                let total: f64 = times.iter().map(|t| t.1).sum();
                if total > SECONDS || std::env::var("LIST").is_ok() {
                    slow += usize::from(total > SECONDS);
                    writeln!(report, "{total:.2} {text} {times:.2?}").unwrap();
                }
            }
            Err(RecvTimeoutError::Timeout) => {
                hung += 1;
                writeln!(report, "HUNG {text}").unwrap();
            }
            Err(_) => {
                writeln!(report, "PANIC {text}").unwrap();
            }
        }
    }
    println!("{report}\nknown {known} slow {slow} hung {hung}");
    let status = fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.contains("VmHWM")).unwrap());
}

//! No expression, however wild, takes more than a stated time and memory, wherever it is used.

use std::fs;
use std::sync::Arc;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use initscope::engine::Engine;
use initscope::engine::phase_map::{PhaseMap, PhaseRequest, Plane};
use initscope::net::activation::Activation;
use initscope::net::spec::{Draft, Draws, Spec};
use initscope::report::theory::Propagation;
use rayon::ThreadPoolBuilder;

/// What one use of an expression may take on one thread.
const SECONDS: f64 = 2.0;
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
    "sin(10*x)",
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

/// Different expressions in `x`.
fn generated(count: usize) -> Vec<String> {
    let mut dice = Dice(14);
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
        assert_eq!(Engine::new(Arc::clone(&spec), 0).run().draws, 2);
        done("run with advice");
        // Unknown is an answer, too.
        let _ = Propagation::predict(&activation, 4.0, 0.1, 50);
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
    let count = if std::env::var_os("INITSCOPE_WHOLE_GRID").is_some() {
        2400
    } else {
        16
    };
    let known = KNOWN.iter().map(|text| (*text).to_owned());
    let mut slow: Vec<String> = Vec::new();
    let (mut accepted, mut total, mut slowest) = (0, 0.0, (0.0, String::new()));
    for text in known.chain(generated(count)) {
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
            .recv_timeout(Duration::from_secs(60))
            .unwrap_or_else(|error| panic!("{text}: {error}"));
        accepted += usize::from(times.len() > 1);
        for (what, time) in times {
            total += time;
            if time > slowest.0 {
                slowest = (time, format!("{what} of {text}"));
            }
            if time >= SECONDS {
                slow.push(format!("{text}: {what} took {time:.2} s"));
            }
        }
    }
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = peak.and_then(|line| line.trim().trim_end_matches("kB").trim().parse().ok());
    let megabytes = kilobytes.map_or(f64::NAN, |kb: f64| kb / 1024.0);
    println!(
        "{accepted} of {} accepted, {total:.1} s in all, {:.2} s for {}; {megabytes:.0} MB",
        KNOWN.len() + count,
        slowest.0,
        slowest.1
    );
    assert!(slow.is_empty(), "{}", slow.join("\n"));
    assert!(!(megabytes > MEGABYTES), "{megabytes} MB");
}

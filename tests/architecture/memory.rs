//! The memory of a draw, measured in a process of its own.

#![cfg(target_os = "linux")]

use std::sync::Arc;

use initscope::math::team::Team;
use initscope::net::spec::{Method, Spec};
use initscope::sim::draw::{Draw, Plan};

use super::PREACTIVATED;

/// Resident memory of this process at its highest since `reset`, bytes.
fn peak(reset: bool) -> u64 {
    if reset {
        std::fs::write("/proc/self/clear_refs", "5").expect("the kernel forgets the peak");
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("a process");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("a number") << 10
}

/// Plain networks whole and with checkpoints, a stream beside each of them, a wide batch, and streamed weights: what share of the plan
/// is taken at least. A checkpoint of a matrix-free network needs less than the plan allows for: no panel of outputs.
const MEASURED: [(&str, bool, f64); 6] = [
    ("relu/he_normal 4096x200 framework=pytorch", false, 0.9),
    ("relu/he_normal 4096x1000 framework=pytorch", false, 0.5),
    ("relu/he_normal 4096x100 framework=pytorch", true, 0.9),
    ("relu/he_normal 4096x500 framework=pytorch", true, 0.7),
    (
        "relu/he_normal 2048x40 batch=128 framework=pytorch",
        false,
        0.9,
    ),
    ("relu/he_uniform 512x500 batch=64", false, 0.85),
];

#[test]
fn the_memory_of_a_draw_is_what_its_plan_says() {
    const CHILD: &str = "INITSCOPE_MEASURED_DRAW";
    let plan = |(text, residual, _): (&str, bool, f64)| {
        let spec: Spec = text.parse().expect("a spec");
        let tape = if residual {
            (PREACTIVATED.tape)(&spec)
        } else {
            spec.tape()
        };
        Plan::with_tape(&spec, &tape, Method::Auto)
    };
    if let Ok(case) = std::env::var(CHILD) {
        // a process of its own: nothing else is allocated
        let plan = plan(MEASURED[case.parse::<usize>().expect("a number")]);
        let before = peak(true);
        let mut draw = Draw::new(Arc::new(plan), 0);
        draw.advance(u64::MAX / 4, Team::Alone);
        println!("took {}", peak(false) - before);
        return;
    }
    for (at, case) in MEASURED.into_iter().enumerate() {
        let output = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args([
                "--exact",
                "--nocapture",
                "memory::the_memory_of_a_draw_is_what_its_plan_says",
            ])
            .env(CHILD, at.to_string())
            .output()
            .expect("a child");
        let said = String::from_utf8_lossy(&output.stdout);
        let took = said.lines().find_map(|line| line.split("took ").nth(1));
        let took: u64 = took
            .and_then(|took| took.trim().parse().ok())
            .expect("a size");
        let plan = plan(case).bytes();
        let share = took as f64 / plan as f64;
        println!("{case:?}: {took} bytes, {share:.3} of the plan");
        // what the plan does not count: records, and what the allocator keeps
        assert!(
            (case.2..1.05).contains(&share),
            "{case:?}: {took} bytes, plan {plan}"
        );
    }
}

//! Theory against simulation: two independent implementations of one thing.
use initscope::engine::Engine;
use initscope::engine::snapshot::Summary;
use initscope::net::activation::Activation;
use initscope::net::framework::Framework;
use initscope::net::spec::{Bias, Draft, Draws, Spec};
use initscope::theory::criticality::{edge_of_chaos, gains};
use initscope::theory::curve::{CurveRequest, LayerLaw, curve};
use initscope::theory::finite::{Width, spreads};
use initscope::theory::kernel::Kernel;
use std::sync::Arc;

#[test]
fn explore() {
    let env = |k: &str, d: usize| {
        std::env::var(k)
            .ok()
            .and_then(|v| v.parse().ok())
            .unwrap_or(d)
    };
    let (units, depth, batch, draws) = (
        env("UNITS", 512),
        env("DEPTH", 10),
        env("BATCH", 16),
        env("DRAWS", 32),
    );
    let only = std::env::var("ONLY").ok();
    let (mut ts, mut tt) = (0.0, 0.0);
    let mut seed = 100;
    for activation in Activation::all() {
        if only
            .as_ref()
            .is_some_and(|o| !o.split(",").any(|n| n == activation.name()))
        {
            continue;
        }
        let kernel = Kernel::of(&activation);
        for sigma_b2 in [0.0, 0.05] {
            let base = match edge_of_chaos(&kernel, sigma_b2) {
                Ok(points) => points[0].sigma_w2,
                Err(_) => gains(&kernel).gradient.powi(2),
            };
            for factor in [0.7, 1.0, 1.4] {
                let sigma_w2 = base * factor;
                seed += 1;
                let law = LayerLaw::square(sigma_w2, sigma_b2);
                let request = CurveRequest {
                    activation: &activation,
                    first: law,
                    rest: law,
                    depth,
                    q0: 1.0,
                    c0: 0.0,
                    batch,
                    overlaps: true,
                };
                let t0 = std::time::Instant::now();
                let line = curve(&request).unwrap();
                let n = units as f64;
                let spread = spreads(
                    &request,
                    &line,
                    &Width {
                        units,
                        input_moment: 2.0 / n,
                        fresh_inputs: true,
                        input_overlap: 1.0 / n,
                    },
                );
                tt += t0.elapsed().as_secs_f64();
                let t0 = std::time::Instant::now();
                let snapshot = Engine::new(
                    Arc::new(
                        Spec::new(Draft {
                            activation: activation.clone(),
                            initializer: Some(
                                format!("variance_scaling({sigma_w2},fan_in,normal)")
                                    .parse()
                                    .unwrap(),
                            ),
                            framework: Framework::PyTorch,
                            bias: Bias::Normal(sigma_b2.sqrt()),
                            width: units,
                            depth,
                            batch,
                            seed,
                            draws: Draws::Exactly(draws),
                            ..Draft::default()
                        })
                        .unwrap(),
                    ),
                    1,
                )
                .run();
                ts += t0.elapsed().as_secs_f64();
                let channel = |mid: &[f64],
                               sp: &[initscope::theory::finite::Spread],
                               pick: &dyn Fn(usize) -> Summary| {
                    let mut worst = (0.0, 0, 0.0, 0.0, 0.0);
                    for l in 0..depth {
                        let s = pick(l);
                        let gap = s.log10_mean - mid[l] - sp[l].shift;
                        let t = gap / s.log10_se;
                        if !(f64::abs(t) <= f64::abs(worst.0)) {
                            worst = (
                                t,
                                l + 1,
                                gap,
                                s.log10_se * (draws as f64).sqrt(),
                                sp[l].deviation,
                            );
                        }
                    }
                    format!(
                        "t {:+7.2} @{:2} gap {:+.4} sd {:.4} pred {:.4}",
                        worst.0, worst.1, worst.2, worst.3, worst.4
                    )
                };
                println!(
                    "{activation:18} b {sigma_b2:4} w {sigma_w2:9.4} x{factor} amp {:6.2} | S {} | G {} | D {}",
                    spread.amplification,
                    channel(&line.z_second_moment, &spread.signal, &|l| snapshot.layers
                        [l]
                        .z_second_moment),
                    channel(&line.grad_z, &spread.gradient, &|l| snapshot.layers[l]
                        .grad_z
                        .unwrap()),
                    channel(&line.distinguishability, &spread.distinguishability, &|l| {
                        snapshot.layers[l].distinguishability
                    })
                );
            }
        }
    }
    println!("simulation {ts:.2} s, theory {tt:.2} s");
}

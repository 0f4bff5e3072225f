//! Does the signal survive a deep network at initialization, and which initializer fits the activation?
//!
//! A [`Spec`](net::spec::Spec) says what to simulate, an [`Engine`](engine::Engine) draws real networks of that
//! width and depth and follows signal and gradient through them, a [`Snapshot`](engine::snapshot::Snapshot) holds the
//! curves over the layers and the verdict:
//!
//! ```
//! use std::sync::Arc;
//! use initscope::{engine::Engine, net::spec::Spec};
//!
//! let spec: Spec = "relu/glorot_uniform 64x30 draws=16".parse()?;
//! let snapshot = Engine::new(Arc::new(spec), 0).run();
//! for (number, layer) in (1..).zip(&snapshot.layers) {
//!     println!("{number:2} {:8.3}", layer.z_second_moment.log10_p50);
//! }
//! let verdict = snapshot.verdict.expect("complete");
//! assert!((verdict.signal_rate - 0.5_f64.log10()).abs() < 0.05); // relu halves it, glorot does not make up for that
//! # Ok::<(), initscope::net::spec::SpecError>(())
//! ```
//!
//! The network is `z_l = W_l x_{l-1} + b_l`, `x_l = phi(z_l)`, `l = 1..=depth`, seen with a batch of inputs `x_0`; the backward
//! pass starts from independent N(0, 1) cotangents at the last `x`. Every statistic is a distribution over draws of all `W`
//! and `b`, in decades.
//!
//! # The house
//!
//! A module imports only from its left:
//!
//! ```text
//! math <- net <- { theory , sim , train } <- engine <- { worker , app , report } <- ui <- { term , cast } <- cli <- main
//! ```
//!
//! | module | what lives there |
//! | --- | --- |
//! | [`math`] | SIMD lanes, random streams, special functions, quadrature, running moments |
//! | [`net`] | activations, initializers, framework presets, inputs, the always-valid spec |
//! | [`theory`] | infinite width |
//! | [`sim`] | finite width: weights seen only through their action, forward and backward passes |
//! | [`train`] | finite width: the same networks trained on labelled examples |
//! | [`engine`] | spec in, snapshots out; the verdict |
//! | [`worker`] | sources of snapshots: a background thread, or inline |
//! | [`report`] | snapshots as text, CSV, JSON |
//! | [`app`] | the dashboard's model, its update and its key table |
//! | [`ui`] | the model as cells of a screen |
//! | [`term`] | the real terminal |
//! | [`cast`] | lecture scripts, their recorder, the asciicast file format |
//! | [`cli`] | arguments and environment |

pub mod app;
pub mod cast;
pub mod cli;
pub mod engine;
pub mod math;
pub mod net;
pub mod report;
pub mod sim;
pub mod term;
pub mod theory;
pub mod train;
pub mod ui;
pub mod worker;

//! Does the signal survive a deep network at initialization, and which initializer fits the activation?
//!
//! A [`Spec`](spec::Spec) says what to simulate, an [`Engine`](engine::Engine) draws real networks of that
//! width and depth and follows signal and gradient through them, a [`Snapshot`](engine::snapshot::Snapshot) holds the
//! curves over the layers and the verdict:
//!
//! ```
//! use std::sync::Arc;
//! use initscope::{engine::Engine, spec::Spec};
//!
//! let spec: Spec = "relu/glorot_uniform 64x30 draws=16".parse()?;
//! let snapshot = Engine::new(Arc::new(spec)).run();
//! for (number, layer) in (1..).zip(&snapshot.layers) {
//!     println!("{number:2} {:8.3}", layer.z_second_moment.log10_p50);
//! }
//! let verdict = snapshot.verdict.expect("complete");
//! assert!((verdict.signal_rate - 0.5_f64.log10()).abs() < 0.05); // relu halves it, glorot does not make up for that
//! # Ok::<(), initscope::spec::SpecError>(())
//! ```
//!
//! The network is `z_l = W_l x_{l-1} + b_l`, `x_l = phi(z_l)`, `l = 1..=depth`, seen with a batch of inputs `x_0`; the backward
//! pass starts from independent N(0, 1) cotangents at the last `x`. Every statistic is a distribution over draws of all `W`
//! and `b`, in decades.
//!
//! | module | question |
//! | --- | --- |
//! | [`spec`] | which network |
//! | [`activations`], [`initializers`] | which functions and laws have a name, and what they are |
//! | [`engine`] | what happens to signal and gradient at this width and depth |
//! | [`theory`] | what happens to them at infinite width |
//! | [`advice`] | what to type instead |
//!
//! The other public modules are the program's own: they change without notice.
//!
//! # The house
//!
//! A module imports only from its left:
//!
//! ```text
//! math <- net <- { theory , sim <- train } <- engine <- sweep <- { worker , app , report } <- ui <- { term , cast } <- cli <- main
//! ```
//!
//! | module | what lives there |
//! | --- | --- |
//! | `math` | SIMD lanes, random streams, special functions, quadrature, running moments |
//! | `net` | activations, initializers, framework presets, inputs, the always-valid spec |
//! | `theory` | infinite width |
//! | `sim` | finite width: weights seen only through their action, forward and backward passes |
//! | `train` | finite width: the same networks trained on labelled examples |
//! | `engine` | spec in, snapshots out; the verdict |
//! | `sweep` | grids of specs, their points in shards, tables of what they showed |
//! | `worker` | sources of snapshots: a background thread, or inline |
//! | `report` | snapshots as text, CSV, JSON |
//! | `app` | the dashboard's model, its update and its key table |
//! | `ui` | the model as cells of a screen |
//! | `term` | the real terminal |
//! | `cast` | lecture scripts, their recorder, the asciicast file format |
//! | `cli` | arguments and environment |

pub mod engine;
pub mod theory;

/// Which network: its fields, their ranges, its text form.
///
/// ```
/// use initscope::spec::{Draft, Spec};
///
/// let typed: Spec = "tanh/glorot_normal 512x50".parse()?;
/// let built = Spec::new(Draft {
///     activation: "tanh".parse().expect("a name"),
///     initializer: Some("glorot_normal".parse().expect("a name")),
///     width: 512,
///     depth: 50,
///     ..Draft::default()
/// })?;
/// assert_eq!(typed.to_string(), built.to_string());
/// assert!("tanh/glorot_normal 512x0".parse::<Spec>().is_err());
/// # Ok::<(), initscope::spec::SpecError>(())
/// ```
pub mod spec {
    pub use crate::net::framework::Framework;
    pub use crate::net::input::Input;
    pub use crate::net::spec::{
        BATCH, BIAS, Bias, DEPTH, DRAWS, Draft, Draws, FIELDS, Field, GAIN, INPUT_DIM, Method,
        Spec, SpecError, WIDTH,
    };
}

/// Activation functions: those with a name, and expressions in `x`.
///
/// ```
/// use initscope::activations::Activation;
///
/// let named: Activation = "leaky_relu(0.2)".parse()?;
/// let typed: Activation = "max(x, 0.2*x)".parse()?;
/// for x in [-1.5, 0.0, 2.0] {
///     assert_eq!(named.phi().value(x), typed.phi().value(x));
/// }
/// # Ok::<(), initscope::activations::ActivationError>(())
/// ```
pub mod activations {
    pub use crate::net::activation::{
        ACTIVATIONS, Activation, ActivationError, ExpressionError, Phi,
    };
}

/// Initializers, and the laws of weights and biases that they mean in a framework.
///
/// [`Initializer::law`](initializers::Initializer::law) is the law in a framework, [`Initializer::sample`](initializers::Initializer::sample) draws
/// a layer of it.
pub mod initializers {
    pub use crate::net::bias::BiasLaw;
    pub use crate::net::framework::{FRAMEWORKS, Framework, Preset};
    pub use crate::net::initializer::{
        Distribution, FanMode, INITIALIZERS, Initializer, InitializerError, WeightLaw,
    };
}

/// Which initializer fits this activation, depth and width, and the lines to paste.
///
/// ```
/// use std::sync::Arc;
/// use initscope::{advice, spec::Spec};
///
/// let spec: Spec = "relu/glorot_uniform 256x50".parse()?;
/// let ranked = advice::rank(&Arc::new(spec));
/// println!("{}", ranked.sentence());
/// # Ok::<(), initscope::spec::SpecError>(())
/// ```
pub mod advice {
    pub use crate::engine::advice::{
        Advice, Advisor, Choice, Evidence, Hopeless, Outlook, Remedy, WayOut, defaults, rank,
    };
}

#[doc(hidden)]
pub mod app;
#[doc(hidden)]
pub mod cast;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod math;
#[doc(hidden)]
pub mod net;
#[doc(hidden)]
pub mod report;
#[doc(hidden)]
pub mod sim;
#[doc(hidden)]
pub mod sweep;
#[doc(hidden)]
pub mod term;
#[doc(hidden)]
pub mod train;
#[doc(hidden)]
pub mod ui;
#[doc(hidden)]
pub mod worker;

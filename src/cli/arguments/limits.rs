//! What can be typed of what the program may use up, with every command.

use clap::Args;

use crate::cli::environment;
use crate::cli::error::CliError;
use crate::cli::values;
use crate::net::spec::Caps;

/// What the program may use up.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArguments {
    /// Threads that compute, 1 to 256 [default: RAYON_NUM_THREADS, else one a core]; the results do not depend on it
    #[arg(long, global = true, value_name = "NUMBER", value_parser = values::threads, allow_negative_numbers = true)]
    pub(crate) threads: Option<usize>,
    /// Memory that a request may need by its estimate, such as 512M or 8G [default: 2G]; what needs more is refused
    #[arg(long, global = true, value_name = "SIZE", value_parser = values::memory, allow_negative_numbers = true)]
    pub(crate) memory: Option<u64>,
}

impl LimitArguments {
    /// Requests may need so much memory from now on.
    pub(crate) fn impose(self) {
        if let Some(memory) = self.memory {
            let caps = Caps {
                memory,
                ..Caps::WIDEST
            };
            caps.impose();
        }
    }

    /// The pool of threads that kernels use, as wide as asked for here, in the file, or by the environment.
    pub(crate) fn set_threads(self, in_file: Option<usize>) -> Result<(), CliError> {
        let threads = match self.threads.or(in_file) {
            Some(threads) => threads,
            None => environment::threads()?,
        };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
        pool.build_global()
            .map_err(|error| CliError::Threads(error.to_string()))
    }
}

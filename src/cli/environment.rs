//! The environment: read here and nowhere else.

use std::env;

use crate::cli::error::CliError;
use crate::cli::values;
use crate::math::simd;

/// The value of a variable, what is not Unicode as it looks; `None` where it is not set.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// How many threads compute where nobody says it: `RAYON_NUM_THREADS` within the range of the flag; 0, one a core, where it is not
/// set.
pub(crate) fn threads() -> Result<usize, CliError> {
    match variable("RAYON_NUM_THREADS") {
        Some(text) if !text.is_empty() && text != "0" => {
            values::threads(&text).map_err(|why| CliError::ThreadsVariable { text, why })
        }
        _ => Ok(0),
    }
}

/// Makes the kernels use what `INITSCOPE_SIMD` asks for, if it does.
pub(crate) fn choose_instruction_set() -> Result<(), CliError> {
    match variable("INITSCOPE_SIMD") {
        Some(name) if !name.is_empty() => Ok(simd::force(&name)?),
        _ => Ok(()),
    }
}

//! The environment: read here and nowhere else.

use std::env;

use crate::cli::error::CliError;
use crate::math::simd;

/// The value of a variable, what is not Unicode as it looks; `None` where it is not set.
pub(crate) fn variable(name: &str) -> Option<String> {
    env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// Makes the kernels use what `INITSCOPE_SIMD` asks for, if it does.
pub(crate) fn choose_instruction_set() -> Result<(), CliError> {
    match variable("INITSCOPE_SIMD") {
        Some(name) if !name.is_empty() => Ok(simd::force(&name)?),
        _ => Ok(()),
    }
}

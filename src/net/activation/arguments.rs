//! Arguments of activations by the names that frameworks give them.

use crate::net::call::{Argument, Call};
use crate::net::name::same;

/// Whether an argument is given by this name.
pub(super) fn is_key(argument: &Argument, key: &str) -> bool {
    argument.key.as_deref().is_some_and(|word| same(word, key))
}

/// The name of the GELU that `approximate=` asks for: `'tanh'` and `True` the tanh form, `'none'` and `False` the exact one.
pub(super) fn approximated(call: &Call) -> Option<&'static str> {
    if !same(&call.name, "gelu") {
        return None;
    }
    let argument = call.arguments.iter().find(|a| is_key(a, "approximate"))?;
    match argument.value.to_lowercase().as_str() {
        "tanh" | "true" => Some("gelu_tanh"),
        "none" | "false" => Some("gelu_erf"),
        _ => None,
    }
}

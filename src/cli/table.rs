//! `initscope sweep --view` and `--table`: the table of a sweep, read back.

use std::panic;
use std::path::Path;
use std::sync::Arc;

use crate::cli::arguments::NetworkArguments;
use crate::cli::error::CliError;
use crate::cli::file::shown_path;
use crate::net::spec::Spec;
use crate::sweep::cube::{Cube, CubeError};

/// A table as a cube.
pub(crate) fn read(path: &Path) -> Result<Arc<Cube>, CliError> {
    // the decoder of Parquet panics where some bytes are none of a file: that is no defect here, and is told as any other
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let opened = panic::catch_unwind(|| Cube::open(path));
    panic::set_hook(hook);
    let broken = || CubeError::Foreign("its bytes cannot be decoded".into());
    let cube = opened.unwrap_or_else(|_| Err(broken())).map_err(|error| {
        let (file, why) = (shown_path(path), error.to_string());
        match error {
            CubeError::Io(_) => CliError::Unreadable { file, why },
            _ => CliError::Script { file, why },
        }
    });
    cube.map(Arc::new)
}

/// The network of the first row, where nobody names another and it can be read.
pub(crate) fn first_network(cube: Option<&Arc<Cube>>, typed: &NetworkArguments) -> Option<Spec> {
    let cube = cube.filter(|_| typed.is_empty())?;
    cube.network(0)?.parse().ok()
}

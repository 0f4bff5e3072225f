//! Writing a recorded session: a recording, and beside it the script that plays it back.

use std::path::{Path, PathBuf};

use crate::app::session::Session;
use crate::cast::session::{cast, script};
use crate::cli::error::CliError;
use crate::cli::file;
use crate::term::Archive;

/// Sessions that find a name of their own in a directory.
const NAMES: usize = 1000;

/// Where sessions go; `path` is that of the first, from the beginning on.
///
/// # Errors
/// Something is there already.
pub(crate) fn archive(path: Option<PathBuf>) -> Result<Archive, CliError> {
    for path in path.iter().flat_map(|path| both(path)) {
        file::refuse_to_replace(&path, false)?;
    }
    Ok(Archive { path, write })
}

/// The recording and its script.
fn both(path: &Path) -> [PathBuf; 2] {
    [path.with_extension("cast"), path.with_extension("toml")]
}

fn write(session: &Session, path: Option<&Path>) -> Result<String, String> {
    let free = || {
        let names = (1..NAMES).map(|n| PathBuf::from(format!("initscope-session-{n}.cast")));
        let is_free = |path: &PathBuf| both(path).iter().all(|path| !path.exists());
        names.into_iter().find(is_free)
    };
    let path = path.map(Path::to_owned).or_else(free);
    let path = path.ok_or("no name is left for it in this directory")?;
    let [recording, replay] = both(&path);
    let write = |path: &Path, text: &str| file::write(path, text, false).map_err(|e| e.to_string());
    write(&recording, &cast(session))?;
    write(&replay, &script(session))?;
    let [recording, replay] = [recording, replay].map(|path| file::shown_path(&path));
    Ok(format!(
        "recorded: {recording}; initscope play {replay} does it again"
    ))
}

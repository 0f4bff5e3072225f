//! `initscope list`.

use crate::cli::arguments::{ListFormat, Table};
use crate::cli::error::CliError;
use crate::cli::output;
use crate::report::list;

/// Prints one of the tables.
pub(crate) fn print(table: Table, format: ListFormat) -> Result<(), CliError> {
    let names = match table {
        Table::Activations => list::activations(),
        Table::Initializers => list::initializers(),
        Table::Frameworks => list::frameworks(),
        Table::Architectures => list::architectures(),
    };
    output::print(&match format {
        ListFormat::Table => names.table(),
        ListFormat::Json => names.json(),
    })
}

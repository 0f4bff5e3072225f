//! What can be typed where the program is lent to strangers.

use clap::Args;

use crate::cli::values;

/// The dashboard for visitors.
#[derive(Clone, Copy, Debug, Args)]
#[command(next_help_heading = "Kiosk")]
pub(crate) struct KioskArguments {
    /// Lend the dashboard to strangers: it reads and writes no files, gives no shell, computes in one thread within bounds, and
    /// shows its visitor out in time
    #[arg(long, conflicts_with_all = ["config", "input", "labels", "memory", "threads"])]
    pub(crate) kiosk: bool,
    /// Minutes without a key after which a visitor is shown out, 1 to 1440
    #[arg(long, requires = "kiosk", value_name = "MINUTES", default_value_t = 10, value_parser = values::minutes, allow_negative_numbers = true)]
    pub(crate) idle: u64,
    /// Minutes that a visit takes at most, 1 to 1440
    #[arg(long, requires = "kiosk", value_name = "MINUTES", default_value_t = 60, value_parser = values::minutes, allow_negative_numbers = true)]
    pub(crate) visit: u64,
}

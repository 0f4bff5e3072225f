//! The data that the process keeps, counted.

use std::sync::atomic::{AtomicU64, Ordering};

use super::{READ, SCALED};
use crate::net::input::InputError;
use crate::net::spec::{caps, size};

static BYTES: AtomicU64 = AtomicU64::new(0);

/// So many bytes of data, until it is dropped.
#[derive(Debug)]
pub(super) struct Kept(u64);

impl Kept {
    pub(super) fn bytes(bytes: u64) -> Self {
        BYTES.fetch_add(bytes, Ordering::Relaxed);
        Self(bytes)
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        BYTES.fetch_sub(self.0, Ordering::Relaxed);
    }
}

/// Refuses rows that do not fit into the [`caps`] beside the data that are kept already (for the network before this one, say).
pub(in crate::net::input) fn check_room(
    name: &str,
    rows: u64,
    columns: u64,
) -> Result<(), InputError> {
    let limit = caps().memory;
    let room = limit.saturating_sub(BYTES.load(Ordering::Relaxed));
    let row = columns * (READ + SCALED);
    if rows * row <= room {
        return Ok(());
    }
    Err(InputError::Memory {
        path: name.to_owned(),
        need: size(rows * row),
        limit: size(limit),
        kept: match limit - room {
            0 => String::new(),
            kept => format!(" beside {} of other data", size(kept)),
        },
        most: room / row,
    })
}

//! `.npy` files, read as the program reads them.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| file::read("npy", bytes));

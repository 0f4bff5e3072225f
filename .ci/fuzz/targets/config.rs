//! Configuration files: read, or one message that acts on no terminal.

#![no_main]

use initscope::cli::check_configuration;
use initscope::net::foreign::{is_hidden, message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(why) = check_configuration(text) {
        assert!(why.starts_with("line "), "{why}");
        assert!(!message(&why).chars().any(|c| c != '\n' && is_hidden(c)));
    }
});

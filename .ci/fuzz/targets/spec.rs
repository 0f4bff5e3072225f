//! Networks typed as one text: what is read prints as what reads the same.

#![no_main]

use initscope::net::spec::Spec;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // files have targets of their own
    if text.contains("input") || text.contains("labels") {
        return;
    }
    match text.parse::<Spec>() {
        Ok(spec) => {
            let printed = spec.to_string();
            let again: Spec = printed.parse().expect("what is printed reads");
            assert_eq!(again.to_string(), printed);
            assert_eq!(again.command_line(), spec.command_line());
            assert!(again == spec, "{printed}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});

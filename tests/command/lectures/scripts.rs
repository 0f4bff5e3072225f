//! What a script may say, and what every error says.

use std::sync::Arc;

use initscope::app::lecture::{READINGS, What};
use initscope::cast::{Recorder, parse};

use super::SHORT;

/// A script of one step.
fn with(step: &str) -> String {
    format!("title = \"T\"\nsize = \"80x30\"\n[facts]\n\"5/3\" = \"a source\"\n[[step]]\n{step}\n")
}

#[test]
fn every_error_has_a_line_and_a_column_and_says_what_is_allowed() {
    let cases = [
        ("title = ", "line 1, column 9: "),
        (
            "titel = \"T\"",
            "line 1, column 1: a script has no `titel`; allowed: title, size, theme",
        ),
        (
            "size = \"80x30\"\nstep = []",
            "line 1, column 1: a script needs `title`",
        ),
        (
            "title = \"T\"\nsize = \"10x300\"\nstep = []",
            "line 2, column 8: `10x300` is no size; write COLUMNSxROWS from 40x16 to 300x100",
        ),
        (
            "title = \"T\"\nsize = 80\nstep = []",
            "line 2, column 8: `size` is a text in quotes",
        ),
        (
            "title = \"T\"\nsize = \"80x30\"\ntheme = \"pink\"\nstep = []",
            "line 3, column 9: `pink` is no theme; allowed: ",
        ),
        (
            "title = \"T\"\nsize = \"80x30\"\nnetwork = \"rulu/he_normal 8x2\"\nstep = []",
            "line 3, column 11: unknown activation `rulu`",
        ),
        (
            "title = \"T\"\nsize = \"80x30\"\nseed = -1\nstep = []",
            "line 3, column 8: `seed` is a whole number from 0",
        ),
        (
            "title = \"T\"\nsize = \"80x30\"\nfacts = { 2 = \" \" }\nstep = []",
            "line 3, column 15: a fact needs its source as text",
        ),
    ];
    let steps = [
        (
            "say = \"a\"\nkey = \"a\"",
            "line 5, column 1: a step has exactly one of key, type, say, wait, until, mark, highlight, ask",
        ),
        (
            "say = \"a\"\nto = \"b\"",
            "line 7, column 1: this step has no `to`; allowed: say, where, for",
        ),
        (
            "say = \"a gain of 1.6\"",
            "line 6, column 18: `1.6` is neither measured nor declared",
        ),
        (
            "say = \"it has twice the variance\"",
            "line 6, column 15: `twice` is neither measured nor declared",
        ),
        (
            "say = \"twice\"\nwhere = { half = \"gain\" }",
            "line 7, column 11: `half` is no number that is said here",
        ),
        (
            "say = \"twice\"\nwhere = { twice = \"gane\" }",
            "line 7, column 19: `{gane}` is not measured (did you mean `gain`?); the readings are signal_rate, ",
        ),
        (
            "say = \"twice\"\nwhere = \"gain\"",
            "line 7, column 9: `where` is written { NUMBER = \"READING\" }",
        ),
        (
            "say = \"{signal_rat}\"",
            "line 6, column 8: `{signal_rat}` is not measured (did you mean `signal_rate`, `signal_last` or `signal_factor`?); the readings are signal_rate, ",
        ),
        ("say = \"\"", "line 6, column 7: `say` is empty"),
        ("key = \"a F13\"", "line 6, column 7: unknown key `F13`"),
        (
            "key = \"r\"\nto = \"he_normal\"",
            "line 6, column 7: with `to`, `key` is one that steps a parameter",
        ),
        (
            "key = \"i\"\nto = \"he_norml\"",
            "line 7, column 6: unknown initializer `he_norml`",
        ),
        (
            "wait = -1",
            "line 6, column 8: `wait` is a time of 0 to 600 seconds",
        ),
        (
            "until = \"done\"",
            "line 6, column 9: `until` is a number of draws from 1, or \"settled\"",
        ),
        (
            "highlight = \"gradients\"",
            "line 6, column 13: `gradients` is no highlight; allowed: signal, gradient, ",
        ),
        (
            "ask = \"?\"\nchoices = []",
            "line 7, column 11: a question has 2 to 4 choices",
        ),
        (
            "ask = \"?\"\nchoices = [{ text = \"a\" }, { text = \"b\" }]\nmeasure = \"speed\"",
            "line 8, column 11: `speed` is no measure; allowed: signal_rate, ",
        ),
        (
            "ask = \"?\"\nchoices = [{ text = \"a\" }, { text = \"b\" }]\nmeasure = \"survives\"\nbest = \"largest\"\nanswer = \"c\"",
            "line 10, column 10: `c` is no answer; allowed: a, b",
        ),
    ];
    let steps = steps.map(|(step, error)| (with(step), error));
    let all = cases.map(|(source, error)| (source.to_owned(), error));
    for (source, expected) in all.into_iter().chain(steps) {
        let error = parse(&source).expect_err(&source).to_string();
        assert!(
            error.starts_with(expected),
            "{source}\n{error}\nexpected: {expected}"
        );
    }
}

#[test]
fn every_reading_can_be_said_and_a_declared_number_too() {
    for row in READINGS {
        let said = with(&format!("say = \"{{{}}} and 5/3\"", row.name));
        let lecture = parse(&said).expect(row.name);
        assert!(
            matches!(&lecture.steps[0].what, What::Say(said, _) if said.is_measured() == row.measured)
        );
        assert!(!row.does.is_empty());
    }
}

#[test]
fn a_script_that_cannot_go_on_says_in_which_line() {
    let fault = |step: &str| {
        let lecture = parse(&with(step)).expect(step);
        let recorder = Recorder::new(Arc::new(lecture)).expect("the baseline");
        recorder.run().expect_err(step).to_string()
    };
    let cases = [
        ("key = \"Z\"", "line 5: the key `Z` does nothing here"),
        (
            "key = \"q\"",
            "line 5: the key `q` has no place in a lecture",
        ),
        (
            "key = \"i\"\nto = \"orthogonal(0.123)\"",
            "line 5: `i` does not lead to `orthogonal(0.123)`",
        ),
        ("say = \"{xi_c}\"", "line 5: `{xi_c}` has no value here"),
        (
            "say = \"sixty and twice\"\nwhere = { twice = \"sigma_w\" }",
            "line 5: `twice` is said, and `{sigma_w}` is ",
        ),
        (
            "say = \"twice\"\nwhere = { twice = \"initializer\" }",
            "line 5: `{initializer}` has no number here",
        ),
        (
            "ask = \"which?\"\nmeasure = \"depth\"\nbest = \"largest\"\nanswer = \"a\"\nchoices = [{ text = \"half\", where = { half = \"weight_gain\" } }, { text = \"b\" }]",
            "line 5: `half` is said, and `{weight_gain}` is 1",
        ),
        (
            "key = \"4\"\n[[step]]\nhighlight = \"signal\"",
            "line 7: the panel `signal` is not on this screen",
        ),
    ];
    for (step, expected) in cases {
        let fault = fault(step);
        assert!(fault.starts_with(expected), "{step}: {fault}");
    }
}

#[test]
fn a_script_may_be_written_in_any_order_with_comments() {
    let lecture = parse(SHORT).expect("a script");
    assert_eq!((lecture.size, lecture.spec.seed()), ((80, 30), 3));
    let lines: Vec<usize> = lecture.steps.iter().map(|step| step.line).collect();
    assert_eq!(lines[..3], [7, 9, 11]);
}

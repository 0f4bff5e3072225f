//! Text of others in messages: whatever is in it, nothing acts on the terminal, and no message is long.

use std::fs;
use std::path::{Path, PathBuf};

use super::initscope;

/// The longest message, in characters.
const LONGEST: usize = 4500;

/// What would set the clipboard, clear the screen, turn the line round.
const EVIL: &str = "\u{1b}]52;c;ZWNobyBwd25lZA==\u{7}\u{1b}[2J\u{9b}J\u{202e}";

fn harmless(arguments: &[&str]) {
    let output = initscope(arguments, &[]);
    let message = String::from_utf8(output.stderr).expect("UTF-8");
    let start: String = message.chars().take(300).collect();
    let called: Vec<String> = arguments
        .iter()
        .map(|word| word.chars().take(60).collect())
        .collect();
    assert_eq!(output.status.code(), Some(2), "{called:?}: {start:?}");
    assert_eq!(output.stdout, b"", "{called:?}");
    assert!(message.starts_with("error: "), "{called:?}: {start:?}");
    let acts = |c: char| initscope::net::foreign::is_hidden(c) && c != '\n';
    assert!(!message.contains(acts), "{called:?}: {start:?}");
    let length = message.chars().count();
    assert!(length < LONGEST, "{called:?}: {length} characters");
}

fn path(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    path.to_str().expect("UTF-8").to_owned()
}

#[test]
fn whatever_is_typed_is_written_out_and_short() {
    let long = "x".repeat(100_000);
    let both = [EVIL, &long];
    let csv = path("foreign.csv");
    fs::write(&csv, "a,b\n1,2\n3,4\n").expect("written");
    let mut count = 0;
    for text in both {
        let network = format!("relu/he_normal 8x2 {text}=1");
        let value = format!("relu/he_normal 8x2 framework={text}");
        let weights = format!("relu/{text} 8x2");
        let sine = format!("sin({text})");
        let parameter = format!("leaky_relu({text})");
        let file = format!("{text}.csv");
        let script = format!("{text}.toml");
        let cases: [&[&str]; 29] = [
            &["run", &network],
            &["run", &value],
            &["run", &weights],
            &["run", text],
            &[text],
            &["run", "-a", text],
            &["run", "-a", &sine],
            &["run", "-a", &parameter],
            &["run", "-i", text],
            &["run", "-f", text],
            &["run", "-w", text],
            &["run", "--seed", text],
            &["run", "--bias", text],
            &["run", "--draws", text],
            &["run", "--engine", text],
            &["run", "--input", text],
            &["run", "--input", &file],
            &["run", "--input", &csv, "--labels", text],
            &["run", "--input", &csv, "--labels", &file],
            &["run", "--input", &csv, "--scale", text],
            &["run", &format!("--{text}")],
            &["render", "--theme", text],
            &["render", "--view", text],
            &["render", "--keys", text],
            &["render", "--size", text],
            &["render", &script, "--at", "1"],
            &["render", "relu/he_normal 8x2", "-o", text],
            &["config", "--config", &script],
            &["script", "check", &script],
        ];
        for arguments in cases {
            harmless(arguments);
            count += 1;
        }
    }
    assert_eq!(count, 58);
}

#[test]
fn whatever_is_in_a_file_is_written_out_and_short() {
    let long = "y".repeat(500_000);
    for (name, text) in [("evil", EVIL), ("long", &long)] {
        // TOML has escapes for what it does not allow
        let toml: String = text
            .chars()
            .map(|c| {
                if c.is_ascii_graphic() {
                    c.to_string()
                } else {
                    format!("\\U{:08x}", u32::from(c))
                }
            })
            .collect();
        for (kind, lines) in [
            ("key", format!("\"{toml}\" = 1")),
            ("theme", format!("theme = \"{toml}\"")),
            ("row", format!("[keys]\n\"{toml}\" = \"r\"")),
            ("bound", format!("[keys]\nremedy = \"{toml}\"")),
            ("network", format!("[network]\n\"{toml}\" = 1")),
            ("activation", format!("[network]\nactivation = \"{toml}\"")),
            ("input", format!("[network]\ninput = \"{toml}\"")),
        ] {
            let file = path(&format!("foreign_{name}_{kind}.toml"));
            fs::write(&file, lines).expect("written");
            harmless(&["config", "--config", &file]);
        }
        let rest = "size = \"100x30\"\nnetwork = \"relu/he_normal 8x2 draws=2\"\n";
        let title = "title = \"t\"\n";
        for (kind, lines) in [
            (
                "top",
                format!("\"{toml}\" = 1\n{title}{rest}[[step]]\nsay = \"x\"\n"),
            ),
            (
                "size",
                format!("{title}size = \"{toml}\"\n[[step]]\nsay = \"x\"\n"),
            ),
            (
                "step",
                format!("{title}{rest}[[step]]\n\"{toml}\" = \"x\"\n"),
            ),
            (
                "pressed",
                format!("{title}{rest}[[step]]\nkey = \"{toml}\"\n"),
            ),
            (
                "to",
                format!("{title}{rest}[[step]]\nkey = \"a\"\nto = \"{toml}\"\n"),
            ),
            (
                "until",
                format!("{title}{rest}[[step]]\nuntil = \"{toml}\"\n"),
            ),
            (
                "lit",
                format!("{title}{rest}[[step]]\nhighlight = \"{toml}\"\n"),
            ),
            (
                "net",
                format!(
                    "{title}size = \"100x30\"\nnetwork = \"{toml}/he_normal 8x2\"\n[[step]]\nsay = \"x\"\n"
                ),
            ),
            (
                "reading",
                format!("{title}{rest}[[step]]\nsay = \"{{{toml}}}\"\n"),
            ),
        ] {
            let file = path(&format!("foreign_{name}_{kind}.toml"));
            fs::write(&file, lines).expect("written");
            harmless(&["script", "check", &file]);
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/files");
    let case = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    harmless(&["config", "--config", &case("config-escape.toml")]);
    harmless(&["script", "check", &case("script-escape-error.toml")]);
    harmless(&[
        "render",
        &case("script-escape-title-invalid-svg.toml"),
        "--at",
        "1",
        "--format",
        "svg",
    ]);
    harmless(&[
        "run",
        "relu/he_normal 8x2",
        "--input",
        &case("csv-escape-cell.csv"),
    ]);
    harmless(&[
        "run",
        "relu/he_normal 8x2",
        "--input",
        &case("npy-brace-hang-30.npy"),
    ]);
}

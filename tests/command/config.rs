//! The configuration file: what it may say, what it may not, who wins, and what `initscope config` tells.

mod kept;
mod wrong;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A directory of this test alone.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("config")
        .join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a writable directory");
    path
}

/// Exit code, standard output, standard error of the program in an environment that is known.
fn run(
    directory: &Path,
    environment: &[(&str, &str)],
    arguments: &[&str],
) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_initscope"))
        .args(arguments)
        .current_dir(directory)
        .env_clear()
        .envs([("TERM", "xterm-256color"), ("HOME", "/nowhere")])
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

/// What `initscope config` prints for a file of this content.
fn config(name: &str, content: &str, arguments: &[&str]) -> (i32, String, String) {
    let here = directory(name);
    fs::write(here.join("c.toml"), content).expect("writable");
    let all: Vec<&str> = ["config", "--config", "c.toml"]
        .into_iter()
        .chain(arguments.iter().copied())
        .collect();
    run(&here, &[], &all)
}

/// The line of a setting, blanks in front of its origin left out.
fn line(text: &str, name: &str) -> String {
    let found = text
        .lines()
        .find(|line| line.starts_with(&format!("{name} = ")));
    let found = found.unwrap_or_else(|| panic!("no {name} in\n{text}"));
    let (said, from) = found.split_once(" # ").expect("an origin");
    format!("{} # {from}", said.trim_end())
}

#[test]
fn the_command_line_wins_over_the_file_and_the_file_over_the_environment() {
    let file = "theme = \"light\"\nfps = 20\nmouse = false\n[network]\nactivation = \"gelu\"\nwidth = 512\nbias = 0.1\n\n[keys]\nremedy = [\"r\", \"F5\"]\natlas-open = \"o\"\n";
    let (code, told, message) = config("wins", file, &["--width", "128", "--theme", "dark"]);
    assert_eq!((code, &*message), (0, ""));
    for (name, expected) in [
        ("theme", "theme = \"dark\" # command line"),
        ("fps", "fps = 20 # c.toml line 2"),
        ("color", "color = 256 # environment: TERM"),
        ("glyphs", "glyphs = \"braille\" # default"),
        ("view", "view = \"scope\" # default"),
        ("mouse", "mouse = false # c.toml line 3"),
        ("activation", "activation = \"gelu\" # c.toml line 5"),
        ("initializer", "initializer = \"default\" # default"),
        ("width", "width = 128 # command line"),
        ("depth", "depth = 64 # default"),
        ("bias", "bias = 0.1 # c.toml line 7"),
        ("remedy", "remedy = [\"r\", \"F5\"] # c.toml line 10"),
        ("atlas-open", "atlas-open = [\"o\"] # c.toml line 11"),
        ("width-back", "width-back = [\"W\"] # default"),
    ] {
        let told = match name {
            // of two lines of that name the network's comes first
            "activation" | "initializer" | "width" | "depth" | "bias" => {
                told.split("[keys]").next().expect("there is one")
            }
            _ => &told,
        };
        assert_eq!(line(told, name), expected);
    }
    // a network typed as one text replaces the file's as a whole
    let (_, told, _) = config("text", file, &["tanh/glorot_normal 64x8"]);
    assert_eq!(line(&told, "width"), "width = 64 # command line");
    assert_eq!(line(&told, "bias"), "bias = \"auto\" # command line");
}

#[test]
fn what_is_printed_can_be_read_again_and_says_the_same() {
    let file = "color = \"never\"\nglyphs = \"ascii\"\n[network]\nactivation = \"x*sigmoid(1.702*x)\"\ngain = 1.5\nseed = 7\n[keys]\nhelp = [\"F1\", \"?\"]\ntheme = []\n";
    let (code, first, _) = config("once", file, &["--view", "phase"]);
    assert_eq!(code, 0);
    let (code, second, message) = config("twice", &first, &[]);
    assert_eq!((code, &*message), (0, ""));
    let values = |text: &str| -> Vec<String> {
        let said = text.lines().filter(|line| !line.starts_with('#'));
        said.map(|line| {
            line.split(" # ")
                .next()
                .expect("something")
                .trim_end()
                .to_owned()
        })
        .collect()
    };
    assert_eq!(values(&first), values(&second));
    assert!(second.contains("seed = 7"), "{second}");
}

#[test]
fn a_setting_and_keys_of_the_same_name_have_their_own_origins() {
    let (_, told, _) = config("names", "[keys]\ntheme = [\"Z\"]\nmouse = []\n", &[]);
    let (settings, keys) = told.split_once("[keys]").expect("keys");
    assert_eq!(line(settings, "theme"), "theme = \"universal\" # default");
    assert_eq!(line(settings, "mouse"), "mouse = true # default");
    assert_eq!(line(keys, "theme"), "theme = [\"Z\"] # c.toml line 2");
    assert_eq!(line(keys, "mouse"), "mouse = [] # c.toml line 3");
}

#[test]
fn every_setting_of_the_file_loses_to_a_flag() {
    let file = "theme = \"light\"\ncolor = \"never\"\nglyphs = \"ascii\"\nfps = 20\nmouse = false\nview = \"phase\"\n[network]\nactivation = \"gelu\"\ninitializer = \"he_normal\"\nframework = \"flax\"\ngain = 2\nbias = 0.5\nwidth = 32\ndepth = 8\nbatch = 32\ninput = \"noise\"\ninput_dim = 7\nseed = 3\ndraws = 9\nengine = \"dense\"\nthreads = 2\n";
    let settings = file.lines().filter_map(|line| line.split_once(" = "));
    for (setting, _) in settings {
        let flag = format!("--{}", setting.replace('_', "-"));
        let arguments: &[&str] = match setting {
            "mouse" => &[],
            "theme" => &["dark"],
            "color" | "glyphs" | "bias" | "draws" | "engine" => &["auto"],
            "view" => &["scope"],
            "activation" => &["relu"],
            "initializer" => &["default"],
            "framework" => &["keras"],
            "input" => &["digits"],
            _ => &["1"],
        };
        let (code, told, message) = config("loses", file, &[&[&*flag], arguments].concat());
        assert_eq!((code, &*message), (0, ""), "{flag}");
        let told = told.split("\n[keys]").next().expect("settings");
        let said = line(told, setting);
        assert!(said.ends_with(" # command line"), "{said}");
    }
    let mouse = |arguments: &[&str]| line(&config("mouse", file, arguments).1, "mouse");
    assert_eq!(mouse(&["--mouse"]), "mouse = true # command line");
    let later = mouse(&["--mouse", "--no-mouse"]);
    assert_eq!(later, "mouse = false # command line");
    // threads are no part of a network that is typed as one text
    let (_, told, _) = config("threads", file, &["relu/he_normal 8x2"]);
    assert_eq!(line(&told, "threads"), "threads = 2 # c.toml line 21");
}

#[test]
fn the_file_is_found_where_the_environment_says_and_may_be_missing_but_not_when_it_is_named() {
    let here = directory("places");
    let path = |environment: &[(&str, &str)]| run(&here, environment, &["config", "--path"]);
    assert_eq!(path(&[]).1, "/nowhere/.config/initscope/config.toml\n");
    assert_eq!(
        path(&[("XDG_CONFIG_HOME", "/x")]).1,
        "/x/initscope/config.toml\n"
    );
    assert_eq!(
        path(&[("XDG_CONFIG_HOME", "relative")]).1,
        "/nowhere/.config/initscope/config.toml\n"
    );
    assert_eq!(
        path(&[("XDG_CONFIG_HOME", "")]).1,
        "/nowhere/.config/initscope/config.toml\n"
    );
    let (code, _, message) = path(&[("HOME", "")]);
    assert_eq!(code, 2);
    assert!(
        message.starts_with("error: there is no place for a configuration file"),
        "{message}"
    );

    assert!(
        run(&here, &[], &["config"])
            .1
            .starts_with("# no configuration file\n")
    );
    let (code, _, message) = run(&here, &[], &["config", "--config", "gone.toml"]);
    assert_eq!(code, 2);
    assert!(
        message.starts_with("error: cannot read `gone.toml`"),
        "{message}"
    );

    fs::write(here.join("latin1.toml"), b"fps = 9\n# \xe4").expect("writable");
    for (file, why) in [
        (".", "Is a directory (os error 21)"),
        ("latin1.toml", "line 2, column 3 is not UTF-8"),
    ] {
        let (code, _, message) = run(&here, &[], &["config", "--config", file]);
        let expected = format!("error: cannot read `{file}`: {why}\n");
        assert_eq!((code, message), (2, expected));
    }
    // a place that cannot be looked into is no missing file
    fs::write(here.join("file"), "").expect("writable");
    let file = here.join("file");
    let inside = [("XDG_CONFIG_HOME", file.to_str().expect("UTF-8"))];
    let (code, _, message) = run(&here, &inside, &["config"]);
    assert!(
        code == 2 && message.contains("config.toml`: Not a directory"),
        "{message}"
    );

    fs::create_dir_all(here.join("initscope")).expect("writable");
    fs::write(here.join("initscope/config.toml"), "theme = 3\n").expect("writable");
    let xdg = here.to_str().expect("UTF-8");
    let known = [("XDG_CONFIG_HOME", xdg)];
    // the dashboard reads it before it looks for a terminal; what computes without a screen does not read it
    let (code, _, message) = run(&here, &known, &[]);
    assert_eq!(code, 2);
    assert!(
        message.contains("config.toml: line 1, column 9: `theme`: no theme `3`"),
        "{message}"
    );
    let (code, _, message) = run(&here, &known, &["--no-config"]);
    assert!(
        code == 2 && message.contains("is not a terminal"),
        "{message}"
    );
    assert_eq!(
        run(
            &here,
            &known,
            &["run", "relu/he_normal 8x2", "--draws", "1"]
        )
        .0,
        0
    );
}

#[test]
fn the_example_for_readers_is_a_configuration() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("demos/keys.md"))
        .expect("readable");
    let example = page
        .split("```toml\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next());
    let (code, _, message) = config("readme", example.expect("an example"), &[]);
    assert_eq!((code, &*message), (0, ""));
}

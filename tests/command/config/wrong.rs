//! What a file may not say, and where that is told.

use super::config;

#[test]
fn everything_wrong_is_told_with_its_line_and_column() {
    for (file, expected) in [
        ("theme = ", "line 1, column 9: "),
        (
            "them = \"dark\"",
            "line 1, column 1: no setting `them`; allowed: theme, color, glyphs, fps, ",
        ),
        (
            "\n theme = \"blue\"",
            "line 2, column 10: `theme`: no theme `blue`; there are universal, dark, light",
        ),
        (
            "fps = 99",
            "line 1, column 7: `fps`: not a whole number from 1 to 30",
        ),
        (
            "mouse = \"no\"",
            "line 1, column 9: `mouse`: not true or false; for example mouse = false",
        ),
        (
            "mouse = true\nfps = 0x40",
            "line 2, column 7: `fps`: not a whole number from 1 to 30; for example fps = 10",
        ),
        (
            "network = 5",
            "line 1, column 1: `network` is a table; write [network] in a line of its own",
        ),
        (
            "keys = \"r\"",
            "line 1, column 1: `keys` is a table; write [keys] in a line of its own",
        ),
        (
            "[colours]\n",
            "line 1, column 2: no setting `colours`; allowed: theme, ",
        ),
        ("fps = 20\nfps = 10", "line 2, column 1: duplicate key"),
        (
            "fps = [20]",
            "line 1, column 7: `fps` is one value, such as a number or a text in quotes",
        ),
        (
            "[network]\nwdith = 3",
            "line 2, column 1: no setting `network.wdith`; allowed: arch, activation, ",
        ),
        (
            "[network]\nwidth = 0.5",
            "line 2, column 9: `network.width`: width `0.5` is not a whole number from 1 to 16384; write width = 256",
        ),
        (
            "[network]\nactivation = \"rulu\"",
            "line 2, column 14: `network.activation`: unknown activation `rulu`",
        ),
        (
            "[keys]\nremidy = \"r\"",
            "line 2, column 1: no keys are called `remidy`; nearest: remedy, ",
        ),
        (
            "[keys]\nremedy = \"Ctrl-\"",
            "line 2, column 10: unknown key `Ctrl-`",
        ),
        (
            "[keys]\nremedy = 5",
            "line 2, column 10: keys are written as texts",
        ),
        (
            "[keys]\nseed = \"Z\"\nremedy = \"a\"",
            "line 3, column 1: a does two things in every view: `activation` and `remedy`",
        ),
        (
            "[keys]\n  remedy = \"a\"",
            "line 2, column 3: a does two things in every view: `activation` and `remedy`",
        ),
        (
            "[keys]\nremedy = [\"r\", \"r\"]",
            "line 2, column 16: r is there twice; write it once",
        ),
        (
            "[keys]\nremedy = \"\"",
            "line 2, column 10: unknown key ``: write one character, ",
        ),
        ("[keys]\nquit = []", "line 2, column 1: `quit` needs a key"),
    ] {
        let (code, told, message) = config("wrong", file, &[]);
        assert_eq!((code, &*told), (2, ""), "{file}: {message}");
        let place = format!("error: c.toml: {expected}");
        assert!(
            message.starts_with(&place),
            "{file}:\n{message}\nnot\n{place}"
        );
        assert_eq!(message.matches("error: ").count(), 1, "{message}");
    }
}

/// What a file says under `[network]` is refused with this message at this place.
#[track_caller]
fn refused_in_file(file: &str, arguments: &[&str], expected: &str) {
    let name = file.replace(|c: char| !c.is_ascii_alphanumeric(), "_") + &arguments.concat();
    let (code, told, message) = config(&name, &format!("[network]\n{file}\n"), arguments);
    assert_eq!((code, &*told), (2, ""), "{file} {arguments:?}: {message}");
    assert_eq!(message.trim_end(), format!("error: {expected}"));
}

#[test]
fn a_value_of_the_file_that_cannot_be_is_told_at_its_place_with_what_to_write_there() {
    for (file, expected) in [
        (
            "depth = 99999",
            "2, column 9: depth 99999 is not allowed: 1 to 10000; write depth = 10000",
        ),
        (
            "seed = 1\n  gain = 0",
            "3, column 10: gain 0 is not allowed: 1e-6 to 1e6; write gain = 1",
        ),
        (
            "batch = 1000",
            "2, column 9: batch 1000 is not allowed: 1 to 256; write batch = 256",
        ),
        (
            "bias = -1",
            "2, column 8: bias -1 is not allowed: 0 to 1e6; write bias = 0",
        ),
        (
            "bias = \"some\"",
            "2, column 8: `network.bias`: bias `some` is not a standard deviation (0 is no bias), a law such as constant(0.1), normal(0.1), uniform(0.06) or uniform(1/sqrt(fan_in)), `preset` or `auto`; write bias = 0.1",
        ),
        (
            "draws = 0",
            "2, column 9: draws 0 is not allowed: 1 to 100000; write draws = 1",
        ),
        (
            "threads = 0",
            "2, column 11: `network.threads`: not a whole number from 1 to 256; for example threads = 4",
        ),
        (
            "input = \"nofile.npy\"",
            "2, column 9: cannot read input `nofile.npy`: No such file or directory (os error 2); give the path of a .npy or .csv file",
        ),
        (
            "labels = \"last\"",
            "2, column 10: labels `last` belong to a data file, and the input is noise; leave out labels, or add input = \"FILE\"",
        ),
        (
            "input = \"digits\"\ninput_dim = 3",
            "3, column 13: input_dim 3 is for noise only: input `digits` has 64 columns; leave out input_dim",
        ),
        (
            "engine = \"matrix-free\"",
            "2, column 10: engine matrix-free needs Gaussian weights of mean 0 or orthogonal ones, and glorot_uniform in the dialect of keras is neither; write engine = \"auto\"",
        ),
        (
            "width = 16384\ndepth = 10000\nbatch = 256",
            "4, column 9: 10000 layers of 16384 units, 256 inputs and 64 draws need about 3.6 GiB of memory, more than the limit of 2.0 GiB; write batch = 128",
        ),
    ] {
        refused_in_file(file, &[], &format!("c.toml: line {expected}"));
    }
}

#[test]
fn what_the_file_and_the_command_line_say_together_is_told_with_both() {
    const MEMORY: &str = "10000 layers of 16384 units, 256 inputs and 64 draws need about 3.6 GiB of memory, more than the limit of 2.0 GiB";
    refused_in_file(
        "batch = 256",
        &["--width", "16384", "--depth", "10000"],
        &format!(
            "c.toml: line 2, column 9: {MEMORY}; write batch = 128, or change --depth or --width"
        ),
    );
    refused_in_file(
        "depth = 10000\nwidth = 16384",
        &["--batch", "256"],
        &format!(
            "{MEMORY}; try --batch 128, or change depth (c.toml: line 2, column 9) or width (c.toml: line 3, column 9)"
        ),
    );
    refused_in_file(
        "initializer = \"he_uniform\"",
        &["--engine", "matrix-free"],
        "engine matrix-free needs Gaussian weights of mean 0 or orthogonal ones, and he_uniform in the dialect of keras is neither; try --engine auto, or change initializer (c.toml: line 2, column 15)",
    );
    // what the file has wrong does not matter where the command line says something else
    for arguments in [&["--depth", "5"][..], &["relu/he_normal 8x2"]] {
        let (code, _, message) = config("over", "[network]\ndepth = 99999\n", arguments);
        assert_eq!((code, &*message), (0, ""));
    }
    // and what is wrong on the command line is told as a flag
    refused_in_file(
        "depth = 99999",
        &["--width", "0"],
        "width 0 is not allowed: 1 to 16384; try --width 1",
    );
}

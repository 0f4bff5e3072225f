//! What a grid may say, and what is told of one that says something else.

use std::fs;

use super::{done, misuse, scratch};

#[test]
fn a_grid_that_is_none_is_told_with_line_what_is_allowed_and_what_to_write() {
    let here = scratch("grids");
    for (text, told) in [
        (
            "[grid]\nwitdh = 3\n",
            "line 2, column 1: no field `witdh` (did you mean `width`?); allowed: arch, activation, initializer,",
        ),
        (
            "[grid]\nwidth = true\n",
            "line 2, column 9: `width` is a value, a range in quotes such as \"64..4096*2\", or a list of these",
        ),
        (
            "[grid]\nwidth = [8, \"x\"]\n",
            "line 2, column 13: width `x` is not a whole number from 1 to 16384; write width = 256",
        ),
        (
            "[grid]\nwidth = \"9..4\"\n",
            "line 2, column 9: `width`: `9..4`: the start is above the end; a range is `A..B`",
        ),
        (
            "[grid]\nwidth = []\n",
            "line 2, column 9: `width` has no values; write one at least",
        ),
        (
            "[grid]\nactivation = [\"rulu\"]\n",
            "line 2, column 15: unknown activation `rulu`",
        ),
        (
            "[grid]\nlearning_rate = 0.1\n",
            "no field `learning_rate`; it is of a training: write measure = \"train\"; allowed:",
        ),
        (
            "measure = \"train\"\n[grid]\nsteps = \"x\"\n",
            "steps `x` is not a whole number from 1 to 100000; write steps = 300",
        ),
        (
            "measure = \"rum\"\n",
            "`rum` is no measure; allowed: run, check, train",
        ),
        (
            "keep = \"steps\"\n",
            "`steps` is no keep; allowed: verdict, layers, ends, draws",
        ),
        (
            "network = \"relu\"\n",
            "line 1, column 11: `network`: cannot read `relu`",
        ),
        (
            "depth = 3\n",
            "a grid has no `depth`; allowed: network, measure, keep, split, grid, zip",
        ),
        (
            "grid = 3\n",
            "`grid` is a table: write [grid] in a line of its own",
        ),
        ("zip = 3\n", "`zip` is a list of tables: write [[zip]]"),
        (
            "[[zip]]\nwidth = [8, 16]\ndepth = [3]\n",
            "line 3, column 1: `depth` has 1 values and `width` 2; fields that change together have as many of each",
        ),
        (
            "[grid]\nwidth = 8\n[[zip]]\nwidth = [8]\n",
            "line 4, column 1: `width` is on two axes; write it once",
        ),
        (
            "[grid]\nwidth = 20000\n",
            "point 0 (width=20000): width 20000 is not allowed: 1 to 16384; write width = 16384",
        ),
        (
            "[grid]\nengine = \"matrix-free\"\ninitializer = [\"orthogonal\", \"he_uniform\"]\n",
            "point 1 (engine=matrix-free, initializer=he_uniform): engine matrix-free needs Gaussian weights of mean 0 or orthogonal ones",
        ),
        (
            "[grid]\nseed = \"0..99999\"\nwidth = \"1..999\"\n",
            "the grid has 99900000 points, more than 10000000; leave out values, or sweep in several grids",
        ),
        (
            "measure = \"train\"\n[grid]\nwidth = 2048\n",
            "point 0 (width=2048): width 2048 is not allowed: 1 to 1024 where networks are trained",
        ),
        (
            "keep = \"draws\"\n[grid]\ndepth = 5000\ndraws = 2000\n",
            "point 0 (depth=5000, draws=2000): it needs",
        ),
        ("split = 0\n", "`split` is a number of draws from 1"),
        (
            "split = 4\n",
            "split divides the draws of every point alike: write one number of draws for all points, not auto, and measure",
        ),
        (
            "split = 4\n[grid]\ndraws = [8, 16]\n",
            "for all points, not 8, 16, and",
        ),
        ("[grid\n", "line 1, column 6: "),
    ] {
        fs::write(here.join("g.toml"), text).expect("room");
        let said = misuse(&here, "sweep g.toml");
        assert!(said.starts_with("error: g.toml: "), "{said}");
        assert!(said.contains(told), "{text}: {said}");
    }
    let said = misuse(&here, "sweep none.toml");
    assert!(said.contains("cannot read `none.toml`"), "{said}");
    fs::write(here.join("g.toml"), "[grid]\ndraws = 2\n").expect("room");
    let said = misuse(&here, "sweep g.toml -o out.xls");
    assert!(
        said.contains("it is one of .csv, .jsonl, .parquet"),
        "{said}"
    );
    let said = misuse(&here, "sweep g.toml --format parquet");
    assert!(said.contains("type -o NAME.parquet"), "{said}");
}

#[test]
fn data_are_read_once_and_belong_to_the_grid() {
    let here = scratch("data");
    let rows = |shift: usize| -> String {
        (0..40)
            .map(|row| {
                format!(
                    "{},{},{}\n",
                    (row * 7 + shift) % 11,
                    row % 5,
                    (row * row) % 13
                )
            })
            .collect()
    };
    fs::write(here.join("a.csv"), rows(0)).expect("room");
    fs::write(here.join("b.csv"), rows(3)).expect("room");
    let grid = "network = \"relu/he_normal 8x2 draws=2\"\n[grid]\ninput = [\"a.csv\", \"b.csv\", \"noise\"]\nscale = \"all\"\nwidth = [8, 9]\n";
    let grid = grid
        .replace(", \"noise\"", "")
        .replace("scale = \"all\"", "scale = [\"all\", \"column\"]");
    fs::write(here.join("g.toml"), grid).expect("room");
    let table = done(&here, "sweep g.toml");
    assert_eq!(table.lines().count(), 1 + 8);
    let line = table.lines().nth(3).expect("a row");
    assert!(
        line.starts_with("2,a.csv,column,8,relu/he_normal 8x2 input=a.csv scale=column draws=2,"),
        "{line}"
    );
    for number in 0..2 {
        done(&here, &format!("sweep g.toml --shard {number}/2 -o d"));
    }
    done(&here, "merge d -o m.csv");
    assert_eq!(
        fs::read_to_string(here.join("m.csv")).expect("readable"),
        table
    );
    fs::write(here.join("b.csv"), rows(4)).expect("room");
    let said = misuse(&here, "merge d -o n.csv");
    assert!(
        said.contains("the data of the sweep in `d` are not those that were measured"),
        "{said}"
    );
    let said = misuse(&here, "sweep g.toml --shard 0/2 -o d");
    assert!(said.contains("holds another grid"), "{said}");
}

#[test]
fn a_plan_tells_points_time_memory_and_bytes() {
    let here = scratch("plan");
    fs::write(
        here.join("g.toml"),
        "network = \"tanh/he_normal 16x4 draws=4\"\n[grid]\ndepth = \"4..16*2\"\n[[zip]]\nwidth = [8, 16]\nbias = [0, 0.1]\n",
    )
    .expect("room");
    let plan = done(&here, "sweep g.toml --plan --threads 2");
    let lines: Vec<&str> = plan.lines().collect();
    assert!(lines[0].starts_with("points    6 = 3 x 2, grid "), "{plan}");
    assert_eq!(lines[1], "  depth  3  4, 8, 16");
    assert_eq!(lines[2], "  width  2  8, 16");
    assert_eq!(lines[3], " +bias   2  0, 0.1");
    assert_eq!(lines[4], "measure   run, kept: verdict; 20 columns");
    assert!(
        lines[5].starts_with("time      about ") && lines[5].contains(" on 2 (6 points timed, "),
        "{plan}"
    );
    assert!(
        lines[6].starts_with("memory    at most 2 MiB a point, 3 MiB with 2 at once"),
        "{plan}"
    );
    assert!(
        lines[7].starts_with("table     at most 6 rows, about "),
        "{plan}"
    );
    assert_eq!(lines.len(), 8);
}

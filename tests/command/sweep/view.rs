//! A table opened again: by its pictures, and what is told of a file that is none.

use std::fs;

use super::{SMALL, done, ends, misuse, program, read, scratch};

#[test]
fn every_format_gives_the_same_pictures_and_numbers() {
    let here = scratch("view");
    for keep in ["verdict", "layers", "ends", "draws"] {
        fs::write(here.join("g.toml"), format!("keep = {keep:?}\n{SMALL}")).expect("room");
        let mut seen: Vec<String> = Vec::new();
        for end in ["csv", "jsonl", "parquet"] {
            done(&here, &format!("sweep g.toml -o t.{end} --force"));
            let render = |format: &str| {
                let small = "--width 8 --depth 2 --draws 2";
                let words =
                    format!("render {small} --table t.{end} --size 120x40 --format {format}");
                let mut command = program(&here, &words);
                let output = command
                    .args(["--keys", "x x Down Right v PageDown"])
                    .output();
                let output = output.expect("it starts");
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{words}: {said}");
                String::from_utf8(output.stdout).expect("UTF-8")
            };
            let (text, csv) = (render("text"), render("csv"));
            assert!(text.contains("[9 table]") && text.contains("24 rows") || keep != "verdict");
            // the network at the top is that of the first row, where the table says it
            let body: String = text.lines().skip(1).collect::<Vec<_>>().join("\n");
            // an infinity is null in JSON lines
            seen.push(if end == "jsonl" { csv } else { body + &csv });
        }
        assert_eq!(seen[0], seen[2], "{keep}: Parquet");
        assert!(seen[0].ends_with(&seen[1]), "{keep}: JSON lines");
    }
    let svg = done(&here, "render --draws 2 --table t.csv --format svg");
    assert!(
        svg.starts_with("<svg") && svg.contains("--table t.csv --view table"),
        "{svg}"
    );
}

#[test]
fn a_file_that_is_no_table_is_told_in_one_line() {
    let here = scratch("wrong");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    for end in ["csv", "jsonl", "parquet"] {
        done(&here, &format!("sweep g.toml -o t.{end}"));
    }
    let csv = fs::read_to_string(here.join("t.csv")).expect("a table");
    let lines = fs::read_to_string(here.join("t.jsonl")).expect("a table");
    let (head, rest) = csv.split_once('\n').expect("a head");
    let cut = csv.len() - 60;
    for (text, told) in [
        (String::new(), "its first column is not `point`"),
        ("a,b\n1,2\n".into(), "its first column is not `point`"),
        (
            "point,x\n1,2\n".into(),
            "its columns (point, x, ...) are those of no `keep`",
        ),
        (format!("{head}\n"), "it has no rows"),
        (csv[..cut].into(), "line 25 has "),
        (
            csv.replacen("\n3,", "\nthree,", 1),
            "line 5 has something in `point` that is not of its kind",
        ),
        (
            csv.replacen(",6,", ",six,", 1).replacen("HEALTHY", "\"", 1),
            "line ",
        ),
        (
            format!("{head}\n{}", rest.replacen("tanh,", "tanh,,", 1)),
            "line 2 has 23 cells, the first 22",
        ),
        (
            format!(
                "{}\n{{\"point\":0}}\n",
                lines.lines().next().expect("a row")
            ),
            "line 2 has other names than the first",
        ),
        (lines.replacen(":3,", ":[3],", 1), "line 1 is no row: "),
        (
            "{\"point\":0}".into(),
            "its columns (point, ...) are those of no `keep`",
        ),
        ("{\"point".into(), "line 1 is no row: "),
        ("PAR1".into(), "it is no table that"),
        ("x".repeat(3 << 20), "line 1 is longer than 1 MiB"),
    ] {
        fs::write(here.join("w"), &text).expect("room");
        let said = misuse(&here, "sweep --view w");
        assert!(
            said.starts_with("error: w: ") && said.contains(told),
            "{told}: {said}"
        );
        assert_eq!(said.lines().count(), 1, "{said}");
        let rendered = misuse(&here, "render --table w");
        assert_eq!(rendered, said);
    }
    fs::write(
        here.join("w"),
        [b"point,\xff".as_slice(), csv.as_bytes()].concat(),
    )
    .expect("room");
    assert!(misuse(&here, "sweep --view w").contains("line 1 is not UTF-8"));
    for (words, told) in [
        ("sweep --view none.csv", "cannot read `none.csv`"),
        ("sweep --view .", "it is no file"),
        (
            "render --view table",
            "the table view needs a table; type `initscope sweep --view FILE`",
        ),
        (
            "--table t.csv --record s",
            "a session with a table cannot be played back",
        ),
        (
            "--kiosk --table t.csv",
            "--kiosk reads no files, and `t.csv` is one; leave --table out",
        ),
        ("sweep --view t.csv", "is not a terminal"),
        ("--table t.parquet", "is not a terminal"),
    ] {
        let said = misuse(&here, words);
        assert!(said.contains(told), "{words}: {said}");
    }
    let both = misuse(&here, "sweep g.toml --view t.csv");
    assert!(both.contains("cannot be used with"), "{both}");
}

/// A Parquet file with anything wrong in it is an error or a table, and nothing worse.
#[test]
fn a_parquet_file_that_is_cut_or_changed_anywhere_ends_well() {
    let here = scratch("turned");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    done(&here, "sweep g.toml -o t.parquet");
    let whole = read(here.join("t.parquet"));
    let tried = |bytes: &[u8], what: String| {
        fs::write(here.join("w.parquet"), bytes).expect("room");
        let (code, _, said) = ends(&here, "render --table w.parquet");
        let fine = code == Some(0) || code == Some(2) && said.starts_with("error: w.parquet: ");
        assert!(fine && said.lines().count() <= 1, "{what}: {code:?} {said}");
    };
    // a sequence that comes everywhere
    let place = |n: usize| (n * 7919 + 13) % whole.len();
    for n in 0..60 {
        tried(&whole[..place(n)], format!("cut at {}", place(n)));
        let mut turned = whole.clone();
        turned[place(n)] ^= 1 << (n % 8);
        tried(&turned, format!("bit {} of {}", n % 8, place(n)));
    }
}

#[test]
fn a_table_beyond_the_limit_is_refused_before_it_is_read() {
    let here = scratch("large");
    fs::write(here.join("g.toml"), SMALL).expect("room");
    done(&here, "sweep g.toml -o t.csv");
    let csv = fs::read_to_string(here.join("t.csv")).expect("a table");
    let (head, rest) = csv.split_once('\n').expect("a head");
    let row = rest.lines().next().expect("a row");
    let many = format!("{head}\n{}", format!("{row}\n").repeat(500_000));
    fs::write(here.join("many.csv"), many).expect("room");
    let said = misuse(&here, "render --table many.csv --memory 64M");
    assert!(
        said.contains("its 500000 rows need ") && said.contains("more than the limit of 64 MiB"),
        "{said}"
    );
    assert!(done(&here, "render --table many.csv").contains("500000 rows"));
}

/// Networks with blocks in a grid that keeps verdicts: the plan and every point, plain ones beside them.
#[test]
fn blocks_are_swept_and_a_row_is_what_run_says_of_its_network() {
    let here = scratch("blocks");
    fs::write(
        here.join("g.toml"),
        "network = \"relu/he_normal 16x4 draws=3\"\n[grid]\nblock = [\"none\", \"res(mlp(1))\", \"pre(ln,mlp(4))\", \"post(rms,mlp(4))\"]\nnorm = \"none\"\ndepth = [2, 5]\n",
    )
    .expect("room");
    let plan = done(&here, "sweep g.toml --plan");
    assert!(plan.starts_with("points    8 = 4 x 1 x 2"), "{plan}");
    let rows = done(&here, "sweep g.toml --format jsonl");
    assert_eq!(rows.lines().count(), 8);
    for line in rows.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let network = row["network"].as_str().expect("a text");
        let output = program(&here, "run --format json").arg(network).output();
        let text = output.expect("it starts").stdout;
        let document: serde_json::Value = serde_json::from_slice(&text).expect("JSON");
        for key in ["kind", "channel", "layer", "signal_rate", "gradient_rate"] {
            assert_eq!(row[key], document["verdict"][key], "{network}: {key}");
        }
    }
    for number in 0..3 {
        done(&here, &format!("sweep g.toml --shard {number}/3 -o d"));
    }
    assert_eq!(done(&here, "merge d --format jsonl"), rows);
    fs::write(here.join("t.jsonl"), &rows).expect("room");
    assert!(done(&here, "render --table t.jsonl").contains("pre(ln,mlp(4))"));
    let kept = here.join("k.toml");
    fs::write(
        &kept,
        "keep = \"layers\"\n[grid]\nblock = \"res(mlp(1))\"\ndraws = 2\n",
    )
    .expect("room");
    assert!(misuse(&here, "sweep k.toml").contains("a sweep keeps the verdict"));
}

/// A million rows in Parquet, and no more memory than the estimate that `--memory` is compared with.
#[cfg(target_os = "linux")]
#[test]
fn a_million_rows_open_within_what_is_told() {
    use initscope::sweep::columns::Cell;
    use initscope::sweep::grid::{Axis, Grid, Keep, Measure, SCHEMA};
    use initscope::sweep::points::Points;
    use initscope::sweep::table::{About, Format, Table};

    let here = scratch("million");
    let axis = |field: &str, values: usize| Axis {
        fields: vec![field.into()],
        values: (1..=values).map(|n| vec![n.to_string()]).collect(),
    };
    let points = Points::new(Grid {
        schema: SCHEMA,
        network: "relu/he_normal 16x4 draws=2".into(),
        measure: Measure::Run,
        keep: Keep::Verdict,
        split: None,
        axes: vec![axis("width", 100), axis("depth", 100), axis("seed", 100)],
    })
    .expect("a grid");
    let about = About {
        program: "initscope".into(),
        simd: "baseline".into(),
        hash: points.hash().into(),
        seed: 0,
        grid: points.grid().document(),
    };
    let file = fs::File::create(here.join("t.parquet")).expect("room");
    let columns = points.columns();
    let heads = points.heads();
    let mut table = Table::begin(Format::Parquet, columns.clone(), &about, file).expect("room");
    for point in 0..points.count() {
        let mut row = heads(point);
        for column in &columns[row.len()..] {
            row.push(match (&*column.name, column.kind) {
                ("network", _) => Cell::Text(
                    format!(
                        "relu/he_normal {}x{} seed={} draws=2",
                        1 + point / 10_000,
                        1 + point / 100 % 100,
                        1 + point % 100
                    )
                    .into(),
                ),
                (_, initscope::sweep::columns::ColumnKind::Text) => Cell::Text("HEALTHY".into()),
                (_, initscope::sweep::columns::ColumnKind::Integer) => Cell::Integer(2),
                _ => Cell::Number(point as f64 / 1e5),
            });
        }
        table.row(row.iter()).expect("room");
    }
    table.finish().expect("room");
    let told = misuse(&here, "render --table t.parquet --memory 64M");
    assert!(told.contains("its 1000000 rows need "), "{told}");
    let need = told
        .split("need ")
        .nth(1)
        .and_then(|rest| rest.split(" MiB").next());
    let need: u64 = need.and_then(|n| n.trim().parse().ok()).expect("MiB");
    let used = super::peak(&here, "render --table t.parquet --keys l");
    // the program itself, and what is decoded at once
    assert!(used / 1024 < need + 64, "{used} KiB, told {need} MiB");
    assert!(used / 1024 > need / 2, "{used} KiB, told {need} MiB");
}

//! The tables of `docs/porting-from-lwt.md`, `docs/lwt-names/MODULE.csv`: what stands in
//! them exists, and no function is left out that the headers know by a name of Lwt's.

use std::collections::BTreeSet;

use crate::house::{files, text};

const FOLDER: &str = "docs/lwt-names";

/// The cells of a table, row by row. No cell has a line of its own.
fn rows(table: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let mut cells = vec![String::new()];
        let mut quoted = false;
        for sign in line.chars() {
            match sign {
                '"' => quoted = !quoted,
                ',' if !quoted => cells.push(String::new()),
                _ => cells.last_mut().expect("one at least").push(sign),
            }
        }
        cells
    };
    table.lines().map(cells).collect()
}

/// The tables, each with the name of its file.
fn tables() -> Vec<(String, Vec<Vec<String>>)> {
    let table = |file: std::path::PathBuf| {
        let name = file.file_stem().and_then(|stem| stem.to_str());
        (name.expect("a plain name").to_owned(), rows(&text(&file)))
    };
    files(FOLDER, &["csv"]).into_iter().map(table).collect()
}

/// The names of the library in a text: all that begins as they do.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_')
        .filter(|word| word.starts_with("lwt_") || word.starts_with("LWT_"))
}

#[test]
fn what_the_tables_name_is_in_the_headers() {
    let headers: String = files("include", &["h"]).iter().map(text).collect();
    let known: BTreeSet<&str> = names_in(&headers).collect();
    let tables = tables();
    assert!(tables.len() >= 40, "where are the tables?");
    for (table, rows) in tables.iter().filter(|(table, _)| table != "syntax") {
        for row in rows {
            assert_eq!(row.len(), 3, "{table}: {row:?}");
            assert!(
                names_in(&row[1]).next().is_some() || row[1] == "—",
                "{table}: nothing corresponds to {}",
                row[0]
            );
            for name in names_in(&row[1]) {
                assert!(known.contains(name), "{table}: there is no {name}");
            }
        }
    }
}

/// Which table has a name of Lwt's, and under which: `Lwt_io.LE.read_int` is `LE.read_int`
/// in `lwt_io`, and `React.S.on` is `on` in `react_s`.
fn place(name: &str) -> (String, String) {
    let parts: Vec<&str> = name.split('.').collect();
    let of_module = match parts[0] {
        "React" | "Lwt_react" => 2,
        _ => 1,
    };
    let (module, rest) = parts.split_at(of_module.min(parts.len()));
    (module.join("_").to_lowercase(), rest.join("."))
}

#[test]
fn each_function_of_lwt_that_the_headers_name_has_its_row() {
    let mut listed = BTreeSet::new();
    for (table, rows) in tables() {
        for row in rows {
            for name in row[0].trim_matches('`').split(", ") {
                listed.insert((table.clone(), name.to_owned()));
            }
        }
    }
    let description = text("bindings/lwt-api.json");
    let functions = description
        .split_once("\"functions\": [")
        .expect("functions")
        .1;
    let mut asked = 0;
    for line in functions.lines() {
        let Some(names) = line.trim().strip_prefix("\"lwt\": [") else {
            continue;
        };
        for name in names.split('"').skip(1).step_by(2) {
            asked += 1;
            let (module, rest) = place(name);
            assert!(
                listed.contains(&(module.clone(), rest)),
                "{name}: {FOLDER}/{module}.csv does not tell what it is called here"
            );
        }
    }
    assert!(asked >= 800, "{asked} names only");
}

#[test]
fn each_table_is_shown() {
    let page = text("docs/porting-from-lwt.md");
    for (table, _) in tables() {
        let shown = format!(":file: lwt-names/{table}.csv\n");
        assert!(page.contains(&shown), "{table}.csv is in no page");
    }
}

//! What the chapters of the guide hold, and that each can be found.

use std::path::PathBuf;

use crate::house::{files, text};
use crate::programs::FOLDER;

fn chapters() -> Vec<PathBuf> {
    files("docs", &["md"])
}

fn name(path: &PathBuf) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or_else(|| panic!("{path:?}"))
}

#[test]
fn each_chapter_is_in_the_table_of_contents() {
    let index = text("docs/index.md");
    let contents: Vec<&str> = index.lines().map(str::trim).collect();
    for chapter in chapters() {
        let name = name(&chapter).trim_end_matches(".md");
        assert!(
            name == "index" || contents.contains(&name),
            "{name} is in no table of contents of docs/index.md"
        );
    }
}

#[test]
fn each_program_and_each_output_is_shown_by_a_chapter() {
    let all: String = chapters().iter().map(text).collect();
    for file in files(FOLDER, &["c", "cpp", "py", "mjs", "lua", "out", "err"]) {
        let name = name(&file);
        assert!(
            all.contains(&format!("{{literalinclude}} programs/{name}\n")),
            "{name}: no chapter includes it"
        );
    }
}

#[test]
fn programs_are_included_and_not_copied() {
    for chapter in chapters() {
        let page = text(&chapter);
        let mut rest = page.as_str();
        while let Some((_, after)) = rest.split_once("\n```") {
            let (head, after) = after.split_once('\n').expect("a fence has a line");
            let (block, after) = after.split_once("```").expect("a block ends");
            let lines = block.lines().count();
            assert!(
                !["c", "cpp", "python", "js", "lua"].contains(&head) || lines <= 3,
                "{}: {lines} lines that no test runs:\n{block}",
                name(&chapter)
            );
            rest = after;
        }
    }
}

#[test]
fn each_header_is_mentioned() {
    let all: String = chapters().iter().map(text).collect();
    for header in files("include", &["h", "hpp"]) {
        let name = name(&header);
        assert!(
            all.contains(&format!("`{name}`")),
            "{name}: no chapter of the guide tells what it is for"
        );
    }
}

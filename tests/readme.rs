//! The programs that the documentation shows are programs: each block of C or
//! C++ in `README.md`, `ARCHITECTURE.md` and `docs/` that has a `main` is
//! compiled as C99 or C++20 and, unless it says otherwise, run.

mod house;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::run;
use house::{c, files, root, scratch, text};

/// The blocks of a page in a language, `c` or `cpp`, that are whole programs.
fn programs(page: &Path, language: &str) -> Vec<String> {
    let text = text(page);
    let mut found = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once(&format!("```{language}\n")) {
        let (block, after) = after.split_once("```").expect("a block ends");
        if block.contains("int main(") {
            found.push(block.to_owned());
        }
        rest = after;
    }
    found
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md"]
        .map(|p| root().join(p))
        .into();
    pages.extend(files("docs", &["md"]));
    pages
}

#[test]
fn the_programs_of_the_documentation_compile_and_run() {
    let folder = scratch("documentation");
    let library = Library::build(Variant::Shipped).expect("the library");
    for page in pages() {
        let page_name = page
            .file_stem()
            .and_then(|n| n.to_str())
            .expect("a page's name")
            .to_owned();
        let all = ["c", "cpp"].map(|language| (language, programs(&page, language)));
        let each = all
            .into_iter()
            .flat_map(|(language, blocks)| blocks.into_iter().map(move |block| (language, block)));
        for (number, (language, block)) in each.enumerate() {
            let name = format!("{page_name}_{number}");
            let source = folder.join(&name).with_extension(language);
            std::fs::write(&source, block).expect("a program");
            let program = folder.join(&name);
            c::build(&library, &source, None, &[], &program).expect_success(&name);
            let home = folder.join(format!("{name}.files"));
            std::fs::create_dir_all(&home).expect("a folder to run in");
            let mut command = Command::new(&program);
            run(command.current_dir(&home), Duration::from_secs(30)).expect_success(&name);
        }
    }
}

#[test]
fn the_readme_shows_a_program_in_each_language() {
    for language in ["c", "cpp"] {
        assert!(!programs(&root().join("README.md"), language).is_empty());
    }
}

#[test]
fn the_files_that_the_documentation_names_exist() {
    let folders = [
        "src/",
        "tests/",
        "include/",
        "c_tests/",
        "examples_c/",
        "tools/",
        "benches/",
    ];
    for page in pages() {
        let text = text(&page);
        // Every second part stands between backticks.
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|f| name.starts_with(f)) && !name.contains(['*', ' ']);
            assert!(
                !is_path || root().join(name).exists(),
                "{} names {name}, which is not there",
                page.display()
            );
        }
    }
}

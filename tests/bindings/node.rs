//! The binding for Node: built by npm as its users build it, from a copy of
//! `bindings/node`, whose own tests are run. npm is asked for what the package
//! needs (headers, and TypeScript for the tests) when the copy is first made.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::house::process::run;
use crate::house::{installed, root, tool};

const LIMIT: Duration = Duration::from_secs(600);

/// What is needed beside the library, by its Debian packages.
const NEEDED: &str = "nodejs, npm, pkg-config and libffi-dev (make prepare)";

fn is_possible(test: &str) -> bool {
    let there = tool::is_there("node")
        && tool::is_there("npm")
        && Command::new("pkg-config")
            .args(["--exists", "libffi"])
            .status()
            .is_ok_and(|status| status.success());
    if !there {
        tool::skip(test, &format!("it needs {NEEDED}"));
    }
    there
}

/// A command of npm that keeps its words to itself.
fn npm(folder: &Path) -> Command {
    let mut command = Command::new("npm");
    command
        .current_dir(folder)
        .args(["--no-audit", "--no-fund", "--no-update-notifier"]);
    installed::found_by(&mut command);
    command
}

fn node(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("node");
    command.current_dir(folder).args(arguments);
    installed::found_by(&mut command);
    command
}

/// Copies a folder, but for what is made in it.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder for the copy");
    for entry in std::fs::read_dir(from).expect("the binding") {
        let entry = entry.expect("an entry of the binding");
        let name = entry.file_name();
        let target = to.join(&name);
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if name != "node_modules" && name != "build" {
                copy(&entry.path(), &target);
            }
        } else {
            std::fs::copy(entry.path(), target).expect("a file of the binding copied");
        }
    }
}

/// The copy of the binding, built.
fn package() -> &'static Path {
    static PACKAGE: OnceLock<PathBuf> = OnceLock::new();
    PACKAGE.get_or_init(|| {
        let folder = installed::outside("node").join("package");
        for gone in ["lib", "src", "test"] {
            let _ = std::fs::remove_dir_all(folder.join(gone));
        }
        copy(&root().join("bindings/node"), &folder);
        let description = root().join("bindings/lwt-api.json");
        std::fs::copy(description, folder.with_file_name("lwt-api.json"))
            .expect("the library's description copied");
        if !folder.join("node_modules/typescript").exists() {
            let mut install = npm(&folder);
            install.args(["install", "--no-save", "typescript@5", "@types/node@20"]);
            run(&mut install, LIMIT).expect_success("npm install");
        }
        // With names of packages npm leaves the package's own script out.
        run(&mut node(&folder, &["build.js"]), LIMIT).expect_success("build.js");
        folder
    })
}

#[test]
fn its_tests_pass() {
    if is_possible("the binding for Node") {
        run(npm(package()).arg("test"), LIMIT).expect_success("npm test");
    }
}

#[test]
fn its_types_are_those_of_typescript() {
    if is_possible("the types for Node") {
        let compiler = [
            "node_modules/typescript/bin/tsc",
            "-p",
            "test/tsconfig.json",
        ];
        run(&mut node(package(), &compiler), LIMIT).expect_success("tsc");
    }
}

#[test]
fn its_benchmark_finds_its_results_right() {
    if is_possible("the benchmark for Node") {
        let done = run(&mut node(package(), &["bench/round_trip.js", "200"]), LIMIT)
            .expect_success("bench/round_trip.js");
        assert!(done.out.contains("ratio"), "{}", done.out);
    }
}

/// What a reader of the README does: installs the package in a project, saves
/// the first example, and runs it.
#[test]
fn the_first_example_of_its_readme_prints_what_the_readme_says() {
    if !is_possible("the README of the binding for Node") {
        return;
    }
    let readme = std::fs::read_to_string(package().join("README.md")).expect("the README");
    let example = fenced(&readme, "```js\n");
    let printed = fenced(&readme, "It prints\n\n```\n");
    // The guide's first chapter shows the same one.
    let shown = std::fs::read_to_string(package().join("first.mjs")).expect("first.mjs");
    assert_eq!(example, shown);
    let project = installed::outside("node").join("project");
    let _ = std::fs::remove_dir_all(&project);
    std::fs::create_dir_all(&project).expect("a folder for the project");
    std::fs::write(project.join("first.mjs"), example).expect("the example written");
    let mut install = npm(&project);
    install.args(["install", "--install-links"]).arg(package());
    run(&mut install, LIMIT).expect_success("npm install");
    let done = run(&mut node(&project, &["first.mjs"]), LIMIT).expect_success("first.mjs");
    assert_eq!(done.out, printed);
}

/// The first block of a text that is opened by those words.
fn fenced<'a>(text: &'a str, opened: &str) -> &'a str {
    let (_, block) = text
        .split_once(&format!("\n{opened}"))
        .expect("an example in the README");
    block.split_once("```").expect("the end of an example").0
}

//! The examples of `examples_c/` are built by the line in their first comment
//! and run. `examples_c/tests/NAME*.sh` are the tests of an example that wants
//! arguments; they find the built programs in `LWT_EXAMPLES`.

mod house;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::{End, Run, run};
use house::{files, root, scratch, text, tool};

/// The line that builds a file, from its first comment: it starts with the
/// compiler.
fn build_line(source: &Path) -> String {
    let text = text(source);
    let comment = text.split("*/").next().unwrap_or_default();
    let lines = comment
        .lines()
        .map(|line| line.trim_start_matches([' ', '*', '/']));
    let mut line = String::new();
    for part in lines.skip_while(|part| !part.starts_with("cc ")) {
        line += part.trim_end_matches('\\');
        if !part.ends_with('\\') {
            break;
        }
    }
    assert!(
        line.contains("-llwt"),
        "{}: no build line in the first comment",
        source.display()
    );
    line
}

/// Builds all examples by their lines, into one folder.
fn build_all(folder: &Path) -> Vec<(String, PathBuf)> {
    let library = Library::build(Variant::Shipped).expect("the library");
    let mut built = Vec::new();
    for source in files("examples_c", &["c"]) {
        let name = source
            .file_stem()
            .and_then(|n| n.to_str())
            .expect("a name")
            .to_owned();
        let program = folder.join(&name);
        // The line is for somebody who stands in the project: the program goes
        // elsewhere here, and so may the library be.
        let line = build_line(&source)
            .replace(&format!("-o {name}"), "-o \"$PROGRAM\"")
            .replace("-Ltarget/release", "-L\"$LIBRARY\"");
        let mut command = Command::new("sh");
        command
            .current_dir(root())
            .args(["-c", &format!("{line} -Wall -Wextra -pedantic -Werror")])
            .env("PROGRAM", &program)
            .env("LIBRARY", &library.folder);
        run(&mut command, Duration::from_secs(120))
            .expect_success(&format!("{name} is built by the line in its first comment"));
        built.push((name, program));
    }
    built
}

fn with_library(command: &mut Command) -> Run {
    let library = Library::build(Variant::Shipped).expect("the library");
    run(
        command.env("LD_LIBRARY_PATH", &library.folder),
        Duration::from_secs(120),
    )
}

#[test]
fn each_example_is_built_by_its_own_line_and_succeeds() {
    let folder = scratch("examples");
    let built = build_all(&folder);
    assert!(built.len() >= 5, "where are the examples?");
    let scripts = files("examples_c/tests", &["sh"]);
    let mut failed = String::new();
    for (name, program) in &built {
        let mine = |path: &PathBuf| {
            path.file_name()
                .and_then(|n| n.to_str())
                .is_some_and(|n| n.starts_with(name.as_str()))
        };
        if !scripts.iter().any(mine) {
            let done = with_library(Command::new(program).current_dir(&folder));
            if done.end != End::Exit(0) {
                failed += &format!("\n{name}: {:?}\n{}", done.end, done.report());
            }
        }
    }
    for script in &scripts {
        let name = script.file_name().and_then(|n| n.to_str()).expect("a name");
        let home = folder.join(format!("{name}.files"));
        std::fs::create_dir_all(&home).expect("a folder for the script");
        let mut command = Command::new("sh");
        command
            .arg(script)
            .current_dir(&home)
            .env("TMPDIR", &home)
            .env("LWT_EXAMPLES", &folder);
        let done = with_library(&mut command);
        match done.end {
            End::Exit(0) => {}
            End::Exit(77) => tool::skip(name, done.err.lines().last().unwrap_or("no reason given")),
            end => failed += &format!("\n{name}: {end:?}\n{}", done.report()),
        }
    }
    assert!(failed.is_empty(), "{failed}");
}

#[test]
fn the_build_line_of_an_example_is_found_over_several_lines() {
    let folder = scratch("build_line");
    let source = folder.join("x.c");
    std::fs::write(
        &source,
        "/* X.\n *\n *   cc a.c \\\n *     b.c -o x -llwt\n */\nint x;\n",
    )
    .expect("a file");
    assert_eq!(build_line(&source), "cc a.c b.c -o x -llwt");
}

//! The examples of `examples_c/` are built by the line in their first comment
//! and run. `examples_c/tests/NAME*.sh` are the tests of an example that wants
//! arguments; they find the built programs in `LWT_EXAMPLES`.

mod house;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use house::library::{Library, Variant};
use house::process::{End, Run, run};
use house::{files, root, scratch, tool, two_at_a_time};

/// Builds all examples of a folder in a language, `c` or `cpp`, by their lines,
/// into another one.
fn build_all(
    library: &Library,
    sources: &str,
    language: &str,
    folder: &Path,
) -> Vec<(String, PathBuf)> {
    let names = names(sources, language);
    let mut command = Command::new("sh");
    command
        .current_dir(root())
        .arg("tools/example.sh")
        .arg(folder)
        .args(names.iter().map(|name| {
            let name = match language {
                "c" => name.clone(),
                _ => format!("{name}.{language}"),
            };
            match sources {
                "examples_c" => name,
                _ => format!("manual/{name}"),
            }
        }))
        .env("CFLAGS", "-Wall -Wextra -pedantic -Werror")
        .env("LWT_LIBRARY", &library.folder);
    run(&mut command, Duration::from_secs(300)).expect_success("the examples' build lines");
    // One that needs what is not installed has not been built.
    let (built, left_out): (Vec<_>, Vec<_>) = names
        .into_iter()
        .partition(|name| folder.join(name).exists());
    for name in left_out {
        tool::skip(
            &name,
            "a library that it needs is not installed (make prepare)",
        );
    }
    built
        .into_iter()
        .map(|name| (name.clone(), folder.join(name)))
        .collect()
}

/// The names of the examples of a folder in a language.
fn names(sources: &str, language: &str) -> Vec<String> {
    let name = |source: PathBuf| Some(source.file_stem()?.to_str()?.to_owned());
    files(sources, &[language])
        .into_iter()
        .filter_map(name)
        .collect()
}

/// For a program or a script; most take a second or two.
const LIMIT: Duration = Duration::from_secs(240);

#[test]
fn each_example_is_built_by_its_own_line_and_succeeds() {
    let folder = scratch("examples");
    let library = Library::build(Variant::Shipped).expect("the library");
    let mut built = build_all(&library, "examples_c", "c", &folder);
    built.extend(build_all(&library, "examples_c", "cpp", &folder));
    assert!(built.len() >= 5, "where are the examples?");
    let scripts = files("examples_c/tests", &["sh"]);
    let failed = Mutex::new(String::new());
    let fail = |name: &str, done: &Run| {
        let mut failed = failed.lock().expect("no panic");
        *failed += &format!("\n{name}: {:?}\n{}", done.end, done.report());
    };
    for (name, program) in &built {
        let mine = |path: &PathBuf| {
            path.file_name()
                .and_then(|n| n.to_str())
                .is_some_and(|n| n.starts_with(name.as_str()))
        };
        if !scripts.iter().any(mine) {
            let done = run(Command::new(program).current_dir(&folder), LIMIT);
            if done.end != End::Exit(0) {
                fail(name, &done);
            }
        }
    }
    two_at_a_time(&scripts, |script| {
        let name = script.file_name().and_then(|n| n.to_str()).expect("a name");
        let home = folder.join(format!("{name}.files"));
        std::fs::create_dir_all(&home).expect("a folder for the script");
        let mut command = Command::new("sh");
        command
            .arg(script)
            .current_dir(&home)
            .env("TMPDIR", &home)
            .env("LWT_EXAMPLES", &folder);
        let done = run(&mut command, LIMIT);
        match done.end {
            End::Exit(0) => {}
            End::Exit(77) if !tool::required() => {
                tool::skip(name, done.err.lines().last().unwrap_or("no reason given"));
            }
            _ => fail(name, &done),
        }
    });
    let failed = failed.into_inner().expect("no panic");
    assert!(failed.is_empty(), "{failed}");
}

const MANUAL: &str = "examples_c/manual";

#[test]
fn each_example_of_the_manual_prints_what_stands_beside_it() {
    let library = Library::build(Variant::Shipped).expect("the library");
    let in_each = ["c", "cpp"].map(|language| {
        // What names its own lines differs with the language.
        let own = move |name: &str| root().join(format!("{MANUAL}/{name}.{language}.out"));
        let folder = scratch(&format!("manual in {language}"));
        let built = build_all(&library, MANUAL, language, &folder);
        assert!(built.len() >= 15, "where are the manual's examples?");
        built.into_iter().map(move |(name, program)| {
            let own = own(&name);
            let shared = root().join(format!("{MANUAL}/{name}.out"));
            let output = if own.exists() { own } else { shared };
            (name, program, output)
        })
    });
    let mut wrong = String::new();
    for (name, program, output) in in_each.into_iter().flatten() {
        let wanted = house::text(output);
        let done = run(&mut Command::new(&program), LIMIT);
        if done.end != End::Exit(0) || done.out != wanted {
            wrong += &format!(
                "\n{name}: {:?}, and it should print\n{wanted}{}",
                done.end,
                done.report()
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_output_of_the_manual_has_its_example_and_is_in_the_list() {
    let list = house::text(format!("{MANUAL}/README.md"));
    let names = names(MANUAL, "c");
    for output in files(MANUAL, &["out"]) {
        let name = output.file_stem().and_then(|name| name.to_str());
        let name = name.expect("a plain name").trim_end_matches(".cpp");
        assert!(
            names.iter().any(|known| known == name),
            "{name}.out: of which program?"
        );
    }
    assert_eq!(names, self::names(MANUAL, "cpp"), "each is there in both");
    for name in names {
        assert!(
            list.contains(&format!("`{name}.c`")),
            "{name}.c: not in the list"
        );
    }
}

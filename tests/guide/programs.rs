//! The programs that the guide includes, `docs/programs/`. `NAME.out` beside `NAME.c` is
//! what it writes (`NAME.cpp.out` beside `NAME.cpp`), `NAME.err` what it writes on standard
//! error, and `NAME.in` what it reads. It fails if and only if it says `Fatal error` there.
//! A mark of omission, `...`, stands for anything on its line. Those in C and C++ are built;
//! those in Python load the library.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use crate::house::library::{Library, Variant};
use crate::house::process::{End, run};
use crate::house::{c, files, root, scratch, text, tool, two_at_a_time};

pub const FOLDER: &str = "docs/programs";

/// The chapters that `docs/steps.py` makes a script of, and that need no more than the
/// library.
const FIRST: [&str; 2] = ["docs/first-c.md", "docs/first-cpp.md"];

/// A sign that stands for anything.
const OMISSION: &str = "...";

/// Is `line` as the guide shows it?
fn is_as_shown(line: &str, shown: &str) -> bool {
    let mut parts = shown.split(OMISSION);
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = line.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    let mut open = false;
    while let Some(part) = parts.next() {
        open = true;
        let found = match parts.peek() {
            Some(_) => rest.find(part),
            None => rest.ends_with(part).then(|| rest.len() - part.len()),
        };
        let Some(at) = found else { return false };
        rest = &rest[at + part.len()..];
    }
    open || rest.is_empty()
}

/// Is all of `out` as `shown`, line by line?
fn all_is_as_shown(out: &str, shown: &str) -> bool {
    let mut lines = out.lines();
    shown
        .lines()
        .all(|wanted| lines.next().is_some_and(|line| is_as_shown(line, wanted)))
        && lines.next().is_none()
}

/// What stands beside a program under its name with this ending.
fn beside(source: &Path, ending: &str) -> Option<String> {
    let own = source.with_extension(match source.extension()?.to_str()? {
        "c" => ending.to_owned(),
        language => format!("{language}.{ending}"),
    });
    own.exists().then(|| text(own))
}

/// What a program has to be linked with besides the library, by what it includes.
/// None: it is not installed.
fn other_libraries(source: &str) -> Option<Vec<String>> {
    let mut flags = Vec::new();
    for (header, package) in [("<uv.h>", "libuv"), ("<glib.h>", "glib-2.0")] {
        if source.contains(header) {
            let mut ask = Command::new("pkg-config");
            let asked = ask.args(["--cflags", "--libs", package]).output().ok()?;
            if !asked.status.success() {
                return None;
            }
            let answer = String::from_utf8_lossy(&asked.stdout).into_owned();
            flags.extend(answer.split_whitespace().map(String::from));
        }
    }
    Some(flags)
}

/// The flags with which a program is what a reader gets who types `cc -g NAME.c` in the
/// folder of the program: all of POSIX, and places by its name alone.
fn as_a_reader() -> Vec<String> {
    let folder = root().join(FOLDER);
    vec![
        "-D_GNU_SOURCE".into(),
        format!("-ffile-prefix-map={}/=", folder.display()),
    ]
}

/// The programs that a script of a first chapter builds and runs.
fn of_first_chapters(source: &Path) -> bool {
    let name = source.file_name().and_then(|n| n.to_str()).expect("a name");
    let including = format!("programs/{name}\n");
    FIRST
        .iter()
        .any(|chapter| text(chapter).contains(&including))
}

#[test]
fn each_program_prints_what_stands_beside_it() {
    let library = Library::build(Variant::Shipped).expect("the library");
    let folder = scratch("programs of the guide");
    let mut sources = files(FOLDER, &["c", "cpp", "py"]);
    assert!(sources.len() >= 20, "where are the guide's programs?");
    sources.retain(|source| !of_first_chapters(source));
    let wrong = Mutex::new(String::new());
    two_at_a_time(&sources, |source| {
        let name = source.file_name().and_then(|n| n.to_str()).expect("a name");
        if let Err(words) = try_program(&library, &folder, source, name) {
            *wrong.lock().expect("no panic") += &format!("\n{name}: {words}");
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    assert!(wrong.is_empty(), "{wrong}");
}

fn try_program(
    library: &Library,
    folder: &Path,
    source: &PathBuf,
    name: &str,
) -> Result<(), String> {
    let script = source.extension().is_some_and(|e| e == "py");
    let program = match script {
        true => source.clone(),
        false => folder.join(name.replace('.', "_")),
    };
    if script && !tool::is_there("python3") {
        tool::skip(name, "python3 is not installed (make prepare)");
        return Ok(());
    }
    if !script {
        let Some(flags) = other_libraries(&text(source)) else {
            tool::skip(
                name,
                "a library that it needs is not installed (make prepare)",
            );
            return Ok(());
        };
        let built = c::build(
            library,
            source,
            None,
            &[flags, as_a_reader()].concat(),
            &program,
        );
        if built.end != End::Exit(0) {
            return Err(built.report());
        }
    }
    let home = folder.join(format!("{name}.files"));
    std::fs::create_dir_all(&home).map_err(|e| e.to_string())?;
    // The certificate of the chapter on TLS.
    for file in files(FOLDER, &["pem", "key"]) {
        let here = home.join(file.file_name().expect("a name"));
        std::fs::copy(&file, here).map_err(|e| e.to_string())?;
    }
    let mut command = Command::new("sh");
    let words = match script {
        true => r#"exec python3 -B "$0" <"$1""#,
        false => r#"exec "$0" <"$1""#,
    };
    command.args(["-c", words]).arg(&program);
    command.env("LWT_LIBRARY", library.folder.join("liblwt.so"));
    let input = source.with_extension("in");
    command.arg(if input.exists() {
        &input
    } else {
        Path::new("/dev/null")
    });
    let done = run(command.current_dir(&home), Duration::from_secs(60));
    let out = beside(source, "out").unwrap_or_default();
    let err = beside(source, "err").unwrap_or_default();
    let fails = err.starts_with("Fatal error");
    let ends_so = matches!(done.end, End::Exit(code) if (code != 0) == fails);
    if !ends_so || !all_is_as_shown(&done.out, &out) || !all_is_as_shown(&done.err, &err) {
        return Err(format!(
            "{:?}, and the guide shows\n{out}{err}\n{}",
            done.end,
            done.report()
        ));
    }
    Ok(())
}

/// A folder for pkg-config in which the library is, as it was built.
fn as_installed(library: &Library, folder: &Path) -> PathBuf {
    let packages = folder.join("pkgconfig");
    std::fs::create_dir_all(&packages).expect("a folder");
    let package = format!(
        "Name: lwt\nDescription: as built\nVersion: {}\nCflags: -I{} -pthread\n\
         Libs: -L{at} -llwt -Wl,-rpath,{at}\n",
        env!("CARGO_PKG_VERSION"),
        root().join("include").display(),
        at = library.folder.display()
    );
    std::fs::write(packages.join("lwt.pc"), package).expect("lwt.pc");
    packages
}

#[test]
fn the_first_chapters_in_c_can_be_followed_to_the_letter() {
    for program in ["python3", "pkg-config"] {
        if !tool::is_there(program) {
            return tool::skip("first chapters", &format!("{program} is not installed"));
        }
    }
    let library = Library::build(Variant::Shipped).expect("the library");
    let folder = scratch("first chapters");
    let packages = as_installed(&library, &folder);
    for chapter in FIRST {
        let script = tool::answer(
            "python3",
            &["-B", "docs/steps.py", chapter]
                .map(|a| match a.starts_with("docs/") {
                    true => root().join(a).display().to_string(),
                    false => a.to_owned(),
                })
                .each_ref()
                .map(String::as_str),
        );
        assert!(script.contains("pkg-config"), "{chapter}: no steps?");
        let home = folder.join(chapter.replace('/', "_"));
        std::fs::create_dir_all(&home).expect("a folder");
        let mut command = Command::new("sh");
        command
            .args(["-c", &script])
            .current_dir(&home)
            .env("PKG_CONFIG_PATH", &packages);
        run(&mut command, Duration::from_secs(180)).expect_success(chapter);
    }
}

#[test]
fn a_mark_of_omission_stands_for_anything_and_all_else_for_itself() {
    assert!(is_as_shown("at 0x12, 0.5 s left", "at ..., ... left"));
    assert!(is_as_shown("same", "same") && is_as_shown("", ""));
    assert!(!is_as_shown("at 0x12, 0.5 s", "at ..., ... left"));
    assert!(!is_as_shown("same and more", "same"));
    assert!(all_is_as_shown("a\nb\n", "a\n...\n"));
    assert!(!all_is_as_shown("a\n", "a\nb\n") && !all_is_as_shown("a\nb\n", "a\n"));
}

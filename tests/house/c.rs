//! Compiles C and C++ with the flags that the project promises to be clean
//! under.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::library::{Library, host};
use super::process::{End, Run, run};
use super::root;

/// The warnings that are errors.
pub const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-pedantic", "-Werror"];

/// A language that the headers are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// C99, as every file of the project.
    C99,
    /// C++17.
    Cxx17,
    /// C++20, for coroutines.
    Cxx20,
}

impl Language {
    /// The flags that say so, for a source file of any name.
    pub fn flags(self) -> [&'static str; 3] {
        match self {
            Language::C99 => ["-std=c99", "-x", "c"],
            Language::Cxx17 => ["-std=c++17", "-x", "c++"],
            Language::Cxx20 => ["-std=c++20", "-x", "c++"],
        }
    }
}

/// A compiler with the language, the warnings and the headers' folder set.
pub fn compiler(program: &str, language: Language) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(root())
        .args(WARNINGS)
        .arg("-Iinclude")
        .args(language.flags());
    command
}

/// Only checks a file.
pub fn check(program: &str, language: Language, source: &Path) -> Run {
    let mut command = compiler(program, language);
    run(
        command.arg("-fsyntax-only").arg(source),
        Duration::from_secs(120),
    )
}

/// The C or C++ compiler of this machine, or the one that `CC` or `CXX` names.
fn cc(cpp: bool) -> Command {
    cc::Build::new()
        .cargo_metadata(false)
        .cargo_warnings(false)
        .target(host())
        .host(host())
        .opt_level(1)
        .debug(true)
        .warnings(false)
        .cpp(cpp)
        .get_compiler()
        .to_command()
}

/// Makes a program of one C file, or of one C++ file, by its name. `with`: not
/// by the compiler of this machine but by that one. It compiles and links in
/// two steps: a linking compiler that hears of a sanitizer would add its own
/// runtime.
pub fn build(
    library: &Library,
    source: &Path,
    with: Option<&str>,
    extra: &[String],
    program: &Path,
) -> Run {
    let object = program.with_extension("o");
    let limit = Duration::from_secs(180);
    let cpp = source.extension().is_some_and(|e| e == "cpp");
    let start = || match with {
        Some(name) => {
            let mut command = Command::new(name);
            command.args(["-O1", "-g"]);
            command
        }
        None => cc(cpp),
    };
    let mut compile = start();
    compile
        .current_dir(root())
        .arg(if cpp { "-std=c++20" } else { "-std=c99" })
        .args(["-pthread", "-Iinclude", "-Ic_tests"])
        .args(WARNINGS)
        .args(library.compile_flags())
        .args(extra);
    let compiled = run(compile.arg("-c").arg(source).arg("-o").arg(&object), limit);
    if compiled.end != End::Exit(0) {
        return compiled;
    }
    let mut link = start();
    link.arg("-pthread")
        .arg(&object)
        .args(library.link_arguments())
        .args(extra);
    run(link.arg("-o").arg(program), limit)
}

/// The flags that a library of this machine asks for. Its headers need not be clean
/// under our warnings. The error says what is missing.
pub fn package_flags(package: &str) -> Result<Vec<String>, String> {
    let mut command = Command::new("pkg-config");
    let asked = command.args(["--cflags", "--libs", package]).output();
    match asked {
        Ok(done) if done.status.success() => {
            let flags = String::from_utf8_lossy(&done.stdout).into_owned();
            let flags = flags.split_whitespace();
            Ok(flags
                .map(|flag| match flag.strip_prefix("-I") {
                    Some(folder) => format!("-isystem{folder}"),
                    None => flag.to_owned(),
                })
                .collect())
        }
        _ => Err(format!(
            "the development files of {package} are not installed (make prepare)"
        )),
    }
}

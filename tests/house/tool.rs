//! Tools that a test may need and a machine may lack. A test that misses one
//! fails where everything has to be there (`CI=true`), and is named as
//! skipped elsewhere.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::process::run;

/// Must every tool be there?
pub fn required() -> bool {
    std::env::var("CI").is_ok_and(|ci| !ci.is_empty() && ci != "false" && ci != "0")
}

/// Names a test that can't be done here, on the terminal (past the test
/// harness, which keeps what passing tests print), or fails it.
#[track_caller]
pub fn skip(test: &str, why: &str) {
    assert!(!required(), "{test} can't be done: {why}");
    leave_out(test, why);
}

/// Names a test that can't be done here, wherever that is: for what a machine
/// may be unable to install.
pub fn leave_out(test: &str, why: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {test}: {why}");
}

/// Is the program there? It is asked for its version.
pub fn is_there(program: &str) -> bool {
    is_there_by(program, "--version")
}

/// The same of one that is asked in a way of its own.
pub fn is_there_by(program: &str, version: &str) -> bool {
    Command::new(program)
        .arg(version)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// What a program prints. It must be there and succeed.
pub fn answer(program: &str, arguments: &[&str]) -> String {
    let mut command = Command::new(program);
    let limit = Duration::from_secs(60);
    run(command.args(arguments), limit)
        .expect_success(program)
        .out
}

/// The C and C++ compilers that are there, of those that the headers are
/// promised to. A missing one is named.
pub fn compilers(test: &str) -> Vec<(&'static str, &'static str)> {
    let known = [("gcc", "g++"), ("clang", "clang++")];
    let found: Vec<_> = known
        .into_iter()
        .filter(|(c, cxx)| is_there(c) && is_there(cxx))
        .collect();
    for (c, cxx) in known {
        if !found.contains(&(c, cxx)) {
            skip(
                test,
                &format!("{c} with {cxx} is not installed (make prepare)"),
            );
        }
    }
    found
}

/// Does bindgen find its libclang? It panics when it has to load one that is
/// not there, so the usual places are looked at first.
pub fn libclang() -> bool {
    if let Some(path) = std::env::var_os("LIBCLANG_PATH") {
        return PathBuf::from(path).exists();
    }
    std::panic::catch_unwind(|| bindgen::clang_version().full).is_ok()
}

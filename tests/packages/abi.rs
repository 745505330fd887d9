//! What compiled programs are bound to is still what the last release promised.
//!
//! abidiff compares it with a description that is checked in (`packaging/abi/`).
//! Both are made of the headers: a library in C is compiled that defines each
//! function as it is declared, and holds each constant. That shows C's own types,
//! whatever Rust is called by, and needs no build of the library with all of its
//! debugging information. That the library is what its headers say, to the last
//! offset, is the matter of `tests/round_trip.rs`; that it exports just these
//! functions, of `tests/symbols.rs`.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::house::process::{End, Run, run};
use crate::house::{declarations, files, root, scratch, text, tool};

/// `make abi` sets it, and then the description is written.
const WRITE: &str = "LWT_WRITE_ABI";
const LIMIT: Duration = Duration::from_secs(120);

/// A library that has the interface of the headers of a folder, in C.
fn interface(headers: &str) -> String {
    let mut code = String::from("#include <lwt_all.h>\n\n");
    // Each is an object of a type of its own: of two constants with the same number
    // in one type abidiff would not miss one.
    for name in declarations::constants(headers) {
        writeln!(
            code,
            "enum of_{name} {{ IS_{name} = {name} }} holds_{name};"
        )
        .expect("text grows");
    }
    for declaration in declarations::functions(headers).into_values() {
        writeln!(code, "{declaration} {{ __builtin_trap(); }}").expect("text grows");
    }
    code
}

/// Compiles the interface of the headers, of which one may be edited before. It has
/// a folder of its own.
fn compile(name: &str, edit: Option<(&str, &str)>) -> PathBuf {
    let folder = scratch(&format!("abi {name}"));
    let headers = folder.join("include");
    std::fs::create_dir(&headers).expect("a folder for headers");
    let mut edited = 0;
    for header in files("include", &["h"]) {
        let mut code = text(&header);
        if let Some((from, to)) = edit {
            edited += code.matches(from).count();
            code = code.replace(from, to);
        }
        let copy = headers.join(header.file_name().expect("a header's name"));
        std::fs::write(copy, code).expect("a header");
    }
    assert_eq!(edited, usize::from(edit.is_some()), "{name}: {edit:?}");
    let code = interface(headers.to_str().expect("a plain path"));
    std::fs::write(folder.join("interface.c"), code).expect("a source");
    let mut cc = Command::new("cc");
    cc.current_dir(&folder)
        .args(["-std=gnu11", "-w", "-g", "-shared", "-fPIC", "-nostdlib"])
        .args(["-Wl,-soname,liblwt.so.0", "-Iinclude"])
        .args(["interface.c", "-o", "interface.so"]);
    run(&mut cc, LIMIT).expect_success("the interface in C");
    folder.join("interface.so")
}

/// The descriptions that are checked in: one a release.
fn descriptions() -> Vec<PathBuf> {
    files("packaging/abi", &["xz"])
}

/// Describes the interface of the headers, as the one of this version.
fn write_description() {
    let compiled = compile("written", None);
    let mut abidw = Command::new("abidw");
    abidw
        .current_dir(compiled.parent().expect("a folder"))
        .args(["--no-show-locs", "--no-corpus-path", "--no-comp-dir-path"])
        .args(["--no-elf-needed", "--type-id-style", "hash"])
        .args(["--out-file", "interface.abi", "interface.so"]);
    run(&mut abidw, LIMIT).expect_success("abidw");
    let version = env!("CARGO_PKG_VERSION");
    let script = "xz -9 -T1 <interface.abi >\"$1\"";
    let mut xz = Command::new("sh");
    xz.current_dir(compiled.parent().expect("a folder"))
        .args(["-euc", script, "xz"])
        .arg(root().join(format!("packaging/abi/liblwt-{version}.abi.xz")));
    run(&mut xz, LIMIT).expect_success("xz");
}

/// What abidiff says of a description and a compiled interface. What is new is of no
/// concern: no program can have used it.
fn compare(description: &Path, compiled: &Path) -> Run {
    let script = "xz -dc \"$1\" >described.abi
        exec abidiff --no-architecture --no-added-syms described.abi \"$2\"";
    let mut abidiff = Command::new("sh");
    abidiff
        .current_dir(compiled.parent().expect("a folder"))
        .args(["-euc", script, "abidiff"])
        .args([description, compiled]);
    run(&mut abidiff, LIMIT)
}

fn is_missing(test: &str) -> bool {
    let missing = ["abidiff", "abidw", "xz"]
        .into_iter()
        .find(|program| !tool::is_there(program));
    if let Some(program) = missing {
        tool::skip(test, &format!("{program} is not installed (make prepare)"));
    }
    missing.is_some()
}

#[test]
fn nothing_that_a_release_offered_has_been_removed_or_changed() {
    if is_missing("the comparison with the last release") {
        return;
    }
    if std::env::var_os(WRITE).is_some() {
        write_description();
    }
    let compiled = compile("now", None);
    assert!(!descriptions().is_empty(), "no description: run `make abi`");
    for description in descriptions() {
        let done = compare(&description, &compiled);
        assert!(
            done.end == End::Exit(0),
            "programs that were built against {} would break (packaging/abi/README.md)\n{}",
            description.display(),
            done.report()
        );
    }
}

#[test]
fn a_removal_and_a_change_would_be_seen_and_an_addition_is_let_pass() {
    if is_missing("abidiff's eyes") {
        return;
    }
    let description = descriptions().pop().expect("a description");
    let look = |name: &str, from, to| compare(&description, &compile(name, Some((from, to))));
    let errno = "\nint lwt_exn_errno(const lwt_exn *e);";
    let values = "  size_t len;\n  /* The words, borrowed. */\n";
    for (name, from, to) in [
        ("removed function", errno, ""),
        (
            "other result",
            errno,
            "\nlong lwt_exn_errno(const lwt_exn *e);",
        ),
        (
            "one more parameter",
            errno,
            "\nint lwt_exn_errno(const lwt_exn *e, int i);",
        ),
        ("other number", "LWT_CANCELED = 1,", "LWT_CANCELED = 77,"),
        ("removed constant", "  LWT_ABANDONED = 12,\n", ""),
        (
            "longer structure",
            values,
            "  size_t len;\n  size_t more;\n",
        ),
    ] {
        let done = look(name, from, to);
        assert_ne!(done.end, End::Exit(0), "{name} was not seen");
    }
    for (name, from, to) in [
        (
            "new function",
            errno,
            "\nint lwt_exn_errno(const lwt_exn *e);\n\nvoid lwt_new(void);",
        ),
        (
            "new constant",
            "LWT_CANCELED = 1,",
            "LWT_CANCELED = 1,\n  LWT_NEW = 7777,",
        ),
    ] {
        look(name, from, to).expect_success(name);
    }
}

//! The Debian packages: what is in them, the list of symbols, and `make deb`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::house::library::{Library, Variant};
use crate::house::process::{End, run};
use crate::house::{declarations, files, root, scratch, text, tool};

const LIMIT: Duration = Duration::from_secs(600);
const VERSION: &str = env!("CARGO_PKG_VERSION");
const SYMBOLS: &str = "packaging/debian/liblwt0.symbols";
/// `make headers` sets it, and then the list of symbols is written.
const WRITE: &str = "LWT_WRITE_HEADERS";

/// The list of symbols: each function with the version that had it first. What is in
/// the list keeps its version, what is new gets this one.
fn symbols() -> String {
    let there = text(SYMBOLS);
    let known: BTreeMap<&str, &str> = there
        .lines()
        .filter_map(|line| line.trim().split_once("@Base "))
        .collect();
    let mut wanted = String::from("liblwt.so.0 liblwt0 #MINVER#\n");
    for name in declarations::functions("include").into_keys() {
        let since = known.get(name.as_str()).unwrap_or(&VERSION);
        wanted += &format!(" {name}@Base {since}\n");
    }
    wanted
}

#[test]
fn the_list_of_symbols_is_what_the_generator_makes_of_the_headers() {
    let wanted = symbols();
    if std::env::var_os(WRITE).is_some() {
        std::fs::write(root().join(SYMBOLS), &wanted).expect("the list can be written");
    }
    assert!(
        text(SYMBOLS) == wanted,
        "{SYMBOLS} is out of date: run `make headers`"
    );
}

#[test]
fn the_package_has_the_version_of_the_library() {
    let first = text("packaging/debian/changelog");
    let first = first.lines().next().expect("an entry");
    assert!(first.starts_with(&format!("liblwt ({VERSION}-")), "{first}");
}

#[test]
fn the_copyright_names_each_crate_that_is_in_the_library() {
    let named = text("packaging/debian/copyright").replace("\n ", " ");
    let list = [
        "tree", "--edges", "normal", "--prefix", "none", "--format", "{p}",
    ];
    let manifest = root().join("Cargo.toml");
    let manifest = ["--manifest-path", manifest.to_str().expect("a plain path")];
    let crates = tool::answer(env!("CARGO"), &[&list[..], &manifest].concat());
    for line in crates.lines().filter(|line| !line.contains("(proc-macro)")) {
        let name = line.split(' ').next().expect("a name");
        let is_named = named.split([' ', ',', '\n']).any(|word| word == name);
        assert!(
            is_named || name == "lwt" || name.is_empty(),
            "{name} is not named in packaging/debian/copyright"
        );
    }
}

/// The files of a package, by their paths.
fn contents(package: &Path) -> Vec<String> {
    let listing = tool::answer("dpkg-deb", &["-c", &package.to_string_lossy()]);
    let lines = listing.lines().filter(|line| !line.starts_with('d'));
    let path = |line: &str| line.split_whitespace().nth(5).map(String::from);
    lines.filter_map(path).collect()
}

#[test]
fn the_packages_hold_the_library_and_what_programs_are_built_with() {
    if !tool::is_there("dpkg-buildpackage") || !tool::is_there_by("dh", "--list") {
        let why = "dpkg-buildpackage or dh is not installed (package debhelper; make prepare)";
        return tool::skip("the Debian packages", why);
    }
    let library = Library::build(Variant::Shipped).expect("the library");
    let folder = scratch("debian");
    let mut deb = Command::new("sh");
    deb.current_dir(root())
        .args(["tools/deb.sh", "--binary"])
        .arg(&folder)
        .env("LWT_LIBRARY", &library.folder);
    run(&mut deb, LIMIT).expect_success("make deb");

    let made = files(folder.to_str().expect("a plain path"), &["deb"]);
    let package = |start: &str| {
        let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
        let found = made
            .iter()
            .find(|path| name(path).is_some_and(|n| n.starts_with(start)));
        found.unwrap_or_else(|| panic!("{start}…deb is not among {made:?}"))
    };
    let run_time = contents(package("liblwt0_"));
    let development = contents(package("liblwt-dev_"));
    let has = |files: &[String], end: &str| files.iter().any(|file| file.ends_with(end));
    for end in [format!("/liblwt.so.{VERSION}"), "/liblwt.so.0".into()] {
        assert!(has(&run_time, &end), "{end} is not in {run_time:?}");
    }
    for header in files("include", &["h", "hpp"]) {
        let name = header.file_name().expect("a name").to_string_lossy();
        let end = format!("./usr/include/{name}");
        assert!(has(&development, &end), "{end} is not in liblwt-dev");
    }
    for end in [
        "/include/lwt/log.hpp",
        "/liblwt.a",
        "/liblwt.so",
        "/pkgconfig/lwt.pc",
        "/cmake/lwt/lwt-config.cmake",
        "/share/lwt/lwt-api.json",
        "/share/man/man3/lwt_unix.3.gz",
        "/share/man/man7/lwt.7.gz",
    ] {
        assert!(has(&development, end), "{end} is not in {development:?}");
    }
    // No file is in both.
    let both = run_time.iter().find(|file| development.contains(file));
    assert_eq!(both, None);
}

#[test]
fn a_function_that_is_gone_or_not_listed_stops_the_package() {
    if !tool::is_there("dpkg-gensymbols") {
        let why = "dpkg-gensymbols is not installed (package dpkg-dev; make prepare)";
        return tool::skip("the symbols of the package", why);
    }
    let library = Library::build(Variant::Shipped).expect("the library");
    let folder = scratch("gensymbols");
    std::fs::create_dir(folder.join("debian")).expect("a folder");
    std::fs::write(
        folder.join("debian/control"),
        text("packaging/debian/control"),
    )
    .expect("control");
    let list = text(SYMBOLS);
    let outcome = |list: &str| {
        std::fs::write(folder.join("list"), list).expect("a list");
        let mut gensymbols = Command::new("dpkg-gensymbols");
        gensymbols
            .current_dir(&folder)
            .args(["-pliblwt0", "-Ilist", "-c4", "-Owritten", "-q"])
            .arg(format!("-v{VERSION}-1"))
            .arg(format!("-e{}", library.folder.join("liblwt.so").display()));
        run(&mut gensymbols, LIMIT).end
    };
    assert_eq!(outcome(&list), End::Exit(0));
    assert_ne!(
        outcome(&format!("{list} lwt_gone@Base 0.1.0\n")),
        End::Exit(0)
    );
    assert_ne!(
        outcome(&list.replace(" lwt_bind@Base 0.1.0\n", "")),
        End::Exit(0)
    );
}

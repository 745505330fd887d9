//! What the shared library exports is what the headers declare: nothing is
//! missing, and nothing else can be used, or clash with a program's own names.

mod house;

use std::collections::BTreeSet;

use house::declarations;
use house::library::{Library, Variant};
use house::tool;

#[test]
fn the_library_exports_what_the_headers_declare_and_nothing_else() {
    if !tool::is_there("nm") {
        return tool::skip(
            "the exported symbols",
            "nm is not installed (package binutils)",
        );
    }
    let library = Library::build(Variant::Shipped).expect("the library");
    let so = library.folder.join("liblwt.so");
    let listing = tool::answer(
        "nm",
        &[
            "-D",
            "--defined-only",
            "--format=posix",
            &so.to_string_lossy(),
        ],
    );
    let exported: BTreeSet<String> = listing
        .lines()
        .filter_map(|line| line.split(' ').next())
        .map(String::from)
        .collect();
    let declared: BTreeSet<String> = declarations::functions("include").into_keys().collect();
    let missing: Vec<_> = declared.difference(&exported).collect();
    let hidden: Vec<_> = exported.difference(&declared).collect();
    assert!(
        missing.is_empty(),
        "declared, but not exported: {missing:?}"
    );
    assert!(hidden.is_empty(), "exported, but in no header: {hidden:?}");
}

#[test]
fn the_library_has_its_soname() {
    if !tool::is_there("readelf") {
        return tool::skip("the soname", "readelf is not installed (package binutils)");
    }
    let library = Library::build(Variant::Shipped).expect("the library");
    let so = library.folder.join("liblwt.so");
    let dynamic = tool::answer("readelf", &["-d", &so.to_string_lossy()]);
    assert!(dynamic.contains("soname: [liblwt.so.0]"), "{dynamic}");
}

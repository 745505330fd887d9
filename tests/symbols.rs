//! What the shared library exports is what the headers declare: nothing is
//! missing, and nothing else can be used, or clash with a program's own names.

mod house;

use std::collections::BTreeSet;

use house::generator::headers;
use house::library::{Library, Variant};
use house::tool;

/// The functions that the headers declare, macros and inline functions left
/// out.
fn declared() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (_, text) in headers() {
        let code = without_inline(&without_comments(&text));
        for declaration in code.split(';').map(str::trim) {
            let Some(open) = declaration.find('(') else {
                continue;
            };
            let last_line = declaration
                .rfind("\n\n")
                .map_or(declaration, |at| &declaration[at..]);
            if last_line.contains("typedef") || declaration[open..].contains('{') {
                continue;
            }
            let before = declaration[..open].trim_end();
            let name = before
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_')
                .next();
            if let Some(name) = name.filter(|name| name.starts_with("lwt_")) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// Comments, and lines of the preprocessor with those that continue them.
fn without_comments(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("/*") {
        code += &rest[..open];
        rest = rest[open..].split_once("*/").map_or("", |(_, after)| after);
    }
    code += rest;
    let code = code.replace("\\\n", " ");
    code.lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .map(|l| format!("{l}\n"))
        .collect()
}

/// Inline functions are left out: what they call is no declaration.
fn without_inline(code: &str) -> String {
    let mut left = String::new();
    let mut rest = code;
    while let Some((before, inline)) = rest.split_once("static inline ") {
        left += before;
        let mut depth = 0;
        let end = inline.find(|sign| {
            depth += match sign {
                '{' => 1,
                '}' => -1,
                _ => 0,
            };
            sign == '}' && depth == 0
        });
        rest = end.map_or("", |end| &inline[end + 1..]);
    }
    left + rest
}

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
    let declared = declared();
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

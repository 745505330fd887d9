//! The headers read back: what a C compiler sees in them is what the library
//! was compiled with.
//!
//! bindgen turns `lwt_all.h` into Rust. From that a program is written that
//! compiles only if each structure has the same size, alignment and offsets on
//! both sides, each constant the same value, each function the same type; and
//! that program is compiled against the library.

mod house;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use house::generator::{HEADERS, SYSTEM_STRUCTS, public_types, sources};
use house::process::run;
use house::{library, root, scratch, text, tool};
use quote::ToTokens;

/// The headers as bindgen reads them.
fn read_back() -> syn::File {
    // It takes its time: once is enough for all tests.
    static TEXT: OnceLock<String> = OnceLock::new();
    let text = TEXT.get_or_init(as_rust);
    syn::parse_file(text).expect("bindgen writes Rust")
}

fn as_rust() -> String {
    // Those that the system has, which both sides name.
    let system = SYSTEM_STRUCTS.join("|");
    bindgen::Builder::default()
        .blocklist_type(&system)
        .raw_line(format!("pub use libc::{{{}}};", SYSTEM_STRUCTS.join(", ")))
        .header(root().join("include/lwt_all.h").display().to_string())
        .allowlist_item("(lwt|LWT)_.*")
        .prepend_enum_name(false)
        .layout_tests(false)
        .derive_default(false)
        .formatter(bindgen::Formatter::None)
        .generate()
        .expect("bindgen reads the headers")
        .to_string()
}

/// The names of the types of the Rust side that stand in the headers.
fn rust_types() -> BTreeSet<String> {
    HEADERS
        .iter()
        .flat_map(sources)
        .flat_map(|source| public_types(&source))
        .collect()
}

/// Those of them that are enumerations.
fn enumerations() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for source in HEADERS.iter().flat_map(sources) {
        let file = syn::parse_file(&text(&source)).expect("it is Rust");
        for item in file.items {
            if let syn::Item::Enum(it) = item {
                found.insert(it.ident.to_string());
            }
        }
    }
    found
}

/// The program that compiles only if both sides agree.
fn agreement(headers: &syn::File) -> String {
    let known = rust_types();
    let enumerations = enumerations();
    let mut types = String::new();
    let mut checks = String::new();
    for item in &headers.items {
        match item {
            syn::Item::Struct(it) if known.contains(&it.ident.to_string()) => {
                structure(it, &mut checks)
            }
            syn::Item::Type(it) if known.contains(&it.ident.to_string()) => {}
            syn::Item::Const(it) => constant(it, &known, &mut checks),
            syn::Item::ForeignMod(block) => {
                for item in &block.items {
                    if let syn::ForeignItem::Fn(it) = item {
                        function(it, &enumerations, &mut checks);
                    }
                }
            }
            // Types of the texts that go into the headers as they are.
            other => writeln!(types, "{}", other.to_token_stream()).expect("a string"),
        }
    }
    format!(
        "#![allow(non_camel_case_types, non_upper_case_globals, non_snake_case, unused)]\n\
         // As bindgen reads the headers.\n\
         mod c {{ {all} }}\n\
         // As the library was compiled.\n\
         use lwt::abi::*;\n{uses}\
         // Types that only the headers have.\n\
         mod only_in_c {{ use super::*; {types} }}\n\
         use only_in_c::*;\n\
         use std::mem::{{align_of, offset_of, size_of}};\n\
         const fn size_of_field<S, F>(_: fn(&S) -> &F) -> usize {{ size_of::<F>() }}\n\
         fn agree() {{\n{checks}}}\n\
         fn main() {{ agree() }}\n",
        all = headers.to_token_stream(),
        uses = modules(),
    )
}

/// The modules of the Rust side that the headers come from.
fn modules() -> String {
    let mut uses = String::new();
    for source in HEADERS.iter().flat_map(sources) {
        let path = source
            .strip_prefix(root().join("src"))
            .expect("it is in src/")
            .with_extension("");
        let parts: Vec<_> = path
            .iter()
            .filter_map(|p| p.to_str())
            .filter(|p| *p != "mod")
            .collect();
        writeln!(uses, "use lwt::{}::*;", parts.join("::")).expect("a string");
    }
    uses
}

fn structure(it: &syn::ItemStruct, checks: &mut String) {
    let name = &it.ident;
    // A handle is an incomplete type in C: nothing to compare.
    if it
        .fields
        .iter()
        .any(|f| f.ident.as_ref().is_some_and(|i| i == "_unused"))
    {
        return;
    }
    writeln!(
        checks,
        "const _: () = assert!(size_of::<c::{name}>() == size_of::<{name}>(), \"size of {name}\");\n\
         const _: () = assert!(align_of::<c::{name}>() == align_of::<{name}>(), \"alignment of {name}\");"
    )
    .expect("a string");
    for field in &it.fields {
        let field = field.ident.as_ref().expect("fields of C have names");
        writeln!(
            checks,
            "const _: () = assert!(offset_of!(c::{name}, {field}) == offset_of!({name}, {field}), \
             \"{name}.{field}\");\n\
             const _: () = assert!(size_of_field(|it: &c::{name}| &it.{field}) \
             == size_of_field(|it: &{name}| &it.{field}), \"size of {name}.{field}\");"
        )
        .expect("a string");
    }
}

fn constant(it: &syn::ItemConst, known: &BTreeSet<String>, checks: &mut String) {
    let name = it.ident.to_string();
    let kind = it.ty.to_token_stream().to_string();
    if known.contains(&kind) {
        writeln!(
            checks,
            "const _: () = assert!(c::{name} as i64 == {kind}::{name} as i64);"
        )
    } else if kind.starts_with("_bindgen_ty") {
        writeln!(
            checks,
            "const _: () = assert!(c::{name} as i64 == {name} as i64, \"{name}\");"
        )
    } else {
        // A macro, or an enumeration of a text: it has no second side.
        Ok(())
    }
    .expect("a string");
}

fn function(it: &syn::ForeignItemFn, enumerations: &BTreeSet<String>, checks: &mut String) {
    let name = &it.sig.ident;
    let arguments: Vec<String> = it
        .sig
        .inputs
        .iter()
        .map(|input| match input {
            syn::FnArg::Typed(typed) => {
                as_received(typed.ty.to_token_stream().to_string(), enumerations)
            }
            syn::FnArg::Receiver(_) => unreachable!("a C function has no self"),
        })
        .collect();
    let result = it.sig.output.to_token_stream();
    writeln!(
        checks,
        "let _: unsafe extern \"C\" fn({}) {result} = {name};",
        arguments.join(", ")
    )
    .expect("a string");
}

/// C may hand over any number where it has an enumeration, and a Rust
/// enumeration must not hold just any: the library has to receive it as what
/// may be anything.
fn as_received(kind: String, enumerations: &BTreeSet<String>) -> String {
    if enumerations.contains(&kind) {
        format!("std::mem::MaybeUninit<{kind}>")
    } else {
        kind
    }
}

#[test]
fn the_headers_read_back_are_the_library_that_was_compiled() {
    if !tool::libclang() {
        return tool::skip(
            "the headers read back",
            "libclang is not there (make prepare)",
        );
    }
    let folder = scratch("round_trip");
    let program = agreement(&read_back());
    std::fs::create_dir_all(folder.join("src")).expect("a folder");
    std::fs::write(folder.join("src/main.rs"), program).expect("a file");
    let manifest = format!(
        "[package]\nname = \"round_trip\"\nedition = \"2021\"\n\
         [dependencies]\nlwt = {{ path = {:?} }}\nlibc = \"*\"\n[workspace]\n",
        root().display().to_string()
    );
    std::fs::write(folder.join("Cargo.toml"), manifest).expect("a file");
    std::fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).expect("the lock file");
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(&folder)
        .args(["check", "--quiet", "--offline", "--target-dir"])
        .arg(library::target_folder().join("round_trip"));
    run(&mut cargo, Duration::from_secs(600)).expect_success("the headers and the library differ");
}

#[test]
fn a_difference_between_the_sides_would_be_seen() {
    if !tool::libclang() {
        return tool::skip(
            "a difference is seen",
            "libclang is not there (make prepare)",
        );
    }
    let program = agreement(&read_back());
    for wanted in [
        "= lwt_bind ;".replace(" ;", ";"),
        "c::LWT_STALLED as i64 == LWT_STALLED as i64".into(),
        "c::LWT_FAIL as i64 == lwt_promise_state::LWT_FAIL as i64".into(),
        "offset_of!(c::lwt_values, data)".into(),
    ] {
        assert!(
            program.contains(&wanted),
            "the program does not check {wanted}"
        );
    }
}

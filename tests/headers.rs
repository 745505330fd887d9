//! The headers of `include/` are those that the Rust side stands for, and any
//! C or C++ program can use them.

mod house;

use house::c::{Language, check};
use house::generator::{HEADERS, headers};
use house::polish::polish;
use house::{root, scratch, tool};

/// `make headers` sets it, and then the headers are written, not compared.
const WRITE: &str = "LWT_WRITE_HEADERS";

#[test]
fn the_headers_are_what_the_generator_makes_of_the_rust_side() {
    let folder = root().join("include");
    if std::env::var_os(WRITE).is_some() {
        std::fs::create_dir_all(&folder).expect("include/ can be made");
        for (name, wanted) in headers() {
            std::fs::write(folder.join(name), wanted).expect("a header can be written");
        }
    }
    let wanted = headers();
    for (name, wanted) in &wanted {
        let there = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let line = there.lines().zip(wanted.lines()).position(|(a, b)| a != b);
        assert!(
            &there == wanted,
            "include/{name} is out of date from line {} on: run `make headers`",
            1 + line.unwrap_or_else(|| there.lines().count().min(wanted.lines().count()))
        );
    }
    for path in house::files("include", &["h"]) {
        let name = path
            .file_name()
            .and_then(|n| n.to_str())
            .expect("a header's name");
        let by_hand = ["lwt.hpp"];
        assert!(
            wanted.iter().any(|(known, _)| known == name) || by_hand.contains(&name),
            "include/{name}: nothing generates it"
        );
    }
}

#[test]
fn each_file_of_the_c_interface_has_its_header() {
    let named: Vec<&str> = HEADERS
        .iter()
        .flat_map(|h| h.sources.iter().copied())
        .collect();
    for folder in ["src/capi", "src/capi/lwt_unix"] {
        for path in house::files(folder, &["rs"]) {
            let name = path.strip_prefix(root()).expect("it is in the project");
            let name = name.to_str().expect("a plain name");
            assert!(
                name.ends_with("mod.rs") || named.contains(&name),
                "{name}: in no header"
            );
        }
    }
}

#[test]
fn each_header_compiles_alone_and_all_together() {
    let folder = scratch("headers");
    let mut sources: Vec<(String, String)> = headers()
        .iter()
        .map(|(name, _)| {
            let program = format!("#include <{name}>\n#include <{name}>\nextern int unused;\n");
            (format!("alone_{name}"), program)
        })
        .collect();
    // In the reverse order too: no header may count on one that came before.
    let forward: String = HEADERS
        .iter()
        .map(|h| format!("#include <{}.h>\n", h.name))
        .collect();
    let backward: String = HEADERS
        .iter()
        .rev()
        .map(|h| format!("#include <{}.h>\n", h.name))
        .collect();
    sources.push(("forward.h".into(), forward));
    sources.push(("backward.h".into(), backward));

    for (cc, cxx) in tool::compilers("the headers compile") {
        for (name, program) in &sources {
            let path = folder.join(name).with_extension("source");
            std::fs::write(&path, format!("{program}extern int unused;\n")).expect("a file");
            for (compiler, language) in [(cc, Language::C99), (cxx, Language::Cxx17)] {
                check(compiler, language, &path)
                    .expect_success(&format!("{name} with {compiler} as {language:?}"));
            }
        }
    }
}

#[test]
fn each_header_of_cxx_compiles_alone() {
    let folder = scratch("headers of C++");
    let mut names = vec!["lwt.hpp".to_owned()];
    for path in house::files("include/lwt", &["hpp"]) {
        let name = path.file_name().and_then(|n| n.to_str());
        names.push(format!("lwt/{}", name.expect("a header's name")));
    }
    assert!(names.len() > 5, "{names:?}");
    for (_, cxx) in tool::compilers("the headers of C++ compile") {
        for (number, name) in names.iter().enumerate() {
            let path = folder.join(number.to_string()).with_extension("source");
            let program = format!("#include <{name}>\n#include <{name}>\nextern int unused;\n");
            std::fs::write(&path, program).expect("a file");
            for language in [Language::Cxx17, Language::Cxx20] {
                // The only one that can't do without.
                if name != "lwt/coroutine.hpp" || language == Language::Cxx20 {
                    check(cxx, language, &path)
                        .expect_success(&format!("{name} with {cxx} as {language:?}"));
                }
            }
        }
    }
}

#[test]
fn the_contract_and_the_macros_hold_in_c_and_in_cxx() {
    for name in ["contract.c", "macros.c"] {
        let source = root().join("c_tests").join(name);
        for (cc, cxx) in tool::compilers(name) {
            for (compiler, language) in [(cc, Language::C99), (cxx, Language::Cxx17)] {
                check(compiler, language, &source)
                    .expect_success(&format!("{name} with {compiler} as {language:?}"));
            }
        }
    }
}

#[test]
fn every_function_of_the_headers_is_documented() {
    for (name, text) in headers() {
        for block in text.split("\n\n").map(str::trim) {
            let declares = block.ends_with(");") && block.contains("lwt_");
            assert!(
                !declares || block.contains(" */\n"),
                "{name}: a declaration without a comment:\n{block}"
            );
        }
    }
}

#[test]
fn a_function_is_declared_once() {
    let mut seen = std::collections::HashMap::new();
    for header in house::files("include", &["h"]) {
        for line in house::text(&header).lines() {
            let before_the_arguments = line.split('(').next().unwrap_or_default();
            let name = before_the_arguments
                .split([' ', '*'])
                .next_back()
                .unwrap_or_default();
            if line.contains('(') && !line.starts_with([' ', '#', '/']) && name.starts_with("lwt_")
            {
                *seen.entry(name.to_string()).or_insert(0) += 1;
            }
        }
    }
    assert!(seen.contains_key("lwt_bind"), "{seen:?}");
    let twice: Vec<_> = seen.iter().filter(|(_, count)| **count != 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn a_run_of_constants_becomes_an_enumeration() {
    let polished = polish("/*\n One.\n */\n#define LWT_A 1\n\n#define LWT_B -2\n\nint f(void);\n");
    assert_eq!(
        polished,
        "enum {\n  /* One. */\n  LWT_A = 1,\n  LWT_B = -2\n};\n\nint f(void);\n\n"
    );
}

#[test]
fn a_handle_becomes_an_incomplete_type_and_loses_its_tag_where_it_is_used() {
    let polished = polish(
        "struct lwt_x *f(void);\n\n/*\n X.\n\n More.\n */\n\
         typedef struct lwt_x {\n  uint8_t _private[0];\n} lwt_x;\n",
    );
    let wanted = "/* X.\n *\n * More. */\ntypedef struct lwt_x lwt_x;\n\nlwt_x *f(void);\n\n";
    assert_eq!(polished, wanted);
}

#[test]
fn a_paragraph_that_is_too_wide_is_broken_anew_and_what_stands_further_in_is_not() {
    let word = "word ".repeat(20);
    let code = format!("    {}", "x".repeat(90));
    let polished = polish(&format!(
        "/*\n {}\n end.\n\n {code}\n */\nint f(void);\n",
        word.trim()
    ));
    let first = "word ".repeat(15);
    let wanted = format!(
        "/* {}\n * word word word word word end.\n *\n * {code} */\nint f(void);\n\n",
        first.trim()
    );
    assert_eq!(polished, wanted);
}

#[test]
fn a_word_that_is_wider_than_a_line_stays_whole() {
    let address = format!("https://{}", "x".repeat(80));
    let polished = polish(&format!("/*\n See\n {address}\n */\nint f(void);\n"));
    assert_eq!(
        polished,
        format!("/* See\n * {address} */\nint f(void);\n\n")
    );
}

#[test]
fn constants_of_the_rust_side_alone_are_left_out() {
    assert_eq!(
        polish("#define FLAG 1\n\nint f(void);\n"),
        "int f(void);\n\n"
    );
}

#[test]
fn callbacks_come_before_the_structures_that_hold_them() {
    let polished = polish(
        "typedef struct lwt_x {\n  lwt_fn f;\n  const Home *home;\n} lwt_x;\n\n\
         typedef void (*lwt_fn)(struct lwt_x *x);\n",
    );
    let wanted = "struct lwt_x;\n\ntypedef void (*lwt_fn)(struct lwt_x *x);\n\n\
                  typedef struct lwt_x {\n  lwt_fn f;\n  const void *home;\n} lwt_x;\n\n";
    assert_eq!(polished, wanted);
}

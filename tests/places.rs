//! With LWT_DEBUG defined, debugging is told the place of each call that
//! returns a handle: no such function is left out, and the headers are as good
//! as without.

mod house;

use std::collections::BTreeSet;

use house::c::{Language, check};
use house::generator::headers;
use house::{scratch, tool};

/// A header without comments, its lines of the preprocessor apart.
fn code(text: &str) -> (String, Vec<String>) {
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        code += before;
        rest = after.split_once("*/").map_or("", |(_, after)| after);
    }
    code += rest;
    let code = code.replace("\\\n", " ");
    let (directives, code): (Vec<&str>, Vec<&str>) =
        code.lines().partition(|line| line.starts_with('#'));
    let directives = directives.into_iter().map(String::from).collect();
    (code.join(" "), directives)
}

/// The functions that return a handle which is the caller's, by another way
/// than the generator's: whatever is declared between two semicolons.
fn makers(code: &str) -> BTreeSet<String> {
    let handles: BTreeSet<&str> = code
        .split(';')
        .filter_map(|part| {
            let words: Vec<&str> = part.split_whitespace().collect();
            let at = words.iter().rposition(|word| *word == "typedef")?;
            match words[at..] {
                ["typedef", "struct", tag, name] if tag == name => Some(name),
                _ => None,
            }
        })
        .chain(["lwt_t", "lwt_exn"])
        .collect();
    let mut found = BTreeSet::new();
    for part in code.split([';', '{', '}']) {
        let Some((before, _)) = part.split_once('(') else {
            continue;
        };
        let before = before.replace('*', " * ");
        let words: Vec<&str> = before.split_whitespace().collect();
        let &[.., result, "*", name] = words.as_slice() else {
            continue;
        };
        let one_of = |word: &str| words.contains(&word);
        let declared = !one_of("const") && !one_of("inline") && !one_of("typedef");
        if handles.contains(result) && declared && !name.ends_with("_retain") {
            found.insert(name.to_owned());
        }
    }
    found
}

#[test]
fn each_function_that_makes_a_handle_has_its_macro() {
    let mut all = 0;
    for (name, text) in headers() {
        if name == "lwt_debug.h" || name == "lwt_all.h" {
            continue;
        }
        let (code, directives) = code(&text);
        for function in makers(&code) {
            let start = format!("#define {function}(...)");
            let has = directives.iter().any(|line| line.starts_with(&start));
            assert!(has, "{name}: {function} has no macro");
            all += 1;
        }
    }
    assert!(all > 100, "{all}");
}

/// What a program may do with them.
const PROGRAM: &str = r#"
#define LWT_DEBUG
#include <lwt_all.h>
static lwt_t *same(lwt_value v, void *env) { (void)env; return lwt_return(v); }
static lwt_t *nested(void) {
  lwt_t *(*f)(lwt_t *, lwt_bind_fn, void *, lwt_drop_fn) = lwt_bind;
  lwt_t *(*g)(lwt_value) = &lwt_return;
  lwt_t *p = lwt_bind(lwt_bind(lwt_pause(), same, NULL, NULL), same, NULL, NULL);
  lwt_mutex *m = lwt_mutex_create();
  (lwt_release)(lwt_mutex_lock(m));
  lwt_mutex_release(m);
  lwt_u *u;
  p = f(g(LWT_UNIT), same, p, NULL);
  lwt_release(lwt_wait(&u));
  return lwt_wakeup_exn(u, lwt_exn_new(LWT_FAILURE, "x")) == LWT_OK ? p : lwt_fail(lwt_exn_new(
    LWT_FAILURE, "y"));
}
extern lwt_t *used(void);
lwt_t *used(void) { return nested(); }
"#;

#[test]
fn the_headers_and_a_program_compile_with_the_macros() {
    let folder = scratch("places");
    let mut sources = vec![("program".to_owned(), PROGRAM.to_owned())];
    for (name, _) in headers() {
        let alone = format!("#define LWT_DEBUG\n#include <{name}>\nextern int unused;\n");
        sources.push((name, alone));
    }
    for (cc, cxx) in tool::compilers("the macros of LWT_DEBUG compile") {
        for (name, text) in &sources {
            let path = folder.join(name).with_extension("source");
            std::fs::write(&path, text).expect("a file");
            for (compiler, language) in [(cc, Language::C99), (cxx, Language::Cxx17)] {
                check(compiler, language, &path)
                    .expect_success(&format!("{name} with {compiler} as {language:?}"));
            }
        }
    }
}

/// The C++ layer calls the same functions, and its places are the callers'.
#[test]
fn the_headers_of_cxx_compile_with_the_macros() {
    let folder = scratch("places of C++");
    let path = folder.join("cxx.source");
    let text = "#define LWT_DEBUG\n#include <lwt.hpp>\nextern int unused;\n";
    std::fs::write(&path, text).expect("a file");
    for (_, cxx) in tool::compilers("the macros of LWT_DEBUG compile with lwt.hpp") {
        check(cxx, Language::Cxx20, &path).expect_success(&format!("lwt.hpp with {cxx}"));
    }
}

//! `lwt_syntax.h` in both languages with both compilers, for its blocks are
//! made of something else in each: what may be written does the same in all,
//! and a way out of a block that would pass by its LWT_FINALLY compiles in none.

mod house;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use house::c::{Language, check, compiler};
use house::library::{Library, Variant};
use house::process::{End, Run, run};
use house::{root, scratch, tool};

/// Each compiler with its language.
fn compilers() -> Vec<(&'static str, Language)> {
    tool::compilers("lwt_syntax.h")
        .into_iter()
        .flat_map(|(c, cxx)| [(c, Language::C99), (cxx, Language::Cxx17)])
        .collect()
}

#[test]
fn the_tests_of_the_syntax_hold_in_c_and_in_cxx_with_each_compiler() {
    let library = Library::build(Variant::Shipped).expect("the library");
    let folder = scratch("syntax_runs");
    let source = root().join("c_tests/syntax.c");
    for (program, language) in compilers() {
        for level in ["-O0", "-O2"] {
            let test = folder.join(format!("{program}{level}"));
            let mut build = compiler(program, language);
            build
                .args([level, "-Wshadow", "-pthread", "-Ic_tests"])
                .arg(&source)
                .args(["-x", "none"])
                .args(library.link_arguments())
                .arg("-o")
                .arg(&test);
            let what = format!("syntax.c with {program} {level}");
            run(&mut build, Duration::from_secs(120)).expect_success(&what);
            run(&mut Command::new(&test), Duration::from_secs(120)).expect_success(&what);
        }
    }
}

/// A program with one line in each of the three blocks, and one around them.
fn program(lines: [&str; 4]) -> String {
    let [body, case, finally, around] = lines;
    format!(
        "#include <lwt_syntax.h>
         lwt_value f(void *env);
         lwt_value f(void *env) {{
           LWT_BEGIN;
           for (int i = 0; i < 3; i++) {{
             {around}
             LWT_TRY {{ if (env) {{ {body} }} LWT_AWAIT(lwt_pause()); }}
             LWT_CATCH(e) {{ if (env) {{ {case} }} }}
             LWT_FINALLY {{ if (env) {{ {finally} }} }}
             LWT_END
           }}
           goto out;
         out:
           return LWT_UNIT;
         }}\n"
    )
}

/// What a compiler says of a text when nobody asks it for warnings: what must
/// not compile is an error by itself.
fn without_flags(compiler: &str, language: Language, file: &Path) -> Run {
    let mut command = Command::new(compiler);
    command.current_dir(root()).arg("-Iinclude");
    command.args(language.flags()).arg("-fsyntax-only");
    run(command.arg(file), Duration::from_secs(60))
}

#[test]
fn a_way_out_that_would_pass_by_a_finally_does_not_compile() {
    let folder = scratch("syntax_bad");
    let file = folder.join("block.source");
    let mut wrong = String::new();
    for (compiler, language) in compilers() {
        std::fs::write(&file, program([""; 4])).expect("a file");
        check(compiler, language, &file).expect_success(&format!("the frame, {compiler}"));
        for way in [
            "return LWT_UNIT;",
            "return;",
            "break;",
            "continue;",
            "goto out;",
        ] {
            for block in 0..3 {
                let mut lines = [""; 4];
                lines[block] = way;
                std::fs::write(&file, program(lines)).expect("a file");
                if without_flags(compiler, language, &file).end == End::Exit(0) {
                    wrong += &format!("{compiler}: {way} in block {block}\n");
                }
            }
            // Around them it is as ever.
            if way != "return;" {
                std::fs::write(&file, program(["", "", "", way])).expect("a file");
                check(compiler, language, &file).expect_success(&format!("{way}, {compiler}"));
            }
        }
        // Nor does a way into a block.
        std::fs::write(&file, program(["in: i++;", "", "", "goto in;"])).expect("a file");
        if without_flags(compiler, language, &file).end == End::Exit(0) {
            wrong += &format!("{compiler}: goto into a block\n");
        }
    }
    assert!(wrong.is_empty(), "these compile:\n{wrong}");
}

#[test]
fn what_lacks_its_frame_does_not_compile() {
    let folder = scratch("syntax_frame");
    let file = folder.join("frame.source");
    let function = |begin: &str, body: &str| {
        format!(
            "#include <lwt_syntax.h>
             lwt_value f(void *env);
             lwt_value f(void *env) {{ {begin} (void)env; {body} return LWT_UNIT; }}\n"
        )
    };
    let blocks = "LWT_TRY { LWT_AWAIT(lwt_pause()); } LWT_FINALLY { } LWT_END";
    let twice = "LWT_TRY { } LWT_FINALLY { } LWT_FINALLY { } LWT_END";
    let open = "LWT_TRY { } LWT_CATCH(e) { }";
    let case = "LWT_TRY { } LWT_END LWT_CATCH(e) { }";
    for (compiler, language) in compilers() {
        std::fs::write(&file, function("LWT_BEGIN;", blocks)).expect("a file");
        check(compiler, language, &file).expect_success(compiler);
        for (begin, body) in [
            ("", blocks),
            ("", "LWT_AWAIT(lwt_pause());"),
            ("", "LWT_RAISE(lwt_exn_new(LWT_FAILURE, NULL));"),
            ("", "LWT_LEAVE(LWT_UNIT);"),
            ("LWT_BEGIN;", twice),
            ("LWT_BEGIN;", open),
            ("LWT_BEGIN;", case),
        ] {
            std::fs::write(&file, function(begin, body)).expect("a file");
            let done = without_flags(compiler, language, &file);
            assert!(
                done.end != End::Exit(0),
                "{compiler} takes this: {begin} {body}"
            );
        }
    }
}

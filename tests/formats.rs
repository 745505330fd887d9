//! Functions that take a format of printf: both compilers tell of one that does not fit its
//! arguments, and take one that does without a word.

mod house;

use std::path::Path;
use std::time::Duration;

use house::c::{Language, check, compiler};
use house::process::{End, Run, run};
use house::{scratch, tool};

/// Each way to give a format, in place of the dots. `C` is a channel, `T` one of text, `F` a
/// formatter, `S` a section, `E` an exception, `L` a logger.
const CALLS: &[&str] = &[
    "lwt_log_debug(S, ...)",
    "lwt_log_info(S, ...)",
    "lwt_log_notice(S, ...)",
    "lwt_log_warning(S, ...)",
    "lwt_log_error(S, ...)",
    "lwt_log_fatal(S, ...)",
    "lwt_log_debug_e(S, E, ...)",
    "lwt_log_error_e(S, E, ...)",
    "lwt_release(lwt_log_debug_p(S, ...))",
    "lwt_release(lwt_log_info_p(S, ...))",
    "lwt_release(lwt_log_fatal_pe(S, E, ...))",
    "LWT_LOG_TO(L, LWT_LEVEL_INFO, S, ...)",
    "lwt_release(LWT_LOG_TO_P(L, LWT_LEVEL_INFO, S, ...))",
    "lwt_release(lwt_io_printf(...))",
    "lwt_release(lwt_io_printlf(...))",
    "lwt_release(lwt_io_eprintf(...))",
    "lwt_release(lwt_io_eprintlf(...))",
    "lwt_release(lwt_io_fprintf(C, ...))",
    "lwt_release(lwt_io_fprintlf(C, ...))",
    "lwt_release(lwt_text_printf(...))",
    "lwt_release(lwt_text_printlf(...))",
    "lwt_release(lwt_text_eprintf(...))",
    "lwt_release(lwt_text_eprintlf(...))",
    "lwt_release(lwt_text_fprintf(T, ...))",
    "lwt_release(lwt_text_fprintlf(T, ...))",
    "lwt_release(lwt_fmt_printf(...))",
    "lwt_release(lwt_fmt_eprintf(...))",
    "lwt_release(lwt_fmt_fprintf(F, ...))",
    "lwt_styled_release(LWT_STYLED(LWT_BOLD, LWT_TEXTF(...)))",
];

/// Formats with arguments that fit, and that do not.
const RIGHT: &[&str] = &["\"none\"", "\"%d of %s\", 1, text", "\"%zu\", sizeof text"];
const WRONG: &[&str] = &["\"%d\", text", "\"%s\", 1", "\"%d %d\", 1", "\"%s\""];

/// A call of each way in a function of its own, each on a line of its own: line `i + 1`.
fn program(calls: &[&str], format: &str, before: &str) -> String {
    let parameters = "const lwt_io_channel *C, const lwt_text_channel *T, const lwt_fmt *F, \
                      const lwt_log_section *S, const lwt_exn *E, const lwt_logger *L, \
                      const char *text";
    let unused = "(void)C, (void)T, (void)F, (void)S, (void)E, (void)L, (void)text;";
    let mut lines = format!("{before}#include <lwt_all.h>\n#line 1\n");
    for (i, call) in calls.iter().enumerate() {
        let call = call.replace("...", format);
        lines +=
            &format!("void f{i}({parameters}); void f{i}({parameters}) {{ {unused} {call}; }}\n");
    }
    lines
}

/// Each compiler with its language.
fn compilers() -> Vec<(&'static str, Language)> {
    tool::compilers("formats")
        .into_iter()
        .flat_map(|(c, cxx)| [(c, Language::C99), (cxx, Language::Cxx17)])
        .collect()
}

/// What a compiler says of a file, not only its first words.
fn all_that_is_said(program: &str, language: Language, file: &Path) -> Run {
    let mut command = compiler(program, language);
    if program.starts_with("clang") {
        command.arg("-ferror-limit=0");
    }
    run(
        command.arg("-fsyntax-only").arg(file),
        Duration::from_secs(60),
    )
}

#[test]
fn a_format_that_fits_its_arguments_is_taken_without_a_word() {
    let folder = scratch("formats_right");
    let file = folder.join("right.source");
    for (compiler, language) in compilers() {
        for before in ["", "#define LWT_LOG_DEBUG\n", "#define LWT_DEBUG\n"] {
            for format in RIGHT {
                std::fs::write(&file, program(CALLS, format, before)).expect("a file");
                check(compiler, language, &file).expect_success(&format!("{format}, {compiler}"));
            }
        }
    }
}

#[test]
fn a_format_that_does_not_fit_is_told_of_wherever_it_stands() {
    let folder = scratch("formats_wrong");
    let file = folder.join("wrong.source");
    let mut silent = String::new();
    for (compiler, language) in compilers() {
        // Calls of lwt_log_debug are checked where they are not compiled, too.
        for before in ["", "#define LWT_LOG_DEBUG\n"] {
            for format in WRONG {
                std::fs::write(&file, program(CALLS, format, before)).expect("a file");
                let told = all_that_is_said(compiler, language, &file);
                assert_ne!(told.end, End::Exit(0), "{compiler} takes {format}");
                for (i, call) in CALLS.iter().enumerate() {
                    let place = format!("wrong.source:{}:", i + 1);
                    let found = told.err.lines().any(|line| {
                        line.contains(&place)
                            && (line.contains("-Wformat") || line.contains("=format"))
                    });
                    if !found {
                        silent += &format!("{compiler}, {format}: {call}\n");
                    }
                }
            }
        }
    }
    assert!(silent.is_empty(), "nothing is said of these:\n{silent}");
}

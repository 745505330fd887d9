//! `lwt_log.h`: levels, sections and rules.

use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK};
use crate::capi::text::optional;
use crate::log::level::Level;
use crate::log::rules::{self, Rule};
use crate::log::section::{self, Section, lwt_log_section};
use crate::promise::call;
use std::ffi::{CString, c_char, c_int, c_void};
use std::ptr;

/// For who looks for a mistake.
pub const LWT_LEVEL_DEBUG: c_int = 0;
/// What happens.
pub const LWT_LEVEL_INFO: c_int = 1;
/// What happens and should be known. Sections have this level at first.
pub const LWT_LEVEL_NOTICE: c_int = 2;
/// What may become an error.
pub const LWT_LEVEL_WARNING: c_int = 3;
/// What went wrong.
pub const LWT_LEVEL_ERROR: c_int = 4;
/// What ends the program.
pub const LWT_LEVEL_FATAL: c_int = 5;

/// A callback that is told a rule: a pattern and the name of a level, borrowed.
pub type lwt_log_rule_fn =
    Option<unsafe extern "C" fn(pattern: *const c_char, level: *const c_char, env: *mut c_void)>;

/// Returns the name of a level, in small letters, `Lwt_log.string_of_level`; NULL if
/// there is no such level. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_string_of_level(level: c_int) -> *const c_char {
    Level::of_int(level).map_or(ptr::null(), |level| level.name().as_ptr())
}

/// Returns the level of that name, in capital letters or small ones,
/// `Lwt_log.level_of_string`; -1 if there is none, or `name` is NULL. On any thread.
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_level_of_string(name: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    let name = unsafe { optional(name) };
    let level = name.and_then(|name| Level::of_name(name.to_bytes()));
    level.map_or(-1, |level| level as c_int)
}

/// Returns the section of that name, `Lwt_log.Section.make`, which is made if there is
/// none: the same name is the same section, on every thread. It is there for ever, and
/// nobody releases it. Its level is what the rules say.
///
/// NULL: `name` is NULL, or there are tens of thousands of sections. On any thread.
/// Manual: "The logging facility".
///
/// # Safety
/// `name` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_section_make(name: *const c_char) -> *const lwt_log_section {
    // SAFETY: the caller's promise.
    let section = unsafe { optional(name) }.and_then(Section::make);
    section.map_or(ptr::null(), Section::as_raw)
}

/// Returns the section of who names none, `Lwt_log.Section.main`; its name is
/// "main". Where a section is asked for, NULL means this one. On any thread.
/// Never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_section_main() -> *const lwt_log_section {
    Section::main().as_raw()
}

/// Returns the name of a section, `Lwt_log.Section.name`; NULL if it is none. On any
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_section_name(section: *const lwt_log_section) -> *const c_char {
    Section::of_raw(section).map_or(ptr::null(), |section| section.name().as_ptr())
}

/// Returns the level of a section, `Lwt_log.Section.level`: messages below it are
/// dropped. -1 if it is none. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_section_level(section: *const lwt_log_section) -> c_int {
    Section::of_raw(section).map_or(-1, |section| section.level() as c_int)
}

/// Sets the level of a section, `Lwt_log.Section.set_level`: from now on rules leave it
/// alone. Returns LWT_OK; LWT_INVALID_ARGUMENT if it is no section, or there is no such
/// level. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_section_set_level(
    section: *const lwt_log_section,
    level: c_int,
) -> c_int {
    match (Section::of_raw(section), Level::of_int(level)) {
        (Some(section), Some(level)) => {
            section.set_level(level);
            LWT_OK
        }
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// Gives a section back to the rules, `Lwt_log.Section.reset_level`. Returns LWT_OK;
/// LWT_INVALID_ARGUMENT if it is no section. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_section_reset_level(section: *const lwt_log_section) -> c_int {
    Section::of_raw(section).map_or(LWT_INVALID_ARGUMENT, |section| {
        section.reset_level();
        LWT_OK
    })
}

/// Replaces all rules by those of a text, `Lwt_log.load_rules`, and sets the level of
/// every section that was not set by hand. `"db.* -> debug; net -> error; info"` are
/// three rules; the last one, without a pattern, is for all sections. `*` stands for
/// any run of bytes, also none; of several rules that match, the first decides; where
/// none does, the level is LWT_LEVEL_NOTICE.
///
/// Returns LWT_OK. A level that nobody knows is told on standard error, and that rule
/// is left out. LWT_INVALID_ARGUMENT if `text` is NULL or can't be read as rules, which
/// standard error is told too: then all stays as it was.
///
/// When sections are first asked for, this is done with the environment variable
/// LWT_LOG. On any thread. Manual: "The logging facility".
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_load_rules(text: *const c_char) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { optional(text) } {
        Some(text) if section::load_rules(text.to_bytes()) => LWT_OK,
        _ => LWT_INVALID_ARGUMENT,
    }
}

/// A rule that C gives.
///
/// # Safety
/// `pattern` is NULL or ends with a NUL byte.
unsafe fn rule(pattern: *const c_char, level: c_int) -> Option<Rule> {
    // SAFETY: the caller's promise.
    let pattern = unsafe { optional(pattern) }?.to_bytes();
    let level = Level::of_int(level)?;
    rules::is_pattern(pattern).then(|| Rule {
        pattern: pattern.to_vec(),
        level,
    })
}

/// Adds a rule before all others, `Lwt_log.add_rule`, and sets the levels of all
/// sections that were not set by hand. Returns LWT_OK; LWT_INVALID_ARGUMENT if
/// `pattern` is NULL, empty, or has a blank, a `;` or an `->` in it, or there is no such
/// level. On any thread.
///
/// # Safety
/// `pattern` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_add_rule(pattern: *const c_char, level: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { rule(pattern, level) }.map_or(LWT_INVALID_ARGUMENT, |rule| {
        section::add_rule(rule);
        LWT_OK
    })
}

/// Adds a rule after all others, `Lwt_log.append_rule`. As lwt_log_add_rule.
///
/// # Safety
/// `pattern` is NULL or ends with a NUL byte.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_append_rule(pattern: *const c_char, level: c_int) -> c_int {
    // SAFETY: the caller's promise.
    unsafe { rule(pattern, level) }.map_or(LWT_INVALID_ARGUMENT, |rule| {
        section::append_rule(rule);
        LWT_OK
    })
}

/// Forgets all rules, `Lwt_log.reset_rules`: sections that were not set by hand have
/// LWT_LEVEL_NOTICE. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_log_reset_rules() {
    section::reset_rules();
}

/// Reads a text as rules, `Lwt_log.rules`, and calls `f` for each with its pattern and
/// the name of its level, which may be one that nobody knows. Nothing is set. Returns
/// LWT_OK; LWT_INVALID_ARGUMENT if it can't be read as rules (then `f` was not called),
/// or `text` or `f` is NULL. What `f` raises goes to the async exception hook. On any
/// thread.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte; `f` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_log_rules(
    text: *const c_char,
    f: lwt_log_rule_fn,
    env: *mut c_void,
) -> c_int {
    // SAFETY: the caller's promise.
    let raw = unsafe { optional(text) }.and_then(|text| rules::parse(text.to_bytes()));
    let (Some(raw), Some(f)) = (raw, f) else {
        return LWT_INVALID_ARGUMENT;
    };
    let owned = |text: &[u8]| CString::new(text).unwrap_or_default();
    for (pattern, level) in raw {
        let (pattern, level) = (owned(pattern), owned(level));
        // SAFETY: the caller says that `f` may be called with `env`.
        call::unit_of(f as usize, || unsafe {
            f(pattern.as_ptr(), level.as_ptr(), env)
        });
    }
    LWT_OK
}

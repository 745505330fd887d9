//! The encoding of the environment's locale. Module Lwt_text; calls the C library.
//!
//! The process's own locale is left alone, for a library must not set it, and without
//! setlocale(3) it is "C" whatever the environment says. What LC_ALL, LC_CTYPE and LANG
//! name is loaded for the question, and given back. Where the system hasn't that locale (a
//! small container often has none), what stands behind the dot of its name counts. That of
//! "C", and of an environment that names none, is ASCII.

use std::env;
use std::ffi::CStr;

/// The name of its encoding, as the system calls it.
pub fn codeset() -> String {
    installed().unwrap_or_else(named)
}

/// That of a locale that the system has.
fn installed() -> Option<String> {
    // SAFETY: a new locale, for which there is no base; texts that end with NUL.
    let locale =
        unsafe { libc::newlocale(libc::LC_CTYPE_MASK, c"".as_ptr(), std::ptr::null_mut()) };
    if locale.is_null() {
        return None;
    }
    // SAFETY: a live locale, of which the name is copied before it is freed.
    unsafe {
        let name = libc::nl_langinfo_l(libc::CODESET, locale);
        let name = (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into_owned());
        libc::freelocale(locale);
        name.filter(|name| !name.is_empty())
    }
}

/// What the name of a locale says that the system hasn't.
fn named() -> String {
    let value = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(value);
    of_name(&locale.unwrap_or_default()).to_owned()
}

/// language_territory.codeset@modifier
fn of_name(locale: &str) -> &str {
    let before = locale.split('@').next().unwrap_or_default();
    before
        .split_once('.')
        .map_or("ASCII", |(_, codeset)| codeset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_locale_tells_its_encoding() {
        assert_eq!(of_name("fr_FR.ISO-8859-15@euro"), "ISO-8859-15");
        assert_eq!(of_name("de_DE.UTF-8"), "UTF-8");
        assert_eq!(of_name("de_DE"), "ASCII");
        assert_eq!(of_name("de_DE@euro"), "ASCII");
        assert_eq!(of_name(""), "ASCII");
    }

    #[test]
    fn there_is_always_one() {
        assert!(!codeset().is_empty());
    }
}

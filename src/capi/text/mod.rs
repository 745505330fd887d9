//! Texts that C lends, for all headers: checked for NULL, borrowed until the call
//! returns.

use crate::exn::Exn;
use std::ffi::{CStr, c_char};

/// A text. The error: it is NULL; `function` is the call at fault, and `what`
/// says what the text is: "the path".
///
/// # Safety
/// `text` is NULL or ends with a NUL byte, and lives for `'a`.
pub unsafe fn text<'a>(text: *const c_char, function: &str, what: &str) -> Result<&'a CStr, Exn> {
    // SAFETY: as this function asks for.
    unsafe { optional(text) }.ok_or_else(|| Exn::invalid(&format!("{function}: {what} is NULL")))
}

/// A text that may be left out: NULL.
///
/// # Safety
/// As [`text`].
pub unsafe fn optional<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: as this function asks for.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

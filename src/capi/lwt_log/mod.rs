//! `lwt_log.h`: module Lwt_log. Here is how the files of this folder turn what C hands
//! over into what the floor below takes.

pub mod logger;
pub mod section;
pub mod write;

use super::text::optional;
use crate::exn::Exn;
use crate::log::logger::Logger;
use crate::log::table;
use crate::log::template::Template;
use logger::lwt_logger;
use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;

/// The logger behind a handle; NULL is the default one.
fn logger(handle: *const lwt_logger, function: &str) -> Result<Arc<Logger>, Exn> {
    table::get(handle as usize as u64, function)
}

/// A logger as a handle. NULL: there is none, or memory ran out.
fn given(logger: Option<Arc<Logger>>) -> *mut lwt_logger {
    logger.map_or(ptr::null_mut(), |logger| {
        table::add(logger) as usize as *mut lwt_logger
    })
}

/// A template; NULL is the usual one.
///
/// # Safety
/// `text` is NULL or ends with a NUL byte.
unsafe fn template(text: *const c_char, usual: &[u8], function: &str) -> Result<Template, Exn> {
    // SAFETY: the caller's promise.
    let text = unsafe { optional(text) }.map_or(usual, |text| text.to_bytes());
    Template::parse(text, function)
}

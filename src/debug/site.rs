//! Places in the user's code: found by walking up the stack to the first frame
//! that is not the library's, or told by the macros of `-DLWT_DEBUG`. Functions
//! of the library's own headers (`lwt.hpp`, inline functions) call it on behalf
//! of who calls them, and so some frames more are kept.
//!
//! A place is numbered when it is first seen, and named (file, line, function)
//! only when somebody wants to read it: that takes the debugging information
//! of the program, which is slow to read.

use super::calls;
use crate::handle::fork::{self, Held};
use crate::handle::local::local;
use std::collections::HashMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// The number of a place. 0: unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site(u32);

#[derive(Clone)]
enum Place {
    /// Return addresses, the innermost first; 0: no more.
    Stack(Stack),
    /// Told by a macro.
    Told,
    /// Somewhere in this callback of the user's, which has left the rest to
    /// another function: the library was called by a jump.
    Last(usize),
}

/// As many frames as the functions of a header may be deep.
type Stack = [usize; 4];

/// What a macro tells, as it tells it: addresses of constants.
type Told = (usize, c_int, usize);

#[derive(Default)]
struct Sites {
    places: Vec<(Place, Option<Arc<str>>)>,
    stacks: HashMap<Stack, Site>,
    told: HashMap<Told, Site>,
    last: HashMap<usize, Site>,
    /// Is a return address one of the library's own? Asked of its symbols.
    ours: HashMap<usize, bool>,
}

static SITES: OnceLock<Mutex<Sites>> = OnceLock::new();

/// For the time of a fork.
pub fn hold() -> Option<Held> {
    fork::hold(SITES.get()?)
}

fn sites() -> MutexGuard<'static, Sites> {
    let sites = SITES.get_or_init(Mutex::default);
    sites.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sites {
    fn add(&mut self, place: Place, text: Option<Arc<str>>) -> Site {
        self.places.push((place, text));
        Site(self.places.len() as u32)
    }
}

/// Frames that are looked at.
const FRAMES: usize = 200;

/// Where the user's code has called the library; unknown while debugging is off.
#[cold]
pub fn here_if_on() -> Site {
    match super::is_on(local()) {
        true => here(),
        false => Site::default(),
    }
}

/// Where the user's code has called the library.
#[cold]
#[inline(never)]
pub fn here() -> Site {
    let mut found: Stack = [0; 4];
    let mut count = 0;
    let mut left = FRAMES;
    let bottom = &raw const found as usize;
    let mut top = bottom;
    let walk = |frame: &backtrace::Frame| {
        let address = frame.ip() as usize;
        left -= 1;
        if left == 0 || address == 0 {
            return false;
        }
        if count == 0 {
            top = frame.sp() as usize;
        }
        if is_ours(address) {
            // Behind the user's code it has called that, maybe from the bottom
            // of a fiber's stack.
            return count == 0;
        }
        found[count] = address;
        count += 1;
        count < found.len()
    };
    // SAFETY: on Linux the unwinder may run on any number of threads; it is
    // given no state of ours but this thread's own.
    unsafe { backtrace::trace_unsynchronized(walk) };
    if count == 0 {
        top += 2048; // to the end of the outermost frame, of a fiber's stack
    }
    if let Some(f) = calls::between(local(), bottom..top) {
        return last(f);
    }
    if count == 0 {
        return Site(0);
    }
    let mut sites = sites();
    if let Some(site) = sites.stacks.get(&found) {
        return *site;
    }
    let site = sites.add(Place::Stack(found), None);
    sites.stacks.insert(found, site);
    site
}

/// In this function, which is no longer on the stack.
fn last(f: usize) -> Site {
    let mut sites = sites();
    if let Some(site) = sites.last.get(&f) {
        return *site;
    }
    let site = sites.add(Place::Last(f), None);
    sites.last.insert(f, site);
    site
}

/// The place that a macro tells. None: it is within a header of the library's
/// own, whose inline functions call the library on the user's behalf.
///
/// # Safety
/// Both are NULL, or end with a NUL byte.
pub unsafe fn told(file: *const c_char, line: c_int, function: *const c_char) -> Option<Site> {
    let key = (file as usize, line, function as usize);
    if let Some(site) = sites().told.get(&key) {
        return Some(*site).filter(|site| site.0 != 0);
    }
    let text = |chars: *const c_char| match chars.is_null() {
        true => "?".into(),
        // SAFETY: the caller's promise.
        false => unsafe { CStr::from_ptr(chars) }.to_string_lossy(),
    };
    let (file, function) = (text(file), text(function));
    let mut sites = sites();
    let site = match is_header(&file) {
        true => Site(0),
        false => {
            let text = of_line(format!("{file}:{line}"), Some(&function));
            sites.add(Place::Told, Some(text.into()))
        }
    };
    sites.told.insert(key, site);
    Some(site).filter(|site| site.0 != 0)
}

impl Site {
    /// Is it known?
    pub fn is_known(self) -> bool {
        self.0 != 0
    }

    /// Did a macro tell it?
    pub fn is_told(self) -> bool {
        let sites = sites();
        let place = sites.places.get((self.0 as usize).wrapping_sub(1));
        matches!(place, Some((Place::Told, _)))
    }

    /// `file:line (function)`.
    pub fn text(self) -> Arc<str> {
        let text = match sites().places.get((self.0 as usize).wrapping_sub(1)) {
            None => return "an unknown place".into(),
            Some((_, Some(text))) => return text.clone(),
            Some((place, None)) => place.clone(),
        };
        // Not locked while files are read.
        let text: Arc<str> = match text {
            Place::Stack(stack) => name(stack).into(),
            Place::Last(f) => format!("{}, its last call", name_of_function(f)).into(),
            Place::Told => "?".into(),
        };
        if let Some((_, known)) = sites().places.get_mut((self.0 as usize).wrapping_sub(1)) {
            *known = Some(text.clone());
        }
        text
    }
}

/// Is it one of the library's own headers, or of C++'s?
fn is_header(file: &str) -> bool {
    let mut parts = file.rsplit('/');
    let (base, folder) = (parts.next().unwrap_or_default(), parts.next());
    base == "lwt.h"
        || base == "lwt.hpp"
        || base.starts_with("lwt_") && base.ends_with(".h")
        || folder == Some("lwt") && base.ends_with(".hpp")
        || file.contains("/include/c++/")
}

/// What the debugging information says of the innermost address that is not in
/// a header of the library's.
fn name(stack: Stack) -> String {
    let addresses = || stack.into_iter().filter(|&address| address != 0);
    let known = addresses().find_map(name_of);
    known.unwrap_or_else(|| addresses().next().map_or("?".into(), object))
}

/// The name of a function as its source has it. C's are no shorthands of C++
/// types, though `f` would be `float`.
fn readable(name: backtrace::SymbolName<'_>) -> String {
    match name.as_bytes() {
        bytes if bytes.starts_with(b"_Z") || bytes.starts_with(b"_R") => format!("{name:#}"),
        bytes => String::from_utf8_lossy(bytes).into_owned(),
    }
}

/// Where a function begins. That of a header of ours calls the user's.
fn name_of_function(f: usize) -> String {
    let at = f + 1; // looked up as the return address of a call before it
    name_of(at).unwrap_or_else(|| {
        let mut name = None;
        backtrace::resolve(at as *mut c_void, |symbol| {
            name = symbol
                .name()
                .map(|name| format!("{name:#}"))
                .or(name.take());
        });
        of_line(object(f), name.as_deref())
    })
}

/// Of a return address. None: it is in such a header.
fn name_of(address: usize) -> Option<String> {
    let (mut text, mut header) = (None, false);
    backtrace::resolve(address as *mut c_void, |symbol| {
        // The innermost of functions that are inlined comes first.
        if text.is_some() {
            return;
        }
        if symbol
            .filename()
            .is_some_and(|file| is_header(&file.to_string_lossy()))
        {
            header = true;
            return;
        }
        let function = symbol.name().map(readable);
        let file = symbol.filename().map(|file| file.display().to_string());
        text = match (file, symbol.lineno(), function) {
            (Some(file), Some(line), function) => {
                Some(of_line(of_file(&file, line), function.as_deref()))
            }
            (_, _, Some(function)) => Some(format!("{} ({function})", object(address))),
            _ => None,
        };
    });
    match text {
        None if !header => Some(object(address)),
        text => text,
    }
}

/// With the name of the function, if it is one that the user gave.
fn of_line(line: String, function: Option<&str>) -> String {
    match function {
        // What the blocks of `lwt_syntax.h` are made of.
        None | Some("operator()") => line,
        Some(region) if region.starts_with("lwt_region_") => line,
        Some(function) => format!("{line} ({function})"),
    }
}

/// The file's name, from the present folder if it is in there.
fn of_file(file: &str, line: u32) -> String {
    let folder = std::env::current_dir().ok();
    let inside = folder.and_then(|folder| {
        let inside = std::path::Path::new(file).strip_prefix(&folder).ok()?;
        Some(inside.display().to_string())
    });
    format!("{}:{line}", inside.as_deref().unwrap_or(file))
}

/// Where nothing is known of the source: `program+0x1234`, for addr2line(1).
fn object(address: usize) -> String {
    // SAFETY: all zero is a value of it.
    let mut info: libc::Dl_info = unsafe { std::mem::zeroed() };
    // SAFETY: it is ours to write; any address may be asked for.
    let known = unsafe { libc::dladdr(address as *const c_void, &mut info) } != 0;
    if !known || info.dli_fname.is_null() {
        return format!("{address:#x}");
    }
    // SAFETY: the loader's, and as long there as the object.
    let name = unsafe { CStr::from_ptr(info.dli_fname) }.to_string_lossy();
    format!(
        "{name}+{:#x}",
        address.wrapping_sub(info.dli_fbase as usize)
    )
}

/// Is a return address one in the library?
pub(super) fn is_ours(address: usize) -> bool {
    static RANGE: OnceLock<Option<(usize, usize)>> = OnceLock::new();
    if let Some((start, end)) = *RANGE.get_or_init(own_range) {
        return (start..end).contains(&address);
    }
    if let Some(ours) = sites().ours.get(&address) {
        return *ours;
    }
    let ours = is_ours_by_name(address);
    sites().ours.insert(address, ours);
    ours
}

/// The code of the shared library; None where the library is a part of
/// something else.
fn own_range() -> Option<(usize, usize)> {
    unsafe extern "C" fn look(
        info: *mut libc::dl_phdr_info,
        _: usize,
        found: *mut c_void,
    ) -> c_int {
        // SAFETY: the loader lends both for the call; `found` is ours, below.
        let (info, found) = unsafe { (&*info, &mut *found.cast::<Option<(usize, usize)>>()) };
        if info.dlpi_name.is_null() {
            return 0;
        }
        // SAFETY: the loader's text.
        let name = unsafe { CStr::from_ptr(info.dlpi_name) }.to_string_lossy();
        let base = name.rsplit('/').next().unwrap_or_default();
        if !base.starts_with("liblwt.") {
            return 0;
        }
        let me = own_range as fn() -> Option<(usize, usize)> as usize;
        for at in 0..usize::from(info.dlpi_phnum) {
            // SAFETY: that many headers are there.
            let header = unsafe { &*info.dlpi_phdr.add(at) };
            let start = info.dlpi_addr as usize + header.p_vaddr as usize;
            let end = start + header.p_memsz as usize;
            if header.p_type == libc::PT_LOAD && (start..end).contains(&me) {
                *found = Some((start, end));
                return 1;
            }
        }
        0
    }
    let mut found: Option<(usize, usize)> = None;
    // SAFETY: `look` is given `found`, which lives through the call.
    unsafe { libc::dl_iterate_phdr(Some(look), (&raw mut found).cast()) };
    found
}

/// In a program that the library is linked into: what comes from a file of Rust
/// is the library's, or what a name tells where no file is known. The innermost
/// of functions that are inlined decides: what is inlined is of one language.
fn is_ours_by_name(address: usize) -> bool {
    let mut ours = None;
    backtrace::resolve(address as *mut c_void, |symbol| {
        let file = symbol.filename();
        let by_file = file.map(|file| file.extension().is_some_and(|end| end == "rs"));
        let by_name = || Some(is_our_name(symbol.name()?.as_bytes()));
        ours = ours.or(by_file).or_else(by_name);
    });
    ours.unwrap_or(false)
}

/// Is it a function of the library's for C, or one of Rust's? Their names are
/// as C++'s, in which the namespace `lwt` is the user's side, but for the hash
/// at the end.
fn is_our_name(name: &[u8]) -> bool {
    let hash = name.len().wrapping_sub("17h0123456789abcdefE".len());
    let with_hash = |rest: &[u8]| rest.starts_with(b"17h") && rest.ends_with(b"E");
    name.starts_with(b"lwt_")
        || name.starts_with(b"_R")
        || name.starts_with(b"_Unwind")
        || name.starts_with(b"_ZN") && name.get(hash..).is_some_and(with_hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_rust_are_told_from_those_of_cxx() {
        for ours in [
            "lwt_bind",
            "_ZN3lwt7promise3seq7compose17h0123456789abcdefE",
            "_RNvCs1234_7mycrate3foo",
        ] {
            assert!(is_our_name(ours.as_bytes()), "{ours}");
        }
        for other in [
            "main",
            "",
            "_ZN3lwt4waitIiEESt4pairIT_S1_Ev",
            "_ZN1aE",
            "17hE",
        ] {
            assert!(!is_our_name(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn functions_of_the_headers_are_the_librarys() {
        for ours in [
            "/usr/include/lwt.h",
            "include/lwt_unix.h",
            "a/lwt/future.hpp",
        ] {
            assert!(is_header(ours), "{ours}");
        }
        for other in ["lwt.c", "main.cpp", "src/lwt_main.c", "my/queue.hpp", ""] {
            assert!(!is_header(other), "{other}");
        }
    }
}

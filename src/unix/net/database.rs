//! `Lwt_unix.gethostbyname` and its kin: hosts, services and protocols by name
//! and by number, and the machine's own name. Jobs of the resolver's pool, where
//! the system's re-entrant functions are called: none waits for another.

use super::resolver;
use crate::abi::{LWT_FAILURE, LWT_NOT_FOUND};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise, text};
use crate::value::{DropFn, Value};
use libc::{c_char, c_int, hostent, protoent, servent};
use std::ffi::{CStr, CString};
use std::ptr::{null, null_mut};

unsafe extern "C" {
    fn gethostbyname_r(
        name: *const c_char,
        result: *mut hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
    fn gethostbyaddr_r(
        address: *const libc::c_void,
        len: libc::socklen_t,
        family: c_int,
        result: *mut hostent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut hostent,
        h_errno: *mut c_int,
    ) -> c_int;
    fn getservbyname_r(
        name: *const c_char,
        protocol: *const c_char,
        result: *mut servent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut servent,
    ) -> c_int;
    fn getservbyport_r(
        port: c_int,
        protocol: *const c_char,
        result: *mut servent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut servent,
    ) -> c_int;
    fn getprotobyname_r(
        name: *const c_char,
        result: *mut protoent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut protoent,
    ) -> c_int;
    fn getprotobynumber_r(
        number: c_int,
        result: *mut protoent,
        buffer: *mut c_char,
        size: usize,
        found: *mut *mut protoent,
    ) -> c_int;
    fn hstrerror(code: c_int) -> *const c_char;
}

/// The codes of hosts, beside errnos.
const HOST_NOT_FOUND: c_int = 1;
const NO_DATA: c_int = 4;

/// A structure of the system with the texts that it points to behind it, in one
/// block of the C library's.
struct Entry<T>(*mut T);

// SAFETY: memory that belongs to whoever has it, not to a thread.
unsafe impl<T> Send for Entry<T> {}

impl<T> Drop for Entry<T> {
    fn drop(&mut self) {
        // SAFETY: made by malloc(), or NULL.
        unsafe { libc::free(self.0.cast()) }
    }
}

impl<T> Entry<T> {
    fn into_value(self) -> Value {
        let block = std::mem::ManuallyDrop::new(self).0;
        Value::new(block.cast(), Some(libc::free as DropFn))
    }
}

/// Why there is no entry.
enum Miss {
    Absent,
    NoMemory,
    Failed(c_int),
    /// A code of the host data base.
    Host(c_int),
}

/// A first room for texts; it grows as need be, to the second.
const ROOM: usize = 1024;
const MOST_ROOM: usize = 16 << 20;

/// Calls one of the functions above, which gets the structure, the room for
/// texts and its size, and where to tell that it found something.
fn entry<T>(
    mut ask: impl FnMut(*mut T, *mut c_char, usize, *mut *mut T) -> Result<(), Miss>,
) -> Result<Entry<T>, Miss> {
    let mut room = ROOM;
    loop {
        // SAFETY: a block of that size, or NULL.
        let block = unsafe { libc::malloc(size_of::<T>() + room) }.cast::<T>();
        if block.is_null() {
            return Err(Miss::NoMemory);
        }
        let entry = Entry(block);
        let mut found = null_mut();
        // SAFETY: the texts' room begins behind the structure.
        let texts = unsafe { block.add(1) }.cast();
        let told = ask(block, texts, room, &raw mut found);
        // Looked at first: a code may be left from a source that knew nothing.
        if !found.is_null() {
            return Ok(entry);
        }
        match told {
            Err(Miss::Failed(libc::ERANGE)) if room < MOST_ROOM => room *= 4,
            Err(miss) => return Err(miss),
            Ok(()) => return Err(Miss::Absent),
        }
    }
}

/// What a function that returns an errno, and ENOENT at times for what is not
/// there, says.
fn plain(code: c_int) -> Result<(), Miss> {
    match code {
        0 => Ok(()),
        libc::ENOENT => Err(Miss::Absent),
        errno => Err(Miss::Failed(errno)),
    }
}

/// What one that has codes of its own says.
fn host(errno: c_int, code: c_int) -> Result<(), Miss> {
    match (errno, code) {
        (libc::ERANGE, _) => Err(Miss::Failed(errno)),
        (_, HOST_NOT_FOUND | NO_DATA) => Err(Miss::Absent),
        (0, _) => Ok(()),
        (_, -1) => Err(Miss::Failed(errno)),
        _ => Err(Miss::Host(code)),
    }
}

fn outcome<T>(found: Result<Entry<T>, Miss>, function: &CStr, asked: &[u8]) -> Outcome {
    let told = |kind, text: &[u8]| {
        let parts = [function.to_bytes(), b": ", text, b": \"", asked, b"\""];
        Exn::new(kind, parts.concat())
    };
    match found {
        Ok(entry) => Ok(entry.into_value()),
        Err(Miss::Absent) => Err(told(LWT_NOT_FOUND, b"not found")),
        Err(Miss::NoMemory) => Err(Exn::out_of_memory()),
        Err(Miss::Failed(errno)) => {
            let asked = CString::new(asked).unwrap_or_default();
            Err(Exn::unix(errno, function, &asked))
        }
        Err(Miss::Host(code)) => {
            // SAFETY: a text that is always there.
            let text = unsafe { CStr::from_ptr(hstrerror(code)) };
            Err(told(LWT_FAILURE, text.to_bytes()))
        }
    }
}

/// `Lwt_unix.gethostbyname`: a `struct hostent *`.
pub fn gethostbyname(name: &CStr) -> Promise {
    let name = name.to_owned();
    let work = move || {
        let found = entry(|to, texts, size, found| {
            let mut code = 0;
            // SAFETY: a text, and rooms of the sizes told.
            let errno =
                unsafe { gethostbyname_r(name.as_ptr(), to, texts, size, found, &raw mut code) };
            host(errno, code)
        });
        (found, name)
    };
    let result = |(found, name): (_, CString)| outcome(found, c"gethostbyname", name.as_bytes());
    resolver::run("lwt_unix_gethostbyname", work, result)
}

/// `Lwt_unix.gethostbyaddr`: a `struct hostent *` of 4 or 16 bytes.
pub fn gethostbyaddr(address: std::net::IpAddr) -> Promise {
    let work = move || {
        let (bytes, family) = match address {
            std::net::IpAddr::V4(v4) => (v4.octets().to_vec(), libc::AF_INET),
            std::net::IpAddr::V6(v6) => (v6.octets().to_vec(), libc::AF_INET6),
        };
        entry(|to, texts, size, found| {
            let mut code = 0;
            let len = bytes.len() as libc::socklen_t;
            // SAFETY: an address of that length, and rooms of the sizes told.
            let errno = unsafe {
                let bytes = bytes.as_ptr().cast();
                gethostbyaddr_r(bytes, len, family, to, texts, size, found, &raw mut code)
            };
            host(errno, code)
        })
    };
    let asked = address.to_string();
    let result = move |found| outcome(found, c"gethostbyaddr", asked.as_bytes());
    resolver::run("lwt_unix_gethostbyaddr", work, result)
}

/// `Lwt_unix.getservbyname`: a `struct servent *`. No protocol: any.
pub fn getservbyname(name: &CStr, protocol: Option<&CStr>) -> Promise {
    let (name, protocol) = (name.to_owned(), protocol.map(CStr::to_owned));
    let work = move || {
        let found = entry(|to, texts, size, found| {
            let protocol = protocol.as_ref().map_or(null(), |text| text.as_ptr());
            // SAFETY: texts, and rooms of the sizes told.
            plain(unsafe { getservbyname_r(name.as_ptr(), protocol, to, texts, size, found) })
        });
        (found, name)
    };
    let result = |(found, name): (_, CString)| outcome(found, c"getservbyname", name.as_bytes());
    resolver::run("lwt_unix_getservbyname", work, result)
}

/// `Lwt_unix.getservbyport`: a `struct servent *`. No protocol: any.
pub fn getservbyport(port: u16, protocol: Option<&CStr>) -> Promise {
    let protocol = protocol.map(CStr::to_owned);
    let work = move || {
        entry(|to, texts, size, found| {
            let protocol = protocol.as_ref().map_or(null(), |text| text.as_ptr());
            let port = c_int::from(port.to_be());
            // SAFETY: texts, and rooms of the sizes told.
            plain(unsafe { getservbyport_r(port, protocol, to, texts, size, found) })
        })
    };
    let result = move |found| outcome(found, c"getservbyport", port.to_string().as_bytes());
    resolver::run("lwt_unix_getservbyport", work, result)
}

/// `Lwt_unix.getprotobyname`: a `struct protoent *`.
pub fn getprotobyname(name: &CStr) -> Promise {
    let name = name.to_owned();
    let work = move || {
        let found = entry(|to, texts, size, found| {
            // SAFETY: a text, and rooms of the sizes told.
            plain(unsafe { getprotobyname_r(name.as_ptr(), to, texts, size, found) })
        });
        (found, name)
    };
    let result = |(found, name): (_, CString)| outcome(found, c"getprotobyname", name.as_bytes());
    resolver::run("lwt_unix_getprotobyname", work, result)
}

/// `Lwt_unix.getprotobynumber`: a `struct protoent *`.
pub fn getprotobynumber(number: c_int) -> Promise {
    let work = move || {
        entry(|to, texts, size, found| {
            // SAFETY: rooms of the sizes told.
            plain(unsafe { getprotobynumber_r(number, to, texts, size, found) })
        })
    };
    let result = move |found| outcome(found, c"getprotobynumber", number.to_string().as_bytes());
    resolver::run("lwt_unix_getprotobynumber", work, result)
}

/// `Lwt_unix.gethostname`: a `struct lwt_string *`.
pub fn gethostname() -> Promise {
    let work = || {
        // Names have 64 bytes at most; what does not fit is cut.
        let mut name: [c_char; 256] = [0; 256];
        // SAFETY: the last byte stays NUL; errno is this thread's.
        unsafe {
            match libc::gethostname(name.as_mut_ptr(), name.len() - 1) {
                0 => Ok(CStr::from_ptr(name.as_ptr()).to_owned()),
                _ => Err(*libc::__errno_location()),
            }
        }
    };
    let result = |name: Result<CString, c_int>| {
        let name = name.map_err(|errno| Exn::unix(errno, c"gethostname", c""))?;
        let bytes = name.as_bytes();
        // SAFETY: that many bytes.
        let copy = unsafe { text::copy(bytes.as_ptr().cast(), bytes.len()) };
        match copy.is_null() {
            true => Err(Exn::out_of_memory()),
            false => Ok(text::into_value(copy)),
        }
    };
    resolver::run("lwt_unix_gethostname", work, result)
}

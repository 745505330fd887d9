//! `Lwt_unix.getaddrinfo` and `Lwt_unix.getnameinfo`: addresses of names and
//! names of addresses, as jobs of the resolver's pool. Calls the system there.

use super::address::Address;
use super::resolver;
use crate::abi::{LWT_FAILURE, LWT_INVALID_ARGUMENT, LWT_NOT_FOUND};
use crate::exn::Exn;
use crate::promise::{Outcome, Promise};
use crate::value::{DropFn, Value};
use libc::{addrinfo, c_char, c_int};
use std::ffi::{CStr, CString, c_void};
use std::mem::MaybeUninit;

/// What the list is to hold: the fields of `struct addrinfo` that are looked at.
#[derive(Clone, Copy, Default)]
pub struct Hints {
    /// `AI_…`
    pub flags: c_int,
    /// `AF_…`
    pub family: c_int,
    /// `SOCK_…`
    pub socktype: c_int,
    /// `IPPROTO_…`
    pub protocol: c_int,
}

/// The list that getaddrinfo() made.
struct List(*mut addrinfo);

// SAFETY: memory that belongs to whoever has it, not to a thread.
unsafe impl Send for List {}

impl List {
    fn into_value(self) -> Value {
        let list = std::mem::ManuallyDrop::new(self).0;
        match list.is_null() {
            true => Value::UNIT,
            false => Value::new(list.cast(), Some(free_list as DropFn)),
        }
    }
}

impl Drop for List {
    fn drop(&mut self) {
        // SAFETY: made by getaddrinfo(), and dropped once.
        unsafe { release(self.0) }
    }
}

unsafe extern "C" fn free_list(list: *mut c_void) {
    // SAFETY: the drop function of the value above.
    unsafe { release(list.cast()) }
}

/// Frees a list; nothing for NULL.
///
/// # Safety
/// getaddrinfo() made it, and it was not freed since.
pub unsafe fn release(list: *mut addrinfo) {
    if !list.is_null() {
        // SAFETY: the caller's promise.
        unsafe { libc::freeaddrinfo(list) }
    }
}

/// The addresses of a list, in its order, each with its kind of socket and its
/// protocol. Those that are too long to be one are left out.
///
/// # Safety
/// NULL or a live list of `struct addrinfo`, whose addresses are as long as it
/// says.
pub unsafe fn addresses(list: *const addrinfo) -> Vec<(Address, c_int, c_int)> {
    let mut all = Vec::new();
    let mut at = list;
    // SAFETY: the caller's promise.
    while let Some(info) = unsafe { at.as_ref() } {
        // SAFETY: the caller's promise.
        if let Some(address) = unsafe { Address::copy(info.ai_addr, info.ai_addrlen) } {
            all.push((address, info.ai_socktype, info.ai_protocol));
        }
        at = info.ai_next;
    }
    all
}

/// What a look-up that went wrong means.
enum Wrong {
    /// There is no such name.
    Nothing,
    Failed(Exn),
}

fn wrong(code: c_int, errno: c_int, function: &CStr, argument: &CStr) -> Wrong {
    let told = |kind| {
        // SAFETY: a text that is always there.
        let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) };
        let parts = [
            function.to_bytes(),
            b": ",
            text.to_bytes(),
            b": \"",
            argument.to_bytes(),
            b"\"",
        ];
        Wrong::Failed(Exn::new(kind, parts.concat()))
    };
    match code {
        libc::EAI_NONAME | libc::EAI_NODATA | EAI_ADDRFAMILY | libc::EAI_SERVICE => Wrong::Nothing,
        libc::EAI_SYSTEM => Wrong::Failed(Exn::unix(errno, function, argument)),
        libc::EAI_MEMORY => Wrong::Failed(Exn::out_of_memory()),
        libc::EAI_BADFLAGS | libc::EAI_FAMILY | libc::EAI_SOCKTYPE => told(LWT_INVALID_ARGUMENT),
        _ => told(LWT_FAILURE),
    }
}

/// The name has addresses, but none of the family that was asked for. A number
/// of glibc's own.
const EAI_ADDRFAMILY: c_int = -9;

fn errno() -> c_int {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() }
}

/// `Lwt_unix.getaddrinfo`: the value is the `struct addrinfo *` of the system,
/// NULL if there is nothing.
pub fn getaddrinfo(host: Option<&CStr>, service: Option<&CStr>, hints: Hints) -> Promise {
    let (host, service) = (host.map(CStr::to_owned), service.map(CStr::to_owned));
    let work = move || {
        // SAFETY: zero is fine for what is not looked at.
        let mut wanted: addrinfo = unsafe { MaybeUninit::zeroed().assume_init() };
        wanted.ai_flags = hints.flags;
        wanted.ai_family = hints.family;
        wanted.ai_socktype = hints.socktype;
        wanted.ai_protocol = hints.protocol;
        let mut list = std::ptr::null_mut();
        let text = |text: &Option<CString>| text.as_ref().map_or(std::ptr::null(), |t| t.as_ptr());
        // SAFETY: texts that end with NUL bytes, and room for the list.
        let code =
            unsafe { libc::getaddrinfo(text(&host), text(&service), &wanted, &raw mut list) };
        let errno = errno();
        let list = List(if code == 0 {
            list
        } else {
            std::ptr::null_mut()
        });
        (code, errno, list, host.or(service))
    };
    let result = |(code, errno, list, asked): (c_int, c_int, List, Option<CString>)| {
        if code == 0 {
            return Ok(list.into_value());
        }
        match wrong(code, errno, c"getaddrinfo", &asked.unwrap_or_default()) {
            Wrong::Nothing => Ok(Value::UNIT),
            Wrong::Failed(exn) => Err(exn),
        }
    };
    resolver::run("lwt_unix_getaddrinfo", work, result)
}

/// The names of an address, `Unix.name_info`.
#[repr(C)]
pub struct lwt_unix_name_info {
    /// The name of the host, or its address in digits.
    pub hostname: *mut c_char,
    /// The name of the service, or the port's number.
    pub service: *mut c_char,
}

/// Both in one block of the C library's.
fn name_info(host: &CStr, service: &CStr) -> Outcome {
    let head = size_of::<lwt_unix_name_info>();
    let (host, service) = (host.to_bytes_with_nul(), service.to_bytes_with_nul());
    // SAFETY: the block has room for the head and both texts.
    unsafe {
        let block = libc::malloc(head + host.len() + service.len()).cast::<u8>();
        if block.is_null() {
            return Err(Exn::out_of_memory());
        }
        let first = block.add(head);
        let second = first.add(host.len());
        std::ptr::copy_nonoverlapping(host.as_ptr(), first, host.len());
        std::ptr::copy_nonoverlapping(service.as_ptr(), second, service.len());
        block
            .cast::<lwt_unix_name_info>()
            .write(lwt_unix_name_info {
                hostname: first.cast(),
                service: second.cast(),
            });
        Ok(Value::new(block.cast(), Some(libc::free as DropFn)))
    }
}

/// `NI_MAXHOST` and `NI_MAXSERV` of the system.
const HOST_ROOM: usize = 1025;
const SERVICE_ROOM: usize = 32;

/// `Lwt_unix.getnameinfo`: the value is a `struct lwt_unix_name_info *`.
pub fn getnameinfo(address: Address, flags: c_int) -> Promise {
    let work = move || {
        let mut host: [c_char; HOST_ROOM] = [0; HOST_ROOM];
        let mut service: [c_char; SERVICE_ROOM] = [0; SERVICE_ROOM];
        // SAFETY: an address with its length, and two rooms with theirs; what
        // is written ends with a NUL byte.
        unsafe {
            let code = getnameinfo_c(address, &mut host, &mut service, flags);
            let errno = errno();
            let text = |room: &[c_char]| CStr::from_ptr(room.as_ptr()).to_owned();
            (code, errno, text(&host), text(&service), address)
        }
    };
    let result = |(code, errno, host, service, address): (_, _, CString, CString, Address)| {
        if code == 0 {
            return name_info(&host, &service);
        }
        let asked = CString::new(address.to_text()).unwrap_or_default();
        Err(match wrong(code, errno, c"getnameinfo", &asked) {
            Wrong::Nothing => Exn::new(
                LWT_NOT_FOUND,
                [
                    b"getnameinfo: there is no name for \"",
                    asked.as_bytes(),
                    b"\"",
                ]
                .concat(),
            ),
            Wrong::Failed(exn) => exn,
        })
    };
    resolver::run("lwt_unix_getnameinfo", work, result)
}

unsafe fn getnameinfo_c(
    address: Address,
    host: &mut [c_char],
    service: &mut [c_char],
    flags: c_int,
) -> c_int {
    // SAFETY: all lengths are those of what they go with.
    unsafe {
        libc::getnameinfo(
            address.as_ptr(),
            address.len,
            host.as_mut_ptr(),
            host.len() as libc::socklen_t,
            service.as_mut_ptr(),
            service.len() as libc::socklen_t,
            flags,
        )
    }
}

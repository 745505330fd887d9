//! `lwt_bytes.h`: module Lwt_bytes.

use super::lwt::{array, kind};

use super::lwt_unix::fd::{lwt_unix_fd, of_handle};
use super::lwt_unix::socket::lent;
use crate::abi::*;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::promise::{Promise, failed, resolved, text};
use crate::unix::bytes::{self, Advice, Bytes};
use crate::unix::fd::Fd;
use crate::unix::net::address::lwt_unix_sockaddr;
use crate::unix::net::transfer;
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// Bytes, `Lwt_bytes.t`. A handle of the thread that made it; the memory itself
/// may be used on any.
#[repr(C)]
pub struct lwt_bytes {
    _private: [u8; 0],
}

pub(in crate::capi) fn get(bytes: *const lwt_bytes, function: &str) -> Result<Rc<Bytes>, Exn> {
    // SAFETY: every handle of this kind is made of `Bytes`.
    unsafe { object::get(Kind::Bytes, bytes.cast(), function) }
}

fn handle(bytes: Rc<Bytes>) -> *mut lwt_bytes {
    object::new(Kind::Bytes, bytes).cast()
}

fn handle_or_null(bytes: Result<Rc<Bytes>, Exn>) -> *mut lwt_bytes {
    bytes.map_or(std::ptr::null_mut(), handle)
}

/// Returns `len` bytes, `Lwt_bytes.create`, all zero, owned by the caller:
/// lwt_bytes_release. They are aligned for any type. NULL: out of memory. On any
/// thread, whose the handle then is.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_create(len: usize) -> *mut lwt_bytes {
    Bytes::new(len).map_or(std::ptr::null_mut(), handle)
}

/// Returns a copy of the `len` bytes at `data`, `Lwt_bytes.of_bytes` and
/// `of_string`, owned by the caller. NULL: out of memory, or `data` is NULL and
/// `len` is not 0.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_of_string(data: *const c_void, len: usize) -> *mut lwt_bytes {
    // SAFETY: the caller's promise.
    let Ok(data) = (unsafe { array("lwt_bytes_of_string", data.cast::<u8>(), len) }) else {
        return std::ptr::null_mut();
    };
    let copy = Bytes::new(len);
    copy.map_or(std::ptr::null_mut(), |copy| {
        // SAFETY: both are that long, and the second is new.
        unsafe { std::ptr::copy_nonoverlapping(data.as_ptr(), copy.data(), len) };
        handle(copy)
    })
}

/// One more reference to the same bytes, owned by the caller. NULL: they are not
/// this thread's.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_retain(bytes: *const lwt_bytes) -> *mut lwt_bytes {
    object::retain(Kind::Bytes, bytes.cast()).cast()
}

/// Gives up a reference. The memory is freed, or unmapped, when the last view of it
/// is gone and nothing uses it any more. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_release(bytes: *mut lwt_bytes) {
    // SAFETY: every handle of this kind is made of `Bytes`.
    drop(unsafe { object::release::<Bytes>(Kind::Bytes, bytes.cast(), "") });
}

/// How many bytes there are, `Lwt_bytes.length`. 0 for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_length(bytes: *const lwt_bytes) -> usize {
    get(bytes, "lwt_bytes_length").map_or(0, |bytes| bytes.len())
}

/// Where the bytes are, to be read and written as any memory, as long as the handle
/// is kept: what `Lwt_bytes.unsafe_get` and its kin are to Lwt. Not NULL, also
/// where there are none; NULL for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_data(bytes: *const lwt_bytes) -> *mut c_void {
    get(bytes, "lwt_bytes_data").map_or(std::ptr::null_mut(), |bytes| bytes.data().cast())
}

/// The byte at an index, `Lwt_bytes.get`: 0 to 255, or minus the kind of the error:
/// LWT_INVALID_ARGUMENT (there is none, or the handle is bad) or LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_get(bytes: *const lwt_bytes, index: usize) -> c_int {
    const NAME: &str = "lwt_bytes_get";
    match get(bytes, NAME).and_then(|bytes| bytes.part(NAME, index, 1)) {
        // SAFETY: a byte that is there.
        Ok(at) => c_int::from(unsafe { at.read() }),
        Err(exn) => -exn.kind(),
    }
}

/// Sets the byte at an index, `Lwt_bytes.set`. Returns LWT_OK, LWT_INVALID_ARGUMENT
/// (there is none, or the handle is bad) or LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_set(bytes: *const lwt_bytes, index: usize, byte: u8) -> c_int {
    lwt_bytes_fill(bytes, index, 1, byte)
}

/// Sets `len` bytes from `pos` on, `Lwt_bytes.fill`. Returns as lwt_bytes_set.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_fill(
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    byte: u8,
) -> c_int {
    const NAME: &str = "lwt_bytes_fill";
    let part = get(bytes, NAME).and_then(|bytes| bytes.part(NAME, pos, len));
    // SAFETY: bytes that are there.
    kind(part.map(|at| unsafe { at.write_bytes(byte, len) }))
}

/// Copies `len` bytes at `from_pos` of one to `to_pos` of the other,
/// `Lwt_bytes.blit`; they may overlap. Returns as lwt_bytes_set; nothing is copied
/// on an error.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_blit(
    from: *const lwt_bytes,
    from_pos: usize,
    to: *const lwt_bytes,
    to_pos: usize,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_bytes_blit";
    let source = get(from, NAME).and_then(|from| from.part(NAME, from_pos, len));
    let place = get(to, NAME).and_then(|to| to.part(NAME, to_pos, len));
    let both = source.and_then(|source| Ok((source, place?)));
    // SAFETY: bytes that are there.
    kind(both.map(|(source, place)| unsafe { source.copy_to(place, len) }))
}

/// Copies the `len` bytes at `data` to `pos`, `Lwt_bytes.blit_from_bytes`. Returns
/// as lwt_bytes_set.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_blit_from(
    data: *const c_void,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_bytes_blit_from";
    // SAFETY: the caller's promise.
    let data = unsafe { array(NAME, data.cast::<u8>(), len) };
    let place = get(bytes, NAME).and_then(|bytes| bytes.part(NAME, pos, len));
    let both = data.and_then(|data| Ok((data, place?)));
    // SAFETY: bytes that are there.
    kind(both.map(|(data, place)| unsafe { data.as_ptr().copy_to(place, len) }))
}

/// Copies `len` bytes at `pos` to `data`, `Lwt_bytes.blit_to_bytes`. Returns as
/// lwt_bytes_set.
///
/// # Safety
/// `data` is NULL or has room for `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_blit_to(
    bytes: *const lwt_bytes,
    pos: usize,
    data: *mut c_void,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_bytes_blit_to";
    // SAFETY: the caller's promise.
    let data = unsafe { array(NAME, data.cast_const().cast::<u8>(), len) }.map(|_| data);
    let source = get(bytes, NAME).and_then(|bytes| bytes.part(NAME, pos, len));
    let both = source.and_then(|source| Ok((source, data?)));
    // SAFETY: bytes that are there, and room for them.
    kind(both.map(|(source, data)| unsafe { source.copy_to(data.cast(), len) }))
}

/// A view of `len` bytes from `pos` on, which shares the memory and keeps it,
/// `Lwt_bytes.proxy`, owned by the caller. NULL: they are not all there, the handle
/// is bad, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_proxy(
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_bytes {
    const NAME: &str = "lwt_bytes_proxy";
    handle_or_null(get(bytes, NAME).and_then(|bytes| bytes.proxy(NAME, pos, len)))
}

/// A copy of `len` bytes from `pos` on, `Lwt_bytes.extract`, owned by the caller.
/// NULL as for lwt_bytes_proxy.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_extract(
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_bytes {
    const NAME: &str = "lwt_bytes_extract";
    handle_or_null(get(bytes, NAME).and_then(|bytes| bytes.extract(NAME, pos, len)))
}

/// A copy of all, `Lwt_bytes.copy`, owned by the caller. NULL: the handle is bad, or
/// memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_copy(bytes: *const lwt_bytes) -> *mut lwt_bytes {
    const NAME: &str = "lwt_bytes_copy";
    handle_or_null(get(bytes, NAME).and_then(|bytes| bytes.extract(NAME, 0, bytes.len())))
}

/// A copy of all as text, `Lwt_bytes.to_string`, owned by the caller:
/// lwt_string_release. NULL: the handle is bad, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_to_string(bytes: *const lwt_bytes) -> *mut text::lwt_string {
    let text = |bytes: Rc<Bytes>| {
        // SAFETY: bytes that are there.
        unsafe { text::copy(bytes.data().cast_const().cast(), bytes.len()) }
    };
    get(bytes, "lwt_bytes_to_string").map_or(std::ptr::null_mut(), text)
}

/// What `f` does with a descriptor and a part of the bytes.
fn lend(
    function: &str,
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    (pos, len): (usize, usize),
    f: impl FnOnce(&Rc<Fd>, *mut u8) -> Promise,
) -> *mut lwt_t {
    let both = of_handle(fd, function).and_then(|fd| Ok((fd, get(bytes, function)?)));
    let lent = both.map(|(fd, bytes)| bytes.lend(function, pos, len, |data| f(&fd, data)));
    lent.unwrap_or_else(failed).into_raw()
}

/// Reads at most `len` bytes to `pos`, `Lwt_bytes.read`: as lwt_unix_read, but the
/// memory is kept until the promise has resolved, also when `bytes` is released
/// before. LWT_INVALID_ARGUMENT too if there are not so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_read(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_t {
    lend("lwt_bytes_read", fd, bytes, (pos, len), |fd, data| {
        // SAFETY: the bytes are there, and kept.
        unsafe { fd.read(data, len) }
    })
}

/// Writes at most `len` bytes from `pos` on, `Lwt_bytes.write`: as lwt_unix_write,
/// but the memory is kept until the promise has resolved. LWT_INVALID_ARGUMENT too if
/// there are not so many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_write(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
) -> *mut lwt_t {
    lend("lwt_bytes_write", fd, bytes, (pos, len), |fd, data| {
        // SAFETY: the bytes are there, and kept.
        unsafe { fd.write(data, len) }
    })
}

/// Receives at most `len` bytes to `pos`, `Lwt_bytes.recv`: to lwt_unix_recv as
/// lwt_bytes_read is to lwt_unix_read.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_recv(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    flags: c_int,
) -> *mut lwt_t {
    lend("lwt_bytes_recv", fd, bytes, (pos, len), |fd, data| {
        // SAFETY: the bytes are there, and kept.
        unsafe { transfer::recv(fd, data, len, flags) }
    })
}

/// Sends at most `len` bytes from `pos` on, `Lwt_bytes.send`: to lwt_unix_send as
/// lwt_bytes_write is to lwt_unix_write.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_send(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    flags: c_int,
) -> *mut lwt_t {
    lend("lwt_bytes_send", fd, bytes, (pos, len), |fd, data| {
        // SAFETY: the bytes are there, and kept.
        unsafe { transfer::send(fd, data, len, flags) }
    })
}

/// As lwt_bytes_recv, and whom it is from, `Lwt_bytes.recvfrom`; otherwise as
/// lwt_unix_recvfrom.
///
/// # Safety
/// `from` is NULL or may be written until the promise has resolved.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_recvfrom(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    flags: c_int,
    from: *mut lwt_unix_sockaddr,
) -> *mut lwt_t {
    lend("lwt_bytes_recvfrom", fd, bytes, (pos, len), |fd, data| {
        // SAFETY: the bytes are there, and kept; `from` as this function asks for.
        unsafe { transfer::recvfrom(fd, data, len, flags, from) }
    })
}

/// As lwt_bytes_send, to an address, `Lwt_bytes.sendto`; otherwise as
/// lwt_unix_sendto.
///
/// # Safety
/// `to_len` bytes can be read at `to`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_sendto(
    fd: *const lwt_unix_fd,
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    flags: c_int,
    to: *const libc::sockaddr,
    to_len: libc::socklen_t,
) -> *mut lwt_t {
    const NAME: &str = "lwt_bytes_sendto";
    // SAFETY: as this function asks for.
    let to = unsafe { lent(to, to_len, NAME) };
    lend(NAME, fd, bytes, (pos, len), |fd, data| match to {
        // SAFETY: the bytes are there, and kept.
        Ok(to) => unsafe { transfer::sendto(fd, data, len, flags, to) },
        Err(exn) => failed(exn),
    })
}

/// Maps a file from `pos` on, which need not be a multiple of the page size,
/// `Lwt_bytes.map_file`. The value is a lwt_bytes *, owned by the promise
/// (lwt_take moves it out). `shared`: what is written to it is written to the file,
/// if that is open for reading and writing; it can't be written if it is open for
/// reading alone. Not shared: it is the program's own copy. `size`: how many bytes;
/// SIZE_MAX: all to the end of the file.
///
/// The call doesn't block; reading a page that isn't in memory does:
/// lwt_bytes_wait_mincore. As with mmap(2), to touch pages beyond the end of the file
/// ends the process with SIGBUS. Borrows `fd`, which may be closed at once. Fails with
/// LWT_UNIX_ERROR, function "map_file", LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a
/// bad handle, LWT_OUT_OF_MEMORY. On the descriptor's thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_map_file(
    fd: *const lwt_unix_fd,
    pos: u64,
    shared: bool,
    size: usize,
) -> *mut lwt_t {
    let size = (size != usize::MAX).then_some(size);
    let mapped = of_handle(fd, "lwt_bytes_map_file")
        .and_then(|fd| bytes::map_file(&fd, pos, shared, size))
        .and_then(|bytes| object::into_value(Kind::Bytes, bytes));
    mapped.map_or_else(failed, resolved).into_raw()
}

/// Are the bytes those of a mapped file, `Lwt_bytes.mapped`? False for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_mapped(bytes: *const lwt_bytes) -> bool {
    get(bytes, "lwt_bytes_mapped").is_ok_and(|bytes| bytes.is_mapped())
}

/// Tells the kernel how the bytes will be used, `Lwt_bytes.madvise`: `advice` is one of
/// madvise(2), MADV_WILLNEED and so on; those by which memory loses what is in it are
/// for mapped files alone. Returns LWT_OK, LWT_UNIX_ERROR, LWT_INVALID_ARGUMENT or
/// LWT_WRONG_THREAD.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_madvise(
    bytes: *const lwt_bytes,
    pos: usize,
    len: usize,
    advice: c_int,
) -> c_int {
    let advice: Advice = advice;
    kind(get(bytes, "lwt_bytes_madvise").and_then(|bytes| bytes.advise(pos, len, advice)))
}

/// How many bytes a page has, `Lwt_bytes.page_size`. On any thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_page_size() -> usize {
    bytes::page_size()
}

/// Which pages are in memory, `Lwt_bytes.mincore`: one truth value for each of `n`
/// pages from `pos` on. Returns LWT_OK, LWT_UNIX_ERROR, LWT_WRONG_THREAD, or
/// LWT_INVALID_ARGUMENT: these are not whole pages of the bytes (the last one need not
/// be whole), or the handle is bad; `states` is unchanged then.
///
/// # Safety
/// `states` is NULL or has room for `n` of them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_bytes_mincore(
    bytes: *const lwt_bytes,
    pos: usize,
    states: *mut bool,
    n: usize,
) -> c_int {
    const NAME: &str = "lwt_bytes_mincore";
    // SAFETY: the caller's promise; that they hold no truth values yet does no harm
    // to bytes.
    let room = unsafe { array(NAME, states.cast_const().cast::<u8>(), n) }.map(<[u8]>::len);
    let told = get(bytes, NAME).and_then(|bytes| {
        let mut told = vec![false; room?];
        bytes.in_core(pos, &mut told)?;
        // SAFETY: there is room for `n`.
        unsafe { states.copy_from(told.as_ptr(), n) };
        Ok(())
    });
    kind(told)
}

/// Returns a promise of LWT_UNIT that is fulfilled when the page that holds this byte
/// is in memory, `Lwt_bytes.wait_mincore`: at once if it is, else when a worker has
/// had it read, so that the main loop need not wait for the disk.
///
/// Fails with LWT_UNIX_ERROR, function "wait_mincore" (EFAULT: the file has become
/// shorter), LWT_INVALID_ARGUMENT (there is no such byte, or the handle is bad),
/// LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, LWT_CANCELED, which loses nothing. On the thread
/// of the handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_bytes_wait_mincore(bytes: *const lwt_bytes, pos: usize) -> *mut lwt_t {
    match get(bytes, "lwt_bytes_wait_mincore") {
        Ok(bytes) => bytes.wait_in_core(pos).into_raw(),
        Err(exn) => failed(exn).into_raw(),
    }
}

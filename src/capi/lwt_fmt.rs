//! `lwt_fmt.h`: module Lwt_fmt.

use super::lwt::{array, kind};
use super::lwt_io::channel::lwt_io_channel;
use super::lwt_io::output;
use super::lwt_stream::create::{both, lwt_stream};
use super::lwt_stream::given;
use crate::abi::*;
use crate::data::stream::Push;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::Standard;
use crate::io::fmt::{self, Fmt, Order};
use crate::promise::{Promise, call, failed, resolved};
use crate::value::{Env, Value};
use std::ffi::{c_char, c_int, c_void};
use std::rc::Rc;

/// A formatter, `Lwt_fmt.formatter`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_fmt {
    _private: [u8; 0],
}

/// What is to be done with the output, `Lwt_fmt.order`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_fmt_order {
    /// Flush; else write the bytes.
    pub flush: bool,
    /// How many bytes.
    pub len: usize,
    /// The bytes, and a NUL behind them.
    pub data: *const c_char,
}

/// Performs an order, which is borrowed for the call, and returns a promise.
pub type lwt_fmt_commit_fn =
    Option<unsafe extern "C" fn(order: *const lwt_fmt_order, env: *mut c_void) -> *mut lwt_t>;

fn get(formatter: *const lwt_fmt, function: &str) -> Result<Rc<Fmt>, Exn> {
    // SAFETY: every handle of this kind is made of a `Fmt`.
    unsafe { object::get(Kind::Formatter, formatter.cast(), function) }
}

fn handle(formatter: Rc<Fmt>) -> *mut lwt_fmt {
    object::new(Kind::Formatter, formatter).cast()
}

fn or_failed(promise: Result<Promise, Exn>) -> *mut lwt_t {
    promise.unwrap_or_else(failed).into_raw()
}

/// The order as C sees it; the bytes are those of `text`, which end with a NUL.
fn view(order: &Order) -> (Vec<u8>, bool) {
    match order {
        Order::Text(bytes) => ([bytes, &b"\0"[..]].concat(), false),
        Order::Flush => (vec![0], true),
    }
}

/// Returns a formatter that writes to a channel, `Lwt_fmt.of_channel`, owned by the
/// caller: lwt_fmt_release. Borrows `channel`, which the formatter keeps. NULL: it is no
/// channel for writing of this thread's, or memory ran out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_of_channel(channel: *const lwt_io_channel) -> *mut lwt_fmt {
    match output(channel, "lwt_fmt_of_channel") {
        Ok(channel) => handle(Fmt::of_channel(channel)),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Returns a formatter whose orders `commit(order, env)` performs, one after the other,
/// `Lwt_fmt.make_formatter`, owned by the caller. `drop_env` runs once, with the last
/// handle of the formatter and not before what is under way has ended. NULL, and
/// `drop_env` has run: `commit` is NULL, or memory ran out. On any thread, whose it then is.
///
/// # Safety
/// `commit` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fmt_make_formatter(
    commit: lwt_fmt_commit_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_fmt {
    const NAME: &str = "lwt_fmt_make_formatter";
    let env = Env::new(env, drop_env);
    let Some(f) = commit else {
        return std::ptr::null_mut();
    };
    let perform = move |order: Order| {
        let (bytes, flush) = view(&order);
        let order = lwt_fmt_order {
            flush,
            len: bytes.len() - 1,
            data: bytes.as_ptr().cast(),
        };
        // SAFETY: the caller says that `commit` may be called with `env`.
        call::promise_of(f as usize, NAME, || unsafe {
            f(&raw const order, env.word())
        })
    };
    handle(Fmt::new(Rc::new(perform)))
}

/// Returns a formatter and, in `*orders`, the stream of its orders,
/// `Lwt_fmt.make_stream`; the caller owns both. Each element is a struct lwt_fmt_order *,
/// one block of memory that the stream owns (free() when it was moved out). The stream ends
/// with the last handle of the formatter. NULL, as is `*orders`: memory ran out, or `orders`
/// is NULL. On any thread, whose they then are.
///
/// # Safety
/// `orders` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fmt_make_stream(orders: *mut *mut lwt_stream) -> *mut lwt_fmt {
    if orders.is_null() {
        return std::ptr::null_mut();
    }
    let (stream, push) = crate::data::stream::Push::create();
    let push = Closing(push);
    let commit = move |order: Order| {
        let pushed = in_one_block(&order).and_then(|order| push.0.push(order));
        pushed.map_or_else(failed, |()| resolved(Value::UNIT))
    };
    let (stream, formatter) = both(given(stream), handle(Fmt::new(Rc::new(commit))));
    // SAFETY: the caller's promise.
    unsafe { *orders = stream };
    formatter
}

/// The end of a stream that ends with its formatter.
struct Closing(Push);

impl Drop for Closing {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// An order with its bytes behind it, as a value.
fn in_one_block(order: &Order) -> Result<Value, Exn> {
    let (bytes, flush) = view(order);
    // SAFETY: room for both.
    let block = unsafe { libc::malloc(size_of::<lwt_fmt_order>() + bytes.len()) };
    if block.is_null() {
        return Err(Exn::out_of_memory());
    }
    let head = block.cast::<lwt_fmt_order>();
    // SAFETY: the block has room for the head and, behind it, the bytes.
    unsafe {
        let data = head.add(1).cast::<c_char>();
        data.copy_from_nonoverlapping(bytes.as_ptr().cast(), bytes.len());
        head.write(lwt_fmt_order {
            flush,
            len: bytes.len() - 1,
            data,
        });
    }
    Ok(Value::new(block, Some(libc::free)))
}

/// A formatter for standard output, `Lwt_fmt.stdout`, owned by the caller. What is
/// printed through several of them is written in the order of the calls. NULL: memory ran
/// out.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_stdout() -> *mut lwt_fmt {
    handle(Fmt::of_standard(Standard::Output))
}

/// A formatter for standard error, `Lwt_fmt.stderr`; as lwt_fmt_stdout.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_stderr() -> *mut lwt_fmt {
    handle(Fmt::of_standard(Standard::Error))
}

/// One more reference to the same formatter, owned by the caller. NULL: it is not a
/// formatter of this thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_retain(formatter: *const lwt_fmt) -> *mut lwt_fmt {
    object::retain(Kind::Formatter, formatter.cast()).cast()
}

/// Gives up a reference. What is queued and was not performed is lost with the last one.
/// Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_release(formatter: *mut lwt_fmt) {
    // SAFETY: every handle of this kind is made of a `Fmt`.
    drop(unsafe { object::release::<Fmt>(Kind::Formatter, formatter.cast(), "") });
}

/// Queues `len` bytes, which are copied, and performs nothing. Returns LWT_OK,
/// LWT_INVALID_ARGUMENT (also: `data` is NULL and `len` is not 0), LWT_WRONG_THREAD or
/// LWT_OUT_OF_MEMORY.
///
/// # Safety
/// `data` is NULL or the start of `len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fmt_put(
    formatter: *const lwt_fmt,
    data: *const c_char,
    len: usize,
) -> c_int {
    const NAME: &str = "lwt_fmt_put";
    // SAFETY: the caller's promise.
    let bytes = unsafe { array(NAME, data.cast::<u8>(), len) };
    let put = get(formatter, NAME).and_then(|formatter| formatter.put(bytes?));
    kind(put)
}

/// Performs what is queued, `Lwt_fmt.write_pending`: returns a promise of LWT_UNIT that is
/// fulfilled when all of it is. What other calls have begun comes first. If an order
/// fails, so does the promise, and the orders after it are lost; as when it is
/// cancelled. LWT_INVALID_ARGUMENT or LWT_WRONG_THREAD for a bad handle.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_write_pending(formatter: *const lwt_fmt) -> *mut lwt_t {
    or_failed(get(formatter, "lwt_fmt_write_pending").map(|formatter| formatter.perform()))
}

/// The same, and then a flush, `Lwt_fmt.flush`.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_fmt_flush(formatter: *const lwt_fmt) -> *mut lwt_t {
    or_failed(get(formatter, "lwt_fmt_flush").map(|formatter| formatter.flush()))
}

/// Performs one order on a channel, `Lwt_fmt.write_order`: writes, or flushes. Borrows
/// both. Fails as lwt_io_write and lwt_io_flush do; LWT_INVALID_ARGUMENT if `order` is NULL.
///
/// # Safety
/// `order` is NULL or as the library made it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_fmt_write_order(
    channel: *const lwt_io_channel,
    order: *const lwt_fmt_order,
) -> *mut lwt_t {
    const NAME: &str = "lwt_fmt_write_order";
    // SAFETY: the caller's promise.
    let order = unsafe { order.as_ref() }
        .ok_or_else(|| Exn::invalid("lwt_fmt_write_order: the order is NULL"));
    let order = order.and_then(|order| match order.flush {
        true => Ok(Order::Flush),
        // SAFETY: as above.
        false => unsafe { array(NAME, order.data.cast::<u8>(), order.len) }
            .map(|bytes| Order::Text(bytes.to_vec())),
    });
    let both = output(channel, NAME).and_then(|channel| Ok((channel, order?)));
    or_failed(both.map(|(channel, order)| fmt::write_order(&channel, order)))
}

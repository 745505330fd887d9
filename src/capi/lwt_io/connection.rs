//! `lwt_io.h`, connections. Module Lwt_io.

use super::channel::{lwt_io_channel, size_of_buffer};
use super::direct::Lent;
use super::{input, output, promised};
use crate::abi::{lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_unix::fd::{into_handle, lwt_unix_fd, of_handle};
use crate::capi::lwt_unix::socket::lent;
use crate::capi::text::{optional, text};
use crate::exn::Exn;
use crate::io::connection::{self, Make, Pair, Prepare};
use crate::options;
use crate::promise::future::spawn;
use crate::promise::{Promise, call, failed};
use crate::unix::fd::Fd;
use crate::value::Env;
use libc::{sockaddr, socklen_t};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;

/// Called with a socket before it is connected, to bind it or set its options; what it
/// raises (lwt_raise) is what the connection fails with. It borrows the socket.
pub type lwt_io_prepare_fn =
    Option<unsafe extern "C" fn(socket: *const lwt_unix_fd, env: *mut c_void)>;

/// What is done with the channels of a connection, which are borrowed until the promise that
/// it returns has resolved.
pub type lwt_io_connection_fn = Option<
    unsafe extern "C" fn(
        input: *const lwt_io_channel,
        output: *const lwt_io_channel,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// How a connection is made. lwt_io_connection_options_default makes one; only `size` is not
/// zero in there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_io_connection_options {
    /// sizeof(struct lwt_io_connection_options), so that it can grow.
    pub size: usize,
    /// The socket to be connected, which is borrowed; NULL: a new one.
    pub fd: *const lwt_unix_fd,
    /// Called before it is connected, while the call lasts; NULL: nothing is.
    pub prepare: lwt_io_prepare_fn,
    /// What that is called with.
    pub prepare_env: *mut c_void,
    /// The size of the input channel's buffer; 0: the default.
    pub in_buffer_size: usize,
    /// The size of the output channel's buffer; 0: the default.
    pub out_buffer_size: usize,
    /// Not 0: small messages may wait for others; otherwise TCP_NODELAY is set, where there
    /// is such a thing.
    pub delay: c_int,
}

pub(super) fn buffer(size: usize, function: &str) -> Result<Option<usize>, Exn> {
    let wrong = || Exn::invalid(&format!("{function}: there is no such size of a buffer"));
    size_of_buffer(size).ok_or_else(wrong)
}

/// The descriptor of an option.
pub(super) fn given_fd(fd: *const lwt_unix_fd, function: &str) -> Result<Option<Rc<Fd>>, Exn> {
    match fd.is_null() {
        true => Ok(None),
        false => of_handle(fd, function).map(Some),
    }
}

/// Options of a connection, understood.
struct How {
    fd: Option<Rc<Fd>>,
    prepare: Option<Prepare>,
    make: Make,
}

impl How {
    /// # Safety
    /// As [`options::read`]; and `prepare` may be called with `prepare_env`.
    unsafe fn new(
        options: *const lwt_io_connection_options,
        function: &'static str,
    ) -> Result<How, Exn> {
        // SAFETY: the caller's promise.
        let Some(options) = (unsafe { options::read(options, function)? }) else {
            let (input, output, no_delay) = (None, None, true);
            return Ok(How {
                fd: None,
                prepare: None,
                make: Make {
                    input,
                    output,
                    no_delay,
                },
            });
        };
        let prepare = options.prepare.map(|f| -> Prepare {
            Box::new(move |fd| {
                let lent = LentFd::of(fd)?;
                // SAFETY: the caller's promise; it is called before the call returns.
                let call = || unsafe { f(lent.handle(), options.prepare_env) };
                call::other_of(f as usize, call).1
            })
        });
        Ok(How {
            fd: given_fd(options.fd, function)?,
            prepare,
            make: Make {
                input: buffer(options.in_buffer_size, function)?,
                output: buffer(options.out_buffer_size, function)?,
                no_delay: options.delay == 0,
            },
        })
    }
}

/// A handle of a descriptor for the time that a function has it.
pub(super) struct LentFd(pub(super) Lent);

impl LentFd {
    pub(super) fn of(fd: &Rc<Fd>) -> Result<LentFd, Exn> {
        let handle = into_handle(fd.clone());
        match handle.is_null() {
            true => Err(Exn::out_of_memory()),
            // Handles are released without regard to their kind.
            false => Ok(LentFd(Lent(handle.cast()))),
        }
    }

    pub(super) fn handle(&self) -> *const lwt_unix_fd {
        self.0.0.cast_const().cast()
    }
}

/// Calls `f` with handles of both channels, for as long as its promise is pending.
pub(super) fn lend(
    pair: &Pair,
    f: impl FnOnce(*const lwt_io_channel, *const lwt_io_channel) -> Promise,
) -> Promise {
    let both = || {
        Ok((
            Lent::of(pair.input.clone())?,
            Lent::of(pair.output.clone())?,
        ))
    };
    match both() {
        Ok((input, output)) => {
            let promise = f(input.0, output.0);
            output.until(input.until(promise))
        }
        Err(exn) => failed(exn),
    }
}

/// What C does with the channels of a connection.
///
/// # Safety
/// `f` may be called with `env`.
pub(super) unsafe fn user(
    f: lwt_io_connection_fn,
    env: Env,
    name: &'static str,
) -> Result<impl Fn(&Pair) -> Promise + 'static, Exn> {
    let f = f.ok_or_else(|| null(name))?;
    Ok(move |pair: &Pair| {
        lend(pair, |input, output| {
            // SAFETY: the caller's promise.
            call::promise_of(f as usize, name, || unsafe { f(input, output, env.word()) })
        })
    })
}

/// Connects to an address, `Lwt_io.open_connection`: two channels over a new socket, which is
/// closed on exec. Both have one end: **closing either one closes the socket** in both
/// directions. Close the output first, which sends what was written; closing the input at once
/// loses that, and operations of the output then fail with EBADF. The second close has nothing
/// to do and succeeds, whatever the first one said.
///
/// Borrows `address` of `len` bytes, and `options`, which may be NULL, until the call returns.
/// Returns a promise of a `struct lwt_values *` of two: the channel that is read and the one
/// that is written, which it owns: take them out (lwt_values_take), close and release them. It
/// fails with LWT_UNIX_ERROR (function "socket" or "connect", argument the address:
/// ECONNREFUSED, ENOENT, EMFILE...; "setsockopt"), with what `prepare` raises, with
/// LWT_INVALID_ARGUMENT (no address, options of another size, a bad handle or size of a
/// buffer), LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and LWT_CANCELED. From the moment that the
/// arguments are accepted every failure, and cancelling, closes the socket, `options->fd` too.
/// On any thread, whose the channels then are.
///
/// # Safety
/// `len` bytes can be read at `address`; `options` is NULL or as its size says, and its
/// `prepare` may be called with its `prepare_env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_open_connection(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_connection_options,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_open_connection";
    // SAFETY: as this function asks for.
    let (address, how) = unsafe { (lent(address, len, NAME), How::new(options, NAME)) };
    promised(address.and_then(|address| {
        let How { fd, prepare, make } = how?;
        Ok(connection::opened(connection::open(
            address, fd, prepare, make,
        )))
    }))
}

/// Looks up a name and connects to one of its addresses by TCP, as lwt_unix_connect_name does,
/// with the usual stagger; the channels are as those of lwt_io_open_connection. `host` NULL is
/// this machine.
///
/// Borrows both texts and `options`, which may be NULL, until the call returns. It fails as
/// lwt_unix_connect_name does, and with LWT_INVALID_ARGUMENT if the options have an `fd` or a
/// `prepare`: there may be several sockets. Cancelling closes all of them. (Not in Lwt.)
///
/// # Safety
/// Both texts are NULL or end with a NUL byte; `options` is NULL or as its size says.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_open_connection_name(
    host: *const c_char,
    service: *const c_char,
    options: *const lwt_io_connection_options,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_open_connection_name";
    // SAFETY: as this function asks for.
    let (host, service, how) = unsafe {
        let host = optional(host).map(CStr::to_owned);
        let service = text(service, NAME, "the service").map(CStr::to_owned);
        (host, service, How::new(options, NAME))
    };
    promised(service.and_then(|service| match how? {
        How {
            fd: None,
            prepare: None,
            make,
        } => Ok(connection::opened(connection::open_name(
            host, service, make,
        ))),
        _ => Err(Exn::invalid(&format!(
            "{NAME}: a socket can't be given or prepared"
        ))),
    }))
}

/// Connects as lwt_io_open_connection does, calls `f(input, output, env)`, and closes both
/// channels when the promise of `f` has resolved, `Lwt_io.with_connection`: as
/// lwt_io_with_close_connection, which says what the result is.
///
/// # Safety
/// As lwt_io_open_connection; `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_with_connection(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_connection_options,
    f: lwt_io_connection_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_with_connection";
    let env = Env::new(env, drop_env);
    // SAFETY: as this function asks for.
    let (f, address, how) = unsafe {
        let address = lent(address, len, NAME);
        (user(f, env, NAME), address, How::new(options, NAME))
    };
    promised(f.and_then(|f| {
        let (address, How { fd, prepare, make }) = (address?, how?);
        Ok(connection::with(
            connection::open(address, fd, prepare, make),
            f,
        ))
    }))
}

/// Calls `f(input, output, env)` with two channels, and closes those that are open when its
/// promise has resolved, `Lwt_io.with_close_connection`. If that was fulfilled the output is
/// closed first, which waits until the other end has taken what was written (Lwt does not, and
/// loses what the system does not take at once; lwt_io_abort on the output ends the wait). If
/// it failed, or was cancelled, both are closed soon, and what the system does not take within
/// two turns of the main loop is lost.
///
/// Borrows both channels, of which references are kept; `f` borrows handles until its promise
/// has resolved. `drop_env` runs once, after `f` has returned or when it will never be called.
/// Returns a promise that resolves as that of `f` when both are closed, or fails as the close
/// does that was made here: the failure of a close that `f` made is not told again. It fails
/// with what `f` raises; with LWT_INVALID_ARGUMENT if `f` is NULL or returns no promise, for a
/// bad handle or a channel of the wrong mode; LWT_WRONG_THREAD; LWT_OUT_OF_MEMORY. Cancelling
/// it cancels the promise of `f`. On the channels' thread.
///
/// # Safety
/// `f` and `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_with_close_connection(
    input: *const lwt_io_channel,
    output: *const lwt_io_channel,
    f: lwt_io_connection_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_with_close_connection";
    let env = Env::new(env, drop_env);
    let pair = self::input(input, NAME).and_then(|input| {
        let output = self::output(output, NAME)?;
        Ok(Pair { input, output })
    });
    // SAFETY: as this function asks for.
    let f = unsafe { user(f, env, NAME) };
    promised(pair.and_then(|pair| {
        let f = f?;
        Ok(spawn(connection::with_close(pair, f)))
    }))
}

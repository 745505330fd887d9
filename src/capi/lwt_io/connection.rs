//! `lwt_io.h`, connections and servers. Module Lwt_io.

use super::channel::{lwt_io_channel, size_of_buffer};
use super::direct::Lent;
use super::{input, output, promised};
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_unix::fd::{into_handle, lwt_unix_fd, of_handle};
use crate::capi::lwt_unix::socket::lent;
use crate::capi::text::{optional, text};
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::connection::{self, Make, Pair, Prepare};
use crate::io::server::{Listen, Serve, Server};
use crate::promise::future::spawn;
use crate::promise::{Promise, call, failed};
use crate::unix::fd::Fd;
use crate::unix::net::address::{Address, lwt_unix_sockaddr};
use crate::value::{Env, Value};
use libc::{sockaddr, socklen_t};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::rc::Rc;

/// A server, `Lwt_io.server`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_io_server {
    _private: [u8; 0],
}

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

/// What is done with a client at that address, which is borrowed until the function returns;
/// the channels are until the promise that it returns has resolved.
pub type lwt_io_client_fn = Option<
    unsafe extern "C" fn(
        address: *const sockaddr,
        len: socklen_t,
        input: *const lwt_io_channel,
        output: *const lwt_io_channel,
        env: *mut c_void,
    ) -> *mut lwt_t,
>;

/// The same with the client's socket instead of channels.
pub type lwt_io_client_socket_fn = Option<
    unsafe extern "C" fn(
        address: *const sockaddr,
        len: socklen_t,
        socket: *const lwt_unix_fd,
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

/// What kind of server it is. lwt_io_server_options_default makes one; only `size` is not
/// zero in there.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_io_server_options {
    /// sizeof(struct lwt_io_server_options), so that it can grow.
    pub size: usize,
    /// The socket that listens, which is borrowed; NULL: a new one.
    pub fd: *const lwt_unix_fd,
    /// How many connections may wait to be accepted; 0: as many as the system allows.
    pub backlog: c_int,
    /// The size of the channels' buffers; 0: the default.
    pub buffer_size: usize,
    /// Not 0: what a client gets is not closed when the promise of its function has resolved.
    pub no_close: c_int,
    /// Not 0: TCP_NODELAY is not set under the channels of a client.
    pub delay: c_int,
}

/// A structure of C's that begins with its size. None: it is NULL.
///
/// # Safety
/// `options` is NULL, or its first word tells how much of it there is.
unsafe fn read<T: Copy>(options: *const T, function: &str) -> Result<Option<T>, Exn> {
    if options.is_null() {
        return Ok(None);
    }
    // SAFETY: the caller's promise.
    match unsafe { options.cast::<usize>().read() } == size_of::<T>() {
        // SAFETY: it is all there.
        true => Ok(Some(unsafe { *options })),
        false => Err(Exn::invalid(&format!(
            "{function}: the size of the options is not theirs"
        ))),
    }
}

fn buffer(size: usize, function: &str) -> Result<Option<usize>, Exn> {
    let wrong = || Exn::invalid(&format!("{function}: there is no such size of a buffer"));
    size_of_buffer(size).ok_or_else(wrong)
}

/// The descriptor of an option.
fn given_fd(fd: *const lwt_unix_fd, function: &str) -> Result<Option<Rc<Fd>>, Exn> {
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
    /// As [`read`]; and `prepare` may be called with `prepare_env`.
    unsafe fn new(
        options: *const lwt_io_connection_options,
        function: &'static str,
    ) -> Result<How, Exn> {
        // SAFETY: the caller's promise.
        let Some(options) = (unsafe { read(options, function)? }) else {
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
struct LentFd(Lent);

impl LentFd {
    fn of(fd: &Rc<Fd>) -> Result<LentFd, Exn> {
        let handle = into_handle(fd.clone());
        match handle.is_null() {
            true => Err(Exn::out_of_memory()),
            // Handles are released without regard to their kind.
            false => Ok(LentFd(Lent(handle.cast()))),
        }
    }

    fn handle(&self) -> *const lwt_unix_fd {
        self.0.0.cast_const().cast()
    }
}

/// Calls `f` with handles of both channels, for as long as its promise is pending.
fn lend(
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
unsafe fn user(
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

/// What makes a server of all sorts.
///
/// # Safety
/// As [`lent`] and [`read`].
unsafe fn establish(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_server_options,
    name: &'static str,
    serve: impl FnOnce(Make) -> Result<Serve, Exn>,
) -> *mut lwt_t {
    let begin = || {
        let defaults = lwt_io_server_options {
            size: size_of::<lwt_io_server_options>(),
            fd: std::ptr::null(),
            backlog: 0,
            buffer_size: 0,
            no_close: 0,
            delay: 0,
        };
        // SAFETY: the caller's promise.
        let options = unsafe { read(options, name)? }.unwrap_or(defaults);
        let fd = given_fd(options.fd, name)?;
        let address = match address.is_null() && fd.is_some() {
            true => None,
            // SAFETY: the caller's promise.
            false => Some(unsafe { lent(address, len, name)? }),
        };
        if options.backlog < 0 {
            return Err(Exn::invalid(&format!("{name}: the backlog is below 0")));
        }
        let size = buffer(options.buffer_size, name)?;
        let serve = serve(Make {
            input: size,
            output: size,
            no_delay: options.delay == 0,
        })?;
        let listen = Listen {
            address,
            fd,
            backlog: (options.backlog > 0).then_some(options.backlog),
        };
        Ok(spawn(async move {
            let server = Server::establish(listen, serve, options.no_close == 0).await?;
            into_value(server)
        }))
    };
    promised(begin())
}

/// A server as a value that is released with its promise.
fn into_value(server: Rc<Server>) -> Result<Value, Exn> {
    unsafe extern "C" fn release(handle: *mut c_void) {
        object::release_any(handle as usize as u64);
    }
    match object::new(Kind::Server, server) {
        handle if handle.is_null() => Err(Exn::out_of_memory()),
        handle => Ok(Value::new(handle, Some(release))),
    }
}

/// A server, `Lwt_io.establish_server_with_client_address`: binds a socket to `address`,
/// listens, and calls `f(address, len, input, output, env)` for each client; they are
/// served side by side. When the promise of `f` has resolved the channels are closed, as
/// lwt_io_with_close_connection says, unless `options->no_close`: then they live as long as
/// somebody has retained them. **What `f` or a close fails with goes to the async exception
/// hook (lwt_set_async_exception_hook), whose default ends the process**: handle what clients
/// can cause, such as ECONNRESET, in `f`; and ignore SIGPIPE.
///
/// The socket is closed on exec and its address may be used again (SO_REUSEADDR); port 0 is a
/// free one (lwt_io_server_address). With `options->fd` that socket is taken instead of a new
/// one, and if `address` is NULL it is not bound, for it has been. Clients' sockets are closed
/// on exec, and have TCP_NODELAY. 64 are accepted in a row before others have their turn. A
/// client that goes before it is accepted is passed over. Where descriptors or memory run out
/// (EMFILE, ENFILE, ENOBUFS, ENOMEM) clients wait in the system's queue: the server tries
/// again when one of its clients has ended, and every 0.1 s. Any other error of accept() goes
/// to the hook, and the server ends as by lwt_io_shutdown_server; so it does, silently, when
/// its descriptor is closed by somebody else.
///
/// Borrows `address` of `len` bytes and `options`, which may be NULL, until the call returns;
/// `drop_env` runs once, when the server has been shut down and the promises of all clients
/// have resolved, or when there will be no server. Returns a promise of an `lwt_io_server *`,
/// fulfilled when it listens, before `f` is called; the promise owns it: lwt_take it and
/// lwt_io_server_release it. It fails with LWT_UNIX_ERROR (function "socket", "setsockopt",
/// "bind", "listen" or "getsockname"; EADDRINUSE, EACCES, EMFILE...), LWT_INVALID_ARGUMENT (`f`
/// is NULL, no address, options of another size, a bad handle or size of a buffer),
/// LWT_WRONG_THREAD, LWT_OUT_OF_MEMORY, and LWT_CANCELED: a path may have been bound by then.
/// From the moment that the arguments are accepted every failure closes the socket,
/// `options->fd` too. On any thread, whose it then is; when that ends the sockets are closed.
///
/// # Safety
/// `len` bytes can be read at `address`; `options` is NULL or as its size says; `f` and
/// `drop_env` may be called with `env`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_establish_server_with_client_address(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_server_options,
    f: lwt_io_client_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_establish_server_with_client_address";
    let env = Env::new(env, drop_env);
    let serve = |make| {
        let f = f.ok_or_else(|| null(NAME))?;
        let serve = move |from: Address, pair: &Pair| {
            lend(pair, |input, output| {
                // SAFETY: the caller says that `f` may be called with `env`.
                call::promise_of(f as usize, NAME, || unsafe {
                    f(from.as_ptr(), from.len, input, output, env.word())
                })
            })
        };
        Ok(Serve::Channels(make, Box::new(serve)))
    };
    // SAFETY: as this function asks for.
    unsafe { establish(address, len, options, NAME, serve) }
}

/// The same with `f(input, output, env)`, `Lwt_io.establish_server`.
///
/// # Safety
/// As lwt_io_establish_server_with_client_address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_establish_server(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_server_options,
    f: lwt_io_connection_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_establish_server";
    let env = Env::new(env, drop_env);
    let serve = |make| {
        // SAFETY: as this function asks for.
        let f = unsafe { user(f, env, NAME)? };
        Ok(Serve::Channels(
            make,
            Box::new(move |_, pair: &Pair| f(pair)),
        ))
    };
    // SAFETY: as this function asks for.
    unsafe { establish(address, len, options, NAME, serve) }
}

/// The same with `f(address, len, socket, env)`, `Lwt_io.establish_server_with_client_socket`:
/// the socket is borrowed until the promise of `f` has resolved, and then shut down and closed,
/// unless it is closed already or `options->no_close` is set: then it lives as long as somebody
/// has retained it. The options of channels mean nothing here.
///
/// # Safety
/// As lwt_io_establish_server_with_client_address.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_establish_server_with_client_socket(
    address: *const sockaddr,
    len: socklen_t,
    options: *const lwt_io_server_options,
    f: lwt_io_client_socket_fn,
    env: *mut c_void,
    drop_env: lwt_drop_fn,
) -> *mut lwt_t {
    const NAME: &str = "lwt_io_establish_server_with_client_socket";
    let env = Env::new(env, drop_env);
    let serve = |_| {
        let f = f.ok_or_else(|| null(NAME))?;
        let serve = move |from: Address, fd: &Rc<Fd>| match LentFd::of(fd) {
            Ok(lent) => {
                // SAFETY: the caller says that `f` may be called with `env`.
                let promise = call::promise_of(f as usize, NAME, || unsafe {
                    f(from.as_ptr(), from.len, lent.handle(), env.word())
                });
                lent.0.until(promise)
            }
            Err(exn) => failed(exn),
        };
        Ok(Serve::Socket(Box::new(serve)))
    };
    // SAFETY: as this function asks for.
    unsafe { establish(address, len, options, NAME, serve) }
}

/// The server that a handle stands for.
fn server(server: *const lwt_io_server, function: &str) -> Result<Rc<Server>, Exn> {
    // SAFETY: every handle of this kind is made of a `Server`.
    unsafe { object::get(Kind::Server, server.cast(), function) }
}

/// Stops a server, `Lwt_io.shutdown_server`: it accepts no more, its socket is closed, and the
/// path that it has bound is removed. Clients that it has accepted go on; those that wait to be
/// accepted are turned away by the system. Again it does nothing more, and the result is the
/// same.
///
/// Borrows `server`. Returns a promise of LWT_UNIT, fulfilled when all that is done, owned by
/// the caller, and not to be cancelled. It fails with LWT_UNIX_ERROR (function "close" or
/// "unlink"), LWT_INVALID_ARGUMENT, LWT_WRONG_THREAD and LWT_OUT_OF_MEMORY. On the server's
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_shutdown_server(server: *const lwt_io_server) -> *mut lwt_t {
    promised(self::server(server, "lwt_io_shutdown_server").map(|server| server.shutdown()))
}

/// Puts the address at which a server listens, or has listened, at `*address`: with the port
/// that the system has chosen. (Not in Lwt.)
///
/// Borrows `server`. Returns LWT_OK; LWT_INVALID_ARGUMENT for a bad handle or NULL;
/// LWT_WRONG_THREAD. On the server's thread.
///
/// # Safety
/// `address` is NULL or may be written.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn lwt_io_server_address(
    server: *const lwt_io_server,
    address: *mut lwt_unix_sockaddr,
) -> c_int {
    match self::server(server, "lwt_io_server_address") {
        Ok(_) if address.is_null() => LWT_INVALID_ARGUMENT,
        Ok(server) => {
            // SAFETY: as this function asks for.
            unsafe { address.write(*server.address()) };
            LWT_OK
        }
        Err(exn) => exn.kind(),
    }
}

/// One more reference to the same server, owned by the caller. NULL: it is not a server of this
/// thread.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_server_retain(server: *const lwt_io_server) -> *mut lwt_io_server {
    object::retain(Kind::Server, server.cast()).cast()
}

/// Gives up a reference. That does not stop the server, which goes on until lwt_io_shutdown_server
/// or the end of the thread. Does nothing if the handle is bad.
#[unsafe(no_mangle)]
pub extern "C" fn lwt_io_server_release(server: *mut lwt_io_server) {
    // SAFETY: every handle of this kind is made of a `Server`.
    drop(unsafe { object::release::<Server>(Kind::Server, server.cast(), "") });
}

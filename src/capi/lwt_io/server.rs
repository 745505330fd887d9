//! `lwt_io.h`, servers. Module Lwt_io.

use super::channel::lwt_io_channel;
use super::connection::{LentFd, buffer, given_fd, lend, lwt_io_connection_fn, user};
use super::promised;
use crate::abi::{LWT_INVALID_ARGUMENT, LWT_OK, lwt_drop_fn, lwt_t};
use crate::capi::closure::null;
use crate::capi::lwt_unix::fd::lwt_unix_fd;
use crate::capi::lwt_unix::socket::lent;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::connection::{Make, Pair};
use crate::io::server::{Listen, Serve, Server};
use crate::options;
use crate::promise::future::spawn;
use crate::promise::{call, failed};
use crate::unix::fd::Fd;
use crate::unix::net::address::{Address, lwt_unix_sockaddr};
use crate::value::Env;
use libc::{sockaddr, socklen_t};
use std::ffi::{c_int, c_void};
use std::rc::Rc;

/// A server, `Lwt_io.server`. A handle of the thread that made it.
#[repr(C)]
pub struct lwt_io_server {
    _private: [u8; 0],
}

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

/// What makes a server of all sorts.
///
/// # Safety
/// As [`lent`] and [`options::read`].
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
        let options = unsafe { options::read(options, name)? }.unwrap_or(defaults);
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
            object::into_value(Kind::Server, server)
        }))
    };
    promised(begin())
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

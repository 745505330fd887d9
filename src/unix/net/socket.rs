//! Making sockets and the plain calls on them: bind, listen, shutdown, and what
//! a socket is called at each end. Calls the system.

use super::address::{Address, failure};
use crate::exn::Exn;
use crate::promise::{Promise, failed, resolved};
use crate::unix::fd::{Fd, Mode};
use crate::value::Value;
use libc::c_int;
use std::ffi::CStr;
use std::io;
use std::rc::Rc;

/// What a system call returned, as Rust has it.
pub(super) fn told(result: c_int) -> io::Result<c_int> {
    match result {
        -1 => Err(io::Error::last_os_error()),
        done => Ok(done),
    }
}

/// The errno of an error of the system.
pub(super) fn errno(error: &io::Error) -> c_int {
    error.raw_os_error().unwrap_or(libc::EIO)
}

/// A plain call that failed.
pub(super) fn failed_call(error: &io::Error, function: &CStr) -> Exn {
    Exn::unix(errno(error), function, c"")
}

/// A plain call on a descriptor that may be used.
pub(super) fn call(
    fd: &Fd,
    function: &'static CStr,
    call: impl FnOnce(c_int) -> c_int,
) -> Result<c_int, Exn> {
    let raw = fd.check(function)?;
    told(call(raw)).map_err(|error| failed_call(&error, function))
}

/// A new descriptor that does not block.
pub(super) fn adopt(raw: c_int) -> Rc<Fd> {
    Fd::new(raw, Mode::Ready, true)
}

/// A descriptor that is closed, whoever waits for it, unless what is being made of
/// it is finished.
pub struct Unfinished(Option<Rc<Fd>>);

impl Unfinished {
    /// Something is begun with it.
    pub fn new(fd: &Rc<Fd>) -> Unfinished {
        Unfinished(Some(fd.clone()))
    }

    /// It is done: the descriptor stays open.
    pub fn finish(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(fd) = self.0.take() {
            drop(fd.close());
        }
    }
}

/// `Lwt_unix.socket`. `kind` may have SOCK_CLOEXEC in it.
pub fn socket(domain: c_int, kind: c_int, protocol: c_int) -> Result<Rc<Fd>, Exn> {
    // SAFETY: takes no pointers.
    let made = told(unsafe { libc::socket(domain, kind | libc::SOCK_NONBLOCK, protocol) });
    made.map(adopt)
        .map_err(|error| failed_call(&error, c"socket"))
}

/// `Lwt_unix.socketpair`. `kind` may have SOCK_CLOEXEC in it.
pub fn socketpair(domain: c_int, kind: c_int, protocol: c_int) -> Result<[Rc<Fd>; 2], Exn> {
    let mut both = [-1; 2];
    let kind = kind | libc::SOCK_NONBLOCK;
    // SAFETY: room for two numbers.
    let made = told(unsafe { libc::socketpair(domain, kind, protocol, both.as_mut_ptr()) });
    made.map(|_| both.map(adopt))
        .map_err(|error| failed_call(&error, c"socketpair"))
}

fn bind_now(raw: c_int, address: &Address) -> io::Result<()> {
    // SAFETY: an address and its length.
    told(unsafe { libc::bind(raw, address.as_ptr(), address.len) }).map(drop)
}

/// `Lwt_unix.bind`. As a job for a path, which may be on a slow file system; at
/// once for all else.
pub fn bind(fd: &Rc<Fd>, address: Address) -> Promise {
    let raw = match fd.check(c"bind") {
        Ok(raw) => raw,
        Err(exn) => return failed(exn),
    };
    let is_path = address.family() == libc::AF_UNIX && !matches!(address.path(), [] | [0, ..]);
    let outcome = move |bound: io::Result<()>| match bound {
        Ok(()) => Ok(Value::UNIT),
        Err(error) => Err(failure(errno(&error), c"bind", &address)),
    };
    if is_path {
        return fd.job(
            c"bind",
            false,
            move |raw| Ok(bind_now(raw, &address)),
            outcome,
        );
    }
    outcome(bind_now(raw, &address)).map_or_else(failed, resolved)
}

/// `Lwt_unix.listen`.
pub fn listen(fd: &Fd, backlog: c_int) -> Result<(), Exn> {
    // SAFETY: takes no pointers.
    call(fd, c"listen", |raw| unsafe { libc::listen(raw, backlog) }).map(drop)
}

/// `Lwt_unix.shutdown`: SHUT_RD, SHUT_WR or SHUT_RDWR.
pub fn shutdown(fd: &Fd, how: c_int) -> Result<(), Exn> {
    // SAFETY: takes no pointers.
    call(fd, c"shutdown", |raw| unsafe { libc::shutdown(raw, how) }).map(drop)
}

/// `Lwt_unix.getsockname`.
pub fn getsockname(fd: &Fd) -> Result<Address, Exn> {
    let mut name = Address::none();
    call(fd, c"getsockname", |raw| {
        let (result, told) =
            // SAFETY: room for an address, and its length.
            Address::told(|address, len| unsafe { libc::getsockname(raw, address, len) });
        name = told;
        result
    })?;
    Ok(name)
}

/// `Lwt_unix.getpeername`.
pub fn getpeername(fd: &Fd) -> Result<Address, Exn> {
    let mut name = Address::none();
    call(fd, c"getpeername", |raw| {
        let (result, told) =
            // SAFETY: room for an address, and its length.
            Address::told(|address, len| unsafe { libc::getpeername(raw, address, len) });
        name = told;
        result
    })?;
    Ok(name)
}

/// `Lwt_unix.somaxconn`: the system's longest queue of a listening socket.
pub fn somaxconn() -> c_int {
    // As large as the system allows now, which listen() cuts a request to.
    std::fs::read_to_string("/proc/sys/net/core/somaxconn")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(libc::SOMAXCONN)
}

/// Who is at the other end of a socket of the Unix domain,
/// `Lwt_unix.credentials`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct lwt_unix_credentials {
    /// The process; -1: the system does not tell.
    pub pid: libc::pid_t,
    /// Its user.
    pub uid: libc::uid_t,
    /// Its group.
    pub gid: libc::gid_t,
}

/// `Lwt_unix.get_credentials`.
pub fn get_credentials(fd: &Fd) -> Result<lwt_unix_credentials, Exn> {
    const NAME: &CStr = c"get_credentials";
    // A socket of another domain answers, too, but knows nobody.
    if super::option::get_int(fd, NAME, libc::SOL_SOCKET, libc::SO_DOMAIN)? != libc::AF_UNIX {
        return Err(Exn::unix(libc::EOPNOTSUPP, NAME, c""));
    }
    let mut peer = libc::ucred {
        pid: 0,
        uid: 0,
        gid: 0,
    };
    super::option::get(fd, NAME, libc::SOL_SOCKET, libc::SO_PEERCRED, &mut peer)?;
    Ok(lwt_unix_credentials {
        // 0: a process that cannot be seen from here.
        pid: if peer.pid == 0 { -1 } else { peer.pid },
        uid: peer.uid,
        gid: peer.gid,
    })
}

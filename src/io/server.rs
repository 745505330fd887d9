//! Servers. Module Lwt_io; calls connections, `unix::net` and the timers.
//!
//! A server is a task that accepts, and one for each client. What ends the first one
//! is that the listening socket is closed; it leaves the others alone.

#![forbid(unsafe_code)]

use super::connection::{self, Make, Pair};
use crate::exn::{Exn, unhandled};
use crate::promise::future::spawn;
use crate::promise::{Promise, Source, external, failed, pause, resolved};
use crate::unix::fd::{Fd, Side, State};
use crate::unix::file::name::unlink;
use crate::unix::net::accept::take;
use crate::unix::net::address::Address;
use crate::unix::net::option;
use crate::unix::net::socket::{self, Unfinished};
use crate::unix::sleep::sleep;
use crate::value::Value;
use libc::c_int;
use std::cell::{Cell, RefCell};
use std::ffi::CString;
use std::rc::Rc;

/// Where a server listens.
pub struct Listen {
    /// What its socket is bound to; None: it is bound already.
    pub address: Option<Address>,
    /// Its socket; None: a new one.
    pub fd: Option<Rc<Fd>>,
    /// How many may wait to be accepted; None: as many as the system allows.
    pub backlog: Option<c_int>,
}

/// A function for a client at that address, and what it has of it.
type Function<T> = Box<dyn Fn(Address, &T) -> Promise>;

/// What is done with a client, and what it gets.
pub enum Serve {
    /// The socket.
    Socket(Function<Rc<Fd>>),
    /// Channels over it.
    Channels(Make, Function<Pair>),
}

/// A server, behind `lwt_io_server *`.
pub struct Server {
    fd: Rc<Fd>,
    address: Address,
    /// The path that it has made.
    path: Cell<Option<CString>>,
    stopping: Cell<bool>,
    /// Why it does not accept just now: it waits for descriptors.
    rest: Cell<Option<Promise>>,
    /// What was returned to who first stopped it.
    stopped: RefCell<Option<Promise>>,
}

static STOPPING: Source = Source {
    name: "server shutdown",
    cancel: None,
    describe: None,
};

/// So many clients are accepted in a row before others have their turn.
const IN_A_ROW: usize = 64;
/// Where the process or the system has run out of something the next try is so many
/// seconds later, or when a client has gone.
const REST: f64 = 0.1;

/// What an error of accept() means.
enum Verdict {
    /// The client has gone, or its network has.
    Again,
    /// There is no room now, or a firewall is in the way.
    Full,
    Over,
}

fn judge(errno: c_int) -> Verdict {
    use libc::*;
    match errno {
        ECONNABORTED | EPROTO | ENETDOWN | ENOPROTOOPT | EHOSTDOWN | ENONET | EHOSTUNREACH
        | ENETUNREACH | ETIMEDOUT => Verdict::Again,
        EMFILE | ENFILE | ENOBUFS | ENOMEM | EPERM => Verdict::Full,
        _ => Verdict::Over,
    }
}

/// A path that was made by binding an address.
fn path_of(address: &Address) -> Option<CString> {
    match address.path() {
        [] | [0, ..] => None,
        _ if address.family() != libc::AF_UNIX => None,
        path => CString::new(path).ok(),
    }
}

impl Server {
    /// `Lwt_io.establish_server` and its kin: binds, listens, and from the next turn
    /// of the main loop on accepts. `close`: the sockets of clients are closed.
    pub async fn establish(at: Listen, serve: Serve, close: bool) -> Result<Rc<Server>, Exn> {
        let fd = match (at.fd, &at.address) {
            (Some(fd), _) => fd,
            (None, Some(address)) => {
                socket::socket(address.family(), libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)?
            }
            (None, None) => return Err(Exn::invalid("a server without a socket or an address")),
        };
        let unbound = Unfinished::new(&fd);
        option::set_int(&fd, c"setsockopt", libc::SOL_SOCKET, libc::SO_REUSEADDR, 1)?;
        let path = at.address.as_ref().and_then(path_of);
        if let Some(address) = at.address {
            socket::bind(&fd, address).await?;
        }
        socket::listen(&fd, at.backlog.unwrap_or_else(socket::somaxconn))?;
        let address = socket::getsockname(&fd)?;
        unbound.finish();
        let server = Rc::new(Server {
            fd,
            address,
            path: Cell::new(path),
            stopping: Cell::new(false),
            rest: Cell::new(None),
            stopped: RefCell::new(None),
        });
        let accepting = server.clone();
        drop(spawn(async move {
            // Who asked for a server has it before its first client comes.
            pause().await?;
            accepting.accept_all(Rc::new(serve), close).await?;
            Ok(Value::UNIT)
        }));
        Ok(server)
    }

    /// Where it listens, or has listened.
    pub fn address(&self) -> &Address {
        &self.address
    }

    async fn accept_all(self: &Rc<Self>, serve: Rc<Serve>, close: bool) -> Result<(), Exn> {
        let mut in_a_row = 0;
        while !self.stopping.get() {
            let accepted = self
                .fd
                .wrap(Side::Read, c"accept", |raw| take(raw, libc::SOCK_CLOEXEC))
                .await;
            match accepted {
                Ok((fd, from)) => {
                    let client = self.clone().serve(serve.clone(), fd, from, close);
                    drop(spawn(async move {
                        client.await;
                        Ok(Value::UNIT)
                    }));
                    in_a_row += 1;
                }
                Err(_) if self.stopping.get() => {}
                // By somebody else who has the descriptor.
                Err(_) if self.fd.state() == State::Closed => drop(self.shutdown()),
                Err(exn) => match judge(exn.errno()) {
                    Verdict::Again => in_a_row += 1,
                    Verdict::Full => self.rest().await,
                    Verdict::Over => {
                        drop(self.shutdown());
                        unhandled(exn);
                    }
                },
            }
            if in_a_row >= IN_A_ROW {
                in_a_row = 0;
                pause().await?;
            }
        }
        Ok(())
    }

    async fn rest(&self) {
        let rest = sleep(REST);
        self.rest.set(Some(rest.clone()));
        drop(rest.await);
        self.rest.set(None);
    }

    /// Something has changed for who rests.
    fn wake(&self) {
        if let Some(rest) = self.rest.take() {
            rest.cancel();
        }
    }

    async fn serve(self: Rc<Self>, serve: Rc<Serve>, fd: Rc<Fd>, from: Address, close: bool) {
        let (promise, pair) = match &*serve {
            Serve::Socket(f) => (f(from, &fd), None),
            Serve::Channels(make, f) => match connection::channels(&fd, *make) {
                Ok(pair) => (f(from, &pair), Some(pair)),
                Err(exn) => (failed(exn), None),
            },
        };
        let failure = promise.until_resolved().await.exn();
        let patient = failure.is_none();
        if let Some(exn) = failure {
            unhandled(exn);
        }
        let closed = match &pair {
            _ if !close => Ok(()),
            Some(pair) => connection::close(pair, patient).await,
            None => connection::close_socket(&fd).await.map(drop),
        };
        if let Err(exn) = closed {
            unhandled(exn);
        }
        drop((pair, fd));
        self.wake();
    }

    /// `Lwt_io.shutdown_server`: all who ask have the same promise.
    pub fn shutdown(&self) -> Promise {
        if let Some(stopped) = &*self.stopped.borrow() {
            return stopped.clone();
        }
        let Some((promise, resolver)) = external(&STOPPING, [0, 0]) else {
            return failed(Exn::out_of_memory());
        };
        self.stopped.replace(Some(promise.clone()));
        self.stopping.set(true);
        let closed = match self.fd.state() {
            State::Closed => resolved(Value::UNIT),
            _ => self.fd.close(),
        };
        self.wake();
        let path = self.path.take();
        drop(spawn(async move {
            let closed = closed.await;
            let removed = match path {
                Some(path) => match unlink(&path).await {
                    // Somebody else has removed it.
                    Err(exn) if exn.errno() == libc::ENOENT => Ok(Value::UNIT),
                    removed => removed,
                },
                None => Ok(Value::UNIT),
            };
            resolver.resolve(closed.and(removed));
            Ok(Value::UNIT)
        }));
        promise
    }
}

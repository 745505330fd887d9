//! The two channels of a socket, and connections that are made. Module Lwt_io; calls
//! channels and `unix::net`.

#![forbid(unsafe_code)]

use super::{Channel, Mode, file};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, pause, resolved};
use crate::unix::fd::{Fd, State};
use crate::unix::net::address::Address;
use crate::unix::net::connect::connect;
use crate::unix::net::socket::{self, Unfinished};
use crate::unix::net::{option, race};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ffi::CString;
use std::future::Future;
use std::rc::Rc;

/// The channels of a connection.
#[derive(Clone)]
pub struct Pair {
    /// What the other end sends.
    pub input: Rc<Channel>,
    /// What is sent to it.
    pub output: Rc<Channel>,
}

/// How the channels of a socket are made.
#[derive(Clone, Copy)]
pub struct Make {
    /// The size of the input's buffer; None: the default.
    pub input: Option<usize>,
    /// That of the output's.
    pub output: Option<usize>,
    /// Small messages are sent without delay.
    pub no_delay: bool,
}

/// What is called with a socket before it is connected.
pub type Prepare = Box<dyn FnOnce(&Rc<Fd>) -> Result<(), Exn>>;

/// Ends both directions of a socket, and closes it. That it is not connected any
/// more is no error, nor that it is closed.
pub fn close_socket(fd: &Rc<Fd>) -> Promise {
    if fd.state() == State::Closed {
        return resolved(Value::UNIT);
    }
    let ended = match socket::shutdown(fd, libc::SHUT_RDWR) {
        Err(exn) if exn.errno() != libc::ENOTCONN => Err(exn),
        _ => Ok(()),
    };
    let closed = fd.close();
    let Err(exn) = ended else {
        return closed;
    };
    if !closed.is_pending() {
        return failed(closed.exn().unwrap_or(exn));
    }
    spawn(async move {
        closed.await?;
        Err(exn)
    })
}

/// That what several channels share is closed once.
#[derive(Default)]
pub struct Closing {
    begun: Cell<bool>,
    closed: RefCell<Option<Promise>>,
}

impl Closing {
    /// Who comes first closes it, and is told what went wrong; the others wait for that.
    pub fn once(&self, close: impl FnOnce() -> Promise) -> Promise {
        if self.begun.replace(true) {
            let closed = self.closed.borrow().clone();
            return match closed {
                Some(closed) if closed.is_pending() => spawn(async move {
                    drop(closed.until_resolved().await);
                    Ok(Value::UNIT)
                }),
                _ => resolved(Value::UNIT),
            };
        }
        let closed = close();
        self.closed.replace(Some(closed.clone()));
        closed
    }
}

/// The channels of a connected socket: closing either one closes it.
pub fn channels(fd: &Rc<Fd>, make: Make) -> Result<Pair, Exn> {
    if make.no_delay {
        set_no_delay(fd)?;
    }
    let closing = Rc::new(Closing::default());
    let channel = |mode, size| {
        let (closing, socket) = (closing.clone(), fd.clone());
        let close = Box::new(move || closing.once(|| close_socket(&socket)));
        Channel::of_fd_with(fd.clone(), mode, size, close)
    };
    Ok(Pair {
        input: channel(Mode::Input, make.input),
        output: channel(Mode::Output, make.output),
    })
}

/// Not every socket is one of TCP, and one whose peer has gone may be told nothing.
fn set_no_delay(fd: &Fd) -> Result<(), Exn> {
    let (level, name) = (libc::IPPROTO_TCP, libc::TCP_NODELAY);
    match option::set_int(fd, c"setsockopt", level, name, 1) {
        Err(exn) => match exn.errno() {
            libc::EOPNOTSUPP | libc::ENOPROTOOPT | libc::EINVAL => Ok(()),
            _ => Err(exn),
        },
        Ok(()) => Ok(()),
    }
}

/// `Lwt_io.open_connection`. `fd`: the socket to be connected, which is closed if that
/// fails.
pub async fn open(
    address: Address,
    fd: Option<Rc<Fd>>,
    prepare: Option<Prepare>,
    make: Make,
) -> Result<Pair, Exn> {
    let fd = match fd {
        Some(fd) => fd,
        None => socket::socket(address.family(), libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0)?,
    };
    let unconnected = Unfinished::new(&fd);
    if let Some(prepare) = prepare {
        prepare(&fd)?;
    }
    connect(&fd, address).await?;
    let pair = channels(&fd, make)?;
    unconnected.finish();
    Ok(pair)
}

/// The same by name.
pub async fn open_name(host: Option<CString>, service: CString, make: Make) -> Result<Pair, Exn> {
    let fd = race::connect_name(host, service, race::STAGGER).await?;
    channels(&fd, make)
}

/// A connection that is being made, as a promise of its channels.
pub fn opened(open: impl Future<Output = Result<Pair, Exn>> + 'static) -> Promise {
    spawn(async move {
        let pair = open.await?;
        file::pair(pair.input, pair.output)
    })
}

/// `Lwt_io.with_connection`
pub fn with(
    open: impl Future<Output = Result<Pair, Exn>> + 'static,
    f: impl FnOnce(&Pair) -> Promise + 'static,
) -> Promise {
    spawn(async move { with_close(open.await?, f).await })
}

/// `Lwt_io.with_close_connection`
pub async fn with_close(pair: Pair, f: impl FnOnce(&Pair) -> Promise) -> Outcome {
    let outcome = f(&pair).await;
    close(&pair, outcome.is_ok()).await?;
    outcome
}

/// So many turns of the main loop the system has to take bytes where nobody waits for
/// it: in the second one it is asked whether there is room.
const TURNS: usize = 2;

/// Closes those of both that are open. `patient`: what was written is sent before;
/// otherwise what the system does not take soon is lost.
pub async fn close(pair: &Pair, patient: bool) -> Result<(), Exn> {
    let close = |channel: &Rc<Channel>| match channel.is_closed() {
        true => resolved(Value::UNIT),
        false => channel.close(),
    };
    let output = close(&pair.output);
    if patient {
        let sent = output.await;
        return sent.and(close(&pair.input).await).map(drop);
    }
    for _ in 0..TURNS {
        if output.is_pending() {
            drop(pause().await);
        }
    }
    let closed = close(&pair.input).await;
    output.await.and(closed).map(drop)
}

//! One session: its handshake, and the steps of which all else is made. Module
//! Lwt_ssl; calls the protocol and descriptors.
//!
//! Nobody waits in here but for the turn and for the descriptor, and no borrow is held
//! meanwhile: what a session has read, decrypted or still to send is in it, whoever is
//! cancelled. Reading, writing and shaking hands have a turn each, so that one fiber
//! may read while another writes. Reading makes what is to be sent, too (an answer to
//! new keys, an alert), and sends it, or leaves it to who has the turn to write.

#![forbid(unsafe_code)]

use super::context::Context;
use super::error::{LWT_SSL_INTERNAL, LWT_SSL_TRUNCATED, failure};
use super::tls::Connection;
use super::turn::{self, Turn};
use super::wire;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, pause};
use crate::sync::mutex::Mutex;
use crate::unix::fd::{Attempt, Fd, Side};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::ffi::CStr;
use std::io;
use std::rc::{Rc, Weak};

/// What is particular to one session.
#[derive(Default)]
struct Own {
    host: Option<String>,
    alpn: Option<Vec<Vec<u8>>>,
}

/// A session.
pub struct Session {
    pub(super) fd: Rc<Fd>,
    context: Rc<Context>,
    own: RefCell<Own>,
    connection: RefCell<Option<Connection>>,
    /// Encrypted bytes, not yet looked at.
    pub(super) arrived: RefCell<wire::Read>,
    /// The descriptor is at its end.
    ended: Cell<bool>,
    /// What has ended the session.
    failed: RefCell<Option<Exn>>,
    /// The handshake is over.
    done: Cell<bool>,
    said_goodbye: Cell<bool>,
    pub(super) reading: Rc<Mutex>,
    pub(super) writing: Rc<Mutex>,
    shaking: Rc<Mutex>,
    /// What sends what nobody waits for.
    sender: RefCell<Option<Promise>>,
}

/// What came of looking for bytes.
#[derive(PartialEq, Eq)]
pub(super) enum Fill {
    /// Something has changed.
    Come,
    /// Nothing is there.
    Busy,
}

/// So often in a row the descriptor is read before others have their turn.
const ROUNDS: usize = 16;

impl Session {
    /// A new one, which has not begun. `host`: of a client, whom it expects there.
    pub fn new(fd: Rc<Fd>, context: Rc<Context>, host: Option<String>) -> Rc<Session> {
        let own = Own { host, alpn: None };
        Rc::new(Session {
            fd,
            context,
            own: RefCell::new(own),
            connection: RefCell::new(None),
            arrived: RefCell::default(),
            ended: Cell::new(false),
            failed: RefCell::new(None),
            done: Cell::new(false),
            said_goodbye: Cell::new(false),
            reading: Mutex::new(),
            writing: Mutex::new(),
            shaking: Mutex::new(),
            sender: RefCell::new(None),
        })
    }

    /// Whom a client expects at the other end.
    pub fn set_host(&self, host: String) -> Result<(), Exn> {
        self.set(|own| own.host = Some(host))
    }

    /// Its protocols of ALPN, in place of the context's.
    pub fn set_alpn(&self, protocols: Vec<Vec<u8>>) -> Result<(), Exn> {
        self.set(|own| own.alpn = Some(protocols))
    }

    fn set(&self, f: impl FnOnce(&mut Own)) -> Result<(), Exn> {
        if self.connection.borrow().is_some() {
            return Err(Exn::invalid("lwt_ssl: the handshake has begun already"));
        }
        f(&mut self.own.borrow_mut());
        Ok(())
    }

    /// Is the handshake over?
    pub fn is_done(&self) -> bool {
        self.done.get()
    }

    /// What `f` finds in the connection, once the handshake is over.
    pub fn ask<T>(&self, f: impl FnOnce(&Connection) -> Option<T>) -> Option<T> {
        let connection = self.connection.borrow();
        connection.as_ref().filter(|_| self.done.get()).and_then(f)
    }

    /// What is done with the connection; it has begun.
    pub(super) fn with<T>(&self, f: impl FnOnce(&mut Connection) -> T) -> Result<T, Exn> {
        match self.connection.borrow_mut().as_mut() {
            Some(connection) => Ok(f(connection)),
            None => Err(failure(LWT_SSL_INTERNAL, "the session has not begun")),
        }
    }

    /// What has ended it.
    pub(super) fn failed(&self) -> Option<Exn> {
        self.failed.borrow().clone()
    }

    /// Is the descriptor at its end?
    pub(super) fn has_ended(&self) -> bool {
        self.ended.get()
    }

    pub(super) fn has_said_goodbye(&self) -> bool {
        self.said_goodbye.get()
    }

    /// Waits until the descriptor is ready.
    pub(super) async fn ready(&self, side: Side, function: &'static CStr) -> Result<(), Exn> {
        let ready = |_| Attempt::Done(Ok(Value::UNIT));
        self.fd.register(side, function, ready).await.map(drop)
    }

    /// Takes in what has arrived.
    pub(super) fn fill(&self, function: &'static CStr) -> Result<Fill, Exn> {
        let raw = self.fd.check(function)?;
        let mut arrived = self.arrived.borrow_mut();
        if arrived.bytes().is_empty() {
            match arrived.fill(raw) {
                Ok(0) => {
                    self.ended.set(true);
                    self.with(Connection::end)?;
                    return Ok(Fill::Come);
                }
                Ok(_) => {}
                Err(error) if wire::is_busy(&error) => return Ok(Fill::Busy),
                Err(error) => return Err(unix(&error, function)),
            }
        }
        let (used, fine) = self.with(|connection| connection.feed(arrived.bytes()))?;
        arrived.used(used);
        if let Err(exn) = fine {
            arrived.clear();
            self.failed.replace(Some(exn));
        }
        Ok(Fill::Come)
    }

    /// Sends what is to be sent. False: there is no room for all of it.
    pub(super) fn send(&self, function: &'static CStr) -> Result<bool, Exn> {
        let raw = self.fd.check(function)?;
        self.with(|connection| {
            while connection.wants_write() {
                match connection.send(raw) {
                    Ok(_) => {}
                    Err(error) if wire::is_busy(&error) => return Ok(false),
                    Err(error) => return Err(unix(&error, function)),
                }
            }
            Ok(true)
        })?
    }

    pub(super) fn wants_write(&self) -> bool {
        let connection = self.connection.borrow();
        connection.as_ref().is_some_and(Connection::wants_write)
    }

    /// Sends what nobody waits for, as soon as there is room. Who has the turn to
    /// write does that anyway.
    pub(super) fn send_soon(self: &Rc<Self>) {
        if !self.wants_write() {
            return;
        }
        let Some(turn) = turn::try_take(&self.writing) else {
            return;
        };
        // What is wrong is told to who uses the session next.
        if self.send(c"ssl_write").unwrap_or(true) {
            return;
        }
        let sender = spawn(send_in_the_background(Rc::downgrade(self), turn));
        let before = self.sender.replace(Some(sender));
        drop(before);
    }

    /// The handshake, or the rest of it. Others may wait for it, too; whoever is
    /// cancelled leaves it to them, or to whoever asks for it next.
    pub async fn handshake(self: &Rc<Self>, function: &'static CStr) -> Result<(), Exn> {
        if self.done.get() {
            return Ok(());
        }
        let _turn = turn::take(&self.shaking).await?;
        if self.done.get() {
            return Ok(());
        }
        self.begin().await?;
        for round in 1.. {
            if let Some(exn) = self.failed() {
                // Why, for the other end.
                let _ = self.send(function);
                return Err(exn);
            }
            if !self.send(function)? {
                self.ready(Side::Write, function).await?;
                continue;
            }
            if !self.with(|connection| connection.is_handshaking())? {
                break;
            }
            if self.ended.get() {
                let words = "the connection ended in the middle of the handshake";
                return Err(failure(LWT_SSL_TRUNCATED, words));
            }
            if self.fill(function)? == Fill::Busy {
                self.ready(Side::Read, function).await?;
            } else if round % ROUNDS == 0 {
                pause().await?;
            }
        }
        self.done.set(true);
        Ok(())
    }

    /// Makes the connection, where there is none yet.
    async fn begin(&self) -> Result<(), Exn> {
        if self.connection.borrow().is_some() {
            return Ok(());
        }
        if !self.context.is_server()
            && self.own.borrow().host.is_none()
            && !self.context.believes_anything()
        {
            return Err(Exn::invalid(
                "lwt_ssl: a client has to say which host it expects, for the certificate to be checked",
            ));
        }
        let config = self.context.config().await?;
        let (host, alpn) = {
            let own = self.own.borrow();
            (own.host.clone(), own.alpn.clone())
        };
        let connection = Connection::new(&config, host.as_deref(), alpn)?;
        self.connection.replace(Some(connection));
        Ok(())
    }

    /// `Lwt_ssl.ssl_shutdown`: tells the other end that no more will come. Cancelled,
    /// it is told nevertheless.
    pub async fn goodbye(self: &Rc<Self>) -> Result<(), Exn> {
        const NAME: &CStr = c"ssl_shutdown";
        self.fd.check(NAME)?;
        if !self.done.get() {
            return Ok(());
        }
        let turn = turn::take(&self.writing).await?;
        self.part()?;
        while !self.send(NAME)? {
            let ready = self.ready(Side::Write, NAME).await;
            if let Err(exn) = ready {
                drop(turn);
                self.send_soon();
                return Err(exn);
            }
        }
        self.take_in_what_has_come();
        drop(turn);
        self.send_soon();
        Ok(())
    }

    /// Takes in what lies in the system's buffer, above all a server's tickets, for which
    /// nobody has asked: what is unread when a connection is closed makes the system reset
    /// it, and the other end loses what it was sent.
    fn take_in_what_has_come(&self) {
        let Some(_turn) = turn::try_take(&self.reading) else {
            return;
        };
        for _ in 0..ROUNDS {
            let full = self.ask(|connection| Some(connection.has_plain()));
            if full != Some(false) || self.has_ended() || self.failed().is_some() {
                break;
            }
            if !matches!(self.fill(c"ssl_shutdown"), Ok(Fill::Come)) {
                break;
            }
        }
    }

    /// The same as far as it can be done without waiting.
    pub fn goodbye_at_once(&self) {
        if let Some(_turn) = turn::try_take(&self.writing)
            && self.done.get()
        {
            let _ = self.part();
            let _ = self.send(c"ssl_shutdown");
        }
    }

    fn part(&self) -> Result<(), Exn> {
        match self.said_goodbye.replace(true) {
            true => Ok(()),
            false => self.with(Connection::goodbye),
        }
    }
}

async fn send_in_the_background(session: Weak<Session>, turn: Turn) -> Result<Value, Exn> {
    loop {
        let Some(alive) = session.upgrade() else {
            break;
        };
        if alive.send(c"ssl_write")? {
            break;
        }
        let ready = |_| Attempt::Done(Ok(Value::UNIT));
        let ready = alive.fd.register(Side::Write, c"ssl_write", ready);
        drop(alive);
        ready.await?;
    }
    drop(turn);
    Ok(Value::UNIT)
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(sender) = self.sender.take() {
            sender.cancel();
        }
    }
}

/// The failure of a system call.
#[cold]
fn unix(error: &io::Error, function: &CStr) -> Exn {
    Exn::unix(error.raw_os_error().unwrap_or(libc::EIO), function, c"")
}

//! A descriptor, plain or with a session, `Lwt_ssl.socket`. Module Lwt_ssl; calls
//! sessions and descriptors.

use super::context::Context;
use super::session::Session;
use crate::exn::Exn;
use crate::handle::object::{self, Kind};
use crate::io::connection::Closing;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, resolved};
use crate::unix::fd::{Fd, Side};
use crate::value::Value;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_void};
use std::rc::Rc;

/// A socket.
pub struct Socket {
    pub(super) fd: Rc<Fd>,
    pub(super) session: Option<Rc<Session>>,
    /// One of its channels is being closed, or was.
    pub(super) closing: Closing,
    /// Texts that were asked for, which live as long as it does.
    texts: [RefCell<Option<CString>>; 2],
}

/// What both ends agreed on, or one asked for, in text.
#[derive(Clone, Copy)]
pub enum Text {
    /// The protocol of ALPN.
    Alpn,
    /// The name that the client has asked for.
    ServerName,
}

impl Socket {
    fn new(fd: Rc<Fd>, session: Option<Rc<Session>>) -> Rc<Socket> {
        Rc::new(Socket {
            fd,
            session,
            closing: Closing::default(),
            texts: Default::default(),
        })
    }

    /// `Lwt_ssl.plain`
    pub fn plain(fd: Rc<Fd>) -> Rc<Socket> {
        Socket::new(fd, None)
    }

    /// `Lwt_ssl.embed_socket`: the handshake is made when it is first needed.
    pub fn embed(fd: Rc<Fd>, context: Rc<Context>, host: Option<String>) -> Rc<Socket> {
        let session = Session::new(fd.clone(), context, host);
        Socket::new(fd, Some(session))
    }

    /// `Lwt_ssl.ssl_perform_handshake` and its kin: a promise of the socket itself.
    pub fn shake(self: &Rc<Self>, function: &'static CStr) -> Promise {
        let socket = self.clone();
        spawn(async move {
            if let Some(session) = &socket.session {
                session.fd.check(function)?;
                session.handshake(function).await?;
            }
            into_value(socket)
        })
    }

    /// The descriptor.
    pub fn fd(&self) -> &Rc<Fd> {
        &self.fd
    }

    /// The session, unless it is plain.
    pub fn session(&self) -> Option<&Rc<Session>> {
        self.session.as_ref()
    }

    /// `Lwt_ssl.read`
    ///
    /// # Safety
    /// The buffer is that long, and stays until the promise has resolved.
    pub unsafe fn read(&self, buf: *mut u8, len: usize) -> Promise {
        match &self.session {
            // SAFETY: the caller's promise.
            None => unsafe { self.fd.read(buf, len) },
            // SAFETY: the same.
            Some(session) => unsafe { session.read(buf, len) },
        }
    }

    /// `Lwt_ssl.write`
    ///
    /// # Safety
    /// As [`Socket::read`].
    pub unsafe fn write(&self, buf: *const u8, len: usize) -> Promise {
        match &self.session {
            // SAFETY: the caller's promise.
            None => unsafe { self.fd.write(buf, len) },
            // SAFETY: the same.
            Some(session) => unsafe { session.write(buf, len) },
        }
    }

    /// `Lwt_ssl.wait_read`
    pub fn wait_read(&self) -> Promise {
        match &self.session {
            None => self.fd.wait(Side::Read),
            Some(session) => session.wait_read(),
        }
    }

    /// `Lwt_ssl.wait_write`
    pub fn wait_write(&self) -> Promise {
        match &self.session {
            None => self.fd.wait(Side::Write),
            Some(session) => session.wait_write(),
        }
    }

    /// `Lwt_ssl.ssl_shutdown`
    pub fn goodbye(&self) -> Promise {
        let Some(session) = self.session.clone() else {
            return resolved(Value::UNIT);
        };
        spawn(async move { session.goodbye().await.map(|()| Value::UNIT) })
    }

    /// A text, which lives as long as the socket does.
    pub fn text(&self, which: Text) -> *const std::ffi::c_char {
        let found = self.session.as_ref().and_then(|session| {
            session.ask(|connection| {
                let bytes = match which {
                    Text::Alpn => connection.alpn(),
                    Text::ServerName => connection.server_name().map(str::as_bytes),
                };
                CString::new(bytes?).ok()
            })
        });
        let Some(found) = found else {
            return std::ptr::null();
        };
        // It never changes: neither does the text.
        let mut kept = self.texts[which as usize].borrow_mut();
        kept.get_or_insert(found).as_ptr()
    }
}

/// A socket as a value, which owns a handle.
pub fn into_value(socket: Rc<Socket>) -> Outcome {
    unsafe extern "C" fn release(handle: *mut c_void) {
        object::release_any(handle as usize as u64);
    }
    match object::new(Kind::SslSocket, socket) {
        handle if handle.is_null() => Err(Exn::out_of_memory()),
        handle => Ok(Value::new(handle, Some(release))),
    }
}

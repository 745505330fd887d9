//! Reading and writing through a session, and waiting until that is possible. Module
//! Lwt_ssl; calls sessions.
//!
//! What is ready costs a resolved promise. A read that is cancelled has taken nothing.
//! A write that is cancelled before its turn has come has taken nothing, either; from
//! when its bytes are encrypted they are on their way, and its promise tells how many.

use super::error::{LWT_SSL_INTERNAL, LWT_SSL_TRUNCATED, failure};
use super::session::{Fill, Session};
use super::tls::Got;
use super::turn::{self, Turn};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise, failed, pause, resolved};
use crate::unix::fd::Side;
use crate::value::Value;
use std::ffi::CStr;
use std::rc::Rc;
use std::slice;

const READ: &CStr = c"ssl_read";
const WRITE: &CStr = c"ssl_write";
/// So much is encrypted at once.
const MOST: usize = 64 * 1024;
/// So often in a row the descriptor is read before others have their turn.
const ROUNDS: usize = 16;

/// A buffer of the caller's, who keeps it until the promise has resolved.
struct Lent(*mut u8, usize);

impl Lent {
    /// The bytes.
    ///
    /// # Safety
    /// The promise is pending, or is being made.
    unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: the caller's promise, as `Session::write` asks for.
        unsafe { slice::from_raw_parts(self.0, self.1) }
    }

    /// The same, to be written.
    ///
    /// # Safety
    /// As above.
    #[allow(clippy::mut_from_ref)]
    unsafe fn room(&self) -> &mut [u8] {
        // SAFETY: the caller's promise, as `Session::read` asks for.
        unsafe { slice::from_raw_parts_mut(self.0, self.1) }
    }
}

/// What came of reading without waiting.
enum Pulled {
    Got(Result<usize, Exn>),
    /// There is nothing.
    Nothing,
    /// Others should have their turn.
    Enough,
}

fn count(n: usize) -> Value {
    Value::plain(std::ptr::without_provenance_mut(n))
}

fn at_once(outcome: Outcome) -> Promise {
    outcome.map_or_else(failed, resolved)
}

fn truncated() -> Exn {
    let words =
        "the connection ended without a goodbye (close_notify): what was read may not be all";
    failure(LWT_SSL_TRUNCATED, words)
}

impl Session {
    /// `Lwt_ssl.read`
    ///
    /// # Safety
    /// The buffer is that long, and stays until the promise has resolved.
    pub unsafe fn read(self: &Rc<Self>, room: *mut u8, len: usize) -> Promise {
        if let Err(exn) = self.fd.check(READ) {
            return failed(exn);
        }
        if len == 0 {
            return resolved(count(0));
        }
        let lent = Lent(room, len);
        let mut turn = None;
        if self.is_done() {
            turn = turn::try_take(&self.reading);
        }
        if turn.is_some() {
            // SAFETY: the promise is being made.
            if let Pulled::Got(got) = self.pull(unsafe { lent.room() }) {
                drop(turn);
                return at_once(got.map(count));
            }
        }
        let session = self.clone();
        // SAFETY: of a future whose promise has resolved nothing is left.
        spawn(async move { unsafe { session.read_on(lent, turn) }.await })
    }

    /// # Safety
    /// The future is dropped before the buffer's promise has resolved.
    async unsafe fn read_on(self: Rc<Self>, lent: Lent, turn: Option<Turn>) -> Outcome {
        let mut tried = turn.is_some();
        self.handshake(READ).await?;
        let _turn = match turn {
            Some(turn) => turn,
            None => turn::take(&self.reading).await?,
        };
        loop {
            let pulled = match std::mem::take(&mut tried) {
                true => Pulled::Nothing,
                // SAFETY: the caller's promise.
                false => self.pull(unsafe { lent.room() }),
            };
            match pulled {
                Pulled::Got(got) => return got.map(count),
                Pulled::Nothing => self.ready(Side::Read, READ).await?,
                Pulled::Enough => pause().await.map(drop)?,
            }
        }
    }

    /// Reads what is there.
    fn pull(self: &Rc<Self>, room: &mut [u8]) -> Pulled {
        let pulled = self
            .pull_to(room)
            .unwrap_or_else(|exn| Pulled::Got(Err(exn)));
        self.send_soon();
        pulled
    }

    fn pull_to(&self, room: &mut [u8]) -> Result<Pulled, Exn> {
        let mut put = 0;
        let some = |put| (put > 0).then_some(Pulled::Got(Ok(put)));
        for _ in 0..ROUNDS {
            while put < room.len() {
                match self.with(|connection| connection.read(&mut room[put..]))? {
                    Got::Bytes(n) => put += n,
                    Got::Nothing => break,
                    Got::End => return Ok(Pulled::Got(Ok(put))),
                    Got::Truncated => return some(put).ok_or_else(truncated),
                }
            }
            if put == room.len() || (put > 0 && self.arrived.borrow().bytes().is_empty()) {
                return Ok(Pulled::Got(Ok(put)));
            }
            if let Some(exn) = self.failed() {
                return some(put).ok_or(exn);
            }
            match self.fill(READ) {
                Ok(Fill::Come) => {}
                Ok(Fill::Busy) => return Ok(some(put).unwrap_or(Pulled::Nothing)),
                Err(exn) => return some(put).ok_or(exn),
            }
        }
        Ok(some(put).unwrap_or(Pulled::Enough))
    }

    /// `Lwt_ssl.wait_read`: until a read need not wait.
    pub fn wait_read(self: &Rc<Self>) -> Promise {
        const NAME: &CStr = c"ssl_wait_read";
        if let Err(exn) = self.fd.check(NAME) {
            return failed(exn);
        }
        let session = self.clone();
        spawn(async move {
            session.handshake(NAME).await?;
            let _turn = turn::take(&session.reading).await?;
            for round in 1.. {
                let come =
                    session.with(|connection| connection.has_plain() || connection.is_closed())?;
                if come || session.has_ended() || session.failed().is_some() {
                    break;
                }
                let filled = session.fill(NAME);
                session.send_soon();
                match filled? {
                    Fill::Busy => session.ready(Side::Read, NAME).await?,
                    Fill::Come if round % ROUNDS == 0 => pause().await.map(drop)?,
                    Fill::Come => {}
                }
            }
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_ssl.write`
    ///
    /// # Safety
    /// As [`Session::read`].
    pub unsafe fn write(self: &Rc<Self>, bytes: *const u8, len: usize) -> Promise {
        if let Err(exn) = self.fd.check(WRITE) {
            return failed(exn);
        }
        if len == 0 {
            return resolved(count(0));
        }
        let lent = Lent(bytes.cast_mut(), len);
        let mut turn = None;
        if self.is_done() {
            turn = turn::try_take(&self.writing);
        }
        if let Some(mine) = turn {
            // SAFETY: the promise is being made.
            let bytes = unsafe { lent.bytes() };
            match self.send(WRITE).and_then(|sent| self.take_in(sent, bytes)) {
                Err(exn) => {
                    drop(mine);
                    return failed(exn);
                }
                Ok(Some((taken, true))) => {
                    drop(mine);
                    return resolved(count(taken));
                }
                Ok(Some((taken, false))) => {
                    let session = self.clone();
                    return spawn(async move { session.send_on(mine, taken).await });
                }
                Ok(None) => turn = Some(mine),
            }
        }
        let session = self.clone();
        // SAFETY: of a future whose promise has resolved nothing is left.
        spawn(async move { unsafe { session.write_on(lent, turn) }.await })
    }

    /// Encrypts bytes, if all of before is `sent`, and sends what there is room for: how
    /// many there were, and whether they are all sent.
    fn take_in(&self, sent: bool, bytes: &[u8]) -> Result<Option<(usize, bool)>, Exn> {
        if let Some(exn) = self.failed() {
            return Err(exn);
        }
        if self.has_said_goodbye() {
            return Err(Exn::unix(libc::EPIPE, WRITE, c""));
        }
        if !sent {
            return Ok(None);
        }
        let bytes = &bytes[..bytes.len().min(MOST)];
        let taken = self.with(|connection| connection.write(bytes))?;
        if taken == 0 {
            return Err(failure(LWT_SSL_INTERNAL, "nothing can be written any more"));
        }
        Ok(Some((taken, self.send(WRITE)?)))
    }

    /// # Safety
    /// As `read_on`.
    async unsafe fn write_on(self: Rc<Self>, lent: Lent, turn: Option<Turn>) -> Outcome {
        self.handshake(WRITE).await?;
        let turn = match turn {
            Some(turn) => turn,
            None => turn::take(&self.writing).await?,
        };
        loop {
            let sent = self.send(WRITE)?;
            // SAFETY: the caller's promise.
            match self.take_in(sent, unsafe { lent.bytes() })? {
                Some((taken, true)) => return Ok(count(taken)),
                Some((taken, false)) => return self.send_on(turn, taken).await,
                None => self.wait_for_room().await?,
            }
        }
    }

    /// Waits for room. Who is cancelled leaves what is to be sent to the session.
    async fn wait_for_room(&self) -> Result<(), Exn> {
        self.ready(Side::Write, WRITE).await
    }

    /// Sends what was taken.
    async fn send_on(self: Rc<Self>, turn: Turn, taken: usize) -> Outcome {
        loop {
            match self.wait_for_room().await {
                Ok(()) if self.send(WRITE)? => return Ok(count(taken)),
                Ok(()) => {}
                Err(exn) if exn.is_canceled() => {
                    drop(turn);
                    self.send_soon();
                    return Ok(count(taken));
                }
                Err(exn) => return Err(exn),
            }
        }
    }

    /// `Lwt_ssl.wait_write`: until a write need not wait.
    pub fn wait_write(self: &Rc<Self>) -> Promise {
        const NAME: &CStr = c"ssl_wait_write";
        if let Err(exn) = self.fd.check(NAME) {
            return failed(exn);
        }
        let session = self.clone();
        spawn(async move {
            session.handshake(NAME).await?;
            let turn = turn::take(&session.writing).await?;
            while !session.send(NAME)? {
                session.ready(Side::Write, NAME).await?;
            }
            let ready = session.fd.wait(Side::Write).await;
            // Who has read meanwhile may have left something to be sent.
            drop(turn);
            session.send_soon();
            ready
        })
    }
}

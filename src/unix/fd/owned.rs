//! Reading to and writing from buffers of the library's own, in either mode: they
//! come back with what was done. For floors above.

use super::operate::Withdrawn;
use super::transfer::{read, uninterrupted, write};
use super::{Fd, Side, failure};
use crate::exn::Exn;
use std::rc::Rc;

impl Fd {
    /// Reads at most `len` bytes to `buf[start..]`. The buffer comes back, unless
    /// the future is dropped.
    pub async fn read_buf(
        self: &Rc<Fd>,
        mut buf: Vec<u8>,
        start: usize,
        len: usize,
    ) -> (Vec<u8>, Result<usize, Exn>) {
        let start = start.min(buf.len());
        let end = start.saturating_add(len).min(buf.len());
        if !self.is_blocking() {
            let place = &mut buf[start..end];
            // SAFETY: the buffer is dropped after the promise is withdrawn.
            let promise = unsafe { self.read(place.as_mut_ptr(), place.len()) };
            let got = Withdrawn::of(promise).await;
            return (buf, got.map(|count| count.word().addr()));
        }
        if !self.is_regular()
            && let Err(exn) = Withdrawn::of(self.wait(Side::Read)).await
        {
            return (buf, Err(exn));
        }
        let done = self.on_job(c"read", move |raw| {
            let place = &mut buf[start..end];
            let got = uninterrupted(|| read(raw, place.as_mut_ptr(), place.len()));
            (buf, got)
        });
        match done.await {
            Ok((buf, got)) => (buf, got.map_err(|error| failure(&error, c"read"))),
            Err(exn) => (Vec::new(), Err(exn)),
        }
    }

    /// Writes `buf[start..end]`, or some of it. The buffer comes back, unless the
    /// future is dropped.
    pub async fn write_buf(
        self: &Rc<Fd>,
        buf: Vec<u8>,
        start: usize,
        end: usize,
    ) -> (Vec<u8>, Result<usize, Exn>) {
        let end = end.min(buf.len());
        let start = start.min(end);
        if !self.is_blocking() {
            let place = &buf[start..end];
            // SAFETY: the buffer is dropped after the promise is withdrawn.
            let promise = unsafe { self.write(place.as_ptr(), place.len()) };
            let put = Withdrawn::of(promise).await;
            return (buf, put.map(|count| count.word().addr()));
        }
        if !self.is_regular()
            && let Err(exn) = Withdrawn::of(self.wait(Side::Write)).await
        {
            return (buf, Err(exn));
        }
        let done = self.on_job(c"write", move |raw| {
            let place = &buf[start..end];
            let put = uninterrupted(|| write(raw, place.as_ptr(), place.len()));
            (buf, put)
        });
        match done.await {
            Ok((buf, put)) => (buf, put.map_err(|error| failure(&error, c"write"))),
            Err(exn) => (Vec::new(), Err(exn)),
        }
    }
}

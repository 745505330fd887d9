//! Module Lwt_bytes: memory outside of anybody's heap, which workers and the kernel
//! may use while the program goes on. May call floors 0 to 2 and `fd`.
//!
//! A view shares its memory; the memory goes with the last view, and not while an
//! operation uses it.

mod map;
mod memory;

pub use map::{Advice, map_file, page_size};
use memory::Memory;

use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, failed};
use std::mem::forget;
use std::rc::Rc;
use std::sync::Arc;

/// Bytes, behind `lwt_bytes *`: a part of some memory.
pub struct Bytes {
    memory: Arc<Memory>,
    start: usize,
    len: usize,
}

impl Bytes {
    /// `len` zero bytes. None: out of memory.
    #[allow(clippy::new_ret_no_self)]
    pub fn new(len: usize) -> Option<Rc<Bytes>> {
        Some(Bytes::whole(Memory::zeroed(len)?))
    }

    fn whole(memory: Memory) -> Rc<Bytes> {
        let len = memory.len();
        Rc::new(Bytes {
            memory: Arc::new(memory),
            start: 0,
            len,
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where they are. They may be changed through it, as by anybody else.
    pub fn data(&self) -> *mut u8 {
        // SAFETY: `start` lies within the memory, or at its end.
        unsafe { self.memory.data().add(self.start) }
    }

    /// Where `len` bytes begin at `pos`. The error: they are not all there.
    pub fn part(&self, function: &str, pos: usize, len: usize) -> Result<*mut u8, Exn> {
        match pos.checked_add(len) {
            // SAFETY: within the bytes, or at their end.
            Some(end) if end <= self.len => Ok(unsafe { self.data().add(pos) }),
            _ => Err(Exn::invalid(&format!(
                "{function}: {len} bytes at {pos} of {}",
                self.len
            ))),
        }
    }

    /// `Lwt_bytes.proxy`: a view of a part, which shares the memory.
    pub fn proxy(&self, function: &str, pos: usize, len: usize) -> Result<Rc<Bytes>, Exn> {
        self.part(function, pos, len)?;
        Ok(Rc::new(Bytes {
            memory: self.memory.clone(),
            start: self.start + pos,
            len,
        }))
    }

    /// `Lwt_bytes.extract`: a copy of a part.
    pub fn extract(&self, function: &str, pos: usize, len: usize) -> Result<Rc<Bytes>, Exn> {
        let from = self.part(function, pos, len)?;
        let copy = Bytes::new(len).ok_or_else(Exn::out_of_memory)?;
        // SAFETY: both are that long, and the second is new.
        unsafe { std::ptr::copy_nonoverlapping(from, copy.data(), len) };
        Ok(copy)
    }

    /// What `f` does with a part, which stays until its promise has resolved.
    pub fn lend(
        &self,
        function: &str,
        pos: usize,
        len: usize,
        f: impl FnOnce(*mut u8) -> Promise,
    ) -> Promise {
        match self.part(function, pos, len) {
            Ok(data) => self.keep(f(data)),
            Err(exn) => failed(exn),
        }
    }

    /// Keeps the memory until the promise of what uses it has resolved.
    fn keep(&self, promise: Promise) -> Promise {
        if !promise.is_pending() {
            return promise;
        }
        let kept = Kept(Some(self.memory.clone()));
        spawn(async move {
            let kept = kept;
            let outcome = promise.await;
            kept.give_up();
            outcome
        })
    }
}

/// Memory that something uses. If that is never told to have ended (the thread
/// ends meanwhile) the memory is never freed.
struct Kept(Option<Arc<Memory>>);

impl Kept {
    fn give_up(mut self) {
        self.0.take();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        forget(self.0.take());
    }
}

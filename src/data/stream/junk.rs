//! Reading and forgetting: junk and its kin. Module Lwt_stream; calls the
//! promises below.
#![forbid(unsafe_code)]

use super::Stream;
use super::read::promise_of;
use super::show::truth;
use super::walker::{Found, Walker};
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Promise, resolved};
use crate::value::Value;
use std::rc::Rc;

impl Stream {
    /// `Lwt_stream.njunk`: drops up to `n` elements. With 1, junk.
    pub fn njunk(self: &Rc<Self>, n: usize) -> Promise {
        let mut known = 0;
        while known < n
            && let Some(element) = self.take_buffered()
        {
            drop(element);
            known += 1;
        }
        if known == n || self.is_closed() {
            return resolved(Value::UNIT);
        }
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            for _ in known..n {
                if walker.take().await?.is_none() {
                    break;
                }
            }
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_stream.junk_while`: drops the longest prefix that passes the test.
    pub fn junk_while(
        self: &Rc<Self>,
        f: impl Fn(lwt_value) -> Result<bool, Exn> + 'static,
    ) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            while let Some(element) = walker.look().await?
                && f(element.word())?
            {
                drop(element);
                drop(walker.take_known());
            }
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_stream.junk_while_s`
    pub fn junk_while_s(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            while let Some(element) = walker.look().await?
                && truth(f(element.word())).await?
            {
                drop(element);
                drop(walker.take_known());
            }
            Ok(Value::UNIT)
        })
    }

    /// `Lwt_stream.junk_available`: drops what is to be had without waiting.
    pub fn junk_available(self: &Rc<Self>) -> Result<(), Exn> {
        let mut walker = Walker::new(self.clone());
        loop {
            match walker.take_now() {
                Found::Element(element) => drop(element),
                Found::Failed(exn) => return Err(exn),
                Found::End | Found::Wait => return Ok(()),
            }
        }
    }

    /// `Lwt_stream.junk_old`: the same as a promise.
    pub fn junk_old(self: &Rc<Self>) -> Promise {
        promise_of(self.junk_available().map(|()| Value::UNIT))
    }
}

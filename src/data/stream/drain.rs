//! Folds and searches. Module Lwt_stream; calls the promises below.
#![forbid(unsafe_code)]

use super::Stream;
use super::element::{Element, option, shared_option};
use super::show::{seen, show, truth};
use super::walker::Walker;
use crate::abi::{NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::rc::Rc;

impl Stream {
    /// `Lwt_stream.fold`: `f` owns what was gathered so far.
    pub fn fold(
        self: &Rc<Self>,
        initial: Value,
        f: impl Fn(Value, lwt_value) -> Outcome + 'static,
    ) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut gathered = initial;
            while let Some(element) = walker.take().await? {
                gathered = f(gathered, element.word())?;
            }
            Ok(gathered)
        })
    }

    /// `Lwt_stream.fold_s`
    pub fn fold_s(
        self: &Rc<Self>,
        initial: Value,
        f: impl Fn(Value, lwt_value) -> Promise + 'static,
    ) -> Promise {
        let mut walker = Walker::new(self.clone());
        spawn(async move {
            let mut gathered = initial;
            while let Some(element) = walker.take().await? {
                gathered = f(gathered, element.word()).await?;
                drop(element);
            }
            Ok(gathered)
        })
    }

    /// `Lwt_stream.find`: takes elements up to the first that passes, and gives
    /// that; none if none does.
    pub fn find(self: &Rc<Self>, f: impl Fn(lwt_value) -> Result<bool, Exn> + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        show(async move {
            while let Some(element) = walker.take().await? {
                if f(element.word())? {
                    return Ok(element);
                }
            }
            Ok(none())
        })
    }

    /// `Lwt_stream.find_s`
    pub fn find_s(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        show(async move {
            while let Some(element) = walker.take().await? {
                if truth(f(element.word())).await? {
                    return Ok(element);
                }
            }
            Ok(none())
        })
    }

    /// `Lwt_stream.find_map`: the first that `f` does not give none for.
    pub fn find_map(self: &Rc<Self>, f: impl Fn(lwt_value) -> Outcome + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        show(async move {
            while let Some(element) = walker.take().await? {
                if let Some(found) = option(f(element.word())?) {
                    return Ok(found);
                }
            }
            Ok(none())
        })
    }

    /// `Lwt_stream.find_map_s`
    pub fn find_map_s(self: &Rc<Self>, f: impl Fn(lwt_value) -> Promise + 'static) -> Promise {
        let mut walker = Walker::new(self.clone());
        show(async move {
            while let Some(element) = walker.take().await? {
                if let Some(found) = shared_option(seen(f(element.word())).await?) {
                    return Ok(found);
                }
                drop(element);
            }
            Ok(none())
        })
    }
}

fn none() -> Element {
    Element::Sole(Value::plain(NONE))
}

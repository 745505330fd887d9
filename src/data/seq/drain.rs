//! Going through a sequence, one element after the other. An element lives until
//! what was made of it has resolved.
#![forbid(unsafe_code)]

use super::Seq;
use super::source::shown;
use crate::abi::lwt_value;
use crate::exn::Exn;
use crate::promise::future::spawn;
use crate::promise::values::Values;
use crate::promise::{Outcome, Promise};
use crate::value::Value;
use std::mem::replace;

/// `Lwt_seq.to_list`
pub fn to_list(mut source: Seq) -> Promise {
    spawn(async move {
        let mut elements = Vec::new();
        while let Some((element, rest)) = source.node().await? {
            elements.try_reserve(1).map_err(|_| Exn::out_of_memory())?;
            elements.push(element);
            source = rest;
        }
        let values = Values::new(elements.len()).ok_or_else(Exn::out_of_memory)?;
        for (index, element) in elements.into_iter().enumerate() {
            values.put_shared(index, element);
        }
        Ok(values.into_value())
    })
}

/// `Lwt_seq.fold_left`
pub fn fold_left(
    mut source: Seq,
    initial: Value,
    mut f: impl FnMut(Value, lwt_value) -> Outcome + 'static,
) -> Promise {
    spawn(async move {
        let mut gathered = initial;
        while let Some((element, rest)) = source.node().await? {
            gathered = f(replace(&mut gathered, Value::UNIT), element.word())?;
            source = rest;
        }
        Ok(gathered)
    })
}

/// `Lwt_seq.fold_left_s`
pub fn fold_left_s(
    mut source: Seq,
    initial: Value,
    mut f: impl FnMut(Value, lwt_value) -> Promise + 'static,
) -> Promise {
    spawn(async move {
        let mut gathered = initial;
        while let Some((element, rest)) = source.node().await? {
            gathered = f(replace(&mut gathered, Value::UNIT), element.word()).await?;
            source = rest;
        }
        Ok(gathered)
    })
}

/// `Lwt_seq.iter`
pub fn iter(mut source: Seq, mut f: impl FnMut(lwt_value) -> Result<(), Exn> + 'static) -> Promise {
    spawn(async move {
        while let Some((element, rest)) = source.node().await? {
            f(element.word())?;
            source = rest;
        }
        Ok(Value::UNIT)
    })
}

/// `Lwt_seq.iter_s`
pub fn iter_s(mut source: Seq, mut f: impl FnMut(lwt_value) -> Promise + 'static) -> Promise {
    spawn(async move {
        while let Some((element, rest)) = source.node().await? {
            shown(f(element.word())).await?;
            source = rest;
        }
        Ok(Value::UNIT)
    })
}

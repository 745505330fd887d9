//! An element of a stream. Module Lwt_stream; calls the promises below.
//!
//! An element that one reader alone will see is a plain owned value; it becomes
//! a shared one when a second reader (a clone, a concurrent read) gets it too.
#![forbid(unsafe_code)]

use crate::abi::{NONE, lwt_value};
use crate::exn::Exn;
use crate::promise::shared::{Shared, showing};
use crate::promise::values::Values;
use crate::promise::{Promise, Resolver, resolved};
use crate::value::Value;

/// An element.
pub enum Element {
    /// Nobody else has it.
    Sole(Value),
    /// Others may show it as well.
    Shared(Shared),
}

impl Element {
    /// The word, borrowed.
    pub fn word(&self) -> lwt_value {
        match self {
            Element::Sole(value) => value.word(),
            Element::Shared(shared) => shared.word(),
        }
    }

    /// One more share in it.
    pub fn share(&mut self) -> Element {
        match self {
            Element::Sole(value) if !value.is_owned() => Element::Sole(Value::plain(value.word())),
            Element::Sole(value) => {
                let shared = Shared::new(std::mem::replace(value, Value::UNIT));
                *self = Element::Shared(shared.clone());
                Element::Shared(shared)
            }
            Element::Shared(shared) => Element::Shared(shared.clone()),
        }
    }

    /// A promise that shows it.
    #[inline]
    pub fn into_promise(self) -> Promise {
        match self {
            Element::Sole(value) => resolved(value),
            Element::Shared(shared) => showing(shared),
        }
    }

    /// Resolves a promise with it, now or by a deferred wake-up.
    pub fn resolve(self, resolver: Resolver, later: bool) {
        match (self, later) {
            (Element::Sole(value), false) => resolver.resolve(Ok(value)),
            (Element::Sole(value), true) => resolver.resolve_later(Ok(value)),
            (Element::Shared(shared), false) => resolver.show(shared),
            (Element::Shared(shared), true) => resolver.show_later(shared),
        }
    }

    /// Moves the value out: who else shows it shows `LWT_UNIT`.
    pub fn into_value(self) -> Value {
        match self {
            Element::Sole(value) => value,
            Element::Shared(shared) => shared.take(),
        }
    }

    /// A share in it.
    pub fn into_shared(self) -> Shared {
        match self {
            Element::Sole(value) => Shared::new(value),
            Element::Shared(shared) => shared,
        }
    }

    /// Puts it into an array, which then shows it.
    pub fn put(self, values: &Values, index: usize) {
        match self {
            Element::Sole(value) => drop(values.put(index, value)),
            Element::Shared(shared) => values.put_shared(index, shared),
        }
    }
}

/// What a source answers: an element, none at the end, or a failure.
pub type Answer = Result<Option<Element>, Exn>;

/// A value that may be none as an answer.
pub fn option(value: Value) -> Option<Element> {
    (value.word() != NONE).then_some(Element::Sole(value))
}

/// The same of a shared value.
pub fn shared_option(shared: Shared) -> Option<Element> {
    (shared.word() != NONE).then_some(Element::Shared(shared))
}

/// A value where an element has to be: none is no element.
pub fn some(value: Value, function: &str) -> Answer {
    match option(value) {
        Some(element) => Ok(Some(element)),
        None => Err(Exn::invalid(&format!("{function}: LWT_NONE is no element"))),
    }
}

/// An array of elements. The error: memory ran out.
pub fn list(elements: Vec<Element>) -> Result<Value, Exn> {
    let values = Values::new(elements.len()).ok_or_else(Exn::out_of_memory)?;
    for (index, element) in elements.into_iter().enumerate() {
        element.put(&values, index);
    }
    Ok(values.into_value())
}

/// Adds to a list of elements.
pub fn gather(elements: &mut Vec<Element>, element: Element) -> Result<(), Exn> {
    elements.try_reserve(1).map_err(|_| Exn::out_of_memory())?;
    elements.push(element);
    Ok(())
}

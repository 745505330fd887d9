//! What is to be had without waiting. Module Lwt_stream; calls the values below.
#![forbid(unsafe_code)]

use super::Stream;
use super::element::{Element, gather, list};
use super::walker::{Found, Mark, Walker};
use crate::exn::Exn;
use crate::value::Value;
use std::rc::Rc;

impl Stream {
    /// `Lwt_stream.get_available_up_to`: takes up to `n` elements that are to be
    /// had without waiting. If the source fails, what was taken goes back.
    pub fn get_available(self: &Rc<Self>, n: usize) -> Result<Value, Exn> {
        // What is pushed can't fail, and need not go back.
        let start = self.is_asked().then(|| Mark::new(self));
        let mut walker = Walker::new(self.clone());
        match available(&mut walker, n) {
            Ok(elements) => list(elements),
            Err(exn) => {
                if let Some(start) = start
                    && self.place() == walker.place()
                {
                    self.go_to(start.place());
                }
                Err(exn)
            }
        }
    }
}

fn available(walker: &mut Walker, n: usize) -> Result<Vec<Element>, Exn> {
    let mut elements = Vec::new();
    while elements.len() < n {
        match walker.take_now() {
            Found::Element(element) => gather(&mut elements, element)?,
            Found::Failed(exn) => return Err(exn),
            Found::End | Found::Wait => break,
        }
    }
    Ok(elements)
}

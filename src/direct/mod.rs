//! Module Lwt_direct: plain sequential code on promises.
#![allow(dead_code)]

mod overflow;
mod sanitizer;
mod stack;

//! Floor 5: the C interface, one file per header. No logic.
#![allow(non_camel_case_types)]

pub mod lwt;
pub mod lwt_direct;
pub mod lwt_engine;
pub mod lwt_main;
pub mod lwt_preemptive;
pub mod lwt_unix;

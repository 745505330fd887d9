//! Floor 5: the C interface, one file per header. No logic.
#![allow(non_camel_case_types)]

mod closure;
pub mod lwt;
pub mod lwt_bytes;
pub mod lwt_condition;
pub mod lwt_coroutine;
pub mod lwt_debug;
pub mod lwt_direct;
pub mod lwt_engine;
pub mod lwt_fmt;
pub mod lwt_gc;
pub mod lwt_io;
pub mod lwt_list;
pub mod lwt_main;
pub mod lwt_main_thread;
pub mod lwt_mutex;
pub mod lwt_mvar;
pub mod lwt_pool;
pub mod lwt_pqueue;
pub mod lwt_preemptive;
pub mod lwt_process;
pub mod lwt_result;
pub mod lwt_retry;
pub mod lwt_rte;
pub mod lwt_seq;
pub mod lwt_sequence;
pub mod lwt_stream;
pub mod lwt_switch;
pub mod lwt_syntax;
pub mod lwt_sys;
pub mod lwt_throttle;
pub mod lwt_timeout;
pub mod lwt_unix;
mod path;
mod text;

//! `lwt_log.h`: module Lwt_log.

pub mod logger;
pub mod section;
pub mod write;

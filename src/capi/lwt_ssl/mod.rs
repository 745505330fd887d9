//! `lwt_ssl.h`: module Lwt_ssl.

pub mod context;
pub mod socket;

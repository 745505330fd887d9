//! `lwt_signal.h`: module Lwt_react.S.

pub mod combine;
pub mod lifted;
pub mod promise;
pub mod signal;

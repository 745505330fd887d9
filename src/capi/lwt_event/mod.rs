//! `lwt_event.h`: module Lwt_react.E.

pub mod combine;
pub mod event;
pub mod promise;

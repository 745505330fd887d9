//! `lwt_throttle.h`: module Lwt_throttle.

//! `lwt_timeout.h`: module Lwt_timeout.

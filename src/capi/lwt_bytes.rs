//! `lwt_bytes.h`: module Lwt_bytes.

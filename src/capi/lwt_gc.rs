//! `lwt_gc.h`: module Lwt_gc.

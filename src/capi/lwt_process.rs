//! `lwt_process.h`: module Lwt_process.

//! `lwt_sys.h`: module Lwt_sys.

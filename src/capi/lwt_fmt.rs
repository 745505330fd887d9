//! `lwt_fmt.h`: module Lwt_fmt.

//! `lwt_result.h`: module Lwt_result: promises of success or a typed error.

//! `lwt_retry.h`: module Lwt_retry: retrying.

//! `lwt_text.h`: module Lwt_text.

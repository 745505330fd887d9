//! `lwt_rte.h`: module Lwt_rte: tracing.

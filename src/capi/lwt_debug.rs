//! `lwt_debug.h`: module Lwt, debugging: call sites, backtraces, dumps.

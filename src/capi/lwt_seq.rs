//! `lwt_seq.h`: module Lwt_seq: pure lazy sequences.

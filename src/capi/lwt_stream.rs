//! `lwt_stream.h`: module Lwt_stream: streams.

//! `lwt_ssl.h`: contexts.

//! `lwt_glib.h`: module Lwt_glib.

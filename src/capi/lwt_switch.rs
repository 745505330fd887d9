//! `lwt_switch.h`: module Lwt_switch: switches and scopes.

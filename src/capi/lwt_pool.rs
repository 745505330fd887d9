//! `lwt_pool.h`: module Lwt_pool: pools of resources.

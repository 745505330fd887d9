//! CPUs and affinity of module Lwt_unix. May call floor 0.

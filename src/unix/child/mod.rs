//! Children of module Lwt_unix. May call floors 0 to 2, `fd` and `signal`.

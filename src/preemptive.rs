//! Module Lwt_preemptive: computations detached to worker threads.

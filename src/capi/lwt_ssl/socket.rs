//! `lwt_ssl.h`: sockets.

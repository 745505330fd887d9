//! Module Lwt_ssl: TLS on descriptors and channels.

/* Options that ask for what is usual. On any thread. */
static inline struct lwt_daemon_options lwt_daemon_options_default(void) {
  struct lwt_daemon_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  options.syslog = true;
  options.umask = 022;
  return options;
}

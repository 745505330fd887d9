/* The command that has the shell, /bin/sh, run a line, `Lwt_process.shell`, which is
 * borrowed by the command. On any thread. */
static inline struct lwt_process_command lwt_process_shell(const char *line) {
  struct lwt_process_command command;
  command.program = NULL;
  command.argv = NULL;
  command.line = line != NULL ? line : "";
  return command;
}

/* The command that runs argv[0], which is looked for in PATH unless there is a slash in
 * it, with these arguments; the last is NULL. Borrowed by the command. On any thread. */
static inline struct lwt_process_command lwt_process_program(const char *const *argv) {
  struct lwt_process_command command;
  command.program = NULL;
  command.argv = argv;
  command.line = NULL;
  return command;
}

/* Options that ask for nothing. On any thread. */
static inline struct lwt_process_options lwt_process_options_default(void) {
  struct lwt_process_options options;
  memset(&options, 0, sizeof options);
  options.size = sizeof options;
  return options;
}

/* The stream is /dev/null. On any thread. */
static inline struct lwt_process_redirection lwt_process_dev_null(void) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_DEV_NULL;
  redirection.fd = -1;
  return redirection;
}

/* The stream is closed. On any thread. */
static inline struct lwt_process_redirection lwt_process_close_stream(void) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_CLOSE;
  redirection.fd = -1;
  return redirection;
}

/* The stream is a copy of a descriptor of this process. On any thread. */
static inline struct lwt_process_redirection lwt_process_fd_copy(int fd) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_FD_COPY;
  redirection.fd = fd;
  return redirection;
}

/* The same, and the call closes the descriptor here, also if it fails, but with
 * LWT_INVALID_ARGUMENT. */
static inline struct lwt_process_redirection lwt_process_fd_move(int fd) {
  struct lwt_process_redirection redirection;
  redirection.kind = LWT_PROCESS_FD_MOVE;
  redirection.fd = fd;
  return redirection;
}

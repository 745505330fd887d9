/* Processes for the tests. */
#ifndef PROCESSES_H
#define PROCESSES_H
#include "children.h"
#include "io_kit.h"

static inline struct lwt_process_command sh(const char *line) { return lwt_process_shell(line); }

/* Opens one, and takes it out of its promise. */
static inline lwt_process *opened(lwt_t *p) {
  if (!CHECK_INT(lwt_state(p), LWT_RETURN)) {
    lwt_release(p);
    return NULL;
  }
  return (lwt_process *)lwt_take(p);
}
/* The status of a process that has exited so. */
#define EXITED(code) ((code) << 8)

/* The lines of a stream with a bar after each, and how it ended. Consumes it. */
static inline const char *lines_of(lwt_stream *stream) {
  static char all[4096];
  all[0] = '\0';
  for (;;) {
    lwt_t *p = lwt_stream_get(stream);
    lwt_main_run_until(p);
    size_t len = strlen(all);
    if (lwt_state(p) != LWT_RETURN) {
      snprintf(all + len, sizeof all - len, "fails %d|", kind_of(p));
      lwt_release(p);
      break;
    }
    if (lwt_value_of(p) == LWT_NONE) {
      lwt_release(p);
      break;
    }
    snprintf(all + len, sizeof all - len, "%s|",
             ((const struct lwt_string *)lwt_value_of(p))->data);
    lwt_release(p);
  }
  lwt_stream_release(stream);
  return all;
}
static inline void string_drop(void *text) { lwt_string_release((struct lwt_string *)text); }
/* A stream of lines that came with LWT_NONE behind them. */
static inline lwt_stream *stream_of(const char *const *lines, size_t n) {
  lwt_stream_push *push;
  lwt_stream *stream = lwt_stream_create(&push);
  for (size_t i = 0; i < n; i++)
    lwt_stream_push_owned(push, lwt_string_new(lines[i], strlen(lines[i])), string_drop);
  lwt_stream_push_close(push);
  lwt_stream_push_release(push);
  return stream;
}
/* No descriptor was left open, and nobody waits. */
static inline int open_descriptors(void) {
  int n = 0;
  for (int fd = 0; fd < 1024; fd++) n += fcntl(fd, F_GETFD) >= 0;
  return n;
}
#endif

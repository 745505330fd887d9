/* Failures that pass binds, catches and awaits, and what their backtraces
 * say: the same with LWT_DEBUG=1 and with -DLWT_DEBUG. */
#ifndef BACKTRACE_H
#define BACKTRACE_H
#include "promises.h"

/* The lines that a backtrace has to have, all of them, in this order: how, the
 * line of this file, and the function. The file's folder is left open. */
struct point {
  const char *how;
  int line;
  const char *function;
};

static const char *base_name(const char *file) {
  const char *slash = strrchr(file, '/');
  return slash != NULL ? slash + 1 : file;
}

static bool is_point(const char *text, size_t len, const struct point *want, const char *file) {
  char end[200];
  int n = snprintf(end, sizeof end, "%s:%d (%s)", base_name(file), want->line, want->function);
  size_t how = strlen(want->how);
  return len > (size_t)n && strncmp(text, want->how, how) == 0 &&
         strncmp(text + how, " at ", 4) == 0 && strncmp(text + len - n, end, (size_t)n) == 0;
}

static void check_way(const char *file, int line, const lwt_exn *e, const struct point *want,
                      size_t n) {
  const char *whole = lwt_exn_backtrace(e), *at = whole;
  bool same = true;
  for (size_t i = 0; same && i < n; i++) {
    size_t len = strcspn(at, "\n");
    same = is_point(at, len, &want[i], file);
    at += len + (at[len] == '\n');
  }
  if (!same || *at != '\0') {
    fprintf(stderr, "%s:%d: the backtrace is\n%s\nwhere these are wanted:\n", file, line, whole);
    for (size_t i = 0; i < n; i++)
      fprintf(stderr, "%s at %s:%d (%s)\n", want[i].how, file, want[i].line, want[i].function);
    check_true(file, line, "the backtrace", false);
  }
}

/* CHECK_WAY(e, {"raised", 12, "f"}, {"bind", 20, "g"}) */
#define CHECK_WAY(e, ...)                                                   \
  do {                                                                      \
    const struct point want_[] = {__VA_ARGS__};                             \
    check_way(__FILE__, __LINE__, (e), want_, sizeof want_ / sizeof *want_); \
  } while (0)

/* Remembers the line it stands in. */
#define AT(line) (line = __LINE__)

#endif

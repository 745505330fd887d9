/* For the programs that tests/faults runs with calls that fail: whatever that does,
 * a promise has to resolve, and to say clearly with what. They don't look at what
 * else it says. Run without faults, everything has to succeed. */
#ifndef FAULTS_H
#define FAULTS_H
#include "promises.h"

/* Is something made to fail in this run? */
static inline bool faulty(void) {
  const char *plan = getenv("LWT_FAULT");
  return plan != NULL && strcmp(plan, "count") != 0;
}

/* An exception has a kind that there is, and words; a system's has an errno. */
static inline void check_clear(const char *file, int line, const char *what, const lwt_exn *e) {
  int kind = lwt_exn_kind(e);
  if (!faulty()) {
    check_fail(file, line);
    fprintf(stderr, "%s fails: %s\n", what, lwt_exn_message(e));
  }
  check_true(file, line, what, kind > LWT_OK && kind != LWT_STALLED && kind != LWT_INVALID_ARGUMENT);
  check_true(file, line, what, lwt_exn_message(e) != NULL && lwt_exn_message(e)[0] != '\0');
  if (kind != LWT_UNIX_ERROR) return;
  check_true(file, line, what, lwt_exn_errno(e) > 0);
  check_true(file, line, what, lwt_exn_function(e) != NULL);
}

/* Runs the main loop until the promise has resolved, which it does: the loop itself
 * may say that it can't wait, but not for ever. True if it has succeeded; then *value
 * is borrowed from the promise. Borrows. */
#define SETTLES(p, value) check_settles(__FILE__, __LINE__, #p, (p), (value))
static inline bool check_settles(const char *file, int line, const char *what, const lwt_t *p,
                                 lwt_value *value) {
  for (int tries = 0; lwt_state(p) == LWT_SLEEP && tries < 10; tries++) {
    int kind = lwt_main_run_until(p);
    if (kind != LWT_OK && !faulty()) check_int(file, line, what, kind, LWT_OK);
  }
  /* For good, the loop can't wait: then nothing can be said of what would follow. */
  if (lwt_state(p) == LWT_SLEEP) {
    check_true(file, line, what, faulty());
    lwt_cancel(p);
    return false;
  }
  if (lwt_state(p) == LWT_FAIL) {
    check_clear(file, line, what, lwt_exn_of(p));
    return false;
  }
  if (value != NULL) *value = lwt_value_of(p);
  return true;
}
/* The same of a promise that nobody needs any more. Consumes. */
#define SETTLED(p) check_settled(__FILE__, __LINE__, #p, (p))
static inline bool check_settled(const char *file, int line, const char *what, lwt_t *p) {
  bool ok = check_settles(file, line, what, p, NULL);
  lwt_release(p);
  return ok;
}
/* A handle may be missing only if something fails. */
#define GIVEN(handle) (check_true(__FILE__, __LINE__, #handle, (handle) != NULL || faulty()), \
                       (handle) != NULL)
/* A call that answers with a kind. */
#define OKAY(call) check_okay(__FILE__, __LINE__, #call, (call))
static inline bool check_okay(const char *file, int line, const char *what, int kind) {
  if (!faulty()) check_int(file, line, what, kind, LWT_OK);
  return kind == LWT_OK;
}
#endif

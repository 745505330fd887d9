/* The six wake-up functions, each as a case of a table. */
#ifndef WAKEUPS_H
#define WAKEUPS_H
#include "promises.h"

static inline int by_value(lwt_u *u) { return lwt_wakeup(u, LWT_INT(1)); }
static inline int by_exn(lwt_u *u) { return lwt_wakeup_exn(u, exn(LWT_FULL)); }
static inline int by_result(lwt_u *u) {
  return lwt_wakeup_result(u, lwt_make_value(LWT_INT(1)));
}
static inline int later_by_value(lwt_u *u) { return lwt_wakeup_later(u, LWT_INT(1)); }
static inline int later_by_exn(lwt_u *u) { return lwt_wakeup_later_exn(u, exn(LWT_FULL)); }
static inline int later_by_result(lwt_u *u) {
  return lwt_wakeup_later_result(u, lwt_make_error(exn(LWT_FULL)));
}
static const struct wakeup {
  const char *name;
  int (*wake)(lwt_u *u);
  lwt_promise_state state; /* what it leaves */
  bool later;
} wakeups[] = {{"wakeup", by_value, LWT_RETURN, false},
               {"wakeup_exn", by_exn, LWT_FAIL, false},
               {"wakeup_result", by_result, LWT_RETURN, false},
               {"wakeup_later", later_by_value, LWT_RETURN, true},
               {"wakeup_later_exn", later_by_exn, LWT_FAIL, true},
               {"wakeup_later_result", later_by_result, LWT_FAIL, true}};
enum { WAKEUPS = sizeof wakeups / sizeof *wakeups };
#endif

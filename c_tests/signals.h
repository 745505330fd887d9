/* Handlers of signals for the tests: they count, and leave their name. */
#ifndef SIGNALS_H
#define SIGNALS_H
#include "loop.h"

#include <signal.h>

static inline void env_signal(int signum, void *data) {
  env_enter(data)->value = LWT_INT(signum);
}
/* Disables itself. */
static inline void env_signal_once(const lwt_unix_signal_handler *handler, int signum, void *data) {
  env_enter(data)->value = LWT_INT(signum);
  CHECK_INT(lwt_unix_disable_signal_handler(handler), LWT_OK);
}
/* What the process does with a signal. */
static inline void (*disposition(int signum))(int) {
  struct sigaction now;
  CHECK_INT(sigaction(signum, NULL, &now), 0);
  return now.sa_handler;
}
#define CHECK_DISPOSITION(signum, want) CHECK(disposition(signum) == (want))

#endif

/* An engine that delivers signals itself: the library installs no handler. */
#include "poll_engine.h"
#include "signals.h"

static bool forwards(void *engine, int signum) {
  (void)engine;
  return signum == SIGUSR1;
}
static struct poll_engine state;

TEST(a_signal_that_the_engine_forwards_keeps_its_disposition) {
  struct lwt_engine_ops ops = poll_engine_ops();
  ops.forwards_signal = forwards;
  lwt_engine *engine = lwt_engine_new(&ops, &state);
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  ENV(a);
  ENV(b);
  lwt_unix_signal_handler *forwarded, *own;
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &forwarded), LWT_OK);
  CHECK_INT(lwt_unix_on_signal(SIGUSR2, env_signal, &b, env_drop, &own), LWT_OK);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK(disposition(SIGUSR2) != SIG_DFL);
  CHECK_INT(lwt_unix_reinstall_signal_handler(SIGUSR1), LWT_OK);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_INT(lwt_unix_handle_signal(SIGUSR1), LWT_OK); /* what the engine calls */
  raise(SIGUSR2);
  turns(2);
  CHECK_TRACE("a b");
  lwt_unix_disable_signal_handler(forwarded);
  lwt_unix_disable_signal_handler(own);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_DISPOSITION(SIGUSR2, SIG_DFL);
  lwt_unix_signal_handler_release(forwarded);
  lwt_unix_signal_handler_release(own);
  lwt_engine_release(engine);
}

/* Scenario 31: two handlers; disable twice; default restored. */
#include "signals.h"

static lwt_unix_signal_handler *first, *second;

TEST(two_handlers_of_a_signal_are_called_in_the_order_of_registration) {
  static ENV(a);
  static ENV(b);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &a, env_drop, &first), LWT_OK);
  CHECK_INT(lwt_unix_on_signal(SIGUSR1, env_signal, &b, env_drop, &second), LWT_OK);
  CHECK_INT(lwt_unix_signal_count(), 2);
  raise(SIGUSR1);
  CHECK_TRACE(""); /* never in the context of the signal */
  turns(2);
  CHECK_TRACE("a b");
  CHECK_INT(LWT_TO_INT(a.value), SIGUSR1);
  raise(SIGUSR1);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("a b a b");

  CHECK_INT(lwt_unix_disable_signal_handler(first), LWT_OK);
  CHECK_ENV(a, 3, 1);
  CHECK_INT(lwt_unix_signal_count(), 1);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("b");
}

TEST(disabling_twice_does_nothing_the_second_time) {
  CHECK_INT(lwt_unix_disable_signal_handler(first), LWT_OK);
  CHECK_INT(lwt_unix_signal_count(), 1);
  CHECK(disposition(SIGUSR1) != SIG_DFL);
  raise(SIGUSR1);
  turns(2);
  CHECK_TRACE("b");
}

TEST(with_the_last_handler_gone_the_default_is_back) {
  CHECK_INT(lwt_unix_disable_signal_handler(second), LWT_OK);
  CHECK_DISPOSITION(SIGUSR1, SIG_DFL);
  CHECK_INT(lwt_unix_signal_count(), 0);
  CHECK_INT(lwt_unix_disable_signal_handler(second), LWT_OK);
  lwt_unix_signal_handler_release(first);
  lwt_unix_signal_handler_release(second);
}

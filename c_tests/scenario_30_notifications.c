/* Notifications: from many threads at once; once; stopped before delivery;
 * replaced. */
#include "loop.h"

#include <pthread.h>

enum { THREADS = 8 };
static int calls[THREADS], total;
static pthread_t loop_thread;
static void count(void *n) {
  CHECK(pthread_equal(pthread_self(), loop_thread));
  ++*(int *)n;
  total++;
}
static intptr_t ids[THREADS];
static void *send_many(void *which) {
  for (long i = 0, n = scaled(2000); i < n; i++) {
    lwt_unix_send_notification(ids[(intptr_t)which]);
    lwt_unix_send_notification(ids[((intptr_t)which + 1) % THREADS]);
  }
  return NULL;
}
TEST(from_many_threads_at_once_none_is_lost_and_duplicates_are_kept) {
  loop_thread = pthread_self();
  long n = scaled(2000);
  pthread_t threads[THREADS];
  for (int i = 0; i < THREADS; i++)
    ids[i] = lwt_unix_make_notification(count, &calls[i], NULL, false);
  for (intptr_t i = 0; i < THREADS; i++)
    CHECK_INT(pthread_create(&threads[i], NULL, send_many, (void *)i), 0);
  WAIT_UNTIL(total == 2 * THREADS * n);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  turns(2);
  for (int i = 0; i < THREADS; i++) {
    CHECK_INT(calls[i], 2 * n);
    lwt_unix_stop_notification(ids[i]);
  }
}
TEST(handlers_are_called_in_the_order_in_which_they_were_sent) {
  ENV(a);
  ENV(b);
  ENV(c);
  struct env *envs[] = {&a, &b, &c};
  intptr_t three[3];
  for (int i = 0; i < 3; i++) three[i] = lwt_unix_make_notification(env_unit, envs[i], NULL, false);
  lwt_unix_send_notification(three[1]);
  lwt_unix_send_notification(three[2]);
  lwt_unix_send_notification(three[0]);
  CHECK_TRACE("");
  turns(1);
  CHECK_TRACE("b c a");
  for (int i = 0; i < 3; i++) lwt_unix_stop_notification(three[i]);
}

static intptr_t once_id;
static int once_calls;
static void send_again(void *env) {
  (void)env;
  once_calls++;
  lwt_unix_send_notification(once_id); /* it is gone before its first call */
}
TEST(once_is_removed_before_its_first_call) {
  ENV(dropped);
  once_id = lwt_unix_make_notification(send_again, &dropped, env_drop, true);
  lwt_unix_send_notification(once_id);
  lwt_unix_send_notification(once_id);
  turns(3);
  CHECK_INT(once_calls, 1);
  CHECK_INT(dropped.dropped, 1);
  ENV(other);
  CHECK_INT(lwt_unix_set_notification(once_id, env_unit, &other, env_drop), LWT_NOT_FOUND);
  CHECK_ENV(other, 0, 1);
}
TEST(stopped_before_delivery_it_is_not_called_and_what_is_unknown_is_ignored) {
  ENV(f);
  intptr_t id = lwt_unix_make_notification(env_unit, &f, env_drop, false);
  lwt_unix_send_notification(id);
  lwt_unix_stop_notification(id);
  CHECK_ENV(f, 0, 1);
  turns(2);
  lwt_unix_send_notification(id);
  lwt_unix_call_notification(id);
  lwt_unix_stop_notification(id);
  turns(2);
  CHECK_ENV(f, 0, 1);
}
TEST(a_replacement_gets_what_was_sent_before) {
  ENV(old);
  ENV(new);
  intptr_t id = lwt_unix_make_notification(env_unit, &old, env_drop, false);
  lwt_unix_send_notification(id);
  CHECK_INT(lwt_unix_set_notification(id, env_unit, &new, env_drop), LWT_OK);
  CHECK_ENV(old, 0, 1);
  turns(1);
  CHECK_ENV(old, 0, 1);
  CHECK_ENV(new, 1, 0);
  lwt_unix_call_notification(id); /* now */
  CHECK_ENV(new, 2, 0);
  lwt_unix_stop_notification(id);
  CHECK_ENV(new, 2, 1);
  trace_text[0] = '\0';
}

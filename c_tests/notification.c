/* Notifications: n sends make n calls, from threads and signal handlers; a
 * stopped or absurd id does nothing. */
#include "loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

static pthread_t loop_thread;
static int calls;
static void count(void *env) {
  CHECK(pthread_equal(pthread_self(), loop_thread));
  calls++;
  if (env != NULL) trace(((struct env *)env)->name);
}
static void start(void) {
  loop_thread = pthread_self();
  calls = 0;
  trace_text[0] = '\0';
}

TEST(an_id_is_a_positive_number) {
  start();
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  CHECK(id > 0);
  lwt_unix_stop_notification(id);
}

TEST(a_send_is_delivered_in_the_next_turn_and_not_before) {
  start();
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  lwt_unix_send_notification(id);
  CHECK_INT(calls, 0);
  turns(1);
  CHECK_INT(calls, 1);
  turns(2);
  CHECK_INT(calls, 1);
  lwt_unix_stop_notification(id);
}

TEST(n_sends_make_n_calls) {
  start();
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  for (int i = 0; i < 1000; i++) lwt_unix_send_notification(id);
  turns(1);
  CHECK_INT(calls, 1000);
  lwt_unix_stop_notification(id);
}

TEST(a_send_leaves_errno_alone) {
  start();
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  errno = 77;
  lwt_unix_send_notification(id);
  lwt_unix_send_notification(-3);
  CHECK_INT(errno, 77);
  turns(1);
  lwt_unix_stop_notification(id);
}

TEST(two_notifications_do_not_mix) {
  start();
  ENV(a);
  ENV(b);
  intptr_t ia = lwt_unix_make_notification(env_unit, &a, env_drop, false);
  intptr_t ib = lwt_unix_make_notification(env_unit, &b, env_drop, false);
  CHECK(ia != ib);
  for (int i = 0; i < 3; i++) lwt_unix_send_notification(ia);
  for (int i = 0; i < 5; i++) lwt_unix_send_notification(ib);
  turns(1);
  CHECK_ENV(a, 3, 0);
  CHECK_ENV(b, 5, 0);
  lwt_unix_stop_notification(ia);
  CHECK_ENV(a, 3, 1);
  lwt_unix_stop_notification(ib);
  CHECK_ENV(b, 5, 1);
}

TEST(once_is_called_once_however_often_it_is_sent) {
  start();
  ENV(f);
  intptr_t id = lwt_unix_make_notification(env_unit, &f, env_drop, true);
  for (int i = 0; i < 10; i++) lwt_unix_send_notification(id);
  turns(1);
  CHECK_ENV(f, 1, 1);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_ENV(f, 1, 1);
  lwt_unix_stop_notification(id);
  CHECK_ENV(f, 1, 1);
}

TEST(stopped_before_delivery_it_is_never_called) {
  start();
  ENV(f);
  intptr_t id = lwt_unix_make_notification(env_unit, &f, env_drop, false);
  for (int i = 0; i < 10; i++) lwt_unix_send_notification(id);
  lwt_unix_stop_notification(id);
  turns(2);
  CHECK_ENV(f, 0, 1);
  lwt_unix_stop_notification(id); /* twice: nothing */
  CHECK_ENV(f, 0, 1);
}

TEST(a_send_in_flight_never_reaches_the_next_owner_of_the_slot) {
  start();
  for (int i = 0; i < 2000; i++) {
    ENV(old);
    ENV(young);
    intptr_t id = lwt_unix_make_notification(env_unit, &old, env_drop, false);
    lwt_unix_send_notification(id);
    lwt_unix_stop_notification(id);
    intptr_t next = lwt_unix_make_notification(env_unit, &young, env_drop, false);
    CHECK(next != id);
    lwt_unix_send_notification(id);
    turns(1);
    CHECK_ENV(old, 0, 1);
    CHECK_ENV(young, 0, 0);
    lwt_unix_send_notification(next);
    turns(1);
    CHECK_ENV(young, 1, 0);
    lwt_unix_stop_notification(next);
  }
  trace_text[0] = '\0';
}

TEST(set_replaces_the_function) {
  start();
  ENV(a);
  ENV(b);
  intptr_t id = lwt_unix_make_notification(env_unit, &a, env_drop, false);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_INT(lwt_unix_set_notification(id, env_unit, &b, env_drop), LWT_OK);
  CHECK_ENV(a, 1, 1);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_ENV(a, 1, 1);
  CHECK_ENV(b, 1, 0);
  lwt_unix_stop_notification(id);
  CHECK_ENV(b, 1, 1);
}

TEST(setting_an_unknown_id_is_not_found_and_drops_the_environment) {
  start();
  ENV(f);
  CHECK_INT(lwt_unix_set_notification(12345, env_unit, &f, env_drop), LWT_NOT_FOUND);
  CHECK_ENV(f, 0, 1);
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  lwt_unix_stop_notification(id);
  CHECK_INT(lwt_unix_set_notification(id, env_unit, &f, env_drop), LWT_NOT_FOUND);
  CHECK_ENV(f, 0, 2);
}

TEST(a_missing_function_makes_no_notification) {
  ENV(f);
  CHECK(lwt_unix_make_notification(NULL, &f, env_drop, false) <= 0);
  CHECK_ENV(f, 0, 1);
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  CHECK_INT(lwt_unix_set_notification(id, NULL, &f, env_drop), INVALID);
  CHECK_ENV(f, 0, 2);
  lwt_unix_send_notification(id);
  calls = 0;
  turns(1);
  CHECK_INT(calls, 1); /* the old one is still there */
  lwt_unix_stop_notification(id);
}

TEST(absurd_ids_do_nothing) {
  start();
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  unsigned seed = 3;
  for (long i = 0; i < scaled(1000000); i++) {
    uint64_t x = (uint64_t)rand_r(&seed) << 42 ^ (uint64_t)rand_r(&seed) << 21 ^
                 (uint64_t)rand_r(&seed);
    intptr_t bad = i % 3 == 0   ? (intptr_t)x
                   : i % 3 == 1 ? (intptr_t)(i - 1000)
                                : (intptr_t)((uint64_t)id ^ (uint64_t)1 << (i / 3 % 64));
    if (bad == id) continue;
    lwt_unix_send_notification(bad);
    if (i % 16 == 0) lwt_unix_stop_notification(bad);
  }
  const intptr_t extremes[] = {0, -1, 1, INTPTR_MIN, INTPTR_MAX};
  for (int i = 0; i < 5; i++) lwt_unix_send_notification(extremes[i]);
  turns(3);
  CHECK_INT(calls, 0);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_INT(calls, 1);
  lwt_unix_stop_notification(id);
}

TEST(call_notification_runs_it_now) {
  start();
  ENV(f);
  ENV(g);
  intptr_t id = lwt_unix_make_notification(env_unit, &f, env_drop, false);
  intptr_t once = lwt_unix_make_notification(env_unit, &g, env_drop, true);
  lwt_unix_call_notification(id);
  CHECK_ENV(f, 1, 0);
  lwt_unix_send_notification(once);
  lwt_unix_call_notification(once);
  CHECK_ENV(g, 1, 1);
  lwt_unix_call_notification(once);
  lwt_unix_call_notification(0);
  lwt_unix_call_notification(-5);
  turns(1);
  CHECK_ENV(g, 1, 1);
  lwt_unix_stop_notification(id);
  trace_text[0] = '\0';
}

/* ----------------------------------------------- inside the handlers --- */
static intptr_t self_id;
static void send_again(void *env) {
  (void)env;
  if (++calls < 5) lwt_unix_send_notification(self_id);
}
TEST(a_handler_may_send_to_itself) {
  start();
  self_id = lwt_unix_make_notification(send_again, NULL, NULL, false);
  lwt_unix_send_notification(self_id);
  turns(10);
  CHECK_INT(calls, 5);
  lwt_unix_stop_notification(self_id);
}
static void stop_self(void *env) {
  env_unit(env);
  lwt_unix_stop_notification(self_id);
}
TEST(a_handler_may_stop_itself_and_what_is_still_counted_is_not_called) {
  start();
  ENV(f);
  self_id = lwt_unix_make_notification(stop_self, &f, env_drop, false);
  for (int i = 0; i < 10; i++) lwt_unix_send_notification(self_id);
  turns(2);
  CHECK_ENV(f, 1, 1);
}
static void set_self(void *env) {
  static struct env next = {"next", 0, 0, NULL, 0, NULL, 0};
  env_unit(env);
  CHECK_INT(lwt_unix_set_notification(self_id, env_unit, &next, env_drop), LWT_OK);
}
TEST(a_handler_may_replace_itself_and_the_rest_goes_to_the_new_one) {
  start();
  ENV(f);
  self_id = lwt_unix_make_notification(set_self, &f, env_drop, false);
  for (int i = 0; i < 3; i++) lwt_unix_send_notification(self_id);
  turns(2);
  CHECK_ENV(f, 1, 1);
  CHECK_TRACE("f next next");
  lwt_unix_stop_notification(self_id);
}
TEST(what_a_handler_raises_goes_to_the_hook) {
  start();
  hook_install();
  ENV_RAISING(f, LWT_FULL);
  intptr_t id = lwt_unix_make_notification(env_unit, &f, env_drop, false);
  lwt_unix_send_notification(id);
  lwt_unix_send_notification(id);
  turns(1);
  CHECK_HOOK(2, LWT_FULL);
  lwt_unix_stop_notification(id);
}

/* -------------------------------------------------- signals and threads --- */
static volatile sig_atomic_t handled;
static intptr_t signal_id;
static void on_signal(int n) {
  (void)n;
  handled++;
  lwt_unix_send_notification(signal_id);
}
TEST(a_signal_handler_may_send) {
  start();
  handled = 0;
  signal_id = lwt_unix_make_notification(count, NULL, NULL, false);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  sigaction(SIGALRM, &action, NULL);
  struct itimerval every = {{0, 200}, {0, 200}}, never = {{0, 0}, {0, 0}};
  setitimer(ITIMER_REAL, &every, NULL);
  int64_t until = now_ns() + 150000000;
  while (now_ns() < until) { /* interrupted in the middle of everything */
    lwt_unix_send_notification(0);
    run(lwt_pause());
    lwt_t *p = lwt_unix_sleep(0.0005);
    run(p);
  }
  setitimer(ITIMER_REAL, &never, NULL);
  turns(2);
  signal(SIGALRM, SIG_IGN); /* and not the default: one may still be under way */
  CHECK(handled > 0);
  CHECK_INT(calls, handled);
  lwt_unix_stop_notification(signal_id);
}

static void *send_one(void *id) {
  lwt_unix_send_notification(*(intptr_t *)id);
  return NULL;
}
static lwt_u *waker;
static void wake_waker(void *env) {
  (void)env;
  lwt_wakeup(waker, LWT_INT(7));
}
static void *send_later(void *id) {
  sleep_ms(20);
  return send_one(id);
}
TEST(a_send_from_a_thread_wakes_the_sleeping_loop) {
  for (int i = 0; i < 10; i++) {
    pthread_t thread;
    intptr_t id = lwt_unix_make_notification(wake_waker, NULL, NULL, true);
    pthread_create(&thread, NULL, send_later, &id);
    CHECK_INT(run(lwt_wait(&waker)), 7);
    pthread_join(thread, NULL);
  }
}

/* make, stop and set belong to the scheduler's thread. */
static void *misuse(void *data) {
  intptr_t id = *(intptr_t *)data;
  ENV(f);
  lwt_unix_stop_notification(id);
  CHECK(lwt_unix_set_notification(id, env_unit, &f, env_drop) != LWT_OK);
  CHECK_ENV(f, 0, 1);
  lwt_unix_send_notification(id);
  return NULL;
}
TEST(another_thread_can_neither_stop_nor_set_it) {
  start();
  pthread_t thread;
  intptr_t id = lwt_unix_make_notification(count, NULL, NULL, false);
  pthread_create(&thread, NULL, misuse, &id);
  pthread_join(thread, NULL);
  turns(1);
  CHECK_INT(calls, 1);
  lwt_unix_stop_notification(id);
}

/* The loop's thread has ended: its ids are dead, its environments dropped. */
static struct env left = {"left", 0, 0, NULL, 0, NULL, 0};
static void *make_and_end(void *id) {
  *(intptr_t *)id = lwt_unix_make_notification(env_unit, &left, env_drop, false);
  lwt_unix_send_notification(*(intptr_t *)id);
  return NULL;
}
TEST(sending_to_a_thread_that_has_ended_does_nothing) {
  pthread_t thread;
  intptr_t id = 0;
  pthread_create(&thread, NULL, make_and_end, &id);
  pthread_join(thread, NULL);
  CHECK_ENV(left, 0, 1);
  for (int i = 0; i < 100; i++) lwt_unix_send_notification(id);
  turns(1);
  CHECK_ENV(left, 0, 1);
}

TEST(making_and_stopping_leaves_memory_flat) {
  long before = 0, n = scaled(1000000);
  start();
  for (long i = 0; i < n; i++) {
    if (i == n / 5) before = resident();
    intptr_t id = lwt_unix_make_notification(count, NULL, NULL, i % 2);
    lwt_unix_send_notification(id);
    if (i % 3 == 0) run(lwt_pause());
    lwt_unix_stop_notification(id);
  }
  CHECK_FLAT(before, 4);
}
TEST(a_hundred_thousand_notifications_at_once) {
  long n = scaled(100000);
  intptr_t *ids = malloc((size_t)n * sizeof *ids);
  start();
  for (long i = 0; i < n; i++) ids[i] = lwt_unix_make_notification(count, NULL, NULL, false);
  for (long i = 0; i < n; i++) lwt_unix_send_notification(ids[i]);
  turns(1);
  CHECK_INT(calls, n);
  for (long i = 0; i < n; i++) lwt_unix_stop_notification(ids[i]);
  free(ids);
}

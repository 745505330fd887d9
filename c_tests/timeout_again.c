/* Module Lwt_timeout, in virtual time. */
#include "sim.h"

#include <pthread.h>

static int fired;
static long fired_at;
static void note(void *env) {
  (void)env;
  fired++;
  fired_at = now_ms();
}
static int drops;
static void dropped(void *env) {
  (void)env;
  drops++;
}
static lwt_timeout *fresh(int seconds) {
  fired = drops = 0;
  return lwt_timeout_create(seconds, note, NULL, dropped);
}

TEST(it_fires_once_when_its_time_is_over_and_not_before) {
  simulate(1);
  lwt_timeout *t = fresh(3);
  run(lwt_unix_sleep(10));
  CHECK_INT(fired, 0); /* not started */
  long begun = now_ms();
  CHECK_INT(lwt_timeout_start(t), LWT_OK);
  run(lwt_unix_sleep(2.999));
  CHECK_INT(fired, 0);
  run(lwt_unix_sleep(10));
  CHECK_INT(fired, 1);
  CHECK_INT(fired_at - begun, 3000);
  lwt_timeout_release(t);
  CHECK_INT(drops, 1);
}

TEST(starting_it_again_begins_its_time_anew) {
  simulate(2);
  lwt_timeout *t = fresh(3);
  long begun = now_ms();
  for (int i = 0; i < 5; i++) {
    lwt_timeout_start(t);
    run(lwt_unix_sleep(2));
  }
  CHECK_INT(fired, 0);
  run(lwt_unix_sleep(10));
  CHECK_INT(fired, 1);
  CHECK(fired_at - begun >= 11000 && fired_at - begun <= 11001);
  lwt_timeout_release(t);
}

TEST(a_stopped_one_does_not_fire_and_can_be_started_again) {
  simulate(3);
  lwt_timeout *t = fresh(1);
  CHECK_INT(lwt_timeout_stop(t), LWT_OK);
  lwt_timeout_start(t);
  CHECK_INT(lwt_timeout_stop(t), LWT_OK);
  CHECK_INT(lwt_timeout_stop(t), LWT_OK);
  CHECK_INT(lwt_engine_timer_count(), 0);
  run(lwt_unix_sleep(5));
  CHECK_INT(fired, 0);
  lwt_timeout_start(t);
  run(lwt_unix_sleep(5));
  CHECK_INT(fired, 1);
  lwt_timeout_release(t);
}

TEST(a_change_counts_from_now_where_it_runs_and_starts_nothing_else) {
  simulate(4);
  lwt_timeout *t = fresh(10);
  CHECK_INT(lwt_timeout_change(t, 2), LWT_OK);
  run(lwt_unix_sleep(20));
  CHECK_INT(fired, 0);
  CHECK_INT(lwt_timeout_change(t, 10), LWT_OK);
  lwt_timeout_start(t);
  run(lwt_unix_sleep(1));
  long begun = now_ms();
  CHECK_INT(lwt_timeout_change(t, 2), LWT_OK);
  run(lwt_unix_sleep(20));
  CHECK_INT(fired, 1);
  CHECK_INT(fired_at - begun, 2000);
  lwt_timeout_release(t);
}

TEST(less_than_a_second_is_refused_and_changes_nothing) {
  simulate(5);
  drops = 0;
  CHECK(lwt_timeout_create(0, note, NULL, dropped) == NULL);
  CHECK(lwt_timeout_create(-1, note, NULL, dropped) == NULL);
  CHECK(lwt_timeout_create(1, NULL, NULL, dropped) == NULL);
  CHECK_INT(drops, 3);
  lwt_timeout *t = fresh(1);
  CHECK_INT(lwt_timeout_change(t, 0), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_timeout_change(t, -5), LWT_INVALID_ARGUMENT);
  lwt_timeout_start(t);
  run(lwt_unix_sleep(1.5));
  CHECK_INT(fired, 1);
  lwt_timeout_release(t);
  CHECK_INT(lwt_timeout_start(t), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_timeout_start(NULL), LWT_INVALID_ARGUMENT);
  CHECK_INT(lwt_timeout_stop(NULL), LWT_INVALID_ARGUMENT);
  CHECK(lwt_timeout_retain(NULL) == NULL);
  lwt_timeout_release(NULL);
}

TEST(one_that_runs_outlives_its_handle) {
  simulate(6);
  lwt_timeout *t = fresh(1);
  lwt_timeout_start(t);
  lwt_timeout_release(t);
  CHECK_INT(drops, 0);
  run(lwt_unix_sleep(2));
  CHECK_INT(fired, 1);
  CHECK_INT(drops, 1);
}

static lwt_timeout *itself;
static void again(void *env) {
  (void)env;
  if (++fired < 3) lwt_timeout_start(itself);
  else lwt_timeout_release(itself);
}
TEST(its_function_may_start_it_and_may_release_it) {
  simulate(7);
  fired = drops = 0;
  itself = lwt_timeout_create(1, again, NULL, dropped);
  lwt_timeout_start(itself);
  run(lwt_unix_sleep(10));
  CHECK_INT(fired, 3);
  CHECK_INT(drops, 1);
}

static void raising(void *env) {
  (void)env;
  lwt_raise(lwt_exn_new(LWT_FULL, "too much"));
}
static int told;
static void handler(const lwt_exn *e, void *env) {
  (void)env;
  told = lwt_exn_kind(e);
}
TEST(what_its_function_raises_goes_to_the_handler_and_without_one_to_the_hook) {
  simulate(8);
  lwt_timeout *t = lwt_timeout_create(1, raising, NULL, NULL);
  drops = 0;
  CHECK_INT(lwt_timeout_set_exn_handler(handler, NULL, dropped), LWT_OK);
  lwt_timeout_start(t);
  run(lwt_unix_sleep(2));
  CHECK_INT(told, LWT_FULL);
  CHECK_INT(lwt_timeout_set_exn_handler(NULL, NULL, NULL), LWT_INVALID_ARGUMENT);
  CHECK_INT(drops, 1);
  hook_install();
  lwt_timeout_start(t);
  run(lwt_unix_sleep(2));
  CHECK_INT(hook_calls, 1);
  CHECK_INT(hook_kind, LWT_FULL);
  lwt_timeout_release(t);
}

static void *thread(void *env) {
  (void)env;
  lwt_timeout *t = lwt_timeout_create(1, note, NULL, dropped);
  lwt_timeout_set_exn_handler(handler, NULL, dropped);
  lwt_timeout_start(t);
  return NULL;
}
TEST(the_end_of_a_thread_gives_up_its_timeouts_and_its_handler) {
  drops = fired = 0;
  pthread_t t;
  CHECK_INT(pthread_create(&t, NULL, thread, NULL), 0);
  pthread_join(t, NULL);
  CHECK_INT(drops, 2);
  CHECK_INT(fired, 0);
}

/* timeout: 120 */
/* lwt_unix_sleep: never early, in order, cancelled, absurd. */
#include "loop.h"

#include <math.h>
#include <pthread.h>


struct alarm {
  int64_t due;
  bool rang, early;
  int order;
};
static int rung;
static void ring(void *data) {
  struct alarm *alarm = data;
  alarm->rang = true;
  alarm->early = now_ns() < alarm->due;
  alarm->order = rung++;
}
static lwt_t *set(struct alarm *alarm, double seconds) {
  *alarm = (struct alarm){.due = now_ns() + (int64_t)(seconds * 1e9)};
  lwt_t *p = lwt_unix_sleep(seconds);
  lwt_on_termination(p, ring, alarm, NULL);
  return p;
}

TEST(a_timer_never_fires_early) {
  enum { N = 2000 };
  static struct alarm alarms[N];
  static lwt_t *all[N];
  unsigned seed = 1;
  rung = 0;
  for (int i = 0; i < N; i++) all[i] = set(&alarms[i], (double)(rand_r(&seed) % 200000) * 1e-6);
  CHECK_INT(run(lwt_join(all, N)), 0);
  CHECK_INT(rung, N);
  for (int i = 0; i < N; i++) CHECK(!alarms[i].early);
}

TEST(tiny_sleeps_never_fire_early) {
  for (int i = 0; i < 200; i++) {
    double seconds = i * 1e-6;
    int64_t start = now_ns();
    CHECK_INT(run(lwt_unix_sleep(seconds)), 0);
    CHECK(now_ns() - start >= (int64_t)(seconds * 1e9));
  }
}

TEST(a_timer_counts_from_real_now_though_the_loop_was_blocked) {
  CHECK_INT(run(lwt_pause()), 0);
  sleep_ms(60);
  int64_t start = now_ns();
  CHECK_INT(run(lwt_unix_sleep(0.03)), 0);
  CHECK(now_ns() - start >= 30000000);
}
static lwt_t *block_then_sleep(lwt_value v, void *due) {
  (void)v;
  sleep_ms(60);
  *(int64_t *)due = now_ns() + 30000000;
  return lwt_unix_sleep(0.03);
}
TEST(a_timer_made_in_a_callback_that_blocked_counts_from_real_now) {
  int64_t due = 0;
  CHECK_INT(run(lwt_bind(lwt_pause(), block_then_sleep, &due, NULL)), 0);
  CHECK(now_ns() >= due);
}

TEST(later_deadlines_come_later_and_those_made_first_come_first) {
  enum { N = 60 };
  static struct alarm alarms[N];
  static lwt_t *all[N];
  rung = 0;
  for (int i = 0; i < N; i++) all[i] = set(&alarms[i], i < N / 2 ? 0.05 : 0.01);
  CHECK_INT(run(lwt_join(all, N)), 0);
  for (int i = 0; i < N; i++) {
    if (i < N / 2)
      CHECK(alarms[i].order >= N / 2);
    else
      CHECK(alarms[i].order < N / 2);
    if (i != 0 && i != N / 2) CHECK(alarms[i].order > alarms[i - 1].order);
  }
}

TEST(a_sleep_can_be_cancelled) {
  struct alarm alarm;
  lwt_t *p = set(&alarm, 3600);
  lwt_cancel(p);
  CHECK(alarm.rang);
  CHECK_FAILS(p, LWT_CANCELED);
}
TEST(a_timeout_by_pick) {
  for (int fast = 0; fast < 2; fast++) {
    lwt_u *u;
    lwt_t *task = lwt_task(&u);
    lwt_t *members[2] = {lwt_unix_sleep(fast ? 0.01 : 3600), lwt_retain(task)};
    lwt_t *p = lwt_pick(members, 2);
    if (!fast) lwt_wakeup(u, LWT_INT(5));
    CHECK_INT(run(p), fast ? 0 : 5);
    if (fast) {
      CHECK_FAILS(task, LWT_CANCELED);
      lwt_wakener_forget(u);
    } else {
      CHECK_RETURNS(task, 5);
    }
  }
}

TEST(zero_waits_for_a_turn_and_negative_does_not_wait_either) {
  CHECK_INT(run(lwt_unix_sleep(0)), 0);
  lwt_t *p = lwt_unix_sleep(-1);
  CHECK(lwt_state(p) != LWT_FAIL || kind_of(p) == INVALID);
  if (lwt_state(p) != LWT_FAIL)
    CHECK_INT(run(p), 0);
  else
    lwt_release(p);
}
TEST(absurd_delays_neither_fire_nor_crash) {
  const double absurd[] = {1e18, 1e300, HUGE_VAL, 9.3e9, 1.8446744073709552e10};
  for (int i = 0; i < 5; i++) {
    lwt_t *p = lwt_unix_sleep(absurd[i]);
    CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
    CHECK(lwt_state(p) != LWT_RETURN);
    lwt_cancel(p);
    CHECK_STATE(p, LWT_FAIL);
    lwt_release(p);
  }
  lwt_t *p = lwt_unix_sleep(NAN);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  lwt_cancel(p);
  lwt_release(p);
}

TEST(a_released_sleep_still_rings_for_those_who_wait_on_it) {
  struct alarm alarm;
  lwt_release(set(&alarm, 0.01));
  CHECK_INT(run(lwt_unix_sleep(0.03)), 0);
  CHECK(alarm.rang);
}

/* Random timers, a third of them cancelled, checked against a list. */
TEST(timers_made_and_cancelled_at_random) {
  enum { N = 20000 };
  static struct alarm alarms[N];
  static lwt_t *all[N];
  unsigned seed = 7;
  long n = scaled(N);
  if (n > N) n = N;
  rung = 0;
  for (long i = 0; i < n; i++) {
    all[i] = set(&alarms[i], (double)(rand_r(&seed) % 300) * 1e-3);
    if (i % 3 == 0) {
      long k = rand_r(&seed) % (i + 1);
      lwt_cancel(all[k]);
    }
    if (i % 500 == 0) CHECK_INT(run(lwt_pause()), 0);
  }
  CHECK_INT(run(lwt_unix_sleep(0.4)), 0);
  CHECK_INT(rung, n);
  for (long i = 0; i < n; i++) {
    CHECK(alarms[i].rang);
    if (lwt_state(all[i]) == LWT_RETURN)
      CHECK(!alarms[i].early);
    else
      CHECK_INT(kind_of(all[i]), LWT_CANCELED);
    lwt_release(all[i]);
  }
}

TEST(a_million_timers_made_and_cancelled_leave_memory_flat) {
  long before = 0, n = scaled(1000000);
  for (long i = 0; i < n; i++) {
    if (i == n / 5) before = resident();
    lwt_t *p = lwt_unix_sleep(3600 + i);
    lwt_cancel(p);
    lwt_release(p);
  }
  CHECK_FLAT(before, 4);
}

static void *sleep_elsewhere(void *env) {
  for (int i = 0; i < 20; i++) {
    int64_t start = now_ns();
    CHECK_INT(run(lwt_unix_sleep(0.002)), 0);
    CHECK(now_ns() - start >= 2000000);
  }
  return env;
}
TEST(every_thread_has_its_own_timers) {
  pthread_t threads[8];
  for (int i = 0; i < 8; i++) pthread_create(&threads[i], NULL, sleep_elsewhere, NULL);
  sleep_elsewhere(NULL);
  for (int i = 0; i < 8; i++) pthread_join(threads[i], NULL);
}

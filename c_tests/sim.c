/* timeout: 120 */
/* The deterministic engine: time, orders, and what replays. */
#include "sim.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>

static char out[4096];
static void say(const char *word) {
  size_t len = strlen(out);
  snprintf(out + len, sizeof out - len, "%s@%ld ", word, now_ms());
}
#define CHECK_SAID(want) (CHECK_STR(out, want), out[0] = '\0')

static lwt_t *said(lwt_value v, void *word) {
  say(word);
  return lwt_return(v);
}
static lwt_t *slept(double seconds, const char *word) {
  return lwt_bind(lwt_unix_sleep(seconds), said, (void *)word, NULL);
}

TEST(a_year_of_sleep_takes_no_time) {
  simulate(1);
  int64_t start = now_ns();
  CHECK_INT(run(slept(86400.0 * 365, "year")), 0);
  CHECK_SAID("year@31536000000 ");
  CHECK(now_ns() - start < (int64_t)60e9);
  CHECK_STR(lwt_engine_id(), "sim");
}

TEST(timers_fire_at_their_deadlines_and_equal_ones_in_their_order) {
  for (uint64_t seed = 0; seed < 20; seed++) {
    simulate(seed);
    lwt_t *all[] = {slept(3, "c"), slept(1, "a"), slept(3, "d"), slept(2, "b"), slept(0, "now")};
    CHECK_INT(run(lwt_join(all, 5)), 0);
    CHECK_SAID("now@0 a@1000 b@2000 c@3000 d@3000 ");
  }
}

static lwt_t *sleep_twice(lwt_value v, void *env) {
  (void)v;
  say("once");
  return lwt_bind(lwt_unix_sleep(0.25), said, env, NULL);
}
TEST(what_a_timer_starts_is_measured_from_its_deadline) {
  simulate(3);
  lwt_t *p = lwt_bind(lwt_unix_sleep(0.5), sleep_twice, (void *)"twice", NULL);
  CHECK_INT(run(p), 0);
  CHECK_SAID("once@500 twice@750 ");
  CHECK(fabs(lwt_engine_now() - 0.75) < 1e-12);
}

TEST(the_seed_is_told) {
  uint64_t seed = 0;
  simulate(77);
  CHECK(lwt_engine_sim_seed(&seed));
  CHECK_INT(seed, 77);
  CHECK(lwt_engine_sim_seed(NULL));
}

static int polls;
static lwt_t *poll_until(lwt_value v, void *flag) {
  (void)v;
  polls++;
  if (*(bool *)flag) return lwt_return(LWT_INT(5));
  return lwt_bind(polls % 2 ? lwt_pause() : lwt_unix_sleep(0), poll_until, flag, NULL);
}
static void set_flag(lwt_value v, void *flag) {
  (void)v;
  *(bool *)flag = true;
}
TEST(who_asks_again_and_again_gets_older) {
  bool flag = false;
  simulate(4);
  lwt_t *sleep = lwt_unix_sleep(0.01);
  lwt_on_success(sleep, set_flag, &flag, NULL);
  polls = 0;
  CHECK_INT(run(poll_until(NULL, &flag)), 5);
  CHECK(polls > 100);
  CHECK_INT(now_ms(), 10);
  lwt_release(sleep);
}

TEST(where_nothing_is_left_the_loop_says_so) {
  lwt_u *u;
  simulate(5);
  CHECK_INT(run(lwt_wait(&u)), -LWT_STALLED);
  lwt_wakener_forget(u);
  lwt_t *never = lwt_unix_sleep(INFINITY);
  lwt_t *both[] = {lwt_retain(never), lwt_unix_sleep(1)};
  CHECK_INT(run(lwt_join(both, 2)), -LWT_STALLED);
  CHECK_INT(now_ms(), 1000);
  lwt_release(never);
}

/* ------------------------------------------------------- descriptors --- */
struct end {
  int fd;
  const char *word;
  lwt_engine_event *event;
  lwt_u *u;
};
static void readable(lwt_engine_event *event, void *env) {
  struct end *end = env;
  char byte;
  CHECK_INT(read(end->fd, &byte, 1), 1);
  say(end->word);
  lwt_engine_stop_event(event);
  lwt_wakeup(end->u, LWT_UNIT);
}
static lwt_t *reads(struct end *end, int fd, const char *word) {
  end->fd = fd;
  end->word = word;
  lwt_t *p = lwt_wait(&end->u);
  CHECK(lwt_engine_on_readable(fd, readable, end, NULL) != NULL);
  return p;
}
/* Two pipes become readable at once. */
static void two_pipes(uint64_t seed) {
  int a[2], b[2];
  struct end at_a, at_b;
  CHECK_INT(pipe(a) | pipe(b), 0);
  simulate(seed);
  lwt_t *all[] = {reads(&at_a, a[0], "a"), reads(&at_b, b[0], "b"), slept(0.5, "time")};
  CHECK_INT(write(a[1], "x", 1) + write(b[1], "x", 1), 2);
  CHECK_INT(run(lwt_join(all, 3)), 0);
  for (int i = 0; i < 2; i++) close(a[i]), close(b[i]);
}
TEST(over_the_seeds_both_of_two_ready_descriptors_come_first) {
  int first[2] = {0, 0};
  for (uint64_t seed = 0; seed < 40; seed++) {
    char run_of_seed[sizeof out];
    two_pipes(seed);
    strcpy(run_of_seed, out);
    out[0] = '\0';
    first[strncmp(run_of_seed, "a", 1) == 0]++;
    /* Neither is after the timer: time does not jump while one is ready. */
    CHECK_STR(strchr(run_of_seed, 't'), "time@500 ");
    two_pipes(seed);
    CHECK_SAID(run_of_seed);
  }
  CHECK(first[0] > 5 && first[1] > 5);
}

/* -------------------------------------------------------------- choose --- */
TEST(over_the_seeds_choose_takes_each_of_the_resolved) {
  int taken[3] = {0, 0, 0};
  for (uint64_t seed = 0; seed < 60; seed++) {
    intptr_t first = -1;
    for (int again = 0; again < 2; again++) {
      simulate(seed);
      lwt_t *all[] = {lwt_return(LWT_INT(0)), lwt_return(LWT_INT(1)), lwt_return(LWT_INT(2))};
      intptr_t got = run(lwt_choose(all, 3));
      if (again) CHECK_INT(got, first);
      first = got;
    }
    taken[first]++;
  }
  CHECK(taken[0] > 5 && taken[1] > 5 && taken[2] > 5);
}

/* ---------------------------------------------------------- exchanging --- */
static void ticked(lwt_engine_event *event, void *env) {
  (void)event;
  say(env);
}
static void use(const char *name) {
  lwt_engine *engine = lwt_engine_new_builtin(name);
  CHECK(engine != NULL);
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  lwt_engine_release(engine);
}
TEST(timers_keep_what_is_left_of_their_time) {
  use("epoll");
  lwt_t *hour = slept(3600, "hour"), *two = slept(7200, "two"), *cancelled = slept(60, "no");
  lwt_engine_event *tick = lwt_engine_on_timer(3000, true, ticked, (void *)"tick", NULL);
  simulate(6);
  lwt_cancel(cancelled);
  lwt_release(cancelled);
  CHECK_INT(now_ms(), 0);
  CHECK_INT(run(hour), 0);
  /* A little of it was real. */
  CHECK(lwt_engine_now() > 3540 && lwt_engine_now() <= 3600);
  CHECK_HAS(out, "tick@");
  out[0] = '\0';
  simulate(7);
  CHECK_INT(run(two), 0);
  CHECK(lwt_engine_now() > 3540 && lwt_engine_now() <= 3660);
  CHECK_HAS(out, "tick@");
  lwt_engine_stop_event(tick);
  out[0] = '\0';
  /* Back in real time a virtual hour is one again. */
  lwt_t *later = slept(3600, "late"), *soon = lwt_unix_sleep(0.001);
  use("epoll");
  CHECK_INT(run(soon), 0);
  CHECK_SLEEPS(later);
  lwt_cancel(later);
  CHECK_FAILS(later, LWT_CANCELED);
  CHECK_SAID("");
  CHECK(!lwt_engine_sim_seed(NULL));
}
static void change_engine(lwt_value v, void *env) {
  (void)v;
  (void)env;
  simulate(9);
}
TEST(the_engine_may_be_changed_by_a_timer_while_others_are_due) {
  simulate(8);
  lwt_t *first = lwt_unix_sleep(1);
  lwt_on_success(first, change_engine, NULL, NULL);
  lwt_t *all[] = {first, slept(1, "second"), slept(1, "third"), slept(3, "fourth")};
  CHECK_INT(run(lwt_join(all, 4)), 0);
  CHECK_SAID("second@0 third@0 fourth@2000 ");
}
TEST(names_with_and_without_a_seed) {
  uint64_t seed = 1;
  use("sim");
  CHECK(lwt_engine_sim_seed(&seed));
  CHECK_INT(seed, 0);
  use("sim:12");
  CHECK(lwt_engine_sim_seed(&seed));
  CHECK_INT(seed, 12);
  errno = 0;
  CHECK_PTR(lwt_engine_new_builtin("sim:x"), NULL);
  CHECK_INT(errno, EINVAL);
}

/* ------------------------------------ the example in lwt_engine.h --- */
TEST(the_example_of_the_header) {
  lwt_engine *sim = lwt_engine_sim(7); /* the seed */
  lwt_engine_set(sim, true, true);
  lwt_engine_release(sim);
  lwt_main_run(lwt_unix_sleep(3600), NULL); /* returns at once */
  CHECK(lwt_engine_now() == 3600);
}

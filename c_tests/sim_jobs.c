/* timeout: 120 */
/* Jobs in the deterministic simulation: their workers run, the seed says when
 * their results come. */
#include "jobs.h"
#include "sim.h"

static char out[1 << 14];
static void say(const char *word) {
  size_t len = strlen(out);
  snprintf(out + len, sizeof out - len, "%s@%ld ", word, now_ms());
}
static lwt_t *said(lwt_value v, void *word) {
  say(word);
  return lwt_return(v);
}
static lwt_t *job(long ms, const char *word) {
  return lwt_bind(work_sleep(1, ms), said, (void *)word, NULL);
}
static lwt_t *slept(double seconds, const char *word) {
  return lwt_bind(lwt_unix_sleep(seconds), said, (void *)word, NULL);
}

/* What three jobs and a chain of pauses do; `slow` takes longest. */
static lwt_t *paused(lwt_value v, void *left) {
  (void)v;
  say("p");
  if ((intptr_t)left == 0) return lwt_return(LWT_UNIT);
  return lwt_bind(lwt_pause(), paused, (void *)((intptr_t)left - 1), NULL);
}
static lwt_t *again(lwt_value v, void *ms) {
  (void)v;
  return job((intptr_t)ms, "again");
}
static void scene(uint64_t seed, int slow) {
  out[0] = '\0';
  simulate(seed);
  lwt_t *chained = lwt_bind(job(slow == 2 ? 20 : 0, "c"), again, (void *)(intptr_t)slow, NULL);
  lwt_t *all[] = {job(slow == 0 ? 20 : 0, "a"), job(slow == 1 ? 20 : 0, "b"), chained,
                  paused(NULL, (void *)3), slept(0.1, "time")};
  CHECK_INT(run(lwt_join(all, 5)), 0);
}
TEST(not_how_long_a_worker_takes_but_the_seed_orders_the_results) {
  for (uint64_t seed = 0; seed < 10; seed++) {
    char first[sizeof out];
    scene(seed, 0);
    strcpy(first, out);
    /* No virtual time has passed until the timer. */
    CHECK_HAS(first, "time@100 ");
    CHECK_STR(strstr(first, "time"), "time@100 ");
    scene(seed, 1);
    CHECK_STR(out, first);
    scene(seed, 2);
    CHECK_STR(out, first);
  }
}
TEST(over_the_seeds_each_of_two_jobs_comes_first) {
  int first[2] = {0, 0};
  for (uint64_t seed = 0; seed < 40; seed++) {
    out[0] = '\0';
    simulate(seed);
    lwt_t *all[] = {job(0, "a"), job(0, "b")};
    CHECK_INT(run(lwt_join(all, 2)), 0);
    first[out[0] == 'a']++;
  }
  CHECK(first[0] > 5 && first[1] > 5);
}

static lwt_t *asked(void *env) {
  say("asked");
  return slept(2, env);
}
static lwt_value asks(void *env) {
  lwt_exn *e = NULL;
  lwt_preemptive_run_in_main(asked, env, &e);
  CHECK(e == NULL);
  return LWT_INT(4);
}
TEST(a_worker_that_waits_for_the_loop_does_not_stop_the_time) {
  for (uint64_t seed = 0; seed < 10; seed++) {
    out[0] = '\0';
    simulate(seed);
    int64_t start = now_ns();
    lwt_t *p = lwt_preemptive_detach(asks, (void *)"answered", NULL);
    lwt_t *all[] = {p, slept(1, "one"), slept(3, "three")};
    CHECK_INT(run(lwt_join(all, 3)), 0);
    CHECK_STR(out, "asked@0 one@1000 answered@2000 three@3000 ");
    (void)start;
  }
}

TEST(a_job_that_waits_for_a_timer_is_left_alone_after_a_second) {
  works_start();
  simulate(1);
  lwt_t *gated = work_gated(1);
  CHECK_INT(run(lwt_unix_sleep(5)), 0);
  CHECK_INT(now_ms(), 5000);
  works_open_gate();
  CHECK_INT(run(gated), 2);
  works_end(1);
}

TEST(results_held_back_come_when_the_simulation_is_over) {
  works_start();
  simulate(2);
  lwt_t *a = work_run(1), *b = work_run(2);
  /* Both come back in this turn, and one result at most is read. */
  CHECK_INT(lwt_engine_iter(false), LWT_OK);
  lwt_engine *engine = lwt_engine_new_builtin("epoll");
  CHECK_INT(lwt_engine_set(engine, true, true), LWT_OK);
  lwt_engine_release(engine);
  CHECK_INT(run(a), 2);
  CHECK_INT(run(b), 3);
  works_end(2);
}
TEST(a_job_whose_result_is_held_back_can_be_cancelled) {
  works_start();
  for (uint64_t seed = 0; seed < 8; seed++) {
    simulate(seed);
    lwt_t *a = work_run(1), *b = work_run(2);
    CHECK_INT(lwt_engine_iter(false), LWT_OK);
    lwt_cancel(a);
    lwt_cancel(b);
    CHECK(lwt_state(a) == LWT_FAIL || lwt_state(b) == LWT_FAIL);
    lwt_release(a);
    lwt_release(b);
  }
  works_end(16);
}

static void *ends_early(void *env) {
  simulate(3);
  for (int i = 0; i < 5; i++) lwt_release(work_run(i));
  CHECK_INT(lwt_engine_iter(false), LWT_OK);
  return env;
}
TEST(a_thread_may_end_with_results_held_back) {
  pthread_t thread;
  works_start();
  CHECK_INT(pthread_create(&thread, NULL, ends_early, NULL), 0);
  CHECK_INT(pthread_join(thread, NULL), 0);
  WAIT_UNTIL(shared(&works_read) + shared(&works_cancelled) >= 5);
  CHECK_INT(shared(&works_read) + shared(&works_cancelled), 5);
  CHECK_INT(shared(&works_read_elsewhere), 0);
}

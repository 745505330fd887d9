/* timeout: 120 */
/* Threads with main loops of their own: handles, posting, and promises of one
 * awaited on another. */
#include "threads.h"

static struct looper other;

/* ------------------------------------------------------------ handles --- */
TEST(the_handles_of_one_thread_are_equal_and_each_reference_counts) {
  lwt_main_thread *a = lwt_main_self(), *b = lwt_main_self();
  CHECK(a != NULL);
  CHECK_PTR(a, b);
  CHECK_PTR(lwt_main_thread_retain(a), a);
  CHECK(!lwt_main_thread_has_ended(a));
  lwt_main_thread_release(a);
  lwt_main_thread_release(a);
  CHECK_PTR(lwt_main_thread_retain(b), b);
  lwt_main_thread_release(b);
  lwt_main_thread_release(b);
  CHECK_PTR(lwt_main_thread_retain(b), NULL);
  lwt_main_thread_release(b);
}
static void never(void *env) { (void)env, CHECK(false); }
static lwt_t *never_thunk(void *env) { return never(env), lwt_return(LWT_UNIT); }
TEST(what_is_no_handle_of_a_thread_is_an_error_and_env_is_dropped) {
  lwt_t *promise = lwt_return(LWT_UNIT);
  lwt_main_thread *stale = lwt_main_self();
  lwt_main_thread_release(stale);
  lwt_main_thread *bad[] = {NULL, (lwt_main_thread *)promise, stale, (lwt_main_thread *)&other,
                            (lwt_main_thread *)(intptr_t)-1};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct token token = {0};
    CHECK_INT(lwt_main_post(bad[i], never, &token, token_drop), INVALID);
    CHECK_INT(token.dropped, 1);
    CHECK_FAILS(lwt_main_run_on(bad[i], never_thunk, &token, token_drop), INVALID);
    CHECK_INT(token.dropped, 2);
    CHECK_PTR(lwt_main_thread_retain(bad[i]), NULL);
    CHECK(lwt_main_thread_has_ended(bad[i]));
    lwt_main_thread_release(bad[i]);
  }
  CHECK_RETURNS(promise, 0);
  struct token token = {0};
  lwt_main_thread *self = lwt_main_self();
  CHECK_INT(lwt_main_post(self, NULL, &token, token_drop), INVALID);
  CHECK_FAILS(lwt_main_run_on(self, NULL, &token, token_drop), INVALID);
  CHECK_INT(token.dropped, 2);
  lwt_main_thread_release(self);
}

/* ------------------------------------------------------------ posting --- */
static void note(void *data) {
  struct token *token = data;
  token->ran_by = pthread_self();
  __atomic_add_fetch(&token->ran, 1, __ATOMIC_ACQ_REL);
}
TEST(what_is_posted_runs_on_that_thread_and_wakes_it) {
  looper_start(&other);
  sleep_ms(20); /* it sleeps by now */
  struct token token = {0};
  CHECK_INT(lwt_main_post(other.thread, note, &token, token_drop), LWT_OK);
  WAIT_UNTIL(atomic_get(&token.dropped) == 1);
  CHECK_INT(token.ran, 1);
  CHECK(pthread_equal(token.ran_by, other.id));
  CHECK(pthread_equal(token.dropped_by, other.id));
  looper_end(&other);
}
static int order[100], order_count;
static void append(void *n) { order[order_count++ % 100] = (int)(intptr_t)n; }
TEST(what_one_thread_posts_to_itself_runs_later_and_in_order) {
  lwt_main_thread *self = lwt_main_self();
  for (intptr_t i = 0; i < 100; i++) CHECK_INT(lwt_main_post(self, append, (void *)i, NULL), LWT_OK);
  CHECK_INT(order_count, 0);
  lwt_main_thread_release(self);
  turns(1);
  CHECK_INT(order_count, 100);
  for (int i = 0; i < 100; i++) CHECK_INT(order[i], i);
}
static void raise_there(void *env) { (void)env, lwt_raise(exn(LWT_FULL)); }
TEST(what_a_posted_function_raises_goes_to_the_hook) {
  hook_install();
  lwt_main_thread *self = lwt_main_self();
  CHECK_INT(lwt_main_post(self, raise_there, NULL, NULL), LWT_OK);
  turns(1);
  CHECK_HOOK(1, LWT_FULL);
  lwt_main_thread_release(self);
}
static void *end_without_a_turn(void *data) {
  struct looper *looper = data;
  looper->thread = lwt_main_self();
  sem_post(&looper->ready);
  sem_wait((sem_t *)looper->stop);
  return NULL;
}
TEST(a_thread_that_ends_calls_nothing_more_but_drops_and_then_takes_no_more) {
  struct looper ends = {0};
  struct token token = {0}, late = {0};
  sem_t go;
  sem_init(&go, 0, 0);
  sem_init(&ends.ready, 0, 0);
  ends.stop = (lwt_u *)&go;
  CHECK_INT(pthread_create(&ends.id, NULL, end_without_a_turn, &ends), 0);
  sem_wait(&ends.ready);
  CHECK_INT(lwt_main_post(ends.thread, never, &token, token_drop), LWT_OK);
  lwt_t *visit = lwt_main_run_on(ends.thread, never_thunk, &token, token_drop);
  CHECK_SLEEPS(visit);
  sem_post(&go);
  pthread_join(ends.id, NULL);
  CHECK_INT(token.dropped, 2);
  CHECK_INT(run(visit), -LWT_CLOSED);
  CHECK_INT(lwt_main_post(ends.thread, never, &late, token_drop), LWT_CLOSED);
  CHECK_INT(late.dropped, 1);
  CHECK(pthread_equal(late.dropped_by, pthread_self()));
  CHECK_FAILS(lwt_main_run_on(ends.thread, never_thunk, &late, token_drop), LWT_CLOSED);
  CHECK_INT(late.dropped, 2);
  lwt_main_thread_release(ends.thread);
  sem_destroy(&go);
  sem_destroy(&ends.ready);
}

/* ------------------------------------------------------------- visits --- */
static lwt_t *slept(void *data) {
  note(data);
  return lwt_map(lwt_unix_sleep(0.01), env_map, ((struct token *)data)->data, NULL);
}
TEST(a_promise_of_another_thread_is_awaited_here) {
  looper_start(&other);
  ENV(after);
  struct token token = {.data = &after};
  CHECK_INT(run(lwt_main_run_on(other.thread, slept, &token, token_drop)), 0);
  CHECK_INT(token.ran, 1);
  CHECK(pthread_equal(token.ran_by, other.id));
  CHECK_INT(token.dropped, 1);
  CHECK(pthread_equal(token.dropped_by, other.id));
  CHECK_ENV(after, 1, 0);
  looper_end(&other);
  trace_text[0] = '\0';
}
static lwt_t *return_seven(void *env) { return (void)env, lwt_return(LWT_INT(7)); }
static lwt_t *fail_there(void *env) { return (void)env, lwt_fail(exn(LWT_FULL)); }
static lwt_t *raise_in_there(void *env) { return raise_there(env), NULL; }
static lwt_t *null_there(void *env) { return (void)env, NULL; }
static lwt_t *owned_there(void *counter) { return lwt_return_owned(counter, count_drop); }
TEST(values_failures_and_mistakes_come_here_and_an_owned_value_moves) {
  looper_start(&other);
  CHECK_INT(run(lwt_main_run_on(other.thread, return_seven, NULL, NULL)), 7);
  CHECK_INT(run(lwt_main_run_on(other.thread, fail_there, NULL, NULL)), -LWT_FULL);
  CHECK_INT(run(lwt_main_run_on(other.thread, raise_in_there, NULL, NULL)), -LWT_FULL);
  CHECK_INT(run(lwt_main_run_on(other.thread, null_there, NULL, NULL)), -INVALID);
  int drops = 0;
  lwt_t *p = lwt_main_run_on(other.thread, owned_there, &drops, NULL);
  CHECK_INT(lwt_main_run_until(p), LWT_OK);
  CHECK_PTR(lwt_value_of(p), &drops);
  CHECK_INT(drops, 0);
  lwt_release(p);
  CHECK_INT(drops, 1);
  p = lwt_main_run_on(other.thread, owned_there, &drops, NULL);
  lwt_release(p); /* nobody wants it: dropped when it comes */
  WAIT_UNTIL(drops == 2);
  looper_end(&other);
}
TEST(a_visit_of_the_calling_thread_itself_does_not_block) {
  lwt_main_thread *self = lwt_main_self();
  lwt_t *p = lwt_main_run_on(self, return_seven, NULL, NULL);
  lwt_main_thread_release(self);
  CHECK_SLEEPS(p);
  CHECK_INT(run(p), 7);
}

static lwt_u *their_wakener;
static int cancelled_there;
static void on_cancelled(void *env) {
  (void)env;
  CHECK(pthread_equal(pthread_self(), other.id));
  __atomic_add_fetch(&cancelled_there, 1, __ATOMIC_ACQ_REL);
}
static lwt_t *pend_there(void *ran) {
  lwt_t *p = lwt_task(&their_wakener);
  lwt_on_cancel(p, on_cancelled, NULL, NULL);
  __atomic_add_fetch((int *)ran, 1, __ATOMIC_ACQ_REL);
  return p;
}
static lwt_t *wait_there(void *ran) { /* one that can't be cancelled */
  lwt_t *p = lwt_wait(&their_wakener);
  __atomic_add_fetch((int *)ran, 1, __ATOMIC_ACQ_REL);
  return p;
}
static void wake_theirs(void *n) { lwt_wakeup(their_wakener, n); }
static void forget_theirs(void *n) { (void)n, lwt_wakener_forget(their_wakener); }
TEST(cancelling_here_cancels_there) {
  looper_start(&other);
  int ran = 0;
  lwt_t *p = lwt_main_run_on(other.thread, pend_there, &ran, NULL);
  WAIT_UNTIL(atomic_get(&ran) == 1);
  lwt_cancel(p);
  lwt_cancel(p);
  CHECK_SLEEPS(p); /* that thread says when */
  CHECK_INT(run(p), -LWT_CANCELED);
  CHECK_INT(atomic_get(&cancelled_there), 1);
  lwt_main_post(other.thread, forget_theirs, NULL, NULL);
  looper_end(&other);
}
TEST(one_that_cannot_be_cancelled_there_goes_on) {
  looper_start(&other);
  int ran = 0;
  lwt_t *p = lwt_main_run_on(other.thread, wait_there, &ran, NULL);
  WAIT_UNTIL(atomic_get(&ran) == 1);
  lwt_cancel(p);
  run(lwt_unix_sleep(0.01));
  CHECK_SLEEPS(p);
  CHECK_INT(lwt_main_post(other.thread, wake_theirs, LWT_INT(9), NULL), LWT_OK);
  CHECK_INT(run(p), 9);
  looper_end(&other);
}
static sem_t gate;
static void block_there(void *env) { (void)env, sem_wait(&gate); }
TEST(one_that_has_not_begun_is_not_called_when_it_is_cancelled) {
  looper_start(&other);
  sem_init(&gate, 0, 0);
  struct token token = {0};
  CHECK_INT(lwt_main_post(other.thread, block_there, NULL, NULL), LWT_OK);
  lwt_t *p = lwt_main_run_on(other.thread, never_thunk, &token, token_drop);
  lwt_cancel(p);
  sem_post(&gate);
  CHECK_INT(run(p), -LWT_CANCELED);
  CHECK_INT(token.dropped, 1);
  CHECK(pthread_equal(token.dropped_by, other.id));
  looper_end(&other);
  sem_destroy(&gate);
}
TEST(the_end_of_the_thread_that_is_visited_is_an_answer) {
  looper_start(&other);
  int ran = 0;
  lwt_t *p = lwt_main_run_on(other.thread, wait_there, &ran, NULL);
  WAIT_UNTIL(atomic_get(&ran) == 1);
  looper_end(&other);
  CHECK_INT(run(p), -LWT_CLOSED);
}
static void drop_there(void *counter) {
  CHECK(pthread_equal(pthread_self(), other.id));
  __atomic_add_fetch((int *)counter, 1, __ATOMIC_ACQ_REL);
}
static lwt_t *owned_dropped_there(void *counter) { return lwt_return_owned(counter, drop_there); }
static void *visit_and_end(void *counter) {
  lwt_t *p = lwt_main_run_on(other.thread, owned_dropped_there, counter, NULL);
  CHECK_SLEEPS(p);
  return NULL; /* not even released */
}
TEST(the_answer_for_a_visitor_who_has_ended_is_dropped) {
  looper_start(&other);
  sem_init(&gate, 0, 0);
  CHECK_INT(lwt_main_post(other.thread, block_there, NULL, NULL), LWT_OK);
  int drops = 0;
  pthread_t visitor;
  CHECK_INT(pthread_create(&visitor, NULL, visit_and_end, &drops), 0);
  pthread_join(visitor, NULL);
  sem_post(&gate);
  WAIT_UNTIL(atomic_get(&drops) == 1);
  looper_end(&other);
  sem_destroy(&gate);
}

/* ------------------------------------------------------------- import --- */
static lwt_t *their_promise;
static void make_theirs(void *data) {
  their_promise = lwt_map(lwt_unix_sleep(0.005), env_map, ((struct token *)data)->data, NULL);
  note(data);
}
TEST(a_promise_of_another_thread_is_imported_and_its_reference_is_consumed) {
  looper_start(&other);
  ENV(theirs);
  struct token token = {.data = &theirs};
  CHECK_INT(lwt_main_post(other.thread, make_theirs, &token, NULL), LWT_OK);
  WAIT_UNTIL(atomic_get(&token.ran) == 1);
  lwt_t *here = lwt_main_import(their_promise);
  CHECK_INT(run(here), 0);
  CHECK_FAILS(lwt_main_import(their_promise), INVALID); /* it is gone */
  looper_end(&other);
  trace_text[0] = '\0';
}
TEST(importing_a_promise_of_the_same_thread_is_that_promise_and_a_bad_one_fails) {
  lwt_t *p = lwt_return(LWT_INT(3));
  CHECK_PTR(lwt_main_import(p), p);
  CHECK_RETURNS(p, 3);
  CHECK_FAILS(lwt_main_import(p), INVALID);
  CHECK_FAILS(lwt_main_import(NULL), INVALID);
  CHECK_FAILS(lwt_main_import((lwt_t *)&other), INVALID);
}

/* ------------------------------------------------------------ stalled --- */
static void *release_later(void *thread) {
  sleep_ms(30);
  lwt_main_thread_release(thread);
  return NULL;
}
TEST(the_loop_waits_as_long_as_somebody_may_post_and_then_says_that_it_is_stalled) {
  lwt_u *wakener;
  lwt_t *p = lwt_wait(&wakener);
  CHECK_INT(lwt_main_run_until(p), LWT_STALLED);
  pthread_t id;
  CHECK_INT(pthread_create(&id, NULL, release_later, lwt_main_self()), 0);
  int64_t before = now_ns();
  CHECK_INT(lwt_main_run_until(p), LWT_STALLED);
  CHECK(now_ns() - before > 20000000);
  pthread_join(id, NULL);
  lwt_wakeup(wakener, LWT_UNIT);
  CHECK_RETURNS(p, 0);
}

/* ------------------------------------------------------------- stress --- */
enum { LOOPS = 4 };
static struct looper loops[LOOPS];
static lwt_t *hop(void *left);
static lwt_value down(lwt_value v, void *env) { return (void)env, LWT_INT(LWT_TO_INT(v) + 1); }
static lwt_t *hop(void *left) {
  intptr_t n = (intptr_t)left;
  if (n == 0) return lwt_return(LWT_INT(0));
  lwt_t *next = lwt_main_run_on(loops[n % LOOPS].thread, hop, (void *)(n - 1), NULL);
  return lwt_map(next, down, NULL, NULL);
}
TEST(visits_that_visit_on_and_on_over_several_threads) {
  for (int i = 0; i < LOOPS; i++) looper_start(&loops[i]);
  enum { AT_ONCE = 10 };
  long hops = scaled(300);
  lwt_t *all[AT_ONCE];
  for (int i = 0; i < AT_ONCE; i++) all[i] = hop((void *)(hops + i));
  for (int i = 0; i < AT_ONCE; i++) CHECK_INT(run(all[i]), hops + i);
  for (int i = 0; i < LOOPS; i++) looper_end(&loops[i]);
}
static int counted;
static void count_one(void *env) { (void)env, counted++; } /* on one thread alone */
static void *post_many(void *to) {
  for (long i = 0, n = scaled(5000); i < n; i++) CHECK_INT(lwt_main_post(to, count_one, NULL, NULL), LWT_OK);
  return NULL;
}
TEST(several_threads_post_to_one) {
  lwt_main_thread *self = lwt_main_self();
  pthread_t ids[LOOPS];
  for (int i = 0; i < LOOPS; i++) CHECK_INT(pthread_create(&ids[i], NULL, post_many, self), 0);
  WAIT_UNTIL(counted == LOOPS * scaled(5000));
  for (int i = 0; i < LOOPS; i++) pthread_join(ids[i], NULL);
  lwt_main_thread_release(self);
}

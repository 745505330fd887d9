/* timeout: 240 */
/* A million random numbers as handles to every function that takes one: none
 * crashes, none succeeds, and no true handle is touched. */
#include "loop.h"

#include <math.h>

static lwt_unix_pool *pool;
static lwt_engine *engine;
static lwt_engine_event *event;
static lwt_main_hook *hook;

/* True handles, which the numbers must not hurt. */
static lwt_t *pending, *returned, *failed;
static lwt_u *wakener, *spent;
static lwt_exn *exception;
static lwt_key *key;
static lwt_storage *storage;
static lwt_t *stale;
static int value_drops, env_drops;
static int a_word;

static void make_true_handles(void) {
  lwt_t *p = lwt_wait(&spent);
  lwt_wakeup(spent, LWT_UNIT);
  lwt_release(p);
  value_drops = 0;
  pending = lwt_task(&wakener);
  returned = lwt_return_owned(&value_drops, count_drop);
  exception = lwt_exn_new(LWT_FULL, "true");
  failed = lwt_fail(lwt_exn_retain(exception));
  if (key == NULL) key = lwt_new_key(); /* one lives as long as the process */
  stale = lwt_return(LWT_UNIT);
  lwt_release(stale);
}
static void check_true_handles(void) {
  turns(1);
  CHECK_SLEEPS(pending);
  CHECK_PTR(lwt_value_of(returned), &value_drops);
  CHECK_INT(value_drops, 0);
  CHECK_PTR(lwt_exn_of(failed), exception);
  CHECK_INT(lwt_exn_kind(exception), LWT_FULL);
  CHECK_STR(lwt_exn_message(exception), "true");
  lwt_exn_release(exception);
  CHECK_FAILS(failed, LWT_FULL);
  CHECK_INT(lwt_wakeup(wakener, LWT_INT(1)), LWT_OK);
  CHECK_RETURNS(pending, 1);
  lwt_release(returned);
  CHECK_INT(value_drops, 1);
  lwt_value value = LWT_INT(4);
  lwt_t *p = lwt_with_value(key, &value, NULL, env_thunk, &(struct env){.name = ""}, NULL);
  CHECK_STATE(p, LWT_RETURN);
  lwt_release(p);
  trace_text[0] = '\0';
}

/* ------------------------------------------------------- the numbers --- */
static uint64_t state = 0x9e3779b97f4a7c15u;
static uint64_t next_random(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return state;
}
static bool is_true(uint64_t x) {
  const void *const all[] = {pending, returned, failed, wakener, exception,
                             key,     pool,     engine, event,   hook,
                             storage};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++)
    if (x == (uint64_t)(uintptr_t)all[i]) return true;
  return false;
}
static uint64_t near(uint64_t handle) {
  uint64_t r = next_random();
  switch (r % 5) {
    case 0: return handle ^ (uint64_t)1 << (r >> 8) % 64;
    case 1: return handle ^ (uint64_t)1 << (r >> 8) % 64 ^ (uint64_t)1 << (r >> 16) % 64;
    case 2: return handle + (r >> 8) % 64 - 32;
    case 3: return handle + ((r >> 8) % 64 << 32) - ((uint64_t)32 << 32);
    default: return (handle & 0xffffffffu) | (r & 0xffffffff00000000u);
  }
}
static void *number(long i) {
  uint64_t x;
  do {
    uint64_t r = next_random();
    switch (i % 12) {
      case 0: x = r; break;
      case 1: x = r % 4096; break;
      case 2: x = (uint64_t)0 - r % 4096; break;
      case 3: x = near((uintptr_t)pending); break;
      case 4: x = near((uintptr_t)returned); break;
      case 5: x = near((uintptr_t)wakener); break;
      case 6: x = near((uintptr_t)exception); break;
      case 7: x = near((uintptr_t)key); break;
      case 8:
        x = near(r % 6 == 0   ? (uintptr_t)stale
                 : r % 6 == 1 ? (uintptr_t)spent
                 : r % 6 == 2 ? (uintptr_t)pool
                 : r % 6 == 3 ? (uintptr_t)engine
                 : r % 6 == 4 ? (uintptr_t)event
                 : r & 8      ? (uintptr_t)storage
                              : (uintptr_t)hook);
        break;
      case 9: x = (uintptr_t)&a_word + r % 4096; break;
      case 10: x = (uintptr_t)&r + r % 4096; break;
      default: x = r >> r % 64; break;
    }
  } while (is_true(x));
  return (void *)(uintptr_t)x;
}

/* ------------------------------------------------------- the functions --- */
static long wrongs;
static void wrong(const char *what, void *handle) {
  if (wrongs++ < 10) {
    check_fail(__FILE__, __LINE__);
    fprintf(stderr, "%s with %p succeeded\n", what, handle);
  }
}
static bool refused(int kind) { return kind == INVALID || kind == LWT_WRONG_THREAD; }
#define PROMISE(call)                                                        \
  do {                                                                       \
    lwt_t *result_ = (call);                                                 \
    if (lwt_state(result_) != LWT_FAIL || !refused(kind_of(result_)))        \
      wrong(#call, h);                                                       \
    lwt_release(result_);                                                    \
  } while (0)
#define KIND(call)                        \
  do {                                    \
    if (!refused(call)) wrong(#call, h);  \
  } while (0)
#define FALSE(call)              \
  do {                           \
    if (call) wrong(#call, h);   \
  } while (0)

static void drop_env(void *env) { ++*(int *)env; }
static lwt_t *bind_(lwt_value v, void *env) { return wrong("a callback", env), lwt_return(v); }
static lwt_value map_(lwt_value v, void *env) { return wrong("a callback", env), v; }
static lwt_t *catch_(const lwt_exn *e, void *env) {
  return wrong("a callback", env), lwt_fail(lwt_exn_retain(e));
}
static lwt_t *thunk_(void *env) { return wrong("a callback", env), lwt_return(LWT_UNIT); }
static void unit_(void *env) { wrong("a callback", env); }
static void value_(lwt_value v, void *env) { wrong("a callback", env), (void)v; }
static void exn_(const lwt_exn *e, void *env) { wrong("a callback", env), (void)e; }
static lwt_value raise_(lwt_value v, void *env) { return (void)v, lwt_raise(env); }
static lwt_t *return_(lwt_value v, void *env) { return (void)v, env; }

static int drops_due;
static void compose(void *h) {
  lwt_t *p = h;
  PROMISE(lwt_bind(p, bind_, &env_drops, drop_env));
  PROMISE(lwt_bind_owned(p, bind_, &env_drops, drop_env));
  PROMISE(lwt_map(p, map_, &env_drops, drop_env));
  PROMISE(lwt_catch(p, catch_, &env_drops, drop_env));
  PROMISE(lwt_try_bind(p, bind_, catch_, &env_drops, drop_env));
  PROMISE(lwt_finalize(p, thunk_, &env_drops, drop_env));
  PROMISE(lwt_protected(p));
  PROMISE(lwt_no_cancel(p));
  PROMISE(lwt_wrap_in_cancelable(p));
  PROMISE(lwt_retain(p));
  PROMISE(lwt_bind(lwt_return(LWT_UNIT), return_, h, NULL));
  drops_due += 6;
}
static void watch(void *h) {
  lwt_t *p = h;
  KIND(lwt_on_success(p, value_, &env_drops, drop_env));
  KIND(lwt_on_failure(p, exn_, &env_drops, drop_env));
  KIND(lwt_on_termination(p, unit_, &env_drops, drop_env));
  KIND(lwt_on_any(p, value_, exn_, &env_drops, drop_env));
  KIND(lwt_on_cancel(p, unit_, &env_drops, drop_env));
  drops_due += 5;
}
static void look(void *h) {
  lwt_t *p = h;
  lwt_drop_fn drop = drop_env;
  FALSE(lwt_state(p) == LWT_RETURN);
  FALSE(lwt_value_of(p) != LWT_UNIT);
  FALSE(lwt_exn_of(p) != NULL);
  FALSE(lwt_take(p) != LWT_UNIT);
  FALSE(lwt_take_with(p, &drop) != LWT_UNIT);
  FALSE(drop != NULL);
  lwt_cancel(p);
  lwt_release(p);
}
static void group(void *h) {
  lwt_t *p[2] = {h, h}, *q[2] = {lwt_return(LWT_UNIT), h};
  PROMISE(lwt_join(p, 2));
  PROMISE(lwt_all(q, 2));
  q[0] = lwt_retain(pending);
  PROMISE(lwt_choose(q, 2));
  PROMISE(lwt_pick(p, 1));
  PROMISE(lwt_nchoose(p, 2));
  PROMISE(lwt_npick(p, 2));
  PROMISE(lwt_both(h, lwt_return(LWT_UNIT)));
}
static void wake(void *h) {
  lwt_u *u = h;
  KIND(lwt_wakeup(u, LWT_UNIT));
  KIND(lwt_wakeup_owned(u, &env_drops, drop_env));
  KIND(lwt_wakeup_exn(u, lwt_exn_retain(exception)));
  KIND(lwt_wakeup_later(u, LWT_UNIT));
  KIND(lwt_wakeup_later_owned(u, &env_drops, drop_env));
  KIND(lwt_wakeup_later_exn(u, lwt_exn_retain(exception)));
  lwt_wakener_release(u);
  lwt_wakener_forget(u);
  drops_due += 2;
}
static lwt_exn *locate_(lwt_exn *e, void *env) { return (void)env, e; }
static lwt_value reraise_(lwt_value v, void *env) { return (void)v, lwt_reraise(env); }
static void compose_more(void *h) {
  lwt_t *p = h, *q[2] = {lwt_retain(returned), h};
  PROMISE(lwt_backtrace_bind(locate_, p, bind_, &env_drops, drop_env));
  PROMISE(lwt_backtrace_catch(locate_, p, catch_, &env_drops, drop_env));
  PROMISE(lwt_backtrace_finalize(locate_, p, thunk_, &env_drops, drop_env));
  PROMISE(lwt_backtrace_try_bind(locate_, p, bind_, catch_, &env_drops, drop_env));
  PROMISE(lwt_nchoose_split(q, 2));
  PROMISE(lwt_any(&p, 1));
  PROMISE(lwt_join2(p, lwt_retain(pending)));
  PROMISE(lwt_apply(return_, LWT_UNIT, h, NULL));
  drops_due += 4;
}
static void look_more(void *h) {
  lwt_value v = LWT_UNIT;
  KIND(lwt_poll(h, &v));
  FALSE(v != LWT_NONE);
  FALSE(lwt_is_sleeping(h));
  KIND(lwt_ignore_result(h));
  PROMISE(lwt_debug_state_is(LWT_SLEEP, LWT_UNIT, h));
  PROMISE(lwt_waiter_of_wakener(h));
  KIND(lwt_wakeup_result(h, lwt_make_value_owned(&env_drops, drop_env)));
  KIND(lwt_wakeup_later_result(h, lwt_make_typed_error(&env_drops, drop_env)));
  PROMISE(lwt_of_result(lwt_make_error(h)));
  FALSE(lwt_exception_filter_run(h));
  PROMISE(lwt_map(lwt_return(LWT_UNIT), reraise_, h, NULL));
  drops_due += 2;
}
static void storages(void *h) {
  lwt_value v = &env_drops;
  FALSE(lwt_get_from_storage(h, storage, NULL));
  FALSE(lwt_get_from_storage(key, h, NULL));
  FALSE(lwt_modify_storage(h, &v, drop_env, lwt_storage_retain(storage)) != NULL);
  FALSE(lwt_modify_storage(key, &v, drop_env, h) != NULL);
  PROMISE(lwt_with_storage(h, thunk_, &env_drops, drop_env));
  FALSE(lwt_storage_retain(h) != NULL);
  lwt_storage_release(h);
  drops_due += 3;
}
static void except(void *h) {
  lwt_exn *e = h;
  lwt_u *u;
  FALSE(lwt_exn_kind(e) != INVALID);
  FALSE(lwt_exn_message(e) == NULL);
  FALSE(lwt_exn_errno(e) != 0);
  FALSE(lwt_exn_function(e) == NULL);
  FALSE(lwt_exn_argument(e) == NULL);
  FALSE(lwt_exn_payload(e) != NULL);
  lwt_exn_release(lwt_exn_retain(e));
  lwt_exn_release(e);
  PROMISE(lwt_fail(e));
  PROMISE(lwt_map(lwt_return(LWT_UNIT), raise_, h, NULL));
  lwt_release(lwt_wait(&u));
  KIND(lwt_wakeup_exn(u, e));
}
static void others(void *h) {
  lwt_value value = LWT_INT(1);
  lwt_exn *e = NULL;
  FALSE(lwt_get(h, &value));
  PROMISE(lwt_with_value(h, &value, NULL, thunk_, &env_drops, drop_env));
  drops_due += 1;
  lwt_main_run(h, &e);
  KIND(lwt_exn_kind(e));
  lwt_exn_release(e);
  KIND(lwt_main_run_until(h));
  e = NULL;
  lwt_await(h, &e);
  KIND(lwt_exn_kind(e));
  lwt_exn_release(e);
  lwt_release_anywhere(h);
}

static void never_event(lwt_engine_event *of, void *env) { wrong("an event", env), (void)of; }
static int jobs_refused;
static void worker_(struct lwt_unix_job *job) { wrong("a worker", job); }
static lwt_value result_(struct lwt_unix_job *job) { return wrong("a result", job), LWT_UNIT; }
static void refused_(struct lwt_unix_job *job) {
  jobs_refused++;
  lwt_unix_free_job(job);
}
static void nothing(void *env) { (void)env; }
static void kinds(void *h) {
  static int submitted;
  KIND(lwt_engine_stop_event(h));
  KIND(lwt_main_hook_remove(h));
  KIND(lwt_engine_set(h, true, true));
  KIND(lwt_engine_transfer(h, engine));
  KIND(lwt_engine_transfer(engine, h));
  KIND(lwt_engine_destroy(h));
  KIND(lwt_engine_release(h));
  KIND(lwt_unix_pool_release(h));
  FALSE(lwt_unix_pool_thread_count(h) != -1);
  struct lwt_unix_job *job = lwt_unix_new(struct lwt_unix_job);
  memset(job, 0, sizeof *job);
  job->worker = worker_;
  job->result = result_;
  lwt_unix_job_set_cancel(lwt_unix_alloc_job(job), refused_);
  PROMISE(lwt_unix_run_job_in(h, job));
  submitted++;
  FALSE(jobs_refused != submitted);
  KIND(lwt_unix_abort_jobs(h));
}

static void try_all(void (*body)(void *)) {
  long n = scaled(1000000);
  wrongs = 0;
  env_drops = drops_due = 0;
  make_true_handles();
  long before = 0;
  for (long i = 0; i < n; i++) {
    if (i == n / 5) before = resident();
    body(number(i));
    if (i % 1000 == 999) turns(1);
  }
  CHECK_FLAT(before, 8);
  CHECK_INT(wrongs, 0);
  CHECK_INT(env_drops, drops_due);
  check_true_handles();
}
TEST(functions_that_compose) { try_all(compose); }
TEST(functions_that_watch) { try_all(watch); }
TEST(functions_that_look) { try_all(look); }
TEST(functions_that_group) { try_all(group); }
TEST(functions_that_wake) { try_all(wake); }
TEST(functions_that_compose_in_other_ways) { try_all(compose_more); }
TEST(functions_that_look_in_other_ways) { try_all(look_more); }
TEST(functions_of_storage) {
  storage = lwt_empty_storage();
  try_all(storages);
  lwt_storage_release(storage);
}
TEST(functions_of_exceptions) { try_all(except); }
TEST(the_other_functions) { try_all(others); }
TEST(functions_of_events_engines_pools_and_hooks) {
  pool = lwt_unix_new_pool("true", 1);
  engine = lwt_engine_get();
  event = lwt_engine_on_timer(HUGE_VAL, false, never_event, NULL, NULL);
  hook = lwt_main_enter_iter_hooks_add_first(nothing, NULL, NULL);
  try_all(kinds);
  CHECK_INT(lwt_unix_pool_release(pool), LWT_OK);
  CHECK_INT(lwt_engine_release(engine), LWT_OK);
  CHECK_INT(lwt_engine_stop_event(event), LWT_OK);
  CHECK_INT(lwt_main_hook_remove(hook), LWT_OK);
}

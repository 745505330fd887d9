/* The part of the interface that never changes. Each declaration is repeated
 * here, so that the compiler compares it with the headers' own; as C and as
 * C++. The program holds the address of each function, so that the linker
 * finds it. A difference is a break of every program ever written against the
 * library: this file changes only by growing. */
#include <lwt_all.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Exceptions. */
lwt_exn *lwt_exn_new(int kind, const char *message);
lwt_exn *lwt_exn_unix(int errnum, const char *function, const char *argument);
lwt_exn *lwt_exn_new_owned(int kind, const char *message, void *payload, lwt_drop_fn drop);
void *lwt_exn_payload(const lwt_exn *e);
int lwt_exn_register(const char *name);
int lwt_exn_kind(const lwt_exn *e);
const char *lwt_exn_message(const lwt_exn *e);
int lwt_exn_errno(const lwt_exn *e);
const char *lwt_exn_function(const lwt_exn *e);
const char *lwt_exn_argument(const lwt_exn *e);
lwt_exn *lwt_exn_retain(const lwt_exn *e);
void lwt_exn_release(lwt_exn *e);

/* Promises and wakeners. */
lwt_t *lwt_return(lwt_value value);
lwt_t *lwt_return_owned(lwt_value value, lwt_drop_fn drop);
lwt_t *lwt_fail(lwt_exn *e);
lwt_t *lwt_wait(lwt_u **wakener);
lwt_t *lwt_task(lwt_u **wakener);
int lwt_wakeup(lwt_u *wakener, lwt_value value);
int lwt_wakeup_owned(lwt_u *wakener, lwt_value value, lwt_drop_fn drop);
int lwt_wakeup_exn(lwt_u *wakener, lwt_exn *e);
int lwt_wakeup_later(lwt_u *wakener, lwt_value value);
int lwt_wakeup_later_owned(lwt_u *wakener, lwt_value value, lwt_drop_fn drop);
int lwt_wakeup_later_exn(lwt_u *wakener, lwt_exn *e);
void lwt_wakener_release(lwt_u *wakener);
void lwt_wakener_forget(lwt_u *wakener);
lwt_promise_state lwt_state(const lwt_t *p);
lwt_value lwt_value_of(const lwt_t *p);
const lwt_exn *lwt_exn_of(const lwt_t *p);
lwt_value lwt_take(lwt_t *p);
lwt_value lwt_take_with(lwt_t *p, lwt_drop_fn *drop);
lwt_t *lwt_retain(const lwt_t *p);
void lwt_release(lwt_t *p);
void lwt_release_anywhere(void *handle);

/* Composition. */
lwt_t *lwt_bind(lwt_t *p, lwt_bind_fn f, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_bind_owned(lwt_t *p, lwt_bind_fn f, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_map(lwt_t *p, lwt_map_fn f, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_catch(lwt_t *p, lwt_exn_fn g, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_try_bind(lwt_t *p, lwt_bind_fn f, lwt_exn_fn g, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_finalize(lwt_t *p, lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* What a callback does with its result. */
lwt_value lwt_raise(lwt_exn *e);
lwt_value lwt_owned(lwt_value value, lwt_drop_fn drop);

/* Cancellation. */
void lwt_cancel(const lwt_t *p);
int lwt_on_cancel(const lwt_t *p, lwt_unit_fn f, void *env, lwt_drop_fn drop_env);
lwt_t *lwt_protected(lwt_t *p);
lwt_t *lwt_no_cancel(lwt_t *p);
lwt_t *lwt_wrap_in_cancelable(lwt_t *p);

/* Several promises. */
lwt_t *lwt_join(lwt_t *const *promises, size_t n);
lwt_t *lwt_choose(lwt_t *const *promises, size_t n);
lwt_t *lwt_pick(lwt_t *const *promises, size_t n);
lwt_value lwt_values_take(struct lwt_values *values, size_t i, lwt_drop_fn *drop);
void lwt_values_release(struct lwt_values *values);
lwt_t *lwt_all(lwt_t *const *promises, size_t n);
lwt_t *lwt_both(lwt_t *p, lwt_t *q);
lwt_t *lwt_nchoose(lwt_t *const *promises, size_t n);
lwt_t *lwt_npick(lwt_t *const *promises, size_t n);

/* Storage. */
lwt_key *lwt_new_key(void);
bool lwt_get(const lwt_key *key, lwt_value *value);
lwt_t *lwt_with_value(const lwt_key *key, const lwt_value *value , lwt_drop_fn drop_value,
    lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);

/* Pausing, and what nobody waits for. */
lwt_t *lwt_pause(void);
void lwt_wakeup_paused(void);
size_t lwt_paused_count(void);
void lwt_async(lwt_thunk_fn f, void *env, lwt_drop_fn drop_env);
void lwt_set_async_exception_hook(lwt_exn_hook_fn f, void *env, lwt_drop_fn drop_env);
void lwt_get_async_exception_hook(lwt_exn_hook_fn *f, void **env);
void lwt_dont_wait(lwt_thunk_fn f, lwt_exn_hook_fn on_exn, void *env, lwt_drop_fn drop_env);
int lwt_on_success(const lwt_t *p, void (*f)(lwt_value, void *), void *env, lwt_drop_fn
    drop_env);
int lwt_on_failure(const lwt_t *p, lwt_exn_hook_fn f, void *env, lwt_drop_fn drop_env);
int lwt_on_termination(const lwt_t *p, lwt_unit_fn f, void *env, lwt_drop_fn drop_env);
int lwt_on_any(const lwt_t *p, void (*f)(lwt_value, void *), lwt_exn_hook_fn g, void *env,
    lwt_drop_fn drop_env);

/* lwt_direct.h. */
lwt_t *lwt_spawn(lwt_compute_fn f, void *env, lwt_drop_fn drop_env, size_t stack_size);
lwt_value lwt_await(lwt_t *p, lwt_exn **exn);
void lwt_yield(void);

/* lwt_main.h. */
lwt_value lwt_main_run(lwt_t *p, lwt_exn **exn);
int lwt_main_run_until(const lwt_t *p);

/* lwt_unix.h: memory. */
void *lwt_unix_malloc(size_t size);
void *lwt_unix_realloc(void *ptr, size_t size);
char *lwt_unix_strdup(const char *string);

/* lwt_unix.h: notifications. */
intptr_t lwt_unix_make_notification(lwt_unit_fn f, void *env, lwt_drop_fn drop_env, bool once);
void lwt_unix_send_notification(intptr_t id);
void lwt_unix_stop_notification(intptr_t id);
int lwt_unix_set_notification(intptr_t id, lwt_unit_fn f, void *env, lwt_drop_fn drop_env);

/* lwt_unix.h: jobs. */
struct lwt_unix_job *lwt_unix_alloc_job(struct lwt_unix_job *job);
void lwt_unix_free_job(struct lwt_unix_job *job);
lwt_t *lwt_unix_run_job(struct lwt_unix_job *job);
lwt_t *lwt_unix_run_job_with(struct lwt_unix_job *job, lwt_unix_async_method method);
lwt_value lwt_unix_error(int errnum, const char *function, const char *argument);

/* lwt_unix.h: the pool. */
int lwt_unix_pool_size(void);
int lwt_unix_set_pool_size(int size);
int lwt_unix_thread_count(void);
int lwt_unix_thread_waiting_count(void);

/* lwt_unix.h: system calls. */
lwt_t *lwt_unix_sleep(double seconds);
lwt_t *lwt_unix_mkdir(const char *path, int mode);

/* lwt_preemptive.h. */
lwt_t *lwt_preemptive_detach(lwt_compute_fn f, void *env, lwt_drop_fn drop_env);
lwt_value lwt_preemptive_run_in_main(lwt_thunk_fn f, void *env, lwt_exn **exn);

#ifdef __cplusplus
}
#endif

/* Types. A pointer to one type is not assigned to a pointer to another without
 * a complaint, and these are initialised with what the contract says. */
typedef void (*drop_fn)(void *);
typedef void (*unit_fn)(void *env);
typedef lwt_t *(*thunk_fn)(void *env);
typedef void *(*compute_fn)(void *env);
typedef lwt_t *(*bind_fn)(void *value, void *env);
typedef void *(*map_fn)(void *value, void *env);
typedef lwt_t *(*exn_fn)(const lwt_exn *exn, void *env);
typedef void (*exn_hook_fn)(const lwt_exn *exn, void *env);
typedef void (*job_worker)(struct lwt_unix_job *job);
typedef void *(*job_result)(struct lwt_unix_job *job);

#define SAME(theirs, ours) \
  do { \
    ours *from = NULL; \
    theirs *to = from; \
    (void)to; \
  } while (0)

/* A constant expression, or this does not compile. */
#define IS(name, number) \
  do { \
    typedef char as_agreed[(name) == (number) ? 1 : -1]; \
    as_agreed *unused = NULL; \
    (void)unused; \
  } while (0)

/* struct lwt_unix_job is the first field of the user's. */
struct a_job {
  struct lwt_unix_job job;
  char data[8];
};

static lwt_promise_state ask_state(const lwt_t *p) {
  enum lwt_promise_state state = lwt_state(p);
  return state;
}

static void types(void) {
  SAME(lwt_value, void *);
  SAME(lwt_drop_fn, drop_fn);
  SAME(lwt_unit_fn, unit_fn);
  SAME(lwt_thunk_fn, thunk_fn);
  SAME(lwt_compute_fn, compute_fn);
  SAME(lwt_bind_fn, bind_fn);
  SAME(lwt_map_fn, map_fn);
  SAME(lwt_exn_fn, exn_fn);
  SAME(lwt_exn_hook_fn, exn_hook_fn);
  SAME(lwt_unix_job_worker, job_worker);
  SAME(lwt_unix_job_result, job_result);
  SAME(struct lwt_t, lwt_t);
  SAME(struct lwt_u, lwt_u);
  SAME(struct lwt_exn, lwt_exn);
  SAME(struct lwt_key, lwt_key);
#ifndef __cplusplus
  SAME(lwt_unix_job, struct lwt_unix_job *);
#endif
}

static void numbers(void) {
  IS(LWT_OK, 0);
  IS(LWT_CANCELED, 1);
  IS(LWT_INVALID_ARGUMENT, 2);
  IS(LWT_WRONG_THREAD, 3);
  IS(LWT_FAILURE, 4);
  IS(LWT_NOT_FOUND, 5);
  IS(LWT_UNIX_ERROR, 6);
  IS(LWT_END_OF_FILE, 7);
  IS(LWT_TIMEOUT, 8);
  IS(LWT_EMPTY, 9);
  IS(LWT_CLOSED, 10);
  IS(LWT_FULL, 11);
  IS(LWT_ABANDONED, 12);
  IS(LWT_OUT_OF_MEMORY, 13);
  IS(LWT_STALLED, 14);
  IS(LWT_SLEEP, 0);
  IS(LWT_RETURN, 1);
  IS(LWT_FAIL, 2);
  IS(LWT_UNIX_ASYNC_METHOD_NONE, 0);
  IS(LWT_UNIX_ASYNC_METHOD_DETACH, 1);
  IS(LWT_UNIX_ASYNC_METHOD_SWITCH, 2);
}

/* The fields that a program may name, and the macros. */
static int structures(void) {
  struct lwt_values values = {0, NULL};
  struct lwt_string string = {0, NULL};
  struct a_job *job = lwt_unix_new(struct a_job);
  struct a_job *longer = lwt_unix_new_plus(struct a_job, 16);
  lwt_unix_job_worker worker = NULL;
  lwt_unix_job_result result = NULL;
  lwt_unix_async_method method = LWT_UNIX_ASYNC_METHOD_DETACH;
  enum lwt_unix_async_method same = method;
  size_t n = 7;
  lwt_value *data = NULL;
  char *text = NULL;
  int bad = (void *)&job->job != (void *)job;

  job->job.worker = worker;
  job->job.result = result;
  job->job.notification_id = 0;
  job->job.state = job->job.state;
  job->job.fast = job->job.fast;
  job->job.async_method = job->job.async_method;
  longer->data[sizeof longer->data - 1] = 0;
  values.len = n;
  values.data = data;
  string.len = n;
  string.data = text;
  bad |= values.len != n || string.len != n || same != LWT_UNIX_ASYNC_METHOD_DETACH;
  bad |= LWT_UNIT != NULL || LWT_TO_INT(LWT_INT(-5)) != -5;
  lwt_unix_free_job(lwt_unix_alloc_job(&job->job));
  lwt_unix_free_job(lwt_unix_alloc_job(&longer->job));
  return bad;
}

typedef void (*function)(void);
static const struct {
  const char *name;
  function address;
} functions[] = {
  {"lwt_exn_new", (function)&lwt_exn_new},
  {"lwt_exn_unix", (function)&lwt_exn_unix},
  {"lwt_exn_new_owned", (function)&lwt_exn_new_owned},
  {"lwt_exn_payload", (function)&lwt_exn_payload},
  {"lwt_exn_register", (function)&lwt_exn_register},
  {"lwt_exn_kind", (function)&lwt_exn_kind},
  {"lwt_exn_message", (function)&lwt_exn_message},
  {"lwt_exn_errno", (function)&lwt_exn_errno},
  {"lwt_exn_function", (function)&lwt_exn_function},
  {"lwt_exn_argument", (function)&lwt_exn_argument},
  {"lwt_exn_retain", (function)&lwt_exn_retain},
  {"lwt_exn_release", (function)&lwt_exn_release},
  {"lwt_return", (function)&lwt_return},
  {"lwt_return_owned", (function)&lwt_return_owned},
  {"lwt_fail", (function)&lwt_fail},
  {"lwt_wait", (function)&lwt_wait},
  {"lwt_task", (function)&lwt_task},
  {"lwt_wakeup", (function)&lwt_wakeup},
  {"lwt_wakeup_owned", (function)&lwt_wakeup_owned},
  {"lwt_wakeup_exn", (function)&lwt_wakeup_exn},
  {"lwt_wakeup_later", (function)&lwt_wakeup_later},
  {"lwt_wakeup_later_owned", (function)&lwt_wakeup_later_owned},
  {"lwt_wakeup_later_exn", (function)&lwt_wakeup_later_exn},
  {"lwt_wakener_release", (function)&lwt_wakener_release},
  {"lwt_wakener_forget", (function)&lwt_wakener_forget},
  {"lwt_state", (function)&lwt_state},
  {"lwt_value_of", (function)&lwt_value_of},
  {"lwt_exn_of", (function)&lwt_exn_of},
  {"lwt_take", (function)&lwt_take},
  {"lwt_take_with", (function)&lwt_take_with},
  {"lwt_retain", (function)&lwt_retain},
  {"lwt_release", (function)&lwt_release},
  {"lwt_release_anywhere", (function)&lwt_release_anywhere},
  {"lwt_bind", (function)&lwt_bind},
  {"lwt_bind_owned", (function)&lwt_bind_owned},
  {"lwt_map", (function)&lwt_map},
  {"lwt_catch", (function)&lwt_catch},
  {"lwt_try_bind", (function)&lwt_try_bind},
  {"lwt_finalize", (function)&lwt_finalize},
  {"lwt_raise", (function)&lwt_raise},
  {"lwt_owned", (function)&lwt_owned},
  {"lwt_cancel", (function)&lwt_cancel},
  {"lwt_on_cancel", (function)&lwt_on_cancel},
  {"lwt_protected", (function)&lwt_protected},
  {"lwt_no_cancel", (function)&lwt_no_cancel},
  {"lwt_wrap_in_cancelable", (function)&lwt_wrap_in_cancelable},
  {"lwt_join", (function)&lwt_join},
  {"lwt_choose", (function)&lwt_choose},
  {"lwt_pick", (function)&lwt_pick},
  {"lwt_values_take", (function)&lwt_values_take},
  {"lwt_values_release", (function)&lwt_values_release},
  {"lwt_all", (function)&lwt_all},
  {"lwt_both", (function)&lwt_both},
  {"lwt_nchoose", (function)&lwt_nchoose},
  {"lwt_npick", (function)&lwt_npick},
  {"lwt_new_key", (function)&lwt_new_key},
  {"lwt_get", (function)&lwt_get},
  {"lwt_with_value", (function)&lwt_with_value},
  {"lwt_pause", (function)&lwt_pause},
  {"lwt_wakeup_paused", (function)&lwt_wakeup_paused},
  {"lwt_paused_count", (function)&lwt_paused_count},
  {"lwt_async", (function)&lwt_async},
  {"lwt_set_async_exception_hook", (function)&lwt_set_async_exception_hook},
  {"lwt_get_async_exception_hook", (function)&lwt_get_async_exception_hook},
  {"lwt_dont_wait", (function)&lwt_dont_wait},
  {"lwt_on_success", (function)&lwt_on_success},
  {"lwt_on_failure", (function)&lwt_on_failure},
  {"lwt_on_termination", (function)&lwt_on_termination},
  {"lwt_on_any", (function)&lwt_on_any},
  {"lwt_spawn", (function)&lwt_spawn},
  {"lwt_await", (function)&lwt_await},
  {"lwt_yield", (function)&lwt_yield},
  {"lwt_main_run", (function)&lwt_main_run},
  {"lwt_main_run_until", (function)&lwt_main_run_until},
  {"lwt_unix_malloc", (function)&lwt_unix_malloc},
  {"lwt_unix_realloc", (function)&lwt_unix_realloc},
  {"lwt_unix_strdup", (function)&lwt_unix_strdup},
  {"lwt_unix_make_notification", (function)&lwt_unix_make_notification},
  {"lwt_unix_send_notification", (function)&lwt_unix_send_notification},
  {"lwt_unix_stop_notification", (function)&lwt_unix_stop_notification},
  {"lwt_unix_set_notification", (function)&lwt_unix_set_notification},
  {"lwt_unix_alloc_job", (function)&lwt_unix_alloc_job},
  {"lwt_unix_free_job", (function)&lwt_unix_free_job},
  {"lwt_unix_run_job", (function)&lwt_unix_run_job},
  {"lwt_unix_run_job_with", (function)&lwt_unix_run_job_with},
  {"lwt_unix_error", (function)&lwt_unix_error},
  {"lwt_unix_pool_size", (function)&lwt_unix_pool_size},
  {"lwt_unix_set_pool_size", (function)&lwt_unix_set_pool_size},
  {"lwt_unix_thread_count", (function)&lwt_unix_thread_count},
  {"lwt_unix_thread_waiting_count", (function)&lwt_unix_thread_waiting_count},
  {"lwt_unix_sleep", (function)&lwt_unix_sleep},
  {"lwt_unix_mkdir", (function)&lwt_unix_mkdir},
  {"lwt_preemptive_detach", (function)&lwt_preemptive_detach},
  {"lwt_preemptive_run_in_main", (function)&lwt_preemptive_run_in_main},
};

int main(void) {
  size_t i;
  int failed = 0;
  types();
  numbers();
  for (i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    if (functions[i].address == NULL) {
      printf("%s has no address\n", functions[i].name);
      failed = 1;
    }
  }
  if (ask_state(NULL) == LWT_RETURN) {
    printf("NULL is a promise that has a value\n");
    failed = 1;
  }
  if (structures()) {
    printf("a structure is not what was agreed\n");
    failed = 1;
  }
  return failed;
}

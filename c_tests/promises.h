/* What the C tests say about promises: checks of an outcome, and environments
 * of callbacks that count how often they ran and were dropped, and leave
 * their name in a trace. */
#ifndef PROMISES_H
#define PROMISES_H
#include "check.h"

#include <lwt_all.h>

#define INVALID LWT_INVALID_ARGUMENT

static inline int kind_of(const lwt_t *p) {
  const lwt_exn *e = lwt_exn_of(p);
  return e != NULL ? lwt_exn_kind(e) : LWT_OK;
}

/* These two borrow, the two after them consume. */
#define CHECK_SLEEPS(p) CHECK_INT(lwt_state(p), LWT_SLEEP)
#define CHECK_STATE(p, want) CHECK_INT(lwt_state(p), want)
#define CHECK_RETURNS(p, n) check_returns(__FILE__, __LINE__, #p, (p), (n))
#define CHECK_FAILS(p, kind) check_fails(__FILE__, __LINE__, #p, (p), (kind))

static inline void check_returns(const char *file, int line, const char *what, lwt_t *p,
                                 intptr_t n) {
  if (check_int(file, line, what, lwt_state(p), LWT_RETURN))
    check_int(file, line, what, LWT_TO_INT(lwt_value_of(p)), n);
  lwt_release(p);
}
static inline void check_fails(const char *file, int line, const char *what, lwt_t *p, int kind) {
  if (check_int(file, line, what, lwt_state(p), LWT_FAIL))
    check_int(file, line, what, kind_of(p), kind);
  lwt_release(p);
}

/* ------------------------------------------------------------- trace --- */
static char trace_text[16384];

static inline void trace(const char *word) {
  size_t len = strlen(trace_text);
  snprintf(trace_text + len, sizeof trace_text - len, "%s%s", len > 0 ? " " : "", word);
}
/* Compares the names left since the last time, and forgets them. */
#define CHECK_TRACE(want)            \
  do {                               \
    CHECK_STR(trace_text, (want));   \
    trace_text[0] = '\0';            \
  } while (0)

/* ------------------------------------------------------ environments --- */
struct env {
  const char *name;
  int ran, dropped;
  lwt_t *result;    /* a callback that returns a promise returns this one */
  int raise;        /* a kind: the callback fails so */
  lwt_value value;  /* what it was called with */
  int kind;
};
#define ENV(variable) struct env variable = {#variable, 0, 0, NULL, 0, NULL, 0}
#define ENV_RETURNING(variable, promise) struct env variable = {#variable, 0, 0, promise, 0, NULL, 0}
#define ENV_RAISING(variable, kind) struct env variable = {#variable, 0, 0, NULL, kind, NULL, 0}
#define CHECK_ENV(variable, ran_, dropped_) \
  (CHECK_INT((variable).ran, ran_), CHECK_INT((variable).dropped, dropped_))

static inline lwt_exn *exn(int kind) { return lwt_exn_new(kind, "made by the test"); }

static inline struct env *env_enter(void *data) {
  struct env *env = (struct env *)data;
  env->ran++;
  if (env->dropped > 0) check_true(__FILE__, __LINE__, env->name, false);
  trace(env->name);
  return env;
}
static inline lwt_t *env_promise(struct env *env) {
  lwt_t *result = env->result;
  env->result = NULL;
  if (env->raise != 0) return lwt_fail(exn(env->raise));
  return result != NULL ? result : lwt_return(env->value);
}
static inline void env_drop(void *data) { ((struct env *)data)->dropped++; }
static inline lwt_t *env_bind(lwt_value value, void *data) {
  struct env *env = env_enter(data);
  env->value = value;
  return env_promise(env);
}
static inline lwt_value env_map(lwt_value value, void *data) {
  struct env *env = env_enter(data);
  env->value = value;
  return env->raise != 0 ? lwt_raise(exn(env->raise)) : value;
}
static inline lwt_t *env_catch(const lwt_exn *e, void *data) {
  struct env *env = env_enter(data);
  env->kind = lwt_exn_kind(e);
  return env_promise(env);
}
static inline lwt_t *env_thunk(void *data) { return env_promise(env_enter(data)); }
static inline lwt_value env_compute(void *data) {
  struct env *env = env_enter(data);
  return env->raise != 0 ? lwt_raise(exn(env->raise)) : env->value;
}
static inline void env_unit(void *data) {
  struct env *env = env_enter(data);
  if (env->raise != 0) lwt_raise(exn(env->raise));
}
static inline void env_value(lwt_value value, void *data) {
  struct env *env = env_enter(data);
  env->value = value;
  if (env->raise != 0) lwt_raise(exn(env->raise));
}
static inline void env_exn(const lwt_exn *e, void *data) {
  struct env *env = env_enter(data);
  env->kind = lwt_exn_kind(e);
  if (env->raise != 0) lwt_raise(exn(env->raise));
}

/* ------------------------------------------------------ owned values --- */
/* A value that counts how often it was dropped. */
static inline void count_drop(void *counter) { ++*(int *)counter; }

/* ------------------------------------------------------------- hook --- */
/* What the async exception hook saw. */
static int hook_calls, hook_kind;
static inline void hook_record(const lwt_exn *e, void *env) {
  (void)env;
  hook_calls++;
  hook_kind = lwt_exn_kind(e);
}
static inline void hook_install(void) {
  hook_calls = hook_kind = 0;
  lwt_set_async_exception_hook(hook_record, NULL, NULL);
}
#define CHECK_HOOK(calls, kind)    \
  do {                             \
    CHECK_INT(hook_calls, calls);  \
    CHECK_INT(hook_kind, kind);    \
    hook_calls = hook_kind = 0;    \
  } while (0)

#endif

/* Promises of the library as JavaScript's, and JavaScript's as the library's.
 *
 * A pending promise has a task: it keeps what was lent, and settles the
 * JavaScript promise when the library's has resolved, which it does inside a
 * turn of the loop, or inside a call from JavaScript. */
#include <stdlib.h>
#include <string.h>

#include "addon.h"

struct task {
  struct env *env;
  struct function *function;
  napi_deferred deferred;
  lwt_t *p; /* NULL: it is not kept */
  bool is_pending;
  struct lent lent;
};

void lent_end(struct env *env, struct lent *lent, bool back) {
  for (size_t i = 0; i < lent->buffer_count; i++) {
    napi_ref reference = lent->buffers[i].array;
    if (reference != NULL && !env->is_dead) {
      napi_value array;
      void *data;
      size_t len;
      /* Meanwhile the array may have been moved to another thread, and be empty. */
      if (back && napi_get_reference_value(env->js, reference, &array) == napi_ok &&
          array != NULL && napi_get_buffer_info(env->js, array, &data, &len) == napi_ok &&
          len >= lent->buffers[i].len)
        memcpy(data, lent->buffers[i].data, lent->buffers[i].len);
      napi_delete_reference(env->js, reference);
    }
    free(lent->buffers[i].data);
  }
  for (size_t i = 0; i < lent->box_count; i++) box_release(lent->boxes[i]);
  free(lent->text);
  memset(lent, 0, sizeof *lent);
}

/* A value as JavaScript's; or, with `*failed` set, the error that it could not be.
 * NULL only if JavaScript can't run any more. */
static napi_value converted(struct env *env, struct function *function, lwt_value value,
                            lwt_drop_fn drop, bool *failed) {
  const struct kinds *kinds = function_kinds(function);
  const char *kind = kinds->kind;
  napi_value result = value_to_js(env, kinds, &kind, value, drop);
  *failed = result == NULL;
  if (*failed && napi_get_and_clear_last_exception(env->js, &result) != napi_ok) return NULL;
  return result;
}

/* The outcome of a resolved promise, which is consumed. */
static napi_value outcome(struct env *env, struct function *function, lwt_t *p, bool *failed) {
  napi_value result;
  if (lwt_state(p) != LWT_RETURN) {
    lwt_exn *none = lwt_exn_of(p) == NULL ? lwt_exn_new(LWT_INVALID_ARGUMENT, NULL) : NULL;
    *failed = true;
    result = error_of_exn(env, none != NULL ? none : lwt_exn_of(p));
    if (none != NULL) lwt_exn_release(none);
  } else if (function_kinds(function)->has_handles) {
    /* The JavaScript object takes the handle over. */
    lwt_drop_fn drop;
    lwt_value value = lwt_take_with(p, &drop);
    return converted(env, function, value, drop, failed);
  } else {
    /* It stays where it is: clones of a stream find the same element. */
    result = converted(env, function, lwt_value_of(p), NULL, failed);
  }
  lwt_release(p);
  return result;
}

static void settle(struct env *env, napi_deferred deferred, napi_value result, bool failed) {
  if (result == NULL && napi_get_undefined(env->js, &result) != napi_ok) return;
  if (failed)
    napi_reject_deferred(env->js, deferred, result);
  else
    napi_resolve_deferred(env->js, deferred, result);
}

/* Begins the end of a task: what was lent comes back. False: JavaScript is not to
 * be told any more. */
static bool task_ends(struct task *task, bool back, napi_handle_scope *scope) {
  struct env *env = task->env;
  if (!task->is_pending) return false;
  task->is_pending = false;
  loop_let_go(env);
  if (env->is_dead || napi_open_handle_scope(env->js, scope) != napi_ok) return false;
  lent_end(env, &task->lent, back);
  return true;
}

static void task_settle(struct task *task, napi_value result, bool failed,
                        napi_handle_scope scope) {
  settle(task->env, task->deferred, result, failed);
  napi_close_handle_scope(task->env->js, scope);
}

/* Resolved, of a promise that the task has kept. */
static void resolved(void *data) {
  struct task *task = data;
  napi_handle_scope scope;
  bool failed;
  lwt_t *p = task->p;
  task->p = NULL;
  if (task_ends(task, true, &scope)) {
    napi_value result = outcome(task->env, task->function, p, &failed);
    task_settle(task, result, failed, scope);
  } else {
    lwt_release(p);
  }
}

static void fulfilled(lwt_value value, void *data) {
  struct task *task = data;
  napi_handle_scope scope;
  bool failed;
  if (!task_ends(task, true, &scope)) return;
  napi_value result = converted(task->env, task->function, value, NULL, &failed);
  task_settle(task, result, failed, scope);
}

static void rejected(const lwt_exn *exn, void *data) {
  struct task *task = data;
  napi_handle_scope scope;
  if (!task_ends(task, true, &scope)) return;
  task_settle(task, error_of_exn(task->env, exn), true, scope);
}

/* After the promise has resolved; or instead of it: nothing can resolve it any
 * more. */
static void task_drop(void *data) {
  struct task *task = data;
  napi_handle_scope scope;
  if (task_ends(task, false, &scope)) {
    lwt_exn *exn = lwt_exn_new(LWT_ABANDONED, "nothing is left that could resolve the promise");
    task_settle(task, error_of_exn(task->env, exn), true, scope);
    lwt_exn_release(exn);
  }
  lent_end(task->env, &task->lent, false);
  if (task->p != NULL) lwt_release(task->p);
  function_release(task->function);
  env_release(task->env);
  free(task);
}

napi_value task_promise(struct env *env, struct function *function, lwt_t *p, struct lent *lent) {
  napi_deferred deferred;
  napi_value promise;
  struct task *task = NULL;
  bool pending = lwt_is_sleeping(p);
  if (napi_create_promise(env->js, &deferred, &promise) != napi_ok ||
      (pending && (task = malloc(sizeof *task)) == NULL)) {
    /* What was lent may still be in use, and is left to the library for good. */
    memset(lent, 0, sizeof *lent);
    lwt_release(p);
    napi_throw_error(env->js, "ENOMEM", "lwt: no memory for a promise");
    return NULL;
  }
  if (!pending) {
    bool failed;
    lent_end(env, lent, true);
    napi_value result = outcome(env, function, p, &failed);
    settle(env, deferred, result, failed);
    return promise;
  }
  *task = (struct task){env, function_retain(function), deferred, NULL, true, *lent};
  memset(lent, 0, sizeof *lent);
  env_retain(env);
  loop_hold(env);
  if (function_kinds(function)->has_handles) {
    task->p = p; /* to take the value out of it */
    lwt_on_termination(p, resolved, task, task_drop);
  } else {
    /* Not kept: so it is found out if nothing can resolve it any more. */
    lwt_on_any(p, fulfilled, rejected, task, task_drop);
    lwt_release(p);
  }
  return promise;
}

lwt_t *task_adopt(struct env *env, napi_value value) {
  napi_env js = env->js;
  napi_value arguments[2], undefined, ignored;
  bool is_promise = false;
  lwt_u *wakener;
  lwt_t *p;
  if (napi_is_promise(js, value, &is_promise) != napi_ok || !is_promise) {
    return lwt_return_owned(js_value_new(env, value), js_value_drop);
  }
  p = lwt_task(&wakener);
  arguments[0] = value;
  arguments[1] = handle_new(env, NULL, wakener);
  if (arguments[1] == NULL || napi_get_undefined(js, &undefined) != napi_ok ||
      napi_call_function(js, undefined, env_hook(env, HOOK_ADOPT), 2, arguments, &ignored) !=
        napi_ok) {
    lwt_release(p);
    return lwt_fail(exn_of_thrown(env));
  }
  return p;
}

/* wakeup(wakener, failed, value) */
napi_value task_wakeup(napi_env js, napi_callback_info info) {
  struct env *env = env_here();
  size_t count = 3;
  napi_value arguments[3];
  struct box *box;
  bool failed = false;
  lwt_u *wakener;
  if (napi_get_cb_info(js, info, &count, arguments, NULL, NULL) != napi_ok) return NULL;
  box = handle_box(env, arguments[0]);
  if (box == NULL || box->handle == NULL) return NULL;
  napi_get_value_bool(js, arguments[1], &failed);
  wakener = box->handle;
  box->handle = NULL;
  if (failed)
    lwt_wakeup_later_exn(wakener, exn_of_error(env, arguments[2]));
  else
    lwt_wakeup_later_owned(wakener, js_value_new(env, arguments[2]), js_value_drop);
  return NULL;
}

/* The addon's beginning: one environment for each thread of Node, and what the
 * JavaScript side (lib/native.js) finds in it. */
#include <lwt_debug.h>
#include <stdlib.h>

#include "addon.h"

static _Thread_local struct env *here;

struct env *env_here(void) {
  return here;
}

void env_retain(struct env *env) {
  env->references++;
}

void env_release(struct env *env) {
  if (--env->references != 0) return;
  free(env->values.slots);
  free(env);
}

napi_value env_hook(struct env *env, enum hook hook) {
  napi_value function = NULL;
  napi_get_reference_value(env->js, env->hooks[hook], &function);
  return function;
}

/* start(failure, aborted, attach, adopt) */
static napi_value start(napi_env js, napi_callback_info info) {
  napi_value arguments[HOOKS];
  size_t count = HOOKS;
  if (napi_get_cb_info(js, info, &count, arguments, NULL, NULL) != napi_ok) return NULL;
  for (size_t i = 0; i < HOOKS && here->hooks[i] == NULL; i++)
    if (napi_create_reference(js, arguments[i], 1, &here->hooks[i]) != napi_ok) return NULL;
  return NULL;
}

/* cancel(handle): of a promise, which HOOK_ATTACH has got. */
static napi_value cancel(napi_env js, napi_callback_info info) {
  napi_value argument;
  size_t count = 1;
  struct box *box;
  if (napi_get_cb_info(js, info, &count, &argument, NULL, NULL) != napi_ok) return NULL;
  box = handle_box(here, argument);
  if (box != NULL && box->handle != NULL) lwt_cancel(box->handle);
  return NULL;
}

static napi_value hold(napi_env js, napi_callback_info info) {
  (void)js, (void)info;
  loop_hold(here);
  return NULL;
}

static napi_value let_go(napi_env js, napi_callback_info info) {
  (void)js, (void)info;
  if (here->pending > 0) loop_let_go(here);
  return NULL;
}

static napi_value pending(napi_env js, napi_callback_info info) {
  napi_value result;
  (void)info;
  return napi_create_int64(js, (int64_t)here->pending, &result) == napi_ok ? result : NULL;
}

/* leave(): the process is about to exit, and JavaScript runs no more but for what
 * is running. The main loop that the library then makes must not wake it. */
static napi_value leave(napi_env js, napi_callback_info info) {
  (void)js, (void)info;
  here->is_dead = true;
  return NULL;
}

static void unloaded(void *data) {
  struct env *env = data;
  if (here == env) here = NULL;
  env_release(env);
}

NAPI_MODULE_INIT() {
  const struct {
    const char *name;
    napi_callback code;
  } functions[] = {{"start", start},   {"cancel", cancel},      {"hold", hold},
                   {"letGo", let_go},  {"pending", pending},    {"bind", call_bind},
                   {"load", call_load}, {"wakeup", task_wakeup}, {"leave", leave}};
  napi_value value;
  /* Loaded once more, by another copy of the JavaScript side. */
  if (here != NULL)
    return napi_get_reference_value(env, here->exports, &value) == napi_ok ? value : NULL;
  here = calloc(1, sizeof *here);
  if (here == NULL) return NULL;
  here->js = env;
  here->references = 1;
  js_table_start(&here->values);
  errors_start();
  /* Clean-up hooks run in the reverse order: this one after the loop's. */
  if (napi_add_env_cleanup_hook(env, unloaded, here) != napi_ok) {
    free(here);
    here = NULL;
    return NULL;
  }
  if (!loop_start(here) || (value = handle_define(here)) == NULL ||
      napi_set_named_property(env, exports, "Handle", value) != napi_ok ||
      napi_create_reference(env, exports, 1, &here->exports) != napi_ok)
    return NULL;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].code, NULL,
                             &value) != napi_ok ||
        napi_set_named_property(env, exports, functions[i].name, value) != napi_ok)
      return NULL;
  return exports;
}

/* Exceptions as JavaScript errors (lib/errors.js makes them), and JavaScript
 * errors as exceptions that carry them, so that they come out as they went in. */
#include <lwt_debug.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addon.h"

/* The kind of exceptions that carry a JavaScript value. */
static int carrier;

napi_value error_of_exn(struct env *env, const lwt_exn *exn) {
  napi_env js = env->js;
  napi_value arguments[6], undefined, error;
  if (lwt_exn_kind(exn) == carrier) {
    error = js_value_get(env, lwt_exn_payload(exn));
    if (error != NULL) return error;
  }
  if (napi_create_int32(js, lwt_exn_kind(exn), &arguments[0]) != napi_ok ||
      napi_create_string_utf8(js, lwt_exn_message(exn), NAPI_AUTO_LENGTH, &arguments[1]) !=
        napi_ok ||
      napi_create_int32(js, lwt_exn_errno(exn), &arguments[2]) != napi_ok ||
      napi_create_string_utf8(js, lwt_exn_function(exn), NAPI_AUTO_LENGTH, &arguments[3]) !=
        napi_ok ||
      napi_create_string_utf8(js, lwt_exn_argument(exn), NAPI_AUTO_LENGTH, &arguments[4]) !=
        napi_ok ||
      napi_create_string_utf8(js, lwt_exn_backtrace(exn), NAPI_AUTO_LENGTH, &arguments[5]) !=
        napi_ok ||
      napi_get_undefined(js, &undefined) != napi_ok ||
      napi_call_function(js, undefined, env_hook(env, HOOK_FAILURE), 6, arguments, &error) !=
        napi_ok) {
    napi_get_and_clear_last_exception(js, &error);
  }
  return error;
}

lwt_exn *exn_of_error(struct env *env, napi_value error) {
  napi_env js = env->js;
  napi_value text, message;
  char *copy = NULL;
  size_t length;
  lwt_exn *exn;
  if (napi_coerce_to_string(js, error, &text) != napi_ok) {
    /* What has no words says so; the value itself is carried all the same. */
    napi_get_and_clear_last_exception(js, &message);
  } else if (napi_get_value_string_utf8(js, text, NULL, 0, &length) == napi_ok &&
             (copy = malloc(length + 1)) != NULL) {
    napi_get_value_string_utf8(js, text, copy, length + 1, &length);
  }
  exn = lwt_exn_new_owned(carrier, copy, js_value_new(env, error), js_value_drop);
  free(copy);
  return exn;
}

lwt_exn *exn_of_thrown(struct env *env) {
  napi_value error;
  if (napi_get_and_clear_last_exception(env->js, &error) != napi_ok)
    return lwt_exn_new(LWT_FAILURE, "JavaScript can't run any more");
  return exn_of_error(env, error);
}

void throw_argument(struct env *env, const char *function, size_t index, const char *wanted) {
  char message[200];
  bool pending = false;
  napi_is_exception_pending(env->js, &pending);
  if (pending) return;
  snprintf(message, sizeof message, "%s: argument %zu must be %s", function, index + 1, wanted);
  napi_throw_type_error(env->js, "ERR_INVALID_ARG_TYPE", message);
}

static void unhandled(const lwt_exn *exn, void *data) {
  struct env *env = env_here();
  napi_handle_scope scope;
  (void)data;
  if (env == NULL || env->is_dead || napi_open_handle_scope(env->js, &scope) != napi_ok) {
    fprintf(stderr, "lwt: a failure that nobody handled: %s\n", lwt_exn_message(exn));
    return;
  }
  napi_fatal_exception(env->js, error_of_exn(env, exn));
  napi_close_handle_scope(env->js, scope);
}

static void start(void) {
  carrier = lwt_exn_register("JavaScript error");
  lwt_set_async_exception_hook(unhandled, NULL, NULL);
}

void errors_start(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, start);
}

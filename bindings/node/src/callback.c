/* JavaScript functions where the library wants functions of its own. They are
 * called inside a turn of the loop, or inside a call from JavaScript. */
#include <lwt_io.h>
#include <stdlib.h>

#include "addon.h"

struct callback {
  struct env *env;
  napi_ref function;
  struct function *owner; /* whose classes the handles are of that it is given */
  const struct class *class;
};

struct callback *callback_new(struct env *env, napi_value function, struct function *owner,
                              const struct class *class) {
  struct callback *self = malloc(sizeof *self);
  if (self == NULL || napi_create_reference(env->js, function, 1, &self->function) != napi_ok) {
    free(self);
    napi_throw_error(env->js, "ENOMEM", "lwt: no memory for a callback");
    return NULL;
  }
  self->env = env;
  self->owner = function_retain(owner);
  self->class = class;
  env_retain(env);
  return self;
}

/* May the function be called, and let go? Not when its environment has ended,
 * nor on another thread. */
static bool is_here(const struct callback *self) {
  return env_here() == self->env && !self->env->is_dead;
}

void callback_drop(void *data) {
  struct callback *self = data;
  if (env_here() != self->env && !self->env->is_dead) return; /* leaked: it is another thread's */
  if (!self->env->is_dead) napi_delete_reference(self->env->js, self->function);
  function_release(self->owner);
  env_release(self->env);
  free(self);
}

/* NULL: something was thrown. */
static napi_value call(struct callback *self, size_t count, const napi_value *arguments) {
  napi_value function, undefined, result;
  if (napi_get_reference_value(self->env->js, self->function, &function) != napi_ok ||
      napi_get_undefined(self->env->js, &undefined) != napi_ok ||
      napi_call_function(self->env->js, undefined, function, count, arguments, &result) != napi_ok)
    return NULL;
  return result;
}

static lwt_t *gone(void) {
  return lwt_fail(lwt_exn_new(LWT_CLOSED, "the JavaScript environment has ended"));
}

/* `u`: takes and returns nothing. */
static void unit(void *data) {
  struct callback *self = data;
  napi_handle_scope scope;
  if (!is_here(self) || napi_open_handle_scope(self->env->js, &scope) != napi_ok) return;
  if (call(self, 0, NULL) == NULL) lwt_raise(exn_of_thrown(self->env));
  napi_close_handle_scope(self->env->js, scope);
}

/* `t`: takes nothing, and returns a promise. */
static lwt_t *thunk(void *data) {
  struct callback *self = data;
  napi_handle_scope scope;
  napi_value result;
  lwt_t *p;
  if (!is_here(self) || napi_open_handle_scope(self->env->js, &scope) != napi_ok)
    return gone();
  result = call(self, 0, NULL);
  p = result != NULL ? task_adopt(self->env, result) : lwt_fail(exn_of_thrown(self->env));
  napi_close_handle_scope(self->env->js, scope);
  return p;
}

/* `q`: as `t`, for a stream's source: what an iterator gives, {value, done}. */
static lwt_t *source_step(lwt_value step, void *data) {
  struct env *env = data;
  napi_env js = env->js;
  napi_value object, done, value;
  bool is_done = false;
  napi_handle_scope scope;
  lwt_t *p;
  if (env->is_dead || napi_open_handle_scope(js, &scope) != napi_ok) {
    js_value_drop(step);
    return gone();
  }
  object = js_value_get(env, step);
  if (object == NULL || napi_get_named_property(js, object, "done", &done) != napi_ok ||
      napi_coerce_to_bool(js, done, &done) != napi_ok ||
      napi_get_value_bool(js, done, &is_done) != napi_ok ||
      napi_get_named_property(js, object, "value", &value) != napi_ok)
    p = lwt_fail(exn_of_thrown(env));
  else if (is_done)
    p = lwt_return(LWT_NONE);
  else
    p = lwt_return_owned(js_value_new(env, value), js_value_drop);
  napi_close_handle_scope(js, scope);
  js_value_drop(step);
  return p;
}
static void drop_env(void *env) {
  env_release(env);
}
static lwt_t *source(void *data) {
  struct callback *self = data;
  env_retain(self->env);
  return lwt_bind_owned(thunk(data), source_step, self->env, drop_env);
}

/* `x`: takes the channels of a connection, and returns a promise. */
static lwt_t *connection(const lwt_io_channel *input, const lwt_io_channel *output, void *data) {
  struct callback *self = data;
  struct env *env = self->env;
  napi_handle_scope scope;
  napi_value arguments[2], result = NULL;
  lwt_t *p;
  if (!is_here(self) || napi_open_handle_scope(env->js, &scope) != napi_ok) return gone();
  arguments[0] = handle_new(env, self->class, lwt_io_channel_retain(input));
  if (arguments[0] != NULL) {
    arguments[1] = handle_new(env, self->class, lwt_io_channel_retain(output));
    if (arguments[1] != NULL) result = call(self, 2, arguments);
  }
  p = result != NULL ? task_adopt(env, result) : lwt_fail(exn_of_thrown(env));
  napi_close_handle_scope(env->js, scope);
  return p;
}

void (*callback_code(char letter))(void) {
  switch (letter) {
  case 'u':
    return (void (*)(void))unit;
  case 't':
    return (void (*)(void))thunk;
  case 'q':
    return (void (*)(void))source;
  case 'x':
    return (void (*)(void))connection;
  }
  return NULL;
}

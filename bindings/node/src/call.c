/* Functions of C by name and signature, called through libffi.
 *
 * A signature is `RESULT:ARGUMENTS`, a letter for each (lib/signature.js makes
 * them of words). Results:
 *
 *   v nothing   i int32   u uint32   l int64   z size   d double   b bool
 *   m int32, or minus the kind of an error, which is thrown
 *   e a kind of error, which is thrown   c a borrowed string   S an owned one
 *   hN an owned handle of the Nth class; NULL is thrown   nN the same, or null
 *   p and a kind of value: a promise of that
 *
 * Arguments: i u l z d f b as above, and
 *
 *   s a string, or null   a an array of strings, NULL behind them
 *   k bytes, as a pointer and a length   K the same, of which a copy is written
 *   back when the promise resolves   h a handle, or null   H one that is consumed
 *   hN HN the same, a stream of the elements that the Nth class has
 *   P a promise   j a value with its drop function   Fx a callback of the kind x
 *   oN, none of JavaScript's: a handle that the function stores; the result is
 *   then an array, with them behind the function's own */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call.h"

struct function *function_retain(struct function *function) {
  function->references++;
  return function;
}

void function_release(struct function *function) {
  if (--function->references != 0) return;
  for (size_t i = 0; i < 4; i++)
    if (function->kinds.classes[i].constructor != NULL && !function->env->is_dead)
      napi_delete_reference(function->env->js, function->kinds.classes[i].constructor);
  env_release(function->env);
  free(function->signature);
  free(function->name);
  free(function);
}

const struct kinds *function_kinds(const struct function *function) {
  return &function->kinds;
}

/* Throws what a NULL handle, or the kind of an error, means. */
static void throw_kind(struct env *env, const char *name, int kind) {
  char message[300];
  lwt_exn *plain = lwt_exn_new(kind, NULL), *exn;
  snprintf(message, sizeof message, "%s: %s", name,
           kind == LWT_FAILURE ? "an argument that it does not take, or no memory"
                               : lwt_exn_message(plain));
  exn = lwt_exn_new(kind, message);
  napi_throw(env->js, error_of_exn(env, exn));
  lwt_exn_release(exn);
  lwt_exn_release(plain);
}

static napi_value string_result(napi_env js, const char *text) {
  napi_value result;
  napi_status status = text == NULL ? napi_get_null(js, &result)
                                    : napi_create_string_utf8(js, text, NAPI_AUTO_LENGTH, &result);
  return status == napi_ok ? result : NULL;
}

union result {
  ffi_arg word;
  double real;
  void *pointer;
  int64_t wide;
};

/* What was returned, but for promises. NULL: something is thrown. */
static napi_value plain_result(struct env *env, struct function *function, union result *result) {
  napi_env js = env->js;
  napi_value value = NULL;
  const char *kind = function->signature;
  char owned_string[] = "s";
  char class = kind[1];
  switch (*kind) {
  case 'v':
    napi_get_undefined(js, &value);
    break;
  case 'e':
    if ((int)result->word != LWT_OK)
      throw_kind(env, function->name, (int)result->word);
    else
      napi_get_undefined(js, &value);
    break;
  case 'm':
    if ((int32_t)result->word < 0) {
      throw_kind(env, function->name, -(int32_t)result->word);
      break;
    } /* falls through */
  case 'i':
    napi_create_int32(js, (int32_t)result->word, &value);
    break;
  case 'u':
    napi_create_uint32(js, (uint32_t)result->word, &value);
    break;
  case 'l':
  case 'z':
    if (result->wide >= -(INT64_C(1) << 53) && result->wide <= INT64_C(1) << 53)
      napi_create_int64(js, result->wide, &value);
    else if (*kind == 'l')
      napi_create_bigint_int64(js, result->wide, &value);
    else
      napi_create_bigint_uint64(js, (uint64_t)result->wide, &value);
    break;
  case 'd':
    napi_create_double(js, result->real, &value);
    break;
  case 'b':
    napi_get_boolean(js, (uint8_t)result->word != 0, &value);
    break;
  case 'c':
    value = string_result(js, result->pointer);
    break;
  case 'S': {
    const char *at = owned_string;
    value = value_to_js(env, &function->kinds, &at, result->pointer, lwt_string_drop);
    break;
  }
  case 'n':
    if (result->pointer == NULL) {
      napi_get_null(js, &value);
      break;
    } /* falls through */
  case 'h':
    if (result->pointer == NULL)
      throw_kind(env, function->name, LWT_FAILURE);
    else
      value = handle_new(env, &function->kinds.classes[class - '0'], result->pointer);
    break;
  }
  return value;
}

/* The result and the handles that were stored, as an array. */
static napi_value with_outs(struct env *env, struct call *call, napi_value value) {
  napi_value array;
  const char *at = call->function->arguments;
  bool made = value != NULL && napi_create_array(env->js, &array) == napi_ok &&
              napi_set_element(env->js, array, 0, value) == napi_ok;
  for (size_t i = 0; i < call->out_count; i++) {
    napi_value handle;
    at = strchr(at, 'o') + 1;
    if (call->outs[i] == NULL) {
      made = made && napi_get_null(env->js, &handle) == napi_ok;
    } else {
      handle = handle_new(env, &call->function->kinds.classes[*at - '0'], call->outs[i]);
      made = made && handle != NULL;
    }
    made = made && napi_set_element(env->js, array, (uint32_t)i + 1, handle) == napi_ok;
  }
  return made ? array : NULL;
}

/* The signal of the options behind the arguments, NULL if there is none. False:
 * something is thrown. */
static bool signal_of(napi_env js, napi_value options, napi_value *signal) {
  napi_valuetype type;
  if (napi_typeof(js, options, &type) != napi_ok || type != napi_object) return true;
  if (napi_get_named_property(js, options, "signal", signal) != napi_ok) return false;
  if (is_nothing(js, *signal)) *signal = NULL;
  return true;
}

static napi_value call_hook(struct env *env, enum hook hook, size_t count, napi_value *arguments) {
  napi_value undefined, result;
  if (napi_get_undefined(env->js, &undefined) != napi_ok ||
      napi_call_function(env->js, undefined, env_hook(env, hook), count, arguments, &result) !=
        napi_ok)
    return NULL;
  return result;
}

/* A promise that is rejected with what was thrown, or with `error`. */
static napi_value rejected(struct env *env, napi_value error) {
  napi_deferred deferred;
  napi_value promise;
  if (error == NULL && napi_get_and_clear_last_exception(env->js, &error) != napi_ok) return NULL;
  if (napi_create_promise(env->js, &deferred, &promise) != napi_ok ||
      napi_reject_deferred(env->js, deferred, error) != napi_ok)
    return NULL;
  return promise;
}

static napi_value promise_result(struct env *env, struct call *call, lwt_t *p, napi_value signal) {
  napi_value arguments[3], promise;
  if (signal == NULL || !lwt_is_sleeping(p))
    return task_promise(env, call->function, p, &call->lent);
  arguments[0] = signal;
  arguments[2] = handle_new(env, NULL, lwt_retain(p));
  promise = task_promise(env, call->function, p, &call->lent);
  arguments[1] = promise;
  if (arguments[2] == NULL || promise == NULL) return NULL;
  promise = call_hook(env, HOOK_ATTACH, 3, arguments);
  return promise != NULL ? promise : rejected(env, NULL);
}

static napi_value invoke(napi_env js, napi_callback_info info) {
  napi_value values[WORDS], signal = NULL, result = NULL;
  size_t count = WORDS;
  void *data;
  struct function *function;
  struct env *env;
  struct call call;
  bool is_promise;
  union result returned;
  if (napi_get_cb_info(js, info, &count, values, NULL, &data) != napi_ok) return NULL;
  function = data;
  env = function->env;
  is_promise = *function->signature == 'p';
  if (is_promise && count > function->count && !signal_of(js, values[function->count], &signal))
    return rejected(env, NULL);
  /* Of the members only these are read before they are written. */
  call.function = function_retain(function);
  call.count = call.text_used = call.consumed_count = call.undo_count = call.out_count = 0;
  call.lent.text = NULL;
  call.lent.box_count = call.lent.buffer_count = 0;
  if (signal != NULL) {
    napi_value error = call_hook(env, HOOK_ABORTED, 1, &signal);
    if (error == NULL || !is_nothing(js, error)) {
      function_release(function);
      return rejected(env, error);
    }
  }
  if (!arguments_ready(env, &call, values)) {
    arguments_undo(env, &call);
    function_release(function);
    return is_promise ? rejected(env, NULL) : NULL;
  }
  for (size_t i = 0; i < call.consumed_count; i++) call.consumed[i]->handle = NULL;
  returned.wide = 0;
  ffi_call(&function->cif, function->code, &returned, call.pointers);
  if (is_promise) {
    result = promise_result(env, &call, returned.pointer, signal);
  } else {
    result = plain_result(env, function, &returned);
    lent_end(env, &call.lent, true);
    if (call.out_count > 0) result = with_outs(env, &call, result);
  }
  function_release(function);
  return result;
}

static ffi_type *type_of(char letter) {
  switch (letter) {
  case 'v':
    return &ffi_type_void;
  case 'i':
  case 'e':
  case 'm':
    return &ffi_type_sint32;
  case 'u':
    return &ffi_type_uint32;
  case 'l':
    return &ffi_type_sint64;
  case 'z':
    return &ffi_type_uint64;
  case 'd':
    return &ffi_type_double;
  case 'f':
    return &ffi_type_float;
  case 'b':
    return &ffi_type_uint8;
  case 'c':
  case 'S':
  case 's':
  case 'a':
  case 'h':
  case 'H':
  case 'n':
  case 'p':
  case 'P':
    return &ffi_type_pointer;
  }
  return NULL;
}

/* Reads the signature; false: it is none. */
static bool prepare(struct function *self) {
  size_t words = 0;
  ffi_type *result = type_of(*self->signature);
  const char *colon = strchr(self->signature, ':');
  if (colon == NULL || result == NULL) return false;
  if (strchr("hn", *self->signature) != NULL && (colon[-1] < '0' || colon[-1] > '3')) return false;
  self->arguments = colon + 1;
  self->kinds.kind = self->signature + 1;
  self->kinds.has_handles = strcspn(self->kinds.kind, "h") < strcspn(self->kinds.kind, ":");
  for (const char *at = self->arguments; *at != '\0'; at++) {
    if (words + 3 > WORDS) return false;
    switch (*at) {
    case 'o':
      if (at[1] < '0' || at[1] > '3') return false;
      at++;
      self->types[words++] = &ffi_type_pointer;
      self->count--;
      break;
    case 'k':
    case 'K':
      self->types[words++] = &ffi_type_pointer;
      self->types[words++] = &ffi_type_uint64;
      break;
    case 'j':
      self->types[words++] = &ffi_type_pointer;
      self->types[words++] = &ffi_type_pointer;
      break;
    case 'F':
      if (callback_code(*++at) == NULL) return false;
      for (int i = 0; i < 3; i++) self->types[words++] = &ffi_type_pointer;
      break;
    case 'h':
    case 'H':
      self->types[words++] = &ffi_type_pointer;
      if (at[1] >= '0' && at[1] <= '3') at++;
      break;
    default:
      if (*at == 'v' || (self->types[words++] = type_of(*at)) == NULL) return false;
    }
    self->count++;
  }
  return ffi_prep_cif(&self->cif, FFI_DEFAULT_ABI, (unsigned)words, result, self->types) == FFI_OK;
}

static char *text_of(napi_env js, napi_value value) {
  size_t length;
  char *text;
  if (!text_room(js, value, &length) || (text = malloc(length + 1)) == NULL) return NULL;
  napi_get_value_string_utf8(js, value, text, length + 1, &length);
  return text;
}

static void finalise(napi_env js, void *data, void *hint) {
  (void)js, (void)hint;
  function_release(data);
}

/* The file in which there is that code, to look for names in: the program does
 * not see those of the addon, nor those of liblwt. It stays loaded. */
static void *file_of(void *code) {
  Dl_info info;
  return dladdr(code, &info) != 0 ? dlopen(info.dli_fname, RTLD_LAZY | RTLD_NOLOAD) : NULL;
}

static void *addon, *liblwt;

static void find_files(void) {
  addon = file_of((void *)find_files);
  liblwt = file_of((void *)lwt_return);
}

static void *address_of(napi_env js, napi_value library, const char *name) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  void *handle;
  if (!is_nothing(js, library))
    return napi_get_value_external(js, library, &handle) == napi_ok ? dlsym(handle, name) : NULL;
  pthread_once(&once, find_files);
  handle = strncmp(name, "lwt_node_", 9) == 0 ? addon : liblwt;
  return handle != NULL ? dlsym(handle, name) : NULL;
}

/* A class, with the kind that its streams are of; false: something is thrown. */
static bool class_read(napi_env js, napi_value value, struct class *class) {
  napi_value elements;
  napi_valuetype type;
  char kind[2] = "";
  size_t length;
  if (napi_get_named_property(js, value, "elements", &elements) != napi_ok ||
      napi_typeof(js, elements, &type) != napi_ok ||
      (type == napi_string &&
       napi_get_value_string_utf8(js, elements, kind, sizeof kind, &length) != napi_ok))
    return false;
  class->elements = kind[0];
  return napi_create_reference(js, value, 1, &class->constructor) == napi_ok;
}

/* bind(library, name, signature, classes): a function; `library` is what load
 * has returned, null: liblwt. undefined: it has no such name. */
napi_value call_bind(napi_env js, napi_callback_info info) {
  napi_value arguments[4], result = NULL, class;
  size_t count = 4;
  struct function *self = calloc(1, sizeof *self);
  uint32_t classes = 0;
  if (self == NULL || napi_get_cb_info(js, info, &count, arguments, NULL, NULL) != napi_ok)
    goto fail;
  self->references = 1;
  self->env = env_here();
  env_retain(self->env);
  self->name = text_of(js, arguments[1]);
  self->signature = text_of(js, arguments[2]);
  if (self->name == NULL || self->signature == NULL || !prepare(self)) {
    napi_throw_type_error(js, "ERR_INVALID_ARG_VALUE", "lwt: no such signature");
    goto fail;
  }
  self->code = (void (*)(void))address_of(js, arguments[0], self->name);
  if (self->code == NULL) {
    function_release(self);
    return NULL;
  }
  if (napi_get_array_length(js, arguments[3], &classes) != napi_ok) classes = 0;
  for (uint32_t i = 0; i < classes && i < 4; i++)
    if (napi_get_element(js, arguments[3], i, &class) != napi_ok ||
        !class_read(js, class, &self->kinds.classes[i]))
      goto fail;
  if (napi_create_function(js, self->name, NAPI_AUTO_LENGTH, invoke, self, &result) != napi_ok ||
      napi_add_finalizer(js, result, self, finalise, NULL, NULL) != napi_ok)
    goto fail;
  return result;
fail:
  if (self != NULL && self->references > 0)
    function_release(self);
  else
    free(self);
  return NULL;
}

/* load(path): a library of stubs, for bind. It stays loaded. */
napi_value call_load(napi_env js, napi_callback_info info) {
  napi_value argument, result = NULL;
  size_t count = 1;
  char *path;
  void *handle;
  if (napi_get_cb_info(js, info, &count, &argument, NULL, NULL) != napi_ok) return NULL;
  path = text_of(js, argument);
  if (path == NULL) {
    napi_throw_type_error(js, "ERR_INVALID_ARG_TYPE", "load: argument 1 must be a string");
    return NULL;
  }
  handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (handle == NULL) {
    const char *message = dlerror();
    napi_throw_error(js, "ERR_DLOPEN_FAILED", message != NULL ? message : "dlopen failed");
  } else if (napi_create_external(js, handle, NULL, NULL, &result) != napi_ok) {
    result = NULL;
  }
  free(path);
  return result;
}

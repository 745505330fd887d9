/* The addon between JavaScript and liblwt: what its files share.
 *
 * An environment of Node is the main program or a worker, and so a thread; it
 * has one scheduler. All of this belongs to that thread. Finalisers of the
 * collector run there too, but at any point: they only use
 * lwt_release_anywhere.
 *
 * The files call downwards: module, call, callback, task, value, handle, error,
 * loop. */
#ifndef LWT_NODE_ADDON_H
#define LWT_NODE_ADDON_H

#define NAPI_VERSION 8
#include <lwt.h>
#include <node_api.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libuv.h"

/* What the JavaScript side gives to the addon: functions that it calls. */
enum hook {
  HOOK_FAILURE, /* (kind, message, errno, function, argument, backtrace) -> Error */
  HOOK_ABORTED, /* (signal) -> Error */
  HOOK_ATTACH,  /* (signal, promise, handle) -> promise */
  HOOK_ADOPT,   /* (promise, wakener) */
  HOOKS
};

/* js_value.c: the JavaScript values that the library holds. */
struct js_table {
  struct js_slot *slots;
  uint32_t count, free, number;
};

struct env {
  napi_env js;
  long references;   /* the environment's own, and one of each task and callback */
  bool is_dead;      /* Node leaves it: the library calls nothing of N-API any more */
  size_t pending;    /* promises and servers that keep the process alive */
  uv_handle_t *poll;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  napi_ref hooks[HOOKS];
  napi_ref exports;
  napi_ref handle_class; /* the base class of all handles */
  struct js_table values;
  void *making;          /* what the constructor of that is about to take over */
};

/* The environment of this thread; NULL: none yet, or none any more. */
struct env *env_here(void);
void env_retain(struct env *env);
void env_release(struct env *env);
/* What was given for a hook, to be called. */
napi_value env_hook(struct env *env, enum hook hook);

/* loop.c: libuv's loop drives the scheduler. Throws and returns false if it
 * can't. */
bool loop_start(struct env *env);
/* Something is pending, and the process stays; and no longer. */
void loop_hold(struct env *env);
void loop_let_go(struct env *env);

/* error.c: an exception as a JavaScript error, and back. */
napi_value error_of_exn(struct env *env, const lwt_exn *exn);
lwt_exn *exn_of_error(struct env *env, napi_value error);
/* The exception of the JavaScript error that was thrown, which is cleared. */
lwt_exn *exn_of_thrown(struct env *env);
/* Throws a TypeError about an argument of a function. */
void throw_argument(struct env *env, const char *function, size_t index, const char *wanted);
/* Has failures that nobody handles end as uncaught exceptions of Node. */
void errors_start(void);

/* handle.c: handles of the library as JavaScript objects. */
struct class {
  napi_ref constructor;
  char elements; /* of streams, the kind of their elements; 0: not told */
};
struct box {
  void *handle; /* NULL: released */
  long references;
  char elements; /* of the class that it was made of */
};
napi_value handle_define(struct env *env);
/* An object of `class` (NULL: the base class), which then owns the handle, in
 * any case. NULL, and something is thrown: it could not be made. */
napi_value handle_new(struct env *env, const struct class *class, void *handle);
/* The box of an object, borrowed; NULL if it has none. */
struct box *handle_box(struct env *env, napi_value object);
void box_release(struct box *box);

/* js_value.c: a JavaScript value as one of the library's, and back. */
void js_table_start(struct js_table *table);
lwt_value js_value_new(struct env *env, napi_value value);
void js_value_drop(void *value);
/* The value itself; NULL: it is none of this thread's. */
napi_value js_value_get(struct env *env, lwt_value value);

/* value.c: what a signature (lib/signature.js) calls a kind, and the classes of handles
 * that it counts; no constructor: there is no such class. */
struct kinds {
  const char *kind;
  bool has_handles;
  struct class classes[4];
};
/* The value as JavaScript's, of the kind at `*kind`, which moves on. Owns the
 * value if it has a drop function, and a handle in any case. NULL: something is
 * thrown. */
napi_value value_to_js(struct env *env, const struct kinds *kinds, const char **kind,
                       lwt_value value, lwt_drop_fn drop);

/* task.c: what a call has lent to the library until its promise resolves. */
enum { LENT = 8 };
struct lent {
  char *text;              /* copies of strings */
  struct box *boxes[LENT]; /* handles */
  size_t box_count;
  struct {
    char *data;
    size_t len;
    napi_ref array; /* where it is copied to; NULL: nowhere */
  } buffers[LENT];
  size_t buffer_count;
};
/* Copies what was read into the arrays, if `back`, and frees all. */
void lent_end(struct env *env, struct lent *lent, bool back);
struct function;
/* The JavaScript promise of a promise, which is consumed, as is what `lent`
 * holds. NULL: something is thrown. */
napi_value task_promise(struct env *env, struct function *function, lwt_t *p, struct lent *lent);
/* A promise of the library that resolves as a JavaScript value does, which may
 * be a promise. */
lwt_t *task_adopt(struct env *env, napi_value value);
/* The wakener of that, by the object that HOOK_ADOPT has got. */
napi_value task_wakeup(napi_env js, napi_callback_info info);

/* callback.c: JavaScript functions as the library's. */
struct callback;
/* NULL: something is thrown. */
struct callback *callback_new(struct env *env, napi_value function, struct function *owner,
                              const struct class *class);
void callback_drop(void *callback);
/* The C function of a kind of callback, by its letter; NULL: there is none. */
void (*callback_code(char letter))(void);

/* call.c: functions of C by name and signature. */
struct function *function_retain(struct function *function);
void function_release(struct function *function);
const struct kinds *function_kinds(const struct function *function);
napi_value call_bind(napi_env js, napi_callback_info info);
napi_value call_load(napi_env js, napi_callback_info info);

#endif

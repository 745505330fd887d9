/* Libuv's loop drives the scheduler of its thread: one handle polls
 * lwt_main_fd, which is readable whenever there is something to do, and each
 * time that it is, one turn is made. The handle keeps the process alive while
 * something is pending, and only then. */
#include <lwt_main.h>
#include <stdlib.h>
#include <string.h>

#include "addon.h"

static void turn(uv_handle_t *poll, int status, int events) {
  struct env *env = uv_handle_get_data(poll);
  napi_handle_scope handles;
  napi_callback_scope callbacks;
  napi_value resource;
  (void)status, (void)events;
  if (env->is_dead || napi_open_handle_scope(env->js, &handles) != napi_ok) return;
  /* What JavaScript waits for goes on when this scope is closed: Node then runs
   * what its own callbacks are followed by. */
  if (napi_create_object(env->js, &resource) == napi_ok &&
      napi_open_callback_scope(env->js, resource, env->context, &callbacks) == napi_ok) {
    env_retain(env);
    lwt_main_iter(false);
    if (!env->is_dead) napi_close_callback_scope(env->js, callbacks);
    env_release(env);
  }
  napi_close_handle_scope(env->js, handles);
}

static void closed(uv_handle_t *poll) {
  struct env *env = uv_handle_get_data(poll);
  napi_async_cleanup_hook_handle cleanup = env->cleanup;
  free(poll);
  env_release(env);
  napi_remove_async_cleanup_hook(cleanup);
}

/* Node leaves the environment: the worker ends, or the process. What the library
 * still has of it is dropped when the thread ends. */
static void end(napi_async_cleanup_hook_handle handle, void *data) {
  struct env *env = data;
  env->cleanup = handle;
  env->is_dead = true;
  uv_poll_stop(env->poll);
  uv_close(env->poll, closed);
}

bool loop_start(struct env *env) {
  struct uv_loop_s *loop;
  napi_value name;
  int fd = lwt_main_fd();
  if (fd < 0) {
    napi_throw_error(env->js, "ENOTSUP",
                     "lwt: the engine of this thread can't be driven by Node's loop");
    return false;
  }
  if (napi_get_uv_event_loop(env->js, &loop) != napi_ok ||
      napi_create_string_utf8(env->js, "lwt", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_async_init(env->js, NULL, name, &env->context) != napi_ok)
    return false;
  env->poll = calloc(1, uv_handle_size(UV_POLL));
  if (env->poll == NULL || uv_poll_init(loop, env->poll, fd) != 0) {
    free(env->poll);
    env->poll = NULL;
    napi_throw_error(env->js, "ENOTSUP", "lwt: libuv can't poll the scheduler's descriptor");
    return false;
  }
  uv_handle_set_data(env->poll, env);
  env_retain(env); /* given up by `closed` */
  uv_poll_start(env->poll, UV_READABLE, turn);
  uv_unref(env->poll);
  return napi_add_async_cleanup_hook(env->js, end, env, &env->cleanup) == napi_ok;
}

void loop_hold(struct env *env) {
  if (env->pending++ == 0 && !env->is_dead) uv_ref(env->poll);
}

void loop_let_go(struct env *env) {
  if (--env->pending == 0 && !env->is_dead) uv_unref(env->poll);
}

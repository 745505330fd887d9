/* Handles as JavaScript objects. An object has a box, and the box one reference
 * to the handle; a call that is under way has one to the box, so that what it
 * uses is there until it is done, whatever the collector does. */
#include <stdlib.h>

#include "addon.h"

static const napi_type_tag tag = {0x6c77742068616e64, 0x6c65206f66204a53};

void box_release(struct box *box) {
  if (--box->references != 0) return;
  lwt_release_anywhere(box->handle);
  free(box);
}

static void finalise(napi_env js, void *data, void *hint) {
  (void)js, (void)hint;
  box_release(data);
}

static napi_value construct(napi_env js, napi_callback_info info) {
  struct env *env = env_here();
  napi_value object;
  struct box *box = env->making;
  env->making = NULL;
  if (box == NULL) {
    napi_throw_type_error(js, "ERR_ILLEGAL_CONSTRUCTOR", "lwt: handles are made by functions");
    return NULL;
  }
  if (napi_get_cb_info(js, info, NULL, NULL, &object, NULL) != napi_ok ||
      napi_wrap(js, object, box, finalise, NULL, NULL) != napi_ok) {
    box_release(box);
    return NULL;
  }
  napi_type_tag_object(js, object, &tag);
  return object;
}

struct box *handle_box(struct env *env, napi_value object) {
  bool tagged = false;
  void *box = NULL;
  if (napi_check_object_type_tag(env->js, object, &tag, &tagged) != napi_ok || !tagged ||
      napi_unwrap(env->js, object, &box) != napi_ok)
    return NULL;
  return box;
}

/* release(): gives the handle up now, and not when the collector finds it. */
static napi_value release(napi_env js, napi_callback_info info) {
  struct box *box;
  napi_value object;
  if (napi_get_cb_info(js, info, NULL, NULL, &object, NULL) != napi_ok) return NULL;
  box = handle_box(env_here(), object);
  if (box != NULL && box->handle != NULL) {
    lwt_release_anywhere(box->handle);
    box->handle = NULL;
  }
  return NULL;
}

static napi_value released(napi_env js, napi_callback_info info) {
  struct box *box;
  napi_value object, result;
  if (napi_get_cb_info(js, info, NULL, NULL, &object, NULL) != napi_ok) return NULL;
  box = handle_box(env_here(), object);
  if (napi_get_boolean(js, box == NULL || box->handle == NULL, &result) != napi_ok) return NULL;
  return result;
}

napi_value handle_define(struct env *env) {
  napi_property_descriptor members[] = {
    {"release", NULL, release, NULL, NULL, NULL, napi_default_method, NULL},
    {"released", NULL, NULL, released, NULL, NULL, napi_default, NULL},
  };
  napi_value class;
  if (napi_define_class(env->js, "Handle", NAPI_AUTO_LENGTH, construct, NULL, 2, members,
                        &class) != napi_ok ||
      napi_create_reference(env->js, class, 1, &env->handle_class) != napi_ok)
    return NULL;
  return class;
}

napi_value handle_new(struct env *env, const struct class *class, void *handle) {
  napi_value constructor, object = NULL;
  struct box *box = malloc(sizeof *box);
  if (box == NULL) {
    lwt_release_anywhere(handle);
    napi_throw_error(env->js, "ENOMEM", "lwt: no memory for a handle");
    return NULL;
  }
  box->handle = handle;
  box->references = 1;
  box->elements = class != NULL ? class->elements : 0;
  env->making = box;
  if (napi_get_reference_value(env->js,
                               class != NULL && class->constructor != NULL ? class->constructor
                                                                           : env->handle_class,
                               &constructor) != napi_ok ||
      napi_new_instance(env->js, constructor, 0, NULL, &object) != napi_ok)
    object = NULL;
  if (env->making != NULL) { /* the constructor was not reached */
    box_release(box);
    env->making = NULL;
  }
  return object;
}

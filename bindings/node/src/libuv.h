/* The few functions of libuv that drive the scheduler. They are in Node itself,
 * and so is their stable interface (libuv 1.x): handles are of a size that is
 * asked for, and opaque, so that no header of libuv need be installed. */
#ifndef LWT_NODE_LIBUV_H
#define LWT_NODE_LIBUV_H

#include <stddef.h>

struct uv_loop_s;
typedef struct uv_handle_s uv_handle_t;

enum { UV_POLL = 8, UV_READABLE = 1 };

size_t uv_handle_size(int type);
void *uv_handle_get_data(const uv_handle_t *handle);
void uv_handle_set_data(uv_handle_t *handle, void *data);
void uv_ref(uv_handle_t *handle);
void uv_unref(uv_handle_t *handle);
void uv_close(uv_handle_t *handle, void (*closed)(uv_handle_t *handle));
int uv_poll_init(struct uv_loop_s *loop, uv_handle_t *handle, int fd);
int uv_poll_start(uv_handle_t *handle, int events,
                  void (*ready)(uv_handle_t *handle, int status, int events));
int uv_poll_stop(uv_handle_t *handle);

#endif

#include <lwt_all.h>
#include <stdio.h>
#include <uv.h>

static uv_poll_t ours;

static void on_readable(uv_poll_t *handle, int status, int events) {
  (void)handle;
  (void)status;
  (void)events;
  lwt_main_iter(false);
}

static lwt_value program(void *env) {
  (void)env;
  for (int i = 1; i <= 3; i++) {
    lwt_await(lwt_unix_sleep(0.02), NULL);
    printf("tick %d, in libuv's loop\n", i);
  }
  uv_close((uv_handle_t *)&ours, NULL); /* libuv's handle, not the descriptor */
  return LWT_UNIT;
}

int main(void) {
  lwt_release(lwt_spawn(program, NULL, NULL, 0));
  uv_poll_init(uv_default_loop(), &ours, lwt_main_fd());
  uv_poll_start(&ours, UV_READABLE, on_readable);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  return uv_loop_close(uv_default_loop());
}

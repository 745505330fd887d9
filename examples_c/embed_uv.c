/* libuv's loop drives liblwt, by one handle among the program's others.
 *
 *   cc -std=c99 -D_GNU_SOURCE -O2 -Iinclude examples_c/embed_uv.c -o embed_uv -Ltarget/release -llwt -Wl,-rpath,target/release -luv -lpthread
 *   needs uv.h
 *
 * embed_uv PORT echoes what comes to that port of the loopback interface. Without
 * a port it checks itself, with a client on a thread.
 */
#include "embed/server.h"

#include <uv.h>

static uv_poll_t lwt;        /* readable: there is something to do */
static uv_timer_t own_timer; /* libuv's own things go on beside it */
static uv_async_t done;
static int own_ticks;

static void on_lwt(uv_poll_t *handle, int status, int events)
{
  (void)handle;
  (void)status;
  (void)events;
  lwt_main_iter(false);
}

static void on_own_timer(uv_timer_t *handle)
{
  (void)handle;
  own_ticks++;
}

static void on_done(uv_async_t *handle)
{
  uv_close((uv_handle_t *)&lwt, NULL); /* libuv's handle, not the descriptor */
  uv_close((uv_handle_t *)&own_timer, NULL);
  uv_close((uv_handle_t *)handle, NULL);
}

static void client(void *unused)
{
  (void)unused;
  talk();
  uv_async_send(&done);
}

int main(int argc, char **argv)
{
  bool serving = argc > 1;
  uv_loop_t *loop = uv_default_loop();
  uv_thread_t thread;

  if (!start_server(serving ? atoi(argv[1]) : 0))
    return EXIT_FAILURE;
  int fd = lwt_main_fd();
  if (fd < 0) {
    perror("lwt_main_fd");
    return EXIT_FAILURE;
  }
  uv_poll_init(loop, &lwt, fd);
  uv_poll_start(&lwt, UV_READABLE, on_lwt);
  uv_timer_init(loop, &own_timer);
  uv_timer_start(&own_timer, on_own_timer, 10, 10);
  uv_async_init(loop, &done, on_done);
  if (!serving && uv_thread_create(&thread, client, NULL) != 0)
    return EXIT_FAILURE;

  uv_run(loop, UV_RUN_DEFAULT);

  if (!serving)
    uv_thread_join(&thread);
  uv_loop_close(loop);
  printf("libuv's own timer ticked %d times\n", own_ticks);
  return own_ticks >= 2 ? verdict() : EXIT_FAILURE;
}

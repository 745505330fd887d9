#include <glib.h>
#include <lwt_all.h>
#include <stdio.h>

/* A callback of GLib's. It resolves a promise, as any callback may. */
static gboolean on_timer(gpointer wakener) {
  printf("GLib: the timer has fired\n");
  lwt_wakeup(wakener, LWT_UNIT);
  return G_SOURCE_REMOVE;
}

static lwt_value program(void *env) {
  (void)env;
  for (int i = 1; i <= 2; i++) {
    lwt_u *wakener;
    lwt_t *fired = lwt_wait(&wakener);
    g_timeout_add(20, on_timer, wakener);
    lwt_await(fired, NULL);
    lwt_await(lwt_unix_sleep(0.02), NULL);
    printf("liblwt: round %d is over\n", i);
  }
  return LWT_UNIT;
}

int main(void) {
  lwt_exn *exn;
  if (lwt_glib_install(LWT_INTO_GLIB, &exn) != LWT_OK) {
    fprintf(stderr, "%s\n", lwt_exn_message(exn)); /* GLib is not installed, say */
    lwt_exn_release(exn);
    return 1;
  }
  lwt_main_run(lwt_spawn(program, NULL, NULL, 0), NULL);
  lwt_glib_remove();
  return 0;
}

/* One loop at a time: sources of GLib's under g_main_loop_run, and under lwt_main_run in
 * both modes; and a program whose loop is GLib's, with promises in it.
 *
 *   loops LOOP CASE N
 *
 * LOOP: glib (g_main_loop_run), into_glib, into_lwt (lwt_main_run), or source
 * (g_main_loop_run with our source in it). CASE: idle, an idle function that is called N
 * times; timeout, a timeout of no time that is called N times; both, the idle function
 * while N promises are paused, one after the other. Prints the wall time and the processor
 * time of a call, in nanoseconds. */
#include "../peers/common.h"

#include <glib.h>
#include <lwt_all.h>

static uint64_t calls, most, pauses;
static GMainLoop *loop;
static lwt_u *over;

static void end(void) {
  if (loop != NULL) g_main_loop_quit(loop);
  else lwt_wakeup(over, LWT_UNIT);
}
static gboolean call(gpointer env) {
  (void)env;
  if (++calls < most) return G_SOURCE_CONTINUE;
  end();
  return G_SOURCE_REMOVE;
}
static gboolean keep_on(gpointer env) {
  (void)env;
  calls++;
  return G_SOURCE_CONTINUE;
}
static lwt_t *pause_on(lwt_value value, void *env) {
  (void)value, (void)env;
  if (++pauses < most) return lwt_bind(lwt_pause(), pause_on, NULL, NULL);
  end();
  return lwt_return(LWT_UNIT);
}

int main(int argc, char **argv) {
  if (argc != 4) die("loops LOOP CASE N");
  const char *how = argv[1], *what = argv[2];
  lwt_t *ended = lwt_wait(&over);
  bool ours = false, both = !strcmp(what, "both");
  most = strtoull(argv[3], NULL, 10);
  if (!strcmp(how, "into_glib")) {
    CHECK_EQ(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
    ours = true;
  } else if (!strcmp(how, "into_lwt")) {
    CHECK_EQ(lwt_glib_install(LWT_GLIB_INTO_LWT, NULL), LWT_OK);
    ours = true;
  } else if (!strcmp(how, "source")) {
    CHECK_EQ(lwt_glib_source_attach(NULL, NULL), LWT_OK);
  } else if (strcmp(how, "glib") || both) {
    die("there is no loop %s for that", how);
  }
  if (!ours) loop = g_main_loop_new(NULL, FALSE);
  if (!strcmp(what, "idle")) g_idle_add(call, NULL);
  else if (!strcmp(what, "timeout")) g_timeout_add(0, call, NULL);
  else if (both) g_idle_add(keep_on, NULL), lwt_release(lwt_bind(lwt_pause(), pause_on, NULL, NULL));
  else die("there is no case %s", what);

  uint64_t wall = now_ns(), cpu = cpu_ns();
  if (ours) lwt_main_run(ended, NULL);
  else g_main_loop_run(loop);
  wall = now_ns() - wall, cpu = cpu_ns() - cpu;
  CHECK(calls > 0 && (both ? pauses : calls) == most);
  printf("%.0f %.0f\n", (double)wall / (double)most, (double)cpu / (double)most);
  return 0;
}

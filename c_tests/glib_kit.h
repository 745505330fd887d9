/* GLib and our loop in one program. */
#ifndef GLIB_KIT_H
#define GLIB_KIT_H
#include "loop.h"

#include <glib.h>
#include <glib-unix.h>

static const char *const mode_names[] = {"lwt into glib", "glib into lwt"};

/* Installs GLib in that mode, calls the claim, and removes it. */
static inline void in_mode(int mode, void (*claim)(void)) {
  int before = check_failures;
  lwt_exn *exn = NULL;
  CHECK_INT(lwt_glib_install(mode, &exn), LWT_OK);
  CHECK_PTR(exn, NULL);
  claim();
  CHECK_INT(lwt_glib_remove(), LWT_OK);
  if (check_failures != before) fprintf(stderr, "... %s\n", mode_names[mode]);
}
static inline void in_each_mode(void (*claim)(void)) {
  in_mode(LWT_INTO_GLIB, claim);
  in_mode(LWT_GLIB_INTO_LWT, claim);
}

/* A promise that a source of GLib's resolves. */
static inline gboolean resolve_it(gpointer wakener) {
  lwt_wakeup(wakener, LWT_INT(7));
  return G_SOURCE_REMOVE;
}
static inline gboolean count_it(gpointer n) {
  ++*(int *)n;
  return G_SOURCE_CONTINUE;
}
static inline gboolean count_once(gpointer n) {
  ++*(int *)n;
  return G_SOURCE_REMOVE;
}
static inline gboolean quit_it(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}
#endif

/* engine: epoll */
/* flags: -ldl */
/* asan: no (it has a dlopen of its own) */
/* tsan: no (it has a dlopen of its own) */
/* Where GLib is not installed, or too old: the calls say so, and nothing else changes.
 * This program's own dlopen stands for the machine's. */
#include "loop.h"

#include <dlfcn.h>

static const char *instead; /* NULL: what was asked for */
void *dlopen(const char *file, int mode) {
  static void *(*real)(const char *, int);
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "dlopen");
  bool glib = file != NULL && strcmp(file, "libglib-2.0.so.0") == 0;
  return real(glib && instead != NULL ? instead : file, mode);
}

static void each_says(const char *words) {
  lwt_exn *exn = NULL;
  for (int mode = 0; mode < 2; mode++) {
    CHECK_INT(lwt_glib_install(mode, NULL), LWT_NOT_AVAILABLE);
    CHECK_INT(lwt_glib_install(mode, &exn), LWT_NOT_AVAILABLE);
    CHECK_HAS(lwt_exn_message(exn), "GLib can't be used: ");
    CHECK_HAS(lwt_exn_message(exn), words);
    lwt_exn_release(exn);
  }
  CHECK_INT(lwt_glib_source_attach(NULL, &exn), LWT_NOT_AVAILABLE);
  CHECK_HAS(lwt_exn_message(exn), words);
  lwt_exn_release(exn);
  CHECK_INT(lwt_glib_iter(true), LWT_NOT_AVAILABLE);
  CHECK_INT(lwt_glib_wakeup(), LWT_NOT_AVAILABLE);
  CHECK_INT(lwt_glib_remove(), LWT_FAILURE);
  CHECK_INT(lwt_glib_source_remove(), LWT_FAILURE);
  CHECK_STR(lwt_engine_id(), "epoll");
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
}

TEST(without_glib_the_calls_say_so) {
  instead = "/no such folder/libglib-2.0.so.0";
  each_says("/no such folder/libglib-2.0.so.0: cannot open shared object file");
}
TEST(a_glib_that_is_too_old_is_told) {
  instead = "libm.so.6";
  each_says("it has no g_main_context_default; GLib 2.36 or later is needed");
}
TEST(glib_is_used_as_soon_as_it_is_there) {
  instead = NULL;
  void *glib = dlopen("libglib-2.0.so.0", RTLD_LAZY);
  if (glib == NULL) return; /* not on this machine */
  CHECK_INT(lwt_glib_install(LWT_INTO_GLIB, NULL), LWT_OK);
  CHECK_INT(run(lwt_unix_sleep(0.001)), 0);
  CHECK_INT(lwt_glib_remove(), LWT_OK);
}

/* Module Lwt_glib. Generated from src/capi/ by `make headers`: don't edit it. */
#ifndef LWT_GLIB_H
#define LWT_GLIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwt.h"

#ifdef __cplusplus
extern "C" {
#endif

/* GLIB, for programs that have a loop of GLib's: of GTK, of GStreamer, of
 * D-Bus. GLib is found when the program runs; the library neither links with it
 * nor needs its headers.
 *
 * OUR LOOP DRIVES GLIB'S. One call at the beginning, and the program runs
 * lwt_main_run where it would have run gtk_main, g_main_loop_run or
 * g_application_run:
 *
 *     static void quit(GtkWidget *window, gpointer leave) {
 *       (void)window;
 *       lwt_wakeup(leave, LWT_UNIT);
 *     }
 *
 *     int main(int argc, char **argv) {
 *       lwt_u *leave;
 *       lwt_t *left = lwt_wait(&leave);
 *       gtk_init(&argc, &argv);
 *       lwt_glib_install(LWT_INTO_GLIB, NULL);
 *       GtkWidget *window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
 *       g_signal_connect(window, "destroy", G_CALLBACK(quit), leave);
 *       gtk_widget_show_all(window);
 *       lwt_main_run(left, NULL);  // windows, sockets, files, timers
 *     }
 *
 * GLIB'S LOOP DRIVES OURS. A program that has its gtk_main already, or a
 * plug-in of one, adds a source to it, and never runs lwt_main_run:
 *
 *     lwt_glib_source_attach(NULL, NULL);
 *     gtk_main();
 *
 * Either way there is one thread and one loop: a callback of GTK's makes
 * promises, and one of a promise changes windows. Each turn of the one loop
 * gives the other its turn, so that neither starves, whatever there is to
 * do.
 *
 * A LOOP WITHIN. While a callback of GLib's runs a loop of GLib's
 * (gtk_dialog_run), the loop that called it stands still, promises too, where
 * ours is the outer one or that callback was called by a promise. Rather
 * connect to the signal "response", and resolve a promise there. */

/* Who waits for descriptors, the mode of `Lwt_glib.install`. */
typedef enum lwt_glib_mode {
  /* GLib's poll function waits, for GLib's descriptors and for ours. The usual
   * one. */
  LWT_INTO_GLIB = 0,
  /* The engine of the thread waits, for our descriptors and for GLib's. */
  LWT_GLIB_INTO_LWT = 1,
} lwt_glib_mode;

/* Has the main loop of this thread, that of lwt_main_run, drive GLib's default
 * main context, `Lwt_glib.install`: from now on the program runs no loop of
 * GLib's. Does nothing if that was done before, in whichever mode. `mode`:
 *
 * - LWT_INTO_GLIB: the thread waits by the function that GLib polls with
 *   (g_main_context_set_poll_func), for our descriptors too. The usual one.
 * - LWT_GLIB_INTO_LWT: it waits by its engine, whichever that is (`lwt_engine.h`), for
 *   GLib's descriptors too. Also where libev or an engine of the program's own has to
 *   stay, and files are still read by that of io_uring.
 *
 * In either, an iteration of GLib's is part of each turn of the main loop: its
 * sources are prepared just before the thread waits, and dispatched after all
 * else that the wait has brought, the most urgent alone, as GLib does.
 * lwt_main_run never fails with LWT_STALLED then, for a source may still
 * resolve the promise. lwt_engine_id is "glib", and until lwt_glib_remove no
 * other engine can be set. The context is the thread's
 * (g_main_context_acquire): no other may look for its events, but any may add
 * sources. In a callback of GLib's lwt_main_run fails with LWT_FAILURE, as in
 * any other.
 *
 * If it fails nothing has changed: the kind is returned, and `*exn` is the
 * exception, which the caller owns; NULL on success; `exn` may be NULL.
 * LWT_NOT_AVAILABLE: GLib is not installed on this system, or older than 2.36;
 * the message has the loader's words. LWT_FAILURE: another thread has the
 * context; another loop drives this one (lwt_main_fd, lwt_glib_source_attach);
 * time is virtual (lwt_engine_sim). LWT_INVALID_ARGUMENT: there is no such
 * mode. LWT_UNIX_ERROR: no descriptor is left, or the engine takes no more.
 * LWT_FORKED: GLib was used by the parent of this process.
 *
 * In the child of lwt_unix_fork the main loop goes on without GLib, whose
 * sources and display are the parent's. When the thread ends GLib is removed.
 * Of this thread. Manual: section "Glib integration". */
int lwt_glib_install(int mode, lwt_exn **exn);

/* Ends what lwt_glib_install has begun, `Lwt_glib.remove`: the thread waits by
 * its engine of before, which has all events, and GLib's context is free. May
 * be called in a callback of GLib's: what else GLib has to dispatch at that
 * moment is still dispatched.
 *
 * Returns LWT_OK; LWT_FAILURE if it is not installed; LWT_WRONG_THREAD if it is
 * in another thread; LWT_UNIX_ERROR if the engine of before can't take the
 * events: then it stays installed. On the thread that installed it. */
int lwt_glib_remove(void);

/* One iteration of GLib's default main context, with nothing of ours,
 * `Lwt_glib.iter`: g_main_context_iteration. If `may_block` it waits until a
 * source is ready, or for lwt_glib_wakeup.
 *
 * Returns LWT_OK; LWT_FAILURE if another thread is in there, or has GLib
 * installed in its main loop; LWT_NOT_AVAILABLE; LWT_FORKED. On any thread,
 * whether it uses promises or not. */
int lwt_glib_iter(bool may_block);

/* Has a blocked lwt_glib_iter return, or the next one not block,
 * `Lwt_glib.wakeup`: g_main_context_wakeup. Where GLib is installed it ends the
 * main loop's wait.
 *
 * Returns LWT_OK, LWT_NOT_AVAILABLE or LWT_FORKED. On any thread. */
int lwt_glib_wakeup(void);

/* The other way round, which Lwt does not have: adds a source to `context`, a
 * `GMainContext *`, or NULL for the default one, by which whoever runs that
 * context drives the main loop of this thread: g_main_loop_run, gtk_main,
 * g_application_run. Promises, timers, jobs and descriptors go on in there;
 * lwt_main_run is not needed, but works. Does nothing if the same was done
 * before.
 *
 * A turn of ours has the priority of GLib's idle functions, so that what is
 * urgent and GTK's drawing come first, but if GLib is busy for long there is
 * one every 10 ms. The context is the thread's from now on
 * (g_main_context_acquire), and a reference to it is kept. While a callback of
 * ours runs a loop of GLib's, ours stands still. What can't be waited for goes
 * to the async exception hook.
 *
 * If it fails nothing has changed, and `exn` is as in lwt_glib_install.
 * LWT_NOT_AVAILABLE: GLib is not there, or too old. LWT_FAILURE: another thread
 * has the context; another context drives this thread's loop; GLib is installed
 * here. LWT_UNIX_ERROR, with the errno of lwt_main_fd: the engine can't be
 * embedded, or there are no descriptors. LWT_FORKED: GLib was used by the
 * parent of this process.
 *
 * In the child of a fork it stays attached, as the context's other sources do.
 * When the thread ends the source is removed. Of this thread. */
int lwt_glib_source_attach(void *context, lwt_exn **exn);

/* Removes that source, and gives the context up. May be called in a callback.
 * What is pending stays so until something drives the main loop again.
 *
 * Returns LWT_OK, or LWT_FAILURE if this thread has no such source. On the
 * thread that attached it. */
int lwt_glib_source_remove(void);

#ifdef __cplusplus
}
#endif

#endif /* LWT_GLIB_H */

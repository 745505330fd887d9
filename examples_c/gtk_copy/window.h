/* What the parts of gtk_copy share. All of it is the main thread's. */
#ifndef GTK_COPY_WINDOW_H
#define GTK_COPY_WINDOW_H

#include "../copy_tree/copy.h"

#include <gtk/gtk.h>
#include <lwt_glib.h>

/* What the arguments ask for. */
struct wishes {
  const char *source, *target; /* NULL: the window asks */
  double delay;
  bool quit;
};

struct window {
  GtkWidget *window, *source, *target, *choose_source, *choose_target, *copy, *cancel, *bar,
    *state, *errors, *scroll, *clock;
  double delay;
  bool quit, copying, closing;
  int status;
  lwt_u *closed;
};

/* window.c */
/* Shows it. The promise resolves with the exit status when it has been closed, and what
 * was being copied has ended. */
lwt_t *open_window(const struct wishes *wishes);
void show_state(struct window *window, const char *text);
/* How far: a part of 1, or negative where that is not known. */
void show_part(struct window *window, double part);
void show_error(struct window *window, const char *line);

/* run.c */
/* Copies, and shows that. The promise resolves with 0 if all was copied, with 1 if not:
 * it was cancelled (by stop_all), or the window says why. */
lwt_t *run_copy(struct window *window, const char *source, const char *target);

#endif

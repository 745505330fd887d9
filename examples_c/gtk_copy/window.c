/* What is to be seen: two folders, a bar, buttons, and a clock that never stops. */
#include "window.h"

#include <stdlib.h>
#include <time.h>

/* ---------------------------------------------------------- showing ---- */

void show_state(struct window *window, const char *text)
{
  gtk_label_set_text(GTK_LABEL(window->state), text);
}

void show_part(struct window *window, double part)
{
  char text[16];

  if (part < 0) {
    gtk_progress_bar_pulse(GTK_PROGRESS_BAR(window->bar));
    gtk_progress_bar_set_text(GTK_PROGRESS_BAR(window->bar), "counting");
    return;
  }
  g_snprintf(text, sizeof text, "%d %%", (int)(part * 100));
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(window->bar), part > 1 ? 1 : part);
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(window->bar), text);
}

void show_error(struct window *window, const char *line)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer(GTK_TEXT_VIEW(window->errors));
  GtkTextIter end;
  /* A name of a file may be of any bytes. */
  char *text = g_utf8_make_valid(line, -1);

  gtk_text_buffer_get_end_iter(buffer, &end);
  gtk_text_buffer_insert(buffer, &end, text, -1);
  gtk_text_buffer_insert(buffer, &end, "\n", 1);
  gtk_widget_show(window->scroll);
  g_free(text);
}

static void clear_errors(struct window *window)
{
  gtk_text_buffer_set_text(gtk_text_view_get_buffer(GTK_TEXT_VIEW(window->errors)), "", 0);
  gtk_widget_hide(window->scroll);
}

static void show_buttons(struct window *window)
{
  bool idle = !window->copying;

  gtk_widget_set_sensitive(window->copy, idle);
  gtk_widget_set_sensitive(window->cancel, window->copying);
  gtk_widget_set_sensitive(window->source, idle);
  gtk_widget_set_sensitive(window->target, idle);
  gtk_widget_set_sensitive(window->choose_source, idle);
  gtk_widget_set_sensitive(window->choose_target, idle);
}

/* The clock: a promise that goes on until it is cancelled. */
static lwt_t *tick(lwt_value value, void *env)
{
  struct window *window = env;
  struct timespec time;
  struct tm parts;
  char text[32], tenths[32];

  (void)value;
  clock_gettime(CLOCK_REALTIME, &time);
  localtime_r(&time.tv_sec, &parts);
  strftime(text, sizeof text, "%H:%M:%S", &parts);
  g_snprintf(tenths, sizeof tenths, "%s.%d", text, (int)(time.tv_nsec / 100000000));
  gtk_label_set_text(GTK_LABEL(window->clock), tenths);
  return lwt_bind(lwt_unix_sleep(0.1), tick, window, NULL);
}

/* ----------------------------------------------------------- acting ---- */

static void close_if_done(struct window *window)
{
  if (window->closing && !window->copying)
    lwt_wakeup(window->closed, LWT_INT(window->status));
}

static lwt_t *copied(lwt_value status, void *env)
{
  struct window *window = env;

  window->copying = false;
  window->status = LWT_TO_INT(status);
  if (window->quit)
    window->closing = true;
  if (!window->closing)
    show_buttons(window);
  close_if_done(window);
  return lwt_return(LWT_UNIT);
}

static void start(GtkWidget *button, gpointer env)
{
  struct window *window = env;
  char *source = g_strdup(gtk_entry_get_text(GTK_ENTRY(window->source)));
  char *target = g_strdup(gtk_entry_get_text(GTK_ENTRY(window->target)));

  (void)button;
  clear_errors(window);
  show_state(window, "");
  window->copying = true;
  show_buttons(window);
  /* It needs the names to its end. */
  lwt_t *done = run_copy(window, source, target);
  lwt_on_termination(done, g_free, source, NULL);
  lwt_on_termination(done, g_free, target, NULL);
  lwt_release(lwt_bind(done, copied, window, NULL));
}

static void cancel(GtkWidget *button, gpointer env)
{
  struct window *window = env;

  (void)button;
  show_state(window, "Cancelling: files in flight are removed");
  gtk_widget_set_sensitive(window->cancel, FALSE);
  stop_all();
}

/* The window stays until files in flight are whole, or gone. */
static gboolean close_window(GtkWidget *widget, GdkEvent *event, gpointer env)
{
  struct window *window = env;

  (void)widget, (void)event;
  if (window->closing)
    return TRUE;
  window->closing = true;
  if (window->copying)
    cancel(NULL, window);
  close_if_done(window);
  return TRUE;
}

/* ---------------------------------------------------------- choosing --- */

/* GTK's dialog as a promise: of the folder that was chosen, or NULL. */
static void responded(GtkNativeDialog *dialog, int response, gpointer chosen)
{
  char *name = response == GTK_RESPONSE_ACCEPT ?
    gtk_file_chooser_get_filename(GTK_FILE_CHOOSER(dialog)) : NULL;

  lwt_wakeup_owned(chosen, name, g_free);
  g_object_unref(dialog);
}

static lwt_t *choose_folder(struct window *window, const char *title)
{
  lwt_u *chosen;
  lwt_t *folder = lwt_wait(&chosen);
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new(title, GTK_WINDOW(window->window),
                                GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, "_Choose", "_Cancel");

  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  g_signal_connect(dialog, "response", G_CALLBACK(responded), chosen);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
  return folder;
}

static lwt_t *source_chosen(lwt_value folder, void *env)
{
  struct window *window = env;

  if (folder != NULL)
    gtk_entry_set_text(GTK_ENTRY(window->source), folder);
  return lwt_return(LWT_UNIT);
}

/* Into the folder, under the name that it has. */
static lwt_t *target_chosen(lwt_value folder, void *env)
{
  struct window *window = env;

  if (folder == NULL)
    return lwt_return(LWT_UNIT);
  char *name = g_path_get_basename(gtk_entry_get_text(GTK_ENTRY(window->source)));
  char *path = g_build_filename(folder, name, NULL);
  gtk_entry_set_text(GTK_ENTRY(window->target), path);
  g_free(path);
  g_free(name);
  return lwt_return(LWT_UNIT);
}

static void choose_source(GtkWidget *button, gpointer env)
{
  (void)button;
  lwt_release(lwt_bind(choose_folder(env, "Copy which folder?"), source_chosen, env, NULL));
}

static void choose_target(GtkWidget *button, gpointer env)
{
  (void)button;
  lwt_release(lwt_bind(choose_folder(env, "Into which folder?"), target_chosen, env, NULL));
}

/* ---------------------------------------------------------- building --- */

static GtkWidget *add_row(struct window *window, GtkGrid *grid, int row, const char *name,
                          const char *path, void (*choose)(GtkWidget *, gpointer),
                          GtkWidget **button)
{
  GtkWidget *label = gtk_label_new(name), *entry = gtk_entry_new();

  *button = gtk_button_new_with_label("Choose…");
  gtk_widget_set_halign(label, GTK_ALIGN_END);
  gtk_widget_set_hexpand(entry, TRUE);
  gtk_entry_set_text(GTK_ENTRY(entry), path != NULL ? path : "");
  g_signal_connect(*button, "clicked", G_CALLBACK(choose), window);
  gtk_grid_attach(grid, label, 0, row, 1, 1);
  gtk_grid_attach(grid, entry, 1, row, 1, 1);
  gtk_grid_attach(grid, *button, 2, row, 1, 1);
  return entry;
}

static GtkWidget *add_button(struct window *window, GtkBox *box, const char *name,
                             const char *style, void (*clicked)(GtkWidget *, gpointer))
{
  GtkWidget *button = gtk_button_new_with_label(name);

  gtk_style_context_add_class(gtk_widget_get_style_context(button), style);
  g_signal_connect(button, "clicked", G_CALLBACK(clicked), window);
  gtk_box_pack_end(box, button, FALSE, FALSE, 0);
  return button;
}

static GtkWidget *add_errors(struct window *window)
{
  GtkWidget *scroll = gtk_scrolled_window_new(NULL, NULL);

  window->errors = gtk_text_view_new();
  gtk_text_view_set_editable(GTK_TEXT_VIEW(window->errors), FALSE);
  gtk_text_view_set_wrap_mode(GTK_TEXT_VIEW(window->errors), GTK_WRAP_WORD_CHAR);
  gtk_widget_set_size_request(scroll, -1, 100);
  gtk_widget_set_vexpand(scroll, TRUE);
  gtk_container_add(GTK_CONTAINER(scroll), window->errors);
  gtk_widget_show(window->errors);
  gtk_widget_set_no_show_all(scroll, TRUE); /* not before there is one */
  return scroll;
}

static void build(struct window *window, const struct wishes *wishes)
{
  GtkWidget *grid = gtk_grid_new(), *buttons = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 8);

  window->window = gtk_window_new(GTK_WINDOW_TOPLEVEL);
  gtk_window_set_title(GTK_WINDOW(window->window), "gtk_copy");
  gtk_window_set_default_size(GTK_WINDOW(window->window), 560, -1);
  gtk_container_set_border_width(GTK_CONTAINER(window->window), 12);
  gtk_grid_set_row_spacing(GTK_GRID(grid), 10);
  gtk_grid_set_column_spacing(GTK_GRID(grid), 8);
  gtk_container_add(GTK_CONTAINER(window->window), grid);

  window->source = add_row(window, GTK_GRID(grid), 0, "Copy", wishes->source, choose_source,
                           &window->choose_source);
  window->target =
    add_row(window, GTK_GRID(grid), 1, "to", wishes->target, choose_target, &window->choose_target);
  window->bar = gtk_progress_bar_new();
  gtk_progress_bar_set_show_text(GTK_PROGRESS_BAR(window->bar), TRUE);
  gtk_progress_bar_set_text(GTK_PROGRESS_BAR(window->bar), "");
  gtk_grid_attach(GTK_GRID(grid), window->bar, 0, 2, 3, 1);
  window->state = gtk_label_new("");
  gtk_label_set_line_wrap(GTK_LABEL(window->state), TRUE);
  gtk_label_set_xalign(GTK_LABEL(window->state), 0);
  gtk_grid_attach(GTK_GRID(grid), window->state, 0, 3, 3, 1);
  window->scroll = add_errors(window);
  gtk_grid_attach(GTK_GRID(grid), window->scroll, 0, 4, 3, 1);

  window->clock = gtk_label_new("");
  gtk_box_pack_start(GTK_BOX(buttons), window->clock, FALSE, FALSE, 0);
  window->copy = add_button(window, GTK_BOX(buttons), "Copy", "suggested-action", start);
  window->cancel = add_button(window, GTK_BOX(buttons), "Cancel", "destructive-action", cancel);
  gtk_grid_attach(GTK_GRID(grid), buttons, 0, 5, 3, 1);
  g_signal_connect(window->window, "delete-event", G_CALLBACK(close_window), window);

  gtk_widget_show_all(window->window);
  show_buttons(window);
}

/* The window has been closed, or the copying is done that it was for. */
static lwt_t *close_all(lwt_value status, void *env)
{
  struct window *window = env;

  gtk_widget_destroy(window->window);
  return lwt_return(status);
}

lwt_t *open_window(const struct wishes *wishes)
{
  struct window *window = lwt_unix_new(struct window);

  *window = (struct window){ .delay = wishes->delay, .quit = wishes->quit };
  build(window, wishes);
  lwt_t *closed = lwt_wait(&window->closed);
  if (wishes->source != NULL)
    start(NULL, window);
  lwt_t *both[] = { closed, tick(LWT_UNIT, window) };
  return lwt_bind(lwt_pick(both, 2), close_all, window, free);
}

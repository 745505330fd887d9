/* GLIB, for programs that have a loop of GLib's: of GTK, of GStreamer, of D-Bus. GLib is
 * found when the program runs; the library neither links with it nor needs its headers.
 *
 * OUR LOOP DRIVES GLIB'S. One call at the beginning, and the program runs lwt_main_run
 * where it would have run gtk_main, g_main_loop_run or g_application_run:
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
 * GLIB'S LOOP DRIVES OURS. A program that has its gtk_main already, or a plug-in of one,
 * adds a source to it, and never runs lwt_main_run:
 *
 *     lwt_glib_source_attach(NULL, NULL);
 *     gtk_main();
 *
 * Either way there is one thread and one loop: a callback of GTK's makes promises, and
 * one of a promise changes windows. Each turn of the one loop gives the other its turn,
 * so that neither starves, whatever there is to do.
 *
 * A LOOP WITHIN. While a callback of GLib's runs a loop of GLib's (gtk_dialog_run), the
 * loop that called it stands still, promises too, where ours is the outer one or that
 * callback was called by a promise. Rather connect to the signal "response", and resolve
 * a promise there. */

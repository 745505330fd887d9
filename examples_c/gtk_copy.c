/* gtk_copy [SRC DST]: copies a directory tree, with a window.
 *
 *   cc -std=c99 -O2 -Iinclude $(pkg-config --cflags gtk+-3.0) -o gtk_copy \
 *     examples_c/gtk_copy.c examples_c/gtk_copy/window.c examples_c/gtk_copy/run.c \
 *     examples_c/copy_tree/worker.c examples_c/copy_tree/directory.c \
 *     examples_c/copy_tree/batch.c examples_c/copy_tree/content.c \
 *     examples_c/copy_tree/hard_link.c examples_c/copy_tree/report.c \
 *     examples_c/copy_tree/survey.c examples_c/copy_tree/places.c \
 *     examples_c/copy_tree/tally.c \
 *     -Ltarget/release -llwt -Wl,-rpath,target/release $(pkg-config --libs gtk+-3.0)
 *
 *   needs gtk+-3.0 (pkg-config)
 *
 * The copying is that of copy_tree, with many jobs in flight; the window is GTK's. Both
 * are in one loop on one thread: lwt_glib_install has the main loop drive GTK's, so what a
 * button calls makes promises, and promises change the window. Nothing here waits for a
 * disk, and the clock in the corner never stops.
 *
 * gtk_copy/window.c is what is to be seen, gtk_copy/run.c one copying. Here: the
 * arguments, and the main loop.
 */
#include "gtk_copy/window.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char usage[] =
  "Usage: gtk_copy [OPTION]... [SRC DST]\n"
  "Copies the directory SRC, and all that is in it, to DST, which must not exist,\n"
  "and shows in a window how far it is. Without SRC and DST the window asks.\n"
  "\n"
  "  -d, --delay S  as if the disk were slow: each job waits S seconds\n"
  "  -q, --quit     quit when SRC has been copied: 0 all, 1 not all\n"
  "  -h, --help     show this, and exit\n";

static void wrong_usage(void)
{
  fputs("Try 'gtk_copy --help'.\n", stderr);
  exit(2);
}

static struct wishes parse(int argc, char **argv)
{
  static const struct option options[] = { { "delay", required_argument, NULL, 'd' },
                                           { "quit", no_argument, NULL, 'q' },
                                           { "help", no_argument, NULL, 'h' },
                                           { NULL, 0, NULL, 0 } };
  struct wishes wishes = { NULL, NULL, 0, false };
  char *end;
  int option;

  while ((option = getopt_long(argc, argv, "d:qh", options, NULL)) != -1) {
    switch (option) {
    case 'd':
      wishes.delay = strtod(optarg, &end);
      if (end == optarg || *end != '\0' || !(wishes.delay >= 0 && wishes.delay <= 10))
        wrong_usage();
      break;
    case 'q': wishes.quit = true; break;
    case 'h': fputs(usage, stdout); exit(0);
    default: wrong_usage();
    }
  }
  if (argc - optind == 2) {
    wishes.source = argv[optind];
    wishes.target = argv[optind + 1];
  } else if (argc != optind || wishes.quit) {
    wrong_usage();
  }
  return wishes;
}

int main(int argc, char **argv)
{
  struct wishes wishes = parse(argc, argv);
  lwt_exn *exn = NULL;

  if (!gtk_init_check(&argc, &argv)) {
    fputs("gtk_copy: there is no display\n", stderr);
    return 1;
  }
  if (lwt_glib_install(LWT_INTO_GLIB, &exn) != LWT_OK) {
    fprintf(stderr, "gtk_copy: %s\n", lwt_exn_message(exn));
    return 1;
  }
  umask(0);                 /* modes are the source's */
  signal(SIGXFSZ, SIG_IGN); /* a file too large is an error like another */

  lwt_t *closed = open_window(&wishes);
  int status = LWT_TO_INT(lwt_main_run(closed, NULL));
  lwt_glib_remove();
  return status;
}

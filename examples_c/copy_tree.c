/* copy_tree SRC DST: copies a directory tree with many jobs in flight.
 *
 *   cc -std=c99 -O2 -Iinclude -o copy_tree examples_c/copy_tree.c \
 *     examples_c/copy_tree/worker.c examples_c/copy_tree/directory.c \
 *     examples_c/copy_tree/batch.c examples_c/copy_tree/content.c \
 *     examples_c/copy_tree/hard_link.c examples_c/copy_tree/report.c \
 *     examples_c/copy_tree/progress.c examples_c/copy_tree/survey.c \
 *     examples_c/copy_tree/places.c examples_c/copy_tree/tally.c \
 *     -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * Every system call that could block is made by a job on a worker thread; this
 * thread only decides what is next. copy_tree/copy.h is the map of the parts.
 * Here: the arguments, the signals, and the main loop.
 */
#include "copy_tree/copy.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEFAULT_JOBS = 32, EXIT_USAGE = 2 };

static const char usage[] =
  "Usage: copy_tree [OPTION]... SRC DST\n"
  "Copies the directory SRC, and all that is in it, to DST, which must not exist.\n"
  "\n"
  "  -j, --jobs N   how many jobs to have in flight, 1 to 1024 (default 32)\n"
  "  -s, --summary  say at the end what was copied (on a terminal, always)\n"
  "  -h, --help     show this, and exit\n"
  "\n"
  "Keeps modes, times, symbolic links, hard links inside the tree, holes, empty\n"
  "directories and special files. Owners, ACLs and extended attributes are not\n"
  "kept; a set-user-ID or set-group-ID bit only where the copy has the same owner.\n"
  "\n"
  "What cannot be read is named on stderr, and the rest is copied. Ctrl-C stops:\n"
  "what is there then is whole, file by file.\n"
  "\n"
  "Exit status: 0 all copied, 1 something was not, 2 wrong arguments,\n"
  "128 + N stopped by signal N (130 for Ctrl-C).\n";

struct settings {
  const char *source, *target;
  size_t jobs;
  bool summary;
};

/* --------------------------------------------------------- arguments ---- */

static void wrong_usage(const char *problem, const char *what)
{
  fprintf(stderr, "copy_tree: %s%s\nTry 'copy_tree --help'.\n", problem, what);
  exit(EXIT_USAGE);
}

static size_t number_of_jobs(const char *text)
{
  char *end;

  errno = 0;
  long jobs = strtol(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || jobs < 1 || jobs > MOST_JOBS)
    wrong_usage("--jobs takes a number from 1 to 1024, not ", text);
  return (size_t)jobs;
}

static struct settings parse(int argc, char **argv)
{
  static const struct option options[] = { { "jobs", required_argument, NULL, 'j' },
                                           { "summary", no_argument, NULL, 's' },
                                           { "help", no_argument, NULL, 'h' },
                                           { NULL, 0, NULL, 0 } };
  struct settings settings = { NULL, NULL, DEFAULT_JOBS, false };
  int option;

  while ((option = getopt_long(argc, argv, "j:sh", options, NULL)) != -1) {
    switch (option) {
    case 'j': settings.jobs = number_of_jobs(optarg); break;
    case 's': settings.summary = true; break;
    case 'h': fputs(usage, stdout); exit(0);
    default: fputs("Try 'copy_tree --help'.\n", stderr); exit(EXIT_USAGE);
    }
  }
  if (argc - optind != 2)
    wrong_usage("exactly two directories are needed: SRC and DST", "");
  settings.source = argv[optind];
  settings.target = argv[optind + 1];
  return settings;
}

/* ------------------------------------------------------------ signals --- */

static int stop_signal; /* 0: none has come */

/* In the main loop. Files in flight are given up by their workers, and the main
 * loop ends by itself when the last of them has been removed; so a second
 * Ctrl-C has nothing to add. */
static void stop(int number, void *unused)
{
  (void)unused;
  stop_signal = number;
  stop_all();
}

static void catch_signals(void)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };

  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    struct sigaction before;
    /* What nohup and the like have switched off stays off. */
    if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN)
      continue;
    if (lwt_unix_on_signal(numbers[i], stop, NULL, NULL, NULL) != LWT_OK) {
      fputs("copy_tree: signals can't be handled\n", stderr);
      exit(1);
    }
  }
}

/* ------------------------------------------------------- the main loop -- */

static void say(struct copy *copy, const char *line)
{
  (void)copy;
  clear_progress();
  fprintf(stderr, "copy_tree: %s\n", line);
}

/* The bar is drawn for as long as the copying takes. */
static lwt_t *with_progress(struct copy *copy, lwt_t *copying, struct survey *survey)
{
  lwt_t *both[] = { copying, show_progress(copy, survey) };

  return lwt_pick(both, 2);
}

static void run(struct copy *copy, bool bar)
{
  struct survey *survey = NULL;
  lwt_t *counted = NULL;

  if (!open_lanes(copy->most_in_flight)) {
    fputs("copy_tree: no threads to copy with\n", stderr);
    exit(1);
  }
  lwt_t *copying = copy_root(copy);
  if (bar) {
    survey = start_survey(copy->source_fd, &counted);
    copying = with_progress(copy, copying, survey);
  }
  lwt_main_run(copying, NULL);
  clear_progress();
  if (bar) {
    end_survey(survey);
    lwt_main_run(counted, NULL);
    free(survey);
  }
  close_lanes();
}

int main(int argc, char **argv)
{
  struct settings settings = parse(argc, argv);
  struct copy copy = { .source = settings.source,
                       .target = settings.target,
                       .most_in_flight = settings.jobs,
                       .target_fd = -1,
                       .say = say };
  bool bar = progress_possible();
  const char *about, *refusal = find_places(&copy, &about);

  if (refusal != NULL) {
    fprintf(stderr, "copy_tree: \"%s\": %s\n", about, refusal);
    exit(1);
  }
  allow_descriptors(&copy);
  umask(0);                 /* modes are the source's */
  signal(SIGXFSZ, SIG_IGN); /* a file too large is an error like another */
  catch_signals();

  copy.started = now();
  run(&copy, bar);
  hard_link_forget_all();
  leave_places(&copy);

  if (settings.summary || bar)
    print_summary(&copy);
  if (stop_signal != 0) {
    fprintf(stderr, "copy_tree: stopped by a signal: \"%s\" is not complete\n", copy.target);
    return 128 + stop_signal;
  }
  return copy.tally.failed == 0 ? 0 : 1;
}

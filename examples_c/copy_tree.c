/* copy_tree SRC DST: copies a directory tree with many jobs in flight.
 *
 *   cc -std=c99 -O2 -Iinclude -o copy_tree examples_c/copy_tree.c \
 *     examples_c/copy_tree/worker.c examples_c/copy_tree/directory.c \
 *     examples_c/copy_tree/batch.c examples_c/copy_tree/content.c \
 *     examples_c/copy_tree/hard_link.c examples_c/copy_tree/report.c \
 *     examples_c/copy_tree/progress.c examples_c/copy_tree/survey.c \
 *     -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * Every system call that could block is made by a job on a worker thread; this
 * thread only decides what is next. copy_tree/copy.h is the map of the parts.
 * Here: the arguments, what is refused, the signals, and the main loop.
 */
#include "copy_tree/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
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

/* ------------------------------------------------ what is not copied ---- */

static void refuse(const char *path, const char *why)
{
  fprintf(stderr, "copy_tree: \"%s\": %s\n", path, why);
  exit(1);
}

/* Is the directory `fd` inside, or the same as, the one given by `stat`? */
static bool is_below(int fd, const struct stat *above)
{
  struct stat here, up;
  bool below = false;
  int at = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  while (at >= 0 && fstat(at, &here) == 0) {
    if (here.st_dev == above->st_dev && here.st_ino == above->st_ino) {
      below = true;
      break;
    }
    int parent = openat(at, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    close(at);
    at = parent;
    if (at < 0 || fstat(at, &up) != 0 || (up.st_dev == here.st_dev && up.st_ino == here.st_ino))
      break;
  }
  if (at >= 0)
    close(at);
  return below;
}

/* Opens SRC and the parent of DST, or says why this copy cannot be made. */
static void find_places(struct copy *copy)
{
  struct stat source, target;
  char *path = lwt_unix_strdup(copy->target);
  size_t length = strlen(path);

  while (length > 1 && path[length - 1] == '/')
    path[--length] = '\0';
  char *slash = strrchr(path, '/');
  const char *parent = slash == NULL ? "." : slash == path ? "/" : path;

  copy->source_fd = open(copy->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy->source_fd < 0 || fstat(copy->source_fd, &source) != 0)
    refuse(copy->source, strerror(errno));

  if (lstat(path, &target) == 0) {
    if (target.st_dev == source.st_dev && target.st_ino == source.st_ino)
      refuse(copy->target, "it is the directory that is to be copied");
    if (is_below(copy->source_fd, &target))
      refuse(copy->target, "it contains the directory that is to be copied");
    refuse(copy->target, "it exists already, and would have to be made");
  }
  if (errno != ENOENT)
    refuse(copy->target, strerror(errno));

  copy->target_name = lwt_unix_strdup(slash == NULL ? path : slash + 1);
  if (slash != NULL)
    *slash = '\0';
  copy->parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy->parent_fd < 0)
    refuse(copy->target, strerror(errno));
  if (is_below(copy->parent_fd, &source))
    refuse(copy->target, "it is inside the directory that is to be copied");
  free(path);
}

/* Two descriptors for each batch in flight and each directory on the way. */
static void allow_descriptors(struct copy *copy)
{
  struct rlimit limit = { 256, 256 };
  size_t taken = 32 + 2 * copy->most_in_flight;

  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
      getrlimit(RLIMIT_NOFILE, &limit);
  }
  size_t left = limit.rlim_cur > taken + 64 ? limit.rlim_cur - taken : 64;
  copy->most_open_directories = left > 1 << 20 ? 1 << 19 : left / 2;
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
                       .target_fd = -1 };
  bool bar = progress_possible();

  find_places(&copy);
  allow_descriptors(&copy);
  umask(0);                 /* modes are the source's */
  signal(SIGXFSZ, SIG_IGN); /* a file too large is an error like another */
  catch_signals();

  copy.started = now();
  run(&copy, bar);
  hard_link_forget_all();
  close(copy.source_fd);
  close(copy.parent_fd);
  free((void *)copy.target_name);

  if (settings.summary || bar)
    print_summary(&copy);
  if (stop_signal != 0) {
    fprintf(stderr, "copy_tree: stopped by a signal: \"%s\" is not complete\n", copy.target);
    return 128 + stop_signal;
  }
  return copy.tally.failed == 0 ? 0 : 1;
}

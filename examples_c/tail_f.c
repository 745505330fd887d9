/* tail_f: shows the ends of files, and what is added to them, as `tail -F` does: also
 * when they are cut, replaced, or made only later.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/tail_f.c -o tail_f -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * Each file has a fiber, which is a plain loop: show what is new, wait for a change.
 * The kernel tells of changes by inotify, whose descriptor lwt_unix_of_fd makes one
 * of the library's: reading it waits without a thread. Where there is no inotify
 * (or with --poll) the file is asked for four times a second. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK = 32 << 10, STACK = 128 << 10 };

struct tail {
  const char *path, *name; /* name: the last part of the path */
  lwt_unix_fd *changes;    /* NULL: there is no inotify */
  lwt_unix_fd *file;       /* NULL: there is none at present */
  dev_t dev;
  ino_t ino;
  int64_t place;
  bool missed; /* that it is not there has been said */
};

static long lines = 10;
static bool polls, many;

static const char usage[] =
  "usage: tail_f [-n LINES] [--poll] FILE...\n"
  "Shows the last LINES (10) of each FILE, and then what is added to it, also when it\n"
  "is cut, replaced by another of its name, or made only later. Ends by a signal.\n"
  "  --poll  asks for changes four times a second, instead of waiting for them\n";

static void say(const struct tail *tail, const char *what)
{
  fprintf(stderr, "tail_f: %s: %s\n", tail->path, what);
}

/* The value of p; false, with errno, if it has failed. */
static bool done(lwt_t *p, lwt_value *value)
{
  lwt_exn *exn = NULL;

  *value = lwt_await(p, &exn);
  if (exn == NULL)
    return true;
  errno = lwt_exn_errno(exn) != 0 ? lwt_exn_errno(exn) : EIO;
  lwt_exn_release(exn);
  return false;
}

/* ------------------------------------------------------------- showing --- */

static void show(const struct tail *tail, const char *bytes, size_t size)
{
  static const struct tail *shown;

  if (many && shown != tail)
    printf("%s==> %s <==\n", shown != NULL ? "\n" : "", tail->path);
  shown = tail;
  fwrite(bytes, 1, size, stdout);
  if (fflush(stdout) != 0) {
    fprintf(stderr, "tail_f: standard output: %s\n", strerror(errno));
    exit(1);
  }
}

/* Shows what stands behind the place that is known. */
static void show_news(struct tail *tail)
{
  lwt_value got;
  char *bytes = malloc(BLOCK);

  while (bytes != NULL && done(lwt_unix_pread(tail->file, bytes, BLOCK, tail->place), &got)
         && LWT_TO_INT(got) > 0) {
    tail->place += LWT_TO_INT(got);
    show(tail, bytes, (size_t)LWT_TO_INT(got));
  }
  free(bytes);
}

/* Where the last lines begin. */
static int64_t last_lines(struct tail *tail, int64_t size)
{
  char *bytes = malloc(BLOCK);
  int64_t end = size, found = 0;
  lwt_value got;

  while (bytes != NULL && end > 0) {
    int64_t begin = end > BLOCK ? end - BLOCK : 0;
    if (!done(lwt_unix_pread(tail->file, bytes, (size_t)(end - begin), begin), &got)
        || LWT_TO_INT(got) <= 0)
      break;
    for (int64_t i = LWT_TO_INT(got); i-- > 0;) {
      if (bytes[i] != '\n' || begin + i + 1 == size)
        continue;
      if (++found >= lines) {
        free(bytes);
        return begin + i + 1;
      }
    }
    end = begin;
  }
  free(bytes);
  return 0;
}

/* ------------------------------------------------------------ changing --- */

static void leave(struct tail *tail)
{
  lwt_value closed;

  if (tail->file != NULL) {
    done(lwt_unix_close(tail->file), &closed);
    lwt_unix_fd_release(tail->file);
  }
  tail->file = NULL;
}

/* Opens the file that has the name now. */
static void take_up(struct tail *tail, bool first)
{
  lwt_value value;

  if (!done(lwt_unix_openfile(tail->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0), &value)) {
    if (!tail->missed)
      say(tail, strerror(errno));
    tail->missed = true;
    return;
  }
  tail->file = value;
  if (!done(lwt_unix_fstat(tail->file), &value)) {
    leave(tail);
    return;
  }
  struct stat *stat = value;
  tail->dev = stat->st_dev;
  tail->ino = stat->st_ino;
  tail->place = 0;
  if (!S_ISREG(stat->st_mode)) {
    if (!tail->missed)
      say(tail, "it is no regular file");
    tail->missed = true;
    leave(tail);
  } else {
    if (tail->missed || !first)
      say(tail, "following the new file");
    tail->missed = false;
    if (first && lines == 0)
      tail->place = stat->st_size;
    else if (first)
      tail->place = last_lines(tail, stat->st_size);
  }
  free(stat);
}

/* Looks what has become of the file, and shows it. */
static void catch_up(struct tail *tail)
{
  lwt_value value;

  if (tail->file != NULL)
    show_news(tail);
  bool is_there = done(lwt_unix_stat(tail->path), &value);
  struct stat *stat = is_there ? value : NULL;
  if (!is_there && tail->file != NULL && !tail->missed) {
    say(tail, strerror(errno));
    tail->missed = true; /* the old one may still be written */
  } else if (is_there && tail->file != NULL && stat->st_dev == tail->dev
             && stat->st_ino == tail->ino) {
    if (stat->st_size < tail->place) {
      say(tail, "it was cut");
      tail->place = 0;
    }
    show_news(tail);
  } else if (is_there) {
    if (tail->file != NULL)
      show_news(tail); /* what was written before it was replaced */
    leave(tail);
    take_up(tail, false);
    if (tail->file != NULL)
      show_news(tail);
  }
  free(stat);
}

/* Waits until something has happened to the file's name. False: never again. */
static bool wait_for_change(struct tail *tail)
{
  char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
  lwt_value got;

  if (tail->changes == NULL)
    return done(lwt_unix_sleep(0.25), &got);
  while (done(lwt_unix_read(tail->changes, events, sizeof events), &got)) {
    for (const char *at = events; at < events + LWT_TO_INT(got);) {
      const struct inotify_event *event = (const void *)at;
      if (event->len == 0 || strcmp(event->name, tail->name) == 0)
        return true;
      at += sizeof *event + event->len;
    }
  }
  return false;
}

/* Has the kernel tell of changes in the directory of the file: of the file itself,
 * it would not tell which one has its name later. */
static lwt_unix_fd *watch(const struct tail *tail)
{
  char *directory = strndup(tail->path, (size_t)(tail->name - tail->path));
  int fd = polls ? -1 : inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  const uint32_t mask =
    IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE;

  if (fd >= 0
      && (directory == NULL || inotify_add_watch(fd, *directory ? directory : ".", mask) < 0)) {
    close(fd);
    fd = -1;
  }
  free(directory);
  return fd >= 0 ? lwt_unix_of_unix_file_descr(fd, 0, false) : NULL;
}

static lwt_value follow(void *env)
{
  struct tail *tail = env;

  tail->changes = watch(tail); /* first, so that nothing is missed */
  take_up(tail, true);
  do
    catch_up(tail);
  while (wait_for_change(tail));
  say(tail, "no more changes can be seen");
  return LWT_UNIT;
}

int main(int argc, char **argv)
{
  lwt_exn *exn = NULL;
  char *end;
  int i = 1;

  for (; i < argc && argv[i][0] == '-'; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      fputs(usage, stdout);
      return 0;
    }
    if (strcmp(argv[i], "--poll") == 0) {
      polls = true;
      continue;
    }
    if (strcmp(argv[i], "-n") != 0 || i + 1 == argc
        || (lines = strtol(argv[++i], &end, 10)) < 0 || *end != '\0' || end == argv[i]) {
      fprintf(stderr, "tail_f: what does this ask for? %s\n%s", argv[i], usage);
      return 2;
    }
  }
  if (i == argc) {
    fprintf(stderr, "tail_f: which file?\n%s", usage);
    return 2;
  }
  many = argc - i > 1;

  size_t count = (size_t)(argc - i);
  struct tail *tails = calloc(count, sizeof *tails);
  lwt_t **following = calloc(count, sizeof *following);
  if (tails == NULL || following == NULL) {
    fputs("tail_f: out of memory\n", stderr);
    return 1;
  }
  for (size_t k = 0; k < count; k++) {
    const char *slash = strrchr(argv[i + (int)k], '/');
    tails[k].path = argv[i + (int)k];
    tails[k].name = slash != NULL ? slash + 1 : tails[k].path;
    following[k] = lwt_spawn(follow, &tails[k], NULL, STACK);
  }
  lwt_main_run(lwt_join(following, count), &exn);
  if (exn != NULL) {
    fprintf(stderr, "tail_f: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
  }
  free(following);
  free(tails);
  return 1;
}

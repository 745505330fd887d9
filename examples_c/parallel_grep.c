/* parallel_grep: finds a text in all files of directory trees, and tells on the
 * terminal how far it is.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/parallel_grep.c -o parallel_grep -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * Searchers are fibers that take what is to be done from a common stack: a
 * directory is listed by one job of the library, a file is read and searched by
 * one job of this program (the three functions below), whose outcome is the text
 * to print. So the lines of one file stay together, and all processors have work.
 * An interrupt ends it, in the middle of a file too: some files have no end. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SEARCHERS = 32, MOST_SEARCHERS = 1024, STACK = 64 << 10, BLOCK = 1 << 20 };

struct item {
  struct item *next;
  bool is_directory;
  char path[];
};

struct grep {
  const char *text;
  bool numbers, names_only, progress;
  struct item *stack;
  long searchers, most_searchers;
  long files, directories, matches;
  lwt_u *finished;
  bool failed;
  atomic_bool stopped; /* the jobs look at it too */
};

static const char usage[] =
  "usage: parallel_grep [-n] [-l] [-j N] [--progress] TEXT PATH...\n"
  "Prints the lines with TEXT in them of all files in each PATH, many at a time.\n"
  "  -n          with the number of each line\n"
  "  -l          only the names of the files\n"
  "  -j N        files and directories that are read side by side (32)\n"
  "  --progress  tells on standard error how far it is, also if that is no terminal\n"
  "Exits with 0 if the text was found, with 1 if not, with 2 after an error.\n";

static void clear_progress(const struct grep *grep)
{
  if (grep->progress)
    fputs("\r\033[K", stderr);
}

static void complain(struct grep *grep, const char *path, const lwt_exn *exn)
{
  fflush(stdout);
  clear_progress(grep);
  fprintf(stderr, "parallel_grep: %s: %s\n", path,
          lwt_exn_errno(exn) != 0 ? strerror(lwt_exn_errno(exn)) : lwt_exn_message(exn));
  grep->failed = true;
}

static void out_of_memory(void)
{
  fputs("parallel_grep: out of memory\n", stderr);
  exit(2);
}

/* ----------------------------------------- the job: to search one file --- */

struct job_search {
  struct lwt_unix_job job;
  const struct grep *grep; /* what does not change */
  int error;
  long matches;
  char *out; /* what is to be printed */
  size_t out_size;
  char path[];
};

/* The whole file, with room for one more byte. */
static char *contents(const struct grep *grep, int fd, size_t *size)
{
  struct stat stat;
  size_t room = 1 << 16;
  char *bytes;

  *size = 0;
  if (fstat(fd, &stat) == 0 && stat.st_size > 0)
    room = (size_t)stat.st_size + 1;
  bytes = malloc(room + 1);
  while (bytes != NULL) {
    size_t left = room - *size;

    if (grep->stopped) {
      errno = ECANCELED;
      break;
    }
    ssize_t got = read(fd, bytes + *size, left < BLOCK ? left : BLOCK);
    if (got == 0)
      return bytes;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      break;
    *size += (size_t)got;
    if (*size == room) {
      char *more = realloc(bytes, 2 * room + 1);
      if (more == NULL)
        break;
      room *= 2;
      bytes = more;
    }
  }
  int error = bytes == NULL ? ENOMEM : errno;
  free(bytes);
  errno = error;
  return NULL;
}

static void search(struct job_search *job, const char *bytes, size_t size)
{
  const struct grep *grep = job->grep;
  const char *end = bytes + size, *from = bytes, *counted = bytes, *hit;
  bool binary = memchr(bytes, '\0', size < 8192 ? size : 8192) != NULL;
  long line = 1;
  FILE *out = NULL;

  while (from < end && (hit = memmem(from, (size_t)(end - from), grep->text, strlen(grep->text)))) {
    const char *begin = memrchr(bytes, '\n', (size_t)(hit - bytes));
    const char *stop = memchr(hit, '\n', (size_t)(end - hit));

    begin = begin != NULL ? begin + 1 : bytes;
    stop = stop != NULL ? stop : end;
    job->matches++;
    if (out == NULL && (out = open_memstream(&job->out, &job->out_size)) == NULL) {
      job->error = errno;
      return;
    }
    if (grep->names_only || binary) {
      fprintf(out, "%s%s\n", job->path, grep->names_only ? "" : ": binary file matches");
      break;
    }
    fprintf(out, "%s:", job->path);
    if (grep->numbers) {
      for (; (counted = memchr(counted, '\n', (size_t)(begin - counted))) != NULL; counted++)
        line++;
      counted = begin;
      fprintf(out, "%ld:", line);
    }
    fwrite(begin, 1, (size_t)(stop - begin), out);
    putc('\n', out);
    from = stop + 1;
  }
  if (out != NULL && fclose(out) != 0)
    job->error = errno;
}

static void worker_search(struct lwt_unix_job *base)
{
  struct job_search *job = (struct job_search *)base;
  int fd = open(job->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  size_t size;
  char *bytes = fd >= 0 ? contents(job->grep, fd, &size) : NULL;

  if (bytes == NULL)
    job->error = errno;
  else
    search(job, bytes, size);
  free(bytes);
  if (fd >= 0)
    close(fd);
}

static void cancel_search(struct lwt_unix_job *base)
{
  free(((struct job_search *)base)->out);
  lwt_unix_free_job(base);
}

static lwt_value result_search(struct lwt_unix_job *base)
{
  struct job_search *job = (struct job_search *)base;
  lwt_value value = LWT_INT(job->matches);

  if (job->out != NULL)
    fwrite(job->out, 1, job->out_size, stdout);
  if (job->error != 0)
    value = lwt_unix_error(job->error, "open", job->path);
  cancel_search(base);
  return value;
}

static lwt_t *search_file(const struct grep *grep, const char *path)
{
  size_t size = strlen(path) + 1;
  struct job_search *job = lwt_unix_new_plus(struct job_search, size);

  memset(job, 0, sizeof *job);
  job->job.worker = worker_search;
  job->job.result = result_search;
  job->grep = grep;
  memcpy(job->path, path, size);
  lwt_unix_alloc_job(&job->job);
  lwt_unix_job_set_cancel(&job->job, cancel_search);
  return lwt_unix_run_job(&job->job);
}

/* ----------------------------------------------------------- searchers --- */

static lwt_value searcher(void *env);

static void push(struct grep *grep, const char *parent, const char *name, bool is_directory)
{
  size_t length = strlen(parent), size = length + strlen(name) + 2;
  struct item *item = malloc(sizeof *item + size);

  if (item == NULL)
    out_of_memory();
  snprintf(item->path, size, "%s%s%s", parent,
           length > 0 && parent[length - 1] != '/' ? "/" : "", name);
  item->is_directory = is_directory;
  item->next = grep->stack;
  grep->stack = item;
  if (grep->searchers < grep->most_searchers) {
    grep->searchers++;
    lwt_spawn_in_the_background(searcher, grep, NULL, STACK);
  }
}

static void list(struct grep *grep, const char *path)
{
  lwt_exn *exn = NULL;
  struct lwt_unix_entries *entries = lwt_await(lwt_unix_entries_of_directory(path), &exn);

  if (exn != NULL) {
    complain(grep, path, exn);
    lwt_exn_release(exn);
    return;
  }
  grep->directories++;
  for (size_t i = 0; i < entries->len; i++) {
    const struct lwt_unix_entry *entry = &entries->data[i];
    /* Where the file system does not say, it is tried as a file. */
    if (entry->kind == DT_DIR || entry->kind == DT_REG || entry->kind == DT_UNKNOWN)
      push(grep, path, entry->name, entry->kind == DT_DIR);
  }
  free(entries);
}

static void look_into(struct grep *grep, const struct item *item)
{
  lwt_exn *exn = NULL;

  if (item->is_directory) {
    list(grep, item->path);
    return;
  }
  grep->files++;
  intptr_t matches = LWT_TO_INT(lwt_await(search_file(grep, item->path), &exn));
  if (exn == NULL)
    grep->matches += matches;
  else if (lwt_exn_errno(exn) == ECANCELED)
    ; /* main() says so */
  else if (lwt_exn_errno(exn) == EISDIR)
    push(grep, "", item->path, true);
  else
    complain(grep, item->path, exn);
  lwt_exn_release(exn);
}

/* A fiber. There are searchers as long as there is something to be done. */
static lwt_value searcher(void *env)
{
  struct grep *grep = env;

  while (grep->stack != NULL) {
    struct item *item = grep->stack;
    grep->stack = item->next;
    if (!grep->stopped)
      look_into(grep, item);
    free(item);
  }
  if (--grep->searchers == 0)
    lwt_wakeup(grep->finished, LWT_UNIT);
  return LWT_UNIT;
}

/* ------------------------------------------------------------ progress --- */

static void show_progress(const struct grep *grep)
{
  fflush(stdout);
  fprintf(stderr, "\r\033[K%ld files in %ld directories, %ld matches ", grep->files,
          grep->directories, grep->matches);
}

/* A fiber, which is cancelled at the end. */
static lwt_value tell_progress(void *env)
{
  lwt_exn *exn = NULL;

  for (;;) {
    lwt_await(lwt_unix_sleep(0.1), &exn);
    if (exn != NULL)
      return lwt_raise(exn);
    show_progress(env);
  }
}

static void interrupted(int number, void *env)
{
  (void)number;
  ((struct grep *)env)->stopped = true;
}

/* --------------------------------------------------------------- begin --- */

static int wrong(const char *what)
{
  fprintf(stderr, "parallel_grep: %s\n%s", what, usage);
  return 2;
}

int main(int argc, char **argv)
{
  struct grep grep = {.most_searchers = SEARCHERS, .progress = isatty(STDERR_FILENO)};
  lwt_exn *exn = NULL;
  int i = 1;

  for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
    if (strcmp(argv[i], "--help") == 0) {
      fputs(usage, stdout);
      return 0;
    }
    if (strcmp(argv[i], "--") == 0) {
      i++;
      break;
    }
    if (strcmp(argv[i], "-n") == 0)
      grep.numbers = true;
    else if (strcmp(argv[i], "-l") == 0)
      grep.names_only = true;
    else if (strcmp(argv[i], "--progress") == 0)
      grep.progress = true;
    else if (strcmp(argv[i], "-j") == 0 && i + 1 < argc) {
      char *end;
      grep.most_searchers = strtol(argv[++i], &end, 10);
      if (*end != '\0' || grep.most_searchers < 1 || grep.most_searchers > MOST_SEARCHERS)
        return wrong("-j wants a number from 1 to 1024");
    } else
      return wrong("there is no such option, or something is missing after it");
  }
  if (argc - i < 2)
    return wrong("a text and a path are needed");
  grep.text = argv[i++];
  if (*grep.text == '\0' || strchr(grep.text, '\n') != NULL)
    return wrong("the text must be one line, and not empty");

  setvbuf(stdout, NULL, _IOFBF, 1 << 16);
  if (lwt_unix_on_signal(SIGINT, interrupted, &grep, NULL, NULL) != LWT_OK)
    fputs("parallel_grep: an interrupt will end it at once\n", stderr);
  lwt_t *finished = lwt_wait(&grep.finished);
  lwt_t *progress = grep.progress ? lwt_spawn(tell_progress, &grep, NULL, STACK) : NULL;
  for (; i < argc; i++)
    push(&grep, "", argv[i], false); /* a directory says so */
  lwt_main_run(finished, &exn);
  if (progress != NULL) {
    lwt_cancel(progress);
    lwt_release(progress);
    show_progress(&grep);
    fputc('\n', stderr);
  }
  if (exn != NULL) {
    fprintf(stderr, "parallel_grep: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    return 2;
  }
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "parallel_grep: standard output: %s\n", strerror(errno));
    return 2;
  }
  if (grep.stopped) {
    fputs("parallel_grep: interrupted\n", stderr);
    return 130;
  }
  return grep.failed ? 2 : grep.matches > 0 ? 0 : 1;
}

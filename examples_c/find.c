/* find: walks directory trees, many directories at a time.
 *
 *   cc -std=c99 -O2 -Iinclude examples_c/find.c -o find -Ltarget/release -llwt -Wl,-rpath,target/release
 *
 * A directory is one job, lwt_unix_entries_of_directory, which tells what sort of
 * file each entry is: no entry has to be asked for by itself. Walkers are fibers,
 * which take directories from a common stack, the last one found first, so that
 * what waits there stays little. The order of the output is the order in which
 * directories were read. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <lwt_direct.h>
#include <lwt_main.h>
#include <lwt_unix.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WALKERS = 32, MOST_WALKERS = 1024, STACK = 64 << 10 };

struct directory {
  struct directory *next;
  long depth;
  size_t length;
  char path[];
};

struct find {
  const char *name;  /* NULL: any */
  char type;         /* 0: any */
  long most_depth, most_walkers;
  char end;          /* of a line */
  struct directory *stack;
  long walkers;
  lwt_u *finished;
  bool failed;
};

static const char usage[] =
  "usage: find [PATH...] [-name PATTERN] [-type TYPE] [-maxdepth N] [-print0] [-jobs N]\n"
  "Lists the files in each PATH (.), many directories at a time.\n"
  "  -name PATTERN  only those whose name matches, as in a shell\n"
  "  -type TYPE     only those of a type: f d l p s b c, as find(1) has them\n"
  "  -maxdepth N    no deeper than N directories below PATH\n"
  "  -print0        a NUL byte after each, instead of a new line\n"
  "  -jobs N        directories that are read side by side (32)\n"
  "Exits with 1 if something could not be read, with 2 if the call is wrong.\n";

static void complain(struct find *find, const char *path, const lwt_exn *exn)
{
  fflush(stdout);
  fprintf(stderr, "find: %s: %s\n", path,
          lwt_exn_errno(exn) != 0 ? strerror(lwt_exn_errno(exn)) : lwt_exn_message(exn));
  find->failed = true;
}

static void out_of_memory(void)
{
  fputs("find: out of memory\n", stderr);
  exit(1);
}

static char letter_of(unsigned kind)
{
  switch (kind) {
  case DT_REG: return 'f';
  case DT_DIR: return 'd';
  case DT_LNK: return 'l';
  case DT_FIFO: return 'p';
  case DT_SOCK: return 's';
  case DT_BLK: return 'b';
  case DT_CHR: return 'c';
  default: return '?';
  }
}

/* ------------------------------------------------------------- walking --- */

static lwt_value walk(void *env);

static void push(struct find *find, const char *parent, size_t length, const char *name, long depth)
{
  size_t more = strlen(name);
  bool slash = length > 0 && parent[length - 1] != '/';
  struct directory *directory = malloc(sizeof *directory + length + slash + more + 1);

  if (directory == NULL)
    out_of_memory();
  memcpy(directory->path, parent, length);
  if (slash)
    directory->path[length] = '/';
  memcpy(directory->path + length + slash, name, more + 1);
  directory->length = length + slash + more;
  directory->depth = depth;
  directory->next = find->stack;
  find->stack = directory;
  if (find->walkers < find->most_walkers) {
    find->walkers++;
    lwt_spawn_in_the_background(walk, find, NULL, STACK);
  }
}

static void show(const struct find *find, const char *parent, size_t length, const char *name,
                 char letter)
{
  if (find->type != 0 && letter != find->type)
    return;
  if (find->name != NULL && fnmatch(find->name, name, 0) != 0)
    return;
  fwrite_unlocked(parent, 1, length, stdout);
  if (length > 0 && parent[length - 1] != '/')
    putc_unlocked('/', stdout);
  fwrite_unlocked(name, 1, strlen(name), stdout);
  putc_unlocked(find->end, stdout);
}

/* What a file system did not say. */
static char asked(struct find *find, const char *path)
{
  lwt_exn *exn = NULL;
  struct stat *stat = lwt_await(lwt_unix_lstat(path), &exn);
  char letter = '?';

  if (exn != NULL) {
    complain(find, path, exn);
    lwt_exn_release(exn);
  } else {
    letter = letter_of(IFTODT(stat->st_mode));
  }
  free(stat);
  return letter;
}

static void list(struct find *find, const struct directory *directory)
{
  lwt_exn *exn = NULL;
  struct lwt_unix_entries *entries =
    lwt_await(lwt_unix_entries_of_directory(directory->path), &exn);

  if (exn != NULL) {
    complain(find, directory->path, exn);
    lwt_exn_release(exn);
    return;
  }
  for (size_t i = 0; i < entries->len; i++) {
    const struct lwt_unix_entry *entry = &entries->data[i];
    char letter = letter_of(entry->kind);

    if (letter == '?') {
      char *path;
      if (asprintf(&path, "%s/%s", directory->path, entry->name) < 0)
        out_of_memory();
      letter = asked(find, path);
      free(path);
    }
    show(find, directory->path, directory->length, entry->name, letter);
    if (letter == 'd' && directory->depth + 1 < find->most_depth)
      push(find, directory->path, directory->length, entry->name, directory->depth + 1);
  }
  free(entries);
}

/* A fiber. There are walkers as long as there are directories. */
static lwt_value walk(void *env)
{
  struct find *find = env;

  while (find->stack != NULL) {
    struct directory *directory = find->stack;
    find->stack = directory->next;
    list(find, directory);
    free(directory);
  }
  if (--find->walkers == 0)
    lwt_wakeup(find->finished, LWT_UNIT);
  return LWT_UNIT;
}

/* -------------------------------------------------------------- begin --- */

struct start {
  struct find *find;
  char **paths;
};

/* A fiber, too: asks what each path is. It counts as a walker. */
static lwt_value start(void *env)
{
  struct start *start = env;
  struct find *find = start->find;

  for (char **path = start->paths; *path != NULL; path++) {
    char letter = asked(find, *path);
    const char *name = strrchr(*path, '/');

    if (letter == '?')
      continue;
    name = name != NULL && name[1] != '\0' ? name + 1 : *path;
    if ((find->type == 0 || find->type == letter)
        && (find->name == NULL || fnmatch(find->name, name, 0) == 0))
      printf("%s%c", *path, find->end);
    if (letter == 'd' && find->most_depth > 0)
      push(find, "", 0, *path, 0);
  }
  return walk(find);
}

static int wrong(const char *what, const char *argument)
{
  fprintf(stderr, "find: %s%s%s\n%s", what, argument != NULL ? ": " : "",
          argument != NULL ? argument : "", usage);
  return 2;
}

static bool number(const char *text, long least, long most, long *value)
{
  char *end;

  errno = 0;
  *value = strtol(text, &end, 10);
  return *text != '\0' && *end == '\0' && errno == 0 && *value >= least && *value <= most;
}

int main(int argc, char **argv)
{
  static char *here[] = {".", NULL};
  struct find find = {.most_depth = 1L << 40, .most_walkers = WALKERS, .end = '\n'};
  struct start first = {&find, here};
  lwt_exn *exn = NULL;
  int paths = 1;

  while (paths < argc && argv[paths][0] != '-')
    paths++;
  for (int i = paths; i < argc; i++) {
    const char *option = argv[i], *value = i + 1 < argc ? argv[i + 1] : NULL;

    if (strcmp(option, "--help") == 0 || strcmp(option, "-help") == 0) {
      fputs(usage, stdout);
      return 0;
    }
    if (strcmp(option, "-print0") == 0) {
      find.end = '\0';
      continue;
    }
    if (strcmp(option, "-print") == 0)
      continue;
    if (value == NULL)
      return wrong("what does this ask for, or what is missing after it?", option);
    i++;
    if (strcmp(option, "-name") == 0)
      find.name = value;
    else if (strcmp(option, "-type") == 0) {
      if (strlen(value) != 1 || strchr("fdlpsbc", *value) == NULL)
        return wrong("there is no such type", value);
      find.type = *value;
    } else if (strcmp(option, "-maxdepth") == 0) {
      if (!number(value, 0, 1L << 40, &find.most_depth))
        return wrong("this is no depth", value);
    } else if (strcmp(option, "-jobs") == 0) {
      if (!number(value, 1, MOST_WALKERS, &find.most_walkers))
        return wrong("this is no number of jobs from 1 to 1024", value);
    } else
      return wrong("what does this ask for?", option);
  }
  if (paths > 1) {
    memmove(argv, argv + 1, (size_t)(paths - 1) * sizeof *argv);
    argv[paths - 1] = NULL;
    first.paths = argv;
  }
  setvbuf(stdout, NULL, _IOFBF, 1 << 16);

  lwt_t *finished = lwt_wait(&find.finished);
  find.walkers = 1;
  lwt_spawn_in_the_background(start, &first, NULL, STACK);
  lwt_main_run(finished, &exn);
  if (exn != NULL) {
    fprintf(stderr, "find: %s\n", lwt_exn_message(exn));
    lwt_exn_release(exn);
    return 1;
  }
  if (fflush(stdout) != 0 || ferror(stdout)) {
    fprintf(stderr, "find: standard output: %s\n", strerror(errno));
    return 1;
  }
  return find.failed ? 1 : 0;
}

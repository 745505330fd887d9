/* Counts what there is to copy, beside the copying, for the time left.
 *
 * One long job. It is only an estimate: what it cannot read, it leaves out,
 * and the copying says so when it gets there.
 */
#include "copy.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct survey {
  int source_fd;
  /* Written by the worker, read by the bar. */
  uint64_t files, bytes;
  bool all;
  bool enough; /* the other way round */
};

/* The directories from the root to where we are. */
struct path {
  DIR **open;
  size_t depth, room;
};

static void descend(struct path *path, int at, const char *name)
{
  int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *directory = fd >= 0 ? fdopendir(fd) : NULL;

  if (directory == NULL) {
    if (fd >= 0)
      close(fd);
    return;
  }
  if (path->depth == path->room) {
    path->room = path->room == 0 ? 16 : path->room * 2;
    path->open = lwt_unix_realloc(path->open, path->room * sizeof *path->open);
  }
  path->open[path->depth++] = directory;
}

static void count(struct survey *survey, int at, const struct dirent *entry)
{
  struct stat stat = { 0 };

  /* Only of regular files is the size worth a system call. */
  if (entry->d_type == DT_REG)
    fstatat(at, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW);
  __atomic_fetch_add(&survey->bytes, (uint64_t)stat.st_size, __ATOMIC_RELAXED);
  __atomic_fetch_add(&survey->files, 1, __ATOMIC_RELAXED);
}

static void count_all(void *env)
{
  struct survey *survey = env;
  struct path path = { NULL, 0, 0 };

  descend(&path, survey->source_fd, ".");
  while (path.depth > 0) {
    DIR *directory = path.open[path.depth - 1];
    const struct dirent *entry = NULL;

    if (!should_stop() && !__atomic_load_n(&survey->enough, __ATOMIC_RELAXED))
      entry = readdir(directory);
    if (entry == NULL) {
      closedir(directory);
      path.depth--;
    } else if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
      continue;
    } else if (entry->d_type == DT_DIR) {
      descend(&path, dirfd(directory), entry->d_name);
    } else {
      count(survey, dirfd(directory), entry);
    }
  }
  free(path.open);
  __atomic_store_n(&survey->all, true, __ATOMIC_RELEASE);
}

struct survey *start_survey(int source_fd, lwt_t **counted)
{
  struct survey *survey = lwt_unix_new(struct survey);

  *survey = (struct survey){ .source_fd = source_fd };
  *counted = on_worker_beside(count_all, survey);
  return survey;
}

bool survey_result(struct survey *survey, uint64_t *files, uint64_t *bytes)
{
  bool all = __atomic_load_n(&survey->all, __ATOMIC_ACQUIRE);

  *files = __atomic_load_n(&survey->files, __ATOMIC_RELAXED);
  *bytes = __atomic_load_n(&survey->bytes, __ATOMIC_RELAXED);
  return all;
}

void end_survey(struct survey *survey)
{
  __atomic_store_n(&survey->enough, true, __ATOMIC_RELAXED);
}

/* Where a copy is from and to: opened before anything is done, and refused if the
 * one is in the other.
 */
#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

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

static const char *open_source(struct copy *copy, struct stat *source)
{
  copy->source_fd = open(copy->source, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy->source_fd < 0 || fstat(copy->source_fd, source) != 0)
    return strerror(errno);
  return NULL;
}

/* `path` is that of DST, without slashes at its end. */
static const char *open_parent(struct copy *copy, char *path, const struct stat *source)
{
  struct stat target;
  char *slash = strrchr(path, '/');
  const char *parent = slash == NULL ? "." : slash == path ? "/" : path;

  if (lstat(path, &target) == 0) {
    if (target.st_dev == source->st_dev && target.st_ino == source->st_ino)
      return "it is the directory that is to be copied";
    if (is_below(copy->source_fd, &target))
      return "it contains the directory that is to be copied";
    return "it exists already, and would have to be made";
  }
  if (errno != ENOENT)
    return strerror(errno);

  copy->target_name = lwt_unix_strdup(slash == NULL ? path : slash + 1);
  if (slash != NULL)
    *slash = '\0';
  copy->parent_fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy->parent_fd < 0)
    return strerror(errno);
  if (is_below(copy->parent_fd, source))
    return "it is inside the directory that is to be copied";
  return NULL;
}

const char *find_places(struct copy *copy, const char **about)
{
  struct stat source;
  char *path = lwt_unix_strdup(copy->target);
  size_t length = strlen(path);

  copy->parent_fd = -1;
  *about = copy->source;
  const char *refusal = open_source(copy, &source);
  if (refusal == NULL) {
    while (length > 1 && path[length - 1] == '/')
      path[--length] = '\0';
    *about = copy->target;
    refusal = open_parent(copy, path, &source);
  }
  free(path);
  if (refusal != NULL)
    leave_places(copy);
  return refusal;
}

void leave_places(struct copy *copy)
{
  if (copy->source_fd >= 0)
    close(copy->source_fd);
  if (copy->parent_fd >= 0)
    close(copy->parent_fd);
  copy->source_fd = copy->parent_fd = -1;
  free((void *)copy->target_name);
  copy->target_name = NULL;
}

/* Two descriptors for each batch in flight and each directory on the way. */
void allow_descriptors(struct copy *copy)
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

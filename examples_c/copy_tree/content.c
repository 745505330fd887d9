/* What a worker does for a file: the system calls, and no promise.
 *
 * What is found is left in the struct file, on failure the call that failed.
 * A copy that does not become complete is removed before its failure is known:
 * there is never half a file to find.
 */
#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
  BUFFER = 128 << 10,       /* where the kernel cannot copy by itself */
  JOB_BYTES = 4 << 20,      /* how much one job copies */
  FILE_COUNTS_AS = 64 << 10 /* bytes, for the system calls that every file needs */
};

/* Set when it turns out that it cannot between these two file systems. */
static int kernel_cannot;

/* The first failure is the one that counts. */
static void failed(struct file *file, const char *call, bool on_target)
{
  if (file->failure.errnum == 0)
    file->failure = (struct failure){ errno, call, on_target };
  if (is_full(errno))
    stop_all();
}

/* The end of a file, good or bad. One whose mode or times could not be set is
 * still whole. */
static void end(struct file *file)
{
  if (file->source_fd >= 0)
    close(file->source_fd);
  /* Some file systems tell of a full disk only now. */
  if (file->target_fd >= 0 && close(file->target_fd) != 0) {
    failed(file, "close", true);
    file->whole = false;
  }
  if (file->target_fd >= 0 && !file->whole)
    unlinkat(file->directory->target_fd, file->name, 0);
  file->source_fd = file->target_fd = -1;
  file->state = ENDED;
}

static void give_up(struct file *file)
{
  errno = ECANCELED;
  failed(file, "copy_tree", false);
  end(file);
}

/* ------------------------------------------------------------ content --- */

static bool write_all(struct file *file, const char *bytes, size_t size)
{
  off_t offset = file->offset;

  while (size > 0) {
    ssize_t put = pwrite(file->target_fd, bytes, size, offset);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0) {
      failed(file, "write", true);
      return false;
    }
    bytes += put, size -= (size_t)put, offset += put;
  }
  return true;
}

static ssize_t copy_by_reading(struct file *file, size_t most)
{
  char *buffer = lwt_unix_malloc(BUFFER);
  ssize_t size;

  do
    size = pread(file->source_fd, buffer, most < BUFFER ? most : BUFFER, file->offset);
  while (size < 0 && errno == EINTR);
  if (size < 0)
    failed(file, "read", false);
  else if (!write_all(file, buffer, (size_t)size))
    size = -1;
  free(buffer);
  return size;
}

/* Up to `most` bytes from where we are; 0 at the end of the file. */
static ssize_t copy_some(struct file *file, size_t most)
{
  if (!file->plain) {
    off_t from = file->offset, to = file->offset;
    ssize_t size = copy_file_range(file->source_fd, &from, file->target_fd, &to, most, 0);

    if (size > 0)
      return size;
    if (size < 0 && (is_full(errno))) {
      failed(file, "copy_file_range", true);
      return -1;
    }
    if (size < 0 && (errno == EXDEV || errno == ENOSYS || errno == EOPNOTSUPP))
      __atomic_store_n(&kernel_cannot, 1, __ATOMIC_RELAXED);
    /* Some file systems say 0 where there is more. And if it is the file that
     * is at fault, reading it will tell. */
    file->plain = true;
  }
  return copy_by_reading(file, most);
}

/* Where the next bytes are, in a file with holes: moves offset over a hole and
 * returns how much there is before the next one; 0: only a hole is left. */
static off_t next_data(struct file *file)
{
  off_t data = lseek(file->source_fd, file->offset, SEEK_DATA), hole;

  if (data < 0 && errno == ENXIO)
    return 0;
  if (data >= 0 && (hole = lseek(file->source_fd, data, SEEK_HOLE)) > data) {
    file->offset = data;
    return hole - data;
  }
  file->sparse = false; /* not to be had here */
  return file->stat.st_size - file->offset;
}

/* Copies what the file had when it was opened, as far as the budget goes. True:
 * there is nothing more to copy, or it went wrong. */
static bool copy_content(struct file *file, off_t budget)
{
  off_t size = file->stat.st_size;
  /* Of no size at all, and yet with content: so are the files of /proc. */
  bool endless = size == 0;

  file->plain = file->plain || endless || __atomic_load_n(&kernel_cannot, __ATOMIC_RELAXED);
  while (budget > 0 && (endless || file->offset < size)) {
    off_t most = endless ? BUFFER : size - file->offset;

    if (file->sparse) {
      off_t data = next_data(file);
      if (data == 0) {
        file->offset = size;
        break;
      }
      if (data < most)
        most = data;
    }
    ssize_t copied = copy_some(file, (size_t)(most < budget ? most : budget));
    if (copied <= 0)
      return true;
    file->offset += copied;
    budget -= copied;
  }
  return !endless && file->offset >= size;
}

/* --------------------------------------------------------- attributes --- */

static void set_attributes(struct file *file)
{
  struct timespec times[2] = { file->stat.st_atim, file->stat.st_mtim };
  mode_t mode = file->stat.st_mode & 07777;
  struct stat made;

  if (fstat(file->target_fd, &made) != 0) {
    failed(file, "fstat", true);
    return;
  }
  /* Whoever owns the copy must not be handed the rights of another. */
  if (made.st_uid != file->stat.st_uid)
    mode &= ~(mode_t)S_ISUID;
  if (made.st_gid != file->stat.st_gid)
    mode &= ~(mode_t)S_ISGID;
  if ((made.st_mode & 07777) != mode && fchmod(file->target_fd, mode) != 0)
    failed(file, "chmod", true);
  if (futimens(file->target_fd, times) != 0)
    failed(file, "utimensat", true);
}

/* ------------------------------------------------- what is no content -- */

static void make_symlink(struct file *file)
{
  struct timespec times[2] = { file->stat.st_atim, file->stat.st_mtim };
  int at = file->directory->target_fd;
  char *text = lwt_unix_malloc(PATH_MAX + 1);
  ssize_t size = readlinkat(file->directory->source_fd, file->name, text, PATH_MAX);

  if (size < 0) {
    failed(file, "readlink", false);
  } else {
    text[size] = '\0';
    if (symlinkat(text, at, file->name) != 0)
      failed(file, "symlink", true);
    else if (utimensat(at, file->name, times, AT_SYMLINK_NOFOLLOW) != 0)
      failed(file, "utimensat", true);
  }
  free(text);
}

static void make_special(struct file *file)
{
  struct timespec times[2] = { file->stat.st_atim, file->stat.st_mtim };
  int at = file->directory->target_fd;

  if (mknodat(at, file->name, file->stat.st_mode & (S_IFMT | 0777), file->stat.st_rdev) != 0)
    failed(file, "mknod", true);
  else if (utimensat(at, file->name, times, AT_SYMLINK_NOFOLLOW) != 0)
    failed(file, "utimensat", true);
}

/* ---------------------------------------------------------- hard links -- */

/* The directory of `path` below `root`, by steps that each fit a system call.
 * *name becomes the last part; the caller closes what is not `root`. */
static int open_parent(int root, const char *path, const char **name)
{
  int at = root;

  while (strlen(path) >= PATH_MAX) {
    char step[PATH_MAX];
    size_t size = PATH_MAX - 1;

    while (size > 0 && path[size] != '/')
      size--;
    memcpy(step, path, size);
    step[size] = '\0';
    int next = openat(at, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (at != root)
      close(at);
    if (next < 0)
      return -1;
    at = next;
    path += size + 1;
  }
  *name = path;
  return at;
}

/* Gives the earlier copy of the same file, if it was made, one more name. */
static bool make_link(struct file *file)
{
  int root = file->directory->copy->target_fd;
  const char *name, *path = file->first ? NULL : hard_link_path(file->link);

  if (path == NULL)
    return false;
  int at = open_parent(root, path, &name);
  if (at >= 0 && linkat(at, name, file->directory->target_fd, file->name, 0) == 0)
    file->linked = true;
  if (at >= 0 && at != root)
    close(at);
  return file->linked;
}

/* -------------------------------------------------------------- files --- */

static void open_source(struct file *file)
{
  int at = file->directory->source_fd;
  /* O_NONBLOCK, for somebody may put a fifo in its place. */
  int flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

  if (file->type != DT_REG) {
    if (fstatat(at, file->name, &file->stat, AT_SYMLINK_NOFOLLOW) != 0)
      failed(file, "stat", false);
  } else if ((file->source_fd = openat(at, file->name, flags)) < 0) {
    failed(file, "open", false);
  } else if (fstat(file->source_fd, &file->stat) != 0) {
    failed(file, "fstat", false);
  }
  if (file->failure.errnum == 0 && IFTODT(file->stat.st_mode) != file->type) {
    errno = ESTALE; /* it is another file than was listed */
    failed(file, "open", false);
  }
}

static void create(struct file *file)
{
  int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

  if (S_ISLNK(file->stat.st_mode)) {
    make_symlink(file);
  } else if (!S_ISREG(file->stat.st_mode)) {
    make_special(file);
  } else {
    file->target_fd = openat(file->directory->target_fd, file->name, flags,
                             file->stat.st_mode & 0777);
    if (file->target_fd < 0)
      failed(file, "open", true);
    file->sparse = file->stat.st_blocks < file->stat.st_size / 512;
  }
}

static void copy(struct file *file, off_t budget)
{
  if (!copy_content(file, budget))
    return;
  /* A hole at the end has not made the copy as long as it is. */
  if (file->sparse && ftruncate(file->target_fd, file->stat.st_size) != 0)
    failed(file, "ftruncate", true);
  file->whole = file->failure.errnum == 0;
  if (file->whole)
    set_attributes(file);
  end(file);
}

/* One step further in the life of a file. */
static void advance(struct file *file, off_t budget)
{
  switch (file->state) {
  case LISTED:
    open_source(file);
    file->state = file->stat.st_nlink > 1 ? HAS_OTHER_NAMES : ALLOWED;
    break;
  case ALLOWED:
    if (file->link == NULL || !make_link(file))
      create(file);
    file->state = COPYING;
    if (file->target_fd < 0)
      end(file);
    break;
  case COPYING:
    copy(file, budget);
    break;
  case HAS_OTHER_NAMES:
  case ENDED:
    break;
  }
  if (file->failure.errnum != 0 && file->state != ENDED)
    end(file);
}

void copy_batch(void *env)
{
  struct batch *batch = env;
  off_t budget = JOB_BYTES;
  double delay = batch->directory->copy->delay;

  if (delay > 0) {
    struct timespec time = { (time_t)delay, (long)(delay * 1e9) % 1000000000 };
    nanosleep(&time, NULL);
  }

  while (batch->next < batch->count && budget > 0) {
    struct file *file = &batch->files[batch->next];
    off_t before = file->offset;

    if (should_stop())
      give_up(file);
    advance(file, budget);
    budget -= file->offset - before;
    if (file->state == HAS_OTHER_NAMES)
      return;
    if (file->state == ENDED) {
      budget -= FILE_COUNTS_AS;
      batch->next++;
    }
  }
}

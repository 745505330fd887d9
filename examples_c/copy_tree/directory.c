/* Walks the tree.
 *
 * A walker lists one directory after another, depth first, and starts the
 * files that it meets, a batch at a time. It waits when enough batches are in
 * flight, and it takes no further entry before it has dealt with the last: so
 * what is in memory is the path from the root to where it is, some entries of
 * each directory on it, and the batches in flight, however large the tree. A
 * few walkers work side by side, for trees of many small directories.
 *
 * A directory ends, gets its times and mode and is closed, when all that is in
 * it has ended; its walker has long gone on by then.
 */
#include "copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  LISTING = 16 << 10, /* bytes of one getdents */
  ENOUGH = 8 << 10    /* bytes of names in a batch */
};

static lwt_t *walk_directory(struct directory *directory);
static lwt_t *walk_on(lwt_value value, void *env);

/* ------------------------------------------------------- on a worker ---- */

static void failed(struct directory *directory, const char *call, bool on_target)
{
  directory->failure = (struct failure){ errno, call, on_target };
}

static unsigned char type_of(const struct directory *directory, const struct dirent64 *entry)
{
  struct stat stat;

  if (entry->d_type != DT_UNKNOWN)
    return entry->d_type;
  /* Some file systems leave it to us. A failure here comes again, and is
   * reported, when the file is opened. */
  if (fstatat(directory->source_fd, entry->d_name, &stat, AT_SYMLINK_NOFOLLOW) != 0)
    return DT_REG;
  return IFTODT(stat.st_mode);
}

static void add_entry(struct entries *entries, unsigned char type, const char *name)
{
  size_t size = strlen(name) + 1;

  entries->bytes[entries->size] = (char)type;
  memcpy(entries->bytes + entries->size + 1, name, size);
  entries->size += 1 + size;
}

/* The next entries, files and directories apart. */
static void list(void *env)
{
  struct directory *directory = env;
  struct entries *files = &directory->files, *directories = &directory->directories;
  union {
    struct dirent64 aligned;
    char bytes[LISTING];
  } listing;

  while (files->size + directories->size < ENOUGH) {
    ssize_t size = getdents64(directory->source_fd, &listing, sizeof listing);
    if (size < 0)
      failed(directory, "getdents", false);
    if (size <= 0) {
      directory->at_end = true;
      return;
    }
    /* Ours are smaller than the kernel's, so this is room enough. */
    files->bytes = lwt_unix_realloc(files->bytes, files->size + (size_t)size);
    directories->bytes = lwt_unix_realloc(directories->bytes, directories->size + (size_t)size);
    for (ssize_t at = 0; at < size;) {
      const struct dirent64 *entry = (const void *)(listing.bytes + at);

      at += entry->d_reclen;
      if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
        continue;
      unsigned char type = type_of(directory, entry);
      add_entry(type == DT_DIR ? directories : files, type, entry->d_name);
    }
  }
}

/* Opens the source, makes the copy, and lists the first batch. */
static void enter(void *env)
{
  struct directory *directory = env;
  const struct directory *parent = directory->parent;
  struct copy *copy = directory->copy;
  int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  int source_at = parent != NULL ? parent->source_fd : copy->source_fd;
  int target_at = parent != NULL ? parent->target_fd : copy->parent_fd;
  const char *source_name = parent != NULL ? directory->name : ".";

  if (should_stop()) {
    errno = ECANCELED;
    failed(directory, "open", false);
    return;
  }
  directory->source_fd = openat(source_at, source_name, flags | O_NOFOLLOW);
  if (directory->source_fd < 0) {
    failed(directory, "open", false);
    return;
  }
  if (fstat(directory->source_fd, &directory->stat) != 0) {
    failed(directory, "fstat", false);
    return;
  }
  /* A mount can show the copy inside the source: that would never end. */
  if (parent != NULL && directory->stat.st_ino == copy->target_ino
      && directory->stat.st_dev == copy->target_dev) {
    errno = ELOOP;
    failed(directory, "open", false);
    return;
  }
  /* Its own mode comes last: now we must be able to write in it. */
  if (mkdirat(target_at, directory->name, (directory->stat.st_mode & 0777) | 0700) != 0) {
    failed(directory, "mkdir", true);
    return;
  }
  directory->target_fd = openat(target_at, directory->name, flags | O_NOFOLLOW);
  if (directory->target_fd < 0) {
    failed(directory, "open", true);
    return;
  }
  if (parent == NULL) {
    struct stat target;

    if (fstat(directory->target_fd, &target) != 0) {
      failed(directory, "fstat", true);
      return;
    }
    copy->target_dev = target.st_dev;
    copy->target_ino = target.st_ino;
  }
  list(directory);
}

static void leave(void *env)
{
  struct directory *directory = env;
  mode_t mode = directory->stat.st_mode & 07777;
  struct timespec times[2] = { directory->stat.st_atim, directory->stat.st_mtim };
  struct stat made;

  if (directory->target_fd >= 0) {
    if (fstat(directory->target_fd, &made) != 0)
      failed(directory, "fstat", true);
    else if ((made.st_mode & 07777) != mode && fchmod(directory->target_fd, mode) != 0)
      failed(directory, "chmod", true);
    if (futimens(directory->target_fd, times) != 0)
      failed(directory, "utimensat", true);
    close(directory->target_fd);
  }
  if (directory->source_fd >= 0)
    close(directory->source_fd);
}

/* ------------------------------------------------- on the main thread --- */

static struct directory *new_directory(struct copy *copy, struct directory *parent,
                                       const char *name)
{
  struct directory *directory = lwt_unix_new_plus(struct directory, strlen(name) + 1);

  memset(directory, 0, sizeof *directory);
  directory->copy = copy;
  directory->parent = parent;
  directory->source_fd = directory->target_fd = -1;
  strcpy(directory->name, name);
  if (parent != NULL)
    parent->pending++;
  copy->open_directories++;
  return directory;
}

/* Says what went wrong since the last call, if anything did. */
static bool directory_failed(struct directory *directory)
{
  if (directory->failure.errnum == 0)
    return false;
  if (directory->failure.errnum != ECANCELED) {
    lwt_exn *exn = exn_of(&directory->failure, directory->copy, directory, NULL);
    report(directory->copy, exn);
    lwt_exn_release(exn);
  }
  directory->failure.errnum = 0;
  return true;
}

static lwt_t *left(lwt_value value, void *env)
{
  struct directory *directory = env, *parent = directory->parent;
  struct copy *copy = directory->copy;

  (void)value;
  directory_failed(directory);
  copy->open_directories--;
  if (parent != NULL)
    entry_ended(parent);
  else
    lwt_wakeup(copy->finished, LWT_UNIT);
  free(directory);
  return lwt_return(LWT_UNIT);
}

static void end_if_complete(struct directory *directory)
{
  if (directory->all_started && directory->pending == 0)
    lwt_release(lwt_bind(on_worker(leave, directory), left, directory, NULL));
}

void entry_ended(struct directory *directory)
{
  directory->pending--;
  end_if_complete(directory);
}

static lwt_t *listed(struct directory *directory)
{
  free(directory->files.bytes);
  free(directory->directories.bytes);
  directory->all_started = true;
  end_if_complete(directory);
  return lwt_return(LWT_UNIT);
}

void leave_room(struct copy *copy)
{
  if (copy->waiting_count == 0) {
    copy->in_flight--;
    return;
  }
  /* Handed on, so that in_flight stays as it is: nobody can come between. */
  lwt_u *next = copy->waiting[0];
  copy->waiting_count--;
  memmove(copy->waiting, copy->waiting + 1, copy->waiting_count * sizeof *copy->waiting);
  lwt_wakeup_later(next, LWT_UNIT);
}

/* Called when leave_room has handed this walker the room that it waited for. */
static lwt_t *start_waiting_batch(lwt_value value, void *env)
{
  struct directory *directory = env;

  if (should_stop())
    leave_room(directory->copy);
  else
    start_batch(directory);
  return walk_on(value, directory);
}

static void walker_ended(void *env)
{
  struct copy *copy = env;

  copy->walkers--;
}

/* By this walker, or by one of its own when there may be one more. */
static lwt_t *start_directory(struct directory *parent, const char *name)
{
  struct copy *copy = parent->copy;
  struct directory *directory = new_directory(copy, parent, name);

  if (copy->walkers == MOST_WALKERS || copy->open_directories > copy->most_open_directories / 2)
    return walk_directory(directory);

  copy->walkers++;
  lwt_t *walk = walk_directory(directory);
  lwt_on_termination(walk, walker_ended, copy, NULL);
  lwt_release(walk);
  return lwt_return(LWT_UNIT);
}

static lwt_t *walk_on(lwt_value value, void *env)
{
  struct directory *directory = env;
  struct copy *copy = directory->copy;

  (void)value;
  directory_failed(directory);
  while (!should_stop()) {
    struct entries *files = &directory->files, *directories = &directory->directories;

    if (files->next < files->size && copy->in_flight < copy->most_in_flight) {
      copy->in_flight++;
      start_batch(directory);
    } else if (files->next < files->size) {
      /* A walker waits for one thing at a time: there is a place for each. */
      lwt_t *room = lwt_wait(&copy->waiting[copy->waiting_count++]);
      return lwt_bind(room, start_waiting_batch, directory, NULL);
    } else if (directories->next < directories->size) {
      const char *name = directories->bytes + directories->next + 1;
      directories->next += 1 + strlen(name) + 1;
      return lwt_bind(start_directory(directory, name), walk_on, directory, NULL);
    } else if (!directory->at_end) {
      files->size = files->next = directories->size = directories->next = 0;
      return lwt_bind(on_worker(list, directory), walk_on, directory, NULL);
    } else {
      break;
    }
  }
  return listed(directory);
}

static lwt_t *entered(lwt_value value, void *env)
{
  struct directory *directory = env;

  if (directory->target_fd < 0) {
    directory_failed(directory);
    return listed(directory);
  }
  if (directory->parent == NULL)
    directory->copy->target_fd = directory->target_fd;
  directory->copy->tally.directories++;
  return walk_on(value, env);
}

/* Resolves when all below it has been started. */
static lwt_t *walk_directory(struct directory *directory)
{
  struct copy *copy = directory->copy;

  if (copy->open_directories > copy->most_open_directories) {
    directory->failure = (struct failure){ EMFILE, "open", false };
    directory_failed(directory);
    return listed(directory);
  }
  return lwt_bind(on_worker(enter, directory), entered, directory, NULL);
}

lwt_t *copy_root(struct copy *copy)
{
  lwt_t *finished = lwt_wait(&copy->finished);

  copy->walkers = 1;
  lwt_t *walk = walk_directory(new_directory(copy, NULL, copy->target_name));
  lwt_on_termination(walk, walker_ended, copy, NULL);
  lwt_release(walk);
  return finished;
}

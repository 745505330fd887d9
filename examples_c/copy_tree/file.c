/* The life of one file, seen from the main thread: one job for most, one more
 * for each further chunk of a large one, and for those with several names a
 * look at what has been copied already.
 */
#include "copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void free_file(struct file *file)
{
  struct directory *directory = file->directory;

  if (file->link != NULL)
    hard_link_release(file);
  free(file);
  leave_room(directory->copy);
  entry_ended(directory);
}

static void file_copied(lwt_value value, void *env)
{
  struct file *file = env;
  struct tally *tally = &file->directory->copy->tally;

  (void)value;
  if (file->first)
    hard_link_made(file);
  if (file->linked)
    tally->hard_links++;
  else if (S_ISREG(file->stat.st_mode))
    tally->files++;
  else if (S_ISLNK(file->stat.st_mode))
    tally->symlinks++;
  else
    tally->specials++;
  free_file(file);
}

static void file_failed(const lwt_exn *exn, void *env)
{
  struct file *file = env;

  /* What we gave up ourselves is not worth a line each. */
  if (lwt_exn_errno(exn) != ECANCELED)
    report(file->directory->copy, exn);
  free_file(file);
}

/* After each job: is there more to do? */
static lwt_t *copy_on(lwt_value value, void *env)
{
  struct file *file = env;
  struct copy *copy = file->directory->copy;

  (void)value;
  copy->tally.bytes += (uint64_t)(file->offset - file->counted);
  file->counted = file->offset;
  if (file->failure.errnum != 0)
    return lwt_fail(exn_of(&file->failure, copy, file->directory, file->name));
  if (file->complete)
    return lwt_return(LWT_UNIT);
  return lwt_bind(on_worker(copy_more, file), copy_on, file, NULL);
}

static lwt_t *link_now(lwt_value value, void *env)
{
  (void)value;
  return lwt_bind(on_worker(link_or_copy, env), copy_on, env, NULL);
}

/* After the first job. It has left a file with several names just opened. */
static lwt_t *opened(lwt_value value, void *env)
{
  struct file *file = env;

  if (file->failure.errnum != 0 || file->stat.st_nlink <= 1)
    return copy_on(value, file);
  hard_link_find(file);
  if (file->first)
    return lwt_bind(on_worker(create_and_copy, file), copy_on, file, NULL);
  return lwt_bind(hard_link_wait(file->link), link_now, file, NULL);
}

void start_file(struct directory *directory, unsigned char type, const char *name)
{
  struct file *file = lwt_unix_new_plus(struct file, strlen(name) + 1);

  memset(file, 0, sizeof *file);
  file->directory = directory;
  file->source_fd = file->target_fd = -1;
  file->type = type;
  strcpy(file->name, name);
  directory->pending++;

  lwt_t *copied = lwt_bind(on_worker(open_source, file), opened, file, NULL);
  lwt_on_any(copied, file_copied, file_failed, file, NULL);
  lwt_release(copied);
}

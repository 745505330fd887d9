/* Files that are copied one after another: seen from the main thread, a chain
 * of jobs. Most batches need one job; large files need one for every few
 * megabytes, and a file with several names needs a decision in between.
 */
#include "copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static lwt_t *go_on(lwt_value value, void *env);

static struct batch *new_batch(struct directory *directory, size_t count, size_t names_size)
{
  size_t files_size = count * sizeof(struct file);
  struct batch *batch = lwt_unix_new_plus(struct batch, files_size + names_size);

  memset(batch, 0, sizeof *batch + files_size);
  batch->directory = directory;
  directory->pending++;
  return batch;
}

/* The names follow the files; returns the end of this one. */
static char *add_file(struct batch *batch, char *at, unsigned char type, const char *name)
{
  struct file *file = &batch->files[batch->count++];
  size_t size = strlen(name) + 1;

  file->directory = batch->directory;
  file->name = memcpy(at, name, size);
  file->type = type;
  file->source_fd = file->target_fd = -1;
  return at + size;
}

static lwt_t *run(struct batch *batch)
{
  return lwt_bind(on_worker(copy_batch, batch), go_on, batch, NULL);
}

void start_batch(struct directory *directory)
{
  struct entries *files = &directory->files;
  size_t first = files->next, count = 0;

  for (; files->next < files->size && count < MOST_IN_BATCH; count++)
    files->next += 1 + strlen(files->bytes + files->next + 1) + 1;

  struct batch *batch = new_batch(directory, count, files->next - first);
  char *names = (char *)&batch->files[count];
  for (const char *entry = files->bytes + first; batch->count < count;
       entry += 1 + strlen(entry + 1) + 1)
    names = add_file(batch, names, (unsigned char)entry[0], entry + 1);
  lwt_release(run(batch));
}

/* The batch takes its time: others take over what it has not begun. */
static void split(struct batch *batch)
{
  size_t first = batch->next + 1, names_size = 0;
  struct copy *copy = batch->directory->copy;

  if (first >= batch->count || copy->in_flight == copy->most_in_flight)
    return;
  copy->in_flight++;
  for (size_t i = first; i < batch->count; i++)
    names_size += strlen(batch->files[i].name) + 1;

  struct batch *rest = new_batch(batch->directory, batch->count - first, names_size);
  char *names = (char *)&rest->files[batch->count - first];
  for (size_t i = first; i < batch->count; i++)
    names = add_file(rest, names, batch->files[i].type, batch->files[i].name);
  batch->count = first;
  lwt_release(run(rest));
}

static void count_bytes(struct file *file)
{
  file->directory->copy->tally.bytes += (uint64_t)(file->offset - file->counted);
  file->counted = file->offset;
}

static void file_copied(const struct file *file)
{
  struct tally *tally = &file->directory->copy->tally;

  if (file->linked)
    tally->hard_links++;
  else if (S_ISREG(file->stat.st_mode))
    tally->files++;
  else if (S_ISLNK(file->stat.st_mode))
    tally->symlinks++;
  else
    tally->specials++;
}

static void file_failed(const struct file *file)
{
  struct copy *copy = file->directory->copy;

  /* What we gave up ourselves is not worth a line each. */
  if (file->failure.errnum == ECANCELED)
    return;
  lwt_exn *exn = exn_of(&file->failure, copy, file->directory, file->name);
  report(copy, exn);
  lwt_exn_release(exn);
}

static void file_ended(struct file *file)
{
  count_bytes(file);
  if (file->failure.errnum == 0)
    file_copied(file);
  else
    file_failed(file);
  if (file->link != NULL)
    hard_link_release(file);
}

static lwt_t *end_batch(struct batch *batch)
{
  struct directory *directory = batch->directory;

  free(batch);
  leave_room(directory->copy);
  entry_ended(directory);
  return lwt_return(LWT_UNIT);
}

static lwt_t *run_after_link(lwt_value value, void *env)
{
  (void)value;
  return run(env);
}

/* After each job. */
static lwt_t *go_on(lwt_value value, void *env)
{
  struct batch *batch = env;

  (void)value;
  for (; batch->seen < batch->next; batch->seen++)
    file_ended(&batch->files[batch->seen]);
  if (batch->next == batch->count)
    return end_batch(batch);

  struct file *file = &batch->files[batch->next];
  count_bytes(file);
  if (file->state != HAS_OTHER_NAMES) {
    split(batch);
    return run(batch);
  }
  hard_link_find(file);
  file->state = ALLOWED;
  if (file->first)
    return run(batch);
  /* Whoever copies the first of its names waits for nothing itself. */
  return lwt_bind(hard_link_wait(file->link), run_after_link, batch, NULL);
}
